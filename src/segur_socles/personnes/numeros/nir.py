"""The number behind a matricule INS: 13 characters and a key, what each part says, and what is odd in one.

Sources: INSEE (parts and key, certain); months out of 01–12 and first digits out of 1 and 2 (probable). The parts
are codes of attribution: never a birth date, a sex or a birth place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from segur_socles.errors import Constat, Gravite

__all__ = ["COMPLET", "FORME", "GROUPES", "LONGUEUR", "LONGUEUR_CLE", "cle", "cle_juste", "expliquer", "remarques"]

LONGUEUR: Final = 13
"""Characters of the number, without its key."""

LONGUEUR_CLE: Final = 2

FORME: Final = re.compile(r"[0-9]{5}(?:[0-9]{2}|2[AB])[0-9]{6}")
"""The number: digits, A or B being allowed in position 7 behind a 2 (Corsica)."""

COMPLET: Final = re.compile(rf"{FORME.pattern}[0-9]{{{LONGUEUR_CLE}}}")
"""The number and its key."""

GROUPES: Final = (1, 2, 2, 2, 3, 3, 2)
"""How it is read aloud: sex, year, month, département, commune, order, key."""

_MODULE: Final = 97

_SEXES: Final = {
    "1": "homme",
    "2": "femme",
    "3": "homme, immatriculation en cours",
    "4": "femme, immatriculation en cours",
    "7": "homme, numéro provisoire",
    "8": "femme, numéro provisoire",
}

_MOIS: Final = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)
_MOIS_SANS_ACTE: Final = (range(20, 43), range(50, 100))
"""Codes given when the civil record is incomplete, or the month's order numbers used up."""

_LIEUX: Final = (
    (r"2A", "Corse-du-Sud"),
    (r"2B", "Haute-Corse"),
    (r"20", "Corse, avant 1976"),
    (r"971", "Guadeloupe"),
    (r"972", "Martinique"),
    (r"973", "Guyane"),
    (r"974", "La Réunion"),
    (r"975", "Saint-Pierre-et-Miquelon"),
    (r"976", "Mayotte"),
    (r"977", "Saint-Barthélemy"),
    (r"978", "Saint-Martin"),
    (r"984", "Terres australes et antarctiques françaises"),
    (r"986", "Wallis-et-Futuna"),
    (r"987", "Polynésie française"),
    (r"988", "Nouvelle-Calédonie"),
    (r"989", "Clipperton"),
    (r"9[78]", "outre-mer"),
    (r"99", "à l'étranger : pays"),
    (r"96", "ancien département d'Algérie, ou protectorat"),
    (r"9[1-5]", "département, ou autrefois Algérie, Maroc et Tunisie"),
    (r"0[1-9]|[1-8][0-9]|90", "département"),
)
"""Beginning of the place → what it is; the first that fits wins."""


def cle(numero: str) -> str:
    """Key of a number of the right shape: 97 - (n mod 97), 2A counting as 19 and 2B as 18; from 01 to 97."""
    return f"{_MODULE - _entier(numero) % _MODULE:02d}"


def cle_juste(numero: str, cle: str) -> bool:
    """Whether the 2 digits of ``cle`` are the key of a number of the right shape."""
    return _entier(numero) % _MODULE + int(cle) == _MODULE


def _entier(numero: str) -> int:
    return int(numero.replace("2A", "19").replace("2B", "18"))


def expliquer(numero: str) -> tuple[str, ...]:
    """Say what each part is, in French, for the screen of who may see the number: it tells of a person."""
    sexe, annee, mois, departement, commune, ordre = _parties(numero)
    return (
        f"{sexe} : {_SEXES.get(sexe, 'sexe non attribué')}",
        f"{annee} : deux derniers chiffres de l'année",
        f"{mois} : {_mois(mois) or 'code de mois jamais attribué'}",
        f"{departement} {commune} : {_lieu(departement + commune) or 'lieu jamais attribué'}",
        f"{ordre} : ordre de l'inscription dans le mois et le lieu",
    )


def remarques(numero: str) -> tuple[Constat, ...]:
    """Give what is odd without refusing the number: only INSi knows which ones were attributed."""
    return tuple(_remarques(numero))


def _remarques(numero: str) -> Iterator[Constat]:
    sexe, _, mois, departement, commune, ordre = _parties(numero)
    for etrange, message, regle in (
        (sexe not in _SEXES, "premier chiffre jamais attribué", "1 ou 2, provisoirement 3, 4, 7 ou 8"),
        (_mois(mois) is None, "code de mois jamais attribué", "01 à 12, 20 à 42 ou 50 à 99"),
        (_lieu(departement + commune) is None, "code de lieu jamais attribué", "département et commune, ou 99 et pays"),
        (commune == "000", "code de commune jamais attribué", "001 à 990"),
        (ordre == "000", "numéro d'ordre jamais attribué", "001 à 999"),
    ):
        if etrange:
            yield Constat("numero", message, f"NIR : {regle}", "vérifier chaque chiffre", Gravite.AVERTISSEMENT)


def _parties(numero: str) -> list[str]:
    debuts = [sum(GROUPES[:rang]) for rang in range(len(GROUPES) - 1)]
    return [numero[d : d + n] for d, n in zip(debuts, GROUPES, strict=False)]


def _mois(code: str) -> str | None:
    valeur = int(code)
    if 1 <= valeur <= len(_MOIS):
        return _MOIS[valeur - 1]
    return "acte d'état civil incomplet" if any(valeur in plage for plage in _MOIS_SANS_ACTE) else None


def _lieu(code: str) -> str | None:
    return next((lieu for debut, lieu in _LIEUX if re.match(debut, code)), None)
