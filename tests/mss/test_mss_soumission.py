"""Submission: what each failure means, what may be sent again, and that no address is ever told."""

from __future__ import annotations

import asyncio
import pickle
import threading
import time
import traceback
from dataclasses import replace
from typing import Any

import pytest
from mss_serveur import ADRESSE, CITOYEN, COUPER, JEAN, OCTETS, acces, certificat, delai, etranger, pret, serveur, smtp

from segur_socles._core.flow import Dialogue, Flow
from segur_socles._core.run import AsyncRunner
from segur_socles.errors import (
    AuthentificationError,
    CertificatRefuseError,
    ChampInvalideError,
    ConfigurationError,
    DeadlineError,
    DocumentInvalideError,
    SegurError,
    ServiceError,
    TransportError,
    VerificationIndisponibleError,
)
from segur_socles.mss.acces import AccesMss
from segur_socles.mss.boite import Boites
from segur_socles.mss.soumission import Soumission
from segur_socles.mss.types import EnvoiRefuse, MessageEnvoye
from segur_socles.personnes.boite import BoiteStructure
from segur_socles.sandbox.pki import PkiDeTest

MARIE = "marie.fictif@medecin.bac-a-sable.mssante.fr"
TAILLE = 26_214_400


def envoyer(port: int, *destinataires: str, secondes: float = 5.0, octets: bytes = OCTETS, **options: Any) -> Any:
    ou = acces(port, **{k: options.pop(k) for k in ("tls", "hote") if k in options})
    boites = Boites(frozenset({("localhost", port), ("127.0.0.1", port)}))
    options = {"taille_maximale": TAILLE, **options}
    try:
        return boites.envoyer(ou, pret(*destinataires, octets=octets), delai(secondes), **options)
    finally:
        boites.close()


def test_the_message_goes_out_under_tls_only_and_to_the_byte() -> None:
    with serveur(smtp()) as operateur:
        resultat = envoyer(operateur.port, JEAN, CITOYEN)
    assert resultat == MessageEnvoye("<essai@ehpad.bac-a-sable.mssante.fr>", (JEAN, CITOYEN))
    assert operateur.clair == ["ehlo ehpad.bac-a-sable.mssante.fr", "STARTTLS"]
    debut = operateur.chiffre.index(f"MAIL FROM:<{ADRESSE}> SIZE={len(OCTETS)} RET=HDRS ENVID=essai+2B1")
    assert operateur.chiffre[debut + 1 : debut + 4] == [
        f"RCPT TO:<{JEAN}> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;{JEAN}",
        f"RCPT TO:<{CITOYEN}> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;{CITOYEN}",
        "DATA",
    ]
    # Dots that begin a line are doubled (RFC 5321 §4.5.2), which the server undoes.
    assert operateur.chiffre[debut + 4 : -1] == [
        "From: x", "Subject: essai", "", "Bonjour", "..", "...deux", ".",
    ]  # fmt: skip
    assert operateur.chiffre[-1] == "QUIT"


def test_without_dsn_nor_size_nothing_is_asked_of_the_server() -> None:
    with serveur(smtp(EHLO2="250 operateur")) as operateur:
        envoyer(operateur.port)
    assert f"MAIL FROM:<{ADRESSE}>" in operateur.chiffre
    assert f"RCPT TO:<{JEAN}>" in operateur.chiffre


def test_eight_bit_bytes_are_declared() -> None:
    with serveur(smtp()) as operateur:
        envoyer(operateur.port, octets=b"Subject: x\r\n\r\n\xc3\xa9\r\n")
    assert any(ligne.startswith("MAIL") and "BODY=8BITMIME" in ligne for ligne in operateur.chiffre)


def test_a_receipt_has_no_return_address() -> None:
    with serveur(smtp()) as operateur:
        envoyer(operateur.port, rapports=False)
    assert f"MAIL FROM:<> SIZE={len(OCTETS)}" in operateur.chiffre
    assert f"RCPT TO:<{JEAN}>" in operateur.chiffre


