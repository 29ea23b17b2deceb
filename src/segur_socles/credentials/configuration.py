"""Everything a process needs to call the services: hosts, software, credentials, time and identifiers."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Self

from segur_socles._core.clock import Clock, SystemClock
from segur_socles._core.ids import Ids, RandomIds
from segur_socles.config.environment import Environment
from segur_socles.config.logiciel import Logiciel
from segur_socles.credentials.ancres import Ancres
from segur_socles.credentials.trousseau import Trousseau

__all__ = ["Configuration"]


@dataclass(frozen=True)
class Configuration:
    """One environment, one software, the keyring of its structures.

    ``wsdl_insi`` is the editor's own copy of INSi's official contract, its schemas beside it; by default, requests
    are written from the library's.

    Raises :class:`~segur_socles.errors.ConfigurationError` if the software lacks a number that this environment
    demands, and :class:`~segur_socles.errors.CredentialError` if the trust anchors cannot be read.
    """

    environment: Environment
    logiciel: Logiciel
    trousseau: Trousseau
    clock: Clock = field(default_factory=SystemClock)
    ids: Ids = field(default_factory=RandomIds)
    wsdl_insi: Path | None = None

    def __post_init__(self) -> None:
        self.logiciel.verifier_pour(self.environment)
        _ = self.ancres, self.ancres_annuaire  # read now: a bad anchor shows at start-up, not at the first call

    @cached_property
    def ancres(self) -> Ancres:
        """Trust anchors of the servers, read once."""
        revocations = self.environment.listes_revocation.encode()
        return Ancres.charger(self.environment.ancres.encode(), listes_revocation=revocations or None)

    @cached_property
    def ancres_annuaire(self) -> Ancres:
        """Trust anchors of the Annuaire Santé's gateway: its own, or those of every other server."""
        propres = self.environment.ancres_annuaire
        return Ancres.charger(propres.encode()) if propres else self.ancres

    def avec_listes(self, *listes_revocation: bytes) -> Self:
        """Give the same configuration, keyring included, under these revocation lists only (DER or PEM).

        How a long-lived process takes up the lists of the day: build a new ``Segur`` on the result, open sessions
        from it, and close the former one once its calls have ended.
        Raises :class:`~segur_socles.errors.CredentialError` for a list that is unreadable, partial or not signed by
        an authority of the environment.
        """
        pem = self.ancres.avec_listes(listes_revocation).revocation.pem.decode("ascii")
        return replace(self, environment=self.environment.model_copy(update={"listes_revocation": pem}))

    def __repr__(self) -> str:
        return f"Configuration({self.environment!r}, {self.logiciel!r})"
