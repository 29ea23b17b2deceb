"""Contents of transfer and return sheets: the one of the official example, and full ones whose every word is unique."""

from __future__ import annotations

from typing import Any

from segur_socles.documents.modeles.retour import FicheRetourUrgences
from segur_socles.documents.modeles.transfert import FicheTransfertUrgences

AUCUN = {"etat": "aucun_connu", "declarant": "Dr Anne MODELE", "date": "2026-01-10"}
INCONNU = {"etat": "non_renseigne"}


def liste(*items: dict[str, Any]) -> dict[str, Any]:
    return {"etat": "renseigne", "items": list(items)}


def transfert(**champs: Any) -> FicheTransfertUrgences:
    return FicheTransfertUrgences.model_validate({"motif": "Chute"} | champs)


def retour(**champs: Any) -> FicheRetourUrgences:
    return FicheRetourUrgences.model_validate(champs)


EXEMPLE: dict[str, Any] = {
    "motif": "La patiente présente un problème respiratoire.",
    "survenu_le": "2020-03-27T15:35:00+01:00",
    "observe_le": "2020-03-27T15:35:00+01:00",
    "conscience": "conscient et éveillé",
    "douleurs": liste(
        {"siege": "avant-bras", "cote": "gauche", "snomed": "66480008"},
        {"siege": "cuisse", "cote": "gauche", "snomed": "61396006"},
    ),
    "derniere_prise": "2020-03-27T12:00:00+01:00",
    "dernier_repas": "2020-03-27T12:00:00+01:00",
    "constantes": [
        {
            "le": "2020-03-27T15:35:00+01:00",
            "constantes": [
                {"type": "8867-4", "valeur": "80"},
                {"type": "8310-5", "valeur": "37"},
                {"type": "29463-7", "valeur": "80"},
                {"type": "8480-6", "valeur": "155"},
                {"type": "8462-4", "valeur": "85"},
            ],
        }
    ],
    "objets": liste(
        {"type": "Q021003", "remis": True},
        {"type": "P0102", "emplacement": "haut", "remis": True},
        {"type": "P0102", "emplacement": "bas", "remis": True},
        {"type": "Y2145", "emplacement": "droite", "remis": True},
        {"type": "Y2145", "emplacement": "gauche", "remis": True},
        {"type": "GEN-092.02.01", "precision": "texte libre", "remis": True},
    ),
    "destination": {
        "nom": "CHU DE NANTERRE",
        "secteur": "SA01",
        "adresse": {"numero": "38", "voie": "Rue Jean Moulin", "code_postal": "92000", "ville": "NANTERRE"},
        "telecom": {"valeur": "0175693567", "usage": "WP"},
        "depart": "2020-03-27T15:35:00+01:00",
        "arrivee": "2020-03-27T15:45:00+01:00",
    },
    "commentaire": "(Texte libre)",
}
"""What the official example of FLUDT 2022.01 says, in our fields."""

TRAITEMENT: dict[str, Any] = {
    "medicament": "motmedicament",
    "posologie": "motposologie",
    "alerte": "motalerte",
    "indication": "motindication",
    "voie": "20053000",
    "dose": {"valeur": "2.5", "unite": "mg"},
    "debit": {"valeur": "4", "unite": "mL/h"},
    "debut": "2021-01-12",
    "fin": "2026-03",
}
OBJETS = liste(
    {"type": "P0102", "emplacement": "haut", "remis": True, "precision": "motobjet"},
    {"type": "GEN-092.02.01", "precision": "motautre", "remis": False},
)
LIEU: dict[str, Any] = {
    "nom": "motdestination",
    "finess": "990000035",
    "secteur": "SA01",
    "adresse": {"voie": "motvoie", "ville": "motville"},
    "telecom": {"valeur": "0199000040"},
    "depart": "2026-01-15T08:11:00+01:00",
    "arrivee": "2026-01-15T08:22:00+01:00",
}

