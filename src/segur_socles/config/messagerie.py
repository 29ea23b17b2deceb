"""Which MSSanté operators may be spoken to, and what the public sources leave uncertain about them."""

from __future__ import annotations

import re
from typing import Annotated, Final

from pydantic import AfterValidator, Field, StringConstraints

from segur_socles._core.model import Entier, NonVide, RegleError, Valeur

__all__ = ["OperateurMss", "OptionsMss"]

_HOTE_PORT: Final = re.compile(r"(?P<hote>[A-Za-z0-9.-]{1,253}):(?P<port>[0-9]{1,5})")
_DERNIER_PORT: Final = 65535


def _hote_port(valeur: str) -> str:
    lu = _HOTE_PORT.fullmatch(valeur)
    if lu is None or not 0 < int(lu["port"]) <= _DERNIER_PORT:
        message = "un hôte et un port sont attendus"
        raise RegleError(message, remede="écrire hôte:port, par exemple smtp.operateur.mssante.fr:587")
    return valeur


HotePort = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(_hote_port)]
"""``host:port``."""


class OperateurMss(Valeur):
    """An operator of secure mail: the mail domains it serves, its submission and reading servers.

    ``smtp`` and ``imap`` are ``host:port``, where STARTTLS is required before anything else (API LPS, near
    certain; the ports are usually 587 and 143, probable).
    """

    domaines: Annotated[tuple[Annotated[str, StringConstraints(to_lower=True, min_length=1)], ...], NonVide]
    smtp: HotePort
    imap: HotePort

    _visible = ("domaines", "smtp", "imap")


class OptionsMss(Valeur):
    """What the public sources leave uncertain about MSSanté, made configurable (see the fidelity table).

    - ``delai``: seconds given to a call; operators were seen to take a minute;
    - ``taille_maximale``: bytes of a whole message, if the server announces no smaller ``SIZE``;
    - ``separateur_codecda``: between the codes of ``X-MSS-CODECDA``.
    """

    delai: Annotated[float, Field(gt=0, le=600)] = 120.0
    taille_maximale: Annotated[Entier, Field(gt=0)] = 25 * 1024 * 1024
    separateur_codecda: Annotated[str, StringConstraints(pattern=r"^[,;]$")] = ","

    _visible = ("delai", "taille_maximale")
