"""INSi for callers: the same calls, blocking or asynchronous."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from segur_socles._core.run import AsyncRunner, Runner
from segur_socles.ins.acces import AccesInsi
from segur_socles.ins.contract import contrat_de
from segur_socles.ins.flows import FluxInsi
from segur_socles.ins.types import ResultatInsi
from segur_socles.personnes.identite import Identite
from segur_socles.personnes.traits import TraitsIdentite
from segur_socles.trace.appelant import Appelant
from segur_socles.trace.traceur import Traceur

__all__ = ["AsyncInsiClient", "InsiClient"]


class InsiClient:
    """INSi on behalf of one actor. Thread-safe.

    ``acces`` gives the way in at each call; ``wsdl`` is the path of the editor's own official contract, its schemas
    beside it, if there is one. It is read at the first call; nothing is fetched.
    """

    def __init__(
        self,
        appelant: Appelant,
        acces: Callable[[], AccesInsi],
        traceur: Traceur,
        runner: Runner,
        *,
        wsdl: Path | None = None,
    ) -> None:
        self._flux = FluxInsi(appelant, acces, traceur, contrat_de(wsdl))
        self._runner = runner
        self._delai = appelant.environment.options_insi.delai

    def rechercher(self, traits: TraitsIdentite | Identite, *, delai: float | None = None) -> ResultatInsi:
        """Search one person by identity traits (WS_INS2), in the order that the CNDA scenarios ask for.

        One to n + 3 calls for n first names: each alone, then joined, then with the birth place. ``delai`` is
        in seconds, for the whole search. With an :class:`Identite`, its used names and checked document are kept.

        Returns ``InsTrouvee``, ``InsAbsente`` or ``InsMultiple``: to be matched on.

        Raises:
            ConfigurationError: the editor's contract cannot be used; nothing was sent.
            ChampInvalideError: birth date in the future; nothing was sent.
            IdentiteError: identity douteuse or fictive (nothing is sent); test OID answered in production.
            CertificatRefuseError, AuthentificationError: INSi does not accept who calls.
            ServiceError: another fault; ``retryable`` ones were tried again already.
            ReponseInvalideError, DeadlineError, TransportError: no usable answer.
            TraceError: the record before the call could not be written; nothing was sent.

        Retrieval is unitary: never run it over a base (INSi terms of use, certain).
        """
        return self._runner.run(self._flux.rechercher(traits), delai=self._delai if delai is None else delai)


class AsyncInsiClient:
    """INSi on behalf of one actor, for asyncio. Same calls and errors as :class:`InsiClient`."""

    def __init__(
        self,
        appelant: Appelant,
        acces: Callable[[], AccesInsi],
        traceur: Traceur,
        runner: AsyncRunner,
        *,
        wsdl: Path | None = None,
    ) -> None:
        self._flux = FluxInsi(appelant, acces, traceur, contrat_de(wsdl))
        self._runner = runner
        self._delai = appelant.environment.options_insi.delai

    async def rechercher(self, traits: TraitsIdentite | Identite, *, delai: float | None = None) -> ResultatInsi:
        """Search one person by identity traits: see :meth:`InsiClient.rechercher`."""
        return await self._runner.run(self._flux.rechercher(traits), delai=self._delai if delai is None else delai)
