"""HL7 data types as read: what is written is kept, and a missing value keeps the reason that was given for it.

Every type has ``absence``, the ``nullFlavor`` as written (``UNK``, ``NASK``…): a value that is None with a reason
is not a value nobody thought of.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Final, TypeAlias

from lxml import etree

from segur_socles._core.model import Valeur
from segur_socles.documents.lecture.noeuds import attribut, enfant, enfants, nom_de, type_de
from segur_socles.documents.lecture.renvois import Renvois

__all__ = [
    "CodeLu",
    "IntervalleLu",
    "PeriodeLue",
    "QuantiteLue",
    "ValeurLue",
    "jour_hl7",
    "lire_code",
    "lire_intervalle",
    "lire_periode",
    "lire_quantite",
    "lire_valeur",
]

_DECIMAL: Final = re.compile(r"[+-]?[0-9]{1,30}(?:\.[0-9]{1,30})?", re.ASCII)
_JOUR: Final = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:[0-9]{0,6}(?:\.[0-9]+)?(?:[+-][0-9]{4})?)?", re.ASCII)


class CodeLu(Valeur):
    """A coded value: code, OID of its system, label, words of the narrative, other codes for the same thing."""

    code: str | None = None
    systeme: str | None = None
    libelle: str | None = None
    texte: str | None = None
    absence: str | None = None
    traductions: tuple[CodeLu, ...] = ()

    @property
    def nom(self) -> str | None:
        """What to show: the label, else the words of the narrative, else the code alone."""
        return self.libelle or self.texte or self.code

    def dans(self, systeme: str) -> CodeLu | None:
        """Find the form of this code in the system of that OID, itself or one of its translations."""
        return next((c for c in (self, *self.traductions) if c.systeme == systeme and c.code), None)


class QuantiteLue(Valeur):
    """A number and its unit (UCUM, or as the sender wrote it); ``ecrite`` is the number as written."""

    valeur: Decimal | None = None
    ecrite: str | None = None
    unite: str | None = None
    texte: str | None = None
    absence: str | None = None


class IntervalleLu(Valeur):
    """From ``bas`` to ``haut``; both are the same quantity when a single one was written."""

    bas: QuantiteLue | None = None
    haut: QuantiteLue | None = None
    bas_inclus: bool = True
    haut_inclus: bool = True
    texte: str | None = None
    absence: str | None = None


class PeriodeLue(Valeur):
    """A moment, or a beginning and an end, as HL7 writes them (``20200327153500+0100``, ``2019``).

    ``jour_hl7`` and ``instant_hl7`` read them.
    """

    moment: str | None = None
    debut: str | None = None
    fin: str | None = None
    duree: QuantiteLue | None = None
    absence: str | None = None
    absence_debut: str | None = None
    absence_fin: str | None = None


ValeurLue: TypeAlias = bool | str | CodeLu | QuantiteLue | IntervalleLu | PeriodeLue
"""What an observation may hold: yes or no, words, a code, a quantity, an interval, a time."""


def jour_hl7(valeur: str | None) -> date | None:
    """Read the day of an HL7 time, as written at its place; None for a month, a year, or no such day."""
    lu = _JOUR.fullmatch(valeur or "")
    try:
        return date(int(lu[1]), int(lu[2]), int(lu[3])) if lu else None
    except ValueError:
        return None


def lire_code(noeud: etree._Element | None, renvois: Renvois) -> CodeLu | None:
    """Read a CD, CE or CV; None when the element is not there, or says nothing at all."""
    if noeud is None:
        return None
    traductions = (lire_code(t, renvois) for t in enfants(noeud, "translation"))
    lu = CodeLu(
        code=attribut(noeud, "code"),
        systeme=attribut(noeud, "codeSystem"),
        libelle=attribut(noeud, "displayName"),
        texte=renvois.texte(enfant(noeud, "originalText")),
        absence=attribut(noeud, "nullFlavor"),
        traductions=tuple(t for t in traductions if t),
    )
    return None if lu == _RIEN else lu


_RIEN: Final = CodeLu()


def lire_quantite(noeud: etree._Element | None, renvois: Renvois) -> QuantiteLue | None:
    """Read a PQ, a REAL or an INT; a number that is not one is kept as written, and ``valeur`` is None."""
    if noeud is None:
        return None
    ecrite = attribut(noeud, "value")
    origine = enfant(noeud, "originalText")
    texte = renvois.texte(enfant(noeud, "translation", "originalText") if origine is None else origine)
    lue = QuantiteLue(
        valeur=Decimal(ecrite) if ecrite and _DECIMAL.fullmatch(ecrite) else None,
        ecrite=ecrite,
        unite=attribut(noeud, "unit"),
        texte=texte,
        absence=attribut(noeud, "nullFlavor"),
    )
    return None if lue == _AUCUNE else lue


_AUCUNE: Final = QuantiteLue()


def lire_intervalle(noeud: etree._Element | None, renvois: Renvois) -> IntervalleLu | None:
    """Read an IVL_PQ, or a single quantity as an interval of no width."""
    if noeud is None:
        return None
    bas, haut = enfant(noeud, "low"), enfant(noeud, "high")
    seule = lire_quantite(noeud, renvois) if attribut(noeud, "value") else None
    lu = IntervalleLu(
        bas=seule or lire_quantite(bas, renvois),
        haut=seule or lire_quantite(haut, renvois),
        bas_inclus=bas is None or bas.get("inclusive") != "false",
        haut_inclus=haut is None or haut.get("inclusive") != "false",
        texte=renvois.texte(enfant(noeud, "translation", "originalText")),
        absence=attribut(noeud, "nullFlavor"),
    )
    return None if lu == _VIDE else lu


_VIDE: Final = IntervalleLu()


def lire_periode(noeud: etree._Element | None, renvois: Renvois) -> PeriodeLue | None:
    """Read a TS or an IVL_TS."""
    if noeud is None:
        return None
    debut, fin = enfant(noeud, "low"), enfant(noeud, "high")
    lue = PeriodeLue(
        moment=attribut(noeud, "value") or attribut(enfant(noeud, "center"), "value"),
        debut=attribut(debut, "value"),
        fin=attribut(fin, "value"),
        duree=lire_quantite(enfant(noeud, "width"), renvois),
        absence=attribut(noeud, "nullFlavor"),
        absence_debut=attribut(debut, "nullFlavor"),
        absence_fin=attribut(fin, "nullFlavor"),
    )
    return None if lue == _JAMAIS else lue


_JAMAIS: Final = PeriodeLue()


# --- any value -------------------------------------------------------------------------------------------


def lire_valeur(noeud: etree._Element | None, renvois: Renvois) -> ValeurLue | None:
    """Read the ``value`` of an observation by its announced type, else by what it holds."""
    if noeud is None:
        return None
    genre = type_de(noeud) or _genre_probable(noeud)
    return _LECTEURS.get(genre, _texte)(noeud, renvois)


def _booleen(noeud: etree._Element, _: Renvois) -> bool | None:
    return {"true": True, "1": True, "false": False, "0": False}.get(noeud.get("value", "").strip())


def _rapport(noeud: etree._Element, renvois: Renvois) -> str | None:
    parts = (lire_quantite(enfant(noeud, nom), renvois) for nom in ("numerator", "denominator"))
    return " / ".join(f"{p.ecrite or ''} {p.unite or ''}".strip() for p in parts if p) or None


def _texte(noeud: etree._Element, renvois: Renvois) -> str | None:
    return None if noeud.get("representation") == "B64" else renvois.texte(noeud) or attribut(noeud, "value")


_LECTEURS: Final[Mapping[str, Callable[[etree._Element, Renvois], ValeurLue | None]]] = {
    "BL": _booleen,
    **dict.fromkeys(("CD", "CE", "CV", "CO", "CS"), lire_code),
    **dict.fromkeys(("PQ", "REAL", "INT", "MO"), lire_quantite),
    **dict.fromkeys(("TS", "IVL_TS", "PIVL_TS"), lire_periode),
    **dict.fromkeys(("IVL_PQ", "IVL_REAL", "IVL_INT"), lire_intervalle),
    **dict.fromkeys(("RTO", "RTO_PQ_PQ", "RTO_QTY_QTY"), _rapport),
}


def _genre_probable(noeud: etree._Element) -> str:
    if noeud.get("code") or noeud.get("codeSystem"):
        return "CD"
    if noeud.get("value") in ("true", "false"):
        return "BL"
    if noeud.get("unit"):
        return "PQ"
    noms = {nom_de(n) for n in noeud}
    if noms & {"low", "high"}:
        return "IVL_PQ" if any(n.get("unit") for n in noeud) else "IVL_TS"
    return "CD" if "originalText" in noms else "ST"
