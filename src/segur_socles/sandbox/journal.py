"""The journal of the sandbox: what was asked and judged, without anyone's identity."""

from __future__ import annotations

import json
import re
import threading
from collections import deque
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Final

from segur_socles._core.clock import instant_ms
from segur_socles._core.redact import MASK, masquer
from segur_socles.errors import ConfigurationError
from segur_socles.sandbox.service import Verdict

__all__ = ["EntreeJournal", "Journal"]

_GARDEES: Final = 10_000
"""Entries kept in memory; the file keeps all."""

# What a caller writes freely is kept only if it has the shape of what it should be.
_UUID: Final = "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_MESSAGE_ID: Final = re.compile(rf"(?:urn:)?(?:uuid:)?{_UUID}|<{_UUID}@[a-z0-9.-]{{1,253}}>")  # SOAP, mail
_STRUCTURE: Final = re.compile(r"[0-9][0-9A-Z]{8,14}")
_CODE: Final = re.compile(r"[A-Za-z0-9_:-]{1,80}")


@dataclass(frozen=True, slots=True)
class EntreeJournal:
    """One exchange.

    ``le`` is an instant in UTC; ``structure`` a national identifier of structure; ``statut`` the HTTP or SMTP status,
    ``None`` when the connection was closed without an answer; ``code`` the national code answered (``OK``, ``NO`` or
    ``BAD`` for IMAP, which has no other status); ``duree`` seconds; ``panne`` the name of the fault that was played.
    """

    le: datetime
    service: str
    operation: str | None
    message_id: str | None
    structure: str | None
    statut: int | None
    code: str | None
    duree: float
    panne: str | None = None
    verdicts: tuple[Verdict, ...] = ()

    def masquee(self) -> EntreeJournal:
        """Give the entry fit for keeping: what has not its expected shape is masked."""
        return EntreeJournal(
            le=self.le,
            service=self.service,
            operation=self.operation,
            message_id=_conforme(_MESSAGE_ID, self.message_id),
            structure=_conforme(_STRUCTURE, self.structure),
            statut=self.statut,
            code=_conforme(_CODE, self.code),
            duree=round(self.duree, 4),
            panne=self.panne,
            verdicts=tuple(Verdict(v.controle, v.ok, masquer(v.detail)) for v in self.verdicts),
        )

    def en_json(self) -> str:
        """Write as one line of JSON; ``le`` as ``2026-01-15T09:30:05.120Z``."""
        return json.dumps({**asdict(self), "le": instant_ms(self.le)}, ensure_ascii=False)


def _conforme(forme: re.Pattern[str], valeur: str | None) -> str | None:
    return valeur if valeur is None or forme.fullmatch(valeur) else MASK


class Journal:
    """Entries in memory and, when a folder is given, in ``journal.jsonl``, one line each. Threads may share it."""

    def __init__(self, dossier: Path | None = None) -> None:
        self._lock = threading.Lock()
        self._entrees: deque[EntreeJournal] = deque(maxlen=_GARDEES)
        self.chemin = dossier / "journal.jsonl" if dossier else None
        self._fichier: IO[str] | None = None

    def open(self) -> None:
        """Open the file, which is continued if it exists. Raises :class:`ConfigurationError` if it cannot be."""
        if self.chemin is not None and self._fichier is None:
            self._fichier = _ouvrir(self.chemin)

    def noter(self, entree: EntreeJournal) -> None:
        """Keep an entry, masked."""
        masquee = entree.masquee()
        with self._lock:
            self._entrees.append(masquee)
            if self._fichier is not None:
                self._fichier.write(masquee.en_json() + "\n")
                self._fichier.flush()

    @property
    def entrees(self) -> tuple[EntreeJournal, ...]:
        """The last entries, oldest first."""
        with self._lock:
            return tuple(self._entrees)

    def close(self) -> None:
        """Close the file; entries in memory stay."""
        with self._lock:
            if self._fichier is not None:
                self._fichier.close()
                self._fichier = None


def _ouvrir(chemin: Path) -> IO[str]:
    try:
        chemin.parent.mkdir(parents=True, exist_ok=True)
        return chemin.open("a", encoding="utf-8")
    except OSError as error:
        message = f"Le journal du bac à sable ne peut pas être ouvert en écriture ({error.strerror})."
        raise ConfigurationError(
            message, champ="dossier", remede="choisir un dossier où le compte peut écrire"
        ) from None
