"""T10: a matricule read into its type, shape, key and OID checked, beside a library that checks the text alone."""

from __future__ import annotations

from collections.abc import Callable

from stdnum.fr import nir

from segur_socles.personnes.matricule import MatriculeIns, OidIns

ID = "T10"
TITLE = "lire et vérifier un matricule ÷ python-stdnum"
TARGET = 0.5
STRETCH = None

# Published test identities (CNDA scenarios): born in a commune, in Corsica, and a key of 97.
MATRICULES = ("109076322083489", "236066322083656", "180032B02040123", "297022A02077878", "207058575627097")
TIMES = 20
"""One call is too short for the clock."""


def measure() -> tuple[Callable[[], object], Callable[[], object]]:
    oid = OidIns.NIR.value

    def ours() -> None:
        for _ in range(TIMES):
            for valeur in MATRICULES:
                MatriculeIns.lire(valeur, oid)

    def stdnum() -> None:
        for _ in range(TIMES):
            for valeur in MATRICULES:
                nir.validate(valeur)

    return ours, stdnum
