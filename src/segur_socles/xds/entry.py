"""Metadata of documents and submission sets, as values.

Cardinalities follow the CI-SIS mapping for the DMP (ANS, probable where it differs from the samples).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from segur_socles.nomenclatures.codes import Code
from segur_socles.xds.formats import Cx, Xcn, Xon

__all__ = ["Association", "Auteur", "DocumentEntry", "SubmissionSet"]


@dataclass(frozen=True, slots=True)
class Auteur:
    """Who made a document or a submission set; ``specialite`` is a code of JDV_J01."""

    personne: Xcn
    institution: Xon | None = None
    specialite: Code | None = None
    role: str | None = None


@dataclass(frozen=True, slots=True)
class DocumentEntry:
    """Metadata of one document.

    ``id`` is the symbolic identifier inside the message, ``unique_id`` the OID of the document for ever.
    Times are HL7, UTC, without zone (``yyyyMMddHHmmss``). ``hash`` is the SHA-1 of the bytes sent, 40
    lower-case hexadecimal digits, and ``taille`` their number. ``uri`` is the name of its file beside the
    metadata, in an XDM archive only.
    """

    id: str
    unique_id: str
    patient: Cx
    auteurs: tuple[Auteur, ...]
    signataire_legal: Xcn
    titre: str = field(repr=False)
    type: Code
    classe: Code
    format: Code
    confidentialites: tuple[Code, ...]
    lieu: Code
    cadre: Code
    creation: str
    debut: str
    patient_source: Cx
    fin: str | None = None
    langue: str = "fr-FR"
    type_mime: str = "text/xml"
    evenements: tuple[Code, ...] = ()
    commentaire: str | None = field(default=None, repr=False)
    patient_source_infos: tuple[str, ...] = field(default=(), repr=False)
    hash: str | None = None
    taille: int | None = None
    uri: str | None = None


@dataclass(frozen=True, slots=True)
class SubmissionSet:
    """Metadata of one submission set; ``heure`` is HL7, UTC (``yyyyMMddHHmmss``)."""

    id: str
    unique_id: str
    source_id: str
    patient: Cx
    auteur: Auteur
    heure: str
    type_contenu: Code
    titre: str | None = field(default=None, repr=False)
    commentaire: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Association:
    """A link between two objects: ``type`` is a key of ``schemes.ASSOCIATIONS``."""

    id: str
    type: str
    source: str
    cible: str
