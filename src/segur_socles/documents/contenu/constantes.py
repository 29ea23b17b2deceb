"""Vital signs, each in its one unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from segur_socles._core.model import Instant, NonVide, RegleError, Valeur
from segur_socles.nomenclatures.codes import Code, JeuDeValeurs

__all__ = ["MESURES", "Constante", "Mesure", "ReleveConstantes"]


@dataclass(frozen=True, slots=True)
class Mesure:
    """How one vital sign is measured: UCUM unit, unit as read, and the values that a living person may have."""

    ucum: str
    unite: str
    minimum: int
    maximum: int


MESURES: Final[Mapping[str, Mesure]] = {
    "8480-6": Mesure("mm[Hg]", "mmHg", 30, 300),
    "8462-4": Mesure("mm[Hg]", "mmHg", 10, 200),
    "8867-4": Mesure("/min", "/min", 10, 350),
    "9279-1": Mesure("/min", "/min", 2, 120),
    "20564-1": Mesure("%", "%", 20, 100),
    "8310-5": Mesure("Cel", "°C", 20, 46),
    "29463-7": Mesure("kg", "kg", 1, 400),
    "8302-2": Mesure("cm", "cm", 30, 250),
    "8306-3": Mesure("cm", "cm", 30, 250),
    "8287-5": Mesure("cm", "cm", 20, 80),
    "8280-0": Mesure("cm", "cm", 20, 250),
    "39156-5": Mesure("kg/m2", "kg/m²", 5, 100),
}
"""LOINC code → unit (CI-SIS, vital signs; certain) and plausible bounds (ours: a slip of the unit, not a diagnosis)."""


class Constante(Valeur):
    """One vital sign; ``type`` is a code of JDV_SignesVitaux, ``valeur`` is in the unit of :data:`MESURES`.

    Blood pressure is in mmHg, weight in kg, height in cm. Apgar scores are of no use here and are not written.
    """

    type: Annotated[Code, JeuDeValeurs("JDV_SignesVitaux")]
    valeur: Annotated[Decimal, Field(gt=0, max_digits=7, decimal_places=2)]

    _visible = ("type",)

    @model_validator(mode="after")
    def _vraisemblable(self) -> Self:
        mesure = MESURES.get(self.type.code)
        if mesure is None:
            message = "constante qui ne s'écrit pas ici"
            raise RegleError(message, champ="type", remede=f"choisir parmi : {', '.join(MESURES)}")
        if not mesure.minimum <= self.valeur <= mesure.maximum:
            raise RegleError(
                f"valeur impossible en {mesure.unite}",
                champ="valeur",
                regle=f"de {mesure.minimum} à {mesure.maximum} {mesure.unite}",
                remede="vérifier la mesure et son unité",
            )
        return self

    @property
    def mesure(self) -> Mesure:
        """Its unit and bounds."""
        return MESURES[self.type.code]


class ReleveConstantes(Valeur):
    """Vital signs measured together, each once."""

    le: Instant
    constantes: Annotated[tuple[Constante, ...], NonVide]

    _visible = ("le",)

    @model_validator(mode="after")
    def _distinctes(self) -> Self:
        if len({c.type.code for c in self.constantes}) < len(self.constantes):
            message = "la même constante figure deux fois dans un relevé"
            raise RegleError(message, champ="constantes", remede="faire deux relevés, chacun à son heure")
        return self
