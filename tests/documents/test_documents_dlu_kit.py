"""The Agency's rules (XSD and schematrons) find nothing in what we write."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest

from segur_socles.documents.editions import DLU_2022_01_JDV_2025

AUCUN = {"etat": "aucun_connu", "declarant": "Dr Anne MODELE", "date": "2026-01-10"}
INCONNU = {"etat": "non_renseigne"}

ITEMS: dict[str, list[dict[str, Any]]] = {
    "pathologies": [
        {"libelle": "Fibrillation atriale", "cim10": "I48", "debut": "2017-03"},
        {"libelle": "Gonarthrose", "lateralite": "droite", "debut": "2014", "precision": "canne"},
        {"libelle": "Bronchite", "debut": "2025-12-01", "fin": "2025-12-20"},
    ],
    "antecedents": [{"libelle": "Fracture du fémur", "lateralite": "gauche", "debut": "2020-02-17", "fin": "2020"}],
    "allergies": [
        {"agent": "Latex", "type": "419199007"},
        {
            "agent": "Amoxicilline",
            "type": "416098002",
            "debut": "1987",
            "reactions": [{"libelle": "Œdème", "severite": "24484000"}, {"libelle": "Prurit"}],
        },
    ],
    "traitements": [
        {
            "medicament": "Apixaban 2,5 mg",
            "cis": "60000001",
            "voie": "20053000",
            "posologie": "1 matin et soir",
            "dose": {"valeur": "1", "unite": "{comprime}"},
            "periode": {"valeur": "12", "unite": "h"},
            "debut": "2021-01-12",
            "alerte": "Anticoagulant",
        },
        {"medicament": "Oxygène", "posologie": "1,5 L/min", "debit": {"valeur": "1.5", "unite": "L/min"}},
    ],
    "directives": [
        {"type": "42348-3", "accepte": True, "exprimee_le": "2024-03-18"},
        {"type": "75779-9", "accepte": False},
        {"type": "387713003", "accepte": True, "precision": "sauf chirurgie lourde"},
    ],
    "vaccinations": [
        {"vaccin": "Grippe", "faite_le": "2025-10", "lot": "A1", "voie": "20035000", "cis": "60000002"},
        {"vaccin": "Zona", "effectuee": False, "acte": "INITIMMUNIZ"},
    ],
}
PLEIN = {nom: {"etat": "renseigne", "items": items} for nom, items in ITEMS.items()}

RESTE = {
    "etablissement_preference": {
        "nom": "CH D'ESSAI",
        "finess": "990000035",
        "adresse": {"ville": "CLERMONT-FERRAND"},
        "telecom": {"valeur": "0199000040", "usage": "EC"},
    },
    "soins_palliatifs": True,
    "etat": {
        "observe_le": "2026-01-02",
        "communique": True,
        "deficit_auditif": True,
        "cote_auditif": "gauche",
        "chutes": False,
    },
    "autonomie": {"gir": 3, "evalue_le": "2025-06-15", "precision": "aide à la toilette"},
    "bmr": {"porteur": True, "precision": "SARM"},
    "commentaire": "Première ligne\nSeconde <ligne> & fin",
    "pieces": [
        {"type": "DLU_009", "disponible": "salle de soins"},
        {"type": "DLU_011", "pdf": b"%PDF-1.4 essai %%EOF"},
    ],
}

ENTOURAGE = {
    "entourage": [
        {
            "nom": "ESSAI",
            "prenom": "Nadia",
            "lien": "DAU",
            "roles": ["NOK", "ECON"],
            "telecoms": [{"valeur": "0699000001"}],
        },
        {"nom": "ESSAI", "roles": ["CON", "CAREGIVER"], "telecoms": [{"valeur": "0699000002", "usage": "MC"}]},
    ],
    "telecoms": [{"valeur": "0199000014", "usage": "H"}],
    "adresse": {
        "numero": "1",
        "voie": "rue des Essais",
        "complement": "Chambre 4",
        "ville": "ARLANC",
        "pays": "FRANCE",
    },
    "medecin_traitant": {
        "id_nat": "899900000025",
        "nom": "FICTIF",
        "prenom": "Alain",
        "profession": "G15_10/SM54",
        "titre": "DR",
    },
    "ville_naissance": "ARLANC",
}


@pytest.mark.besoin("S1-05", "S4-14")
@pytest.mark.exigence("CI-SIS/DLU-2022.01")
@pytest.mark.parametrize("contenu", [{}, PLEIN | RESTE], ids=["minimal", "complet"])
def test_the_official_rules_accept_the_document(
    contenu: dict[str, Any], ecrire: Callable[..., Any], valider: Callable[[bytes], list[str]]
) -> None:
    assert valider(ecrire(contenu, usager=ENTOURAGE).document.octets) == []


def _etats() -> list[dict[str, Any]]:
    uniformes = [dict.fromkeys(ITEMS, AUCUN)]
    un_seul = [PLEIN | {nom: etat} for nom, etat in itertools.product(ITEMS, (AUCUN, INCONNU))]
    return uniformes + un_seul


@pytest.mark.long
@pytest.mark.parametrize("contenu", _etats())
def test_each_list_is_valid_in_each_of_its_three_states(
    contenu: dict[str, Any], ecrire: Callable[..., Any], valider: Callable[[bytes], list[str]]
) -> None:
    assert valider(ecrire(contenu).document.octets) == []


@pytest.mark.long
@pytest.mark.parametrize("type_", ["sauvegarde_justice", "curatelle_simple", "tutelle", "habilitation_familiale"])
@pytest.mark.parametrize("organisme", [True, False])
def test_each_protection_measure_is_valid(
    type_: str, organisme: bool, ecrire: Callable[..., Any], valider: Callable[[bytes], list[str]]
) -> None:
    protection = {
        "type": type_,
        "debut": "2024-02-01",
        "protecteur_nom": "ESSAI",
        "organisme": organisme,
        "telecoms": [{"valeur": "0199000030"}],
    }
    assert valider(ecrire({}, usager={"protection": protection}).document.octets) == []


def test_a_new_version_and_a_long_act_are_valid(
    ecrire: Callable[..., Any], valider: Callable[[bytes], list[str]]
) -> None:
    lu = ecrire(
        {},
        version=2,
        remplace="1.2.250.1.999.1.2.9",
        rencontre={"debut": "2023-09-04T00:00:00+02:00"},
        confidentialite="V",
    )
    assert valider(lu.document.octets) == []


def test_the_validator_does_find_errors(ecrire: Callable[..., Any], valider: Callable[[bytes], list[str]]) -> None:
    octets: bytes = ecrire({}).document.octets
    assert valider(octets.replace(b'code="DLU_006"', b'code="DLU_600"'))
    assert valider(octets.replace(b"<county>63220</county>", b""))


def test_later_value_sets_change_a_code_and_nothing_else() -> None:
    dialyse = DLU_2022_01_JDV_2025.codes["MED-295"]
    assert (dialyse.code, dialyse.systeme) == ("265764009", "2.16.840.1.113883.6.96")
