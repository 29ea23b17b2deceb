"""The transfer sheet in both its editions, against values written by hand, most of them from the official example."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from fiches_outils import AUCUN, EXEMPLE, INCONNU, TRAITEMENT, TRANSFERT_DIT, TRANSFERT_PLEIN, liste, transfert
from lxml import etree

from judges import kit
from segur_socles.documents.editions import FLUDT_2022_01, FT_SU_2025_01

DEUX = pytest.mark.parametrize("edition", [FLUDT_2022_01, FT_SU_2025_01], ids=["FLUDT", "FT-SU"])

MOTIF = "//h:observation[h:code/@code='57277-6']"
TRANSFERT = "//h:act[h:code/@code='80413-8']"
SIGNES = "//h:observation[h:templateId/@root='1.2.250.1.213.1.1.3.50']"
OBJETS = "//h:observation[h:templateId/@root='1.2.250.1.213.1.1.3.12']"
DOULEURS = "//h:observation[h:code/@code='R52.9']"

OFFICIEL: dict[str, list[str]] = {
    f"{MOTIF}/h:effectiveTime/@value": ["20200327153500+0100"],
    f"{TRANSFERT}/@moodCode": ["EVN"],
    f"{TRANSFERT}/h:statusCode/@code": ["completed"],
    f"{TRANSFERT}/h:effectiveTime/h:low/@value": ["20200327153500+0100"],
    f"{TRANSFERT}/h:effectiveTime/h:high/@value": ["20200327154500+0100"],
    f"{TRANSFERT}/h:participant[@typeCode='DST']/h:participantRole/h:code/@code": ["SA01"],
    f"{TRANSFERT}//h:participantRole/h:addr/h:city": ["NANTERRE"],
    f"{TRANSFERT}//h:participantRole/h:telecom/@value": ["tel:0175693567"],
    f"{TRANSFERT}//h:playingEntity/h:name": ["CHU DE NANTERRE"],
    f"{SIGNES}/h:code/@code": ["8867-4", "8310-5", "29463-7", "8480-6", "8462-4"],
    f"{SIGNES}/h:value/@value": ["80", "37", "80", "155", "85"],
    f"{SIGNES}/h:value/@unit": ["/min", "Cel", "kg", "mm[Hg]", "mm[Hg]"],
    f"{SIGNES}/h:effectiveTime/@value": ["20200327153500+0100"] * 5,
    "//h:procedure/h:code/@nullFlavor": ["NA"],
    "//h:procedure/h:statusCode/@code": ["cancelled"],
    "//h:observation[h:code/@code='DLU_002']/h:value/@value": ["true"],
    "//h:observation[h:code[@code='DLU_003' or @code='DLU_004']]/h:code/@code": [],
    f"{DOULEURS}/h:value/@value": ["true", "true"],
    f"{DOULEURS}/h:targetSiteCode/@code": ["66480008", "61396006"],
    "//h:substanceAdministration[1]/@moodCode": ["EVN"],
    "//h:substanceAdministration//h:manufacturedMaterial/h:name/@nullFlavor": ["UNK"],
    "//h:observation[h:code/@code='GEN-244']/h:value/@nullFlavor": ["NA"],
    f"{OBJETS}/h:code/@code": ["Q021003", "P0102", "P0102", "Y2145", "Y2145", "GEN-092.02.01"],
    f"{OBJETS}[h:code/@code!='GEN-092.02.01']/h:value/@value": ["true"] * 5,
    f"{OBJETS}/h:targetSiteCode/@code": ["264217000", "261089000", "24028007", "7771000"],
    "//h:section/h:code/@code": ["42545-4", "8716-3", "30954-2", "10160-0", "47420-5", "46264-8", "55112-7"],
}
"""What the official example holds, path by path; the same paths must give the same in ours."""

MINUTES: dict[str, str] = {
    "//h:observation[h:code/@code='GEN-244']/h:effectiveTime/@value": "202003271200",
    "//h:substanceAdministration[@moodCode='EVN']/h:effectiveTime/h:low/@value": "202003271200",
}
"""Where the example leaves the zone out, which we never do."""


@pytest.fixture(scope="module")
def exemple() -> Callable[[str], list[str]]:
    racine = etree.parse(kit("ExemplesCDA", "DLU-EHPAD-FLUDT_2022.01.xml")).getroot()

    def lire(chemin: str) -> list[str]:
        trouves = racine.xpath(chemin, namespaces={"h": "urn:hl7-org:v3"})
        return [t if isinstance(t, str) else "".join(t.itertext()) for t in trouves]

    return lire


def test_the_expected_values_are_those_of_the_official_example(exemple: Callable[[str], list[str]]) -> None:
    assert {chemin: exemple(chemin) for chemin in OFFICIEL} == OFFICIEL
    assert {chemin: exemple(chemin)[0][:12] for chemin in MINUTES} == MINUTES


@pytest.mark.besoin("S1-05")
def test_ours_says_what_the_official_example_says(ecrire_modele: Callable[..., Any]) -> None:
    lu = ecrire_modele(transfert(**EXEMPLE, traitements=INCONNU), FLUDT_2022_01)
    attendu = OFFICIEL | {
        # Ours also says that the list of medicines is not filled in: an entry of its own.
        "//h:substanceAdministration[1]/@moodCode": ["EVN", "INT"],
        "//h:substanceAdministration//h:manufacturedMaterial/h:name/@nullFlavor": ["UNK", "NA"],
    }
    assert {chemin: lu(chemin) for chemin in attendu} == attendu
    assert {chemin: lu(chemin) for chemin in MINUTES} == {
        chemin: [f"{minute}00+0100"] for chemin, minute in MINUTES.items()
    }
    motif = lu(f"{MOTIF}/h:value/h:originalText/h:reference/@value")[0]
    assert lu(f"//h:td[@ID='{motif[1:]}']") == ["La patiente présente un problème respiratoire."]


@DEUX
def test_nothing_is_dropped_by_an_edition(edition: Any, ecrire_modele: Callable[..., Any]) -> None:
    lu = ecrire_modele(transfert(**TRANSFERT_PLEIN), edition)
    recit = " ".join(" ".join(etree.ElementBase.itertext(t)) for t in lu.racine.iter("{urn:hl7-org:v3}text"))
    assert [mot for mot in TRANSFERT_DIT if mot not in recit] == []


# --- what each edition codes -----------------------------------------------------------------------------

NEUVE = {"conscient et éveillé": "MED-1301", "éveillable": "MED-1302", "non éveillable": "MED-1303"}
ANCIENNE = {"conscient et éveillé": "DLU_002", "éveillable": "DLU_003", "non éveillable": "DLU_004"}


@pytest.mark.parametrize(("edition", "codes"), [(FLUDT_2022_01, ANCIENNE), (FT_SU_2025_01, NEUVE)])
@pytest.mark.parametrize("etat", list(ANCIENNE))
def test_one_state_of_consciousness_is_stated(
    etat: str, edition: Any, codes: dict[str, str], ecrire_modele: Callable[..., Any]
) -> None:
    lu = ecrire_modele(transfert(conscience=etat), edition)
    conscience = "//h:observation[h:code[starts-with(@code,'DLU_00') or starts-with(@code,'MED-130')]]"
    assert lu(f"{conscience}/h:code/@code") == [codes[etat]]
    assert lu(f"{conscience}/h:code/@codeSystem") == ["1.2.250.1.213.1.1.4.322"]
    assert lu(f"{conscience}/h:value/@value") == ["true"]
    assert lu("//h:tr[h:td='État de conscience']/h:td[2]") == [etat.capitalize()]
    # Whoever is not awake stands out.
    assert bool(lu("//h:tr[h:td='État de conscience']//h:content[@styleCode='Bold']")) is (
        etat != "conscient et éveillé"
    )


@pytest.mark.parametrize(("edition", "codes"), [(FLUDT_2022_01, ANCIENNE), (FT_SU_2025_01, NEUVE)])
def test_an_unknown_state_of_consciousness_states_nothing(
    edition: Any, codes: dict[str, str], ecrire_modele: Callable[..., Any]
) -> None:
    lu = ecrire_modele(transfert(), edition)
    conscience = "//h:observation[h:code[starts-with(@code,'DLU_00') or starts-with(@code,'MED-130')]]"
    # The rules want one of the three codes: each is asked, none is answered.
    assert lu(f"{conscience}/h:code/@code") == list(codes.values())
    assert lu(f"{conscience}/h:value/@nullFlavor") == ["NI", "NI", "NI"]
    assert lu(f"{conscience}/h:value/@value") == []
    assert lu("//h:tr[h:td='État de conscience']/h:td[2]") == ["Non renseigné"]


INFORMES = {
    "centre_15": ("ORG-214", "1.2.250.1.213.1.1.4.322", "Centre 15 (SAMU)"),
    "urgences": ("225728007", "2.16.840.1.113883.6.96", "Service des urgences"),
    "medecin_traitant": ("PCP", "2.16.840.1.113883.5.88", "Médecin traitant"),
    "entourage": ("ORG-223", "1.2.250.1.213.1.1.4.322", "Entourage de la personne"),
}


@pytest.mark.parametrize("qui", list(INFORMES))
@pytest.mark.parametrize(("reponse", "dit"), [(True, "Oui"), (False, "Non"), (None, "Non renseigné")])
def test_who_was_informed_is_yes_no_or_unknown(
    qui: str, reponse: bool | None, dit: str, ecrire_modele: Callable[..., Any]
) -> None:
    fiche = transfert(informes={qui: reponse})
    code, systeme, libelle = INFORMES[qui]
    neuve = ecrire_modele(fiche, FT_SU_2025_01)
    entree = neuve.section("ORG-213") + f"//h:observation[h:code[@code='{code}' and @codeSystem='{systeme}']]/h:value"
    assert neuve(f"{entree}/@value") == {True: ["true"], False: ["false"], None: []}[reponse]
    assert neuve(f"{entree}/@nullFlavor") == ([] if reponse is not None else ["NI"])
    autres = neuve.section("ORG-213") + f"//h:observation[h:code/@code!='{code}']/h:value"
    assert neuve(f"{autres}/@nullFlavor") == ["NI", "NI", "NI"]
    for lu in (neuve, ecrire_modele(fiche, FLUDT_2022_01)):
        assert lu(f"//h:tr[h:td='{libelle}']/h:td[2]") == [dit]
    # The first edition has no code for it, and accepts no other observation in that section.
    assert lu("//h:section[h:code/@code='42545-4']//h:observation/h:code/@code") == ["57277-6"]


@DEUX
def test_the_last_meal_is_not_the_last_medicine(edition: Any, ecrire_modele: Callable[..., Any]) -> None:
    lu = ecrire_modele(
        transfert(derniere_prise="2026-01-15T07:03:00+01:00", dernier_repas="2026-01-14T19:04:00+01:00"), edition
    )
    assert lu("//h:tr[h:td='Dernier repas']/h:td[2]") == ["14/01/2026 à 19:04"]
    assert lu("//h:tr[h:td='Dernière prise du traitement habituel']/h:td[2]") == ["15/01/2026 à 07:03"]
    if edition is FT_SU_2025_01:
        repas, prise = (f"//h:observation[h:code/@code='{code}']/h:value" for code in ("GEN-244", "GEN-370"))
        assert lu(f"{repas}[@x:type='IVL_TS']/h:low/@value") == ["20260114190400+0100"]
        assert lu(f"{prise}[@x:type='IVL_TS']/h:low/@value") == ["20260115070300+0100"]
    else:
        assert lu("//h:observation[h:code/@code='GEN-244']/h:effectiveTime/@value") == ["20260114190400+0100"]
        assert lu("//h:substanceAdministration[@moodCode='EVN']/h:effectiveTime/h:low/@value") == [
            "20260115070300+0100"
        ]


@DEUX
def test_an_unknown_meal_or_intake_has_no_time(edition: Any, ecrire_modele: Callable[..., Any]) -> None:
    lu = ecrire_modele(transfert(), edition)
    assert lu("//h:tr[h:td='Dernier repas']/h:td[2]") == ["Non renseigné"]
    assert lu("//h:tr[h:td='Dernière prise du traitement habituel']/h:td[2]") == ["Non renseigné"]
    for code in ("GEN-244", "GEN-370"):
        observation = f"//h:observation[h:code/@code='{code}']"
        assert lu(f"{observation}/h:effectiveTime/@value | {observation}/h:value/h:low") == []
        assert set(lu(f"{observation}/h:value/@nullFlavor")) <= {"NI"}
    assert lu("//h:substanceAdministration[@moodCode='EVN']") == []


def test_times_are_told_on_the_clock_of_the_document(ecrire_modele: Callable[..., Any]) -> None:
    lu = ecrire_modele(transfert(dernier_repas="2026-01-15T06:30:00Z"), FLUDT_2022_01)
    assert lu("//h:tr[h:td='Dernier repas']/h:td[2]") == ["15/01/2026 à 07:30"]
    assert lu("//h:observation[h:code/@code='GEN-244']/h:effectiveTime/@value") == ["20260115063000+0000"]


HORLOGES = {
    "written in UTC, given in UTC": ("2026-01-15T09:30:05Z", "2026-01-15T06:30:00Z", "15/01/2026 à 06:30 (UTC)"),
    "written in UTC, given on the wall's": (
        "2026-01-15T09:30:05Z",
        "2026-01-15T07:30:00+01:00",
        "15/01/2026 à 07:30 (UTC+01:00)",
    ),
    "the night of the winter time": (
        "2026-10-25T09:30:05+01:00",
        "2026-10-24T20:00:00+02:00",
        "24/10/2026 à 20:00 (UTC+02:00)",
    ),
    "on the same clock": ("2026-01-15T09:30:05+04:00", "2026-01-15T07:30:00+04:00", "15/01/2026 à 07:30"),
}


@pytest.mark.parametrize("horloge", HORLOGES)
def test_an_intake_is_never_read_on_another_clock(horloge: str, ecrire_modele: Callable[..., Any]) -> None:
    ecrit, pris, lu = HORLOGES[horloge]
    document = ecrire_modele(transfert(derniere_prise=pris), FT_SU_2025_01, date_creation=ecrit)
    assert document("//h:tr[h:td='Dernière prise du traitement habituel']/h:td[2]") == [lu]


# --- pains, objects, vital signs, treatments -------------------------------------------------------------


@DEUX
@pytest.mark.parametrize(("cote", "code"), [("droite", "24028007"), ("gauche", "7771000"), ("bilatérale", "51440002")])
def test_a_pain_keeps_its_side(cote: str, code: str, edition: Any, ecrire_modele: Callable[..., Any]) -> None:
    lu = ecrire_modele(
        transfert(
            douleurs=liste(
                {"siege": "cuisse", "cote": cote},
                {"siege": "bras", "cote": cote, "snomed": "66480008"},
                {"siege": "dos"},
            )
        ),
        edition,
    )
    site = f"{DOULEURS}/h:targetSiteCode"
    assert lu(f"{site}/@code") == [code, "66480008"]
    assert lu(f"{site}[@code='66480008']/h:qualifier/h:name/@code") == ["272741003"]
    assert lu(f"{site}[@code='66480008']/h:qualifier/h:value/@code") == [code]
    assert lu(f"{site}/@nullFlavor") == ["NI"]
    mots = [lu(f"//h:td[@ID='{ref[1:]}']")[0] for ref in lu(f"{site}/h:originalText/h:reference/@value")]
    assert mots == ["cuisse", "bras", "dos"]
    assert lu("//h:td[contains(@ID,'douleur-')][contains(@ID,'-cote')]") == [cote, cote, ""]


@DEUX
def test_no_pain_is_not_an_unknown_pain(edition: Any, ecrire_modele: Callable[..., Any]) -> None:
    aucune = ecrire_modele(transfert(douleurs=AUCUN), edition)
    assert aucune(f"{DOULEURS}/h:value/@value") == ["false"]
    assert aucune("//h:tr[h:td='Douleurs récentes']/h:td[2]") == [
        "Aucune douleur connue, selon Dr Anne MODELE, le 10/01/2026."
    ]
    inconnue = ecrire_modele(transfert(), edition)
    assert inconnue(f"{DOULEURS}/h:value/@nullFlavor") == ["NI"]
    assert inconnue(f"{DOULEURS}/h:value/@value") == []
    assert inconnue("//h:tr[h:td='Douleurs récentes']/h:td[2]") == ["Non renseigné"]


@DEUX
def test_an_object_is_sent_kept_or_nobody_knows(edition: Any, ecrire_modele: Callable[..., Any]) -> None:
    lu = ecrire_modele(
        transfert(
            objets=liste(
                {"type": "Y2145", "emplacement": "droite", "remis": True},
                {"type": "Y2145", "emplacement": "gauche", "remis": False},
                {"type": "Q021003"},
                {"type": "GEN-092.02.01", "precision": "Canne", "remis": True},
            )
        ),
        edition,
    )
    assert lu(f"{OBJETS}[h:targetSiteCode/@code='24028007']/h:value/@value") == ["true"]
    assert lu(f"{OBJETS}[h:targetSiteCode/@code='7771000']/h:value/@value") == ["false"]
    assert lu(f"{OBJETS}[h:code/@code='Q021003']/h:value/@nullFlavor") == ["NI"]
    assert lu("//h:tr[h:td='Prothèse auditive'][h:td='droite']/h:td[3]") == ["Oui"]
    assert lu("//h:tr[h:td='Prothèse auditive'][h:td='gauche']/h:td[3]") == ["Non"]
    assert lu("//h:tr[h:td='Lunettes']/h:td[3]") == ["Non renseigné"]
    nom = lu(f"{OBJETS}/h:code[@code='GEN-092.02.01']/h:originalText/h:reference/@value")[0]
    assert lu(f"//h:td[@ID='{nom[1:]}']") == ["Canne"]


@DEUX
@pytest.mark.parametrize(
    ("etat", "valeurs", "inconnues", "debut"),
    [(AUCUN, ["false"] * 4, [], "Aucune prothèse"), (INCONNU, [], ["NI"] * 4, "Prothèses et objets personnels : non ")],
    ids=["none", "unknown"],
)
def test_no_object_is_not_an_unknown_object(
    etat: Any, valeurs: list[str], inconnues: list[str], debut: str, edition: Any, ecrire_modele: Callable[..., Any]
) -> None:
    lu = ecrire_modele(transfert(objets=etat), edition)
    assert lu(f"{OBJETS}/h:value/@value") == valeurs
    assert lu(f"{OBJETS}/h:value/@nullFlavor") == inconnues
    assert lu(lu.section("46264-8") + "/h:text")[0].startswith(debut)


@DEUX
def test_a_sign_not_measured_is_not_zero(edition: Any, ecrire_modele: Callable[..., Any]) -> None:
    lu = ecrire_modele(transfert(), edition)
    assert lu(f"{SIGNES}/h:value/@nullFlavor") == ["NI"]
    assert lu(f"{SIGNES}/h:value/@value | {SIGNES}/h:effectiveTime/@value") == []
    assert lu(lu.section("8716-3") + "/h:text") == ["Constantes : non renseigné, information non recueillie."]


@DEUX
def test_two_sets_of_signs_keep_their_times(edition: Any, ecrire_modele: Callable[..., Any]) -> None:
    lu = ecrire_modele(transfert(**TRANSFERT_PLEIN), edition)
    assert lu("//h:organizer[h:code/@code='85353-1']/h:effectiveTime/@value") == [
        "20260115070500+0100",
        "20260115070600+0100",
    ]
    assert lu(f"{SIGNES}/h:value/@value") == ["38.5", "39.5"]
    assert lu("//h:tr[h:td='38,5 °C']/h:td[3]") == ["15/01/2026 à 07:05"]


def test_a_dose_is_a_dose_and_the_intake_has_its_time(ecrire_modele: Callable[..., Any]) -> None:
    fiche = transfert(traitements=liste(TRAITEMENT | {"derniere_prise": "2026-01-15T07:07:00+01:00"}))
    lu = ecrire_modele(fiche, FLUDT_2022_01)
    prescrit, pris = "//h:substanceAdministration[@moodCode='INT']", "//h:substanceAdministration[@moodCode='EVN']"
    assert lu(f"{prescrit}/h:doseQuantity/h:low/@value | {prescrit}/h:doseQuantity/h:low/@unit") == ["mg", "2.5"]
    assert lu(f"{prescrit}/h:rateQuantity/h:low/@value | {prescrit}/h:rateQuantity/h:low/@unit") == ["mL/h", "4"]
    assert lu(f"{prescrit}/h:effectiveTime[1]/h:low/@value") == ["20210112"]
    assert lu(f"{pris}/h:effectiveTime/h:low/@value") == ["20260115070700+0100"]
    assert lu(f"{pris}/h:effectiveTime/h:high/@nullFlavor") == ["NA"]
    assert lu(f"{pris}//h:manufacturedMaterial/h:name") == ["motmedicament"]
    assert lu(f"{pris}/h:doseQuantity") == []
    # The second edition codes no treatment: it tells them.
    neuve = ecrire_modele(fiche, FT_SU_2025_01)
    assert neuve("//h:substanceAdministration") == []
    assert neuve(neuve.section("46006-3") + "//h:td[contains(@ID,'-medicament')]") == ["motmedicament"]
    assert neuve("//h:content[@styleCode='Bold']")[0] == "motalerte"


@DEUX
def test_an_alert_comes_first_and_says_that_its_last_intake_is_unknown(
    edition: Any, ecrire_modele: Callable[..., Any]
) -> None:
    lu = ecrire_modele(
        transfert(
            traitements=liste(
                {"medicament": "Paracétamol", "posologie": "1 g"},
                {"medicament": "Apixaban", "posologie": "2", "alerte": "Anticoagulant"},
            )
        ),
        edition,
    )
    assert lu("//h:td[contains(@ID,'-medicament')]") == ["Apixaban", "Paracétamol"]
    assert lu("//h:td[contains(@ID,'-prise')]") == ["Non renseigné", ""]


@pytest.mark.parametrize(
    ("etat", "code", "dit"),
    [
        (AUCUN, ["no-known-medications"], "Aucun traitement en cours connu, selon Dr Anne MODELE, le 10/01/2026."),
        (INCONNU, [], "Non renseigné"),
    ],
    ids=["none", "unknown"],
)
def test_no_treatment_is_not_an_unknown_treatment(
    etat: Any, code: list[str], dit: str, ecrire_modele: Callable[..., Any]
) -> None:
    for edition in (FT_SU_2025_01, FLUDT_2022_01):
        lu = ecrire_modele(transfert(traitements=etat), edition)
        assert lu("//h:tr[h:td='Traitements en cours']/h:td[2]") == [dit]
    assert lu("//h:substanceAdministration/h:code/@code") == code
    assert lu("//h:substanceAdministration[1]/h:code/@nullFlavor") == ([] if code else ["NI"])


# --- where to --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("instants", "humeur", "statut"),
    [
        ({"depart": "2026-01-15T08:11:00+01:00", "arrivee": "2026-01-15T08:22:00+01:00"}, "EVN", "completed"),
        ({"depart": "2026-01-15T08:11:00+01:00"}, "INT", "normal"),
        ({}, "INT", "normal"),
    ],
    ids=["arrived", "left", "planned"],
)
def test_a_transfer_is_done_once_the_person_has_arrived(
    instants: dict[str, str], humeur: str, statut: str, ecrire_modele: Callable[..., Any]
) -> None:
    lieu = {"nom": "CH D'ESSAI", "finess": "990000035"}
    lu = ecrire_modele(transfert(destination=lieu | instants), FLUDT_2022_01)
    assert lu(f"{TRANSFERT}/@moodCode") == [humeur]
    assert lu(f"{TRANSFERT}/h:statusCode/@code") == [statut]
    assert len(lu(f"{TRANSFERT}/h:effectiveTime/*")) == len(instants)
    assert lu(f"{TRANSFERT}//h:participantRole/h:id/@extension") == ["1990000035"]
    assert lu(f"{TRANSFERT}/h:participant/h:templateId/@extension") == ["1990000035"]
    assert lu(f"{TRANSFERT}//h:participantRole/h:code/@nullFlavor") == ["UNK"]


@DEUX
def test_an_unknown_destination_is_told_and_not_coded(edition: Any, ecrire_modele: Callable[..., Any]) -> None:
    lu = ecrire_modele(transfert(), edition)
    assert lu(TRANSFERT) == []
    assert lu("//h:tr[h:td='Destination']/h:td[2]") == ["Non renseigné"]


@DEUX
def test_every_reference_has_its_target_and_no_code_goes_without_its_label(
    edition: Any, ecrire_modele: Callable[..., Any]
) -> None:
    for champs in (TRANSFERT_PLEIN, EXEMPLE, {"douleurs": AUCUN, "objets": AUCUN, "traitements": AUCUN}):
        lu = ecrire_modele(transfert(**champs), edition)
        ids, references = lu("//@ID"), lu("//h:reference/@value")
        assert len(ids) == len(set(ids))
        assert {reference.removeprefix("#") for reference in references} <= set(ids)
        exempts = "self::h:realmCode or self::h:languageCode or self::h:signatureCode or self::h:statusCode"
        assert lu(f"//*[@code][not(@displayName)][not({exempts})]") == []
