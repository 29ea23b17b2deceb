"""Contents of letters, empty and full, for the tests that write them."""

from __future__ import annotations

from typing import Any

from segur_socles.documents.modeles.liaison_entree import LettreLiaisonEntree
from segur_socles.documents.modeles.liaison_sortie import LettreLiaisonSortie

AUCUN = {"etat": "aucun_connu", "declarant": "Dr Anne MODELE", "date": "2026-01-10"}


def liste(*items: Any) -> dict[str, Any]:
    return {"etat": "renseigne", "items": list(items)}


TRAITEMENT = {
    "medicament": "Apixaban 2,5 mg",
    "cis": "60000001",
    "voie": "20053000",
    "posologie": "1 matin et soir",
    "dose": {"valeur": "1", "unite": "{comprime}"},
    "periode": {"valeur": "12", "unite": "h"},
    "debut": "2021-01-12",
    "alerte": "Anticoagulant",
}
ALLERGIE = {
    "agent": "Amoxicilline",
    "type": "416098002",
    "debut": "1987",
    "reactions": [{"libelle": "Œdème", "severite": "24484000"}],
}

LISTES_ENTREE = ("traitements", "allergies", "antecedents_medicaux", "antecedents_chirurgicaux")
ENTREE: dict[str, Any] = {
    "raisons": ["Fièvre depuis deux jours", "Avis <gériatrique> & bilan"],
    "traitements": liste(TRAITEMENT, {"medicament": "Paracétamol", "posologie": "1 g", "si_besoin": True}),
    "allergies": liste(ALLERGIE),
    "antecedents_medicaux": liste({"libelle": "Fibrillation atriale", "cim10": "I48", "debut": "2017-03"}),
    "antecedents_chirurgicaux": liste(
        {"libelle": "Prothèse de hanche", "ccam": "NEKA020", "lateralite": "gauche", "fait_le": "2020-02-17"},
        {"libelle": "Appendicectomie"},
    ),
    "commentaire": "Ses lunettes sont dans son sac.\nSa fille est prévenue.",
}

LISTES_SORTIE = ("traitements_arretes", "traitements_sortie", "suites", "dispositifs", "allergies")
LISTES_SEJOUR = (
    "evenements_indesirables",
    "bmr_identifiees",
    "accidents_transfusionnels",
    "evenements_derives_du_sang",
)
SORTIE: dict[str, Any] = {
    "statut": "9571008",
    "raisons": ["Pneumopathie"],
    "sejour": {
        "entree_le": "2026-01-02",
        "modalite_entree": "183452005",
        "sortie_le": "2026-01-14",
        "modalite_sortie": "500",
        "synthese": "Antibiothérapie.\nApyrétique depuis le 8.",
        "evenements_indesirables": liste("Chute sans gravité", "Escarre"),
        "recherche_bmr": True,
        "recherche_bmr_le": "2026-01-03",
        "bmr_identifiees": liste("Escherichia coli BLSE"),
        "transfusion": True,
        "accidents_transfusionnels": liste("Fièvre <38 °C"),
        "derives_du_sang": True,
        "evenements_derives_du_sang": liste("Urticaire"),
    },
    "traitements_arretes": liste(
        {
            "medicament": "Furosémide 40 mg",
            "posologie": "1 le matin",
            "debut": "2025-06",
            "fin": "2026-01-04",
            "motif_arret": "Insuffisance rénale",
        }
    ),
    "traitements_sortie": liste(TRAITEMENT),
    "resultats": "CRP 12 mg/L",
    "suites": liste(
        {"nature": "acte", "libelle": "Scanographie du thorax", "ccam": "ZBQK001", "prevue_le": "2026-03"},
        {"nature": "acte", "libelle": "Pansement"},
        {"nature": "examen ou suivi", "libelle": "Ionogramme", "prevue_le": "2026-01-20", "precision": "à jeun"},
        {"nature": "rendez-vous", "libelle": "Pneumologie"},
        {"nature": "rendez-vous", "libelle": "Médecin traitant", "prevue_le": "2026-01-18", "urgente": True},
    ),
    "dispositifs": liste(
        {"libelle": "Stimulateur cardiaque", "emdn": "J010104", "identifiant": "(01)0084", "depuis": "2018-12"},
        {"libelle": "Sonde urinaire"},
    ),
    "allergies": liste(ALLERGIE),
}


def entree(**champs: Any) -> LettreLiaisonEntree:
    return LettreLiaisonEntree.model_validate(champs)


def sortie(**champs: Any) -> LettreLiaisonSortie:
    return LettreLiaisonSortie.model_validate({"statut": "398166005"} | champs)
