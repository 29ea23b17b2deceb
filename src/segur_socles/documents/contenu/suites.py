"""What is to be done after a stay: procedures, examinations, appointments."""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from pydantic import model_validator

from segur_socles._core.model import Booleen, RegleError, Valeur
from segur_socles._core.textes import Texte
from segur_socles.documents.contenu.acte import Ccam
from segur_socles.documents.contenu.communs import DatePartielle

__all__ = ["NatureSuite", "Suite"]


class NatureSuite(StrEnum):
    """What kind of thing is planned; the value is how it is read."""

    ACTE = "acte"
    EXAMEN = "examen ou suivi"
    RENDEZ_VOUS = "rendez-vous"


class Suite(Valeur):
    """One thing to do after the stay.

    ``prevue_le`` is when it is planned, None when the date is still to be fixed; ``ccam`` codes a procedure,
    and nothing else.
    """

    nature: NatureSuite
    libelle: Texte
    ccam: Ccam | None = None
    prevue_le: DatePartielle | None = None
    urgente: Booleen = False
    precision: Texte | None = None

    @model_validator(mode="after")
    def _codage(self) -> Self:
        if self.ccam and self.nature is not NatureSuite.ACTE:
            message = "un code CCAM ne code qu'un acte"
            raise RegleError(message, champ="ccam", remede="choisir la nature « acte », ou retirer le code")
        return self
