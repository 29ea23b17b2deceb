"""Receipts: the one we send back, to the byte, and those of others, old forms included."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from mss_outils import BOITE, MEDECIN, MOMENT, REPERES, dlu, rediger, remplacer, xdm

from segur_socles._core.ids import SeededIds
from segur_socles.config.messagerie import OptionsMss
from segur_socles.errors import ChampInvalideError
from segur_socles.mss.accuse import rediger_accuse
from segur_socles.mss.codes import ErreurIntegration, IssueAccuse
from segur_socles.mss.lecture import lire_message
from segur_socles.mss.reperes import Reperes
from segur_socles.mss.types import MessagePret, MessageRecu
from segur_socles.personnes.boite import BoiteStructure
from segur_socles.xds.xdm_lecture import ArchiveRefusee

GOLDEN = Path(__file__).parents[1] / "golden" / "mss-accuse.eml.txt"
CABINET = BoiteStructure(adresse=MEDECIN, nom="Dr_Jean_DUPONT_Cabinet médical")
RETOUR = Reperes(message_id="<retour@medecin.mssante.fr>", envid="r1", frontiere="R1", date=MOMENT)
ENVOYE = rediger(dlu(), archive=xdm(dlu()), accuse=True)


def recu() -> MessageRecu:
    return lire_message(ENVOYE.octets)


def accuser(lu: MessageRecu | None = None, **options: Any) -> MessagePret:
    reglages: dict[str, Any] = {
        "boite": CABINET,
        "nil": "DEV935997",
        "rapporteur": "Éditeur Médical 4.2",
        "reperes": RETOUR,
    }
    return rediger_accuse(lu or recu(), **(reglages | options))


# --- ours ------------------------------------------------------------------------------------------------


@pytest.mark.exigence("ECO.3.1.6")
def test_golden_capture() -> None:
    court = lire_message(
        b"From: infirmerie@ehpad-les-tilleuls.mssante.fr\r\nSubject: Re: XDM/1.0/DDM+CR VIAL PAUL 26/11/1978\r\n"
        b"Message-ID: <un@x.mssante.fr>\r\nDisposition-Notification-To: infirmerie@ehpad-les-tilleuls.mssante.fr\r\n"
        b"\r\nBonjour\r\n"
    )
    ecrit = accuser(court, erreur=ErreurIntegration.PATIENT_INCONNU).octets
    assert ecrit.replace(b"\r\n", b"\n").decode("ascii") == GOLDEN.read_text("ascii")


def test_a_success_repeats_the_subject_and_gives_the_message_back_to_the_byte() -> None:
    pret = accuser()
    lu = message_from_bytes(pret.octets, policy=default)
    assert lu["Subject"] == "XDM/1.0/DDM+Document de liaison d'urgence VIAL PAUL 26/11/1978"
    assert lu["From"] == "Dr_Jean_DUPONT_Cabinet médical <jean.dupont@medecin.mssante.fr>"
    assert lu["To"] == BOITE.adresse
    assert lu["In-Reply-To"] == lu["References"] == REPERES.message_id
    assert (lu["X-MSS-NIL"], lu["Auto-Submitted"]) == ("DEV935997", "auto-replied")
    assert {"X-MSS-CODECDA", "X-MSS-INS", "Disposition-Notification-To"} & set(lu.keys()) == set()
    assert lu.get_content_type() == "multipart/report"
    assert lu.get_param("report-type") == "disposition-notification"
    texte, notification, original = lu.iter_parts()
    assert "intégré" in texte.get_content()
    assert dict(notification.get_payload(0).items()) == {
        "Reporting-UA": "Editeur Medical 4.2",
        "Final-Recipient": f"rfc822;{MEDECIN}",
        "Original-Message-ID": REPERES.message_id,
        "Disposition": "automatic-action/MDN-sent-automatically; processed",
    }
    assert original.get_content_type() == "message/rfc822"
    assert ENVOYE.octets in pret.octets
    assert pret.destinataires == (BOITE.adresse,)
    assert (pret.message_id, pret.documents, pret.matricule) == (RETOUR.message_id, (), None)


def test_a_failure_says_its_code_everywhere() -> None:
    lu = message_from_bytes(accuser(erreur=ErreurIntegration.INS_DISCORDANTE).octets, policy=default)
    assert lu["Subject"] == (
        "[KO Intégration système !][904] XDM/1.0/DDM+Document de liaison d'urgence VIAL PAUL 26/11/1978"
    )
    texte, notification, _ = lu.iter_parts()
    assert "904, l'INS ne correspond pas exactement" in texte.get_content()
    lus = notification.get_payload(0)
    assert lus["Disposition"] == "automatic-action/MDN-sent-automatically; processed/error"
    assert lus["Error"] == "904^l'INS ne correspond pas exactement a celle du destinataire"


def test_a_receipt_too_large_gives_back_the_header_only() -> None:
    juste = accuser(options=OptionsMss(taille_maximale=len(accuser().octets)))
    assert juste.octets == accuser().octets
    court = accuser(options=OptionsMss(taille_maximale=len(accuser().octets) - 1)).octets
    original = message_from_bytes(court, policy=default).get_payload(2)
    assert original.get_content_type() == "text/rfc822-headers"
    tete = ENVOYE.octets[: ENVOYE.octets.index(b"\r\n\r\n") + 2]
    assert b"Content-Transfer-Encoding: 7bit\r\n\r\n" + tete + b"\r\n--=_R1--" in court
    assert b"IHE_XDM" not in court
    lu = lire_message(court)
    assert lu.accuse is not None
    assert lu.accuse.concerne(ENVOYE)


@pytest.mark.parametrize("erreur", [None, *ErreurIntegration])
def test_a_receipt_of_ours_is_read_back(erreur: ErreurIntegration | None) -> None:
    lu = lire_message(accuser(erreur=erreur).octets)
    assert lu.accuse is not None
    assert lu.accuse.concerne(ENVOYE)
    assert (lu.accuse.erreur, lu.accuse.reussi) == (erreur, erreur is None)
    assert (lu.accuse.expediteur, lu.accuse.destinataire) == (MEDECIN, MEDECIN)
    assert lu.accuse.destinataire_de(ENVOYE) == MEDECIN
    assert MEDECIN not in repr(lu.accuse)
    assert (lu.archive, lu.accuse_demande, lu.constats) == (None, None, ())


def test_a_message_read_from_a_file_gets_its_line_ends_back() -> None:
    fichier = lire_message(ENVOYE.octets.replace(b"\r\n", b"\n"))
    assert accuser(fichier).octets == accuser().octets


def test_a_message_of_eight_bits_is_declared_so() -> None:
    brut = remplacer(ENVOYE.octets, (b"Bonjour,", "Été".encode()))
    assert b"message/rfc822\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + brut in accuser(lire_message(brut)).octets


def test_no_receipt_is_written_that_was_not_asked() -> None:
    with pytest.raises(ChampInvalideError, match="ne demande pas d'accusé") as refus:
        accuser(lire_message(rediger().octets))
    assert refus.value.champs == ("recu",)


@pytest.mark.parametrize(
    ("options", "champ"),
    [({"nil": ""}, "nil"), ({"reperes": RETOUR.model_copy(update={"frontiere": "B1"})}, "reperes.frontiere")],
)
def test_a_receipt_that_would_break_is_refused(options: dict[str, Any], champ: str) -> None:
    with pytest.raises(ChampInvalideError) as refus:
        accuser(**options)
    assert refus.value.champs == (champ,)


def test_a_receipt_is_never_answered() -> None:
    demande = remplacer(
        accuser().octets, (b"X-MSS-NIL", f"Disposition-Notification-To: {MEDECIN}\r\nX-MSS-NIL".encode())
    )
    assert lire_message(demande).accuse_demande is None


def test_an_injected_subject_cannot_become_a_header() -> None:
    with pytest.raises(ChampInvalideError, match="caractère de contrôle"):
        accuser(replace(recu(), objet="a\r\nBcc: x@y.fr"))


def reperes(lu: MessageRecu, erreur: ErreurIntegration | None = None, adresse: str = MEDECIN, ids: int = 1) -> Reperes:
    return Reperes.accuse_de(lu, adresse, erreur, date=MOMENT, ids=SeededIds(ids))


def test_a_receipt_said_twice_bears_the_same_name() -> None:
    un = reperes(recu())
    assert un == reperes(recu(), ids=2)
    assert un.message_id == f"<{un.envid}@medecin.mssante.fr>"
    assert un.envid == "f3d627f5-4256-5cd5-9638-37ae0aebfe1b"
    autres = [
        reperes(recu(), ErreurIntegration.AUTRE),
        reperes(recu(), adresse=BOITE.adresse),
        reperes(replace(recu(), message_id="<autre@x.mssante.fr>")),
    ]
    assert len({un.envid, *(autre.envid for autre in autres)}) == 4
    # Foreseen by the sender, it would be written into the message, and no receipt could be made.
    assert reperes(replace(recu(), octets=b"autres")).frontiere != un.frontiere


def test_the_receipt_of_a_nameless_message_is_drawn() -> None:
    sans = replace(recu(), message_id=None)
    assert reperes(sans) != reperes(sans, ids=2)


# --- those of others -------------------------------------------------------------------------------------

RAPPORT = """\
From: app@hopital.mssante.fr
Subject: {objet}
MIME-Version: 1.0
Content-Type: multipart/report; report-type=disposition-notification; boundary="R"

