"""What the document says, against values written by hand: a mistake made twice would not show otherwise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from segur_socles.documents.cda.ecriture import ecrire_document
from segur_socles.documents.editions import DLU_2022_01_JDV_2025
from segur_socles.documents.lecture.document import lire_document
from segur_socles.documents.modeles.dlu import Dlu
from segur_socles.errors import ChampInvalideError

AUCUN = {"etat": "aucun_connu", "declarant": "Dr Anne MODELE", "date": "2026-01-10"}


def liste(*items: dict[str, Any]) -> dict[str, Any]:
    return {"etat": "renseigne", "items": list(items)}


# --- treatments ------------------------------------------------------------------------------------------


def test_a_dose_is_a_dose_and_a_rate_is_a_rate(ecrire: Callable[..., Any]) -> None:
    lu = ecrire(
        {
            "traitements": liste(
                {
                    "medicament": "Morphine",
                    "posologie": "selon protocole",
                    "dose": {"valeur": "2.5", "unite": "mg"},
                    "debit": {"valeur": "4", "unite": "mL/h"},
                    "periode": {"valeur": "8", "unite": "h"},
                }
            )
        }
    )
    for borne in ("low", "high"):
        assert lu(f"//h:doseQuantity/h:{borne}/@value") == ["2.5"]
        assert lu(f"//h:doseQuantity/h:{borne}/@unit") == ["mg"]
        assert lu(f"//h:rateQuantity/h:{borne}/@value") == ["4"]
        assert lu(f"//h:rateQuantity/h:{borne}/@unit") == ["mL/h"]
    assert lu("//h:effectiveTime[@x:type='PIVL_TS'][@operator='A']/h:period/@value") == ["8"]
    assert lu("//h:effectiveTime[@x:type='PIVL_TS']/h:period/@unit") == ["h"]


def test_a_treatment_keeps_its_words_its_dates_and_its_route(ecrire: Callable[..., Any]) -> None:
    lu = ecrire(
        {
            "traitements": liste(
                {
                    "medicament": "Apixaban 2,5 mg",
                    "cis": "60000001",
                    "voie": "20053000",
                    "posologie": "1 matin et soir",
                    "debut": "2021-01-12",
                    "fin": "2026-03",
                }
            )
        }
    )
    entree = lu.section("10160-0") + "//h:substanceAdministration"
    assert lu(f"{entree}/h:effectiveTime[1]/h:low/@value") == ["20210112"]
    assert lu(f"{entree}/h:effectiveTime[1]/h:high/@value") == ["202603"]
    assert lu(f"{entree}/h:routeCode/@code") == ["20053000"]
    assert lu(f"{entree}//h:manufacturedMaterial/h:code/@codeSystem") == ["1.2.250.1.213.2.3.1"]
    assert lu(f"{entree}//h:manufacturedMaterial/h:code/@code") == ["60000001"]
    assert lu(f"{entree}//h:manufacturedMaterial/h:name") == ["Apixaban 2,5 mg"]
    assert lu("//h:td[@ID='traitement-1-posologie']") == ["1 matin et soir"]
    assert lu("//h:td[@ID='traitement-1-debut']") == ["12/01/2021"]
    assert lu("//h:td[@ID='traitement-1-fin']") == ["03/2026"]
    assert lu("//h:doseQuantity | //h:rateQuantity | //h:period") == []


POSOLOGIES: dict[str, tuple[dict[str, Any], str]] = {
    "all is said already": (
        {
            "posologie": "5 mg toutes les 4 h",
            "dose": {"valeur": "5.0", "unite": "mg"},
            "periode": {"valeur": "4", "unite": "h"},
        },
        "5 mg toutes les 4 h",
    ),
    "the dose is coded only": (
        {"posologie": "1 pulvérisation", "dose": {"valeur": "0.15", "unite": "mg"}, "si_besoin": True},
        "1 pulvérisation, soit 0,15 mg (si besoin)",
    ),
    "a slip of the unit is seen": (
        {"posologie": "1 g au coucher", "dose": {"valeur": "1", "unite": "mg"}},
        "1 g au coucher, soit 1 mg",
    ),
    "ten times more is seen": (
        {"posologie": "0,5 mg", "dose": {"valeur": "5", "unite": "mg"}},
        "0,5 mg, soit 5 mg",
    ),
    "a rate and a rhythm": (
        {
            "posologie": "selon protocole",
            "debit": {"valeur": "60", "unite": "mL/h"},
            "periode": {"valeur": "1", "unite": "d"},
        },
        "selon protocole, soit 60 mL/h tous les jours",
    ),
    "words, not symbols": (
        {
            "posologie": "le lundi",
            "dose": {"valeur": "2", "unite": "[iU]"},
            "periode": {"valeur": "2", "unite": "wk"},
        },
        "le lundi, soit 2 unités toutes les 2 semaines",
    ),
}


@pytest.mark.parametrize("cas", POSOLOGIES)
def test_what_is_coded_of_a_dose_is_read_too(cas: str, ecrire: Callable[..., Any]) -> None:
    champs, lu = POSOLOGIES[cas]
    document = ecrire({"traitements": liste({"medicament": "X", **champs})})
    assert document("//h:td[@ID='traitement-1-posologie']") == [lu]


def test_what_is_taken_if_needed_is_not_coded_as_due(ecrire: Callable[..., Any]) -> None:
    douleur = {"medicament": "Paracétamol", "posologie": "1 g", "periode": {"valeur": "6", "unite": "h"}}
    lu = ecrire({"traitements": liste(douleur | {"si_besoin": True}, douleur)})
    entree = lu.section("10160-0") + "/h:entry"
    assert lu(f"{entree}[1]//h:precondition[@typeCode='PRCN']/h:criterion/h:text/h:reference/@value") == [
        "#traitement-1-posologie"
    ]
    assert lu(f"{entree}[2]//h:precondition") == []
    assert [t.condition for t in lire_document(lu.document.octets).traitements] == [
        "1 g, soit toutes les 6 h (si besoin)",
        None,
    ]


def test_when_the_person_was_seen_and_how_a_vaccine_was_given_are_read(ecrire: Callable[..., Any]) -> None:
    lu = ecrire(
        {
            "etat": {"observe_le": "2025-11-03", "chutes": True},
            "vaccinations": liste({"vaccin": "Grippe", "voie": "20035000"}),
        }
    )
    assert lu(lu.section("42545-4") + "/h:text/h:paragraph")[1:] == ["État observé le 03/11/2025."]
    assert lu("//h:td[@ID='vaccination-1-voie']") == ["Voie intramusculaire"]
    assert ecrire()("//h:paragraph[contains(.,'observé')]") == []


@pytest.mark.parametrize(
    ("telecom", "lu"),
    [
        ({"valeur": "0199000040"}, "Téléphone : 0199000040"),
        ({"type": "fax", "valeur": "0199000041"}, "Télécopie : 0199000041"),
        ({"type": "mailto", "valeur": "ch@essai.mssante.fr"}, "Courriel : ch@essai.mssante.fr"),
    ],
)
def test_a_fax_is_not_read_as_a_telephone(telecom: dict[str, Any], lu: str, ecrire: Callable[..., Any]) -> None:
    document = ecrire({"etablissement_preference": {"nom": "CH", "telecom": telecom}})
    assert document(document.section("11302-7") + "/h:text") == [f"CH{lu}"]


def test_alerts_are_read_first(ecrire: Callable[..., Any]) -> None:
    lu = ecrire(
        {
            "traitements": liste(
                {"medicament": "Paracétamol", "posologie": "1 g", "si_besoin": True},
                {"medicament": "Apixaban", "posologie": "2", "alerte": "Anticoagulant"},
            ),
            "allergies": liste(
                {"agent": "Latex", "type": "419199007"},
                {
                    "agent": "Pollen",
                    "type": "609328004",
                    "reactions": [{"libelle": "Rhinite", "severite": "255604002"}],
                },
                {
                    "agent": "Pénicilline",
                    "type": "416098002",
                    "reactions": [{"libelle": "Choc", "severite": "442452003"}],
                },
            ),
        }
    )
    assert lu(lu.section("10160-0") + "//h:td[contains(@ID,'-medicament')]") == ["Apixaban", "Paracétamol"]
    assert lu(lu.section("10160-0") + "//h:content[@styleCode='Bold']") == ["Anticoagulant", "Apixaban", "2"]
    assert lu("//h:td[@ID='traitement-2-posologie']") == ["1 g (si besoin)"]
    assert lu(lu.section("48765-2") + "//h:td[contains(@ID,'-agent')]") == ["Pénicilline", "Pollen", "Latex"]
    assert lu("//h:td[@ID='allergie-1-reactions']") == ["Choc (gravité mortelle)"]
    assert lu("//h:td[@ID='allergie-3-reactions']") == ["Réaction non renseignée"]
    # The entries follow the lines they code.
    assert lu(lu.section("48765-2") + "/h:entry//h:participant//h:originalText/h:reference/@value") == [
        "#allergie-1-agent",
        "#allergie-2-agent",
        "#allergie-3-agent",
    ]


# --- sides, negations, roles -----------------------------------------------------------------------------


@pytest.mark.parametrize(("cote", "code"), [("droite", "24028007"), ("gauche", "7771000"), ("bilatérale", "51440002")])
def test_right_is_right_and_left_is_left(cote: str, code: str, ecrire: Callable[..., Any]) -> None:
    lu = ecrire(
        {
            "pathologies": liste({"libelle": "Gonarthrose", "lateralite": cote}),
            "etat": {"deficit_auditif": True, "cote_auditif": cote},
        }
    )
    assert lu(lu.section("11450-4") + "//h:targetSiteCode/@code") == [code]
    assert lu("//h:observation[h:code/@code='15188001']/h:targetSiteCode/@code") == [code]
    assert lu("//h:observation[h:code/@code='397540003']/h:targetSiteCode") == []
    assert lu("//h:td[@ID='pathologie-1-cote']") == [cote]


def _reponse(lu: Any, code: str) -> tuple[list[str], list[str]]:
    valeur = f"//h:observation[h:code/@code='{code}']/h:value"
    return lu(f"{valeur}/@value"), lu(f"{valeur}/@nullFlavor")


def test_yes_no_and_unknown_are_three_answers(ecrire: Callable[..., Any]) -> None:
    lu = ecrire({"etat": {"chutes": True, "fugue": False}, "bmr": {"porteur": None}, "soins_palliatifs": None})
    assert _reponse(lu, "161898004") == (["true"], [])
    assert _reponse(lu, "248046000") == (["false"], [])
    assert _reponse(lu, "50239007") == ([], ["NI"])
    assert _reponse(lu, "U83.71") == ([], ["NI"])
    assert lu("//h:procedure[h:code/@code='103735009']") == []
    assert lu("//h:td[@ID='palliatif-1-reponse'] | //h:td[@ID='bmr-1-reponse']") == ["Non renseigné", "Non renseigné"]
    # 15 questions, each on its own line with its own answer.
    assert len(lu(lu.section("42545-4") + "/h:entry")) == 15
    assert lu("//h:tr[h:td='Chutes']/h:td[2] | //h:tr[h:td='Fugue']/h:td[2] | //h:tr[h:td='Déambulation']/h:td[2]") == [
        "Oui",
        "Non renseigné",
        "Non",
    ]


@pytest.mark.parametrize(("en_cours", "negation", "dit"), [(True, "false", "Oui"), (False, "true", "Non")])
def test_palliative_care_is_negated_only_when_there_is_none(
    en_cours: bool, negation: str, dit: str, ecrire: Callable[..., Any]
) -> None:
    lu = ecrire({"soins_palliatifs": en_cours})
    assert lu("//h:procedure[h:code/@code='103735009']/@negationInd") == [negation]
    assert lu("//h:td[@ID='palliatif-1-reponse']") == [dit]


def test_a_vaccination_not_done_is_negated(ecrire: Callable[..., Any]) -> None:
    lu = ecrire(
        {"vaccinations": liste({"vaccin": "Grippe", "faite_le": "2025-10"}, {"vaccin": "Zona", "effectuee": False})}
    )
    entree = lu.section("11369-6") + "//h:substanceAdministration"
    assert lu(f"{entree}/@negationInd") == ["false", "true"]
    assert lu("//h:td[contains(@ID,'-effectuee')]") == ["Oui", "Non"]
    assert lu(f"{entree}//h:manufacturedMaterial/h:name") == ["Grippe", "Zona"]


def test_a_refused_directive_is_not_an_absent_one(ecrire: Callable[..., Any]) -> None:
    lu = ecrire({"directives": liste({"type": "75779-9", "accepte": False}, {"type": "42348-3", "accepte": True})})
    observation = lu.section("42348-3") + "//h:observation"
    assert lu(f"{observation}[h:code/@code='75779-9']/h:value/@value") == ["false"]
    assert lu(f"{observation}[h:code/@code='42348-3']/h:value/@value") == ["true"]
    assert lu("//h:td[@ID='directive-1-choix'] | //h:td[@ID='directive-2-choix']") == ["Non", "Oui"]


def test_the_trusted_person_is_not_the_person_to_call(ecrire: Callable[..., Any]) -> None:
    entourage = [
        {"nom": "CONFIANCE", "lien": "DAU", "roles": ["NOK"], "telecoms": [{"valeur": "0600000001"}]},
        {"nom": "PREVENIR", "lien": "SON", "roles": ["ECON"], "telecoms": [{"valeur": "0600000002"}]},
        {"nom": "DEUXROLES", "roles": ["NOK", "ECON"], "telecoms": [{"valeur": "0600000003"}]},
    ]
    lu = ecrire({}, usager={"entourage": entourage})
    assert lu("//h:relatedEntity[@classCode='NOK']//h:family") == ["CONFIANCE", "DEUXROLES"]
    assert lu("//h:relatedEntity[@classCode='ECON']//h:family") == ["PREVENIR", "DEUXROLES"]
    assert lu("//h:relatedEntity[.//h:family='CONFIANCE']/h:code/@code") == ["DAU"]
    assert lu("//h:relatedEntity[.//h:family='PREVENIR']/h:telecom/@value") == ["tel:0600000002"]


# --- unknown is not none ---------------------------------------------------------------------------------

LISTES = {
    "pathologies": ("11450-4", "no-known-problems"),
    "antecedents": ("11348-0", "no-known-problems"),
    "allergies": ("48765-2", "no-known-allergies"),
    "traitements": ("10160-0", "no-known-medications"),
    "vaccinations": ("11369-6", "no-known-immunizations"),
}


@pytest.mark.parametrize("nom", [*LISTES, "directives"])
def test_a_list_not_filled_in_is_never_a_negation(nom: str, ecrire: Callable[..., Any]) -> None:
    loinc = LISTES.get(nom, ("42348-3", ""))[0]
    lu = ecrire({nom: {"etat": "non_renseigne"}})
    texte = "".join(lu(lu.section(loinc) + "/h:text"))
    assert "non renseigné" in texte
    assert "Aucun" not in texte
    codes = lu(lu.section(loinc) + "/h:entry//@code")
    assert not [code for code in codes if str(code).startswith("no-known")]
    assert lu(lu.section(loinc) + "/h:entry//*[@negationInd='true']") == []
    assert lu(lu.section(loinc) + "/h:entry//h:value/@value") == []


@pytest.mark.parametrize(("nom", "loinc", "code"), [(nom, *attendu) for nom, attendu in LISTES.items()])
def test_none_known_says_who_says_so(nom: str, loinc: str, code: str, ecrire: Callable[..., Any]) -> None:
    lu = ecrire({nom: AUCUN})
    texte = "".join(lu(lu.section(loinc) + "/h:text"))
    assert texte.startswith("Aucun")
    assert texte.endswith(", selon Dr Anne MODELE, le 10/01/2026.")
    assert lu(lu.section(loinc) + f"/h:entry//*[@code='{code}']/@codeSystem") == ["2.16.840.1.113883.5.1150.1"]


def test_no_known_directive_is_answered_no(ecrire: Callable[..., Any]) -> None:
    lu = ecrire({"directives": AUCUN})
    assert lu(lu.section("42348-3") + "//h:observation/h:value/@value") == ["false"]
    assert lu(lu.section("42348-3") + "/h:text") == [
        "Aucune directive anticipée connue, selon Dr Anne MODELE, le 10/01/2026."
    ]


def test_a_problem_without_code_has_its_words(ecrire: Callable[..., Any]) -> None:
    lu = ecrire({"pathologies": liste({"libelle": "Gonarthrose"}, {"libelle": "FA", "cim10": "I48", "debut": "2017"})})
    valeur = lu.section("11450-4") + "//h:observation/h:value"
    assert lu(f"{valeur}/@code") == ["I48"]
    assert lu(f"{valeur}/@displayName") == ["FA"]
    assert lu(f"{valeur}/h:originalText/h:reference/@value") == ["#pathologie-1-libelle", "#pathologie-2-libelle"]
    assert lu(lu.section("11450-4") + "//h:act/h:statusCode/@code") == ["active", "active"]


def test_a_past_problem_is_completed_and_has_an_end(ecrire: Callable[..., Any]) -> None:
    lu = ecrire({"antecedents": liste({"libelle": "AIT", "debut": "2017-03-02", "fin": "2017-03-03"})})
    acte = lu.section("11348-0") + "//h:act"
    assert lu(f"{acte}/h:statusCode/@code") == ["completed"]
    assert lu(f"{acte}/h:effectiveTime/h:low/@value | {acte}/h:effectiveTime/h:high/@value") == ["20170302", "20170303"]


# --- pieces and narrative --------------------------------------------------------------------------------


def test_the_checklist_tells_joined_kept_on_site_and_absent(ecrire: Callable[..., Any]) -> None:
    pieces = [{"type": "DLU_009", "disponible": "salle de soins"}, {"type": "DLU_011", "pdf": b"%PDF-1.4 essai %%EOF"}]
    lu = ecrire({"pieces": pieces})
    media = lu.section("55107-7") + "//h:organizer[.//h:value/@code='{}']//h:observationMedia/h:value"
    assert lu(media.format("DLU_011")) == ["JVBERi0xLjQgZXNzYWkgJSVFT0Y="]
    assert lu(media.format("DLU_011") + "/@mediaType") == ["application/pdf"]
    assert lu(media.format("DLU_009") + "/@nullFlavor") == ["NAV"]
    assert lu(media.format("DLU_006") + "/@nullFlavor") == ["NI"]
    assert lu("//h:tr[h:td='Grille AGGIR (la plus récente)']/h:td") == [
        "Grille AGGIR (la plus récente)",
        "Non",
        "salle de soins",
    ]
    montre = lu("//h:renderMultiMedia/@referencedObject")
    assert montre == lu(media.format("DLU_011") + "/../@ID")
    assert len(lu(lu.section("55107-7") + "/h:entry")) == 14


def test_every_reference_has_its_target_and_every_target_is_unique(ecrire: Callable[..., Any]) -> None:
    lu = ecrire(
        {
            "pathologies": liste({"libelle": "A"}, {"libelle": "B"}),
            "allergies": AUCUN,
            "pieces": [{"type": "DLU_011", "pdf": b"%PDF-1.4\n%%EOF"}],
        }
    )
    ids = lu("//@ID")
    references = lu("//h:reference/@value")
    assert len(ids) == len(set(ids))
    assert references
    assert {reference.removeprefix("#") for reference in references} <= set(ids)
    assert lu("//h:section/h:id/@root") != []
    racines = lu("//h:structuredBody//h:id/@root")
    assert all(racine == racine.upper() for racine in racines)
    assert len(set(racines)) == len(racines)


def test_no_code_goes_without_its_label(ecrire: Callable[..., Any]) -> None:
    lu = ecrire({"soins_palliatifs": True, "etat": {"chutes": True}})
    exempts = "self::h:realmCode or self::h:languageCode or self::h:signatureCode or self::h:statusCode"
    assert lu(f"//*[@code][not(@displayName)][not({exempts})]") == []


def test_autonomy_and_comment_are_told(ecrire: Callable[..., Any]) -> None:
    lu = ecrire({"autonomie": {"gir": 3, "evalue_le": "2025-06-15"}, "commentaire": "un\ndeux <3 & plus"})
    assert lu("//h:content[@ID='autonomie-1']") == ["Autonomie : GIR 3, évalué le 15/06/2025."]
    assert lu("//h:content[@ID='commentaire-1']/text()") == ["un", "deux <3 & plus"]
    assert lu("//h:content[@ID='commentaire-1']/h:br") == [""]


def test_without_preferred_hospital_nobody_receives(ecrire: Callable[..., Any]) -> None:
    assert ecrire({})("//h:act[h:code/@code='11302-7']/h:participant") == []
    lu = ecrire({"etablissement_preference": {"nom": "CH", "finess": "990000035"}})
    assert lu("//h:participant[@typeCode='RCV']//h:id/@extension") == ["1990000035"]
    assert lu(lu.section("11302-7") + "/h:text") == ["CH"]


def test_an_edition_changes_the_code_written(faire_entete: Callable[..., Any], ecrire: Callable[..., Any]) -> None:
    from segur_socles._core.ids import SeededIds

    contenu = {"directives": liste({"type": "MED-295", "accepte": True})}
    assert "265764009" not in ecrire(contenu).document.octets.decode()
    apres = ecrire_document(Dlu.model_validate(contenu), faire_entete(), SeededIds(1), edition=DLU_2022_01_JDV_2025)
    assert b'code="265764009" codeSystem="2.16.840.1.113883.6.96"' in apres.octets
    assert b"MED-295" not in apres.octets


def test_a_header_of_another_model_is_refused(ecrire: Callable[..., Any]) -> None:
    with pytest.raises(ChampInvalideError) as info:
        ecrire({}, type="34133-9")
    assert info.value.champs == ("entete.type",)
