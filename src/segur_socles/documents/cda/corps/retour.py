"""What both editions of the return sheet say alike."""

from __future__ import annotations

from segur_socles.documents.cda.corps.communs import REPONSES
from segur_socles.documents.cda.corps.urgences import precisions
from segur_socles.documents.cda.recit import Atelier, Ligne
from segur_socles.documents.modeles.retour import FicheRetourUrgences

__all__ = ["ligne_retour", "recit_du_passage", "remises"]


def ligne_retour(fiche: FicheRetourUrgences, atelier: Atelier) -> Ligne:
    """Tell where the person is sent, or that it is not known."""
    vers = fiche.retour.value.capitalize() if fiche.retour else "Non renseigné"
    # « EHPAD » keeps its capitals.
    return Ligne(atelier.ancre("retour"), {"quoi": "Retour", "precision": vers.replace("ehpad", "EHPAD")})


def recit_du_passage(fiche: FicheRetourUrgences, atelier: Atelier) -> list[Ligne]:
    """Tell why the person had come, when, what was found and done."""
    return precisions(
        {
            "Motif du passage": fiche.motif or "Non renseigné",
            "Admission": atelier.heure(fiche.admis_le) if fiche.admis_le else None,
            "Prise en charge": fiche.synthese,
        },
        atelier,
    )


def remises(fiche: FicheRetourUrgences, atelier: Atelier) -> tuple[Ligne, Ligne]:
    """Tell whether prescriptions, and the list of the person's objects, were handed over."""
    return (
        Ligne(
            atelier.ancre("remise"), {"question": "Ordonnances remises", "reponse": REPONSES[fiche.ordonnances_remises]}
        ),
        Ligne(
            atelier.ancre("remise"),
            {"question": "Liste des objets remise", "reponse": REPONSES[fiche.liste_objets_remise]},
        ),
    )
