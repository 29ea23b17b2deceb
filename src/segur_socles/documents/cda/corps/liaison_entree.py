"""The body of a letter sent with a person to hospital, in the order of its model (CI-SIS LDL-EES 2022.01, certain)."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from segur_socles.documents.cda.balises import el
from segur_socles.documents.cda.corps import listes_cliniques as listes
from segur_socles.documents.cda.corps import listes_soins as soins
from segur_socles.documents.cda.corps.communs import commentaire
from segur_socles.documents.cda.corps.motif import motif
from segur_socles.documents.cda.entrees import absence
from segur_socles.documents.cda.listes import Liste, ecrire_liste
from segur_socles.documents.cda.recit import Atelier
from segur_socles.documents.cda.sections import ANS_SECTION, PCC, ModeleSection
from segur_socles.documents.contenu.clinique import Pathologie
from segur_socles.documents.contenu.traitement import Traitement
from segur_socles.documents.modeles.liaison_entree import LettreLiaisonEntree

__all__ = ["ecrire_corps"]

ADMISSION: Final[Liste[Traitement]] = replace(
    listes.TRAITEMENTS,
    modele=ModeleSection(
        "42346-7", "Traitements à l'admission", "Traitements à l'admission", (f"{PCC}.3.20", f"{ANS_SECTION}.144")
    ),
    famille=absence.TRAITEMENTS_ADMISSION,
)
ANTECEDENTS: Final[Liste[Pathologie]] = replace(
    listes.ANTECEDENTS, modele=replace(listes.HISTOIRE, titre="Antécédents médicaux")
)


def ecrire_corps(lettre: LettreLiaisonEntree, atelier: Atelier) -> str:
    """Write the structured body."""
    sections = (
        motif(lettre.raisons, "Motif du transfert", atelier),
        ecrire_liste(ADMISSION, lettre.traitements, atelier),
        ecrire_liste(listes.ALLERGIES, lettre.allergies, atelier),
        ecrire_liste(ANTECEDENTS, lettre.antecedents_medicaux, atelier),
        ecrire_liste(soins.ACTES, lettre.antecedents_chirurgicaux, atelier),
        commentaire(lettre.commentaire, atelier, "Commentaire : non renseigné."),
    )
    return el("component", el("structuredBody", "".join(sections)))
