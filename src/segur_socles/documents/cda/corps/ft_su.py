"""The body of a transfer sheet in its second edition (CI-SIS DLU-FT-SU 2025.01).

Sections, templates and codes are certain; how an instant is held by its interval is probable: the lower bound.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from segur_socles.documents.cda.balises import code, el, instant, nul
from segur_socles.documents.cda.corps.communs import commentaire
from segur_socles.documents.cda.corps.transfert import conscience, douleurs, moment, observe, raisons, traitements
from segur_socles.documents.cda.corps.urgences import (
    INFORMES,
    PRECISION,
    constantes,
    lignes_destination,
    lignes_informes,
    objets,
    precisions,
    reponses,
)
from segur_socles.documents.cda.entrees.observation import fait
from segur_socles.documents.cda.recit import Atelier, Ligne, paragraphe, tableau
from segur_socles.documents.cda.sections import ANS_SECTION, PCC, TA_ASIP, ModeleSection, section
from segur_socles.documents.contenu.urgences import INFORMES_TRANSFERT
from segur_socles.documents.modeles.transfert import FicheTransfertUrgences
from segur_socles.nomenclatures.codes import Code

__all__ = ["ecrire_corps"]

MOTIF: Final = ModeleSection(
    "42349-1", "Raison de la recommandation", "Motif du transfert", (f"{PCC}.3.1", f"{ANS_SECTION}.127")
)
VIGILANCE: Final = ModeleSection("44944-7", "Points de vigilance", "Évolutions récentes", (f"{ANS_SECTION}.245",))
OBSERVATIONS: Final = ModeleSection(
    "46006-3", "Fonctions physiques", "Observations et traitements", (f"{PCC}.1.12.2.5", f"{ANS_SECTION}.115")
)

DERNIERE_PRISE: Final = Code("GEN-370", TA_ASIP, "Date et heure de la dernière prise du traitement habituel")
DERNIER_REPAS: Final = Code("GEN-244", TA_ASIP, "Date et heure du dernier repas")


def ecrire_corps(fiche: FicheTransfertUrgences, atelier: Atelier) -> str:
    """Write the structured body; the destination and the treatments have no coded place: they are told.

    The destination is told with the reason, the treatments beside their last intake.
    """
    informes, entrees = lignes_informes(fiche.informes, INFORMES_TRANSFERT, atelier)
    pourquoi = precisions(raisons(fiche, atelier), atelier) + lignes_destination(fiche.destination, atelier)
    sections = (
        section(INFORMES, atelier, informes, entrees),
        section(MOTIF, atelier, tableau(PRECISION, pourquoi)),
        _vigilance(fiche.evolutions_recentes, atelier),
        _observations(fiche, atelier),
        constantes(fiche.constantes, atelier),
        objets(fiche.objets, atelier, "Envoyé avec la personne"),
        commentaire(fiche.commentaire, atelier),
    )
    return el("component", el("structuredBody", "".join(sections)))


def _vigilance(evolutions: str | None, atelier: Atelier) -> str:
    return section(VIGILANCE, atelier, paragraphe(atelier.ancre("evolution"), evolutions)) if evolutions else ""


def _observations(fiche: FicheTransfertUrgences, atelier: Atelier) -> str:
    etat, etats = conscience(fiche, atelier)
    vu = [observe("Observé le", fiche.observe_le, atelier, "observe")] if fiche.observe_le else []
    derniere = observe("Dernière prise du traitement habituel", fiche.derniere_prise, atelier, "prise")
    repas = observe("Dernier repas", fiche.dernier_repas, atelier, "repas")
    mal, liste = douleurs(fiche, atelier), traitements(fiche, atelier)
    entrees = [
        *etats,
        _instant(DERNIERE_PRISE, fiche.derniere_prise, derniere, atelier),
        _instant(DERNIER_REPAS, fiche.dernier_repas, repas, atelier),
        *mal.entrees,
    ]
    lignes = [etat, *vu, *mal.lignes, derniere, repas, *liste.lignes]
    return section(OBSERVATIONS, atelier, reponses(lignes) + mal.tableau + liste.tableau, entrees)


def _instant(nature: Code, quand: datetime | None, ligne: Ligne, atelier: Atelier) -> str:
    valeur = el("value", instant("low", quand), xsi_type="IVL_TS") if quand else nul("value", "NI", xsi_type="IVL_TS")
    return fait(code("code", nature), valeur, ligne.ancre, atelier, quand=moment("effectiveTime", quand))
