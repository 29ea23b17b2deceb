"""One exchange with the operator, from its first command to its entry in the journal."""

from __future__ import annotations

import logging
import time
import traceback
from dataclasses import dataclass, field
from typing import Final

from cryptography import x509

from segur_socles._core.x509 import load_der
from segur_socles.credentials.certificat import Certificat
from segur_socles.errors import CredentialError, SignatureError
from segur_socles.sandbox.journal import EntreeJournal, Journal
from segur_socles.sandbox.mss.boites import Boites
from segur_socles.sandbox.pannes import Effet, Panne, Pannes
from segur_socles.sandbox.service import Monde, Verdict

__all__ = [
    "ENVOYER",
    "MARQUER",
    "RELEVER",
    "SERVICE",
    "TAILLE_MAXIMALE",
    "Echange",
    "Operateur",
    "signaler",
    "structure_de",
]

SERVICE: Final = "mss"
ENVOYER: Final = "mss.envoyer"
RELEVER: Final = "mss.relever"
MARQUER: Final = "mss.marquer_lu"

TAILLE_MAXIMALE: Final = 25 * 1024 * 1024
"""Bytes of a whole message: Mon espace santé sends back what is larger (near certain); announced by ``SIZE``."""

_LOG: Final = logging.getLogger("segur_socles.sandbox")


@dataclass(frozen=True, slots=True)
class Operateur:
    """What the operator's two services share."""

    monde: Monde
    boites: Boites
    pannes: Pannes
    journal: Journal


@dataclass(slots=True)
class Echange:
    """An exchange under way. ``structure`` is the identifier in the client certificate, its OU."""

    operateur: Operateur
    operation: str
    structure: str | None
    message_id: str | None = None
    verdicts: list[Verdict] = field(default_factory=list[Verdict])
    _debut: float = field(default_factory=time.perf_counter)
    _panne: str | None = None
    _clos: bool = False

    def verifier(self, controle: str, ok: bool, detail: str = "") -> bool:  # noqa: FBT001 - the verdict itself
        """Record a check and return its verdict; ``detail`` is kept only when it failed, and quotes no data."""
        self.verdicts.append(Verdict(controle, ok, "" if ok else detail))
        return ok

    def panne(self, effet: Effet) -> Panne | None:
        """Use up one turn of a fault set for this exchange."""
        panne = self.operateur.pannes.prendre(effet, SERVICE, self.operation)
        self._panne = panne.nom if panne else self._panne
        return panne

    def clore(self, statut: int | None, code: str | None = None) -> None:
        """Write the entry, once."""
        if self._clos:
            return
        self._clos = True
        entree = EntreeJournal(
            le=self.operateur.monde.clock.now(),
            service=SERVICE,
            operation=self.operation,
            message_id=self.message_id,
            structure=self.structure,
            statut=statut,
            code=code,
            duree=time.perf_counter() - self._debut,
            panne=self._panne,
            verdicts=tuple(self.verdicts),
        )
        self.operateur.journal.noter(entree)


def structure_de(der: bytes | None) -> str | None:
    """Give the structure a client certificate names (``1990000019``), its chain and revocation checked already."""
    if der is None:
        return None
    try:
        certificat: x509.Certificate = load_der(der, what="certificat client")
        return Certificat.depuis(certificat, quoi="certificat client").sujet.struct_idnat
    except (SignatureError, CredentialError):
        return None  # OpenSSL is laxer than we are: nobody we know


def signaler(error: BaseException) -> None:
    """Log a defect of the sandbox: where, and which class; the text of an error may quote a message."""
    ou = "".join(traceback.format_list(traceback.extract_tb(error.__traceback__)))
    _LOG.error("Défaut du bac à sable (%s, %s) :\n%s", SERVICE, type(error).__name__, ou)