def test_external_is_used_when_the_server_offers_it() -> None:
    with serveur(smtp(EHLO2="250-operateur\n250 AUTH PLAIN EXTERNAL")) as operateur:
        envoyer(operateur.port)
    assert "AUTH EXTERNAL aW5maXJtZXJpZUBlaHBhZC5iYWMtYS1zYWJsZS5tc3NhbnRlLmZy" in operateur.chiffre


def test_another_mechanism_is_not_used() -> None:
    with serveur(smtp(EHLO2="250-operateur\n250 AUTH PLAIN LOGIN")) as operateur:
        envoyer(operateur.port)
    assert not any(ligne.startswith("AUTH") for ligne in operateur.chiffre)


# --- refusals ----------------------------------------------------------------------------------------------


def test_some_recipients_refused() -> None:
    refus = {MARIE: f"550 5.1.1 <{MARIE}>: inconnue", CITOYEN: f"450 4.2.1 <{CITOYEN}>: plus tard"}
    with serveur(smtp(rcpt=refus)) as operateur:
        resultat = envoyer(operateur.port, MARIE, JEAN, CITOYEN)
    assert isinstance(resultat, MessageEnvoye)
    assert resultat.acceptes == (JEAN,)
    assert [(r.adresse, r.code, r.code_etendu, r.passager) for r in resultat.refus] == [
        (MARIE, 550, "5.1.1", False),
        (CITOYEN, 450, "4.2.1", True),
    ]
    assert "medecin" not in repr(resultat)
    assert "patient" not in repr(resultat)


@pytest.mark.parametrize("code", [200, 250, 251, 252, 299])
def test_whatever_begins_with_two_means_taken(code: int) -> None:
    with serveur(smtp(RCPT=f"{code} bien", FIN=f"{code} pris")) as operateur:
        assert envoyer(operateur.port) == MessageEnvoye("<essai@ehpad.bac-a-sable.mssante.fr>", (JEAN,))


def test_all_recipients_refused_and_no_content_leaves() -> None:
    # What the operator said stands, even if the connection ends there.
    with serveur(smtp(RCPT="550 5.1.1 inconnue", RSET=COUPER)) as operateur:
        resultat = envoyer(operateur.port, MARIE, JEAN)
    assert isinstance(resultat, EnvoiRefuse)
    assert [r.adresse for r in resultat.refus] == [MARIE, JEAN]
    assert "DATA" not in operateur.chiffre


