"""A bounded set of clients, one per TLS identity; the least recently used idle one is closed first."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from segur_socles._core.flow import Channel
from segur_socles.errors import ConfigurationError

__all__ = ["Pool", "closed"]

C = TypeVar("C")


def closed() -> ConfigurationError:
    """Make the error of a call that comes after the closing."""
    message = "Ce Segur est fermé ; rien n'a été envoyé."
    return ConfigurationError(message, remede="garder le Segur ouvert tant que ses sessions servent")


class _Slot(Generic[C]):
    """A client and how many use it; a context by itself, since ``contextmanager`` costs more than the loan."""

    __slots__ = ("_pool", "client", "users")

    def __init__(self, pool: Pool[C], client: C) -> None:
        self._pool = pool
        self.client = client
        self.users = 0

    def __enter__(self) -> C:
        return self.client

    def __exit__(self, *_: object) -> None:
        self._pool.give_back(self)


class Pool(Generic[C]):
    """Clients by channel key. A client in use is never closed, even if that means exceeding the bound."""

    def __init__(self, make: Callable[[Channel], C], discard: Callable[[C], None], bound: int) -> None:
        self._make = make
        self._discard = discard
        self._bound = bound
        self._lock = threading.Lock()
        self._slots: OrderedDict[Hashable, _Slot[C]] = OrderedDict()
        self._closed = False

    def borrow(self, channel: Channel) -> _Slot[C]:
        """Give the channel's client for the time of an exchange: ``with pool.borrow(channel) as client``.

        Raises :class:`ConfigurationError` once closed.
        """
        key = channel.key
        with self._lock:
            if self._closed:
                raise closed()
            slot = self._slots.get(key)
            if slot is None:
                slot = self._slots[key] = _Slot(self, self._make(channel))
            self._slots.move_to_end(key)
            slot.users += 1
        return slot

    def give_back(self, slot: _Slot[C]) -> None:
        """End a loan: the ``with`` statement calls it."""
        with self._lock:
            slot.users -= 1
            if len(self._slots) > self._bound:
                self._evict()

    def _evict(self) -> None:
        idle = [key for key, slot in self._slots.items() if not slot.users]
        for key in idle[: len(self._slots) - self._bound]:
            self._discard(self._slots.pop(key).client)

    def close(self) -> None:
        """Close every client, for good."""
        with self._lock:
            self._closed = True
            while self._slots:
                self._discard(self._slots.popitem()[1].client)
