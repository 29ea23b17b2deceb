"""National identifiers that begin with a digit saying what follows: PS_IdNat (persons), Struct_IdNat (structures).

Sources: SEL-MP-037 for the prefixes (certain); TRE_G07 for those of structures (certain); the rank that follows
an RPPS number in that of a practice, seen with three digits (probable).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from segur_socles._core.model import RegleError, invalide
from segur_socles.errors import Constat
from segur_socles.personnes.numeros.genres import REGLES, Genre
from segur_socles.personnes.numeros.lecture import Numero, compacter, lire

__all__ = ["PS_IDNAT", "STRUCT_IDNAT", "IdentifiantNational", "Prefixe", "Referentiel"]

_INTERNE: Final = re.compile(r"[!-~]{1,48}")
"""An employer's own identifier: it goes into certificates and assertions, hence ASCII, no space, and 64 in all."""


@dataclass(frozen=True, slots=True)
class Prefixe:
    """What follows a prefix: a number, and then, after a ``/``, the employer's own identifier of the person."""

    genre: Genre
    interne: bool = False


@dataclass(frozen=True, slots=True)
class IdentifiantNational:
    """A national identifier that was checked, taken apart. ``interne``: the employer's own identifier."""

    valeur: str
    numero: Numero
    interne: str | None = None

    @property
    def affichage(self) -> str:
        """For the screen: ``RPPS 10 003 461 033``, ``FINESS 99 000 001 9 / AS-42``."""
        propre = f"{REGLES[self.numero.genre].nom} {self.numero.affichage}"
        return f"{propre} / {self.interne}" if self.interne else propre

    @property
    def explication(self) -> str:
        """What it says, for the screen."""
        suite = " La personne n'est connue que de cet employeur, par son identifiant interne." if self.interne else ""
        return self.numero.explication + suite

    @property
    def remarques(self) -> tuple[Constat, ...]:
        """What is odd about it without refusing it; a wrong key is, for published identifiers have some."""
        return self.numero.remarques


@dataclass(frozen=True, slots=True)
class Referentiel:
    """A family of identifiers: its prefixes, and how to read and write one."""

    nom: str
    quoi: str
    remede: str
    prefixes: Mapping[str, Prefixe] = field(repr=False)

    def decomposer(self, valeur: str) -> IdentifiantNational | None:
        """Take an identifier apart as it is written, or give ``None`` when it is none of the family."""
        prefixe = self.prefixes.get(valeur[:1])
        if prefixe is None:
            return None
        numero, barre, interne = valeur[1:].partition("/")
        if not REGLES[prefixe.genre].forme.fullmatch(numero) or bool(barre) is not prefixe.interne:
            return None
        if prefixe.interne and not _INTERNE.fullmatch(interne):
            return None
        return IdentifiantNational(valeur, Numero(prefixe.genre, numero), interne or None)

    def verifier(self, valeur: str) -> str:
        """Check the field of a value type; :class:`RegleError` when it is refused."""
        if self.decomposer(valeur) is None:
            raise RegleError(f"{self.quoi} mal formé", regle=self.nom, remede=self.remede)
        return valeur

    def lire(self, saisie: str) -> IdentifiantNational:
        """Read an identifier as typed: the number may be grouped. Raises :class:`ChampInvalideError`."""
        numero, barre, interne = saisie.partition("/")
        lu = self.decomposer(compacter(numero) + barre + interne.strip())
        if lu is None:
            constat = Constat(self.nom.lower(), f"{self.quoi} mal formé", self.nom, self.remede)
            raise invalide(self.quoi.capitalize(), (constat,))
        return lu

    def ecrire(self, genre: Genre, numero: str) -> str:
        """Write the identifier of who bears this number and no identifier of an employer."""
        return next(p for p, suite in self.prefixes.items() if suite.genre is genre and not suite.interne) + numero

    def extraire(self, valeur: str | None, genre: Genre) -> str | None:
        """Take the number of this kind out of an identifier received from a service; ``None`` if it holds none."""
        lu = self.decomposer(valeur or "")
        return lu.numero.valeur if lu is not None and lu.numero.genre is genre else None

    def numero(self, saisie: str, genre: Genre) -> Numero:
        """Read a number of this kind that was given alone, or behind its prefix."""
        lu = self.decomposer(compacter(saisie))
        return lu.numero if lu is not None and lu.numero.genre is genre else lire(saisie, genre)


PS_IDNAT: Final = Referentiel(
    "PS_IdNat",
    "identifiant national de professionnel",
    "écrire 8 + RPPS (11 chiffres), ou 3 + FINESS + / + identifiant interne (sans accent ni espace)",
    {
        "0": Prefixe(Genre.ADELI),
        "1": Prefixe(Genre.CABINET_ADELI, interne=True),
        "3": Prefixe(Genre.FINESS, interne=True),
        "4": Prefixe(Genre.SIREN, interne=True),
        "5": Prefixe(Genre.SIRET, interne=True),
        "6": Prefixe(Genre.CABINET_RPPS, interne=True),
        "8": Prefixe(Genre.RPPS),
    },
)
"""Persons (TRE_G08): ``8`` + RPPS, ``0`` + ADELI, or an employer's number, ``/`` and its own identifier."""

STRUCT_IDNAT: Final = Referentiel(
    "Struct_IdNat",
    "identifiant national de structure",
    "écrire 1 + FINESS (9 caractères) ou 3 + SIRET (14 chiffres)",
    {
        "0": Prefixe(Genre.CABINET_ADELI),
        "1": Prefixe(Genre.FINESS),
        "2": Prefixe(Genre.SIREN),
        "3": Prefixe(Genre.SIRET),
        "4": Prefixe(Genre.CABINET_RPPS),
    },
)
"""Structures (TRE_G07): ``1`` + FINESS, ``2`` + SIREN, ``3`` + SIRET, ``4`` + practice."""
