"""A run told by hand: what the page is tried on."""

from __future__ import annotations

from datetime import UTC, datetime

from segur_socles.cli.recit import EtapeJouee, Lieu, Personnage, Preuve, Recit
from segur_socles.sandbox.service import Verdict

EMPREINTE = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
PAGE_DLU = (
    '<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8"><title>DLU</title></head>'
    "<body><h1>Document de liaison d'urgence</h1><p>Œdème de Quincke (à la pénicilline)</p></body></html>"
)


def reussis(*noms: str) -> tuple[Verdict, ...]:
    return tuple(Verdict(nom, ok=True) for nom in noms)


TRANSPORT = reussis("certificat client", "HTTP : Content-Type SOAP 1.2", "SOAP : enveloppe 1.2 lisible")
VIHF = reussis("VIHF : signature", "VIHF : fenêtre de validité", "VIHF : profession et secteur", "VIHF : mode d'accès")

ETAPES = (
    EtapeJouee(
        1,
        "Connexion de l'infirmière coordinatrice",
        Lieu.PSC,
        "Pro Santé Connect, code d'autorisation avec PKCE",
        "Ingrid EXEMPLE s'est connectée avec sa carte de professionnelle ; elle agit au nom de l'EHPAD.",
        0.412,
        verdicts=reussis("client : authentification", "PKCE : vérificateur", "state et nonce présents"),
    ),
    EtapeJouee(
        2,
        "Identité nationale de santé",
        Lieu.INSI,
        "INSi, recherche par traits",
        "L'identité de la résidente a été retrouvée, puis qualifiée au vu de sa carte d'identité.",
        0.184,
        details=(
            "1er prénom seul : aucune identité",
            "2e prénom seul : identité trouvée",
            "Prénom utilisé gardé : Zoé",
        ),
        verdicts=reussis("IDAM : attribut R", "numéro d'autorisation du logiciel", "certificat client") * 2,
    ),
    EtapeJouee(
        3,
        "Document de liaison d'urgence",
        Lieu.STRUCTURE,
        "CDA R2, modèle DLU 2022.01",
        "Le document a été écrit à partir du dossier, avec une page à lire et une copie à imprimer.",
        0.698,
        fichiers=("dlu.xml", "dlu.html", "dlu.pdf"),
    ),
    EtapeJouee(
        4,
        "Alimentation du DMP",
        Lieu.DMP,
        "DMP, TD0.2 puis TD2.1 en mode INDIRECTE",
        "Le DMP est ouvert ; le document y est enregistré.",
        0.039,
        verdicts=TRANSPORT + VIHF + reussis("lot : signature XAdES", "lot : empreinte du document"),
    ),
    EtapeJouee(
        5,
        "Adresses des destinataires",
        Lieu.ANNUAIRE,
        "Annuaire Santé, FHIR",
        "Le médecin traitant a été retrouvé par son numéro RPPS, avec sa boîte ; celle des urgences a été vérifiée.",
        0.061,
        verdicts=reussis("clé d'accès", "paramètres de recherche"),
    ),
    EtapeJouee(
        6,
        "Envoi par messagerie sécurisée",
        Lieu.MSS,
        "MSSanté, SMTP puis IMAP, TLS des deux côtés",
        "Le message est arrivé ; l'archive a été contrôlée, rapprochée de la résidente, et l'accusé est revenu.",
        0.527,
        verdicts=reussis("STARTTLS", "certificat client", "en-tête X-MSS-INS", "archive : un seul patient"),
        fichiers=("IHE_XDM.ZIP", "message.eml"),
    ),
    EtapeJouee(
        7,
        "Trois heures du matin, aux urgences",
        Lieu.URGENCES,
        "DMP, TD3.1 et TD3.2 en mode AIR",
        "Le médecin urgentiste a justifié l'urgence, trouvé le document dans le DMP et l'a lu tel qu'il était.",
        0.233,
        details=("Son accès figure dans les traces du DMP de la résidente.",),
        verdicts=TRANSPORT + VIHF + reussis("motif d'urgence justifié"),
    ),
    EtapeJouee(
        8,
        "Le dossier de sortie",
        Lieu.STRUCTURE,
        "Fichiers lisibles par leur seul propriétaire",
        "Les documents, le message et le journal sont réunis dans un dossier.",
        0.012,
        fichiers=("journal.jsonl",),
    ),
)

RECIT = Recit(
    structure="EHPAD DU BAC A SABLE",
    usager="Zoé TCHITCHI, née le 21/06/1936",
    dossier="résidente d'exemple (personne inventée)",
    joue_le=datetime(2026, 11, 22, 20, 28, tzinfo=UTC),
    etapes=ETAPES,
    personnages=(
        Personnage("Infirmière coordinatrice", "Ingrid EXEMPLE", "EHPAD DU BAC A SABLE"),
        Personnage("Résidente", "Zoé TCHITCHI", "90 ans, chambre 14"),
        Personnage("Médecin traitant", "Dr Alain FICTIF", "Médecine générale, Arlanc"),
        Personnage("Service des urgences", "CENTRE HOSPITALIER D'ESSAI", "adresse du carnet de la structure"),
        Personnage("Médecin urgentiste", "Dr Hélène MODÈLE", "de garde cette nuit-là"),
    ),
    preuves=(
        Preuve("Écrit par l'EHPAD", EMPREINTE),
        Preuve("Reçu par les urgences, dans l'archive du message", EMPREINTE),
        Preuve("Lu dans le DMP par le médecin urgentiste", EMPREINTE),
    ),
    avertissements=("La classe du document est supposée : aucune source publique ne la donne pour ce type.",),
    fichiers=("journal.jsonl", "traces.jsonl", "echanges"),
    page_dlu=PAGE_DLU,
)
