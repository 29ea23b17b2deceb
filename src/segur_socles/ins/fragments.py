"""Judging XML that the adopter's own code gives, before it goes into a message as it is."""

from __future__ import annotations

from lxml import etree

from segur_socles._core.xml import parse
from segur_socles.errors import ReponseInvalideError

__all__ = ["lire_fragment"]


def lire_fragment(octets: bytes) -> list[etree._Element] | None:
    """Read UTF-8 elements that could be pasted inside another one; None when they could not.

    No declaration, no text between them, and nothing that closes what it did not open.
    """
    try:
        racine = parse(b"<f>%b</f>" % octets, what="Le fragment")
    except ReponseInvalideError:
        return None
    blanc = not (racine.text or "").strip() and not any((element.tail or "").strip() for element in racine)
    return list(racine.iterchildren("{*}*")) if blanc else None
