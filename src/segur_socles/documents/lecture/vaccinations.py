"""Vaccinations: done, refused or not done, planned."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml import etree

from segur_socles.documents.lecture.elements import (
    Affirmation,
    Contexte,
    ElementLu,
    affirmation,
    communs,
    contredit,
    lies,
)
from segur_socles.documents.lecture.noeuds import attribut, enfant
from segur_socles.documents.lecture.traitements import ProduitLu, lire_produit
from segur_socles.documents.lecture.valeurs import (
    CodeLu,
    IntervalleLu,
    QuantiteLue,
    lire_code,
    lire_intervalle,
    lire_quantite,
)

__all__ = ["VaccinationLu", "lire_vaccination"]

_RANG: Final = "30973-2"


class VaccinationLu(ElementLu):
    """A vaccination. Not done is ``Affirmation.NIE``; ``prevu`` is one to come; ``rang`` its place in the series."""

    vaccin: ProduitLu = ProduitLu()
    voie: CodeLu | None = None
    site: CodeLu | None = None
    dose: IntervalleLu | None = None
    rang: QuantiteLue | None = None
    motif: CodeLu | None = None

    @property
    def nom(self) -> str | None:
        """Name of the vaccine, else the words of the narrative."""
        return self.vaccin.nom or self.texte

    @property
    def faite(self) -> bool | None:
        """Whether it was done; None when the entry does not tell, or only plans it."""
        if self.prevu or self.affirmation not in (Affirmation.AFFIRME, Affirmation.NIE):
            return None
        return self.affirmation is Affirmation.AFFIRME


def lire_vaccination(noeud: etree._Element, contexte: Contexte) -> Iterator[VaccinationLu]:
    """Read one vaccination."""
    renvois = contexte.renvois
    champs = communs(noeud, contexte)
    vaccin = lire_produit(enfant(noeud, "consumable", "manufacturedProduct"), renvois)
    nomme = CodeLu(libelle=vaccin.nom) if vaccin.nom and vaccin.nom != champs["texte"] else None
    codes = [c for c in (champs["code"], vaccin.code) if c and (c.code or "").startswith("no-")] or [vaccin.code, nomme]
    dit = affirmation(noeud, codes, champs["texte"] or contexte.phrase)
    faite = {Affirmation.AFFIRME: True, Affirmation.NIE: False}.get(dit)
    rangs = (o for o in lies(noeud) if attribut(enfant(o, "code"), "code") == _RANG)
    yield VaccinationLu(
        **champs,
        affirmation=dit,
        contredit=contredit(champs["ligne"], faite),
        vaccin=vaccin,
        voie=lire_code(enfant(noeud, "routeCode"), renvois),
        site=lire_code(enfant(noeud, "approachSiteCode"), renvois),
        dose=lire_intervalle(enfant(noeud, "doseQuantity"), renvois),
        rang=next((lire_quantite(enfant(o, "value"), renvois) for o in rangs), None),
        motif=next((lire_code(enfant(r, "code"), renvois) for r in lies(noeud, "RSON")), None),
    )
