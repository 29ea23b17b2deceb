"""Which first names to try next: the search order that the CNDA scenarios 2.06 and 2.07 test.

INSi compares one Prenom per call. First names go one by one, without the birth place; on "none" (01) the
next one, lastly all joined; on "several" (02) the others are added, then the birth place. The first match,
or the first technical fault, ends the search. Source: CNDA scenarios as clients in service play them
(certain); "add the others" as all at once, and the way back from 02 then 01, are ours (probable).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

__all__ = ["PAR_VITALE", "CodeRecherche", "Essai", "Tentative", "prochaine"]


class CodeRecherche(StrEnum):
    """Result codes of a search (CNDA scenarios, certain; no other has been seen)."""

    TROUVEE = "00"
    AUCUNE = "01"
    PLUSIEURS = "02"


@dataclass(frozen=True, slots=True)
class Tentative:
    """What one call sends besides name, sex and date: first names by rank (from 0), and maybe the birth place.

    Without first names, it is the reading of a carte Vitale.
    """

    rangs: tuple[int, ...]
    avec_lieu: bool = False

    def __str__(self) -> str:
        """Describe in French by rank, never by name: ``2e prénom seul, avec le lieu de naissance``."""
        if not self.rangs:
            return "carte Vitale"
        if len(self.rangs) == 1:
            prenoms = f"{_ordinal(self.rangs[0] + 1)} prénom seul"
        else:
            prenoms = f"les {len(self.rangs)} prénoms ensemble"
        return f"{prenoms}, avec le lieu de naissance" if self.avec_lieu else prenoms


@dataclass(frozen=True, slots=True)
class Essai:
    """One call made: what was tried, the code answered, the MessageID to quote to the support."""

    tentative: Tentative
    code: CodeRecherche
    message_id: str


def _ordinal(rang: int) -> str:
    return "1er" if rang == 1 else f"{rang}e"


_PREMIERE: Final = Tentative((0,))

PAR_VITALE: Final = Tentative(())
"""The only call of a search by carte Vitale."""


def prochaine(nombre: int, essais: Sequence[Essai], *, lieu_connu: bool) -> Tentative | None:
    """Return what to try after ``essais``, for a person of ``nombre`` first names; None when all is said."""
    if not essais:
        return _PREMIERE
    dernier = essais[-1]
    tous = tuple(range(nombre))
    ambigus = [essai.tentative for essai in essais if essai.code is CodeRecherche.PLUSIEURS]
    if dernier.code is CodeRecherche.TROUVEE or dernier.tentative.avec_lieu:
        return None
    if not ambigus:
        if len(essais) < nombre:
            return Tentative((len(essais),))
        return Tentative(tous) if len(essais) == nombre > 1 else None
    if dernier.code is CodeRecherche.PLUSIEURS and dernier.tentative.rangs != tous:
        return Tentative(tous)
    # Either everything is joined and still ambiguous, or joining excluded everybody: the place must decide.
    return Tentative(ambigus[-1].rangs, avec_lieu=True) if lieu_connu else None
