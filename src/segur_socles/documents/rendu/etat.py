"""Which of the three states a section is in: by what people read, and by what is coded; neither is ever guessed."""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

from segur_socles.documents.cda.balises import HL7
from segur_socles.documents.rendu.modele import Bloc, EtatSection

__all__ = ["AUCUN", "INCONNU", "etat_dit", "etat_section", "phrase"]

AUCUN: Final = re.compile(r"(?:no-known-(?:problems|allergies|medications|immunizations|procedures|devices))", re.ASCII)
"""Codes that state that none is known."""
INCONNU: Final = re.compile(r"no-[a-z]+-info", re.ASCII)
"""Codes that state that nothing was recorded: never a negation."""

_NS: Final = {"h": HL7}
_ABSENT_OU_INCONNU: Final = "2.16.840.1.113883.5.1150.1"
_DIT_AUCUN: Final = re.compile(
    r"aucune? [^.;,:]{1,80} connue?s?(?:, selon .{1,1000}, le \d\d/\d\d/\d{4})?\.?", re.IGNORECASE
)
_DIT_INCONNU: Final = re.compile(
    r"(?:[^.;,:]{1,80} : )?non renseignée?s?(?:, information non recueillie)?\.?", re.IGNORECASE
)


def etat_section(noeud: etree._Element, blocs: tuple[Bloc, ...], *, contient: bool) -> EtatSection:
    """Tell none from not known. ``contient`` says that the section holds others: it may have no text of its own."""
    if not blocs and contient:
        return EtatSection.RENSEIGNE
    dit, code = _etat_des_blocs(blocs), _etat_code(noeud)
    # A text that is no known sentence is left to be read: no code may make it look like an absence.
    return dit if dit is EtatSection.RENSEIGNE or code in (None, dit) else EtatSection.CONTRADICTOIRE


def etat_dit(texte: str) -> EtatSection:
    """State that a sentence gives, when it is one of those that give one."""
    if _DIT_AUCUN.fullmatch(texte):
        return EtatSection.AUCUN
    return EtatSection.NON_RENSEIGNE if _DIT_INCONNU.fullmatch(texte) else EtatSection.RENSEIGNE


def phrase(blocs: tuple[Bloc, ...]) -> str:
    """Give the text of a section that is one paragraph; empty for any other."""
    return str(getattr(blocs[0], "texte", "")).strip() if len(blocs) == 1 else ""


def _etat_des_blocs(blocs: tuple[Bloc, ...]) -> EtatSection:
    return etat_dit(phrase(blocs)) if blocs else EtatSection.NON_RENSEIGNE


def _etat_code(noeud: etree._Element) -> EtatSection | None:
    entrees = noeud.findall("h:entry", _NS)
    if noeud.get("nullFlavor"):
        return EtatSection.NON_RENSEIGNE
    if len(entrees) > 1:
        return None
    codes = [n.get("code", "") for e in entrees for n in e.iter() if n.get("codeSystem") == _ABSENT_OU_INCONNU]
    if not codes:
        return None
    if all(AUCUN.fullmatch(code) for code in codes):
        return EtatSection.AUCUN
    return EtatSection.NON_RENSEIGNE if all(INCONNU.fullmatch(code) for code in codes) else None
