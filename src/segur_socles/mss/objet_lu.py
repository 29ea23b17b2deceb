"""What the subject of a message says of a person, held against its archive.

The person is the archive's, never the subject's (ECO.2.1.2): a subject only tells that something is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from segur_socles.mss.nommage import MARQUEUR
from segur_socles.personnes.recue import IdentiteRecue
from segur_socles.personnes.traits import normaliser

__all__ = ["contradictions"]

_DATE: Final = re.compile(r"(?<!\d)(?P<jour>\d{2})[/.-](?P<mois>\d{2})[/.-](?P<annee>\d{4})(?!\d)")
_MOT: Final = re.compile(r"[A-Z0-9]+")
_PLUSIEURS: Final = re.compile(r"\+\s*\d+ DOCUMENTS\b")
_JOUR: Final = 8


def contradictions(objet: str, identite: IdentiteRecue, libelles: Sequence[str]) -> tuple[str, ...]:
    """Name the traits (French labels) that a subject ``XDM/1.0/DDM+<libellé> <NOM> <prénom> <date>`` gives otherwise.

    ``libelles`` are those of the documents' types. Case, accents and separators do not count. What the subject leaves
    out contradicts nothing: without a date, a name is looked for only after a label that is known.
    """
    reste = _normaliser(objet).partition(MARQUEUR)[2]
    date = next(reversed([*_DATE.finditer(reste)]), None)
    nom = reste[: date.start()] if date else reste
    connu = next((fin for fin in _fins_du_libelle(reste, libelles)), None)
    mots = _MOT.findall(nom if connu is None else nom[connu:])
    contraires: list[str] = []
    if mots and (date or connu is not None):
        contraires += _du_nom(mots, identite)
    naissance = "".join(filter(str.isdigit, identite.date_naissance or ""))[:_JOUR]
    if date and not f"{date['annee']}{date['mois']}{date['jour']}".startswith(naissance):
        contraires.append("date de naissance")
    return tuple(contraires)


def _fins_du_libelle(reste: str, libelles: Sequence[str]) -> Iterator[int]:
    if plusieurs := _PLUSIEURS.match(reste):
        yield plusieurs.end()
    for libelle in libelles:
        debut = "+" + _normaliser(libelle)
        if reste.startswith(debut):
            yield len(debut)


def _du_nom(mots: Sequence[str], identite: IdentiteRecue) -> Iterator[str]:
    noms = [nom for nom in (identite.nom_naissance, identite.nom_utilise) if nom]
    fins = [fin for nom in noms for fin in _fins(mots, nom)]
    if noms and not fins:
        yield "nom"
        return
    listes = [prenoms for prenoms in (identite.premier_prenom, identite.prenoms, identite.prenom_utilise) if prenoms]
    prenoms = {prenom for liste in listes for prenom in (liste, *liste.split())}
    suites = [mots[fin:] for fin in fins]
    if prenoms and suites and all(suites):
        dits = any(next(_fins(suite, prenom), None) for suite in suites for prenom in prenoms)
        initiale = any(suite == [prenom[:1]] for suite in suites for prenom in map(_normaliser, prenoms))
        if not dits and not initiale:
            yield "prénom"


def _fins(mots: Sequence[str], nom: str) -> Iterator[int]:
    """Give where ``nom`` ends among ``mots``, however each side cuts it into words (LE GALL, LEGALL, LE-GALL)."""
    cherche = "".join(_MOT.findall(_normaliser(nom)))
    for debut in range(len(mots)):
        fin, lu = debut, ""
        while fin < len(mots) and len(lu) < len(cherche):
            lu += mots[fin]
            fin += 1
        if cherche and lu == cherche:
            yield fin


def _normaliser(texte: str) -> str:
    return str(normaliser(texte))
