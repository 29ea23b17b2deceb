"""What a liaison document lacks, or says too long ago."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from entete_outils import TRAITS

from segur_socles.documents.completude import PROFILS, EtatPartie, Partie, ProfilDlu, completude
from segur_socles.documents.contenu.etat import GROUPES
from segur_socles.documents.modeles.dlu import Dlu
from segur_socles.personnes.usager import Usager

LE = date(2026, 1, 15)
QUESTIONS = [question.champ for groupe in GROUPES.values() for question in groupe]
AUCUN = {"etat": "aucun_connu", "declarant": "Dr X", "date": "2025-12-01"}
PLEIN: dict[str, Any] = {
    "etablissement_preference": {"nom": "CH"},
    **dict.fromkeys(("pathologies", "antecedents", "allergies", "traitements", "directives", "vaccinations"), AUCUN),
    "soins_palliatifs": False,
    "etat": {**dict.fromkeys(QUESTIONS, False), "observe_le": "2025-06-01"},
    "autonomie": {"gir": 4, "evalue_le": "2025-03-01"},
    "bmr": {"porteur": False},
    "pieces": [{"type": "DLU_009", "disponible": "bureau"}],
    "domicile": {"acces": "clé chez la voisine", "aides": [{"intervenant": "SAD", "objet": "toilette"}]},
}
ENTOURE: dict[str, Any] = {
    "identite": {"traits": TRAITS},
    "ipp": {"valeur": "1", "oid": "1.2.250.1.999.1.1"},
    "medecin_traitant": {"id_nat": "899900000025", "nom": "FICTIF", "prenom": "Alain", "profession": "G15_10/SM54"},
    "entourage": [{"nom": "ESSAI", "roles": ["ECON", "NOK"], "telecoms": [{"valeur": "0699000001"}]}],
}


def examiner(dlu: dict[str, Any], usager: dict[str, Any] | None = None, **options: Any) -> dict[str, EtatPartie]:
    parties = completude(Dlu.model_validate(dlu), Usager.model_validate(ENTOURE | (usager or {})), le=LE, **options)
    return {partie.champ: partie.etat for partie in parties}


@pytest.mark.besoin("S4-26")
@pytest.mark.parametrize("profil", ProfilDlu)
def test_nothing_is_asked_of_a_full_and_recent_document(profil: ProfilDlu) -> None:
    assert examiner(PLEIN, profil=profil, revise_le=date(2025, 1, 15)) == {}


@pytest.mark.parametrize("profil", ProfilDlu)
def test_everything_expected_is_asked_of_an_empty_document_the_vital_first(profil: ProfilDlu) -> None:
    parties = completude(
        Dlu(), Usager.model_validate(ENTOURE | {"medecin_traitant": None, "entourage": []}), le=LE, profil=profil
    )
    assert {p.champ for p in parties} == {attendu.champ for attendu in PROFILS[profil]}
    assert {p.etat for p in parties} == {EtatPartie.ABSENTE}
    vitaux = [p.vital for p in parties]
    assert vitaux == sorted(vitaux, reverse=True)
    assert vitaux[0]


def test_a_home_service_asks_for_the_home_and_not_for_what_only_a_doctor_writes() -> None:
    assert "domicile.acces" in examiner({}, profil=ProfilDlu.DOMICILE)
    assert "bmr.porteur" not in examiner({}, profil=ProfilDlu.DOMICILE)
    assert "domicile" not in examiner({})
    [allergies] = [
        p
        for p in completude(Dlu(), Usager.model_validate(ENTOURE), le=LE, profil=ProfilDlu.DOMICILE)
        if p.champ == "allergies"
    ]
    assert allergies.remede == (
        "à compléter avec : médecin traitant (sa synthèse médicale, ou le DMP ; le service ne l'écrit pas)"
    )


@pytest.mark.parametrize(
    ("champ", "valeur"),
    [
        ("allergies", AUCUN | {"date": "2025-01-14"}),
        ("autonomie", {"gir": 4, "evalue_le": "2025-01-14"}),
        ("etat", PLEIN["etat"] | {"observe_le": "2025-01-14"}),
    ],
)
def test_what_was_said_more_than_a_year_ago_is_to_be_confirmed(champ: str, valeur: Any) -> None:
    assert examiner(PLEIN | {champ: valeur}) == {champ: EtatPartie.ANCIENNE}


def test_a_year_to_the_day_is_not_yet_old() -> None:
    assert examiner(PLEIN | {"allergies": AUCUN | {"date": "2025-01-15"}}) == {}


def test_the_document_itself_is_to_be_revised_every_year() -> None:
    assert examiner(PLEIN, revise_le=date(2025, 1, 14)) == {"document": EtatPartie.ANCIENNE}


def test_a_half_answered_state_says_how_many_questions_are_left() -> None:
    etat = PLEIN["etat"] | {"chutes": None, "fugue": None}
    parties = completude(Dlu.model_validate(PLEIN | {"etat": etat}), Usager.model_validate(ENTOURE), le=LE)
    remede = "2 questions sans réponse, à compléter avec : équipe soignante"
    assert parties == (Partie("etat", "État de la personne", EtatPartie.PARTIELLE, False, remede),)


def test_a_contact_to_call_is_not_a_person_of_trust() -> None:
    seul = {"entourage": [{"nom": "ESSAI", "roles": ["ECON"], "telecoms": [{"valeur": "0699000001"}]}]}
    assert examiner(PLEIN, seul) == {"usager.entourage.NOK": EtatPartie.ABSENTE}
