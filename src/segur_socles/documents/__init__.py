"""Documents as typed contents, and their CDA form."""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = [
    "DLU_2022_01",
    "DLU_2022_01_JDV_2025",
    "EDITIONS",
    "ActeDocumente",
    "ActeLu",
    "ActeurLu",
    "Affirmation",
    "Allergie",
    "AllergieLu",
    "AucunConnu",
    "Autonomie",
    "CdaLu",
    "CelluleLue",
    "CodeLu",
    "ContexteProbleme",
    "ContexteTraitement",
    "CorpsLu",
    "Directive",
    "DirectiveLu",
    "DispositifLu",
    "Dlu",
    "DocumentCda",
    "EditionDocument",
    "EffetIndesirableLu",
    "ElementLu",
    "Entete",
    "EnteteLu",
    "EtablissementPreference",
    "EtatPersonne",
    "EtatSection",
    "IntervalleLu",
    "Lateralite",
    "LieuLu",
    "ModeleLu",
    "NonRenseigne",
    "ObservationLu",
    "Pathologie",
    "PeriodeLue",
    "PersonneLue",
    "PieceJointe",
    "PieceLue",
    "PortageBmr",
    "PriseLue",
    "ProblemeLu",
    "ProduitLu",
    "Quantite",
    "QuantiteLue",
    "Reaction",
    "ReactionLue",
    "ReferenceLue",
    "Rencontre",
    "Renseigne",
    "ResultatLu",
    "RoleLu",
    "SectionLue",
    "SigneVitalLu",
    "StructureLue",
    "TelecomLu",
    "Traitement",
    "TraitementLu",
    "TroisEtats",
    "Unite",
    "Vaccination",
    "VaccinationLu",
    "ecrire_dlu",
    "instant_hl7",
    "jour_hl7",
    "lire_document",
    "lire_entete",
    "page_html",
    "pdf_a",
]

if TYPE_CHECKING:
    from segur_socles.documents.cda.ecriture import ecrire_dlu
    from segur_socles.documents.cda.lecture import ActeurLu, EnteteLu, StructureLue, instant_hl7, lire_entete
    from segur_socles.documents.contenu.clinique import Allergie, Directive, Pathologie, Reaction, Vaccination
    from segur_socles.documents.contenu.communs import Lateralite, Quantite, Unite
    from segur_socles.documents.contenu.etat import Autonomie, EtatPersonne, PortageBmr
    from segur_socles.documents.contenu.pieces import EtablissementPreference, PieceJointe
    from segur_socles.documents.contenu.traitement import Traitement
    from segur_socles.documents.dlu import Dlu
    from segur_socles.documents.document import DocumentCda
    from segur_socles.documents.editions import DLU_2022_01, DLU_2022_01_JDV_2025, EDITIONS, EditionDocument
    from segur_socles.documents.entete import ActeDocumente, Entete, Rencontre
    from segur_socles.documents.lecture.actes import ActeLu, LieuLu
    from segur_socles.documents.lecture.allergies import AllergieLu, EffetIndesirableLu, ReactionLue
    from segur_socles.documents.lecture.dispositifs import DispositifLu
    from segur_socles.documents.lecture.document import CdaLu, lire_document
    from segur_socles.documents.lecture.elements import Affirmation, ElementLu
    from segur_socles.documents.lecture.modeles import ModeleLu
    from segur_socles.documents.lecture.observations import DirectiveLu, ObservationLu, SigneVitalLu
    from segur_socles.documents.lecture.personnes import PersonneLue, RoleLu, TelecomLu
    from segur_socles.documents.lecture.pieces import CorpsLu, PieceLue
    from segur_socles.documents.lecture.problemes import ContexteProbleme, ProblemeLu
    from segur_socles.documents.lecture.renvois import CelluleLue
    from segur_socles.documents.lecture.resultats import ReferenceLue, ResultatLu
    from segur_socles.documents.lecture.sections import SectionLue
    from segur_socles.documents.lecture.traitements import ContexteTraitement, PriseLue, ProduitLu, TraitementLu
    from segur_socles.documents.lecture.vaccinations import VaccinationLu
    from segur_socles.documents.lecture.valeurs import CodeLu, IntervalleLu, PeriodeLue, QuantiteLue, jour_hl7
    from segur_socles.documents.rendu.modele import EtatSection
    from segur_socles.documents.rendu.page import page_html
    from segur_socles.documents.rendu.pdf import pdf_a
    from segur_socles.documents.renseigne import AucunConnu, NonRenseigne, Renseigne, TroisEtats
