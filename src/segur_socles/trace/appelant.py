"""Who calls, for what reason, with which software, towards which hosts: what every message needs."""

from __future__ import annotations

from dataclasses import dataclass

from segur_socles._core.clock import Clock
from segur_socles._core.ids import Ids
from segur_socles.config.environment import Environment
from segur_socles.config.logiciel import Logiciel
from segur_socles.personnes.professionnel import Acteur, Motif

__all__ = ["Appelant"]


@dataclass(frozen=True, slots=True)
class Appelant:
    """The caller of a service, fixed for the life of a client.

    ``justification`` is the free text that an urgent access demands; it is never logged.
    """

    acteur: Acteur
    motif: Motif
    environment: Environment
    logiciel: Logiciel
    clock: Clock
    ids: Ids
    justification: str | None = None

    def __repr__(self) -> str:
        return f"Appelant({self.acteur!r}, {self.motif.value}, {self.environment.nom!r})"
