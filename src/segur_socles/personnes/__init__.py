"""People and structures: traits, an identity and its evidence, professionals, those around a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = [
    "FR_CORE_2_1",
    "FR_CORE_2_2",
    "ActeSocle",
    "Acteur",
    "Adresse",
    "Attribut",
    "Autorisation",
    "CandidatsMultiples",
    "Contact",
    "ControleIdentite",
    "Decision",
    "Difference",
    "DifferencesAcceptees",
    "EditionPatient",
    "IdentifiantLocal",
    "Identite",
    "IdentiteQualifiee",
    "IdentiteRecue",
    "InsDiscordante",
    "InsHistorique",
    "InsIncomplete",
    "Intervenant",
    "MatriculeIns",
    "MesureProtection",
    "Motif",
    "MoyenAuthentification",
    "OidIns",
    "PreuveControle",
    "Professionnel",
    "Rapprochement",
    "ReponseIns",
    "RoleContact",
    "SansIns",
    "Sexe",
    "StatutIdentite",
    "Structure",
    "Telecom",
    "Trait",
    "TraitsIdentite",
    "TypeMesure",
    "TypeTelecom",
    "UsageTelecom",
    "Usager",
    "UsagerInconnu",
    "UsagerReconnu",
    "calculer_cle",
    "comparer",
    "ecrire_patient_fhir",
    "lire_patient_fhir",
    "normaliser",
    "rapprocher",
]

if TYPE_CHECKING:
    from segur_socles.personnes.autorisation import ActeSocle, Autorisation
    from segur_socles.personnes.coordonnees import Adresse, Telecom, TypeTelecom, UsageTelecom
    from segur_socles.personnes.entourage import Contact, MesureProtection, RoleContact, TypeMesure
    from segur_socles.personnes.fhir.ecriture import ecrire_patient_fhir
    from segur_socles.personnes.fhir.edition import FR_CORE_2_1, FR_CORE_2_2, EditionPatient
    from segur_socles.personnes.fhir.lecture import lire_patient_fhir
    from segur_socles.personnes.identite import (
        Attribut,
        ControleIdentite,
        Decision,
        DifferencesAcceptees,
        Identite,
        IdentiteQualifiee,
        InsHistorique,
        PreuveControle,
        ReponseIns,
        StatutIdentite,
    )
    from segur_socles.personnes.matricule import MatriculeIns, OidIns, calculer_cle
    from segur_socles.personnes.professionnel import Acteur, Intervenant, Motif, MoyenAuthentification, Professionnel
    from segur_socles.personnes.rapprochement import (
        CandidatsMultiples,
        InsDiscordante,
        InsIncomplete,
        Rapprochement,
        SansIns,
        UsagerInconnu,
        UsagerReconnu,
        rapprocher,
    )
    from segur_socles.personnes.recue import IdentiteRecue
    from segur_socles.personnes.structure import Structure
    from segur_socles.personnes.traits import Difference, Sexe, Trait, TraitsIdentite, comparer, normaliser
    from segur_socles.personnes.usager import IdentifiantLocal, Usager
else:
    from segur_socles._core.lazy import lazy

    __getattr__, __dir__ = lazy(
        __name__,
        {
            "FR_CORE_2_1": "segur_socles.personnes.fhir.edition",
            "FR_CORE_2_2": "segur_socles.personnes.fhir.edition",
            "ActeSocle": "segur_socles.personnes.autorisation",
            "Acteur": "segur_socles.personnes.professionnel",
            "Adresse": "segur_socles.personnes.coordonnees",
            "Attribut": "segur_socles.personnes.identite",
            "Autorisation": "segur_socles.personnes.autorisation",
            "CandidatsMultiples": "segur_socles.personnes.rapprochement",
            "Contact": "segur_socles.personnes.entourage",
            "ControleIdentite": "segur_socles.personnes.identite",
            "Decision": "segur_socles.personnes.identite",
            "Difference": "segur_socles.personnes.traits",
            "DifferencesAcceptees": "segur_socles.personnes.identite",
            "EditionPatient": "segur_socles.personnes.fhir.edition",
            "IdentifiantLocal": "segur_socles.personnes.usager",
            "Identite": "segur_socles.personnes.identite",
            "IdentiteQualifiee": "segur_socles.personnes.identite",
            "IdentiteRecue": "segur_socles.personnes.recue",
            "InsDiscordante": "segur_socles.personnes.rapprochement",
            "InsHistorique": "segur_socles.personnes.identite",
            "InsIncomplete": "segur_socles.personnes.rapprochement",
            "Intervenant": "segur_socles.personnes.professionnel",
            "MatriculeIns": "segur_socles.personnes.matricule",
            "MesureProtection": "segur_socles.personnes.entourage",
            "Motif": "segur_socles.personnes.professionnel",
            "MoyenAuthentification": "segur_socles.personnes.professionnel",
            "OidIns": "segur_socles.personnes.matricule",
            "PreuveControle": "segur_socles.personnes.identite",
            "Professionnel": "segur_socles.personnes.professionnel",
            "Rapprochement": "segur_socles.personnes.rapprochement",
            "ReponseIns": "segur_socles.personnes.identite",
            "RoleContact": "segur_socles.personnes.entourage",
            "SansIns": "segur_socles.personnes.rapprochement",
            "Sexe": "segur_socles.personnes.traits",
            "StatutIdentite": "segur_socles.personnes.identite",
            "Structure": "segur_socles.personnes.structure",
            "Telecom": "segur_socles.personnes.coordonnees",
            "Trait": "segur_socles.personnes.traits",
            "TraitsIdentite": "segur_socles.personnes.traits",
            "TypeMesure": "segur_socles.personnes.entourage",
            "TypeTelecom": "segur_socles.personnes.coordonnees",
            "UsageTelecom": "segur_socles.personnes.coordonnees",
            "Usager": "segur_socles.personnes.usager",
            "UsagerInconnu": "segur_socles.personnes.rapprochement",
            "UsagerReconnu": "segur_socles.personnes.rapprochement",
            "calculer_cle": "segur_socles.personnes.matricule",
            "comparer": "segur_socles.personnes.traits",
            "ecrire_patient_fhir": "segur_socles.personnes.fhir.ecriture",
            "lire_patient_fhir": "segur_socles.personnes.fhir.lecture",
            "normaliser": "segur_socles.personnes.traits",
            "rapprocher": "segur_socles.personnes.rapprochement",
        },
    )
