"""The body of a letter sent with a person to hospital, in the order of its model (CI-SIS LDL-EES 2022.01, certain)."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from segur_socles.documents.cda.balises import el
from segur_socles.documents.cda.corps import listes_cliniques as listes
from segur_socles.documents.cda.corps.communs import commentaire
from segur_socles.documents.cda.corps.motif import motif
from segur_socles.documents.cda.entrees import absence
from segur_socles.documents.cda.entrees.acte import absence_d_acte, acte
from segur_socles.documents.cda.listes import Liste, ecrire_liste
from segur_socles.documents.cda.recit import Atelier, Ligne
from segur_socles.documents.cda.sections import ANS_SECTION, CCD, PCC, ModeleSection
from segur_socles.documents.contenu.acte import Acte
from segur_socles.documents.contenu.clinique import Pathologie
from segur_socles.documents.contenu.communs import date_en_clair
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
CHIRURGIE: Final = ModeleSection(
    "47519-4",
    "Historique des actes",
    "Antécédents chirurgicaux",
    (f"{CCD}.12", f"{PCC}.3.11", f"{PCC}.3.12", f"{ANS_SECTION}.136"),
)


def ecrire_corps(lettre: LettreLiaisonEntree, atelier: Atelier) -> str:
    """Write the structured body."""
    sections = (
        motif(lettre.raisons, "Motif du transfert", atelier),
        ecrire_liste(ADMISSION, lettre.traitements, atelier),
        ecrire_liste(listes.ALLERGIES, lettre.allergies, atelier),
        ecrire_liste(ANTECEDENTS, lettre.antecedents_medicaux, atelier),
        ecrire_liste(ACTES, lettre.antecedents_chirurgicaux, atelier),
        commentaire(lettre.commentaire, atelier, "Commentaire : non renseigné."),
    )
    return el("component", el("structuredBody", "".join(sections)))


def _ligne_acte(fait: Acte, ancre: str) -> Ligne:
    return Ligne(
        ancre,
        {
            "libelle": fait.libelle,
            "cote": fait.lateralite.value if fait.lateralite else None,
            "date": date_en_clair(fait.fait_le),
            "precision": fait.precision,
        },
    )


ACTES: Final[Liste[Acte]] = Liste(
    CHIRURGIE,
    absence.ACTES,
    "acte",
    {"libelle": "Intervention", "cote": "Côté", "date": "Date", "precision": "Précision"},
    _ligne_acte,
    acte,
    absence_d_acte,
)
