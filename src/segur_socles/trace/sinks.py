"""Where trace records go. An adopter writes its own sink by giving an object with ``write``."""

from __future__ import annotations

import json
import os
import threading
from collections import deque
from pathlib import Path
from typing import Protocol

from segur_socles.errors import ConfigurationError
from segur_socles.trace.record import TraceSocle

__all__ = ["JsonLinesSink", "MemorySink", "NullSink", "TraceSink", "verifier_chaine"]


class TraceSink(Protocol):
    """Append-only storage. ``write`` returns once the record is kept, or raises."""

    def write(self, record: TraceSocle) -> None:
        """Keep one record."""
        ...

    def dernier(self) -> tuple[int, str]:
        """Return the sequence number and fingerprint of the last record kept, ``(0, "")`` if none."""
        ...


class NullSink:
    """Keeps nothing: for adopters who trace by other means, and must say so explicitly."""

    def write(self, record: TraceSocle) -> None:
        """Drop the record."""

    def dernier(self) -> tuple[int, str]:
        """Return the start of a chain."""
        return 0, ""


class MemorySink:
    """Keeps records in a list; for tests and demonstrations."""

    def __init__(self) -> None:
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
    """

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            self._dernier = _derniere_ligne(path)
        except OSError as error:
            message = f"Le journal des traces ne peut pas être ouvert en écriture ({error.strerror})."
            remede = "vérifier que le dossier existe et que le compte peut y écrire"
            raise ConfigurationError(message, champ="trace", remede=remede) from None
        self._file = os.fdopen(descriptor, "a", encoding="utf-8")

    def write(self, record: TraceSocle) -> None:
        """Append one line and flush it to the system."""
        with self._lock:
            self._file.write(record.en_json() + "\n")
            self._file.flush()
            self._dernier = (record.sequence, record.empreinte)

    def dernier(self) -> tuple[int, str]:
        """Return where the file's chain stands."""
        return self._dernier

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def _derniere_ligne(path: Path) -> tuple[int, str]:
    with path.open(encoding="utf-8") as lines:
        last = deque(lines, maxlen=1)
    if not last:
        return 0, ""
    record = json.loads(last[0])
    return record["sequence"], record["empreinte"]


def verifier_chaine(path: Path) -> int:
    """Check the chain of a JSON Lines file and return the number of records.

    Raises:
        ConfigurationError: a record was changed, removed or inserted; the message gives its line.
    """
    precedent = ""
    number = 0
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            record = TraceSocle(**json.loads(line))
            if record.precedent != precedent or record.calculer_empreinte() != record.empreinte:
                message = f"La chaîne des traces est rompue à la ligne {number}."
                raise ConfigurationError(message, champ="trace", remede="comparer avec la sauvegarde du journal")
            precedent = record.empreinte
    return number
