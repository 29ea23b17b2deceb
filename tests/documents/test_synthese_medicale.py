"""The medical summary (IPS-FR): what its document holds, written by hand from the model; and a DLU in its form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from segur_socles.documents.cda.corps import etat as corps_etat
from segur_socles.documents.cda.entrees import evaluation, resultat
from segur_socles.documents.editions import IPS_FR_2024_01_DLU, IPS_FR_2024_01_JDV_2025
from segur_socles.documents.modeles.dlu import Dlu
from segur_socles.documents.modeles.synthese import SyntheseMedicale
from segur_socles.errors import ChampInvalideError

CONTENU: dict[str, Any] = {
    "problemes": {"etat": "renseigne", "items": [{"libelle": "Fibrillation atriale", "cim10": "I48", "debut": "2017"}]},
    "actes": {
        "etat": "renseigne",
        "items": [{"libelle": "Prothèse de hanche", "ccam": "NEKA020", "lateralite": "gauche", "fait_le": "2012-05"}],
    },
    "soins_palliatifs": True,
    "allergies": {"etat": "aucun_connu", "declarant": "Dr X", "date": "2026-01-10"},
    "effets_indesirables": [
        {
            "medicament": "Tramadol",
            "effet": "Confusion",
            "origine": "1149222004",
            "gravite": "255604002",
            "imputabilite": "371930009",
            "debut": "2024-02",
        }
    ],
    "dispositifs": {"etat": "renseigne", "items": [{"libelle": "Stimulateur cardiaque", "emdn": "J0101"}]},
    "vigilance": "Chien dans le jardin",
    "etat": {"communique": True, "chutes": False, "deficit_visuel": True, "cote_visuel": "droite"},
    "autonomie": {"gir": 2},
    "constantes": [
        {
            "le": "2026-01-14T08:05:00+01:00",
            "constantes": [{"type": "29463-7", "valeur": "61.5"}, {"type": "8480-6", "valeur": "142"}],
        }
    ],
    "mode_de_vie": [{"type": "72166-2", "description": "Ancien fumeur", "releve_le": "2025"}],
    "risques_professionnels": "Amiante",
    "antecedents_familiaux": [{"lien": "MTH", "libelle": "Diabète", "cim10": "E11.9"}],
    "suites": [{"nature": "rendez-vous", "libelle": "Cardiologue", "prevue_le": "2026-03-02"}],
    "bmr": {"porteur": True, "precision": "SARM"},
    "resultats": [
        {"categorie": "26436-6", "examen": "Créatinine", "resultat": "92 µmol/L", "fait_le": "2026-01-05"},
        {"categorie": "18748-4", "examen": "Radiographie", "resultat": "sans fracture"},
    ],
    "etablissement_preference": {"nom": "CH D'ESSAI", "finess": "990000035"},
}  # fmt: skip

SECTIONS = [
    *("11450-4", "11348-0", "47519-4", "48765-2", "44939-7", "10160-0", "46264-8", "44944-7", "47420-5", "8716-3"),
    *("29762-2", "10161-8", "10157-6", "11369-6", "18776-5", "18776-5", "42348-3", "30954-2", "55107-7"),
]

EFFET = "//h:observation[h:templateId/@root='1.2.250.1.213.1.1.3.210']"
RESULTATS = "//h:organizer[h:templateId/@root='1.2.250.1.213.1.1.3.208']"
FAMILLE = "//h:organizer[h:templateId/@root='1.2.250.1.213.1.1.3.59']"
EVALUATION = "//h:organizer[h:templateId/@root='1.2.250.1.213.1.1.3.95']"
ATTENDUS: dict[str, list[str]] = {
    "/h:*/h:templateId/@root": [
        *("2.16.840.1.113883.2.8.2.1", "1.2.250.1.213.1.1.1.1", "2.16.840.1.113883.10.22.1.1"),
        "1.2.250.1.213.1.1.1.51",
    ],
    "/h:*/h:code/@code": ["60591-5"],
    "//h:structuredBody/h:component/h:section/h:code/@code": SECTIONS,
    "/h:*/h:participant[h:functionCode/@code='ES-PREF']/@typeCode": ["INF"],
    "/h:*/h:participant/h:functionCode[@code='ES-PREF']/@displayName": ["Etablissement de santé de préférence"],
    "/h:*/h:participant/h:functionCode[@code='ES-PREF']/@codeSystem": ["1.2.250.1.213.1.1.4.2.280"],
    "/h:*/h:participant//h:scopingOrganization/h:name": ["CH D'ESSAI"],
    "/h:*/h:participant//h:scopingOrganization/h:id/@extension": ["1990000035"],
    "//h:section[h:code/@code='47519-4']//h:procedure/h:code/@code": ["NEKA020"],
    "//h:section[h:code/@code='47519-4']//h:procedure/h:effectiveTime/@value": ["201205"],
    "//h:section[h:code/@code='47519-4']//h:targetSiteCode/@code": ["7771000"],
    f"{EFFET}/h:code/@code": ["1149222004"],
    f"{EFFET}/h:effectiveTime/h:low/@value": ["202402"],
    f"{EFFET}/h:entryRelationship[@typeCode='COMP']//h:manufacturedMaterial/h:name": ["Tramadol"],
    f"{EFFET}//h:observation[h:code/@code='94030-4']/h:value/@code": ["255604002"],
    f"{EFFET}//h:observation[h:code/@code='GEN-318']/h:value/@code": ["371930009"],
    f"{EFFET}//h:observation[h:code/@code='GEN-319']/h:value/@code": [],
    "//h:supply//h:playingDevice/h:code/@code": ["J0101"],
    f"{EVALUATION}/h:code/@code": ["54511-1", "52621-0", "32452-5", "GEN-092.04.24"],
    f"{EVALUATION}//h:observation[h:code/@code='288575003']/h:value/@value": ["true"],
    f"{EVALUATION}//h:observation[h:code/@code='161898004']/h:value/@value": ["false"],
    f"{EVALUATION}//h:observation[h:code/@code='24199005']/h:value/@nullFlavor": ["NI"],
    f"{EVALUATION}//h:targetSiteCode": [],
    "//h:tr[h:td='Déficit visuel']/h:td[2]": ["Oui, côté : droite"],
    "//h:organizer[h:code/@code='85353-1']//h:value/@value": ["61.5", "142"],
    "//h:organizer[h:code/@code='85353-1']//h:value/@unit": ["kg", "mm[Hg]"],
    "//h:section[h:code/@code='29762-2']//h:observation/h:code/@code": ["72166-2"],
    "//h:section[h:code/@code='29762-2']//h:observation/h:value": ["Ancien fumeur"],
    "//h:section[h:code/@code='10161-8']/h:text": ["Amiante"],
    f"{FAMILLE}//h:relatedSubject/h:code/@code": ["MTH"],
    f"{FAMILLE}//h:observation/h:value/@code": ["E11.9"],
    "//h:procedure[h:code/@code='103735009']/@negationInd": ["false"],
    f"{RESULTATS}/h:code/@code": ["26436-6", "18748-4"],
    f"{RESULTATS}[h:code/@code='26436-6']//h:observation[h:code/@code='U83.71']/h:value/@value": ["true"],
    f"{RESULTATS}[h:code/@code='26436-6']//h:observation/h:effectiveTime/@value": ["20260105"],
    f"{RESULTATS}[h:code/@code='18748-4']//h:observation/h:value": ["sans fracture"],
    "//h:td[starts-with(., 'Portage')]/following-sibling::h:td": ["Oui : SARM"],
    "//h:section[h:code/@code='44944-7']/h:text": ["Chien dans le jardin"],
}  # fmt: skip


def ecarts(ecrire_modele: Callable[..., Any]) -> list[str]:
    lu = ecrire_modele(SyntheseMedicale.model_validate(CONTENU))
    return [chemin for chemin, attendu in ATTENDUS.items() if lu(chemin) != attendu]


@pytest.mark.exigence("CI-SIS/IPS-FR-2024.01")
def test_the_document_holds_what_the_model_wants(ecrire_modele: Callable[..., Any]) -> None:
    assert ecarts(ecrire_modele) == []


def _contraire(module: Any, poser: Callable[..., None]) -> None:
    vrai = module.valeur_booleenne
    poser(module, "valeur_booleenne", lambda r: vrai(r if r is None else not r))


def _porte_contraire(poser: Callable[..., None]) -> None:
    poser(corps_etat, "REPONSES", {True: "Non", False: "Oui", None: "Non renseigné"})


@pytest.mark.parametrize(
    "mutant",
    [
        lambda poser: _contraire(evaluation, poser),
        _porte_contraire,
        lambda poser: poser(resultat, "jour", lambda nom, *_: f'<{nom} value="20260106"></{nom}>'),
    ],
    ids=["état contraire", "lu contraire", "résultat d'un autre jour"],
)
def test_a_slip_is_caught(
    mutant: Callable[..., None], ecrire_modele: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    mutant(monkeypatch.setattr)
    assert ecarts(ecrire_modele) != []


def test_nothing_known_is_said_not_to_be_known(ecrire_modele: Callable[..., Any]) -> None:
    lu = ecrire_modele(SyntheseMedicale())
    demandees = ("11450-4", "47519-4", "48765-2", "10160-0", "46264-8")
    for loinc in demandees:
        [recit] = lu(f"{lu.section(loinc)}/h:text")
        assert recit.endswith("non renseigné, information non recueillie.")
    assert lu(f"{lu.section('48765-2')}//h:observation/h:value/@nullFlavor") == ["NI"]
    assert lu(f"{lu.section('48765-2')}//@negationInd") == []
    assert lu("//h:organizer/h:component/h:observation[h:code/@code='U83.71']/h:value/@nullFlavor") == ["NI"]


def test_a_liaison_document_says_the_same_in_this_form(
    ecrire: Callable[..., Any], ecrire_modele: Callable[..., Any]
) -> None:
    dlu = Dlu.model_validate(
        {
            "pathologies": CONTENU["problemes"],
            "allergies": CONTENU["allergies"],
            "soins_palliatifs": False,
            "bmr": CONTENU["bmr"],
            "etat": CONTENU["etat"],
            "autonomie": CONTENU["autonomie"],
            "domicile": {"vit_seul": True, "acces": "clé chez la voisine"},
            "commentaire": "Parle peu",
            "etablissement_preference": CONTENU["etablissement_preference"],
            "directives": {"etat": "renseigne", "items": [{"type": "75779-9", "accepte": False}]},
            "pieces": [{"type": "DLU_009", "disponible": "bureau"}],
        }
    )
    en_dlu, en_synthese = ecrire(dlu), ecrire_modele(SyntheseMedicale.du_dlu(dlu), IPS_FR_2024_01_DLU)
    assert en_synthese("/h:*/h:code/@code") == ["74207-2"]
    cellules = set(en_synthese("//h:td")) | set(en_synthese("//h:content")) | {"CH D'ESSAI", "Annexé au DLU"}
    assert {dit for dit in en_dlu("//h:td") + en_dlu("//h:content") if dit} <= cellules


def test_later_value_sets_name_the_other_risks_otherwise(ecrire_modele: Callable[..., Any]) -> None:
    lu = ecrire_modele(SyntheseMedicale(), IPS_FR_2024_01_JDV_2025)
    assert lu(f"{EVALUATION}/h:code/@code") == ["54511-1", "52621-0", "32452-5", "GEN-092.01.24"]


@pytest.mark.parametrize(
    ("champ", "valeur", "attendu"),
    [
        ("effets_indesirables", [{"medicament": "X", "effet": "Y"}], "effets_indesirables.0.origine"),
        ("mode_de_vie", [{"type": "1", "description": "x"}], "mode_de_vie.0.type"),
        ("antecedents_familiaux", [{"lien": "MTH", "libelle": "x", "cim10": "A99.9"}], "antecedents_familiaux.0.cim10"),
        ("constantes", [{"le": "2026-01-14T08:05:00+01:00", "constantes": [{"type": "29463-7", "valeur": "61500"}]}],
         "constantes.0.constantes.0.valeur"),
        ("constantes", [{"le": "2026-01-14T08:05:00+01:00", "constantes": [{"type": "9272-6", "valeur": "9"}]}],
         "constantes.0.constantes.0.type"),
    ],
)  # fmt: skip
def test_what_the_model_cannot_hold_is_refused_by_its_path(champ: str, valeur: Any, attendu: str) -> None:
    with pytest.raises(ChampInvalideError) as refus:
        SyntheseMedicale.model_validate({champ: valeur})
    assert attendu in refus.value.champs
