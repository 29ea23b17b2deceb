"""What identifies a message, drawn once and kept: a second attempt sends the same."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Final, Self

from pydantic import StringConstraints

from segur_socles._core.ids import Ids
from segur_socles._core.model import Instant, Valeur
from segur_socles.errors import Constat
from segur_socles.personnes.adresses_mss import domaine

__all__ = ["IdMessage", "Reperes", "refus_nil"]

IdMessage = Annotated[
    str, StringConstraints(max_length=250, pattern=r"^<[!-;=?A-Z\[-~]+@[!-;=?A-Z\[-~]+>$", strip_whitespace=True)
]
"""A Message-ID with its angle brackets (RFC 5322 §3.6.4)."""

_Jeton = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z.-]{1,60}$")]


_NIL: Final = re.compile("[!-~]{1,100}")


def refus_nil(nil: str) -> tuple[Constat, ...]:
    """Say why ``nil`` cannot be the software's number, which every message bears."""
    if _NIL.fullmatch(nil):
        return ()
    remede = "renseigner Logiciel.nil_mss, le numéro délivré à l'éditeur pour MSSanté"
    return (Constat("nil", "numéro de logiciel vide ou mal formé", "MSSanté ECO.2.4.3", remede),)


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
