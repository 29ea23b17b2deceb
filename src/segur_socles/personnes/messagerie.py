"""An MSSanté address of a professional or a structure: its form, and the domains of the trusted space."""

from __future__ import annotations

import re
from typing import Annotated, Final

from pydantic import AfterValidator

from segur_socles._core.model import RegleError

__all__ = ["AdresseMss"]

_LONGUEUR_MAX: Final = 254
_ATOME: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_ETIQUETTE: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_FORME: Final = re.compile(rf"(?=.{{1,64}}@){_ATOME}(?:\.{_ATOME})*@{_ETIQUETTE}(?:\.{_ETIQUETTE})+", re.ASCII)
_ESPACE: Final = re.compile(r"[^@]+@(?:.+\.mssante\.fr|(?:interop-)?mssante\.apicrypt\.org)", re.ASCII)
_USAGER: Final = re.compile(r"[^@]+@(?:.+\.)?patient\.mssante\.fr", re.ASCII)


def _adresse_mss(saisie: str) -> str:
    """Lower the domain, and only it: what stands before the ``@`` belongs to the receiving operator (RFC 5321)."""
    boite, arobase, domaine = saisie.strip().rpartition("@")
    adresse = f"{boite}{arobase}{domaine.lower()}"
    if len(adresse) > _LONGUEUR_MAX or not _FORME.fullmatch(adresse):
        message = "adresse de messagerie mal formée"
        remede = "écrire boite@domaine, en ASCII : ni accent, ni espace, ni nom affiché"
        raise RegleError(message, regle="RFC 5321 §4.1.2", remede=remede)
    if _USAGER.fullmatch(adresse):
        message = "adresse de la messagerie d'un usager : elle porte un matricule"
        remede = "donner la boîte d'un professionnel ; celle de l'usager se construit depuis son INS qualifiée"
        raise RegleError(message, regle="MSSanté, messagerie citoyenne", remede=remede)
    if not _ESPACE.fullmatch(adresse):
        message = "domaine hors de l'espace de confiance MSSanté"
        remede = "chercher l'adresse dans l'Annuaire Santé ; son domaine finit par .mssante.fr"
        raise RegleError(message, regle="MSSanté, domaines de l'espace de confiance", remede=remede)
    return adresse


AdresseMss = Annotated[str, AfterValidator(_adresse_mss)]
"""A mailbox of the MSSanté space: ``*.mssante.fr``, or one of the two gateways of Apicrypt (ANS; certain).

Never a citizen's: that one holds a matricule.
"""
