"""Holding a file for oneself while it is written: by the system, which lets go when a process ends, however it ends."""

from __future__ import annotations

import errno
import io
import sys
from typing import Final

__all__ = ["reserver"]

_TENU: Final = frozenset({errno.EACCES, errno.EAGAIN, errno.EWOULDBLOCK, errno.EDEADLK})


def reserver(flux: io.FileIO) -> bool:
    """Reserve an open file until it is closed; False when another run holds it.

    A file system that knows no reservation (some network ones) lets everybody in, as if nothing had been asked.
    """
    try:
        _verrouiller(flux)
    except OSError as error:
        return error.errno not in _TENU
    return True


if sys.platform == "win32":
    import msvcrt

    _LOIN: Final = 1 << 40  # beyond any row: there, a reservation forbids nobody to read

    def _verrouiller(flux: io.FileIO) -> None:
        place = flux.tell()
        flux.seek(_LOIN)
        try:
            msvcrt.locking(flux.fileno(), msvcrt.LK_NBLCK, 1)
        finally:
            flux.seek(place)

else:
    import fcntl

    def _verrouiller(flux: io.FileIO) -> None:
        fcntl.flock(flux, fcntl.LOCK_EX | fcntl.LOCK_NB)
