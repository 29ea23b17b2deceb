"""What a service of the sandbox is given and gives back: the seam between the HTTPS host and the services.

A service judges a request and writes an answer; it knows nothing of sockets, faults or the journal. What it
finds on the way it says in :attr:`RequeteSandbox.verdicts`, which the journal shows.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.message import Message
from typing import Protocol

from cryptography import x509

from segur_socles._core.clock import Clock
from segur_socles._core.ids import Ids
from segur_socles.config.logiciel import Logiciel
from segur_socles.personnes.structure import Structure

__all__ = ["CorpsTropGrandError", "Monde", "ReponseSandbox", "RequeteSandbox", "ServiceSandbox", "Verdict"]

LIMITE_CORPS = 96 * 1024 * 1024
"""Bytes accepted in a request: a document of 50 MiB, its envelope, and some margin."""


class CorpsTropGrandError(Exception):
    """The request is larger than the service accepts; the host answers 413."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One check a service made: its French name, whether it passed, and what was wrong (never an identity)."""

    controle: str
    ok: bool
    detail: str = ""


@dataclass(slots=True)
class RequeteSandbox:
    """A request whose head was read; the body comes as it is consumed, once.

    - ``chemin``: path without query (``/lps``); ``parametres``: query as received, undecoded;
    - ``entetes``: by lower-case name;
    - ``certificat_client``: leaf of the TLS client certificate, chain and revocation checked already; ``None``
      when the listener does not ask for one;
    - filled by the service for the journal: ``verdicts``, ``operation``, ``message_id``, ``structure``
      (national identifier of the calling structure), ``code`` (national code answered).
    """

    methode: str
    chemin: str
    entetes: Mapping[str, str]
    flux: AsyncIterator[bytes] = field(repr=False)
    certificat_client: x509.Certificate | None = field(default=None, repr=False)
    parametres: str = field(default="", repr=False)
    verdicts: list[Verdict] = field(default_factory=list[Verdict])
    operation: str | None = None
    message_id: str | None = None
    structure: str | None = None
    code: str | None = None

    async def lire(self, limite: int = LIMITE_CORPS) -> bytes:
        """Read the whole body. Raises :class:`CorpsTropGrandError` beyond ``limite`` bytes."""
        morceaux: list[bytes] = []
        taille = 0
        async for morceau in self.flux:
            taille += len(morceau)
            if taille > limite:
                raise CorpsTropGrandError
            morceaux.append(morceau)
        return b"".join(morceaux)

    def verifier(self, controle: str, ok: bool, detail: str = "") -> bool:  # noqa: FBT001 - the verdict itself
        """Record a check and return its verdict; ``detail`` is kept only when it failed."""
        self.verdicts.append(Verdict(controle, ok, "" if ok else detail))
        return ok

    @property
    def type_de_contenu(self) -> str:
        """Content-Type as received, empty if absent."""
        return self.entetes.get("content-type", "")

    @property
    def action(self) -> str | None:
        """The ``action`` parameter of Content-Type, where SOAP 1.2 puts it; ``None`` if absent."""
        entete = Message()
        entete["Content-Type"] = self.type_de_contenu
        valeur = entete.get_param("action")
        return valeur if isinstance(valeur, str) else None


@dataclass(frozen=True, slots=True)
class ReponseSandbox:
    """An answer: status, headers (``content-length`` is the host's), whole body."""

    statut: int
    corps: bytes = field(default=b"", repr=False)
    entetes: Mapping[str, str] = field(default_factory=dict[str, str])


class ServiceSandbox(Protocol):
    """A national service as the sandbox plays it. ``traiter`` runs on the event loop: long work goes to a thread."""

    @property
    def nom(self) -> str:
        """``insi``, ``dmp``…: the name faults and the journal know it by."""
        ...

    @property
    def operations(self) -> Mapping[str, str]:
        """SOAP action, else path → name of the operation in faults and journal (``insi.rechercher``)."""
        ...

    async def traiter(self, requete: RequeteSandbox) -> ReponseSandbox:
        """Answer a request. An exception is a defect of the sandbox: HTTP 500 without SOAP."""
        ...


@dataclass(frozen=True, slots=True)
class Monde:
    """What every service of one sandbox shares.

    - ``ancres``, ``intermediaires``: authorities that client and signing certificates must descend from;
    - ``revoque(certificate, at)``: whether the list of the moment says that it is revoked;
    - ``structures``: known structures by each national identifier that a certificate of theirs may bear (EG,
      EJ, SIRET); a live view, structures may be added while the sandbox runs;
    - ``logiciel``: the calling software, whose authorisation numbers alone are known.
    """

    clock: Clock
    ids: Ids
    ancres: tuple[x509.Certificate, ...]
    intermediaires: tuple[x509.Certificate, ...]
    revoque: Callable[[x509.Certificate, datetime], bool]
    structures: Mapping[str, Structure]
    logiciel: Logiciel
