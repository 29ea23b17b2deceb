"""What a login is asked with, and what it may come to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import Any, Self, TypeAlias

from segur_socles.credentials.secret import Secret
from segur_socles.errors import AccesRefuseError, ConfigurationError
from segur_socles.personnes.professionnel import Acteur
from segur_socles.personnes.structure import Structure
from segur_socles.psc.activites import ActivitePsc, acteur_de

__all__ = [
    "ActiviteUnique",
    "ActivitesMultiples",
    "ChoixActivite",
    "ConnexionNonAboutie",
    "DemandeConnexion",
    "JetonsPsc",
    "NiveauEidas",
    "ResultatConnexion",
    "SansActivite",
    "SessionPsc",
]


class NiveauEidas(IntEnum):
    """Strength of an authentication, in order. Asked ``eidas1``, the service may answer a higher one (certain)."""

    EIDAS1 = 1
    EIDAS2 = 2
    EIDAS3 = 3

    @classmethod
    def lire(cls, acr: object) -> Self | None:
        """Read the ``acr`` claim; ``None`` for a value that is no known level."""
        return next((niveau for niveau in cls if acr == niveau.name.lower()), None)


_STOCKES = ("state", "nonce", "verificateur")


@dataclass(frozen=True, slots=True)
class DemandeConnexion:
    """A login that was begun: keep it on the server, in the visitor's session, until the browser comes back.

    ``url`` is where to send the browser. The rest is what its return will be judged by; use it for one return only,
    then drop it. ``pour_stockage`` gives it as texts, ``depuis_stockage`` reads them back.
    """

    url: str = field(repr=False)
    state: Secret
    nonce: Secret
    verificateur: Secret

    def pour_stockage(self) -> dict[str, str]:
        """Give the request as texts, for a server-side session: they are secrets, never send them to the browser."""
        return {"url": self.url, **{nom: getattr(self, nom).reveler() for nom in _STOCKES}}

    @classmethod
    def depuis_stockage(cls, textes: Mapping[str, str]) -> Self:
        """Read :meth:`pour_stockage`. Raises :class:`ConfigurationError` if something is missing."""
        if not all(textes.get(nom) for nom in ("url", *_STOCKES)):
            message = "La demande de connexion conservée est incomplète."
            raise ConfigurationError(message, champ="demande", remede="recommencer la connexion")
        return cls(textes["url"], *(Secret(textes[nom]) for nom in _STOCKES))


@dataclass(frozen=True, slots=True)
class JetonsPsc:
    """Tokens of a session, on the server only. The two ends of validity are ``None`` if they were not announced."""

    acces: Secret
    identite: Secret
    rafraichissement: Secret | None = None
    expire_le: datetime | None = None
    rafraichissable_jusqu_a: datetime | None = None


@dataclass(frozen=True, slots=True)
class ActiviteUnique:
    """The person has one activity: nothing to choose."""

    activite: ActivitePsc

    @property
    def explication(self) -> str:
        """What it means, in French."""
        return f"Une seule activité est déclarée : {self.activite.libelle}."


@dataclass(frozen=True, slots=True)
class ActivitesMultiples:
    """The person has several activities and must choose: the service never does it (certain)."""

    activites: tuple[ActivitePsc, ...]

    @property
    def explication(self) -> str:
        """What to do, in French."""
        return f"{len(self.activites)} activités sont déclarées. À faire : choisir celle au titre de laquelle agir."


@dataclass(frozen=True, slots=True)
class SansActivite:
    """The person is authenticated, but has no activity: no structure to act for."""

    @property
    def explication(self) -> str:
        """What to do, in French."""
        return (
            "La personne est authentifiée mais aucune activité n'est déclarée pour elle. À faire : faire enregistrer "
            "son activité par l'employeur ou l'ordre (RPPS), puis se reconnecter."
        )


ChoixActivite: TypeAlias = ActiviteUnique | ActivitesMultiples | SansActivite
"""What there is to choose: match on its type."""


@dataclass(frozen=True, slots=True)
class SessionPsc:
    """A person authenticated by Pro Santé Connect. Nothing in its ``repr`` but the national identifier.

    - ``sub``: stable key of the person at the service, opaque; ``id_nat``: national identifier (PS_IdNat);
    - ``niveau``: strength of the authentication; ``moyen``: ``CARD``, ``MOBILE`` or another, ``None`` if not said;
    - ``authentifie_le``: when the person proved who he or she is, by the ID token (else when that was issued); the
      actor keeps it, and an authentication that is too old no longer consults the DMP, whatever became of the tokens;
    - ``activites``: every exercise and activity declared; ``donnees``: UserInfo as received.
    """

    id_nat: str
    sub: str = field(repr=False)
    nom: str = field(repr=False)
    prenom: str = field(repr=False)
    niveau: NiveauEidas
    moyen: str | None
    jetons: JetonsPsc = field(repr=False)
    civilite: str | None = field(default=None, repr=False)
    activites: tuple[ActivitePsc, ...] = field(default=(), repr=False)
    donnees: Mapping[str, Any] = field(default_factory=dict[str, Any], repr=False)
    authentifie_le: datetime | None = None

    @property
    def choix(self) -> ChoixActivite:
        """Tell whether an activity has to be chosen."""
        if len(self.activites) == 1:
            return ActiviteUnique(self.activites[0])
        return ActivitesMultiples(self.activites) if self.activites else SansActivite()

    def acteur(self, activite: ActivitePsc | None = None, *, structure: Structure | None = None) -> Acteur:
        """Make the actor of the next calls from ``activite``, which may be left out when there is only one.

        ``structure`` is the structure as the software knows it; without it, one is made from what the activity says.

        Raises :class:`AccesRefuseError` when an activity must be chosen, is not this person's, is that of another
        structure, or says too little; :class:`~segur_socles.errors.ChampInvalideError` when a value breaks a rule.
        """
        if activite is None:
            choix = self.choix
            if not isinstance(choix, ActiviteUnique):
                raise AccesRefuseError(choix.explication, remede="voir SessionPsc.choix")
            activite = choix.activite
        elif activite not in self.activites:
            message = "Cette activité n'est pas de la personne connectée."
            raise AccesRefuseError(message, remede="choisir dans SessionPsc.activites")
        return acteur_de(
            activite,
            id_nat=self.id_nat,
            nom=self.nom,
            prenom=self.prenom,
            civilite=self.civilite,
            structure=structure,
            authentifie_le=self.authentifie_le,
        )


_NON_ABOUTIES = {
    "access_denied": "La personne a refusé ou abandonné la connexion.",
    "consent_required": "La personne n'a pas donné son accord.",
    "login_required": "Personne n'est connecté à Pro Santé Connect sur ce navigateur.",
    "interaction_required": "Pro Santé Connect doit interroger la personne.",
}


@dataclass(frozen=True, slots=True)
class ConnexionNonAboutie:
    """Nobody logged in, and nothing went wrong: refused, given up, or ``prompt=none`` without a session."""

    code: str

    @classmethod
    def de(cls, code: str) -> Self | None:
        """Make the outcome of an OAuth error code; ``None`` if the code tells a real error."""
        return cls(code) if code in _NON_ABOUTIES else None

    @property
    def explication(self) -> str:
        """What happened, and what to do, in French."""
        return f"{_NON_ABOUTIES[self.code]} À faire : proposer de nouveau le bouton de connexion."


ResultatConnexion: TypeAlias = SessionPsc | ConnexionNonAboutie
"""Outcome of a login: match on its type."""
