"""From an entry to the words people read: ``reference`` elements resolved in the narrative.

Official examples write ``#id`` and ``id`` alike, repeat an ID, or point at nothing: what cannot be told for sure is
None, never a guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from lxml import etree

from segur_socles.documents.lecture.noeuds import attribut, enfant, nom_de
from segur_socles.documents.rendu.modele import Cellule, Fragment, Style
from segur_socles.documents.rendu.recit import lire_recit

__all__ = ["CelluleLue", "Renvois"]

_IDENTIFIANT: Final = re.compile(r"#?([^\s#:/]{1,200})")
_BUDGET: Final = 8 * 1024 * 1024
"""Characters copied out of the narrative of one document: IDs nested in each other would multiply its size."""

_REPETITIONS: Final = 8
"""Places that one ID may name before it means none: comparing them for each reference would take for ever."""
_CELLULES: Final = 60
"""Cells of a row that is still read as one line."""


@dataclass(frozen=True, slots=True, repr=False)
class CelluleLue:
    """A cell of the row that tells an entry: the head of its column, its text, whether the entry points at it.

    Cells that stand under one wide head are one (``de 2 à 4 CP`` under « Dose »), unless one of them is pointed at.
    """

    colonne: str | None
    texte: str
    citee: bool = False


class Renvois:
    """The narrative of one document, by ID; ``dans`` narrows it to one section, whose IDs come first."""

    def __init__(self, textes: Iterable[etree._Element]) -> None:
        self._tous = _par_id(textes)
        self._ici = self._tous
        self._textes: dict[etree._Element, str | None] = {}
        self._rangees: dict[etree._Element, list[etree._Element]] = {}
        self._budget = [_BUDGET]

    def dans(self, textes: Iterable[etree._Element]) -> Renvois:
        """Resolve in these texts first: an ID used twice in a document means the nearest."""
        suite = object.__new__(Renvois)
        suite._tous, suite._textes, suite._budget = self._tous, self._textes, self._budget
        suite._rangees = self._rangees
        suite._ici = _par_id(textes)
        return suite

    def texte(self, ed: etree._Element | None) -> str | None:
        """Words of an ED value (``text``, ``originalText``…): its own, else those it points at."""
        if ed is None:
            return None
        propre = self._garder(_propre(ed))
        if propre:
            return propre
        noeud = self._noeud(ed)
        return None if noeud is None else self._texte(noeud)

    def ligne(self, ed: etree._Element | None) -> tuple[CelluleLue, ...]:
        """Cells of the row an ED value points into; nothing when it points elsewhere."""
        noeud = None if ed is None else self._noeud(ed)
        rangee = noeud
        while rangee is not None and nom_de(rangee) not in ("tr", "text"):
            rangee = rangee.getparent()
        if noeud is None or rangee is None or nom_de(rangee) != "tr" or _trop_large(rangee):
            return ()
        dessus = set(_ancetres(noeud))
        lues = [(c, self._texte(c) or "", c in dessus) for c in rangee.iterchildren("*")]
        return tuple(_reunies(lues, self._tetes(rangee)))

    def _noeud(self, ed: etree._Element) -> etree._Element | None:
        lu = _IDENTIFIANT.fullmatch(attribut(enfant(ed, "reference"), "value") or "")
        if lu is None:
            return None
        candidats = self._ici.get(lu[1]) or self._tous.get(lu[1]) or []
        if len(candidats) > _REPETITIONS or (len(candidats) > 1 and len({self._texte(c) for c in candidats}) > 1):
            return None  # two different sentences bear this ID: neither is the answer
        return candidats[0] if candidats else None

    def _texte(self, noeud: etree._Element) -> str | None:
        if noeud not in self._textes:
            if self._budget[0] <= 0:
                return None
            self._textes[noeud] = self._garder(_dit(noeud))
        return self._textes[noeud]

    def _garder(self, texte: str) -> str | None:
        self._budget[0] -= len(texte)
        return texte if texte and self._budget[0] >= 0 else None

    def _tetes(self, rangee: etree._Element) -> list[str] | None:
        """Head of each column, spread over the columns it covers; None when columns cannot be told for sure."""
        table = rangee.getparent()
        while table is not None and nom_de(table) not in ("table", "text"):
            table = table.getparent()
        tetes = [] if table is None else self._rangees_de_tete(table)
        if len(tetes) != 1 or tetes[0] is rangee or _trop_large(tetes[0]):
            return None
        cellules = [*tetes[0].iterchildren("*"), *rangee.iterchildren("*")]
        if any(c.get("rowspan", "1") != "1" for c in cellules):
            return None
        return [self._texte(c) or "" for c in tetes[0].iterchildren("*") for _ in range(_colonnes(c))]

    def _rangees_de_tete(self, table: etree._Element) -> list[etree._Element]:
        if table not in self._rangees:
            self._rangees[table] = table.findall("{*}thead/{*}tr")
        return self._rangees[table]


def _trop_large(rangee: etree._Element) -> bool:
    # Not len(): lxml counts every child.
    return next(islice(rangee.iterchildren(), _CELLULES, None), None) is not None


def _par_id(textes: Iterable[etree._Element]) -> dict[str, list[etree._Element]]:
    trouves: dict[str, list[etree._Element]] = {}
    for texte in textes:
        for noeud in texte.iter("*"):
            if nom := noeud.get("ID"):
                trouves.setdefault(nom.strip(), []).append(noeud)
    return trouves


def _propre(ed: etree._Element) -> str:
    textes = [ed.text, *(suite.tail for suite in ed)]
    return " ".join(" ".join(filter(None, textes)).split())


def _ancetres(noeud: etree._Element) -> Iterator[etree._Element]:
    yield noeud
    yield from noeud.iterancestors()


def _dit(noeud: etree._Element) -> str:
    """Words of a narrative element, without those its author struck out."""
    if any(n.get("revised") == "delete" for n in _ancetres(noeud)):
        return ""
    if nom_de(noeud) == "tr":
        return " · ".join(filter(None, (_dit(c) for c in noeud.iterchildren("*"))))
    fragments = Cellule(lire_recit(noeud, {})).fragments
    return _lignes("".join(_vivant(f) for f in fragments))


def _vivant(fragment: Fragment) -> str:
    return "" if Style.BARRE in fragment.style else fragment.texte


def _lignes(texte: str) -> str:
    return "\n".join(filter(None, (" ".join(ligne.split()) for ligne in texte.split("\n"))))


def _colonnes(cellule: etree._Element) -> int:
    ecrit = cellule.get("colspan", "1")
    return int(ecrit) if re.fullmatch("[1-9][0-9]?", ecrit) else 1


def _reunies(lues: list[tuple[etree._Element, str, bool]], tetes: list[str] | None) -> Iterator[CelluleLue]:
    """Put under each head the cells it covers; without heads, each cell stands alone."""
    places: list[int] = []
    for cellule, _, _ in lues:
        places.append((places[-1] if places else 0) + _colonnes(cellule))
    if tetes is None or (places and places[-1] != len(tetes)):
        yield from (CelluleLue(None, texte, citee) for _, texte, citee in lues)
        return
    debut = 0
    for rang, fin in enumerate(places):
        if rang + 1 < len(places) and tetes[fin] == tetes[fin - 1] and tetes[fin]:
            continue
        ensemble, debut = lues[debut : rang + 1], rang + 1
        tete = tetes[fin - 1] or None
        if any(citee for *_, citee in ensemble):  # a question and its answer stay apart
            yield from (CelluleLue(tete, texte, citee) for _, texte, citee in ensemble)
        else:
            yield CelluleLue(tete, " ".join(filter(None, (texte for _, texte, _ in ensemble))))
