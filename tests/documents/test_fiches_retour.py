"""The return sheet in both its editions, against values written by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from fiches_outils import AUCUN, INCONNU, RETOUR_DIT, RETOUR_PLEIN, liste, retour
from lxml import etree

from segur_socles.documents.editions import FLUDR_2022_01, FR_SU_2025_01

DEUX = pytest.mark.parametrize("edition", [FLUDR_2022_01, FR_SU_2025_01], ids=["FLUDR", "FR-SU"])
TRANSFERT = "//h:act[h:code/@code='80413-8']"
MEDIA = "//h:organizer[.//h:value/@code='{}']//h:observationMedia/h:value"


@DEUX
def test_nothing_is_dropped_by_an_edition(edition: Any, ecrire_modele: Callable[..., Any]) -> None:
    lu = ecrire_modele(retour(**RETOUR_PLEIN), edition)
    recit = " ".join(" ".join(etree.ElementBase.itertext(t)) for t in lu.racine.iter("{urn:hl7-org:v3}text"))
    assert [mot for mot in RETOUR_DIT if mot not in recit] == []
    # The file too: « %PDF-1.4 essai %%EOF » in base64.
    assert lu(MEDIA.format("DLU_020")) == ["JVBERi0xLjQgZXNzYWkgJSVFT0Y="]
    assert lu("//h:renderMultiMedia/@referencedObject") == lu("//h:observationMedia[h:value/@representation]/@ID")


def test_the_sections_are_those_of_each_model(ecrire_modele: Callable[..., Any]) -> None:
    fiche = retour(**RETOUR_PLEIN)
    codes = "//h:section/h:code/@code"
    assert ecrire_modele(fiche, FLUDR_2022_01)(codes) == [
        *("42545-4", "11535-2", "10183-2", "46264-8", "55107-7", "55112-7")
    ]
    assert ecrire_modele(fiche, FR_SU_2025_01)(codes) == [
        *("ORG-213", "42545-4", "11535-2", "18776-5", "55112-7", "46264-8", "77599-9")
    ]


RETOURS = {
    "retour en EHPAD": ("ORG-216", "Retour en EHPAD"),
    "retour au domicile": ("160849004", "Retour au domicile"),
    "transfert vers une autre structure": ("19712007", "Transfert vers une autre structure"),
}


@pytest.mark.parametrize("vers", list(RETOURS))
def test_one_way_back_is_stated(vers: str, ecrire_modele: Callable[..., Any]) -> None:
    code, dit = RETOURS[vers]
    neuve = ecrire_modele(retour(retour=vers), FR_SU_2025_01)
    observation = neuve.section("42545-4") + "//h:observation"
    assert neuve(f"{observation}/h:code/@code") == [code]
    assert neuve(f"{observation}/h:value/@value") == ["true"]
    for lu in (neuve, ecrire_modele(retour(retour=vers), FLUDR_2022_01)):
        assert lu("//h:tr[h:td='Retour']/h:td[2]") == [dit]


def test_an_unknown_way_back_states_none(ecrire_modele: Callable[..., Any]) -> None:
    lu = ecrire_modele(retour(), FR_SU_2025_01)
    observation = lu.section("42545-4") + "//h:observation"
    assert lu(f"{observation}/h:code/@code") == ["ORG-216", "160849004", "19712007"]
    assert lu(f"{observation}/h:value/@nullFlavor") == ["NI", "NI", "NI"]
    assert lu(f"{observation}/h:value/@value") == []
    assert lu("//h:tr[h:td='Retour']/h:td[2]") == ["Non renseigné"]
    # The rules want a transfer even when nobody knows where to: intended, to no place.
    assert lu(f"{TRANSFERT}/@moodCode") == ["INT"]
    assert lu(f"{TRANSFERT}/h:participant") == []


@pytest.mark.parametrize(
    ("qui", "code"), [("etablissement_origine", "ORG-222"), ("medecin_traitant", "PCP"), ("entourage", "ORG-223")]
)
@pytest.mark.parametrize(("reponse", "dit"), [(True, "Oui"), (False, "Non"), (None, "Non renseigné")])
def test_who_was_informed_is_yes_no_or_unknown(
    qui: str, code: str, reponse: bool | None, dit: str, ecrire_modele: Callable[..., Any]
) -> None:
    fiche = retour(informes={qui: reponse})
    lu = ecrire_modele(fiche, FR_SU_2025_01)
    valeur = lu.section("ORG-213") + f"//h:observation[h:code/@code='{code}']/h:value"
    assert lu(f"{valeur}/@value") == {True: ["true"], False: ["false"], None: []}[reponse]
    assert lu(f"{valeur}/@nullFlavor") == ([] if reponse is not None else ["NI"])
    ancre = lu(lu.section("ORG-213") + f"//h:observation[h:code/@code='{code}']/h:text/h:reference/@value")[0]
    assert lu(f"//h:tr[@ID='{ancre[1:]}']/h:td[2]") == [dit]
    premiere = ecrire_modele(fiche, FLUDR_2022_01)
    assert premiere(premiere.section("42545-4") + "//h:observation/h:code/@code") == ["15515-0"]
    assert premiere(f"//h:tr[@ID='{ancre[1:]}']/h:td[2]") == [dit]


@pytest.mark.parametrize(("motif", "code"), [("Chute", None), (None, "NI")])
def test_the_reason_is_coded_or_unknown(motif: str | None, code: str | None, ecrire_modele: Callable[..., Any]) -> None:
    lu = ecrire_modele(retour(motif=motif, admis_le="2026-01-15T08:22:00+01:00"), FLUDR_2022_01)
    observation = "//h:observation[h:code/@code='15515-0']"
    assert lu(f"{observation}/h:value/@nullFlavor") == ([code] if code else [])
    assert lu(f"{observation}/h:effectiveTime/@value") == ["20260115082200+0100"]
    ancre = lu(f"{observation}/h:value/h:originalText/h:reference/@value")[0]
    assert lu(f"//h:td[@ID='{ancre[1:]}']") == [motif or "Non renseigné"]


@DEUX
def test_diagnoses_keep_code_side_and_date(edition: Any, ecrire_modele: Callable[..., Any]) -> None:
    lu = ecrire_modele(retour(**RETOUR_PLEIN), edition)
    probleme = lu.section("11535-2") + "//h:observation"
    assert lu(f"{probleme}/h:value/@code") == ["S52.5"]
    assert lu(f"{probleme}/h:targetSiteCode/@code") == ["7771000"]
    assert lu(f"{probleme}/h:effectiveTime/h:low/@value") == ["20260115"]


@pytest.mark.parametrize("etat", [AUCUN, INCONNU], ids=["none", "unknown"])
def test_no_diagnosis_or_treatment_is_not_an_unknown_one(etat: Any, ecrire_modele: Callable[..., Any]) -> None:
    fiche = retour(diagnostics=etat, traitements=etat)
    premiere, neuve = ecrire_modele(fiche, FLUDR_2022_01), ecrire_modele(fiche, FR_SU_2025_01)
    codes = [c for c in premiere("//h:entry//@code") if c.startswith("no-")]
    assert codes == (["no-known-problems", "no-known-medications"] if etat is AUCUN else [])
    dits = premiere("//h:section[h:code[@code='11535-2' or @code='10183-2']]/h:text")
    # The second edition tells the treatments in a table.
    dits += neuve("//h:tr[h:td='Traitements à la sortie']/h:td[2]")
    assert dits == (
        [
            "Aucun diagnostic de sortie connu, selon Dr Anne MODELE, le 10/01/2026.",
            "Aucun traitement à la sortie connu, selon Dr Anne MODELE, le 10/01/2026.",
            "Aucun traitement à la sortie connu, selon Dr Anne MODELE, le 10/01/2026.",
        ]
        if etat is AUCUN
        else [
            "Diagnostics de sortie : non renseigné, information non recueillie.",
            "Traitements à la sortie : non renseigné, information non recueillie.",
            "Non renseigné",
        ]
    )


def test_a_dose_is_a_dose_and_a_rate_is_a_rate(ecrire_modele: Callable[..., Any]) -> None:
    lu = ecrire_modele(retour(**RETOUR_PLEIN), FLUDR_2022_01)
    sortie = lu.section("10183-2") + "//h:substanceAdministration"
    assert lu(f"{sortie}/h:doseQuantity/h:low/@unit | {sortie}/h:doseQuantity/h:low/@value") == ["mg", "2.5"]
    assert lu(f"{sortie}/h:rateQuantity/h:low/@unit | {sortie}/h:rateQuantity/h:low/@value") == ["mL/h", "4"]
    assert ecrire_modele(retour(**RETOUR_PLEIN), FR_SU_2025_01)("//h:substanceAdministration") == []


@pytest.mark.parametrize(("reponse", "dit"), [(True, "Oui"), (False, "Non"), (None, "Non renseigné")])
@pytest.mark.parametrize(
    ("champ", "code", "libelle"),
    [
        ("ordonnances_remises", "GEN-415", "Ordonnances remises"),
        ("liste_objets_remise", "GEN-414", "Liste des objets remise"),
    ],
)
def test_what_was_handed_over_is_yes_no_or_unknown(
    champ: str, code: str, libelle: str, reponse: bool | None, dit: str, ecrire_modele: Callable[..., Any]
) -> None:
    fiche = retour(**{champ: reponse})
    lu = ecrire_modele(fiche, FR_SU_2025_01)
    valeur = f"//h:observation[h:code/@code='{code}']/h:value"
    assert lu(f"{valeur}/@value") == {True: ["true"], False: ["false"], None: []}[reponse]
    assert lu(f"{valeur}/@nullFlavor") == ([] if reponse is not None else ["NI"])
    for un in (lu, ecrire_modele(fiche, FLUDR_2022_01)):
        assert un(f"//h:tr[h:td='{libelle}']/h:td[2]") == [dit]


def test_the_checklist_of_a_return_is_its_own(ecrire_modele: Callable[..., Any]) -> None:
    lu = ecrire_modele(retour(**RETOUR_PLEIN), FLUDR_2022_01)
    pieces = lu.section("55107-7") + "//h:observation[h:code/@code='69764-9']/h:value"
    assert lu(f"{pieces}/@code") == ["DLU_020", "DLU_021"]
    assert lu(MEDIA.format("DLU_021") + "/@nullFlavor") == ["NAV"]
    assert lu("//h:tr[h:td='Copie du dossier des urgences']/h:td") == [
        *("Copie du dossier des urgences", "Non", "motremis")
    ]


@DEUX
def test_every_reference_has_its_target_and_no_code_goes_without_its_label(
    edition: Any, ecrire_modele: Callable[..., Any]
) -> None:
    objets = liste({"type": "Q021003"})
    for champs in (RETOUR_PLEIN, {}, {"diagnostics": AUCUN, "traitements": AUCUN, "objets": objets}):
        lu = ecrire_modele(retour(**champs), edition)
        ids, references = lu("//@ID"), lu("//h:reference/@value")
        assert len(ids) == len(set(ids))
        assert {reference.removeprefix("#") for reference in references} <= set(ids)
        exempts = "self::h:realmCode or self::h:languageCode or self::h:signatureCode or self::h:statusCode"
        assert lu(f"//*[@code][not(@displayName)][not({exempts})]") == []
