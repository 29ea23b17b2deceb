"""A password or a PIN that does not show itself."""

from __future__ import annotations

import hmac
from typing import NoReturn, Self, SupportsIndex, final

__all__ = ["Secret"]


@final
class Secret:  # noqa: PLW1641 - not hashable on purpose
    """Text that is read only by asking for it: ``repr``, ``str``, ``format`` and logs show ``…``.

    Compared in constant time; neither hashable (a hash would outlive it in a table) nor picklable.
    """

    __slots__ = ("_valeur",)

    def __init__(self, valeur: str) -> None:
        self._valeur = valeur

    def reveler(self) -> str:
        """Give the text itself, at the last moment before it is used."""
        return self._valeur

    def __repr__(self) -> str:
        return "Secret(…)"

    def __str__(self) -> str:
        return "…"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._valeur.encode(), other._valeur.encode())

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, object]) -> Self:
        return self

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        message = "Un secret ne s'enregistre pas et ne se transmet pas à un autre processus."
        raise TypeError(message)
