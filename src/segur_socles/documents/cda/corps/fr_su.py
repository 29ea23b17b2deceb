"""The body of a return sheet in its second edition (CI-SIS DLU-FR-SU 2025.01, certain)."""

from __future__ import annotations

from typing import Final

from segur_socles.documents.cda.balises import code, el, nul, valeur_booleenne
from segur_socles.documents.cda.corps import listes_cliniques as listes
from segur_socles.documents.cda.corps.communs import REPONSES, commentaire
from segur_socles.documents.cda.corps.pieces import lister_pieces
from segur_socles.documents.cda.corps.retour import ligne_retour, recit_du_passage, remises
from segur_socles.documents.cda.corps.urgences import (
    EVENEMENTS,
    INFORMES,
    PRECISION,
    choix,
    ligne_absence,
    lignes_destination,
    lignes_informes,
    objets,
    reponses,
)
from segur_socles.documents.cda.entrees.absence import absence
from segur_socles.documents.cda.entrees.observation import fait
from segur_socles.documents.cda.entrees.transfert import transfert
from segur_socles.documents.cda.listes import ecrire_liste, raconter_liste
from segur_socles.documents.cda.recit import Atelier, Ligne, tableau
from segur_socles.documents.cda.sections import ANS_SECTION, CCD, PCC, TA_ASIP, ModeleSection, section
from segur_socles.documents.contenu.urgences import INFORMES_RETOUR, RETOURS
from segur_socles.documents.modeles.retour import FicheRetourUrgences
from segur_socles.documents.renseigne import Renseigne
from segur_socles.nomenclatures.codes import Code

__all__ = ["ecrire_corps"]

RETOUR: Final = ModeleSection("42545-4", "Evènements observés", "Retour du service des urgences", EVENEMENTS)
SUITES: Final = ModeleSection(
    "18776-5",
    "Plan de soins",
    "Examens, consultations et traitements prévus",
    (f"{CCD}.10", f"{PCC}.3.31", f"{ANS_SECTION}.154"),
)
DOCUMENTS: Final = ModeleSection("77599-9", "Documents remis", "Documents remis", (f"{ANS_SECTION}.253",))

ORDONNANCES: Final = Code("GEN-415", TA_ASIP, "Ordonnances")
LISTE_OBJETS: Final = Code("GEN-414", TA_ASIP, "Liste des objets")


def ecrire_corps(fiche: FicheRetourUrgences, atelier: Atelier) -> str:
    """Write the structured body; the treatments have no coded place: they are told with what is planned.

    A PDF has none either: it is joined to the documents handed over, as in the first edition.
    """
    informes, entrees = lignes_informes(fiche.informes, INFORMES_RETOUR, atelier)
    sections = (
        section(INFORMES, atelier, informes, entrees),
        _retour(fiche, atelier),
        ecrire_liste(listes.DIAGNOSTICS_SORTIE, fiche.diagnostics, atelier),
        _suites(fiche, atelier),
        commentaire(fiche.commentaire, atelier),
        objets(fiche.objets, atelier, "Rendu avec la personne"),
        _documents(fiche, atelier),
    )
    return el("component", el("structuredBody", "".join(sections)))


def _retour(fiche: FicheRetourUrgences, atelier: Atelier) -> str:
    vers = ligne_retour(fiche, atelier)
    ou = lignes_destination(fiche.destination, atelier)
    codes = {nom: code("code", valeur) for nom, valeur in RETOURS.items()}
    entrees = [
        *choix(fiche.retour, codes, vers.ancre, atelier, nul("effectiveTime", "UNK")),
        transfert(fiche.destination, ou[0].ancre, atelier),
    ]
    return section(RETOUR, atelier, tableau(PRECISION, [*recit_du_passage(fiche, atelier), vers, *ou]), entrees)


def _suites(fiche: FicheRetourUrgences, atelier: Atelier) -> str:
    dites = {"question": "Examens ou consultations prévus", "reponse": fiche.suites or REPONSES[None]}
    prevu = Ligne(atelier.ancre("suite"), dites)
    if isinstance(fiche.traitements, Renseigne):
        liste, _ = raconter_liste(listes.TRAITEMENTS_SORTIE, fiche.traitements, atelier)
        return section(SUITES, atelier, reponses([prevu]) + liste)
    famille = listes.TRAITEMENTS_SORTIE.famille
    sans = ligne_absence(absence(fiche.traitements, famille, atelier.ancre("sortie")), famille)
    return section(SUITES, atelier, reponses([prevu, sans]))


def _documents(fiche: FicheRetourUrgences, atelier: Atelier) -> str:
    lignes = remises(fiche, atelier)
    recit, pieces = lister_pieces(
        fiche.documents, "JDV_ChecklistFLUDR", ("Joint à la fiche", "Remis à part"), atelier, absentes=False
    )
    reponses_codees = [
        fait(code("code", nature), valeur_booleenne(reponse), ligne.ancre, atelier, quand=nul("effectiveTime", "UNK"))
        for nature, reponse, ligne in zip(
            (ORDONNANCES, LISTE_OBJETS), (fiche.ordonnances_remises, fiche.liste_objets_remise), lignes, strict=True
        )
    ]
    return section(DOCUMENTS, atelier, reponses(list(lignes)) + recit, [*reponses_codees, *pieces])
