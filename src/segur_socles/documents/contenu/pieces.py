"""The preferred hospital, and the documents joined to a liaison document."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Self, TypeVar

from pydantic import BeforeValidator, PlainSerializer, model_validator

from segur_socles._core.model import RegleError, Valeur
from segur_socles._core.textes import Texte
from segur_socles.documents.contenu.pdf import examiner_pdf
from segur_socles.errors import Gravite
from segur_socles.nomenclatures.codes import Code, JeuDeValeurs
from segur_socles.personnes.coordonnees import Adresse, Telecom
from segur_socles.personnes.structure import Finess

__all__ = ["EtablissementPreference", "Piece", "PieceJointe", "PieceRetour", "types_distincts"]


def _octets(valeur: object) -> object:
    if not isinstance(valeur, str):
        return valeur
    try:
        return base64.b64decode("".join(valeur.split()), validate=True)
    except binascii.Error:
        raise RegleError("base64 mal formé", remede="encoder le fichier en base64") from None


def _en_base64(octets: bytes) -> str:
    return base64.b64encode(octets).decode("ascii")


Fichier = Annotated[bytes, BeforeValidator(_octets), PlainSerializer(_en_base64, when_used="json-unless-none")]
"""Bytes in Python, base64 in JSON."""


class EtablissementPreference(Valeur):
    """Hospital where the person wishes to be taken."""

    nom: Texte
    finess: Finess | None = None
    adresse: Adresse | None = None
    telecom: Telecom | None = None


class Piece(Valeur):
    """One line of a checklist of documents; each model binds ``type`` to its own list.

    ``pdf`` is the file itself, joined inside the document (base64 in JSON); without it, ``disponible`` says
    where it is found on site.
    """

    type: Code
    pdf: Fichier | None = None
    disponible: Texte | None = None

    _visible = ("type",)

    @model_validator(mode="after")
    def _utile(self) -> Self:
        if self.pdf is None and self.disponible is None:
            message = "ni fichier ni lieu où trouver la pièce"
            raise RegleError(message, champ="disponible", remede="joindre le PDF, ou dire où la pièce se trouve")
        # A file that the emergency team could not open is worse than the place where it is kept.
        for constat in examiner_pdf(self.pdf) if self.pdf is not None else ():
            if constat.gravite is Gravite.ERREUR:
                raise RegleError(constat.message, champ=constat.champ, regle=constat.regle, remede=constat.remede)
        return self


class PieceJointe(Piece):
    """A document of the DLU's checklist (JDV_ChecklistDLU)."""

    type: Annotated[Code, JeuDeValeurs("JDV_ChecklistDLU")]


class PieceRetour(Piece):
    """A document that the emergency department gives back (JDV_ChecklistFLUDR)."""

    type: Annotated[Code, JeuDeValeurs("JDV_ChecklistFLUDR")]


P = TypeVar("P", bound=Piece)


def types_distincts(pieces: tuple[P, ...]) -> tuple[P, ...]:
    """Refuse a checklist that holds the same document twice."""
    if len({piece.type.code for piece in pieces}) < len(pieces):
        message = "la même pièce figure deux fois dans la liste"
        raise RegleError(message, regle="CI-SIS, liste des pièces", remede="fusionner les fichiers en un PDF par pièce")
    return pieces
