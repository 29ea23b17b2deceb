"""The directory of the sandbox over real sockets: outcomes, strictness, faults; nothing searched is kept."""

from __future__ import annotations

import asyncio
import dataclasses
import http.client
import json
import logging
import pickle
import ssl
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from annuaire_outils import VITE

from segur_socles.config.environment import OptionsAnnuaire
from segur_socles.credentials.configuration import Configuration
from segur_socles.credentials.profil import lire_profil
from segur_socles.credentials.secret import Secret
from segur_socles.credentials.trousseau import Trousseau
from segur_socles.dui.dossier import Dossier
from segur_socles.errors import (
    ConfigurationError,
    CredentialError,
    DeadlineError,
    JetonRefuseError,
    SegurError,
    ServiceError,
    TransportError,
)
from segur_socles.mss.annuaire.types import (
    BoiteConnue,
    BoiteInconnue,
    ListeAnnuaire,
    ProfessionnelAbsent,
    ProfessionnelTrouve,
    StructureTrouvee,
)
from segur_socles.personnes.boite import BoiteStructure
from segur_socles.personnes.professionnel import Motif
from segur_socles.personnes.structure import Structure
from segur_socles.sandbox.annuaire.donnees import PersonneAnnuaire
from segur_socles.sandbox.donnees import CABINET, EHPAD, FOYER, PHARMACIE, SAD, URGENCES
from segur_socles.sandbox.mss.boites import BOITES
from segur_socles.sandbox.profil import ecrire_profil
from segur_socles.sandbox.sandbox import Sandbox
from segur_socles.segur.facade import AsyncSegur, Segur
from segur_socles.trace.sinks import JsonLinesSink

both = pytest.mark.parametrize("mode", ["sync", "async"])
DOMAINE = "bac-a-sable.mssante.fr"


@pytest.fixture(scope="module")
def _bac() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def bac(_bac: Sandbox) -> Iterator[Sandbox]:
    yield _bac
    _bac.pannes.effacer()


def jouer(
    mode: str,
    bac: Sandbox,
    methode: str,
    *args: Any,
    config: Configuration | None = None,
    traces: Any = None,
    **kw: Any,
) -> Any:
    reglages: dict[str, Any] = {"policy": VITE, "traces": traces}
    config = config or bac.config
    if mode == "sync":
        with Segur(config, **reglages) as segur:
            return getattr(segur.au_nom_de(bac.acteur, motif=Motif.PRISE_EN_CHARGE).annuaire, methode)(*args, **kw)

    async def asynchrone() -> Any:
        async with AsyncSegur(config, **reglages) as segur:
            session = segur.au_nom_de(bac.acteur, motif=Motif.PRISE_EN_CHARGE)
            return await getattr(session.annuaire, methode)(*args, **kw)

    return asyncio.run(asynchrone())


@both
def test_attending_physician_of_the_record(bac: Sandbox, mode: str) -> None:
    resultat = jouer(mode, bac, "rechercher_par_rpps", "899900000017")
    assert isinstance(resultat, ProfessionnelTrouve)
    assert (resultat.fiche.affichage, resultat.fiche.specialite) == ("Dr Alain FICTIF", "SM54")
    assert [(b.adresse, b.type) for b in resultat.boites] == [
        (f"alain.fictif@medecin.{DOMAINE}", "PER"),
        (f"cabinet.fictif@medecin.{DOMAINE}", "CAB"),
        (f"alain.fictif@ehpad.{DOMAINE}", "PER"),
    ]
    assert [(s.mode_exercice, s.structure) for s in resultat.situations] == [
        ("L", "Organization/001-9000005"),
        ("S", "Organization/001-9000002"),
    ]


@both
def test_structures(bac: Sandbox, mode: str) -> None:
    ehpad = jouer(mode, bac, "rechercher_par_finess", "990000019")
    assert isinstance(ehpad, StructureTrouvee)
    assert (ehpad.fiche.secteur, ehpad.fiche.categorie, ehpad.fiche.rattachement) == (
        "SA17",
        "500",
        "Organization/001-9000001",
    )
    assert ehpad.fiche.adresse is not None
    assert ehpad.fiche.adresse.lignes == ("1 R DES ESSAIS",)
    assert [(b.type, b.service) for b in ehpad.boites] == [("ORG", "Soins"), ("APP", None)]
    hopital = jouer(mode, bac, "rechercher_par_finess", "990000035")
    assert [b.description for b in hopital.boites] == ["Secrétariat médical", "Accueil des urgences"]
    ferme = jouer(mode, bac, "rechercher_par_finess", "990000050")
    assert (ferme.boites, ferme.explication) == ((), "Cette structure est fermée, selon l'annuaire.")


