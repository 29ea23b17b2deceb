"""The quick start is executed word by word: each block of code prints what the page says it prints."""

from __future__ import annotations

import contextlib
import io
import re
from typing import Any

import pytest

from judges import PROJECT

PAGE = (PROJECT / "docs" / "parcours.md").read_text("utf-8")
BLOCS = re.findall(r"```python\n(.*?)```\n\n```text\n(.*?)```", PAGE, re.DOTALL)


def test_every_block_of_code_says_what_it_prints() -> None:
    assert len(BLOCS) == PAGE.count("```python") >= 8


def test_the_page_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(PROJECT)
    espace: dict[str, Any] = {}
    try:
        for code, attendu in BLOCS:
            ecrit = io.StringIO()
            with contextlib.redirect_stdout(ecrit):
                exec(compile(code, "docs/parcours.md", "exec"), espace)  # noqa: S102 - our own page
            assert ecrit.getvalue() == attendu, code
    finally:
        for nom in ("segur", "bac"):
            if nom in espace:
                (espace[nom].close if nom == "segur" else espace[nom].stop)()
