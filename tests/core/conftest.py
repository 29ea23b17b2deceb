"""Fixtures of the core: certificates made once a run, and a driver of flows without a runner."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from core_pki import Pki

from segur_socles._core.flow import Call, Flow

T = TypeVar("T")


@pytest.fixture(scope="session")
def pki() -> Pki:
    return Pki()


@pytest.fixture(scope="session")
def drive() -> Callable[[Flow[Any]], Any]:
    """Run a flow that only yields ``Call``."""

    def run(flow: Flow[T]) -> T:
        try:
            effect = next(flow)
            while True:
                assert isinstance(effect, Call)
                effect = flow.send(effect.function())
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]

    return run
