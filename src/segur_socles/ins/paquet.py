"""What only the official package of an editor says about INSi, gathered in one place."""

from __future__ import annotations

from dataclasses import dataclass

from segur_socles.ins.contrat_verification import ContratVerification
from segur_socles.ins.psc import PscInsi

__all__ = ["PaquetInsi"]


@dataclass(frozen=True, slots=True)
class PaquetInsi:
    """Settings of the two doors whose contract is not public. Neither is verified, neither has a default.

    ``psc``: entering by Pro Santé Connect; ``verification``: the unit verification (WS_INS3).
    """

    psc: PscInsi | None = None
    verification: ContratVerification | None = None
