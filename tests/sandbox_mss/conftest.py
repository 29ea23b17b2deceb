"""One sandbox for the module: keys take most of its start."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from segur_socles.sandbox.donnees import URGENCES
from segur_socles.sandbox.pki import Emis
from segur_socles.sandbox.sandbox import Sandbox


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        sandbox.ajouter_structure(URGENCES)
        yield sandbox


@pytest.fixture(autouse=True)
def sans_panne(sandbox: Sandbox) -> None:
    sandbox.pannes.effacer()


@pytest.fixture
def ehpad(sandbox: Sandbox) -> Emis:
    return sandbox.certificats(sandbox.acteur.structure).mss


@pytest.fixture
def urgences(sandbox: Sandbox) -> Emis:
    return sandbox.certificats(URGENCES).mss
