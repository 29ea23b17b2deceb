"""The state of the person as several models tell it: questions and answers, autonomy, carriage, palliative care."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from segur_socles.documents.cda.corps.communs import QUESTION, REPONSES
from segur_socles.documents.cda.entrees.acte import soins_palliatifs
from segur_socles.documents.cda.recit import Atelier, Ligne, paragraphe, tableau
from segur_socles.documents.cda.sections import ANS_SECTION, CCD, PCC, ModeleSection, section
from segur_socles.documents.contenu.communs import COTES, Lateralite, Reponse
from segur_socles.documents.contenu.etat import GROUPES, Autonomie, EtatPersonne, PortageBmr
from segur_socles.nomenclatures.codes import Code, nomenclature

__all__ = [
    "BMR",
    "ReponseEtat",
    "ligne_bmr",
    "palliatifs",
    "recit_autonomie",
    "recit_etat",
    "recit_observation",
    "repondre",
]

PLAN_DE_SOINS: Final = ModeleSection(
    "18776-5", "Plan de soins", "Soins palliatifs", (f"{CCD}.10", f"{PCC}.3.36", f"{ANS_SECTION}.158")
)
BMR: Final = Code("U83.71", "2.16.840.1.113883.6.3", "Bactérie multirésistante [BMR]")


@dataclass(frozen=True, slots=True)
class ReponseEtat:
    """One question about the person as it will be written: its code, the answer, the side, the row that tells it."""

    code: Code
    dite: Reponse
    cote: Code | None
    ligne: Ligne


def repondre(etat: EtatPersonne, atelier: Atelier) -> dict[str, list[ReponseEtat]]:
    """Answer every question, group by group; what nobody answered is told as such."""
    codes = nomenclature("JDV_ObservationEtatPatient")
    groupes: dict[str, list[ReponseEtat]] = {}
    for titre, questions in GROUPES.items():
        reponses = groupes[titre] = []
        for question in questions:
            dite: Reponse = getattr(etat, question.champ)
            cote: Lateralite | None = getattr(etat, question.cote) if question.cote else None
            lu = REPONSES[dite] + (f", côté : {cote.value}" if cote else "")
            ligne = Ligne(atelier.ancre("etat"), {"question": question.libelle, "reponse": lu})
            reponses.append(ReponseEtat(codes.code(question.code), dite, COTES[cote] if cote else None, ligne))
    return groupes


def recit_etat(titre: str, reponses: Iterable[ReponseEtat]) -> str:
    """Tell one group of answers."""
    return tableau({"question": titre, "reponse": "Observation"}, [reponse.ligne for reponse in reponses])


def recit_observation(etat: EtatPersonne, atelier: Atelier) -> str:
    """Tell when the person was seen so: an answer of last year is not one of today."""
    if etat.observe_le is None:
        return ""
    return paragraphe(atelier.ancre("observe"), f"État observé le {etat.observe_le:%d/%m/%Y}.")


def recit_autonomie(autonomie: Autonomie | None, atelier: Atelier) -> str:
    """Tell the autonomy. No model has a coded place for the GIR: it is told, not coded."""
    if autonomie is None:
        phrase = "Autonomie (GIR) : non renseigné."
    else:
        quand = f", évalué le {autonomie.evalue_le:%d/%m/%Y}" if autonomie.evalue_le else ""
        phrase = "\n".join(filter(None, (f"Autonomie : GIR {autonomie.gir}{quand}.", autonomie.precision)))
    return paragraphe(atelier.ancre("autonomie"), phrase)


def palliatifs(en_cours: Reponse, atelier: Atelier) -> str:
    """Write the section of palliative care."""
    cellules = {"question": "Soins palliatifs", "reponse": REPONSES[en_cours]}
    ligne = Ligne(atelier.ancre("palliatif"), cellules, alerte=en_cours is True)
    entrees = [] if en_cours is None else [soins_palliatifs(ligne.ancre, atelier, en_cours=en_cours)]
    return section(PLAN_DE_SOINS, atelier, tableau(QUESTION, [ligne]), entrees)


def ligne_bmr(bmr: PortageBmr, atelier: Atelier) -> Ligne:
    """Tell whether the person carries a multi-resistant bacterium."""
    reponse = " : ".join(filter(None, (REPONSES[bmr.porteur], bmr.precision)))
    cellules = {"question": "Portage d'une bactérie multirésistante", "reponse": reponse}
    return Ligne(atelier.ancre("bmr"), cellules, alerte=bmr.porteur is True)
