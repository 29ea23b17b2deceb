"""FR-Vaccination (E8): done, not done, none known, nothing recorded."""

from __future__ import annotations

from typing import Final

from segur_socles.documents.cda.balises import code, el, jour, modeles, reference_texte
from segur_socles.documents.cda.entrees.absence import Absence
from segur_socles.documents.cda.entrees.produit import produit
from segur_socles.documents.cda.recit import Atelier, Ligne
from segur_socles.documents.cda.sections import ANS_ENTREE, CCD, PCC
from segur_socles.documents.contenu.clinique import Vaccination
from segur_socles.nomenclatures.codes import Code, nomenclature

__all__ = ["absence_de_vaccination", "vaccination"]

_VACCINATION: Final = modeles((f"{CCD}.24", f"{PCC}.4.12", f"{ANS_ENTREE}.45"))


def vaccination(fait: Vaccination, ligne: Ligne, atelier: Atelier) -> str:
    """Write one vaccination; ``negationInd`` says it was not done."""
    prise = jour("effectiveTime", fait.faite_le) + (code("routeCode", fait.voie) if fait.voie else "")
    boite = produit(fait.vaccin, fait.cis, ligne.cellule("vaccin"), fait.lot)
    return _administration(fait.acte, ligne.ancre, prise, boite, atelier, negation=not fait.effectuee)


def absence_de_vaccination(dit: Absence, atelier: Atelier) -> str:
    """Write that no vaccination is known, or that nothing is recorded.

    This entry takes no nullFlavor on its code: « no-immunization-info » is the one that states ignorance.
    """
    table = nomenclature("JDV_AbsentOrUnknownImmunization")
    nature = dit.code or table.code("no-immunization-info")
    prise = jour("effectiveTime", None)
    return _administration(nature, dit.ancre, prise, produit(None, None, dit.ancre), atelier, negation=False)


def _administration(nature: Code, ancre: str, prise: str, boite: str, atelier: Atelier, *, negation: bool) -> str:
    corps = (
        _VACCINATION
        + atelier.id()
        + code("code", nature)
        + reference_texte(ancre)
        + '<statusCode code="completed"></statusCode>'
        + prise
        + boite
    )
    niee = "true" if negation else "false"
    return el("substanceAdministration", corps, classCode="SBADM", moodCode="EVN", negationInd=niee)
