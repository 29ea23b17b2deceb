"""The pages that show calls are executed word by word: each block of code prints what the page says it prints."""

from __future__ import annotations

import contextlib
import io
import re
from typing import Any

import pytest

from judges import PROJECT

PAGES = {"parcours.md": 8, "identite.md": 7, "insi-erreurs.md": 1, "lire.md": 4}
"""Each page, and how many blocks of code it has at least."""


def lire(page: str) -> str:
    return (PROJECT / "docs" / page).read_text("utf-8")


def blocs(page: str) -> list[tuple[str, str]]:
    """Each block of code, and the block of text that follows it."""
    return re.findall(r"```python\n(.*?)```\n\n```text\n(.*?)```", lire(page), re.DOTALL)


@pytest.mark.parametrize(("page", "nombre"), PAGES.items())
def test_every_block_of_code_says_what_it_prints(page: str, nombre: int) -> None:
    assert len(blocs(page)) == lire(page).count("```python") >= nombre


@pytest.mark.parametrize("page", PAGES)
def test_the_page_runs(page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(PROJECT)
    espace: dict[str, Any] = {}
    try:
        for code, attendu in blocs(page):
            ecrit = io.StringIO()
            with contextlib.redirect_stdout(ecrit):
                exec(compile(code, f"docs/{page}", "exec"), espace)  # noqa: S102 - our own page
            assert ecrit.getvalue() == attendu, code
    finally:
        for nom in ("segur", "bac"):
            if nom in espace:
                (espace[nom].close if nom == "segur" else espace[nom].stop)()
