"""The runners: effects, retries, deadlines, cancellation, and what a failure means."""

from __future__ import annotations

import asyncio
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import httpx
import pytest

from segur_socles._core import run
from segur_socles._core.body import BytesBody, MemorySink, PartsBody
from segur_socles._core.deadline import Deadline
from segur_socles._core.flow import Call, Dialogue, Flow, Http, Request, Response, Sleep, once
from segur_socles._core.retry import RetryPolicy, may_repeat
from segur_socles._core.run import AsyncRunner, Exchange, Runner
from segur_socles.errors import (
    CertificatRefuseError,
    ConfigurationError,
    DeadlineError,
    JetonRefuseError,
    ReponseInvalideError,
    SegurError,
    ServiceError,
    TransportError,
    VerificationIndisponibleError,
)

URL = "https://localhost:4433/service"
FAST = RetryPolicy(attempts=3, base=0.0, cap=0.0)


class Canal:
    """A channel that needs no certificate: these tests never open a socket."""

    def __init__(self, key: str = "a") -> None:
        self.key = key

    def ssl_context(self) -> ssl.SSLContext:
        return ssl.create_default_context()


Handler = Callable[[httpx.Request], httpx.Response]


def drive(mode: str, handler: Handler, flow: Flow[Any], *, delai: float = 5.0, **settings: Any) -> Any:
    """Run a flow with either runner over a mock transport."""
    settings.setdefault("policy", FAST)
    if mode == "sync":
        runner = Runner(transport=lambda _: httpx.MockTransport(handler), **settings)
        try:
            return runner.run(flow, delai=delai)
        finally:
            runner.close()

    async def main() -> Any:
        arunner = AsyncRunner(transport=lambda _: httpx.MockTransport(handler), **settings)
        try:
            return await arunner.run(flow, delai=delai)
        finally:
            await arunner.aclose()

    return asyncio.run(main())


both = pytest.mark.parametrize("mode", ["sync", "async"])


def exchange(
    read: Callable[[Response], Any] = lambda r: r.content, *, repeatable: bool = False, body: bytes = b"demande"
) -> Flow[Any]:
    request = Request("POST", URL, (("X-Nom", "valeur"),), BytesBody(body))
    return (yield Http.of(request, read=read, channel=Canal(), label="essai.appel", repeatable=repeatable))


@both
def test_request_goes_out_whole_and_answer_comes_back(mode: str) -> None:
    seen: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, content=b"reponse")

    assert drive(mode, handler, exchange()) == b"reponse"
    assert seen[0].content == b"demande"
    assert seen[0].headers["content-length"] == "7"
    assert seen[0].headers["accept-encoding"] == "identity"
    assert "transfer-encoding" not in seen[0].headers


@both
def test_large_body_streams_with_its_length_and_restarts(mode: str) -> None:
    parts = [b"a" * 300_000, b"b" * 300_000]
    seen: list[tuple[str, bytes]] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append((request.headers["content-length"], request.content))
        return httpx.Response(503 if len(seen) == 1 else 200)

    def read(response: Response) -> int:
        if response.status == 503:
            raise TransportError("indisponible", phase="answer", sent=True, status=503)
        return response.status

    def flow() -> Flow[int]:
        request = Request("POST", URL, body=PartsBody([BytesBody(part) for part in parts]))
        return (yield Http.of(request, read=read, channel=Canal(), label="essai", repeatable=True))

    assert drive(mode, handler, flow()) == 200
    assert seen == [("600000", b"".join(parts))] * 2


@both
def test_each_attempt_builds_a_fresh_request(mode: str) -> None:
    built: list[int] = []

    def build() -> Flow[Request]:
        built.append((yield Call(lambda: len(built))))
        return Request("POST", URL, (("X-Numero", str(built[-1])),))

    def handler(request: httpx.Request) -> httpx.Response:
        if request.headers["x-numero"] == "0":
            raise httpx.ConnectError("refus")
        return httpx.Response(200)

    def flow() -> Flow[Response]:
        return (yield Http(build, lambda r: r.status, Canal(), "essai"))

    assert drive(mode, handler, flow()) == 200
    assert built == [0, 1]


