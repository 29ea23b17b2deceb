"""Where trace records go. An adopter writes its own sink by giving an object with these three members."""

from __future__ import annotations

import errno
import io
import os
import threading
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from segur_socles.errors import ConfigurationError, TraceError
from segur_socles.trace.record import Maillon, TraceSocle

__all__ = ["JsonLinesSink", "MemorySink", "NullSink", "TraceSink", "verifier_chaine"]


class TraceSink(Protocol):
    """Append-only storage, which owns the chain of its records: several tracers may share it.

    An asynchronous caller writes in a thread, unless the sink has an attribute ``blocking`` that is false: it then
    never waits, for a disk or for the network.
    """

    @property
    def verrou(self) -> AbstractContextManager[object]:
        """What a tracer holds from ``dernier`` to ``write``, so that no other record comes between them."""
        ...

    def write(self, record: TraceSocle) -> None:
        """Keep one record. Returns once it is kept; or raises, and then nothing of it is."""
        ...

    def dernier(self) -> tuple[int, str]:
        """Return the sequence number and fingerprint of the last record kept, ``(0, "")`` if none."""
        ...


class NullSink:
    """Keeps nothing: for adopters who trace by other means, and must say so explicitly."""

    blocking = False

    def __init__(self) -> None:
        self.verrou = threading.Lock()

    def write(self, record: TraceSocle) -> None:
        """Drop the record."""

    def dernier(self) -> tuple[int, str]:
        """Return the start of a chain."""
        return 0, ""


class MemorySink:
    """Keeps records in a list; for tests and demonstrations."""

    blocking = False

    def __init__(self) -> None:
        self.verrou = threading.Lock()
        self.records: list[TraceSocle] = []

    def write(self, record: TraceSocle) -> None:
        """Append."""
        self.records.append(record)

    def dernier(self) -> tuple[int, str]:
        """Return where the chain stands."""
        return (self.records[-1].sequence, self.records[-1].empreinte) if self.records else (0, "")


class JsonLinesSink:
    """Appends one JSON line a record to a file readable by its owner only. One file a process.

    An existing file is continued: its chain goes on from its last line.

    Raises:
        ConfigurationError: the file cannot be opened, or its last line is not a whole record.
    """

    def __init__(self, path: Path) -> None:
        self.verrou = threading.Lock()
        try:
            self._dernier, self._taille = _fin_de_chaine(path) if path.exists() else _DEBUT
            # Unbuffered: a record that could not be written must not come out with a later one.
            self._file = io.FileIO(path, "ab", opener=_prive)
        except OSError as error:
            message = f"Le journal des traces ne peut pas être ouvert en écriture ({error.strerror})."
            remede = "vérifier que le dossier existe et que le compte peut y écrire"
            raise ConfigurationError(message, champ="trace", remede=remede) from None

    def write(self, record: TraceSocle) -> None:
        """Append one line in one piece, handed over to the system.

        Raises:
            TraceError: the file was changed by another program; the chain would break.
            OSError: the line could not be written whole; the file is as it was before.
        """
        line = f"{record.en_json()}\n".encode()
        if os.fstat(self._file.fileno()).st_size != self._taille:
            message = "Le journal des traces a été modifié par un autre programme ; rien n'a été envoyé."
            raise TraceError(message, remede="donner à chaque processus son propre fichier, puis redémarrer")
        try:
            _ecrire_entiere(self._file, line)
        except BaseException:
            self._file.truncate(self._taille)
            raise
        self._taille += len(line)
        self._dernier = (record.sequence, record.empreinte)

    def dernier(self) -> tuple[int, str]:
        """Return where the file's chain stands."""
        return self._dernier

    def close(self) -> None:
        """Close the file."""
        self._file.close()


_DEBUT = ((0, ""), 0)
"""Where the chain of an empty file stands, and its size."""


def _ecrire_entiere(file: io.FileIO, line: bytes) -> None:
    # The system writes what fits, without an error, on a disk about to be full.
    if file.write(line) != len(line):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _prive(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _fin_de_chaine(path: Path) -> tuple[tuple[int, str], int]:
    """Return where the chain of a file stands, and the file's size."""
    last, size = b"", 0
    with path.open("rb") as lines:
        for last in lines:
            size += len(last)
    if not size:
        return _DEBUT
    maillon = Maillon.lire(last)
    if maillon is None:
        message = "La dernière ligne du journal des traces est incomplète ou altérée : sa chaîne ne peut pas continuer."
        remede = "archiver ce fichier tel quel, puis ouvrir un nouveau journal"
        raise ConfigurationError(message, champ="trace", remede=remede)
    return (maillon.sequence, maillon.empreinte), size


def verifier_chaine(path: Path) -> int:
    """Check the chain of a JSON Lines file and return the number of records.

    Raises:
        ConfigurationError: a record was changed, cut, removed or inserted; the message gives its line.
    """
    precedent = ""
    number = 0
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            maillon = Maillon.lire(line)
            if maillon is None or maillon.precedent != precedent:
                message = f"La chaîne des traces est rompue à la ligne {number}."
                raise ConfigurationError(message, champ="trace", remede="comparer avec la sauvegarde du journal")
            precedent = maillon.empreinte
    return number
