"""The trust statuses, the attributes, what each forbids, and the record of how an identity came to its status.

A status is never assigned: :class:`~segur_socles.personnes.identite.Identite` reads it from its evidence. Source:
RNIV EXI ID 24, 26 and 29, EXI SI 07 and 09, as cited by FR Core and by public regional guides (probable).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from segur_socles._core.model import Instant, Valeur
from segur_socles._core.textes import Texte
from segur_socles.personnes.professionnel import Intervenant

__all__ = ["INTERDITS", "ActeIdentite", "Attribut", "Evenement", "StatutIdentite", "Transition"]


class StatutIdentite(StrEnum):
    """Trust status of an identity (exclusive)."""

    PROVISOIRE = "provisoire"
    RECUPEREE = "récupérée"
    VALIDEE = "validée"
    QUALIFIEE = "qualifiée"


class Attribut(StrEnum):
    """What may be marked on an identity: one value, since the RNIV admits one combination only.

    *Homonyme* stands with any status. *Douteuse* and *fictive* leave no evidence standing.
    """

    HOMONYME = "homonyme"
    DOUTEUSE = "douteuse"
    FICTIVE = "fictive"
    HOMONYME_DOUTEUSE = "homonyme et douteuse"

    @property
    def elements(self) -> tuple[Attribut, ...]:
        """The simple attributes it is made of."""
        return (Attribut.HOMONYME, Attribut.DOUTEUSE) if self is Attribut.HOMONYME_DOUTEUSE else (self,)

    @property
    def bloquant(self) -> bool:
        """Whether it forbids INSi and any evidence (EXI ID 26)."""
        return bool(INTERDITS[self])

    def avec(self, autre: Attribut) -> Attribut | None:
        """Put both together; None when the RNIV does not admit it (EXI ID 24)."""
        return _COMBINAISONS.get(frozenset((*self.elements, *autre.elements)))

    def sans(self, autre: Attribut) -> Attribut | None:
        """Tell what is left once ``autre`` is lifted."""
        return _COMBINAISONS.get(frozenset(self.elements) - frozenset(autre.elements))


_COMBINAISONS: Final = {frozenset(attribut.elements): attribut for attribut in Attribut}


class ActeIdentite(StrEnum):
    """What a status or an attribute may forbid."""

    INTERROGER_INSI = "interroger INSi"
    CONTROLER_PIECE = "valider sur une pièce d'identité"
    CONSERVER_INS = "conserver un matricule INS"
    TRANSMETTRE_INS = "transmettre avec l'INS"


INTERDITS: Final[Mapping[StatutIdentite | Attribut, frozenset[ActeIdentite]]] = MappingProxyType(
    {
        StatutIdentite.PROVISOIRE: frozenset({ActeIdentite.CONSERVER_INS, ActeIdentite.TRANSMETTRE_INS}),
        StatutIdentite.VALIDEE: frozenset({ActeIdentite.CONSERVER_INS, ActeIdentite.TRANSMETTRE_INS}),
        StatutIdentite.RECUPEREE: frozenset({ActeIdentite.TRANSMETTRE_INS}),
        StatutIdentite.QUALIFIEE: frozenset(),
        Attribut.HOMONYME: frozenset(),
        Attribut.DOUTEUSE: frozenset(ActeIdentite),
        Attribut.FICTIVE: frozenset(ActeIdentite),
        Attribut.HOMONYME_DOUTEUSE: frozenset(ActeIdentite),
    }
)
"""What each status and each attribute forbids."""


class Evenement(StrEnum):
    """What may change the status of an identity, or what is marked on it. An INSi answer not accepted is no event."""

    INS_ACCEPTEE = "réponse d'INSi acceptée"
    PIECE_CONTROLEE = "pièce d'identité contrôlée"
    TRAITS_MODIFIES = "traits modifiés à la main"
    INS_INVALIDEE = "INS invalidée"
    ATTRIBUT_POSE = "attribut posé"
    ATTRIBUT_LEVE = "attribut levé"


class Transition(Valeur):
    """One event of an identity's life: who, when, from which status to which, and on what evidence.

    ``preuve`` says in French which answer of INSi (by its message identifier), which kind of document, or the reason
    that a person gave; ``objet`` names the traits accepted or corrected, or the attribute. No trait's value nor
    matricule is kept, so that evidence that fell leaves no number behind.
    """

    evenement: Evenement
    de: StatutIdentite
    vers: StatutIdentite
    par: Intervenant
    le: Instant
    preuve: Texte
    objet: Texte | None = None

    _visible = ("evenement", "de", "vers", "le")
