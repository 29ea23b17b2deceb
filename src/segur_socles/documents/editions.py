"""Editions of the document models, as data: what changes from one to the next is a value here, not a branch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from segur_socles.nomenclatures.codes import Code, nomenclature

__all__ = ["DLU_2022_01", "DLU_2022_01_JDV_2025", "EDITIONS", "EditionDocument"]

LOINC: Final = "2.16.840.1.113883.6.1"
SNOMED: Final = "2.16.840.1.113883.6.96"


@dataclass(frozen=True, slots=True)
class EditionDocument:
    """One model in one edition.

    ``modele`` is the root of the model's templateId and ``extension`` its version; ``acte`` the fixed
    ``serviceEvent/code``; ``codes`` replaces codes of our tables by those of the edition's value sets.
    """

    nom: str
    modele: str
    extension: str
    type: Code
    titre: str
    acte: Code
    libelle_medecin_traitant: str
    codes: Mapping[str, Code] = field(default_factory=lambda: MappingProxyType({}))

    def code(self, code: Code) -> Code:
        """Return the edition's code for ``code``."""
        return self.codes.get(code.code, code)


DLU_2022_01: Final = EditionDocument(
    nom="DLU 2022.01",
    modele="1.2.250.1.213.1.1.1.22",
    extension="2022.01",
    type=nomenclature("JDV_J07").code("74207-2"),
    titre="Document de liaison d'urgence",
    acte=Code("34117-2", LOINC, "Historique et clinique"),
    libelle_medecin_traitant="Médecin Traitant",
)
"""CI-SIS DLU-EHPAD-DLU 2022.01 with the value sets of February 2025: the model active at the DMP."""

DLU_2022_01_JDV_2025: Final = EditionDocument(
    nom="DLU 2022.01, jeux de valeurs de mars 2025 et après",
    modele=DLU_2022_01.modele,
    extension=DLU_2022_01.extension,
    type=DLU_2022_01.type,
    titre=DLU_2022_01.titre,
    acte=DLU_2022_01.acte,
    libelle_medecin_traitant="Médecin traitant",
    codes=MappingProxyType({"MED-295": Code("265764009", SNOMED, "Dialyse rénale")}),
)
"""The same model with the value sets published from March 2025 on."""

EDITIONS: Final[Mapping[str, EditionDocument]] = MappingProxyType(
    {edition.nom: edition for edition in (DLU_2022_01, DLU_2022_01_JDV_2025)}
)
