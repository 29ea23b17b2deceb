"""Procedures done: surgery, and what marks a history."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from segur_socles._core.model import Valeur
from segur_socles._core.textes import Texte
from segur_socles.documents.contenu.communs import DatePartielle, Lateralite

__all__ = ["Acte", "Ccam"]

Ccam = Annotated[str, StringConstraints(pattern=r"^[A-Z]{4}[0-9]{3}$")]
"""CCAM code of a procedure: ``NEKA020``."""


class Acte(Valeur):
    """A procedure done. ``ccam`` is optional: a label without a code is better than a wrong code."""

    libelle: Texte
    ccam: Ccam | None = None
    lateralite: Lateralite | None = None
    fait_le: DatePartielle | None = None
    precision: Texte | None = None
