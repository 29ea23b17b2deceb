"""From content and header to the bytes of a CDA R2 document."""

from __future__ import annotations

from typing import Final

from segur_socles._core.ids import Ids
from segur_socles._core.model import invalide
from segur_socles.documents.cda.balises import HL7, XSI
from segur_socles.documents.cda.dlu import ecrire_corps
from segur_socles.documents.cda.entete import ecrire_entete
from segur_socles.documents.cda.recit import Atelier
from segur_socles.documents.dlu import Dlu
from segur_socles.documents.document import DocumentCda
from segur_socles.documents.editions import DLU_2022_01, EditionDocument
from segur_socles.documents.entete import Entete
from segur_socles.errors import Constat

__all__ = ["ecrire_dlu"]

DECLARATION: Final = b'<?xml version="1.0" encoding="UTF-8"?>\n'


def ecrire_dlu(dlu: Dlu, entete: Entete, ids: Ids, *, edition: EditionDocument = DLU_2022_01) -> DocumentCda:
    """Write a DLU (CDA R2 level 3).

    The bytes after the XML declaration are their own canonical form. Raises ``ChampInvalideError`` when the
    header is not one of this model, or when a text holds a character that XML forbids.
    """
    _verifier(entete, edition)
    atelier = Atelier(ids, edition)
    corps = ecrire_entete(entete, edition) + ecrire_corps(dlu, atelier)
    racine = f'<ClinicalDocument xmlns="{HL7}" xmlns:xsi="{XSI}">{corps}</ClinicalDocument>'
    return DocumentCda(
        octets=DECLARATION + racine.encode(),
        entete=entete,
        modele=edition.modele,
        canonique=True,
        declaration=len(DECLARATION),
    )


def _verifier(entete: Entete, edition: EditionDocument) -> None:
    attendus = {
        "entete.type": (entete.type.code, edition.type),
        "entete.acte.code": (entete.acte.code and entete.acte.code.code, edition.acte),
    }
    constats = tuple(
        Constat(champ, "code étranger à ce modèle", edition.nom, f"utiliser {attendu.code} ({attendu.libelle})")
        for champ, (donne, attendu) in attendus.items()
        if donne != attendu.code
    )
    if constats:
        raise invalide("Entete", constats)
