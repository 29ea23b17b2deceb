"""Pro Santé Connect for callers: the same calls, blocking or asynchronous."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from segur_socles._core.clock import Clock
from segur_socles._core.run import AsyncRunner, Runner
from segur_socles.config.environment import Environment
from segur_socles.credentials.secret import Secret
from segur_socles.psc.acces import AccesPsc
from segur_socles.psc.flows import FluxPsc, Invite
from segur_socles.psc.types import DemandeConnexion, ResultatConnexion, SessionPsc
from segur_socles.trace.traceur import Traceur

__all__ = ["AsyncPscClient", "PscClient"]


class PscClient:
    """Blocking client: who is at the keyboard, by the person's card or e-CPS. Safe to share between threads.

    It runs on a server: neither secret nor token may reach a browser or a workstation (ANS requirement, certain).
    """

    def __init__(
        self,
        environment: Environment,
        acces: Callable[[], AccesPsc],
        traceur: Traceur,
        runner: Runner,
        clock: Clock,
        *,
        alea: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        self._flux = FluxPsc(environment, acces, traceur, clock, alea)
        self._runner = runner
        self._delai = environment.options_psc.delai

    def preparer(self, *, prompt: Invite | None = None, delai: float | None = None) -> DemandeConnexion:
        """Begin a login: keep what is returned in the visitor's session, and redirect the browser to its ``url``.

        ``prompt="login"`` asks again even if a session is open, ``"none"`` never asks; ``delai`` is in seconds.
        """
        return self._runner.run(self._flux.preparer(prompt=prompt), delai=self._delai if delai is None else delai)

    def terminer(self, demande: DemandeConnexion, retour: str, *, delai: float | None = None) -> ResultatConnexion:
        """End a login. ``retour`` is the address the browser came back to, or its query, as received.

        Raises:
            ConnexionRefuseeError: a check failed (``controle``): nobody is authenticated.
            JetonRefuseError: the code was used already, is too old, or is not that of this request (PKCE).
            AuthentificationError: the service did not recognise the software (by certificate: CertificatRefuseError).
            TransportError: the exchange failed; the code may be used up, so begin again.
        """
        return self._runner.run(self._flux.terminer(demande, retour), delai=self._delai if delai is None else delai)

    def rafraichir(self, session: SessionPsc, *, delai: float | None = None) -> SessionPsc:
        """Renew the tokens of a session (the access token lives two minutes, certain); only the result is good.

        One renewal at a time for a session: where refresh tokens rotate, two at once would end it.
        Raises :class:`~segur_socles.errors.JetonRefuseError` when the session is over: log in again.
        """
        return self._runner.run(self._flux.rafraichir(session), delai=self._delai if delai is None else delai)

    def deconnecter(self, session: SessionPsc, *, etat: str | None = None, delai: float | None = None) -> Secret:
        """Give the address to redirect the browser to, so that Pro Santé Connect ends its session too.

        It holds the ID token: never log it. For a click on "logout" only; a timeout ends the software's own session
        and leaves that of the service (ANS guidelines, probable). ``etat`` comes back with the browser.
        """
        flux = self._flux.deconnecter(session, etat=etat)
        return self._runner.run(flux, delai=self._delai if delai is None else delai)


class AsyncPscClient:
    """Asynchronous client (asyncio): see :class:`PscClient`."""

    def __init__(
        self,
        environment: Environment,
        acces: Callable[[], AccesPsc],
        traceur: Traceur,
        runner: AsyncRunner,
        clock: Clock,
        *,
        alea: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        self._flux = FluxPsc(environment, acces, traceur, clock, alea)
        self._runner = runner
        self._delai = environment.options_psc.delai

    async def preparer(self, *, prompt: Invite | None = None, delai: float | None = None) -> DemandeConnexion:
        """Begin a login: see :meth:`PscClient.preparer`."""
        flux = self._flux.preparer(prompt=prompt)
        return await self._runner.run(flux, delai=self._delai if delai is None else delai)

    async def terminer(
        self, demande: DemandeConnexion, retour: str, *, delai: float | None = None
    ) -> ResultatConnexion:
        """End a login: see :meth:`PscClient.terminer`."""
        flux = self._flux.terminer(demande, retour)
        return await self._runner.run(flux, delai=self._delai if delai is None else delai)

    async def rafraichir(self, session: SessionPsc, *, delai: float | None = None) -> SessionPsc:
        """Renew the tokens of a session: see :meth:`PscClient.rafraichir`."""
        return await self._runner.run(self._flux.rafraichir(session), delai=self._delai if delai is None else delai)

    async def deconnecter(self, session: SessionPsc, *, etat: str | None = None, delai: float | None = None) -> Secret:
        """Give the logout address: see :meth:`PscClient.deconnecter`."""
        flux = self._flux.deconnecter(session, etat=etat)
        return await self._runner.run(flux, delai=self._delai if delai is None else delai)
