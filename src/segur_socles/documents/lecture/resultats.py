"""Results of examinations: biology above all, imaging, pathology."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lxml import etree

from segur_socles._core.model import Valeur
from segur_socles.documents.lecture.elements import Contexte, ElementLu, avec_sujet
from segur_socles.documents.lecture.noeuds import enfant, enfants
from segur_socles.documents.lecture.observations import ObservationLu, dedans, mesure
from segur_socles.documents.lecture.renvois import Renvois
from segur_socles.documents.lecture.valeurs import (
    CodeLu,
    IntervalleLu,
    QuantiteLue,
    lire_code,
    lire_intervalle,
    lire_valeur,
)

__all__ = ["ReferenceLue", "ResultatLu", "lire_groupe", "lire_groupe_de_resultats", "lire_resultat"]


class ReferenceLue(Valeur):
    """A reference range: an interval, or words, and what being inside it means."""

    intervalle: IntervalleLu | None = None
    texte: str | None = None
    interpretation: CodeLu | None = None


class ResultatLu(ObservationLu):
    """A result: ``code`` is the analyte, ``valeur`` the finding (a number, an interval, a code or words).

    ``groupe`` is the heading it was reported under, ``echantillon`` the specimen or the isolate it is about. An earlier
    result that the laboratory recalls is not one: only the narrative shows it.
    """

    references: tuple[ReferenceLue, ...] = ()
    groupe: CodeLu | None = None
    echantillon: CodeLu | None = None

    @property
    def quantite(self) -> QuantiteLue | None:
        """The number and its unit, None when the finding is not one."""
        return self.valeur if isinstance(self.valeur, QuantiteLue) else None


def lire_resultat(noeud: etree._Element, contexte: Contexte) -> Iterator[ElementLu]:
    """Read one result, then those it is made of."""
    renvois = contexte.renvois
    bornes = (enfant(r, "observationRange") for r in enfants(noeud, "referenceRange"))
    yield ResultatLu(
        **mesure(noeud, contexte),
        references=tuple(_reference(b, renvois) for b in bornes if b is not None),
        groupe=contexte.groupe,
        echantillon=_echantillon(noeud, renvois) or contexte.echantillon,
    )
    yield from dedans(noeud, contexte)


def lire_groupe(noeud: etree._Element, contexte: Contexte) -> Iterator[ElementLu]:
    """Read what an organizer or an act gathers, each item with its heading, its specimen and its subject."""
    renvois = contexte.renvois
    ici = replace(
        avec_sujet(noeud, contexte),
        groupe=lire_code(enfant(noeud, "code"), renvois) or contexte.groupe,
        echantillon=_echantillon(noeud, renvois) or contexte.echantillon,
    )
    yield from ici.lire_dedans(noeud, "", "COMP", "SUBJ")


def lire_groupe_de_resultats(noeud: etree._Element, contexte: Contexte) -> Iterator[ElementLu]:
    """Read a group whose observations are results, whatever the section they stand in."""
    yield from lire_groupe(noeud, replace(contexte, par_defaut={"observation": lire_resultat}))


def _echantillon(noeud: etree._Element, renvois: Renvois) -> CodeLu | None:
    return lire_code(enfant(noeud, "specimen", "specimenRole", "specimenPlayingEntity", "code"), renvois)


def _reference(bornes: etree._Element, renvois: Renvois) -> ReferenceLue:
    valeur = lire_valeur(enfant(bornes, "value"), renvois)
    intervalle = lire_intervalle(enfant(bornes, "value"), renvois)
    ecrit = valeur if isinstance(valeur, str) else valeur.nom if isinstance(valeur, CodeLu) else None
    return ReferenceLue(
        intervalle=intervalle if isinstance(valeur, IntervalleLu | QuantiteLue) else None,
        texte=renvois.texte(enfant(bornes, "text")) or ecrit,
        interpretation=lire_code(enfant(bornes, "interpretationCode"), renvois),
    )
