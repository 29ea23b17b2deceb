"""State of the person: mind, deficits, moves, risks, and autonomy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from segur_socles._core.model import Booleen, Entier, Jour, RegleError, Valeur
from segur_socles._core.textes import Texte
from segur_socles.documents.contenu.communs import Lateralite

__all__ = ["GROUPES", "Autonomie", "EtatPersonne", "PortageBmr", "Question"]


@dataclass(frozen=True, slots=True)
class Question:
    """One line of the state: field of :class:`EtatPersonne`, code, what is asked, field of the side if any."""

    champ: str
    code: str
    libelle: str
    cote: str | None = None


GROUPES: Final[dict[str, tuple[Question, ...]]] = {
    "État psychique": (
        Question("communique", "288575003", "Capable de communiquer, peut alerter"),
        Question("oriente", "247663003", "Orienté"),
        Question("desoriente", "62476001", "Désorienté"),
        Question("agite", "24199005", "Agité"),
        Question("opposant", "248043008", "Opposant aux soins"),
        Question("risque_suicidaire", "425104003", "Risque suicidaire"),
    ),
    "Handicaps, déficits": (
        Question("deficit_visuel", "397540003", "Déficit visuel", "cote_visuel"),
        Question("deficit_auditif", "15188001", "Déficit auditif", "cote_auditif"),
        Question("trouble_langage", "62305002", "Trouble du langage"),
    ),
    "Déplacements, transferts": (
        Question("chutes", "161898004", "Chutes"),
        Question("deambulation", "50239007", "Déambulation"),
        Question("fugue", "248046000", "Fugue"),
        Question("contention", "386423001", "Contention physique"),
    ),
    "Autres risques": (
        Question("risque_escarre", "285304000", "Risque d'escarre"),
        Question("risque_fausse_route", "249492002", "Risque de fausse route"),
    ),
}
"""The 15 codes of JDV_ObservationEtatPatient, under the plain words of the HAS form."""


class EtatPersonne(Valeur):
    """Yes, no, or None for not known, to each of the 15 questions; nothing is assumed."""

    observe_le: Jour | None = None
    communique: Booleen | None = None
    oriente: Booleen | None = None
    desoriente: Booleen | None = None
    agite: Booleen | None = None
    opposant: Booleen | None = None
    risque_suicidaire: Booleen | None = None
    deficit_visuel: Booleen | None = None
    cote_visuel: Lateralite | None = None
    deficit_auditif: Booleen | None = None
    cote_auditif: Lateralite | None = None
    trouble_langage: Booleen | None = None
    chutes: Booleen | None = None
    deambulation: Booleen | None = None
    fugue: Booleen | None = None
    contention: Booleen | None = None
    risque_escarre: Booleen | None = None
    risque_fausse_route: Booleen | None = None

    @model_validator(mode="after")
    def _coherence(self) -> Self:
        if self.oriente and self.desoriente:
            message = "la personne ne peut être dite orientée et désorientée"
            raise RegleError(message, champ="desoriente", remede="choisir, ou laisser les deux à null")
        for deficit, cote in (("deficit_visuel", "cote_visuel"), ("deficit_auditif", "cote_auditif")):
            if getattr(self, cote) and not getattr(self, deficit):
                raise RegleError("un côté est donné sans déficit", champ=cote, remede=f"renseigner {deficit} à true")
        return self


class Autonomie(Valeur):
    """Iso-resource group (AGGIR, 1 most dependent to 6), as evaluated; never computed here."""

    gir: Annotated[Entier, Field(ge=1, le=6)]
    evalue_le: Jour | None = None
    precision: Texte | None = None


class PortageBmr(Valeur):
    """Carriage of multi-resistant bacteria; ``porteur`` None for not known."""

    porteur: Booleen | None = None
    precision: Texte | None = None
