"""FR-Effet-indesirable: what a medicine did, the medicine suspected, how grave, how sure, what became of it (E14)."""

from __future__ import annotations

from typing import Final

from segur_socles.documents.cda.balises import code, el, jour, modeles, reference, reference_texte
from segur_socles.documents.cda.entrees.observation import fait
from segur_socles.documents.cda.entrees.traitement import suspect
from segur_socles.documents.cda.recit import Atelier, Ligne
from segur_socles.documents.cda.sections import ANS_ENTREE, CCD, LOINC, PCC, TA_ASIP
from segur_socles.documents.contenu.synthese import EffetIndesirable
from segur_socles.nomenclatures.codes import Code

__all__ = ["effet_indesirable"]

_EFFET: Final = modeles((f"{CCD}.18", f"{CCD}.28", f"{PCC}.4.5", f"{ANS_ENTREE}.210"))
_JUGEMENTS: Final = {
    "imputabilite": (f"{ANS_ENTREE}.211", Code("GEN-318", TA_ASIP, "Imputabilité")),
    "gravite": (f"{ANS_ENTREE}.212", Code("94030-4", LOINC, "Gravité")),
    "evolution": (f"{ANS_ENTREE}.213", Code("GEN-319", TA_ASIP, "Evolution")),
}
"""Field of :class:`EffetIndesirable` → template and code of its observation."""


def effet_indesirable(subi: EffetIndesirable, ligne: Ligne, atelier: Atelier) -> str:
    """Write one adverse effect."""
    corps = (
        _EFFET
        + atelier.id()
        + code("code", subi.origine)
        + reference_texte(ligne.cellule("effet"))
        + '<statusCode code="completed"></statusCode>'
        + el("effectiveTime", jour("low", subi.debut), xsi_type="IVL_TS")
        + el("value", el("originalText", reference(ligne.cellule("effet"))), xsi_type="CD")
        + el(
            "entryRelationship",
            suspect(subi.medicament, subi.cis, ligne.cellule("medicament"), atelier),
            typeCode="COMP",
        )
        + "".join([_jugement(champ, getattr(subi, champ), ligne, atelier) for champ in _JUGEMENTS])
    )
    return el("observation", corps, classCode="OBS", moodCode="EVN")


def _jugement(champ: str, dit: Code | None, ligne: Ligne, atelier: Atelier) -> str:
    if dit is None:
        return ""
    gabarit, nature = _JUGEMENTS[champ]
    observation = fait(
        code("code", nature),
        code("value", dit, xsi_type="CD"),
        ligne.cellule(champ),
        atelier,
        quand=jour("effectiveTime", None, "NA"),
        gabarit=modeles((f"{PCC}.4.13", f"{ANS_ENTREE}.48", gabarit)),
    )
    return el("entryRelationship", observation, inversionInd="true", typeCode="SUBJ")
