"""The plugin as an adopter meets it: installed with the package, fixtures at hand, nothing imported before."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytest_plugins = ["pytester"]

ADOPTER = """
from segur_socles import InsTrouvee, TraitsIdentite

TRAITS = TraitsIdentite(nom_naissance="ADRUN", prenoms=("ZOE",), sexe="F", date_naissance="1975-12-31")

def test_a_session_answers(segur_session):
    assert isinstance(segur_session.insi.rechercher(TRAITS), InsTrouvee)

def test_a_fault_can_be_set(segur_sandbox, segur_session):
    segur_sandbox.pannes.activer("503-then-ok", service="insi", fois=1)
    assert segur_sandbox.pannes.actives

def test_it_has_ended_with_its_test(segur_sandbox):
    assert not segur_sandbox.pannes.actives
"""


def test_an_adopter_gets_a_sandbox_and_a_session(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_adopter=ADOPTER)
    pytester.runpytest_subprocess("-p", "no:cacheprovider", "-p", "no:xdist").assert_outcomes(passed=3)


def test_the_plugin_costs_nothing_to_those_who_do_not_use_it() -> None:
    script = "import sys, segur_socles.testing.plugin; print(*{m.split('.')[0] for m in sys.modules})"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert {"httpx", "lxml", "pydantic", "cryptography", "uvicorn"} & set(loaded.split()) == set()
