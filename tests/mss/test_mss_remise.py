"""Delivery reports of operators: what became of each mailbox, and whose report it is."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace

import pytest
from mss_outils import CITOYEN, MEDECIN, REPERES, dlu, rediger, remplacer, xdm

from segur_socles.mss.codes import ActionRemise
from segur_socles.mss.lecture import lire_message
from segur_socles.mss.types import AvisDeRemise

ENVOYE = rediger(dlu(), archive=xdm(dlu()), destinataires=[MEDECIN, CITOYEN])

# As Postfix writes it; the second mailbox is closed, the first was reached through an alias.
REBOND = f"""\
Return-Path: <>
Date: Mon,  1 Jun 2026 10:00:05 +0200 (CEST)
From: MAILER-DAEMON@operateur.mssante.fr (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: infirmerie@ehpad-les-tilleuls.mssante.fr
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
 boundary="7C2E.1780300805/operateur.mssante.fr"
Content-Transfer-Encoding: 8bit
Message-Id: <20260601080005.9A1@operateur.mssante.fr>

This is a MIME-encapsulated message.

--7C2E.1780300805/operateur.mssante.fr
Content-Description: Notification
Content-Type: text/plain; charset=utf-8

This is the mail system at host operateur.mssante.fr.

--7C2E.1780300805/operateur.mssante.fr
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; operateur.mssante.fr
Original-Envelope-Id: {REPERES.envid}
X-Postfix-Queue-ID: 7C2E
X-Postfix-Sender: rfc822; infirmerie@ehpad-les-tilleuls.mssante.fr
Arrival-Date: Mon,  1 Jun 2026 10:00:00 +0200 (CEST)

Final-Recipient: rfc822; accueil@cabinet.mssante.fr
Original-Recipient: rfc822;{MEDECIN}
Action: delivered
Status: 2.0.0
Remote-MTA: dns; mx.cabinet.mssante.fr
Diagnostic-Code: smtp; 250 2.0.0 Ok: queued as 4F

Final-Recipient: rfc822; {CITOYEN}
Original-Recipient: rfc822;{CITOYEN}
Action: failed
Status: 5.2.1
Remote-MTA: dns; mx.patient.mssante.fr
Diagnostic-Code: smtp; 550 5.2.1 <{CITOYEN}>: mailbox closed

--7C2E.1780300805/operateur.mssante.fr
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers

From: infirmerie@ehpad-les-tilleuls.mssante.fr
Message-ID: {REPERES.message_id}

--7C2E.1780300805/operateur.mssante.fr--
""".replace("\n", "\r\n").encode()


def lire(octets: bytes) -> AvisDeRemise:
    avis = lire_message(octets).avis
    assert avis is not None
    return avis


def encoder(octets: bytes) -> bytes:
    """Send the report proper in base64, as some gateways do."""
    debut = octets.index(b"\r\n\r\n", octets.index(b"message/delivery-status")) + 4
    fin = octets.index(b"\r\n--7C2E", debut)
    rapport = octets[debut:fin]
    tete = octets[: debut - 2] + b"Content-Transfer-Encoding: base64\r\n\r\n"
    return tete + b64encode(rapport) + octets[fin:]


@pytest.mark.parametrize("octets", [REBOND, encoder(REBOND)], ids=["clair", "base64"])
def test_a_report_says_what_became_of_each_mailbox(octets: bytes) -> None:
    recu = lire_message(octets)
    avis = lire(octets)
    assert (avis.message_id, avis.envid) == (REPERES.message_id, REPERES.envid)
    assert [(r.adresse, r.adresse_initiale, r.action, r.statut, r.libelle) for r in avis.destinataires] == [
        ("accueil@cabinet.mssante.fr", MEDECIN, ActionRemise.REMIS, "2.0.0", "remis"),
        (CITOYEN, CITOYEN, ActionRemise.ECHEC, "5.2.1", "boîte aux lettres fermée ou désactivée"),
    ]
    assert [echec.adresse for echec in avis.echecs] == [CITOYEN]
    assert avis.explication == (
        "Avis de l'opérateur : remis pour 1 destinataire ; "
        "non remis pour 1 destinataire (boîte aux lettres fermée ou désactivée)."
    )
    assert avis.concerne(ENVOYE)
    assert (recu.accuse, recu.archive, recu.accuse_demande, recu.constats) == (None, None, None, ())
    assert not [ecrit for ecrit in ("patient", "cabinet", REPERES.message_id, "2026") if ecrit in repr(avis)]


@pytest.mark.parametrize(
    ("changes", "concerne"),
    [
        ([(f"Original-Envelope-Id: {REPERES.envid}\r\n", "")], True),
        ([(f"Message-ID: {REPERES.message_id}\r\n", "")], True),
        (
            [(f"Original-Envelope-Id: {REPERES.envid}", "Original-Envelope-Id: x"), (REPERES.message_id, "<x@y.fr>")],
            False,
        ),
        ([(MEDECIN, "x@y.mssante.fr"), (CITOYEN, "z@y.mssante.fr")], False),
    ],
)
def test_a_report_is_about_one_of_our_messages_and_its_recipients(
    changes: list[tuple[str, str]], concerne: bool
) -> None:
    octets = remplacer(REBOND, *((ancien.encode(), nouveau.encode()) for ancien, nouveau in changes))
    assert lire(octets).concerne(ENVOYE) is concerne


def test_a_report_of_no_message_is_about_none() -> None:
    avis = replace(lire(REBOND), envid=None, message_id=None)
    assert not avis.concerne(ENVOYE)


@pytest.mark.parametrize(
    ("statut", "diagnostic", "lu", "libelle"),
    [
        ("5.1.1", "smtp; 550 5.2.1 x", "5.1.1", "boîte aux lettres inconnue"),
        ("5.0.0", "smtp; 552 5.2.2 over quota", "5.2.2", "boîte aux lettres pleine"),
        ("5.2.3 (too big)", "smtp; 552 x", "5.2.3", "message trop volumineux pour la boîte aux lettres"),
        ("5.1.77", "smtp; x", "5.1.77", "adresse en cause"),
        ("5.0.0", "smtp; 550 unknown", "5.0.0", "adresse inconnue ou refusée"),
        ("", "smtp; 554 rejected", None, "message refusé définitivement"),
        ("5.0.0", "x-inconnu; panne", "5.0.0", "non remis"),
    ],
)
def test_the_cause_is_the_status_first_then_the_diagnostic(
    statut: str, diagnostic: str, lu: str | None, libelle: str
) -> None:
    ancien = f"Status: 5.2.1\r\nRemote-MTA: dns; mx.patient.mssante.fr\r\nDiagnostic-Code: smtp; 550 5.2.1 <{CITOYEN}>"
    nouveau = f"Status: {statut}\r\nDiagnostic-Code: {diagnostic}"
    (echec,) = lire(remplacer(REBOND, (ancien.encode(), nouveau.encode()))).echecs
    assert (echec.statut, echec.libelle) == (lu, libelle)


@pytest.mark.parametrize(
    ("action", "attendue"),
    [
        (b"Delayed", ActionRemise.RETARD),
        (b"relayed", ActionRemise.RELAYE),
        (b"expanded", ActionRemise.DIFFUSE),
        (b"perdu", ActionRemise.INCONNUE),
    ],
)
def test_other_actions_are_no_failure(action: bytes, attendue: ActionRemise) -> None:
    avis = lire(remplacer(REBOND, (b"Action: failed", b"Action: " + action)))
    assert (avis.destinataires[1].action, avis.echecs) == (attendue, ())


@pytest.mark.parametrize(
    "change",
    [
        (b"report-type=delivery-status", b"report-type=autre"),
        (b"multipart/report", b"multipart/mixed"),
        (b"Final-Recipient", b"X-Recipient"),
    ],
)
def test_what_is_no_report_is_read_as_a_message(change: tuple[bytes, bytes]) -> None:
    recu = lire_message(remplacer(REBOND, change))
    assert recu.avis is None
    assert recu.accuse_demande is None


def test_an_encoded_report_is_held_to_the_same_bounds() -> None:
    demesure = remplacer(REBOND, (b"X-Postfix-Queue-ID: 7C2E", b'Content-Type: multipart/x; x="' + b'";' * 3000))
    assert lire_message(encoder(remplacer(REBOND, (b"7C2E\r\nX-Postfix-Sender", b"7C2\r\nX-Postfix-Sender")))).avis
    assert lire_message(encoder(demesure)).avis is None


def test_an_archive_beside_a_report_is_told_and_the_original_given_back_is_not() -> None:
    entier = remplacer(
        REBOND, (b"Content-Type: text/rfc822-headers\r\n\r\n", b"Content-Type: message/rfc822\r\n\r\n" + ENVOYE.octets)
    )
    assert lire_message(entier).constats == ()
    piece = b"--7C2E.1780300805/operateur.mssante.fr\r\nContent-Type: application/zip; name=IHE_XDM.ZIP\r\n\r\nPK\r\n"
    debut = entier.index(b"--7C2E")
    recu = lire_message(entier[:debut] + piece + entier[debut:])
    assert recu.avis is not None
    assert [constat.message for constat in recu.constats] == ["1 archive ZIP non lue"]