# What the server does → what the error says: (phase, sent, outcome_unknown), or its type and (code, detail, retryable).
TRANSPORT = [
    ("accueil coupé", {"ACCUEIL": COUPER}, ("connect", False, False)),
    ("accueil 421", {"ACCUEIL": "421 4.3.2 trop de monde"}, ("connect", False, False)),
    ("accueil 554", {"ACCUEIL": "554 5.3.2 pas ici"}, ("connect", False, False)),
    ("sans STARTTLS", {"EHLO": "250-operateur\n250 AUTH PLAIN EXTERNAL"}, ("tls", False, False)),
    ("EHLO refusé", {"EHLO": "502 5.5.1 inconnu"}, ("tls", False, False)),
    ("STARTTLS refusé", {"STARTTLS": "454 4.7.0 plus tard"}, ("tls", False, False)),
    ("coupé en clair", {"EHLO": COUPER}, ("connect", False, False)),
    ("coupé à MAIL", {"MAIL": COUPER}, ("send", False, False)),
    ("coupé à RCPT", {"RCPT": COUPER}, ("send", False, False)),
    ("421 à RCPT", {"RCPT": "421 4.3.2 fermeture"}, ("send", False, False)),
    ("coupé à DATA", {"DATA": COUPER}, ("send", False, False)),
    ("coupé après le point", {"FIN": COUPER}, ("answer", True, True)),
    ("réponse illisible après le point", {"FIN": "?"}, ("answer", True, True)),
    ("réponse inattendue après le point", {"FIN": "354 encore"}, ("answer", True, True)),
    ("code inconnu après le point", {"FIN": "999 z"}, ("answer", True, True)),
    ("deux codes après le point", {"FIN": "250-a\n550 b"}, ("answer", True, True)),
    ("réponse inattendue à RCPT", {"RCPT": "354 allez-y"}, ("send", False, False)),
    ("une réponse de trop à RCPT", {"RCPT": "250 2.1.5 bien\n250 2.0.0 pris"}, ("send", False, False)),
    ("une réponse de trop à DATA", {"DATA": "354 allez-y\n250 2.0.0 pris"}, ("send", False, False)),
]
SERVICE = [
    ("MAIL 451", {"MAIL": f"451 4.3.0 <{ADRESSE}> plus tard"}, ServiceError, ("451", "4.3.0", True)),
    ("MAIL 552", {"MAIL": "552 5.3.4 trop gros"}, ServiceError, ("552", "5.3.4", False)),
    ("MAIL 553", {"MAIL": f"553 5.7.1 <{ADRESSE}> pas à vous"}, ServiceError, ("553", "5.7.1", False)),
    ("MAIL 530", {"MAIL": "530 5.7.0 qui êtes-vous"}, AuthentificationError, ("530", "5.7.0", False)),
    ("MAIL 454", {"MAIL": "454 4.7.0 vérification"}, VerificationIndisponibleError, ("454", "4.7.0", True)),
    ("DATA 554", {"DATA": "554 5.5.1 non"}, ServiceError, ("554", "5.5.1", False)),
    ("point 452", {"FIN": "452 4.3.1 plein"}, ServiceError, ("452", "4.3.1", True)),
    ("point 554", {"FIN": f"554 5.7.1 <{CITOYEN}> non"}, ServiceError, ("554", "5.7.1", False)),
    (
        "AUTH 535",
        {"EHLO2": "250-o\n250 AUTH EXTERNAL", "AUTH": "535 5.7.8 non"},
        CertificatRefuseError,
        ("535", None, False),
    ),
    (
        "AUTH 454",
        {"EHLO2": "250-o\n250 AUTH EXTERNAL", "AUTH": "454 4.7.0 plus tard"},
        VerificationIndisponibleError,
        ("454", "4.7.0", True),
    ),
    ("EHLO chiffré refusé", {"EHLO2": "554 5.7.1 non"}, CertificatRefuseError, ("EHLO", None, False)),
    ("coupé après TLS", {"EHLO2": COUPER}, CertificatRefuseError, ("TLS", None, False)),
]


@pytest.mark.parametrize(("reponses", "attendu"), [c[1:] for c in TRANSPORT], ids=[c[0] for c in TRANSPORT])
def test_broken_connections(reponses: dict[str, str | None], attendu: tuple[str, bool, bool]) -> None:
    with serveur(smtp(**reponses)) as operateur, pytest.raises(TransportError) as echec:  # type: ignore[arg-type]
        envoyer(operateur.port)
    assert (echec.value.phase, echec.value.sent, echec.value.outcome_unknown) == attendu
    muette(echec.value)


@pytest.mark.parametrize(("reponses", "classe", "attendu"), [c[1:] for c in SERVICE], ids=[c[0] for c in SERVICE])
def test_refusals(
    reponses: dict[str, str | None], classe: type[ServiceError], attendu: tuple[str, str | None, bool]
) -> None:
    with serveur(smtp(**reponses)) as operateur, pytest.raises(ServiceError) as echec:  # type: ignore[arg-type]
        envoyer(operateur.port)
    assert type(echec.value) is classe
    assert (echec.value.code, echec.value.detail_code, echec.value.retryable) == attendu
    muette(echec.value)


