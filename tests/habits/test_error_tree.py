"""The tree drawn in the docstring of ``errors`` is the tree."""

from __future__ import annotations

import inspect
import json
import pickle
import re

import pytest

from segur_socles import errors
from segur_socles.errors import Constat, SegurError

CLASSES = {
    name: cls
    for name, cls in vars(errors).items()
    if inspect.isclass(cls) and issubclass(cls, SegurError) and not name.startswith("_")
}
LINE = re.compile(r"^ {4}([│├└─ ]*)(\w+Error)\b", re.MULTILINE)
INDENT = 4


def drawn_parents() -> dict[str, str | None]:
    """Class → the class above it in the drawing."""
    path: list[str] = []
    parents: dict[str, str | None] = {}
    for branch, name in LINE.findall(errors.__doc__ or ""):
        depth = len(branch) // INDENT
        path[depth:] = [name]
        parents[name] = path[depth - 1] if depth else None
    return parents


def public_parent(cls: type[SegurError]) -> str | None:
    """Nearest public ancestor, private helpers skipped."""
    return next((c.__name__ for c in cls.__mro__[1:] if c.__name__ in CLASSES), None)


def test_every_error_is_drawn_under_its_parent() -> None:
    assert drawn_parents() == {name: public_parent(cls) for name, cls in CLASSES.items()}


def test_every_error_is_public() -> None:
    assert set(CLASSES) <= set(errors.__all__)


def make(cls: type[SegurError]) -> SegurError:
    """Build an error of any class with all its required arguments."""
    required = {"phase": "answer", "sent": True, "service": "INSi", "code": "siram_40", "controle": "state"}
    wanted = inspect.signature(cls).parameters
    extra = {"constats": (Constat("usager.nom", "vide", "RNIV", "renseigner"),)} if "constats" in wanted else {}
    return cls("Message.", remede="Remède.", **{k: v for k, v in required.items() if k in wanted}, **extra)


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_an_error_survives_pickling_and_becomes_json(name: str) -> None:
    error = make(CLASSES[name])
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert type(copy) is CLASSES[name]
    assert str(copy) == str(error)
    assert copy.to_dict() == error.to_dict()
    assert json.loads(json.dumps(error.to_dict()))["type"] == name
    assert "→ Remède." in str(error)
