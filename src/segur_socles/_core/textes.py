"""Text types that every room uses."""

from __future__ import annotations

import re
from typing import Annotated, Final

from pydantic import AfterValidator, StringConstraints

from segur_socles._core.model import RegleError

__all__ = ["Oid", "Texte", "TexteLibre"]

_INTERDIT: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def _lisible_en_xml(texte: str) -> str:
    if _INTERDIT.search(texte):
        message = "caractère de contrôle dans un texte"
        remede = "retirer ce caractère, souvent collé d'un autre logiciel"
        raise RegleError(message, regle="XML 1.0 §2.2", remede=remede)
    return texte


Texte = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000), AfterValidator(_lisible_en_xml)
]
"""A short text that is not empty, as shown in one cell."""

TexteLibre = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20000), AfterValidator(_lisible_en_xml)
]
"""A free text; line feeds are kept."""

Oid = Annotated[str, StringConstraints(pattern=r"^[0-2](\.(0|[1-9][0-9]*))+$", max_length=64)]
"""An OID: 64 characters at most, no leading zero in an arc."""
