"""Translated rules kept on disk: the same kit is translated once, whatever the number of processes.

One folder a kit, named after the digest of its rules; the newest few are kept. Files are written beside then moved, so
that a process that reads never sees half a file, and carry their own digest. A folder that cannot be written costs
time, never a failure.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

__all__ = ["StylesheetCache", "default_folder"]

_KEPT: Final = 4
"""Kits whose translations stay on disk."""


def default_folder(environ: Mapping[str, str] = os.environ, platform: str = sys.platform) -> Path:
    """Say where the user's caches are, as each system has it."""
    if platform == "win32":
        base = Path(environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
        return base / "segur-socles" / "Cache"
    if platform == "darwin":
        return Path.home() / "Library" / "Caches" / "segur-socles"
    given = environ.get("XDG_CACHE_HOME", "")
    base = Path(given) if given.startswith("/") else Path.home() / ".cache"  # a relative one is to be ignored
    return base / "segur-socles"


class StylesheetCache:
    """The translations of one kit; ``folder`` None keeps nothing on disk."""

    def __init__(self, folder: Path | None, key: str) -> None:
        self._folder = None if folder is None else folder / f"regles-{key[:32]}"

    def get(self, name: str, make: Callable[[], bytes]) -> bytes:
        """Give what was kept under ``name``, or make it and keep it."""
        if self._folder is None:
            return make()
        path = self._folder / f"{name}.xsl"
        if (kept := _read(path)) is not None:
            return kept
        made = make()
        with suppress(OSError):
            _write(path, made)
            _forget_old(self._folder)
        return made


def _read(path: Path) -> bytes | None:
    try:
        digest, _, content = path.read_bytes().partition(b"\n")
    except OSError:
        return None
    return content if digest == _digest(content) else None


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(_digest(content) + b"\n" + content)
        Path(temporary).replace(path)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise


def _forget_old(current: Path) -> None:
    """Remove the translations of kits that others have replaced."""
    os.utime(current)
    folders = sorted(current.parent.glob("regles-*"), key=lambda folder: folder.stat().st_mtime, reverse=True)
    for old in folders[_KEPT:]:
        shutil.rmtree(old, ignore_errors=True)


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()
