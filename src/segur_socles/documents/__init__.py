"""Documents as typed contents, and their CDA form."""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = [
    "DLU_2022_01",
    "DLU_2022_01_JDV_2025",
    "EDITIONS",
    "ActeDocumente",
    "ActeurLu",
    "Allergie",
    "AucunConnu",
    "Autonomie",
    "Directive",
    "Dlu",
    "DocumentCda",
    "EditionDocument",
    "Entete",
    "EnteteLu",
    "EtablissementPreference",
    "EtatPersonne",
    "Lateralite",
    "NonRenseigne",
    "Pathologie",
    "PdfDOrigine",
    "PieceJointe",
    "PortageBmr",
    "Quantite",
    "Reaction",
    "Rencontre",
    "Renseigne",
    "StructureLue",
    "Traitement",
    "TroisEtats",
    "Unite",
    "Vaccination",
    "ecrire_dlu",
    "instant_hl7",
    "lire_entete",
    "page_html",
    "pdf_a",
    "pdf_d_origine",
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
    from segur_socles.documents.rendu.origine import PdfDOrigine, pdf_d_origine
    from segur_socles.documents.rendu.page import page_html
    from segur_socles.documents.rendu.pdf import pdf_a
    from segur_socles.documents.renseigne import AucunConnu, NonRenseigne, Renseigne, TroisEtats
else:
    from segur_socles._core.lazy import lazy

    __getattr__, __dir__ = lazy(
        __name__,
        {
            "DLU_2022_01": "segur_socles.documents.editions",
            "DLU_2022_01_JDV_2025": "segur_socles.documents.editions",
            "EDITIONS": "segur_socles.documents.editions",
            "ActeDocumente": "segur_socles.documents.entete",
            "ActeurLu": "segur_socles.documents.cda.lecture",
            "Allergie": "segur_socles.documents.contenu.clinique",
            "AucunConnu": "segur_socles.documents.renseigne",
            "Autonomie": "segur_socles.documents.contenu.etat",
            "Directive": "segur_socles.documents.contenu.clinique",
            "Dlu": "segur_socles.documents.dlu",
            "DocumentCda": "segur_socles.documents.document",
            "EditionDocument": "segur_socles.documents.editions",
            "Entete": "segur_socles.documents.entete",
            "EnteteLu": "segur_socles.documents.cda.lecture",
            "EtablissementPreference": "segur_socles.documents.contenu.pieces",
            "EtatPersonne": "segur_socles.documents.contenu.etat",
            "Lateralite": "segur_socles.documents.contenu.communs",
            "NonRenseigne": "segur_socles.documents.renseigne",
            "Pathologie": "segur_socles.documents.contenu.clinique",
            "PdfDOrigine": "segur_socles.documents.rendu.origine",
            "PieceJointe": "segur_socles.documents.contenu.pieces",
            "PortageBmr": "segur_socles.documents.contenu.etat",
            "Quantite": "segur_socles.documents.contenu.communs",
            "Reaction": "segur_socles.documents.contenu.clinique",
            "Rencontre": "segur_socles.documents.entete",
            "Renseigne": "segur_socles.documents.renseigne",
            "StructureLue": "segur_socles.documents.cda.lecture",
            "Traitement": "segur_socles.documents.contenu.traitement",
            "TroisEtats": "segur_socles.documents.renseigne",
            "Unite": "segur_socles.documents.contenu.communs",
            "Vaccination": "segur_socles.documents.contenu.clinique",
            "ecrire_dlu": "segur_socles.documents.cda.ecriture",
            "instant_hl7": "segur_socles.documents.cda.lecture",
            "lire_entete": "segur_socles.documents.cda.lecture",
            "page_html": "segur_socles.documents.rendu.page",
            "pdf_a": "segur_socles.documents.rendu.pdf",
            "pdf_d_origine": "segur_socles.documents.rendu.origine",
        },
    )
