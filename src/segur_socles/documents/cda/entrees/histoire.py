"""FR-Mode-de-vie (E17) and FR-Antecedent-familial (E18)."""

from __future__ import annotations

from typing import Final

from segur_socles._core.xml import text
from segur_socles.documents.cda.balises import code, el, jour, modeles, nul, reference
from segur_socles.documents.cda.entrees.observation import fait
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


def element_social(dit: ElementSocial, ligne: Ligne, atelier: Atelier) -> str:
    """Write one element of the way of living, in words."""
    quand = jour("effectiveTime", dit.releve_le, "NA")
    valeur = el("value", text(dit.description), xsi_type="ST")
    ancre = ligne.cellule("description")
    return fait(code("code", dit.type), valeur, ancre, atelier, quand=quand, gabarit=_SOCIAL)


def antecedent_familial(dit: AntecedentFamilial, ligne: Ligne, atelier: Atelier) -> str:
    """Write the disease of one relative."""
    lien = code("code", dit.lien, el("originalText", reference(ligne.cellule("lien"))))
    parent = el("subject", _PARENT + el("relatedSubject", lien, classCode="PRS"), typeCode="SBJ")
    origine = el("originalText", reference(ligne.cellule("libelle")))
    if dit.cim10:
        valeur = code("value", Code(dit.cim10, CIM10, dit.libelle), origine, xsi_type="CD")
    else:
        valeur = el("value", origine, xsi_type="CD")
    maladie = fait(
        code("code", DIAGNOSTIC),
        valeur,
        ligne.cellule("libelle"),
        atelier,
        quand=nul("effectiveTime", "UNK"),
        gabarit=_MALADIE,
    )
    corps = _FAMILLE + '<statusCode code="completed"></statusCode>' + parent + el("component", maladie, typeCode="COMP")
    return el("organizer", corps, classCode="CLUSTER", moodCode="EVN")
