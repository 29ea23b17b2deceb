"""The structure's own address book of MSSanté correspondents: to whom a person's documents may be sent."""

from __future__ import annotations

from enum import StrEnum

from segur_socles._core.model import RegleError, Valeur
from segur_socles._core.textes import Texte
from segur_socles.personnes.adresses_mss import AdresseProfessionnelle

__all__ = ["Correspondant", "RoleCorrespondant", "sans_doublon"]


class RoleCorrespondant(StrEnum):
    """What a correspondent is to the person."""

    URGENCES = "urgences"
    MEDECIN_TRAITANT = "medecin_traitant"
    PHARMACIE = "pharmacie"
    LABORATOIRE = "laboratoire"
    AUTRE = "autre"


class Correspondant(Valeur):
    """A professional or a service that the structure writes to; ``nom`` as its screens show it."""

    nom: Texte
    role: RoleCorrespondant
    adresse: AdresseProfessionnelle

    _visible = ("role",)


def sans_doublon(carnet: tuple[Correspondant, ...]) -> tuple[Correspondant, ...]:
    """Refuse the same mailbox twice for one role: a document sent to each would be sent to it twice."""
    if len({(c.role, c.adresse.lower()) for c in carnet}) < len(carnet):
        message = "la même adresse figure deux fois sous le même rôle"
        raise RegleError(message, remede="supprimer le doublon")
    return carnet
