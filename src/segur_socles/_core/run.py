"""Perform the effects of a flow: the only user of httpx and tenacity.

Two runners, one behaviour. Both keep one connection pool per channel (TLS identity), never follow a redirect,
never read proxies or certificates from the process environment, and refuse hosts that the chosen
environment does not name.

They drive httpx's transports rather than its clients: cookies, redirects and authentication have no use
here, and a client costs as much per call as a third of an RSA signature.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
import time
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

import httpx

from segur_socles._core.body import Body
from segur_socles._core.clock import Clock, SystemClock
from segur_socles._core.deadline import PATIENCE, Deadline
from segur_socles._core.flow import Call, Channel, Dialogue, Effect, Flow, Http, Request, Response, Sleep
from segur_socles._core.httpcore_log import our_exchange
from segur_socles._core.pool import Pool, closed
from segur_socles._core.retry import RetryPolicy, may_repeat
from segur_socles._core.tls import certificate_refused, handshake_failed, ssl_cause, verifying_context
from segur_socles.errors import (
    ConfigurationError,
    DeadlineError,
    Phase,
    ReponseInvalideError,
    SegurError,
    TransportError,
)

__all__ = ["AsyncRunner", "Exchange", "Runner"]

T = TypeVar("T")

log = logging.getLogger("segur_socles.http")

CONNECT_TIMEOUT = 10.0
# httpx's asynchronous transport lets some TLS and socket errors through as they are.
_NETWORK = (httpx.HTTPError, ssl.SSLError, OSError)

_ENDPOINTS = 64
"""Addresses kept parsed: parsing one costs as much as the rest of an httpx request."""

IN_MEMORY = 256 * 1024
"""Bodies up to this size are handed over whole: streaming them costs more than it saves."""

DIALOGUES = 512
"""Dialogues under way at once in the asynchronous runner, a thread each; the others wait, within their deadlines.

As many as one process has mailboxes: those of an operator that does not answer hold no one else up.
"""


@dataclass(frozen=True, slots=True)
class Exchange:
    """What an observer sees after each attempt: the request as sent, and the answer if one came.

    The bytes are those of the wire: an observer holds identity data and protects it.
    """

    label: str
    attempt: int
    request: Request
    response: Response | None


Observer = Callable[[Exchange], None]


class _Base:
    """What both runners share: settings, the address check, headers, and the retry loop's terms."""

    def __init__(
        self,
        *,
        origins: frozenset[tuple[str, int]] | None = None,
        clock: Clock | None = None,
        policy: RetryPolicy | None = None,
        proxy: str | None = None,
        observer: Observer | None = None,
    ) -> None:
        self._origins = origins
        self._clock = clock or SystemClock()
        self._policy = policy or RetryPolicy()
        self._proxy = proxy
        self._observer = observer
        self._endpoint = lru_cache(maxsize=_ENDPOINTS)(_endpoint)

    def _check_origin(self, url: str) -> None:
        if self._origins is None:
            return
        parts = urlsplit(url)
        if (parts.hostname, parts.port or 443) not in self._origins:
            message = "L'adresse appelée n'appartient pas à l'environnement choisi ; rien n'a été envoyé."
            raise ConfigurationError(message, champ="environment", remede="vérifier les adresses de l'Environment")

    def _outgoing(
        self, request: Request, stream: httpx.SyncByteStream | httpx.AsyncByteStream, remaining: float
    ) -> httpx.Request:
        timeout = {"connect": min(CONNECT_TIMEOUT, remaining), "read": remaining, "write": remaining, "pool": remaining}
        # An address with a query may name a person: it is not kept.
        url, host = _endpoint(request.url) if "?" in request.url else self._endpoint(request.url)
        headers = _headers(request, host)
        return httpx.Request(request.method, url, headers=headers, stream=stream, extensions={"timeout": timeout})

    def _retrying(self, effect: Http | Dialogue, deadline: Deadline) -> dict[str, Any]:
        import tenacity

        def stop(state: tenacity.RetryCallState) -> bool:
            return state.attempt_number >= self._policy.attempts or not deadline.allows(state.upcoming_sleep)

        return {
            "retry": tenacity.retry_if_exception(lambda e: may_repeat(e, repeatable=effect.repeatable)),
            "wait": tenacity.wait_random_exponential(multiplier=self._policy.base, max=self._policy.cap),
            "stop": stop,
            "reraise": True,
        }

    def _observe(self, http: Http, attempt: int, request: Request, response: Response | None, started: float) -> None:
        status = response.status if response else "sans réponse"
        log.debug("%s tentative %d : %s en %.0f ms", http.label, attempt, status, (time.perf_counter() - started) * 1e3)
        if self._observer:
            try:
                self._observer(Exchange(http.label, attempt, request, response))
            except Exception as error:  # noqa: BLE001 - the exchange took place: its result must reach the flow
                log.warning("%s : l'observateur a échoué (%s)", http.label, type(error).__name__)