@both
def test_address_of_the_emergency_department_is_checked(bac: Sandbox, mode: str) -> None:
    connue = jouer(mode, bac, "verifier_boite", f"Urgences@CH-Essai.{DOMAINE}")
    assert isinstance(connue, BoiteConnue)
    assert [s.finess for s in connue.structures] == ["990000035"]
    assert jouer(mode, bac, "verifier_boite", f"urgence@ch-essai.{DOMAINE}") == BoiteInconnue()


def test_home_care_service_of_the_second_record(bac: Sandbox) -> None:
    dossier = Dossier.lire(Path(__file__).parents[2] / "examples" / "usager_sad.json")
    service = jouer("sync", bac, "rechercher_par_finess", dossier.structure.finess_eg)
    assert isinstance(service, StructureTrouvee)
    assert service.fiche.nom == dossier.structure.nom == SAD.nom
    assert (service.fiche.secteur, service.fiche.categorie) == ("SA18", "209")
    assert dossier.boite is not None
    assert [(b.adresse, b.type) for b in service.boites] == [(dossier.boite.adresse, "ORG")]
    entite = jouer("sync", bac, "rechercher_par_finess", "990000076")
    assert service.fiche.rattachement == f"Organization/{entite.fiche.id}"
    infirmier = jouer("sync", bac, "rechercher_par_rpps", "99700000035")
    assert isinstance(infirmier, ProfessionnelTrouve)
    assert infirmier.fiche.affichage == "Théo TÉMOIN"
    assert [s.structure for s in infirmier.situations] == [f"Organization/{service.fiche.id}"]
    for correspondant in dossier.carnet:
        assert isinstance(jouer("sync", bac, "verifier_boite", correspondant.adresse), BoiteConnue)


@pytest.mark.parametrize(
    "structure", [EHPAD, FOYER, URGENCES, CABINET, SAD, PHARMACIE], ids=lambda structure: structure.finess_eg
)
def test_a_structure_has_one_name(bac: Sandbox, structure: Structure) -> None:
    assert jouer("sync", bac, "rechercher_par_finess", structure.finess_eg).fiche.nom == structure.nom


@pytest.mark.parametrize("boite", [boite for _, boite in BOITES], ids=lambda boite: boite.type.value)
def test_every_mailbox_of_the_operator_is_published(bac: Sandbox, boite: BoiteStructure) -> None:
    connue = jouer("sync", bac, "verifier_boite", boite.adresse)
    assert isinstance(connue, BoiteConnue)
    assert connue.boite.type == boite.type.value


@both
def test_names_over_several_pages(bac: Sandbox, mode: str) -> None:
    environment = bac.environment.model_copy(update={"options_annuaire": OptionsAnnuaire(taille_page=4)})
    config = dataclasses.replace(bac.config, environment=environment)
    avant = len(bac.journal.entrees)
    liste = jouer(mode, bac, "rechercher_professionnels", "homonyme", config=config)
    assert isinstance(liste, ListeAnnuaire)
    assert [f.prenoms[0] for f in liste.fiches] == ["Anne", "Brice", "Carole", "Denis", "Éloi", "Fanny"]
    assert (liste.total, liste.tronquee) == (None, False)
    assert [e.operation for e in bac.journal.entrees[avant:]] == ["annuaire.practitioner", "annuaire.page"]
    assert [f.prenoms for f in jouer(mode, bac, "rechercher_professionnels", "Homo", prenom="elo").fiches] == [
        ("Éloi",)
    ]
    trouvees = jouer(mode, bac, "rechercher_structures", "bac a sable", contient=True, code_postal="63")
    assert {f.finess for f in trouvees.fiches} == {"990000001", "990000019", "990000027"}


def test_people_may_be_added(bac: Sandbox) -> None:
    assert jouer("sync", bac, "rechercher_par_rpps", "99900000991") == ProfessionnelAbsent()
    bac.annuaire.ajouter(PersonneAnnuaire("003-9", "99900000991", "AJOUT", "Zoé", "MME", "60"))
    assert jouer("sync", bac, "rechercher_par_rpps", "99900000991").fiche.affichage == "Zoé AJOUT"


