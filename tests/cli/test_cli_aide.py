"""Help pages, as somebody who discovers the command reads them."""

from __future__ import annotations

import re
import subprocess
import sys
from itertools import pairwise

import pytest
from typer.testing import CliRunner

from segur_socles.cli.commandes import app

PAGES = ("", "validate", "demo", "base", "base verifier", "sandbox", "sandbox up")
ANGLAIS = re.compile(r"Show this|message and exit|Commands|COMMAND |ARGS|default:|env var", re.ASCII)


@pytest.mark.parametrize("page", PAGES)
def test_every_page_is_french_and_its_paragraphs_fill_the_width(page: str) -> None:
    resultat = CliRunner(env={"COLUMNS": "100"}).invoke(app, [*page.split(), "--help"])
    assert resultat.exit_code == 0
    assert not ANGLAIS.search(resultat.output)
    assert "Affiche cette aide." in resultat.output
    prose = [ligne.strip() for ligne in resultat.output.splitlines() if not ligne.strip().startswith(tuple("╭│╰•"))]
    coupees = [a for a, b in pairwise(prose) if a and b and len(f"{a} {b.split()[0]}") < 90]
    assert coupees == []


def test_square_brackets_and_the_extra_are_not_lost() -> None:
    aide = " ".join(CliRunner(env={"COLUMNS": "100"}).invoke(app, ["validate", "--help"]).output.split())
    assert "il faut le complément validation." in aide


def test_exit_codes_are_one_a_line_without_a_gap() -> None:
    lignes = CliRunner(env={"COLUMNS": "100"}).invoke(app, ["--help"]).output.splitlines()
    debut = next(rang for rang, ligne in enumerate(lignes) if "• 0 : tout est fait" in ligne)
    assert [ligne.split()[1] for ligne in lignes[debut : debut + 11]] == [*"0123456789", "130"]


def test_a_missing_extra_names_every_extra() -> None:
    code = "import sys; sys.modules['typer'] = None; from segur_socles.cli.main import main; main()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (6, "")
    assert "pip install 'segur-socles[cli,pdf,sandbox]'" in done.stderr
    assert "« validation »" in done.stderr
    assert "Traceback" not in done.stderr
