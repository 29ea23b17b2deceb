"""Sections: their codes and templates as data, and the one function that writes them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from segur_socles.documents.cda.balises import code, el, modeles
from segur_socles.documents.cda.balises import texte as element_texte
from segur_socles.documents.cda.recit import Atelier
from segur_socles.nomenclatures.codes import Code

__all__ = ["ANS_ENTREE", "ANS_SECTION", "CCD", "LOINC", "PCC", "SNOMED", "TA_ASIP", "ModeleSection", "section"]

PCC: Final = "1.3.6.1.4.1.19376.1.5.3.1"
CCD: Final = "2.16.840.1.113883.10.20.1"
ANS_SECTION: Final = "1.2.250.1.213.1.1.2"
ANS_ENTREE: Final = "1.2.250.1.213.1.1.3"
LOINC: Final = "2.16.840.1.113883.6.1"
SNOMED: Final = "2.16.840.1.113883.6.96"
TA_ASIP: Final = "1.2.250.1.213.1.1.4.322"


@dataclass(frozen=True, slots=True)
class ModeleSection:
    """Code (LOINC, or of ``systeme``) and label, title shown, templateIds (IHE and HL7 first, ANS last)."""

    code: str
    libelle: str
    titre: str
    racines: tuple[str, ...]
    systeme: str = LOINC


def section(modele: ModeleSection, atelier: Atelier, recit: str, entrees: Iterable[str] = ()) -> str:
    """Write one component holding the section: ``recit`` is its narrative, ``entrees`` what it codes."""
    corps = (
        modeles(modele.racines)
        + atelier.id()
        + code("code", Code(modele.code, modele.systeme, modele.libelle))
        + element_texte("title", modele.titre)
        + el("text", recit)
        + "".join([el("entry", entree) for entree in entrees])
    )
    return el("component", el("section", corps))
