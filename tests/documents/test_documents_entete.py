"""The header: what it accepts, and what the CDA says of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from segur_socles.documents.entete import Entete
from segur_socles.errors import ChampInvalideError
from segur_socles.personnes.coordonnees import Telecom
from segur_socles.personnes.identite import Identite
from segur_socles.personnes.traits import TraitsIdentite

PATIENT = "//h:recordTarget/h:patientRole"


@pytest.mark.exigence("RNIV/EXI-ID-29")
def test_a_qualified_identity_gives_its_ins_and_its_traits(ecrire: Callable[..., Any]) -> None:
    lu = ecrire({})
    assert lu(f"{PATIENT}/h:id/@root") == ["1.2.250.1.213.1.4.10", "1.2.250.1.999.1.1"]
    assert lu(f"{PATIENT}/h:id/@extension") == ["236066322083656", "RES-1"]
    assert lu(f"{PATIENT}//h:family[@qualifier='BR']") == ["TCHITCHI"]
    assert lu(f"{PATIENT}//h:given[not(@qualifier)]") == ["CATARINA BELLA"]
    assert lu(f"{PATIENT}//h:given[@qualifier='BR']") == ["CATARINA"]
    assert lu(f"{PATIENT}//h:given[@qualifier='CL']") == ["OLA"]
    assert lu(f"{PATIENT}//h:family[@qualifier='CL']") == []
    assert lu(f"{PATIENT}//h:administrativeGenderCode/@code") == ["F"]
    assert lu(f"{PATIENT}//h:birthTime/@value") == ["19360621"]
    assert lu(f"{PATIENT}//h:county") == ["63220"]


@pytest.mark.exigence("RNIV/EXI-ID-29")
@pytest.mark.exigence("INS/va1.53")
def test_without_qualification_no_matricule_leaves(
    ecrire: Callable[..., Any], faire_entete: Callable[..., Any]
) -> None:
    qualifiee = faire_entete().usager.identite
    recuperee = Identite(traits=qualifiee.traits, reponse=qualifiee.reponse, decision=qualifiee.decision)
    telecoms = [{"type": "mailto", "valeur": "236066322083656@patient.mssante.fr"}, {"valeur": "0199000014"}]
    lu = ecrire({}, identite=recuperee, usager={"telecoms": telecoms})
    assert lu(f"{PATIENT}/h:id/@root") == ["1.2.250.1.999.1.1"]
    assert lu(f"{PATIENT}/h:telecom/@value") == ["tel:0199000014"]
    assert b"236066322083656" not in lu.document.octets
    assert b"236066322083656@patient.mssante.fr" in ecrire({}, usager={"telecoms": telecoms}).document.octets


@pytest.mark.exigence("RNIV/EXI-ID-29")
@pytest.mark.parametrize("adresse", ["236066322083656@patient.mssante.fr", "236066322083656@Patient.MSSante.FR"])
def test_a_citizen_address_is_nobody_elses(
    adresse: str, ecrire: Callable[..., Any], faire_entete: Callable[..., Entete]
) -> None:
    """Only the qualified person's own address leaves, however it is typed and wherever it was entered."""
    courriel = {"type": "mailto", "valeur": adresse}
    joignable = {"telecoms": (Telecom.model_validate(courriel),)}
    acteur = faire_entete().auteur
    medecin, structure = (
        acteur.professionnel.model_copy(update=joignable),
        acteur.structure.model_copy(update=joignable),
    )
    auteur = acteur.model_copy(update={"professionnel": medecin, "structure": structure})
    contenu = {"etablissement_preference": {"nom": "HOPITAL", "telecom": courriel}}
    provisoire = Identite(traits=faire_entete().usager.identite.traits)
    for mesure in ("tutelle", "curatelle_simple"):
        usager = {
            "telecoms": [courriel],
            "entourage": [{"nom": "ESSAI", "roles": ["ECON"], "telecoms": [courriel]}],
            "medecin_traitant": medecin,
            "protection": {"type": mesure, "debut": "2024-01-01", "protecteur_nom": "ESSAI", "telecoms": [courriel]},
        }
        for identite, fois in ((provisoire, 0), (None, 1)):
            octets = ecrire(contenu, identite=identite, usager=usager, auteur=auteur).document.octets
            assert octets.lower().count(b"@patient.mssante.fr") == fois


