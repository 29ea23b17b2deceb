"""The INS datamatrix: printed for a qualified identity, read back as a candidate that INSi must confirm."""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = [
    "LEGENDE",
    "DatamatrixIns",
    "EcartScan",
    "InsScannee",
    "lire_ins_image",
    "lire_ins_scannee",
]

if TYPE_CHECKING:
    from segur_socles.personnes.datamatrix.ecriture import LEGENDE, DatamatrixIns
    from segur_socles.personnes.datamatrix.image import lire_ins_image
    from segur_socles.personnes.datamatrix.lecture import lire_ins_scannee
    from segur_socles.personnes.datamatrix.scannee import EcartScan, InsScannee
else:
    from segur_socles._core.lazy import lazy

    __getattr__, __dir__ = lazy(
        __name__,
        {
            "LEGENDE": "segur_socles.personnes.datamatrix.ecriture",
            "DatamatrixIns": "segur_socles.personnes.datamatrix.ecriture",
            "EcartScan": "segur_socles.personnes.datamatrix.scannee",
            "InsScannee": "segur_socles.personnes.datamatrix.scannee",
            "lire_ins_image": "segur_socles.personnes.datamatrix.image",
            "lire_ins_scannee": "segur_socles.personnes.datamatrix.lecture",
        },
    )
