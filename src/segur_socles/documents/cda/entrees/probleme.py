"""FR-Liste-des-problemes and FR-Probleme (E1 and E2 of the IHE PCC concern family)."""

from __future__ import annotations

from typing import Final

from segur_socles.documents.cda.balises import code, el, jour, modeles, nul, reference, reference_texte
from segur_socles.documents.cda.entrees.absence import Absence
from segur_socles.documents.cda.recit import Atelier, Ligne
from segur_socles.documents.cda.sections import ANS_ENTREE, CCD, PCC, SNOMED
from segur_socles.documents.contenu.clinique import Pathologie
from segur_socles.documents.contenu.communs import COTES
from segur_socles.nomenclatures.codes import Code

__all__ = ["absence_de_probleme", "concern", "probleme"]

CIM10: Final = "2.16.840.1.113883.6.3"
DIAGNOSTIC: Final = Code("282291009", SNOMED, "interprétation diagnostique")
PROBLEME: Final = Code("55607006", SNOMED, "problème")

_CONCERN: Final = (f"{CCD}.27", f"{PCC}.4.5.1")
_PROBLEMES: Final = (f"{PCC}.4.5.2", f"{ANS_ENTREE}.39")
_PROBLEME: Final = modeles((f"{CCD}.28", f"{PCC}.4.5", f"{ANS_ENTREE}.37"))


def probleme(pathologie: Pathologie, ligne: Ligne, atelier: Atelier, *, passe: bool) -> str:
    """Write one disease (``passe`` for a past one) as a concern holding one problem."""
    origine = el("originalText", reference(ligne.cellule("libelle")))
    if pathologie.cim10:
        valeur = code("value", Code(pathologie.cim10, CIM10, pathologie.libelle), origine, xsi_type="CD")
    else:
        valeur = el("value", origine, xsi_type="CD")
    cote = code("targetSiteCode", COTES[pathologie.lateralite]) if pathologie.lateralite else ""
    periode = jour("low", pathologie.debut)
    if passe or pathologie.fin:
        periode += jour("high", pathologie.fin)
    observation = _observation(DIAGNOSTIC, ligne.ancre, periode, valeur, atelier, cote)
    termine = passe or pathologie.fin is not None
    return concern(
        _PROBLEMES, observation, atelier, jour("low", pathologie.debut), jour("high", pathologie.fin) if termine else ""
    )


def absence_de_probleme(dit: Absence, atelier: Atelier) -> str:
    """Write that no problem is known, or that nothing is recorded."""
    observation = _observation(PROBLEME, dit.ancre, nul("low", "UNK"), dit.valeur("value", "CD"), atelier)
    return concern(_PROBLEMES, observation, atelier, nul("low", "UNK"))


def _observation(nature: Code, ancre: str, periode: str, valeur: str, atelier: Atelier, cote: str = "") -> str:
    corps = (
        _PROBLEME
        + atelier.id()
        + code("code", nature)
        + reference_texte(ancre)
        + '<statusCode code="completed"></statusCode>'
        + el("effectiveTime", periode)
        + valeur
        + cote
    )
    return el("observation", corps, classCode="OBS", moodCode="EVN")


def concern(racines: tuple[str, ...], observation: str, atelier: Atelier, debut: str, fin: str = "") -> str:
    """Write the act that tracks an observation: completed when it has an end, active otherwise."""
    corps = (
        modeles(_CONCERN + racines)
        + atelier.id()
        + nul("code", "NA")
        + el("statusCode", code="completed" if fin else "active")
        + el("effectiveTime", debut + fin)
        + el("entryRelationship", observation, inversionInd="false", typeCode="SUBJ")
    )
    return el("act", corps, classCode="ACT", moodCode="EVN")
