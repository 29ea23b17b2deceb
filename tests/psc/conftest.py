from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from segur_socles._core.clock import FrozenClock
from segur_socles.sandbox.sandbox import Sandbox


@pytest.fixture
def horloge() -> FrozenClock:
    return FrozenClock(datetime(2026, 11, 22, 7, 30, tzinfo=UTC))


@pytest.fixture(scope="session")
def _bac_psc() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def bac(_bac_psc: Sandbox) -> Iterator[Sandbox]:
    """A running sandbox; faults, and the registration of the software, are put back after the test."""
    client = _bac_psc.trousseau.client_psc()
    yield _bac_psc
    _bac_psc.trousseau.definir_client_psc(client)
    _bac_psc.pannes.effacer()
