"""Addresses, telecoms and names, as several places of a CDA write them."""

from __future__ import annotations

from collections.abc import Iterable

from segur_socles.documents.cda.balises import el, nul, texte
from segur_socles.personnes.coordonnees import Adresse, Telecom

__all__ = ["adresse", "nom_personne", "telecom", "telecoms"]


def adresse(ou: Adresse | None, absente: str | None = None) -> str:
    """Write an address in parts; without one, nothing, or nullFlavor ``absente``."""
    if ou is None:
        return nul("addr", absente) if absente else ""
    return el(
        "addr",
        texte("houseNumber", ou.numero)
        + texte("streetName", ou.voie)
        + texte("additionalLocator", ou.complement)
        + texte("postalCode", ou.code_postal)
        + texte("city", ou.ville)
        + texte("country", ou.pays),
    )


def telecom(joindre: Telecom) -> str:
    """Write one telecom."""
    return el("telecom", use=joindre.usage.value if joindre.usage else None, value=joindre.uri())


def telecoms(liste: Iterable[Telecom]) -> str:
    """Write telecoms once each: two identical siblings are refused (CI-SIS, RIM-002)."""
    return "".join(dict.fromkeys([telecom(t) for t in liste]))


def nom_personne(nom: str, prenom: str | None = None, civilite: str | None = None, titre: str | None = None) -> str:
    """Write the name of someone who is not the patient."""
    return el(
        "name", texte("prefix", civilite) + texte("suffix", titre) + texte("given", prenom) + texte("family", nom)
    )
