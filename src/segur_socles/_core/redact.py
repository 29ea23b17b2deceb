"""Remove from a text what must never be logged: matricules, tokens, keys, citizen addresses.

The library does not log identities; this is the second line, for texts that come from elsewhere (a server's
fault message, a path) and for adopters' own logs.
"""

from __future__ import annotations

import logging
import re

__all__ = ["RedactingFilter", "masquer"]

MASK = "[masqué]"

# 13 characters and maybe a key, as typed or printed in groups; not a part of a longer number (OID, RPPS).
_MATRICULE = (
    r"(?<![0-9A-Za-z])[1-478][ .]?\d{2}[ .]?\d{2}[ .]?(?:\d{2}|2[AB])[ .]?\d{3}[ .]?\d{3}(?:[ .]?\d{2})?"
    r"(?![0-9A-Za-z])"
)

# Order matters: the citizen's address holds a matricule, and is masked whole.
_PATTERNS = tuple(
    re.compile(pattern, re.DOTALL | re.ASCII)
    for pattern in (
        r"[^\s@<>\"']+@patient\.mssante\.fr",
        r"-----BEGIN [A-Z ]+-----.*?(?:-----END [A-Z ]+-----|\Z)",
        r"\beyJ[\w-]+\.[\w-]+(?:\.[\w-]*)*",
        _MATRICULE,
        r"(?i)(?<=bearer )\S+",
    )
)


def masquer(texte: str) -> str:
    """Replace every match of a sensitive pattern by ``[masqué]``."""
    for pattern in _PATTERNS:
        texte = pattern.sub(MASK, texte)
    return texte


class RedactingFilter(logging.Filter):
    """A logging filter that masks the formatted message; add it to the adopter's handlers."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Mask in place; never drops a record."""
        record.msg = masquer(record.getMessage())
        record.args = ()
        return True
