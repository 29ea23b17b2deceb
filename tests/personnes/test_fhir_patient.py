"""FHIR ``Patient``: written as the examples of FR Core are, read without trust, both ways of telling a status."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from segur_socles.errors import ChampInvalideError
from segur_socles.personnes.fhir.ecriture import ecrire_patient_fhir
from segur_socles.personnes.fhir.edition import FR_CORE_2_1, FR_CORE_2_2, EditionPatient
from segur_socles.personnes.fhir.lecture import TAILLE_MAX, lire_patient_fhir
from segur_socles.personnes.identite import (
    Attribut,
    ControleIdentite,
    Decision,
    Identite,
    IdentiteQualifiee,
    PreuveControle,
    ReponseIns,
    StatutIdentite,
)
from segur_socles.personnes.matricule import MatriculeIns, OidIns
from segur_socles.personnes.professionnel import Intervenant
from segur_socles.personnes.rapprochement import InsIncomplete, SansIns, UsagerReconnu, rapprocher
from segur_socles.personnes.recue import IdentiteRecue
from segur_socles.personnes.traits import Sexe, TraitsIdentite
from segur_socles.personnes.usager import IdentifiantLocal, Usager

LE = datetime(2026, 1, 15, 9, 30, tzinfo=UTC)
PAR = Intervenant(id_nat="899900000017", nom="Claire MARTIN")
CONTROLE = PreuveControle(controle=ControleIdentite.CARTE_IDENTITE, par=PAR, le=LE)
IPP = IdentifiantLocal(valeur="RES-1", oid="1.2.250.1.999.1.1")
TRAITS = TraitsIdentite(
    nom_naissance="PAT-TROIS",
    prenoms=("DOMINIQUE", "MARIE-LOUISE"),
    sexe=Sexe.FEMININ,
    date_naissance="1979-03-28",
    lieu_naissance="51215",
)
RIEN: Any = object()
SYSTEME_2_1 = "https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0445"
SYSTEME_2_2 = "https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-identity-status"


def identite(statut: StatutIdentite, traits: TraitsIdentite = TRAITS, oid: OidIns = OidIns.NIR_TEST) -> Identite:
    reponse = ReponseIns(
        matricule=MatriculeIns.lire("279035121518989", oid),
        traits=traits,
        message_id="uuid:1",
        recue_le=LE,
        environnement="bac à sable",
        production=False,
    )
    seule = Identite(traits=traits, nom_utilise="Dupont")
    if statut in (StatutIdentite.RECUPEREE, StatutIdentite.QUALIFIEE):
        seule = seule.accepter(reponse, Decision(par=PAR, le=LE))
    if statut in (StatutIdentite.VALIDEE, StatutIdentite.QUALIFIEE):
        seule = seule.controler(CONTROLE)
    return seule


QUALIFIEE = identite(StatutIdentite.QUALIFIEE)

# Written by hand in the shape of the examples of FR Core, with the person of the ANS samples.
PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "meta": {"profile": ["https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient-ins"]},
    "extension": [
        {
            "extension": [
                {
                    "url": "identityStatus",
                    "valueCoding": {
                        "system": "https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0445",
                        "code": "VALI",
                    },
                }
            ],
            "url": "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-identity-reliability",
        },
        {
            "url": "http://hl7.org/fhir/StructureDefinition/patient-birthPlace",
            "valueAddress": {
                "extension": [
                    {
                        "url": "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-address-insee-code",
                        "valueCoding": {
                            "system": "https://mos.esante.gouv.fr/NOS/TRE_R13-CommuneOM/FHIR/TRE-R13-CommuneOM",
                            "code": "51215",
                        },
                    }
                ],
                "city": "Dommartin-sous-Hans",
            },
        },
    ],
    "identifier": [
        {
            "use": "official",
            "type": {
                "coding": [
                    {"system": "https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203", "code": "INS-NIR-TEST"}
                ]
            },
            "system": "urn:oid:1.2.250.1.213.1.4.10",
            "value": "279035121518989",
        },
        {
            "use": "usual",
            "type": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "PI"}]},
            "system": "urn:oid:1.2.250.1.999.1.1",
            "value": "RES-1",
        },
    ],
    "name": [
        {
            "extension": [
                {
                    "url": "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient-birth-list-given-name",
                    "valueString": "DOMINIQUE MARIE-LOUISE",
                }
            ],
            "use": "official",
            "family": "PAT-TROIS",
            "given": ["DOMINIQUE"],
        },
        {"use": "usual", "family": "Dupont"},
    ],
    "gender": "female",
    "birthDate": "1979-03-28",
}
RECUE = IdentiteRecue(
    source="FHIR",
    identifiants=((OidIns.NIR_TEST, "279035121518989"), ("1.2.250.1.999.1.1", "RES-1")),
    nom_naissance="PAT-TROIS",
    prenoms="DOMINIQUE MARIE-LOUISE",
    premier_prenom="DOMINIQUE",
    nom_utilise="Dupont",
    sexe=Sexe.FEMININ,
    date_naissance="19790328",
    lieu_naissance="51215",
    statut_annonce=StatutIdentite.QUALIFIEE,
)


def usager(qui: Identite, ville: str | None = "Dommartin-sous-Hans") -> Usager:
    return Usager(identite=qui, ipp=IPP, ville_naissance=ville)


def avec(chemin: str, valeur: Any) -> dict[str, Any]:
    """The hand-written patient, with one place changed (``name.0.family``); RIEN removes it."""
    patient = copy.deepcopy(PATIENT)
    noeud: Any = patient
    *parents, dernier = [int(p) if p.isdigit() else p for p in chemin.split(".")]
    for partie in parents:
        noeud = noeud[partie]
    if valeur is RIEN:
        del noeud[dernier]
    else:
        noeud[dernier] = valeur
    return patient


# --- writing ---


def test_a_qualified_identity_is_written_as_the_examples_of_fr_core() -> None:
    assert ecrire_patient_fhir(usager(QUALIFIEE)) == PATIENT


@pytest.mark.exigence("RNIV/EXI ID 29")
@pytest.mark.parametrize("edition", [FR_CORE_2_1, FR_CORE_2_2], ids=lambda e: e.nom)
@pytest.mark.parametrize(
    "statut", [StatutIdentite.PROVISOIRE, StatutIdentite.RECUPEREE, StatutIdentite.VALIDEE], ids=str
)
def test_without_qualification_no_matricule_leaves(statut: StatutIdentite, edition: EditionPatient) -> None:
    patient = ecrire_patient_fhir(usager(identite(statut)), edition=edition)
    assert patient["meta"] == {"profile": ["https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient"]}
    assert patient["identifier"] == [PATIENT["identifier"][1]]
    assert "279035121518" not in json.dumps(patient)


STATUTS = [
    (FR_CORE_2_1, StatutIdentite.PROVISOIRE, SYSTEME_2_1, "PROV", StatutIdentite.PROVISOIRE),
    (FR_CORE_2_1, StatutIdentite.RECUPEREE, SYSTEME_2_1, "PROV", StatutIdentite.PROVISOIRE),
    (FR_CORE_2_1, StatutIdentite.VALIDEE, SYSTEME_2_1, "VALI", StatutIdentite.VALIDEE),
    (FR_CORE_2_1, StatutIdentite.QUALIFIEE, SYSTEME_2_1, "VALI", StatutIdentite.QUALIFIEE),
    (FR_CORE_2_2, StatutIdentite.PROVISOIRE, SYSTEME_2_2, "PROV", StatutIdentite.PROVISOIRE),
    (FR_CORE_2_2, StatutIdentite.RECUPEREE, SYSTEME_2_2, "RECUP", StatutIdentite.RECUPEREE),
    (FR_CORE_2_2, StatutIdentite.VALIDEE, SYSTEME_2_2, "VALI", StatutIdentite.VALIDEE),
    (FR_CORE_2_2, StatutIdentite.QUALIFIEE, SYSTEME_2_2, "QUAL", StatutIdentite.QUALIFIEE),
]


@pytest.mark.parametrize(("edition", "statut", "systeme", "code", "relu"), STATUTS)
def test_each_edition_tells_the_status_its_own_way(
    edition: EditionPatient, statut: StatutIdentite, systeme: str, code: str, relu: StatutIdentite
) -> None:
    patient = ecrire_patient_fhir(usager(identite(statut)), edition=edition)
    assert patient["extension"][0]["extension"] == [
        {"url": "identityStatus", "valueCoding": {"system": systeme, "code": code}}
    ]
    assert lire_patient_fhir(patient).statut_annonce is relu


@pytest.mark.parametrize(
    ("oid", "code"),
    [
        ("1.2.250.1.213.1.4.8", "INS-NIR"),
        ("1.2.250.1.213.1.4.9", "INS-NIA"),
        ("1.2.250.1.213.1.4.10", "INS-NIR-TEST"),
        ("1.2.250.1.213.1.4.11", "INS-NIR-DEMO"),
    ],
)
def test_each_oid_has_its_type(oid: str, code: str) -> None:
    ins = ecrire_patient_fhir(usager(identite(StatutIdentite.QUALIFIEE, oid=OidIns(oid))))["identifier"][0]
    assert (ins["use"], ins["system"], ins["type"]["coding"][0]["code"]) == ("official", f"urn:oid:{oid}", code)


ATTRIBUTS = [
    (FR_CORE_2_1, Attribut.FICTIVE, "FICT", None),
    (FR_CORE_2_1, Attribut.DOUTEUSE, "DOUT", None),
    (FR_CORE_2_1, Attribut.HOMONYME, "HOMA", None),
    (FR_CORE_2_2, Attribut.FICTIVE, "PROV", "FICT"),
    (FR_CORE_2_2, Attribut.DOUTEUSE, "PROV", "DOUT"),
    (FR_CORE_2_2, Attribut.HOMONYME, "PROV", "HOMA"),
]


@pytest.mark.parametrize(("edition", "attribut", "code", "commentaire"), ATTRIBUTS)
def test_an_attribute_is_told_and_read_back(
    edition: EditionPatient, attribut: Attribut, code: str, commentaire: str | None
) -> None:
    patient = ecrire_patient_fhir(usager(Identite(traits=TRAITS, attribut=attribut)), edition=edition)
    statut, *commentaires = patient["extension"][0]["extension"]
    assert statut["valueCoding"]["code"] == code
    systeme = "https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-identity-status-comment"
    concept = {"coding": [{"system": systeme, "code": commentaire}]}
    assert commentaires == ([{"url": "comment", "valueCodeableConcept": concept}] if commentaire else [])
    recue = lire_patient_fhir(patient)
    assert (recue.statut_annonce, recue.attributs_annonces) == (StatutIdentite.PROVISOIRE, (attribut,))


@pytest.mark.parametrize(
    ("edition", "code", "commentaires", "lus"),
    [
        (FR_CORE_2_1, "DOUT", [], (Attribut.DOUTEUSE,)),
        (FR_CORE_2_2, "PROV", ["HOMA", "DOUT"], (Attribut.DOUTEUSE, Attribut.HOMONYME)),
    ],
)
def test_of_two_attributes_both_are_told_or_the_one_that_forbids(
    edition: EditionPatient, code: str, commentaires: list[str], lus: tuple[Attribut, ...]
) -> None:
    double = Identite(traits=TRAITS, attribut=Attribut.HOMONYME_DOUTEUSE)
    patient = ecrire_patient_fhir(usager(double), edition=edition)
    statut, *suite = patient["extension"][0]["extension"]
    assert statut["valueCoding"]["code"] == code
    assert [codage["code"] for e in suite for codage in e["valueCodeableConcept"]["coding"]] == commentaires
    assert lire_patient_fhir(patient).attributs_annonces == lus


def test_a_qualified_homonym_stays_qualified() -> None:
    homonyme = QUALIFIEE.model_copy(update={"attribut": Attribut.HOMONYME})
    for edition, attributs in ((FR_CORE_2_1, ()), (FR_CORE_2_2, (Attribut.HOMONYME,))):
        recue = lire_patient_fhir(ecrire_patient_fhir(usager(homonyme), edition=edition))
        assert (recue.statut_annonce, recue.attributs_annonces) == (StatutIdentite.QUALIFIEE, attributs)
        assert rapprocher(recue, [QUALIFIEE]) == UsagerReconnu(QUALIFIEE)


@pytest.mark.parametrize(("naissance", "attendue"), [("1936-06-00", "1936-06"), ("1936-00-00", "1936")])
def test_a_date_that_is_not_in_the_calendar_is_cut_where_it_stops(naissance: str, attendue: str) -> None:
    traits = TRAITS.model_copy(update={"date_naissance": naissance, "date_lunaire": True})
    lunaire = identite(StatutIdentite.QUALIFIEE, traits)
    patient = ecrire_patient_fhir(usager(lunaire))
    assert patient["birthDate"] == attendue
    assert rapprocher(lire_patient_fhir(patient), [lunaire]) == UsagerReconnu(lunaire)


def test_what_is_not_known_is_not_written() -> None:
    traits = TRAITS.model_copy(update={"lieu_naissance": None})
    patient = ecrire_patient_fhir(usager(Identite(traits=traits, prenom_utilise="Zoé"), ville=None))
    assert len(patient["extension"]) == 1
    assert patient["name"][1:] == [{"use": "usual", "given": ["Zoé"]}]
    assert len(ecrire_patient_fhir(usager(Identite(traits=traits)))["name"]) == 1


def test_a_qualified_identity_needs_its_birth_place() -> None:
    sans = identite(StatutIdentite.QUALIFIEE, TRAITS.model_copy(update={"lieu_naissance": None}))
    with pytest.raises(ChampInvalideError) as refus:
        ecrire_patient_fhir(usager(sans))
    (constat,) = refus.value.constats
    assert (constat.champ, constat.regle) == (
        "usager.identite.traits.lieu_naissance",
        "FR Core, fr-core-patient-ins",
    )


# --- reading ---


def test_the_hand_written_patient_is_read() -> None:
    assert lire_patient_fhir(PATIENT) == RECUE
    assert lire_patient_fhir(json.dumps(PATIENT).encode()) == RECUE
    assert rapprocher(RECUE, [QUALIFIEE]) == UsagerReconnu(QUALIFIEE)


STATUT = "extension.0.extension.0.valueCoding"

ANNONCES = [
    ({"system": SYSTEME_2_1, "code": "PROV"}, StatutIdentite.PROVISOIRE),
    ({"system": SYSTEME_2_1, "code": "VIDE"}, StatutIdentite.PROVISOIRE),
    ({"system": SYSTEME_2_1, "code": "INVA"}, StatutIdentite.PROVISOIRE),
    ({"system": SYSTEME_2_1, "code": "QUAL"}, StatutIdentite.PROVISOIRE),
    ({"system": SYSTEME_2_2, "code": "VALI"}, StatutIdentite.VALIDEE),
    ({"system": SYSTEME_2_2, "code": "RECUP"}, StatutIdentite.RECUPEREE),
    ({"system": "https://exemple.fr/statuts", "code": "QUAL"}, StatutIdentite.PROVISOIRE),
    ({"code": "VALI"}, StatutIdentite.PROVISOIRE),
]


@pytest.mark.parametrize(("codage", "statut"), ANNONCES)
def test_an_ins_that_its_sender_does_not_call_qualified_matches_nobody(
    codage: dict[str, str], statut: StatutIdentite
) -> None:
    recue = lire_patient_fhir(avec(STATUT, codage))
    assert recue.statut_annonce is statut
    assert rapprocher(recue, [QUALIFIEE]) == InsIncomplete(("statut d'identité qualifiée",))


@pytest.mark.parametrize("forme", ["valueCoding", "valueCodeableConcept"])
def test_a_doubt_outweighs_the_status(forme: str) -> None:
    codage = {"system": "https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-identity-status-comment", "code": "DOUT"}
    parties = [
        *PATIENT["extension"][0]["extension"],
        {"url": "comment", forme: codage if forme == "valueCoding" else {"coding": [codage]}},
    ]
    recue = lire_patient_fhir(avec("extension.0.extension", parties))
    assert recue.attributs_annonces == (Attribut.DOUTEUSE,)
    assert rapprocher(recue, [QUALIFIEE]) == InsIncomplete(("statut d'identité qualifiée",))


def test_two_statuses_that_agree_are_one_and_two_that_do_not_claim_the_least() -> None:
    fiabilite = PATIENT["extension"][0]

    def deux(code: str) -> StatutIdentite | None:
        autre = copy.deepcopy(fiabilite)
        autre["extension"][0]["valueCoding"] = {"system": SYSTEME_2_2, "code": code}
        return lire_patient_fhir(avec("extension", [*PATIENT["extension"], autre])).statut_annonce

    assert deux("QUAL") is StatutIdentite.QUALIFIEE
    assert deux("RECUP") is StatutIdentite.PROVISOIRE


def test_a_status_that_is_not_told_is_not_guessed() -> None:
    recue = lire_patient_fhir(avec("extension.0", RIEN))
    assert recue.statut_annonce is None
    assert rapprocher(recue, [QUALIFIEE]) == UsagerReconnu(QUALIFIEE)


@pytest.mark.parametrize(
    ("chemin", "valeur"),
    [
        ("identifier.0.use", "old"),
        # FR Core puts the billing number (NH) under the OID of the INS.
        ("identifier.0.type.coding.0", {"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "NH"}),
        ("identifier.0.type.coding.0.code", "INS-NIR"),
        ("identifier.0.system", "urn:oid:1.2.250.1.213.1.4.13"),
        ("identifier.0.system", RIEN),
        ("identifier.0.value", RIEN),
    ],
)
def test_what_is_not_the_current_ins_is_not_taken_for_one(chemin: str, valeur: Any) -> None:
    recue = lire_patient_fhir(avec(chemin, valeur))
    assert rapprocher(recue, [QUALIFIEE]) == SansIns()
    assert recue.statut_annonce is StatutIdentite.VALIDEE  # "VALI" without INS


@pytest.mark.parametrize(
    ("chemin", "valeur", "lus"),
    [
        ("identifier.0.type", RIEN, {}),
        ("identifier.0.type", None, {}),
        ("identifier.0.type", {"text": "INS"}, {}),
        ("modifierExtension", None, {}),
        ("identifier.0.use", "temp", {}),
        ("identifier.1.system", "https://exemple.fr/ipp", {"identifiants": ("https://exemple.fr/ipp", "RES-1")}),
        ("name.0.use", "maiden", {"nom_naissance": None, "prenoms": None, "premier_prenom": None}),
        ("name.0.given", [None, " ", " DOMINIQUE "], {}),
        ("name.1", {"family": "Martin"}, {"nom_utilise": "Martin"}),
        ("name.1", {"use": "nickname", "family": "Martin"}, {"nom_utilise": None}),
        ("gender", "other", {"sexe": None}),
        ("gender", "male", {"sexe": Sexe.MASCULIN}),
        ("birthDate", "1979-03", {"date_naissance": "197903"}),
        ("birthDate", "28/03/1979", {"date_naissance": "28/03/1979"}),
        ("birthDate", RIEN, {"date_naissance": None}),
        ("photo", [{"data": "A" * 200_000}], {}),
        ("extension.1.valueAddress.extension.0.url", "https://exemple.fr/commune", {"lieu_naissance": None}),
        ("contact", {"deep": [[[[]]]]}, {}),
    ],
)
def test_what_others_write_otherwise(chemin: str, valeur: Any, lus: dict[str, Any]) -> None:
    if "identifiants" in lus:
        lus = {"identifiants": (RECUE.identifiants[0], lus["identifiants"])}
    assert lire_patient_fhir(avec(chemin, valeur)) == RECUE.model_copy(update=lus)


def profond(niveaux: int) -> dict[str, Any]:
    noeud: dict[str, Any] = {}
    for _ in range(niveaux):
        noeud = {"extension": [noeud]}
    return noeud


REFUS = [
    ("resourceType", "Bundle", "resourceType"),
    ("resourceType", RIEN, "resourceType"),
    ("implicitRules", "https://exemple.fr/regles", ""),
    ("modifierExtension", [{"url": "https://exemple.fr/negation"}], ""),
    ("identifier", [{}] * 101, "identifier"),
    ("identifier", {"value": "SECRET"}, "identifier"),
    ("identifier.0.value", 279035121518989, "identifier.0.value"),
    ("identifier.0.type", "SECRET", "identifier.0.type"),
    ("name.0.family", "SECRET" * 200, "name.0.family"),
    ("name.0.family", "SEC\x00RET", "name.0.family"),
    ("name.0.family", "SECRET\ud800", "name.0.family"),
    ("name.0.given", "SECRET", "name.0.given"),
    ("name.0.extension.0.valueString", ["SECRET"], "name.0.extension.0.valueString"),
    ("gender", {"SECRET": True}, "gender"),
    ("birthDate", 19790328, "birthDate"),
    ("extension.1.valueAddress", "SECRET", "extension.1.valueAddress"),
    (STATUT, "SECRET", STATUT),
]


@pytest.mark.parametrize(("chemin", "valeur", "champ"), REFUS)
def test_a_field_of_another_shape_is_refused_by_its_path_and_never_quoted(chemin: str, valeur: Any, champ: str) -> None:
    with pytest.raises(ChampInvalideError) as refus:
        lire_patient_fhir(avec(chemin, valeur))
    (constat,) = refus.value.constats
    assert constat.champ == champ
    assert "SECRET" not in json.dumps(refus.value.to_dict())
    assert str(refus.value).startswith("Patient : 1 champ à corriger.")


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"null",
        b"[]",
        b'"Patient"',
        b'{"resourceType":"Patient"',
        b"[" * 200_000,
        b'{"resourceType":"Patient","extension":' + b'[{"extension":' * 50_000,
        b'{"resourceType":"Patient","name":[{"family":"\xe9"}]}',
        '{"resourceType":"Patient"}'.encode("utf-16"),
        b"<Patient xmlns='http://hl7.org/fhir'/>",
    ],
    ids=range(10),
)
def test_bytes_that_are_no_patient_are_refused(octets: bytes) -> None:
    with pytest.raises(ChampInvalideError):
        lire_patient_fhir(octets)


def test_a_patient_that_is_too_large_is_not_parsed() -> None:
    octets = json.dumps(PATIENT).encode()
    assert lire_patient_fhir(octets + b" " * (TAILLE_MAX - len(octets))) == RECUE
    with pytest.raises(ChampInvalideError, match="8388608 octets"):
        lire_patient_fhir(octets + b" " * (TAILLE_MAX + 1 - len(octets)))


def test_another_extension_with_the_same_parts_says_nothing() -> None:
    autres: list[Any] = [{**extension, "url": "https://exemple.fr/autre"} for extension in PATIENT["extension"]]
    autres[0]["extension"] = [{"url": "identityStatus", "valueCoding": {"system": SYSTEME_2_2, "code": "RECUP"}}]
    autres[1]["valueAddress"] = copy.deepcopy(autres[1]["valueAddress"])
    autres[1]["valueAddress"]["extension"][0]["valueCoding"]["code"] = "75115"
    assert lire_patient_fhir({**PATIENT, "extension": [*autres, *PATIENT["extension"]]}) == RECUE
    prenoms = [{"url": "https://exemple.fr/autre", "valueString": "ANNE"}, *PATIENT["name"][0]["extension"]]
    assert lire_patient_fhir(avec("name.0.extension", prenoms)) == RECUE


def test_depth_that_nobody_reads_costs_nothing() -> None:
    recue = lire_patient_fhir({**PATIENT, "contact": profond(50_000)})
    assert recue == RECUE
    assert lire_patient_fhir({**PATIENT, "extension": [*PATIENT["extension"], profond(50_000)]}) == RECUE


# --- properties ---

MOTS = st.text("ABCDEIMNORSTU", min_size=1, max_size=8)
TRAITS_QUELCONQUES = st.builds(
    TraitsIdentite,
    nom_naissance=st.lists(MOTS, min_size=1, max_size=3).map("-".join),
    prenoms=st.lists(st.lists(MOTS, min_size=1, max_size=2).map("-".join), min_size=1, max_size=4).map(tuple),
    sexe=st.sampled_from(Sexe),
    date_naissance=st.dates(),
    lieu_naissance=st.sampled_from(["63220", "2B020", "97411", "99351", "99999"]),
)


@given(TRAITS_QUELCONQUES, st.sampled_from(StatutIdentite), st.sampled_from([FR_CORE_2_1, FR_CORE_2_2]))
def test_what_is_written_is_read_back_and_only_a_qualified_identity_matches(
    traits: TraitsIdentite, statut: StatutIdentite, edition: EditionPatient
) -> None:
    qui = identite(statut, traits)
    recue = lire_patient_fhir(json.dumps(ecrire_patient_fhir(usager(qui), edition=edition)).encode())
    lus = (recue.nom_naissance, recue.prenoms, recue.premier_prenom, recue.sexe, recue.lieu_naissance)
    assert lus == (
        traits.nom_naissance,
        traits.liste_prenoms,
        traits.premier_prenom,
        traits.sexe,
        traits.lieu_naissance,
    )
    assert recue.date_naissance == traits.naissance_hl7
    assert recue.nom_utilise == "Dupont"
    attendu = UsagerReconnu(qui) if isinstance(qui, IdentiteQualifiee) else SansIns()
    assert rapprocher(recue, [qui]) == attendu


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["official", "VALI"]),
    lambda enfants: st.lists(enfants, max_size=4) | st.dictionaries(st.text(max_size=8), enfants, max_size=4),
    max_leaves=12,
)
CHEMINS = [
    *("resourceType", "extension", "identifier", "name", "gender", "birthDate", "meta", "modifierExtension"),
    *("identifier.0", "identifier.0.type", "identifier.0.type.coding", "identifier.0.system", "identifier.0.value"),
    *("name.0", "name.0.given", "name.0.extension", "name.0.extension.0.valueString", "name.1.family"),
    *("extension.0", "extension.0.extension", STATUT, "extension.1.valueAddress.extension.0.valueCoding"),
]


@given(st.sampled_from(CHEMINS), JSON)
@example("name", [{"use": "official"}] * 100)
def test_hostile_json_is_read_or_refused(chemin: str, valeur: Any) -> None:
    patient = avec(chemin, valeur)
    for forme in (patient, json.dumps(patient).encode()):
        try:
            lu = lire_patient_fhir(forme)
        except ChampInvalideError:
            continue
        assert lu.source == "FHIR"
        assert "PAT-TROIS" not in repr(lu)
