"""Submission over real sockets, by smtplib: who may send what to whom, and what is delivered."""

from __future__ import annotations

import smtplib
import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from courrier_mss import (
    CITOYENNE,
    DUI,
    INFIRMERIE,
    MATRICULE,
    MEDECIN,
    SANS_ARCHIVE,
    URGENCES_BAL,
    Courrier,
    adresse,
    cda,
    contexte,
    smtp,
    xdm,
)

from segur_socles.sandbox.donnees import FOYER
from segur_socles.sandbox.pki import Defaut, Emis
from segur_socles.sandbox.sandbox import Sandbox

COUPURE = (smtplib.SMTPServerDisconnected, ssl.SSLError, ConnectionError)


def envoyer(
    sandbox: Sandbox,
    emis: Emis,
    dossier: Path,
    octets: bytes,
    vers: tuple[str, ...] = (URGENCES_BAL,),
    de: str = INFIRMERIE,
) -> dict[str, tuple[int, bytes]]:
    with smtp(sandbox, emis, dossier) as client:
        return client.sendmail(de, vers, octets)


# --- transport ---


def test_a_message_is_delivered_as_it_was_sent(sandbox: Sandbox, ehpad: Emis, tmp_path: Path) -> None:
    avant = len(sandbox.mss.messages(URGENCES_BAL))
    octets = Courrier().octets()
    assert envoyer(sandbox, ehpad, tmp_path, octets, (URGENCES_BAL, MEDECIN)) == {}
    livre = sandbox.mss.messages(URGENCES_BAL)[avant]
    assert livre == sandbox.mss.messages(MEDECIN)[-1]
    tete, _, reste = livre.partition(b"From: ")
    assert b"From: " + reste == octets
    assert tete.startswith(f"Return-Path: <{INFIRMERIE}>\r\nReceived: from localhost".encode())
    entree = sandbox.journal.entrees[-1]
    assert (entree.service, entree.operation, entree.statut) == ("mss", "mss.envoyer", 250)
    assert entree.structure == "1990000019"
    assert entree.message_id == "<6f1d7c52-3b0e-4a57-9a44-5d1f0c7be201@ehpad.bac-a-sable.mssante.fr>"
    assert all(verdict.ok for verdict in entree.verdicts)


def test_a_dot_at_the_beginning_of_a_line_survives(sandbox: Sandbox, ehpad: Emis, tmp_path: Path) -> None:
    octets = replace(SANS_ARCHIVE, texte=".\r\n..deux\r\nfin").octets()
    envoyer(sandbox, ehpad, tmp_path, octets)
    assert sandbox.mss.messages(URGENCES_BAL)[-1].endswith(octets)


def test_nothing_before_tls(sandbox: Sandbox) -> None:
    with smtplib.SMTP(*adresse(sandbox, "smtp"), local_hostname="dui.test", timeout=10) as client:
        assert client.ehlo()[0] == 250
        assert "auth" not in client.esmtp_features
        assert client.docmd("MAIL", f"FROM:<{INFIRMERIE}>")[0] == 530


def test_what_is_announced_under_tls(sandbox: Sandbox, ehpad: Emis, tmp_path: Path) -> None:
    with smtp(sandbox, ehpad, tmp_path) as client:
        client.ehlo()
        assert client.esmtp_features["size"] == str(25 * 1024 * 1024)
        assert not {"auth", "starttls", "dsn"} & client.esmtp_features.keys()


def test_no_client_certificate_is_refused(sandbox: Sandbox, tmp_path: Path) -> None:
    with pytest.raises(COUPURE), smtp(sandbox, None, tmp_path) as client:
        client.ehlo()


@pytest.mark.parametrize("defaut", Defaut, ids=str)
def test_a_bad_certificate_is_refused(sandbox: Sandbox, tmp_path: Path, defaut: Defaut) -> None:
    emis = sandbox.pki.auth_cli("1990000019", "EHPAD", "dui", defaut=defaut)
    with pytest.raises(COUPURE), smtp(sandbox, emis, tmp_path) as client:
        client.ehlo()


