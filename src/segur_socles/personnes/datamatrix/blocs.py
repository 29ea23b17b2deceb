"""The layout of an INS datamatrix's text: a header, then blocks of a two-character code and a value.

Source: ANS, « INS : format datamatrix » v2.2.20230926 (read through open implementations; probable). It borrows
the layout of a 2D-Doc but carries no signature, no certificate and no issuer: it spares typing, it proves nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = ["BLOCS", "EN_TETE", "FORMAT", "GS", "Bloc"]

FORMAT: Final = "format du datamatrix INS v2.2"
"""The rule that findings name."""

EN_TETE: Final = "IS" + "01" + "0" * 22
"""Mark, version, reserved characters."""

GS: Final = "\x1d"
"""Closes a value that is shorter than its block allows, unless it is the last."""


@dataclass(frozen=True, slots=True)
class Bloc:
    """One block: its French name, the characters its value is made of (a regex class), their number."""

    libelle: str
    signes: str
    minimum: int
    maximum: int

    def ferme(self, valeur: str) -> bool:
        """Whether ``valeur`` ends by its length alone, with no separator after it."""
        return len(valeur) == self.maximum


# No digit in a name, no letter in an OID: where a value ends is never in doubt, even when a separator is lost.
_NOM: Final = rf"[^0-9{GS}]"

BLOCS: Final = {
    "S1": Bloc("matricule INS", r"[0-9AB]", 15, 15),
    "S2": Bloc("nature de l'INS (OID)", r"[0-9.]", 19, 20),
    "S3": Bloc("prénoms de naissance", _NOM, 1, 100),
    "S4": Bloc("nom de naissance", _NOM, 1, 100),
    "S5": Bloc("sexe", r"[MF]", 1, 1),
    "S6": Bloc("date de naissance", r"[0-9-]", 10, 10),
    "S7": Bloc("lieu de naissance", r"[0-9AB]", 5, 5),
}
"""Every block by its code, in the order they are written."""
