"""Lists that have three states: how one is written, whatever it holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from segur_socles.documents.cda.entrees.absence import Absence, Famille, absence
from segur_socles.documents.cda.recit import Atelier, Ligne, paragraphe, tableau
from segur_socles.documents.cda.sections import ModeleSection, section
from segur_socles.documents.renseigne import AucunConnu, NonRenseigne, Renseigne

__all__ = ["Liste", "ecrire_liste", "raconter_liste"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Liste(Generic[T]):
    """One clinical list of a document.

    ``decrire`` gives the narrative row of an item, ``coder`` its entry, ``coder_absence`` the entry that says
    there is none or that nobody knows; ``rang`` puts first what must be read first.
    """

    modele: ModeleSection
    famille: Famille
    prefixe: str
    colonnes: Mapping[str, str]
    decrire: Callable[[T, str], Ligne]
    coder: Callable[[T, Ligne, Atelier], str]
    coder_absence: Callable[[Absence, Atelier], str]
    rang: Callable[[T], int] | None = None


def ecrire_liste(liste: Liste[T], etat: Renseigne[T] | AucunConnu | NonRenseigne, atelier: Atelier) -> str:
    """Write a row and an entry from each item, or the sentence and the entry of their absence."""
    recit, entrees = raconter_liste(liste, etat, atelier)
    return section(liste.modele, atelier, recit, entrees)


def raconter_liste(
    liste: Liste[T], etat: Renseigne[T] | AucunConnu | NonRenseigne, atelier: Atelier
) -> tuple[str, list[str]]:
    """Give the narrative and the entries of a list, for a section that holds something else too, or has no entry."""
    if isinstance(etat, Renseigne):
        items = sorted(etat.items, key=liste.rang) if liste.rang else etat.items
        lignes = [liste.decrire(item, atelier.ancre(liste.prefixe)) for item in items]
        entrees = [liste.coder(item, ligne, atelier) for item, ligne in zip(items, lignes, strict=True)]
        return tableau(liste.colonnes, lignes), entrees
    dit = absence(etat, liste.famille, atelier.ancre(liste.prefixe))
    return paragraphe(dit.ancre, dit.phrase), [liste.coder_absence(dit, atelier)]
