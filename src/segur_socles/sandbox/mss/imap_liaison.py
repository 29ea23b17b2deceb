"""The connection under an IMAP session: what is read, what is said, and the change to TLS in between."""

from __future__ import annotations

import asyncio
import ssl
from typing import Final

from segur_socles.sandbox.mss.imap_commandes import LIMITE_LIGNE, DialogueRompuError

__all__ = ["Liaison"]

_DELAI_TLS: Final = 30.0
"""Seconds a handshake may take."""


class Liaison:
    """A connection, in clear until :meth:`chiffrer`."""

    def __init__(self, lecteur: asyncio.StreamReader, ecrivain: asyncio.StreamWriter) -> None:
        self.lecteur = lecteur
        self._clair = self._ecrivain = ecrivain

    async def dire(self, *lignes: str | bytes) -> None:
        """Write lines, and wait for a slow reader."""
        for ligne in lignes:
            self._ecrivain.write((ligne.encode("ascii", "replace") if isinstance(ligne, str) else ligne) + b"\r\n")
        await self._ecrivain.drain()

    async def inviter(self) -> None:
        """Ask for the rest of a command."""
        await self.dire("+ Ready")

    async def chiffrer(self, contexte: ssl.SSLContext) -> bytes | None:
        """Go on under TLS; give the client's certificate (DER), if it has one."""
        # A reader of its own: whatever came in clear behind STARTTLS stays unread in the old one.
        lecteur = asyncio.StreamReader(limit=LIMITE_LIGNE)
        protocole = asyncio.StreamReaderProtocol(lecteur)
        loop = asyncio.get_running_loop()
        transport = await loop.start_tls(
            self._clair.transport, protocole, contexte, server_side=True, ssl_handshake_timeout=_DELAI_TLS
        )
        if transport is None:
            raise DialogueRompuError
        protocole.connection_made(transport)
        self.lecteur = lecteur
        self._ecrivain = asyncio.StreamWriter(transport, protocole, lecteur, loop)
        der: bytes | None = transport.get_extra_info("ssl_object").getpeercert(binary_form=True)
        return der

    def fermer(self) -> None:
        """Close once what was said has gone."""
        self._ecrivain.close()
        self._clair.close()

    def couper(self) -> None:
        """Close at once."""
        self._ecrivain.transport.abort()
