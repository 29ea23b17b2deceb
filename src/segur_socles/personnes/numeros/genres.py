"""The national numbers of persons and structures: one table of their shapes, keys and names.

Sources: TRE_G07 (kinds of identifiers of structures, certain); SIREN and SIRET keys, La Poste included (INSEE,
certain); RPPS and FINESS keys (probable: several published examples break them, so a wrong one is only remarked).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

__all__ = ["LONGUEUR_SIREN", "REGLES", "Genre", "Regle", "luhn"]

LONGUEUR_SIREN: Final = 9
"""A SIRET begins with the SIREN of who owns the establishment."""

_LA_POSTE: Final = "356000000"
_DOUBLES: Final = str.maketrans("0123456789", "0246813579")


def luhn(chiffres: str) -> bool:
    """Whether the last digit is the Luhn key of the others. ``chiffres`` are ASCII digits."""
    somme = sum(map(int, chiffres[::-2])) + sum(map(int, chiffres[-2::-2].translate(_DOUBLES)))
    return somme % 10 == 0


def _siret(chiffres: str) -> bool:
    # The only exception: La Poste has more establishments than keys.
    return luhn(chiffres) or (chiffres.startswith(_LA_POSTE) and sum(map(int, chiffres)) % 5 == 0)


def _finess(numero: str) -> bool:
    # How the letters of Corsica and of test numbers count is not published.
    return luhn(numero) if numero.isdigit() else True


class Genre(StrEnum):
    """Kind of a national number."""

    RPPS = "rpps"
    ADELI = "adeli"
    FINESS = "finess"
    SIREN = "siren"
    SIRET = "siret"
    CABINET_RPPS = "cabinet_rpps"
    CABINET_ADELI = "cabinet_adeli"


@dataclass(frozen=True, slots=True)
class Regle:
    """How a kind of number is made.

    - ``forme``: its shape, said in French by ``attendu``;
    - ``groupes``: lengths of its groups on a screen, the last one taking what is left;
    - ``explication``: what it is, a sentence;
    - ``cle``: whether the key is right; ``cle_exigee``: whether a wrong one refuses the number;
    - ``historique``: no longer attributed.
    """

    nom: str
    forme: re.Pattern[str]
    attendu: str
    groupes: tuple[int, ...]
    explication: str
    cle: Callable[[str], bool] | None = None
    cle_exigee: bool = False
    historique: bool = False


_ADELI: Final = re.compile(r"[0-9][0-9AB][0-9]{7}")

REGLES: Final = {
    Genre.RPPS: Regle(
        "RPPS",
        re.compile(r"[0-9]{11}"),
        "11 chiffres",
        (2, 3, 3, 3),
        "numéro d'un professionnel au répertoire partagé des professionnels de santé, gardé toute la vie",
        luhn,
    ),
    Genre.ADELI: Regle(
        "ADELI",
        _ADELI,
        "9 caractères : département (2A et 2B en Corse) puis 7 chiffres",
        (2, 1, 5, 1),
        "ancien numéro d'un professionnel, propre à un département et remplacé par le RPPS",
        historique=True,
    ),
    Genre.FINESS: Regle(
        "FINESS",
        re.compile(r"[0-9][0-9AB][0-9A-Z]{7}"),
        "9 caractères : chiffres, et quelques lettres (2A et 2B en Corse, numéros de test)",
        (2, 3, 3, 1),
        "numéro d'une structure de santé ou médico-sociale ; "
        "il ne dit pas s'il est celui de l'entité juridique (EJ) ou d'un établissement (EG)",
        _finess,
    ),
    Genre.SIREN: Regle(
        "SIREN",
        re.compile(r"[0-9]{9}"),
        "9 chiffres",
        (3, 3, 3),
        "numéro d'une entreprise ou d'une association au répertoire de l'INSEE",
        luhn,
        cle_exigee=True,
    ),
    Genre.SIRET: Regle(
        "SIRET",
        re.compile(r"[0-9]{14}"),
        "14 chiffres : le SIREN puis 5 chiffres",
        (3, 3, 3, 5),
        "numéro d'un établissement au répertoire de l'INSEE",
        _siret,
        cle_exigee=True,
    ),
    Genre.CABINET_RPPS: Regle(
        "cabinet RPPS",
        re.compile(r"[0-9]{12,14}"),
        "12 à 14 chiffres : le RPPS du titulaire puis un rang",
        (2, 3, 3, 3, 3),
        "numéro du cabinet d'un professionnel inscrit au RPPS",
    ),
    Genre.CABINET_ADELI: Regle(
        "cabinet ADELI",
        _ADELI,
        "9 caractères : département (2A et 2B en Corse) puis 7 chiffres",
        (2, 3, 3, 1),
        "ancien numéro du cabinet d'un professionnel inscrit à ADELI",
        historique=True,
    ),
}