def muette(error: SegurError) -> None:
    """Look for an address in everything an error tells, its causes and its pickled form included."""
    dit = "".join((*traceback.format_exception(error), repr(error), repr(error.to_dict()), repr(pickle.dumps(error))))
    for adresse in (ADRESSE, JEAN, MARIE, CITOYEN):
        assert adresse not in dit
    cause: BaseException | None = error
    while cause is not None:
        assert isinstance(cause, SegurError), "what the server said is kept"
        cause = cause.__context__


def test_no_answer_in_time_before_the_end_and_after() -> None:
    def muet(prise: Any) -> None:
        prise.dire("220 bonjour")
        time.sleep(1.5)

    with serveur(muet) as operateur, pytest.raises(DeadlineError) as echec:
        envoyer(operateur.port, secondes=0.3)
    assert not echec.value.outcome_unknown

    def lent(prise: Any) -> None:
        smtp(FIN="250-pas fini")(prise)

    with serveur(lent) as operateur, pytest.raises(TransportError) as apres:
        envoyer(operateur.port, secondes=0.8)
    assert apres.value.outcome_unknown


def gouttes(*debut: str, ligne: str) -> Any:
    """Give a server whose reply never ends."""

    def parler(prise: Any) -> None:
        for texte in debut:
            prise.dire(texte)
        while True:
            prise.dire(ligne)
            time.sleep(0.05)

    return parler


def lettre_a_lettre(prise: Any) -> None:
    prise._connexion.sendall(b"220-")
    while True:
        prise._connexion.sendall(b"x")
        time.sleep(0.05)


def apres_le_point(prise: Any) -> None:
    dire = prise.dire

    def dire_ou_durer(texte: str) -> None:
        while texte == "250 2.0.0 pris":
            dire("250-pas fini")
            time.sleep(0.05)
        dire(texte)

    prise.dire = dire_ou_durer
    smtp()(prise)


@pytest.mark.parametrize(
    ("script", "inconnue"),
    [
        (lettre_a_lettre, False),
        (gouttes(ligne="220-encore"), False),
        (gouttes("220 bonjour", ligne="250-encore"), False),
        (apres_le_point, True),
    ],
)
def test_a_reply_that_never_ends_is_left_in_time(script: Any, *, inconnue: bool) -> None:
    debut = time.monotonic()
    with serveur(script) as operateur, pytest.raises(TransportError) as echec:
        envoyer(operateur.port, secondes=1.0)
    assert time.monotonic() - debut < 3
    assert (echec.value.outcome_unknown, echec.value.sent) == (inconnue, inconnue)
    assert isinstance(echec.value, DeadlineError) is not inconnue


def test_a_reply_without_measure_is_not_swallowed() -> None:
    debut = time.monotonic()
    with serveur(gouttes(ligne="220-" + "x" * 60_000)) as operateur, pytest.raises(TransportError) as echec:
        envoyer(operateur.port, secondes=10)
    assert time.monotonic() - debut < 3
    assert (echec.value.phase, echec.value.sent) == ("connect", False)


def test_cut_in_the_middle_of_a_message() -> None:
    # More than the sockets' buffers hold: a short message leaves whole before the cut is seen, and is in doubt.
    gros = OCTETS + (b"x" * 70 + b"\r\n") * 300_000
    with serveur(smtp(CONTENU=COUPER)) as operateur, pytest.raises(TransportError) as echec:
        envoyer(operateur.port, octets=gros, secondes=20)
    assert (echec.value.phase, echec.value.sent, echec.value.outcome_unknown) == ("send", False, False)
    muette(echec.value)


def test_announced_size_is_read_before_sending() -> None:
    with serveur(smtp(EHLO2="250-o\n250 SIZE 20")) as operateur, pytest.raises(ServiceError) as echec:
        envoyer(operateur.port)
    assert (echec.value.code, echec.value.detail_code) == ("552", "5.3.4")
    assert not any(ligne.startswith("MAIL") for ligne in operateur.chiffre)


