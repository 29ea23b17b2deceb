"""FR-Resultats-d-examens: a group of results of one kind (E19)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from segur_socles._core.xml import text
from segur_socles.documents.cda.balises import code, el, jour, modeles, nul, reference
from segur_socles.documents.cda.entrees.observation import fait
from segur_socles.documents.cda.recit import Atelier, Ligne
from segur_socles.documents.cda.sections import ANS_ENTREE, LOINC, PCC
from segur_socles.documents.contenu.synthese import CategorieResultat, ResultatExamen
from segur_socles.nomenclatures.codes import Code

__all__ = ["CATEGORIES", "observation_de_resultat", "resultat", "resultats"]

CATEGORIES: Final = {
    CategorieResultat.BIOLOGIE: "Biologie",
    CategorieResultat.IMAGERIE: "Imagerie",
    CategorieResultat.CYTOLOGIE: "Cytologie",
    CategorieResultat.ANATOMOPATHOLOGIE: "Anatomie et cytologie pathologiques",
    CategorieResultat.GENETIQUE: "Génétique",
}

_GROUPE: Final = modeles((f"{ANS_ENTREE}.208",))
_RESULTAT: Final = modeles((f"{PCC}.4.13", f"{ANS_ENTREE}.48", f"{ANS_ENTREE}.209"))


def resultats(categorie: CategorieResultat, observations: Iterable[str], atelier: Atelier) -> str:
    """Write the group of one kind of results."""
    corps = (
        _GROUPE
        + atelier.id()
        + code("code", Code(categorie.value, LOINC, CATEGORIES[categorie]))
        + '<statusCode code="completed"></statusCode>'
        + "".join([el("component", observation) for observation in observations])
    )
    return el("organizer", corps, classCode="CLUSTER", moodCode="EVN")


def resultat(rendu: ResultatExamen, ligne: Ligne, atelier: Atelier) -> str:
    """Write one result, in words."""
    nature = nul("code", "NI", el("originalText", reference(ligne.cellule("examen"))))
    valeur = el("value", text(rendu.resultat), xsi_type="ST")
    return observation_de_resultat(
        nature, valeur, jour("effectiveTime", rendu.fait_le), ligne.cellule("resultat"), atelier
    )


def observation_de_resultat(nature: str, valeur: str, quand: str, ancre: str, atelier: Atelier) -> str:
    """Write one observation of a result; ``nature``, ``valeur`` and ``quand`` are elements already."""
    return fait(nature, valeur, ancre, atelier, quand=quand, gabarit=_RESULTAT)
