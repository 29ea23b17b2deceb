"""A received identity is recognised on its INS and every trait, or not at all."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

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
from segur_socles.personnes.rapprochement import (
    CandidatsMultiples,
    InsDiscordante,
    InsIncomplete,
    Rapprochement,
    SansIns,
    UsagerInconnu,
    UsagerReconnu,
    rapprocher,
)
from segur_socles.personnes.recue import IdentiteRecue
from segur_socles.personnes.traits import Sexe, TraitsIdentite

LE = datetime(2026, 1, 15, 9, 30, tzinfo=UTC)
PAR = Intervenant(id_nat="899900000017", nom="Claire MARTIN")
MATRICULE = "236066322083656"
AUTRE_MATRICULE = "235079999999960"

TRAITS = TraitsIdentite(
    nom_naissance="D'ARTAGNAN",
    prenoms=("MARIE-ELISE", "JEANNE"),
    sexe=Sexe.FEMININ,
    date_naissance="1936-06-21",
    lieu_naissance="63220",
)
RECUE = IdentiteRecue(
    source="CDA",
    identifiants=((OidIns.NIR, MATRICULE), ("1.2.250.1.999.1", "IPP-8")),
    nom_naissance="D'ARTAGNAN",
    prenoms="MARIE-ELISE JEANNE",
    premier_prenom="MARIE-ELISE",
    nom_utilise="MARTIN",
    sexe=Sexe.FEMININ,
    date_naissance="19360621",
    lieu_naissance="63220",
)


def recuperee(matricule: str = MATRICULE, oid: OidIns = OidIns.NIR, **traits: Any) -> Identite:
    siens = TRAITS.model_copy(update=traits)
    reponse = ReponseIns(
        matricule=MatriculeIns.recu_d_insi(matricule[:13], matricule[13:], oid),
        traits=siens,
        message_id="uuid:1",
        recue_le=LE,
        environnement="bac à sable",
        production=False,
    )
    return Identite(traits=siens).accepter(reponse, Decision(par=PAR, le=LE))


def qualifiee(matricule: str = MATRICULE, oid: OidIns = OidIns.NIR, **traits: Any) -> IdentiteQualifiee:
    controle = PreuveControle(controle=ControleIdentite.CARTE_IDENTITE, par=PAR, le=LE)
    return recuperee(matricule, oid, **traits).controler(controle).qualifiee()


NOUS = qualifiee()
VOISINS = [
    qualifiee(AUTRE_MATRICULE),  # homonym, born the same day at the same place
    Identite(traits=TRAITS),  # same traits, no INS
    qualifiee(AUTRE_MATRICULE, nom_naissance="MARTIN"),
]


@pytest.mark.parametrize(
    "champs",
    [
        {},
        {
            "nom_naissance": "d artagnan",
            "premier_prenom": "Marie Élise",
            "prenoms": "Marie Elise Jeanne",
        },
        {"prenoms": None},
        {"lieu_naissance": None},
        {"date_naissance": "19360621000000+0100"},
        {"nom_utilise": None},
        {"statut_annonce": StatutIdentite.QUALIFIEE, "attributs_annonces": (Attribut.HOMONYME,)},
        {"identifiants": ((OidIns.NIR, MATRICULE), (OidIns.NIR, f" {MATRICULE} "))},
    ],
)
def test_the_same_person_is_recognised_among_neighbours(champs: dict[str, Any]) -> None:
    trouve = rapprocher(RECUE.model_copy(update=champs), iter([*VOISINS, NOUS]))
    assert trouve == UsagerReconnu(NOUS)
    assert trouve.code is None


DISCORDANCES = [
    ({"nom_naissance": "MARTIN"}, "nom de naissance"),
    ({"premier_prenom": "JEANNE"}, "premier prénom de naissance"),
    ({"premier_prenom": "MARIE"}, "premier prénom de naissance"),
    ({"prenoms": "MARIE-ELISE"}, "prénoms de naissance"),
    ({"sexe": Sexe.MASCULIN}, "sexe"),
    ({"date_naissance": "19360612"}, "date de naissance"),
    ({"date_naissance": "1936"}, "date de naissance"),
    ({"lieu_naissance": "63221"}, "lieu de naissance"),
    ({"identifiants": ((OidIns.NIA, MATRICULE),)}, "nature de l'INS (OID)"),
    ({"identifiants": ((OidIns.NIR_TEST, MATRICULE),)}, "nature de l'INS (OID)"),
    ({"identifiants": ((OidIns.NIR, MATRICULE[:13] + "57"),)}, "matricule INS"),
    ({"identifiants": ((OidIns.NIR, MATRICULE), (OidIns.NIR, AUTRE_MATRICULE))}, "matricule INS"),
]


@pytest.mark.parametrize(("champs", "ecart"), DISCORDANCES)
def test_one_difference_is_enough_to_refuse_and_is_named(champs: dict[str, Any], ecart: str) -> None:
    trouve = rapprocher(RECUE.model_copy(update=champs), [NOUS, *VOISINS])
    assert trouve == InsDiscordante((ecart,))
    assert trouve.code == "904"


def test_every_difference_is_named_and_no_value_is() -> None:
    recue = RECUE.model_copy(update={"nom_naissance": "MARTIN", "sexe": Sexe.MASCULIN, "lieu_naissance": "99100"})
    trouve = rapprocher(recue, [NOUS])
    assert trouve == InsDiscordante(("nom de naissance", "sexe", "lieu de naissance"))
    assert trouve.explication == (
        "L'INS reçue ne concorde pas exactement avec la nôtre : nom de naissance, sexe, lieu de naissance."
    )


@pytest.mark.parametrize(
    ("champs", "manque"),
    [
        ({"nom_naissance": None}, "nom de naissance"),
        ({"premier_prenom": None}, "premier prénom de naissance"),
        ({"date_naissance": None}, "date de naissance"),
        ({"sexe": None}, "sexe"),
        ({"identifiants": ((OidIns.NIR, MATRICULE[:13]),)}, "matricule INS"),
        ({"identifiants": ((OidIns.NIR, ""),)}, "matricule INS"),
        ({"identifiants": ((OidIns.NIR, "X" * 15),)}, "matricule INS"),
        ({"identifiants": ((OidIns.NIR, MATRICULE[:13] + "5X"),)}, "matricule INS"),
    ],
)
def test_what_is_missing_is_named(champs: dict[str, Any], manque: str) -> None:
    trouve = rapprocher(RECUE.model_copy(update=champs), [NOUS])
    assert trouve == InsIncomplete((manque,))
    assert (trouve.code, trouve.explication) == ("905", f"L'INS reçue est incomplète : {manque}.")


@pytest.mark.parametrize(
    "champs",
    [
        *({"statut_annonce": statut} for statut in StatutIdentite if statut is not StatutIdentite.QUALIFIEE),
        {"attributs_annonces": (Attribut.DOUTEUSE,)},
        {"statut_annonce": StatutIdentite.QUALIFIEE, "attributs_annonces": (Attribut.HOMONYME, Attribut.FICTIVE)},
    ],
)
def test_an_ins_that_its_own_sender_does_not_vouch_for_is_not_relied_on(champs: dict[str, Any]) -> None:
    trouve = rapprocher(RECUE.model_copy(update=champs), [NOUS])
    assert trouve == InsIncomplete(("statut d'identité qualifiée",))


@pytest.mark.parametrize("identifiants", [(), (("1.2.250.1.999.1", MATRICULE),), (("1.2.250.1.213.1.4.2", MATRICULE),)])
def test_without_an_ins_nothing_is_matched_whatever_the_traits(identifiants: tuple[tuple[str, str], ...]) -> None:
    trouve = rapprocher(RECUE.model_copy(update={"identifiants": identifiants}), [NOUS])
    assert (trouve, trouve.code) == (SansIns(), "903")


@pytest.mark.parametrize("candidats", [[], VOISINS, [recuperee()]])
def test_homonyms_and_identities_that_are_not_qualified_never_match(candidats: list[Identite]) -> None:
    trouve = rapprocher(RECUE, candidats)
    assert (trouve, trouve.code) == (UsagerInconnu(), "902")


def test_a_duplicate_of_ours_is_refused_even_if_one_of_the_two_would_fit() -> None:
    trouve = rapprocher(RECUE, [NOUS, *VOISINS, qualifiee(nom_naissance="MARTIN")])
    assert (trouve, trouve.code) == (CandidatsMultiples(2), "906")


def test_a_birth_place_that_we_do_not_hold_contradicts_nothing() -> None:
    sans_lieu = qualifiee(lieu_naissance=None)
    assert rapprocher(RECUE, [sans_lieu]) == UsagerReconnu(sans_lieu)


def test_a_lunar_date_is_compared_as_documents_write_it() -> None:
    lunaire = qualifiee(date_naissance="1936-06-00", date_lunaire=True)
    assert rapprocher(RECUE.model_copy(update={"date_naissance": "193606"}), [lunaire]) == UsagerReconnu(lunaire)
    assert rapprocher(RECUE, [lunaire]) == InsDiscordante(("date de naissance",))


@pytest.mark.parametrize(
    "issue",
    [
        UsagerReconnu(NOUS),
        UsagerInconnu(),
        SansIns(),
        InsDiscordante(("sexe",)),
        InsIncomplete(("sexe",)),
        CandidatsMultiples(2),
    ],
)
def test_no_outcome_shows_who_it_is_about(issue: Rapprochement) -> None:
    shown = repr(issue) + issue.explication
    for secret in (MATRICULE, "ARTAGNAN", "1936", "ELISE"):
        assert secret not in shown
