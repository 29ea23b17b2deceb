"""The mailboxes of the MSSanté space that a structure of ours sends from and reads."""

from __future__ import annotations

from enum import StrEnum

from segur_socles._core.model import Valeur
from segur_socles._core.textes import Texte
from segur_socles.personnes.adresses_mss import AdresseProfessionnelle

__all__ = ["BoiteStructure", "TypeBoite"]


class TypeBoite(StrEnum):
    """Kinds of mailbox (TRE_R257, certain)."""

    PERSONNELLE = "PER"
    ORGANISATIONNELLE = "ORG"
    APPLICATIVE = "APP"
    CABINET = "CAB"


class BoiteStructure(Valeur):
    """A mailbox that a structure of ours sends from and reads.

    ``nom`` is what correspondents see in From: the functional entity for ``ORG`` and ``APP``
    ("EHPAD Les Tilleuls, infirmerie"), ``Dr_Marie_MARTIN_Cabinet`` for ``PER`` (ECO.2.2.7, near certain).
    """

    adresse: AdresseProfessionnelle
    nom: Texte
    type: TypeBoite = TypeBoite.ORGANISATIONNELLE

    _visible = ("type",)