@pytest.mark.parametrize(
    ("date", "ecrite"),
    [("1936-06-00", "193606"), ("1936-00-00", "1936"), ("1936-02-30", "193602"), ("1936-13-01", "1936")],
)
def test_a_lunar_date_is_written_as_far_as_it_exists(date: str, ecrite: str, ecrire: Callable[..., Any]) -> None:
    traits = TraitsIdentite(nom_naissance="X", prenoms=("Y",), sexe="M", date_naissance=date, date_lunaire=True)
    lu = ecrire({}, identite=Identite(traits=traits))
    assert lu(f"{PATIENT}//h:birthTime/@value") == [ecrite]


def test_author_authenticator_custodian_and_place(ecrire: Callable[..., Any]) -> None:
    lu = ecrire({})
    for role in (
        "//h:author/h:assignedAuthor",
        "//h:legalAuthenticator/h:assignedEntity",
        "//h:performer/h:assignedEntity",
    ):
        assert lu(f"{role}/h:id/@extension") == ["899900000017"]
        assert lu(f"{role}/h:code/@code") == ["G15_10/SM18"]
        assert lu(f"{role}//h:prefix | {role}//h:suffix | {role}//h:given | {role}//h:family") == [
            "MME",
            "DR",
            "Anne",
            "MODELE",
        ]
        assert lu(f"{role}/h:representedOrganization/h:id/@extension") == ["1990000019"]
        assert lu(f"{role}//h:standardIndustryClassCode/@code") == ["ESSMS"]
    assert lu("//h:author/h:time/@value") == ["20260115093005+0100"]
    assert lu("//h:custodian//h:id/@extension") == ["1990000019"]
    assert len(lu("//h:custodian//h:telecom")) == 1
    assert lu("//h:healthCareFacility/h:code/@code") == ["SA17"]
    assert lu("//h:serviceEvent/h:code/@code") == ["34117-2"]
    assert lu("/h:ClinicalDocument/h:templateId/@root")[-1] == "1.2.250.1.213.1.1.1.22"
    assert lu("/h:ClinicalDocument/h:confidentialityCode/@code") == ["N"]


def test_the_legal_authenticator_may_be_someone_else(
    ecrire: Callable[..., Any], faire_entete: Callable[..., Any]
) -> None:
    auteur = faire_entete().auteur
    medecin = auteur.professionnel.model_copy(update={"id_nat": "899900000033", "nom": "AUTRE"})
    lu = ecrire({}, signataire=auteur.model_copy(update={"professionnel": medecin}))
    assert lu("//h:legalAuthenticator//h:assignedEntity/h:id/@extension") == ["899900000033"]
    assert lu("//h:author//h:assignedAuthor/h:id/@extension") == ["899900000017"]


def test_the_usual_doctor_is_named_or_said_unknown(ecrire: Callable[..., Any]) -> None:
    medecin = {"id_nat": "899900000025", "nom": "FICTIF", "prenom": "Alain", "profession": "G15_10/SM54"}
    participant = "//h:participant[@typeCode='INF'][h:functionCode/@code='PCP']"
    assert ecrire({}, usager={"medecin_traitant": medecin})(f"{participant}//h:family") == ["FICTIF"]
    inconnu = ecrire({})
    assert inconnu(f"{participant}/h:associatedEntity/*") == []
    assert len(inconnu(participant)) == 1