class Runner(_Base):
    """Synchronous runner, safe to share between threads.

    ``transport`` replaces the network in tests (one per channel). The deadline is checked at each wait and at each
    piece of the answer's body, and bounds each read: a server that falls silent is left in time, but one that drips
    its header lines can outlast it. The deadlines of :class:`AsyncRunner` are exact.
    """

    def __init__(
        self,
        *,
        transport: Callable[[Channel], httpx.BaseTransport] | None = None,
        max_clients: int = 64,
        **settings: Any,
    ) -> None:
        super().__init__(**settings)
        self._transport = transport
        self._pool: Pool[httpx.BaseTransport] = Pool(
            self._connections, lambda transport: transport.close(), max_clients
        )

    def _connections(self, channel: Channel) -> httpx.BaseTransport:
        if self._transport:
            return self._transport(channel)
        return httpx.HTTPTransport(verify=verifying_context(channel), trust_env=False, proxy=self._proxy)

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()

    def run(self, flow: Flow[T], *, delai: float) -> T:
        """Run ``flow`` to its end within ``delai`` seconds.

        Raises what the flow raises. Ctrl-C closes the flow, which leaves no "after" record: unknown.
        """
        return self._drive(flow, Deadline(self._clock, delai))

    def _drive(self, flow: Flow[T], deadline: Deadline) -> T:
        try:
            effect = next(flow)
            while True:
                try:
                    result = self._perform(effect, deadline)
                except Exception as failure:  # noqa: BLE001 - every failure is the flow's to settle
                    effect = flow.throw(failure)
                else:
                    effect = flow.send(result)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]
        finally:
            flow.close()

    def _perform(self, effect: Effect, deadline: Deadline) -> Any:
        match effect:
            case Http() | Dialogue():
                return self._repeat(effect, deadline)
            case Sleep(seconds):
                return time.sleep(min(seconds, deadline.remaining("attente", sent=False)))
            case Call(function):
                return function()

    def _repeat(self, effect: Http | Dialogue, deadline: Deadline) -> Any:
        try:
            return self._attempt(effect, 1, deadline)
        except Exception as error:  # noqa: BLE001 - judged below
            first = error
        # Only a first failure pays for the retry machinery, its import included; it is told of it as its first attempt.
        import tenacity

        for attempt in tenacity.Retrying(sleep=time.sleep, **self._retrying(effect, deadline)):
            with attempt:
                number = attempt.retry_state.attempt_number
                if number == 1:
                    raise first
                return self._attempt(effect, number, deadline)
        raise AssertionError  # Retrying ends by returning or raising

    def _attempt(self, effect: Http | Dialogue, number: int, deadline: Deadline) -> Any:
        if isinstance(effect, Dialogue):
            return effect.function(deadline)
        return self._http(effect, number, deadline)

    def _http(self, http: Http, number: int, deadline: Deadline) -> Any:
        request = self._drive(http.build(), deadline)
        self._check_origin(request.url)
        response: Response | None = None
        started = time.perf_counter()
        try:
            answer = response = self._exchange(http, request, deadline)
        finally:
            self._observe(http, number, request, response, started)
        return http.read(answer)

    def _exchange(self, http: Http, request: Request, deadline: Deadline) -> Response:
        sink = http.sink()
        stream = _whole(request.body) or _SyncStream(request.body, deadline, http.label)
        failure: SegurError
        with self._pool.borrow(http.channel) as transport:
            outgoing = self._outgoing(request, stream, deadline.remaining(http.label, sent=False))
            try:
                with our_exchange():
                    answer = transport.handle_request(outgoing)
                try:
                    headers = _plain_headers(answer, http.label)
                    for chunk in cast("httpx.SyncByteStream", answer.stream):
                        sink.write(chunk)
                        deadline.remaining(http.label, sent=True)
                finally:
                    answer.close()
                return Response(answer.status_code, headers, sink.content(), sink)
            except _NETWORK as error:
                failure = _failure(error, http.label)
        raise failure  # outside the handler: httpx's error holds the request, hence the identity


