"""T1: one INSi call in card mode with an in-memory key, public API on a mock transport ÷ one RSA-2048 signature."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Hashable

import httpx
from insi import ANSWER, TRAITS, Card, client_parts

from segur_socles._core.run import Runner
from segur_socles.ins.client import InsiClient

ID = "T1"
TITLE = "INSi call, card mode, in-memory key ÷ RSA-2048 signature"
TARGET = 2.0
STRETCH: float | None = 1.6
NOTE = (
    "hors signature (profil par échantillons) : deux traces 19 %, réponse typée et validée 24 %, requête et assertion"
    " 17 %, httpx et son transport simulé 12 %, enveloppe SOAP lue 11 %, le reste (flux, verrous, délais) 17 %"
)


class Unconnected:
    """Never connected: the transport is a mock."""

    key: Hashable = "bench"

    def ssl_context(self) -> ssl.SSLContext:
        return ssl.create_default_context()


def measure() -> tuple[Callable[[], object], Callable[[], object]]:
    """Give the call and the bare signature, over the same key."""
    card = Card()
    # As httpx.HTTPTransport answers: headers as bytes, content as a stream. What httpx adds to make a server's
    # answer out of a text (15 to 20 µs) is the mock's cost, not that of a call.
    headers = [(b"Content-Type", b"application/soap+xml"), (b"Content-Length", str(len(ANSWER)).encode())]
    answer = httpx.MockTransport(lambda _: httpx.Response(200, headers=headers, stream=httpx.ByteStream(ANSWER)))
    runner = Runner(transport=lambda _: answer)
    client = InsiClient(*client_parts("https://localhost:8443/lps", Unconnected(), card), runner)
    signed = b"x" * 700
    return lambda: client.rechercher(TRAITS), lambda: card.sign(signed, "sha256")
