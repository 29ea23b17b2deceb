"""What an operator may see of an ``IHE_XDM.ZIP``: which documents, about whom; and how to damage one.

Written apart from the library's own reader, so that a mistake is not mirrored.
"""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
import zlib
from dataclasses import dataclass, field
from email.message import Message
from typing import Final

from lxml import etree

from segur_socles._core.xml import DOCUMENT, parse
from segur_socles.errors import SegurError

__all__ = ["Archive", "ArchiveIllisibleError", "DocumentCda", "alterer", "lire_archive", "piece_xdm"]

_NOM: Final = "IHE_XDM.ZIP"
_MEMBRES: Final = 200
_OCTETS: Final = 250 * 1024 * 1024
_CDA: Final = "{urn:hl7-org:v3}"
_RIM: Final = "{urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0}"

_PATIENT: Final = frozenset(
    {
        "urn:uuid:58a6f841-87b3-4a3e-92fd-a8ffeff98427",  # XDSDocumentEntry.patientId
        "urn:uuid:6b5aea1a-874d-4603-a4bc-96a0a7b38446",  # XDSSubmissionSet.patientId
    }
)
"""Schemes of the patient's identifier in the metadata (IHE ITI TF-3 4.2, certain)."""

_OID_INS: Final = frozenset(f"1.2.250.1.213.1.4.{arc}" for arc in (8, 9, 10, 11))
"""INS: NIR, NIA, test and demonstration numbers."""


class ArchiveIllisibleError(Exception):
    """The archive is no zip, is too large, or holds XML that cannot be read."""


@dataclass(frozen=True, slots=True)
class DocumentCda:
    """A CDA of an archive: its ``code/@code``; the person's identifiers; the INS; whether the INS is qualified.

    Qualified: matricule, its OID, and the four traits that go with it (birth name, first given name, birth date,
    sex).
    """

    code: str
    patient: frozenset[tuple[str, str]] = field(repr=False)
    matricule: str | None = field(repr=False)
    qualifiee: bool


@dataclass(frozen=True, slots=True)
class Archive:
    """``patients``: the identifiers that the metadata give, as written."""

    documents: tuple[DocumentCda, ...]
    patients: frozenset[str] = field(repr=False)


def piece_xdm(message: Message) -> Message | None:
    """Find the archive attached to a message; not that of a message it quotes."""
    if message.get_content_maintype() == "message":
        return None
    if message.is_multipart():
        return next((p for enfant in _enfants(message) if (p := piece_xdm(enfant)) is not None), None)
    return message if (message.get_filename() or "").upper() == _NOM else None


def lire_archive(octets: bytes) -> Archive:
    """Read an archive. Raises :class:`ArchiveIllisibleError`."""
    documents: list[DocumentCda] = []
    patients: set[str] = set()
    for nom, contenu in _membres(octets).items():
        if not nom.upper().endswith(".XML"):
            continue
        try:
            racine = parse(contenu, quota=DOCUMENT, what="Un fichier XML de l'archive")
        except SegurError:
            raise ArchiveIllisibleError from None
        if racine.tag == f"{_CDA}ClinicalDocument":
            documents.append(_document(racine))
        for identifiant in racine.iter(f"{_RIM}ExternalIdentifier"):
            if identifiant.get("identificationScheme") in _PATIENT:
                patients.add(identifiant.get("value", ""))
    return Archive(tuple(documents), frozenset(patients))


def alterer(octets: bytes, message: Message) -> bytes:
    """Give the bytes of a message whose archive was damaged on the way.

    One bit of its first document changes: the zip stays whole, and the document no longer has the SHA-1 that the
    metadata say. Nothing changes without an archive that can be read.
    """
    piece = piece_xdm(message)
    if piece is None:
        return octets
    contenu = piece.get_payload(decode=True)
    codee = piece.get_payload()
    if not isinstance(contenu, bytes) or not isinstance(codee, str):
        return octets
    try:
        membres = _membres(contenu)
    except ArchiveIllisibleError:
        return octets
    for nom, corps in membres.items():
        empreinte = hashlib.sha1(corps, usedforsecurity=False).hexdigest().encode()
        if any(empreinte in autre for autre in membres.values()):
            milieu = len(corps) // 2
            membres[nom] = corps[:milieu] + bytes((corps[milieu] ^ 1,)) + corps[milieu + 1 :]
            break
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w") as archive:
        for nom, corps in membres.items():
            archive.writestr(zipfile.ZipInfo(nom), corps, zipfile.ZIP_DEFLATED)
    nouvelle = base64.encodebytes(tampon.getvalue()).replace(b"\n", b"\r\n").rstrip()
    return octets.replace(codee.strip().encode("ascii", "replace"), nouvelle)


def _enfants(message: Message) -> list[Message]:
    contenu = message.get_payload()
    return [enfant for enfant in contenu if isinstance(enfant, Message)] if isinstance(contenu, list) else []


def _membres(octets: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(octets)) as archive:
            fiches = [fiche for fiche in archive.infolist() if not fiche.is_dir()]
            if len(fiches) > _MEMBRES or sum(fiche.file_size for fiche in fiches) > _OCTETS:
                raise ArchiveIllisibleError
            # A member longer than its record says is refused by zipfile itself (CRC).
            return {fiche.filename: archive.read(fiche) for fiche in fiches}
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, OSError, ValueError):
        raise ArchiveIllisibleError from None


def _document(racine: etree._Element) -> DocumentCda:
    code = racine.find(f"{_CDA}code")
    role = racine.find(f"{_CDA}recordTarget/{_CDA}patientRole")
    patient = None if role is None else role.find(f"{_CDA}patient")
    identifiants = [] if role is None else role.findall(f"{_CDA}id")
    connus = frozenset((i.get("root", ""), i.get("extension", "")) for i in identifiants)
    matricule = next((numero for oid, numero in sorted(connus) if oid in _OID_INS and numero), None)
    return DocumentCda(
        code="" if code is None else code.get("code", ""),
        patient=connus,
        matricule=matricule,
        qualifiee=matricule is not None and patient is not None and _traits(patient),
    )


def _traits(patient: etree._Element) -> bool:
    naissance = patient.find(f"{_CDA}birthTime")
    sexe = patient.find(f"{_CDA}administrativeGenderCode")
    noms = (patient.find(f"{_CDA}name/{_CDA}{balise}[@qualifier='BR']") for balise in ("family", "given"))
    return (
        all(nom is not None and (nom.text or "").strip() for nom in noms)
        and naissance is not None
        and naissance.get("value", "")[:8].isdigit()
        and sexe is not None
        and sexe.get("code") in {"M", "F"}
    )
