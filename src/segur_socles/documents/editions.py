"""Editions of the document models, as data: what changes from one to the next is a value here, not a branch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import Final

from segur_socles.nomenclatures.codes import Code, nomenclature

__all__ = [
    "DLU_2022_01",
    "DLU_2022_01_JDV_2025",
    "DLU_2024",
    "DLU_DOM",
    "EDITIONS",
    "FLUDR_2022_01",
    "FLUDR_2022_01_JDV_2025",
    "FLUDR_DOM",
    "FLUDT_2022_01",
    "FLUDT_2022_01_JDV_2025",
    "FLUDT_DOM",
    "FR_SU_2025_01",
    "FT_SU_2025_01",
    "IPS_FR_2024_01",
    "IPS_FR_2024_01_DLU",
    "IPS_FR_2024_01_JDV_2025",
    "LDL_EES_2022_01",
    "LDL_SES_2022_01",
    "N1",
    "EditionDocument",
]

LOINC: Final = "2.16.840.1.113883.6.1"
SNOMED: Final = "2.16.840.1.113883.6.96"
TA_ASIP: Final = "1.2.250.1.213.1.1.4.322"


@dataclass(frozen=True, slots=True)
class EditionDocument:
    """One model in one edition.

    - ``modele``: root of the model's templateId, ``extension`` its version, ``autres_modeles`` other roots;
    - ``type``: the code of the document, or None when any code of JDV_J07 will do (``titre`` is then its label);
    - ``acte``: the ``serviceEvent/code`` that the model demands, or None when it is free;
    - ``rencontre``: the type of encounter that the model demands, if any;
    - ``medecin_traitant_exige``: the participant stands in the header even when nobody knows who it is;
    - ``codes``: codes of our tables → those of the edition's value sets;
    - ``retiree_le``: since when the format may no longer be written; it is read for ever.
    """

    nom: str
    modele: str
    extension: str | None
    type: Code | None
    titre: str
    acte: Code | None = None
    rencontre: Code | None = None
    autres_modeles: tuple[str, ...] = ()
    medecin_traitant_exige: bool = False
    libelle_medecin_traitant: str = "Médecin Traitant"
    codes: Mapping[str, Code] = field(default_factory=lambda: MappingProxyType({}))
    retiree_le: date | None = None

    def code(self, code: Code) -> Code:
        """Return the edition's code for ``code``."""
        return self.codes.get(code.code, code)


def _type(code: str) -> Code:
    return nomenclature("JDV_J07").code(code)


JDV_2025: Final[Mapping[str, Code]] = MappingProxyType(
    {
        "MED-295": Code("265764009", SNOMED, "Dialyse rénale"),
        "G15_35": nomenclature("JDV_J01").code("313"),
        "350": Code("372", nomenclature("JDV_J01").code("350").systeme, "Aide à domicile"),
        "DLU_002": Code("MED-1301", TA_ASIP, "Conscient et éveillé"),
        "DLU_003": Code("MED-1302", TA_ASIP, "Éveillable"),
        "DLU_004": Code("MED-1303", TA_ASIP, "Non éveillable"),
        "GEN-092.04.24": Code("GEN-092.01.24", TA_ASIP, "Autre type d'évaluation"),
    }
)
"""What the value sets published from March 2025 on call otherwise (CI-SIS, editions of the test kit).

The nursing assistant and the home helper have one code left where they had two; the states of consciousness are those
of FT-SU, that the last edition of FLUDT demands too. Wrong either way in the other edition.
"""


DLU_2022_01: Final = EditionDocument(
    nom="DLU 2022.01",
    modele="1.2.250.1.213.1.1.1.22",
    extension="2022.01",
    type=_type("74207-2"),
    titre="Document de liaison d'urgence",
    acte=Code("34117-2", LOINC, "Historique et clinique"),
    medecin_traitant_exige=True,
)
"""CI-SIS DLU-EHPAD-DLU 2022.01 with the value sets of February 2025: the model active at the DMP."""

DLU_2022_01_JDV_2025: Final = replace(
    DLU_2022_01,
    nom="DLU 2022.01, jeux de valeurs de mars 2025 et après",
    libelle_medecin_traitant="Médecin traitant",
    codes=JDV_2025,
)
"""The same model with the value sets published from March 2025 on."""

LDL_EES_2022_01: Final = EditionDocument(
    nom="LDL-EES 2022.01",
    modele="1.2.250.1.213.1.1.1.21",
    extension="2022.01",
    type=_type("18761-7"),
    titre="Lettre de liaison à l'entrée en établissement de soins",
    acte=nomenclature("JDV_J142").code("IMP"),
)
"""CI-SIS LDL-EES 2022.01: the « note de transfert » of who is sent to hospital."""

LDL_SES_2022_01: Final = EditionDocument(
    nom="LDL-SES 2022.01",
    modele="1.2.250.1.213.1.1.1.29",
    extension="2022.01",
    type=_type("11490-0"),
    titre="Lettre de liaison à la sortie d'un établissement de soins",
)
"""CI-SIS LDL-SES 2022.01: what a hospital gives when the person leaves."""

N1: Final = EditionDocument(
    nom="Corps non structuré (N1)",
    modele="1.3.6.1.4.1.19376.1.2.20",
    extension=None,
    type=None,
    titre="",
)
"""A document without structured body (IHE XDS-SD): a PDF under the header, for any type of JDV_J07."""

