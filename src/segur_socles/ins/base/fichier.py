"""Reading a delimited file that nobody described: encoding, delimiter, and records one by one in bounded memory."""

from __future__ import annotations

import codecs
import csv
import hashlib
import stat
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO

from segur_socles.errors import ChampInvalideError, ConfigurationError
from segur_socles.ins.base.colonnes import reconnus

__all__ = [
    "ENCODAGES",
    "SEPARATEURS",
    "Enregistrement",
    "Enregistrements",
    "Reconnaissance",
    "deviner_separateur",
    "exiger_ordinaire",
    "reconnaitre",
]

ENCODAGES: Final = ("utf-8-sig", "cp1252", "latin-1", "utf-16")
SEPARATEURS: Final = (";", ",", "\t", "|")

_BLOC: Final = 1 << 20
_LIGNE: Final = 1 << 16
"""Longest physical line, in characters: a person takes a few hundred."""
_LIGNES: Final = 20
"""Most physical lines in one record (an address in a cell); beyond, a quote was never closed."""
_SANS_SENS: Final = frozenset(b"\x81\x8d\x8f\x90\x9d")
"""Bytes that cp1252 leaves undefined."""


@dataclass(frozen=True, slots=True)
class Reconnaissance:
    """What one pass over the whole file tells: a Python codec, a SHA-256 in hexadecimal, a size in bytes."""

    encodage: str
    empreinte: str
    taille: int


@dataclass(frozen=True, slots=True)
class Enregistrement:
    """One record: the number of its first physical line (from 1), its cells, or why it cannot be read."""

    ligne: int
    cellules: tuple[str, ...] = ()
    illisible: str | None = None


def reconnaitre(source: Path) -> Reconnaissance:
    """Read the whole file once, by blocks. Raises ``ConfigurationError`` or ``ChampInvalideError``."""
    empreinte, taille, hauts = hashlib.sha256(), 0, set[int]()
    utf8: codecs.IncrementalDecoder | None = codecs.getincrementaldecoder("utf-8")()
    debut = b""
    nul = False
    try:
        exiger_ordinaire(source, champ="FICHIER")
        with source.open("rb") as flux:
            while bloc := flux.read(_BLOC):
                debut = debut or bloc[:4]
                taille += len(bloc)
                empreinte.update(bloc)
                nul = nul or b"\0" in bloc
                hauts |= _SANS_SENS & set(bloc)
                utf8 = _encore(utf8, bloc)
    except OSError as error:
        probleme = error.strerror or "erreur du système"
    else:
        utf8 = _encore(utf8, b"", final=True)
        return Reconnaissance(
            _encodage(debut, utf8=utf8 is not None, nul=nul, hauts=hauts), empreinte.hexdigest(), taille
        )
    message = f"Le fichier ne peut pas être lu ({probleme})."
    raise ConfigurationError(message, champ="FICHIER", remede="vérifier le chemin et les droits de lecture")


def exiger_ordinaire(chemin: Path, *, champ: str) -> None:
    """Refuse a pipe or a device, which cannot be read twice, or would never end. A folder is left to be refused."""
    mode = chemin.stat().st_mode
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        message = "Ce n'est pas un fichier ordinaire : il doit pouvoir être relu."
        raise ConfigurationError(message, champ=champ, remede="écrire d'abord le contenu dans un fichier")


def _encore(
    decodeur: codecs.IncrementalDecoder | None, bloc: bytes, *, final: bool = False
) -> codecs.IncrementalDecoder | None:
    """Give the decoder back as long as everything it met is UTF-8."""
    try:
        if decodeur:
            decodeur.decode(bloc, final)
    except UnicodeDecodeError:
        return None
    return decodeur


def _encodage(debut: bytes, *, utf8: bool, nul: bool, hauts: set[int]) -> str:
    if debut.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if nul:
        message = "Le fichier n'est pas un texte délimité."
        raise ChampInvalideError(message, remede="l'enregistrer depuis le tableur au format CSV UTF-8")
    # What begins with its mark is UTF-8, whatever other bytes were pasted into a line: that line alone is refused.
    if utf8 or debut.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    return "latin-1" if hauts else "cp1252"


def deviner_separateur(en_tete: str) -> str:
    """Choose the delimiter that shows the most known headers, then the most columns."""

    def merite(separateur: str) -> tuple[int, int]:
        cellules = next(csv.reader([en_tete], delimiter=separateur), [])
        return reconnus(cellules), len(cellules)

    return max(SEPARATEURS, key=merite)


class Enregistrements:
    """The records of a text stream opened with ``newline=""``, one by one.

    A record that cannot be read is given as such and the next line starts a new one: a quote never closed, or a line
    without an end, spoils itself alone. Blank lines are passed over.
    """

    def __init__(self, flux: TextIO, separateur: str) -> None:
        self._flux = flux
        self._separateur = separateur
        self._avance: deque[str] = deque()
        self._numero = 0

    def __iter__(self) -> Iterator[Enregistrement]:
        while (premiere := self._suivante()) is not None:
            if enregistrement := self._lire(premiere):
                yield enregistrement

    def _suivante(self) -> str | None:
        ligne = self._avance.popleft() if self._avance else self._flux.readline(_LIGNE)
        if not ligne:
            return None
        self._numero += 1
        return ligne

    def _lire(self, premiere: str) -> Enregistrement | None:
        numero = self._numero
        if _coupee(premiere):
            while _coupee(self._flux.readline(_LIGNE)):
                pass
            return Enregistrement(numero, illisible=f"ligne de plus de {_LIGNE} caractères")
        if not premiere.strip():
            return None
        lues = [premiere]
        ouverte = False

        def physiques() -> Iterator[str]:
            # The reader asks for a second line only while a quoted cell is open.
            nonlocal ouverte
            yield premiere
            while len(lues) < _LIGNES and not _coupee(lues[-1]) and (ligne := self._suivante()) is not None:
                lues.append(ligne)
                yield ligne
            ouverte = True

        try:
            cellules = next(csv.reader(physiques(), delimiter=self._separateur))
        except csv.Error:  # a cell beyond the csv module's limit: the quote that opens it is never closed
            ouverte = True
        else:
            if not ouverte:
                return Enregistrement(numero, tuple(cellules))
        self._avance.extendleft(reversed(lues[1:]))
        self._numero = numero
        return Enregistrement(numero, illisible="guillemet ouvrant sans guillemet fermant")


def _coupee(ligne: str) -> bool:
    """Whether a physical line goes on beyond what was read of it."""
    return len(ligne) == _LIGNE and not ligne.endswith(("\n", "\r"))