# Which failures lead to a second attempt: (what httpx raises, declared repeatable, attempts expected).
FAILURES = [
    (httpx.ConnectError("non"), False, 3, ("connect", False, False)),
    (httpx.ConnectTimeout("non"), False, 3, ("connect", False, False)),
    (httpx.ReadTimeout("non"), False, 1, ("answer", True, True)),
    (httpx.ReadTimeout("non"), True, 3, ("answer", True, True)),
    (httpx.WriteError("non"), False, 1, ("send", True, True)),
    (httpx.RemoteProtocolError("non"), False, 1, ("answer", True, True)),
    (httpx.RemoteProtocolError("non"), True, 3, ("answer", True, True)),
    (httpx.ReadError("non"), False, 1, ("read", True, True)),
]


@both
@pytest.mark.parametrize(("cause", "repeatable", "attempts", "expected"), FAILURES)
def test_transport_failures(
    mode: str, cause: httpx.HTTPError, *, repeatable: bool, attempts: int, expected: tuple[str, bool, bool]
) -> None:
    calls: list[int] = []

    def handler(_: httpx.Request) -> httpx.Response:
        calls.append(1)
        raise cause

    with pytest.raises(TransportError) as caught:
        drive(mode, handler, exchange(repeatable=repeatable))
    assert len(calls) == attempts
    assert (caught.value.phase, caught.value.sent, caught.value.outcome_unknown) == expected
    assert caught.value.__context__ is None, "httpx's error holds the request"


@both
def test_tls_failure_is_not_repeated_and_names_the_anchors(mode: str) -> None:
    calls: list[int] = []

    def handler(_: httpx.Request) -> httpx.Response:
        calls.append(1)
        raise httpx.ConnectError("tls") from ssl.SSLCertVerificationError(1, "certificate verify failed")

    with pytest.raises(TransportError) as caught:
        drive(mode, handler, exchange(repeatable=True))
    assert (caught.value.phase, caught.value.sent, len(calls)) == ("tls", False, 1)
    assert "ancres" in str(caught.value)


@both
def test_certificate_refused_by_the_server_is_an_authentication_error(mode: str) -> None:
    def handler(_: httpx.Request) -> httpx.Response:
        raise httpx.ReadError("tls") from ssl.SSLError(1, "[SSL] tlsv13 alert certificate required")

    with pytest.raises(CertificatRefuseError):
        drive(mode, handler, exchange())


