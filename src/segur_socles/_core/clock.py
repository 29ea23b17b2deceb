"""Time as an argument: nothing in the library reads the system clock by itself."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """What the library asks of a clock."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Return seconds that never go back, for deadlines."""
        ...


class SystemClock:
    """The machine's clock. The DMP asks that it be set by NTP at least once a day (probable)."""

    def now(self) -> datetime:
        """Return the present instant in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return :func:`time.monotonic`."""
        return time.monotonic()


class FrozenClock:
    """A clock that moves only when told; for tests, demonstrations and golden captures."""

    def __init__(self, instant: datetime) -> None:
        self._instant = instant.astimezone(UTC)
        self._elapsed = 0.0

    def now(self) -> datetime:
        """Return the instant the clock was set to."""
        return self._instant

    def monotonic(self) -> float:
        """Return the seconds advanced so far."""
        return self._elapsed

    def advance(self, seconds: float) -> None:
        """Move the clock forward."""
        self._instant += timedelta(seconds=seconds)
        self._elapsed += seconds


def instant_ms(moment: datetime) -> str:
    """Write an instant as XML wants it in SAML and INSi: ``2026-01-15T09:30:05.120Z``."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


def hl7_utc(moment: datetime) -> str:
    """Write an instant as XDS wants it: ``yyyyMMddHHmmss`` in UTC, without zone."""
    return f"{moment.astimezone(UTC):%Y%m%d%H%M%S}"


def hl7_zoned(moment: datetime) -> str:
    """Write an aware instant as CDA wants it: ``yyyyMMddHHmmss+0100``."""
    return f"{moment:%Y%m%d%H%M%S%z}"
