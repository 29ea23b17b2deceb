"""Information, consent and opposition of a person, kept as dated records: a new one supersedes, none is erased."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Self

from pydantic import model_validator

from segur_socles._core.model import Booleen, Jour, RegleError, Valeur
from segur_socles.personnes.professionnel import Intervenant

__all__ = ["AuteurConsentement", "Consentement", "Moyen", "Nature", "Objet"]


class Objet(StrEnum):
    """What the person is asked about."""

    ALIMENTATION_DMP = "alimentation_dmp"
    CONSULTATION_DMP = "consultation_dmp"
    MSS_PROFESSIONNEL = "mss_professionnel"
    MSS_USAGER = "mss_usager"
    PARTAGE_HORS_EQUIPE = "partage_hors_equipe"


class Nature(StrEnum):
    """What was said."""

    INFORMATION_DELIVREE = "information_delivree"
    NON_OPPOSITION = "non_opposition"
    CONSENTEMENT_EXPLICITE = "consentement_explicite"
    OPPOSITION = "opposition"
    RETRAIT = "retrait"


class AuteurConsentement(StrEnum):
    """Who was informed or answered: the person, or who exercises a protection measure."""

    USAGER = "usager"
    REPRESENTANT = "representant"


class Moyen(StrEnum):
    """How the answer was collected."""

    ORAL = "oral"
    ECRIT = "ecrit"
    NUMERIQUE = "numerique"


class Consentement(Valeur):
    """One record. ``volonte_recherchee``: the person's own will was sought, when a representative answers."""

    objet: Objet
    nature: Nature
    auteur: AuteurConsentement = AuteurConsentement.USAGER
    volonte_recherchee: Booleen = False
    le: Jour
    fin: Jour | None = None
    recueilli_par: Intervenant
    moyen: Moyen = Moyen.ORAL

    _visible = ("objet", "nature", "le")

    @model_validator(mode="after")
    def _periode(self) -> Self:
        if self.fin and self.fin < self.le:
            raise RegleError("la fin précède le recueil", champ="fin", remede="vérifier les deux dates")
        return self

    def en_vigueur(self, jour: date) -> bool:
        """Whether the record counts on ``jour``."""
        return self.le <= jour and (self.fin is None or jour <= self.fin)
