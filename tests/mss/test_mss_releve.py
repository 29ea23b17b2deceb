"""Reading: nothing before STARTTLS, nothing marked by reading, bounded sizes, and what each refusal means."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from typing import Any, TypeVar

import pytest
from mss_serveur import ADRESSE, COUPER, JEAN, acces, certificat, delai, etranger, imap, serveur

from segur_socles.errors import (
    CertificatRefuseError,
    DeadlineError,
    ReponseInvalideError,
    SegurError,
    ServiceError,
    TransportError,
    VerificationIndisponibleError,
)
from segur_socles.mss import releve
from segur_socles.mss.acces import AccesMss
from segur_socles.mss.boite import Boites
from segur_socles.mss.releve import Levee, MessageLeve
from segur_socles.mss.types import Emplacement

T = TypeVar("T")

UN = b"Message-ID: <un@x.mssante.fr>\r\nSubject: un\r\n\r\nPremier\r\n"
DEUX = b"Message-ID: <deux@x.mssante.fr>\r\nSubject: deux\r\n\r\nSecond " + b"x" * 300 + b"\r\n"
TAILLE = 1_000_000


def avec(port: int, faire: Callable[[Boites, AccesMss], T], **options: Any) -> T:
    boites = Boites(frozenset({("localhost", port)}))
    try:
        return faire(boites, acces(port, **options))
    finally:
        boites.close()


def lever(
    port: int, *, secondes: float = 5.0, limite: int = 50, taille_maximale: int = TAILLE, **options: Any
) -> Levee:
    bornes = {"limite": limite, "taille_maximale": taille_maximale, "apres": options.pop("apres", None)}
    return avec(port, lambda boites, ou: boites.relever(ou, delai(secondes), **bornes), **options)


def relever(port: int, **options: Any) -> tuple[MessageLeve, ...]:
    return lever(port, **options).messages


def marquer(port: int, emplacement: Emplacement) -> None:
    avec(port, lambda boites, ou: boites.marquer_lu(ou, delai(), emplacement))


def ou_est(uid: int, entete: bytes) -> Emplacement:
    """Say where a message of ``imap()`` is, its digest computed apart."""
    return Emplacement(ADRESSE, 7, uid, hashlib.sha256(entete).hexdigest())


ENTETE_UN = b"Message-ID: <un@x.mssante.fr>\r\nSubject: un"
ENTETE_DEUX = b"Message-ID: <deux@x.mssante.fr>\r\nSubject: deux"


def test_unseen_messages_come_oldest_first_and_none_is_marked() -> None:
    with serveur(imap(UN, DEUX)) as operateur:
        leves = relever(operateur.port)
    assert leves == (MessageLeve(ou_est(1, ENTETE_UN), UN), MessageLeve(ou_est(2, ENTETE_DEUX), DEUX))
    assert all("PEEK" in ligne for ligne in operateur.chiffre if "BODY" in ligne)
    assert not any("STORE" in ligne for ligne in operateur.chiffre)


def test_nothing_is_said_in_clear_but_starttls() -> None:
    with serveur(imap(UN)) as operateur:
        relever(operateur.port)
    assert [ligne.split()[1] for ligne in operateur.clair] == ["CAPABILITY", "STARTTLS"]
    assert ADRESSE in operateur.chiffre  # what EXTERNAL asks for, once under TLS


def test_limit_takes_the_oldest() -> None:
    with serveur(imap(UN, DEUX)) as operateur:
        levee = lever(operateur.port, limite=1)
        suite = lever(operateur.port, limite=1, apres=levee.apres)
    assert ([leve.octets for leve in levee.messages], levee.restants, levee.apres) == ([UN], 1, 1)
    assert ([leve.octets for leve in suite.messages], suite.restants, suite.apres) == ([DEUX], 0, 2)


def test_empty_mailbox() -> None:
    with serveur(imap()) as operateur:
        assert lever(operateur.port) == Levee((), 0, None)


def test_of_a_message_too_large_only_the_header_is_read() -> None:
    with serveur(imap(UN, DEUX)) as operateur:
        un, deux = relever(operateur.port, taille_maximale=200)
    assert un.ecart is None
    assert deux.ecart is not None
    assert f"({len(DEUX)} octets)" in deux.ecart.message
    assert deux.octets == DEUX.split(b"\r\n\r\n")[0] + b"\r\n\r\n"
    assert "Second" not in str(operateur.chiffre)


def test_a_message_larger_than_announced_is_not_swallowed() -> None:
    enorme = UN + b"x" * 600_000 + b"\r\n"
    with serveur(imap(enorme, tailles={1: 100})) as operateur, pytest.raises(TransportError) as echec:
        relever(operateur.port)
    muette(echec.value)


def test_a_message_is_marked_once_dealt_with() -> None:
    with serveur(imap(UN, DEUX)) as operateur:
        marquer(operateur.port, ou_est(2, ENTETE_DEUX))
    assert any(ligne.endswith(r"UID STORE 2 +FLAGS.SILENT (\Seen)") for ligne in operateur.chiffre)


PAS_LA = {
    "un autre sous ce numéro": ou_est(2, ENTETE_UN),
    "boîte renumérotée": replace(ou_est(2, ENTETE_DEUX), uidvalidity=6),
    "autre boîte": replace(ou_est(2, ENTETE_DEUX), boite=JEAN),
}


@pytest.mark.parametrize("emplacement", PAS_LA.values(), ids=PAS_LA)
def test_another_message_is_not_marked(emplacement: Emplacement) -> None:
    with serveur(imap(UN, DEUX)) as operateur, pytest.raises(ServiceError) as echec:
        marquer(operateur.port, emplacement)
    assert echec.value.code == "ABSENT"
    assert not any("STORE" in ligne for ligne in operateur.chiffre)


def repondre(numero: int, corps: bytes) -> Callable[[Any], None]:
    """Give the bytes of a message under this number, whichever was asked for."""

    def dire(prise: Any) -> None:
        prise._connexion.sendall(b"* 1 FETCH (UID %d BODY[] {%d}\r\n%b)\r\n" % (numero, len(corps), corps))

    return dire


def test_the_header_of_another_number_proves_nothing() -> None:
    script = imap(UN, DEUX, un_message={2: repondre(9, DEUX)})
    with serveur(script) as operateur, pytest.raises(ServiceError) as echec:
        marquer(operateur.port, ou_est(2, ENTETE_DEUX))
    assert echec.value.code == "ABSENT"
    assert not any("STORE" in ligne for ligne in operateur.chiffre)


def test_a_message_that_could_not_be_read_is_marked_by_a_number_that_never_serves_again() -> None:
    for validite, marquable in (("* OK [UIDVALIDITY 7] bonne", True), ("* 0 RECENT", False)):
        with serveur(imap(UN, validite=validite, un_message={1: "NO [SERVERBUG] non"})) as operateur:
            (leve,) = relever(operateur.port)
            with nullcontext() if marquable else pytest.raises(ServiceError, match="plus dans la boîte"):
                marquer(operateur.port, leve.emplacement)
        assert any("STORE" in ligne for ligne in operateur.chiffre) is marquable


IDENTIFIANTS = [
    b"Message-ID: abc@def",
    b"Message-ID: <ab@b> (comment)",
    b"Message-ID: \xe9<ab@b>",
    b"Message-ID: <ab@b>\r\n\t(c)",
    b"Message-ID: <" + b"x" * 400 + b"@b>",
    b"Subject: sans",
    b"",
    b"X: " + b"\r\n ".join([b"a" * 900] * 300),
]


@pytest.mark.parametrize("entete", IDENTIFIANTS, ids=range(len(IDENTIFIANTS)))
def test_whatever_its_identifier_a_message_can_be_marked(entete: bytes) -> None:
    with serveur(imap(entete + b"\r\n\r\nx\r\n")) as operateur:
        for taille in (TAILLE, 5):  # read whole, then by its header
            (leve,) = relever(operateur.port, taille_maximale=taille)
            marquer(operateur.port, leve.emplacement)
    assert sum("STORE" in ligne for ligne in operateur.chiffre) == 2


# --- one message that cannot be read -----------------------------------------------------------------------

ILLISIBLES: dict[str, Any] = {
    "refus": "NO [SERVERBUG] Internal error",
    "commande refusée": "BAD quoi",
    "absent de la réponse": "OK rien",
    "chaîne citée": lambda prise: prise.dire('* 1 FETCH (UID 1 BODY[] "Message-ID: <q@x> UID 1")'),
    "NIL": lambda prise: prise.dire("* 1 FETCH (UID 1 BODY[] NIL)"),
    "sous un autre numéro": repondre(2, DEUX),
    "sous un numéro cité": lambda prise: prise.dire('* 1 FETCH (UID 2 X "UID 1" BODY[] {2}\nxx)'),
}


@pytest.mark.parametrize("reponse", ILLISIBLES.values(), ids=ILLISIBLES)
def test_a_message_that_cannot_be_read_does_not_hide_the_others(reponse: Any) -> None:
    with serveur(imap(UN, DEUX, un_message={1: reponse})) as operateur:
        illisible, deux = relever(operateur.port)
    assert illisible.octets == b""
    assert illisible.emplacement == Emplacement(ADRESSE, 7, 1, None)
    assert illisible.ecart is not None
    assert "n'a pas pu donner" in illisible.ecart.message
    assert deux.octets == DEUX


def test_the_number_may_come_after_the_bytes() -> None:
    def apres(prise: Any) -> None:
        prise._connexion.sendall(b"* 9 FETCH (FLAGS (\\Seen) UID 9)\r\n* 1 FETCH (BODY[] {3}\r\na\r\n UID 1)\r\n")

    with serveur(imap(UN, un_message={1: apres})) as operateur:
        assert [leve.octets for leve in relever(operateur.port)] == [b"a\r\n"]


def test_a_header_larger_than_what_is_read_of_it_comes_cut() -> None:
    enorme = b"Message-ID: <un@x>\r\nX: " + b"\r\n ".join([b"a" * 900] * 600) + b"\r\n\r\nSecret\r\n"
    with serveur(imap(enorme, DEUX, tailles={1: TAILLE + 1})) as operateur:
        gros, deux = relever(operateur.port)
    assert gros.octets == enorme[: 256 * 1024]
    assert gros.ecart is not None
    assert deux.octets == DEUX


def test_a_size_that_is_no_size_hides_one_message_only() -> None:
    with serveur(imap(UN, DEUX, tailles={1: 10**4200})) as operateur:
        illisible, deux = relever(operateur.port)
    assert (illisible.octets, deux.octets) == (b"", DEUX)


def test_numbers_that_are_none_are_an_answer_of_another_protocol() -> None:
    for recherche in ("1 DURAND-Jeanne", "1 " + "9" * 5000):
        with serveur(imap(UN, recherche=recherche)) as operateur, pytest.raises(ReponseInvalideError) as echec:
            relever(operateur.port)
        assert "DURAND" not in f"{echec.value!r} {echec.value.to_dict()}"
        muette(echec.value)


def test_large_messages_are_not_held_all_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(releve, "VOLUME", len(UN) + len(DEUX))
    with serveur(imap(UN, DEUX, UN, DEUX)) as operateur:
        levee = lever(operateur.port)
        suite = lever(operateur.port, apres=levee.apres)
    assert ([leve.octets for leve in levee.messages], levee.restants) == ([UN, DEUX], 2)
    assert ([leve.octets for leve in suite.messages], suite.restants) == ([UN, DEUX], 0)
    assert not any("FETCH 3 (BODY" in ligne for ligne in operateur.chiffre[: operateur.chiffre.index("FIN LOGOUT")])
    monkeypatch.setattr(releve, "VOLUME", 1)
    with serveur(imap(UN, DEUX)) as operateur:
        assert lever(operateur.port).restants == 1  # always one, or it would never be read


# --- refusals ----------------------------------------------------------------------------------------------

ECHECS: list[tuple[str, dict[str, Any], type[SegurError], tuple[str, ...]]] = [
    ("sans STARTTLS", {"capacites": "IMAP4rev1 AUTH=EXTERNAL"}, TransportError, ("tls",)),
    ("STARTTLS refusé", {"starttls": "NO plus tard"}, TransportError, ("tls",)),
    ("coupé à STARTTLS", {"starttls": COUPER}, TransportError, ("connect",)),
    ("déjà connu en clair", {"accueil": f"* PREAUTH bienvenue {ADRESSE}"}, TransportError, ("tls",)),
    ("adieu", {"accueil": "* BYE trop de monde"}, TransportError, ("connect",)),
    ("sans EXTERNAL", {"capacites2": "IMAP4rev1 AUTH=PLAIN"}, CertificatRefuseError, ("AUTH=EXTERNAL absent",)),
    (
        "certificat refusé par Dovecot",
        {"external": f"NO [ALERT] Client didn't present valid SSL certificate {ADRESSE}"},
        CertificatRefuseError,
        ("AUTHENTICATE",),
    ),
    ("inconnu", {"external": f"NO [AUTHENTICATIONFAILED] {ADRESSE}"}, CertificatRefuseError, ("AUTHENTICATE",)),
    (
        "vérification indisponible",
        {"external": "NO [UNAVAILABLE] Temporary authentication failure."},
        VerificationIndisponibleError,
        ("UNAVAILABLE",),
    ),
    ("coupé à l'authentification", {"external": COUPER}, TransportError, ("connect",)),
    ("boîte fermée", {"select": f"NO [INUSE] {ADRESSE} est prise"}, ServiceError, ("INUSE",)),
    ("lecture refusée", {"fetch": "NO [SERVERBUG] Internal error"}, ServiceError, ("SERVERBUG",)),
    ("commande inconnue", {"fetch": f"BAD {JEAN}"}, ServiceError, ("BAD",)),
    ("coupé en lecture", {"fetch": COUPER}, TransportError, ("answer",)),
]


@pytest.mark.parametrize(("script", "classe", "attendu"), [e[1:] for e in ECHECS], ids=[e[0] for e in ECHECS])
def test_refusals(script: dict[str, Any], classe: type[SegurError], attendu: tuple[str, ...]) -> None:
    with serveur(imap(UN, **script)) as operateur, pytest.raises(classe) as echec:
        relever(operateur.port)
    error = echec.value
    assert type(error) is classe
    assert (error.phase if isinstance(error, TransportError) else error.code,) == attendu  # type: ignore[attr-defined]
    muette(error)


def muette(error: SegurError) -> None:
    dit = f"{error!r} {error} {error.to_dict()}"
    assert ADRESSE not in dit
    assert JEAN not in dit
    cause: BaseException | None = error
    while cause is not None:
        assert isinstance(cause, SegurError), "what the server said is kept"
        cause = cause.__context__


def test_server_of_another_name() -> None:
    with serveur(imap(UN, hote="autre.bac-a-sable.mssante.fr")) as operateur, pytest.raises(TransportError) as echec:
        relever(operateur.port)
    assert echec.value.phase == "tls"
    assert operateur.chiffre == []


def test_client_certificate_of_another_authority() -> None:
    with serveur(imap(UN)) as operateur, pytest.raises(CertificatRefuseError):
        relever(operateur.port, tls=etranger())


def sans_fin(*debut: str, ligne: str, chiffre: bool = False, rythme: float = 0.05) -> Callable[[Any], None]:
    """Give a server that always has something to add, from the start or once under TLS."""

    def parler(prise: Any) -> None:
        for texte in debut:
            prise.dire(texte)
        while True:
            prise.dire(ligne)
            time.sleep(rythme)

    if not chiffre:
        return parler
    return imap(UN, un_message={1: parler})


SANS_FIN = {
    "accueil au compte-gouttes": sans_fin(ligne="* OK \\"),
    "annonces sans fin": sans_fin("* OK bonjour", ligne="* 1 EXISTS"),
    "annonces sans fin sous TLS": sans_fin(ligne="* 1 EXISTS", chiffre=True),
    "inondation": sans_fin("* OK bonjour", ligne="\n".join(["* 1 FETCH (FLAGS ())"] * 20_000), rythme=0),
    "inondation sous TLS": sans_fin(ligne="\n".join(["* 1 FETCH (FLAGS ())"] * 20_000), chiffre=True, rythme=0),
}


@pytest.mark.parametrize("script", SANS_FIN.values(), ids=SANS_FIN)
def test_a_server_that_never_ends_is_left_in_time(script: Any) -> None:
    debut = time.monotonic()
    with serveur(script) as operateur, pytest.raises(TransportError) as echec:
        relever(operateur.port, secondes=1.0)
    assert time.monotonic() - debut < 3
    muette(echec.value)


def test_silence_ends_with_the_time_given() -> None:
    def muet(prise: Any) -> None:
        prise.dire("* OK bonjour")
        while True:
            prise.lire()

    with serveur(muet) as operateur, pytest.raises(DeadlineError):
        avec(
            operateur.port,
            lambda boites, ou: boites.relever(ou, delai(0.3), limite=1, taille_maximale=TAILLE),
        )


# --- kept connections --------------------------------------------------------------------------------------


def test_a_connection_is_kept_and_dropped_with_its_certificate() -> None:
    with serveur(imap(UN)) as operateur:
        boites = Boites(frozenset({("localhost", operateur.port)}))
        for tls in (certificat(), certificat(), certificat("RENOUVELE")):
            boites.relever(acces(operateur.port, tls=tls), delai(), limite=5, taille_maximale=TAILLE)
        boites.close()
    assert operateur.connexions == 2
    assert sum("NOOP" in ligne for ligne in operateur.chiffre) == 1
    assert operateur.chiffre[-1].endswith("LOGOUT")
