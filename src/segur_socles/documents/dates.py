"""What a document tells as past cannot be dated after it: a slip of a year makes of a fact one that never was."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import cache
from types import UnionType
from typing import Annotated, Any, Final, Union, get_args, get_origin

from typing_extensions import TypeAliasType

from segur_socles._core.model import Valeur, invalide
from segur_socles.documents.contenu.acte import Acte
from segur_socles.documents.contenu.clinique import Allergie, Directive, Pathologie, Vaccination
from segur_socles.documents.contenu.constantes import ReleveConstantes
from segur_socles.documents.contenu.dispositif import DispositifMedical
from segur_socles.documents.contenu.etat import Autonomie, EtatPersonne
from segur_socles.documents.contenu.sejour import SyntheseSejour
from segur_socles.documents.contenu.synthese import EffetIndesirable, ElementSocial, ResultatExamen
from segur_socles.documents.contenu.traitement import TraitementPris
from segur_socles.documents.modeles.retour import FicheRetourUrgences
from segur_socles.documents.modeles.transfert import FicheTransfertUrgences
from segur_socles.documents.renseigne import AucunConnu
from segur_socles.errors import Constat

__all__ = ["est_a_venir", "exiger_faits_passes"]

AVANCE: Final = timedelta(minutes=5)
"""How far ahead of ours the clock of the computer that dated a fact may be."""

_PASSES: Final[dict[type[Valeur], tuple[str, ...]]] = {
    Acte: ("fait_le",),
    Allergie: ("debut",),
    AucunConnu: ("date",),
    Autonomie: ("evalue_le",),
    Directive: ("exprimee_le",),
    DispositifMedical: ("depuis",),
    EffetIndesirable: ("debut",),
    ElementSocial: ("releve_le",),
    EtatPersonne: ("observe_le",),
    FicheRetourUrgences: ("admis_le",),
    FicheTransfertUrgences: ("survenu_le", "observe_le", "derniere_prise", "dernier_repas"),
    Pathologie: ("debut",),
    ReleveConstantes: ("le",),
    ResultatExamen: ("fait_le",),
    SyntheseSejour: ("entree_le", "recherche_bmr_le"),
    TraitementPris: ("derniere_prise",),
    Vaccination: ("faite_le",),
}
"""Value → its fields that tell a past fact. A treatment may begin next week, and what is planned is to come."""


def exiger_faits_passes(contenu: Valeur, le: datetime) -> None:
    """Refuse a content that tells as past what comes after ``le``, with each field's path (``ChampInvalideError``)."""
    plus_tard, demain = le + AVANCE, _lendemain(le)
    constats = tuple(
        Constat(champ, "date postérieure au document", "un fait passé", "corriger cette date, ou celle du document")
        for champ, moment in _faits(contenu, "")
        if _apres(moment, plus_tard, demain)
    )
    if constats:
        raise invalide(type(contenu).__name__, constats)


def est_a_venir(moment: str | date, maintenant: datetime) -> bool:
    """Whether a fact (an instant, a day, a partial ISO date) is dated in the future.

    A partial date is compared with as much of today's: « 2026 » is not the future in 2026. One day of grace covers
    every zone.
    """
    return _apres(moment, maintenant + AVANCE, _lendemain(maintenant))


def _lendemain(maintenant: datetime) -> str:
    return (maintenant + timedelta(days=1)).date().isoformat()


def _apres(moment: str | date, plus_tard: datetime, demain: str) -> bool:
    if isinstance(moment, datetime):
        return moment > plus_tard
    texte = moment if isinstance(moment, str) else moment.isoformat()
    return texte > demain[: len(texte)]


def _faits(valeur: Any, chemin: str) -> Iterator[tuple[str, str | date]]:
    if isinstance(valeur, tuple):
        for rang, une in enumerate(valeur):
            yield from _faits(une, f"{chemin}{rang}.")
    elif isinstance(valeur, Valeur):
        passes, autres = _champs(type(valeur))
        for champ in passes:
            if (moment := getattr(valeur, champ)) is not None:
                yield chemin + champ, moment
        for champ in autres:
            yield from _faits(getattr(valeur, champ), f"{chemin}{champ}.")


@cache
def _champs(classe: type[Valeur]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Fields that tell a past fact, and those that may hold values that do."""
    dates = next((champs for genre, champs in _PASSES.items() if issubclass(classe, genre)), ())
    return dates, tuple(nom for nom, info in classe.model_fields.items() if _tient_des_faits(info.annotation))


def _tient_des_faits(annotation: Any) -> bool:
    if isinstance(annotation, type):
        return issubclass(annotation, Valeur) and any(_champs(annotation))
    origine = get_origin(annotation)
    if isinstance(origine, TypeAliasType):  # the three states: none known is dated too
        return True
    return origine in (Annotated, Union, UnionType, tuple) and any(map(_tient_des_faits, get_args(annotation)))
