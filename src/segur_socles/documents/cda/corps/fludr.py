"""The body of a return sheet in its first edition (CI-SIS DLU-EHPAD-FLUDR 2022.01, certain)."""

from __future__ import annotations

from typing import Final

from segur_socles.documents.cda.balises import code, el, nul, reference
from segur_socles.documents.cda.corps import listes_cliniques as listes
from segur_socles.documents.cda.corps.communs import commentaire
from segur_socles.documents.cda.corps.pieces import PIECES, lister_pieces
from segur_socles.documents.cda.corps.retour import ligne_retour, recit_du_passage, remises
from segur_socles.documents.cda.corps.transfert import moment
from segur_socles.documents.cda.corps.urgences import (
    EVENEMENTS,
    PRECISION,
    lignes_destination,
    lignes_informes,
    objets,
    precisions,
    reponses,
)
from segur_socles.documents.cda.entrees.observation import fait
from segur_socles.documents.cda.entrees.transfert import transfert
from segur_socles.documents.cda.listes import ecrire_liste
from segur_socles.documents.cda.recit import Atelier, tableau
from segur_socles.documents.cda.sections import LOINC, ModeleSection, section
from segur_socles.documents.contenu.urgences import INFORMES_RETOUR
from segur_socles.documents.modeles.retour import FicheRetourUrgences
from segur_socles.nomenclatures.codes import Code

__all__ = ["ecrire_corps"]

RETOUR: Final = ModeleSection("42545-4", "Evènements observés", "Retour du service des urgences", EVENEMENTS)
MOTIF: Final = Code("15515-0", LOINC, "Motif du transport")


def ecrire_corps(fiche: FicheRetourUrgences, atelier: Atelier) -> str:
    """Write the structured body; who was informed and what is planned have no coded place: they are told first."""
    sections = (
        _retour(fiche, atelier),
        ecrire_liste(listes.DIAGNOSTICS_SORTIE, fiche.diagnostics, atelier),
        ecrire_liste(listes.TRAITEMENTS_SORTIE, fiche.traitements, atelier),
        objets(fiche.objets, atelier, "Rendu avec la personne"),
        _documents(fiche, atelier),
        commentaire(fiche.commentaire, atelier),
    )
    return el("component", el("structuredBody", "".join(sections)))


def _retour(fiche: FicheRetourUrgences, atelier: Atelier) -> str:
    passage = recit_du_passage(fiche, atelier)
    ou = lignes_destination(fiche.destination, atelier)
    suites = precisions({"Examens ou consultations prévus": fiche.suites}, atelier)
    informes, _ = lignes_informes(fiche.informes, INFORMES_RETOUR, atelier)
    mots = el("originalText", reference(passage[0].cellule("precision")))
    motif = el("value", mots, xsi_type="CD") if fiche.motif else nul("value", "NI", mots, xsi_type="CD")
    quand = moment("effectiveTime", fiche.admis_le)
    entrees = [fait(code("code", MOTIF), motif, passage[0].ancre, atelier, quand=quand)]
    if fiche.destination:
        entrees.append(transfert(fiche.destination, ou[0].ancre, atelier))
    lignes = [*passage, ligne_retour(fiche, atelier), *ou, *suites]
    return section(RETOUR, atelier, tableau(PRECISION, lignes) + informes, entrees)


def _documents(fiche: FicheRetourUrgences, atelier: Atelier) -> str:
    colonnes = ("Joint à la fiche", "Remis à part")
    recit, entrees = lister_pieces(fiche.documents, "JDV_ChecklistFLUDR", colonnes, atelier)
    return section(PIECES, atelier, reponses(list(remises(fiche, atelier))) + recit, entrees)