else:
    from segur_socles._core.lazy import lazy

    __getattr__, __dir__ = lazy(
        __name__,
        {
            "ActeDocumente": "segur_socles.documents.entete",
            "ActeLu": "segur_socles.documents.lecture.actes",
            "ActeurLu": "segur_socles.documents.cda.lecture",
            "Affirmation": "segur_socles.documents.lecture.elements",
            "Allergie": "segur_socles.documents.contenu.clinique",
            "AllergieLu": "segur_socles.documents.lecture.allergies",
            "AucunConnu": "segur_socles.documents.renseigne",
            "Autonomie": "segur_socles.documents.contenu.etat",
            "CdaLu": "segur_socles.documents.lecture.document",
            "CelluleLue": "segur_socles.documents.lecture.renvois",
            "CodeLu": "segur_socles.documents.lecture.valeurs",
            "ContexteProbleme": "segur_socles.documents.lecture.problemes",
            "ContexteTraitement": "segur_socles.documents.lecture.traitements",
            "CorpsLu": "segur_socles.documents.lecture.pieces",
            "DLU_2022_01": "segur_socles.documents.editions",
            "DLU_2022_01_JDV_2025": "segur_socles.documents.editions",
            "Directive": "segur_socles.documents.contenu.clinique",
            "DirectiveLu": "segur_socles.documents.lecture.observations",
            "DispositifLu": "segur_socles.documents.lecture.dispositifs",
            "Dlu": "segur_socles.documents.dlu",
            "DocumentCda": "segur_socles.documents.document",
            "EDITIONS": "segur_socles.documents.editions",
            "EditionDocument": "segur_socles.documents.editions",
            "EffetIndesirableLu": "segur_socles.documents.lecture.allergies",
            "ElementLu": "segur_socles.documents.lecture.elements",
            "Entete": "segur_socles.documents.entete",
            "EnteteLu": "segur_socles.documents.cda.lecture",
            "EtablissementPreference": "segur_socles.documents.contenu.pieces",
            "EtatPersonne": "segur_socles.documents.contenu.etat",
            "EtatSection": "segur_socles.documents.rendu.modele",
            "IntervalleLu": "segur_socles.documents.lecture.valeurs",
            "Lateralite": "segur_socles.documents.contenu.communs",
            "LieuLu": "segur_socles.documents.lecture.actes",
            "ModeleLu": "segur_socles.documents.lecture.modeles",
            "NonRenseigne": "segur_socles.documents.renseigne",
            "ObservationLu": "segur_socles.documents.lecture.observations",
            "Pathologie": "segur_socles.documents.contenu.clinique",
            "PeriodeLue": "segur_socles.documents.lecture.valeurs",
            "PersonneLue": "segur_socles.documents.lecture.personnes",
            "PieceJointe": "segur_socles.documents.contenu.pieces",
            "PieceLue": "segur_socles.documents.lecture.pieces",
            "PortageBmr": "segur_socles.documents.contenu.etat",
            "PriseLue": "segur_socles.documents.lecture.traitements",
            "ProblemeLu": "segur_socles.documents.lecture.problemes",
            "ProduitLu": "segur_socles.documents.lecture.traitements",
            "Quantite": "segur_socles.documents.contenu.communs",
            "QuantiteLue": "segur_socles.documents.lecture.valeurs",
            "Reaction": "segur_socles.documents.contenu.clinique",
            "ReactionLue": "segur_socles.documents.lecture.allergies",
            "ReferenceLue": "segur_socles.documents.lecture.resultats",
            "Rencontre": "segur_socles.documents.entete",
            "Renseigne": "segur_socles.documents.renseigne",
            "ResultatLu": "segur_socles.documents.lecture.resultats",
            "RoleLu": "segur_socles.documents.lecture.personnes",
            "SectionLue": "segur_socles.documents.lecture.sections",
            "SigneVitalLu": "segur_socles.documents.lecture.observations",
            "StructureLue": "segur_socles.documents.cda.lecture",
            "TelecomLu": "segur_socles.documents.lecture.personnes",
            "Traitement": "segur_socles.documents.contenu.traitement",
            "TraitementLu": "segur_socles.documents.lecture.traitements",
            "TroisEtats": "segur_socles.documents.renseigne",
            "Unite": "segur_socles.documents.contenu.communs",
            "Vaccination": "segur_socles.documents.contenu.clinique",
            "VaccinationLu": "segur_socles.documents.lecture.vaccinations",
            "ecrire_dlu": "segur_socles.documents.cda.ecriture",
            "instant_hl7": "segur_socles.documents.cda.lecture",
            "jour_hl7": "segur_socles.documents.lecture.valeurs",
            "lire_document": "segur_socles.documents.lecture.document",
            "lire_entete": "segur_socles.documents.cda.lecture",
            "page_html": "segur_socles.documents.rendu.page",
            "pdf_a": "segur_socles.documents.rendu.pdf",
        },
    )
