"""A text as a square Data Matrix symbol, ECC 200 (ISO/IEC 16022), encoded in C40.

The header of an INS must be in C40 (ANS, format datamatrix v2.2; probable), which a general encoder does not promise:
it takes whatever is shorter.

A symbol is rows of modules, true where dark, without its quiet zone. Only the sizes that an INS can need are here,
and one more; all have a mapping matrix of a multiple of 4 modules, so that most special cases of the standard's
placement (its corners but one, the two modules left over) never happen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import count
from typing import Final, TypeAlias

__all__ = ["Modules", "symbole"]

Modules: TypeAlias = tuple[tuple[bool, ...], ...]


@dataclass(frozen=True, slots=True)
class _Format:
    """A square of ISO/IEC 16022 table 7: data and error codewords, interleaved blocks, regions a side, their size."""

    donnees: int
    correction: int
    blocs: int
    regions: int
    region: int


_FORMATS: Final = (
    _Format(86, 42, 1, 2, 16),
    _Format(114, 48, 1, 2, 18),
    _Format(144, 56, 1, 2, 20),
    _Format(174, 68, 1, 2, 22),
    _Format(204, 84, 2, 2, 24),
    _Format(280, 112, 2, 4, 14),
    _Format(368, 144, 4, 4, 16),
)


def symbole(texte: str) -> Modules:
    """Draw ``texte``: capitals, digits, spaces, ASCII punctuation up to ``/`` and GS; its last two are alphanumeric."""
    mots = _mots(texte)
    forme = next(forme for forme in _FORMATS if forme.donnees >= len(mots))
    mots += _remplissage(len(mots), forme.donnees)
    suite = bytes((*mots, *_correction(mots, forme)))
    bits = [bit == "1" for bit in f"{int.from_bytes(suite):0{8 * len(suite)}b}"]
    bits += (True, False)  # what the plan's negative ranks read
    return tuple(tuple([bits[rang] for rang in rangee]) for rangee in _plan(forme))


# ------------------------------------------------------------------------------------------------- text → codewords

_C40: Final = 230
_RETOUR_ASCII: Final = 254
_BOURRAGE: Final = 129

_BASE: Final = {signe: rang for rang, signe in enumerate(" 0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", 3)}
_JEU_1: Final = range(0x20)  # controls, after shift 1
_JEU_2: Final = range(0x21, 0x30)  # punctuation, after shift 2


def _valeurs(signe: str) -> tuple[int, ...]:
    if signe in _BASE:
        return (_BASE[signe],)
    code = ord(signe)
    return (0, _JEU_1.index(code)) if code in _JEU_1 else (1, _JEU_2.index(code))


def _mots(texte: str) -> list[int]:
    valeurs = [valeur for signe in texte for valeur in _valeurs(signe)]
    reste = len(valeurs) % 3  # as many characters, each of one value
    mots = [_C40]
    for rang in range(0, len(valeurs) - reste, 3):
        a, b, c = valeurs[rang : rang + 3]
        mots += divmod(1600 * a + 40 * b + c + 1, 256)
    return [*mots, _RETOUR_ASCII, *(ord(signe) + 1 for signe in texte[len(texte) - reste :])]


def _remplissage(pris: int, place: int) -> list[int]:
    """Pad words; all but the first are scrambled by their position."""
    brouilles = [_BOURRAGE + 149 * rang % 253 + 1 for rang in range(pris + 2, place + 1)]
    return [_BOURRAGE, *(mot - 254 * (mot > 254) for mot in brouilles)][: place - pris]  # noqa: PLR2004 - a word's range


# --------------------------------------------------------------------------------------- Reed-Solomon over GF(2**8)

_POLYNOME: Final = 0b1_0010_1101


def _tables() -> tuple[list[int], list[int]]:
    puissances, logarithmes = [1], [0] * 256
    for exposant in range(255):
        logarithmes[puissances[-1]] = exposant
        double = puissances[-1] << 1
        puissances.append(double ^ _POLYNOME if double & 256 else double)
    return puissances, logarithmes


_PUISSANCES, _LOGARITHMES = _tables()


def _produit(a: int, b: int) -> int:
    return _PUISSANCES[(_LOGARITHMES[a] + _LOGARITHMES[b]) % 255] if a and b else 0


@cache
def _generateur(degre: int) -> list[int]:
    """Coefficients of (x - 2)(x - 2²)… without the leading 1, highest power first."""
    polynome = [1]
    for exposant in range(1, degre + 1):
        racine = _PUISSANCES[exposant]
        suite = [*polynome, 0]
        for rang, coefficient in enumerate(polynome):
            suite[rang + 1] ^= _produit(coefficient, racine)
        polynome = suite
    return polynome[1:]


@cache
def _multiple(degre: int, facteur: int) -> int:
    """Give ``facteur`` times the generator, a byte a coefficient: one division step is then one exclusive or."""
    return int.from_bytes(bytes(_produit(facteur, g) for g in _generateur(degre)))


def _correction(mots: Sequence[int], forme: _Format) -> list[int]:
    degre = forme.correction // forme.blocs
    haut = 8 * (degre - 1)
    correction = [0] * forme.correction
    for bloc in range(forme.blocs):
        reste = 0
        for mot in mots[bloc :: forme.blocs]:
            tete = reste >> haut
            reste = (reste ^ tete << haut) << 8 ^ _multiple(degre, mot ^ tete)
        correction[bloc :: forme.blocs] = reste.to_bytes(degre)
    return correction


# ------------------------------------------------------------------------------------------- codewords → modules

# Places of a word's eight bits, highest first: around its own module, or in the corners (negative: from the end).
_ORDINAIRE: Final = ((-2, -2), (-2, -1), (-1, -2), (-1, -1), (-1, 0), (0, -2), (0, -1), (0, 0))
_COINS: Final = ((-1, 0), (-1, 1), (-1, 2), (0, -2), (0, -1), (1, -1), (2, -1), (3, -1))


def _marche(cote: int) -> Iterator[tuple[int, int]]:
    """Walk over the matrix: a diagonal up to the right, the next down to the left, and so on."""
    ligne, colonne, pas = 4, 0, -2
    while ligne < cote or colonne < cote:
        while True:
            yield ligne, colonne
            ligne, colonne = ligne + pas, colonne - pas
            if not (ligne >= 0 and colonne < cote if pas < 0 else ligne < cote and colonne >= 0):
                break
        ligne, colonne, pas = (ligne + 1, colonne + 3, 2) if pas < 0 else (ligne + 3, colonne + 1, -2)


def _placer(cote: int) -> list[list[int]]:
    """Say which bit of the words each place of the mapping matrix shows (ISO/IEC 16022, annex F)."""
    carte = [[-1] * cote for _ in range(cote)]
    suite = count()

    def poser(places: Sequence[tuple[int, int]]) -> None:
        for ligne, colonne in places:
            carte[ligne][colonne] = next(suite)

    def autour(ligne: int, colonne: int) -> Iterator[tuple[int, int]]:
        # Out of the matrix by the top or the left, a bit comes back on the other side, shifted.
        decalage = 4 - (cote + 4) % 8
        for vers_le_bas, vers_la_droite in _ORDINAIRE:
            place, rang = ligne + vers_le_bas, colonne + vers_la_droite
            if place < 0:
                place, rang = place + cote, rang + decalage
            if rang < 0:
                place, rang = place + decalage, rang + cote
            yield place, rang

    for ligne, colonne in _marche(cote):
        if (ligne, colonne) == (cote, 0):
            poser(_COINS)
        if 0 <= ligne < cote and 0 <= colonne < cote and carte[ligne][colonne] < 0:
            poser(tuple(autour(ligne, colonne)))
    return carte


_SOMBRE: Final = -2
_CLAIR: Final = -1


@cache
def _plan(forme: _Format) -> tuple[tuple[int, ...], ...]:
    """Say which bit each module shows, the finder of each region around: solid left and bottom, dotted top and right.

    It is the same for every text of one size, so it is made once.
    """
    carte = _placer(forme.regions * forme.region)
    fin, pas = forme.region + 1, forme.region + 2

    def module(ligne: int, colonne: int) -> int:
        (rang, y), (file, x) = divmod(ligne, pas), divmod(colonne, pas)
        if x == 0 or y == fin:
            return _SOMBRE
        if y == 0:
            return _CLAIR if x % 2 else _SOMBRE
        if x == fin:
            return _SOMBRE if y % 2 else _CLAIR
        return carte[rang * forme.region + y - 1][file * forme.region + x - 1]

    cote = forme.regions * pas
    return tuple(tuple(module(ligne, colonne) for colonne in range(cote)) for ligne in range(cote))
