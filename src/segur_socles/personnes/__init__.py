"""People and structures: traits, an identity and its evidence, professionals, those around a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = [
    "FR_CORE_2_1",
    "FR_CORE_2_2",
    "ActeIdentite",
    "ActeSocle",
    "Acteur",
    "Adresse",
    "Attribut",
    "Autorisation",
    "CandidatsMultiples",
    "Contact",
    "ControleIdentite",
    "DateInterpretee",
    "Decision",
    "Difference",
    "DifferencesAcceptees",
    "EditionPatient",
    "Evenement",
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
    "NatureDate",
    "NatureLieu",
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
    "Transition",
    "TypeMesure",
    "TypeTelecom",
    "UsageTelecom",
    "Usager",
    "UsagerInconnu",
    "UsagerReconnu",
    "calculer_cle",
    "comparer",
    "ecrire_patient_fhir",
    "interpreter_date",
    "lire_patient_fhir",
    "nature_lieu",
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
    from segur_socles.personnes.identite import Identite, IdentiteQualifiee
    from segur_socles.personnes.lexique import normaliser
    from segur_socles.personnes.matricule import MatriculeIns, OidIns, calculer_cle
    from segur_socles.personnes.naissance import DateInterpretee, NatureDate, NatureLieu, interpreter_date, nature_lieu
    from segur_socles.personnes.preuves import (
        ControleIdentite,
        Decision,
        DifferencesAcceptees,
        InsHistorique,
        PreuveControle,
        ReponseIns,
    )
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
    from segur_socles.personnes.statuts import ActeIdentite, Attribut, Evenement, StatutIdentite, Transition
    from segur_socles.personnes.structure import Structure
    from segur_socles.personnes.traits import Difference, Sexe, Trait, TraitsIdentite, comparer
    from segur_socles.personnes.usager import IdentifiantLocal, Usager
else:
    from segur_socles._core.lazy import lazy

    __getattr__, __dir__ = lazy(
        __name__,
        {
            "ActeIdentite": "segur_socles.personnes.statuts",
            "Evenement": "segur_socles.personnes.statuts",
            "Transition": "segur_socles.personnes.statuts",
            "DateInterpretee": "segur_socles.personnes.naissance",
            "NatureDate": "segur_socles.personnes.naissance",
            "NatureLieu": "segur_socles.personnes.naissance",
            "interpreter_date": "segur_socles.personnes.naissance",
            "nature_lieu": "segur_socles.personnes.naissance",
            "FR_CORE_2_1": "segur_socles.personnes.fhir.edition",
            "FR_CORE_2_2": "segur_socles.personnes.fhir.edition",
            "ActeSocle": "segur_socles.personnes.autorisation",
            "Acteur": "segur_socles.personnes.professionnel",
            "Adresse": "segur_socles.personnes.coordonnees",
            "Attribut": "segur_socles.personnes.statuts",
            "Autorisation": "segur_socles.personnes.autorisation",
            "CandidatsMultiples": "segur_socles.personnes.rapprochement",
            "Contact": "segur_socles.personnes.entourage",
            "ControleIdentite": "segur_socles.personnes.preuves",
            "Decision": "segur_socles.personnes.preuves",
            "Difference": "segur_socles.personnes.traits",
            "DifferencesAcceptees": "segur_socles.personnes.preuves",
            "EditionPatient": "segur_socles.personnes.fhir.edition",
            "IdentifiantLocal": "segur_socles.personnes.usager",
            "Identite": "segur_socles.personnes.identite",
            "IdentiteQualifiee": "segur_socles.personnes.identite",
            "IdentiteRecue": "segur_socles.personnes.recue",
            "InsDiscordante": "segur_socles.personnes.rapprochement",
            "InsHistorique": "segur_socles.personnes.preuves",
            "InsIncomplete": "segur_socles.personnes.rapprochement",
            "Intervenant": "segur_socles.personnes.professionnel",
            "MatriculeIns": "segur_socles.personnes.matricule",
            "MesureProtection": "segur_socles.personnes.entourage",
            "Motif": "segur_socles.personnes.professionnel",
            "MoyenAuthentification": "segur_socles.personnes.professionnel",
            "OidIns": "segur_socles.personnes.matricule",
            "PreuveControle": "segur_socles.personnes.preuves",
            "Professionnel": "segur_socles.personnes.professionnel",
            "Rapprochement": "segur_socles.personnes.rapprochement",
            "ReponseIns": "segur_socles.personnes.preuves",
            "RoleContact": "segur_socles.personnes.entourage",
            "SansIns": "segur_socles.personnes.rapprochement",
            "Sexe": "segur_socles.personnes.traits",
            "StatutIdentite": "segur_socles.personnes.statuts",
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
            "normaliser": "segur_socles.personnes.lexique",
            "rapprocher": "segur_socles.personnes.rapprochement",
        },
    )
