"""Procedures, encounters, transfers, preferred places: done, planned or denied."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from segur_socles._core.model import Valeur
from segur_socles.documents.lecture.elements import (
    Affirmation,
    Contexte,
    ElementLu,
    affirmation,
    communs,
    contredit,
    lies,
)
from segur_socles.documents.lecture.noeuds import attribut, declarations, enfant, enfants, nom_de
from segur_socles.documents.lecture.observations import dedans
from segur_socles.documents.lecture.renvois import Renvois
from segur_socles.documents.lecture.resultats import lire_groupe
from segur_socles.documents.lecture.valeurs import CodeLu, lire_code

__all__ = ["ActeLu", "LieuLu", "lire_acte", "lire_acte_ou_groupe"]


class LieuLu(Valeur):
    """A place or a person that takes part: ``role`` is the HL7 participation as written (``DST`` destination…)."""

    role: str | None = None
    identifiant: str | None = None
    nom: str | None = None
    type: CodeLu | None = None

    _visible = ("role",)


class ActeLu(ElementLu):
    """An act: a procedure, an encounter, a transfer… ``prevu`` tells the planned from the done."""

    priorite: CodeLu | None = None
    site: CodeLu | None = None
    voie: CodeLu | None = None
    motif: CodeLu | None = None
    lieux: tuple[LieuLu, ...] = ()

    @property
    def nom(self) -> str | None:
        """The label of the code, else the words of the narrative."""
        return (self.code.nom if self.code else None) or self.texte


def lire_acte(noeud: etree._Element, contexte: Contexte) -> Iterator[ElementLu]:
    """Read one act. An act without code whose words are not found states nothing (kit's dummy procedure)."""
    renvois = contexte.renvois
    champs = communs(noeud, contexte)
    dit = affirmation(noeud, (champs["code"],), champs["texte"] or contexte.phrase)
    if dit is Affirmation.AFFIRME and champs["code"] is None and champs["texte"] is None:
        dit = Affirmation.NON_RENSEIGNE
    sens = {Affirmation.AFFIRME: True, Affirmation.NIE: False}.get(dit) if "negationInd" in noeud.attrib else None
    yield ActeLu(
        **champs,
        affirmation=dit,
        contredit=contredit(champs["ligne"], sens),
        priorite=lire_code(enfant(noeud, "priorityCode"), renvois),
        site=lire_code(enfant(noeud, "targetSiteCode"), renvois),
        voie=lire_code(enfant(noeud, "approachSiteCode"), renvois),
        motif=next((lire_code(enfant(r, "code"), renvois) for r in lies(noeud, "RSON") if nom_de(r) == "act"), None),
        lieux=tuple(_lieu(p, renvois) for p in enfants(noeud, "participant")),
    )
    yield from dedans(noeud, contexte)


def lire_acte_ou_groupe(noeud: etree._Element, contexte: Contexte) -> Iterator[ElementLu]:
    """Read an act of no known template: what it gathers when it gathers something, else the act itself."""
    gathers = any(lien in ("", "COMP", "SUBJ") and nom_de(n) != "act" for lien, n in declarations(noeud))
    yield from (lire_groupe if gathers else lire_acte)(noeud, contexte)


def _lieu(participant: etree._Element, renvois: Renvois) -> LieuLu:
    role = enfant(participant, "participantRole")
    entite = enfant(role, "playingEntity")
    return LieuLu(
        role=attribut(participant, "typeCode"),
        identifiant=attribut(enfant(role, "id"), "extension"),
        nom=_nom(enfant(entite, "name")),
        type=lire_code(enfant(role, "code"), renvois),
    )


def _nom(noeud: etree._Element | None) -> str | None:
    return None if noeud is None else " ".join(" ".join(map(str, noeud.itertext())).split()) or None
