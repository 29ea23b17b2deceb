"""Clinical lists that several models share: columns, order of reading, entries."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import Final

from segur_socles.documents.cda.entrees import absence
from segur_socles.documents.cda.entrees.absence import Absence
from segur_socles.documents.cda.entrees.allergie import absence_d_allergie, allergie
from segur_socles.documents.cda.entrees.observation import directive
from segur_socles.documents.cda.entrees.probleme import absence_de_probleme, probleme
from segur_socles.documents.cda.entrees.traitement import absence_de_traitement, traitement
from segur_socles.documents.cda.entrees.vaccination import absence_de_vaccination, vaccination
from segur_socles.documents.cda.listes import Liste
from segur_socles.documents.cda.recit import Atelier, Ligne
from segur_socles.documents.cda.sections import ANS_SECTION, CCD, PCC, ModeleSection
from segur_socles.documents.contenu.clinique import Allergie, Directive, Pathologie, Vaccination
from segur_socles.documents.contenu.communs import Quantite, Unite, date_en_clair, nombre_en_clair
from segur_socles.documents.contenu.traitement import Traitement
from segur_socles.nomenclatures.codes import nomenclature

__all__ = [
    "ALLERGIES",
    "ANTECEDENTS",
    "DIAGNOSTICS_SORTIE",
    "DIRECTIVES",
    "PATHOLOGIES",
    "TRAITEMENTS",
    "TRAITEMENTS_SORTIE",
    "VACCINATIONS",
]

PROBLEMES_ACTIFS: Final = ModeleSection(
    "11450-4", "Liste des problèmes actifs", "Pathologies en cours", (f"{CCD}.11", f"{PCC}.3.6", f"{ANS_SECTION}.132")
)
HISTOIRE: Final = ModeleSection("11348-0", "Antécédents médicaux", "Antécédents", (f"{PCC}.3.8", f"{ANS_SECTION}.134"))
ALERTES: Final = ModeleSection(
    "48765-2",
    "Allergies et hypersensibilités",
    "Allergies et hypersensibilités",
    (f"{CCD}.2", f"{PCC}.3.13", f"{ANS_SECTION}.137"),
)
MEDICAMENTS: Final = ModeleSection(
    "10160-0",
    "Historique de la prise médicamenteuse",
    "Traitements au long cours",
    (f"{CCD}.8", f"{PCC}.3.19", f"{ANS_SECTION}.143"),
)
DIAGNOSTICS: Final = ModeleSection(
    "11535-2", "Diagnostic de sortie", "Diagnostic de sortie", (f"{PCC}.3.7", f"{ANS_SECTION}.133")
)
SORTIE: Final = ModeleSection(
    "10183-2", "Traitements à la sortie", "Traitements à la sortie", (f"{PCC}.3.22", f"{ANS_SECTION}.146")
)
VOLONTES: Final = ModeleSection(
    "42348-3",
    "Directives anticipées",
    "Directives anticipées",
    (f"{CCD}.1", f"{PCC}.3.34", f"{PCC}.3.35", f"{ANS_SECTION}.157"),
)
VACCINS: Final = ModeleSection(
    "11369-6", "Historique des vaccinations", "Vaccinations", (f"{CCD}.6", f"{PCC}.3.23", f"{ANS_SECTION}.147")
)


# --- problems --------------------------------------------------------------------------------------------

_COLONNES_PROBLEME: Final = {
    "libelle": "Pathologie",
    "cote": "Côté",
    "debut": "Depuis",
    "fin": "Jusqu'à",
    "precision": "Précision",
}


def _ligne_probleme(fait: Pathologie, ancre: str) -> Ligne:
    return Ligne(
        ancre,
        {
            "libelle": fait.libelle,
            "cote": fait.lateralite.value if fait.lateralite else None,
            "debut": date_en_clair(fait.debut),
            "fin": date_en_clair(fait.fin),
            "precision": fait.precision,
        },
    )


PATHOLOGIES: Final[Liste[Pathologie]] = Liste(
    PROBLEMES_ACTIFS,
    absence.PATHOLOGIES,
    "pathologie",
    _COLONNES_PROBLEME,
    _ligne_probleme,
    partial(probleme, passe=False),
    absence_de_probleme,
)
ANTECEDENTS: Final[Liste[Pathologie]] = Liste(
    HISTOIRE,
    absence.ANTECEDENTS,
    "antecedent",
    _COLONNES_PROBLEME,
    _ligne_probleme,
    partial(probleme, passe=True),
    absence_de_probleme,
)

DIAGNOSTICS_SORTIE: Final = replace(
    PATHOLOGIES,
    modele=DIAGNOSTICS,
    famille=absence.DIAGNOSTICS,
    prefixe="diagnostic",
    colonnes=_COLONNES_PROBLEME | {"libelle": "Diagnostic"},
)

# --- allergies -------------------------------------------------------------------------------------------

_RANG_SEVERITE: Final = {code: rang for rang, code in enumerate(nomenclature("JDV_SeveriteObservation").codes)}
"""The value set goes from fatal to mild."""

_GRAVES: Final = frozenset({"442452003", "24484000", "371924009"})


def _severites(fait: Allergie) -> list[str]:
    return [reaction.severite.code for reaction in fait.reactions if reaction.severite]


def _plus_grave_d_abord(fait: Allergie) -> int:
    # An emergency team reads the first line.
    return min([_RANG_SEVERITE[severite] for severite in _severites(fait)], default=len(_RANG_SEVERITE))


def _ligne_allergie(fait: Allergie, ancre: str) -> Ligne:
    reactions = [f"{r.libelle} ({r.severite.libelle})" if r.severite else r.libelle for r in fait.reactions]
    return Ligne(
        ancre,
        {
            "agent": fait.agent,
            "type": fait.type.libelle,
            "reactions": " ; ".join(reactions) or "Réaction non renseignée",
            "debut": date_en_clair(fait.debut),
        },
        alerte=not _GRAVES.isdisjoint(_severites(fait)),
    )


ALLERGIES: Final[Liste[Allergie]] = Liste(
    ALERTES,
    absence.ALLERGIES,
    "allergie",
    {"agent": "Agent", "type": "Type", "reactions": "Réactions", "debut": "Depuis"},
    _ligne_allergie,
    allergie,
    absence_d_allergie,
    _plus_grave_d_abord,
)

# --- treatments ------------------------------------------------------------------------------------------


_RYTHMES: Final = {
    Unite.HEURE: ("toutes les", "heures", "h"),
    Unite.JOUR: ("tous les", "jours", "jours"),
    Unite.SEMAINE: ("toutes les", "semaines", "semaines"),
    Unite.MOIS: ("tous les", "mois", "mois"),
}
"""Unit of a period → how it is said: before, alone (every one), after a number."""


def _posologie(fait: Traitement) -> str:
    """Say the prescriber's words, then what is coded beside them and that they do not say.

    What a program reads of a dose is thus read by people too, and a slip in one of the two is seen.
    """
    dits = [q.en_clair for q in (fait.dose, fait.debit) if q] + ([_rythme(fait.periode)] if fait.periode else [])
    tus = [dit for dit in dits if not _dit(dit, fait.posologie)]
    soit = f", soit {' '.join(tus)}" if tus else ""
    return fait.posologie + soit + (" (si besoin)" if fait.si_besoin else "")


def _dit(quoi: str, mots: str) -> bool:
    # « 1 g » is not said by « 11 g », nor by « 0,1 g ».
    return quoi in mots and re.search(rf"(?<![\w,.]){re.escape(quoi)}(?!\w)", mots) is not None


def _rythme(periode: Quantite) -> str:
    avant, seule, apres = _RYTHMES[periode.unite]
    return f"{avant} {seule}" if periode.valeur == 1 else f"{avant} {nombre_en_clair(periode.valeur)} {apres}"


def _ligne_traitement(fait: Traitement, ancre: str) -> Ligne:
    return Ligne(
        ancre,
        {
            "alerte": fait.alerte,
            "medicament": fait.medicament,
            "posologie": _posologie(fait),
            "voie": fait.voie.libelle if fait.voie else None,
            "indication": fait.indication,
            "debut": date_en_clair(fait.debut),
            "fin": date_en_clair(fait.fin),
        },
        alerte=fait.alerte is not None,
    )


TRAITEMENTS: Final[Liste[Traitement]] = Liste(
    MEDICAMENTS,
    absence.TRAITEMENTS,
    "traitement",
    {
        "alerte": "Alerte",
        "medicament": "Médicament",
        "posologie": "Posologie",
        "voie": "Voie",
        "indication": "Indication",
        "debut": "Depuis",
        "fin": "Jusqu'à",
    },
    _ligne_traitement,
    traitement,
    absence_de_traitement,
    lambda fait: fait.alerte is None,
)

TRAITEMENTS_SORTIE: Final = replace(TRAITEMENTS, modele=SORTIE, famille=absence.TRAITEMENTS_SORTIE, prefixe="sortie")

# --- directives ------------------------------------------------------------------------------------------


def _ligne_directive(fait: Directive, ancre: str) -> Ligne:
    return Ligne(
        ancre,
        {
            "type": fait.type.libelle,
            "choix": "Oui" if fait.accepte else "Non",
            "date": f"{fait.exprimee_le:%d/%m/%Y}" if fait.exprimee_le else None,
            "precision": fait.precision,
        },
        alerte=not fait.accepte,
    )


def _coder_directive(fait: Directive, ligne: Ligne, atelier: Atelier) -> str:
    return directive(atelier.edition.code(fait.type), fait.accepte, ligne.ancre, atelier, fait.exprimee_le)


def _sans_directive(dit: Absence, atelier: Atelier) -> str:
    existence = nomenclature("JDV_TypeDirectiveAnticipee").code("42348-3")
    return directive(existence, False if dit.declaree else None, dit.ancre, atelier)


DIRECTIVES: Final[Liste[Directive]] = Liste(
    VOLONTES,
    absence.DIRECTIVES,
    "directive",
    {"type": "Directive", "choix": "Choix de la personne", "date": "Exprimé le", "precision": "Précision"},
    _ligne_directive,
    _coder_directive,
    _sans_directive,
)

# --- vaccinations ----------------------------------------------------------------------------------------


def _ligne_vaccination(fait: Vaccination, ancre: str) -> Ligne:
    return Ligne(
        ancre,
        {
            "vaccin": fait.vaccin,
            "effectuee": "Oui" if fait.effectuee else "Non",
            "date": date_en_clair(fait.faite_le),
            "lot": fait.lot,
            "voie": fait.voie.libelle if fait.voie else None,
            "acte": fait.acte.libelle,
        },
    )


VACCINATIONS: Final[Liste[Vaccination]] = Liste(
    VACCINS,
    absence.VACCINATIONS,
    "vaccination",
    {"vaccin": "Vaccin", "effectuee": "Effectué", "date": "Date", "lot": "Lot", "voie": "Voie", "acte": "Type"},
    _ligne_vaccination,
    vaccination,
    absence_de_vaccination,
)