class AsyncRunner(_Base):
    """Asynchronous runner (asyncio). Dialogues, and calls that block, go to a thread. Deadlines are exact.

    That of a dialogue is its function's to keep once it is begun: a cancelled one goes on in its thread until it ends.
    """

    def __init__(
        self,
        *,
        transport: Callable[[Channel], httpx.AsyncBaseTransport] | None = None,
        max_clients: int = 64,
        **settings: Any,
    ) -> None:
        super().__init__(**settings)
        self._transport = transport
        self._evicted: list[httpx.AsyncBaseTransport] = []
        self._pool: Pool[httpx.AsyncBaseTransport] = Pool(self._connections, self._evicted.append, max_clients)
        self._loop: asyncio.AbstractEventLoop | None = None
        # Threads of their own: mail servers take a minute, and signatures and traces would wait behind them.
        self._dialogues = ThreadPoolExecutor(DIALOGUES, "segur-dialogue")

    def _connections(self, channel: Channel) -> httpx.AsyncBaseTransport:
        if self._transport:
            return self._transport(channel)
        return httpx.AsyncHTTPTransport(verify=verifying_context(channel), trust_env=False, proxy=self._proxy)

    async def aclose(self) -> None:
        """Close every connection."""
        self._dialogues.shutdown(wait=False)
        self._pool.close()
        await self._close_evicted()

    async def _close_evicted(self) -> None:
        while self._evicted:
            await self._evicted.pop().aclose()

    async def run(self, flow: Flow[T], *, delai: float) -> T:
        """Run ``flow`` to its end within ``delai`` seconds; cancelling the task closes the flow.

        Raises :class:`ConfigurationError` from another event loop than the first: connections belong to one loop.
        """
        loop = asyncio.get_running_loop()
        if self._loop not in (None, loop):
            flow.close()
            message = "Ce client asynchrone sert déjà dans une autre boucle d'événements ; rien n'a été envoyé."
            raise ConfigurationError(message, remede="créer un AsyncSegur par boucle (un par asyncio.run)")
        self._loop = loop
        return await self._drive(flow, Deadline(self._clock, delai))

    async def _drive(self, flow: Flow[T], deadline: Deadline) -> T:
        try:
            effect = next(flow)
            while True:
                try:
                    result = await self._perform(effect, deadline)
                except Exception as failure:  # noqa: BLE001 - every failure is the flow's to settle
                    effect = flow.throw(failure)
                else:
                    effect = flow.send(result)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]
        finally:
            flow.close()

    async def _perform(self, effect: Effect, deadline: Deadline) -> Any:
        match effect:
            case Http() | Dialogue():
                return await self._repeat(effect, deadline)
            case Sleep(seconds):
                return await asyncio.sleep(min(seconds, deadline.remaining("attente", sent=False)))
            case Call(function, blocking=True):
                return await asyncio.to_thread(function)
            case Call(function):
                return function()

    async def _repeat(self, effect: Http | Dialogue, deadline: Deadline) -> Any:
        try:
            return await self._attempt(effect, 1, deadline)
        except Exception as error:  # noqa: BLE001 - judged below
            first = error
        import tenacity  # as in Runner

        async for attempt in tenacity.AsyncRetrying(sleep=asyncio.sleep, **self._retrying(effect, deadline)):
            with attempt:
                number = attempt.retry_state.attempt_number
                if number == 1:
                    raise first
                return await self._attempt(effect, number, deadline)
        raise AssertionError  # AsyncRetrying ends by returning or raising

    async def _attempt(self, effect: Http | Dialogue, number: int, deadline: Deadline) -> Any:
        if isinstance(effect, Dialogue):
            try:
                dialogue = self._dialogues.submit(effect.function, deadline)
            except RuntimeError:
                raise closed() from None
            return await _started(dialogue, effect.label, deadline)
        return await self._http(effect, number, deadline)

    async def _http(self, http: Http, number: int, deadline: Deadline) -> Any:
        request = await self._drive(http.build(), deadline)
        self._check_origin(request.url)
        response: Response | None = None
        started = time.perf_counter()
        try:
            answer = response = await self._exchange(http, request, deadline)
        finally:
            self._observe(http, number, request, response, started)
        return http.read(answer)

    async def _exchange(self, http: Http, request: Request, deadline: Deadline) -> Response:
        sink = http.sink()
        stream = _whole(request.body) or _AsyncStream(request.body, deadline, http.label)
        failure: SegurError
        with self._pool.borrow(http.channel) as transport:
            remaining = deadline.remaining(http.label, sent=False)
            outgoing = self._outgoing(request, stream, remaining)
            try:
                async with asyncio.timeout(remaining):
                    with our_exchange():
                        answer = await transport.handle_async_request(outgoing)
                    try:
                        headers = _plain_headers(answer, http.label)
                        async for chunk in cast("httpx.AsyncByteStream", answer.stream):
                            sink.write(chunk)
                    finally:
                        await answer.aclose()
                return Response(answer.status_code, headers, sink.content(), sink)
            except TimeoutError:  # an OSError too: the order of these clauses matters
                message = f"{http.label} : le délai accordé à l'appel est écoulé."
                phase: Phase = "answer" if stream.started else "connect"
                failure = DeadlineError(message, phase=phase, sent=stream.started, remede=PATIENCE)
            except _NETWORK as error:
                failure = _failure(error, http.label)
            finally:
                await self._close_evicted()
        raise failure  # outside the handler: httpx's error holds the request, hence the identity


