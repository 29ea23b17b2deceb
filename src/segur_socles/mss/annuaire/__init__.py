"""The Annuaire Santé: professionals, structures and their MSSanté mailboxes, by the FHIR API."""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = [
    "AccesAnnuaire",
    "AdresseAnnuaire",
    "AnnuaireClient",
    "AsyncAnnuaireClient",
    "BoiteConnue",
    "BoiteInconnue",
    "BoiteMss",
    "CodeAnnuaire",
    "FicheAnnuaire",
    "FicheProfessionnel",
    "FicheStructure",
    "ListeAnnuaire",
    "ProfessionnelAbsent",
    "ProfessionnelTrouve",
    "Reconnaissance",
    "ResultatBoite",
    "ResultatProfessionnel",
    "ResultatStructure",
    "SituationExercice",
    "StructureAbsente",
    "StructureTrouvee",
]

if TYPE_CHECKING:
    from segur_socles.mss.annuaire.acces import AccesAnnuaire
    from segur_socles.mss.annuaire.client import AnnuaireClient, AsyncAnnuaireClient
    from segur_socles.mss.annuaire.types import (
        AdresseAnnuaire,
        BoiteConnue,
        BoiteInconnue,
        BoiteMss,
        CodeAnnuaire,
        FicheAnnuaire,
        FicheProfessionnel,
        FicheStructure,
        ListeAnnuaire,
        ProfessionnelAbsent,
        ProfessionnelTrouve,
        Reconnaissance,
        ResultatBoite,
        ResultatProfessionnel,
        ResultatStructure,
        SituationExercice,
        StructureAbsente,
        StructureTrouvee,
    )
else:
    from segur_socles._core.lazy import lazy

    __getattr__, __dir__ = lazy(
        __name__,
        {
            "AccesAnnuaire": "segur_socles.mss.annuaire.acces",
            "AdresseAnnuaire": "segur_socles.mss.annuaire.types",
            "AnnuaireClient": "segur_socles.mss.annuaire.client",
            "AsyncAnnuaireClient": "segur_socles.mss.annuaire.client",
            "BoiteConnue": "segur_socles.mss.annuaire.types",
            "BoiteInconnue": "segur_socles.mss.annuaire.types",
            "BoiteMss": "segur_socles.mss.annuaire.types",
            "CodeAnnuaire": "segur_socles.mss.annuaire.types",
            "FicheAnnuaire": "segur_socles.mss.annuaire.types",
            "FicheProfessionnel": "segur_socles.mss.annuaire.types",
            "FicheStructure": "segur_socles.mss.annuaire.types",
            "ListeAnnuaire": "segur_socles.mss.annuaire.types",
            "ProfessionnelAbsent": "segur_socles.mss.annuaire.types",
            "ProfessionnelTrouve": "segur_socles.mss.annuaire.types",
            "Reconnaissance": "segur_socles.mss.annuaire.types",
            "ResultatBoite": "segur_socles.mss.annuaire.types",
            "ResultatProfessionnel": "segur_socles.mss.annuaire.types",
            "ResultatStructure": "segur_socles.mss.annuaire.types",
            "SituationExercice": "segur_socles.mss.annuaire.types",
            "StructureAbsente": "segur_socles.mss.annuaire.types",
            "StructureTrouvee": "segur_socles.mss.annuaire.types",
        },
    )
