"""Allergies, hypersensitivities, intolerances, and the adverse effects of medicines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml import etree

from segur_socles._core.model import Valeur
from segur_socles.documents.lecture.elements import (
    Contexte,
    ElementLu,
    affirmation,
    communs,
    lies,
    observation_liee,
)
from segur_socles.documents.lecture.noeuds import attribut, enfant, enfants, vrai
from segur_socles.documents.lecture.traitements import TraitementLu, lire_traitement
from segur_socles.documents.lecture.valeurs import CodeLu, lire_code

__all__ = ["AllergieLu", "EffetIndesirableLu", "ReactionLue", "lire_allergie", "lire_effet_indesirable"]

_SEVERITE: Final = "SEV"
_STATUT: Final = "33999-4"
_CERTITUDE: Final = "66455-7"
_CRITICITE: Final = "82606-5"
_IMPUTABILITE: Final = "GEN-318"
_GRAVITE: Final = "94030-4"
_EVOLUTION: Final = "GEN-319"


class ReactionLue(Valeur):
    """A reaction, and how severe it was."""

    code: CodeLu | None = None
    texte: str | None = None
    severite: CodeLu | None = None

    @property
    def nom(self) -> str | None:
        """The label of the code, else the words of the narrative."""
        return (self.code.libelle if self.code else None) or self.texte or (self.code.nom if self.code else None)


class AllergieLu(ElementLu):
    """An allergy or intolerance: ``code`` is its type, ``agent`` what it is to.

    « None known » and « not recorded » are entries too: see ``affirmation``.
    """

    agent: CodeLu | None = None
    nom_agent: str | None = None
    reactions: tuple[ReactionLue, ...] = ()
    severite: CodeLu | None = None
    statut_clinique: CodeLu | None = None
    certitude: CodeLu | None = None
    criticite: CodeLu | None = None
    liste: str | None = None


class EffetIndesirableLu(ElementLu):
    """An adverse effect of a medicine: ``suspects`` are the medicines held to have caused it."""

    suspects: tuple[TraitementLu, ...] = ()
    reactions: tuple[ReactionLue, ...] = ()
    imputabilite: CodeLu | None = None
    gravite: CodeLu | None = None
    evolution: CodeLu | None = None


def lire_allergie(noeud: etree._Element, contexte: Contexte) -> Iterator[AllergieLu]:
    """Read one allergy. Without agent, the sentence it points at tells whether it states that there is none."""
    renvois = contexte.renvois
    champs = communs(noeud, contexte)
    valeur = lire_code(enfant(noeud, "value"), renvois)
    produit = _agent(noeud)
    agent = lire_code(enfant(produit, "code"), renvois)
    ecrit = renvois.texte(enfant(produit, "name"))
    nom = next(filter(None, ((agent.libelle if agent else None), ecrit, (agent.nom if agent else None))), None)
    if nom is None and valeur and not _dit_une_absence(noeud, valeur):
        nom = valeur.nom
    yield AllergieLu(
        **champs,
        affirmation=affirmation(
            noeud,
            (valeur, agent, CodeLu(libelle=ecrit) if ecrit else None, *_types(champs["code"])),
            champs["texte"] or contexte.phrase,
        ),
        agent=agent or (valeur if nom else None),
        nom_agent=nom,
        reactions=tuple(_reactions(noeud, contexte)),
        severite=observation_liee(noeud, _SEVERITE, contexte),
        statut_clinique=observation_liee(noeud, _STATUT, contexte),
        certitude=observation_liee(noeud, _CERTITUDE, contexte),
        criticite=observation_liee(noeud, _CRITICITE, contexte),
        liste=contexte.liste,
    )


def _agent(noeud: etree._Element) -> etree._Element | None:
    """Find the product of the participant CSM (or of the only one there is)."""
    participants = enfants(noeud, "participant")
    choisis = [p for p in participants if p.get("typeCode") == "CSM"] or participants
    return enfant(choisis[0], "participantRole", "playingEntity") if choisis else None


def _dit_une_absence(noeud: etree._Element, valeur: CodeLu) -> bool:
    return affirmation(noeud, (valeur,), valeur.texte).name in ("AUCUN_CONNU", "NON_RENSEIGNE")


def _types(code: CodeLu | None) -> tuple[CodeLu, ...]:
    """Give the type of the allergy: it counts only when it states an absence: it never names an agent."""
    if code is None or not (code.code or "").startswith("no-"):
        return ()
    return (code,)


def _reactions(noeud: etree._Element, contexte: Contexte) -> Iterator[ReactionLue]:
    for dedans in lies(noeud, "MFST"):
        if vrai(dedans, "negationInd"):
            continue  # a reaction that did not happen
        yield ReactionLue(
            code=lire_code(enfant(dedans, "value"), contexte.renvois),
            texte=contexte.renvois.texte(enfant(dedans, "text")),
            severite=observation_liee(dedans, _SEVERITE, contexte),
        )


def lire_effet_indesirable(noeud: etree._Element, contexte: Contexte) -> Iterator[EffetIndesirableLu]:
    """Read an adverse effect; the medicine it suspects is part of it, not one of the treatments of the person."""
    champs = communs(noeud, contexte)
    suspects = [t for dedans in lies(noeud) if _est_un_medicament(dedans) for t in lire_traitement(dedans, contexte)]
    yield EffetIndesirableLu(
        **champs,
        affirmation=affirmation(noeud, (champs["code"],), champs["texte"] or contexte.phrase),
        suspects=tuple(suspects),
        reactions=tuple(_reactions(noeud, contexte)),
        imputabilite=observation_liee(noeud, _IMPUTABILITE, contexte),
        gravite=observation_liee(noeud, _GRAVITE, contexte),
        evolution=observation_liee(noeud, _EVOLUTION, contexte),
    )


def _est_un_medicament(noeud: etree._Element) -> bool:
    return enfant(noeud, "consumable") is not None and attribut(noeud, "moodCode") != "RQO"
