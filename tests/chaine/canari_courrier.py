"""Mail from outside that names the person wherever a mail can, put straight into a mailbox."""

from __future__ import annotations

import io
import zipfile
from base64 import encodebytes

from canari_outils import Fiche

from segur_socles.sandbox.mss.boites import Boites, Dossier
from segur_socles.sandbox.sandbox import Sandbox

FRONTIERE = "B1"
DOMAINE = "medecin.bac-a-sable.mssante.fr"


def inbox(bac: Sandbox, adresse: str) -> Dossier:
    """A mailbox from behind the counter: flags show nowhere else, and nothing bad comes in by the front door."""
    boites: Boites = bac.mss._operateur.boites
    boite = boites.trouver(adresse)
    assert boite is not None
    return boite.dossiers["INBOX"]


def deposer(bac: Sandbox, adresse: str, octets: bytes) -> None:
    """Deliver a message that the operator would have refused: another one may not."""
    inbox(bac, adresse).deposer(octets, bac.config.clock.now())


def courrier(type_mime: str, entetes: dict[str, str], *parties: str) -> bytes:
    """Write a message of several parts, each with its own headers."""
    lignes = [f"{nom}: {valeur}" for nom, valeur in entetes.items()]
    lignes += ["MIME-Version: 1.0", f'Content-Type: {type_mime}; boundary="{FRONTIERE}"', ""]
    for partie in parties:
        lignes += [f"--{FRONTIERE}", partie]
    return "\r\n".join([*lignes, f"--{FRONTIERE}--", ""]).encode()


def archive_hostile(fiche: Fiche) -> bytes:
    """An archive whose folders, files and contents all bear the name."""
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w") as archive:
        archive.comment = fiche.nom.encode()
        archive.writestr(f"IHE_XDM/{fiche.nom}/METADATA.XML", f"<{fiche.nom} matricule='{fiche.matricule}'>")
        archive.writestr(f"IHE_XDM/{fiche.nom}/{fiche.matricule}.XML", f"<ClinicalDocument>{fiche.nom}")
        archive.writestr(f"../{fiche.nom}.XML", f"<!DOCTYPE a [<!ENTITY b '{fiche.nom}'>]><a>&b;</a>")
    return tampon.getvalue()


def hostile(fiche: Fiche, *, accuse_a: str) -> bytes:
    """A message that names the person in its headers, parameters, types, file names and archive."""
    expediteur = f"{fiche.nom}.{fiche.matricule}@{DOMAINE}"
    entetes = {
        "Return-Path": f"<{expediteur}>",
        "From": f'"{fiche.nom} {fiche.matricule}" <{expediteur}>',
        "To": f'"{fiche.nom}" <{fiche.adresse_citoyenne}>',
        "Subject": f"XDM/1.0/DDM+{fiche.nom} {fiche.matricule}",
        "Date": f"{fiche.nom}, 01 Jan 2026 10:00:00 +0100",
        "Message-ID": f"<{fiche.nom}.{fiche.matricule}@{DOMAINE}>",
        "Disposition-Notification-To": accuse_a.format(expediteur=expediteur, citoyenne=fiche.adresse_citoyenne),
        "X-MSS-INS": fiche.nom,
        "X-MSS-CODECDA": f"{fiche.nom},{fiche.matricule}",
    }
    return courrier(
        "multipart/mixed",
        entetes,
        f"Content-Type: text/plain; charset={fiche.nom}\r\n\r\n{fiche.nom} {fiche.matricule}",
        f"Content-Type: application/x-{fiche.nom}; name={fiche.nom}.pdf\r\n\r\n{fiche.nom}",
        "Content-Type: application/zip\r\nContent-Transfer-Encoding: base64\r\n"
        "Content-Disposition: attachment; filename=IHE_XDM.ZIP\r\n\r\n"
        f"{encodebytes(archive_hostile(fiche)).decode()}",
    )


def accuse_hostile(fiche: Fiche, disposition: str, message_id: str) -> bytes:
    """A receipt about ``message_id`` that names the person, its error text included."""
    expediteur = f"{fiche.nom}@{DOMAINE}"
    entetes = {
        "From": f"{fiche.nom} <{expediteur}>",
        "Subject": f"[KO Intégration système !][904] XDM/1.0/DDM+{fiche.nom}".encode().decode("latin-1"),
        "Message-ID": f"<{fiche.nom}.{fiche.matricule}@{DOMAINE}>",
        "Auto-Submitted": "auto-replied",
    }
    return courrier(
        "multipart/report; report-type=disposition-notification",
        entetes,
        f"Content-Type: text/plain; charset=utf-8\r\n\r\nÉchec pour {fiche.nom} {fiche.matricule}",
        "Content-Type: message/disposition-notification\r\n\r\n"
        f"Reporting-UA: {fiche.nom}\r\n"
        f"Final-Recipient: rfc822;{expediteur}\r\n"
        f"Original-Message-ID: {message_id}\r\n"
        f"Disposition: automatic-action/MDN-sent-automatically; {disposition}\r\n"
        f"Error: 904^l'INS de {fiche.nom} ({fiche.matricule}) ne correspond pas\r\n",
    )
