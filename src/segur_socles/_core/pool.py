"""A bounded set of clients, one per TLS identity; the least recently used idle one is closed first."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Generator, Hashable
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar

from segur_socles._core.flow import Channel

__all__ = ["Pool"]

C = TypeVar("C")


@dataclass(slots=True)
class _Slot(Generic[C]):
    client: C
    users: int = 0


class Pool(Generic[C]):
    """Clients by channel key. A client in use is never closed, even if that means exceeding the bound."""

    def __init__(self, make: Callable[[Channel], C], discard: Callable[[C], None], bound: int) -> None:
        self._make = make
        self._discard = discard
        self._bound = bound
        self._lock = threading.Lock()
        self._slots: OrderedDict[Hashable, _Slot[C]] = OrderedDict()

    @contextmanager
    def borrow(self, channel: Channel) -> Generator[C]:
        """Give the channel's client for the time of an exchange."""
        with self._lock:
            slot = self._slots.get(channel.key)
            if slot is None:
                slot = self._slots[channel.key] = _Slot(self._make(channel))
            self._slots.move_to_end(channel.key)
            slot.users += 1
        try:
            yield slot.client
        finally:
            with self._lock:
                slot.users -= 1
                self._evict()

    def _evict(self) -> None:
        excess = len(self._slots) - self._bound
        if excess <= 0:
            return
        idle = [key for key, slot in self._slots.items() if not slot.users]
        for key in idle[:excess]:
            self._discard(self._slots.pop(key).client)

    def close(self) -> None:
        """Close every client."""
        with self._lock:
            while self._slots:
                self._discard(self._slots.popitem()[1].client)