def test_revoked_after_the_connection_began(sandbox: Sandbox, tmp_path: Path) -> None:
    emis = sandbox.pki.auth_cli("1990000019", "EHPAD", "dui")
    with smtp(sandbox, emis, tmp_path) as client:
        assert client.ehlo()[0] == 250
    with smtplib.SMTP(*adresse(sandbox, "smtp"), timeout=10) as client:
        client.ehlo("dui.test")
        sandbox.revoquer(emis.certificat)
        with pytest.raises(COUPURE):
            chiffrer(client, contexte(sandbox, emis, tmp_path))


def chiffrer(client: smtplib.SMTP, context: ssl.SSLContext) -> None:
    """In TLS 1.3 a refused certificate shows at the first command after."""
    client.starttls(context=context)
    client.ehlo("dui.test")


def test_the_server_has_its_own_certificate(sandbox: Sandbox, ehpad: Emis, tmp_path: Path) -> None:
    with smtp(sandbox, ehpad, tmp_path) as client:
        assert isinstance(client.sock, ssl.SSLSocket)
        sujet = dict(paire[0] for paire in (client.sock.getpeercert() or {})["subject"])  # type: ignore[misc]
    assert sujet["commonName"].startswith("mss-smtp.")


def test_the_certificate_of_the_legal_entity_serves(sandbox: Sandbox, tmp_path: Path) -> None:
    emis = sandbox.pki.auth_cli("1990000001", "GESTIONNAIRE", "dui")
    assert envoyer(sandbox, emis, tmp_path, SANS_ARCHIVE.octets()) == {}


def test_the_mailbox_of_another_structure(sandbox: Sandbox, urgences: Emis, tmp_path: Path) -> None:
    with pytest.raises(smtplib.SMTPSenderRefused) as refus:
        envoyer(sandbox, urgences, tmp_path, Courrier().octets())
    assert refus.value.smtp_code == 553
    entree = sandbox.journal.entrees[-1]
    assert (entree.statut, entree.structure) == (553, "1990000035")
    assert [v.controle for v in entree.verdicts if not v.ok] == ["boîte de la structure du certificat"]


def test_from_of_another_structure(sandbox: Sandbox, urgences: Emis, tmp_path: Path) -> None:
    with pytest.raises(smtplib.SMTPDataError, match="SANDBOX_FROM"):
        envoyer(sandbox, urgences, tmp_path, Courrier().octets(), (MEDECIN,), de=URGENCES_BAL)


def test_recipients(sandbox: Sandbox, ehpad: Emis, tmp_path: Path) -> None:
    inconnue, dehors = "personne@ehpad.bac-a-sable.mssante.fr", "quelquun@ailleurs.mssante.fr"
    citoyen = "279035121518989@patient.mssante.fr"
    refuses = envoyer(sandbox, ehpad, tmp_path, SANS_ARCHIVE.octets(), (URGENCES_BAL, inconnue, dehors, citoyen))
    assert {qui: (code, texte[:5]) for qui, (code, texte) in refuses.items()} == {
        inconnue: (550, b"5.1.1"),
        dehors: (550, b"5.1.2"),
        citoyen: (550, b"5.1.1"),
    }
    assert sandbox.journal.entrees[-1].statut == 250
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        envoyer(sandbox, ehpad, tmp_path, SANS_ARCHIVE.octets(), (inconnue,))
    assert sandbox.journal.entrees[-1].statut == 550


def test_size_announced_and_size_hidden(sandbox: Sandbox, ehpad: Emis, tmp_path: Path) -> None:
    with smtp(sandbox, ehpad, tmp_path) as client:
        client.ehlo()
        assert client.docmd("MAIL", f"FROM:<{INFIRMERIE}> SIZE=26214401") == (
            552,
            b"5.3.4 Message size exceeds fixed limit",
        )
        assert sandbox.journal.entrees[-1].statut == 552
        client.mail(INFIRMERIE)
        client.rcpt(URGENCES_BAL)
        code, texte = client.data(b"X-A: b\r\n\r\n" + (b"x" * 998 + b"\r\n") * 26_300)
        assert (code, texte[:5]) == (552, b"5.3.4")
        assert client.noop()[0] == 250


