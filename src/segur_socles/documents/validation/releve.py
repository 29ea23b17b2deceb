"""Gathers findings while rules read a document."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from lxml import etree

from segur_socles.documents.cda.balises import HL7
from segur_socles.documents.validation.chemins import en_clair, xpath
from segur_socles.documents.validation.modeles import ModeleValide
from segur_socles.documents.validation.rapport import ConstatDocument
from segur_socles.errors import Gravite

__all__ = ["NS", "XSI_TYPE", "Regle", "Releve", "ligne_de", "trouver", "trouver_tous"]

NS: Final = {"h": HL7}
XSI_TYPE: Final = "{http://www.w3.org/2001/XMLSchema-instance}type"

_MAXIMUM: Final = 2000
"""Findings kept of one document: enough for people, and a limit to what a hostile document can have us write."""


@dataclass(frozen=True, slots=True)
class Regle:
    """A rule: what is wrong, where the rule comes from, what to do."""

    message: str
    source: str
    remede: str
    gravite: Gravite = Gravite.ERREUR


class Releve:
    """The document being judged, its model, and the findings so far."""

    def __init__(self, racine: etree._Element, modele: ModeleValide | None) -> None:
        self.racine = racine
        self.modele = modele
        self._constats: dict[ConstatDocument, None] = {}

    def noter(self, regle: Regle, noeud: etree._Element, enfant: str | None = None) -> None:
        """Add a finding about an element, one of its attributes (``@code``), or a child that is missing."""
        if len(self._constats) >= _MAXIMUM:
            return
        constat = ConstatDocument(
            champ=en_clair(noeud, enfant),
            message=regle.message,
            regle=regle.source,
            remede=regle.remede,
            gravite=regle.gravite,
            emplacement=xpath(noeud, enfant),
            ligne=ligne_de(noeud),
        )
        self._constats[constat] = None

    def constats(self) -> tuple[ConstatDocument, ...]:
        """Give them, in the order of the document."""
        return tuple(sorted(self._constats, key=lambda c: c.ligne or 0))


def ligne_de(noeud: etree._Element) -> int | None:
    """Line of an element in its file, None when it is not known."""
    ligne: Any = noeud.sourceline  # badly typed by the stubs
    return ligne or None


def trouver(noeud: etree._Element, chemin: str) -> etree._Element | None:
    """Give the first element at a path of local names (``a/b``)."""
    return noeud.find(_prefixe(chemin), NS)


def trouver_tous(noeud: etree._Element, chemin: str) -> Iterator[etree._Element]:
    """Give the elements at a path of local names; an empty path is the element itself."""
    return noeud.iterfind(_prefixe(chemin), NS) if chemin else iter((noeud,))


def _prefixe(chemin: str) -> str:
    return "/".join(
        etape if etape in ("*", ".") or etape.startswith("h:") else f"h:{etape}" for etape in chemin.split("/")
    )
