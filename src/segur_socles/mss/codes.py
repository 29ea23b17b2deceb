"""Codes of the MSSanté exchanges, as data.

Sources: CI-SIS, volet « Transmission d'un document CDA » (table SMTPERRORCODE, application errors, certain).
"""

from __future__ import annotations

from enum import Enum

__all__ = ["ErreurIntegration"]


class ErreurIntegration(Enum):
    """Why a receiver could not file a document (ERR-5, and the ``Error`` field of an MDN; certain)."""

    VERSION = ("900", "la version du document à remplacer ou à supprimer n'est pas la bonne")
    AUTEUR = ("901", "l'auteur n'a pas le droit de remplacer ou de supprimer ce document")
    PATIENT_INCONNU = ("902", "le patient est inconnu du destinataire")
    SANS_INS = ("903", "le document ne porte pas d'INS")
    INS_DISCORDANTE = ("904", "l'INS ne correspond pas exactement à celle du destinataire")
    INS_INCOMPLETE = ("905", "l'INS est incomplète")
    AUTRE = ("906", "autre erreur")

    def __init__(self, code: str, libelle: str) -> None:
        self.code = code
        self.libelle = libelle
