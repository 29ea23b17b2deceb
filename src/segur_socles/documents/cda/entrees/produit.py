"""FR-Produit-de-sante: the medicine or vaccine of an administration."""

from __future__ import annotations

from typing import Final

from segur_socles.documents.cda.balises import code, el, modeles, nul, reference, texte
from segur_socles.documents.cda.sections import ANS_ENTREE, CCD, PCC
from segur_socles.nomenclatures.codes import Code

__all__ = ["produit"]

CIS: Final = "1.2.250.1.213.2.3.1"

_PRODUIT: Final = modeles((f"{CCD}.53", f"{PCC}.4.7.2", f"{ANS_ENTREE}.43"))


def produit(nom: str | None, cis: str | None, ancre: str, lot: str | None = None, *, sans_produit: str = "NA") -> str:
    """Write the consumable; CIS is the only code system the CI-SIS accepts here, so no CIS means no code.

    ``nom`` None is for an administration without product: none known, nothing recorded, or (``sans_produit`` ``UNK``)
    one that is not named.
    """
    if cis and nom:
        codage = code("code", Code(cis, CIS, nom), el("originalText", reference(ancre)))
    else:
        codage = nul("code", "NI" if nom else sans_produit)
    designation = texte("name", nom) if nom else nul("name", sans_produit)
    matiere = el("manufacturedMaterial", codage + designation + texte("lotNumberText", lot))
    return el("consumable", el("manufacturedProduct", _PRODUIT + matiere, classCode="MANU"), typeCode="CSM")
