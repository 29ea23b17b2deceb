"""What every test shares: hypothesis profiles, foreign judges, and the conformance page.

``pytest --conformite FILE`` writes, from the ``exigence`` and ``besoin`` markers, which test proves which requirement
and whether it passed.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Generator
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, settings

from judges import judge, required

MARKERS: Final = {"exigence": "Exigences des textes nationaux", "besoin": "Besoins du secteur"}
OUTCOMES: Final = {"passed": "prouvé", "failed": "**en échec**", "skipped": "non exécuté"}

settings.register_profile("dev", max_examples=50, deadline=None)
settings.register_profile(
    "ci", max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("ci" if os.environ.get("CI") else "dev")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--conformite", type=Path, help="écrit la page de conformité (Markdown) dans ce fichier")


def pytest_configure(config: pytest.Config) -> None:
    page: Path | None = config.getoption("--conformite")
    # Under xdist only the controller sees every report, so only it writes.
    if page is not None and not hasattr(config, "workerinput"):
        config.pluginmanager.register(ConformityPage(page), "conformite")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for marker in MARKERS:
            # user_properties travel with the report from an xdist worker to the controller.
            item.user_properties.extend((marker, name) for mark in item.iter_markers(marker) for name in mark.args)


def pytest_runtest_setup(item: pytest.Item) -> None:
    for mark in item.iter_markers("juge"):
        for name in mark.args:
            judge(name)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    del call
    if required() and report.skipped and not hasattr(report, "wasxfail") and item.get_closest_marker("juge"):
        report.outcome = "failed"
        report.longrepr = f"Un test de juge a été sauté alors que SEGUR_JUDGES=require : {report.longreprtext}"
    return report


class ConformityPage:
    """Gathers the outcome of marked tests and writes them as one Markdown page."""

    def __init__(self, page: Path) -> None:
        self._page = page
        self._proofs: dict[str, dict[str, dict[str, str]]] = {marker: defaultdict(dict) for marker in MARKERS}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep the worst phase of each marked test: a test that fails in teardown has proved nothing."""
        test = report.nodeid.split("[")[0]
        for marker, name in report.user_properties:
            if marker in MARKERS:
                known = self._proofs[marker][str(name)]
                order = list(OUTCOMES)
                known[test] = max(known.get(test, "passed"), report.outcome, key=order.index)

    def pytest_sessionfinish(self) -> None:
        """Write the page."""
        self._page.write_text("\n".join(self._lines()) + "\n", encoding="utf-8")

    def _lines(self) -> Generator[str]:
        yield from (
            "# Conformité",
            "",
            "Page produite par les tests : chaque ligne lie une exigence aux tests qui la prouvent.",
            "Le produit n'est pas homologué ; ces preuves aident l'éditeur qui présente son propre logiciel.",
        )
        for marker, title in MARKERS.items():
            yield from ("", f"## {title}", "", "| référence | test | résultat |", "| --- | --- | --- |")
            for name, tests in sorted(self._proofs[marker].items()):
                for test, outcome in sorted(tests.items()):
                    yield f"| {name} | `{test}` | {OUTCOMES[outcome]} |"
