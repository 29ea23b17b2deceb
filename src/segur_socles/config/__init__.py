"""What calls, and where to: the software with its national numbers, the environment with its addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = [
    "PLACEHOLDER",
    "Environment",
    "Logiciel",
    "Nature",
    "OptionsDmp",
    "OptionsInsi",
]

if TYPE_CHECKING:
    from segur_socles.config.environment import Environment, Nature, OptionsDmp, OptionsInsi
    from segur_socles.config.logiciel import PLACEHOLDER, Logiciel
else:
    from segur_socles._core.lazy import lazy

    __getattr__, __dir__ = lazy(
        __name__,
        {
            "PLACEHOLDER": "segur_socles.config.logiciel",
            "Environment": "segur_socles.config.environment",
            "Logiciel": "segur_socles.config.logiciel",
            "Nature": "segur_socles.config.environment",
            "OptionsDmp": "segur_socles.config.environment",
            "OptionsInsi": "segur_socles.config.environment",
        },
    )
