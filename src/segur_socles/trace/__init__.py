"""Who called, for whom, why, with what result: records before and after each call, and where they go."""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = [
    "JsonLinesSink",
    "MemorySink",
    "Moment",
    "NullSink",
    "Resultat",
    "TraceIncompleteWarning",
    "TraceSink",
    "TraceSocle",
    "verifier_chaine",
]

if TYPE_CHECKING:
    from segur_socles.trace.record import Moment, Resultat, TraceSocle
    from segur_socles.trace.sinks import JsonLinesSink, MemorySink, NullSink, TraceSink, verifier_chaine
    from segur_socles.trace.traceur import TraceIncompleteWarning
else:
    from segur_socles._core.lazy import lazy

    __getattr__, __dir__ = lazy(
        __name__,
        {
            "JsonLinesSink": "segur_socles.trace.sinks",
            "MemorySink": "segur_socles.trace.sinks",
            "Moment": "segur_socles.trace.record",
            "NullSink": "segur_socles.trace.sinks",
            "Resultat": "segur_socles.trace.record",
            "TraceIncompleteWarning": "segur_socles.trace.traceur",
            "TraceSink": "segur_socles.trace.sinks",
            "TraceSocle": "segur_socles.trace.record",
            "verifier_chaine": "segur_socles.trace.sinks",
        },
    )
