"""The DMP for callers: the same calls, blocking or asynchronous."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from segur_socles._core.run import AsyncRunner, Runner
from segur_socles.dmp.acces import AccesDmp
from segur_socles.dmp.flows import FluxDmp
from segur_socles.dmp.lecture import FluxLecture
from segur_socles.dmp.lecture_types import CriteresDmp, DocumentDmp, ResultatLecture, ResultatRecherche
from segur_socles.dmp.lot_de_soumission import IdentifiantsLot, LotDeSoumission
from segur_socles.dmp.types import ResultatAlimentation, ResultatExistence
from segur_socles.documents.document import DocumentCda
from segur_socles.personnes.autorisation import Autorisation
from segur_socles.personnes.identite import IdentiteQualifiee
from segur_socles.trace.appelant import Appelant
from segur_socles.trace.traceur import Traceur

__all__ = ["AsyncDmpClient", "DmpClient"]


class _Base:
    """What both clients share: nothing here talks to the network."""

    def __init__(self, appelant: Appelant, acces: Callable[[], AccesDmp], traceur: Traceur) -> None:
        self._appelant = appelant
        self._flux = FluxDmp(appelant, acces, traceur)
        self._lecture = FluxLecture(appelant, acces, traceur)
        self._delai = appelant.environment.options_dmp.delai

    def preparer(
        self,
        documents: DocumentCda | Sequence[DocumentCda],
        identite: IdentiteQualifiee,
        *,
        identifiants: IdentifiantsLot | None = None,
        classe: str | None = None,
        type_contenu_lot: str | None = None,
    ) -> LotDeSoumission:
        """Make a submission set: its identifiers are fixed here, before anything is sent.

        To be able to resume after a crash, store ``lot.identifiants`` with the documents before the first
        ``alimenter``, and give them back here: documents whose bytes have changed are refused.
        See :meth:`LotDeSoumission.preparer`.
        """
        return LotDeSoumission.preparer(
            (documents,) if isinstance(documents, DocumentCda) else tuple(documents),
            identite,
            self._appelant,
            identifiants=identifiants,
            classe=classe,
            type_contenu_lot=type_contenu_lot,
        )


class DmpClient(_Base):
    """The DMP on behalf of one actor: fed in INDIRECTE mode, read in AIR mode. Thread-safe.

    ``acces`` gives the way in at each call.
    """

    def __init__(self, appelant: Appelant, acces: Callable[[], AccesDmp], traceur: Traceur, runner: Runner) -> None:
        super().__init__(appelant, acces, traceur)
        self._runner = runner

    def tester_existence(self, identite: IdentiteQualifiee, *, delai: float | None = None) -> ResultatExistence:
        """Ask whether a person has a DMP (TD0.2).

        Returns ``DmpOuvert``, ``DmpInexistant`` or ``DmpFerme``: to be matched on. ``delai`` is in seconds.

        Raises:
            IdentiteError: not qualified, or a test INS in production (nothing is sent).
            CertificatRefuseError, JetonRefuseError: the DMP does not accept who calls.
            ServiceError: another refusal; ``retryable`` ones were tried again already.
            ReponseInvalideError, DeadlineError, TransportError: no usable answer.
            TraceError: the record before the call could not be written; nothing was sent.
        """
        return self._runner.run(self._flux.tester_existence(identite), delai=self._delai if delai is None else delai)

    def alimenter(
        self,
        lot: LotDeSoumission,
        autorisation: Autorisation,
        *,
        reprise: bool = False,
        delai: float | None = None,
    ) -> ResultatAlimentation:
        """Send a submission set (TD2.1), once.

        An unknown outcome (lost reply, 502, 503, 504) is settled by asking the registry for each identifier;
        only what is surely absent is sent again, with the same identifiers. ``reprise=True`` says that this set
        may have been sent already, by a call that ended badly: the registry is asked first.

        Returns ``Accuse``, or ``AlimentationRefusee`` when the authorisation is not granted.

        Raises:
            DocumentInvalideError, AccesRefuseError: pre-flight findings, all at once; this call sent nothing.
            IdentiteError: not qualified, or a test INS in production; this call sent nothing.
            TransportError: with ``outcome_unknown``, call again later with the same set and ``reprise=True``.
                Once a sending is unknown, every later failure, refusals included, is raised so.
            DoublonSoumissionError: the registry holds one of these identifiers, and not from this call.
            CertificatRefuseError, JetonRefuseError, ServiceError: the DMP refused; nothing was registered.
            TraceError: the record before the call could not be written; nothing was sent.
        """
        flux = self._flux.alimenter(lot, autorisation, reprise=reprise)
        return self._runner.run(flux, delai=self._delai if delai is None else delai)

    def rechercher(
        self,
        identite: IdentiteQualifiee,
        autorisation: Autorisation,
        criteres: CriteresDmp | None = None,
        *,
        regulation: bool = False,
        delai: float | None = None,
    ) -> ResultatRecherche:
        """Find the documents of a person (TD3.1), in AIR mode: every active one, or those that ``criteres`` describe.

        The professional must have been authenticated by card or Pro Santé Connect (``acteur.moyen``). With the
        reason URGENCE the access is a *bris de glace*; ``regulation=True`` makes it that of a regulation centre
        (``centre_15``). Either is written by the DMP in the person's own history of accesses.

        Returns ``DocumentsTrouves``, ``DmpFerme``, or ``ConsultationRefusee`` when the authorisation is not granted.

        Raises:
            AccesRefuseError: weak authentication, no justification, no role; all at once, nothing was sent.
            IdentiteError: not qualified, or a test INS in production (nothing is sent).
            CertificatRefuseError, JetonRefuseError: the DMP does not accept who calls.
            ServiceError: another refusal (rights…); ``retryable`` ones were tried again already.
            ReponseInvalideError, DeadlineError, TransportError: no usable answer. A search is repeated safely.
            TraceError: the record before the call could not be written; nothing was sent.
        """
        flux = self._lecture.rechercher(identite, autorisation, criteres, regulation=regulation)
        return self._runner.run(flux, delai=self._delai if delai is None else delai)

    def lire(
        self,
        document: DocumentDmp | str,
        identite: IdentiteQualifiee,
        autorisation: Autorisation,
        *,
        vers: Path | None = None,
        regulation: bool = False,
        delai: float | None = None,
    ) -> ResultatLecture:
        """Read one document (TD3.2), in AIR mode: an entry found by :meth:`rechercher`, or a uniqueId.

        The bytes are compared with the size and the digest of the entry, which is looked up first for a uniqueId.
        ``vers`` names a file to write instead of keeping the bytes in memory: it is put in place whole and
        verified, or not at all.

        Returns ``DocumentLu``, ``DmpFerme``, or ``ConsultationRefusee`` when the authorisation is not granted.

        Raises:
            DocumentInvalideError: not the document that its entry describes, or no entry under this uniqueId.
            ConfigurationError: ``vers`` cannot be written.
            AccesRefuseError, IdentiteError, ServiceError, TransportError, TraceError: as :meth:`rechercher`.
        """
        flux = self._lecture.lire(document, identite, autorisation, vers=vers, regulation=regulation)
        return self._runner.run(flux, delai=self._delai if delai is None else delai)


class AsyncDmpClient(_Base):
    """The DMP on behalf of one actor, for asyncio. Same calls and errors as :class:`DmpClient`."""

    def __init__(
        self, appelant: Appelant, acces: Callable[[], AccesDmp], traceur: Traceur, runner: AsyncRunner
    ) -> None:
        super().__init__(appelant, acces, traceur)
        self._runner = runner

    async def tester_existence(self, identite: IdentiteQualifiee, *, delai: float | None = None) -> ResultatExistence:
        """Ask whether a person has a DMP: see :meth:`DmpClient.tester_existence`."""
        flux = self._flux.tester_existence(identite)
        return await self._runner.run(flux, delai=self._delai if delai is None else delai)

    async def alimenter(
        self,
        lot: LotDeSoumission,
        autorisation: Autorisation,
        *,
        reprise: bool = False,
        delai: float | None = None,
    ) -> ResultatAlimentation:
        """Send a submission set, once: see :meth:`DmpClient.alimenter`."""
        flux = self._flux.alimenter(lot, autorisation, reprise=reprise)
        return await self._runner.run(flux, delai=self._delai if delai is None else delai)

    async def rechercher(
        self,
        identite: IdentiteQualifiee,
        autorisation: Autorisation,
        criteres: CriteresDmp | None = None,
        *,
        regulation: bool = False,
        delai: float | None = None,
    ) -> ResultatRecherche:
        """Find the documents of a person: see :meth:`DmpClient.rechercher`."""
        flux = self._lecture.rechercher(identite, autorisation, criteres, regulation=regulation)
        return await self._runner.run(flux, delai=self._delai if delai is None else delai)

    async def lire(
        self,
        document: DocumentDmp | str,
        identite: IdentiteQualifiee,
        autorisation: Autorisation,
        *,
        vers: Path | None = None,
        regulation: bool = False,
        delai: float | None = None,
    ) -> ResultatLecture:
        """Read one document: see :meth:`DmpClient.lire`."""
        flux = self._lecture.lire(document, identite, autorisation, vers=vers, regulation=regulation)
        return await self._runner.run(flux, delai=self._delai if delai is None else delai)
