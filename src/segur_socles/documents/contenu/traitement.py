"""Medicines taken, and medicines stopped."""

from __future__ import annotations

from typing import Annotated, Final, Self

from pydantic import model_validator

from segur_socles._core.model import Booleen, Instant, RegleError, Valeur
from segur_socles._core.textes import Texte
from segur_socles.documents.contenu.communs import Cis, DatePartielle, Quantite, Unite, dans_l_ordre
from segur_socles.nomenclatures.codes import Code, JeuDeValeurs

__all__ = ["Traitement", "TraitementArrete", "TraitementPris"]

_DEBITS: Final = frozenset({Unite.LITRE_PAR_MINUTE, Unite.MILLILITRE_PAR_HEURE})
_DUREES: Final = frozenset({Unite.HEURE, Unite.JOUR, Unite.SEMAINE, Unite.MOIS})


class Traitement(Valeur):
    """One medicine as prescribed.

    - ``posologie``: the prescriber's words, always shown; ``dose`` (quantity a take), ``debit`` (quantity a
      unit of time, oxygen for instance) and ``periode`` (time between takes) are its coded form, optional;
    - ``voie``: EDQM code of the route;
    - ``alerte``: what an emergency team must see first (anticoagulant, insulin…).
    """

    medicament: Texte
    cis: Cis | None = None
    voie: Annotated[Code, JeuDeValeurs("VOIES")] | None = None
    posologie: Texte
    dose: Quantite | None = None
    debit: Quantite | None = None
    periode: Quantite | None = None
    si_besoin: Booleen = False
    debut: DatePartielle | None = None
    fin: DatePartielle | None = None
    indication: Texte | None = None
    alerte: Texte | None = None

    @model_validator(mode="after")
    def _unites(self) -> Self:
        # A rate given as a dose, or the reverse, is read at the bedside as another quantity.
        if self.dose and self.dose.unite in _DEBITS | _DUREES:
            raise RegleError(
                "une dose n'est ni un débit ni une durée", champ="dose.unite", remede="utiliser debit ou periode"
            )
        if self.debit and self.debit.unite not in _DEBITS:
            raise RegleError(
                "un débit est une quantité par unité de temps", champ="debit.unite", remede="utiliser L/min ou mL/h"
            )
        if self.periode and self.periode.unite not in _DUREES:
            raise RegleError("une période est une durée", champ="periode.unite", remede="utiliser h, d, wk ou mo")
        dans_l_ordre(self.debut, self.fin)
        return self


class TraitementArrete(Traitement):
    """A medicine given, then stopped: ``fin`` says when, ``motif_arret`` why. Never a current one."""

    motif_arret: Texte | None = None


class TraitementPris(Traitement):
    """A medicine, and when the person last took it: for an anticoagulant or insulin, what an emergency asks first."""

    derniere_prise: Instant | None = None
