"""The Annuaire Santé for callers: the same calls, blocking or asynchronous."""

from __future__ import annotations

from collections.abc import Callable

from segur_socles._core.run import AsyncRunner, Runner
from segur_socles.mss.annuaire.acces import AccesAnnuaire
from segur_socles.mss.annuaire.flows import FluxAnnuaire
from segur_socles.mss.annuaire.types import (
    FicheProfessionnel,
    FicheStructure,
    ListeAnnuaire,
    ResultatBoite,
    ResultatProfessionnel,
    ResultatStructure,
)
from segur_socles.trace.appelant import Appelant
from segur_socles.trace.traceur import Traceur

__all__ = ["AnnuaireClient", "AsyncAnnuaireClient"]


class AnnuaireClient:
    """The national directory of professionals, structures and MSSanté mailboxes. Thread-safe.

    ``acces`` gives the way in at each call. Nothing that is searched is ever logged.

    Every call takes ``delai`` (seconds, all pages included) and may raise:

        ChampInvalideError: a criterion is badly written; nothing was sent.
        ConfigurationError, CredentialError: no address or no key for the directory; nothing was sent.
        JetonRefuseError: the directory refuses the key.
        ServiceError: another refusal; ``retryable`` ones were tried again already.
        ReponseInvalideError: an answer that cannot be relied on (incomplete, or about somebody else).
        DeadlineError, TransportError: no usable answer.
        TraceError: the record before the call could not be written; nothing was sent.
    """

    def __init__(
        self, appelant: Appelant, acces: Callable[[], AccesAnnuaire], traceur: Traceur, runner: Runner
    ) -> None:
        self._flux = FluxAnnuaire(appelant, acces, traceur)
        self._runner = runner
        self._delai = appelant.environment.options_annuaire.delai

    def rechercher_par_rpps(self, rpps: str, *, delai: float | None = None) -> ResultatProfessionnel:
        """Find one professional, all his or her situations, and the mailboxes they carry.

        ``rpps``: 11 digits, or a PS_IdNat (``8`` + RPPS). Returns ``ProfessionnelTrouve`` or
        ``ProfessionnelAbsent``: to be matched on (API v2, worked example of its documentation, certain).
        """
        return self._runner.run(self._flux.rechercher_par_rpps(rpps), delai=self._delai if delai is None else delai)

    def rechercher_par_finess(self, finess: str, *, delai: float | None = None) -> ResultatStructure:
        """Find one structure and its mailboxes.

        ``finess``: 9 characters, geographic or legal, or a Struct_IdNat (``1`` + FINESS). Returns
        ``StructureTrouvee`` or ``StructureAbsente``. No reliable mark tells an emergency department's mailbox.
        """
        return self._runner.run(self._flux.rechercher_par_finess(finess), delai=self._delai if delai is None else delai)

    def rechercher_professionnels(
        self, nom: str, *, prenom: str | None = None, limite: int = 50, delai: float | None = None
    ) -> ListeAnnuaire[FicheProfessionnel]:
        """List professionals in activity whose name begins with ``nom`` (case and accents do not count).

        ``prenom`` keeps those with a first name that begins so. The records hold the mailboxes tied to the person
        alone: ask :meth:`rechercher_par_rpps` for all of them.
        """
        flux = self._flux.rechercher_professionnels(nom, prenom, limite)
        return self._runner.run(flux, delai=self._delai if delai is None else delai)

    def rechercher_structures(
        self,
        nom: str,
        *,
        code_postal: str | None = None,
        contient: bool = False,
        limite: int = 50,
        delai: float | None = None,
    ) -> ListeAnnuaire[FicheStructure]:
        """List open structures whose name begins with ``nom``, or holds it with ``contient``.

        ``code_postal`` (or its beginning) keeps those of a place.
        """
        flux = self._flux.rechercher_structures(nom, code_postal, limite, contient=contient)
        return self._runner.run(flux, delai=self._delai if delai is None else delai)

    def verifier_boite(self, adresse: str, *, delai: float | None = None) -> ResultatBoite:
        """Tell whether a mailbox is published, and by whom. A citizen's address is refused: nothing is sent.

        Returns ``BoiteConnue`` or ``BoiteInconnue`` (which proves nothing: some holders are not published).
        """
        return self._runner.run(self._flux.verifier_boite(adresse), delai=self._delai if delai is None else delai)


class AsyncAnnuaireClient:
    """The national directory, for asyncio. Same calls and errors as :class:`AnnuaireClient`."""

    def __init__(
        self, appelant: Appelant, acces: Callable[[], AccesAnnuaire], traceur: Traceur, runner: AsyncRunner
    ) -> None:
        self._flux = FluxAnnuaire(appelant, acces, traceur)
        self._runner = runner
        self._delai = appelant.environment.options_annuaire.delai

    async def rechercher_par_rpps(self, rpps: str, *, delai: float | None = None) -> ResultatProfessionnel:
        """Find one professional: see :meth:`AnnuaireClient.rechercher_par_rpps`."""
        flux = self._flux.rechercher_par_rpps(rpps)
        return await self._runner.run(flux, delai=self._delai if delai is None else delai)

    async def rechercher_par_finess(self, finess: str, *, delai: float | None = None) -> ResultatStructure:
        """Find one structure: see :meth:`AnnuaireClient.rechercher_par_finess`."""
        flux = self._flux.rechercher_par_finess(finess)
        return await self._runner.run(flux, delai=self._delai if delai is None else delai)

    async def rechercher_professionnels(
        self, nom: str, *, prenom: str | None = None, limite: int = 50, delai: float | None = None
    ) -> ListeAnnuaire[FicheProfessionnel]:
        """List professionals by name: see :meth:`AnnuaireClient.rechercher_professionnels`."""
        flux = self._flux.rechercher_professionnels(nom, prenom, limite)
        return await self._runner.run(flux, delai=self._delai if delai is None else delai)

    async def rechercher_structures(
        self,
        nom: str,
        *,
        code_postal: str | None = None,
        contient: bool = False,
        limite: int = 50,
        delai: float | None = None,
    ) -> ListeAnnuaire[FicheStructure]:
        """List structures by name: see :meth:`AnnuaireClient.rechercher_structures`."""
        flux = self._flux.rechercher_structures(nom, code_postal, limite, contient=contient)
        return await self._runner.run(flux, delai=self._delai if delai is None else delai)

    async def verifier_boite(self, adresse: str, *, delai: float | None = None) -> ResultatBoite:
        """Tell whether a mailbox is published: see :meth:`AnnuaireClient.verifier_boite`."""
        flux = self._flux.verifier_boite(adresse)
        return await self._runner.run(flux, delai=self._delai if delai is None else delai)
