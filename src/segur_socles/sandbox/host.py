"""The host of the sandbox: one event loop in one thread, one listener and certificate a service.

Services over HTTPS are given requests, others (mail) the connection itself. uvicorn's protocol speaks HTTP; its server
is not used, because it owns the process (signals, polling, exit). The connection's TLS client certificate goes into
the ASGI scope, where a service finds it.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
import threading
import time
import traceback
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

from segur_socles._core.clock import Clock
from segur_socles._core.x509 import load_der
from segur_socles.errors import ConfigurationError, SignatureError
from segur_socles.sandbox.journal import EntreeJournal, Journal
from segur_socles.sandbox.pannes import Effet, Panne, Pannes
from segur_socles.sandbox.service import CorpsTropGrandError, ReponseSandbox, RequeteSandbox, ServiceSandbox

if TYPE_CHECKING:
    from cryptography import x509
    from starlette.types import Receive, Scope, Send

__all__ = ["FIL", "Ecoute", "EcouteTcp", "Hote", "ServiceTcp"]

_LOG: Final = logging.getLogger("segur_socles.sandbox")
_HOTE: Final = "127.0.0.1"

FIL: Final = "segur-socles-sandbox"
"""Name of the thread all listeners run in."""

_DELAI_ARRET: Final = 2.0
"""Seconds given to exchanges under way when the host stops."""

_GARDER: Final = 60
"""Seconds an idle connection is kept: longer than a client's own pause, so that the client closes first."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Ecoute:
    """A listener: ``nom`` (``insi-carte``), the service behind it, and a maker of its TLS context.

    ``contexte`` is called for each handshake and returns the same object until what it is made from (authorities,
    revocation lists) has changed.
    """

    nom: str
    service: ServiceSandbox
    contexte: Callable[[], ssl.SSLContext]


class ServiceTcp(Protocol):
    """A service that is given connections in clear, and sees to their TLS itself (STARTTLS). Runs on the loop."""

    def connexion(self) -> asyncio.Protocol:
        """Give the protocol of a new connection."""
        ...

    async def fermer(self) -> None:
        """Drop every connection, and leave nothing running."""
        ...


@dataclass(frozen=True, slots=True)
class EcouteTcp:
    """A listener of plain TCP: its name (``mss-smtp``), and a maker of the service behind it, called at each start."""

    nom: str
    service: Callable[[], ServiceTcp]


class Hote:
    """Serves listeners on the loopback interface until :meth:`stop`. ``port`` 0 lets the system choose.

    With another ``port``, listeners take it and the following ones, in order.
    """

    def __init__(
        self,
        ecoutes: Sequence[Ecoute | EcouteTcp],
        *,
        pannes: Pannes,
        journal: Journal,
        clock: Clock,
        port: int = 0,
    ) -> None:
        self._ecoutes = tuple(ecoutes)
        self._pannes = pannes
        self._journal = journal
        self._clock = clock
        self._port = port
        self._boucle: _Boucle | None = None
        self._serveurs: list[_Serveur | _ServeurTcp] = []
        self.ports: dict[str, int] = {}

    def start(self) -> None:
        """Listen. Raises :class:`ConfigurationError` if a port is taken; nothing is left open then."""
        if self._boucle is not None:
            return
        prises = self._ouvrir()
        self.ports = {nom: prise.getsockname()[1] for nom, prise in prises.items()}
        self._boucle = _Boucle()
        self._boucle.executer(self._servir(prises))

    def stop(self) -> None:
        """Stop listening, let exchanges under way end for a moment, then close everything. Idempotent."""
        boucle, self._boucle = self._boucle, None
        if boucle is not None:
            boucle.executer(self._fermer())
            boucle.arreter()

    def _ouvrir(self) -> dict[str, socket.socket]:
        prises: dict[str, socket.socket] = {}
        for rang, ecoute in enumerate(self._ecoutes):
            port = self._port + rang if self._port else 0
            try:
                prises[ecoute.nom] = socket.create_server((_HOTE, port))
            except (OSError, OverflowError) as error:
                for prise in prises.values():
                    prise.close()
                raison = getattr(error, "strerror", None) or "numéro de port impossible"
                message = f"Le bac à sable ne peut pas écouter sur le port {port} ({raison})."
                remede = "arrêter le programme qui l'occupe, choisir un autre port, ou 0 pour un port libre"
                raise ConfigurationError(message, champ="port", remede=remede) from None
        return prises

    async def _servir(self, prises: dict[str, socket.socket]) -> None:
        for ecoute in self._ecoutes:
            serveur = self._serveur(ecoute)
            await serveur.ouvrir(prises[ecoute.nom])
            self._serveurs.append(serveur)

    def _serveur(self, ecoute: Ecoute | EcouteTcp) -> _Serveur | _ServeurTcp:
        if isinstance(ecoute, EcouteTcp):
            return _ServeurTcp(ecoute.service())
        return _Serveur(_Application(ecoute.service, self._pannes, self._journal, self._clock), ecoute.contexte)

    async def _fermer(self) -> None:
        serveurs, self._serveurs = self._serveurs, []
        await asyncio.gather(*(serveur.fermer() for serveur in serveurs))


