"""Styled text as plain text, for a medium that has one face and its bold: no style that carries meaning is lost."""

from __future__ import annotations

import unicodedata
from collections.abc import Container, Iterable
from typing import Final

from segur_socles.documents.rendu.modele import Fragment, Media, Style

__all__ = ["ecrivable", "en_gras", "en_texte", "media_en_texte"]

_CHIFFRES: Final = "0123456789+-=()"
_HAUT: Final = str.maketrans(_CHIFFRES, "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾")
_BAS: Final = str.maketrans(_CHIFFRES, "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")


def ecrivable(texte: str, glyphes: Container[int]) -> str:
    """Write ``texte`` with the glyphs there are; a character that has none is named, never dropped: ``[U+1F600]``."""
    compose = unicodedata.normalize("NFC", texte).replace("\t", " ").replace("\r", "")
    if compose.isascii() or all(c == "\n" or ord(c) in glyphes for c in compose):
        return compose
    return "".join([c if c == "\n" or ord(c) in glyphes else f"[U+{ord(c):04X}]" for c in compose])


def en_texte(fragments: Iterable[Fragment]) -> str:
    """Write runs as plain text. ``10`` with an exponent 9 must not read 109, nor a deleted dose like a dose."""
    return "".join([_un(f) for f in fragments])


def _un(fragment: Fragment) -> str:
    if fragment.media:
        return media_en_texte(fragment.media)
    texte = fragment.texte
    if Style.EXPOSANT in fragment.style:
        texte = _decale(texte, _HAUT, "^")
    if Style.INDICE in fragment.style:
        texte = _decale(texte, _BAS, "_")
    if Style.BARRE in fragment.style and texte.strip():
        texte = f"[supprimé : {texte}]"
    if fragment.lien and fragment.lien not in texte:
        texte = f"{texte} ({fragment.lien})"
    return texte


def _decale(texte: str, table: dict[int, int], signe: str) -> str:
    return texte.translate(table) if set(texte.strip()) <= set(_CHIFFRES) else f"{signe}({texte})"


def media_en_texte(media: Media) -> str:
    """Say in words the file that a page would show."""
    if media.octets is None:
        return " [pièce absente du document]"
    genre = "PDF" if media.type == "application/pdf" else "image"
    return f" [pièce jointe au document d'origine : {genre}, {max(1, round(len(media.octets) / 1024))} Kio]"


def en_gras(fragments: Iterable[Fragment]) -> bool:
    """Whether the whole text stands out."""
    pleins = [f for f in fragments if f.texte.strip()]
    return bool(pleins) and all(f.style & (Style.GRAS | Style.ITALIQUE) for f in pleins)
