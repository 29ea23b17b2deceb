"""Opening a zip that somebody else made: nothing is written to disk, nothing in its headers is believed.

Paths are looked up whatever their case, and a member is inflated only when it is asked for: what an archive
holds besides (a nested archive, a PDF) is never opened.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Final, NoReturn

from segur_socles._core.xml import DOCUMENT
from segur_socles.errors import Constat, DocumentInvalideError

__all__ = ["MEMBRES_MAX", "ArchiveZip"]

MEMBRES_MAX: Final = 200
TOTAL_MAX: Final = 250_000_000
"""Bytes inflated, all members together."""

RATIO_MAX: Final = 100
SANS_RATIO: Final = 1 << 20
"""Below one mebibyte the ratio says nothing: a short repetitive text may well shrink a hundredfold."""

_BLOC: Final = 1 << 18
_ENTREE: Final = b"PK\x01\x02"
_METHODES: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_CHIFFRE: Final = 0x1 | 0x40 | 0x2000
"""Flags of an encrypted member, of strong encryption, of a masked directory (APPNOTE 4.4.4)."""

_REGLE: Final = "IHE XDM, archive ZIP"
_REMEDE: Final = "demander à l'expéditeur de refaire l'archive"

# What zipfile and zlib raise on a damaged or forged archive.
_ILLISIBLE: Final = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
    OverflowError,
    struct.error,
)


class ArchiveZip:
    """The members of an archive by path, upper case and ``/`` between parts; directories are left out.

    Raises :class:`DocumentInvalideError`: not a zip, too many members, two of the same path, a path that leaves
    the archive, an encrypted member or one compressed otherwise than by Deflate.
    """

    def __init__(self, octets: bytes) -> None:
        # Counted before the directory is read: each entry costs a hundred times its bytes once it is an object.
        if octets.count(_ENTREE) > 10 * MEMBRES_MAX:
            _refuser("trop de fichiers")
        try:
            self._zip = zipfile.ZipFile(BytesIO(octets))
            membres = self._zip.infolist()
        except _ILLISIBLE:
            membres = None
        if membres is None:
            _refuser("la pièce jointe n'est pas une archive ZIP lisible")
        if len(membres) > MEMBRES_MAX:
            _refuser("trop de fichiers")
        self._taille = len(octets)
        self._lus = 0
        self._membres: dict[str, zipfile.ZipInfo] = {}
        for membre in membres:
            self._admettre(membre)

    def __iter__(self) -> Iterator[str]:
        return iter(self._membres)

    def __contains__(self, chemin: object) -> bool:
        return chemin in self._membres

    def lire(self, chemin: str) -> bytes:
        """Inflate one member. Raises :class:`DocumentInvalideError`: damaged, too large, or too well compressed."""
        try:
            octets = b"".join(self._blocs(self._membres[chemin]))
        except _ILLISIBLE:
            octets = None
        # Refused outside the handler: the error of zipfile quotes the name of the file.
        return _refuser("un fichier est endommagé (contrôle CRC ou compression)") if octets is None else octets

    def _blocs(self, membre: zipfile.ZipInfo) -> Iterator[bytes]:
        lus = 0
        permis = max(SANS_RATIO, RATIO_MAX * membre.compress_size)
        with self._zip.open(membre) as source:
            while bloc := source.read(_BLOC):
                lus += len(bloc)
                self._lus += len(bloc)
                if lus > min(permis, DOCUMENT.max_bytes) or self._lus > TOTAL_MAX:
                    _refuser("un fichier ou l'ensemble dépasse la taille permise une fois décompressé")
                yield bloc

    def _admettre(self, membre: zipfile.ZipInfo) -> None:
        ecrit = membre.orig_filename.replace("\\", "/")
        parties = [partie for partie in ecrit.rstrip("/").split("/") if partie != "."]
        if "\0" in ecrit or ":" in ecrit or "" in parties or ".." in parties:
            _refuser("un fichier a un chemin absolu ou qui sort de l'archive")
        if ecrit.endswith("/"):
            return
        chemin = "/".join(parties).upper()
        if membre.flag_bits & _CHIFFRE:
            _refuser("un fichier est chiffré")
        if membre.compress_type not in _METHODES:
            _refuser("un fichier est compressé par une méthode non admise")
        if membre.compress_size > self._taille:  # would lift the limit of the ratio
            _refuser("un fichier annonce plus d'octets que l'archive n'en a")
        if chemin in self._membres:
            _refuser("deux fichiers ont le même chemin")
        self._membres[chemin] = membre


def _refuser(message: str) -> NoReturn:
    constat = Constat("archive", message, _REGLE, _REMEDE)
    raise DocumentInvalideError("L'archive ZIP est refusée.", constats=(constat,))