class _Boucle:
    """An event loop in a thread of its own."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._tourner, name=FIL, daemon=True)
        self._thread.start()

    def _tourner(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_forever()
        finally:
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.run_until_complete(self._loop.shutdown_default_executor())
            self._loop.close()

    def executer(self, travail: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine on the loop and wait for its result."""
        return asyncio.run_coroutine_threadsafe(travail, self._loop).result()

    def arreter(self) -> None:
        """End the loop and its thread."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()


class _Serveur:
    """One listener: uvicorn's HTTP protocol under a TLS context that follows its maker."""

    def __init__(self, application: _Application, contexte: Callable[[], ssl.SSLContext]) -> None:
        from uvicorn.config import Config
        from uvicorn.server import ServerState

        from segur_socles.sandbox.protocole import ProtocoleTls  # noqa: PLC0415 - brings uvicorn

        # log_config=None: a library never configures logging. proxy_headers=False: nobody speaks for the peer.
        config = Config(
            application,
            http=ProtocoleTls,
            ws="none",
            lifespan="off",
            log_config=None,
            proxy_headers=False,
            timeout_keep_alive=_GARDER,
        )
        config.load()
        self._etat = ServerState()
        self._fabrique: Callable[[], asyncio.Protocol] = lambda: ProtocoleTls(config, self._etat, {})
        self._contexte = contexte
        self._serveur: asyncio.Server | None = None

    async def ouvrir(self, prise: socket.socket) -> None:
        """Accept connections on a socket that listens already."""
        contexte = self._contexte()
        contexte.sni_callback = self._au_debut_du_handshake
        loop = asyncio.get_running_loop()
        self._serveur = await loop.create_server(self._fabrique, sock=prise, ssl=contexte)

    def _au_debut_du_handshake(self, liaison: ssl.SSLObject, _nom: str | None, _contexte: ssl.SSLContext) -> None:
        # OpenSSL calls this for every handshake, server name or not. A certificate revoked a moment ago is thus
        # refused at once, without listening anew.
        liaison.context = self._contexte()

    async def fermer(self) -> None:
        """Stop accepting; wait for requests under way; close every connection."""
        if self._serveur is not None:
            self._serveur.close()
        if self._etat.tasks:
            await asyncio.wait(self._etat.tasks, timeout=_DELAI_ARRET)
        for connexion in list(self._etat.connections):
            connexion.transport.abort()
        taches = list(self._etat.tasks)
        for tache in taches:
            tache.cancel()
        await asyncio.gather(*taches, return_exceptions=True)
        if self._serveur is not None:
            await self._serveur.wait_closed()


class _ServeurTcp:
    """One listener whose service speaks on the connection itself."""

    def __init__(self, service: ServiceTcp) -> None:
        self._service = service
        self._serveur: asyncio.Server | None = None

    async def ouvrir(self, prise: socket.socket) -> None:
        """Accept connections on a socket that listens already."""
        # Inherited by each connection; the reason is in protocole.py.
        prise.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._serveur = await asyncio.get_running_loop().create_server(self._service.connexion, sock=prise)

    async def fermer(self) -> None:
        """Stop accepting, then drop every connection."""
        if self._serveur is not None:
            self._serveur.close()
        await self._service.fermer()
        if self._serveur is not None:
            await self._serveur.wait_closed()


