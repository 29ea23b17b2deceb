"""Codes of the MSSanté exchanges, as data.

Sources: CI-SIS, volet « Transmission d'un document CDA » (table SMTPERRORCODE, application errors, certain).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Final

__all__ = ["LIBELLES_SMTP", "ErreurIntegration", "libelle_smtp", "passager_smtp"]


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

    @classmethod
    def du_code(cls, code: str) -> ErreurIntegration:
        """Give the error of a code, ``Rapprochement.code`` for instance. An unknown code is ``AUTRE``."""
        return next((erreur for erreur in cls if erreur.code == code), cls.AUTRE)


LIBELLES_SMTP: Final[Mapping[int, str]] = {
    **dict.fromkeys((101, 111), "connexion impossible au serveur de messagerie"),
    251: "message transmis à un autre serveur",
    252: "destinataire non vérifiable, message accepté",
    **dict.fromkeys((420, 421, 441, 442), "connexion interrompue par le serveur de messagerie"),
    **dict.fromkeys((422, 431, 452), "espace de stockage insuffisant"),
    432: "mot de passe à renouveler auprès de l'opérateur",
    **dict.fromkeys((450, 451), "boîte aux lettres momentanément indisponible"),
    454: "authentification momentanément impossible",
    **dict.fromkeys((500, 501, 502, 503, 504), "commande refusée par le serveur de messagerie"),
    **dict.fromkeys((510, 513, 550, 551, 553), "adresse inconnue ou refusée"),
    512: "domaine de messagerie introuvable",
    523: "message trop volumineux pour le destinataire",
    530: "authentification exigée par le serveur",
    535: "authentification refusée",
    541: "message rejeté par le filtre du destinataire",
    552: "boîte pleine, ou message trop volumineux",
    554: "message refusé définitivement",
}
"""What a reply code of SMTP means (certain; 454 and 535 are those of RFC 4954)."""

_CLASSES_SMTP: Final[Mapping[int, str]] = {
    1: "connexion impossible au serveur de messagerie",
    2: "message accepté",
    4: "refus momentané du serveur de messagerie",
    5: "refus définitif du serveur de messagerie",
}


def libelle_smtp(code: int) -> str:
    """Give the French label of an SMTP reply code; that of its class when it is not in the table."""
    return LIBELLES_SMTP.get(code) or _CLASSES_SMTP.get(code // 100, "réponse inattendue du serveur de messagerie")


def passager_smtp(code: int) -> bool:
    """Say whether the same message may be offered again later: 4xx, and a connection that failed."""
    return code // 100 in (1, 4)
