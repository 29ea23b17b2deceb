from __future__ import annotations

from datetime import UTC, datetime

import pytest

from segur_socles.credentials.ancres import Ancres
from segur_socles.credentials.usages import Contexte, Perimetre
from segur_socles.sandbox.pki import Emis, PkiDeTest

STRUCTURE = "1990000019"


@pytest.fixture(scope="session")
def pki() -> PkiDeTest:
    return PkiDeTest.creer()


@pytest.fixture(scope="session")
def ancres(pki: PkiDeTest) -> Ancres:
    return pki.ancres()


@pytest.fixture(scope="session")
def insi(pki: PkiDeTest) -> Emis:
    return pki.auth_cli(STRUCTURE, "EHPAD LES TILLEULS", "INSI-AUTO")


@pytest.fixture(scope="session")
def sign(pki: PkiDeTest) -> Emis:
    return pki.sign(STRUCTURE, "EHPAD LES TILLEULS")


@pytest.fixture(scope="session")
def cps(pki: PkiDeTest) -> Emis:
    return pki.cps("899900063480", "DOC0063480", "KIT", 10, specialites=("SM26",))


@pytest.fixture
def contexte() -> Contexte:
    return Contexte(production=False, maintenant=datetime.now(UTC), perimetre=Perimetre(STRUCTURE))
