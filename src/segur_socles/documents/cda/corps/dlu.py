"""The body of a DLU, section by section, in the order of its model (CI-SIS DLU-EHPAD-DLU 2022.01, certain)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from segur_socles.documents.cda.balises import el
from segur_socles.documents.cda.corps import listes_cliniques as listes
from segur_socles.documents.cda.corps.communs import QUESTION, REPONSES, commentaire, lieu_en_clair
from segur_socles.documents.cda.corps.pieces import PIECES, lister_pieces
from segur_socles.documents.cda.entrees.acte import acte_fictif, soins_palliatifs
from segur_socles.documents.cda.entrees.observation import disposition, observation
from segur_socles.documents.cda.listes import ecrire_liste
from segur_socles.documents.cda.recit import Atelier, Ligne, paragraphe, tableau
from segur_socles.documents.cda.sections import ANS_SECTION, CCD, PCC, ModeleSection, section
from segur_socles.documents.contenu.communs import COTES, Lateralite, Reponse
from segur_socles.documents.contenu.etat import GROUPES, Autonomie, EtatPersonne, PortageBmr
from segur_socles.documents.contenu.pieces import EtablissementPreference, PieceJointe
from segur_socles.documents.modeles.dlu import Dlu
from segur_socles.nomenclatures.codes import Code, nomenclature

__all__ = ["ecrire_corps"]

PREFERENCE: Final = ModeleSection(
    "11302-7",
    "Etablissement de santé de préférence",
    "Établissement de santé de préférence",
    (f"{PCC}.1.13.2.10", f"{ANS_SECTION}.172"),
)
PLAN_DE_SOINS: Final = ModeleSection(
    "18776-5", "Plan de soins", "Soins palliatifs", (f"{CCD}.10", f"{PCC}.3.36", f"{ANS_SECTION}.158")
)
EVENEMENTS: Final = ModeleSection(
    "42545-4",
    "Evènements observés",
    "État de la personne et autonomie",
    (f"{PCC}.1.21.2.9", "1.3.6.1.4.1.19376.1.7.3.1.1.13.7", f"{ANS_SECTION}.163"),
)
EXAMENS: Final = ModeleSection(
    "30954-2", "Résultats d'examens", "Bactérie multirésistante", (f"{PCC}.3.27", f"{PCC}.3.28", f"{ANS_SECTION}.151")
)

BMR: Final = Code("U83.71", "2.16.840.1.113883.6.3", "Bactérie multirésistante [BMR]")


def ecrire_corps(dlu: Dlu, atelier: Atelier) -> str:
    """Write the structured body."""
    sections = (
        _preference(dlu.etablissement_preference, atelier),
        ecrire_liste(listes.PATHOLOGIES, dlu.pathologies, atelier),
        ecrire_liste(listes.ANTECEDENTS, dlu.antecedents, atelier),
        ecrire_liste(listes.ALLERGIES, dlu.allergies, atelier),
        ecrire_liste(listes.TRAITEMENTS, dlu.traitements, atelier),
        _palliatifs(dlu.soins_palliatifs, atelier),
        ecrire_liste(listes.DIRECTIVES, dlu.directives, atelier),
        _etat(dlu.etat, dlu.autonomie, atelier),
        _bmr(dlu.bmr, atelier),
        ecrire_liste(listes.VACCINATIONS, dlu.vaccinations, atelier),
        commentaire(dlu.commentaire, atelier, domicile=dlu.domicile),
        _pieces(dlu.pieces, atelier),
    )
    return el("component", el("structuredBody", "".join(sections)))


def _preference(souhait: EtablissementPreference | None, atelier: Atelier) -> str:
    ancre = atelier.ancre("preference")
    if souhait is None:
        phrase = "Établissement de préférence : non renseigné."
    else:
        phrase = lieu_en_clair(souhait.nom, souhait.adresse, souhait.telecom)
    return section(PREFERENCE, atelier, paragraphe(ancre, phrase), [disposition(souhait, ancre, atelier)])


def _palliatifs(en_cours: Reponse, atelier: Atelier) -> str:
    ligne = Ligne(atelier.ancre("palliatif"), {"question": "Soins palliatifs", "reponse": REPONSES[en_cours]})
    recit = tableau(QUESTION, [ligne])
    entrees = [] if en_cours is None else [soins_palliatifs(ligne.ancre, atelier, en_cours=en_cours)]
    return section(PLAN_DE_SOINS, atelier, recit, entrees)


def _etat(etat: EtatPersonne, autonomie: Autonomie | None, atelier: Atelier) -> str:
    recit, entrees = [_autonomie(autonomie, atelier)], []
    codes = nomenclature("JDV_ObservationEtatPatient")
    for groupe, questions in GROUPES.items():
        lignes = []
        for question in questions:
            reponse: Reponse = getattr(etat, question.champ)
            cote: Lateralite | None = getattr(etat, question.cote) if question.cote else None
            dit = REPONSES[reponse] + (f", côté : {cote.value}" if cote else "")
            ligne = Ligne(atelier.ancre("etat"), {"question": question.libelle, "reponse": dit})
            lignes.append(ligne)
            entrees.append(
                observation(
                    codes.code(question.code),
                    reponse,
                    ligne.ancre,
                    atelier,
                    le=etat.observe_le,
                    cote=COTES[cote] if cote else None,
                )
            )
        recit.append(tableau({"question": groupe, "reponse": "Observation"}, lignes))
    return section(EVENEMENTS, atelier, "".join(recit), entrees)


def _autonomie(autonomie: Autonomie | None, atelier: Atelier) -> str:
    # The model has no coded place for the GIR: it is told, not coded.
    if autonomie is None:
        phrase = "Autonomie (GIR) : non renseigné."
    else:
        quand = f", évalué le {autonomie.evalue_le:%d/%m/%Y}" if autonomie.evalue_le else ""
        phrase = "\n".join(filter(None, (f"Autonomie : GIR {autonomie.gir}{quand}.", autonomie.precision)))
    return paragraphe(atelier.ancre("autonomie"), phrase)


def _bmr(bmr: PortageBmr, atelier: Atelier) -> str:
    question = "Portage d'une bactérie multirésistante"
    reponse = " : ".join(filter(None, (REPONSES[bmr.porteur], bmr.precision)))
    ligne = Ligne(atelier.ancre("bmr"), {"question": question, "reponse": reponse})
    entrees = [acte_fictif(ligne.ancre, atelier), observation(BMR, bmr.porteur, ligne.ancre, atelier)]
    return section(EXAMENS, atelier, tableau(QUESTION, [ligne]), entrees)


def _pieces(jointes: Sequence[PieceJointe], atelier: Atelier) -> str:
    colonnes = ("Annexé au DLU", "Disponible sur place")
    recit, entrees = lister_pieces(jointes, "JDV_ChecklistDLU", colonnes, atelier)
    return section(PIECES, atelier, recit, entrees)
