"""National numbers of persons and structures: read, checked, written for the screen, explained."""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = ["PS_IDNAT", "STRUCT_IDNAT", "Genre", "IdentifiantNational", "Numero", "compacter", "examiner", "lire"]

if TYPE_CHECKING:
    from segur_socles.personnes.numeros.genres import Genre
    from segur_socles.personnes.numeros.idnat import PS_IDNAT, STRUCT_IDNAT, IdentifiantNational
    from segur_socles.personnes.numeros.lecture import Numero, compacter, examiner, lire
else:
    from segur_socles._core.lazy import lazy

    __getattr__, __dir__ = lazy(
        __name__,
        {
            "PS_IDNAT": "segur_socles.personnes.numeros.idnat",
            "STRUCT_IDNAT": "segur_socles.personnes.numeros.idnat",
            "Genre": "segur_socles.personnes.numeros.genres",
            "IdentifiantNational": "segur_socles.personnes.numeros.idnat",
            "Numero": "segur_socles.personnes.numeros.lecture",
            "compacter": "segur_socles.personnes.numeros.lecture",
            "examiner": "segur_socles.personnes.numeros.lecture",
            "lire": "segur_socles.personnes.numeros.lecture",
        },
    )
