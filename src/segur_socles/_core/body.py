"""Request bodies that can be sent again, and answers with a limit.

A body restarts on each attempt, knows its size before sending (so that Content-Length is always written),
and streams: a 50 MiB document is never copied. An answer goes to a sink that refuses what is too large.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

from segur_socles.errors import ReponseInvalideError

__all__ = ["Body", "BytesBody", "FileBody", "MemorySink", "PartsBody", "Sink"]

CHUNK = 64 * 1024
"""Bytes handed to the socket at a time."""

DEFAULT_LIMIT = 4 * 1024 * 1024
"""Bytes accepted in an answer unless the flow says otherwise."""


class Body(Protocol):
    """Bytes to send: a size known in advance, and an iteration that can start again."""

    @property
    def size(self) -> int:
        """Length in bytes."""
        ...

    def chunks(self) -> Iterator[bytes | memoryview]:
        """Iterate from the first byte; each call starts anew."""
        ...


class BytesBody:
    """A body held in memory, handed out without copies."""

    def __init__(self, content: bytes | memoryview) -> None:
        self._content = memoryview(content)

    @property
    def size(self) -> int:
        """Length in bytes."""
        return self._content.nbytes

    def chunks(self) -> Iterator[bytes | memoryview]:
        """Iterate slices of the content."""
        for start in range(0, self.size, CHUNK):
            yield self._content[start : start + CHUNK]


class FileBody:
    """A body read from disk, opened again at each attempt."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._size = path.stat().st_size

    @property
    def size(self) -> int:
        """Length in bytes, as of construction."""
        return self._size

    def chunks(self) -> Iterator[bytes | memoryview]:
        """Iterate the file."""
        with self._path.open("rb") as stream:
            while chunk := stream.read(CHUNK):
                yield chunk


class PartsBody:
    """Several bodies, one after the other."""

    def __init__(self, parts: Sequence[Body]) -> None:
        self._parts = tuple(parts)
        self._size = sum(part.size for part in self._parts)

    @property
    def size(self) -> int:
        """Length in bytes of all parts."""
        return self._size

    def chunks(self) -> Iterator[bytes | memoryview]:
        """Iterate the parts in order."""
        for part in self._parts:
            yield from part.chunks()


class Sink(Protocol):
    """Where an answer goes. ``write`` raises :class:`ReponseInvalideError` beyond the limit."""

    def write(self, chunk: bytes) -> None:
        """Take the next bytes."""
        ...

    def content(self) -> bytes:
        """Return what was gathered, or nothing if it went elsewhere."""
        ...


class MemorySink:
    """Gathers an answer in memory, up to ``limit`` bytes."""

    def __init__(self, limit: int = DEFAULT_LIMIT) -> None:
        self._limit = limit
        self._size = 0
        self._chunks: list[bytes] = []

    def write(self, chunk: bytes) -> None:
        """Take the next bytes, or refuse an answer that is too large."""
        self._size += len(chunk)
        if self._size > self._limit:
            message = f"La réponse du service dépasse {self._limit} octets ; elle a été abandonnée."
            raise ReponseInvalideError(message, phase="read", sent=True)
        self._chunks.append(chunk)

    def content(self) -> bytes:
        """Return the whole answer."""
        return b"".join(self._chunks)
