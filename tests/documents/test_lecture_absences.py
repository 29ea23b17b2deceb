"""Unknown is not none: what an entry denies, or states to be unknown, is never read as a fact, nor the reverse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rendu_outils import cda

from segur_socles.documents.lecture.document import CdaLu, lire_document
from segur_socles.documents.lecture.elements import Affirmation
from segur_socles.documents.lecture.renvois import CelluleLue
from segur_socles.documents.rendu.modele import EtatSection

ABSENT = 'codeSystem="2.16.840.1.113883.5.1150.1"'
XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
AFFIRME, NIE = Affirmation.AFFIRME, Affirmation.NIE
AUCUN, INCONNU = Affirmation.AUCUN_CONNU, Affirmation.NON_RENSEIGNE


def lire(recit: str, entrees: str, code: str) -> CdaLu:
    return lire_document(cda(recit, entrees=f"<entry {XSI}>{entrees}</entry>" if entrees else "", code=code))


def allergie(valeur: str = "<value/>", *, attributs: str = "", suite: str = "", texte: str = "#a") -> str:
    return (
        f'<act><statusCode code="active"/><entryRelationship typeCode="SUBJ"><observation moodCode="EVN" {attributs}>'
        '<templateId root="1.3.6.1.4.1.19376.1.5.3.1.4.6"/><code code="416098002"/>'
        f'<text><reference value="{texte}"/></text>{valeur}{suite}</observation></entryRelationship></act>'
    )


PENICILLINE = (
    '<participant typeCode="CSM"><participantRole><playingEntity>'
    '<code code="J01CE01" displayName="pénicilline"/></playingEntity></participantRole></participant>'
)
PHRASE = '<paragraph><content ID="a">{}</content></paragraph>'


@pytest.mark.parametrize(
    ("phrase", "entree", "attendue"),
    [
        ("Aucune allergie connue.", allergie(f'<value code="no-known-allergies" {ABSENT}/>'), AUCUN),
        ("Rien", allergie(f'<value code="no-known-medication-allergies" {ABSENT}/>'), AUCUN),
        ("Rien", allergie('<value code="716186003" codeSystem="2.16.840.1.113883.6.96"/>'), AUCUN),
        ("Rien", allergie(f'<value code="no-allergy-info" {ABSENT}/>'), INCONNU),
        ("", allergie('<value nullFlavor="NI"/>'), INCONNU),
        ("Allergies : non renseigné, information non recueillie.", allergie('<value nullFlavor="NI"/>'), INCONNU),
        ("Aucune allergie / intolérance identifiée pendant le séjour", allergie(), AUCUN),
        ("Aucune allergie connue sauf à la pénicilline", allergie(), AFFIRME),
        ("Aucune allergie n'a été recherchée", allergie(), AFFIRME),
        ("Œdème après piqûre", allergie('<value nullFlavor="NI"/>'), AFFIRME),
        ("Pénicilline", allergie(suite=PENICILLINE), AFFIRME),
        ("Pénicilline", allergie(suite=PENICILLINE, attributs='negationInd="true"'), NIE),
        # Denying « none known » is no allergy that can be named, and no absence either.
        ("?", allergie(f'<value code="no-known-allergies" {ABSENT}/>', attributs='negationInd="true"'), INCONNU),
        ("Pénicilline", allergie(suite=PENICILLINE, attributs='nullFlavor="NI"'), INCONNU),
        # A sentence of absence does not erase an agent that is named.
        ("Aucune allergie connue.", allergie(suite=PENICILLINE), AFFIRME),
    ],
)
def test_an_allergy_is_said_denied_absent_or_unknown(phrase: str, entree: str, attendue: Affirmation) -> None:
    lu = lire(PHRASE.format(phrase), entree, "48765-2")
    (element,) = lu.elements
    assert element.affirmation is attendue
    assert len(lu.allergies) == (attendue is AFFIRME)
    assert len(lu.nies) == (attendue is NIE)
    assert len(lu.absences) == (attendue in (AUCUN, INCONNU))


def test_a_text_of_absence_over_a_named_allergy_is_a_contradiction() -> None:
    lu = lire(PHRASE.format("Aucune allergie connue."), allergie(suite=PENICILLINE), "48765-2")
    assert lu.sections[0].etat is EtatSection.CONTRADICTOIRE
    assert [a.nom_agent for a in lu.allergies] == ["pénicilline"]


@pytest.mark.parametrize(
    ("recit", "entrees", "etat"),
    [
        ("", "", EtatSection.NON_RENSEIGNE),
        ("Aucune allergie connue.", allergie(f'<value code="no-known-allergies" {ABSENT}/>'), EtatSection.AUCUN),
        ("Aucune allergie connue.", allergie(f'<value code="no-allergy-info" {ABSENT}/>'), EtatSection.CONTRADICTOIRE),
        ("Allergies : non renseigné.", allergie('<value nullFlavor="NI"/>'), EtatSection.NON_RENSEIGNE),
        ("Pénicilline", allergie(suite=PENICILLINE), EtatSection.RENSEIGNE),
    ],
)
def test_the_section_tells_which_of_the_three_states(recit: str, entrees: str, etat: EtatSection) -> None:
    assert lire(PHRASE.format(recit) if recit else "", entrees, "48765-2").sections[0].etat is etat


def observation(valeur: str, attributs: str = "") -> str:
    return (
        f'<observation moodCode="EVN" {attributs}><code code="1-8"/><text><reference value="#o"/></text>'
        f"{valeur}</observation>"
    )


@pytest.mark.parametrize(
    ("entree", "reponse", "affirmation", "absence"),
    [
        (observation('<value xsi:type="BL" value="true"/>'), True, AFFIRME, None),
        (observation('<value xsi:type="BL" value="false"/>'), False, NIE, None),
        (observation('<value xsi:type="BL" nullFlavor="NASK"/>'), None, INCONNU, "NASK"),
        (observation('<value xsi:type="BL" value="true"/>', 'negationInd="true"'), False, NIE, None),
        (observation('<value xsi:type="BL" value="false"/>', 'negationInd="true"'), None, NIE, None),
        (observation('<value xsi:type="ST">un peu</value>', 'negationInd="1"'), None, NIE, None),
        (observation('<value xsi:type="PQ" nullFlavor="UNK"/>'), None, AFFIRME, "UNK"),
    ],
)
def test_yes_no_and_unknown(entree: str, reponse: bool | None, affirmation: Affirmation, absence: str | None) -> None:
    (lue,) = lire("", entree, "42545-4").observations
    assert (lue.reponse, lue.affirmation, lue.absence) == (reponse, affirmation, absence)


@pytest.mark.parametrize(
    ("rangee", "code", "contredit"),
    [
        ('<td ID="o">chute</td><td>oui</td>', "true", False),
        ('<td ID="o">chute</td><td>non</td>', "true", True),
        ('<td ID="o">chute</td><td>Oui.</td>', "false", True),
        ('<td>chute</td><td ID="o">le 10/07, Non</td>', "true", True),
        ('<td ID="o">réanimation</td><td>Non autorisée</td>', "true", True),
        ('<td ID="o">réanimation</td><td>Non autorisée</td>', "false", False),
        ('<td ID="o">chute</td><td>non renseigné</td>', "true", False),
        ('<td ID="o">chute</td><td>oui</td><td>non</td>', "true", False),
        ('<td ID="o">chute</td><td><content revised="delete">non</content></td>', "true", False),
    ],
)
def test_text_and_code_that_contradict_each_other_are_shown(rangee: str, code: str, contredit: bool) -> None:
    recit = f"<table><tbody><tr>{rangee}</tr></tbody></table>"
    lu = lire(recit, observation(f'<value xsi:type="BL" value="{code}"/>'), "42545-4")
    (lue,) = lu.observations
    assert (lue.contredit, lue.reponse) == (contredit, code == "true")
    assert len(lu.contradictions) == contredit


def vaccin(code: str, attributs: str = "", produit: str = '<code code="6" displayName="Vaccin X"/>') -> str:
    return (
        f'<substanceAdministration moodCode="EVN" {attributs}><code {code}/><consumable><manufacturedProduct>'
        f"<manufacturedMaterial>{produit}</manufacturedMaterial></manufacturedProduct></consumable>"
        "</substanceAdministration>"
    )


@pytest.mark.parametrize(
    ("entree", "affirmation", "faite"),
    [
        (vaccin('code="IMMUNIZ"', 'negationInd="false"'), AFFIRME, True),
        (vaccin('code="IMMUNIZ"', 'negationInd="true"'), NIE, False),
        (vaccin(f'code="no-known-immunizations" {ABSENT}'), AUCUN, None),
        (vaccin(f'code="no-immunization-info" {ABSENT}', produit='<name nullFlavor="NI"/>'), INCONNU, None),
    ],
)
def test_a_vaccine_not_given_is_not_one_given(entree: str, affirmation: Affirmation, faite: bool | None) -> None:
    lu = lire("", entree, "11369-6")
    (element,) = lu.elements
    assert (element.affirmation, getattr(element, "faite", "?")) == (affirmation, faite)
    assert len(lu.vaccinations) == (affirmation is AFFIRME)


def medicament(produit: str, suite: str = "", attributs: str = "") -> str:
    return (
        f'<substanceAdministration moodCode="EVN" {attributs}><text><reference value="#a"/></text>{suite}<consumable>'
        f"<manufacturedProduct><manufacturedMaterial>{produit}</manufacturedMaterial></manufacturedProduct>"
        "</consumable></substanceAdministration>"
    )


@pytest.mark.parametrize(
    ("phrase", "entree", "affirmation"),
    [
        ("X", medicament('<code code="6"/><name>X</name>'), AFFIRME),
        ("X", medicament("<name>X</name>", attributs='negationInd="true"'), NIE),
        ("", medicament(f'<code code="no-known-medications" {ABSENT}/>'), AUCUN),
        ("", medicament(f'<code code="no-medication-info" {ABSENT}/>'), INCONNU),
        ("", medicament('<code nullFlavor="UNK"/><name nullFlavor="UNK"/>'), INCONNU),
        ("Aucun traitement au long cours connu.", medicament('<code nullFlavor="NI"/>'), AUCUN),
        ("Traitements : non renseigné.", medicament('<code nullFlavor="NI"/>'), INCONNU),
        ("", medicament('<code nullFlavor="UNK"/>', '<effectiveTime value="20260101"/>'), AFFIRME),
    ],
)
def test_a_medicine_denied_or_unknown_is_not_a_treatment(phrase: str, entree: str, affirmation: Affirmation) -> None:
    lu = lire(PHRASE.format(phrase), entree, "10160-0")
    (element,) = lu.elements
    assert element.affirmation is affirmation
    assert len(lu.traitements) == (affirmation is AFFIRME)


def test_a_problem_that_is_denied_is_not_a_problem() -> None:
    entree = (
        '<observation negationInd="true"><templateId root="1.3.6.1.4.1.19376.1.5.3.1.4.5"/>'
        '<value xsi:type="CD" code="E11" displayName="Diabète"/></observation>'
    )
    lu = lire("<paragraph>Pas de diabète</paragraph>", entree, "11450-4")
    assert lu.problemes == ()
    assert [(e.affirmation, getattr(e, "nom", None)) for e in lu.nies] == [(NIE, "Diabète")]


def lie(lien: str, code: str, valeur: str, attributs: str = "") -> str:
    return (
        f'<entryRelationship typeCode="{lien}"><observation {attributs}><code code="{code}"/>'
        f'<value xsi:type="CD" code="{valeur}" displayName="{valeur}"/></observation></entryRelationship>'
    )


def test_a_reaction_or_a_severity_that_is_denied_is_not_read() -> None:
    suite = (
        PENICILLINE
        + lie("MFST", "418799008", "Choc", 'negationInd="true"')
        + lie("MFST", "418799008", "Urticaire")
        + lie("SUBJ", "SEV", "grave", 'negationInd="true"')
        + lie("SUBJ", "82606-5", "low")
    )
    (allergie_lue,) = lire(PHRASE.format("Pénicilline"), allergie(suite=suite), "48765-2").allergies
    assert [r.nom for r in allergie_lue.reactions] == ["Urticaire"]
    assert allergie_lue.severite is None
    assert allergie_lue.criticite is not None
    assert allergie_lue.criticite.code == "low"


def test_a_rhythm_written_before_the_dates_does_not_hide_them() -> None:
    temps = (
        '<effectiveTime xsi:type="PIVL_TS"><period value="12" unit="h"/></effectiveTime>'
        '<effectiveTime xsi:type="IVL_TS"><low value="20260101"/><high nullFlavor="UNK"/></effectiveTime>'
    )
    (traitement,) = lire("", medicament("<name>X</name>", temps), "10160-0").traitements
    assert traitement.periode is not None
    assert (traitement.periode.debut, traitement.periode.absence_fin) == ("20260101", "UNK")
    assert traitement.prise.frequence is not None
    assert traitement.prise.frequence.ecrite == "12"


def test_our_own_documents_say_their_three_states(ecrire: Callable[..., Any]) -> None:
    muet = lire_document(ecrire({}).document.octets)
    assert {(e.rubrique, e.affirmation) for e in muet.absences if e.rubrique == "48765-2"} == {("48765-2", INCONNU)}
    aucun = {"etat": "aucun_connu", "declarant": "Dr MODELE", "date": "2026-01-10"}
    dit = lire_document(ecrire({"allergies": aucun}).document.octets)
    assert {(e.rubrique, e.affirmation) for e in dit.absences if e.rubrique == "48765-2"} == {("48765-2", AUCUN)}
    assert (muet.allergies, dit.allergies) == ((), ())


def test_no_content_is_in_a_repr() -> None:
    lu = lire(PHRASE.format("SECRET-TEXTE"), allergie(suite=PENICILLINE), "48765-2")
    montres = [repr(x) for x in (lu, lu.sections[0], *lu.elements, *lu.personnes, CelluleLue("SECRET", "SECRET"))]
    montres += [repr(a.agent) for a in lu.allergies] + [str(a) for a in lu.allergies]
    assert not any("pénicilline" in m or "SECRET" in m or "J01CE01" in m for m in montres)
