"""Surround a flow with its two records.

If the record "avant" cannot be written, the call is refused: nothing is sent without a trace. If the record
"apres" cannot, the result is returned all the same, the record is kept aside and written before the next one,
and a log line and a :class:`TraceIncompleteWarning` say so.
"""

from __future__ import annotations

import hmac
import logging
import secrets
import threading
import warnings
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Generic, TypeVar

from segur_socles._core.clock import Clock, instant_ms
from segur_socles._core.flow import Call, Flow
from segur_socles._core.ids import Ids
from segur_socles.errors import (
    AccesRefuseError,
    AuthentificationError,
    ConfigurationError,
    ConnexionRefuseeError,
    IdentiteError,
    SegurError,
    ServiceError,
    TraceError,
    TransportError,
)
from segur_socles.personnes.matricule import MatriculeIns
from segur_socles.personnes.professionnel import Acteur, Motif
from segur_socles.trace.record import Detail, Moment, Resultat, TraceSocle
from segur_socles.trace.sinks import TraceSink

__all__ = ["ActeTrace", "Bilan", "TraceIncompleteWarning", "Traceur"]

T = TypeVar("T")

Brouillon = Callable[..., dict[str, Any]]
"""The fields of a record, that only waits for its place in the chain."""

log = logging.getLogger("segur_socles.trace")

CLE_MINIMALE = 32
"""Bytes of a key: one shorter than the digest weakens an HMAC (RFC 2104 §3, certain)."""


class TraceIncompleteWarning(UserWarning):
    """A record "apres" could not be written; it is kept aside and tried again before the next one."""


@dataclass(frozen=True, slots=True)
class Bilan:
    """What the record "apres" says of a result.

    ``usager_ref``: the person, ``acteur_id``: the professional, if known only by the answer.
    """

    resultat: Resultat = Resultat.SUCCES
    code: str | None = None
    message_id: str | None = None
    usager_ref: str | None = None
    acteur_id: str | None = None
    details: Mapping[str, Detail] = field(default_factory=dict[str, Detail])


@dataclass(frozen=True)
class ActeTrace(Generic[T]):
    """A call about to be made: ``bilan`` turns its result into the record "apres".

    ``acteur`` and ``motif`` are ``None`` for a login only: who acts is what it will tell.
    """

    service: str
    operation: str
    acteur: Acteur | None
    motif: Motif | None
    bilan: Callable[[T], Bilan]
    usager_ref: str | None = None
    objet: Mapping[str, Detail] = field(default_factory=dict[str, Detail])


