"""The body of a medical summary, in the order of its model (CI-SIS IPS-FR 2024.01, certain)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final, TypeVar

from segur_socles.documents.cda.balises import code, el, ii, nul, texte, valeur_booleenne
from segur_socles.documents.cda.coordonnees import adresse, telecoms
from segur_socles.documents.cda.corps import listes_cliniques as listes
from segur_socles.documents.cda.corps.communs import QUESTION, recit_domicile
from segur_socles.documents.cda.corps.etat import (
    BMR,
    ligne_bmr,
    palliatifs,
    recit_autonomie,
    recit_etat,
    recit_observation,
    repondre,
)
from segur_socles.documents.cda.corps.listes_soins import ACTES, DISPOSITIFS, SUITES
from segur_socles.documents.cda.corps.pieces import PIECES, lister_pieces
from segur_socles.documents.cda.corps.urgences import constantes
from segur_socles.documents.cda.entete import OID_STRUCTURES, participant
from segur_socles.documents.cda.entrees.effet import effet_indesirable
from segur_socles.documents.cda.entrees.evaluation import evaluation, reponse_evaluee
from segur_socles.documents.cda.entrees.histoire import antecedent_familial, element_social
from segur_socles.documents.cda.entrees.resultat import CATEGORIES, observation_de_resultat, resultat, resultats
from segur_socles.documents.cda.listes import ecrire_liste
from segur_socles.documents.cda.recit import Atelier, Ligne, paragraphe, tableau
from segur_socles.documents.cda.sections import ANS_SECTION, CCD, LOINC, PCC, TA_ASIP, ModeleSection, section
from segur_socles.documents.contenu.communs import date_en_clair
from segur_socles.documents.contenu.etat import Autonomie, EtatPersonne, PortageBmr
from segur_socles.documents.contenu.synthese import AntecedentFamilial, EffetIndesirable, ElementSocial, ResultatExamen
from segur_socles.documents.contenu.synthese import CategorieResultat as Categorie
from segur_socles.documents.modeles.synthese import SyntheseMedicale
from segur_socles.documents.renseigne import Renseigne
from segur_socles.nomenclatures.codes import Code, nomenclature
from segur_socles.personnes.numeros.genres import Genre
from segur_socles.personnes.numeros.idnat import STRUCT_IDNAT

__all__ = ["ecrire_corps", "participants"]

EFFETS: Final = ModeleSection(
    "44939-7", "Effets indésirables", "Effets indésirables des médicaments", (f"{ANS_SECTION}.247",)
)
VIGILANCE: Final = ModeleSection("44944-7", "Points de vigilance", "Points de vigilance", (f"{ANS_SECTION}.245",))
STATUT: Final = ModeleSection(
    "47420-5",
    "Statut fonctionnel",
    "État de la personne et autonomie",
    (f"{CCD}.5", "2.16.840.1.113883.10.22.3.8", f"{ANS_SECTION}.246"),
)
MODE_DE_VIE: Final = ModeleSection(
    "29762-2",
    "Habitus, mode de vie",
    "Mode de vie",
    (f"{CCD}.15", f"{PCC}.3.16", f"{PCC}.3.16.1", f"{ANS_SECTION}.141"),
)
RISQUES: Final = ModeleSection(
    "10161-8", "Facteurs de risques professionnels", "Risques professionnels", (f"{PCC}.1.5.3.1", f"{ANS_SECTION}.74")
)
FAMILLE: Final = ModeleSection(
    "10157-6",
    "Antécédents familiaux",
    "Antécédents familiaux",
    (f"{CCD}.4", f"{PCC}.3.14", f"{PCC}.3.15", f"{ANS_SECTION}.139"),
)
RESULTATS: Final = ModeleSection("30954-2", "Résultats", "Résultats d'examens", (f"{ANS_SECTION}.244",))

EVALUATIONS: Final = {
    "État psychique": Code("54511-1", LOINC, "Comportement"),
    "Handicaps, déficits": Code("52621-0", LOINC, "Déficience auditive, visuelle, communication"),
    "Déplacements, transferts": Code("32452-5", LOINC, "Fonction motrice"),
    "Autres risques": Code("GEN-092.04.24", TA_ASIP, "Autre type d'évaluation"),
}
"""Group of questions → code of its evaluation."""

T = TypeVar("T")


def ecrire_corps(synthese: SyntheseMedicale, atelier: Atelier) -> str:
    """Write the structured body."""
    s = synthese
    sections = (
        ecrire_liste(listes.PATHOLOGIES, s.problemes, atelier),
        ecrire_liste(listes.ANTECEDENTS, s.antecedents, atelier),
        ecrire_liste(ACTES, s.actes, atelier),
        ecrire_liste(listes.ALLERGIES, s.allergies, atelier),
        _tableau(EFFETS, s.effets_indesirables, _COLONNES_EFFET, _ligne_effet, effet_indesirable, atelier),
        ecrire_liste(listes.TRAITEMENTS, s.traitements, atelier),
        ecrire_liste(DISPOSITIFS, s.dispositifs, atelier),
        _vigilance(s, atelier),
        _etat(s.etat, s.autonomie, atelier),
        constantes(s.constantes, atelier) if s.constantes else "",
        _tableau(MODE_DE_VIE, s.mode_de_vie, _COLONNES_VIE, _ligne_vie, element_social, atelier),
        _texte(RISQUES, s.risques_professionnels, atelier),
        _tableau(FAMILLE, s.antecedents_familiaux, _COLONNES_FAMILLE, _ligne_famille, antecedent_familial, atelier),
        ecrire_liste(listes.VACCINATIONS, s.vaccinations, atelier),
        palliatifs(s.soins_palliatifs, atelier),
        ecrire_liste(SUITES, Renseigne(items=s.suites), atelier) if s.suites else "",
        ecrire_liste(listes.DIRECTIVES, s.directives, atelier),
        _resultats(s.bmr, s.resultats, atelier),
        _pieces(s, atelier),
    )
    return el("component", el("structuredBody", "".join(sections)))


def participants(synthese: SyntheseMedicale) -> str:
    """Name in the header the hospital that the person prefers: this model has no section for it."""
    souhait = synthese.etablissement_preference
    if souhait is None:
        return ""
    structure = (
        ii(OID_STRUCTURES, STRUCT_IDNAT.ecrire(Genre.FINESS, souhait.finess)) if souhait.finess else ""
    ) + texte("name", souhait.nom)
    qui = (
        adresse(souhait.adresse)
        + (telecoms([souhait.telecom]) if souhait.telecom else "")
        + el("scopingOrganization", structure)
    )
    return participant("INF", code("functionCode", nomenclature("JDV_J47").code("ES-PREF")), qui)


def _tableau(
    modele: ModeleSection,
    items: Sequence[T],
    colonnes: dict[str, str],
    decrire: Callable[[T, str], Ligne],
    coder: Callable[[T, Ligne, Atelier], str],
    atelier: Atelier,
) -> str:
    """Write a section that the model does not demand: nothing is said of it when nothing is known."""
    if not items:
        return ""
    lignes = [decrire(item, atelier.ancre(f"s{modele.code}")) for item in items]
    entrees = [coder(item, ligne, atelier) for item, ligne in zip(items, lignes, strict=True)]
    return section(modele, atelier, tableau(colonnes, lignes), entrees)


def _texte(modele: ModeleSection, dit: str | None, atelier: Atelier) -> str:
    return section(modele, atelier, paragraphe(atelier.ancre(f"s{modele.code}"), dit)) if dit else ""


def _vigilance(synthese: SyntheseMedicale, atelier: Atelier) -> str:
    recit = recit_domicile(synthese.domicile, atelier) if synthese.domicile else ""
    if synthese.vigilance:
        recit += paragraphe(atelier.ancre("vigilance"), synthese.vigilance)
    return section(VIGILANCE, atelier, recit) if recit else ""


def _etat(etat: EtatPersonne, autonomie: Autonomie | None, atelier: Atelier) -> str:
    recit, entrees = [recit_autonomie(autonomie, atelier), recit_observation(etat, atelier)], []
    for titre, reponses in repondre(etat, atelier).items():
        recit.append(recit_etat(titre, reponses))
        evaluees = [reponse_evaluee(r.code, r.dite, r.ligne.ancre, atelier, etat.observe_le) for r in reponses]
        entrees.append(evaluation(atelier.edition.code(EVALUATIONS[titre]), evaluees, etat.observe_le, atelier))
    return section(STATUT, atelier, "".join(recit), entrees)


def _resultats(bmr: PortageBmr, autres: Sequence[ResultatExamen], atelier: Atelier) -> str:
    ligne = ligne_bmr(bmr, atelier)
    portage = observation_de_resultat(
        code("code", BMR), valeur_booleenne(bmr.porteur), nul("effectiveTime", "UNK"), ligne.ancre, atelier
    )
    recit, entrees = tableau(QUESTION, [ligne]), []
    for categorie in Categorie:
        siens = [r for r in autres if r.categorie is categorie]
        lignes = [_ligne_resultat(r, atelier.ancre("resultat")) for r in siens]
        observations = [resultat(r, dite, atelier) for r, dite in zip(siens, lignes, strict=True)]
        if categorie is Categorie.BIOLOGIE:
            observations.insert(0, portage)
        if lignes:
            recit += tableau({"examen": CATEGORIES[categorie], "resultat": "Résultat", "date": "Date"}, lignes)
        if observations:
            entrees.append(resultats(categorie, observations, atelier))
    return section(RESULTATS, atelier, recit, entrees)


def _ligne_resultat(fait: ResultatExamen, ancre: str) -> Ligne:
    return Ligne(ancre, {"examen": fait.examen, "resultat": fait.resultat, "date": date_en_clair(fait.fait_le)})


def _pieces(synthese: SyntheseMedicale, atelier: Atelier) -> str:
    colonnes = ("Annexé à la synthèse", "Disponible sur place")
    recit, entrees = lister_pieces(synthese.pieces, "JDV_ChecklistDLU", colonnes, atelier)
    return section(replace(PIECES, titre="Documents joints"), atelier, recit, entrees)


_COLONNES_EFFET: Final = {
    "medicament": "Médicament",
    "effet": "Effet",
    "origine": "Origine",
    "debut": "Depuis",
    "gravite": "Gravité",
    "imputabilite": "Imputabilité",
    "evolution": "Évolution",
}


def _ligne_effet(fait: EffetIndesirable, ancre: str) -> Ligne:
    juges = {
        "origine": fait.origine,
        "gravite": fait.gravite,
        "imputabilite": fait.imputabilite,
        "evolution": fait.evolution,
    }
    dits = {champ: juge.libelle if juge else None for champ, juge in juges.items()}
    return Ligne(
        ancre, {"medicament": fait.medicament, "effet": fait.effet, "debut": date_en_clair(fait.debut), **dits}
    )


_COLONNES_VIE: Final = {"type": "Élément", "description": "Description", "date": "Relevé le"}


def _ligne_vie(fait: ElementSocial, ancre: str) -> Ligne:
    return Ligne(
        ancre,
        {"type": fait.type.libelle, "description": fait.description, "date": date_en_clair(fait.releve_le)},
    )


_COLONNES_FAMILLE: Final = {"lien": "Parent", "libelle": "Maladie"}


def _ligne_famille(fait: AntecedentFamilial, ancre: str) -> Ligne:
    return Ligne(ancre, {"lien": fait.lien.libelle, "libelle": fait.libelle})
