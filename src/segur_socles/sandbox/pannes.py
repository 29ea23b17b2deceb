"""Faults by name: what makes a service slow, absent, or silent after it has done the work."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from segur_socles.errors import ConfigurationError

__all__ = ["PANNES", "Effet", "Panne", "Pannes"]


class Effet(StrEnum):
    """What a fault does to an exchange; the host carries it out."""

    ATTENDRE = "attendre"
    """Wait, then treat the request."""
    REFUSER = "refuser"
    """Answer HTTP 503 without SOAP (SMTP 451, IMAP ``NO [UNAVAILABLE]``); the request is not treated."""
    TAIRE = "taire"
    """Treat the request, then close the connection without an answer."""
    ALTERER = "alterer"
    """Treat the request, and damage what it delivers."""
    FAUTER = "fauter"
    """Answer a request that is in order with the national fault of that name; it is not treated."""


@dataclass(frozen=True, slots=True)
class _Modele:
    effet: Effet
    resume: str


PANNES: Final = {
    "latency": _Modele(Effet.ATTENDRE, "le service met du temps à répondre"),
    "503-then-ok": _Modele(Effet.REFUSER, "le service répond 503, puis fonctionne"),
    "accept-then-lose-reply": _Modele(Effet.TAIRE, "le service fait ce qui est demandé, mais sa réponse se perd"),
    "alter-archive": _Modele(Effet.ALTERER, "l'archive d'un message est altérée en route"),
    "desir_550": _Modele(Effet.FAUTER, "INSi ne connaît pas le numéro d'autorisation du logiciel"),
    "desir_560": _Modele(Effet.FAUTER, "INSi trouve le niveau d'accès insuffisant"),
    "desir_1020": _Modele(Effet.FAUTER, "INSi est momentanément indisponible"),
    "insi_24": _Modele(Effet.FAUTER, "INSi refuse le format du sexe"),
    "insi_102": _Modele(Effet.FAUTER, "la recherche d'INSi renvoie une erreur technique"),
}
"""Name of the fault → what it does, and how the command line and the journal say it.

The names of INSi's are its own fault codes, those that are public.
"""


@dataclass(slots=True)
class Panne:
    """A fault in waiting. ``service`` and ``operation`` narrow it (``None``: any); ``reste`` counts down."""

    nom: str
    service: str | None
    operation: str | None
    secondes: float
    reste: int

    @property
    def effet(self) -> Effet:
        """What it does."""
        return PANNES[self.nom].effet

    def vise(self, service: str, operation: str | None) -> bool:
        """Whether an exchange is one it was set for."""
        return self.service in (None, service) and self.operation in (None, operation)


class Pannes:
    """The faults set on a sandbox. Threads may share it; each fault serves ``fois`` exchanges, then goes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._actives: list[Panne] = []

    def activer(
        self,
        nom: str,
        *,
        service: str | None = None,
        operation: str | None = None,
        fois: int = 1,
        secondes: float = 1.0,
    ) -> None:
        """Set a fault of :data:`PANNES` for the next ``fois`` matching exchanges.

        ``operation`` is a journal name (``insi.rechercher``); ``secondes`` is the time ``latency`` takes.
        Raises :class:`ConfigurationError` for a name or a figure that makes no sense.
        """
        if nom not in PANNES:
            message = f"La panne « {nom} » n'existe pas."
            raise ConfigurationError(message, champ="panne", remede=f"choisir parmi : {', '.join(PANNES)}")
        if fois < 1 or secondes < 0:
            message = f"La panne « {nom} » doit servir au moins une fois, et durer zéro seconde ou plus."
            raise ConfigurationError(message, champ="panne", remede="corriger « fois » ou « secondes »")
        with self._lock:
            self._actives.append(Panne(nom, service, operation, secondes, fois))

    def effacer(self) -> None:
        """Remove every fault."""
        with self._lock:
            self._actives.clear()

    @property
    def actives(self) -> tuple[Panne, ...]:
        """Faults still waiting, oldest first."""
        with self._lock:
            return tuple(self._actives)

    def prendre(self, effet: Effet, service: str, operation: str | None) -> Panne | None:
        """Use up one turn of the oldest fault of this effect set for this exchange."""
        with self._lock:
            for panne in self._actives:
                if panne.effet is effet and panne.vise(service, operation):
                    panne.reste -= 1
                    if not panne.reste:
                        self._actives.remove(panne)
                    return panne
        return None
