"""Birth dates that nobody knows whole, and birth places in France, overseas and abroad."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from typing import Annotated, Final, NamedTuple

from pydantic import BeforeValidator, Strict

from segur_socles._core.model import RegleError, invalide
from segur_socles.errors import Constat

__all__ = ["LIEU_INCONNU", "CodeLieu", "DateInterpretee", "NatureDate", "NatureLieu", "interpreter_date", "nature_lieu"]


class NatureDate(StrEnum):
    """What a birth date is worth: known whole, completed by rule, or set from the age that the person seems to have."""

    EXACTE = "exacte"
    INTERPRETEE = "interprétée"
    FICTIVE = "fictive"


class DateInterpretee(NamedTuple):
    """A whole birth date (``YYYY-MM-DD``) and what it is worth: two fields of ``TraitsIdentite``."""

    date_naissance: str
    nature_date: NatureDate


def interpreter_date(
    annee: int, mois: int | None = None, jour: int | None = None, *, annee_estimee: bool = False
) -> DateInterpretee:
    """Complete a birth date by the rules of the RNIV (EXI PP 19; probable).

    Day unknown: the first of the month; month unknown: January; both unknown: 31 December. ``annee_estimee`` says
    that the year itself is not known and was chosen to suit the age announced: the date is then fictive.
    Raises ``ChampInvalideError`` when the date is not in the calendar.
    """
    inconnus = (mois is None, jour is None)
    mois, jour = (12, 31) if all(inconnus) else (1 if mois is None else mois, 1 if jour is None else jour)
    try:
        valeur = date(annee, mois, jour).isoformat()
    except ValueError:
        remede = "vérifier le jour, le mois et l'année ; laisser vide ce qui est inconnu"
        constat = Constat("date_naissance", "la date n'existe pas dans le calendrier", "RNIV EXI PP 19", remede)
    else:
        nature = NatureDate.INTERPRETEE if any(inconnus) else NatureDate.EXACTE
        return DateInterpretee(valeur, NatureDate.FICTIVE if annee_estimee else nature)
    raise invalide("DateInterpretee", (constat,))


class NatureLieu(StrEnum):
    """Where a birth place code leads."""

    METROPOLE = "commune de France métropolitaine"
    OUTRE_MER = "commune d'outre-mer"
    ETRANGER = "pays étranger"
    INCONNU = "lieu de naissance inconnu"


LIEU_INCONNU: Final = "99999"
"""The code of a birth place that is not known (guessed from use)."""

_LIEU: Final = re.compile(r"(?!00)(?:[0-9]{2}|2[AB])[0-9]{3}", re.ASCII)
_NATURES: Final = {"97": NatureLieu.OUTRE_MER, "98": NatureLieu.OUTRE_MER, "99": NatureLieu.ETRANGER}


def nature_lieu(code: str) -> NatureLieu:
    """Tell what a code of 5 characters (COG) designates, without looking it up."""
    return NatureLieu.INCONNU if code == LIEU_INCONNU else _NATURES.get(code[:2], NatureLieu.METROPOLE)


def _lieu(code: object) -> object:
    code = code.strip().upper() if isinstance(code, str) else code
    if isinstance(code, str) and not _LIEU.fullmatch(code):
        message = "ce n'est pas un code du code officiel géographique"
        remede = "5 caractères : commune (35238, 2B033, 97105), 99 et le pays (99350) à l'étranger, 99999 si inconnu"
        raise RegleError(message, regle="INSEE, code officiel géographique", remede=remede)
    return code


CodeLieu = Annotated[str, Strict(), BeforeValidator(_lieu)]
"""A birth place as a COG code: a commune, ``99xxx`` for a country, ``99999`` unknown. Not a postal code."""
