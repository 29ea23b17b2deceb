"""Identifiers as an argument: random in production, seeded in tests and golden captures."""

from __future__ import annotations

import random
import threading
from typing import Protocol
from uuid import UUID, uuid4


class Ids(Protocol):
    """A source of fresh identifiers, safe to share between threads."""

    def uuid(self) -> UUID:
        """Return a UUID never given before."""
        ...

    def oid(self, root: str) -> str:
        """Return a new OID under ``root`` (64 characters at most, no leading zero)."""
        ...


class RandomIds:
    """Random version 4 UUIDs; an OID arc is the low 96 bits of one, written in decimal."""

    def uuid(self) -> UUID:
        """Return a random UUID."""
        return uuid4()

    def oid(self, root: str) -> str:
        """Return ``root.<up to 29 digits>``."""
        return _oid(root, self.uuid())


class SeededIds:
    """The same identifiers in the same order for the same seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - reproducible on purpose, never used for keys
        self._lock = threading.Lock()

    def uuid(self) -> UUID:
        """Return the next UUID of the sequence."""
        with self._lock:
            return UUID(int=self._random.getrandbits(128), version=4)

    def oid(self, root: str) -> str:
        """Return the next OID of the sequence under ``root``."""
        return _oid(root, self.uuid())


def _oid(root: str, fresh: UUID) -> str:
    # 96 random bits: two identifiers of one software meet with probability below 1e-9 at 1e10 documents.
    return f"{root}.{fresh.int & (1 << 96) - 1}"
