"""A message walks through a true Postfix to a true Dovecot, and both refuse what they should."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from mss_juges import TAILLE, Operateur, operateur
from mss_serveur import ADRESSE, JEAN, OCTETS, acces, delai, etranger, pret

from segur_socles.errors import CertificatRefuseError, ServiceError
from segur_socles.mss.acces import AccesMss
from segur_socles.mss.boite import Boites
from segur_socles.mss.releve import MessageLeve
from segur_socles.mss.types import EnvoiRefuse, MessageEnvoye

pytestmark = [pytest.mark.juge("postfix"), pytest.mark.juge("dovecot")]

INCONNUE = "personne@medecin.bac-a-sable.mssante.fr"
MESSAGE = b"Message-ID: <essai@ehpad.bac-a-sable.mssante.fr>\r\n" + OCTETS
FIN = b"Bonjour\r\n.\r\n..deux\r\n"
DEHORS = "ailleurs@hors.bac-a-sable.mssante.fr"


@pytest.fixture(scope="module")
def juge() -> Iterator[Operateur]:
    with operateur() as ouvert:
        yield ouvert


@pytest.fixture
def boites(juge: Operateur) -> Iterator[Boites]:
    ouvertes = Boites(frozenset({("localhost", juge.smtp), ("localhost", juge.imap)}))
    yield ouvertes
    ouvertes.close()


def la_boite(juge: Operateur) -> AccesMss:
    return acces(juge.smtp, imap=juge.imap)


def attendre(boites: Boites, ou: AccesMss) -> tuple[MessageLeve, MessageLeve]:
    """Read until the message is there, and the report of its delivery: Postfix answers before it delivers."""
    leves: tuple[MessageLeve, ...] = ()
    for _ in range(100):
        leves = boites.relever(ou, delai(20), limite=5, taille_maximale=10 * TAILLE).messages
        if len(leves) == 2:
            rapport, message = sorted(leves, key=lambda leve: leve.octets.endswith(FIN))
            return message, rapport
        time.sleep(0.05)
    pytest.fail(f"{len(leves)} messages sont arrivés au lieu de 2")


def test_from_submission_to_the_mailbox_to_the_byte(juge: Operateur, boites: Boites) -> None:
    ou = la_boite(juge)
    resultat = boites.envoyer(ou, pret(ADRESSE, INCONNUE, JEAN, octets=MESSAGE), delai(20), taille_maximale=TAILLE)
    assert isinstance(resultat, MessageEnvoye)
    assert resultat.acceptes == (ADRESSE, JEAN)
    assert [(r.adresse, r.code, r.code_etendu, r.passager) for r in resultat.refus] == [(INCONNUE, 550, "5.1.1", False)]
    message, rapport = attendre(boites, ou)
    assert message.octets.startswith(b"Return-Path: <%b>" % ADRESSE.encode())
    assert message.octets.endswith(FIN)
    # The report quotes what it was asked to.
    assert b"Original-Envelope-Id: essai+1\r\n" in rapport.octets
    assert b"Original-Recipient: rfc822;" + JEAN.encode() in rapport.octets
    # Reading marked nothing; marking is for the message that was read, and no other.
    assert {leve.emplacement for leve in attendre(boites, ou)} == {message.emplacement, rapport.emplacement}
    with pytest.raises(ServiceError, match="plus dans la boîte"):
        boites.marquer_lu(ou, delai(20), replace(message.emplacement, empreinte=rapport.emplacement.empreinte))
    boites.marquer_lu(ou, delai(20), message.emplacement)
    (reste,) = boites.relever(ou, delai(20), limite=5, taille_maximale=TAILLE).messages
    assert reste.emplacement == rapport.emplacement
    fichiers = [f for f in (juge.courrier / JEAN).rglob("*") if f.is_file() and b"..deux" in f.read_bytes()]
    assert len(fichiers) == 1


def test_every_recipient_refused(juge: Operateur, boites: Boites) -> None:
    resultat = boites.envoyer(la_boite(juge), pret(INCONNUE, DEHORS), delai(20), taille_maximale=TAILLE)
    assert isinstance(resultat, EnvoiRefuse)
    assert [refus.code // 100 for refus in resultat.refus] == [5, 5]


def test_larger_than_the_announced_size(juge: Operateur, boites: Boites) -> None:
    gros = OCTETS + b"x" * 70 * 3000 + b"\r\n"
    with pytest.raises(ServiceError, match=str(TAILLE)) as echec:
        boites.envoyer(la_boite(juge), pret(octets=gros), delai(20), taille_maximale=100 * TAILLE)
    assert echec.value.code == "552"


def test_a_certificate_of_another_authority_is_refused_by_both(juge: Operateur, boites: Boites) -> None:
    ou = acces(juge.smtp, imap=juge.imap, tls=etranger())
    with pytest.raises(CertificatRefuseError) as envoi:
        boites.envoyer(ou, pret(), delai(20), taille_maximale=TAILLE)
    with pytest.raises(CertificatRefuseError) as releve:
        boites.relever(ou, delai(20), limite=1, taille_maximale=TAILLE)
    for error in (envoi.value, releve.value):
        assert ADRESSE not in f"{error} {error.to_dict()}"
