"""What the letters say, against values written by hand from the official example and the sheets."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from lettres_outils import AUCUN, ENTREE, LISTES_ENTREE, LISTES_SEJOUR, LISTES_SORTIE, SORTIE, entree, liste, sortie

from segur_socles.documents.editions import LDL_EES_2022_01, LDL_SES_2022_01
from segur_socles.documents.entete import Entete
from segur_socles.errors import ChampInvalideError

SECTIONS = {
    "traitements": "42346-7",
    "antecedents_medicaux": "11348-0",
    "antecedents_chirurgicaux": "47519-4",
    "traitements_arretes": "18610-6",
    "traitements_sortie": "10183-2",
    "suites": "18776-5",
    "dispositifs": "46264-8",
    "allergies": "48765-2",
}
AUCUN_CONNU = {
    "traitements": "no-known-medications",
    "antecedents_medicaux": "no-known-problems",
    "antecedents_chirurgicaux": "no-known-procedures",
    "traitements_arretes": "no-known-medications",
    "traitements_sortie": "no-known-medications",
    "suites": "no-known-procedures",
    "dispositifs": "no-known-devices",
    "allergies": "no-known-allergies",
}
LISTES = [(entree, nom) for nom in LISTES_ENTREE] + [(sortie, nom) for nom in LISTES_SORTIE]


# --- header ----------------------------------------------------------------------------------------------


def test_each_letter_has_the_header_of_its_model(ecrire_modele: Callable[..., Any]) -> None:
    lu = ecrire_modele(entree())
    assert lu("/*/h:templateId/@root") == [
        "2.16.840.1.113883.2.8.2.1",
        "1.2.250.1.213.1.1.1.1",
        "1.2.250.1.213.1.1.1.21",
    ]
    assert lu("/*/h:templateId/@extension") == ["2022.01"]
    assert lu("/*/h:code/@code") == ["18761-7"]
    assert lu("//h:serviceEvent/h:code/@code") == ["IMP"]
    assert lu("//h:serviceEvent/h:code/@codeSystem") == ["2.16.840.1.113883.5.4"]
    lu = ecrire_modele(sortie())
    assert lu("/*/h:templateId/@root")[2] == "1.2.250.1.213.1.1.1.29"
    assert lu("/*/h:code/@code") == ["11490-0"]
    assert lu("//h:serviceEvent/h:code") == []


def test_the_recipients_are_named_in_order(ecrire_modele: Callable[..., Any]) -> None:
    destinataires = [
        {"nom": "ACCUEIL", "prenom": "Claire", "id_nat": "899900000033", "structure": "CH", "finess": "990000035"},
        {"structure": "SSIAD D'ESSAI"},
    ]
    lu = ecrire_modele(entree(), destinataires=destinataires)
    recus = "//h:informationRecipient/h:intendedRecipient"
    assert lu(f"{recus}[1]/h:id/@extension") == ["899900000033"]
    assert lu(f"{recus}/h:informationRecipient//h:family") == ["ACCUEIL"]
    assert lu(f"{recus}/h:informationRecipient//h:given") == ["Claire"]
    assert lu(f"{recus}/h:receivedOrganization/h:name") == ["CH", "SSIAD D'ESSAI"]
    assert lu(f"{recus}/h:receivedOrganization/h:id/@extension") == ["1990000035"]


def test_a_letter_of_one_way_is_not_written_as_the_other(faire_entete: Callable[..., Entete]) -> None:
    from segur_socles._core.ids import SeededIds
    from segur_socles.documents.cda.ecriture import ecrire_document

    en_tete = faire_entete(type="18761-7", titre="Lettre", acte={"debut": "2026-01-15T09:00:00+01:00"})
    with pytest.raises(ChampInvalideError) as info:
        ecrire_document(entree(), en_tete, SeededIds(1), edition=LDL_SES_2022_01)
    assert info.value.champs == ("edition",)
    with pytest.raises(ChampInvalideError) as info:
        ecrire_document(entree(), en_tete, SeededIds(1), edition=LDL_EES_2022_01)
    assert info.value.champs == ("entete.acte.code",)


# --- unknown is not none ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("faire", "nom"), LISTES)
def test_a_list_not_filled_in_exists_and_is_never_a_negation(
    faire: Callable[..., Any], nom: str, ecrire_modele: Callable[..., Any]
) -> None:
    lu = ecrire_modele(faire())
    section = lu.section(SECTIONS[nom])
    texte = "".join(lu(f"{section}/h:text"))
    assert texte.endswith(" : non renseigné, information non recueillie.")
    assert "Aucun" not in texte
    assert len(lu(f"{section}/h:entry")) == 1
    assert [c for c in lu(f"{section}/h:entry//@code") if str(c).startswith("no-")] == []
    assert lu(f"{section}/h:entry//*[@negationInd='true']") == []
    assert "NI" in lu(f"{section}/h:entry//@nullFlavor")


@pytest.mark.parametrize(("faire", "nom"), LISTES)
def test_none_known_says_who_says_so(faire: Callable[..., Any], nom: str, ecrire_modele: Callable[..., Any]) -> None:
    lu = ecrire_modele(faire(**{nom: AUCUN}))
    section = lu.section(SECTIONS[nom])
    texte = "".join(lu(f"{section}/h:text"))
    assert texte.startswith("Aucun")
    assert texte.endswith(" selon Dr Anne MODELE, le 10/01/2026.")
    codes = lu(f"{section}/h:entry//*[@codeSystem='2.16.840.1.113883.5.1150.1']/@code")
    assert codes == [AUCUN_CONNU[nom]]


def test_what_the_models_demand_is_there_even_when_nothing_is_given(ecrire_modele: Callable[..., Any]) -> None:
    lu = ecrire_modele(entree())
    codes = ["42349-1", "42346-7", "48765-2", "11348-0", "47519-4", "55112-7"]
    assert lu("//h:section/h:code/@code") == codes
    assert lu(lu.section("42349-1") + "/h:text") == ["Motif du transfert : non renseigné, information non recueillie."]
    assert lu(lu.section("55112-7") + "/h:text") == ["Commentaire : non renseigné."]
    lu = ecrire_modele(sortie())
    assert lu("//h:section/h:code/@code") == [
        "33557-0",
        "42349-1",
        "42545-4",
        "18610-6",
        "10183-2",
        "18776-5",
        "46264-8",
        "48765-2",
    ]
    assert lu(lu.section("42349-1") + "/h:text") == [
        "Motif de l'hospitalisation : non renseigné, information non recueillie."
    ]


# --- admission -------------------------------------------------------------------------------------------


def test_the_letter_of_admission_says_why_and_what_was_done_before(ecrire_modele: Callable[..., Any]) -> None:
    lu = ecrire_modele(entree(**ENTREE))
    assert lu(lu.section("42349-1") + "//h:content") == ["Fièvre depuis deux jours", "Avis <gériatrique> & bilan"]
    assert lu(lu.section("42349-1") + "/h:title") == ["Motif du transfert"]
    acte = lu.section("47519-4") + "/h:entry/h:procedure"
    assert lu(f"{acte}/@moodCode") == ["EVN", "EVN"]
    assert lu(f"{acte}/h:code/@code") == ["NEKA020"]
    assert lu(f"{acte}/h:code/@codeSystem") == ["1.2.250.1.215.300.1"]
    assert lu(f"{acte}/h:effectiveTime/@value") == ["20200217"]
    assert lu(f"{acte}/h:targetSiteCode/@code") == ["7771000"]
    assert lu(f"{acte}/h:statusCode/@code") == ["completed", "completed"]
    assert lu(lu.section("47519-4") + "//h:td") == [
        "Prothèse de hanche",
        "gauche",
        "17/02/2020",
        "Appendicectomie",
        "",
        "",
    ]
    assert lu(lu.section("11348-0") + "/h:title") == ["Antécédents médicaux"]
    assert lu(lu.section("11348-0") + "//h:observation/h:value/@code") == ["I48"]
    assert lu(lu.section("48765-2") + "//h:td[@ID='allergie-1-agent']") == ["Amoxicilline"]
    assert lu(lu.section("55112-7") + "//h:content/text()") == [
        "Ses lunettes sont dans son sac.",
        "Sa fille est prévenue.",
    ]


def test_current_treatments_are_intended(ecrire_modele: Callable[..., Any]) -> None:
    lu = ecrire_modele(entree(**ENTREE))
    section = lu.section("42346-7")
    assert lu(f"{section}//h:manufacturedMaterial/h:name") == ["Apixaban 2,5 mg", "Paracétamol"]
    assert lu(f"{section}//h:substanceAdministration/@moodCode") == ["INT", "INT"]
    assert lu(f"{section}//h:low/@value") == ["20210112", "1"]
    assert lu(f"{section}//h:tr[1]//h:content[@styleCode='Bold']")[0] == "Anticoagulant"


# --- discharge -------------------------------------------------------------------------------------------


def observation(lu: Any, code: str) -> tuple[list[str], ...]:
    o = f"//h:observation[h:code/@code='{code}']"
    return (
        lu(f"{o}/h:value/@x:type"),
        lu(f"{o}/h:value/@code | {o}/h:value/@value | {o}/h:value/text()"),
        lu(f"{o}/h:value/@nullFlavor"),
        lu(f"{o}/h:effectiveTime/@value"),
    )


def dit(lu: Any, libelle: str) -> list[str]:
    return lu(f'//h:tr[h:td[1]="{libelle}"]/h:td[position()>1]')


def test_the_stay_is_told_and_coded(ecrire_modele: Callable[..., Any]) -> None:
    lu = ecrire_modele(sortie(**SORTIE))
    attendus = {
        "GEN-065": (["CD"], ["9571008"], [], ["20260115093005+0100"]),
        "ORG-070": (["CE"], ["183452005"], [], ["20260102"]),
        "ORG-074": (["CE"], ["500"], [], ["20260114"]),
        "MED-142": (["ST"], ["Antibiothérapie.\nApyrétique depuis le 8."], [], ["20260114"]),
        "MED-143": (["ST"], ["Chute sans gravité ; Escarre"], [], ["20260114"]),
        "MED-309": (["BL"], ["true"], [], ["20260103"]),
        "MED-144": (["ST"], ["Escherichia coli BLSE"], [], ["20260114"]),
        "MED-145": (["BL"], ["true"], [], ["20260114"]),
        "MED-146": (["ST"], ["Fièvre <38 °C"], [], ["20260114"]),
        "MED-147": (["BL"], ["true"], [], ["20260114"]),
        "MED-148": (["ST"], ["Urticaire"], [], ["20260114"]),
    }
    assert {code: observation(lu, code) for code in attendus} == attendus
    assert lu("//h:content[@ID='statut-1']") == ["Approuvé."]
    assert lu("//h:content[@ID='synthese-1']/text()") == [
        "Synthèse médicale : Antibiothérapie.",
        "Apyrétique depuis le 8.",
    ]
    assert dit(lu, "Modalité d'entrée") == ["02/01/2026", "hospitalisation en urgence"]
    assert dit(lu, "Modalité de sortie") == [
        "14/01/2026",
        "Etablissement d'hébergement pour personnes âgées dépendantes",
    ]
    assert dit(lu, "Recherche de microorganismes multi-résistants ou émergents effectuée") == ["03/01/2026", "Oui"]
    # What happened stands out, what did not does not.
    gras = lu(lu.section("42545-4") + "//h:tr[.//h:content[@styleCode='Bold']]/h:td[3]")
    assert gras == ["Chute sans gravité ; Escarre", "Escherichia coli BLSE", "Fièvre <38 °C", "Urticaire"]


ACTES = {
    "transfusion": ("MED-145", "Transfusion de produits sanguins"),
    "derives_du_sang": ("MED-147", "Administration de dérivés du sang"),
    "recherche_bmr": ("MED-309", "Recherche de microorganismes multi-résistants ou émergents effectuée"),
}


@pytest.mark.parametrize("champ", ACTES)
@pytest.mark.parametrize(
    ("reponse", "valeur", "absent", "mot"),
    [(True, ["true"], [], "Oui"), (False, ["false"], [], "Non"), (None, [], ["NI"], "Non renseigné")],
)
def test_yes_no_and_unknown_are_three_answers(
    champ: str, reponse: bool | None, valeur: list[str], absent: list[str], mot: str, ecrire_modele: Callable[..., Any]
) -> None:
    code, libelle = ACTES[champ]
    lu = ecrire_modele(sortie(sejour={champ: reponse}))
    assert observation(lu, code) == (["BL"], valeur, absent, [])
    assert dit(lu, libelle) == [mot]
    for autre, (autre_code, _) in ACTES.items():
        if autre != champ:
            assert observation(lu, autre_code)[2] == ["NI"]


EVENEMENTS = dict(zip(LISTES_SEJOUR, ("MED-143", "MED-144", "MED-146", "MED-148"), strict=True))


@pytest.mark.parametrize("champ", EVENEMENTS)
def test_no_event_is_not_an_event_nobody_told(champ: str, ecrire_modele: Callable[..., Any]) -> None:
    code = EVENEMENTS[champ]
    lu = ecrire_modele(sortie(sejour={champ: AUCUN}))
    assert observation(lu, code) == (["ST"], ["Aucun"], [], [])
    rang = lu(f"//h:observation[h:code/@code='{code}']/h:text/h:reference/@value")[0].removeprefix("#")
    assert lu(f"//h:td[@ID='{rang}']") == ["Aucun, selon Dr Anne MODELE, le 10/01/2026"]
    lu = ecrire_modele(sortie())
    assert observation(lu, code) == (["ST"], [], ["NI"], [])
    assert lu(f"//h:td[@ID='{rang}']") == ["Non renseigné"]


def test_a_way_in_that_nobody_told_has_no_code_at_all(ecrire_modele: Callable[..., Any]) -> None:
    # The rules admit no nullFlavor there, and « autre » would be another answer.
    lu = ecrire_modele(sortie())
    assert lu("//h:observation[h:code/@code='ORG-070']") == []
    assert observation(lu, "ORG-074") == (["CE"], [], ["NI"], [])
    assert dit(lu, "Modalité d'entrée") == ["Non renseigné"]


def test_a_stopped_treatment_is_not_a_current_one(ecrire_modele: Callable[..., Any]) -> None:
    lu = ecrire_modele(sortie(**SORTIE))
    arretes, en_cours = lu.section("18610-6"), lu.section("10183-2")
    assert lu(f"{arretes}/h:title") == ["Traitements arrêtés durant le séjour"]
    assert lu(f"{arretes}//h:manufacturedMaterial/h:name") == ["Furosémide 40 mg"]
    assert lu(f"{arretes}//h:substanceAdministration/@moodCode") == ["EVN"]
    assert lu(f"{arretes}//h:effectiveTime/h:low/@value") == ["202506"]
    assert lu(f"{arretes}//h:effectiveTime/h:high/@value") == ["20260104"]
    assert lu(f"{arretes}//h:th") == ["Médicament", "Posologie", "Depuis", "Arrêté le", "Motif de l'arrêt"]
    assert lu(f"{arretes}//h:td") == [
        "Furosémide 40 mg",
        "1 le matin",
        "06/2025",
        "04/01/2026",
        "Insuffisance rénale",
    ]
    assert lu(f"{en_cours}/h:title") == ["Traitements à la sortie"]
    assert lu(f"{en_cours}//h:manufacturedMaterial/h:name") == ["Apixaban 2,5 mg"]
    assert lu(f"{en_cours}//h:substanceAdministration/@moodCode") == ["INT"]


def test_what_comes_next_is_an_intention(ecrire_modele: Callable[..., Any]) -> None:
    lu = ecrire_modele(sortie(**SORTIE))
    section = lu.section("18776-5")
    # What is urgent is read first.
    assert lu(f"{section}//h:tr/h:td[3]") == [
        "Médecin traitant",
        "Scanographie du thorax",
        "Pansement",
        "Ionogramme",
        "Pneumologie",
    ]
    assert lu(f"{section}//h:tr/h:td[4]") == ["18/01/2026", "03/2026", "À fixer", "20/01/2026", "À fixer"]
    assert lu(f"{section}//h:tr/h:td[1]") == ["Urgent", "", "", "", ""]
    assert lu(f"{section}//h:procedure/@moodCode") == ["INT", "INT"]
    assert lu(f"{section}//h:procedure/h:code/@code") == ["ZBQK001"]
    assert lu(f"{section}//h:procedure/h:effectiveTime/@value") == ["202603"]
    assert lu(f"{section}//h:procedure/h:effectiveTime/@nullFlavor") == ["UNK"]
    assert lu(f"{section}//h:observation/@moodCode") == ["INT"]
    assert lu(f"{section}//h:observation/h:code/@code") == ["ORG-064"]
    assert lu(f"{section}//h:observation/h:value") == ["Ionogramme"]
    assert lu(f"{section}//h:observation/h:effectiveTime/@value") == ["20260120"]
    assert lu(f"{section}//h:encounter/@moodCode") == ["ARQ", "ARQ"]
    assert lu(f"{section}//h:encounter[h:effectiveTime/@value='20260118']/h:priorityCode/@code") == ["UR"]
    assert lu(f"{section}//h:encounter[h:effectiveTime/@nullFlavor='UNK']/h:priorityCode/@code") == ["CS"]
    assert lu(f"{section}/h:entry/*/h:statusCode/@code") == ["active"] * 5


@pytest.mark.parametrize("etat", [AUCUN, {"etat": "non_renseigne"}])
def test_nothing_planned_is_still_no_act_done(etat: dict[str, str], ecrire_modele: Callable[..., Any]) -> None:
    lu = ecrire_modele(sortie(suites=etat, traitements_arretes=etat))
    assert lu(lu.section("18776-5") + "//h:procedure/@moodCode") == ["INT"]
    assert lu(lu.section("18610-6") + "//h:substanceAdministration/@moodCode") == ["EVN"]


def test_devices_are_named_dated_and_coded_as_in_the_official_example(ecrire_modele: Callable[..., Any]) -> None:
    lu = ecrire_modele(sortie(**SORTIE))
    section = lu.section("46264-8")
    assert lu(f"{section}//h:supply/@moodCode") == ["EVN", "EVN"]
    assert lu(f"{section}//h:playingDevice/h:code/@code") == ["J010104"]
    assert lu(f"{section}//h:playingDevice/h:code/@codeSystem") == ["1.2.250.1.213.2.68"]
    assert lu(f"{section}//h:supply/h:effectiveTime/h:low/@value") == ["201812"]
    assert lu(f"{section}//h:supply/h:effectiveTime/h:low/@nullFlavor") == ["UNK"]
    assert lu(f"{section}//h:td") == ["Stimulateur cardiaque", "12/2018", "(01)0084", "Sonde urinaire", "", ""]


def test_results_are_words_without_entry(ecrire_modele: Callable[..., Any]) -> None:
    lu = ecrire_modele(sortie(resultats="CRP 12 mg/L"))
    assert lu(lu.section("30954-2") + "/h:text") == ["CRP 12 mg/L"]
    assert lu(lu.section("30954-2") + "/h:entry") == []


# --- references, canonical form, refusals ----------------------------------------------------------------


@pytest.mark.parametrize("lettre", [entree(**ENTREE), sortie(**SORTIE), entree(), sortie()])
def test_every_reference_has_its_target_and_every_code_its_label(
    lettre: Any, ecrire_modele: Callable[..., Any]
) -> None:
    from io import BytesIO

    from lxml import etree

    lu = ecrire_modele(lettre)
    ids = lu("//@ID")
    assert len(ids) == len(set(ids))
    assert {reference.removeprefix("#") for reference in lu("//h:reference/@value")} <= set(ids)
    racines = lu("//h:structuredBody//h:id/@root")
    assert len(set(racines)) == len(racines)
    exempts = "self::h:realmCode or self::h:languageCode or self::h:signatureCode or self::h:statusCode"
    assert lu(f"//*[@code][not(@displayName)][not({exempts})]") == []
    sortie_canonique = BytesIO()
    etree.ElementTree(lu.racine).write_c14n(sortie_canonique, with_comments=True)
    assert sortie_canonique.getvalue() == bytes(lu.document.forme_canonique)


@pytest.mark.parametrize(
    ("sejour", "champ"),
    [
        ({"entree_le": "2026-01-14", "sortie_le": "2026-01-13"}, "sejour.sortie_le"),
        ({"recherche_bmr_le": "2026-01-03"}, "sejour.recherche_bmr_le"),
        ({"transfusion": False, "accidents_transfusionnels": liste("Fièvre")}, "sejour.accidents_transfusionnels"),
        ({"derives_du_sang": False, "evenements_derives_du_sang": liste("x")}, "sejour.evenements_derives_du_sang"),
        ({"recherche_bmr": False, "bmr_identifiees": liste("SARM")}, "sejour.bmr_identifiees"),
        ({"modalite_entree": "160849004"}, "sejour.modalite_entree"),
        ({"synthese": "a\x07b"}, "sejour.synthese"),
    ],
)
def test_a_stay_that_contradicts_itself_is_refused(sejour: dict[str, Any], champ: str) -> None:
    with pytest.raises(ChampInvalideError) as info:
        sortie(sejour=sejour)
    assert info.value.champs == (champ,)


def test_a_stay_of_one_day_is_admitted() -> None:
    jour = date(2026, 1, 14)
    for ecart in (0, 1):
        sejour = {"entree_le": str(jour), "sortie_le": str(jour + timedelta(days=ecart))}
        assert sortie(sejour=sejour).sejour.sortie_le == sejour["sortie_le"]


def test_other_slips_are_refused_with_their_path() -> None:
    cas: list[tuple[dict[str, Any], str]] = [
        ({"statut": "GEN-065"}, "statut"),
        ({"statut": None}, "statut"),
        (
            {"suites": liste({"nature": "rendez-vous", "libelle": "x", "ccam": "ZBQK001"})},
            "suites.renseigne.items.0.ccam",
        ),
        ({"suites": liste({"nature": "autre", "libelle": "x"})}, "suites.renseigne.items.0.nature"),
        ({"dispositifs": liste({"libelle": "x", "emdn": "010104"})}, "dispositifs.renseigne.items.0.emdn"),
        (
            {"traitements_sortie": liste({"medicament": "x", "posologie": "1", "motif_arret": "y"})},
            "traitements_sortie.renseigne.items.0.motif_arret",
        ),
        ({"raisons": [""]}, "raisons.0"),
    ]
    for champs, chemin in cas:
        with pytest.raises(ChampInvalideError) as info:
            sortie(**champs)
        assert info.value.champs == (chemin,)