--R
Content-Type: text/plain; charset=utf-8

Code erreur : 902
--R
Content-Type: message/disposition-notification
Content-Transfer-Encoding: {codage}

{notification}
--R
Content-Type: message/rfc822

Message-ID: <origine@x.mssante.fr>
Subject: XDM/1.0/DDM+CR VIAL PAUL

Bonjour
--R
Content-Type: application/zip; name="IHE_XDM.ZIP"
Content-Transfer-Encoding: base64

UEsDBA==
--R--
"""
NOUVELLE = """\
Reporting-UA: hopital.fr; DPI
Original-Recipient: rfc822;app@hopital.mssante.fr
Final-Recipient: rfc822; app@hopital.mssante.fr
Original-Message-ID: <cite@x.mssante.fr>
Disposition: automatic-action/MDN-sent-automatically; processed/error
Error: 902^Identifiant de patient inconnu^FINESS
"""
ANCIENNE = """\
Final-Recipient: rfc822;app@hopital.mssante.fr
Disposition: automatic-action/MDN-sent-automatically; processed/Error: 902^Identifiant de patient inconnu^x
"""
LUE = "Final-Recipient: rfc822;a@b.mssante.fr\nDisposition: manual-action/MDN-sent-manually; displayed\n"


def rapport(notification: str, *, base64: bool = False, objet: str = "Accusé") -> bytes:
    if base64:
        notification = b64encode(notification.encode()).decode()
    codage = "base64" if base64 else "7bit"
    return RAPPORT.format(notification=notification, codage=codage, objet=objet).replace("\n", "\r\n").encode()


@pytest.mark.parametrize("base64", [False, True])
@pytest.mark.parametrize(
    ("notification", "message_id", "disposition", "erreur"),
    [
        (NOUVELLE, "<cite@x.mssante.fr>", "processed/error", ErreurIntegration.PATIENT_INCONNU),
        (ANCIENNE, "<origine@x.mssante.fr>", "processed/error", ErreurIntegration.PATIENT_INCONNU),
        (NOUVELLE.replace("902", "777"), "<cite@x.mssante.fr>", "processed/error", ErreurIntegration.AUTRE),
        (LUE, "<origine@x.mssante.fr>", "displayed", None),
    ],
)
def test_reports_of_both_ages_are_read(
    notification: str, message_id: str, disposition: str, erreur: ErreurIntegration | None, base64: bool
) -> None:
    lu = lire_message(rapport(notification, base64=base64))
    assert lu.accuse is not None
    assert (lu.accuse.message_id, lu.accuse.disposition, lu.accuse.erreur) == (message_id, disposition, erreur)
    assert lu.accuse.reussi is False
    assert lu.archive is None
    assert [constat.message for constat in lu.constats] == ["1 archive ZIP non lue"]


def test_a_failure_told_without_a_code_is_a_failure() -> None:
    lu = lire_message(rapport(LUE.replace("displayed", "processed/error")))
    assert lu.accuse is not None
    assert (lu.accuse.erreur, lu.accuse.reussi) == (None, False)


@pytest.mark.parametrize(
    "objet",
    [
        "[KO Intégration système !][905] XDM/1.0/DDM+CR VIAL PAUL",
        "=?utf-8?q?[KO_Int=C3=A9gration_syst=C3=A8me_!][905]?= XDM/1.0/DDM+CR VIAL PAUL",
    ],
)
def test_a_failure_told_by_an_ordinary_mail_is_read(objet: str) -> None:
    ordinaire = rapport(LUE, objet=objet).replace(b"multipart/report", b"multipart/mixed")
    ordinaire = remplacer(ordinaire, (b"message/disposition-notification", b"text/plain"))
    lu = lire_message(ordinaire)
    assert lu.accuse is not None
    assert (lu.accuse.message_id, lu.accuse.erreur) == ("<origine@x.mssante.fr>", ErreurIntegration.INS_INCOMPLETE)
    assert (lu.accuse.reussi, lu.accuse_demande) == (False, None)
    assert isinstance(lu.archive, ArchiveRefusee)  # what comes with it is read all the same


def test_an_answer_to_a_failure_is_no_receipt() -> None:
    assert lire_message(b"Subject: Re: [KO =?utf-8?q?Int=C3=A9gration?= systeme !][905]\r\n\r\n").accuse is None


def test_a_headers_only_original_is_enough() -> None:
    octets = remplacer(rapport(ANCIENNE), (b"message/rfc822", b"text/rfc822-headers"))
    lu = lire_message(octets)
    assert lu.accuse is not None
    assert lu.accuse.message_id == "<origine@x.mssante.fr>"


@pytest.mark.parametrize(
    ("notification", "issue", "dit"),
    [
        ("Disposition: manual-action/MDN-sent-manually; processed", IssueAccuse.TRAITE, "confirme"),
        ("Disposition: automatic-action/MDN-sent-automatically;Processed", IssueAccuse.TRAITE, "confirme"),
        ("Disposition: manual-action/MDN-sent-manually; displayed", IssueAccuse.AFFICHE, "affiché"),
        ("Disposition: automatic-action/MDN-sent-automatically; dispatched", IssueAccuse.TRANSMIS, "suivre"),
        ("Disposition: manual-action/MDN-sent-manually; deleted", IssueAccuse.SUPPRIME, "supprimé"),
        ("Disposition: manual-action/MDN-sent-manually; denied", IssueAccuse.REFUSE, "refuse"),
        ("Disposition: automatic-action/MDN-sent-automatically; failed", IssueAccuse.ECHEC, "n'a pas pu"),
        ("Disposition: a/b; processed\nFailure: disque plein", IssueAccuse.ECHEC, "n'a pas pu"),
        ("Disposition: a/b; processed\nError: sans code", IssueAccuse.ECHEC, "n'a pas pu"),
        ("Disposition: a/b; processed/warning", IssueAccuse.ECHEC, "n'a pas pu"),
        ("Disposition: a/b; processed, deleted", IssueAccuse.INCONNU, "ne dit pas"),
        ("Disposition: a/b (auto) ; processed (classé)", IssueAccuse.TRAITE, "confirme"),
        ("Disposition: a/b; lu", IssueAccuse.INCONNU, "ne dit pas"),
        ("Disposition: processed", IssueAccuse.INCONNU, "ne dit pas"),
        ("X-Rien: 1", IssueAccuse.INCONNU, "ne dit pas"),
    ],
)
def test_only_what_was_processed_is_a_success(notification: str, issue: IssueAccuse, dit: str) -> None:
    lu = lire_message(rapport(notification + "\n"))
    assert lu.accuse is not None
    assert (lu.accuse.issue, lu.accuse.reussi) == (issue, issue is IssueAccuse.TRAITE)
    assert dit in lu.accuse.explication
    assert ("confirme" in lu.accuse.explication) is lu.accuse.reussi


APP = "app@hopital.mssante.fr"
COLLEGUE = f"secretariat@{MEDECIN.partition('@')[2]}"


@pytest.mark.parametrize(
    ("expediteur", "dits", "de"),
    [
        (MEDECIN, "", MEDECIN),
        (MEDECIN.upper(), "Final-Recipient: rfc822;autre@x.mssante.fr\n", MEDECIN),
        (COLLEGUE, f"Final-Recipient: rfc822; <{MEDECIN}>\n", MEDECIN),
        (COLLEGUE, f"Original-Recipient: rfc822;{MEDECIN}\nFinal-Recipient: rfc822;{APP}\n", MEDECIN),
        ("autre@x.mssante.fr", f"Final-Recipient: rfc822; <{MEDECIN}>\n", None),
        ("pirate@gmail.com", f"Original-Recipient: rfc822;{MEDECIN}\n", None),
        (f"{COLLEGUE}, autre@x.mssante.fr", f"Final-Recipient: rfc822;{MEDECIN}\n", None),
        (MEDECIN, f"Final-Recipient: rfc822;{BOITE.adresse}\n", MEDECIN),
        ("autre@x.mssante.fr", "Final-Recipient: rfc822;autre@x.mssante.fr\n", None),
        (f"{MEDECIN})<autre@x.mssante.fr>", "", None),
    ],
)
def test_a_receipt_is_attributed_to_a_recipient_or_to_nobody(expediteur: str, dits: str, de: str | None) -> None:
    notification = f"{dits}Original-Message-ID: {REPERES.message_id}\nDisposition: a/b; processed\n"
    octets = remplacer(rapport(notification), (b"From: app@hopital.mssante.fr", f"From: {expediteur}".encode()))
    lu = lire_message(octets)
    assert lu.accuse is not None
    assert lu.accuse.message_id == ENVOYE.message_id
    assert (lu.accuse.destinataire_de(ENVOYE), lu.accuse.concerne(ENVOYE)) == (de, de is not None)
    assert not lu.accuse.concerne(replace(ENVOYE, message_id="<autre@x.mssante.fr>"))
