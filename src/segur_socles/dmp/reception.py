"""Where the bytes of a document go as they come: counted, hashed, kept in memory or in a file not yet in place."""

from __future__ import annotations

import hashlib
import os
import tempfile
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Final

from segur_socles.errors import ConfigurationError, Constat, DocumentInvalideError

__all__ = ["LIMITE", "Reception"]

LIMITE: Final = 100 * 1024 * 1024
"""Bytes accepted of a document whose size the registry does not give."""

_RELIRE: Final = "chercher de nouveau le document, puis le relire ; si cela dure, prévenir le support du DMP"


class Reception:
    """A sink for one document. Never more than ``taille`` bytes are taken.

    With ``vers``, the bytes go to a new file beside it, which takes that name in :meth:`conclure` only: what is at
    ``vers`` is always a whole and verified document, or what was there before.
    """

    def __init__(self, *, hash_attendu: str | None, taille: int | None, vers: Path | None = None) -> None:
        self._attendu = hash_attendu
        self._annoncee = taille
        self._vers = vers
        self._provisoire: Path | None = None
        self._flux: BinaryIO = BytesIO()
        self._sha1 = hashlib.sha1(usedforsecurity=False)
        self.taille = 0
        if vers is not None:
            try:
                descripteur, nom = tempfile.mkstemp(prefix=f".{vers.name}.", dir=vers.parent)
            except OSError:
                raise _ecriture() from None
            self._provisoire = Path(nom)
            self._flux = os.fdopen(descripteur, "wb")

    def write(self, chunk: bytes) -> None:
        """Take the next bytes."""
        self.taille += len(chunk)
        if self.taille > (LIMITE if self._annoncee is None else self._annoncee):
            raise _altere(Constat("size", "le document reçu est plus grand que ne le dit sa fiche", "XDS", _RELIRE))
        self._sha1.update(chunk)
        try:
            self._flux.write(chunk)
        except OSError:
            # The runner would take it for a failure of the network.
            raise _ecriture() from None

    def content(self) -> bytes:
        """Return the bytes kept in memory, none when they went to a file."""
        return self._flux.getvalue() if isinstance(self._flux, BytesIO) else b""

    def verifier(self) -> bool:
        """Compare with the metadata; say whether size and digest were both there.

        Raises :class:`DocumentInvalideError` when one differs.
        """
        constats = []
        if self._annoncee is not None and self.taille != self._annoncee:
            constats.append(Constat("size", "le document reçu n'a pas la taille que dit sa fiche", "XDS", _RELIRE))
        if self._attendu is not None and self._sha1.hexdigest() != self._attendu:
            constats.append(Constat("hash", "l'empreinte du document reçu n'est pas celle de sa fiche", "XDS", _RELIRE))
        if constats:
            raise _altere(*constats)
        return self._annoncee is not None and self._attendu is not None

    def relire(self, taille: int = -1) -> bytes:
        """Return the bytes wherever they went, the first ``taille`` ones only if it is given."""
        if self._provisoire is None:
            return self.content() if taille < 0 else self.content()[:taille]
        try:
            self._flux.flush()
            with self._provisoire.open("rb") as fichier:
                return fichier.read(taille)
        except OSError:
            raise _ecriture() from None

    def conclure(self) -> None:
        """Put the file in place, once everything about it was checked."""
        if self._provisoire is not None and self._vers is not None:
            try:
                self._flux.close()
                self._provisoire.replace(self._vers)
            except OSError:
                raise _ecriture() from None
            self._provisoire = None

    def abandonner(self) -> None:
        """Remove the file that did not take its place; harmless after :meth:`conclure`."""
        if self._provisoire is not None:
            with suppress(OSError):
                self._flux.close()
            with suppress(OSError):
                self._provisoire.unlink()
            self._provisoire = None


def _altere(*constats: Constat) -> DocumentInvalideError:
    message = "Le document reçu du DMP n'est pas celui que décrit sa fiche ; il n'a pas été gardé."
    return DocumentInvalideError(message, constats=constats)


def _ecriture() -> ConfigurationError:
    message = "Le document du DMP ne peut pas être écrit à l'endroit demandé."
    return ConfigurationError(message, champ="vers", remede="vérifier le dossier, ses droits et la place libre")
