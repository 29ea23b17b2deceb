"""What the bodies of several models share: answers to questions, places, the comment."""

from __future__ import annotations

from typing import Final

from segur_socles.documents.cda.coordonnees import messagerie_citoyenne
from segur_socles.documents.cda.recit import Atelier, paragraphe
from segur_socles.documents.cda.sections import ANS_SECTION, ModeleSection, section
from segur_socles.documents.contenu.communs import Reponse
from segur_socles.personnes.coordonnees import Adresse, Telecom

__all__ = ["QUESTION", "REPONSES", "commentaire", "lieu_en_clair"]

COMMENTAIRE: Final = ModeleSection(
    "55112-7",
    "Commentaire",
    "Commentaire",
    ("2.16.840.1.113883.10.12.201", "1.3.6.1.4.1.19376.1.4.1.2.16", f"{ANS_SECTION}.73"),
)

QUESTION: Final = {"question": "Question", "reponse": "Réponse"}
"""Columns of a table of questions."""

REPONSES: Final[dict[Reponse, str]] = {True: "Oui", False: "Non", None: "Non renseigné"}
"""How each answer is read: not knowing is never a no."""


def commentaire(texte: str | None, atelier: Atelier, absent: str | None = None) -> str:
    """Write the comment; without one, nothing, or the sentence ``absent`` where the model demands the section."""
    dit = texte or absent
    return section(COMMENTAIRE, atelier, paragraphe(atelier.ancre("commentaire"), dit)) if dit else ""


def lieu_en_clair(nom: str, adresse: Adresse | None, telecom: Telecom | None) -> str:
    """Say where a place is and how to call it, line by line."""
    joindre = f"Téléphone : {telecom.valeur}" if telecom and not messagerie_citoyenne(telecom) else ""
    return "\n".join(filter(None, (nom, *(adresse.lignes() if adresse else ()), joindre)))
