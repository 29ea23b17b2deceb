"""T3: sixteen INSi calls at once, in card mode, over an aiohttp transport ÷ sixteen raw httpx.AsyncClient posts.

The transport is given to the runner as any other may be: the facade uses httpx's own. As it stands, httpx-aiohttp
says that a connection lost after the request was sent is a failed connection, and a lost answer would pass for a
request that was never sent.
"""

from __future__ import annotations

import asyncio
import atexit
from collections.abc import Callable, Coroutine
from typing import Any

import httpx
from httpx_aiohttp import AiohttpTransport
from insi import TRAITS, Card, client_parts
from loopback import Loopback, captured

from segur_socles._core.run import AsyncRunner
from segur_socles.ins.client import AsyncInsiClient

ID = "T3"
TITLE = "16 appels INSi à la fois, aiohttp ÷ httpx.AsyncClient"
TARGET = 1.5
NOTE = (
    "les seize signatures, que l'envoi brut ne fait pas, prennent 14 ms des 38 d'un lot ; le reste est l'appel même, "
    "que détaille T1"
)
STRETCH: float | None = 2.0
CLOCK = "wall"
HIGHER_IS_BETTER = True
ROUNDS = 50
AT_ONCE = 16


def measure() -> tuple[Callable[[], object], Callable[[], object]]:
    """Give a batch of calls and a batch of posts, on one event loop."""
    server = Loopback()
    loop = asyncio.new_event_loop()
    runner = AsyncRunner(transport=lambda channel: AiohttpTransport(verify=channel.ssl_context(), trust_env=False))
    client = AsyncInsiClient(*client_parts(server.url, server, Card()), runner)
    content, headers = captured(server)
    raw = httpx.AsyncClient(verify=server.ssl_context(), trust_env=False)

    async def close() -> None:
        await runner.aclose()
        await raw.aclose()

    atexit.register(lambda: loop.run_until_complete(close()))

    def batch(call: Callable[[], Coroutine[Any, Any, Any]]) -> Callable[[], object]:
        async def at_once() -> object:
            return await asyncio.gather(*(call() for _ in range(AT_ONCE)))

        return lambda: loop.run_until_complete(at_once())

    return (
        batch(lambda: client.rechercher(TRAITS)),
        batch(lambda: raw.post(server.url, content=content, headers=headers)),
    )
