"""FR-Prothese-et-objet-personnel: an observation of its own family (E7)."""

from __future__ import annotations

from typing import Final

from segur_socles.documents.cda.balises import code, el, modeles, nul, reference, valeur_booleenne
from segur_socles.documents.cda.entrees.absence import Absence
from segur_socles.documents.cda.entrees.observation import fait
from segur_socles.documents.cda.recit import Atelier, Ligne
from segur_socles.documents.cda.sections import ANS_ENTREE, PCC
from segur_socles.documents.contenu.objets import EMPLACEMENTS, ObjetPersonnel
from segur_socles.nomenclatures.codes import nomenclature

__all__ = ["absence_d_objet", "objet"]

_OBJET: Final = modeles((f"{PCC}.4.13", f"{ANS_ENTREE}.48", f"{ANS_ENTREE}.12"))


def objet(sien: ObjetPersonnel, ligne: Ligne, atelier: Atelier) -> str:
    """Write one object: the answer says whether it goes with the person."""
    nature = code("code", sien.type, el("originalText", reference(ligne.cellule("objet"))))
    ou = code("targetSiteCode", EMPLACEMENTS[sien.emplacement]) if sien.emplacement else ""
    valeur = valeur_booleenne(sien.remis)
    return fait(nature, valeur, ligne.ancre, atelier, quand=nul("effectiveTime", "UNK"), suite=ou, gabarit=_OBJET)


def absence_d_objet(dit: Absence, atelier: Atelier) -> list[str]:
    """Write that there is no object, or that nobody knows: the same answer for each that the value set names."""
    valeur = valeur_booleenne(False if dit.declaree else None)
    quand = nul("effectiveTime", "UNK")
    return [
        fait(code("code", nature), valeur, dit.ancre, atelier, quand=quand, gabarit=_OBJET)
        for nature in nomenclature("JDV_ProtheseObjetPersonnel").codes.values()
    ]