class _Application:
    """ASGI application of a service: from HTTP to :class:`RequeteSandbox` and back, with faults and journal."""

    def __init__(self, service: ServiceSandbox, pannes: Pannes, journal: Journal, clock: Clock) -> None:
        self._service = service
        self._pannes = pannes
        self._journal = journal
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with suppress(asyncio.CancelledError):  # the sandbox stops: not a defect that uvicorn should log
            await self._servir(scope, receive, send)

    async def _servir(self, scope: Scope, receive: Receive, send: Send) -> None:
        from starlette.requests import Request
        from starlette.responses import Response

        debut = time.perf_counter()
        recue = Request(scope, receive)
        requete = RequeteSandbox(
            methode=recue.method,
            chemin=recue.url.path,
            entetes=recue.headers,
            flux=recue.stream(),
            certificat_client=_certificat_client(scope),
            parametres=recue.url.query,
        )
        requete.operation = self._service.operations.get(requete.action or requete.chemin)
        reponse, panne = await self._repondre(requete)
        self._noter(requete, reponse, panne, time.perf_counter() - debut)
        if reponse is None:
            scope["state"]["couper"]()
            while (await receive())["type"] != "http.disconnect":
                pass
            return
        await Response(reponse.corps, reponse.statut, dict(reponse.entetes))(scope, receive, send)

    async def _repondre(self, requete: RequeteSandbox) -> tuple[ReponseSandbox | None, Panne | None]:
        """Give the answer, ``None`` if it is to be lost, and the last fault that was played."""
        attente = self._panne(Effet.ATTENDRE, requete)
        if attente is not None:
            await asyncio.sleep(attente.secondes)
        refus = self._panne(Effet.REFUSER, requete)
        if refus is not None:
            return ReponseSandbox(503, b"Service Unavailable", {"content-type": "text/plain"}), refus
        reponse = await self._traiter(requete)
        perte = self._panne(Effet.TAIRE, requete)
        return (reponse, attente) if perte is None else (None, perte)

    async def _traiter(self, requete: RequeteSandbox) -> ReponseSandbox:
        try:
            return await self._service.traiter(requete)
        except CorpsTropGrandError:
            return _texte(413, "La requête est trop grande.")
        except Exception as error:  # noqa: BLE001 - a defect of a service must not stop the others
            # Where, and which class: the text of an error may quote the request.
            ou = "".join(traceback.format_list(traceback.extract_tb(error.__traceback__)))
            _LOG.error("Défaut du bac à sable (%s, %s) :\n%s", self._service.nom, type(error).__name__, ou)
            requete.verifier("bac à sable", ok=False, detail=f"défaut interne ({type(error).__name__})")
            return _texte(500, "Défaut du bac à sable ; voir le journal du programme.")

    def _panne(self, effet: Effet, requete: RequeteSandbox) -> Panne | None:
        return self._pannes.prendre(effet, self._service.nom, requete.operation)

    def _noter(
        self, requete: RequeteSandbox, reponse: ReponseSandbox | None, panne: Panne | None, duree: float
    ) -> None:
        entree = EntreeJournal(
            le=self._clock.now(),
            service=self._service.nom,
            operation=requete.operation,
            message_id=requete.message_id,
            structure=requete.structure,
            statut=None if reponse is None else reponse.statut,
            code=requete.code,
            duree=duree,
            panne=panne.nom if panne else None,
            verdicts=tuple(requete.verdicts),
        )
        self._journal.noter(entree)


def _certificat_client(scope: Scope) -> x509.Certificate | None:
    der = scope["state"]["certificat_client"]
    if der is None:
        return None
    try:
        return load_der(der, what="certificat client")
    except SignatureError:
        return None  # OpenSSL is laxer than we are; the service will say that there is none


def _texte(statut: int, message: str) -> ReponseSandbox:
    return ReponseSandbox(statut, message.encode(), {"content-type": "text/plain; charset=utf-8"})
