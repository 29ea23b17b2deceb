"""The record: its file, its refusals, and the walk to a liaison document."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from judges import PROJECT
from segur_socles._core.clock import FrozenClock
from segur_socles._core.ids import SeededIds
from segur_socles.documents.cda.ecriture import ecrire_document
from segur_socles.documents.renseigne import Renseigne
from segur_socles.dui.dlu import construire_dlu, entete_dlu
from segur_socles.dui.dossier import Dossier
from segur_socles.errors import ChampInvalideError, ConfigurationError
from segur_socles.personnes.entourage import RoleContact
from segur_socles.personnes.identite import Decision, IdentiteQualifiee, PreuveControle, ReponseIns, StatutIdentite
from segur_socles.personnes.matricule import MatriculeIns, OidIns
from segur_socles.personnes.traits import Trait, TraitsIdentite

RESIDENTE = PROJECT / "examples" / "residente.json"


@pytest.fixture
def dossier() -> Dossier:
    return Dossier.lire(RESIDENTE)


@pytest.fixture
def ecrit(tmp_path: Path) -> Callable[[Callable[[dict[str, Any]], Any]], Path]:
    """Write the example after ``change`` did what it wanted to it."""

    def faire(change: Callable[[dict[str, Any]], Any]) -> Path:
        donnees = json.loads(RESIDENTE.read_text("utf-8"))
        change(donnees)
        path = tmp_path / "dossier.json"
        path.write_text(json.dumps(donnees), "utf-8")
        return path

    return faire


def test_the_example_is_the_resident_of_the_demonstration(dossier: Dossier) -> None:
    traits = dossier.usager.traits
    assert (traits.nom_naissance, traits.prenoms) == ("TCHITCHI", ("OLA", "CATARINA", "BELLA"))
    assert (traits.date_naissance, traits.lieu_naissance, dossier.usager.prenom_utilise) == (
        "1936-06-21",
        "63220",
        "OLA",
    )
    assert dossier.usager.identite.statut is StatutIdentite.PROVISOIRE
    assert dossier.usager.identite.prenom_utilise == "OLA"
    assert dossier.qualification is not None
    assert dossier.qualification.differences_acceptees.par_trait == {Trait.PRENOMS: "CATARINA BELLA"}
    fille, fils = dossier.usager.entourage
    assert set(fille.roles) == {RoleContact.PERSONNE_DE_CONFIANCE, RoleContact.PERSONNE_A_PREVENIR}
    assert fils.roles == (RoleContact.PERSONNE_A_PREVENIR,)
    assert isinstance(dossier.soins.traitements, Renseigne)
    assert len(dossier.soins.traitements.items) == 9
    assert dossier.soins.etat.risque_fausse_route is None


def test_a_record_is_written_as_it_is_read(dossier: Dossier, tmp_path: Path) -> None:
    path = tmp_path / "copie.json"
    path.write_text(dossier.ecrire(), "utf-8")
    assert Dossier.lire(path) == dossier


def test_nothing_of_the_record_shows_in_a_repr(dossier: Dossier) -> None:
    for texte in (repr(dossier), repr(dossier.usager), repr(dossier.soins), repr(dossier.qualification)):
        for trait in ("TCHITCHI", "OLA", "CATARINA", "1936", "Apixaban"):
            assert trait not in texte


REFUS: list[tuple[str, Callable[[dict[str, Any]], Any], str]] = [
    ("absent", lambda d: d["usager"]["traits"].pop("nom_naissance"), "usager.traits.nom_naissance"),
    ("date", lambda d: d["usager"]["traits"].update(date_naissance="21/06/1936"), "usager.traits.date_naissance"),
    ("finess", lambda d: d["structure"].update(finess_eg="99"), "structure.finess_eg"),
    ("profession", lambda d: d["auteur"].update(profession="G99"), "auteur.profession"),
    ("role", lambda d: d["usager"]["entourage"][1].update(roles=[]), "usager.entourage.1.roles"),
    (
        "allergie",
        lambda d: d["soins"]["allergies"]["items"][1].update(type="allergique"),
        "soins.allergies.items.1.type",
    ),
    ("etat", lambda d: d["soins"]["allergies"].update(etat="aucune"), "soins.allergies"),
    ("entree", lambda d: d.update(entree="1930-01-01"), "entree"),
    (
        "trait",
        lambda d: d["qualification"].update(differences_acceptees={"age": "90"}),
        "qualification.differences_acceptees.age",
    ),
    ("fuseau", lambda d: d["qualification"].update(le="2026-10-05T10:15:00"), "qualification.le"),
    ("consentement", lambda d: d["consentements"][0].update(fin="2020-01-01"), "consentements.0.fin"),
    ("inconnu", lambda d: d.update(surnom="x"), "surnom"),
    ("version", lambda d: d.update(version=2), "version"),
]


@pytest.mark.parametrize(("change", "champ"), [r[1:] for r in REFUS], ids=[r[0] for r in REFUS])
def test_a_wrong_field_is_named_by_its_path_in_the_file(
    change: Callable[[dict[str, Any]], Any], champ: str, ecrit: Callable[..., Path]
) -> None:
    with pytest.raises(ChampInvalideError) as info:
        Dossier.lire(ecrit(change))
    (constat,) = info.value.constats
    assert constat.champ == champ
    assert constat.remede
    assert "TCHITCHI" not in str(info.value)
    assert info.value.__context__ is None


@pytest.mark.parametrize(
    ("octets", "error", "dit"),
    [
        (b'{"version": 1,\n "structure": }', ChampInvalideError, "ligne 2, colonne 15"),
        (b"", ChampInvalideError, "ligne 1, colonne 1"),
        (b"[" * 100_000, ChampInvalideError, "imbrication excessive"),
        (b'{"nom": "\xe9"}', ConfigurationError, "UTF-8"),
    ],
)
def test_an_unreadable_file_says_why(octets: bytes, error: type[Exception], dit: str, tmp_path: Path) -> None:
    path = tmp_path / "TCHITCHI.json"
    path.write_bytes(octets)
    with pytest.raises(error, match=dit) as info:
        Dossier.lire(path)
    assert "TCHITCHI" not in str(info.value)
    assert info.value.__context__ is None


def test_a_missing_file_and_a_folder_say_so(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="n'existe pas"):
        Dossier.lire(tmp_path / "absent.json")
    with pytest.raises(ConfigurationError, match="répertoire"):
        Dossier.lire(tmp_path)


def test_a_byte_order_mark_is_harmless(tmp_path: Path, dossier: Dossier) -> None:
    path = tmp_path / "bom.json"
    path.write_bytes(b"\xef\xbb\xbf" + RESIDENTE.read_bytes())
    assert Dossier.lire(path) == dossier


# --- the walk --------------------------------------------------------------------------------------------

HEURE = datetime(2026, 11, 22, 8, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture
def identite(dossier: Dossier) -> IdentiteQualifiee:
    recus = TraitsIdentite.model_validate(dossier.usager.traits.model_dump() | {"prenoms": ["CATARINA", "BELLA"]})
    matricule = MatriculeIns.recu_d_insi("2360663220836", "56", OidIns.NIR_TEST)
    reponse = ReponseIns(
        matricule=matricule, traits=recus, message_id="m", recue_le=HEURE, environnement="bac à sable", production=False
    )
    q = dossier.qualification
    assert q is not None
    accepte = Decision(par=q.par, le=q.le, differences_acceptees=q.differences_acceptees)
    controle = PreuveControle(controle=q.controle, par=q.par, le=q.le)
    return dossier.usager.identite.controler(controle).accepter(reponse, accepte).qualifiee()


def test_the_header_is_drawn_from_the_record(dossier: Dossier, identite: IdentiteQualifiee) -> None:
    fuseau = timezone(timedelta(hours=1))
    reglages: dict[str, Any] = {
        "logiciel_oid_racine": "1.2.250.1.999.1",
        "ids": SeededIds(1),
        "clock": FrozenClock(HEURE),
    }
    entete = entete_dlu(dossier, identite, dossier.acteur, fuseau=fuseau, **reglages)
    assert entete.date_creation.isoformat() == "2026-11-22T09:00:00+01:00"
    assert entete.id.startswith("1.2.250.1.999.1.")
    assert entete.set_id not in (entete.id, "")
    assert (entete.type.code, entete.acte.code and entete.acte.code.code) == ("74207-2", "34117-2")
    assert entete.usager.identite is identite
    assert entete.rencontre.debut == datetime(2023, 9, 4, tzinfo=fuseau)
    suivante = entete_dlu(dossier, identite, dossier.acteur, remplace=entete, **reglages)
    assert (suivante.version, suivante.remplace, suivante.set_id) == (2, entete.id, entete.set_id)
    assert suivante.id != entete.id


def test_the_used_first_name_stays_hers(dossier: Dossier, identite: IdentiteQualifiee) -> None:
    clock, ids = FrozenClock(HEURE), SeededIds(1)
    entete = entete_dlu(dossier, identite, dossier.acteur, logiciel_oid_racine="1.2.250.1.999.1", ids=ids, clock=clock)
    racine = etree.fromstring(ecrire_document(construire_dlu(dossier), entete, ids).octets)
    ns = {"h": "urn:hl7-org:v3"}
    assert racine.xpath("//h:patient//h:given/text()", namespaces=ns) == ["CATARINA BELLA", "CATARINA", "OLA"]
    assert racine.xpath("//h:patientRole/h:id/@extension", namespaces=ns) == ["236066322083656", "RES-000142"]


def test_the_protection_measure_is_told_in_words(dossier: Dossier) -> None:
    commentaire = construire_dlu(dossier).commentaire
    assert commentaire is not None
    assert commentaire.splitlines()[:2] == [
        "Mesure de protection : curatelle simple depuis le 01/02/2024, exercée par ASSOCIATION TUTELAIRE D'ESSAI.",
        "Répond mieux au prénom Ola.",
    ]
    sans = dossier.model_copy(update={"usager": dossier.usager.model_copy(update={"protection": None})})
    assert construire_dlu(sans) is sans.soins


def test_the_resident_is_ninety_on_the_day_of_the_demonstration(dossier: Dossier) -> None:
    naissance = date.fromisoformat(dossier.usager.traits.date_naissance)
    jour = HEURE.date()
    assert jour.year - naissance.year - ((jour.month, jour.day) < (naissance.month, naissance.day)) == 90
