"""Walking down a CDA by the names of its elements: what ``find`` does for the plainest paths, three times faster."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from lxml import etree

from segur_socles.documents.cda.balises import HL7

__all__ = ["premier", "tous"]


def tous(noeud: etree._Element, chemin: str) -> Iterator[etree._Element]:
    """Give the descendants at ``chemin`` (``patient/name``) in document order, all of the HL7 namespace."""
    return _descendre(noeud, _noms(chemin))


def premier(noeud: etree._Element, chemin: str) -> etree._Element | None:
    """Give the first of them."""
    noms = _noms(chemin)
    return next(noeud.iterchildren(noms[0]) if len(noms) == 1 else _descendre(noeud, noms), None)


@cache
def _noms(chemin: str) -> tuple[str, ...]:
    return tuple(f"{{{HL7}}}{nom}" for nom in chemin.split("/"))


def _descendre(noeud: etree._Element, noms: tuple[str, ...]) -> Iterator[etree._Element]:
    if len(noms) == 1:
        yield from noeud.iterchildren(noms[0])
        return
    for enfant in noeud.iterchildren(noms[0]):
        yield from _descendre(enfant, noms[1:])
