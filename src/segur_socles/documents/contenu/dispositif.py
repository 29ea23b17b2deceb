"""Medical devices: what a person wears, or has implanted."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from segur_socles._core.model import Valeur
from segur_socles._core.textes import Texte
from segur_socles.documents.contenu.communs import DatePartielle

__all__ = ["DispositifMedical", "Emdn"]

Emdn = Annotated[str, StringConstraints(pattern=r"^[A-Z][0-9]{2,12}$")]
"""EMDN code of a kind of device: ``J010104``."""


class DispositifMedical(Valeur):
    """A device; ``identifiant`` is what is written on it (UDI, serial number), shown as it is.

    ``emdn`` is optional: a label without a code is better than a wrong code. ``depuis`` is when it was put in use.
    """

    libelle: Texte
    emdn: Emdn | None = None
    identifiant: Texte | None = None
    depuis: DatePartielle | None = None
    precision: Texte | None = None
