"""Reading a delimited file that nobody described."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segur_socles.errors import ChampInvalideError, ConfigurationError
from segur_socles.ins.base.colonnes import Champ, associer
from segur_socles.ins.base.fichier import Enregistrement, Enregistrements, deviner_separateur, reconnaitre

TEXTE = "Nom de naissance;Prénoms\r\nŒUVRÉ;ZOÉ\r\n"


@pytest.mark.parametrize(
    ("octets", "encodage"),
    [
        (TEXTE.encode(), "utf-8-sig"),
        (TEXTE.encode("utf-8-sig"), "utf-8-sig"),
        (TEXTE.encode("cp1252"), "cp1252"),
        (TEXTE.encode("utf-16"), "utf-16"),
        (b"ASCII;seul", "utf-8-sig"),
        ("é".encode("latin-1") + b"\x81", "latin-1"),
        (TEXTE.encode("utf-8-sig") + "É;É".encode("cp1252"), "utf-8-sig"),  # one line pasted from elsewhere
        (TEXTE.encode()[:-3] + b"\xc3", "cp1252"),  # cut inside a character: not UTF-8
    ],
)
def test_the_encoding_is_found(tmp_path: Path, octets: bytes, encodage: str) -> None:
    fichier = tmp_path / "base.csv"
    fichier.write_bytes(octets)
    assert reconnaitre(fichier).encodage == encodage


def test_a_character_across_two_blocks_is_still_utf8(tmp_path: Path) -> None:
    fichier = tmp_path / "base.csv"
    fichier.write_bytes(b"a" * ((1 << 20) - 1) + "é".encode())
    assert reconnaitre(fichier).encodage == "utf-8-sig"


def test_a_binary_file_is_refused(tmp_path: Path) -> None:
    fichier = tmp_path / "base.xlsx"
    fichier.write_bytes(b"PK\x03\x04\x00\x00")
    with pytest.raises(ChampInvalideError, match="CSV UTF-8"):
        reconnaitre(fichier)


def test_a_missing_file_is_a_configuration_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as refus:
        reconnaitre(tmp_path / "absent.csv")
    assert refus.value.champ == "FICHIER"


@pytest.mark.parametrize("signe", [";", ",", "\t", "|"])
def test_the_delimiter_is_the_one_that_shows_known_headers(signe: str) -> None:
    # Foreign commas in a header do not outweigh what is recognised.
    en_tete = signe.join(["IPP", "Nom de naissance", '"a, b, c, d, e, f"', "Sexe"])
    assert deviner_separateur(en_tete) == signe


def lus(texte: str) -> list[Enregistrement]:
    return list(Enregistrements(io.StringIO(texte, newline=""), ";"))


def test_a_cell_may_hold_lines_and_delimiters() -> None:
    assert lus('a;"1 rue X\r\nbât; B";c\r\n\r\nd;e;f') == [
        Enregistrement(1, ("a", "1 rue X\r\nbât; B", "c")),
        Enregistrement(4, ("d", "e", "f")),
    ]


@pytest.mark.parametrize("suite", [3, 30, 300])
def test_a_quote_never_closed_spoils_its_own_line(suite: int) -> None:
    bonnes = [f"n{rang};x" for rang in range(suite)]
    premier, *autres = lus("\n".join(['"jamais;fermé', *bonnes]))
    assert premier == Enregistrement(1, illisible="guillemet ouvrant sans guillemet fermant")
    assert autres == [Enregistrement(rang + 2, (f"n{rang}", "x")) for rang in range(suite)]


def test_a_line_without_end_is_passed_over() -> None:
    premier, geante, dernier = lus("a;b\n" + "x" * 300_000 + "\nc;d\n")
    assert premier.cellules == ("a", "b")
    assert geante.illisible == "ligne de plus de 65536 caractères"
    assert (dernier.ligne, dernier.cellules) == (3, ("c", "d"))


def test_an_open_quote_before_a_line_without_end() -> None:
    assert [(e.ligne, bool(e.illisible)) for e in lus('"a;b\n' + "x" * 300_000 + "\nc;d\n")] == [
        (1, True),
        (2, True),
        (3, False),
    ]


@given(st.lists(st.lists(st.text(alphabet='aé;"\n\r,', max_size=6), min_size=2, max_size=4), max_size=5))
def test_what_the_csv_module_writes_is_read_back(rangees: list[list[str]]) -> None:
    texte = io.StringIO(newline="")
    csv.writer(texte, delimiter=";", quoting=csv.QUOTE_ALL).writerows(rangees)
    assert [list(e.cellules) for e in lus(texte.getvalue())] == rangees


@given(st.text(alphabet='ab;"\n\r', max_size=80))
def test_any_text_ends_and_numbers_grow(texte: str) -> None:
    numeros = [e.ligne for e in lus(texte)]
    assert numeros == sorted(set(numeros))


def test_headers_are_known_in_french_and_english() -> None:
    en_tetes = ["\ufeffIPP", "NOM DE NAISSANCE", "birth given names", "Né(e) le", "Gender", "adresse", "Matricule_INS"]
    assert associer(en_tetes, {}) == {
        Champ.IDENTIFIANT: 0,
        Champ.NOM_NAISSANCE: 1,
        Champ.PRENOMS: 2,
        Champ.DATE_NAISSANCE: 3,
        Champ.SEXE: 4,
        Champ.MATRICULE: 6,
    }


def test_name_and_first_name_alone_are_never_guessed() -> None:
    with pytest.raises(ChampInvalideError) as refus:
        associer(["Nom", "Prénom", "Sexe", "Date de naissance"], {})
    assert refus.value.champs == ("nom_naissance", "prenoms")
    choix = {Champ.NOM_NAISSANCE: "NOM", Champ.PREMIER_PRENOM: "prénom"}
    assert associer(["Nom", "Prénom", "Sexe", "Date de naissance"], choix)[Champ.NOM_NAISSANCE] == 0


def test_a_choice_decides_between_two_columns() -> None:
    en_tetes = ["Nom de naissance", "Birth name", "Prénoms", "Sexe", "DDN"]
    with pytest.raises(ChampInvalideError, match="plusieurs colonnes : 1, 2"):
        associer(en_tetes, {})
    assert associer(en_tetes, {Champ.NOM_NAISSANCE: "birth name"})[Champ.NOM_NAISSANCE] == 1


def test_a_file_without_headers_is_refused_without_quoting_a_person() -> None:
    with pytest.raises(ChampInvalideError) as refus:
        associer(["ECETINSI", "PIERRE-ALAIN", "M", "2009-07-14"], {Champ.OID: "ECETINSI2"})
    assert "ECETINSI" not in str(refus.value)
    assert set(refus.value.champs) == {"oid", "nom_naissance", "prenoms", "sexe", "date_naissance"}
