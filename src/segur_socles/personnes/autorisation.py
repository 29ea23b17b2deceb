"""Whether an act on a person's data is allowed, and why; computed above, checked by the services."""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from pydantic import model_validator

from segur_socles._core.model import Booleen, RegleError, Valeur
from segur_socles._core.textes import Texte

__all__ = ["ActeSocle", "Autorisation"]


class ActeSocle(StrEnum):
    """Acts that need an authorisation."""

    ALIMENTER_DMP = "alimenter_dmp"
    CONSULTER_DMP = "consulter_dmp"
    ENVOYER_MSS = "envoyer_mss"
    """Write about the person to a professional."""
    ECRIRE_USAGER = "ecrire_usager"
    """Write to the person's own mailbox."""


class Autorisation(Valeur):
    """The answer to "may this be done for this person?", with its grounds or the reasons of the refusal.

    ``fondement`` and ``raisons`` are sentences for the screen and the trace: they hold no identity.
    """

    acte: ActeSocle
    accordee: Booleen
    fondement: Texte | None = None
    raisons: tuple[Texte, ...] = ()

    _visible = ("acte", "accordee")

    @model_validator(mode="after")
    def _motivee(self) -> Self:
        if self.accordee is (self.fondement is None) or self.accordee is bool(self.raisons):
            message = "une autorisation accordée porte un fondement, une autorisation refusée ses raisons"
            raise RegleError(message, remede="utiliser Autorisation.accorder ou Autorisation.refuser")
        return self

    @classmethod
    def accorder(cls, acte: ActeSocle, fondement: str) -> Self:
        """Allow ``acte``; ``fondement`` says on what ground (information given, no opposition…)."""
        return cls(acte=acte, accordee=True, fondement=fondement)

    @classmethod
    def refuser(cls, acte: ActeSocle, *raisons: str) -> Self:
        """Refuse ``acte`` for one or more reasons."""
        return cls(acte=acte, accordee=False, raisons=raisons)
