"""The INS datamatrix of a qualified identity: its text, and its symbol as PNG or SVG."""

from __future__ import annotations

import re
import struct
import zlib
from dataclasses import dataclass, field
from typing import Final

from segur_socles.errors import ChampInvalideError, Constat, IdentiteError
from segur_socles.personnes.datamatrix.blocs import BLOCS, EN_TETE, GS
from segur_socles.personnes.datamatrix.symbole import Modules, symbole
from segur_socles.personnes.identite import IdentiteQualifiee
from segur_socles.personnes.matricule import MatriculeIns
from segur_socles.personnes.traits import TraitsIdentite

__all__ = ["LEGENDE", "MARGE", "DatamatrixIns", "dessiner_svg", "plages", "texte_ins"]

LEGENDE: Final = "INS à scanner"
"""What stands next to the symbol, on the first page of a document (EXI DIF 02)."""

MARGE: Final = 4
"""Quiet zone, in modules: the standard asks for one, and scanners like more."""

_ECHELLE_MAX: Final = 64


@dataclass(frozen=True, slots=True)
class DatamatrixIns:
    """The INS of a qualified identity, ready to print on its documents next to :data:`LEGENDE`.

    Raises :class:`IdentiteError`: the identity is not qualified (EXI ID 29), or INSi gave its matricule with a key
    that does not fit, which every reader would refuse. Source: ANS, format datamatrix v2.2 (probable).
    """

    identite: IdentiteQualifiee = field(repr=False)

    def __post_init__(self) -> None:
        if self.identite.qualifiee().matricule.cle_non_conforme:
            message = "La clé du matricule reçu d'INSi n'est pas conforme : un lecteur refuserait ce datamatrix."
            raise IdentiteError(message, remede="signaler l'anomalie à l'assistance d'INSi, imprimer sans datamatrix")

    @property
    def texte(self) -> str:
        """What a scanner reads; it holds the identity."""
        return texte_ins(self.identite.traits, self.identite.matricule)

    @property
    def modules(self) -> Modules:
        """Rows of modules, true where dark, without the quiet zone: for one's own drawing."""
        return symbole(self.texte)

    def png(self, echelle: int = 6) -> bytes:
        """Draw as a greyscale PNG of ``echelle`` pixels a module (1 to 64), quiet zone included."""
        if not 1 <= echelle <= _ECHELLE_MAX:
            remede = f"donner un nombre de pixels par module de 1 à {_ECHELLE_MAX}"
            raise ChampInvalideError(
                "Le datamatrix n'est pas dessiné.", constats=(Constat("echelle", "hors limites", remede=remede),)
            )
        rangees = [
            b"".join((b"\x00" if sombre else b"\xff") * echelle for sombre in rangee)
            for rangee in _avec_marge(self.modules)
        ]
        # A filter byte (none) opens each line of pixels.
        pixels = b"".join((b"\x00" + rangee) * echelle for rangee in rangees)
        entete = struct.pack(">2I5B", len(rangees[0]), len(rangees) * echelle, 8, 0, 0, 0, 0)
        parties = ((b"IHDR", entete), (b"IDAT", zlib.compress(pixels, 9)), (b"IEND", b""))
        return b"\x89PNG\r\n\x1a\n" + b"".join(_partie(nom, contenu) for nom, contenu in parties)

    def svg(self) -> str:
        """Draw as an SVG of one unit a module, quiet zone included, that takes the size its page gives it."""
        return dessiner_svg(self.modules)


def texte_ins(traits: TraitsIdentite, matricule: MatriculeIns) -> str:
    """Write the text of a datamatrix. Who calls it answers for the identity being qualified (EXI ID 29)."""
    valeurs = {
        "S1": matricule.valeur,
        "S2": matricule.oid.value,
        "S3": traits.liste_prenoms,
        "S4": traits.nom_naissance,
        "S5": traits.sexe.value,
        "S6": "-".join(reversed(traits.date_naissance.split("-"))),
        "S7": traits.lieu_naissance,
    }
    return EN_TETE + "".join(
        code + valeur + ("" if BLOCS[code].ferme(valeur) else GS) for code, valeur in valeurs.items() if valeur
    )


def dessiner_svg(modules: Modules) -> str:
    """Draw modules as an SVG of one unit each, quiet zone included."""
    cote = len(modules) + 2 * MARGE
    trace = "".join([f"M{x} {y}h{longueur}v1h-{longueur}z" for x, y, longueur in plages(modules)])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {cote} {cote}" role="img"'
        f' shape-rendering="crispEdges"><title>{LEGENDE}</title>'
        f'<path fill="#fff" d="M0 0h{cote}v{cote}h-{cote}z"/><path d="{trace}"/></svg>'
    )


def plages(modules: Modules) -> list[tuple[int, int, int]]:
    """Find the runs of dark modules: column, row and length of each, counted from the edge of the quiet zone."""
    return [
        (plage.start() + MARGE, y, plage.end() - plage.start())
        for y, rangee in enumerate(modules, MARGE)
        for plage in _SOMBRES.finditer(bytes(rangee))
    ]


_SOMBRES: Final = re.compile(rb"\x01+")


def _avec_marge(modules: Modules) -> list[tuple[bool, ...]]:
    cote = len(modules) + 2 * MARGE
    vide, bord = ((False,) * cote,) * MARGE, (False,) * MARGE
    return [*vide, *((*bord, *rangee, *bord) for rangee in modules), *vide]


def _partie(nom: bytes, contenu: bytes) -> bytes:
    return struct.pack(">I", len(contenu)) + nom + contenu + struct.pack(">I", zlib.crc32(nom + contenu))
