"""Text types that every room uses."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

__all__ = ["Oid", "Texte"]

Texte = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]
"""A one-line text that is not empty."""

Oid = Annotated[str, StringConstraints(pattern=r"^[0-2](\.(0|[1-9][0-9]*))+$", max_length=64)]
"""An OID: 64 characters at most, no leading zero in an arc."""
