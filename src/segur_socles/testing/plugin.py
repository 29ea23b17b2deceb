"""Pytest plugin of the package: the sandbox and a session towards it, for an adopter's own tests.

Installed with the package (extra ``sandbox``), it offers two fixtures::

    def test_my_software_qualifies_an_identity(segur_session):
        assert my_software.find_ins(segur_session.insi, resident) == "qualifiée"

    def test_my_software_survives_a_lost_reply(segur_sandbox, segur_session):
        segur_sandbox.pannes.activer("accept-then-lose-reply", service="dmp")
        ...
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from segur_socles.sandbox.sandbox import Sandbox
    from segur_socles.segur.session import Session

__all__ = ["segur_sandbox", "segur_session"]


@pytest.fixture(scope="session")
def _segur_sandbox_started() -> Iterator[Sandbox]:
    # Imported here: a test run that does not use the sandbox must not pay for it.
    from segur_socles.sandbox.sandbox import Sandbox  # noqa: PLC0415

    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def segur_sandbox(_segur_sandbox_started: Sandbox) -> Iterator[Sandbox]:
    """Give a running sandbox, one for the whole run: what a test files stays filed. Faults end with the test."""
    yield _segur_sandbox_started
    _segur_sandbox_started.pannes.effacer()


@pytest.fixture
def segur_session(segur_sandbox: Sandbox) -> Iterator[Session]:
    """Open a session of the sandbox's own professional, in its demonstration nursing home."""
    from segur_socles.personnes.professionnel import Motif  # noqa: PLC0415
    from segur_socles.segur.facade import Segur  # noqa: PLC0415

    with Segur(segur_sandbox.config) as segur:
        yield segur.au_nom_de(segur_sandbox.acteur, motif=Motif.PRISE_EN_CHARGE)
