"""The README's first example is the file that runs, and stays short."""

from __future__ import annotations

import re
import subprocess
import sys

from judges import PROJECT

README = (PROJECT / "README.md").read_text(encoding="utf-8")
EXAMPLE = PROJECT / "examples" / "premiers_pas.py"
MAX_LINES = 12


def test_the_first_example_is_the_file_that_runs() -> None:
    first = re.search(r"```python\n(.*?)```", README, re.DOTALL)
    assert first is not None
    assert first[1] == EXAMPLE.read_text(encoding="utf-8")


def test_the_first_example_is_short() -> None:
    assert len(EXAMPLE.read_text(encoding="utf-8").splitlines()) <= MAX_LINES


def test_the_first_example_runs_and_says_something_readable() -> None:
    script = subprocess.run([sys.executable, "-W", "error", EXAMPLE], capture_output=True, text=True, check=False)
    assert script.stderr == ""
    assert script.stdout == "Identité qualifiée. Le DMP est ouvert et l'autorisation d'accès est valide.\n"


def test_what_is_not_verified_is_said_before_the_first_example() -> None:
    warning = README.index("n'est **pas** vérifié")
    assert warning < README.index("```python")
    assert README[:warning].count("\n") < 30


def test_every_make_target_of_the_readme_exists() -> None:
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z]+)", README)) <= targets
