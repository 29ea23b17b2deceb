"""The one decision about sending again.

Doing an act twice can file a document twice, or call a service for a person twice; not doing it can lose
a document. So:

1. Nothing left (the connection was not made; a mail was cut before its end): sending is safe, whatever the act.
2. The TLS handshake failed: the same certificate would be refused again. Not repeated.
3. Something left: the service may have acted. Repeated only if the flow declared the act repeatable (a
   read), and only if the failure looks passing: no answer, 429, 502, 503, 504, or a service error that
   the service itself presents as temporary.
4. A malformed or oversized answer is a fact, not a passing failure. Not repeated.
5. The deadline ends everything, waiting included.

A flow whose act is not repeatable receives the failure with ``outcome_unknown`` and settles it: it asks the
service what it holds before it sends the same identifiers again.

Waits grow exponentially, are capped, and fully jittered, so that clients do not return together.
"""

from __future__ import annotations

from dataclasses import dataclass

from segur_socles.errors import (
    AuthentificationError,
    DeadlineError,
    ReponseInvalideError,
    ServiceError,
    TransportError,
    VerificationIndisponibleError,
)

__all__ = ["RetryPolicy", "may_repeat"]

PASSING_STATUS = frozenset({429, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often and how fast: ``attempts`` in all, first wait up to ``base`` seconds, none above ``cap``."""

    attempts: int = 3
    base: float = 0.4
    cap: float = 8.0


def may_repeat(failure: BaseException, *, repeatable: bool) -> bool:
    """Decide whether the same act may be sent again after ``failure``."""
    match failure:
        case DeadlineError() | ReponseInvalideError():
            return False
        case TransportError(sent=False, phase=phase):
            return phase != "tls"
        case TransportError(status=status):
            return repeatable and (status is None or status in PASSING_STATUS)
        case AuthentificationError() if not isinstance(failure, VerificationIndisponibleError):
            return False
        case ServiceError(retryable=retryable):
            return repeatable and retryable
        case _:
            return False
