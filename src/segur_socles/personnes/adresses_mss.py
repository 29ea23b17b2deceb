"""Addresses of the MSSanté space: which are well formed, and which are a citizen's.

A citizen's address is his or her matricule: it is never shown, and only a qualified identity makes one
(Référentiel socle MSSanté #2, ECO.2.2.6, near certain).
"""

from __future__ import annotations

import re
from typing import Annotated, Final

from pydantic import AfterValidator, StringConstraints

from segur_socles._core.model import RegleError
from segur_socles.personnes.identite import IdentiteQualifiee

__all__ = [
    "CITOYENS",
    "AdresseMss",
    "AdresseProfessionnelle",
    "adresse_citoyenne",
    "domaine",
    "est_adresse_mss",
    "est_citoyenne",
]

CITOYENS: Final = "patient.mssante.fr"
"""Domain of the citizens' mailboxes (certain)."""

# The ANS's own expression leaves out one of the two Apicrypt gateways that the white list holds (certain).
_ADRESSE: Final = re.compile(
    r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+mssante\.fr|(?:interop-)?mssante\.apicrypt\.org)",
    re.IGNORECASE | re.ASCII,
)


_LONGUEUR_MAX: Final = 254


def est_adresse_mss(adresse: str) -> bool:
    """Say whether an address is well formed, and of a domain of the MSSanté space."""
    return len(adresse) <= _LONGUEUR_MAX and _ADRESSE.fullmatch(adresse) is not None


def _espace_de_confiance(valeur: str) -> str:
    if not est_adresse_mss(valeur):
        message = "adresse hors de l'espace de confiance MSSanté"
        remede = "écrire nom@domaine.mssante.fr, telle que l'Annuaire Santé la publie"
        raise RegleError(message, regle="MSSanté, domaines de l'espace de confiance", remede=remede)
    local, _, hote = valeur.rpartition("@")
    return f"{local}@{hote.lower()}"


def _pas_un_citoyen(valeur: str) -> str:
    if est_citoyenne(valeur):
        message = "une adresse de citoyen ne s'écrit pas à la main : elle est le matricule de la personne"
        raise RegleError(message, regle="MSSanté ECO.2.2.6", remede="utiliser adresse_citoyenne(identite qualifiée)")
    return valeur


AdresseMss = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=_LONGUEUR_MAX), AfterValidator(_espace_de_confiance)
]
"""A mailbox of the MSSanté space, its domain in lower case."""

AdresseProfessionnelle = Annotated[AdresseMss, AfterValidator(_pas_un_citoyen)]
"""A mailbox of a professional, a structure or a software."""


def domaine(adresse: str) -> str:
    """Give the domain of an address, in lower case."""
    return adresse.rpartition("@")[2].lower()


def est_citoyenne(adresse: str) -> bool:
    """Say whether an address is a citizen's."""
    return domaine(adresse) == CITOYENS


def adresse_citoyenne(identite: IdentiteQualifiee) -> str:
    """Make the address of a person: matricule and key. Raises :class:`IdentiteError` if not qualified."""
    return f"{identite.qualifiee().matricule.valeur}@{CITOYENS}"
