"""What a record says has happened cannot be dated in the future: a decision not taken yet is not evidence."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Final

from segur_socles._core.model import invalide
from segur_socles.documents.dates import est_a_venir
from segur_socles.documents.renseigne import AucunConnu, Renseigne
from segur_socles.dui.dossier import Dossier
from segur_socles.errors import Constat

__all__ = ["exiger_passe"]

# List of the record → the fields that tell a past event. A treatment has none: it may begin next week.
_LISTES: Final = {
    "pathologies": ("debut",),
    "antecedents": ("debut", "fin"),
    "allergies": ("debut",),
    "traitements": (),
    "vaccinations": ("faite_le",),
    "directives": ("exprimee_le",),
}


def exiger_passe(dossier: Dossier, maintenant: datetime) -> None:
    """Refuse a record that tells of the future. Raises ``ChampInvalideError`` with each field's path."""
    constats = tuple(
        Constat(champ, "date dans le futur", "un fait passé", "corriger la date, ou l'heure de ce poste")
        for champ, moment in _faits(dossier)
        if moment is not None and est_a_venir(moment, maintenant)
    )
    if constats:
        raise invalide("Dossier", constats)


def _faits(dossier: Dossier) -> Iterator[tuple[str, str | date | None]]:
    yield "usager.traits.date_naissance", dossier.usager.traits.date_naissance
    if dossier.qualification:
        yield "qualification.le", dossier.qualification.le
    for rang, consentement in enumerate(dossier.consentements):
        yield f"consentements.{rang}.le", consentement.le
    soins = dossier.soins
    yield "soins.etat.observe_le", soins.etat.observe_le
    if soins.autonomie:
        yield "soins.autonomie.evalue_le", soins.autonomie.evalue_le
    for liste, champs in _LISTES.items():
        etat = getattr(soins, liste)
        if isinstance(etat, AucunConnu):
            yield f"soins.{liste}.date", etat.date
        for rang, fait in enumerate(etat.items if isinstance(etat, Renseigne) else ()):
            for champ in champs:
                yield f"soins.{liste}.items.{rang}.{champ}", getattr(fait, champ)
