"""The plumbing of the markers: conformance page, judges required in CI."""

from __future__ import annotations

from pathlib import Path

import pytest

from judges import PROJECT

pytest_plugins = ["pytester"]

TESTS = """
import pytest

@pytest.mark.exigence("INS/va1.1", "INS/va1.2")
def test_proves(): pass

@pytest.mark.besoin("S4-22")
@pytest.mark.parametrize("n", [1, 2])
def test_fails_once(n): assert n == 1

@pytest.mark.exigence("INS/va1.2")
def test_skipped(): pytest.skip("absent")

@pytest.mark.juge("{judge}")
def test_judged(): {body}
"""


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    for name in ("conftest.py", "judges.py"):
        pytester.makepyfile(**{name.removesuffix(".py"): (PROJECT / "tests" / name).read_text(encoding="utf-8")})
    markers = "\n".join(f"    {name}: x" for name in ("exigence", "besoin", "juge"))
    pytester.makeini(f"[pytest]\nmarkers =\n{markers}\nasyncio_default_fixture_loop_scope = function\n")
    return pytester


def test_the_page_tells_the_worst_outcome_of_each_test(project: pytest.Pytester, tmp_path: Path) -> None:
    project.makepyfile(test_it=TESTS.format(judge="openssl", body="pass"))
    page = tmp_path / "conformite.md"
    project.runpytest_subprocess("-p", "no:xdist", "--conformite", str(page))
    assert [line for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("| ")] == [
        "| référence | test | résultat |",
        "| --- | --- | --- |",
        "| INS/va1.1 | `test_it.py::test_proves` | prouvé |",
        "| INS/va1.2 | `test_it.py::test_proves` | prouvé |",
        "| INS/va1.2 | `test_it.py::test_skipped` | non exécuté |",
        "| référence | test | résultat |",
        "| --- | --- | --- |",
        "| S4-22 | `test_it.py::test_fails_once` | **en échec** |",
    ]


@pytest.mark.long
def test_the_page_is_the_same_when_workers_share_the_tests(project: pytest.Pytester, tmp_path: Path) -> None:
    project.makepyfile(test_it=TESTS.format(judge="openssl", body="pass"))
    alone, shared = tmp_path / "alone.md", tmp_path / "shared.md"
    project.runpytest_subprocess("--conformite", str(alone))
    project.runpytest_subprocess("-n", "2", "--conformite", str(shared))
    assert shared.read_text(encoding="utf-8") == alone.read_text(encoding="utf-8")


@pytest.mark.long
@pytest.mark.parametrize(
    ("body", "judge"), [("pytest.skip('not today')", "openssl"), ("pass", "xmlsec1")], ids=["skipped", "absent"]
)
def test_a_judge_that_did_not_run_fails_only_where_judges_are_required(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, body: str, judge: str
) -> None:
    project.makepyfile(test_it=TESTS.format(judge=judge, body=body))
    if judge == "xmlsec1":
        monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("SEGUR_JUDGES", raising=False)
    project.runpytest_subprocess("-p", "no:xdist", "-k", "judged").assert_outcomes(skipped=1, deselected=4)
    monkeypatch.setenv("SEGUR_JUDGES", "require")
    outcomes = project.runpytest_subprocess("-p", "no:xdist", "-k", "judged").parseoutcomes()
    assert "skipped" not in outcomes
    assert outcomes.get("failed", 0) + outcomes.get("errors", 0) == 1
