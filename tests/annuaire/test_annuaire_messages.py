"""Every published-shape example reads to values written by hand; odd and hostile answers are judged."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from annuaire_outils import NATIONAL, exemple, lire, paquet

from segur_socles.errors import JetonRefuseError, ReponseInvalideError, ServiceError
from segur_socles.mss.annuaire.types import (
    AdresseAnnuaire,
    BoiteMss,
    CodeAnnuaire,
    FicheProfessionnel,
    FicheStructure,
    Reconnaissance,
    SituationExercice,
)

EXT = Reconnaissance.EXTENSION
MAJ = "2026-06-01T10:00:00.000+02:00"
SAUCIER_ID, EHPAD_ID, ROLE_ID = "003-0000001-0000001", "001-02-0000001", "005-0000001-0000001"
PORTEUR = (f"Practitioner/{SAUCIER_ID}",)
BOITES_SAUCIER = (
    BoiteMss("arthur.saucier@medecin.mssante.fr", EXT, "PER", rang=1, porteurs=PORTEUR),
    BoiteMss("cabinet.saucier@medecin.mssante.fr", EXT, "CAB", "Secrétariat du cabinet", porteurs=PORTEUR),
)
SAUCIER = FicheProfessionnel(
    id=SAUCIER_ID,
    actif=True,
    maj=MAJ,
    boites=BOITES_SAUCIER,
    rpps="10003461033",
    id_nat="810003461033",
    nom="SAUCIER",
    prenoms=("Arthur",),
    civilite="M",
    titre="DR",
    qualifications=(
        CodeAnnuaire("TRE_R48-DiplomeEtatFrancais", "DE05"),
        CodeAnnuaire("TRE_R14-TypeDiplome", "DE"),
        CodeAnnuaire("TRE_G15-ProfessionSante", "10"),
        CodeAnnuaire("TRE_R09-CategorieProfessionnelle", "C"),
        CodeAnnuaire("TRE_R38-SpecialiteOrdinale", "SM54"),
        CodeAnnuaire("TRE_R04-TypeSavoirFaire", "S"),
    ),
)
ROLE = SituationExercice(
    id=ROLE_ID,
    actif=True,
    maj=MAJ,
    boites=(
        BoiteMss("arthur.saucier@ehpad-les-tilleuls.mssante.fr", EXT, "PER", porteurs=(f"PractitionerRole/{ROLE_ID}",)),
    ),
    numero="1013186038",
    professionnel=f"Practitioner/{SAUCIER_ID}",
    structure=f"Organization/{EHPAD_ID}",
    codes=(
        CodeAnnuaire("TRE_R22-GenreActivite", "GENR01"),
        CodeAnnuaire("TRE_R23-ModeExercice", "S"),
        CodeAnnuaire("TRE_R21-Fonction", "FON-AU"),
    ),
)
EHPAD = FicheStructure(
    id=EHPAD_ID,
    actif=True,
    maj=MAJ,
    boites=(
        BoiteMss(
            "infirmerie@ehpad-les-tilleuls.mssante.fr",
            EXT,
            "ORG",
            "Infirmerie",
            "Soins",
            porteurs=(f"Organization/{EHPAD_ID}",),
        ),
        BoiteMss(
            "dui@ehpad-les-tilleuls.mssante.fr",
            EXT,
            "APP",
            "BAL applicative du DUI",
            porteurs=(f"Organization/{EHPAD_ID}",),
        ),
    ),
    id_nat="1754567860",
    finess_eg="754567860",
    nom="EHPAD LES TILLEULS",
    codes=(
        CodeAnnuaire("fr-core-cs-v2-3307", "GEOGRAPHICAL-ENTITY"),
        CodeAnnuaire("TRE_R02-SecteurActivite", "SA17"),
        CodeAnnuaire("TRE_R66-CategorieEtablissement", "500"),
        CodeAnnuaire("TRE_R75-InseeNAFrev2Niveau5", "87.10A"),
    ),
    telephones=("0100000000",),
    courriels=("accueil@les-tilleuls.example",),
    adresse=AdresseAnnuaire(("96 R DIDOT",), "75014", "PARIS", "75114"),
    rattachement="Organization/001-01-0000001",
)
FERMEE = FicheStructure(id="001-02-0000002", actif=False, maj=MAJ, finess_eg="750000002", nom="STRUCTURE FERMEE")
PARTI = FicheProfessionnel(
    id="003-0000002-0000002", actif=False, maj=MAJ, rpps="10000000002", id_nat="810000000002"
)  # fmt: skip
SUITE = f"{NATIONAL}/_page?id=OPAQUE-URL-SAFE-TOKEN"


def test_page_with_what_comes_along() -> None:
    page = lire(exemple("bundle-practitioner-revinclude-page1.json"))
    assert (page.trouvees, page.jointes) == ((SAUCIER,), (ROLE,))
    assert (page.total, page.suivante) == (2, SUITE), "next stands before self"


def test_structure_by_finess_last_page() -> None:
    page = lire(exemple("bundle-organization-finess-last-page.json"))
    assert (page.trouvees, page.jointes, page.total, page.suivante) == ((EHPAD,), (), 1, None)


def test_no_total() -> None:
    page = lire(exemple("bundle-no-total.json"))
    assert (page.trouvees, page.total, page.suivante) == ((SAUCIER,), None, SUITE)


def test_empty() -> None:
    page = lire(exemple("bundle-empty.json"))
    assert (page.trouvees, page.jointes, page.total, page.suivante) == ((), (), 0, None)


def test_delta_with_an_inactive_professional() -> None:
    page = lire(exemple("bundle-delta-with-inactive.json"))
    assert page.trouvees == (SAUCIER, PARTI)
    assert [fiche.close for fiche in page.trouvees] == [False, True]


SEULES = {
    "practitioner-per-cab.json": SAUCIER,
    "practitionerrole-per.json": ROLE,
    "organization-ehpad-org-app.json": EHPAD,
    "organization-inactive.json": FERMEE,
    "practitioner-inactive.json": PARTI,
    "practitioner-elements-subsetted.json": FicheProfessionnel(
        id=SAUCIER_ID,
        actif=None,
        partielle=True,
        maj=MAJ,
        boites=BOITES_SAUCIER,
        rpps="10003461033",
        id_nat="810003461033",
    ),
}


@pytest.mark.parametrize("nom", SEULES)
def test_one_resource(nom: str) -> None:
    (fiche,) = lire(paquet(exemple(nom))).trouvees
    assert fiche == SEULES[nom]


def test_absent_is_not_false() -> None:
    (fiche,) = lire(paquet(exemple("practitioner-elements-subsetted.json"))).trouvees
    assert (fiche.actif, fiche.close, fiche.partielle) == (None, False, True)


def test_what_the_codes_say() -> None:
    assert (SAUCIER.profession, SAUCIER.specialite, SAUCIER.affichage) == ("10", "SM54", "Dr Arthur SAUCIER")
    assert (ROLE.mode_exercice, ROLE.fonction) == ("S", "FON-AU")
    assert (EHPAD.secteur, EHPAD.categorie, EHPAD.finess) == ("SA17", "500", "754567860")
    assert (PARTI.profession, PARTI.affichage) == (None, "")


REFUS = {
    "operationoutcome-unknown-parameter.json": (400, "Parameter mailbox-mss-type not found", "processing"),
    "operationoutcome-unknown-resource.json": (404, "HAPI-0302: Unknown resource type 'PractitiXXXner'", "processing"),
    "operationoutcome-conditional-patch-412.json": (412, "Multiple matches found for conditional PATCH", "conflict"),
}


@pytest.mark.parametrize("nom", REFUS)
def test_operation_outcome_is_a_service_error(nom: str) -> None:
    statut, texte, code = REFUS[nom]
    with pytest.raises(ServiceError) as caught:
        lire(exemple(nom), statut=statut)
    erreur = caught.value
    assert (erreur.status, erreur.code, erreur.detail_code, erreur.severity) == (
        statut,
        f"HTTP_{statut}",
        code,
        "error",
    )
    assert erreur.label is not None
    assert erreur.label.startswith(texte)
    assert not erreur.retryable


def test_a_label_that_quotes_the_search_is_not_repeated() -> None:
    issue = {"severity": "error", "code": "processing", "diagnostics": "Bad value: le%20gall in family"}
    with pytest.raises(ServiceError) as caught:
        lire({"resourceType": "OperationOutcome", "issue": [issue]}, statut=400, cites=("LE GALL", "LE%20GALL"))
    assert "gall" not in str(caught.value.to_dict()).lower()


@pytest.mark.parametrize(
    ("statut", "genre", "retryable"),
    [
        (401, JetonRefuseError, False),
        (403, JetonRefuseError, False),
        (404, ServiceError, True),  # the gateway during its outages
        (429, ServiceError, True),
        (500, ServiceError, False),
        (502, ServiceError, True),
        (503, ServiceError, True),
        (504, ServiceError, True),
    ],
)
def test_gateway_answers_without_fhir(statut: int, genre: type[ServiceError], retryable: bool) -> None:
    with pytest.raises(genre) as caught:
        lire(b"No context-path matches the request URI." if statut == 404 else b"", statut=statut)
    assert caught.value.retryable is retryable
    assert caught.value.remede


@pytest.mark.parametrize(
    "contenu",
    [
        b"",
        b"<html>",
        b"[]",
        b"null",
        b"\xff\xfe{",
        b"[" * 100_000,
        b'{"resourceType":"Practitioner"}',
        b'{"resourceType":"OperationOutcome","issue":[]}',
    ],
    ids=range(8),
)
def test_an_answer_that_is_no_bundle(contenu: bytes) -> None:
    with pytest.raises(ReponseInvalideError, match="n'est pas une liste FHIR"):
        lire(contenu)


AILLEURS = [
    "https://gateway.preprod.api.esante.gouv.fr/fhir/v2/_page?id=x",
    "http://gateway.api.esante.gouv.fr/fhir/v2/_page?id=x",
    "https://gateway.api.esante.gouv.fr:8443/fhir/v2/_page?id=x",
    "https://gateway.api.esante.gouv.fr.example/fhir/v2/_page?id=x",
    "https://moi@gateway.api.esante.gouv.fr/fhir/v2/_page?id=x",
    "https://gateway.api.esante.gouv.fr/fhir/v2bis/_page?id=x",
    "https://gateway.api.esante.gouv.fr/fhir/v2/%2e%2e/autre",
    "https://gateway.api.esante.gouv.fr/fhir/v2/_page?id=x\r\nHost: y",
    "https://gateway.api.esante.gouv.fr:port/fhir/v2/_page",
    "_page?id=x",
    7,
]


@pytest.mark.parametrize("url", AILLEURS, ids=str)
def test_a_next_page_elsewhere_is_not_followed(url: Any) -> None:
    with pytest.raises(ReponseInvalideError, match="n'est pas suivie"):
        lire(paquet(suivante=url))


# --- mailboxes: how they are recognised ---


def telecom(adresse: str, *extensions: dict[str, Any], systeme: str = "email", **autres: Any) -> dict[str, Any]:
    return {"system": systeme, "value": adresse, "extension": list(extensions), **autres}


TYPE = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-contact-point-email-type"
META = "https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-ext-mailbox-mss-metadata"
MSSANTE = {"url": TYPE, "valueCoding": {"code": "MSSANTE"}}


def boites(*telecoms: Any) -> tuple[BoiteMss, ...]:
    (fiche,) = lire(paquet({"resourceType": "Organization", "id": "o", "telecom": list(telecoms)})).trouvees
    return fiche.boites


@pytest.mark.parametrize(
    ("entree", "attendu"),
    [
        (telecom("a@b.mssante.fr", MSSANTE), Reconnaissance.EXTENSION),
        (telecom("a@b.mssante.fr", {"url": META, "extension": []}), Reconnaissance.METADONNEES),
        # Whatever is said of it, what is written there would leave the MSSanté space.
        (telecom("a@b.example", MSSANTE), None),
        (telecom("a@b.example", {"url": META, "extension": []}), None),
        (telecom("a@X.MSSante.fr"), Reconnaissance.ADRESSE),
        (telecom("a@mssante.apicrypt.org"), Reconnaissance.ADRESSE),
        (telecom("a@interop-mssante.apicrypt.org"), Reconnaissance.ADRESSE),
        (telecom("a@b.mssante.fr", {"url": TYPE, "valueCoding": {"code": "AUTRE"}}), None),
        (telecom("a@b.example"), None),
        (telecom("a@mssante.fr.example"), None),
        (telecom("0100000000", MSSANTE, systeme="phone"), None),
        (telecom("a@b.mssante.fr\r\nBcc: x@y.fr", MSSANTE), None),
        ({"system": "email"}, None),
        ("a@b.mssante.fr", None),
    ],
)
def test_recognition(entree: Any, attendu: Reconnaissance | None) -> None:
    assert [b.reconnaissance for b in boites(entree)] == ([attendu] if attendu else [])


@pytest.mark.parametrize(
    "valeur",
    [
        {"valueCodeableConcept": {"coding": [{"system": "TRE_R256", "code": "ORG"}]}},
        {"valueCode": "ORG"},
        {"valueCoding": {"code": "ORG"}},
        {"valueString": "ORG"},
    ],
)
def test_metadata_comes_with_any_type_of_value(valeur: dict[str, Any]) -> None:
    details: list[dict[str, Any]] = [
        {"url": "type", **valeur},
        {"url": "digitization", "valueBoolean": True},
        {"url": "listeRouge", "valueBoolean": False},
        {"url": "phone", "valueString": "0100000001"},
    ]
    (boite,) = boites(telecom("a@b.mssante.fr", MSSANTE, {"url": META, "extension": details}, rank=2))
    assert (boite.type, boite.zero_papier, boite.liste_rouge, boite.telephone, boite.rang) == (
        "ORG",
        True,
        False,
        "0100000001",
        2,
    )


def test_finess_without_a_type_belongs_to_what_the_structure_says_to_be() -> None:
    numero = {"system": "http://finess.sante.gouv.fr", "value": "750000001"}
    ressource: dict[str, Any] = {"resourceType": "Organization", "id": "o", "identifier": [numero]}
    (geographique,) = lire(paquet(ressource)).trouvees
    juridique = lire(paquet({**ressource, "type": [{"coding": [{"code": "LEGAL-ENTITY"}]}]})).trouvees[0]
    assert isinstance(geographique, FicheStructure)
    assert isinstance(juridique, FicheStructure)
    assert (geographique.finess_eg, geographique.finess_ej) == ("750000001", None)
    assert (juridique.finess_eg, juridique.finess_ej) == (None, "750000001")


def _abimes(valeur: Any) -> list[Any]:
    """Every way of replacing one part of a resource by something of another shape."""
    trouves: list[Any] = []

    def visiter(noeud: Any, chemin: tuple[Any, ...]) -> None:
        cles = list(noeud) if isinstance(noeud, dict) else range(len(noeud)) if isinstance(noeud, list) else ()
        for cle in cles:
            if cle == "resourceType":
                continue
            for faux in (None, 7, True, "texte", [], {}, [None], [[]], {"x": 1}):
                copie = copy.deepcopy(valeur)
                cible = copie
                for part in chemin:
                    cible = cible[part]
                cible[cle] = faux
                trouves.append(copie)
            visiter(noeud[cle], (*chemin, cle))

    visiter(valeur, ())
    return trouves


@pytest.mark.parametrize(
    "nom", ["practitioner-per-cab.json", "practitionerrole-per.json", "organization-ehpad-org-app.json"]
)
def test_any_part_may_have_another_shape(nom: str) -> None:
    abimes = _abimes(exemple(nom))
    assert len(abimes) > 300
    for ressource in abimes:
        assert len(lire(paquet(ressource)).trouvees) == 1


def test_names_and_addresses_do_not_show() -> None:
    for fiche in (SAUCIER, ROLE, EHPAD):
        vu = repr(fiche).lower()
        assert not [mot for mot in ("saucier", "arthur", "infirmerie", "didot", "0100000000", "@") if mot in vu]
