from __future__ import annotations

from collections.abc import Iterator

import pytest
from chaine_outils import Chaine, preparer

from segur_socles.sandbox.sandbox import Sandbox


@pytest.fixture(scope="session")
def _bac_de_la_chaine() -> Iterator[tuple[Sandbox, Chaine]]:
    with Sandbox() as sandbox:
        yield sandbox, preparer(sandbox)


@pytest.fixture
def bac(_bac_de_la_chaine: tuple[Sandbox, Chaine]) -> Iterator[Sandbox]:
    """A running sandbox; faults end with the test."""
    yield _bac_de_la_chaine[0]
    _bac_de_la_chaine[0].pannes.effacer()


@pytest.fixture
def chaine(_bac_de_la_chaine: tuple[Sandbox, Chaine]) -> Chaine:
    """The record of the example, qualified."""
    return _bac_de_la_chaine[1]
