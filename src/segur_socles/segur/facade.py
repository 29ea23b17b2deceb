"""The way in: one object a process, one session an actor."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import cached_property, partial
from types import TracebackType
from typing import Self, TypeVar

from segur_socles import __version__
from segur_socles import psc as _psc  # a package: it serves its client when it is first asked for
from segur_socles._core.retry import RetryPolicy
from segur_socles._core.run import AsyncRunner, Observer, Runner
from segur_socles.config.environment import Nature
from segur_socles.credentials.configuration import Configuration
from segur_socles.credentials.secret import Secret
from segur_socles.errors import AccesRefuseError, ChampInvalideError, ConfigurationError, Constat
from segur_socles.ins.paquet import PaquetInsi
from segur_socles.mss.boite import Boites
from segur_socles.personnes.professionnel import Acteur, Motif, MoyenAuthentification, Professionnel
from segur_socles.personnes.structure import Structure
from segur_socles.segur.acces import ChoixInsi, ModeInsi, acces_psc
from segur_socles.segur.session import AsyncSession, Session
from segur_socles.trace.appelant import Appelant
from segur_socles.trace.sinks import MemorySink, TraceSink
from segur_socles.trace.traceur import Traceur

__all__ = ["AsyncSegur", "Segur"]


class _Facade:
    """What both facades share: the tracer, and how a caller is made from an actor."""

    def __init__(
        self, config: Configuration, traces: TraceSink | None, cle_traces: bytes | None, paquet_insi: PaquetInsi | None
    ) -> None:
        if traces is None and config.environment.nature is not Nature.BAC_A_SABLE:
            message = "Aucune destination n'est donnée pour les traces des appels nationaux."
            remede = "passer traces=JsonLinesSink(chemin), un puits à vous, ou NullSink() en connaissance de cause"
            raise ConfigurationError(message, champ="traces", remede=remede)
        self._config = config
        self._paquet_insi = paquet_insi or PaquetInsi()
        self._boites = Boites(config.environment.serveurs_mss)
        version = f"segur-socles {__version__} ; {config.logiciel.nom} {config.logiciel.version}"
        sink = traces or MemorySink()
        self._traceur = Traceur(sink, clock=config.clock, ids=config.ids, cle=cle_traces, version=version)

    def _appelant(self, acteur: Acteur, motif: Motif, justification: str | None) -> Appelant:
        motif = _choix(Motif, motif, "motif")
        if motif is Motif.URGENCE and not (justification and justification.strip()):
            message = "Un accès en urgence demande une justification ; rien n'a été envoyé."
            remede = "passer justification=… et la garder dans le dossier ; elle n'est jamais journalisée"
            raise AccesRefuseError(message, remede=remede)
        config = self._config
        return Appelant(acteur, motif, config.environment, config.logiciel, config.clock, config.ids, justification)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._config.environment!r})"


C = TypeVar("C", bound=StrEnum)


def _choix(enum: type[C], valeur: C, champ: str) -> C:
    # A bare text passes where types are not checked; taken by identity, it would mean another choice in silence.
    try:
        return enum(valeur)
    except ValueError:
        attendus = ", ".join(choix.value for choix in enum)
    raise ChampInvalideError(
        "Segur : 1 champ à corriger.",
        constats=(Constat(champ, "valeur inconnue", None, f"choisir parmi : {attendus}"),),
    )


def _automate(structure: Structure, responsable: Professionnel) -> Acteur:
    return Acteur(professionnel=responsable, structure=structure, moyen=MoyenAuthentification.AUTOMATE)


class Segur(_Facade):
    """Synchronous entry point. Built once, safe to share between threads; close it, or use ``with``.

    - ``config``: environment, software and keyring; one process may serve hundreds of structures;
    - ``traces``: where the records of each call go; required outside the sandbox;
    - ``cle_traces``: 32 bytes at least, that key the references to persons in the traces; random if not given, in which
      case references of two runs cannot be compared;
    - ``observer``: sees the bytes of every exchange, for proof or support. It holds identity data, and tokens;
    - ``paquet_insi``: what only the official package says of INSi (Pro Santé Connect, unit verification).
    """

    def __init__(
        self,
        config: Configuration,
        *,
        traces: TraceSink | None = None,
        cle_traces: bytes | None = None,
        policy: RetryPolicy | None = None,
        observer: Observer | None = None,
        paquet_insi: PaquetInsi | None = None,
    ) -> None:
        super().__init__(config, traces, cle_traces, paquet_insi)
        environment = config.environment
        self._runner = Runner(origins=environment.origines, policy=policy, proxy=environment.proxy, observer=observer)

    @cached_property
    def psc(self) -> _psc.PscClient:
        """Pro Santé Connect: who is at the keyboard. It belongs to no session, since it gives the actor of one."""
        return _psc.PscClient(
            self._config.environment, partial(acces_psc, self._config), self._traceur, self._runner, self._config.clock
        )

    def au_nom_de(
        self,
        acteur: Acteur,
        *,
        motif: Motif,
        justification: str | None = None,
        insi: ModeInsi = ModeInsi.CERTIFICAT,
        jeton_psc: Callable[[], Secret] | None = None,
    ) -> Session:
        """Give the session of a professional acting for a structure. There is no default actor.

        ``jeton_psc`` gives the access token of the moment, when ``insi`` is ``ModeInsi.PSC`` (not verified, and to be
        set up by ``paquet_insi``); it is asked at each call, and goes to ``Environment.insi_psc`` alone. Given for
        another mode, it raises :class:`ConfigurationError`.
        """
        appelant = self._appelant(acteur, motif, justification)
        choix = ChoixInsi(_choix(ModeInsi, insi, "insi"), self._paquet_insi, jeton_psc)
        return Session(self._config, appelant, self._traceur, choix, self._boites, self._runner)

    def automate(self, structure: Structure, *, responsable: Professionnel, motif: Motif) -> Session:
        """Give the session of the software acting alone; ``responsable`` answers for it."""
        return self.au_nom_de(_automate(structure, responsable), motif=motif)

    def close(self) -> None:
        """Close every connection."""
        self._boites.close()
        self._runner.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class AsyncSegur(_Facade):
    """Asynchronous entry point (asyncio, one event loop). Same arguments as :class:`Segur`."""

    def __init__(
        self,
        config: Configuration,
        *,
        traces: TraceSink | None = None,
        cle_traces: bytes | None = None,
        policy: RetryPolicy | None = None,
        observer: Observer | None = None,
        paquet_insi: PaquetInsi | None = None,
    ) -> None:
        super().__init__(config, traces, cle_traces, paquet_insi)
        environment = config.environment
        self._runner = AsyncRunner(
            origins=environment.origines, policy=policy, proxy=environment.proxy, observer=observer
        )

    @cached_property
    def psc(self) -> _psc.AsyncPscClient:
        """Pro Santé Connect: who is at the keyboard. It belongs to no session, since it gives the actor of one."""
        return _psc.AsyncPscClient(
            self._config.environment, partial(acces_psc, self._config), self._traceur, self._runner, self._config.clock
        )

    def au_nom_de(
        self,
        acteur: Acteur,
        *,
        motif: Motif,
        justification: str | None = None,
        insi: ModeInsi = ModeInsi.CERTIFICAT,
        jeton_psc: Callable[[], Secret] | None = None,
    ) -> AsyncSession:
        """Give the session of a professional acting for a structure: see :meth:`Segur.au_nom_de`."""
        appelant = self._appelant(acteur, motif, justification)
        choix = ChoixInsi(_choix(ModeInsi, insi, "insi"), self._paquet_insi, jeton_psc)
        return AsyncSession(self._config, appelant, self._traceur, choix, self._boites, self._runner)

    def automate(self, structure: Structure, *, responsable: Professionnel, motif: Motif) -> AsyncSession:
        """Give the session of the software acting alone; ``responsable`` answers for it."""
        return self.au_nom_de(_automate(structure, responsable), motif=motif)

    async def aclose(self) -> None:
        """Close every connection."""
        self._boites.close()
        await self._runner.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()
