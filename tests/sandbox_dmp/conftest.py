from __future__ import annotations

import pytest
from atelier_dmp import INSTANT, Atelier

from segur_socles._core.clock import FrozenClock
from segur_socles.sandbox.pki import Emis, PkiDeTest


@pytest.fixture(scope="session")
def pki() -> PkiDeTest:
    return PkiDeTest.creer(FrozenClock(INSTANT))


@pytest.fixture(scope="session")
def tls(pki: PkiDeTest) -> Emis:
    return pki.auth_cli("1990000019", "EHPAD FICTIF", "dui.example")


@pytest.fixture(scope="session")
def cachet(pki: PkiDeTest) -> Emis:
    return pki.sign("1990000019", "EHPAD FICTIF")


@pytest.fixture
def atelier(pki: PkiDeTest, tls: Emis, cachet: Emis) -> Atelier:
    return Atelier(pki, tls, cachet)
