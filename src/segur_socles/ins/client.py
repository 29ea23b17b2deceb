"""INSi for callers: the same calls, blocking or asynchronous."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from segur_socles._core.run import AsyncRunner, Runner
from segur_socles.ins.acces import AccesInsi
from segur_socles.ins.contract import contrat_de
from segur_socles.ins.flows import FluxInsi
from segur_socles.ins.paquet import PaquetInsi
from segur_socles.ins.types import ResultatInsi
from segur_socles.ins.verification import ResultatVerification
from segur_socles.ins.vitale import LecteurVitale, LectureVitale
from segur_socles.personnes.identite import Identite
from segur_socles.personnes.matricule import MatriculeIns
from segur_socles.personnes.traits import TraitsIdentite
from segur_socles.trace.appelant import Appelant
from segur_socles.trace.traceur import Traceur

__all__ = ["AsyncInsiClient", "InsiClient"]


class InsiClient:
    """INSi on behalf of one actor. Thread-safe.

    ``acces`` gives the way in at each call; ``wsdl`` is the path of the editor's own official contract, its schemas
    beside it, if there is one. It is read at the first call; nothing is fetched. ``paquet`` holds what only the
    official package says (Pro Santé Connect, unit verification).
    """

    def __init__(
        self,
        appelant: Appelant,
        acces: Callable[[], AccesInsi],
        traceur: Traceur,
        runner: Runner,
        *,
        wsdl: Path | None = None,
        paquet: PaquetInsi | None = None,
    ) -> None:
        self._flux = FluxInsi(appelant, acces, traceur, contrat_de(wsdl), paquet)
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
            CredentialError: a card, a token or a reader failed; nothing was sent.
            CertificatRefuseError, AuthentificationError: INSi does not accept who calls.
            ServiceError: another fault; ``retryable`` ones were tried again already.
            ReponseInvalideError, DeadlineError, TransportError: no usable answer.
            TraceError: the record before the call could not be written; nothing was sent.

        Retrieval is unitary: never run it over a base (INSi terms of use, certain).
        """
        return self._runner.run(self._flux.rechercher(traits), delai=self._delai if delai is None else delai)

    def rechercher_par_vitale(
        self,
        lecture: LectureVitale,
        identite: TraitsIdentite | Identite | None = None,
        *,
        lecteur: LecteurVitale | None = None,
        delai: float | None = None,
    ) -> ResultatInsi:
        """Search the person whose carte Vitale was read (WS_INS1), in one call. ``delai`` is in seconds.

        ``identite`` is who the person is held to be here: the answer is compared with it, and with the card. The card
        is a key to query INSi, not an identity: without ``identite``, the answer can be accepted only for an identity
        given then. ``lecteur`` adds the Vitale assertion of card mode, made by the editor's own reader.

        Returns ``InsTrouvee``, ``InsAbsente`` or ``InsMultiple``, as a search by traits.

        Raises as :meth:`rechercher`; :class:`ConfigurationError` too for a ``lecteur`` out of card mode, and
        :class:`CredentialError` when what it gives is not a Vitale assertion: nothing was sent.

        Contract: published WSDL (certain); what fills it, one working software (probable); no real card was tried.
        """
        flux = self._flux.rechercher_par_vitale(lecture, identite, lecteur)
        return self._runner.run(flux, delai=self._delai if delai is None else delai)

    def verifier(
        self,
        identite: Identite | TraitsIdentite,
        matricule: MatriculeIns | None = None,
        *,
        delai: float | None = None,
    ) -> ResultatVerification:
        """Ask whether an INS is still right (WS_INS3), by the settings of ``PaquetInsi.verification``. Not verified.

        Give an :class:`Identite` that holds an INS, or traits and their ``matricule``. Nothing changes: a negative
        answer is an ``InsInfirmee``, whose ``invalider`` is the decision of a named person. ``delai`` is in seconds.

        Returns ``InsConfirmee``, ``InsInfirmee`` or ``VerificationInconnue``.

        Raises as :meth:`rechercher`; :class:`ConfigurationError` when it is not set up, :class:`IdentiteError` without
        an INS to verify: nothing was sent.
        """
        flux = self._flux.verifier(identite, matricule)
        return self._runner.run(flux, delai=self._delai if delai is None else delai)


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
        paquet: PaquetInsi | None = None,
    ) -> None:
        self._flux = FluxInsi(appelant, acces, traceur, contrat_de(wsdl), paquet)
        self._runner = runner
        self._delai = appelant.environment.options_insi.delai

    async def rechercher(self, traits: TraitsIdentite | Identite, *, delai: float | None = None) -> ResultatInsi:
        """Search one person by identity traits: see :meth:`InsiClient.rechercher`."""
        return await self._runner.run(self._flux.rechercher(traits), delai=self._delai if delai is None else delai)

    async def rechercher_par_vitale(
        self,
        lecture: LectureVitale,
        identite: TraitsIdentite | Identite | None = None,
        *,
        lecteur: LecteurVitale | None = None,
        delai: float | None = None,
    ) -> ResultatInsi:
        """Search the person whose carte Vitale was read: see :meth:`InsiClient.rechercher_par_vitale`."""
        flux = self._flux.rechercher_par_vitale(lecture, identite, lecteur)
        return await self._runner.run(flux, delai=self._delai if delai is None else delai)

    async def verifier(
        self,
        identite: Identite | TraitsIdentite,
        matricule: MatriculeIns | None = None,
        *,
        delai: float | None = None,
    ) -> ResultatVerification:
        """Ask whether an INS is still right: see :meth:`InsiClient.verifier`."""
        flux = self._flux.verifier(identite, matricule)
        return await self._runner.run(flux, delai=self._delai if delai is None else delai)
