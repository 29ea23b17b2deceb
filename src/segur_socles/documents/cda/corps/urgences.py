"""What transfer and return sheets share, whatever their edition: rows of the narrative and the entries under them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, TypeAlias, TypeVar

from segur_socles.documents.cda.balises import code, nul, valeur_booleenne
from segur_socles.documents.cda.corps.communs import QUESTION, REPONSES, lieu_en_clair
from segur_socles.documents.cda.entrees import absence as absences
from segur_socles.documents.cda.entrees.absence import Absence, Famille, absence
from segur_socles.documents.cda.entrees.constantes import absence_de_constante, releve
from segur_socles.documents.cda.entrees.objet import absence_d_objet, objet
from segur_socles.documents.cda.entrees.observation import fait
from segur_socles.documents.cda.recit import Atelier, Ligne, paragraphe, tableau
from segur_socles.documents.cda.sections import ANS_SECTION, CCD, PCC, TA_ASIP, ModeleSection, section
from segur_socles.documents.contenu.constantes import ReleveConstantes
from segur_socles.documents.contenu.objets import ObjetPersonnel
from segur_socles.documents.contenu.urgences import (
    Destination,
    Informe,
    InformesRetour,
    InformesTransfert,
)
from segur_socles.documents.renseigne import AucunConnu, NonRenseigne, Renseigne
from segur_socles.nomenclatures.codes import nomenclature

__all__ = [
    "EVENEMENTS",
    "INFORMES",
    "PRECISION",
    "choix",
    "constantes",
    "ligne_absence",
    "lignes_destination",
    "lignes_informes",
    "objets",
    "precisions",
    "reponses",
]

EVENEMENTS: Final = (f"{PCC}.1.21.2.9", "1.3.6.1.4.1.19376.1.7.3.1.1.13.7", f"{ANS_SECTION}.163")
"""Templates of the section that tells a transfer or a return."""

INFORMES: Final = ModeleSection(
    "ORG-213",
    "Personnes et structures informées",
    "Personnes et structures informées",
    (f"{ANS_SECTION}.251",),
    TA_ASIP,
)
CONSTANTES: Final = ModeleSection(
    "8716-3", "Signes vitaux", "Constantes", (f"{CCD}.16", f"{PCC}.3.25", f"{PCC}.1.5.3.2", f"{ANS_SECTION}.75")
)
OBJETS: Final = ModeleSection(
    "46264-8", "Dispositifs médicaux", "Prothèses et objets personnels", (f"{ANS_SECTION}.53",)
)

PRECISION: Final = {"quoi": "Information", "precision": "Précision"}

_PREMIERE_CONSTANTE: Final = nomenclature("JDV_SignesVitaux").code("8480-6")

K = TypeVar("K")

Etat: TypeAlias = Renseigne[ObjetPersonnel] | AucunConnu | NonRenseigne


def precisions(dites: Mapping[str, str | None], atelier: Atelier) -> list[Ligne]:
    """Make a row of each information that is known: what it is about, what is said."""
    return [Ligne(atelier.ancre("precision"), {"quoi": quoi, "precision": dit}) for quoi, dit in dites.items() if dit]


def lignes_destination(vers: Destination | None, atelier: Atelier) -> list[Ligne]:
    """Tell where the person is taken and when; the first row is the one a transfer points at."""
    lieu = lieu_en_clair(vers.nom, vers.adresse, vers.telecom) if vers else "Non renseigné"
    if vers and vers.secteur:
        lieu += f"\n{vers.secteur.libelle}"
    return precisions(
        {
            "Destination": lieu,
            "Départ": atelier.heure(vers.depart) if vers and vers.depart else None,
            "Arrivée": atelier.heure(vers.arrivee) if vers and vers.arrivee else None,
        },
        atelier,
    )


def lignes_informes(
    informes: InformesTransfert | InformesRetour, questions: Iterable[Informe], atelier: Atelier
) -> tuple[str, list[str]]:
    """Tell who was informed, and code the answers: yes, no, or no information."""
    lignes, entrees = [], []
    for question in questions:
        reponse: bool | None = getattr(informes, question.champ)
        ligne = Ligne(atelier.ancre("informe"), {"question": question.libelle, "reponse": REPONSES[reponse]})
        lignes.append(ligne)
        nature, quand = code("code", question.code), nul("effectiveTime", "UNK")
        entrees.append(fait(nature, valeur_booleenne(reponse), ligne.ancre, atelier, quand=quand))
    return tableau({"question": "Personne ou structure", "reponse": "Informée"}, lignes), entrees


def ligne_absence(dit: Absence, famille: Famille) -> Ligne:
    """Tell in a row that a list is empty: in a section that tells other things, a sentence alone is not seen."""
    reponse = dit.phrase if dit.declaree else REPONSES[None]
    return Ligne(dit.ancre, {"question": famille.sujet, "reponse": reponse})


def reponses(lignes: list[Ligne]) -> str:
    """Write a table of questions and answers."""
    return tableau(QUESTION, lignes)


def choix(retenu: K | None, codes: Mapping[K, str], ancre: str, atelier: Atelier, quand: str) -> list[str]:
    """Write the one answer chosen among several (``codes``: answer → its coded element).

    The rules want one of these codes, and accept no other. When nobody knows, each is written with no information:
    none is chosen, none is denied.
    """
    dits = [retenu] if retenu is not None else list(codes)
    vrai = None if retenu is None else True
    return [fait(codes[dit], valeur_booleenne(vrai), ancre, atelier, quand=quand) for dit in dits]


def constantes(releves: Iterable[ReleveConstantes], atelier: Atelier) -> str:
    """Write the vital signs, set by set; without any, that nobody recorded them, which is no measure of zero."""
    toutes, entrees = [], []
    for un in releves:
        quand = atelier.heure(un.le)
        lignes = [
            Ligne(
                atelier.ancre("constante"),
                {
                    "constante": mesuree.type.libelle,
                    "mesure": f"{mesuree.valeur:f} {mesuree.mesure.unite}".replace(".", ","),
                    "quand": quand,
                },
            )
            for mesuree in un.constantes
        ]
        toutes += lignes
        entrees.append(releve(un, lignes, atelier))
    if toutes:
        recit = tableau({"constante": "Constante", "mesure": "Mesure", "quand": "Mesurée le"}, toutes)
    else:
        ancre = atelier.ancre("constante")
        recit = paragraphe(ancre, "Constantes : non renseigné, information non recueillie.")
        entrees.append(absence_de_constante(_PREMIERE_CONSTANTE, ancre, atelier))
    return section(CONSTANTES, atelier, recit, entrees)


def objets(etat: Etat, atelier: Atelier, remis: str) -> str:
    """Write prostheses and objects; ``remis`` titles the column that says whether each goes with the person."""
    if not isinstance(etat, Renseigne):
        dit = absence(etat, absences.OBJETS, atelier.ancre("objet"))
        return section(OBJETS, atelier, paragraphe(dit.ancre, dit.phrase), absence_d_objet(dit, atelier))
    lignes = [
        Ligne(
            atelier.ancre("objet"),
            {
                "objet": sien.libelle,
                "emplacement": sien.emplacement.value if sien.emplacement else None,
                "remis": REPONSES[sien.remis],
                "precision": sien.precision if sien.precision != sien.libelle else None,
            },
        )
        for sien in etat.items
    ]
    colonnes = {"objet": "Objet", "emplacement": "Côté ou place", "remis": remis, "precision": "Précision"}
    entrees = [objet(sien, ligne, atelier) for sien, ligne in zip(etat.items, lignes, strict=True)]
    return section(OBJETS, atelier, tableau(colonnes, lignes), entrees)
