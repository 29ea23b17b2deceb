"""INSi, the national identity service: search of a person's INS by identity traits."""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = [
    "AccesInsi",
    "AsyncInsiClient",
    "AttributsPs",
    "IdentiteProposee",
    "InsAbsente",
    "InsMultiple",
    "InsTrouvee",
    "InsiClient",
    "ResultatInsi",
]

if TYPE_CHECKING:
    from segur_socles.ins.acces import AccesInsi
    from segur_socles.ins.assertion import AttributsPs
    from segur_socles.ins.client import AsyncInsiClient, InsiClient
    from segur_socles.ins.types import IdentiteProposee, InsAbsente, InsMultiple, InsTrouvee, ResultatInsi
else:
    from segur_socles._core.lazy import lazy

    __getattr__, __dir__ = lazy(
        __name__,
        {
            "AccesInsi": "segur_socles.ins.acces",
            "AsyncInsiClient": "segur_socles.ins.client",
            "AttributsPs": "segur_socles.ins.assertion",
            "IdentiteProposee": "segur_socles.ins.types",
            "InsAbsente": "segur_socles.ins.types",
            "InsMultiple": "segur_socles.ins.types",
            "InsTrouvee": "segur_socles.ins.types",
            "InsiClient": "segur_socles.ins.client",
            "ResultatInsi": "segur_socles.ins.types",
        },
    )
