"""The official rules prepared once, and the reference validator to compare with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from judges import agency_rules, kit
from segur_socles.documents.validation.officielles import ReglesOfficielles


@pytest.fixture(scope="session")
def officielles(tmp_path_factory: pytest.TempPathFactory) -> ReglesOfficielles:
    pytest.importorskip("saxonche", reason="juge absent : saxonche ; pip install saxonche")
    return ReglesOfficielles(kit(), cache=tmp_path_factory.mktemp("regles"))


@pytest.fixture(scope="session")
def reference() -> Any:
    pytest.importorskip("saxonche", reason="juge absent : saxonche ; pip install saxonche")
    return agency_rules()


@pytest.fixture
def fichier(tmp_path: Path) -> Path:
    return tmp_path / "document.xml"
