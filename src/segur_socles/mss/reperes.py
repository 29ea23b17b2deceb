"""What identifies a message, drawn once and kept: a second attempt sends the same."""

from __future__ import annotations

import re
from datetime import datetime
from hashlib import sha256
from typing import Annotated, Final, Self
from uuid import UUID, uuid5

from pydantic import StringConstraints

from segur_socles._core.ids import Ids
from segur_socles._core.model import Instant, Valeur
from segur_socles.errors import Constat
from segur_socles.mss.codes import ErreurIntegration
from segur_socles.mss.types import MessageRecu
from segur_socles.personnes.adresses_mss import domaine

__all__ = ["IdMessage", "Reperes", "refus_nil"]

IdMessage = Annotated[
    str, StringConstraints(max_length=250, pattern=r"^<[!-;=?A-Z\[-~]+@[!-;=?A-Z\[-~]+>$", strip_whitespace=True)
]
"""A Message-ID with its angle brackets (RFC 5322 §3.6.4)."""

_Jeton = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z.-]{1,60}$")]

_ACCUSES: Final = UUID("5b0a7c52-6f0e-4c1b-9a3f-2f8d1c7e9b64")
"""Namespace of the identifiers of receipts. Never to change: a receipt said again would bear another name."""

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
        return cls._de(ids.uuid(), ids.uuid(), adresse, date)

    @classmethod
    def accuse_de(
        cls, recu: MessageRecu, adresse: str, erreur: ErreurIntegration | None, *, date: datetime, ids: Ids
    ) -> Self:
        """Give those of the receipt that ``adresse`` sends for ``recu``: said twice, it bears the same name.

        They are drawn when the message received has no identifier of its own.
        """
        if recu.message_id is None:
            return cls.tirer(adresse, date=date, ids=ids)
        unique = uuid5(_ACCUSES, "\n".join((adresse.lower(), recu.message_id, erreur.code if erreur else "")))
        # The boundary hangs on the bytes too: a sender who could foresee it could write it into the message.
        return cls._de(unique, uuid5(unique, sha256(recu.octets).hexdigest()), adresse, date)

    @classmethod
    def _de(cls, unique: UUID, frontiere: UUID, adresse: str, date: datetime) -> Self:
        return cls(message_id=f"<{unique}@{domaine(adresse)}>", envid=str(unique), frontiere=frontiere.hex, date=date)
