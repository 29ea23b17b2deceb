"""The fidelity page tells every setting of an uncertain point, with its true default."""

from __future__ import annotations

import re

import pytest

from judges import PROJECT
from segur_socles.config.environment import Environment

PAGE = (PROJECT / "docs" / "fidelite.md").read_text(encoding="utf-8")
OPTIONS = {name: field.default for name, field in Environment.model_fields.items() if name.startswith("options_")}


def section(options: str) -> str:
    """The part of the page about one set of settings: from its heading to the next."""
    found = re.search(rf"^### .*`Environment\.{options}`\n(.*?)(?=^#|\Z)", PAGE, re.MULTILINE | re.DOTALL)
    return found[1] if found else ""


def told(options: str, name: str) -> str | None:
    """Default that the page gives for a setting, as written."""
    row = re.search(rf"^\| `{name}` \| ([^|]+?) \|", section(options), re.MULTILINE)
    return row[1] if row else None


def as_written(value: object) -> str:
    """A default as the page writes it: booleans in words, texts as code, numbers plain."""
    if isinstance(value, bool):
        return "oui" if value else "non"
    return f"`{value}`" if isinstance(value, str) else f"{value:.15g}"


SETTINGS = [(options, name, value) for options, default in OPTIONS.items() for name, value in default]


def test_every_service_has_settings() -> None:
    assert set(OPTIONS) == {f"options_{service}" for service in ("insi", "dmp", "psc", "annuaire", "mss")}


@pytest.mark.parametrize(("options", "name", "value"), SETTINGS, ids=str)
def test_every_setting_is_told_with_its_default(options: str, name: str, value: object) -> None:
    written = told(options, name)
    assert written is not None, f"{name} manque dans docs/fidelite.md"
    assert re.match(re.escape(as_written(value)) + r"(?![\w.-])", written)


def test_no_line_claims_a_national_run_without_its_date() -> None:
    claims = [line for line in PAGE.splitlines() if re.search(r"\| national\b", line)]
    assert all(re.search(r"\d{4}-\d{2}-\d{2}", line) for line in claims)