def test_a_size_that_is_none_sets_no_limit() -> None:
    with serveur(smtp(EHLO2=f"250-o\n250 SIZE {'9' * 5000}")) as operateur:
        assert isinstance(envoyer(operateur.port), MessageEnvoye)


def test_our_own_size_limit_holds_when_the_server_sets_none() -> None:
    with serveur(smtp(EHLO2="250-o\n250 SIZE 0")) as operateur, pytest.raises(ServiceError, match="20 octets"):
        envoyer(operateur.port, taille_maximale=20)


# --- trust -------------------------------------------------------------------------------------------------


def test_server_of_another_authority() -> None:
    # The operator's certificate descends from our PKI; these anchors are those of another.
    canal = certificat().channel(PkiDeTest.creer().ancres())
    with serveur(smtp()) as operateur:
        ou = replace(acces(operateur.port), channel=canal)
        boites = Boites(frozenset({("localhost", operateur.port)}))
        with pytest.raises(TransportError) as echec:
            boites.envoyer(ou, pret(), delai(), taille_maximale=TAILLE)
    assert (echec.value.phase, echec.value.sent) == ("tls", False)
    assert operateur.chiffre == []


def test_server_of_another_name() -> None:
    with serveur(smtp("autre.bac-a-sable.mssante.fr")) as operateur, pytest.raises(TransportError) as echec:
        envoyer(operateur.port)
    assert (echec.value.phase, echec.value.sent) == ("tls", False)
    assert operateur.chiffre == []


def test_client_certificate_of_another_authority() -> None:
    with serveur(smtp()) as operateur, pytest.raises(CertificatRefuseError):
        envoyer(operateur.port, tls=etranger())


def test_a_host_outside_the_environment_is_not_contacted() -> None:
    with serveur(smtp()) as operateur, pytest.raises(ConfigurationError, match="operateurs_mss"):
        Boites(frozenset()).envoyer(acces(operateur.port), pret(), delai(), taille_maximale=TAILLE)
    assert operateur.connexions == 0


def test_an_unreachable_server_is_no_unknown_outcome() -> None:
    with serveur(smtp()) as operateur:
        port = operateur.port
    with pytest.raises(TransportError) as echec:
        envoyer(port)
    assert (echec.value.phase, echec.value.sent) == ("connect", False)


# --- hostile values ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("adresse", ["a@b.fr> NOTIFY=NEVER", "a@b.fr\r\nRCPT TO:<x@y.fr>", "é@b.fr", "", "<a@b.fr"])
def test_an_address_cannot_become_a_command(adresse: str) -> None:
    with serveur(smtp()) as operateur, pytest.raises(ChampInvalideError):
        envoyer(operateur.port, adresse)
    assert not any(ligne.startswith("MAIL") for ligne in operateur.chiffre)


@pytest.mark.parametrize("octets", [b"a: b\n\nc\r\n", b"a: b\r\n\r\n.\n.\r\n", b"a: b\r\rc\r\n"])
def test_lone_line_ends_are_refused(octets: bytes) -> None:
    with serveur(smtp()) as operateur, pytest.raises(DocumentInvalideError):
        envoyer(operateur.port, octets=octets)
    assert not any(ligne.startswith("MAIL") for ligne in operateur.chiffre)


# --- kept connections --------------------------------------------------------------------------------------


def test_a_connection_is_kept_then_left_politely() -> None:
    with serveur(smtp()) as operateur:
        boites = Boites(frozenset({("localhost", operateur.port)}))
        for _ in range(3):
            boites.envoyer(acces(operateur.port), pret(), delai(), taille_maximale=TAILLE)
        assert operateur.connexions == 1
        boites.close()
        with pytest.raises(ConfigurationError, match="fermé"):
            boites.envoyer(acces(operateur.port), pret(), delai(), taille_maximale=TAILLE)
    assert operateur.chiffre[-1] == "QUIT"
    assert operateur.chiffre.count("rset") == 2


