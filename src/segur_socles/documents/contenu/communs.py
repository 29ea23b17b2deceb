"""Small values that several contents share: texts, partial dates, sides, quantities."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Final, TypeAlias

from pydantic import AfterValidator, Field, StringConstraints

from segur_socles._core.model import RegleError, Valeur
from segur_socles.nomenclatures.codes import Code

__all__ = [
    "COTES",
    "Cis",
    "DatePartielle",
    "Lateralite",
    "Quantite",
    "Reponse",
    "Unite",
    "dans_l_ordre",
    "date_en_clair",
    "nombre_en_clair",
]


def _calendaire(texte: str) -> str:
    try:
        date.fromisoformat(texte + "-01-01"[len(texte) - 4 :])
    except ValueError:
        raise RegleError("date inexistante au calendrier", remede="écrire AAAA, AAAA-MM ou AAAA-MM-JJ") from None
    return texte


DatePartielle = Annotated[
    str, StringConstraints(pattern=r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"), AfterValidator(_calendaire)
]
"""A date known to the day, the month or the year: ``2024-03-05``, ``2024-03`` or ``2024``."""


def date_en_clair(texte: str | None) -> str:
    """Write a partial ISO date as read in French: ``05/03/2024``, ``03/2024``, ``2024``; nothing for None."""
    return "/".join(reversed(texte.split("-"))) if texte else ""


def nombre_en_clair(valeur: Decimal) -> str:
    """Write a number as read in French: ``0,5``; without the last zeros, which a tired eye reads as ten times more."""
    texte = f"{valeur:f}"
    return (texte.rstrip("0").rstrip(".") if "." in texte else texte).replace(".", ",")


def dans_l_ordre(debut: str | None, fin: str | None, champ: str = "fin") -> None:
    """Refuse two partial ISO dates that contradict each other; ``champ`` is the field of the second.

    Compared at the precision both have: 2024 and 2024-03 do not contradict each other.
    """
    if debut and fin and fin[: len(debut)] < debut[: len(fin)]:
        raise RegleError("la fin précède le début", champ=champ, remede="vérifier les deux dates")


Cis = Annotated[str, StringConstraints(pattern=r"^[0-9]{8}$")]
"""CIS code of a medicine: the only one the CI-SIS accepts for a product."""


Reponse: TypeAlias = bool | None
"""Yes, no, or None for not known."""


class Lateralite(StrEnum):
    """Side of the body."""

    DROITE = "droite"
    GAUCHE = "gauche"
    BILATERALE = "bilatérale"


COTES: Final[dict[Lateralite, Code]] = {
    Lateralite.DROITE: Code("24028007", "2.16.840.1.113883.6.96", "droit"),
    Lateralite.GAUCHE: Code("7771000", "2.16.840.1.113883.6.96", "gauche"),
    Lateralite.BILATERALE: Code("51440002", "2.16.840.1.113883.6.96", "bilatéral"),
}
"""Side → SNOMED CT code (kit's examples for right and left; 51440002 « right and left », certain)."""


class Unite(StrEnum):
    """Units offered for doses and rates; the value is the UCUM code."""

    COMPRIME = "{comprime}"
    GELULE = "{gelule}"
    SACHET = "{sachet}"
    PATCH = "{patch}"
    BOUFFEE = "{bouffee}"
    AMPOULE = "{ampoule}"
    GOUTTE = "[drp]"
    UNITE_INTERNATIONALE = "[iU]"
    MICROGRAMME = "ug"
    MILLIGRAMME = "mg"
    GRAMME = "g"
    MILLILITRE = "mL"
    LITRE_PAR_MINUTE = "L/min"
    MILLILITRE_PAR_HEURE = "mL/h"
    HEURE = "h"
    JOUR = "d"
    SEMAINE = "wk"
    MOIS = "mo"


_LUES: Final[dict[Unite, str]] = {
    Unite.COMPRIME: "comprimé",
    Unite.GELULE: "gélule",
    Unite.SACHET: "sachet",
    Unite.PATCH: "patch",
    Unite.BOUFFEE: "bouffée",
    Unite.AMPOULE: "ampoule",
    Unite.GOUTTE: "goutte",
    Unite.UNITE_INTERNATIONALE: "unité",
    Unite.MICROGRAMME: "microgramme",
}
"""Units that are read as words. « UI » and « µg » are written out, as the HAS advises: both were misread."""


_PLURIEL: Final = 2
"""From which number on a French word takes its plural."""


class Quantite(Valeur):
    """A positive number and its unit (UCUM)."""

    valeur: Annotated[Decimal, Field(gt=0, max_digits=12, decimal_places=4)]
    unite: Unite

    _visible = ("unite",)

    @property
    def en_clair(self) -> str:
        """What a reader is told: ``0,5 mg``, ``2 comprimés``, ``2 L/min``."""
        mot = _LUES.get(self.unite)
        unite = self.unite.value if mot is None else mot + "s" * (self.valeur >= _PLURIEL)
        return f"{nombre_en_clair(self.valeur)} {unite}"