class _Whole(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A small body, handed over at once. ``started`` tells whether the connection asked for it."""

    def __init__(self, body: Body) -> None:
        self._content = b"".join(body.chunks())
        self.started = False

    def __iter__(self) -> Iterator[bytes]:
        self.started = True
        yield self._content

    async def __aiter__(self) -> AsyncIterator[bytes]:
        self.started = True
        yield self._content


class _Stream:
    """A body that checks the deadline as it goes."""

    def __init__(self, body: Body, deadline: Deadline, label: str) -> None:
        self._body = body
        self._deadline = deadline
        self._label = label
        self.started = False

    def _chunks(self) -> Iterator[bytes]:
        self.started = True
        for chunk in self._body.chunks():
            self._deadline.remaining(self._label, sent=True)
            yield bytes(chunk)


class _SyncStream(_Stream, httpx.SyncByteStream):
    def __iter__(self) -> Iterator[bytes]:
        return self._chunks()


class _AsyncStream(_Stream, httpx.AsyncByteStream):
    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self._chunks():
            yield chunk


def _whole(body: Body) -> _Whole | None:
    return _Whole(body) if body.size <= IN_MEMORY else None


async def _started(dialogue: Future[T], label: str, deadline: Deadline) -> T:
    """Wait for a dialogue's end. One that is still in the queue when its time is over is taken out of it."""
    result = asyncio.wrap_future(dialogue)
    try:
        await asyncio.wait((result,), timeout=deadline.remaining(label, sent=False))
        if not result.done() and dialogue.cancel():
            raise deadline.over(label, sent=False)
        # Begun: it keeps the deadline by itself, and alone knows how far it went.
        return await result
    finally:
        result.cancel()


def _endpoint(url: str) -> tuple[httpx.URL, str]:
    """Parse an address; also give what its Host header says."""
    parsed = httpx.URL(url)
    return parsed, parsed.netloc.decode("ascii")


def _headers(request: Request, host: str) -> list[tuple[str, str]]:
    # A request made with its stream writes what it is given and nothing else, Host included.
    return [
        ("Host", host),
        *request.headers,
        ("Accept-Encoding", "identity"),  # the true size of a compressed answer is unknown until it is inflated
        ("Content-Length", str(request.body.size)),
    ]


def _plain_headers(answer: httpx.Response, label: str) -> dict[str, str]:
    """Return the headers of an answer that is not compressed: its stream is then its content."""
    headers = dict(answer.headers.items())
    if headers.get("content-encoding", "identity") != "identity":
        message = f"{label} : le service a compressé sa réponse alors que nous l'avions exclu."
        raise ReponseInvalideError(message, phase="answer", sent=True)
    return headers


def _failure(error: Exception, label: str) -> SegurError:
    """Say what an httpx failure means: where, whether anything left, and what to do."""
    tls = ssl_cause(error)
    if tls is not None:
        refused = certificate_refused(tls, label)
        if refused is not None:
            return refused
        if isinstance(error, httpx.ConnectError):
            return handshake_failed(tls, label)
    for kind, phase, sent, message, remede in _FAILURES:
        if isinstance(error, kind):
            return TransportError(f"{label} : {message}.", phase=phase, sent=sent, remede=remede)
    return TransportError(f"{label} : l'échange a échoué.", phase="answer", sent=True, remede=PATIENCE)


_FAILURES: tuple[tuple[type[Exception], Any, bool, str, str], ...] = (
    (httpx.UnsupportedProtocol, "connect", False, "adresse non prise en charge", "vérifier l'adresse du service"),
    (httpx.ConnectTimeout, "connect", False, "le serveur ne répond pas", "vérifier le réseau, puis réessayer"),
    (httpx.ProxyError, "connect", False, "le proxy a refusé la connexion", "vérifier le proxy de l'environnement"),
    (
        httpx.ConnectError,
        "connect",
        False,
        "connexion impossible, le service est arrêté ou injoignable",
        "vérifier que le service est démarré et que l'adresse est juste, puis réessayer",
    ),
    (httpx.PoolTimeout, "connect", False, "trop d'appels en cours vers ce service", PATIENCE),
    (httpx.WriteTimeout, "send", True, "le serveur ne lit plus la requête", PATIENCE),
    (httpx.WriteError, "send", True, "la connexion a été coupée pendant l'envoi", PATIENCE),
    (httpx.ReadTimeout, "answer", True, "aucune réponse dans le délai", PATIENCE),
    (httpx.ReadError, "read", True, "la connexion a été coupée pendant la réponse", PATIENCE),
    (httpx.RemoteProtocolError, "answer", True, "le serveur a coupé sans répondre", PATIENCE),
)
