"""The history of accesses that a person sees in Mon espace santé: who looked, from where, why, at what."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime

from segur_socles.sandbox.dmp.acces import Appel

__all__ = ["AccesTrace", "Consultations"]


@dataclass(frozen=True, slots=True)
class AccesTrace:
    """One access to a record.

    ``operation`` is ``dmp.rechercher`` or ``dmp.lire``; ``accesseur`` the professional's national identifier,
    ``structure`` the Struct_IdNat; ``usage`` the code of purposeofuse; ``documents`` the uniqueIds shown or read.
    """

    instant: datetime
    operation: str
    accesseur: str
    nom: str = field(repr=False)
    structure: str
    usage: str
    documents: tuple[str, ...]


class Consultations:
    """Accesses by matricule (15 characters), in memory. Threads may share an instance."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._acces: dict[str, list[AccesTrace]] = {}

    def noter(self, appel: Appel, operation: str, documents: tuple[str, ...]) -> None:
        """Write one access, as granted: refused ones show nothing and are not written."""
        vihf = appel.vihf
        trace = AccesTrace(
            instant=appel.maintenant,
            operation=operation,
            accesseur=vihf.utilisateur,
            nom=vihf.nom,
            structure=vihf.structure,
            usage=vihf.usage.code if vihf.usage else "",
            documents=documents,
        )
        with self._lock:
            self._acces.setdefault(appel.matricule, []).append(trace)

    def de(self, matricule: str) -> tuple[AccesTrace, ...]:
        """Return the accesses to a record, oldest first."""
        with self._lock:
            return tuple(self._acces.get(matricule, ()))
