"""The searches, on a directory of ours: what is sent, pages, doubts, retries, traces; both clients alike."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from annuaire_outils import BASE, CLE, NATIONAL, FauxAnnuaire, appeler, exemple, paquet

from segur_socles.config.environment import OptionsAnnuaire
from segur_socles.errors import ChampInvalideError, JetonRefuseError, ReponseInvalideError, ServiceError
from segur_socles.mss.annuaire.client import AnnuaireClient, AsyncAnnuaireClient
from segur_socles.mss.annuaire.types import (
    BoiteConnue,
    BoiteInconnue,
    ProfessionnelAbsent,
    ProfessionnelTrouve,
    StructureAbsente,
    StructureTrouvee,
)
from segur_socles.trace.record import Resultat
from segur_socles.trace.sinks import MemorySink

both = pytest.mark.parametrize("mode", ["sync", "async"])
GOLDEN = Path(__file__).parents[1] / "golden"
SUITE = f"{BASE}/_page?id=SUITE"


def ici(nom: str) -> Any:
    """An example, as our own directory would send it."""
    return json.loads(json.dumps(exemple(nom)).replace(NATIONAL, BASE))


def vide() -> Any:
    """What the directory answers when it finds nothing. Read when a test runs: the examples may not be there."""
    return exemple("bundle-empty.json")


def professionnel(rang: int, **autres: Any) -> dict[str, Any]:
    return {**exemple("practitioner-per-cab.json"), "id": f"003-{rang}", **autres}


@both
def test_by_rpps(mode: str) -> None:
    service = FauxAnnuaire([ici("bundle-practitioner-revinclude-page1.json"), paquet()])
    resultat = appeler(mode, service, "rechercher_par_rpps", "10003461033")
    assert isinstance(resultat, ProfessionnelTrouve)
    assert resultat.fiche.affichage == "Dr Arthur SAUCIER"
    assert [(b.adresse, b.type) for b in resultat.boites] == [
        ("arthur.saucier@medecin.mssante.fr", "PER"),
        ("cabinet.saucier@medecin.mssante.fr", "CAB"),
        ("arthur.saucier@ehpad-les-tilleuls.mssante.fr", "PER"),
    ]
    assert resultat.explication == "Professionnel trouvé, 3 boîtes MSSanté."
    assert [str(r.url) for r in service.recues] == [
        f"{BASE}/Practitioner?identifier=10003461033&_revinclude=PractitionerRole%3Apractitioner&_count=100",
        f"{BASE}/_page?id=OPAQUE-URL-SAFE-TOKEN",
    ]
    assert {r.headers["esante-api-key"] for r in service.recues} == {CLE}


@both
def test_by_finess(mode: str) -> None:
    service = FauxAnnuaire([ici("bundle-organization-finess-last-page.json")])
    resultat = appeler(mode, service, "rechercher_par_finess", "1754567860")
    assert isinstance(resultat, StructureTrouvee)
    assert [b.type for b in resultat.boites] == ["ORG", "APP"]
    assert [str(r.url) for r in service.recues] == [
        f"{BASE}/Organization?identifier=https%3A%2F%2Ffiness.esante.gouv.fr%7C754567860&_count=100"
    ]


@both
@pytest.mark.parametrize(
    ("methode", "args", "genre"),
    [
        ("rechercher_par_rpps", ("10003461033",), ProfessionnelAbsent),
        ("rechercher_par_finess", ("754567860",), StructureAbsente),
        ("verifier_boite", ("inconnu@medecin.mssante.fr",), BoiteInconnue),
    ],
)
def test_nothing_found_is_an_outcome(mode: str, methode: str, args: tuple[str, ...], genre: type[Any]) -> None:
    traces = MemorySink()
    resultat = appeler(mode, FauxAnnuaire([vide()]), methode, *args, traces=traces)
    assert type(resultat) is genre
    assert resultat.explication.endswith((".", ")."))
    assert traces.records[-1].resultat is Resultat.SANS_RESULTAT


def test_closed_professional() -> None:
    resultat = appeler(
        "sync", FauxAnnuaire([paquet(exemple("practitioner-inactive.json"))]), "rechercher_par_rpps", "10000000002"
    )
    assert isinstance(resultat, ProfessionnelTrouve)
    assert (resultat.boites, resultat.explication) == ((), "Ce professionnel n'exerce plus, selon l'annuaire.")


def test_mailboxes_of_a_closed_situation_are_left_out() -> None:
    contenu = ici("bundle-practitioner-revinclude-page1.json")
    contenu["entry"][1]["resource"]["active"] = False
    resultat = appeler("sync", FauxAnnuaire([contenu, paquet()]), "rechercher_par_rpps", "10003461033")
    assert len(resultat.situations) == 1
    assert [b.adresse for b in resultat.boites] == [
        "arthur.saucier@medecin.mssante.fr",
        "cabinet.saucier@medecin.mssante.fr",
    ]


@pytest.mark.parametrize(
    ("de_qui", "anonymes", "suite"),
    [
        (None, 1, " ; une partie de ses situations d'exercice n'a pas pu lui être rattachée"),
        ({"reference": "Practitioner/003-autre"}, 0, ""),
    ],
)
def test_mailboxes_of_a_situation_that_may_be_anothers_are_not_given(de_qui: Any, anonymes: int, suite: str) -> None:
    contenu = ici("bundle-practitioner-revinclude-page1.json")
    for entree in contenu["entry"]:
        if entree["resource"]["resourceType"] == "PractitionerRole":
            entree["resource"]["practitioner"] = de_qui
    resultat = appeler("sync", FauxAnnuaire([contenu, paquet()]), "rechercher_par_rpps", "10003461033")
    assert (resultat.situations, resultat.anonymes) == ((), anonymes)
    assert [b.adresse for b in resultat.boites] == [
        "arthur.saucier@medecin.mssante.fr",
        "cabinet.saucier@medecin.mssante.fr",
    ]
    assert resultat.explication == f"Professionnel trouvé, 2 boîtes MSSanté{suite}."


def test_a_box_that_several_resources_carry_is_one_box() -> None:
    contenu = ici("bundle-practitioner-revinclude-page1.json")
    contenu["entry"][1]["resource"]["telecom"][0]["value"] = "Arthur.SAUCIER@medecin.mssante.fr"
    resultat = appeler("sync", FauxAnnuaire([contenu, paquet()]), "rechercher_par_rpps", "10003461033")
    assert len(resultat.boites) == 2
    assert resultat.boites[0].porteurs == (
        "Practitioner/003-0000001-0000001",
        "PractitionerRole/005-0000001-0000001",
    )


def test_an_answer_about_somebody_else_is_refused() -> None:
    service = FauxAnnuaire([ici("bundle-practitioner-revinclude-page1.json"), paquet()])
    with pytest.raises(ReponseInvalideError, match="ne porte pas sur l'identifiant demandé"):
        appeler("sync", service, "rechercher_par_rpps", "10003461034")


def test_two_records_in_use_for_one_number_are_a_doubt() -> None:
    with pytest.raises(ReponseInvalideError, match="plusieurs fiches en cours"):
        appeler(
            "sync",
            FauxAnnuaire([paquet(professionnel(1), professionnel(2))]),
            "rechercher_par_rpps",
            "10003461033",
        )
    un = paquet(professionnel(1, active=False), professionnel(2))
    assert appeler("sync", FauxAnnuaire([un]), "rechercher_par_rpps", "10003461033").fiche.id == "003-2"


# --- by name, and pages ---


@both
def test_by_name_over_two_pages(mode: str) -> None:
    service = FauxAnnuaire([paquet(professionnel(1), suivante=SUITE), paquet(professionnel(1), professionnel(2))])
    resultat = appeler(mode, service, "rechercher_professionnels", " Le  Gall,x|y ")
    assert [f.id for f in resultat.fiches] == ["003-1", "003-2"], "each resource once"
    assert (resultat.total, resultat.tronquee) == (None, False)
    assert resultat.explication == "2 fiches trouvées."
    assert [str(r.url) for r in service.recues] == [
        f"{BASE}/Practitioner?family=Le+Gall%5C%2Cx%5C%7Cy&active=true&_count=100",
        SUITE,
    ]


def test_first_name_and_postal_code_are_compared_here() -> None:
    noms = [{"family": "SAUCIER", "given": ["Éloi"]}]
    service = FauxAnnuaire([paquet(professionnel(1), professionnel(2, name=noms))])
    trouves = appeler("sync", service, "rechercher_professionnels", "saucier", prenom="elo")
    assert [f.id for f in trouves.fiches] == ["003-2"]
    structure = exemple("organization-ehpad-org-app.json")
    for code, nombre in (("75", 1), ("75014", 1), ("63", 0)):
        service = FauxAnnuaire([paquet(structure)])
        trouvees = appeler("sync", service, "rechercher_structures", "tilleuls", code_postal=code, contient=True)
        assert len(trouvees.fiches) == nombre
        assert str(service.recues[0].url) == f"{BASE}/Organization?name%3Acontains=tilleuls&active=true&_count=100"


def test_a_limit_says_that_there_is_more() -> None:
    service = FauxAnnuaire([paquet(professionnel(1), professionnel(2), suivante=SUITE)])
    resultat = appeler("sync", service, "rechercher_professionnels", "saucier", limite=1)
    assert (len(resultat.fiches), resultat.tronquee, len(service.recues)) == (1, True, 1)
    assert "incomplète" in resultat.explication


def test_the_bound_of_pages_says_that_there_is_more() -> None:
    pages = [paquet(professionnel(n), suivante=f"{SUITE}{n}") for n in range(5)]
    options = OptionsAnnuaire(pages_max=3, taille_page=7)
    resultat = appeler("sync", FauxAnnuaire(pages), "rechercher_professionnels", "saucier", options=options)
    assert (len(resultat.fiches), resultat.tronquee) == (3, True)
    with pytest.raises(ReponseInvalideError, match="plus longue"):
        appeler("sync", FauxAnnuaire(pages), "rechercher_par_rpps", "10003461033", options=options)


@pytest.mark.parametrize(
    ("pages", "message"),
    [
        (lambda: [paquet(professionnel(1), total=3, suivante=SUITE), paquet(total=3)], "des fiches annoncées manquent"),
        (lambda: [paquet(professionnel(1), total=3)], "des fiches annoncées manquent"),
        (
            lambda: [paquet(professionnel(1), suivante=SUITE), paquet(professionnel(2), suivante=SUITE)],
            "tourne en rond",
        ),
    ],
)
def test_broken_pages_are_never_taken_for_the_end(pages: Callable[[], list[Any]], message: str) -> None:
    with pytest.raises(ReponseInvalideError, match=message):
        appeler("sync", FauxAnnuaire(pages()), "rechercher_professionnels", "saucier")


def test_an_empty_page_at_the_end_proves_nothing() -> None:
    service = FauxAnnuaire([paquet(professionnel(1), suivante=SUITE), paquet()])
    assert appeler("sync", service, "rechercher_professionnels", "saucier").tronquee


# --- mailbox ---


@both
def test_known_mailbox(mode: str) -> None:
    service = FauxAnnuaire([vide(), vide(), ici("bundle-organization-finess-last-page.json")])
    resultat = appeler(mode, service, "verifier_boite", "Infirmerie@ehpad-les-tilleuls.mssante.fr")
    assert isinstance(resultat, BoiteConnue)
    assert (resultat.boite.type, resultat.boite.service) == ("ORG", "Soins")
    assert [f.finess for f in resultat.structures] == ["754567860"]
    valeur = "Infirmerie%40ehpad-les-tilleuls.mssante.fr%2Cinfirmerie%40ehpad-les-tilleuls.mssante.fr"
    assert [str(r.url) for r in service.recues] == [
        f"{BASE}/{ressource}?mailbox-mss%3Aexact={valeur}&_count=100"
        for ressource in ("Practitioner", "PractitionerRole", "Organization")
    ]


def test_an_ordinary_address_of_a_structure_is_not_a_mailbox() -> None:
    structure = exemple("organization-ehpad-org-app.json")
    structure["telecom"][1]["value"] = "accueil@autre.mssante.fr"
    type_ = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-contact-point-email-type"
    structure["telecom"][1]["extension"] = [{"url": type_, "valueCoding": {"code": "AUTRE"}}]
    service = FauxAnnuaire([vide(), vide(), paquet(structure)])
    assert appeler("sync", service, "verifier_boite", "accueil@autre.mssante.fr") == BoiteInconnue()


# --- what is refused before anything leaves ---


@both
@pytest.mark.parametrize(
    ("methode", "args", "kwargs", "champ"),
    [
        ("rechercher_par_rpps", ("1000346103",), {}, "rpps"),
        ("rechercher_par_rpps", ("1000346103x",), {}, "rpps"),
        ("rechercher_par_finess", ("7545678601234",), {}, "finess"),
        ("rechercher_professionnels", (" x ",), {}, "nom"),
        ("rechercher_professionnels", ("le\x00gall",), {}, "nom"),
        ("rechercher_structures", ("ehpad",), {"code_postal": "six"}, "code_postal"),
        ("verifier_boite", ("279035121518989@patient.mssante.fr",), {}, "adresse"),
        ("verifier_boite", ("anne@example.org",), {}, "adresse"),
        ("verifier_boite", ("anne..marie@medecin.mssante.fr",), {}, "adresse"),
        ("verifier_boite", (f"{'a' * 240}@medecin.mssante.fr",), {}, "adresse"),
        ("verifier_boite", ("anne@medecin.mssante.fr\r\nx",), {}, "adresse"),
    ],
)
def test_a_bad_criterion_is_not_sent(
    mode: str, methode: str, args: tuple[str, ...], kwargs: dict[str, Any], champ: str
) -> None:
    service = FauxAnnuaire([vide()])
    with pytest.raises(ChampInvalideError) as caught:
        appeler(mode, service, methode, *args, **kwargs)
    assert caught.value.champs == (champ,)
    assert args[0].strip() not in str(caught.value) or champ == "nom"
    assert service.recues == []


# --- failures ---


@both
def test_outages_are_tried_again_and_the_slow_page_is_halved(mode: str) -> None:
    panne = (404, b"No context-path matches the request URI.")
    service = FauxAnnuaire([(504, b""), panne, vide()])
    assert appeler(mode, service, "rechercher_par_rpps", "10003461033") == ProfessionnelAbsent()
    assert [r.url.params["_count"] for r in service.recues] == ["100", "50", "50"]


@both
def test_an_outage_that_lasts_is_a_typed_error(mode: str) -> None:
    service, traces = FauxAnnuaire([(502, b"")]), MemorySink()
    with pytest.raises(ServiceError, match="momentanément indisponible") as caught:
        appeler(mode, service, "rechercher_par_rpps", "10003461033", traces=traces)
    assert (caught.value.status, caught.value.retryable, len(service.recues)) == (502, True, 3)
    assert traces.records[-1].resultat is Resultat.ERREUR_METIER


@both
def test_a_refused_key_is_not_tried_again(mode: str) -> None:
    service = FauxAnnuaire([(401, {"message": "Unauthorized"})])
    with pytest.raises(JetonRefuseError) as caught:
        appeler(mode, service, "rechercher_par_rpps", "10003461033")
    assert len(service.recues) == 1
    assert CLE not in str(caught.value.to_dict())


# --- habits of the clients ---


def test_the_two_clients_have_the_same_calls() -> None:
    noms = [n for n, _ in inspect.getmembers(AnnuaireClient, inspect.isfunction) if not n.startswith("_")]
    assert noms == [n for n, _ in inspect.getmembers(AsyncAnnuaireClient, inspect.isfunction) if not n.startswith("_")]
    assert len(noms) == 5
    for nom in noms:
        sync, asynchronous = getattr(AnnuaireClient, nom), getattr(AsyncAnnuaireClient, nom)
        assert inspect.signature(sync) == inspect.signature(asynchronous)
        assert inspect.iscoroutinefunction(asynchronous)


def test_traces_count_and_name_nobody() -> None:
    traces = MemorySink()
    service = FauxAnnuaire([ici("bundle-practitioner-revinclude-page1.json"), paquet()])
    appeler("sync", service, "rechercher_par_rpps", "10003461033", traces=traces)
    avant, apres = traces.records
    assert (avant.service, avant.operation) == ("annuaire", "annuaire.rechercher_par_rpps")
    assert (apres.resultat, dict(apres.details)) == (Resultat.SUCCES, {"boites": 3})
    assert "10003461033" not in avant.en_json() + apres.en_json()


APPELS: dict[str, tuple[str, tuple[str, ...], dict[str, Any]]] = {
    "par RPPS": ("rechercher_par_rpps", ("99900000017",), {}),
    "par FINESS": ("rechercher_par_finess", ("990000019",), {}),
    "professionnels": ("rechercher_professionnels", ("D'ESSAI É",), {"prenom": "Anne"}),
    "structures": ("rechercher_structures", ("ehpad",), {"code_postal": "63", "contient": True}),
    "boîte": ("verifier_boite", ("anne@ehpad.bac-a-sable.mssante.fr",), {}),
}


def ecrire(service: FauxAnnuaire) -> list[str]:
    lignes: list[str] = []
    for recue in service.recues:
        entetes = [f"{n}: {v}" for n, v in recue.headers.items()]
        lignes += [f"{recue.method} {recue.url}", *entetes, recue.content.decode()]
    return lignes


def test_golden_capture() -> None:
    lignes: list[str] = []
    for nom, (methode, args, kwargs) in APPELS.items():
        service = FauxAnnuaire([vide()])
        appeler("sync", service, methode, *args, **kwargs)
        lignes += [f"# {nom}", *ecrire(service)]
    assert "\n".join(lignes) + "\n" == (GOLDEN / "annuaire-recherches.txt").read_text("utf-8")


def test_golden_capture_of_pages() -> None:
    """The address of a next page is replayed as it was given; a page that took too long is asked for by halves."""
    suite = FauxAnnuaire([paquet(professionnel(1), suivante=SUITE), paquet(professionnel(2))])
    lente = FauxAnnuaire([(504, b""), (504, b""), vide()])
    for service in (suite, lente):
        appeler("sync", service, "rechercher_professionnels", "D'ESSAI")
    lignes = ["# suite d'une liste", *ecrire(suite), "# pages trop lentes", *ecrire(lente)]
    assert "\n".join(lignes) + "\n" == (GOLDEN / "annuaire-pages.txt").read_text("utf-8")
