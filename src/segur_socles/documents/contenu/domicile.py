"""Life at home, as a home service sees it: the environmental part of a home liaison document (HAS, DLU-Dom 2021)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final, Self

from pydantic import model_validator

from segur_socles._core.model import Booleen, RegleError, Valeur
from segur_socles._core.textes import Texte
from segur_socles.nomenclatures.codes import Code, JeuDeValeurs

__all__ = ["QUESTIONS_DOMICILE", "AideDomicile", "Domicile", "QuestionDomicile"]


class AideDomicile(Valeur):
    """Someone who comes regularly: who, for what, when (« tous les matins, 8 h »)."""

    intervenant: Texte
    objet: Texte
    quand: Texte | None = None


class Domicile(Valeur):
    """What an emergency team meets at the person's home. Every part is optional; None is not known.

    ``acces`` tells how to come in (floor, keys kept by a neighbour; never a door code); ``handicaps`` are codes
    of JDV_HandicapDeficitDLUDOM. No model in force has coded places for any of it: it is told, not coded.
    """

    vit_seul: Booleen | None = None
    logement: Texte | None = None
    acces: Texte | None = None
    animaux: Texte | None = None
    aides: tuple[AideDomicile, ...] = ()
    materiel: Texte | None = None
    habitudes: Texte | None = None
    handicaps: tuple[Annotated[Code, JeuDeValeurs("JDV_HandicapDeficitDLUDOM")], ...] = ()
    handicap_precision: Texte | None = None

    @model_validator(mode="after")
    def _regles(self) -> Self:
        if len({code.code for code in self.handicaps}) < len(self.handicaps):
            message = "le même handicap figure deux fois"
            raise RegleError(message, champ="handicaps", remede="supprimer le doublon")
        return self


@dataclass(frozen=True, slots=True)
class QuestionDomicile:
    """One line of the environmental summary: field of :class:`Domicile` and what is asked."""

    champ: str
    libelle: str


QUESTIONS_DOMICILE: Final = (
    QuestionDomicile("vit_seul", "Vit seul"),
    QuestionDomicile("logement", "Logement"),
    QuestionDomicile("acces", "Accès"),
    QuestionDomicile("animaux", "Animaux"),
    QuestionDomicile("aides", "Aides et passages"),
    QuestionDomicile("materiel", "Matériel au domicile"),
    QuestionDomicile("habitudes", "Habitudes de vie"),
    QuestionDomicile("handicaps", "Handicaps et déficits"),
    QuestionDomicile("handicap_precision", "Précision sur le handicap"),
)
