"""Lists of care that several models share: procedures done, devices worn, what is planned."""

from __future__ import annotations

from typing import Final

from segur_socles.documents.cda.entrees import absence
from segur_socles.documents.cda.entrees.acte import absence_d_acte, acte
from segur_socles.documents.cda.entrees.dispositif import absence_de_dispositif, dispositif
from segur_socles.documents.cda.entrees.suite import absence_de_suite, suite
from segur_socles.documents.cda.listes import Liste
from segur_socles.documents.cda.recit import Ligne
from segur_socles.documents.cda.sections import ANS_SECTION, CCD, PCC, ModeleSection
from segur_socles.documents.contenu.acte import Acte
from segur_socles.documents.contenu.communs import date_en_clair
from segur_socles.documents.contenu.dispositif import DispositifMedical
from segur_socles.documents.contenu.suites import Suite

__all__ = ["ACTES", "DISPOSITIFS", "SUITES"]

CHIRURGIE: Final = ModeleSection(
    "47519-4",
    "Historique des actes",
    "Antécédents chirurgicaux",
    (f"{CCD}.12", f"{PCC}.3.11", f"{PCC}.3.12", f"{ANS_SECTION}.136"),
)


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


def _ligne_suite(prevue: Suite, ancre: str) -> Ligne:
    return Ligne(
        ancre,
        {
            "nature": prevue.nature.value.capitalize(),
            "libelle": prevue.libelle,
            "date": date_en_clair(prevue.prevue_le) or "À fixer",
            "urgence": "Urgent" if prevue.urgente else None,
            "precision": prevue.precision,
        },
        alerte=prevue.urgente,
    )


SUITES: Final[Liste[Suite]] = Liste(
    ModeleSection("18776-5", "Plan de soins", "Suites à donner", (f"{CCD}.10", f"{PCC}.3.36", f"{ANS_SECTION}.158")),
    absence.SUITES,
    "suite",
    {"urgence": "Urgence", "nature": "Nature", "libelle": "À faire", "date": "Prévu le", "precision": "Précision"},
    _ligne_suite,
    suite,
    absence_de_suite,
    lambda prevue: not prevue.urgente,
)


def _ligne_dispositif(fait: DispositifMedical, ancre: str) -> Ligne:
    return Ligne(
        ancre,
        {
            "libelle": fait.libelle,
            "depuis": date_en_clair(fait.depuis),
            "identifiant": fait.identifiant,
            "precision": fait.precision,
        },
    )


DISPOSITIFS: Final[Liste[DispositifMedical]] = Liste(
    ModeleSection(
        "46264-8",
        "Dispositifs médicaux",
        "Dispositifs médicaux",
        # The second arc of the first root is misspelt by the national model, and demanded so.
        ("2.16.840.1.11383.10.20.1.7", f"{PCC}.1.5.3.5", f"{ANS_SECTION}.1"),
    ),
    absence.DISPOSITIFS,
    "dispositif",
    {"libelle": "Dispositif", "depuis": "Depuis", "identifiant": "Identifiant", "precision": "Précision"},
    _ligne_dispositif,
    dispositif,
    absence_de_dispositif,
)
