"""By which door the MSSanté space is entered: a mailbox of the structure, at its operator."""

from __future__ import annotations

from dataclasses import dataclass, field

from segur_socles._core.flow import Channel
from segur_socles.config.messagerie import OperateurMss
from segur_socles.personnes.boite import BoiteStructure

__all__ = ["AccesMss"]


@dataclass(frozen=True, slots=True)
class AccesMss:
    """One way in.

    - ``channel``: mutual TLS with the structure's ORG AUTH_CLI certificate;
    - ``boite``: the mailbox that sends and is read; ``operateur``: its servers;
    - ``nil``: number of the software, that each message bears (``X-MSS-NIL``).
    """

    channel: Channel = field(repr=False)
    boite: BoiteStructure
    operateur: OperateurMss
    nil: str
