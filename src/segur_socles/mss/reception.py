"""What a mail server says, read within the time given and within bounds.

The standard library's clients give each wait the same patience: a server that says a little every minute is listened
to for ever. Here each wait has what remains of the whole, and each answer a number of bytes.
"""

from __future__ import annotations

import socket
from typing import Final

from segur_socles._core.deadline import Deadline

__all__ = ["REPONSE", "Reception"]

REPONSE: Final = 1024 * 1024
"""Bytes of one answer that is no message: the numbers of a hundred thousand of them."""

_MORCEAU: Final = 64 * 1024


class Reception:
    """Lines and literals of one connection. Raises :class:`OSError` when time or bytes run out, or at the end."""

    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline
        self._reste = REPONSE
        self._prise: socket.socket | None = None
        self._tampon = bytearray()

    def commencer(self, deadline: Deadline) -> None:
        """Say until when to listen from now on."""
        self._deadline = deadline

    def attendre(self, octets: int = REPONSE) -> None:
        """Say how many bytes the next answer may have."""
        self._reste = octets

    @property
    def en_avance(self) -> bool:
        """Whether the server said more than it was asked: its answers are not those of our commands any more."""
        return bool(self._tampon)

    def ligne(self, prise: socket.socket) -> bytes:
        """Read a line, with its end."""
        self._suivre(prise)
        vus = 0
        while (fin := self._tampon.find(b"\n", vus)) < 0:
            vus = len(self._tampon)
            self._exiger(vus + 1)
            self._tampon += self._recevoir(prise)
        return self._retirer(fin + 1)

    def bloc(self, prise: socket.socket, taille: int) -> bytes:
        """Read ``taille`` bytes."""
        self._suivre(prise)
        self._exiger(taille)
        debut = self._tampon[:taille]
        del self._tampon[:taille]
        self._reste -= taille
        bloc = bytearray(taille)
        bloc[: len(debut)] = debut
        recus = len(debut)
        with memoryview(bloc) as vue:
            while recus < taille:
                self._armer(prise)
                lus = prise.recv_into(vue[recus:])
                if not lus:
                    raise ConnectionResetError
                recus += lus
        return bytes(bloc)

    def _suivre(self, prise: socket.socket) -> None:
        if prise is not self._prise:
            # What was said in clear does not count once under TLS.
            self._prise = prise
            self._tampon.clear()

    def _exiger(self, taille: int) -> None:
        if taille > self._reste:
            raise ConnectionAbortedError

    def _retirer(self, taille: int) -> bytes:
        self._exiger(taille)
        self._reste -= taille
        retires = bytes(self._tampon[:taille])
        del self._tampon[:taille]
        return retires

    def _recevoir(self, prise: socket.socket) -> bytes:
        self._armer(prise)
        lus = prise.recv(_MORCEAU)
        # Again: a TLS handshake, which comes next, waits no longer than the socket does.
        self._armer(prise)
        if not lus:
            raise ConnectionResetError
        return lus

    def _armer(self, prise: socket.socket) -> None:
        reste = self._deadline.left
        if reste <= 0:
            raise TimeoutError
        prise.settimeout(reste)