@both
def test_failure_is_thrown_into_the_flow_which_may_settle_it(mode: str) -> None:
    def flow() -> Flow[str]:
        try:
            yield from exchange()
        except TransportError as error:
            return "réglé" if error.outcome_unknown else "perdu"
        return "envoyé"

    def handler(_: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("non")

    assert drive(mode, handler, flow()) == "réglé"


@both
def test_answer_beyond_its_limit_is_refused_and_not_repeated(mode: str) -> None:
    calls: list[int] = []

    def handler(_: httpx.Request) -> httpx.Response:
        calls.append(1)
        return httpx.Response(200, content=b"x" * 2048)

    def flow() -> Flow[bytes]:
        request = Request("GET", URL)
        return (
            yield Http(
                lambda: once(request),
                lambda r: r.content,
                Canal(),
                "essai",
                repeatable=True,
                sink=partial(MemorySink, 1024),
            )
        )

    with pytest.raises(ReponseInvalideError, match="1024 octets"):
        drive(mode, handler, flow())
    assert len(calls) == 1


@both
def test_host_outside_the_environment_is_never_contacted(mode: str) -> None:
    def handler(_: httpx.Request) -> httpx.Response:
        raise AssertionError

    with pytest.raises(ConfigurationError, match="rien n'a été envoyé"):
        drive(mode, handler, exchange(), origins=frozenset({("dmp.example", 443)}))


@both
def test_redirects_are_not_followed(mode: str) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        assert request.url.host == "localhost"
        return httpx.Response(302, headers={"Location": "https://ailleurs.example/"})

    assert drive(mode, handler, exchange(lambda r: r.status)) == 302


@both
def test_deadline_ends_waiting(mode: str) -> None:
    def flow() -> Flow[None]:
        yield Sleep(0.05)
        yield from exchange()

    with pytest.raises(DeadlineError) as caught:
        drive(mode, lambda _: httpx.Response(200), flow(), delai=0.04)
    assert not caught.value.sent
    assert not caught.value.outcome_unknown


def test_an_asynchronous_runner_serves_one_event_loop() -> None:
    runner = AsyncRunner(transport=lambda _: httpx.MockTransport(lambda _: httpx.Response(200, content=b"oui")))
    assert asyncio.run(runner.run(exchange(), delai=1)) == b"oui"
    with pytest.raises(ConfigurationError, match="autre boucle"):
        asyncio.run(runner.run(exchange(), delai=1))


def test_a_closed_runner_sends_nothing() -> None:
    runner = Runner(transport=lambda _: httpx.MockTransport(lambda _: httpx.Response(200)))
    runner.close()
    with pytest.raises(ConfigurationError, match="fermé"):
        runner.run(exchange(), delai=1)


async def test_a_deadline_during_the_connection_says_that_nothing_was_sent() -> None:
    class Stalled(httpx.AsyncBaseTransport):
        async def handle_async_request(self, _: httpx.Request) -> httpx.Response:
            await asyncio.sleep(30)
            raise AssertionError

    runner = AsyncRunner(transport=lambda _: Stalled())
    with pytest.raises(DeadlineError) as caught:
        await runner.run(exchange(), delai=0.05)
    assert (caught.value.sent, caught.value.outcome_unknown) == (False, False)


@both
def test_no_wait_beyond_the_deadline(mode: str) -> None:
    def handler(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("non")

    slow = RetryPolicy(attempts=50, base=1000.0, cap=1000.0)
    with pytest.raises(TransportError) as caught:
        drive(mode, handler, exchange(), policy=slow, delai=0.2)
    assert caught.value.phase == "connect"


@both
def test_observer_sees_every_attempt_with_the_bytes_of_the_wire(mode: str) -> None:
    seen: list[Exchange] = []
    answers = iter([httpx.ReadTimeout("non"), httpx.Response(200, content=b"oui")])

    def handler(_: httpx.Request) -> httpx.Response:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    drive(mode, handler, exchange(repeatable=True), observer=seen.append)
    assert [(e.attempt, e.response is not None) for e in seen] == [(1, False), (2, True)]
    assert b"".join(seen[1].request.body.chunks()) == b"demande"


@both
def test_an_observer_that_fails_does_not_lose_the_answer(mode: str, caplog: pytest.LogCaptureFixture) -> None:
    def observer(_: Exchange) -> None:
        raise ValueError("TCHITCHI")

    assert drive(mode, lambda _: httpx.Response(200, content=b"oui"), exchange(), observer=observer) == b"oui"
    assert "ValueError" in caplog.text
    assert "TCHITCHI" not in caplog.text


def test_interrupt_closes_the_flow() -> None:
    ends: list[str] = []

    def flow() -> Flow[None]:
        try:
            yield Call(interrupt)
        except GeneratorExit:
            ends.append("fermé")
            raise

    def interrupt() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Runner().run(flow(), delai=1)
    assert ends == ["fermé"]


async def test_cancellation_closes_the_flow() -> None:
    ends: list[str] = []

    def flow() -> Flow[None]:
        try:
            yield Sleep(30)
        except GeneratorExit:
            ends.append("fermé")
            raise

    task = asyncio.create_task(AsyncRunner().run(flow(), delai=60))
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ends == ["fermé"]


def test_one_client_a_channel_and_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    closed: list[int] = []
    monkeypatch.setattr(httpx.BaseTransport, "close", lambda _: closed.append(1))

    def transport(channel: Any) -> httpx.BaseTransport:
        made.append(channel.key)
        return httpx.MockTransport(lambda _: httpx.Response(200))

    def flow(key: str) -> Flow[int]:
        return (yield Http.of(Request("GET", URL), read=lambda r: r.status, channel=Canal(key), label="essai"))

    runner = Runner(transport=transport, max_clients=2)
    for key in ("a", "b", "a", "c", "a"):
        assert runner.run(flow(key), delai=5) == 200
    assert made == ["a", "b", "c"]
    assert len(closed) == 1, "the least recently used idle client was closed"
    runner.close()
    assert len(closed) == 3


def _service(cls: type[ServiceError], *, retryable: bool = False) -> ServiceError:
    return cls("refus", service="essai", code="X", retryable=retryable)


DECISIONS: list[tuple[SegurError, bool, bool]] = [
    (TransportError("", phase="connect", sent=False), False, True),
    (TransportError("", phase="tls", sent=False), True, False),
    (TransportError("", phase="answer", sent=True), False, False),
    (TransportError("", phase="answer", sent=True), True, True),
    (TransportError("", phase="answer", sent=True, status=503), True, True),
    (TransportError("", phase="answer", sent=True, status=404), True, False),
    (DeadlineError("", phase="connect", sent=False), True, False),
    (ReponseInvalideError("", phase="read", sent=True), True, False),
    (_service(ServiceError, retryable=True), True, True),
    (_service(ServiceError, retryable=True), False, False),
    (_service(ServiceError), True, False),
    (_service(JetonRefuseError, retryable=True), True, False),
    (_service(VerificationIndisponibleError, retryable=True), True, True),
    (ConfigurationError(""), True, False),
]


@pytest.mark.parametrize(("failure", "repeatable", "expected"), DECISIONS)
def test_the_retry_decision(failure: SegurError, *, repeatable: bool, expected: bool) -> None:
    assert may_repeat(failure, repeatable=repeatable) is expected


def test_bodies_know_their_size_and_restart(tmp_path: Any) -> None:
    def twice(body: Any) -> Iterator[bytes]:
        yield b"".join(body.chunks())
        yield b"".join(body.chunks())

    path = tmp_path / "corps"
    path.write_bytes(b"f" * 100_000)
    from segur_socles._core.body import FileBody

    for body, expected in ((BytesBody(b"abc"), b"abc"), (FileBody(path), b"f" * 100_000)):
        assert body.size == len(expected)
        assert list(twice(body)) == [expected, expected]


# --- dialogues: the other protocols, under the same retry decision -------------------------------------------

DIALOGUES = [
    (TransportError("coupé", phase="connect", sent=False), False, 3),
    (TransportError("coupé", phase="send", sent=False), False, 3),
    (TransportError("refusé", phase="tls", sent=False), True, 1),
    (TransportError("muet", phase="answer", sent=True), False, 1),
    (TransportError("muet", phase="answer", sent=True), True, 3),
    (DeadlineError("tard", phase="connect", sent=False), True, 1),
    (ServiceError("occupé", service="mss", code="451", retryable=True), False, 1),
    (ServiceError("occupé", service="mss", code="451", retryable=True), True, 3),
]


@both
@pytest.mark.parametrize(("failure", "repeatable", "attempts"), DIALOGUES)
def test_a_dialogue_is_repeated_by_the_same_decision(
    mode: str, failure: SegurError, *, repeatable: bool, attempts: int
) -> None:
    given: list[float] = []

    def talk(deadline: Deadline) -> None:
        given.append(deadline.remaining("essai", sent=False))
        raise failure

    def flow() -> Flow[None]:
        yield Dialogue(talk, "essai.dialogue", repeatable)

    with pytest.raises(type(failure)):
        drive(mode, lambda _: httpx.Response(200), flow(), delai=5.0)
    assert len(given) == attempts
    assert all(0 < seconds <= 5.0 for seconds in given)


def test_a_dialogue_in_the_queue_is_left_in_time_and_never_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "DIALOGUES", 2)
    free = threading.Event()
    begun: list[str] = []

    def talk(name: str) -> Flow[str]:
        def function(_: Deadline) -> str:
            begun.append(name)
            assert free.wait(10)
            return name

        return (yield Dialogue(function, "essai.dialogue"))

    async def scenario() -> None:
        runner = AsyncRunner()
        held = [asyncio.create_task(runner.run(talk("long"), delai=0.1)) for _ in range(2)]
        await asyncio.sleep(0.05)
        started = time.monotonic()
        with pytest.raises(DeadlineError) as late:
            await runner.run(talk("due"), delai=0.2)
        assert time.monotonic() - started < 2
        assert not late.value.sent
        cancelled = asyncio.create_task(runner.run(talk("cancelled"), delai=60))
        await asyncio.sleep(0.05)
        cancelled.cancel()
        with pytest.raises(asyncio.CancelledError):
            await cancelled
        free.set()
        # One that has begun keeps its deadline by itself: what it says at the end is heard.
        assert await asyncio.gather(*held) == ["long", "long"]
        assert await runner.run(talk("next"), delai=10) == "next"
        await runner.aclose()

    asyncio.run(scenario())
    assert begun == ["long", "long", "next"]


@both
def test_a_dialogue_gives_its_result(mode: str) -> None:
    threads: list[int] = []

    def talk(_: Deadline) -> str:
        threads.append(threading.get_ident())
        return "fait"

    def flow() -> Flow[str]:
        return (yield Dialogue(talk, "essai.dialogue"))

    assert drive(mode, lambda _: httpx.Response(200), flow()) == "fait"
    assert (threads == [threading.get_ident()]) is (mode == "sync")
