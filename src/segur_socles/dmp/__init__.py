"""DMP: does a person have one, feed it with signed documents, find and read what it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = [
    "AccesDmp",
    "Accuse",
    "AlimentationRefusee",
    "AsyncDmpClient",
    "ConsultationRefusee",
    "CriteresDmp",
    "DmpClient",
    "DmpFerme",
    "DmpInexistant",
    "DmpOuvert",
    "DocumentDmp",
    "DocumentLu",
    "DocumentsTrouves",
    "IdentifiantsLot",
    "LotDeSoumission",
    "LotVerifie",
    "ResultatAlimentation",
    "ResultatExistence",
    "ResultatLecture",
    "ResultatRecherche",
    "Vihf",
    "lire_vihf",
    "verifier_lot",
]

if TYPE_CHECKING:
    from segur_socles.dmp.acces import AccesDmp
    from segur_socles.dmp.client import AsyncDmpClient, DmpClient
    from segur_socles.dmp.lecture_types import (
        ConsultationRefusee,
        CriteresDmp,
        DocumentDmp,
        DocumentLu,
        DocumentsTrouves,
        ResultatLecture,
        ResultatRecherche,
    )
    from segur_socles.dmp.lot import LotVerifie, verifier_lot
    from segur_socles.dmp.lot_de_soumission import IdentifiantsLot, LotDeSoumission
    from segur_socles.dmp.types import (
        Accuse,
        AlimentationRefusee,
        DmpFerme,
        DmpInexistant,
        DmpOuvert,
        ResultatAlimentation,
        ResultatExistence,
    )
    from segur_socles.dmp.vihf import Vihf, lire_vihf
else:
    from segur_socles._core.lazy import lazy

    __getattr__, __dir__ = lazy(
        __name__,
        {
            "AccesDmp": "segur_socles.dmp.acces",
            "Accuse": "segur_socles.dmp.types",
            "AlimentationRefusee": "segur_socles.dmp.types",
            "AsyncDmpClient": "segur_socles.dmp.client",
            "ConsultationRefusee": "segur_socles.dmp.lecture_types",
            "CriteresDmp": "segur_socles.dmp.lecture_types",
            "DmpClient": "segur_socles.dmp.client",
            "DmpFerme": "segur_socles.dmp.types",
            "DmpInexistant": "segur_socles.dmp.types",
            "DmpOuvert": "segur_socles.dmp.types",
            "DocumentDmp": "segur_socles.dmp.lecture_types",
            "DocumentLu": "segur_socles.dmp.lecture_types",
            "DocumentsTrouves": "segur_socles.dmp.lecture_types",
            "IdentifiantsLot": "segur_socles.dmp.lot_de_soumission",
            "LotDeSoumission": "segur_socles.dmp.lot_de_soumission",
            "LotVerifie": "segur_socles.dmp.lot",
            "ResultatAlimentation": "segur_socles.dmp.types",
            "ResultatExistence": "segur_socles.dmp.types",
            "ResultatLecture": "segur_socles.dmp.lecture_types",
            "ResultatRecherche": "segur_socles.dmp.lecture_types",
            "Vihf": "segur_socles.dmp.vihf",
            "lire_vihf": "segur_socles.dmp.vihf",
            "verifier_lot": "segur_socles.dmp.lot",
        },
    )
