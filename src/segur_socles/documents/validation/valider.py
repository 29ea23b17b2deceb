"""Validating a document: our own rules at once, and the Agency's when a kit is given."""

from __future__ import annotations

from typing import Final

from lxml import etree

from segur_socles._core.xml import DOCUMENT, parse
from segur_socles.documents.cda.balises import HL7
from segur_socles.documents.document import DocumentCda
from segur_socles.documents.validation.corps import juger_corps
from segur_socles.documents.validation.entete import juger_entete
from segur_socles.documents.validation.modeles import modele_de
from segur_socles.documents.validation.officielles import ReglesOfficielles
from segur_socles.documents.validation.patient import juger_patient
from segur_socles.documents.validation.rapport import ConstatDocument, RapportValidation
from segur_socles.documents.validation.releve import Releve
from segur_socles.documents.validation.types_donnees import juger_types
from segur_socles.errors import DocumentInvalideError

__all__ = ["valider"]

_LISIBLE: Final = "XML sans DTD, CDA R2"
_JUGES: Final = (juger_entete, juger_patient, juger_types, juger_corps)


def valider(document: bytes | DocumentCda, *, regles: ReglesOfficielles | None = None) -> RapportValidation:
    """Say everything that is wrong in a CDA R2 document, ours or foreign.

    Our own rules are applied at once; ``regles`` adds the schema and the schematrons of the Agency's kit. What is not
    XML, not a CDA, has a DTD or is too large (128 MiB, 200 levels) gives a report with that one error: nothing is
    raised for a bad document, see :meth:`RapportValidation.exiger`. Findings never quote the document.

    Our rules cover the header, the person, the data types, the sections of the models and the narrative; they are
    written from the kit's rules of February 2025 (certain), and do not replace them.
    Raises :class:`ConfigurationError` for a kit that cannot be used.
    """
    octets = document.octets if isinstance(document, DocumentCda) else document
    try:
        racine = parse(octets, quota=DOCUMENT, what="Le document")
    except DocumentInvalideError as error:
        return _illisible(error.message, error.remede)
    if racine.tag != f"{{{HL7}}}ClinicalDocument":
        return _illisible("Le document n'est pas un CDA R2.", "l'ouvrir avec le logiciel qui convient à son format")
    return _juger(racine, regles)


def _juger(racine: etree._Element, regles: ReglesOfficielles | None) -> RapportValidation:
    modele = modele_de(racine)
    releve = Releve(racine, modele)
    for juger in _JUGES:
        juger(releve)
    rapport = RapportValidation(modele=modele.nom if modele else None, constats=releve.constats())
    return rapport if regles is None else rapport.avec(*regles.juger(racine, modele))


def _illisible(message: str, remede: str | None) -> RapportValidation:
    constat = ConstatDocument("Document", message.rstrip("."), _LISIBLE, remede, emplacement="/")
    return RapportValidation(etapes=(), constats=(constat,))
