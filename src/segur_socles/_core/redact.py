"""Remove from a text what must never be logged: matricules, tokens, keys, citizen addresses.

The library does not log identities; this is the second line, for texts that come from elsewhere (a server's
fault message, a path) and for adopters' own logs. Names cannot be recognised: only shapes are.
"""

from __future__ import annotations

import logging
import re
from typing import Final

__all__ = ["RedactingFilter", "masquer"]

MASK: Final = "[masqué]"

# 13 characters and maybe a key, as typed or printed in groups; not an arc of an OID, nor a part of a longer number.
_SEPARATEUR: Final = "[ .\u00a0\u202f-]?"
_GROUPES: Final = _SEPARATEUR.join((r"[1-478]", r"\d{2}", r"\d{2}", r"(?:\d{2}|2[AB])", r"\d{3}", r"\d{3}"))
_MATRICULE: Final = rf"(?<![0-9A-Za-z])(?<!\d\.){_GROUPES}(?:{_SEPARATEUR}\d{{2}})?(?![0-9A-Za-z])(?!\.\d)"

# Order matters: the citizen's address holds a matricule, and is masked whole. Every repetition is bounded or starts
# where the one before cannot: the time is proportional to the text, whoever wrote it.
_PATTERNS: Final = tuple(
    re.compile(pattern, re.DOTALL | re.ASCII | re.IGNORECASE)
    for pattern in (
        r"(?<![\w.+-])[\w.+-]{1,64}@patient\.mssante\.fr",
        r"-----BEGIN [A-Z ]{1,40}-----.*?(?:-----END [A-Z ]{1,40}-----|\Z)",
        r"(?<![\w-])eyJ[\w-]+\.[\w-]+(?:\.[\w-]*)*",
        _MATRICULE,
        r"(?<=bearer )\S+",
    )
)


def masquer(texte: str) -> str:
    """Replace every match of a sensitive pattern by ``[masqué]``."""
    for pattern in _PATTERNS:
        texte = pattern.sub(MASK, texte)
    return texte


class RedactingFilter(logging.Filter):
    """A logging filter that masks message, traceback and stack; add it to the adopter's handlers."""

    _formatter: Final = logging.Formatter()

    def filter(self, record: logging.LogRecord) -> bool:
        """Mask in place; never drops a record."""
        record.msg = masquer(record.getMessage())
        record.args = ()
        if record.exc_info:
            record.exc_text = masquer(self._formatter.formatException(record.exc_info))
            record.exc_info = None  # a handler would format it again, unmasked
        if record.stack_info:
            record.stack_info = masquer(record.stack_info)
        return True