FLUDT_2022_01: Final = EditionDocument(
    nom="FLUDT 2022.01",
    modele="1.2.250.1.213.1.1.1.23",
    extension="2022.01",
    type=_type("74207-2"),
    titre="Fiche de liaison d'urgence : transfert vers le service des urgences",
    acte=Code("28651-8", LOINC, "Transfert du patient au service des urgences"),
)
"""CI-SIS DLU-EHPAD-FLUDT 2022.01: transfer sheet. Its document code is that of the DLU."""

FLUDT_2022_01_JDV_2025: Final = replace(
    FLUDT_2022_01,
    nom="FLUDT 2022.01, jeux de valeurs de mars 2025 et après",
    libelle_medecin_traitant="Médecin traitant",
    codes=JDV_2025,
)
"""The same model with the value sets published from March 2025 on."""

FT_SU_2025_01: Final = EditionDocument(
    nom="FT-SU 2025.01",
    modele="1.2.250.1.213.1.1.1.61",
    extension="2025.01",
    type=_type("78341-5"),
    titre="Fiche de transfert vers le service des urgences",
    acte=Code("306104004", SNOMED, "Transfert vers le service des urgences"),
    rencontre=nomenclature("JDV_J142").code("EMER"),
    libelle_medecin_traitant="Médecin traitant",
    codes=JDV_2025,
)
"""CI-SIS DLU-FT-SU 2025.01: transfer sheet, establishments and home alike."""

FLUDR_2022_01: Final = EditionDocument(
    nom="FLUDR 2022.01",
    modele="1.2.250.1.213.1.1.1.24",
    extension="2022.01",
    type=_type("74207-2"),
    titre="Fiche de liaison d'urgence : retour du service des urgences",
    acte=Code("28651-8", LOINC, "Transfert du patient au service des urgences"),
)
"""CI-SIS DLU-EHPAD-FLUDR 2022.01: return sheet. Its document code is that of the DLU."""

FLUDR_2022_01_JDV_2025: Final = replace(
    FLUDR_2022_01,
    nom="FLUDR 2022.01, jeux de valeurs de mars 2025 et après",
    libelle_medecin_traitant="Médecin traitant",
    codes=JDV_2025,
)
"""The same model with the value sets published from March 2025 on."""

FR_SU_2025_01: Final = EditionDocument(
    nom="FR-SU 2025.01",
    modele="1.2.250.1.213.1.1.1.62",
    extension="2025.01",
    type=_type("60280-5"),
    titre="Fiche de retour du service des urgences",
    acte=Code("107724000", SNOMED, "Transfert du patient"),
    libelle_medecin_traitant="Médecin traitant",
    codes=JDV_2025,
)
"""CI-SIS DLU-FR-SU 2025.01: return sheet, to an establishment or home."""


IPS_FR_2024_01: Final = EditionDocument(
    nom="IPS-FR 2024.01",
    modele="1.2.250.1.213.1.1.1.51",
    extension="2024.01",
    type=_type("60591-5"),
    titre="Synthèse médicale",
    autres_modeles=("2.16.840.1.113883.10.22.1.1",),
)
"""CI-SIS IPS-FR 2024.01: the medical summary, which took the place of « DLU 2024 » in October 2025."""

IPS_FR_2024_01_JDV_2025: Final = replace(
    IPS_FR_2024_01,
    nom="IPS-FR 2024.01, jeux de valeurs de mars 2025 et après",
    libelle_medecin_traitant="Médecin traitant",
    codes=JDV_2025,
)
"""The same model with the value sets published from March 2025 on."""

IPS_FR_2024_01_DLU: Final = replace(
    IPS_FR_2024_01, nom="IPS-FR 2024.01, en DLU", type=_type("74207-2"), titre="Document de liaison d'urgence"
)
"""The same model under the code of a liaison document, as the official example had it until October 2025."""


def _retiree(nom: str, modele: str, titre: str, le: date) -> EditionDocument:
    return EditionDocument(nom=nom, modele=modele, extension=None, type=None, titre=titre, retiree_le=le)


DLU_DOM: Final = _retiree(
    "DLU-DOM", "1.2.250.1.213.1.1.1.48", "Document de liaison d'urgence à domicile", date(2024, 4, 26)
)
FLUDT_DOM: Final = _retiree(
    "FLUDT-DOM", "1.2.250.1.213.1.1.1.49", "Fiche de liaison d'urgence à domicile : transfert", date(2024, 4, 26)
)
FLUDR_DOM: Final = _retiree(
    "FLUDR-DOM", "1.2.250.1.213.1.1.1.50", "Fiche de liaison d'urgence à domicile : retour", date(2024, 4, 26)
)
DLU_2024: Final = _retiree("DLU 2024", "1.2.250.1.213.1.1.1.60", "Document de liaison d'urgence", date(2025, 10, 29))

EDITIONS: Final[Mapping[str, EditionDocument]] = MappingProxyType(
    {
        edition.nom: edition
        for edition in (
            DLU_2022_01,
            DLU_2022_01_JDV_2025,
            DLU_2024,
            DLU_DOM,
            FLUDR_2022_01,
            FLUDR_2022_01_JDV_2025,
            FLUDR_DOM,
            FLUDT_2022_01,
            FLUDT_2022_01_JDV_2025,
            FLUDT_DOM,
            FR_SU_2025_01,
            FT_SU_2025_01,
            IPS_FR_2024_01,
            IPS_FR_2024_01_DLU,
            IPS_FR_2024_01_JDV_2025,
            LDL_EES_2022_01,
            LDL_SES_2022_01,
            N1,
        )
    }
)
"""Every edition by its name, those that may no longer be written included."""
