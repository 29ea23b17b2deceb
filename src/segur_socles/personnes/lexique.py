"""How a name is written for INSi and the RNIV: what is normalised, what is refused, why, and what to do.

Source: SEL-MP-043 §3.4.1 (probable).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import BeforeValidator, StringConstraints

from segur_socles._core.model import RegleError

__all__ = ["TAILLE", "Nom", "Prenom", "normaliser"]

TAILLE: Final = 100
"""Longest name or first-name list (guide d'implémentation de l'INS; probable)."""

# Letters that Unicode does not decompose, and what word processors and telephones type for the plain separators.
_EQUIVALENTS: Final = str.maketrans(
    {
        "Æ": "AE",
        "Œ": "OE",
        "ẞ": "SS",
        "Ø": "O",
        "Đ": "D",
        "Ð": "D",
        "Ł": "L",
        "Þ": "TH",
        **dict.fromkeys("\u2019\u2018\u02bc", "'"),
        **dict.fromkeys("\u2010\u2011", "-"),
        **dict.fromkeys("\u00a0\u202f", " "),
    }
)


def normaliser(texte: object) -> object:
    """Write a name as INSi wants it: upper case, no diacritic, no ligature, plain separators, no blank at the ends.

    Digits and other characters without an equivalent are kept, to be refused by the lexical rule rather
    than silently dropped.
    """
    if not isinstance(texte, str):
        return texte
    upper = texte.strip().upper()
    if upper.isascii():
        return upper
    decomposed = unicodedata.normalize("NFD", upper.translate(_EQUIVALENTS))
    return unicodedata.normalize("NFC", "".join(c for c in decomposed if not unicodedata.combining(c)))


@dataclass(frozen=True, slots=True)
class _Refus:
    """What a normalised name may not hold."""

    motif: re.Pattern[str]
    message: str
    remede: str


_UN_SEUL: Final = "garder un seul séparateur entre deux mots"
_LETTRES: Final = "recopier le trait de la pièce d'identité, en lettres ; ne rien ajouter (numéro, titre, mention)"
_COMMUNS: Final = (
    _Refus(re.compile(r"[0-9]"), "chiffre dans un trait d'identité", _LETTRES),
    _Refus(re.compile(r"[^A-Z '-]"), "caractère sans équivalent de A à Z, ni espace, apostrophe ou tiret", _LETTRES),
    _Refus(re.compile(r"^[^A-Z]*$"), "aucune lettre", _LETTRES),
    _Refus(re.compile(r"^-"), "tiret au début", "commencer par une lettre ou une apostrophe"),
    _Refus(re.compile(r"[ '][ '-]|-[ ']"), "deux séparateurs de suite", _UN_SEUL),
)
_SIMPLE: Final = re.compile(r"[A-Z]+(?:[ '-][A-Z]+)*")
"""Words with one separator between them: what no rule below refuses, hence most names, told in one search."""

_NOM: Final = (*_COMMUNS, _Refus(re.compile(r"---|--$"), "tirets de trop", "deux tirets au plus, entre deux mots"))
_PRENOM: Final = (
    *_COMMUNS,
    _Refus(re.compile(r"--"), "double tiret dans un prénom", _UN_SEUL),
    _Refus(re.compile(r"[-']$"), "tiret ou apostrophe à la fin d'un prénom", "finir le prénom par une lettre"),
)


def _lexique(texte: object, refus: tuple[_Refus, ...]) -> object:
    texte = normaliser(texte)
    if isinstance(texte, str) and texte and not _SIMPLE.fullmatch(texte):
        for interdit in refus:
            if interdit.motif.search(texte):
                raise RegleError(interdit.message, regle="SEL-MP-043 §3.4.1", remede=interdit.remede)
    return texte


def _nom(texte: object) -> object:
    return _lexique(texte, _NOM)


def _prenom(texte: object) -> object:
    return _lexique(texte, _PRENOM)


# Constraints stand next to ``str``: after a validator, pydantic would check them in Python and speak of a list.
# ``strict``: bytes would become a text after the lexical rule, which they would escape.
Nom = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=TAILLE), BeforeValidator(_nom)]
"""A birth name, normalised."""
Prenom = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=TAILLE), BeforeValidator(_prenom)]
"""One first name, maybe a compound one, normalised."""
