"""Documents of the medico-social sector that are written without structured body: type, and what each is for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from segur_socles.nomenclatures.codes import Code, nomenclature

__all__ = ["DOCUMENTS_DU_SECTEUR", "DocumentDuSecteur"]


@dataclass(frozen=True, slots=True)
class DocumentDuSecteur:
    """A type of JDV_J07, and its usual use in a service or an establishment (French, to be shown)."""

    type: Code
    usage: str

    @property
    def titre(self) -> str:
        """The title a document of this type has by default."""
        return self.type.libelle


_USAGES: Final = {
    "28653-4": "Tout écrit du service qui n'a pas de type à lui : note de liaison, transmission, synthèse"
    " environnementale.",
    "88348-8": "Lettre remise par celui qui adresse la personne, quand elle entre dans une structure.",
    "83981-1": "Lettre de la structure que la personne quitte : retour au domicile, autre établissement.",
    "34842-5": "Grille remplie avec la personne : AGGIR, PATHOS, besoins.",
    "BIL_AUTO": "Compte rendu de l'évaluation de la perte d'autonomie.",
    "80788-3": "Projet personnalisé d'accompagnement, à revoir au moins chaque année.",
    "80771-9": "Projet d'accueil individualisé d'un enfant ou d'un jeune.",
    "18776-5": "Plan personnalisé de soins, ou de coordination en santé.",
    "11506-3": "Suivi des soins d'un infirmier, d'un kinésithérapeute ou d'un autre auxiliaire médical.",
    "78341-5": "Fiche de transfert vers les urgences, quand elle n'est pas structurée.",
    "60280-5": "Fiche de retour des urgences, quand elle n'est pas structurée.",
    "EXPPAT_3": "Directives anticipées de la personne, telles qu'elle les a écrites.",
    "FICHE-CONTACTS": "Personnes à joindre autour de la personne accompagnée.",
    "EXPORT_DUI": "Export du dossier vers un autre logiciel : ne va pas au DMP.",
}

DOCUMENTS_DU_SECTEUR: Final[Mapping[str, DocumentDuSecteur]] = MappingProxyType(
    {code: DocumentDuSecteur(nomenclature("JDV_J07").code(code), usage) for code, usage in _USAGES.items()}
)
"""Code → type and use. Codes and labels: JDV_J07 (certain); uses: ours, from the sector's documents (probable)."""
