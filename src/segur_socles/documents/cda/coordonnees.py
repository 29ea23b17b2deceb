"""Addresses, telecoms and names, as several places of a CDA write them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from segur_socles.documents.cda.balises import el, nul, texte
from segur_socles.personnes.adresses_mss import CITOYENS
from segur_socles.personnes.coordonnees import Adresse, Telecom

__all__ = ["DOMAINE_CITOYEN", "adresse", "messagerie_citoyenne", "nom_personne", "telecoms"]

DOMAINE_CITOYEN: Final = f"@{CITOYENS}"


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


def messagerie_citoyenne(joindre: Telecom) -> bool:
    """Whether this is a citizen's MSSanté address, which holds the matricule of that citizen."""
    return DOMAINE_CITOYEN in joindre.valeur.casefold()


def telecoms(liste: Iterable[Telecom], *, qualifiee: bool = False) -> str:
    """Write telecoms once each: two identical siblings are refused (CI-SIS, RIM-002).

    A citizen's address is left out unless they are those of a person whose identity is ``qualifiee``: it holds
    a matricule, and nobody has qualified the identity of a relative or a professional (RNIV EXI ID 29).
    """
    return "".join(dict.fromkeys([_telecom(t) for t in liste if qualifiee or not messagerie_citoyenne(t)]))


def _telecom(joindre: Telecom) -> str:
    return el("telecom", use=joindre.usage.value if joindre.usage else None, value=joindre.uri())


def nom_personne(nom: str, prenom: str | None = None, civilite: str | None = None, titre: str | None = None) -> str:
    """Write the name of someone who is not the patient."""
    return el(
        "name", texte("prefix", civilite) + texte("suffix", titre) + texte("given", prenom) + texte("family", nom)
    )
