"""Start and stop with mail sessions open, what the environment says, and a foreign sender."""

from __future__ import annotations

import imaplib
import smtplib
import socket
import subprocess
import threading
import time
from pathlib import Path

import pytest
from courrier_mss import (
    CITOYENNE,
    INFIRMERIE,
    SANS_ARCHIVE,
    URGENCES_BAL,
    Courrier,
    adresse,
    contexte,
    imap,
    smtp,
)

from judges import judge
from segur_socles.credentials.usages import Service
from segur_socles.errors import ConfigurationError, CredentialError
from segur_socles.sandbox.donnees import EHPAD, FOYER
from segur_socles.sandbox.mss.boites import BOITES
from segur_socles.sandbox.pki import Emis
from segur_socles.sandbox.sandbox import Sandbox


def test_the_environment_names_the_operator(sandbox: Sandbox) -> None:
    (operateur,) = sandbox.environment.operateurs_mss
    assert set(operateur.domaines) >= {boite.adresse.rpartition("@")[2] for _, boite in BOITES}
    assert "patient.mssante.fr" not in operateur.domaines
    assert sandbox.environment.serveurs_mss == {adresse(sandbox, "smtp"), adresse(sandbox, "imap")}


def test_a_structure_gets_its_certificate(sandbox: Sandbox) -> None:
    emis = sandbox.ajouter_structure(FOYER)
    certificat = sandbox.trousseau.certificat_tls(FOYER.finess_eg, Service.MSS)
    assert certificat is not None
    assert certificat.certificat.numero_serie == emis.mss.certificat.numero_serie


def test_the_mailboxes_of_a_structure_are_in_the_keyring(sandbox: Sandbox) -> None:
    boite = sandbox.trousseau.boite(EHPAD.finess_eg, INFIRMERIE)
    assert (boite.adresse, boite.nom) == (INFIRMERIE, "EHPAD du bac à sable, infirmerie")
    with pytest.raises(CredentialError):
        sandbox.trousseau.boite(EHPAD.finess_eg, URGENCES_BAL)


def test_unknown_mailbox(sandbox: Sandbox) -> None:
    with pytest.raises(ConfigurationError) as refus:
        sandbox.mss.messages("personne@patient.mssante.fr")
    assert "@" not in str(refus.value)


def test_stop_drops_open_sessions_and_start_takes_up_the_mailboxes(tmp_path: Path) -> None:
    fils = threading.active_count()
    sandbox = Sandbox()
    sandbox.start()
    emis = sandbox.certificats(EHPAD).mss
    with smtp(sandbox, emis, tmp_path) as client:
        client.sendmail(INFIRMERIE, INFIRMERIE, SANS_ARCHIVE.octets())
    clair = smtplib.SMTP(*adresse(sandbox, "smtp"), timeout=10)
    chiffre = smtplib.SMTP(*adresse(sandbox, "smtp"), timeout=10)
    chiffre.starttls(context=contexte(sandbox, emis, tmp_path))
    lecteur = imaplib.IMAP4(*adresse(sandbox, "imap"), timeout=10)
    lecteur.starttls(contexte(sandbox, emis, tmp_path))
    lecteur.authenticate("EXTERNAL", lambda _: INFIRMERIE.encode())
    lecteur.select()
    ports = [adresse(sandbox, "smtp"), adresse(sandbox, "imap")]
    debut = time.perf_counter()
    sandbox.stop()
    sandbox.stop()
    assert time.perf_counter() - debut < 1
    for client in (clair, chiffre):
        with pytest.raises((smtplib.SMTPException, OSError)):
            client.noop()
        client.close()
    with pytest.raises((imaplib.IMAP4.abort, OSError)):
        lecteur.noop()
    lecteur.shutdown()
    for port in ports:
        with pytest.raises(OSError, match="refus"):
            socket.create_connection(port)
    assert threading.active_count() == fils
    assert sandbox.journal.entrees[-1].operation == "mss.relever"
    with sandbox, imap(sandbox, emis, tmp_path, INFIRMERIE) as client:
        assert client.select()[1] == [b"1"]


def test_stop_interrupts_a_sending_that_lasts(tmp_path: Path) -> None:
    sandbox = Sandbox()
    sandbox.start()
    sandbox.pannes.activer("latency", secondes=60)
    emis, echecs = sandbox.certificats(EHPAD).mss, list[Exception]()

    def envoyer() -> None:
        try:
            with smtp(sandbox, emis, tmp_path) as client:
                client.sendmail(INFIRMERIE, INFIRMERIE, SANS_ARCHIVE.octets())
        except (smtplib.SMTPException, OSError) as error:
            echecs.append(error)

    fil = threading.Thread(target=envoyer)
    fil.start()
    while sandbox.pannes.actives:
        time.sleep(0.01)
    debut = time.perf_counter()
    sandbox.stop()
    fil.join(10)
    assert time.perf_counter() - debut < 5
    assert len(echecs) == 1


# --- a foreign sender ---


def swaks(sandbox: Sandbox, emis: Emis | None, dossier: Path, octets: bytes, *vers: str) -> int:
    (dossier / "ca.pem").write_text(sandbox.pki.ancres_pem)
    (dossier / "mail.eml").write_bytes(octets)
    hote, port = adresse(sandbox, "smtp")
    commande = [judge("swaks"), "--server", f"{hote}:{port}", "--tls", "--tls-verify", "--suppress-data"]
    commande += ["--tls-ca-path", str(dossier / "ca.pem"), "--ehlo", "dui.test", "--data", f"@{dossier / 'mail.eml'}"]
    commande += ["--from", INFIRMERIE, "--to", ",".join(vers)]
    if emis is not None:
        certificat, cle = emis.ecrire(dossier, "swaks")
        commande += ["--tls-cert", str(certificat), "--tls-key", str(cle)]
    return subprocess.run(commande, capture_output=True, timeout=30, check=False).returncode


@pytest.mark.juge("swaks")
def test_swaks_sends_and_is_refused(sandbox: Sandbox, ehpad: Emis, urgences: Emis, tmp_path: Path) -> None:
    avant = len(sandbox.mss.messages(URGENCES_BAL))
    assert swaks(sandbox, ehpad, tmp_path, Courrier().octets(), URGENCES_BAL, CITOYENNE) == 0
    assert len(sandbox.mss.messages(URGENCES_BAL)) == avant + 1
    assert swaks(sandbox, urgences, tmp_path, Courrier().octets(), URGENCES_BAL) == 23  # MAIL refused
    assert swaks(sandbox, ehpad, tmp_path, Courrier().octets(), "personne@ehpad.bac-a-sable.mssante.fr") == 24
    assert swaks(sandbox, ehpad, tmp_path, Courrier().avec(x_mss_nil=None).octets(), URGENCES_BAL) == 26  # after DATA
    assert swaks(sandbox, None, tmp_path, Courrier().octets(), URGENCES_BAL) != 0
    assert len(sandbox.mss.messages(URGENCES_BAL)) == avant + 1
