"""Exit codes of the command line, and which error gives which."""

from __future__ import annotations

from enum import IntEnum

from segur_socles.errors import (
    AccesRefuseError,
    AuthentificationError,
    ChampInvalideError,
    ConfigurationError,
    CredentialError,
    DocumentInvalideError,
    IdentiteError,
    SegurError,
    ServiceError,
    TransportError,
)

__all__ = ["Sortie", "code_de"]


class Sortie(IntEnum):
    """Exit codes; stable, scripts rely on them."""

    SUCCES = 0
    INATTENDU = 1
    USAGE = 2
    DONNEE_INVALIDE = 3
    IDENTITE = 4
    DROITS = 5
    CONFIGURATION = 6
    TRANSPORT = 7
    SERVICE = 8
    ISSUE_INCONNUE = 9
    INTERROMPU = 130

    @property
    def explication(self) -> str:
        """What the code means, for ``--help``."""
        return _EXPLICATIONS[self]


_EXPLICATIONS = {
    Sortie.SUCCES: "tout est fait",
    Sortie.INATTENDU: "erreur inattendue, à signaler",
    Sortie.USAGE: "option ou argument mal écrit",
    Sortie.DONNEE_INVALIDE: "dossier ou document à corriger ; rien n'a été envoyé",
    Sortie.IDENTITE: "identité non qualifiée ; rien n'a été envoyé avec l'INS",
    Sortie.DROITS: "acte refusé à cet acteur ou pour cette personne",
    Sortie.CONFIGURATION: "réglage, certificat ou dossier de sortie à corriger",
    Sortie.TRANSPORT: "service injoignable ; rien n'a été fait",
    Sortie.SERVICE: "le service a répondu par une erreur",
    Sortie.ISSUE_INCONNUE: "l'envoi a peut-être abouti : à régler avant de recommencer",
    Sortie.INTERROMPU: "interrompu par l'utilisateur",
}

# First match wins: the order goes from the most precise class to the widest.
_CODES: tuple[tuple[type[SegurError], Sortie], ...] = (
    (ChampInvalideError, Sortie.DONNEE_INVALIDE),
    (DocumentInvalideError, Sortie.DONNEE_INVALIDE),
    (IdentiteError, Sortie.IDENTITE),
    (AccesRefuseError, Sortie.DROITS),
    (AuthentificationError, Sortie.CONFIGURATION),
    (ServiceError, Sortie.SERVICE),
    (ConfigurationError, Sortie.CONFIGURATION),
    (CredentialError, Sortie.CONFIGURATION),
)


def code_de(error: SegurError) -> Sortie:
    """Give the exit code of an error."""
    if isinstance(error, TransportError):
        return Sortie.ISSUE_INCONNUE if error.outcome_unknown else Sortie.TRANSPORT
    return next((code for kind, code in _CODES if isinstance(error, kind)), Sortie.INATTENDU)
