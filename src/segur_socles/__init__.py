"""Typed clients of the Ségur socle services: INSi, DMP, MSSanté and its directory, Pro Santé Connect.

Every name is imported on first use, so that ``import segur_socles`` costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__version__ = "0.1.0"

__all__ = [
    "Accuse",
    "AccuseRecu",
    "ActeSocle",
    "Acteur",
    "ActiviteUnique",
    "ActivitesMultiples",
    "AlimentationRefusee",
    "ArchiveLue",
    "ArchiveRefusee",
    "AsyncSegur",
    "AsyncSession",
    "Autorisation",
    "AvisDeRemise",
    "BoiteConnue",
    "BoiteInconnue",
    "BoiteStructure",
    "CandidatsMultiples",
    "CdaLu",
    "ClientPsc",
    "Configuration",
    "ConnexionNonAboutie",
    "ConsultationRefusee",
    "ContratVerification",
    "ControleIdentite",
    "CourrierReleve",
    "CriteresDmp",
    "DatamatrixIns",
    "DemandeConnexion",
    "Dlu",
    "DmpFerme",
    "DmpInexistant",
    "DmpOuvert",
    "DocumentCda",
    "DocumentDmp",
    "DocumentLu",
    "DocumentPdf",
    "DocumentRecu",
    "DocumentsTrouves",
    "Emplacement",
    "Entete",
    "Environment",
    "EnvoiNonAutorise",
    "EnvoiRefuse",
    "ErreurIntegration",
    "FicheRetourUrgences",
    "FicheTransfertUrgences",
    "Identite",
    "IdentiteQualifiee",
    "InsAbsente",
    "InsConfirmee",
    "InsDiscordante",
    "InsIncomplete",
    "InsInfirmee",
    "InsMultiple",
    "InsScannee",
    "InsTrouvee",
    "IssueAccuse",
    "JsonLinesSink",
    "LecteurVitale",
    "LectureVitale",
    "LettreLiaisonEntree",
    "LettreLiaisonSortie",
    "ListeAnnuaire",
    "Logiciel",
    "LotDeSoumission",
    "MatriculeVitale",
    "MemorySink",
    "MessageEnvoye",
    "MessagePret",
    "MessageRecu",
    "ModeInsi",
    "Motif",
    "Nature",
    "NoteLiaison",
    "NullSink",
    "PaquetInsi",
    "PortageJeton",
    "Professionnel",
    "ProfessionnelAbsent",
    "ProfessionnelTrouve",
    "ProfilDlu",
    "PscInsi",
    "RedactingFilter",
    "Sandbox",
    "SansActivite",
    "SansIns",
    "Secret",
    "Segur",
    "Session",
    "SessionPsc",
    "Sexe",
    "Structure",
    "StructureAbsente",
    "StructureTrouvee",
    "SyntheseMedicale",
    "TraceSink",
    "Trait",
    "TraitsIdentite",
    "Trousseau",
    "UsagerInconnu",
    "UsagerReconnu",
    "VerificationInconnue",
    "adresse_citoyenne",
    "completude",
    "ecrire_document",
    "ecrire_xdm",
    "errors",
    "lire_document",
    "lire_ins_image",
    "lire_ins_scannee",
    "lire_message",
    "lire_profil",
    "lire_xdm",
    "page_html",
    "pdf_a",
    "pdf_d_origine",
    "rapprocher",
    "valider",
    "verifier_base",
]

if TYPE_CHECKING:
    from segur_socles import errors
    from segur_socles._core.redact import RedactingFilter
    from segur_socles.config.environment import Environment, Nature
    from segur_socles.config.logiciel import Logiciel
    from segur_socles.credentials.client_psc import ClientPsc
    from segur_socles.credentials.configuration import Configuration
    from segur_socles.credentials.profil import lire_profil
    from segur_socles.credentials.secret import Secret
    from segur_socles.credentials.trousseau import Trousseau
    from segur_socles.dmp.lecture_types import (
        ConsultationRefusee,
        CriteresDmp,
        DocumentDmp,
        DocumentLu,
        DocumentsTrouves,
    )
    from segur_socles.dmp.lot_de_soumission import LotDeSoumission
    from segur_socles.dmp.types import Accuse, AlimentationRefusee, DmpFerme, DmpInexistant, DmpOuvert
    from segur_socles.documents.cda.ecriture import ecrire_document
    from segur_socles.documents.completude import ProfilDlu, completude
    from segur_socles.documents.document import DocumentCda
    from segur_socles.documents.entete import Entete
    from segur_socles.documents.lecture.document import CdaLu, lire_document
    from segur_socles.documents.modeles.dlu import Dlu
    from segur_socles.documents.modeles.liaison_entree import LettreLiaisonEntree
    from segur_socles.documents.modeles.liaison_sortie import LettreLiaisonSortie
    from segur_socles.documents.modeles.pdf import DocumentPdf, NoteLiaison
    from segur_socles.documents.modeles.retour import FicheRetourUrgences
    from segur_socles.documents.modeles.synthese import SyntheseMedicale
    from segur_socles.documents.modeles.transfert import FicheTransfertUrgences
    from segur_socles.documents.rendu.origine import pdf_d_origine
    from segur_socles.documents.rendu.page import page_html
    from segur_socles.documents.rendu.pdf import pdf_a
    from segur_socles.documents.validation.valider import valider
    from segur_socles.ins.base.verification import verifier_base
    from segur_socles.ins.contrat_verification import ContratVerification
    from segur_socles.ins.paquet import PaquetInsi
    from segur_socles.ins.psc import PortageJeton, PscInsi
    from segur_socles.ins.types import InsAbsente, InsMultiple, InsTrouvee
    from segur_socles.ins.verification import InsConfirmee, InsInfirmee, VerificationInconnue
    from segur_socles.ins.vitale import LecteurVitale, LectureVitale, MatriculeVitale
    from segur_socles.mss.annuaire.types import (
        BoiteConnue,
        BoiteInconnue,
        ListeAnnuaire,
        ProfessionnelAbsent,
        ProfessionnelTrouve,
        StructureAbsente,
        StructureTrouvee,
    )
    from segur_socles.mss.codes import ErreurIntegration, IssueAccuse
    from segur_socles.mss.lecture import lire_message
    from segur_socles.mss.types import (
        AccuseRecu,
        AvisDeRemise,
        CourrierReleve,
        Emplacement,
        EnvoiNonAutorise,
        EnvoiRefuse,
        MessageEnvoye,
        MessagePret,
        MessageRecu,
    )
    from segur_socles.personnes.adresses_mss import adresse_citoyenne
    from segur_socles.personnes.autorisation import ActeSocle, Autorisation
    from segur_socles.personnes.boite import BoiteStructure
    from segur_socles.personnes.datamatrix.ecriture import DatamatrixIns
    from segur_socles.personnes.datamatrix.image import lire_ins_image
    from segur_socles.personnes.datamatrix.lecture import lire_ins_scannee
    from segur_socles.personnes.datamatrix.scannee import InsScannee
    from segur_socles.personnes.identite import ControleIdentite, Identite, IdentiteQualifiee
    from segur_socles.personnes.professionnel import Acteur, Motif, Professionnel
    from segur_socles.personnes.rapprochement import (
        CandidatsMultiples,
        InsDiscordante,
        InsIncomplete,
        SansIns,
        UsagerInconnu,
        UsagerReconnu,
        rapprocher,
    )
    from segur_socles.personnes.structure import Structure
    from segur_socles.personnes.traits import Sexe, Trait, TraitsIdentite
    from segur_socles.psc.types import (
        ActivitesMultiples,
        ActiviteUnique,
        ConnexionNonAboutie,
        DemandeConnexion,
        SansActivite,
        SessionPsc,
    )
    from segur_socles.sandbox.sandbox import Sandbox
    from segur_socles.segur.acces import ModeInsi
    from segur_socles.segur.facade import AsyncSegur, Segur
    from segur_socles.segur.session import AsyncSession, Session
    from segur_socles.trace.sinks import JsonLinesSink, MemorySink, NullSink, TraceSink
    from segur_socles.xds.xdm import ecrire_xdm
    from segur_socles.xds.xdm_lecture import ArchiveLue, ArchiveRefusee, DocumentRecu, lire_xdm
else:
    from segur_socles._core.lazy import lazy

    __getattr__, __dir__ = lazy(
        __name__,
        {
            "ProfilDlu": "segur_socles.documents.completude",
            "valider": "segur_socles.documents.validation.valider",
            "completude": "segur_socles.documents.completude",
            "SyntheseMedicale": "segur_socles.documents.modeles.synthese",
            "Accuse": "segur_socles.dmp.types",
            "AccuseRecu": "segur_socles.mss.types",
            "ActeSocle": "segur_socles.personnes.autorisation",
            "Acteur": "segur_socles.personnes.professionnel",
            "ActiviteUnique": "segur_socles.psc.types",
            "ActivitesMultiples": "segur_socles.psc.types",
            "AlimentationRefusee": "segur_socles.dmp.types",
            "ArchiveLue": "segur_socles.xds.xdm_lecture",
            "ArchiveRefusee": "segur_socles.xds.xdm_lecture",
            "AsyncSegur": "segur_socles.segur.facade",
            "AsyncSession": "segur_socles.segur.session",
            "Autorisation": "segur_socles.personnes.autorisation",
            "AvisDeRemise": "segur_socles.mss.types",
            "BoiteConnue": "segur_socles.mss.annuaire.types",
            "BoiteInconnue": "segur_socles.mss.annuaire.types",
            "BoiteStructure": "segur_socles.personnes.boite",
            "CandidatsMultiples": "segur_socles.personnes.rapprochement",
            "ClientPsc": "segur_socles.credentials.client_psc",
            "Configuration": "segur_socles.credentials.configuration",
            "ConnexionNonAboutie": "segur_socles.psc.types",
            "ConsultationRefusee": "segur_socles.dmp.lecture_types",
            "ContratVerification": "segur_socles.ins.contrat_verification",
            "ControleIdentite": "segur_socles.personnes.identite",
            "CourrierReleve": "segur_socles.mss.types",
            "CriteresDmp": "segur_socles.dmp.lecture_types",
            "DatamatrixIns": "segur_socles.personnes.datamatrix.ecriture",
            "DemandeConnexion": "segur_socles.psc.types",
            "Dlu": "segur_socles.documents.modeles.dlu",
            "CdaLu": "segur_socles.documents.lecture.document",
            "lire_document": "segur_socles.documents.lecture.document",
            "DmpFerme": "segur_socles.dmp.types",
            "DmpInexistant": "segur_socles.dmp.types",
            "DmpOuvert": "segur_socles.dmp.types",
            "DocumentCda": "segur_socles.documents.document",
            "DocumentDmp": "segur_socles.dmp.lecture_types",
            "DocumentLu": "segur_socles.dmp.lecture_types",
            "DocumentPdf": "segur_socles.documents.modeles.pdf",
            "DocumentRecu": "segur_socles.xds.xdm_lecture",
            "DocumentsTrouves": "segur_socles.dmp.lecture_types",
            "Emplacement": "segur_socles.mss.types",
            "Entete": "segur_socles.documents.entete",
            "Environment": "segur_socles.config.environment",
            "EnvoiNonAutorise": "segur_socles.mss.types",
            "EnvoiRefuse": "segur_socles.mss.types",
            "ErreurIntegration": "segur_socles.mss.codes",
            "FicheRetourUrgences": "segur_socles.documents.modeles.retour",
            "FicheTransfertUrgences": "segur_socles.documents.modeles.transfert",
            "Identite": "segur_socles.personnes.identite",
            "IdentiteQualifiee": "segur_socles.personnes.identite",
            "InsAbsente": "segur_socles.ins.types",
            "InsConfirmee": "segur_socles.ins.verification",
            "InsDiscordante": "segur_socles.personnes.rapprochement",
            "InsIncomplete": "segur_socles.personnes.rapprochement",
            "InsInfirmee": "segur_socles.ins.verification",
            "InsMultiple": "segur_socles.ins.types",
            "InsScannee": "segur_socles.personnes.datamatrix.scannee",
            "InsTrouvee": "segur_socles.ins.types",
            "IssueAccuse": "segur_socles.mss.codes",
            "JsonLinesSink": "segur_socles.trace.sinks",
            "LecteurVitale": "segur_socles.ins.vitale",
            "LectureVitale": "segur_socles.ins.vitale",
            "LettreLiaisonEntree": "segur_socles.documents.modeles.liaison_entree",
            "LettreLiaisonSortie": "segur_socles.documents.modeles.liaison_sortie",
            "ListeAnnuaire": "segur_socles.mss.annuaire.types",
            "Logiciel": "segur_socles.config.logiciel",
            "LotDeSoumission": "segur_socles.dmp.lot_de_soumission",
            "MatriculeVitale": "segur_socles.ins.vitale",
            "MemorySink": "segur_socles.trace.sinks",
            "MessageEnvoye": "segur_socles.mss.types",
            "MessagePret": "segur_socles.mss.types",
            "MessageRecu": "segur_socles.mss.types",
            "ModeInsi": "segur_socles.segur.acces",
            "Motif": "segur_socles.personnes.professionnel",
            "Nature": "segur_socles.config.environment",
            "NoteLiaison": "segur_socles.documents.modeles.pdf",
            "NullSink": "segur_socles.trace.sinks",
            "PaquetInsi": "segur_socles.ins.paquet",
            "PortageJeton": "segur_socles.ins.psc",
            "Professionnel": "segur_socles.personnes.professionnel",
            "ProfessionnelAbsent": "segur_socles.mss.annuaire.types",
            "ProfessionnelTrouve": "segur_socles.mss.annuaire.types",
            "PscInsi": "segur_socles.ins.psc",
            "RedactingFilter": "segur_socles._core.redact",
            "Sandbox": "segur_socles.sandbox.sandbox",
            "SansActivite": "segur_socles.psc.types",
            "SansIns": "segur_socles.personnes.rapprochement",
            "Secret": "segur_socles.credentials.secret",
            "Segur": "segur_socles.segur.facade",
            "Session": "segur_socles.segur.session",
            "SessionPsc": "segur_socles.psc.types",
            "Sexe": "segur_socles.personnes.traits",
            "Structure": "segur_socles.personnes.structure",
            "StructureAbsente": "segur_socles.mss.annuaire.types",
            "StructureTrouvee": "segur_socles.mss.annuaire.types",
            "TraceSink": "segur_socles.trace.sinks",
            "Trait": "segur_socles.personnes.traits",
            "TraitsIdentite": "segur_socles.personnes.traits",
            "Trousseau": "segur_socles.credentials.trousseau",
            "UsagerInconnu": "segur_socles.personnes.rapprochement",
            "UsagerReconnu": "segur_socles.personnes.rapprochement",
            "VerificationInconnue": "segur_socles.ins.verification",
            "adresse_citoyenne": "segur_socles.personnes.adresses_mss",
            "ecrire_document": "segur_socles.documents.cda.ecriture",
            "ecrire_xdm": "segur_socles.xds.xdm",
            "errors": "segur_socles.errors",
            "lire_ins_image": "segur_socles.personnes.datamatrix.image",
            "lire_ins_scannee": "segur_socles.personnes.datamatrix.lecture",
            "lire_message": "segur_socles.mss.lecture",
            "lire_profil": "segur_socles.credentials.profil",
            "lire_xdm": "segur_socles.xds.xdm_lecture",
            "page_html": "segur_socles.documents.rendu.page",
            "pdf_a": "segur_socles.documents.rendu.pdf",
            "pdf_d_origine": "segur_socles.documents.rendu.origine",
            "rapprocher": "segur_socles.personnes.rapprochement",
            "verifier_base": "segur_socles.ins.base.verification",
        },
    )
