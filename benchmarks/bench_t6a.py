"""T6a: a typed liaison document written as CDA ÷ lxml parsing the same bytes."""

from __future__ import annotations

from collections.abc import Callable

from lxml import etree

import documents
from segur_socles._core.ids import SeededIds
from segur_socles.documents.cda.ecriture import ecrire_document

ID = "T6a"
TITLE = "DLU typé → CDA ÷ lecture lxml des mêmes octets"
TARGET = 5.0
STRETCH = 3.0
LIMITS = {"mémoire (× document)": 10.0}


def measure() -> tuple[Callable[[], object], Callable[[], object]]:
    """Return both sides."""
    dlu, entete = documents.contenu_et_entete()
    octets, ids = documents.document().octets, SeededIds(6)
    return lambda: ecrire_document(dlu, entete, ids), lambda: etree.fromstring(octets)


def extra() -> dict[str, float]:
    """Give the size of the document, and what writing it allocates at most."""
    dlu, entete = documents.contenu_et_entete()
    taille = len(documents.document().octets)
    ids = SeededIds(6)
    pic = documents.memoire(lambda: ecrire_document(dlu, entete, ids), taille)
    return {"Kio": taille / 1024, "mémoire (× document)": pic}
