"""The view of one actor on the services: everything it sends bears that actor and that structure, and no other."""

from __future__ import annotations

from functools import cached_property, partial

# Packages, not modules: each serves its client when it is first asked for. Most programs use one, and the others cost
# as much to import as the libraries they stand on. So written, what reads annotations at run time finds them too.
from segur_socles import dmp as _dmp
from segur_socles import ins as _ins
from segur_socles import mss as _mss
from segur_socles._core.run import AsyncRunner, Runner
from segur_socles.credentials.configuration import Configuration
from segur_socles.mss import annuaire as _annuaire
from segur_socles.mss.boite import Boites
from segur_socles.personnes.professionnel import Acteur, Motif
from segur_socles.segur.acces import ChoixInsi, acces_annuaire, acces_dmp, acces_insi, acces_mss
from segur_socles.trace.appelant import Appelant
from segur_socles.trace.traceur import Traceur

__all__ = ["AsyncSession", "Session"]


class _Vue:
    """What both sessions hold. Immutable: another actor or reason is another session."""

    def __init__(
        self, config: Configuration, appelant: Appelant, traceur: Traceur, insi: ChoixInsi, boites: Boites
    ) -> None:
        self._config = config
        self._appelant = appelant
        self._traceur = traceur
        self._boites = boites
        self._paquet = insi.paquet
        self._acces_insi = partial(acces_insi, config, appelant.acteur, insi)
        self._acces_dmp = partial(acces_dmp, config, appelant.acteur)
        self._acces_annuaire = partial(acces_annuaire, config)

    @property
    def appelant(self) -> Appelant:
        """Everything a call bears: actor, reason, software, environment, clock and identifiers."""
        return self._appelant

    @property
    def acteur(self) -> Acteur:
        """On whose behalf this session calls."""
        return self._appelant.acteur

    @property
    def motif(self) -> Motif:
        """Why."""
        return self._appelant.motif

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.acteur!r}, {self.motif.value})"


class Session(_Vue):
    """Synchronous clients of one actor."""

    def __init__(
        self,
        config: Configuration,
        appelant: Appelant,
        traceur: Traceur,
        insi: ChoixInsi,
        boites: Boites,
        runner: Runner,
    ) -> None:
        super().__init__(config, appelant, traceur, insi, boites)
        self._runner = runner

    @cached_property
    def insi(self) -> _ins.InsiClient:
        """INSi: find the national health identity of a person."""
        acces, wsdl, paquet = self._acces_insi, self._config.wsdl_insi, self._paquet
        return _ins.InsiClient(self._appelant, acces, self._traceur, self._runner, wsdl=wsdl, paquet=paquet)

    @cached_property
    def dmp(self) -> _dmp.DmpClient:
        """DMP: existence test, document feed, search and reading."""
        return _dmp.DmpClient(self._appelant, self._acces_dmp, self._traceur, self._runner)

    @cached_property
    def annuaire(self) -> _annuaire.AnnuaireClient:
        """Annuaire Santé: professionals, structures and their MSSanté mailboxes."""
        return _annuaire.AnnuaireClient(self._appelant, self._acces_annuaire, self._traceur, self._runner)

    @cached_property
    def mss(self) -> _mss.MssClient:
        """MSSanté: the mailbox of the structure, when it has only one."""
        return self.mss_de()

    def mss_de(self, adresse: str | None = None) -> _mss.MssClient:
        """MSSanté: the structure's mailbox of this address."""
        acces = partial(acces_mss, self._config, self.acteur, adresse)
        return _mss.MssClient(self._appelant, acces, self._traceur, self._boites, self._runner)


class AsyncSession(_Vue):
    """Asynchronous clients of one actor."""

    def __init__(
        self,
        config: Configuration,
        appelant: Appelant,
        traceur: Traceur,
        insi: ChoixInsi,
        boites: Boites,
        runner: AsyncRunner,
    ) -> None:
        super().__init__(config, appelant, traceur, insi, boites)
        self._runner = runner

    @cached_property
    def insi(self) -> _ins.AsyncInsiClient:
        """INSi: find the national health identity of a person."""
        acces, wsdl, paquet = self._acces_insi, self._config.wsdl_insi, self._paquet
        return _ins.AsyncInsiClient(self._appelant, acces, self._traceur, self._runner, wsdl=wsdl, paquet=paquet)

    @cached_property
    def dmp(self) -> _dmp.AsyncDmpClient:
        """DMP: existence test, document feed, search and reading."""
        return _dmp.AsyncDmpClient(self._appelant, self._acces_dmp, self._traceur, self._runner)

    @cached_property
    def annuaire(self) -> _annuaire.AsyncAnnuaireClient:
        """Annuaire Santé: professionals, structures and their MSSanté mailboxes."""
        return _annuaire.AsyncAnnuaireClient(self._appelant, self._acces_annuaire, self._traceur, self._runner)

    @cached_property
    def mss(self) -> _mss.AsyncMssClient:
        """MSSanté: the mailbox of the structure, when it has only one."""
        return self.mss_de()

    def mss_de(self, adresse: str | None = None) -> _mss.AsyncMssClient:
        """MSSanté: the structure's mailbox of this address."""
        acces = partial(acces_mss, self._config, self.acteur, adresse)
        return _mss.AsyncMssClient(self._appelant, acces, self._traceur, self._boites, self._runner)
