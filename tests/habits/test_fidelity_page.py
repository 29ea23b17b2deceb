"""The fidelity page tells every setting of an uncertain point, with its true default."""

from __future__ import annotations

import re

import pytest

from judges import PROJECT
from segur_socles.config.environment import OptionsAnnuaire, OptionsDmp, OptionsInsi, OptionsPsc

PAGE = (PROJECT / "docs" / "fidelite.md").read_text(encoding="utf-8")


def told(name: str) -> str | None:
    """Default that the page gives for a setting, as written."""
    row = re.search(rf"^\| `{name}` \| ([^|]+?) \|", PAGE, re.MULTILINE)
    return row[1] if row else None


def as_written(value: object) -> str:
    """A default as the page writes it: booleans in words, texts as code, numbers plain."""
    if isinstance(value, bool):
        return "oui" if value else "non"
    return f"`{value}`" if isinstance(value, str) else f"{value:g}"


SETTINGS = [s for options in (OptionsInsi(), OptionsDmp(), OptionsPsc(), OptionsAnnuaire()) for s in options]


@pytest.mark.parametrize(("name", "value"), SETTINGS, ids=str)
def test_every_setting_is_told_with_its_default(name: str, value: object) -> None:
    written = told(name)
    assert written is not None, f"{name} manque dans docs/fidelite.md"
    assert re.match(re.escape(as_written(value)) + r"(?![\w.-])", written)


def test_no_line_claims_a_national_run_without_its_date() -> None:
    claims = [line for line in PAGE.splitlines() if re.search(r"\| national\b", line)]
    assert all(re.search(r"\d{4}-\d{2}-\d{2}", line) for line in claims)
