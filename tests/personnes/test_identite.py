"""Identity: statuses are read from evidence, and no path accepts a difference without a named decision."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segur_socles.errors import ChampInvalideError, IdentiteError
from segur_socles.personnes.identite import (
    Attribut,
    ControleIdentite,
    Decision,
    DifferencesAcceptees,
    Identite,
    IdentiteQualifiee,
    PreuveControle,
    ReponseIns,
    StatutIdentite,
)
from segur_socles.personnes.matricule import MatriculeIns, OidIns
from segur_socles.personnes.professionnel import Intervenant
from segur_socles.personnes.traits import Sexe, Trait, TraitsIdentite, comparer

LE = datetime(2026, 1, 15, 9, 30, tzinfo=UTC)
PAR = Intervenant(id_nat="899900000017", nom="Claire MARTIN")

SAISIS = TraitsIdentite(
    nom_naissance="Tchitchi",
    prenoms=("Ola", "Catarina", "Bella"),
    sexe=Sexe.FEMININ,
    date_naissance="1936-06-21",
    lieu_naissance="63220",
)
RECUS = SAISIS.model_copy(update={"prenoms": ("CATARINA", "BELLA")})
REPONSE = ReponseIns(
    matricule=MatriculeIns.lire("236066322083656", OidIns.NIR),
    traits=RECUS,
    message_id="uuid:1",
    recue_le=LE,
    environnement="bac à sable",
    production=False,
)
CONTROLE = PreuveControle(controle=ControleIdentite.CARTE_IDENTITE, par=PAR, le=LE)
ACCEPTE = Decision(par=PAR, le=LE, differences_acceptees=DifferencesAcceptees(prenoms="Catarina Bella"))
MUETTE = Decision(par=PAR, le=LE)


def test_differences_are_named() -> None:
    (difference,) = comparer(SAISIS, RECUS)
    assert (difference.trait, difference.libelle) == (Trait.PRENOMS, "prénoms de naissance")
    assert (difference.local, difference.recu) == ("OLA CATARINA BELLA", "CATARINA BELLA")
    assert "OLA" not in repr(difference)


def test_separators_in_names_are_not_a_difference_and_a_missing_birth_place_contradicts_nothing() -> None:
    a = SAISIS.model_copy(update={"prenoms": ("JEAN-CHRISTOPHE",), "lieu_naissance": None})
    assert comparer(a, SAISIS.model_copy(update={"prenoms": ("JEAN", "CHRISTOPHE")})) == ()


def test_a_hyphen_of_the_birth_name_is_accepted_by_name_or_not_at_all() -> None:
    """INSi writes it otherwise: what replaces the name typed is read and accepted, not taken over in silence."""
    saisie = Identite(traits=SAISIS.model_copy(update={"nom_naissance": "LE GOFF"}))
    recus = SAISIS.model_copy(update={"nom_naissance": "LE-GOFF"})
    reponse = REPONSE.model_copy(update={"traits": recus})
    for acceptees in ({}, {"nom_naissance": "LE GOFF"}):
        decision = Decision.model_validate({"par": PAR, "le": LE, "differences_acceptees": acceptees})
        with pytest.raises(IdentiteError) as caught:
            saisie.accepter(reponse, decision)
        assert [c.champ for c in caught.value.constats] == ["traits.nom_naissance"]
    nommee = Decision(par=PAR, le=LE, differences_acceptees=DifferencesAcceptees(nom_naissance="Le-Goff"))
    assert saisie.accepter(reponse, nommee).traits == recus


@pytest.mark.exigence("RNIV/EXI-REC-07")
@pytest.mark.parametrize(
    "ecart", [{"lieu_naissance": None}, {"prenoms": ("CATARINA-BELLA",)}, {"nom_naissance": "TCHI TCHI"}]
)
def test_what_stands_beside_an_ins_is_to_the_letter_what_insi_answered(ecart: dict[str, Any]) -> None:
    """Neither a copy nor a storage may wear the INS with other traits, however close, nor without the birth place."""
    qualifiee = Identite(traits=SAISIS).controler(CONTROLE).accepter(REPONSE, ACCEPTE)
    proches = qualifiee.traits.model_copy(update=ecart)
    with pytest.raises(ChampInvalideError, match="ne sont plus ceux d'INSi"):
        qualifiee.model_copy(update={"traits": proches})
    stocke = qualifiee.vers_stockage()
    with pytest.raises(ChampInvalideError, match="ne sont plus ceux d'INSi"):
        Identite.depuis_stockage(stocke | {"traits": stocke["traits"] | ecart})


def test_the_validity_dates_of_the_active_ins_are_kept() -> None:
    datee = REPONSE.model_copy(update={"debut": "2010-12-07"})
    recuperee = Identite(traits=SAISIS).accepter(datee, ACCEPTE)
    reprise = Identite.depuis_stockage(recuperee.vers_stockage())
    assert reprise.reponse == datee
    assert str(datee.debut) == "2010-12-07"


@pytest.mark.exigence("RNIV/EXI-ID-29")
def test_the_whole_way_to_qualified_keeps_the_used_name() -> None:
    identite = Identite(traits=SAISIS, prenom_utilise="Ola")
    assert identite.statut is StatutIdentite.PROVISOIRE
    recuperee = identite.accepter(REPONSE, ACCEPTE)
    assert recuperee.statut is StatutIdentite.RECUPEREE
    qualifiee = recuperee.controler(CONTROLE)
    assert isinstance(qualifiee, IdentiteQualifiee)
    assert qualifiee.statut is StatutIdentite.QUALIFIEE
    assert qualifiee.traits.prenoms == ("CATARINA", "BELLA")
    assert qualifiee.prenom_utilise == "Ola"
    assert qualifiee.matricule.cx() == "236066322083656^^^&1.2.250.1.213.1.4.8&ISO^NH"


def test_a_difference_that_no_decision_names_is_refused() -> None:
    with pytest.raises(IdentiteError) as caught:
        Identite(traits=SAISIS).accepter(REPONSE, MUETTE)
    assert [c.champ for c in caught.value.constats] == ["traits.prenoms"]
    assert "CATARINA" not in str(caught.value)


# A decision about another answer: accepted values → what is said of each trait.
AUTRES_DECISIONS: list[tuple[dict[str, str], dict[str, str]]] = [
    ({"prenoms": "CATARINA"}, {"traits.prenoms": "n'est pas celle d'INSi"}),
    ({"prenoms": ""}, {"traits.prenoms": "n'est pas celle d'INSi"}),
    ({"prenoms": "CATARINA BELLA", "sexe": "F"}, {"traits.sexe": "aucun écart"}),
    ({"prenoms": "CATARINA BELLA", "lieu_naissance": ""}, {"traits.lieu_naissance": "aucun écart"}),
    ({"sexe": "M"}, {"traits.prenoms": "différent", "traits.sexe": "aucun écart"}),
]


@pytest.mark.parametrize(("acceptees", "dits"), AUTRES_DECISIONS)
def test_a_decision_is_about_one_answer(acceptees: dict[str, str], dits: dict[str, str]) -> None:
    decision = Decision(par=PAR, le=LE, differences_acceptees=DifferencesAcceptees(**acceptees))
    with pytest.raises(IdentiteError) as caught:
        Identite(traits=SAISIS).accepter(REPONSE, decision)
    constats = {c.champ: c.message for c in caught.value.constats}
    assert constats.keys() == dits.keys()
    assert all(dit in constats[champ] for champ, dit in dits.items())
    assert not any(mot in str(caught.value) for mot in ("CATARINA", "BELLA", "OLA"))


def test_the_accepted_value_is_compared_as_traits_are() -> None:
    for valeur in ("Catarina-Bella", "  catarina bella "):
        decision = Decision(par=PAR, le=LE, differences_acceptees=DifferencesAcceptees(prenoms=valeur))
        assert Identite(traits=SAISIS).accepter(REPONSE, decision).traits == RECUS


def test_a_stored_decision_stays_with_its_answer() -> None:
    autre = {"differences_acceptees": {"prenoms": "CATARINA"}}
    with pytest.raises(ChampInvalideError, match="d'autres valeurs que celles d'INSi") as caught:
        Identite.depuis_stockage(STORED | {"decision": STORED["decision"] | autre})
    assert caught.value.champs == ("decision",)


def test_a_birth_place_that_insi_does_not_know_can_be_accepted() -> None:
    recus = SAISIS.model_copy(update={"lieu_naissance": None})
    reponse = REPONSE.model_copy(update={"traits": recus})
    decision = Decision(par=PAR, le=LE, differences_acceptees=DifferencesAcceptees(lieu_naissance=""))
    assert Identite(traits=SAISIS).accepter(reponse, decision).traits.lieu_naissance is None
    with pytest.raises(IdentiteError):
        Identite(traits=SAISIS).accepter(reponse, MUETTE)


def test_only_a_qualified_identity_says_it_is() -> None:
    with pytest.raises(IdentiteError) as caught:
        Identite(traits=SAISIS).qualifiee()
    assert [c.champ for c in caught.value.constats] == ["identite.reponse", "identite.controle"]
    with pytest.raises(ChampInvalideError):
        IdentiteQualifiee(traits=SAISIS)  # type: ignore[call-arg]


def test_editing_a_strict_trait_by_hand_is_refused_while_an_ins_is_held() -> None:
    recuperee = Identite(traits=SAISIS).accepter(REPONSE, ACCEPTE)
    with pytest.raises(ChampInvalideError, match="ne sont plus ceux d'INSi"):
        recuperee.model_copy(update={"traits": SAISIS})


@pytest.mark.exigence("RNIV/EXI-ID-26")
@pytest.mark.parametrize("attribut", [Attribut.DOUTEUSE, Attribut.FICTIVE])
def test_doubtful_and_fictitious_identities_bear_no_evidence(attribut: Attribut) -> None:
    identite = Identite(traits=SAISIS, attribut=attribut)
    with pytest.raises(IdentiteError, match=attribut.value):
        identite.accepter(REPONSE, ACCEPTE)
    with pytest.raises(ChampInvalideError):
        identite.controler(CONTROLE)


STORED = Identite(traits=SAISIS, prenom_utilise="Ola").accepter(REPONSE, ACCEPTE).controler(CONTROLE).vers_stockage()


def test_storage_brings_back_the_qualified_identity() -> None:
    again = Identite.depuis_stockage(STORED)
    assert isinstance(again, IdentiteQualifiee)
    assert again.vers_stockage() == STORED


@pytest.mark.parametrize(
    ("missing", "status"),
    [
        ({"controle"}, StatutIdentite.RECUPEREE),
        ({"reponse", "decision"}, StatutIdentite.VALIDEE),
        ({"reponse", "decision", "controle"}, StatutIdentite.PROVISOIRE),
    ],
)
def test_storage_without_its_evidence_is_never_qualified(missing: set[str], status: StatutIdentite) -> None:
    again = Identite.depuis_stockage({k: v for k, v in STORED.items() if k not in missing})
    assert again.statut is status
    assert not isinstance(again, IdentiteQualifiee)


def test_storage_with_an_answer_but_no_decision_is_refused() -> None:
    with pytest.raises(ChampInvalideError, match="vont ensemble"):
        Identite.depuis_stockage({k: v for k, v in STORED.items() if k != "decision"})


EVENTS = ("accepter", "controler", "stocker", "douter")


@given(st.lists(st.sampled_from(EVENTS), max_size=8))
def test_no_sequence_of_events_gives_an_ins_without_evidence(events: list[str]) -> None:
    identite = Identite(traits=SAISIS)
    for event in events:
        try:
            match event:
                case "accepter":
                    identite = identite.accepter(REPONSE, ACCEPTE)
                case "controler":
                    identite = identite.controler(CONTROLE)
                case "stocker":
                    identite = Identite.depuis_stockage(identite.vers_stockage())
                case _:
                    identite = identite.model_copy(update={"attribut": Attribut.DOUTEUSE})
        except (IdentiteError, ChampInvalideError):
            continue
        complete = identite.reponse is not None and identite.decision is not None and identite.controle is not None
        assert isinstance(identite, IdentiteQualifiee) is complete
        assert (identite.statut is StatutIdentite.QUALIFIEE) is complete
        if identite.attribut is Attribut.DOUTEUSE:
            assert identite.matricule is None


def test_nothing_personal_in_any_repr() -> None:
    for value in (SAISIS, REPONSE, Identite.depuis_stockage(STORED), CONTROLE, ACCEPTE):
        assert not any(word in repr(value) for word in ("TCHITCHI", "CATARINA", "2360663", "1936", "MARTIN"))


# What is typed → what INSi accepts (SEL-MP-043 §3.4.1; CNDA scenario 2.03).
NORMALISED = [
    ("D’Æion", "D'AEION"),
    ("Cœur", "COEUR"),
    ("d'Artagnan de l'Hérault", "D'ARTAGNAN DE L'HERAULT"),
    ("  Lefèvre--Durand ", "LEFEVRE--DURAND"),
    ("Ñuñez", "NUNEZ"),
]


@pytest.mark.parametrize(("typed", "expected"), NORMALISED)
def test_names_are_normalised(typed: str, expected: str) -> None:
    assert SAISIS.model_copy(update={"nom_naissance": typed}).nom_naissance == expected


REFUSED: list[tuple[str, Any]] = [
    ("nom_naissance", "MARTIN2"),
    ("nom_naissance", "MARTIN_DURAND"),
    ("nom_naissance", ""),
    ("nom_naissance", " "),
    ("nom_naissance", "-MARTIN"),
    ("nom_naissance", "MARTIN  DURAND"),
    ("nom_naissance", "D''ARC"),
    ("nom_naissance", "محمد"),
    ("nom_naissance", "MARTIN😀"),
    ("nom_naissance", "A" * 101),
    ("prenoms", ("JEAN--PAUL",)),
    ("prenoms", ("JEAN-",)),
    ("prenoms", ()),
    ("date_naissance", "2001-02-30"),
    ("date_naissance", "21/06/1936"),
    ("date_naissance", 19360621),
    ("lieu_naissance", "6322"),
    ("sexe", "X"),
]


@pytest.mark.parametrize(("champ", "valeur"), REFUSED)
def test_bad_traits_are_refused_with_their_path_and_without_their_value(champ: str, valeur: Any) -> None:
    with pytest.raises(ChampInvalideError) as caught:
        SAISIS.model_copy(update={champ: valeur})
    assert caught.value.champs[0].startswith(champ)
    if isinstance(valeur, str) and len(valeur) > 2:
        assert valeur not in str(caught.value)