def test_a_mailbox_is_opened_while_running(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.mss.ajouter_boite("foyer@foyer.bac-a-sable.mssante.fr", FOYER)
    emis = sandbox.ajouter_structure(FOYER).mss
    octets = SANS_ARCHIVE.avec(**{"from": "foyer@foyer.bac-a-sable.mssante.fr"}).octets()
    envoyer(sandbox, emis, tmp_path, octets, (DUI,), de="Foyer@foyer.bac-a-sable.mssante.fr")
    assert sandbox.mss.messages(DUI)[-1].endswith(octets)


# --- content ---

AUTRE = "1100863220830" + "60"

BONS: dict[str, tuple[Courrier, tuple[str, ...]]] = {
    "sans_archive": (SANS_ARCHIVE, (URGENCES_BAL,)),
    "nom_en_minuscules": (replace(Courrier(), nom_archive="ihe_xdm.zip"), (URGENCES_BAL,)),
    "deux_documents": (
        replace(Courrier().avec(x_mss_codecda="34105-7,74207-2"), archive=xdm(cda(), cda("74207-2"))),
        (URGENCES_BAL,),
    ),
    "ins_incomplete": (replace(Courrier().avec(x_mss_ins="N"), archive=xdm(cda(naissance=""))), (URGENCES_BAL,)),
    "en_deux_lignes": (Courrier().avec(subject="XDM/1.0/DDM+Lettre\r\n de liaison"), (URGENCES_BAL,)),
}


@pytest.mark.parametrize("nom", BONS)
def test_accepted(sandbox: Sandbox, ehpad: Emis, tmp_path: Path, nom: str) -> None:
    courrier, vers = BONS[nom]
    assert envoyer(sandbox, ehpad, tmp_path, courrier.octets(), vers) == {}


def test_a_citizen_is_written_to_about_himself(sandbox: Sandbox, ehpad: Emis, tmp_path: Path) -> None:
    connu = "275126322074974@patient.mssante.fr"
    courrier = Courrier()
    assert envoyer(sandbox, ehpad, tmp_path, courrier.octets(), (connu,)) == {}
    assert len(sandbox.mss.messages(connu)) == 1


FAUTES: dict[str, tuple[Callable[[], bytes], str]] = {
    "nil_absent": (lambda: Courrier().avec(x_mss_nil=None).octets(), "X_MSS_NIL"),
    "nil_vide": (lambda: Courrier().avec(x_mss_nil="").octets(), "X_MSS_NIL"),
    "codecda_absent": (lambda: Courrier().avec(x_mss_codecda=None).octets(), "X_MSS_CODECDA"),
    "codecda_autre": (lambda: Courrier().avec(x_mss_codecda="74207-2").octets(), "X_MSS_CODECDA"),
    "codecda_en_trop": (lambda: Courrier().avec(x_mss_codecda="34105-7,74207-2").octets(), "X_MSS_CODECDA"),
    "codecda_sans_archive": (lambda: replace(Courrier().avec(x_mss_ins=None), archive=None).octets(), "X_MSS_CODECDA"),
    "ins_absent": (lambda: Courrier().avec(x_mss_ins=None).octets(), "X_MSS_INS"),
    "ins_n_pour_o": (lambda: Courrier().avec(x_mss_ins="N").octets(), "X_MSS_INS"),
    "ins_o_pour_n": (lambda: replace(Courrier(), archive=xdm(cda(naissance=""))).octets(), "X_MSS_INS"),
    "ins_sans_archive": (lambda: SANS_ARCHIVE.avec(x_mss_ins="N").octets(), "X_MSS_INS"),
    "from_autre_boite": (lambda: Courrier().avec(**{"from": DUI}).octets(), "FROM"),
    "from_absent": (lambda: Courrier().avec(**{"from": None}).octets(), "FROM"),
    "from_double": (lambda: Courrier().avec(**{"from": f"{INFIRMERIE}, {DUI}"}).octets(), "FROM"),
    "message_id_absent": (lambda: Courrier().avec(message_id=None).octets(), "MESSAGE_ID"),
    "message_id_nu": (lambda: Courrier().avec(message_id="123").octets(), "MESSAGE_ID"),
    "html_seul": (lambda: replace(Courrier(), type_texte='text/html; charset="utf-8"').octets(), "TEXTE"),
    "latin_1": (lambda: replace(Courrier(), type_texte='text/plain; charset="iso-8859-1"').octets(), "TEXTE"),
    "pas_un_zip": (lambda: replace(Courrier(), archive=b"PK rien").octets(), "ARCHIVE"),
    "zip_sans_cda": (lambda: replace(Courrier(), archive=xdm()).octets(), "ARCHIVE"),
    "objet_libre": (lambda: Courrier().avec(subject="Lettre de liaison").octets(), "OBJET"),
    "deux_usagers_cda": (
        lambda: replace(
            Courrier().avec(x_mss_codecda="34105-7,34105-7"), archive=xdm(cda(), cda(matricule=AUTRE))
        ).octets(),
        "USAGER",
    ),
    "deux_usagers_metadonnees": (
        lambda: replace(
            Courrier().avec(x_mss_codecda="34105-7,34105-7"), archive=xdm(cda(), cda(), patients=(MATRICULE, AUTRE))
        ).octets(),
        "USAGER",
    ),
    "lf_nu": (lambda: Courrier().octets().replace(b"Bonjour,", b"Bonjour,\n"), "FIN_DE_LIGNE"),
    "cr_nu": (lambda: Courrier().octets().replace(b"Bonjour,", b"Bonjour,\r"), "FIN_DE_LIGNE"),
    "ligne_de_999": (lambda: replace(Courrier(), texte="x" * 999).octets(), "LIGNE_TROP_LONGUE"),
}


def livrer_brut(client: smtplib.SMTP, octets: bytes, vers: str = URGENCES_BAL) -> tuple[int, bytes]:
    """Send bytes as they are: smtplib's data() mends line ends."""
    client.ehlo()
    client.mail(INFIRMERIE)
    client.rcpt(vers)
    assert client.docmd("DATA")[0] == 354
    client.send(octets + b".\r\n")
    return client.getreply()


@pytest.mark.parametrize("nom", FAUTES)
def test_a_broken_rule_has_its_code(sandbox: Sandbox, ehpad: Emis, tmp_path: Path, nom: str) -> None:
    octets, code = FAUTES[nom][0](), f"SANDBOX_{FAUTES[nom][1]}"
    avant = len(sandbox.mss.messages(URGENCES_BAL))
    with smtp(sandbox, ehpad, tmp_path) as client:
        statut, texte = livrer_brut(client, octets)
    assert statut == 554
    assert texte.startswith(b"5.6.0 SANDBOX_")
    assert code in texte.decode().split()
    assert len(sandbox.mss.messages(URGENCES_BAL)) == avant
    assert code in [v.detail for v in sandbox.journal.entrees[-1].verdicts if not v.ok]


def test_a_line_of_998_bytes_is_taken(sandbox: Sandbox, ehpad: Emis, tmp_path: Path) -> None:
    with smtp(sandbox, ehpad, tmp_path) as client:
        assert livrer_brut(client, replace(Courrier(), texte="x" * 998).octets())[0] == 250


def test_two_citizens_in_one_message(sandbox: Sandbox, ehpad: Emis, tmp_path: Path) -> None:
    deux = ("275126322074974@patient.mssante.fr", f"{AUTRE}@patient.mssante.fr")
    with pytest.raises(smtplib.SMTPDataError, match="SANDBOX_USAGER"):
        envoyer(sandbox, ehpad, tmp_path, SANS_ARCHIVE.octets(), deux)


def test_a_citizen_is_not_written_to_about_another(sandbox: Sandbox, ehpad: Emis, tmp_path: Path) -> None:
    with pytest.raises(smtplib.SMTPDataError, match="SANDBOX_USAGER"):
        envoyer(sandbox, ehpad, tmp_path, Courrier().octets(), (f"{AUTRE}@patient.mssante.fr",))


def accuse(**entetes: str) -> bytes:
    """A receipt that quotes a whole message of somebody else, archive included."""
    lignes = [
        f"From: {entetes.get('de', INFIRMERIE)}",
        f"To: {URGENCES_BAL}",
        "Subject: XDM/1.0/DDM+Lettre de liaison",
        "Message-ID: <a@ehpad.bac-a-sable.mssante.fr>",
        "X-MSS-NIL: DUI000001",
        "MIME-Version: 1.0",
        'Content-Type: multipart/report; report-type=disposition-notification; boundary="R"',
        "",
        '--R\r\nContent-Type: text/plain; charset="utf-8"\r\n\r\nDocument intégré.',
        "--R\r\nContent-Type: message/disposition-notification\r\n\r\nFinal-Recipient: rfc822;x",
        "--R\r\nContent-Type: message/rfc822\r\n",
        Courrier().octets().decode(),
        "--R--\r\n",
    ]
    return "\r\n".join(lignes).encode()


def test_a_receipt_has_no_sender_and_its_quoted_archive_is_not_its_own(
    sandbox: Sandbox, ehpad: Emis, urgences: Emis, tmp_path: Path
) -> None:
    assert envoyer(sandbox, ehpad, tmp_path, accuse(), de="") == {}
    assert sandbox.mss.messages(URGENCES_BAL)[-1].startswith(b"Return-Path: <>\r\n")
    with pytest.raises(smtplib.SMTPDataError, match="SANDBOX_FROM"):
        envoyer(sandbox, urgences, tmp_path, accuse(), de="")
    with pytest.raises(smtplib.SMTPDataError, match="SANDBOX_FROM"):
        envoyer(sandbox, ehpad, tmp_path, SANS_ARCHIVE.octets(), de="")


# --- faults ---


def test_503_then_ok_is_451(sandbox: Sandbox, ehpad: Emis, tmp_path: Path) -> None:
    sandbox.pannes.activer("503-then-ok", service="mss", operation="mss.envoyer")
    avant = len(sandbox.mss.messages(URGENCES_BAL))
    with smtp(sandbox, ehpad, tmp_path) as client:
        with pytest.raises(smtplib.SMTPDataError) as refus:
            client.sendmail(INFIRMERIE, URGENCES_BAL, Courrier().octets())
        assert (refus.value.smtp_code, len(sandbox.mss.messages(URGENCES_BAL))) == (451, avant)
        assert sandbox.journal.entrees[-1].panne == "503-then-ok"
        assert client.sendmail(INFIRMERIE, URGENCES_BAL, Courrier().octets()) == {}


def test_the_answer_is_lost_after_the_message_was_taken(sandbox: Sandbox, ehpad: Emis, tmp_path: Path) -> None:
    sandbox.pannes.activer("accept-then-lose-reply", service="mss")
    avant = len(sandbox.mss.messages(URGENCES_BAL))
    with pytest.raises(COUPURE):
        envoyer(sandbox, ehpad, tmp_path, Courrier().octets())
    assert len(sandbox.mss.messages(URGENCES_BAL)) == avant + 1
    entree = sandbox.journal.entrees[-1]
    assert (entree.statut, entree.panne) == (None, "accept-then-lose-reply")


def test_latency(sandbox: Sandbox, ehpad: Emis, tmp_path: Path) -> None:
    sandbox.pannes.activer("latency", service="mss", secondes=0.3)
    envoyer(sandbox, ehpad, tmp_path, Courrier().octets())
    assert sandbox.journal.entrees[-1].duree >= 0.3


def test_an_altered_archive_is_whole_and_its_document_has_another_digest(
    sandbox: Sandbox, ehpad: Emis, tmp_path: Path
) -> None:
    import email
    import hashlib
    import io
    import zipfile

    sandbox.pannes.activer("alter-archive", service="mss")
    envoyer(sandbox, ehpad, tmp_path, SANS_ARCHIVE.octets())
    assert sandbox.pannes.actives  # nothing to alter yet
    envoyer(sandbox, ehpad, tmp_path, Courrier().octets())
    assert not sandbox.pannes.actives
    lu = email.message_from_bytes(sandbox.mss.messages(URGENCES_BAL)[-1])
    (piece,) = [p for p in lu.walk() if p.get_filename() == "IHE_XDM.ZIP"]
    with zipfile.ZipFile(io.BytesIO(piece.get_payload(decode=True))) as archive:  # type: ignore[arg-type]
        assert archive.testzip() is None
        document = archive.read("IHE_XDM/SUBSET01/DOC0001.XML")
        metadonnees = archive.read("IHE_XDM/SUBSET01/METADATA.XML").decode()
    assert len(document) == len(cda().encode())
    assert sum(a != b for a, b in zip(document, cda().encode(), strict=True)) == 1
    assert hashlib.sha1(document).hexdigest() not in metadonnees


# --- several at once, privacy ---


def test_parallel_sessions(sandbox: Sandbox, ehpad: Emis, urgences: Emis, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    depuis_urgences = SANS_ARCHIVE.avec(**{"from": URGENCES_BAL}).octets()
    avant = len(sandbox.mss.messages(DUI)), len(sandbox.mss.messages(URGENCES_BAL))

    def dix(emis: Emis, dossier: str, octets: bytes, de: str, vers: str) -> None:
        with smtp(sandbox, emis, tmp_path / dossier) as client:
            for _ in range(10):
                client.sendmail(de, vers, octets)

    fils = [
        threading.Thread(target=dix, args=(ehpad, "a", SANS_ARCHIVE.octets(), INFIRMERIE, URGENCES_BAL)),
        threading.Thread(target=dix, args=(urgences, "b", depuis_urgences, URGENCES_BAL, DUI)),
    ]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join(30)
    apres = len(sandbox.mss.messages(DUI)), len(sandbox.mss.messages(URGENCES_BAL))
    assert apres == (avant[0] + 10, avant[1] + 10)


def test_no_address_in_the_journal_nor_in_the_logs(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    with Sandbox(dossier=tmp_path / "sortie") as sandbox:
        emis = sandbox.certificats(sandbox.acteur.structure).mss
        cibles = ("canari@ailleurs.mssante.fr", "canari@ehpad.bac-a-sable.mssante.fr", CITOYENNE, URGENCES_BAL)
        courrier = Courrier().avec(message_id="<CANARI@x>", x_mss_nil="CANARI", subject="CANARI", x_mss_ins="CANARI")
        with smtp(sandbox, emis, tmp_path) as client:
            with pytest.raises(smtplib.SMTPDataError):
                client.sendmail(INFIRMERIE, cibles, courrier.octets())
            client.docmd("CANARI", CITOYENNE)
            with pytest.raises(smtplib.SMTPSenderRefused):
                client.sendmail("canari@ehpad.bac-a-sable.mssante.fr", cibles, courrier.octets())
        with pytest.raises(COUPURE), smtp(sandbox, None, tmp_path) as client:
            client.ehlo()
        ecrit = (tmp_path / "sortie" / "journal.jsonl").read_text("utf-8") + repr(sandbox.journal.entrees) + caplog.text
    assert "554" in ecrit
    for secret in ("canari", "CANARI", MATRICULE, "@"):
        assert secret not in ecrit


def test_a_client_that_leaves_in_the_middle_leaves_no_trace_in_the_log(
    sandbox: Sandbox, ehpad: Emis, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with smtp(sandbox, ehpad, tmp_path) as client:
        client.ehlo()
        client.mail(INFIRMERIE)
        client.rcpt(URGENCES_BAL)
        client.docmd("DATA")
        client.send(b"X: 1\r\n")
        assert client.sock is not None
        client.sock.shutdown(socket.SHUT_RDWR)
        client.close()
    with smtp(sandbox, ehpad, tmp_path) as client:
        assert client.noop()[0] == 250
    assert not caplog.records
