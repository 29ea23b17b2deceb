"""The mailboxes of the sandbox's operator: whose they are, and what was delivered to them.

No mailbox here can exist: the MSSanté space has no domain under ``bac-a-sable.mssante.fr``.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from segur_socles._core.clock import Clock
from segur_socles.personnes.boite import BoiteStructure, TypeBoite
from segur_socles.personnes.structure import Structure
from segur_socles.sandbox.donnees import CABINET, EHPAD, PERSONNES, PHARMACIE, SAD, URGENCES

__all__ = ["BOITES", "CITOYENS", "Boite", "Boites", "Dossier", "MessageDepose"]

CITOYENS: Final = "patient.mssante.fr"
_DOMAINE: Final = "bac-a-sable.mssante.fr"

BOITES: Final = (
    (EHPAD, BoiteStructure(adresse=f"infirmerie@ehpad.{_DOMAINE}", nom="EHPAD du bac à sable, infirmerie")),
    (EHPAD, BoiteStructure(adresse=f"dui@ehpad.{_DOMAINE}", nom="EHPAD du bac à sable", type=TypeBoite.APPLICATIVE)),
    (URGENCES, BoiteStructure(adresse=f"urgences@ch-essai.{_DOMAINE}", nom="CH d'essai, urgences")),
    (URGENCES, BoiteStructure(adresse=f"secretariat.medical@ch-essai.{_DOMAINE}", nom="CH d'essai, secrétariat")),
    (
        CABINET,
        BoiteStructure(
            adresse=f"alain.fictif@medecin.{_DOMAINE}", nom="Dr_Alain_FICTIF_Cabinet", type=TypeBoite.PERSONNELLE
        ),
    ),
    (
        CABINET,
        BoiteStructure(adresse=f"cabinet.fictif@medecin.{_DOMAINE}", nom="Cabinet d'essai", type=TypeBoite.CABINET),
    ),
    (SAD, BoiteStructure(adresse=f"soins@sad-essai.{_DOMAINE}", nom="Service autonomie à domicile du banc d'essai")),
    (PHARMACIE, BoiteStructure(adresse=f"officine.eprouvette@pharmacie.{_DOMAINE}", nom="Pharmacie de l'Éprouvette")),
)
"""Known from the start: each mailbox, and the structure that owns it."""

DOSSIERS: Final = ("INBOX", "Sent")


@dataclass(slots=True, eq=False)
class MessageDepose:
    """A message in a folder: ``uid`` grows and is never given twice; ``drapeaux`` are its IMAP flags."""

    uid: int
    octets: bytes = field(repr=False)
    recu_le: datetime
    drapeaux: set[str] = field(default_factory=set[str])
    recent: bool = True


class Dossier:
    """A folder. Threads may share it."""

    def __init__(self, validite: int) -> None:
        self.validite = validite
        self.prochain_uid = 1
        self._lock = threading.Lock()
        self._messages: list[MessageDepose] = []

    @property
    def messages(self) -> tuple[MessageDepose, ...]:
        """What it holds, oldest first."""
        with self._lock:
            return tuple(self._messages)

    def deposer(self, octets: bytes, le: datetime, drapeaux: Iterable[str] = ()) -> MessageDepose:
        """Add a message."""
        with self._lock:
            message = MessageDepose(self.prochain_uid, octets, le, set(drapeaux))
            self.prochain_uid += 1
            self._messages.append(message)
        return message

    def retirer(self, uids: Collection[int]) -> None:
        """Remove messages for good."""
        with self._lock:
            self._messages = [m for m in self._messages if m.uid not in uids]


@dataclass(frozen=True, slots=True)
class Boite:
    """A mailbox. A citizen's is nobody's here (``structure`` is ``None``): it receives, and is not read."""

    structure: Structure | None
    dossiers: dict[str, Dossier]

    def appartient(self, idnat: str | None) -> bool:
        """Whether a certificate of this national identifier (OU) may send from it and read it."""
        return self.structure is not None and idnat in self.structure.idnats_lies


class Boites:
    """The mailboxes of an operator, by address. Threads may share it.

    Citizens of :data:`~segur_socles.sandbox.donnees.PERSONNES` have theirs: number and key at the citizens' domain.
    """

    def __init__(self, clock: Clock) -> None:
        # What a reader of a former sandbox kept about a folder must not be taken for this one's (RFC 3501 2.3.1.1).
        self._validite = int(clock.now().timestamp())
        self._boites: dict[str, Boite] = {}
        for structure, boite in BOITES:
            self.ajouter(boite.adresse, structure)
        for personne in PERSONNES:
            if personne.numero:
                self.ajouter(f"{personne.numero}{personne.cle}@{CITOYENS}", None)

    def ajouter(self, adresse: str, structure: Structure | None) -> None:
        """Open a mailbox, or give the one that exists to another structure."""
        cle = adresse.lower()
        connue = self._boites.get(cle)
        dossiers = connue.dossiers if connue else {nom: Dossier(self._validite) for nom in DOSSIERS}
        # A new mapping, so that a session under way never sees it half changed.
        self._boites = {**self._boites, cle: Boite(structure, dossiers)}

    def trouver(self, adresse: str) -> Boite | None:
        """Give a mailbox, whatever the case of its address; ``None`` if there is none."""
        return self._boites.get(adresse.lower())

    @property
    def domaines(self) -> frozenset[str]:
        """Domains of the structures' mailboxes."""
        return frozenset(a.rpartition("@")[2] for a, boite in self._boites.items() if boite.structure)

    @property
    def espace_de_confiance(self) -> frozenset[str]:
        """Domains mail may be sent to: an exact list, as the national one."""
        return self.domaines | {CITOYENS}
