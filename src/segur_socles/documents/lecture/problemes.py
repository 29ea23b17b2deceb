"""Diagnoses, history, symptoms (FR-Probleme), and the reactions and side effects that are written alike."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Final

from lxml import etree

from segur_socles.documents.lecture.elements import Contexte, ElementLu, affirmation, communs, observation_liee
from segur_socles.documents.lecture.noeuds import attribut, enfant, enfants
from segur_socles.documents.lecture.valeurs import CodeLu, lire_code

__all__ = ["ContexteProbleme", "ProblemeLu", "lire_liste", "lire_probleme"]


class ContexteProbleme(StrEnum):
    """Under what kind of heading a problem stands."""

    ACTIF = "problème actif"
    ANTECEDENT = "antécédent"
    FAMILIAL = "antécédent familial"
    SORTIE = "diagnostic de sortie"
    AUTRE = "autre"


_CONTEXTES: Final = {
    "11450-4": ContexteProbleme.ACTIF,
    "11348-0": ContexteProbleme.ANTECEDENT,
    "10157-6": ContexteProbleme.FAMILIAL,
    "11535-2": ContexteProbleme.SORTIE,
}
_SEVERITE: Final = "SEV"
_STATUT: Final = "33999-4"
_CERTITUDE: Final = "66455-7"
_ETAT_DU_PATIENT: Final = "11323-3"


class ProblemeLu(ElementLu):
    """A diagnosis or a symptom: ``code`` is the problem, ``nature`` what kind of statement it is.

    ``liste`` is the state of the list (``active``, ``completed``…), ``statut_clinique`` that of the problem itself.
    """

    nature: CodeLu | None = None
    liste: str | None = None
    statut_clinique: CodeLu | None = None
    severite: CodeLu | None = None
    certitude: CodeLu | None = None
    etat_du_patient: CodeLu | None = None
    cote: CodeLu | None = None

    @property
    def nom(self) -> str | None:
        """The label of the code, else the words of the narrative."""
        return (self.code.libelle if self.code else None) or self.texte or (self.code.nom if self.code else None)

    @property
    def contexte(self) -> ContexteProbleme:
        """Under what kind of heading it stands, by the code of its section."""
        return _CONTEXTES.get(self.rubrique or "", ContexteProbleme.AUTRE)


def lire_liste(noeud: etree._Element, contexte: Contexte) -> Iterator[ElementLu]:
    """Read a concern: the statements it holds, each with the state of the list."""
    yield from contexte.dans_la_liste(attribut(enfant(noeud, "statusCode"), "code")).lire_dedans(noeud)


def lire_probleme(noeud: etree._Element, contexte: Contexte) -> Iterator[ProblemeLu]:
    """Read one problem; older documents give its laterality as a qualifier, others as a site."""
    renvois = contexte.renvois
    valeur = enfant(noeud, "value")
    code, nature = lire_code(valeur, renvois), lire_code(enfant(noeud, "code"), renvois)
    champs = communs(noeud, contexte, code)
    champs["code"] = code
    cotes = [] if valeur is None else [enfant(q, "value") for q in enfants(valeur, "qualifier")]
    yield ProblemeLu(
        **champs,
        affirmation=affirmation(noeud, (code,), champs["texte"] or contexte.phrase),
        nature=nature,
        liste=contexte.liste,
        statut_clinique=observation_liee(noeud, _STATUT, contexte),
        severite=observation_liee(noeud, _SEVERITE, contexte),
        certitude=observation_liee(noeud, _CERTITUDE, contexte),
        etat_du_patient=observation_liee(noeud, _ETAT_DU_PATIENT, contexte),
        cote=lire_code(enfant(noeud, "targetSiteCode"), renvois) or lire_code(next(iter(cotes), None), renvois),
    )
