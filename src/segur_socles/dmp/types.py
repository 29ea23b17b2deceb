"""What the DMP's transactions give back: values to match, with a sentence for the screen.

None shows an identity trait: the software must not display those that TD0.2 sends (SEL-MP-037, probable).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from segur_socles.errors import Constat

__all__ = [
    "Accuse",
    "AlimentationRefusee",
    "DmpFerme",
    "DmpInexistant",
    "DmpOuvert",
    "ResultatAlimentation",
    "ResultatExistence",
]


@dataclass(frozen=True, slots=True)
class DmpOuvert:
    """The DMP exists and is open.

    ``code_autorisation`` is the service's own code (only ``VALIDE`` is published), None when not sent;
    ``medecin_traitant``, ``compte_internet`` and ``espace_sante`` are None when not sent.
    """

    message_id: str
    code_autorisation: str | None = None
    medecin_traitant: bool | None = None
    compte_internet: bool | None = None
    espace_sante: bool | None = None

    @property
    def autorisation_valide(self) -> bool:
        """Whether the caller holds a valid authorisation on this DMP."""
        return self.code_autorisation == "VALIDE"

    @property
    def explication(self) -> str:
        """Sentence for the screen."""
        if self.autorisation_valide:
            return "Le DMP est ouvert et l'autorisation d'accès est valide."
        return "Le DMP est ouvert ; aucune autorisation d'accès valide n'est enregistrée."


@dataclass(frozen=True, slots=True)
class DmpInexistant:
    """There is no DMP under this INS."""

    message_id: str

    @property
    def explication(self) -> str:
        """Sentence for the screen."""
        return "Aucun DMP n'existe pour cette personne : elle s'y est opposée, ou n'en a pas encore."


@dataclass(frozen=True, slots=True)
class DmpFerme:
    """The DMP was closed; ``date`` (``yyyymmdd…``) and ``motif`` (code) are None when not sent."""

    message_id: str
    date: str | None = None
    motif: str | None = None

    @property
    def explication(self) -> str:
        """Sentence for the screen."""
        return "Le DMP de cette personne est fermé : il ne peut être ni alimenté ni consulté."


ResultatExistence: TypeAlias = DmpOuvert | DmpInexistant | DmpFerme


@dataclass(frozen=True, slots=True)
class Accuse:
    """The documents are in the registry.

    - ``unique_ids``: uniqueId of each document; ``lot_id``: that of the submission set;
    - ``message_id``: MessageID of the exchange that proved it;
    - ``avertissements``: what the pre-flight checks and the registry remarked;
    - ``regle``: the reply was lost, and the registry was asked by identifier;
    - ``tentatives``: number of times the lot was sent by this call (0 if it was there already).
    """

    unique_ids: tuple[str, ...]
    lot_id: str
    message_id: str
    avertissements: tuple[Constat, ...] = ()
    regle: bool = False
    tentatives: int = 1

    @property
    def unique_id(self) -> str:
        """UniqueId of the first document."""
        return self.unique_ids[0]

    @property
    def explication(self) -> str:
        """Sentence for the screen."""
        suite = " (réponse perdue, présence vérifiée dans le registre)" if self.regle else ""
        nombre = len(self.unique_ids)
        return f"{'Document enregistré' if nombre == 1 else f'{nombre} documents enregistrés'} dans le DMP{suite}."


@dataclass(frozen=True, slots=True)
class AlimentationRefusee:
    """The person's rights or wishes forbid feeding; nothing was sent."""

    raisons: tuple[str, ...]

    @property
    def explication(self) -> str:
        """Sentence for the screen."""
        return f"Le document n'a pas été envoyé au DMP : {' ; '.join(self.raisons)}."


ResultatAlimentation: TypeAlias = Accuse | AlimentationRefusee
