"""FR-Mode-de-vie (E17) and FR-Antecedent-familial (E18)."""

from __future__ import annotations

from typing import Final

from segur_socles._core.xml import text
from segur_socles.documents.cda.balises import code, el, jour, modeles, nul, reference, reference_texte
from segur_socles.documents.cda.entrees.probleme import CIM10, DIAGNOSTIC
from segur_socles.documents.cda.recit import Atelier, Ligne
from segur_socles.documents.cda.sections import ANS_ENTREE, CCD, PCC
from segur_socles.documents.contenu.synthese import AntecedentFamilial, ElementSocial
from segur_socles.nomenclatures.codes import Code

__all__ = ["antecedent_familial", "element_social"]

_SOCIAL: Final = modeles((f"{CCD}.33", f"{PCC}.4.13", f"{PCC}.4.13.4", f"{ANS_ENTREE}.52"))
_FAMILLE: Final = modeles((f"{CCD}.23", f"{PCC}.4.15", f"{ANS_ENTREE}.59"))
_PARENT: Final = modeles((f"{PCC}.4.15.2", f"{ANS_ENTREE}.60"))
_MALADIE: Final = modeles((f"{CCD}.22", f"{PCC}.4.13", f"{PCC}.4.13.3", f"{ANS_ENTREE}.51"))


def element_social(fait: ElementSocial, ligne: Ligne, atelier: Atelier) -> str:
    """Write one element of the way of living, in words."""
    corps = (
        _SOCIAL
        + atelier.id()
        + code("code", fait.type)
        + reference_texte(ligne.cellule("description"))
        + '<statusCode code="completed"></statusCode>'
        + jour("effectiveTime", fait.releve_le, "NA")
        + el("value", text(fait.description), xsi_type="ST")
    )
    return el("observation", corps, classCode="OBS", moodCode="EVN")


def antecedent_familial(fait: AntecedentFamilial, ligne: Ligne, atelier: Atelier) -> str:
    """Write the disease of one relative."""
    lien = code("code", fait.lien, el("originalText", reference(ligne.cellule("lien"))))
    parent = el("subject", _PARENT + el("relatedSubject", lien, classCode="PRS"), typeCode="SBJ")
    origine = el("originalText", reference(ligne.cellule("libelle")))
    if fait.cim10:
        valeur = code("value", Code(fait.cim10, CIM10, fait.libelle), origine, xsi_type="CD")
    else:
        valeur = el("value", origine, xsi_type="CD")
    maladie = (
        _MALADIE
        + atelier.id()
        + code("code", DIAGNOSTIC)
        + reference_texte(ligne.cellule("libelle"))
        + '<statusCode code="completed"></statusCode>'
        + nul("effectiveTime", "UNK")
        + valeur
    )
    observation = el("observation", maladie, classCode="OBS", moodCode="EVN")
    corps = (
        _FAMILLE + '<statusCode code="completed"></statusCode>' + parent + el("component", observation, typeCode="COMP")
    )
    return el("organizer", corps, classCode="CLUSTER", moodCode="EVN")
