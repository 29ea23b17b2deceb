"""The report of a verification: one row a decision, written as it is taken, from which the work goes on.

It holds neither trait nor matricule: the number of the line, the local identifier, the verdict, and why.
"""

from __future__ import annotations

import csv
import errno
import io
import os
import re
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from segur_socles._core.clock import instant_ms
from segur_socles._core.redact import masquer
from segur_socles.errors import ConfigurationError
from segur_socles.ins.base.fichier import exiger_ordinaire
from segur_socles.ins.base.jugement import Jugement, Verdict
from segur_socles.ins.base.verrou import reserver

__all__ = ["COLONNES", "Avancement", "Rapport", "neutraliser"]

COLONNES: Final = ("ligne", "identifiant", "verdict", "champs", "constats", "remedes", "decide_le", "fichier")
_BOM: Final = "\ufeff".encode()
_RANGEE: Final = 1 << 17
"""Longest row of ours, in bytes."""
_FIN: Final = b"\r\n"
_IDENTIFIANT: Final = 64
_INVISIBLES: Final = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_FORMULE: Final = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a spreadsheet takes for the beginning of a formula, full-width forms included."""


def neutraliser(texte: str) -> str:
    """Make a foreign text safe in a cell: no number of a person, no control, no direction mark, no formula; short."""
    nu = masquer(_INVISIBLES.sub("", texte)).strip()[:_IDENTIFIANT]
    return f"'{nu}" if nu.startswith(_FORMULE) else nu


class Avancement:
    """Which lines are decided, and how many of each verdict; a line to try again is decided later, in a new row."""

    def __init__(self) -> None:
        self.derniere = 0
        self.verdicts: Counter[Verdict] = Counter()
        self.champs: Counter[str] = Counter()
        self._a_reprendre: dict[int, tuple[str, ...]] = {}

    def attend(self, ligne: int) -> bool:
        """Whether a line has no decision yet."""
        return ligne > self.derniere or ligne in self._a_reprendre

    def noter(self, ligne: int, verdict: Verdict, champs: Sequence[str]) -> None:
        """Take a decision into account."""
        if (anciens := self._a_reprendre.pop(ligne, None)) is not None:
            self.verdicts[Verdict.A_REPRENDRE] -= 1
            self.champs.subtract(anciens)
        self.derniere = max(ligne, self.derniere)
        self.verdicts[verdict] += 1
        self.champs.update(champs)
        if verdict is Verdict.A_REPRENDRE:
            self._a_reprendre[ligne] = tuple(champs)


class Rapport:
    """An open report: what it holds already is read, a row cut by a sudden stop is removed, rows are added at the end.

    ``fichier`` is the digest of the file and of the settings that decide: a report never goes on with others.
    Raises ``ConfigurationError`` for a file that is not such a report, or that another run writes; it is then left as
    it is.
    """

    def __init__(self, chemin: Path, fichier: str) -> None:
        self._fichier = fichier[:16]
        self.avancement = Avancement()
        try:
            if chemin.exists():
                exiger_ordinaire(chemin, champ="--rapport")
            # One system call a row, nothing held back: a stop loses at most the row being written.
            with ExitStack() as ouverts:
                self._flux = ouverts.enter_context(io.FileIO(chemin, "ab", opener=_prive))
                if not reserver(self._flux):
                    raise _occupe()
                entier = self._relire(chemin)  # once nobody else can add to it
                self._flux.truncate(entier)
                if not entier:
                    self._ajouter(_BOM + _rangee(COLONNES))
                ouverts.pop_all()
        except OSError as error:
            probleme = error.strerror or "erreur du système"
        else:
            return
        raise _refuse(probleme)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        probleme = None
        try:
            with self._flux:
                os.fsync(self._flux.fileno())
        except OSError as echec:
            probleme = echec.strerror or "erreur du système"
        if probleme and kind is None:
            raise _refuse(probleme)

    def ecrire(self, ligne: int, identifiant: str, jugement: Jugement, le: datetime) -> None:
        """Add one decision."""
        champs = tuple(dict.fromkeys(c.champ for c in jugement.constats))
        rangee = _rangee(
            (
                str(ligne),
                neutraliser(identifiant),
                jugement.verdict.value,
                " ".join(champs),
                " | ".join(f"{c.champ} : {c.message}" for c in jugement.constats) or jugement.verdict.explication,
                " | ".join(dict.fromkeys(c.remede for c in jugement.constats if c.remede)),
                instant_ms(le),
                self._fichier,
            )
        )
        try:
            self._ajouter(rangee)
        except OSError as error:
            probleme = error.strerror or "erreur du système"
        else:
            self.avancement.noter(ligne, jugement.verdict, champs)
            return
        raise _refuse(probleme)

    def _ajouter(self, octets: bytes) -> None:
        reste = memoryview(octets)
        while reste:
            # A disk that fills up takes the beginning and says so by its count alone; the next call fails.
            ecrits = self._flux.write(reste)
            if not ecrits:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            reste = reste[ecrits:]

    def _relire(self, chemin: Path) -> int:
        """Take the decisions already there; give the length of what is whole."""
        with chemin.open("rb") as flux:
            premiere = flux.readline(_RANGEE)
            en_tete = _BOM + _rangee(COLONNES)
            if premiere != en_tete:
                # Our own header may have been cut; anything else is somebody's file.
                if en_tete.startswith(premiere):
                    return 0
                raise _etranger()
            entier = len(premiere)
            for rangee in iter(lambda: flux.readline(_RANGEE), b""):
                if not rangee.endswith(_FIN):
                    if flux.read(1):
                        raise _etranger()
                    break
                self._reprendre(rangee)
                entier += len(rangee)
        return entier

    def _reprendre(self, rangee: bytes) -> None:
        try:
            ((ligne, _, verdict, champs, _, _, _, fichier),) = csv.reader([rangee.decode()], delimiter=";")
            numero, decide = int(ligne), Verdict(verdict)
        except (ValueError, csv.Error):
            raise _etranger() from None
        if fichier != self._fichier or not self.avancement.attend(numero):
            raise _etranger()
        self.avancement.noter(numero, decide, champs.split())


def _prive(chemin: str, drapeaux: int) -> int:
    return os.open(chemin, drapeaux, 0o600)  # who is in the base, and with what trouble, is nobody else's business


def _rangee(cellules: Sequence[str]) -> bytes:
    ecrite = io.StringIO()
    csv.writer(ecrite, delimiter=";", lineterminator=_FIN.decode()).writerow(cellules)
    return ecrite.getvalue().encode()


def _refuse(probleme: str) -> ConfigurationError:
    message = f"Le rapport ne peut pas être écrit ({probleme}) ; ce qui y est déjà est gardé."
    return ConfigurationError(message, champ="--rapport", remede="libérer de la place, ou choisir un autre fichier")


def _occupe() -> ConfigurationError:
    message = "Une autre vérification écrit déjà ce rapport ; elle continue, et celle-ci n'a rien changé."
    remede = "attendre qu'elle finisse, ou l'arrêter ; la même commande reprend ensuite"
    return ConfigurationError(message, champ="--rapport", remede=remede)


def _etranger() -> ConfigurationError:
    message = (
        "Ce rapport n'est pas celui de ce fichier avec ces réglages, ou il a été modifié ; il reste tel qu'il est."
    )
    remede = "donner un autre nom de rapport, ou reprendre avec le même fichier et les mêmes options"
    return ConfigurationError(message, champ="--rapport", remede=remede)
