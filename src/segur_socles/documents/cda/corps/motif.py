"""Why the person comes, or came: one section, in words (FR-Raison-de-la-recommandation, not coded)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from segur_socles.documents.cda.recit import Atelier, paragraphe
from segur_socles.documents.cda.sections import ANS_SECTION, PCC, ModeleSection, section

__all__ = ["motif"]

RAISON: Final = ModeleSection("42349-1", "Raison de la recommandation", "Motif", (f"{PCC}.3.1", f"{ANS_SECTION}.127"))


def motif(raisons: Sequence[str], titre: str, atelier: Atelier) -> str:
    """Write the reasons, a paragraph each; without any, the section that the model demands says so."""
    dites = raisons or (f"{titre} : non renseigné, information non recueillie.",)
    recit = "".join([paragraphe(atelier.ancre("motif"), dite) for dite in dites])
    return section(replace(RAISON, titre=titre), atelier, recit)
