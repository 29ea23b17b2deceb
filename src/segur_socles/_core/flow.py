"""Protocol logic without input or output.

A *flow* is a generator. It yields an effect, and receives the effect's result::

    def ping(url: str) -> Flow[int]:
        response = yield Http.of(Request("GET", url), read=lambda r: r, channel=channel, label="ping")
        return response.status

A runner (:mod:`segur_socles._core.run`), synchronous or asynchronous, performs the effects. Failures are
thrown *into* the flow, so that the flow itself decides what a lost answer means. Cancellation ends a flow
by ``GeneratorExit``: what must be known afterwards is recorded before the effect is yielded.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Hashable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from segur_socles._core.body import Body, BytesBody, MemorySink, Sink

if TYPE_CHECKING:
    import ssl

    from segur_socles._core.deadline import Deadline

__all__ = ["Call", "Channel", "Dialogue", "Effect", "Flow", "Http", "Request", "Response", "Sleep", "once"]

T = TypeVar("T")


class Channel(Protocol):
    """Under which TLS identity, and towards which trust anchors, a request travels.

    One channel is one :class:`ssl.SSLContext`, built once. Two channels with the same ``key`` may share
    connections; a renewed certificate gives a new key.
    """

    @property
    def key(self) -> Hashable:
        """Identity of the channel; equal keys mean the same certificate and anchors."""
        ...

    def ssl_context(self) -> ssl.SSLContext:
        """Return the context, building it on first use. Verification is always on."""
        ...


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request. ``headers`` are sent as given, in order; Content-Length is added from the body.

    They may hold a token: kept out of the repr.
    """

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    body: Body = field(default_factory=lambda: BytesBody(b""))


@dataclass(frozen=True, slots=True)
class Response:
    """One HTTP answer. ``headers`` keys are lower-case; ``content`` is what a memory sink gathered.

    When the caller gave a sink of its own, ``content`` is empty and the sink holds the bytes.
    """

    status: int
    headers: Mapping[str, str]
    content: bytes = field(default=b"", repr=False)
    sink: Sink | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Http:
    """Effect: an exchange, with its retries.

    - ``build`` is run again for each attempt, as a flow of its own (it may sign, hence yield ``Call``), so
      that each attempt carries fresh message and assertion identifiers;
    - ``read`` turns the answer into the result; what it raises is judged by the same retry decision;
    - ``repeatable`` says that doing the act twice is harmless (a read). Anything else is sent again only
      when it is certain that nothing left (see :mod:`segur_socles._core.retry`);
    - ``sink`` makes a fresh sink for each attempt; the default keeps at most 4 MiB in memory;
    - ``label`` names the operation in errors (``dmp.alimenter``); it never holds data.
    """

    build: Callable[[], Generator[Effect, Any, Request]]
    read: Callable[[Response], Any]
    channel: Channel
    label: str
    repeatable: bool = False
    sink: Callable[[], Sink] = MemorySink

    @classmethod
    def of(
        cls,
        request: Request,
        *,
        read: Callable[[Response], Any],
        channel: Channel,
        label: str,
        repeatable: bool = False,
    ) -> Http:
        """Make the effect of a request that is the same at each attempt."""
        return cls(lambda: once(request), read, channel, label, repeatable)


@dataclass(frozen=True, slots=True)
class Sleep:
    """Effect: wait, within the deadline."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Call:
    """Effect: call a function that computes or blocks (a card signature, a PIN prompt, a durable write).

    ``blocking`` calls go to a thread when the runner is asynchronous; others run in place.
    """

    function: Callable[[], Any]
    blocking: bool = True


@dataclass(frozen=True, slots=True)
class Dialogue:
    """Effect: an exchange over another protocol than HTTP, with its retries, which blocks until it ends.

    - ``function`` is called again for each attempt, with the deadline that its every wait must keep;
    - ``label`` and ``repeatable`` mean what they do for :class:`Http`.
    """

    function: Callable[[Deadline], Any]
    label: str
    repeatable: bool = False


Effect = Http | Sleep | Call | Dialogue
Flow = Generator[Effect, Any, T]


def once(value: T) -> Generator[Effect, Any, T]:
    """Make a flow that yields nothing and returns ``value``."""
    return value
    yield  # makes this function a generator
