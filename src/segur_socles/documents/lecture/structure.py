"""Where the sections of a body and their texts are, even in a document that does not follow the schema."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Final

from lxml import etree

from segur_socles.documents.cda.balises import HL7
from segur_socles.documents.lecture.noeuds import nom_de

__all__ = ["rubriques", "textes_de", "titre_de"]

_RECIT: Final = frozenset(
    {
        *("br", "caption", "col", "colgroup", "content", "footnote", "footnoteRef", "item", "linkHtml", "list"),
        *("paragraph", "renderMultiMedia", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr"),
    }
)
"""Names of the narrative: met out of a ``text``, they are read as if they stood in one."""

_PORTEURS: Final = frozenset({"component", "section", "structuredBody"})
"""Elements in which a narrative is one, and not the text of an entry."""
_PORTEURS_HL7: Final = tuple(f"{{{HL7}}}{nom}" for nom in sorted(_PORTEURS))
_TEXTE: Final = f"{{{HL7}}}text"
_SECTION: Final = f"{{{HL7}}}section"


def rubriques(noeud: etree._Element) -> Iterator[etree._Element]:
    """Give the sections directly inside an element, through whatever stands between them.

    A narrative that strayed out of any section makes one of its own.
    """
    for enfant in noeud.iterchildren("*"):
        nom = nom_de(enfant)
        recit = nom == "text" or nom in _RECIT
        if nom == "section":
            yield enfant
        elif not recit or nom_de(noeud) not in _PORTEURS:
            # Most entries hold nothing of the kind: asked in C, sooner than walked through here.
            if next(enfant.iter(*_PORTEURS_HL7), None) is not None:
                yield from rubriques(enfant)
        elif nom_de(noeud) != "section":
            egaree = etree.Element(_SECTION)
            egaree.append(deepcopy(enfant))
            yield egaree


def textes_de(section: etree._Element) -> list[etree._Element]:
    """Give the narrative of a section: its ``text`` elements, and what strayed out of them."""
    textes: list[etree._Element] = []
    for enfant in section.iterchildren("*"):
        nom = nom_de(enfant)
        if nom == "text":
            textes.append(enfant)
        elif nom in _RECIT:
            seul = etree.Element(_TEXTE)
            seul.append(deepcopy(enfant))
            textes.append(seul)
    return textes


def titre_de(section: etree._Element) -> str | None:
    """Read the title of a section; what one that was written twice says is kept."""
    titres = [" ".join("".join(map(str, n.itertext())).split()) for n in section.iterchildren(f"{{{HL7}}}title")]
    return " · ".join(dict.fromkeys(filter(None, titres))) or None
