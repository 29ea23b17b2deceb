"""The national services on one machine: own authorities, test people, faults by name, a journal."""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = [
    "CarteCpsSimulee",
    "EntreeJournal",
    "Journal",
    "Pannes",
    "PkiDeTest",
    "ReglagesInsi",
    "Sandbox",
]

if TYPE_CHECKING:
    from segur_socles.sandbox.insi.service import ReglagesInsi
    from segur_socles.sandbox.journal import EntreeJournal, Journal
    from segur_socles.sandbox.pannes import Pannes
    from segur_socles.sandbox.pki import CarteCpsSimulee, PkiDeTest
    from segur_socles.sandbox.sandbox import Sandbox
else:
    from segur_socles._core.lazy import lazy

    __getattr__, __dir__ = lazy(
        __name__,
        {
            "CarteCpsSimulee": "segur_socles.sandbox.pki",
            "EntreeJournal": "segur_socles.sandbox.journal",
            "Journal": "segur_socles.sandbox.journal",
            "Pannes": "segur_socles.sandbox.pannes",
            "PkiDeTest": "segur_socles.sandbox.pki",
            "ReglagesInsi": "segur_socles.sandbox.insi.service",
            "Sandbox": "segur_socles.sandbox.sandbox",
        },
    )