TRANSFERT_PLEIN: dict[str, Any] = {
    "motif": "motmotif",
    "evenement": "motevenement",
    "survenu_le": "2026-01-15T07:01:00+01:00",
    "informes": {"centre_15": True, "urgences": False, "entourage": True},
    "evolutions_recentes": "motevolution",
    "observe_le": "2026-01-15T07:02:00+01:00",
    "conscience": "éveillable",
    "douleurs": liste(
        {"siege": "motsiege", "cote": "gauche", "precision": "motdouleur"},
        {"siege": "motsnomed", "cote": "droite", "snomed": "61396006"},
        {"siege": "motseul"},
    ),
    "derniere_prise": "2026-01-15T07:03:00+01:00",
    "dernier_repas": "2026-01-14T19:04:00+01:00",
    "constantes": [
        {"le": "2026-01-15T07:05:00+01:00", "constantes": [{"type": "8310-5", "valeur": "38.5"}]},
        {"le": "2026-01-15T07:06:00+01:00", "constantes": [{"type": "8310-5", "valeur": "39.5"}]},
    ],
    "traitements": liste(TRAITEMENT | {"derniere_prise": "2026-01-15T07:07:00+01:00"}),
    "objets": OBJETS,
    "destination": LIEU,
    "commentaire": "motcommentaire",
}
TRANSFERT_DIT = [
    *[
        "motmotif",
        "motevenement",
        "motevolution",
        "motsiege",
        "motdouleur",
        "motsnomed",
        "motseul",
        "motmedicament",
        "motposologie",
    ],
    "motalerte",
    "motindication",
    "motobjet",
    "motautre",
    "motdestination",
    "motvoie",
    "motville",
    "motcommentaire",
    "gauche",
    "droite",
    "haut",
    "Éveillable",
    "38,5 °C",
    "39,5 °C",
    "0199000040",
    "Etablissement public de santé",
    "15/01/2026 à 07:01",
    "15/01/2026 à 07:02",
    "15/01/2026 à 07:03",
    "14/01/2026 à 19:04",
    "15/01/2026 à 07:05",
    "15/01/2026 à 07:06",
    "15/01/2026 à 07:07",
    "15/01/2026 à 08:11",
    "15/01/2026 à 08:22",
    "12/01/2021",
    "03/2026",
    "Centre 15 (SAMU)",
    "Service des urgences",
    "Médecin traitant",
    "Entourage de la personne",
    "Voie orale",
]
"""What a reader must find of it, whatever the edition."""

RETOUR_PLEIN: dict[str, Any] = {
    "motif": "motmotif",
    "admis_le": "2026-01-15T08:22:00+01:00",
    "synthese": "motsynthese",
    "retour": "retour en EHPAD",
    "destination": LIEU | {"depart": "2026-01-15T16:11:00+01:00", "arrivee": "2026-01-15T16:22:00+01:00"},
    "informes": {"etablissement_origine": True, "medecin_traitant": False},
    "diagnostics": liste({"libelle": "motdiagnostic", "cim10": "S52.5", "lateralite": "gauche", "debut": "2026-01-15"}),
    "traitements": liste(TRAITEMENT),
    "suites": "motsuites",
    "objets": OBJETS,
    "ordonnances_remises": True,
    "liste_objets_remise": False,
    "documents": [{"type": "DLU_020", "pdf": b"%PDF-1.4 essai %%EOF"}, {"type": "DLU_021", "disponible": "motremis"}],
    "commentaire": "motcommentaire",
}
RETOUR_DIT = [
    *[
        "motmotif",
        "motsynthese",
        "motdestination",
        "motvoie",
        "motville",
        "motdiagnostic",
        "motmedicament",
        "motposologie",
    ],
    *[
        "motalerte",
        "motindication",
        "motsuites",
        "motobjet",
        "motautre",
        "motremis",
        "motcommentaire",
        "gauche",
        "haut",
    ],
    "Retour en EHPAD",
    "15/01/2026 à 08:22",
    "15/01/2026 à 16:11",
    "15/01/2026 à 16:22",
    "12/01/2021",
    "03/2026",
    "Établissement d'origine",
    "Médecin traitant",
    "Entourage de la personne",
    "Ordonnances remises",
    "Liste des objets remise",
    "Ordonnance de sortie",
    "Copie du dossier des urgences",
    "0199000040",
]
