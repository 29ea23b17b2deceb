"""aiosmtpd's protocol, under the operator's TLS and without its log."""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Callable
from typing import Any, Final

from aiosmtpd.smtp import SMTP  # noqa: TID253 - this module is itself imported late, by the service

from segur_socles.sandbox.host import FIL
from segur_socles.sandbox.mss.echange import TAILLE_MAXIMALE
from segur_socles.sandbox.mss.smtp import NOM, Soumission

__all__ = ["ProtocoleSmtp", "ServeurSmtp"]

_LIGNE: Final = 64 * 1024
"""Bytes of a line that are still read; the rule on content is stricter, and says which line broke it."""


def _pas_du_bac_a_sable(trace: logging.LogRecord) -> bool:
    return trace.threadName != FIL


# aiosmtpd logs addresses, hence matricules. Only what comes from the sandbox's own thread is dropped: an adopter who
# runs aiosmtpd keeps its log.
logging.getLogger("mail.log").addFilter(_pas_du_bac_a_sable)


class ProtocoleSmtp(SMTP):
    """One connection. The TLS context is that of the moment of the handshake."""

    line_length_limit = _LIGNE

    def __init__(
        self, dialogue: Soumission, contexte: Callable[[], ssl.SSLContext], ouverts: set[ProtocoleSmtp]
    ) -> None:
        super().__init__(
            dialogue,
            hostname=NOM,
            ident="ESMTP",
            tls_context=contexte(),
            require_starttls=True,
            data_size_limit=TAILLE_MAXIMALE,
            auth_exclude_mechanism=("LOGIN", "PLAIN"),
            loop=asyncio.get_running_loop(),
        )
        self._dialogue = dialogue
        self._contexte = contexte
        self._ouverts = ouverts
        self.tache: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin, in clear or (a second time) under TLS."""
        super().connection_made(transport)
        self._ouverts.add(self)
        if self.tache is None:
            self.tache = self._handler_coroutine
            assert self.tache is not None  # noqa: S101 - aiosmtpd has just made it
            self.tache.add_done_callback(_ignorer_la_coupure)

    def connection_lost(self, error: Exception | None) -> None:
        """End, whoever ended it."""
        super().connection_lost(error)
        self._ouverts.discard(self)
        self._dialogue.fin()

    async def smtp_STARTTLS(self, arg: str) -> None:  # noqa: N802 - aiosmtpd finds commands by name
        """Begin TLS: a certificate revoked since the connection began is refused."""
        self.tls_context = self._contexte()
        await super().smtp_STARTTLS(arg)

    async def push(self, status: Any) -> None:
        """Answer; aiosmtpd's own refusals of a size lack the code that operators give."""
        if isinstance(status, str) and status.startswith("552 "):
            await super().push(self._dialogue.trop_grand())
        else:
            await super().push(status)


class ServeurSmtp:
    """Makes the protocol of each connection, and ends those under way."""

    def __init__(self, dialogue: Callable[[], Soumission], contexte: Callable[[], ssl.SSLContext]) -> None:
        self._dialogue = dialogue
        self._contexte = contexte
        self._ouverts: set[ProtocoleSmtp] = set()

    def connexion(self) -> asyncio.Protocol:
        """Serve a new connection."""
        return ProtocoleSmtp(self._dialogue(), self._contexte, self._ouverts)

    async def fermer(self) -> None:
        """Drop every connection."""
        ouverts = list(self._ouverts)
        for protocole in ouverts:
            if isinstance(protocole.transport, asyncio.WriteTransport):
                protocole.transport.abort()
        taches = [protocole.tache for protocole in ouverts if protocole.tache is not None]
        for tache in taches:
            tache.cancel()
        await asyncio.gather(*taches, return_exceptions=True)


def _ignorer_la_coupure(tache: asyncio.Task[None]) -> None:
    # A client that goes away in the middle of an answer is not a defect that asyncio should log.
    if not tache.cancelled():
        tache.exception()
