"""Documents as typed contents, and their CDA form."""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = [
    "DLU_2022_01",
    "DLU_2022_01_JDV_2025",
    "DLU_2024",
    "DLU_DOM",
    "EDITIONS",
    "FLUDR_2022_01",
    "FLUDR_2022_01_JDV_2025",
    "FLUDR_DOM",
    "FLUDT_2022_01",
    "FLUDT_2022_01_JDV_2025",
    "FLUDT_DOM",
    "FR_SU_2025_01",
    "FT_SU_2025_01",
    "Acte",
    "ActeDocumente",
    "ActeLu",
    "ActeurLu",
    "Affirmation",
    "AideDomicile",
    "Allergie",
    "AllergieLu",
    "AucunConnu",
    "Autonomie",
    "CdaLu",
    "CelluleLue",
    "CodeLu",
    "Conscience",
    "Constante",
    "ConstatDocument",
    "ContactPermanent",
    "ContexteProbleme",
    "ContexteTraitement",
    "CorpsLu",
    "Destinataire",
    "Destination",
    "Directive",
    "DirectiveLu",
    "DispositifLu",
    "Dlu",
    "DocumentCda",
    "Domicile",
    "Douleur",
    "EditionDocument",
    "EffetIndesirableLu",
    "ElementLu",
    "Emplacement",
    "Entete",
    "EnteteLu",
    "EtablissementPreference",
    "Etape",
    "EtatPartie",
    "EtatPersonne",
    "EtatSection",
    "FicheRetourUrgences",
    "FicheTransfertUrgences",
    "InformesRetour",
    "InformesTransfert",
    "IntervalleLu",
    "Lateralite",
    "LieuLu",
    "ModeleLu",
    "NonRenseigne",
    "ObjetPersonnel",
    "ObservationLu",
    "Partie",
    "Pathologie",
    "PdfDOrigine",
    "PeriodeLue",
    "PersonneLue",
    "PieceJointe",
    "PieceLue",
    "PieceRetour",
    "PortageBmr",
    "PriseLue",
    "ProblemeLu",
    "ProduitLu",
    "ProfilDlu",
    "Quantite",
    "QuantiteLue",
    "RapportValidation",
    "Reaction",
    "ReactionLue",
    "ReferenceLue",
    "ReglesOfficielles",
    "ReleveConstantes",
    "Rencontre",
    "Renseigne",
    "ResultatLu",
    "RetourVers",
    "RoleLu",
    "SectionLue",
    "SigneVitalLu",
    "StructureLue",
    "TelecomLu",
    "Traitement",
    "TraitementLu",
    "TraitementPris",
    "TroisEtats",
    "Unite",
    "Vaccination",
    "VaccinationLu",
    "completude",
    "ecrire_document",
    "instant_hl7",
    "jour_hl7",
    "lire_document",
    "lire_entete",
    "page_html",
    "pdf_a",
    "pdf_d_origine",
    "valider",
]

if TYPE_CHECKING:
    from segur_socles.documents.cda.ecriture import ecrire_document
    from segur_socles.documents.cda.lecture import ActeurLu, EnteteLu, StructureLue, instant_hl7, lire_entete
    from segur_socles.documents.completude import EtatPartie, Partie, ProfilDlu, completude
    from segur_socles.documents.contenu.acte import Acte
    from segur_socles.documents.contenu.clinique import Allergie, Directive, Pathologie, Reaction, Vaccination
    from segur_socles.documents.contenu.communs import Lateralite, Quantite, Unite
    from segur_socles.documents.contenu.constantes import Constante, ReleveConstantes
    from segur_socles.documents.contenu.domicile import AideDomicile, Domicile
    from segur_socles.documents.contenu.etat import Autonomie, EtatPersonne, PortageBmr
    from segur_socles.documents.contenu.objets import Emplacement, ObjetPersonnel
    from segur_socles.documents.contenu.pieces import EtablissementPreference, PieceJointe, PieceRetour
    from segur_socles.documents.contenu.traitement import Traitement, TraitementPris
    from segur_socles.documents.contenu.urgences import (
        Conscience,
        Destination,
        Douleur,
        InformesRetour,
        InformesTransfert,
        RetourVers,
    )
    from segur_socles.documents.document import DocumentCda
    from segur_socles.documents.editions import (
        DLU_2022_01,
        DLU_2022_01_JDV_2025,
        DLU_2024,
        DLU_DOM,
        EDITIONS,
        FLUDR_2022_01,
        FLUDR_2022_01_JDV_2025,
        FLUDR_DOM,
        FLUDT_2022_01,
        FLUDT_2022_01_JDV_2025,
        FLUDT_DOM,
        FR_SU_2025_01,
        FT_SU_2025_01,
        EditionDocument,
    )
    from segur_socles.documents.entete import ActeDocumente, ContactPermanent, Destinataire, Entete, Rencontre
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
    from segur_socles.documents.modeles.dlu import Dlu
    from segur_socles.documents.modeles.retour import FicheRetourUrgences
    from segur_socles.documents.modeles.transfert import FicheTransfertUrgences
    from segur_socles.documents.rendu.modele import EtatSection
    from segur_socles.documents.rendu.origine import PdfDOrigine, pdf_d_origine
    from segur_socles.documents.rendu.page import page_html
    from segur_socles.documents.rendu.pdf import pdf_a
    from segur_socles.documents.renseigne import AucunConnu, NonRenseigne, Renseigne, TroisEtats
    from segur_socles.documents.validation.officielles import ReglesOfficielles
    from segur_socles.documents.validation.rapport import ConstatDocument, Etape, RapportValidation
    from segur_socles.documents.validation.valider import valider
