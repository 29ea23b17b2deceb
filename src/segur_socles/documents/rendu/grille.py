"""Tables on paper: spans resolved, widths shared out, rows that fit or that are told line by line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final

from segur_socles.documents.rendu.ecrit import en_gras, en_texte
from segur_socles.documents.rendu.modele import INCONNU, Cellule, EtatSection, Tableau

__all__ = ["Case", "Grille", "grille", "largeurs"]

COLONNES_MAX: Final = 60


@dataclass(frozen=True, slots=True, repr=False)
class Case:
    """A cell of the grid: its text and how many columns it takes."""

    texte: str
    gras: bool
    entete: bool
    colonnes: int

    @property
    def inconnu(self) -> bool:
        """Whether the cell says that nothing is known."""
        return bool(INCONNU.fullmatch(self.texte.removeprefix(_SIGNE)))


@dataclass(frozen=True, slots=True, repr=False)
class Grille:
    """Rows that all fill ``colonnes`` columns; ``alertes`` are the numbers of the body rows that stand out."""

    colonnes: int
    tete: tuple[tuple[Case, ...], ...]
    corps: tuple[tuple[Case, ...], ...]
    alertes: frozenset[int]


_SIGNE: Final = f"{EtatSection.NON_RENSEIGNE.signe} "
"""What tells an unknown from an answer where there is no colour."""

_VIDE: Final = Case("", gras=False, entete=False, colonnes=1)


def grille(tableau: Tableau) -> Grille:
    """Resolve spans. A cell that covers several rows is told on each of them: a page break then loses nothing."""
    tete = _rangees([r.cellules for r in tableau.tete])
    corps = _rangees([r.cellules for r in tableau.corps])
    colonnes = max([sum(c.colonnes for c in rangee) for rangee in tete + corps], default=1)
    return Grille(
        colonnes,
        tuple(_completee(r, colonnes) for r in tete),
        tuple(_completee(r, colonnes) for r in corps),
        frozenset(i for i, r in enumerate(tableau.corps) if r.alerte),
    )


def _rangees(rangees: Sequence[tuple[Cellule, ...]]) -> list[list[Case]]:
    suite: list[list[Case]] = []
    couvertes: dict[int, tuple[int, Case]] = {}  # column → rows still covered from above, and by which cell
    for cellules in rangees:
        ligne: list[Case] = []
        ensuite: dict[int, tuple[int, Case]] = {}
        colonne, reste = 0, list(cellules)
        while colonne < COLONNES_MAX and (reste or any(c >= colonne for c in couvertes)):
            if colonne in couvertes:
                encore, case = couvertes[colonne]
            elif reste:
                encore, case = reste[0].rangees, _case(reste.pop(0), COLONNES_MAX - colonne)
            else:
                encore, case = 1, _VIDE
            if encore > 1:
                ensuite[colonne] = (encore - 1, case)
            ligne.append(case)
            colonne += case.colonnes
        if reste:  # beyond what a sheet can hold: told in the last cell
            surplus = " · ".join([ligne[-1].texte, *[_case(c, 1).texte for c in reste]])
            ligne[-1] = Case(surplus, gras=False, entete=False, colonnes=ligne[-1].colonnes)
        couvertes = ensuite
        suite.append(ligne)
    return suite


def _case(cellule: Cellule, place: int) -> Case:
    fragments = cellule.fragments
    texte = en_texte(fragments).strip()
    return Case(
        _SIGNE + texte if INCONNU.fullmatch(texte) else texte,
        cellule.entete or en_gras(fragments),
        cellule.entete,
        min(cellule.colonnes, place),
    )


def _completee(rangee: list[Case], colonnes: int) -> tuple[Case, ...]:
    return (*rangee, *[_VIDE] * (colonnes - sum(c.colonnes for c in rangee)))


def largeurs(grille: Grille, mesurer: Callable[[str], float], disponible: float) -> tuple[float, ...] | None:
    """Share out ``disponible``: no word is cut, then each column gets room for the text it has.

    What a column has is told by the quadratic mean of its rows: neither one long cell nor many empty ones decide
    alone. None when words would have to be cut: the table is then better told line by line.
    """
    minimum, carres = [6.0] * grille.colonnes, [0.0] * grille.colonnes
    rangees = grille.tete + grille.corps
    for rangee in rangees:
        colonne = 0
        for case in rangee:
            mots = case.texte.split()
            au_moins = max([mesurer(mot) for mot in mots], default=0.0) / case.colonnes
            au_mieux = max([mesurer(ligne) for ligne in case.texte.split("\n")]) / case.colonnes
            for place in range(colonne, colonne + case.colonnes):
                minimum[place] = max(minimum[place], au_moins)
                carres[place] += au_mieux**2
            colonne += case.colonnes
    reste = disponible - sum(minimum)
    if reste < 0:
        return None
    souhaits = [sqrt(carre / max(len(rangees), 1)) for carre in carres]
    envies = [max(s - m, 0.0) for s, m in zip(souhaits, minimum, strict=True)]
    total = sum(envies)
    if total <= 0:
        return tuple(m + reste / len(minimum) for m in minimum)
    return tuple(m + reste * envie / total for m, envie in zip(minimum, envies, strict=True))
