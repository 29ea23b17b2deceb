"""What identifies a message, drawn once and kept: a second attempt sends the same."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self

from pydantic import StringConstraints

from segur_socles._core.ids import Ids
from segur_socles._core.model import Instant, Valeur
from segur_socles.personnes.adresses_mss import domaine

__all__ = ["IdMessage", "Reperes"]

IdMessage = Annotated[
    str, StringConstraints(max_length=250, pattern=r"^<[!-;=?A-Z\[-~]+@[!-;=?A-Z\[-~]+>$", strip_whitespace=True)
]
"""A Message-ID with its angle brackets (RFC 5322 §3.6.4)."""

_Jeton = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z.-]{1,60}$")]


class Reperes(Valeur):
    """Identifiers and date of one message.

    - ``message_id``: ``<unique@domain>``, what receipts quote; ``envid``: what delivery reports repeat;
    - ``frontiere``: the boundary between its parts; ``date``: with its offset.
    """

    message_id: IdMessage
    envid: _Jeton
    frontiere: _Jeton
    date: Instant

    _visible = ("message_id", "envid", "date")

    @classmethod
    def tirer(cls, adresse: str, *, date: datetime, ids: Ids) -> Self:
        """Draw new ones for a message sent from ``adresse``."""
        unique = str(ids.uuid())
        return cls(message_id=f"<{unique}@{domaine(adresse)}>", envid=unique, frontiere=ids.uuid().hex, date=date)
