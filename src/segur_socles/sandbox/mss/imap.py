"""The IMAP server of the operator: a session for each connection, and their end."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable

from segur_socles.sandbox.mss.echange import Operateur
from segur_socles.sandbox.mss.imap_commandes import LIMITE_LIGNE
from segur_socles.sandbox.mss.imap_liaison import Liaison
from segur_socles.sandbox.mss.imap_session import Session

__all__ = ["ServeurImap"]


class ServeurImap:
    """Serves each connection in a task of its own, and ends those under way."""

    def __init__(self, operateur: Operateur, contexte: Callable[[], ssl.SSLContext]) -> None:
        self._operateur = operateur
        self._contexte = contexte
        self._taches: set[asyncio.Task[None]] = set()

    def connexion(self) -> asyncio.Protocol:
        """Serve a new connection."""
        lecteur = asyncio.StreamReader(limit=LIMITE_LIGNE)
        return asyncio.StreamReaderProtocol(lecteur, self._accueillir)

    def _accueillir(self, lecteur: asyncio.StreamReader, ecrivain: asyncio.StreamWriter) -> None:
        session = Session(self._operateur, self._contexte, Liaison(lecteur, ecrivain))
        tache = asyncio.get_running_loop().create_task(session.servir())
        self._taches.add(tache)
        tache.add_done_callback(self._taches.discard)

    async def fermer(self) -> None:
        """Drop every connection."""
        taches = list(self._taches)
        for tache in taches:
            tache.cancel()
        await asyncio.gather(*taches, return_exceptions=True)
