"""What libxml2 says of a document that breaks the schema, without the values it quotes, in French."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final, Protocol

from lxml import etree

from segur_socles.documents.validation.chemins import en_clair, xpath
from segur_socles.documents.validation.rapport import ConstatDocument, Etape

__all__ = ["erreurs_xsd"]


class _Erreur(Protocol):
    type_name: str
    message: str
    line: int
    path: str | None


_MESSAGES: Final = {
    "SCHEMAV_ELEMENT_CONTENT": (
        "élément inattendu, mal placé ou manquant",
        "vérifier l'ordre et la présence des éléments",
    ),
    "SCHEMAV_CVC_ELT_1": ("élément inconnu du schéma", "vérifier son nom et son espace de noms"),
    "SCHEMAV_CVC_ELT_4_2": ("type xsi:type inconnu", "vérifier xsi:type"),
    "SCHEMAV_CVC_ELT_4_3": ("type xsi:type interdit ici", "vérifier xsi:type"),
    "SCHEMAV_CVC_COMPLEX_TYPE_2_3": ("texte interdit dans cet élément", "retirer le texte"),
    "SCHEMAV_CVC_COMPLEX_TYPE_3_2_1": ("attribut interdit", "retirer cet attribut"),
    "SCHEMAV_CVC_COMPLEX_TYPE_3_2_2": ("attribut interdit", "retirer cet attribut"),
    "SCHEMAV_CVC_COMPLEX_TYPE_4": ("attribut obligatoire absent", "ajouter cet attribut"),
    "SCHEMAV_CVC_PATTERN_VALID": ("valeur d'une forme refusée", "corriger la forme de la valeur"),
    "SCHEMAV_CVC_ENUMERATION_VALID": ("valeur hors de la liste admise", "choisir une valeur de la liste"),
    "SCHEMAV_CVC_DATATYPE_VALID_1_2_1": ("valeur d'un type refusé", "corriger le type de la valeur"),
    "SCHEMAV_CVC_MINLENGTH_VALID": ("valeur vide ou trop courte", "renseigner la valeur"),
    "SCHEMAV_CVC_IDC": ("identifiant déjà employé", "donner un identifiant unique"),
}
_AUTRE: Final = ("contraire au schéma", "comparer au schéma CDA_extended.xsd")

_ATTRIBUT: Final = re.compile(r"attribute '(?:\{[^}]*\})?([A-Za-z_][\w.-]*)'", re.IGNORECASE)
_ATTENDUS: Final = re.compile(r"Expected is (?:one of )?\( ?([^)]*?) ?\)")
_NOM: Final = re.compile(r"(?:\{[^}]*\})?([\w.*-]+)")
_AFFICHES: Final = 8


def erreurs_xsd(arbre: etree._ElementTree, erreurs: Iterable[_Erreur]) -> Iterator[ConstatDocument]:
    """Give the findings of a schema about a document."""
    for erreur in erreurs:
        noeud = _noeud(arbre, erreur.path or "")
        message, remede = _MESSAGES.get(erreur.type_name, _AUTRE)
        # The names are the schema's: an attribute, the elements that may stand there. The rest may quote the document.
        attribut = _ATTRIBUT.search(erreur.message)
        attendus = _ATTENDUS.search(erreur.message)
        if attendus:
            noms = [found[1] for found in _NOM.finditer(attendus[1].replace(",", " "))]
            suite = ", …" if len(noms) > _AFFICHES else ""
            remede = f"attendu ici : {', '.join(noms[:_AFFICHES])}{suite}"
        enfant = f"@{attribut[1]}" if attribut else None
        yield ConstatDocument(
            champ=en_clair(noeud, enfant),
            message=message,
            regle=f"{Etape.XSD.libelle} : {erreur.type_name.removeprefix('SCHEMAV_')}",
            remede=remede,
            emplacement=xpath(noeud, enfant),
            ligne=erreur.line or None,
            etape=Etape.XSD,
        )


def _noeud(arbre: etree._ElementTree, chemin: str) -> etree._Element:
    try:
        trouves: Any = arbre.xpath(chemin) if chemin else None
    except etree.XPathError:
        trouves = None
    noeud: etree._Element = trouves[0] if trouves else arbre.getroot()
    return noeud
