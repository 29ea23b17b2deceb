"""From a document's type to its DMP class, from its model to its format: national association tables.

Some classes are published nowhere (the liaison document's own, for one): the table says so line by line, and
the pre-flight checks repeat it, because a wrong class is a refusal by the registry.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from segur_socles._core.model import RegleError
from segur_socles.nomenclatures.codes import Code, nomenclature

__all__ = ["ClasseDmp", "classe_du_type", "format_du_modele", "type_contenu"]


@dataclass(frozen=True, slots=True)
class ClasseDmp:
    """A classCode, and whether an official source confirms it for this type."""

    code: Code
    certaine: bool


def classe_du_type(type_code: str) -> ClasseDmp:
    """Return the class of a typeCode (ASS_X16); raise ``RegleError`` if the table has none."""
    ligne = _table("ASS_TYPE_CLASSE", "type").get(type_code)
    if ligne is None:
        message = "aucune classe DMP n'est connue pour ce type de document"
        raise RegleError(message, regle="ASS_X16", remede="compléter la table ASS_TYPE_CLASSE ou choisir un autre type")
    return ClasseDmp(nomenclature("CLASSES_DMP").code(ligne["classe"]), ligne["confiance"] == "certain")


def format_du_modele(modele: str) -> Code:
    """Return the formatCode of a model's templateId (ASS_A11); raise ``RegleError`` if the table has none."""
    ligne = _table("FORMAT_CODE", "modele").get(modele)
    if ligne is None:
        message = "aucun format n'est connu pour le modèle de ce document"
        raise RegleError(message, regle="ASS_A11", remede="vérifier l'identifiant du modèle (templateId)")
    return Code(ligne["code"], ligne["systeme"], ligne["libelle"])


def type_contenu(secteur: str) -> Code:
    """Return the default contentTypeCode for an activity sector; nothing in a document gives it (guessed)."""
    return nomenclature("CONTENT_TYPE").code(_CONTENUS.get(secteur, "97"))


# EHPAD: full-time accommodation; home help: at the place of life.
_CONTENUS: Mapping[str, str] = {"SA17": "11", "SA21": "11", "SA18": "16"}


@cache
def _table(nom: str, cle: str) -> Mapping[str, Mapping[str, str]]:
    content = resources.files("segur_socles.nomenclatures").joinpath("tables", f"{nom}.csv").read_text("utf-8")
    lignes = csv.DictReader((line for line in content.splitlines() if not line.startswith("#")), delimiter=";")
    return {ligne[cle]: ligne for ligne in lignes}
