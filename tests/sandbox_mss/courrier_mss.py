"""What the tests of the operator share: messages written by hand, and clients of the standard library."""

from __future__ import annotations

import hashlib
import imaplib
import io
import smtplib
import ssl
import zipfile
from base64 import encodebytes
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self

from segur_socles.sandbox.pki import Emis
from segur_socles.sandbox.sandbox import Sandbox

INFIRMERIE = "infirmerie@ehpad.bac-a-sable.mssante.fr"
DUI = "dui@ehpad.bac-a-sable.mssante.fr"
URGENCES_BAL = "urgences@ch-essai.bac-a-sable.mssante.fr"
MEDECIN = "alain.fictif@medecin.bac-a-sable.mssante.fr"
CITOYENNE = "275126322074974@patient.mssante.fr"
MATRICULE = "275126322074974"

CDA = """<?xml version="1.0" encoding="UTF-8"?>
<ClinicalDocument xmlns="urn:hl7-org:v3"><code code="{code}"/><recordTarget><patientRole>
<id root="1.2.250.1.213.1.4.10" extension="{matricule}"/><patient><name><family qualifier="BR">ADRUN</family>
<given qualifier="BR">ZOE</given></name><administrativeGenderCode code="F"/>{naissance}</patient>
</patientRole></recordTarget></ClinicalDocument>
"""

METADONNEES = """<lcm:SubmitObjectsRequest xmlns:lcm="urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0"
 xmlns="urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0"><RegistryObjectList>{objets}</RegistryObjectList>
</lcm:SubmitObjectsRequest>
"""

OBJET = """<ExtrinsicObject><Slot name="hash"><ValueList><Value>{empreinte}</Value></ValueList></Slot>
<ExternalIdentifier identificationScheme="urn:uuid:58a6f841-87b3-4a3e-92fd-a8ffeff98427"
 value="{patient}^^^&amp;1.2.250.1.213.1.4.10&amp;ISO^NH"/></ExtrinsicObject>"""


def cda(code: str = "34105-7", matricule: str = MATRICULE, naissance: str = '<birthTime value="19751231"/>') -> str:
    return CDA.format(code=code, matricule=matricule, naissance=naissance)


def xdm(*documents: str, patients: tuple[str, ...] | None = None) -> bytes:
    """An IHE_XDM.ZIP; ``patients`` is what its metadata say of each document."""
    qui = patients or (MATRICULE,) * len(documents)
    objets = "".join(
        OBJET.format(empreinte=hashlib.sha1(d.encode(), usedforsecurity=False).hexdigest(), patient=patient)
        for d, patient in zip(documents, qui, strict=True)
    )
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.TXT", "essai")
        archive.writestr("IHE_XDM/SUBSET01/METADATA.XML", METADONNEES.format(objets=objets))
        for rang, document in enumerate(documents, 1):
            archive.writestr(f"IHE_XDM/SUBSET01/DOC{rang:04}.XML", document)
    return tampon.getvalue()


@dataclass(frozen=True)
class Courrier:
    """A message that passes every rule; a test breaks one thing at a time."""

    entetes: dict[str, str | None] = field(
        default_factory=lambda: {
            "From": f"=?utf-8?q?Infirmerie_de_l=27EHPAD?= <{INFIRMERIE}>",
            "To": URGENCES_BAL,
            "Subject": "XDM/1.0/DDM+Lettre de liaison ADRUN ZOE 31/12/1975",
            "Date": "Mon, 01 Jun 2026 10:00:00 +0200",
            "Message-ID": "<6f1d7c52-3b0e-4a57-9a44-5d1f0c7be201@ehpad.bac-a-sable.mssante.fr>",
            "X-MSS-NIL": "DUI000001",
            "X-MSS-CODECDA": "34105-7",
            "X-MSS-INS": "O",
        }
    )
    type_texte: str = 'text/plain; charset="utf-8"'
    texte: str = "Bonjour, veuillez trouver ci-joint une lettre de liaison."
    archive: bytes | None = field(default_factory=lambda: xdm(cda()))
    nom_archive: str = "IHE_XDM.ZIP"

    def avec(self, **entetes: str | None) -> Self:
        """Change headers (``X_MSS_NIL``); ``None`` removes one."""
        noms = {nom.lower(): nom for nom in self.entetes}
        changes = {noms[cle.replace("_", "-").lower()]: valeur for cle, valeur in entetes.items()}
        return replace(self, entetes=self.entetes | changes)

    def octets(self) -> bytes:
        lignes = [f"{nom}: {valeur}" for nom, valeur in self.entetes.items() if valeur is not None]
        lignes += ["MIME-Version: 1.0", 'Content-Type: multipart/mixed; boundary="B1"', "", "--B1"]
        lignes += [f"Content-Type: {self.type_texte}", "", self.texte]
        if self.archive is not None:
            lignes += ["--B1", f'Content-Type: application/zip; name="{self.nom_archive}"']
            lignes += ["Content-Transfer-Encoding: base64"]
            lignes += [f'Content-Disposition: attachment; filename="{self.nom_archive}"', ""]
            lignes += encodebytes(self.archive).decode().splitlines()
        return "\r\n".join([*lignes, "--B1--", ""]).encode()


SANS_ARCHIVE = replace(
    Courrier().avec(x_mss_codecda=None, x_mss_ins=None, subject="Demande de transmission"), archive=None
)


def contexte(sandbox: Sandbox, emis: Emis | None, dossier: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(cadata=sandbox.pki.ancres_pem)
    if emis is not None:
        context.load_cert_chain(*emis.ecrire(dossier, "client"))
    return context


def adresse(sandbox: Sandbox, service: str) -> tuple[str, int]:
    (operateur,) = sandbox.environment.operateurs_mss
    hote, _, port = getattr(operateur, service).rpartition(":")
    return hote, int(port)


@contextmanager
def smtp(sandbox: Sandbox, emis: Emis | None, dossier: Path) -> Iterator[smtplib.SMTP]:
    hote, port = adresse(sandbox, "smtp")
    with smtplib.SMTP(hote, port, local_hostname="dui.test", timeout=10) as client:
        client.starttls(context=contexte(sandbox, emis, dossier))
        yield client


@contextmanager
def imap(sandbox: Sandbox, emis: Emis | None, dossier: Path, boite: str | None = None) -> Iterator[imaplib.IMAP4]:
    hote, port = adresse(sandbox, "imap")
    client = imaplib.IMAP4(hote, port, timeout=10)
    try:
        client.starttls(contexte(sandbox, emis, dossier))
        if boite is not None:
            client.authenticate("EXTERNAL", lambda _: boite.encode())
        yield client
        with suppress(imaplib.IMAP4.abort, OSError):  # the server may have closed
            client.logout()
    finally:
        with suppress(OSError):  # closed already
            client.shutdown()