# --- faults ---


@both
@pytest.mark.parametrize(("panne", "demandes"), [("latency", 1), ("503-then-ok", 2), ("accept-then-lose-reply", 2)])
def test_fault_then_the_expected_result(bac: Sandbox, mode: str, panne: str, demandes: int) -> None:
    avant = len(bac.journal.entrees)
    bac.pannes.activer(panne, operation="annuaire.practitioner", secondes=0.1)
    assert isinstance(jouer(mode, bac, "rechercher_par_rpps", "99900000017"), ProfessionnelTrouve)
    entrees = bac.journal.entrees[avant:]
    assert [e.operation for e in entrees] == ["annuaire.practitioner"] * demandes
    assert [e.panne for e in entrees].count(panne) == 1


@both
def test_faults_that_last_are_typed_errors(bac: Sandbox, mode: str) -> None:
    bac.pannes.activer("503-then-ok", service="annuaire", fois=3)
    with pytest.raises(ServiceError, match="momentanément indisponible"):
        jouer(mode, bac, "rechercher_par_rpps", "99900000017")
    bac.pannes.activer("accept-then-lose-reply", service="annuaire", fois=3)
    with pytest.raises(TransportError, match="coupé"):
        jouer(mode, bac, "rechercher_par_rpps", "99900000017")
    bac.pannes.activer("latency", service="annuaire", secondes=2)
    with pytest.raises(DeadlineError if mode == "async" else TransportError):
        jouer(mode, bac, "rechercher_par_rpps", "99900000017", delai=0.3)


def avec_cle(config: Configuration, cle: str | None) -> Configuration:
    trousseau = Trousseau()
    if cle is not None:
        trousseau.definir_cle_annuaire(Secret(cle))
    return dataclasses.replace(config, trousseau=trousseau)


@both
def test_key_refused_absent_or_impossible(bac: Sandbox, mode: str) -> None:
    with pytest.raises(JetonRefuseError, match="refuse la clé d'API"):
        jouer(mode, bac, "rechercher_par_rpps", "99900000017", config=avec_cle(bac.config, "autre"))
    assert bac.journal.entrees[-1].code == "SANDBOX_CLE"
    avant = len(bac.journal.entrees)
    with pytest.raises(CredentialError, match="Aucune clé"):
        jouer(mode, bac, "rechercher_par_rpps", "99900000017", config=avec_cle(bac.config, None))
    for fausse in ("", "a b", "a\r\nHost: x", "clé"):
        with pytest.raises(CredentialError, match="caractère interdit"):
            avec_cle(bac.config, fausse)
    sans = dataclasses.replace(bac.config, environment=bac.environment.model_copy(update={"annuaire": None}))
    with pytest.raises(ConfigurationError, match="annuaire"):
        jouer(mode, bac, "rechercher_par_rpps", "99900000017", config=sans)
    assert len(bac.journal.entrees) == avant, "nothing was sent"


@both
def test_gateway_known_by_authorities_of_its_own(bac: Sandbox, mode: str) -> None:
    with Sandbox() as autre:
        etrangeres = autre.environment.ancres
    update = {"ancres_annuaire": etrangeres}
    config = dataclasses.replace(bac.config, environment=bac.environment.model_copy(update=update))
    with pytest.raises(TransportError) as caught:
        jouer(mode, bac, "rechercher_par_rpps", "99900000017", config=config)
    assert (caught.value.phase, caught.value.sent) == ("tls", False)
    update = {"ancres_annuaire": bac.environment.ancres}
    config = dataclasses.replace(bac.config, environment=bac.environment.model_copy(update=update))
    assert isinstance(jouer(mode, bac, "rechercher_par_rpps", "99900000017", config=config), ProfessionnelTrouve)


def test_profile_written_by_the_sandbox(bac: Sandbox, tmp_path: Path) -> None:
    fichiers = ecrire_profil(bac, tmp_path)
    config = lire_profil(fichiers.profil, clock=bac.config.clock)
    assert isinstance(jouer("sync", bac, "rechercher_par_rpps", "99900000017", config=config), ProfessionnelTrouve)
    cle = bac.trousseau.cle_annuaire().reveler()
    assert cle not in fichiers.profil.read_text("utf-8") + fichiers.variables.read_text("utf-8")
    assert (tmp_path / "cle-annuaire.txt").stat().st_mode & 0o777 == 0o600


