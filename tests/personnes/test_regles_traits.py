"""What a trait may hold: each refusal with its rule and remedy, first names, birth dates and places, differences."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segur_socles.errors import ChampInvalideError
from segur_socles.personnes import (
    Identite,
    NatureDate,
    NatureLieu,
    Sexe,
    Trait,
    TraitsIdentite,
    comparer,
    interpreter_date,
    nature_lieu,
)

TRAITS = TraitsIdentite(
    nom_naissance="MARTIN",
    prenoms=("JEAN", "CHRISTOPHE", "PIERRE"),
    sexe=Sexe.MASCULIN,
    date_naissance="1940-03-05",
    lieu_naissance="63220",
)


def nommee(nom: str) -> str:
    return TRAITS.model_copy(update={"nom_naissance": nom}).nom_naissance


def prenommee(prenom: str) -> str:
    return TRAITS.model_copy(update={"prenoms": (prenom,)}).premier_prenom


@pytest.mark.parametrize(
    ("saisi", "attendu"),
    [
        ("Guðrún", "GUDRUN"),
        ("Strauß", "STRAUSS"),
        ("d\u2018Arc", "D'ARC"),
        ("Le\u00a0Gall", "LE GALL"),
        ("Martin\u2011Durand", "MARTIN-DURAND"),
        ("Łoś", "LOS"),
        ("Đặng", "DANG"),
        ("Ørsted", "ORSTED"),
        ("Þór", "THOR"),
        ("Æion-Cœur", "AEION-COEUR"),
        ("GROẞ", "GROSS"),
        ("N\u02bcdri", "N'DRI"),
        ("N\u2019dri", "N'DRI"),
        ("Martin\u2010Durand", "MARTIN-DURAND"),
        ("Le\u202fGall", "LE GALL"),
        ("Ze\u0301nobie", "ZENOBIE"),
    ],
)
def test_what_has_an_equivalent_is_rewritten(saisi: str, attendu: str) -> None:
    assert nommee(saisi) == attendu


REFUS = [
    (nommee, "MARTIN2", "chiffre"),
    (nommee, "MARTIN_DURAND", "sans équivalent"),
    (nommee, "MARTIN/DURAND", "sans équivalent"),
    (nommee, "МАРТИН", "sans équivalent"),
    (nommee, "'", "aucune lettre"),
    (nommee, "-MARTIN", "tiret au début"),
    (nommee, "LE  GALL", "deux séparateurs"),
    (nommee, "D' ARC", "deux séparateurs"),
    (nommee, "LE -GALL", "deux séparateurs"),
    (nommee, "A---B", "tirets de trop"),
    (prenommee, "JEAN--PAUL", "double tiret"),
    (prenommee, "JEAN-", "à la fin d'un prénom"),
    (prenommee, "JEAN'", "à la fin d'un prénom"),
]


@pytest.mark.parametrize(("faire", "texte", "message"), REFUS)
def test_each_refusal_says_why_by_which_rule_and_what_to_do(faire: object, texte: str, message: str) -> None:
    assert callable(faire)
    with pytest.raises(ChampInvalideError) as caught:
        faire(texte)
    (constat,) = caught.value.constats
    assert message in constat.message
    assert constat.regle == "SEL-MP-043 §3.4.1"
    assert constat.remede
    assert len(texte) < 2 or texte not in str(caught.value)


@pytest.mark.parametrize("prenoms", [(), ("",), ("JEAN", ""), ("JEAN", " "), ("\u00a0",)])
def test_an_empty_first_name_is_none(prenoms: tuple[str, ...]) -> None:
    with pytest.raises(ChampInvalideError) as caught:
        TRAITS.model_copy(update={"prenoms": prenoms})
    assert caught.value.champs[0].startswith("prenoms")


# The same rules, written as the shape of what is admitted.
NOM = re.compile(r"'?[A-Z]+(?:(?:--?|[' ])[A-Z]+)*['-]?")
PRENOM = re.compile(r"'?[A-Z]+(?:[-' ][A-Z]+)*")


@pytest.mark.parametrize(("faire", "forme"), [(nommee, NOM), (prenommee, PRENOM)], ids=["nom", "prénom"])
@given(texte=st.text("AB' -1", min_size=1, max_size=8).filter(str.strip))
def test_the_refusals_leave_exactly_the_admitted_shape(faire: object, forme: re.Pattern[str], texte: str) -> None:
    assert callable(faire)
    try:
        admis = faire(texte) == texte.strip()
    except ChampInvalideError:
        admis = False
    assert admis is bool(forme.fullmatch(texte.strip()))


@pytest.mark.exigence("RNIV/EXI-ID-10")
@pytest.mark.parametrize(
    ("choisi", "prenoms"),
    [
        ("Jean", ("JEAN", "CHRISTOPHE", "PIERRE")),
        ("Jean Christophe", ("JEAN CHRISTOPHE", "PIERRE")),
        ("JEAN-CHRISTOPHE", ("JEAN CHRISTOPHE", "PIERRE")),
        ("jean-christophe-pierre", ("JEAN CHRISTOPHE PIERRE",)),
    ],
)
def test_the_first_name_is_the_beginning_of_the_list(choisi: str, prenoms: tuple[str, ...]) -> None:
    traits = TRAITS.avec_premier_prenom(choisi)
    assert traits.prenoms == prenoms
    assert traits.liste_prenoms == TRAITS.liste_prenoms
    assert traits.avec_premier_prenom("Jean") == TRAITS


@pytest.mark.exigence("RNIV/EXI-ID-10")
@pytest.mark.parametrize("choisi", ["CHRISTOPHE", "PIERRE", "JEAN PIERRE", "JEANC", ""])
def test_any_other_first_name_is_refused(choisi: str) -> None:
    with pytest.raises(ChampInvalideError, match="EXI ID 10") as caught:
        TRAITS.avec_premier_prenom(choisi)
    assert caught.value.champs == ("premier_prenom",)
    assert not choisi or choisi not in str(caught.value)


@pytest.mark.exigence("RNIV/EXI-PP-19")
@pytest.mark.parametrize(
    ("connu", "estimee", "date", "nature"),
    [
        ((1940, 3, 5), False, "1940-03-05", NatureDate.EXACTE),
        ((1940, 3, None), False, "1940-03-01", NatureDate.INTERPRETEE),
        ((1940, None, 31), False, "1940-01-31", NatureDate.INTERPRETEE),
        ((1940, None, None), False, "1940-12-31", NatureDate.INTERPRETEE),
        ((1940, None, None), True, "1940-12-31", NatureDate.FICTIVE),
        ((1940, 3, 5), True, "1940-03-05", NatureDate.FICTIVE),
    ],
)
def test_a_date_that_is_not_known_whole_is_completed_by_rule_and_says_so(
    connu: tuple[int, int | None, int | None], estimee: bool, date: str, nature: NatureDate
) -> None:
    lue = interpreter_date(*connu, annee_estimee=estimee)
    assert lue == (date, nature)
    traits = TRAITS.model_copy(update=lue._asdict())
    assert (traits.date_naissance, traits.nature_date) == (date, nature)
    assert Identite.depuis_stockage(Identite(traits=traits).vers_stockage()).traits.nature_date is nature


@pytest.mark.parametrize("connu", [(1940, 2, 30), (1940, 13, None), (1940, 0, 5), (0, None, None), (1940, 3, 0)])
def test_a_date_out_of_the_calendar_is_not_completed(connu: tuple[int, int | None, int | None]) -> None:
    with pytest.raises(ChampInvalideError, match="EXI PP 19"):
        interpreter_date(*connu)


@pytest.mark.parametrize(
    ("code", "nature"),
    [
        ("63220", NatureLieu.METROPOLE),
        ("2B020", NatureLieu.METROPOLE),
        ("97105", NatureLieu.OUTRE_MER),
        ("98735", NatureLieu.OUTRE_MER),
        ("99350", NatureLieu.ETRANGER),
        ("99999", NatureLieu.INCONNU),
    ],
)
def test_a_birth_place_is_in_france_overseas_or_abroad(code: str, nature: NatureLieu) -> None:
    assert TRAITS.model_copy(update={"lieu_naissance": code}).lieu_naissance == code
    assert nature_lieu(code) is nature


@pytest.mark.parametrize("code", ["6322", "632200", "2C020", "3A020", "00123", "Paris", "6322A", ""])
def test_what_is_no_commune_code_is_refused_with_what_is_expected(code: str) -> None:
    with pytest.raises(ChampInvalideError, match="99999 si inconnu") as caught:
        TRAITS.model_copy(update={"lieu_naissance": code})
    assert caught.value.champs == ("lieu_naissance",)


def test_a_commune_code_is_read_as_it_is_typed() -> None:
    assert TRAITS.model_copy(update={"lieu_naissance": " 2b020 "}).lieu_naissance == "2B020"


ECARTS = [
    ("nom_naissance", "MARTIN DURAND", "nom de naissance : le nom reçu est plus long"),
    ("nom_naissance", "'MARTIN", "nom de naissance : tirets, apostrophes ou espaces différents"),
    ("nom_naissance", "MAR TIN", "nom de naissance : en un ou plusieurs mots"),
    ("nom_naissance", "DURAND", "nom de naissance : valeur différente"),
    ("prenoms", ("JEAN", "CHRISTOPHE", "PIERRE", "PAUL"), "la liste reçue a d'autres prénoms à la suite"),
    ("prenoms", ("JEAN",), "la liste reçue s'arrête plus tôt"),
    ("prenoms", ("PIERRE", "JEAN", "CHRISTOPHE"), "dans un autre ordre"),
    ("prenoms", ("CHRISTOPHE", "PIERRE"), "un prénom saisi n'est pas reçu"),
    ("prenoms", ("JEAN", "PAUL"), "même premier prénom, suite différente"),
    ("prenoms", ("PAUL",), "prénoms de naissance : valeur différente"),
    ("sexe", Sexe.FEMININ, "sexe : valeur différente"),
    ("date_naissance", "1940-05-03", "jour et mois inversés"),
    ("date_naissance", "1941-03-05", "année différente"),
    ("date_naissance", "1940-04-05", "mois différent"),
    ("date_naissance", "1940-03-06", "jour différent"),
    ("date_naissance", "1941-04-05", "date de naissance : valeur différente"),
    ("lieu_naissance", None, "absent de la réponse"),
    ("lieu_naissance", "99999", "inconnu dans la réponse"),
    ("lieu_naissance", "99350", "en France ou à l'étranger"),
    ("lieu_naissance", "97105", "outre-mer ou métropole"),
    ("lieu_naissance", "63113", "autre commune"),
]


@pytest.mark.parametrize(("champ", "recu", "explication"), ECARTS)
def test_a_difference_is_told_in_french_and_without_its_values(champ: str, recu: object, explication: str) -> None:
    (ecart,) = comparer(TRAITS, TRAITS.model_copy(update={champ: recu}))
    assert ecart.trait is Trait(champ)
    assert ecart.explication.startswith(f"{ecart.libelle} : ")
    assert explication in ecart.explication


def test_two_countries_and_a_shorter_name() -> None:
    etranger = TRAITS.model_copy(update={"lieu_naissance": "99350", "nom_naissance": "MARTIN DURAND"})
    recus = TRAITS.model_copy(update={"lieu_naissance": "99351"})
    assert [e.explication for e in comparer(etranger, recus)] == [
        "nom de naissance : le nom reçu est plus court",
        "lieu de naissance : autre pays",
    ]
    assert comparer(
        TRAITS.model_copy(update={"nom_naissance": "A B"}), TRAITS.model_copy(update={"nom_naissance": "B A"})
    )[0].explication.endswith("dans un autre ordre")


def test_an_unknown_birth_place_contradicts_nothing() -> None:
    assert comparer(TRAITS.model_copy(update={"lieu_naissance": "99999"}), TRAITS) == ()


@pytest.mark.parametrize("autre", ["LE-GOFF D'ARC", "LE GOFF D ARC", "LE--GOFF D'ARC"])
def test_a_separator_in_a_birth_name_is_a_difference_told_as_such(autre: str) -> None:
    local = TRAITS.model_copy(update={"nom_naissance": "LE GOFF D'ARC"})
    (ecart,) = comparer(local, TRAITS.model_copy(update={"nom_naissance": autre}))
    assert ecart.explication == "nom de naissance : tirets, apostrophes ou espaces différents"


# Bytes that would be a text once decoded: no rule must be escaped on the way.
OCTETS = [
    ("nom_naissance", b"martin 2"),
    ("prenoms", (b"r2\x00d2",)),
    ("lieu_naissance", b"Paris"),
    ("date_naissance", b"1940-03-05"),
    ("date_naissance", bytearray(b"1940-03-05")),
]


@pytest.mark.parametrize(("champ", "valeur"), OCTETS)
def test_bytes_are_not_a_trait(champ: str, valeur: object) -> None:
    with pytest.raises(ChampInvalideError, match="un texte est attendu") as caught:
        TRAITS.model_copy(update={champ: valeur})
    assert caught.value.champs[0].startswith(champ)


@pytest.mark.parametrize("ecrite", ["05/03/1940", "1940-3-5", "19400305", "1940-03-05T00:00:00", "1940-03-05\n", ""])
def test_a_date_written_otherwise_is_refused_with_the_way_to_write_it(ecrite: str) -> None:
    with pytest.raises(ChampInvalideError, match="AAAA-MM-JJ") as caught:
        TRAITS.model_copy(update={"date_naissance": ecrite})
    assert caught.value.champs == ("date_naissance",)
    assert "[0-9]" not in str(caught.value)


def test_the_sexes_expected_are_listed_in_french() -> None:
    with pytest.raises(ChampInvalideError, match="'M' ou 'F'"):
        TRAITS.model_copy(update={"sexe": "I"})
