"""Which line already bore a number or the same traits, over millions of lines, in bounded memory."""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
from types import TracebackType
from typing import Self

from segur_socles.errors import Constat, Gravite
from segur_socles.ins.base.jugement import Jugement

__all__ = ["Doublons"]


class Doublons:
    """A private temporary table, on disk when it is large, that vanishes when closed.

    It holds digests under a key drawn for this run and never written: nothing of it names anybody.
    """

    def __init__(self) -> None:
        self._cle = secrets.token_bytes(32)
        self._table = sqlite3.connect("", isolation_level=None)
        self._table.execute("CREATE TABLE vus (cle BLOB PRIMARY KEY, ligne INTEGER NOT NULL) WITHOUT ROWID")
        self._table.execute("BEGIN")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._table.close()

    def noter(self, ligne: int, jugement: Jugement) -> tuple[Constat, ...]:
        """Remember a line, and tell which earlier one bears the same number, or else the same traits."""
        constats = []
        if jugement.matricule and (premiere := self._premiere("ins", jugement.matricule.numero, ligne=ligne)):
            message = f"même matricule que la ligne {premiere}"
            remede = "fusionner les deux dossiers, ou corriger celui qui porte l'INS d'une autre personne"
            constats.append(Constat("matricule", message, "RNIV : une INS, une personne", remede))
        if jugement.traits:
            premiere = self._premiere("traits", *jugement.traits.par_trait.values(), ligne=ligne)
            if premiere and not constats:
                message = f"mêmes traits que la ligne {premiere}"
                remede = "doublon à fusionner, ou homonymes à signaler par l'attribut"
                constats.append(Constat("nom_naissance", message, "RNIV", remede, Gravite.AVERTISSEMENT))
        return tuple(constats)

    def _premiere(self, *valeurs: str, ligne: int) -> int | None:
        cle = hashlib.blake2b(
            "\0".join(valeurs).encode("utf-8", "surrogatepass"), key=self._cle, digest_size=16
        ).digest()
        connue = self._table.execute("SELECT ligne FROM vus WHERE cle = ?", (cle,)).fetchone()
        if connue is None:
            self._table.execute("INSERT INTO vus VALUES (?, ?)", (cle, ligne))
            return None
        return int(connue[0])
