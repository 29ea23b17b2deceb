"""Is this SubmitObjectsRequest written as the ebRIM 3.0 schema and IHE want it? Order, attributes, links, identifiers.

The rules are those of ``rim.xsd`` and IHE ITI TF-3 4.2.1 (certain), written as tables; the schema does not say
that identifiers differ, and this does.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml import etree

from segur_socles.sandbox.dmp.refus import Bilan, CodeXds
from segur_socles.xds.schemes import IDENTIFIANTS

__all__ = ["controler_forme"]

_RIM: Final = "{urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0}"
_LCM: Final = "{urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0}"
_STABLE: Final = "urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1"

_ORDRE: Final = (
    "Slot", "Name", "Description", "VersionInfo", "Classification", "ExternalIdentifier", "ContentVersionInfo",
)  # fmt: skip
_OBJETS: Final = ("RegistryPackage", "ExtrinsicObject", "Association", "Classification", "ExternalIdentifier")
_RACINES: Final = frozenset({"RegistryPackage", "ExtrinsicObject", "Association"})

_ATTRIBUTS: Final = {
    "RegistryPackage": ("id",),
    "ExtrinsicObject": ("id", "mimeType", "objectType"),
    "Association": ("id", "associationType", "sourceObject", "targetObject"),
    "Classification": ("id", "classifiedObject"),
    "ExternalIdentifier": ("id", "registryObject", "identificationScheme", "value"),
}
_PARENT: Final = {"Classification": "classifiedObject", "ExternalIdentifier": "registryObject"}


def controler_forme(demande: etree._Element, bilan: Bilan) -> None:
    """Record every defect of form of an ``xds:ProvideAndRegisterDocumentSetRequest``."""
    listes = demande.findall(f"{_LCM}SubmitObjectsRequest/{_RIM}RegistryObjectList")
    objets = [objet for liste in listes for nom in _OBJETS for objet in liste.iter(f"{_RIM}{nom}")]
    ids = [objet.get("id", "") for objet in objets]
    racines = [enfant for liste in listes for enfant in liste.iterchildren("{*}*")]
    controles = (
        ("ebRIM : une liste d'objets", len(listes) == 1, "une RegistryObjectList attendue"),
        (
            "ebRIM : objets admis",
            all(_nom(racine) in _RACINES for racine in racines),
            "seuls RegistryPackage, ExtrinsicObject et Association sont admis sous RegistryObjectList",
        ),
        ("ebRIM : attributs obligatoires", *_premier(map(_attributs, objets))),
        ("ebRIM : identifiants distincts", len(set(ids)) == len(ids), "deux objets portent le même id"),
        ("ebRIM : ordre des éléments", *_premier(map(_ordre, objets))),
        ("ebRIM : rattachement au parent", *_premier(map(_rattachement, objets))),
        ("ebRIM : slots distincts et remplis", *_premier(map(_slots, objets))),
        ("ebRIM : noms des identifiants", *_premier(map(_nom_identifiant, objets))),
    )
    for controle, ok, texte in controles:
        bilan.noter(controle, ok, CodeXds.METADONNEES, texte)


def _premier(defauts: Iterator[str]) -> tuple[bool, str]:
    """Return whether there is no defect, and the first one."""
    defaut = next((defaut for defaut in defauts if defaut), "")
    return not defaut, defaut


def _nom(element: etree._Element) -> str:
    return element.tag.removeprefix(_RIM)


def _enfants(element: etree._Element) -> list[etree._Element]:
    return list(element.iterchildren("{*}*"))


def _attributs(objet: etree._Element) -> str:
    nom = _nom(objet)
    absents = [attribut for attribut in _ATTRIBUTS[nom] if not objet.get(attribut)]
    if absents:
        return f"{nom} : attribut {', '.join(absents)} absent"
    if nom == "ExtrinsicObject" and objet.get("objectType") != _STABLE:
        return "ExtrinsicObject : objectType n'est pas celui d'un document stable"
    return ""


def _ordre(objet: etree._Element) -> str:
    noms = [_nom(enfant) for enfant in _enfants(objet)]
    if not set(noms) <= set(_ORDRE):
        return f"{_nom(objet)} : élément inattendu"
    rangs = [_ORDRE.index(nom) for nom in noms]
    return "" if rangs == sorted(rangs) else f"{_nom(objet)} : éléments dans le désordre ({', '.join(_ORDRE[:-1])})"


def _rattachement(objet: etree._Element) -> str:
    attribut, parent = _PARENT.get(_nom(objet)), objet.getparent()
    if attribut is None or parent is None or objet.get(attribut) == parent.get("id"):
        return ""
    return f"{_nom(objet)}/@{attribut} ne désigne pas l'objet qui le porte"


def _slots(objet: etree._Element) -> str:
    slots = objet.findall(f"{_RIM}Slot")
    noms = [slot.get("name", "") for slot in slots]
    if len(set(noms)) != len(noms) or "" in noms:
        return f"{_nom(objet)} : slot répété ou sans nom"
    for slot in slots:
        valeurs = slot.findall(f"{_RIM}ValueList/{_RIM}Value")
        if not valeurs or not all((valeur.text or "").strip() for valeur in valeurs):
            return f"slot {slot.get('name')} : valeur absente"
    return ""


def _nom_identifiant(objet: etree._Element) -> str:
    if _nom(objet) != "ExternalIdentifier":
        return ""
    attendu = IDENTIFIANTS.get(objet.get("identificationScheme", ""))
    if attendu is None:
        return "ExternalIdentifier : schéma d'identification inconnu"
    libelle = objet.find(f"{_RIM}Name/{_RIM}LocalizedString")
    juste = libelle is not None and libelle.get("value") == attendu
    return "" if juste else f"ExternalIdentifier : Name = {attendu} attendu"
