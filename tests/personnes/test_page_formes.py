"""The page on the forms of an identity: its code prints what it says, and its table is the one in force."""

from __future__ import annotations

import contextlib
import io
import re

import pytest

from judges import PROJECT
from segur_socles.personnes.fhir.edition import FR_CORE_2_1, FR_CORE_2_2
from segur_socles.personnes.identite import StatutIdentite

PAGE = (PROJECT / "docs" / "formes.md").read_text("utf-8")
BLOCS = re.findall(r"```python\n(.*?)```\n\n```text\n(.*?)```", PAGE, re.DOTALL)


def test_the_code_prints_what_the_page_says() -> None:
    ((code, attendu),) = BLOCS
    ecrit = io.StringIO()
    with contextlib.redirect_stdout(ecrit):
        exec(compile(code, "docs/formes.md", "exec"), {})  # noqa: S102 - our own page
    assert ecrit.getvalue() == attendu


@pytest.mark.parametrize("statut", StatutIdentite)
def test_the_table_of_statuses_is_the_one_in_force(statut: StatutIdentite) -> None:
    ligne = re.search(rf"^\| {statut} \| `(\w+)`[^|]*\| `(\w+)` \|$", PAGE, re.MULTILINE)
    assert ligne is not None
    assert ligne.groups() == (FR_CORE_2_1.statuts[statut], FR_CORE_2_2.statuts[statut])
