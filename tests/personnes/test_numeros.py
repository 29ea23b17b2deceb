"""National numbers of persons and structures: shapes, keys, groups, explanations, and prefixed identifiers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segur_socles.credentials.certificat import est_struct_idnat
from segur_socles.errors import ChampInvalideError, Gravite
from segur_socles.personnes.numeros.genres import REGLES, Genre, luhn
from segur_socles.personnes.numeros.idnat import PS_IDNAT, STRUCT_IDNAT
from segur_socles.personnes.numeros.lecture import compacter, lire
from segur_socles.personnes.professionnel import Intervenant
from segur_socles.personnes.structure import Structure

# Published numbers (ANS samples, INSEE examples, the FINESS file) and how they are shown.
JUSTES = [
    (Genre.RPPS, "10002422979", "10 002 422 979"),
    (Genre.RPPS, "99700427885", "99 700 427 885"),
    (Genre.ADELI, "759312345", "75 9 31234 5"),
    (Genre.ADELI, "2A9312345", "2A 9 31234 5"),
    (Genre.FINESS, "750712184", "75 071 218 4"),
    (Genre.FINESS, "690781810", "69 078 181 0"),
    (Genre.FINESS, "2A0000014", "2A 000 001 4"),
    (Genre.FINESS, "0B0127189", "0B 012 718 9"),
    (Genre.SIREN, "732829320", "732 829 320"),
    (Genre.SIREN, "356000000", "356 000 000"),
    (Genre.SIRET, "73282932000074", "732 829 320 00074"),
    (Genre.SIRET, "39172288100052", "391 722 881 00052"),
    (Genre.SIRET, "35600000000048", "356 000 000 00048"),
    (Genre.CABINET_RPPS, "99700366240007", "99 700 366 240 007"),
    (Genre.CABINET_ADELI, "750012345", "75 001 234 5"),
]
HISTORIQUES = {Genre.ADELI, Genre.CABINET_ADELI}


@pytest.mark.parametrize(("genre", "valeur", "affichage"), JUSTES)
def test_a_right_number_is_read_shown_and_read_back(genre: Genre, valeur: str, affichage: str) -> None:
    numero = lire(valeur, genre)
    assert (numero.genre, numero.valeur, numero.affichage) == (genre, valeur, affichage)
    assert bool(numero.remarques) is (genre in HISTORIQUES)
    for saisie in (affichage, affichage.lower(), f"\u00a0{affichage} ", affichage.replace(" ", "\u202f")):
        assert lire(saisie, genre) == numero


def test_every_kind_is_tried() -> None:
    assert {genre for genre, _, _ in JUSTES} == set(Genre) == set(REGLES)


ARABES = str.maketrans({str(n): chr(0x660 + n) for n in range(10)})

MAUVAISES = {
    "empty": "",
    "spaces": " \u00a0 ",
    "too long": "1" * 15,
    "very long": "7" * 100_000,
    "letters": "BONJOUR",
    "accent": "75071218é",
    "emoji": "75071218😀",
    "right to left": "\u202e750712184",
    "arabic digits": "750712184".translate(ARABES),
    "full-width digit": "75071218\uff14",
    "dotless i": "75071218\u0131",
    "long s": "75071218\u017f",
    "slash": "750712184/1",
    "null": "750712184\0",
}


@pytest.mark.parametrize("genre", Genre)
@pytest.mark.parametrize("cas", MAUVAISES)
def test_bad_input_is_refused_without_being_quoted(genre: Genre, cas: str) -> None:
    saisie = MAUVAISES[cas]
    with pytest.raises(ChampInvalideError) as refus:
        lire(saisie, genre)
    (constat,) = refus.value.constats
    assert constat.champ == genre.value
    assert constat.regle
    assert constat.remede
    assert len(str(refus.value)) < 400
    assert not saisie.strip() or saisie not in str(refus.value)


@pytest.mark.parametrize(
    ("genre", "saisie", "dit"),
    [
        (Genre.FINESS, "732 829 320 00074", "il a la forme d'un numéro SIRET ou cabinet RPPS"),
        (Genre.SIRET, "75 071 218 4", "il a la forme d'un numéro FINESS ou SIREN"),
        (Genre.FINESS, "10003461033", "il a la forme d'un numéro RPPS"),
        (Genre.RPPS, "2 36 06 63 220 836 56", "il a la forme d'un matricule INS"),
        (Genre.SIREN, "", "numéro SIREN vide"),
    ],
)
def test_a_number_in_the_wrong_field_is_called_by_its_name(genre: Genre, saisie: str, dit: str) -> None:
    with pytest.raises(ChampInvalideError, match=dit):
        lire(saisie, genre)


# --- keys ---------------------------------------------------------------------------------------------------

# Worked by hand: 7 + (3·2) + 2 + (8·2=16→7) + 2 + (9·2=18→9) + 3 + (2·2) + 0 = 40.
LUHN = ["732829320", "18", "79927398713", "0"]


@pytest.mark.parametrize("chiffres", LUHN)
def test_luhn(chiffres: str) -> None:
    assert luhn(chiffres)
    assert not luhn(chiffres[:-1] + str((int(chiffres[-1]) + 1) % 10))


@given(st.sampled_from(["732829320", "73282932000074", "39172288100052"]), st.integers(0, 13), st.integers(1, 9))
def test_any_wrong_digit_of_a_siren_or_siret_is_refused(valeur: str, position: int, ecart: int) -> None:
    position %= len(valeur)
    faux = valeur[:position] + str((int(valeur[position]) + ecart) % 10) + valeur[position + 1 :]
    with pytest.raises(ChampInvalideError, match="la clé de contrôle"):
        lire(faux, Genre.SIREN if len(valeur) == 9 else Genre.SIRET)


@given(st.sampled_from(["732829320", "73282932000074", "39172288100052"]), st.integers(0, 12))
def test_neighbours_exchanged_are_refused_but_for_the_pair_luhn_cannot_see(valeur: str, position: int) -> None:
    position %= len(valeur) - 1
    paire = valeur[position : position + 2]
    faux = valeur[:position] + paire[::-1] + valeur[position + 2 :]
    if paire[0] != paire[1] and set(paire) != {"0", "9"}:
        with pytest.raises(ChampInvalideError):
            lire(faux, Genre.SIREN if len(valeur) == 9 else Genre.SIRET)


def test_la_poste_has_its_own_rule() -> None:
    assert lire("356 000 000 49837", Genre.SIRET).remarques == ()
    with pytest.raises(ChampInvalideError, match="SIRET : clé de Luhn"):
        lire("356 000 000 49838", Genre.SIRET)


@pytest.mark.parametrize(
    ("genre", "publie"), [(Genre.RPPS, "10003461033"), (Genre.FINESS, "754567860"), (Genre.FINESS, "990000019")]
)
def test_a_wrong_key_of_a_published_example_is_remarked_not_refused(genre: Genre, publie: str) -> None:
    numero = lire(publie, genre)
    (remarque,) = numero.remarques
    assert remarque.gravite is Gravite.AVERTISSEMENT
    assert "la clé de contrôle" in remarque.message
    assert publie not in str(remarque)
    assert numero.explication.endswith("est fausse ; vérifier chaque chiffre (des numéros de test ont une clé fausse).")


def test_explanations() -> None:
    assert lire("750712184", Genre.FINESS).explication == (
        "FINESS 75 071 218 4 : numéro d'une structure de santé ou médico-sociale ; il ne dit pas s'il est celui de "
        "l'entité juridique (EJ) ou d'un établissement (EG)."
    )
    assert lire("759312345", Genre.ADELI).explication == (
        "ADELI 75 9 31234 5 : ancien numéro d'un professionnel, propre à un département et remplacé par le RPPS. "
        "Attention : le numéro ADELI n'est plus attribué ; demander le numéro RPPS du professionnel."
    )


def test_only_ascii_letters_change_case() -> None:
    assert compacter(" 2a\u202f000.001-4\t") == "2A0000014"
    assert compacter("\u0131\u017féß") == "\u0131\u017féß"


# --- prefixed identifiers -----------------------------------------------------------------------------------

PERSONNES = [
    ("899700427885", "RPPS 99 700 427 885", Genre.RPPS),
    ("0759312345", "ADELI 75 9 31234 5", Genre.ADELI),
    ("1750012345/7", "cabinet ADELI 75 001 234 5 / 7", Genre.CABINET_ADELI),
    ("30B0127189/42", "FINESS 0B 012 718 9 / 42", Genre.FINESS),
    ("4732829320/A-1", "SIREN 732 829 320 / A-1", Genre.SIREN),
    ("500000001815646/CPAT00045", "SIRET 000 000 018 15646 / CPAT00045", Genre.SIRET),
    ("699700366240007/x.y", "cabinet RPPS 99 700 366 240 007 / x.y", Genre.CABINET_RPPS),
]


@pytest.mark.parametrize(("valeur", "affichage", "genre"), PERSONNES)
def test_persons(valeur: str, affichage: str, genre: Genre) -> None:
    lu = PS_IDNAT.lire(valeur)
    assert (lu.valeur, lu.affichage, lu.numero.genre) == (valeur, affichage, genre)
    assert lu.explication.startswith(affichage.partition(" / ")[0])
    assert ("que de cet employeur" in lu.explication) is ("/" in valeur)
    assert Intervenant(id_nat=valeur, nom="A").id_nat == valeur


STRUCTURES = [
    ("0750012345", "cabinet ADELI 75 001 234 5"),
    ("1990000019", "FINESS 99 000 001 9"),
    ("2732829320", "SIREN 732 829 320"),
    ("339172288100052", "SIRET 391 722 881 00052"),
    ("499700366240007", "cabinet RPPS 99 700 366 240 007"),
]


@pytest.mark.parametrize(("valeur", "affichage"), STRUCTURES)
def test_structures(valeur: str, affichage: str) -> None:
    lu = STRUCT_IDNAT.lire(valeur)
    assert (lu.valeur, lu.affichage) == (valeur, affichage)
    assert STRUCT_IDNAT.ecrire(lu.numero.genre, lu.numero.valeur) == valeur


def test_a_key_refused_alone_is_remarked_in_an_identifier() -> None:
    assert [r.gravite for r in PS_IDNAT.lire("539172288100053/CPAT00045").remarques] == [Gravite.AVERTISSEMENT]
    with pytest.raises(ChampInvalideError):
        lire("39172288100053", Genre.SIRET)


MAL_FORMES = {
    "empty": "",
    "prefix alone": "8",
    "unknown prefix": "999700427885",
    "RPPS too short": "89970042788",
    "RPPS with an internal part": "899700427885/1",
    "FINESS without internal part": "30B0127189",
    "internal part empty": "30B0127189/",
    "internal part with a space": "30B0127189/A 1",
    "internal part with an accent": "30B0127189/AGENTÉ",
    "internal part with an emoji": "30B0127189/😀",
    "internal part right to left": "30B0127189/\u202e42",
    "internal part too long": "30B0127189/" + "A" * 49,
    "arabic digits": "8" + "99700427885".translate(ARABES),
    "lower case": "30b0127189/42",
    "line feed": "899700427885\n",
}


@pytest.mark.parametrize("cas", MAL_FORMES)
def test_an_ill_formed_identifier_is_refused_by_the_field_of_a_value(cas: str) -> None:
    with pytest.raises(ChampInvalideError, match="PS_IdNat") as refus:
        Intervenant(id_nat=MAL_FORMES[cas], nom="A")
    (constat,) = refus.value.constats
    assert constat.champ == "id_nat"
    assert constat.remede is not None
    assert constat.remede.startswith("écrire 8 + RPPS (11 chiffres)")


def test_what_is_typed_may_be_grouped_but_the_internal_part_is_kept() -> None:
    assert PS_IDNAT.lire("8 99 700 427 885").valeur == "899700427885"
    assert PS_IDNAT.lire("3 0b 012 718 9 / a.b-C ").valeur == "30B0127189/a.b-C"
    with pytest.raises(ChampInvalideError, match="identifiant national de structure mal formé"):
        STRUCT_IDNAT.lire("R95141")


def test_a_number_is_taken_alone_or_behind_its_prefix() -> None:
    assert PS_IDNAT.numero("8 99700427885", Genre.RPPS).valeur == "99700427885"
    assert PS_IDNAT.numero("99 700 427 885", Genre.RPPS).valeur == "99700427885"
    assert STRUCT_IDNAT.numero("1990000019", Genre.FINESS).valeur == "990000019"
    with pytest.raises(ChampInvalideError, match="RPPS : 11 chiffres"):
        PS_IDNAT.numero("0759312345", Genre.RPPS)
    assert STRUCT_IDNAT.extraire("1990000019", Genre.FINESS) == "990000019"
    assert STRUCT_IDNAT.extraire("339172288100052", Genre.FINESS) is None
    assert STRUCT_IDNAT.extraire(None, Genre.FINESS) is None


@pytest.mark.parametrize(
    ("ou", "attendu"),
    [
        ("10B0127189", True),
        ("339172288100052", True),
        ("2732829320", False),
        ("499700366240007", False),
        ("3" + "39172288100052".translate(ARABES), False),
        ("EHPAD FICTIF", False),
        ("", False),
    ],
)
def test_what_a_certificate_bears_is_a_finess_or_a_siret(ou: str, attendu: bool) -> None:
    assert est_struct_idnat(ou) is attendu


def test_a_structure_names_all_that_its_certificates_may_bear() -> None:
    structure = Structure.model_validate(
        {
            "nom": "EHPAD FICTIF",
            "finess_eg": "990000019",
            "finess_ej": "990000001",
            "siret": "39172288100052",
            "secteur": "SA17",
            "cadre": "ESSMS",
        }
    )
    assert structure.struct_idnat == "1990000019"
    assert structure.idnats_lies == {"1990000019", "1990000001", "339172288100052", "2391722881"}
    with pytest.raises(ChampInvalideError, match="SIRET : clé de Luhn"):
        structure.model_copy(update={"siret": "39172288100053"})
    with pytest.raises(ChampInvalideError, match="numéro FINESS mal formé"):
        structure.model_copy(update={"finess_eg": "99 0000019"})
