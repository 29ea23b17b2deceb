"""The way in: one object a process, one session an actor."""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = [
    "AsyncSegur",
    "AsyncSession",
    "ModeInsi",
    "Segur",
    "Session",
]

if TYPE_CHECKING:
    from segur_socles.segur.acces import ModeInsi
    from segur_socles.segur.facade import AsyncSegur, Segur
    from segur_socles.segur.session import AsyncSession, Session
else:
    from segur_socles._core.lazy import lazy

    __getattr__, __dir__ = lazy(
        __name__,
        {
            "AsyncSegur": "segur_socles.segur.facade",
            "AsyncSession": "segur_socles.segur.session",
            "ModeInsi": "segur_socles.segur.acces",
            "Segur": "segur_socles.segur.facade",
            "Session": "segur_socles.segur.session",
        },
    )
