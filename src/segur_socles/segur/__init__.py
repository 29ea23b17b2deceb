"""The way in: one object a process, one session an actor."""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = [
    "AsyncSegur",
    "AsyncSession",
    "Exchange",
    "ModeInsi",
    "Observer",
    "RetryPolicy",
    "Segur",
    "Session",
]

if TYPE_CHECKING:
    from segur_socles._core.retry import RetryPolicy
    from segur_socles._core.run import Exchange, Observer
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
            "Exchange": "segur_socles._core.run",
            "ModeInsi": "segur_socles.segur.acces",
            "Observer": "segur_socles._core.run",
            "RetryPolicy": "segur_socles._core.retry",
            "Segur": "segur_socles.segur.facade",
            "Session": "segur_socles.segur.session",
        },
    )