else:
    from segur_socles._core.lazy import lazy

    __getattr__, __dir__ = lazy(
        __name__,
        {
            "Acte": "segur_socles.documents.contenu.acte",
            "ActeDocumente": "segur_socles.documents.entete",
            "ActeLu": "segur_socles.documents.lecture.actes",
            "ActeurLu": "segur_socles.documents.cda.lecture",
            "Affirmation": "segur_socles.documents.lecture.elements",
            "AideDomicile": "segur_socles.documents.contenu.domicile",
            "Allergie": "segur_socles.documents.contenu.clinique",
            "AllergieLu": "segur_socles.documents.lecture.allergies",
            "AucunConnu": "segur_socles.documents.renseigne",
            "Autonomie": "segur_socles.documents.contenu.etat",
            "CdaLu": "segur_socles.documents.lecture.document",
            "CelluleLue": "segur_socles.documents.lecture.renvois",
            "CodeLu": "segur_socles.documents.lecture.valeurs",
            "Conscience": "segur_socles.documents.contenu.urgences",
            "Constante": "segur_socles.documents.contenu.constantes",
            "ConstatDocument": "segur_socles.documents.validation.rapport",
            "ContactPermanent": "segur_socles.documents.entete",
            "ContexteProbleme": "segur_socles.documents.lecture.problemes",
            "ContexteTraitement": "segur_socles.documents.lecture.traitements",
            "CorpsLu": "segur_socles.documents.lecture.pieces",
            "DLU_2022_01": "segur_socles.documents.editions",
            "DLU_2022_01_JDV_2025": "segur_socles.documents.editions",
            "DLU_2024": "segur_socles.documents.editions",
            "DLU_DOM": "segur_socles.documents.editions",
            "Destinataire": "segur_socles.documents.entete",
            "Destination": "segur_socles.documents.contenu.urgences",
            "Directive": "segur_socles.documents.contenu.clinique",
            "DirectiveLu": "segur_socles.documents.lecture.observations",
            "DispositifLu": "segur_socles.documents.lecture.dispositifs",
            "Dlu": "segur_socles.documents.modeles.dlu",
            "DocumentCda": "segur_socles.documents.document",
            "Domicile": "segur_socles.documents.contenu.domicile",
            "Douleur": "segur_socles.documents.contenu.urgences",
            "EDITIONS": "segur_socles.documents.editions",
            "EditionDocument": "segur_socles.documents.editions",
            "EffetIndesirableLu": "segur_socles.documents.lecture.allergies",
            "ElementLu": "segur_socles.documents.lecture.elements",
            "Emplacement": "segur_socles.documents.contenu.objets",
            "Entete": "segur_socles.documents.entete",
            "EnteteLu": "segur_socles.documents.cda.lecture",
            "EtablissementPreference": "segur_socles.documents.contenu.pieces",
            "Etape": "segur_socles.documents.validation.rapport",
            "EtatPartie": "segur_socles.documents.completude",
            "EtatPersonne": "segur_socles.documents.contenu.etat",
            "EtatSection": "segur_socles.documents.rendu.modele",
            "FLUDR_2022_01": "segur_socles.documents.editions",
            "FLUDR_2022_01_JDV_2025": "segur_socles.documents.editions",
            "FLUDR_DOM": "segur_socles.documents.editions",
            "FLUDT_2022_01": "segur_socles.documents.editions",
            "FLUDT_2022_01_JDV_2025": "segur_socles.documents.editions",
            "FLUDT_DOM": "segur_socles.documents.editions",
            "FR_SU_2025_01": "segur_socles.documents.editions",
            "FT_SU_2025_01": "segur_socles.documents.editions",
            "FicheRetourUrgences": "segur_socles.documents.modeles.retour",
            "FicheTransfertUrgences": "segur_socles.documents.modeles.transfert",
            "InformesRetour": "segur_socles.documents.contenu.urgences",
            "InformesTransfert": "segur_socles.documents.contenu.urgences",
            "IntervalleLu": "segur_socles.documents.lecture.valeurs",
            "Lateralite": "segur_socles.documents.contenu.communs",
            "LieuLu": "segur_socles.documents.lecture.actes",
            "ModeleLu": "segur_socles.documents.lecture.modeles",
            "NonRenseigne": "segur_socles.documents.renseigne",
            "ObjetPersonnel": "segur_socles.documents.contenu.objets",
            "ObservationLu": "segur_socles.documents.lecture.observations",
            "Partie": "segur_socles.documents.completude",
            "Pathologie": "segur_socles.documents.contenu.clinique",
            "PdfDOrigine": "segur_socles.documents.rendu.origine",
            "PeriodeLue": "segur_socles.documents.lecture.valeurs",
            "PersonneLue": "segur_socles.documents.lecture.personnes",
            "PieceJointe": "segur_socles.documents.contenu.pieces",
            "PieceLue": "segur_socles.documents.lecture.pieces",
            "PieceRetour": "segur_socles.documents.contenu.pieces",
            "PortageBmr": "segur_socles.documents.contenu.etat",
            "PriseLue": "segur_socles.documents.lecture.traitements",
            "ProblemeLu": "segur_socles.documents.lecture.problemes",
            "ProduitLu": "segur_socles.documents.lecture.traitements",
            "ProfilDlu": "segur_socles.documents.completude",
            "Quantite": "segur_socles.documents.contenu.communs",
            "QuantiteLue": "segur_socles.documents.lecture.valeurs",
            "RapportValidation": "segur_socles.documents.validation.rapport",
            "Reaction": "segur_socles.documents.contenu.clinique",
            "ReactionLue": "segur_socles.documents.lecture.allergies",
            "ReferenceLue": "segur_socles.documents.lecture.resultats",
            "ReglesOfficielles": "segur_socles.documents.validation.officielles",
            "ReleveConstantes": "segur_socles.documents.contenu.constantes",
            "Rencontre": "segur_socles.documents.entete",
            "Renseigne": "segur_socles.documents.renseigne",
            "ResultatLu": "segur_socles.documents.lecture.resultats",
            "RetourVers": "segur_socles.documents.contenu.urgences",
            "RoleLu": "segur_socles.documents.lecture.personnes",
            "SectionLue": "segur_socles.documents.lecture.sections",
            "SigneVitalLu": "segur_socles.documents.lecture.observations",
            "StructureLue": "segur_socles.documents.cda.lecture",
            "TelecomLu": "segur_socles.documents.lecture.personnes",
            "Traitement": "segur_socles.documents.contenu.traitement",
            "TraitementLu": "segur_socles.documents.lecture.traitements",
            "TraitementPris": "segur_socles.documents.contenu.traitement",
            "TroisEtats": "segur_socles.documents.renseigne",
            "Unite": "segur_socles.documents.contenu.communs",
            "Vaccination": "segur_socles.documents.contenu.clinique",
            "VaccinationLu": "segur_socles.documents.lecture.vaccinations",
            "completude": "segur_socles.documents.completude",
            "ecrire_document": "segur_socles.documents.cda.ecriture",
            "instant_hl7": "segur_socles.documents.cda.lecture",
            "jour_hl7": "segur_socles.documents.lecture.valeurs",
            "lire_document": "segur_socles.documents.lecture.document",
            "lire_entete": "segur_socles.documents.cda.lecture",
            "page_html": "segur_socles.documents.rendu.page",
            "pdf_a": "segur_socles.documents.rendu.pdf",
            "pdf_d_origine": "segur_socles.documents.rendu.origine",
            "valider": "segur_socles.documents.validation.valider",
        },
    )
