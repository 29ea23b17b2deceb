"""What calls, and where to: the software with its national numbers, the environment with its addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = [
    "PLACEHOLDER",
    "Clock",
    "Environment",
    "FrozenClock",
    "Ids",
    "Logiciel",
    "Nature",
    "OptionsAnnuaire",
    "OptionsDmp",
    "OptionsInsi",
    "OptionsPsc",
    "RandomIds",
    "SeededIds",
    "SystemClock",
]

if TYPE_CHECKING:
    from segur_socles._core.clock import Clock, FrozenClock, SystemClock
    from segur_socles._core.ids import Ids, RandomIds, SeededIds
    from segur_socles.config.environment import (
        Environment,
        Nature,
        OptionsAnnuaire,
        OptionsDmp,
        OptionsInsi,
        OptionsPsc,
    )
    from segur_socles.config.logiciel import PLACEHOLDER, Logiciel
else:
    from segur_socles._core.lazy import lazy

    __getattr__, __dir__ = lazy(
        __name__,
        {
            "PLACEHOLDER": "segur_socles.config.logiciel",
            "Clock": "segur_socles._core.clock",
            "Environment": "segur_socles.config.environment",
            "FrozenClock": "segur_socles._core.clock",
            "Ids": "segur_socles._core.ids",
            "Logiciel": "segur_socles.config.logiciel",
            "Nature": "segur_socles.config.environment",
            "OptionsAnnuaire": "segur_socles.config.environment",
            "OptionsDmp": "segur_socles.config.environment",
            "OptionsInsi": "segur_socles.config.environment",
            "OptionsPsc": "segur_socles.config.environment",
            "RandomIds": "segur_socles._core.ids",
            "SeededIds": "segur_socles._core.ids",
            "SystemClock": "segur_socles._core.clock",
        },
    )