# --- strictness, seen by a foreign client ---


@pytest.fixture
def distant(bac: Sandbox) -> Iterator[httpx.Client]:
    contexte = ssl.create_default_context(cadata=bac.environment.ancres)
    entetes = {"ESANTE-API-KEY": bac.trousseau.cle_annuaire().reveler()}
    with httpx.Client(base_url=f"{bac.environment.annuaire}/", verify=contexte, headers=entetes) as client:
        yield client


@pytest.mark.parametrize(
    ("adresse", "statut", "texte"),
    [
        ("Practitioner?mailbox-mss-type=PER", 400, "Parameter mailbox-mss-type not found"),
        ("Practitioner?_summary=count", 400, "Parameter _summary not found"),
        ("Practitioner?identifier:exact=1", 400, "Parameter identifier:exact not found"),
        (
            "PractitiXXXner?active=true",
            404,
            "[Practitioner, PractitionerRole, Device, Organization, HealthcareService]",
        ),
        ("Practitioner?_count=0", 400, "_count : un nombre positif est attendu"),
        ("Practitioner?family=", 400, "family : une valeur est attendue"),
        ("Organization?identifier=a|b", 400, "la barre verticale s'écrit %7C"),
        ("Practitioner?_elements=telecom", 501, "le paramètre _elements n'est pas joué par le bac à sable"),
        ("Device", 501, "Device n'est pas joué par le bac à sable"),
        ("Organization?_revinclude=PractitionerRole:practitioner", 501, "cette jointure n'est pas jouée"),
        ("_page?id=inconnu", 410, "Search ID does not exist"),
        ("Practitioner/_search", 405, "GET, ou POST"),
    ],
)
def test_refusals_are_operation_outcomes(bac: Sandbox, adresse: str, statut: int, texte: str) -> None:
    # Through the standard library's client: httpx would encode the vertical bar.
    parts = urlsplit(bac.environment.annuaire or "")
    contexte = ssl.create_default_context(cadata=bac.environment.ancres)
    liaison = http.client.HTTPSConnection(str(parts.hostname), parts.port, context=contexte)
    try:
        cle = bac.trousseau.cle_annuaire().reveler()
        liaison.request("GET", f"{parts.path}/{adresse}", headers={"ESANTE-API-KEY": cle})
        reponse = liaison.getresponse()
        contenu = json.loads(reponse.read())
    finally:
        liaison.close()
    assert (reponse.status, contenu["resourceType"]) == (statut, "OperationOutcome")
    assert texte in contenu["issue"][0]["diagnostics"]
    assert not bac.journal.entrees[-1].verdicts[-1].ok


def test_outside_the_api_and_without_a_key(distant: httpx.Client) -> None:
    dehors = distant.get("/fhir/v2/Practitioner/003-9000001")
    assert (dehors.status_code, dehors.text) == (404, "No context-path matches the request URI.")
    assert distant.get("Practitioner", headers={"ESANTE-API-KEY": "x"}).status_code == 401


def test_a_search_may_be_posted(distant: httpx.Client) -> None:
    recu = distant.post("Practitioner/_search", data={"family": "FICTIF"}).json()
    assert [e["resource"]["id"] for e in recu["entry"]] == ["003-9000001"]
    assert distant.post("Practitioner/_search", json={}).status_code == 415


@pytest.mark.parametrize(
    ("adresse", "attendus"),
    [
        ("Practitioner?given:contains=LAI&active=true", ["003-9000001"]),
        ("Practitioner?name=alain", ["003-9000001"]),
        ("Practitioner?identifier=https%3A%2F%2Frpps.esante.gouv.fr%7C99900000017", ["003-9000001"]),
        ("Practitioner?identifier=99900000017,99700000019", ["003-9000001", "003-9000002"]),
        ("Practitioner?active=false", ["003-9000003"]),
        (
            "PractitionerRole?practitioner=003-9000002&_include=PractitionerRole:organization",
            ["005-9000003", "001-9000002"],
        ),
        ("PractitionerRole?organization=Organization/001-9000005", ["005-9000001"]),
        ("Organization?type=500,382", ["001-9000002", "001-9000003"]),
        ("Organization?partof=001-9000001&_include=Organization:partof", ["001-9000002", "001-9000001"]),
        ("Organization?mailbox-mss=accueil", ["001-9000002"]),
        ("Organization?address-city=clermont&address-postalcode=63", ["001-9000004"]),
        ("Organization?_id=001-9000006", ["001-9000006"]),
        ("Practitioner?family:exact=fictif", []),
    ],
)  # fmt: skip
def test_search_parameters(distant: httpx.Client, adresse: str, attendus: list[str]) -> None:
    recu = distant.get(adresse).json()
    assert [e["resource"]["id"] for e in recu.get("entry", [])] == attendus


