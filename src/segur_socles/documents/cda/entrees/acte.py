"""FR-Acte (E9): a procedure done, none known, palliative care, and the one that says nothing."""

from __future__ import annotations

from typing import Final

from segur_socles.documents.cda.balises import code, el, jour, modeles, nul, reference, reference_texte
from segur_socles.documents.cda.entrees.absence import Absence
from segur_socles.documents.cda.recit import Atelier, Ligne
from segur_socles.documents.cda.sections import ANS_ENTREE, CCD, PCC, SNOMED
from segur_socles.documents.contenu.acte import Acte
from segur_socles.documents.contenu.communs import COTES
from segur_socles.nomenclatures.codes import Code

__all__ = ["absence_d_acte", "acte", "acte_fictif", "soins_palliatifs"]

CCAM: Final = "1.2.250.1.215.300.1"
SOINS_PALLIATIFS: Final = Code("103735009", SNOMED, "Soins palliatifs")

_ACTE: Final = modeles((f"{PCC}.4.19", f"{CCD}.29", f"{ANS_ENTREE}.62"))


def acte(fait: Acte, ligne: Ligne, atelier: Atelier) -> str:
    """Write one procedure done."""
    origine = el("originalText", reference(ligne.cellule("libelle")))
    nature = code("code", Code(fait.ccam, CCAM, fait.libelle), origine) if fait.ccam else nul("code", "NI", origine)
    cote = code("targetSiteCode", COTES[fait.lateralite]) if fait.lateralite else ""
    return _procedure(nature, ligne.ancre, "completed", jour("effectiveTime", fait.fait_le) + cote, atelier)


def absence_d_acte(dit: Absence, atelier: Atelier) -> str:
    """Write that no procedure is known, or that nothing is recorded."""
    return _procedure(dit.valeur("code"), dit.ancre, "completed", nul("effectiveTime", "NA"), atelier)


def soins_palliatifs(ancre: str, atelier: Atelier, *, en_cours: bool) -> str:
    """Write whether the person is in palliative care; not knowing has no entry."""
    nature, quand = code("code", SOINS_PALLIATIFS), nul("effectiveTime", "UNK")
    return _procedure(nature, ancre, "active", quand, atelier, niee="false" if en_cours else "true")


def acte_fictif(ancre: str, atelier: Atelier) -> str:
    """Write the procedure that the coded results section demands, as one that says nothing (cancelled, no code)."""
    return _procedure(nul("code", "NA"), ancre, "cancelled", "", atelier)


def _procedure(nature: str, ancre: str, statut: str, suite: str, atelier: Atelier, niee: str | None = None) -> str:
    corps = _ACTE + atelier.id() + nature + reference_texte(ancre) + el("statusCode", code=statut) + suite
    return el("procedure", corps, classCode="PROC", moodCode="EVN", negationInd=niee)
