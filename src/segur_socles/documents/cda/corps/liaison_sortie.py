"""The body of a hospital's discharge letter, in the order of its model (CI-SIS LDL-SES 2022.01, certain)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from segur_socles.documents.cda.balises import el
from segur_socles.documents.cda.corps import listes_cliniques as listes
from segur_socles.documents.cda.corps import listes_soins as soins
from segur_socles.documents.cda.corps.communs import REPONSES
from segur_socles.documents.cda.corps.motif import motif
from segur_socles.documents.cda.entrees import absence
from segur_socles.documents.cda.entrees.sejour import observation_du_sejour, statut_du_document, valeur_du_sejour
from segur_socles.documents.cda.entrees.traitement import absence_de_traitement, traitement
from segur_socles.documents.cda.listes import Liste, ecrire_liste
from segur_socles.documents.cda.recit import Atelier, Ligne, paragraphe, tableau
from segur_socles.documents.cda.sections import ANS_SECTION, PCC, TA_ASIP, ModeleSection, section
from segur_socles.documents.contenu.communs import Reponse, date_en_clair
from segur_socles.documents.contenu.sejour import SyntheseSejour
from segur_socles.documents.contenu.traitement import TraitementArrete
from segur_socles.documents.modeles.liaison_sortie import LettreLiaisonSortie
from segur_socles.documents.renseigne import AucunConnu, NonRenseigne, Renseigne
from segur_socles.nomenclatures.codes import Code

__all__ = ["ecrire_corps"]

STATUT: Final = ModeleSection(
    "33557-0", "Etat d'achèvement", "Statut du document", (f"{ANS_SECTION}.35", f"{ANS_SECTION}.35.1")
)
SEJOUR: Final = ModeleSection(
    "42545-4",
    "Evènements observés",
    "Synthèse médicale du séjour",
    (
        f"{PCC}.1.21.2.9",
        "1.3.6.1.4.1.19376.1.7.3.1.1.13.7",
        f"{ANS_SECTION}.163",
        f"{ANS_SECTION}.163.1",
    ),
)
EXAMENS: Final = ModeleSection(
    "30954-2", "Résultats d'examens", "Résultats d'examens", (f"{PCC}.3.27", f"{ANS_SECTION}.150")
)


def ecrire_corps(lettre: LettreLiaisonSortie, atelier: Atelier) -> str:
    """Write the structured body."""
    sections = (
        _statut(lettre.statut, atelier),
        motif(lettre.raisons, "Motif de l'hospitalisation", atelier),
        _sejour(lettre.sejour, atelier),
        ecrire_liste(ARRETES, lettre.traitements_arretes, atelier),
        ecrire_liste(listes.TRAITEMENTS_SORTIE, lettre.traitements_sortie, atelier),
        _resultats(lettre.resultats, atelier),
        ecrire_liste(soins.SUITES, lettre.suites, atelier),
        ecrire_liste(soins.DISPOSITIFS, lettre.dispositifs, atelier),
        ecrire_liste(listes.ALLERGIES, lettre.allergies, atelier),
    )
    return el("component", el("structuredBody", "".join(sections)))


def _statut(statut: Code, atelier: Atelier) -> str:
    ancre = atelier.ancre("statut")
    recit = paragraphe(ancre, f"{statut.libelle[:1].upper()}{statut.libelle[1:]}.")
    return section(STATUT, atelier, recit, [statut_du_document(statut, ancre, atelier)])


def _resultats(resultats: str | None, atelier: Atelier) -> str:
    return section(EXAMENS, atelier, paragraphe(atelier.ancre("examen"), resultats)) if resultats else ""


# --- the stay --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Observation:
    """One line of the stay: field, code, label, number of the template, type of the value, field of its date.

    Without a date of its own, an observation is true at the end of the stay. A line whose events are ``graves``
    stands out when it has some; one that is not ``nullable`` has no entry while nobody knows (its value set is closed).
    """

    champ: str
    code: str
    libelle: str
    rang: int
    genre: str
    date: str | None = None
    graves: bool = False
    nullable: bool = True


SYNTHESE: Final = Observation("synthese", "MED-142", "Synthèse médicale", 9, "ST")
OBSERVATIONS: Final = (
    Observation("modalite_entree", "ORG-070", "Modalité d'entrée", 6, "CE", date="entree_le", nullable=False),
    Observation("modalite_sortie", "ORG-074", "Modalité de sortie", 7, "CE", date="sortie_le"),
    Observation(
        "evenements_indesirables",
        "MED-143",
        "Evènements indésirables survenus pendant l'hospitalisation",
        3,
        "ST",
        graves=True,
    ),
    Observation(
        "recherche_bmr",
        "MED-309",
        "Recherche de microorganismes multi-résistants ou émergents effectuée",
        8,
        "BL",
        date="recherche_bmr_le",
    ),
    Observation(
        "bmr_identifiees", "MED-144", "Identification de micro-organismes multirésistants", 5, "ST", graves=True
    ),
    Observation("transfusion", "MED-145", "Transfusion de produits sanguins", 10, "BL"),
    Observation("accidents_transfusionnels", "MED-146", "Accidents transfusionnels", 1, "ST", graves=True),
    Observation("derives_du_sang", "MED-147", "Administration de dérivés du sang", 2, "BL"),
    Observation(
        "evenements_derives_du_sang",
        "MED-148",
        "Evènements indésirables suite à l'administration de dérivés du sang",
        4,
        "ST",
        graves=True,
    ),
)
"""Codes, labels, templates and value types of the official example (certain)."""


def _sejour(sejour: SyntheseSejour, atelier: Atelier) -> str:
    # The account of the stay may be long, and is read first: it is a paragraph, not a cell.
    ancre = atelier.ancre("synthese")
    recit = paragraphe(ancre, f"{SYNTHESE.libelle} : {sejour.synthese or 'non renseigné.'}")
    lignes, entrees = [], [_observation(SYNTHESE, sejour, ancre, atelier)]
    for quoi in OBSERVATIONS:
        valeur = getattr(sejour, quoi.champ)
        le = date_en_clair(getattr(sejour, quoi.date)) if quoi.date else None
        cellules = {"observation": quoi.libelle, "date": le, "resultat": _en_clair(valeur)}
        ligne = Ligne(atelier.ancre("sejour"), cellules, alerte=quoi.graves and isinstance(valeur, Renseigne))
        lignes.append(ligne)
        if valeur is not None or quoi.nullable:
            entrees.append(_observation(quoi, sejour, ligne.cellule("resultat"), atelier))
    colonnes = {"observation": "Pendant le séjour", "date": "Date", "resultat": "Observation"}
    return section(SEJOUR, atelier, recit + tableau(colonnes, lignes), entrees)


def _observation(quoi: Observation, sejour: SyntheseSejour, ancre: str, atelier: Atelier) -> str:
    valeur = valeur_du_sejour(getattr(sejour, quoi.champ), quoi.genre)
    le: str | None = getattr(sejour, quoi.date or "sortie_le")
    return observation_du_sejour(Code(quoi.code, TA_ASIP, quoi.libelle), quoi.rang, valeur, le, ancre, atelier)


def _en_clair(valeur: Code | str | Reponse | Renseigne[str] | AucunConnu | NonRenseigne) -> str:
    if isinstance(valeur, Code):
        return valeur.libelle
    if isinstance(valeur, Renseigne):
        return " ; ".join(valeur.items)
    if isinstance(valeur, AucunConnu):
        return f"Aucun, selon {valeur.declarant}, le {valeur.date:%d/%m/%Y}"
    if isinstance(valeur, str):
        return valeur
    return REPONSES[None if isinstance(valeur, NonRenseigne) else valeur]


# --- medicines, devices, what comes next -----------------------------------------------------------------


def _ligne_arret(fait: TraitementArrete, ancre: str) -> Ligne:
    ligne = listes.TRAITEMENTS.decrire(fait, ancre)
    return replace(ligne, cellules={**ligne.cellules, "motif_arret": fait.motif_arret})


ARRETES: Final[Liste[TraitementArrete]] = Liste(
    ModeleSection(
        "18610-6",
        "Traitements administrés",
        "Traitements arrêtés durant le séjour",
        (f"{PCC}.3.21", f"{ANS_SECTION}.145"),
    ),
    absence.TRAITEMENTS_ARRETES,
    "arrete",
    {**listes.TRAITEMENTS.colonnes, "fin": "Arrêté le", "motif_arret": "Motif de l'arrêt"},
    _ligne_arret,
    partial(traitement, donne=True),
    partial(absence_de_traitement, donne=True),
    listes.TRAITEMENTS.rang,
)
