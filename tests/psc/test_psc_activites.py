"""From what the service says of a person to the actor: one activity, several, none, and those that say too little."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from psc_outils import appeler, connexion, refus

from segur_socles.credentials.secret import Secret
from segur_socles.errors import AccesRefuseError, ChampInvalideError, ReponseInvalideError
from segur_socles.personnes.professionnel import Acteur, Professionnel
from segur_socles.personnes.structure import Structure
from segur_socles.psc.activites import ActivitePsc
from segur_socles.psc.messages import lire_activites
from segur_socles.psc.types import ActivitesMultiples, ActiviteUnique, JetonsPsc, NiveauEidas, SansActivite, SessionPsc
from segur_socles.sandbox.donnees import EHPAD, FOYER
from segur_socles.sandbox.sandbox import Sandbox

# Same keys as a payload of the service, invented values.
ACTIVITE = {
    "codeModeExercice": "S",
    "codeSecteurDactivite": "SA17",
    "codeRole": "",
    "numeroSiretSite": "",
    "numeroFinessSite": "750000010",
    "numeroFinessetablissementJuridique": "750000002",
    "raisonSocialeSite": "EHPAD LES TILLEULS",
    "ancienIdentifiantDeLaStructure": "1750000010",
}
EXERCICE = {
    "codeProfession": "60",
    "codeCategorieProfessionnelle": "C",
    "codeCiviliteDexercice": "",
    "nomDexercice": "DURAND",
    "prenomDexercice": "CAMILLE",
    "codeSavoirFaire": "",
    "activities": [ACTIVITE],
}


def userinfo(*exercices: dict[str, Any]) -> dict[str, Any]:
    return {"SubjectRefPro": {"exercices": list(exercices)}}


def session(*activites: ActivitePsc, id_nat: str = "899700000010") -> SessionPsc:
    jetons = JetonsPsc(Secret("a"), Secret("i"))
    return SessionPsc(id_nat, "f:x", "NAISSANCE", "CAMILLE", NiveauEidas.EIDAS1, "CARD", jetons, "MME", activites)


def test_an_activity_is_read_as_the_service_writes_it() -> None:
    (activite,) = lire_activites(userinfo(EXERCICE))
    assert activite == ActivitePsc(
        profession="60",
        categorie="C",
        nom_exercice="DURAND",
        prenom_exercice="CAMILLE",
        secteur="SA17",
        mode_exercice="S",
        finess_eg="750000010",
        finess_ej="750000002",
        struct_idnat="1750000010",
        raison_sociale="EHPAD LES TILLEULS",
    )
    assert activite.libelle == "Infirmier – EHPAD LES TILLEULS"
    assert "DURAND" not in repr(activite)


def test_the_actor_bears_the_names_of_the_exercise() -> None:
    acteur = session(*lire_activites(userinfo(EXERCICE))).acteur()
    assert acteur == Acteur.model_validate(
        {
            "professionnel": {
                "id_nat": "899700000010",
                "nom": "DURAND",
                "prenom": "CAMILLE",
                "profession": "G15_60",
                "civilite": "MME",
            },
            "structure": {
                "nom": "EHPAD LES TILLEULS",
                "finess_eg": "750000010",
                "finess_ej": "750000002",
                "secteur": "SA17",
                "cadre": "ESSMS",
            },
            "moyen": "pro_sante_connect",
        }
    )


@pytest.mark.parametrize(
    ("exercice", "code"),
    [
        ({"codeProfession": "60"}, "G15_60"),
        ({"codeProfession": "10", "codeSavoirFaire": "SM54"}, "G15_10/SM54"),
        ({"codeProfession": "10", "codeSavoirFaire": "SM999"}, "G15_10"),
        ({"codeProfession": "zz"}, None),
        ({"codeProfession": ""}, None),
    ],
)
def test_a_profession_is_found_in_the_national_list_or_not_at_all(exercice: dict[str, str], code: str | None) -> None:
    (activite,) = lire_activites(userinfo({**EXERCICE, **exercice}))
    assert activite.code_profession == code


def test_a_student_never_passes_for_a_qualified_professional() -> None:
    (activite,) = lire_activites(userinfo({**EXERCICE, "codeCategorieProfessionnelle": "E"}))
    assert activite.code_profession != "G15_60"
    assert (activite.code_profession or "G16_").startswith("G16_")


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"SubjectRefPro": None},
        {"SubjectRefPro": []},
        {"SubjectRefPro": {}},
        userinfo(),
        userinfo({**EXERCICE, "activities": []}),
    ],
    ids=json.dumps,
)
def test_no_activity_is_an_outcome_and_no_actor(claims: dict[str, Any]) -> None:
    sans = session(*lire_activites(claims))
    assert sans.choix == SansActivite()
    assert "À faire" in sans.choix.explication
    refus(AccesRefuseError, sans.acteur)


@pytest.mark.parametrize(
    "claims",
    [
        {"SubjectRefPro": "x"},
        {"SubjectRefPro": {"exercices": "x"}},
        {"SubjectRefPro": {"exercices": [3]}},
        userinfo({**EXERCICE, "activities": {"0": ACTIVITE}}),
    ],
    ids=json.dumps,
)
def test_activities_that_cannot_be_read_are_not_dropped_in_silence(claims: dict[str, Any]) -> None:
    with pytest.raises(ReponseInvalideError):
        lire_activites(claims)


def test_several_activities_must_be_chosen_from() -> None:
    autre = {**ACTIVITE, "numeroFinessSite": "750000036", "ancienIdentifiantDeLaStructure": "1750000036"}
    plusieurs = session(*lire_activites(userinfo({**EXERCICE, "activities": [ACTIVITE, autre]}, EXERCICE)))
    assert isinstance(plusieurs.choix, ActivitesMultiples)
    assert len(plusieurs.choix.activites) == 3
    assert "3 activités" in plusieurs.choix.explication
    refus(AccesRefuseError, plusieurs.acteur)
    assert plusieurs.acteur(plusieurs.choix.activites[1]).structure.finess_eg == "750000036"


def test_an_activity_of_someone_else_is_refused() -> None:
    une, autre = (session(*lire_activites(userinfo({**EXERCICE, "nomDexercice": nom}))) for nom in ("UN", "AUTRE"))
    assert isinstance(une.choix, ActiviteUnique)
    assert "Infirmier" in une.choix.explication
    refus(AccesRefuseError, lambda: autre.acteur(une.choix.activite if isinstance(une.choix, ActiviteUnique) else None))


def test_the_structure_of_the_software_must_be_that_of_the_activity() -> None:
    une = session(*lire_activites(userinfo(EXERCICE)))
    tilleuls = Structure.model_validate(
        {"nom": "Les Tilleuls", "finess_eg": "750000010", "secteur": "SA17", "cadre": "ESSMS"}
    )
    assert une.acteur(structure=tilleuls).structure is tilleuls
    refus(AccesRefuseError, lambda: une.acteur(structure=FOYER))
    # An activity declared at the legal entity serves its establishments.
    juridique = {**ACTIVITE, "numeroFinessSite": "990000001", "ancienIdentifiantDeLaStructure": "1990000001"}
    au_siege = session(*lire_activites(userinfo({**EXERCICE, "activities": [juridique]})))
    assert au_siege.acteur(structure=EHPAD).structure == EHPAD


@pytest.mark.parametrize(
    ("champ", "valeur", "attendu"),
    [
        ("raisonSocialeSite", "", "activite.raison_sociale"),
        ("codeSecteurDactivite", "", "activite.secteur"),
        ("codeSecteurDactivite", "SA58", "activite.secteur"),
    ],
)
def test_an_activity_that_says_too_little_names_what_is_missing(champ: str, valeur: str, attendu: str) -> None:
    une = session(*lire_activites(userinfo({**EXERCICE, "activities": [{**ACTIVITE, champ: valeur}]})))
    assert [c.champ for c in refus(AccesRefuseError, une.acteur).constats] == [attendu]


def test_the_finess_may_be_said_by_the_national_identifier_only() -> None:
    (activite,) = lire_activites(userinfo({**EXERCICE, "activities": [{**ACTIVITE, "numeroFinessSite": ""}]}))
    assert session(activite).acteur().structure.finess_eg == "750000010"
    cabinet = replace(activite, struct_idnat="499700366240007")
    assert [c.champ for c in refus(AccesRefuseError, session(cabinet).acteur).constats] == ["activite.finess_eg"]


def test_a_profession_that_is_unknown_is_no_actor() -> None:
    refus(AccesRefuseError, session(*lire_activites(userinfo({**EXERCICE, "codeProfession": "zz"}))).acteur)


def test_a_national_identifier_that_is_none_is_said_to_be_so() -> None:
    # An identity made with the Agency's test tool: no national service would take it.
    with pytest.raises(ChampInvalideError):
        session(*lire_activites(userinfo(EXERCICE)), id_nat="ANS20231122132732").acteur()


@pytest.mark.parametrize(
    ("acr", "niveau"),
    [("eidas1", 1), ("eidas2", 2), ("eidas3", 3), ("eidas4", None), ("EIDAS2", None), (2, None), (None, None)],
)
def test_levels_are_ordered_and_unknown_ones_are_none(acr: object, niveau: int | None) -> None:
    assert NiveauEidas.lire(acr) == niveau


def test_a_person_of_two_structures_chooses_and_one_of_none_is_told() -> None:
    with Sandbox() as bac:
        bac.psc.ajouter(Acteur(professionnel=bac.acteur.professionnel, structure=FOYER))
        deux = appeler("sync", bac, connexion(bac))
        assert [a.raison_sociale for a in deux.choix.activites] == [EHPAD.nom, FOYER.nom]
        assert deux.acteur(deux.activites[1]).structure == FOYER
        personne = Professionnel.model_validate(
            {"id_nat": "899700000035", "nom": "SANSACTIVITE", "prenom": "Dominique", "profession": "G15_60"}
        )
        bac.psc.ajouter_sans_activite(personne)
        sans = appeler("sync", bac, connexion(bac, acteur=Acteur(professionnel=personne, structure=EHPAD)))
        assert isinstance(sans.choix, SansActivite)
