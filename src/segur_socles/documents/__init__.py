"""Documents as typed contents, and their CDA form."""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = [
    "DLU_2022_01",
    "DLU_2022_01_JDV_2025",
    "DOCUMENTS_DU_SECTEUR",
    "EDITIONS",
    "LDL_EES_2022_01",
    "LDL_SES_2022_01",
    "N1",
    "Acte",
    "ActeDocumente",
    "ActeurLu",
    "Allergie",
    "AucunConnu",
    "Autonomie",
    "ContactPermanent",
    "Destinataire",
    "Directive",
    "DispositifMedical",
    "Dlu",
    "DocumentCda",
    "DocumentDuSecteur",
    "DocumentPdf",
    "EditionDocument",
    "Entete",
    "EnteteLu",
    "EtablissementPreference",
    "EtatPersonne",
    "Lateralite",
    "LettreLiaisonEntree",
    "LettreLiaisonSortie",
    "NatureSuite",
    "NonRenseigne",
    "NoteLiaison",
    "Pathologie",
    "PieceJointe",
    "PortageBmr",
    "Quantite",
    "Reaction",
    "Rencontre",
    "Renseigne",
    "SectionNote",
    "StructureLue",
    "Suite",
    "SyntheseSejour",
    "Traitement",
    "TraitementArrete",
    "TroisEtats",
    "Unite",
    "Vaccination",
    "ecrire_document",
    "instant_hl7",
    "lire_entete",
    "page_html",
    "pdf_a",
]

if TYPE_CHECKING:
    from segur_socles.documents.cda.ecriture import ecrire_document
    from segur_socles.documents.cda.lecture import ActeurLu, EnteteLu, StructureLue, instant_hl7, lire_entete
    from segur_socles.documents.contenu.acte import Acte
    from segur_socles.documents.contenu.clinique import Allergie, Directive, Pathologie, Reaction, Vaccination
    from segur_socles.documents.contenu.communs import Lateralite, Quantite, Unite
    from segur_socles.documents.contenu.dispositif import DispositifMedical
    from segur_socles.documents.contenu.etat import Autonomie, EtatPersonne, PortageBmr
    from segur_socles.documents.contenu.pieces import EtablissementPreference, PieceJointe
    from segur_socles.documents.contenu.sejour import SyntheseSejour
    from segur_socles.documents.contenu.suites import NatureSuite, Suite
    from segur_socles.documents.contenu.traitement import Traitement, TraitementArrete
    from segur_socles.documents.document import DocumentCda
    from segur_socles.documents.editions import (
        DLU_2022_01,
        DLU_2022_01_JDV_2025,
        EDITIONS,
        LDL_EES_2022_01,
        LDL_SES_2022_01,
        N1,
        EditionDocument,
    )
    from segur_socles.documents.entete import ActeDocumente, ContactPermanent, Destinataire, Entete, Rencontre
    from segur_socles.documents.modeles.dlu import Dlu
    from segur_socles.documents.modeles.liaison_entree import LettreLiaisonEntree
    from segur_socles.documents.modeles.liaison_sortie import LettreLiaisonSortie
    from segur_socles.documents.modeles.pdf import DocumentPdf, NoteLiaison, SectionNote
    from segur_socles.documents.rendu.page import page_html
    from segur_socles.documents.rendu.pdf import pdf_a
    from segur_socles.documents.renseigne import AucunConnu, NonRenseigne, Renseigne, TroisEtats
    from segur_socles.documents.secteur import DOCUMENTS_DU_SECTEUR, DocumentDuSecteur
else:
    from segur_socles._core.lazy import lazy

    __getattr__, __dir__ = lazy(
        __name__,
        {
            "DLU_2022_01": "segur_socles.documents.editions",
            "DLU_2022_01_JDV_2025": "segur_socles.documents.editions",
            "DOCUMENTS_DU_SECTEUR": "segur_socles.documents.secteur",
            "EDITIONS": "segur_socles.documents.editions",
            "LDL_EES_2022_01": "segur_socles.documents.editions",
            "LDL_SES_2022_01": "segur_socles.documents.editions",
            "N1": "segur_socles.documents.editions",
            "Acte": "segur_socles.documents.contenu.acte",
            "ActeDocumente": "segur_socles.documents.entete",
            "ActeurLu": "segur_socles.documents.cda.lecture",
            "Allergie": "segur_socles.documents.contenu.clinique",
            "AucunConnu": "segur_socles.documents.renseigne",
            "Autonomie": "segur_socles.documents.contenu.etat",
            "ContactPermanent": "segur_socles.documents.entete",
            "Destinataire": "segur_socles.documents.entete",
            "Directive": "segur_socles.documents.contenu.clinique",
            "DispositifMedical": "segur_socles.documents.contenu.dispositif",
            "Dlu": "segur_socles.documents.modeles.dlu",
            "DocumentCda": "segur_socles.documents.document",
            "DocumentDuSecteur": "segur_socles.documents.secteur",
            "DocumentPdf": "segur_socles.documents.modeles.pdf",
            "EditionDocument": "segur_socles.documents.editions",
            "Entete": "segur_socles.documents.entete",
            "EnteteLu": "segur_socles.documents.cda.lecture",
            "EtablissementPreference": "segur_socles.documents.contenu.pieces",
            "EtatPersonne": "segur_socles.documents.contenu.etat",
            "Lateralite": "segur_socles.documents.contenu.communs",
            "LettreLiaisonEntree": "segur_socles.documents.modeles.liaison_entree",
            "LettreLiaisonSortie": "segur_socles.documents.modeles.liaison_sortie",
            "NatureSuite": "segur_socles.documents.contenu.suites",
            "NonRenseigne": "segur_socles.documents.renseigne",
            "NoteLiaison": "segur_socles.documents.modeles.pdf",
            "Pathologie": "segur_socles.documents.contenu.clinique",
            "PieceJointe": "segur_socles.documents.contenu.pieces",
            "PortageBmr": "segur_socles.documents.contenu.etat",
            "Quantite": "segur_socles.documents.contenu.communs",
            "Reaction": "segur_socles.documents.contenu.clinique",
            "Rencontre": "segur_socles.documents.entete",
            "Renseigne": "segur_socles.documents.renseigne",
            "SectionNote": "segur_socles.documents.modeles.pdf",
            "StructureLue": "segur_socles.documents.cda.lecture",
            "Suite": "segur_socles.documents.contenu.suites",
            "SyntheseSejour": "segur_socles.documents.contenu.sejour",
            "Traitement": "segur_socles.documents.contenu.traitement",
            "TraitementArrete": "segur_socles.documents.contenu.traitement",
            "TroisEtats": "segur_socles.documents.renseigne",
            "Unite": "segur_socles.documents.contenu.communs",
            "Vaccination": "segur_socles.documents.contenu.clinique",
            "ecrire_document": "segur_socles.documents.cda.ecriture",
            "instant_hl7": "segur_socles.documents.cda.lecture",
            "lire_entete": "segur_socles.documents.cda.lecture",
            "page_html": "segur_socles.documents.rendu.page",
            "pdf_a": "segur_socles.documents.rendu.pdf",
        },
    )
