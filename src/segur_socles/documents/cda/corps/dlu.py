"""The body of a DLU, section by section, in the order of its model (CI-SIS DLU-EHPAD-DLU 2022.01, certain)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from segur_socles.documents.cda.balises import el
from segur_socles.documents.cda.corps import listes_cliniques as listes
from segur_socles.documents.cda.corps.communs import QUESTION, commentaire, lieu_en_clair
from segur_socles.documents.cda.corps.etat import (
    BMR,
    ligne_bmr,
    palliatifs,
    recit_autonomie,
    recit_etat,
    recit_observation,
    repondre,
)
from segur_socles.documents.cda.corps.pieces import PIECES, lister_pieces
from segur_socles.documents.cda.entrees.acte import acte_fictif
from segur_socles.documents.cda.entrees.observation import disposition, observation
from segur_socles.documents.cda.listes import ecrire_liste
from segur_socles.documents.cda.recit import Atelier, paragraphe, tableau
from segur_socles.documents.cda.sections import ANS_SECTION, PCC, ModeleSection, section
from segur_socles.documents.contenu.etat import Autonomie, EtatPersonne, PortageBmr
from segur_socles.documents.contenu.pieces import EtablissementPreference, PieceJointe
from segur_socles.documents.modeles.dlu import Dlu

__all__ = ["ecrire_corps"]

PREFERENCE: Final = ModeleSection(
    "11302-7",
    "Etablissement de santé de préférence",
    "Établissement de santé de préférence",
    (f"{PCC}.1.13.2.10", f"{ANS_SECTION}.172"),
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


def ecrire_corps(dlu: Dlu, atelier: Atelier) -> str:
    """Write the structured body."""
    sections = (
        _preference(dlu.etablissement_preference, atelier),
        ecrire_liste(listes.PATHOLOGIES, dlu.pathologies, atelier),
        ecrire_liste(listes.ANTECEDENTS, dlu.antecedents, atelier),
        ecrire_liste(listes.ALLERGIES, dlu.allergies, atelier),
        ecrire_liste(listes.TRAITEMENTS, dlu.traitements, atelier),
        palliatifs(dlu.soins_palliatifs, atelier),
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


def _etat(etat: EtatPersonne, autonomie: Autonomie | None, atelier: Atelier) -> str:
    recit, entrees = [recit_autonomie(autonomie, atelier), recit_observation(etat, atelier)], []
    for titre, reponses in repondre(etat, atelier).items():
        recit.append(recit_etat(titre, reponses))
        entrees += [
            observation(r.code, r.dite, r.ligne.ancre, atelier, le=etat.observe_le, cote=r.cote) for r in reponses
        ]
    return section(EVENEMENTS, atelier, "".join(recit), entrees)


def _bmr(bmr: PortageBmr, atelier: Atelier) -> str:
    ligne = ligne_bmr(bmr, atelier)
    entrees = [acte_fictif(ligne.ancre, atelier), observation(BMR, bmr.porteur, ligne.ancre, atelier)]
    return section(EXAMENS, atelier, tableau(QUESTION, [ligne]), entrees)


def _pieces(jointes: Sequence[PieceJointe], atelier: Atelier) -> str:
    colonnes = ("Annexé au DLU", "Disponible sur place")
    recit, entrees = lister_pieces(jointes, "JDV_ChecklistDLU", colonnes, atelier)
    return section(PIECES, atelier, recit, entrees)
