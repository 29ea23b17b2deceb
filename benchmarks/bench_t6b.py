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
    "La page reprend chaque cellule du récit deux fois, à la lecture puis à l'écriture : 40 % du temps ; l'en-tête et les "
    "personnes 20 % ; la lecture XML durcie 15 % ; le datamatrix 5 %. Le document n'est lu qu'une fois."
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
