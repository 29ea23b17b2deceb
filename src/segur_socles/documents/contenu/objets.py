"""Prostheses and personal objects: which, where they are worn, whether they go with the person."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final, Self

from pydantic import model_validator

from segur_socles._core.model import Booleen, RegleError, Valeur
from segur_socles._core.textes import Texte
from segur_socles.nomenclatures.codes import Code, JeuDeValeurs

__all__ = ["AUTRE_OBJET", "EMPLACEMENTS", "LIBELLES_OBJETS", "Emplacement", "ObjetPersonnel"]

SNOMED: Final = "2.16.840.1.113883.6.96"


class Emplacement(StrEnum):
    """Where an object is worn; dental prostheses are upper or lower, hearing aids right or left."""

    DROITE = "droite"
    GAUCHE = "gauche"
    BILATERALE = "bilatérale"
    HAUT = "haut"
    BAS = "bas"


EMPLACEMENTS: Final[dict[Emplacement, Code]] = {
    Emplacement.DROITE: Code("24028007", SNOMED, "droit"),
    Emplacement.GAUCHE: Code("7771000", SNOMED, "gauche"),
    Emplacement.BILATERALE: Code("51440002", SNOMED, "bilatéral"),
    Emplacement.HAUT: Code("264217000", SNOMED, "supérieur"),
    Emplacement.BAS: Code("261089000", SNOMED, "inférieur"),
}
"""Place → SNOMED CT code (kit's examples, certain; 51440002 « right and left », certain)."""

AUTRE_OBJET: Final = "GEN-092.02.01"

LIBELLES_OBJETS: Final[dict[str, str]] = {
    "Q021003": "Lunettes",
    "P0102": "Prothèse dentaire",
    "Y2145": "Prothèse auditive",
    AUTRE_OBJET: "Autre prothèse ou objet personnel",
}
"""Code of JDV_ProtheseObjetPersonnel → the plain words of the form; the value set speaks of device categories."""

_ADMIS: Final[dict[str, frozenset[Emplacement]]] = {
    "Q021003": frozenset(),
    "P0102": frozenset({Emplacement.HAUT, Emplacement.BAS}),
    "Y2145": frozenset({Emplacement.DROITE, Emplacement.GAUCHE, Emplacement.BILATERALE}),
}


class ObjetPersonnel(Valeur):
    """One object; ``type`` is a code of JDV_ProtheseObjetPersonnel.

    ``remis`` says whether it goes with the person: yes, no (it stays), or None for not known. ``precision`` names
    the object when its type is « autre » (``GEN-092.02.01``).
    """

    type: Annotated[Code, JeuDeValeurs("JDV_ProtheseObjetPersonnel")]
    emplacement: Emplacement | None = None
    remis: Booleen | None = None
    precision: Texte | None = None

    _visible = ("type",)

    @model_validator(mode="after")
    def _coherence(self) -> Self:
        admis = _ADMIS.get(self.type.code)
        if self.emplacement and admis is not None and self.emplacement not in admis:
            message = "cet objet ne se porte pas à cet endroit"
            remede = f"choisir parmi : {', '.join(sorted(admis))}" if admis else "retirer l'emplacement"
            raise RegleError(message, champ="emplacement", remede=remede)
        if self.type.code == AUTRE_OBJET and self.precision is None:
            message = "un autre objet sans nom"
            raise RegleError(message, champ="precision", remede="dire quel est cet objet")
        return self

    @property
    def libelle(self) -> str:
        """What a reader calls it: the precision when the type says nothing."""
        if self.type.code == AUTRE_OBJET:
            return self.precision or LIBELLES_OBJETS[AUTRE_OBJET]
        return LIBELLES_OBJETS.get(self.type.code, self.type.libelle)
