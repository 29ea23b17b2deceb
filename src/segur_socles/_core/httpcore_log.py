"""What httpcore may log of our exchanges: at DEBUG it writes every header of an answer, cookies and codes included."""

from __future__ import annotations

import logging
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

__all__ = ["our_exchange"]

_OURS: Final[ContextVar[bool]] = ContextVar("segur_socles_exchange", default=False)
_HEADERS: Final = "receive_response_headers.complete"


@contextmanager
def our_exchange() -> Generator[None]:
    """Mark what runs inside, in this thread or task, as an exchange of ours."""
    token = _OURS.set(True)
    try:
        yield
    finally:
        _OURS.reset(token)


def _without_headers(record: logging.LogRecord) -> bool:
    if _OURS.get() and str(record.msg).startswith(_HEADERS):
        record.msg, record.args = _HEADERS, ()
    return True


# Only our own exchanges: an adopter who uses httpx for something else keeps its log.
logging.getLogger("httpcore.http11").addFilter(_without_headers)
