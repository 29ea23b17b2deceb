"""Reaching into CDA elements by namespace and local name, whatever is missing or out of place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml import etree

from segur_socles.documents.cda.balises import HL7, XSI

__all__ = [
    "DECLARATIONS",
    "attribut",
    "declarations",
    "enfant",
    "enfants",
    "extension",
    "extensions",
    "modeles_de",
    "nom_de",
    "type_de",
    "vrai",
]

DECLARATIONS: Final = frozenset(
    {
        "act",
        "encounter",
        "observation",
        "observationMedia",
        "organizer",
        "procedure",
        "substanceAdministration",
        "supply",
    }
)
"""Local names of what an entry may state (CDA R2, clinicalStatement)."""

_HL7: Final = f"{{{HL7}}}"
_TYPE: Final = f"{{{XSI}}}type"
_VRAIS: Final = frozenset({"true", "1"})


def nom_de(noeud: etree._Element) -> str:
    """Local name of an HL7 element; empty for a comment, an instruction or an element of another namespace."""
    nom = noeud.tag
    if callable(nom):  # lxml gives comments and instructions a function as their tag
        return ""
    return nom[len(_HL7) :] if nom.startswith(_HL7) else ""


def enfants(noeud: etree._Element, nom: str) -> list[etree._Element]:
    """Children of that name, in order."""
    return noeud.findall(f"{{{HL7}}}{nom}")


def enfant(noeud: etree._Element | None, *chemin: str) -> etree._Element | None:
    """First descendant along a path of names; None as soon as one is missing."""
    for nom in chemin:
        if noeud is None:
            return None
        noeud = noeud.find(f"{{{HL7}}}{nom}")
    return noeud


def extensions(noeud: etree._Element, nom: str) -> list[etree._Element]:
    """Children of that name in any namespace: IHE Pharmacy and HL7 add theirs to CDA."""
    return noeud.findall(f"{{*}}{nom}")


def extension(noeud: etree._Element | None, *chemin: str) -> etree._Element | None:
    """First descendant along a path of names in any namespace."""
    for nom in chemin:
        if noeud is None:
            return None
        noeud = noeud.find(f"{{*}}{nom}")
    return noeud


def attribut(noeud: etree._Element | None, nom: str) -> str | None:
    """Value of an attribute without its outer blanks; None when it is absent or empty."""
    return None if noeud is None else noeud.get(nom, "").strip() or None


def vrai(noeud: etree._Element, nom: str) -> bool:
    """Say whether a boolean attribute is there and true."""
    return noeud.get(nom, "").strip() in _VRAIS


def type_de(noeud: etree._Element) -> str:
    """Read the data type announced by ``xsi:type``, without its prefix; empty when it is not announced."""
    return noeud.get(_TYPE, "").strip().rpartition(":")[2]


def modeles_de(noeud: etree._Element) -> frozenset[str]:
    """Roots of the templateIds of an element."""
    return frozenset(root for t in enfants(noeud, "templateId") if (root := attribut(t, "root")))


def declarations(noeud: etree._Element) -> Iterator[tuple[str, etree._Element]]:
    """Give each statement inside an element, and the ``typeCode`` of the link that holds it."""
    for lien in noeud.iterchildren("*"):
        if nom_de(lien) in DECLARATIONS:
            yield "", lien
        else:
            for suite in lien.iterchildren("*"):
                if nom_de(suite) in DECLARATIONS:
                    yield lien.get("typeCode", ""), suite