@pytest.mark.besoin("S1-21", "S1-22")
@pytest.mark.parametrize(
    ("type_", "represente", "lien"),
    [
        ("tutelle", ["ESSAI"], []),
        ("habilitation_familiale", ["ESSAI"], []),
        ("curatelle_renforcee", [], ["CURATEUR"]),
        ("sauvegarde_justice", [], ["MSVG"]),
    ],
)
def test_only_a_measure_of_representation_gives_a_guardian(
    type_: str, represente: list[str], lien: list[str], ecrire: Callable[..., Any]
) -> None:
    protection = {"type": type_, "debut": "2024-02-01", "protecteur_nom": "ESSAI"}
    lu = ecrire({}, usager={"protection": protection})
    assert lu("//h:guardian//h:family") == represente
    assert lu("//h:informant/h:relatedEntity[@classCode='CON']/h:code/@code") == lien
    passee = ecrire({}, usager={"protection": protection | {"fin": "2025-12-31"}})
    assert passee("//h:guardian | //h:informant") == []


def test_a_new_version_names_the_one_it_replaces(ecrire: Callable[..., Any]) -> None:
    lu = ecrire({}, version=3, remplace="1.2.250.1.999.1.2.9")
    assert lu("//h:relatedDocument[@typeCode='RPLC']/h:parentDocument/h:id/@root") == ["1.2.250.1.999.1.2.9"]
    assert lu("/h:ClinicalDocument/h:versionNumber/@value") == ["3"]
    assert ecrire({})("//h:relatedDocument") == []


@pytest.mark.parametrize(
    ("champs", "champ"),
    [
        ({"version": 2}, "remplace"),
        ({"remplace": "1.2.3"}, "remplace"),
        ({"id": "1.2.250.1.999.1.2.2"}, "id"),
        ({"type": "00000-0"}, "type"),
        ({"confidentialite": "L"}, "confidentialite"),
        ({"id": "1.02.3"}, "id"),
        ({"date_creation": "2026-01-15T09:30:05"}, "date_creation"),
        ({"titre": " "}, "titre"),
        ({"titre": "a\x01"}, "titre"),
    ],
)
def test_a_wrong_header_is_refused_by_the_name_of_its_field(
    champs: dict[str, Any], champ: str, faire_entete: Callable[..., Entete]
) -> None:
    with pytest.raises(ChampInvalideError) as info:
        faire_entete(**champs)
    assert info.value.champs == (champ,)


def test_an_act_ends_after_it_begins(faire_entete: Callable[..., Entete]) -> None:
    debut = faire_entete().date_creation
    with pytest.raises(ChampInvalideError) as info:
        faire_entete(acte={"debut": debut, "fin": debut - timedelta(hours=1)})
    assert info.value.champs == ("acte.fin",)


def test_the_ins_needs_a_birth_place(faire_entete: Callable[..., Entete]) -> None:
    entete = faire_entete()
    traits = entete.usager.identite.traits.model_copy(update={"lieu_naissance": None})
    identite = entete.usager.identite.model_copy(
        update={
            "traits": traits,
            "reponse": entete.identite_qualifiee.reponse.model_copy(update={"traits": traits}),  # type: ignore[union-attr]
        }
    )
    with pytest.raises(ChampInvalideError) as info:
        faire_entete(identite=identite)
    assert info.value.champs == ("usager.identite.traits.lieu_naissance",)


def test_nothing_of_the_person_shows_in_a_repr(ecrire: Callable[..., Any]) -> None:
    document = ecrire({}).document
    for texte in (repr(document), repr(document.entete), str(document.entete), repr(document.entete.usager)):
        for trait in ("TCHITCHI", "OLA", "236066322083656", "1936", "63220"):
            assert trait not in texte.replace("1.2.250.1.999.1.2.1", "")


def test_a_type_that_is_no_cda_document_is_refused(faire_entete: Callable[..., Entete]) -> None:
    with pytest.raises(ChampInvalideError) as refus:
        faire_entete(type="E1762")
    assert refus.value.champs == ("type",)
