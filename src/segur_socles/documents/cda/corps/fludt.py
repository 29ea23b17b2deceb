"""The body of a transfer sheet in its first edition (CI-SIS DLU-EHPAD-FLUDT 2022.01, certain)."""

from __future__ import annotations

from typing import Final

from segur_socles.documents.cda.balises import code, el, nul, reference
from segur_socles.documents.cda.corps.communs import commentaire
from segur_socles.documents.cda.corps.transfert import conscience, douleurs, moment, observe, raisons, traitements
from segur_socles.documents.cda.corps.urgences import (
    EVENEMENTS,
    PRECISION,
    constantes,
    lignes_destination,
    lignes_informes,
    objets,
    precisions,
    reponses,
)
from segur_socles.documents.cda.entrees.acte import acte_fictif
from segur_socles.documents.cda.entrees.observation import fait
from segur_socles.documents.cda.entrees.traitement import prise
from segur_socles.documents.cda.entrees.transfert import transfert
from segur_socles.documents.cda.recit import Atelier, tableau
from segur_socles.documents.cda.sections import ANS_SECTION, CCD, LOINC, PCC, TA_ASIP, ModeleSection, section
from segur_socles.documents.contenu.urgences import INFORMES_TRANSFERT
from segur_socles.documents.modeles.transfert import FicheTransfertUrgences
from segur_socles.nomenclatures.codes import Code

__all__ = ["ecrire_corps"]

TRANSFERT: Final = ModeleSection("42545-4", "Evènements observés", "Transfert vers le service des urgences", EVENEMENTS)
OBSERVATIONS: Final = ModeleSection(
    "30954-2", "Résultats d'examens", "Observations", (f"{PCC}.3.27", f"{PCC}.3.28", f"{ANS_SECTION}.151")
)
TRAITEMENTS: Final = ModeleSection(
    "10160-0",
    "Historique de la prise médicamenteuse",
    "Traitements et dernière prise",
    (f"{CCD}.8", f"{PCC}.3.19", f"{ANS_SECTION}.143"),
)
REPAS: Final = ModeleSection(
    "47420-5",
    "Évaluation du statut fonctionnel",
    "Dernier repas",
    ("1.3.6.1.4.1.19376.1.7.3.1.1.13.5", f"{ANS_SECTION}.162"),
)

MOTIF: Final = Code("57277-6", LOINC, "Motif du transfert vers le service des urgences")
DERNIER_REPAS: Final = Code("GEN-244", TA_ASIP, "Date et heure du dernier repas")


def ecrire_corps(fiche: FicheTransfertUrgences, atelier: Atelier) -> str:
    """Write the structured body; who was informed and what changed lately have no coded place: they are told first."""
    sections = (
        _transfert(fiche, atelier),
        constantes(fiche.constantes, atelier),
        _observations(fiche, atelier),
        _traitements(fiche, atelier),
        _repas(fiche, atelier),
        objets(fiche.objets, atelier, "Envoyé avec la personne"),
        commentaire(fiche.commentaire, atelier),
    )
    return el("component", el("structuredBody", "".join(sections)))


def _transfert(fiche: FicheTransfertUrgences, atelier: Atelier) -> str:
    pourquoi = precisions(
        {**raisons(fiche, atelier), "Évolutions récentes": fiche.evolutions_recentes},
        atelier,
    )
    ou = lignes_destination(fiche.destination, atelier)
    informes, _ = lignes_informes(fiche.informes, INFORMES_TRANSFERT, atelier)
    motif = el("value", el("originalText", reference(pourquoi[0].cellule("precision"))), xsi_type="CD")
    quand = moment("effectiveTime", fiche.survenu_le)
    entrees = [fait(code("code", MOTIF), motif, pourquoi[0].ancre, atelier, quand=quand)]
    if fiche.destination:
        entrees.append(transfert(fiche.destination, ou[0].ancre, atelier))
    return section(TRANSFERT, atelier, tableau(PRECISION, pourquoi + ou) + informes, entrees)


def _observations(fiche: FicheTransfertUrgences, atelier: Atelier) -> str:
    etat, etats = conscience(fiche, atelier)
    mal = douleurs(fiche, atelier)
    vu = [observe("Observé le", fiche.observe_le, atelier, "observe")] if fiche.observe_le else []
    entrees = [acte_fictif(etat.ancre, atelier), *etats, *mal.entrees]
    return section(OBSERVATIONS, atelier, reponses([etat, *vu, *mal.lignes]) + mal.tableau, entrees)


def _traitements(fiche: FicheTransfertUrgences, atelier: Atelier) -> str:
    derniere = observe("Dernière prise du traitement habituel", fiche.derniere_prise, atelier, "prise")
    liste = traitements(fiche, atelier)
    habituelle = [prise(fiche.derniere_prise, derniere.ancre, atelier)] if fiche.derniere_prise else []
    recit = reponses([derniere, *liste.lignes]) + liste.tableau
    return section(TRAITEMENTS, atelier, recit, habituelle + liste.entrees)


def _repas(fiche: FicheTransfertUrgences, atelier: Atelier) -> str:
    ligne = observe("Dernier repas", fiche.dernier_repas, atelier, "repas")
    # The date alone matters here: the model gives the observation no value.
    valeur = nul("value", "NA" if fiche.dernier_repas else "NI", xsi_type="REAL")
    quand = moment("effectiveTime", fiche.dernier_repas)
    entree = fait(code("code", DERNIER_REPAS), valeur, ligne.ancre, atelier, quand=quand)
    return section(REPAS, atelier, reponses([ligne]), [entree])
