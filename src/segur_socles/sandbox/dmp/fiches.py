"""The entry of a registered document as a registry answers it: what was received, and what the registry adds."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from itertools import count
from typing import Final

from segur_socles._core.xml import attr, text
from segur_socles.sandbox.dmp.registre import DocumentEnregistre
from segur_socles.xds.ebrim_lecture import ClassificationLue

__all__ = ["ENTREPOT", "fiche"]

ENTREPOT: Final = "1.2.250.1.213.4.1.1.1.2"
"""repositoryUniqueId of the DMP (GIE SESAM-Vitale samples, certain)."""


def fiche(document: DocumentEnregistre) -> str:
    """Write one ``rim:ExtrinsicObject``, children in the order that ``rim.xsd`` imposes."""
    objet, uuid = document.metadonnees, attr(document.entry_uuid)
    numeros = count(1)
    slots = {
        **objet.slots,
        "hash": (hashlib.sha1(document.octets, usedforsecurity=False).hexdigest(),),
        "size": (str(len(document.octets)),),
        "repositoryUniqueId": (ENTREPOT,),
    }
    classifications = "".join(
        _classification(classification, uuid, f"cla{next(numeros)}-{uuid}") for classification in objet.classifications
    )
    identifiants = "".join(
        f'<rim:ExternalIdentifier id="ei{next(numeros)}-{uuid}" identificationScheme="{attr(scheme)}"'
        f' registryObject="{uuid}" value="{attr(valeur)}"></rim:ExternalIdentifier>'
        for scheme, valeur in objet.identifiants
    )
    return (
        f'<rim:ExtrinsicObject id="{uuid}" lid="{uuid}" mimeType="{attr(objet.type_mime)}"'
        f' objectType="{attr(objet.type_objet)}" status="{document.statut}" isOpaque="false">'
        f"{''.join(_slot(nom, slots[nom]) for nom in sorted(slots))}"
        f"{_localise('Name', objet.titre)}{_localise('Description', objet.commentaire)}"
        f'<rim:VersionInfo versionName="1"/>{classifications}{identifiants}</rim:ExtrinsicObject>'
    )


def _classification(lue: ClassificationLue, objet: str, ident: str) -> str:
    return (
        f'<rim:Classification id="{ident}" classificationScheme="{attr(lue.scheme)}" classifiedObject="{objet}"'
        f' nodeRepresentation="{attr(lue.code)}">{"".join(_slot(nom, valeurs) for nom, valeurs in lue.slots.items())}'
        f"{_localise('Name', lue.libelle or None)}</rim:Classification>"
    )


def _slot(nom: str, valeurs: Iterable[str]) -> str:
    ecrites = "".join(f"<rim:Value>{text(valeur)}</rim:Value>" for valeur in valeurs)
    return f'<rim:Slot name="{attr(nom)}"><rim:ValueList>{ecrites}</rim:ValueList></rim:Slot>'


def _localise(nom: str, valeur: str | None) -> str:
    if valeur is None:
        return ""
    return f'<rim:{nom}><rim:LocalizedString value="{attr(valeur)}" charset="UTF8" xml:lang="FR"/></rim:{nom}>'
