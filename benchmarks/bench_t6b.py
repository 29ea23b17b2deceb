"""T6b: a liaison document shown as an HTML page ÷ lxml parsing the same bytes."""

from __future__ import annotations

from collections.abc import Callable

from lxml import etree

import documents
from segur_socles.documents.rendu.page import page_html

ID = "T6b"
TITLE = "CDA → page HTML ÷ lecture lxml des mêmes octets"
TARGET = 5.0
STRETCH = 3.0
NOTE = (
    "chaque cellule du récit est reprise deux fois, à la lecture puis à l'écriture : la moitié du temps ; l'en-tête et "
    "les personnes, un cinquième ; la lecture XML durcie, un sixième ; le datamatrix, un vingtième"
)
LIMITS = {"mémoire (× document)": 10.0}


def measure() -> tuple[Callable[[], object], Callable[[], object]]:
    """Return both sides."""
    octets = documents.document().octets
    return lambda: page_html(octets), lambda: etree.fromstring(octets)


def extra() -> dict[str, float]:
    """Give the size of the document, and what its page allocates at most."""
    octets = documents.document().octets
    return {
        "Kio": len(octets) / 1024,
        "mémoire (× document)": documents.memoire(lambda: page_html(octets), len(octets)),
    }
