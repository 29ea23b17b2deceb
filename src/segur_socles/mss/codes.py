"""Codes of the MSSanté exchanges, as data.

Sources: CI-SIS, volet « Transmission d'un document CDA » (table SMTPERRORCODE, application errors, certain); RFC 8098,
3463 and 3464 for what receipts and delivery reports say (certain).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Final

__all__ = [
    "LIBELLES_SMTP",
    "ActionRemise",
    "ErreurIntegration",
    "IssueAccuse",
    "libelle_smtp",
    "libelle_statut",
    "passager_smtp",
]


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


class IssueAccuse(Enum):
    """What a receiver says became of a message (RFC 8098 §3.2.6.2; ``denied`` and ``failed``, RFC 2298)."""

    TRAITE = ("processed", "Le destinataire confirme que le message a été traité.")
    AFFICHE = (
        "displayed",
        "Le message a été affiché chez le destinataire : rien ne dit que le document a été intégré.",
    )
    TRANSMIS = ("dispatched", "Le destinataire a fait suivre le message : rien ne dit que le document a été intégré.")
    SUPPRIME = (
        "deleted",
        "Le message a été supprimé chez le destinataire : rien ne dit qu'il a été lu, ni le document intégré.",
    )
    REFUSE = ("denied", "Le destinataire refuse de dire ce que le message est devenu.")
    ECHEC = ("failed", "Le destinataire n'a pas pu traiter le message, et n'en donne pas la raison par un code connu.")
    INCONNU = ("", "L'accusé ne dit pas ce que le message est devenu.")

    def __init__(self, disposition: str, explication: str) -> None:
        self.disposition = disposition
        self.explication = explication


class ActionRemise(Enum):
    """What a delivery report says was done for one mailbox (RFC 3464 §2.3.3)."""

    ECHEC = ("failed", "non remis")
    RETARD = ("delayed", "pas encore remis")
    REMIS = ("delivered", "remis")
    RELAYE = ("relayed", "transmis à un serveur qui ne confirme pas la remise")
    DIFFUSE = ("expanded", "transmis aux membres d'une liste")
    INCONNUE = ("", "sort inconnu")

    def __init__(self, action: str, libelle: str) -> None:
        self.action = action
        self.libelle = libelle


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


_LIBELLES_STATUT: Final[Mapping[str, str]] = {
    **dict.fromkeys(("1.1", "1.10"), "boîte aux lettres inconnue"),
    "1.2": "domaine de messagerie inconnu",
    "1.3": "adresse mal formée",
    "1.6": "boîte aux lettres déplacée, sans nouvelle adresse",
    "2.1": "boîte aux lettres fermée ou désactivée",
    "2.2": "boîte aux lettres pleine",
    "2.3": "message trop volumineux pour la boîte aux lettres",
    "3.4": "message trop volumineux pour le serveur du destinataire",
    "4.1": "serveur du destinataire injoignable",
    "4.7": "délai de remise dépassé",
    "7.1": "message refusé par une règle du destinataire",
}
_SUJETS_STATUT: Final[Mapping[str, str]] = {
    "1": "adresse en cause",
    "2": "boîte aux lettres indisponible",
    "3": "serveur du destinataire indisponible",
    "4": "message impossible à acheminer",
    "5": "échange impossible avec le serveur du destinataire",
    "6": "contenu que le serveur du destinataire n'accepte pas",
    "7": "message refusé pour une raison de sécurité",
}


def libelle_statut(statut: str) -> str | None:
    """Give the French label of an enhanced status code such as ``5.1.1``; None when it says no cause (``5.0.0``)."""
    sujet_detail = statut.partition(".")[2]
    return _LIBELLES_STATUT.get(sujet_detail) or _SUJETS_STATUT.get(sujet_detail.partition(".")[0])
