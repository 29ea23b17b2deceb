"""The DMP records the sandbox knows: the public INSi test identities, each in one known state.

Whoever is not here has no DMP. Keyed by the 15 characters of the matricule: the OID is not looked at, because the
same test number is seen under several (INSi's qualification platform answers the production OID).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

__all__ = ["AUTORISATION_VALIDE", "DOSSIERS", "Dossier"]

AUTORISATION_VALIDE: Final = "VALIDE"
"""The only literal seen in public (GIE SESAM-Vitale samples, certain); the others below are the sandbox's own."""


@dataclass(frozen=True, slots=True)
class Dossier:
    """One record and what TD0.2 says of it; ``ferme_le`` is a date (``yyyymmdd``), empty while it is open."""

    matricule: str = field(repr=False)
    civilite: str
    prenom: str = field(repr=False)
    nom: str = field(repr=False)
    sexe: str
    naissance: str = field(repr=False)
    autorisation: str = AUTORISATION_VALIDE
    medecin_traitant: bool = False
    compte_internet: bool = False
    rattache_ens: bool = True
    ferme_le: str = ""

    @property
    def ouvert(self) -> bool:
        """Whether documents may be added."""
        return not self.ferme_le


_LISTE: Final = (
    Dossier("236066322083656", "MME", "CATARINA", "TCHITCHI", "F", "19360621"),
    Dossier("275126322074974", "MME", "ZOE", "ADRUN", "F", "19751231", compte_internet=True),
    Dossier("279035121518989", "MME", "DOMINIQUE", "PAT-TROIS", "F", "19790328", medecin_traitant=True),
    Dossier("235079999999960", "MME", "JEANNE", "DURAND", "F", "19350714", compte_internet=True),
    Dossier("207058575627097", "MME", "LAURENCE", "PATB-QUATRE", "F", "19070525", rattache_ens=False),
    Dossier("110086322083060", "M", "MICHELANGELO", "NESSI", "M", "20100807", "SANDBOX_EXPIREE"),
    Dossier("109076322083489", "M", "PIERRE-ALAIN", "ECETINSI", "M", "20090714", "SANDBOX_REFUSEE"),
    Dossier("297022A02077878", "MME", "DOMINIQUE", "ADRTROIS", "F", "19970226", ferme_le="20250301"),
)

DOSSIERS: Final[Mapping[str, Dossier]] = {dossier.matricule: dossier for dossier in _LISTE}
