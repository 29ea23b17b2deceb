"""The end of a call, that every wait of the call is cut to."""

from __future__ import annotations

from typing import Final

from segur_socles._core.clock import Clock
from segur_socles.errors import DeadlineError

__all__ = ["PATIENCE", "Deadline"]

PATIENCE: Final = "réessayer plus tard ou augmenter le délai"


class Deadline:
    """``seconds`` from now, by ``clock``."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        self._clock = clock
        self._end = clock.monotonic() + seconds

    @property
    def left(self) -> float:
        """Seconds left; none, or less, when it is over."""
        return self._end - self._clock.monotonic()

    def remaining(self, label: str, *, sent: bool) -> float:
        """Seconds left; raises :class:`DeadlineError` when there are none. ``sent``: whether the request has left."""
        left = self.left
        if left <= 0:
            raise self.over(label, sent=sent)
        return left

    def over(self, label: str, *, sent: bool) -> DeadlineError:
        """Make the error of a call that took all its time."""
        message = f"{label} : le délai accordé à l'appel est écoulé."
        return DeadlineError(message, phase="answer" if sent else "connect", sent=sent, remede=PATIENCE)

    def allows(self, seconds: float) -> bool:
        """Whether a wait of ``seconds`` ends before the deadline."""
        return seconds < self.left