def test_answers_keep_the_traps_of_the_national_service(distant: httpx.Client) -> None:
    page = distant.get("Practitioner", params={"family": "homonyme", "_count": 2}).json()
    assert [lien["relation"] for lien in page["link"]] == ["next", "self"]
    assert "total" not in page
    assert distant.get("Practitioner", params={"identifier": "99900000017"}).json()["total"] == 1
    assert distant.get("Practitioner", params={"family": "personne"}).json()["total"] == 0


# --- canaries ---

CANARIS = ("zzcanari", "99912345678", "boite.canari", "990099009", "canariprenom")


def porte(error: BaseException) -> str:
    morceaux = traceback.format_exception(error)
    vue: BaseException | None = error
    while vue is not None:
        morceaux += [str(vue), repr(vue), repr(vue.args), repr(vue.__dict__)]
        vue = vue.__cause__ or vue.__context__
    if isinstance(error, SegurError):
        morceaux += [json.dumps(error.to_dict(), default=str), repr(pickle.dumps(error))]
    return "\n".join(morceaux)


def chercher(texte: str, ou: str, cle: str) -> list[str]:
    return [f"{ou} : {mot}" for mot in (*CANARIS, cle) if mot.lower() in texte.lower()]


@both
def test_nothing_that_is_searched_is_kept(tmp_path: Path, caplog: pytest.LogCaptureFixture, mode: str) -> None:
    nom, prenom, rpps, finess = CANARIS[0], CANARIS[4], CANARIS[1], CANARIS[3]
    appels: tuple[tuple[Any, ...], ...] = (
        ("rechercher_par_rpps", rpps),
        ("rechercher_par_finess", finess),
        ("rechercher_professionnels", nom),
        ("rechercher_structures", nom),
        ("verifier_boite", f"{CANARIS[2]}@medecin.mssante.fr"),
    )
    trouves: list[str] = []
    with caplog.at_level(logging.DEBUG), Sandbox(dossier=tmp_path) as bac:
        for logger in ("httpx", "httpcore", "asyncio", "uvicorn", "segur_socles"):
            logging.getLogger(logger).setLevel(logging.DEBUG)
        cle = bac.trousseau.cle_annuaire().reveler()
        bac.annuaire.ajouter(PersonneAnnuaire("003-8", rpps, nom, prenom, "M", "10", "DR"))
        traces = JsonLinesSink(tmp_path / "traces.jsonl")
        for methode, *args in appels:
            resultat = jouer(mode, bac, methode, *args, traces=traces)
            if rpps not in args and nom not in args:  # the RPPS of the answer is a public identifier: it shows
                trouves += chercher(repr(resultat), f"repr de {methode}", cle)
            for panne in ("503-then-ok", "accept-then-lose-reply"):
                bac.pannes.activer(panne, service="annuaire", fois=3)
                with pytest.raises(SegurError) as caught:
                    jouer(mode, bac, methode, *args, traces=traces)
                erreur = caught.value
                erreur.__traceback__ = None  # the lines of this file
                trouves += chercher(porte(erreur), f"erreur de {methode}", cle)
        trouves += chercher(f"{bac.config!r} {bac.trousseau!r} {bac.journal.entrees!r}", "repr", cle)
        traces.close()
    journaux = {record.name.split(".")[0] for record in caplog.records}
    assert {"httpcore", "segur_socles"} <= journaux, "the loggers that could tell were listened to"
    for record in caplog.records:
        trouves += chercher(f"{record.getMessage()} {record.args!r} {record.exc_text or ''}", f"log {record.name}", cle)
    assert {f.name for f in tmp_path.iterdir()} == {"journal.jsonl", "traces.jsonl"}
    for fichier in tmp_path.iterdir():
        trouves += chercher(fichier.read_text("utf-8"), fichier.name, cle)
    assert trouves == []
    assert chercher(f"… {nom.upper()} …", "essai", cle), "the search finds what it looks for"
