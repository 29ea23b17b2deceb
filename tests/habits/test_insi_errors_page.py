"""The page of INSi's errors tells every known code, with its true message and remedy."""

from __future__ import annotations

import re

from judges import PROJECT
from segur_socles.ins.codes import CODES

PAGE = (PROJECT / "docs" / "insi-erreurs.md").read_text(encoding="utf-8")


def test_every_known_code_is_told_as_it_is() -> None:
    rows = re.findall(r"^\| `(\w+)` \| `(\w+)` \| (\w+) \| ([^|]+) \| ([^|]+) \|$", PAGE, re.MULTILINE)
    assert {code: tuple(said) for code, *said in rows} == {
        code: (known.erreur.__name__, "oui" if known.retryable else "non", known.message, known.remede)
        for code, known in CODES.items()
    }
