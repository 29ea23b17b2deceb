"""National value sets as data: code, system, label, edition, validity."""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = [
    "Code",
    "JeuDeValeurs",
    "Nomenclature",
    "nomenclature",
]

if TYPE_CHECKING:
    from segur_socles.nomenclatures.codes import Code, JeuDeValeurs, Nomenclature, nomenclature
else:
    from segur_socles._core.lazy import lazy

    __getattr__, __dir__ = lazy(
        __name__,
        {
            "Code": "segur_socles.nomenclatures.codes",
            "JeuDeValeurs": "segur_socles.nomenclatures.codes",
            "Nomenclature": "segur_socles.nomenclatures.codes",
            "nomenclature": "segur_socles.nomenclatures.codes",
        },
    )