class Traceur:
    """Writes records to a sink, at the end of its chain. Safe to share between threads.

    ``cle`` (32 bytes at least, random) keys the references to persons: keep it as long as the traces, apart from
    them. Without it a key is drawn, and the references hold for this tracer only.

    Raises:
        ConfigurationError: ``cle`` is too short to resist a search.
    """

    def __init__(self, sink: TraceSink, *, clock: Clock, ids: Ids, cle: bytes | None = None, version: str = "") -> None:
        if cle is not None and len(cle) < CLE_MINIMALE:
            message = f"La clé des références de traces compte moins de {CLE_MINIMALE} octets."
            remede = f"la tirer au hasard, une fois : secrets.token_bytes({CLE_MINIMALE})"
            raise ConfigurationError(message, champ="cle_traces", remede=remede)
        self._sink = sink
        self._bloquant: bool = getattr(sink, "blocking", True)  # an adopter's sink need not say
        self._clock = clock
        self._ids = ids
        # Keyed once and copied at each use: OpenSSL takes longer to set a key than to hash a matricule.
        self._hmac = hmac.new(cle or secrets.token_bytes(CLE_MINIMALE), digestmod="sha256")
        self._version = version
        self._lock = threading.Lock()
        self._en_attente: list[Brouillon] = []

    def reference(self, matricule: MatriculeIns | str) -> str:
        """Pseudonym of a person: the same for the same matricule (or its CX) and key, meaningless without the key."""
        reference = self._hmac.copy()
        reference.update((matricule if isinstance(matricule, str) else matricule.cx()).encode())
        return reference.hexdigest()[:32]

    @property
    def en_attente(self) -> int:
        """Number of records "apres" that could not be written yet."""
        return len(self._en_attente)

    def suivre(self, flow: Flow[T], acte: ActeTrace[T]) -> Flow[T]:
        """Run ``flow`` between its two records."""
        acte_id = str(self._ids.uuid())
        debut = self._clock.monotonic()
        yield Call(partial(self._ecrire_avant, acte, acte_id), self._bloquant)
        try:
            result = yield from flow
        except SegurError as error:
            yield Call(partial(self._ecrire_apres, acte, acte_id, _bilan_d_echec(error), debut), self._bloquant)
            raise
        yield Call(partial(self._ecrire_apres, acte, acte_id, acte.bilan(result), debut), self._bloquant)
        return result

    def _ecrire_avant(self, acte: ActeTrace[T], acte_id: str) -> None:
        failure: str | None = None
        try:
            self._ecrire(partial(_champs, acte, acte_id, Moment.AVANT, _EN_COURS, None))
        except TraceError:
            raise  # the sink says itself what is wrong
        except Exception as error:  # noqa: BLE001 - a sink belongs to the adopter: it may raise anything
            failure = type(error).__name__
        if failure:
            message = f"La trace préalable à l'appel n'a pas pu être écrite ({failure}) ; rien n'a été envoyé."
            raise TraceError(message, remede="rétablir le stockage des traces, puis recommencer")

    def _ecrire_apres(self, acte: ActeTrace[T], acte_id: str, bilan: Bilan, debut: float) -> None:
        duree = round((self._clock.monotonic() - debut) * 1000)
        brouillon = partial(_champs, acte, acte_id, Moment.APRES, bilan, duree)
        try:
            self._ecrire(brouillon)
        except Exception as error:  # noqa: BLE001 - the act is done: its result must reach the caller
            self._en_attente.append(brouillon)
            log.warning("%s : la trace « apres » est en attente (%s)", acte.operation, type(error).__name__)
            with suppress(Exception):  # raised where warnings are errors
                warnings.warn("la trace « apres » d'un appel est en attente", TraceIncompleteWarning, stacklevel=2)

    def _ecrire(self, brouillon: Brouillon) -> None:
        """Write the records kept aside, then this one."""
        with self._lock, self._sink.verrou:
            while self._en_attente:
                self._sceller(self._en_attente[0])
                self._en_attente.pop(0)
            self._sceller(brouillon)

    def _sceller(self, brouillon: Brouillon) -> None:
        # The chain is closed at the moment of writing: sequence, hour and fingerprint belong to the sink's order.
        sequence, precedent = self._sink.dernier()
        self._sink.write(
            TraceSocle.sceller(
                brouillon(
                    sequence=sequence + 1,
                    horodatage=instant_ms(self._clock.now()),
                    version=self._version,
                    precedent=precedent,
                )
            )
        )


_EN_COURS = Bilan(Resultat.EN_COURS)


def _champs(  # noqa: PLR0913 - known when the call ends, then when the record takes its place: one argument each
    acte: ActeTrace[T],
    acte_id: str,
    moment: Moment,
    bilan: Bilan,
    duree_ms: int | None,
    *,
    sequence: int,
    horodatage: str,
    version: str,
    precedent: str,
) -> dict[str, Any]:
    """Give the fields of a :class:`TraceSocle` in its order, which its fingerprint depends on."""
    return {
        "sequence": sequence,
        "acte_id": acte_id,
        "moment": moment,
        "horodatage": horodatage,
        "service": acte.service,
        "operation": acte.operation,
        "acteur_id": acte.acteur.professionnel.id_nat if acte.acteur else bilan.acteur_id or "",
        "structure": acte.acteur.structure.struct_idnat if acte.acteur else "",
        "moyen": acte.acteur.moyen.value if acte.acteur else "",
        "motif": acte.motif.value if acte.motif else "",
        "resultat": bilan.resultat,
        "usager_ref": acte.usager_ref or bilan.usager_ref,
        "code": bilan.code,
        "message_id": bilan.message_id,
        "duree_ms": duree_ms,
        "version": version,
        "objet": acte.objet,
        "details": bilan.details,
        "precedent": precedent,
    }


def _bilan_d_echec(error: SegurError) -> Bilan:
    resultat = next(resultat for kind, resultat in _ECHECS if isinstance(error, kind))
    if isinstance(error, TransportError):
        return Bilan(Resultat.ISSUE_INCONNUE if error.outcome_unknown else resultat, error.phase)
    if isinstance(error, ServiceError):
        return Bilan(resultat, error.code, error.correlation_id)
    if isinstance(error, ConnexionRefuseeError):
        return Bilan(resultat, error.controle)
    return Bilan(resultat, type(error).__name__)


# First match wins.
_ECHECS: tuple[tuple[type[SegurError], Resultat], ...] = (
    (IdentiteError, Resultat.REFUS_IDENTITE),
    (AccesRefuseError, Resultat.REFUS_DROITS),
    (AuthentificationError, Resultat.REFUS_DROITS),
    (ConnexionRefuseeError, Resultat.REFUS_DROITS),
    (ServiceError, Resultat.ERREUR_METIER),
    (SegurError, Resultat.ERREUR_TECHNIQUE),
)