def test_a_connection_that_the_server_closed_is_opened_again() -> None:
    with serveur(smtp(RSET=COUPER), smtp()) as operateur:
        boites = Boites(frozenset({("localhost", operateur.port)}))
        for _ in range(2):
            boites.envoyer(acces(operateur.port), pret(), delai(), taille_maximale=TAILLE)
        boites.close()
    assert operateur.connexions == 2


def test_a_connection_whose_call_was_interrupted_is_not_used_again(monkeypatch: pytest.MonkeyPatch) -> None:
    with serveur(smtp()) as operateur:
        boites = Boites(frozenset({("localhost", operateur.port)}))
        ou = acces(operateur.port)
        boites.envoyer(ou, pret(), delai(), taille_maximale=TAILLE)

        def interrompre(_: Any) -> bool:
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(Soumission, "repond", interrompre)
            with pytest.raises(KeyboardInterrupt):
                boites.envoyer(ou, pret(), delai(), taille_maximale=TAILLE)
        boites.envoyer(ou, pret(), delai(), taille_maximale=TAILLE)
        boites.close()
    assert operateur.connexions == 2


def test_a_renewed_certificate_opens_a_new_connection() -> None:
    with serveur(smtp()) as operateur:
        boites = Boites(frozenset({("localhost", operateur.port)}))
        for tls in (certificat(), certificat("RENOUVELE")):
            boites.envoyer(acces(operateur.port, tls=tls), pret(), delai(), taille_maximale=TAILLE)
        boites.close()
    assert operateur.connexions == 2


def test_an_error_drops_the_connection() -> None:
    with serveur(smtp(FIN="554 5.0.0 non"), smtp()) as operateur:
        boites = Boites(frozenset({("localhost", operateur.port)}))
        with pytest.raises(ServiceError):
            boites.envoyer(acces(operateur.port), pret(), delai(), taille_maximale=TAILLE)
        assert isinstance(boites.envoyer(acces(operateur.port), pret(), delai(), taille_maximale=TAILLE), MessageEnvoye)
        boites.close()
    assert operateur.connexions == 2


def test_threads_take_turns_on_a_mailbox() -> None:
    with serveur(smtp()) as operateur:
        boites = Boites(frozenset({("localhost", operateur.port)}))
        faits: list[object] = []

        def un() -> None:
            faits.append(boites.envoyer(acces(operateur.port), pret(), delai(10), taille_maximale=TAILLE))

        fils = [threading.Thread(target=un) for _ in range(8)]
        for fil in fils:
            fil.start()
        for fil in fils:
            fil.join()
        boites.close()
    assert len(faits) == 8
    assert operateur.connexions == 1
    assert operateur.chiffre.count("DATA") == 8


def test_mute_mailboxes_hold_no_other_up() -> None:
    def muet(prise: Any) -> None:
        prise.lire()

    async def scenario(mort: int, vif: int) -> float:
        boites, runner = Boites(frozenset({("localhost", mort), ("localhost", vif)})), AsyncRunner()

        def envoi(ou: AccesMss) -> Flow[object]:
            return (yield Dialogue(lambda limite: boites.envoyer(ou, pret(), limite, taille_maximale=TAILLE), "essai"))

        muettes = [BoiteStructure(adresse=f"boite{n}@ehpad.bac-a-sable.mssante.fr", nom="x") for n in range(40)]
        attentes = [runner.run(envoi(replace(acces(mort), boite=boite)), delai=1.5) for boite in muettes]
        perdus = asyncio.gather(*attentes, return_exceptions=True)
        await asyncio.sleep(0.2)
        debut = time.monotonic()
        await runner.run(envoi(acces(vif)), delai=1.0)
        duree = time.monotonic() - debut
        assert all(isinstance(perdu, DeadlineError) for perdu in await perdus)
        boites.close()
        await runner.aclose()
        return duree

    with serveur(muet) as mort, serveur(smtp()) as vif:
        assert asyncio.run(scenario(mort.port, vif.port)) < 1
