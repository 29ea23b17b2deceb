"""What the bodies of several models share: answers to questions, places, life at home, the comment."""

from __future__ import annotations

from typing import Final

from segur_socles.documents.cda.coordonnees import messagerie_citoyenne
from segur_socles.documents.cda.recit import Atelier, Ligne, paragraphe, tableau
from segur_socles.documents.cda.sections import ANS_SECTION, ModeleSection, section
from segur_socles.documents.contenu.communs import Reponse
from segur_socles.documents.contenu.domicile import QUESTIONS_DOMICILE, AideDomicile, Domicile
from segur_socles.nomenclatures.codes import Code
from segur_socles.personnes.coordonnees import Adresse, Telecom, TypeTelecom

__all__ = ["QUESTION", "REPONSES", "commentaire", "lieu_en_clair", "recit_domicile"]

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


def commentaire(
    texte: str | None, atelier: Atelier, absent: str | None = None, domicile: Domicile | None = None
) -> str:
    """Write the comment; without one, nothing, or the sentence ``absent`` where the model demands the section.

    Life at home is told there too, where a model has no other place for it.
    """
    dit = texte or (None if domicile else absent)
    recit = (recit_domicile(domicile, atelier) if domicile else "") + (
        paragraphe(atelier.ancre("commentaire"), dit) if dit else ""
    )
    return section(COMMENTAIRE, atelier, recit) if recit else ""


def recit_domicile(domicile: Domicile, atelier: Atelier) -> str:
    """Tell life at home, question by question: what nobody answered is told as such."""
    lignes = [
        Ligne(
            atelier.ancre("domicile"),
            {"question": question.libelle, "reponse": _dire(getattr(domicile, question.champ))},
        )
        for question in QUESTIONS_DOMICILE
    ]
    return tableau({"question": "Vie à domicile", "reponse": "Réponse"}, lignes)


def _dire(valeur: object) -> str:
    if isinstance(valeur, bool):
        return REPONSES[valeur]
    if isinstance(valeur, tuple):
        return " ; ".join([_dire_un(v) for v in valeur]) or REPONSES[None]
    return REPONSES[None] if valeur is None else str(valeur)


def _dire_un(valeur: object) -> str:
    if isinstance(valeur, AideDomicile):
        return f"{valeur.intervenant} : {valeur.objet}" + (f" ({valeur.quand})" if valeur.quand else "")
    return valeur.libelle if isinstance(valeur, Code) else str(valeur)


_MOYENS: Final = {
    TypeTelecom.TELEPHONE: "Téléphone",
    TypeTelecom.TELECOPIE: "Télécopie",
    TypeTelecom.COURRIEL: "Courriel",
}


def lieu_en_clair(nom: str, adresse: Adresse | None, telecom: Telecom | None) -> str:
    """Say where a place is and how to call it, line by line."""
    joindre = f"{_MOYENS[telecom.type]} : {telecom.valeur}" if telecom and not messagerie_citoyenne(telecom) else ""
    return "\n".join(filter(None, (nom, *(adresse.lignes() if adresse else ()), joindre)))
