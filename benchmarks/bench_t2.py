"""T2: INSi calls one after the other, in card mode, over loopback mTLS ÷ raw httpx posts of the same bytes."""

from __future__ import annotations

from collections.abc import Callable

import httpx
from insi import TRAITS, Card, client_parts
from loopback import Loopback, captured

from segur_socles._core.run import Runner
from segur_socles.ins.client import InsiClient

ID = "T2"
TITLE = "appels INSi successifs, mTLS ÷ httpx POST des mêmes octets"
TARGET = 0.55
STRETCH: float | None = 0.65
NOTE = (
    "un appel signe, l'envoi brut non : la signature seule (890 µs pour un envoi de 1 160 µs) ramène le rapport à 0,57"
    " et la cible laisse 60 µs au reste de l'appel, que détaille T1"
)
CLOCK = "wall"
HIGHER_IS_BETTER = True


def measure() -> tuple[Callable[[], object], Callable[[], object]]:
    """Give a call and a post, each on its own kept connection."""
    server = Loopback()
    client = InsiClient(*client_parts(server.url, server, Card()), Runner())
    content, headers = captured(server)
    raw = httpx.Client(verify=server.ssl_context(), trust_env=False)
    return lambda: client.rechercher(TRAITS), lambda: raw.post(server.url, content=content, headers=headers).read()
