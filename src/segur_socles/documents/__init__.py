"""Documents as typed contents, and their CDA form."""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = [
    "Acte",
    "ActeDocumente",
    "ActeurLu",
    "AideDomicile",
    "Allergie",
    "AucunConnu",
    "Autonomie",
    "Conscience",
    "Constante",
    "ConstatDocument",
    "ContactPermanent",
    "DLU_2022_01",
    "DLU_2022_01_JDV_2025",
    "DLU_2024",
    "DLU_DOM",
    "Destinataire",
    "Destination",
    "Directive",
    "Dlu",
    "DocumentCda",
    "Domicile",
    "Douleur",
    "EDITIONS",
    "EditionDocument",
    "Emplacement",
    "Entete",
    "EnteteLu",
    "EtablissementPreference",
    "Etape",
    "EtatPartie",
    "EtatPersonne",
    "FLUDR_2022_01",
    "FLUDR_2022_01_JDV_2025",
    "FLUDR_DOM",
    "FLUDT_2022_01",
    "FLUDT_2022_01_JDV_2025",
    "FLUDT_DOM",
    "FR_SU_2025_01",
    "FT_SU_2025_01",
    "FicheRetourUrgences",
    "FicheTransfertUrgences",
    "InformesRetour",
    "InformesTransfert",
    "Lateralite",
    "NonRenseigne",
    "ObjetPersonnel",
    "Partie",
    "Pathologie",
    "PieceJointe",
    "PieceRetour",
    "PortageBmr",
    "ProfilDlu",
    "Quantite",
    "RapportValidation",
    "Reaction",
    "ReglesOfficielles",
    "ReleveConstantes",
    "Rencontre",
    "Renseigne",
    "RetourVers",
    "StructureLue",
    "Traitement",
    "TraitementPris",
    "TroisEtats",
    "Unite",
    "Vaccination",
    "completude",
    "ecrire_document",
    "instant_hl7",
    "lire_entete",
    "page_html",
    "pdf_a",
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
    from segur_socles.documents.contenu.urgences import Conscience, Destination, Douleur, InformesRetour, InformesTransfert, RetourVers
    from segur_socles.documents.document import DocumentCda
    from segur_socles.documents.editions import DLU_2022_01, DLU_2022_01_JDV_2025, DLU_2024, DLU_DOM, EDITIONS, EditionDocument, FLUDR_2022_01, FLUDR_2022_01_JDV_2025, FLUDR_DOM, FLUDT_2022_01, FLUDT_2022_01_JDV_2025, FLUDT_DOM, FR_SU_2025_01, FT_SU_2025_01
    from segur_socles.documents.entete import ActeDocumente, ContactPermanent, Destinataire, Entete, Rencontre
    from segur_socles.documents.modeles.dlu import Dlu
    from segur_socles.documents.modeles.retour import FicheRetourUrgences
    from segur_socles.documents.modeles.transfert import FicheTransfertUrgences
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
            "ActeurLu": "segur_socles.documents.cda.lecture",
            "AideDomicile": "segur_socles.documents.contenu.domicile",
            "Allergie": "segur_socles.documents.contenu.clinique",
            "AucunConnu": "segur_socles.documents.renseigne",
            "Autonomie": "segur_socles.documents.contenu.etat",
            "Conscience": "segur_socles.documents.contenu.urgences",
            "Constante": "segur_socles.documents.contenu.constantes",
            "ConstatDocument": "segur_socles.documents.validation.rapport",
            "ContactPermanent": "segur_socles.documents.entete",
            "DLU_2022_01": "segur_socles.documents.editions",
            "DLU_2022_01_JDV_2025": "segur_socles.documents.editions",
            "DLU_2024": "segur_socles.documents.editions",
            "DLU_DOM": "segur_socles.documents.editions",
            "Destinataire": "segur_socles.documents.entete",
            "Destination": "segur_socles.documents.contenu.urgences",
            "Directive": "segur_socles.documents.contenu.clinique",
            "Dlu": "segur_socles.documents.modeles.dlu",
            "DocumentCda": "segur_socles.documents.document",
            "Domicile": "segur_socles.documents.contenu.domicile",
            "Douleur": "segur_socles.documents.contenu.urgences",
            "EDITIONS": "segur_socles.documents.editions",
            "EditionDocument": "segur_socles.documents.editions",
            "Emplacement": "segur_socles.documents.contenu.objets",
            "Entete": "segur_socles.documents.entete",
            "EnteteLu": "segur_socles.documents.cda.lecture",
            "EtablissementPreference": "segur_socles.documents.contenu.pieces",
            "Etape": "segur_socles.documents.validation.rapport",
            "EtatPartie": "segur_socles.documents.completude",
            "EtatPersonne": "segur_socles.documents.contenu.etat",
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
            "Lateralite": "segur_socles.documents.contenu.communs",
            "NonRenseigne": "segur_socles.documents.renseigne",
            "ObjetPersonnel": "segur_socles.documents.contenu.objets",
            "Partie": "segur_socles.documents.completude",
            "Pathologie": "segur_socles.documents.contenu.clinique",
            "PieceJointe": "segur_socles.documents.contenu.pieces",
            "PieceRetour": "segur_socles.documents.contenu.pieces",
            "PortageBmr": "segur_socles.documents.contenu.etat",
            "ProfilDlu": "segur_socles.documents.completude",
            "Quantite": "segur_socles.documents.contenu.communs",
            "RapportValidation": "segur_socles.documents.validation.rapport",
            "Reaction": "segur_socles.documents.contenu.clinique",
            "ReglesOfficielles": "segur_socles.documents.validation.officielles",
            "ReleveConstantes": "segur_socles.documents.contenu.constantes",
            "Rencontre": "segur_socles.documents.entete",
            "Renseigne": "segur_socles.documents.renseigne",
            "RetourVers": "segur_socles.documents.contenu.urgences",
            "StructureLue": "segur_socles.documents.cda.lecture",
            "Traitement": "segur_socles.documents.contenu.traitement",
            "TraitementPris": "segur_socles.documents.contenu.traitement",
            "TroisEtats": "segur_socles.documents.renseigne",
            "Unite": "segur_socles.documents.contenu.communs",
            "Vaccination": "segur_socles.documents.contenu.clinique",
            "completude": "segur_socles.documents.completude",
            "ecrire_document": "segur_socles.documents.cda.ecriture",
            "instant_hl7": "segur_socles.documents.cda.lecture",
            "lire_entete": "segur_socles.documents.cda.lecture",
            "page_html": "segur_socles.documents.rendu.page",
            "pdf_a": "segur_socles.documents.rendu.pdf",
            "valider": "segur_socles.documents.validation.valider",
        },
    )
