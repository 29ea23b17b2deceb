"""What both editions of the transfer sheet say alike: reasons, state of the person, treatments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from segur_socles.documents.cda.balises import code, el, instant, nul, reference, valeur_booleenne
from segur_socles.documents.cda.corps.listes_cliniques import TRAITEMENTS
from segur_socles.documents.cda.corps.urgences import choix, ligne_absence
from segur_socles.documents.cda.entrees import absence as absences
from segur_socles.documents.cda.entrees.absence import absence
from segur_socles.documents.cda.entrees.observation import fait
from segur_socles.documents.cda.entrees.traitement import absence_de_traitement, prise, traitement
from segur_socles.documents.cda.recit import Atelier, Ligne, tableau
from segur_socles.documents.cda.sections import SNOMED
from segur_socles.documents.contenu.communs import COTES
from segur_socles.documents.contenu.traitement import TraitementPris
from segur_socles.documents.contenu.urgences import CONSCIENCES, Conscience, Douleur
from segur_socles.documents.modeles.transfert import FicheTransfertUrgences
from segur_socles.documents.renseigne import Renseigne
from segur_socles.nomenclatures.codes import Code

__all__ = ["Dit", "conscience", "douleurs", "moment", "observe", "raisons", "traitements"]

DOULEUR: Final = Code("R52.9", "2.16.840.1.113883.6.3", "Douleur, sans précision")
LATERALITE: Final = Code("272741003", SNOMED, "latéralité")


def raisons(fiche: FicheTransfertUrgences, atelier: Atelier) -> dict[str, str | None]:
    """Tell why the person is sent."""
    return {
        "Motif du transfert": fiche.motif,
        "Événement observé": fiche.evenement,
        "Survenu le": atelier.heure(fiche.survenu_le) if fiche.survenu_le else None,
    }


def moment(nom: str, quand: datetime | None) -> str:
    """Write an instant, or that it is not known."""
    return instant(nom, quand) if quand else nul(nom, "UNK")


def observe(question: str, quand: datetime | None, atelier: Atelier, prefixe: str) -> Ligne:
    """Tell an instant that every transfer sheet is asked for, known or not."""
    dit = atelier.heure(quand) if quand else "Non renseigné"
    return Ligne(atelier.ancre(prefixe), {"question": question, "reponse": dit})


# --- state of the person ---------------------------------------------------------------------------------


def conscience(fiche: FicheTransfertUrgences, atelier: Atelier) -> tuple[Ligne, list[str]]:
    """Tell and code the state of consciousness; whoever is not awake stands out."""
    etat = fiche.conscience
    dit = CONSCIENCES[etat].libelle if etat else "Non renseigné"
    ligne = Ligne(
        atelier.ancre("conscience"),
        {"question": "État de conscience", "reponse": dit},
        alerte=etat in {Conscience.EVEILLABLE, Conscience.NON_EVEILLABLE},
    )
    codes = {nom: code("code", atelier.edition.code(valeur)) for nom, valeur in CONSCIENCES.items()}
    return ligne, choix(etat, codes, ligne.ancre, atelier, moment("effectiveTime", fiche.observe_le))


@dataclass(frozen=True, slots=True)
class Dit:
    """What a list says in a section that tells other things: rows for its table of answers, a table, entries."""

    lignes: list[Ligne]
    tableau: str
    entrees: list[str]


def douleurs(fiche: FicheTransfertUrgences, atelier: Atelier) -> Dit:
    """Tell and code the painful sites, their absence, or that nobody asked."""
    quand = moment("effectiveTime", fiche.observe_le)
    etat = fiche.douleurs
    if not isinstance(etat, Renseigne):
        dit = absence(etat, absences.DOULEURS, atelier.ancre("douleur"))
        valeur = valeur_booleenne(False if dit.declaree else None)
        entree = fait(code("code", DOULEUR), valeur, dit.ancre, atelier, quand=quand)
        return Dit([ligne_absence(dit, absences.DOULEURS)], "", [entree])
    oui = el("value", xsi_type="BL", value="true")
    lignes = [
        Ligne(
            atelier.ancre("douleur"),
            {"siege": d.siege, "cote": d.cote.value if d.cote else None, "precision": d.precision},
        )
        for d in etat.items
    ]
    entrees = [
        fait(
            code("code", DOULEUR),
            oui,
            ligne.ancre,
            atelier,
            quand=quand,
            suite=_siege(douleur, ligne),
        )
        for douleur, ligne in zip(etat.items, lignes, strict=True)
    ]
    colonnes = {"siege": "Douleur : siège", "cote": "Côté", "precision": "Précision"}
    return Dit([], tableau(colonnes, lignes), entrees)


def _siege(douleur: Douleur, ligne: Ligne) -> str:
    # The side qualifies a coded site; without one, it is itself the code, as for a hearing aid.
    mots = el("originalText", reference(ligne.cellule("siege")))
    cote = COTES[douleur.cote] if douleur.cote else None
    if douleur.snomed is None:
        return code("targetSiteCode", cote, mots) if cote else nul("targetSiteCode", "NI", mots)
    libelle = f"{douleur.siege} ({douleur.cote.value})" if douleur.cote else douleur.siege
    precision = el("qualifier", code("name", LATERALITE) + code("value", cote)) if cote else ""
    return code("targetSiteCode", Code(douleur.snomed, SNOMED, libelle), mots + precision)


# --- treatments ------------------------------------------------------------------------------------------


def traitements(fiche: FicheTransfertUrgences, atelier: Atelier) -> Dit:
    """Tell and code each medicine and its last intake, alerts first; or that there is none, or that nobody knows."""
    etat = fiche.traitements
    if not isinstance(etat, Renseigne):
        dit = absence(etat, absences.TRAITEMENTS_EN_COURS, atelier.ancre("traitement"))
        return Dit([ligne_absence(dit, absences.TRAITEMENTS_EN_COURS)], "", [absence_de_traitement(dit, atelier)])
    pris = sorted(etat.items, key=lambda un: un.alerte is None)
    lignes = [_ligne(un, atelier) for un in pris]
    entrees = []
    for un, ligne in zip(pris, lignes, strict=True):
        entrees.append(traitement(un, ligne, atelier))
        if un.derniere_prise:
            entrees.append(prise(un.derniere_prise, ligne.cellule("prise"), atelier, un))
    return Dit([], tableau({**TRAITEMENTS.colonnes, "prise": "Dernière prise"}, lignes), entrees)


def _ligne(pris: TraitementPris, atelier: Atelier) -> Ligne:
    ligne = TRAITEMENTS.decrire(pris, atelier.ancre("traitement"))
    # Of a medicine that stands out, not knowing when it was taken is told too.
    inconnue = "Non renseigné" if pris.alerte else None
    derniere = atelier.heure(pris.derniere_prise) if pris.derniere_prise else inconnue
    return Ligne(ligne.ancre, {**ligne.cellules, "prise": derniere}, alerte=ligne.alerte)
