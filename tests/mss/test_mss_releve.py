"""Reading: nothing before STARTTLS, nothing marked by reading, bounded sizes, and what each refusal means."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from mss_serveur import ADRESSE, COUPER, JEAN, acces, certificat, delai, etranger, imap, serveur

from segur_socles.errors import (
    CertificatRefuseError,
    DeadlineError,
    SegurError,
    ServiceError,
    TransportError,
    VerificationIndisponibleError,
)
from segur_socles.mss.acces import AccesMss
from segur_socles.mss.boite import Boites
from segur_socles.mss.releve import MessageLeve

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


def relever(port: int, *, limite: int = 50, taille_maximale: int = TAILLE, **options: Any) -> tuple[MessageLeve, ...]:
    return avec(
        port,
        lambda boites, ou: boites.relever(ou, delai(), limite=limite, taille_maximale=taille_maximale),
        **options,
    )


def marquer(port: int, uid: int, message_id: str | None) -> None:
    avec(port, lambda boites, ou: boites.marquer_lu(ou, delai(), uid=uid, message_id=message_id))


def test_unseen_messages_come_oldest_first_and_none_is_marked() -> None:
    with serveur(imap(UN, DEUX)) as operateur:
        leves = relever(operateur.port)
    assert leves == (MessageLeve(1, UN, len(UN), entier=True), MessageLeve(2, DEUX, len(DEUX), entier=True))
    assert all("PEEK" in ligne for ligne in operateur.chiffre if "BODY" in ligne)
    assert not any("STORE" in ligne for ligne in operateur.chiffre)


def test_nothing_is_said_in_clear_but_starttls() -> None:
    with serveur(imap(UN)) as operateur:
        relever(operateur.port)
    assert [ligne.split()[1] for ligne in operateur.clair] == ["CAPABILITY", "STARTTLS"]
    assert ADRESSE in operateur.chiffre  # what EXTERNAL asks for, once under TLS


def test_limit_takes_the_oldest() -> None:
    with serveur(imap(UN, DEUX)) as operateur:
        assert [leve.uid for leve in relever(operateur.port, limite=1)] == [1]


def test_empty_mailbox() -> None:
    with serveur(imap()) as operateur:
        assert relever(operateur.port) == ()


def test_of_a_message_too_large_only_the_header_is_read() -> None:
    with serveur(imap(UN, DEUX)) as operateur:
        un, deux = relever(operateur.port, taille_maximale=200)
    assert un.entier
    assert (deux.entier, deux.taille) == (False, len(DEUX))
    assert deux.octets == DEUX.split(b"\r\n\r\n")[0] + b"\r\n\r\n"
    assert "Second" not in str(operateur.chiffre)


def test_a_message_larger_than_announced_is_not_swallowed() -> None:
    enorme = UN + b"x" * 600_000 + b"\r\n"
    with serveur(imap(enorme, tailles={1: 100})) as operateur, pytest.raises(TransportError) as echec:
        relever(operateur.port)
    muette(echec.value)


def test_a_message_is_marked_once_dealt_with() -> None:
    with serveur(imap(UN, DEUX)) as operateur:
        marquer(operateur.port, 2, "<deux@x.mssante.fr>")
    assert any(ligne.endswith(r"UID STORE 2 +FLAGS.SILENT (\Seen)") for ligne in operateur.chiffre)


@pytest.mark.parametrize("message_id", ["<autre@x.mssante.fr>", None])
def test_another_message_under_the_same_number_is_not_marked(message_id: str | None) -> None:
    with serveur(imap(UN, DEUX)) as operateur, pytest.raises(ServiceError) as echec:
        marquer(operateur.port, 2, message_id)
    assert echec.value.code == "ABSENT"
    assert not any("STORE" in ligne for ligne in operateur.chiffre)


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
