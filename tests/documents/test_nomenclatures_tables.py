"""The national tables: whole, consistent, and each line traceable."""

from __future__ import annotations

import csv
import importlib.util
import re
from importlib import resources
from pathlib import Path

import pytest

from judges import PROJECT, kit
from segur_socles._core.model import RegleError
from segur_socles.documents.contenu.etat import GROUPES
from segur_socles.nomenclatures.cim10 import verifier_cim10
from segur_socles.nomenclatures.codes import nomenclature

TABLES = Path(str(resources.files("segur_socles.nomenclatures").joinpath("tables")))
NOMS = sorted(path.stem for path in TABLES.glob("*.csv") if path.stem != "ASS_TYPE_CLASSE")


@pytest.mark.parametrize("nom", NOMS)
def test_a_table_says_where_it_comes_from_and_labels_every_code(nom: str) -> None:
    table = nomenclature(nom)
    assert re.fullmatch(r"[0-2](\.\d+)+", table.oid)
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", table.edition)
    assert table.source
    assert table.codes
    for code in table.codes.values():
        assert code.libelle == code.libelle.strip() != ""
        assert code.systeme in ("URN", "ASTM") or re.fullmatch(r"[0-2](\.\d+)+", code.systeme)


@pytest.mark.parametrize(
    ("nom", "nombre"),
    [("JDV_J01", 396), ("JDV_J02", 69), ("JDV_J04", 12), ("JDV_J07", 114), ("JDV_J11", 37), ("JDV_ChecklistDLU", 14)],
)
def test_a_table_is_whole(nom: str, nombre: int) -> None:
    assert len(nomenclature(nom).codes) == nombre


def test_the_tables_are_those_of_the_kit() -> None:
    source = PROJECT / "tools" / "nomenclatures.py"
    spec = importlib.util.spec_from_file_location("outil_nomenclatures", source)
    assert spec is not None
    assert spec.loader is not None
    outil = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(outil)
    for nom, fichier in outil.LISTES.items():
        assert (TABLES / f"{nom}.csv").read_text("utf-8") == outil.table(kit("jeuxDeValeurs", f"{fichier}.xml"))


def test_every_type_that_has_a_class_is_a_type_and_a_class() -> None:
    lignes = (TABLES / "ASS_TYPE_CLASSE.csv").read_text("utf-8").splitlines()
    rows = list(csv.DictReader((ligne for ligne in lignes if not ligne.startswith("#")), delimiter=";"))
    assert len({row["type"] for row in rows}) == len(rows)
    for row in rows:
        assert row["classe"] in nomenclature("CLASSES_DMP")
        assert row["confiance"] in ("certain", "suppose")
        # 96163-1 came with a later edition of the value set.
        assert row["type"] in nomenclature("JDV_J07") or row["type"] == "96163-1"


def test_the_state_questions_are_the_value_set() -> None:
    codes = [question.code for groupe in GROUPES.values() for question in groupe]
    assert codes == list(nomenclature("JDV_ObservationEtatPatient").codes)


@pytest.mark.parametrize("code", ["I48", "J44.9", "E11.9", "S52.00", "U83.71"])
def test_a_code_of_the_french_icd_10_exists(code: str) -> None:
    assert verifier_cim10(code) == code


@pytest.mark.parametrize("code", ["Z99.999", "A99.9", "U83.7199", "I48.77"])
def test_a_code_of_the_right_form_that_does_not_exist_is_refused(code: str) -> None:
    with pytest.raises(RegleError, match="absent de la CIM-10"):
        verifier_cim10(code)
