"""Entering INSi by Pro Santé Connect. Not verified: how to is in the official package, which is not public.

What is known (a free project that cites version 05.00.01 of the package, probable): the professional's assertion is
not signed, and its NameID says ``PSC``. How the token travels, the address, Emetteur and Issuer are not public: the
editor says them here, and nothing is sent without them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from segur_socles.credentials.secret import Secret
from segur_socles.errors import ConfigurationError
from segur_socles.ins.assertion import AttributsPs
from segur_socles.ins.fragments import lire_fragment
from segur_socles.personnes.professionnel import Acteur

__all__ = ["EntreePsc", "PortageJeton", "PscInsi"]

_NOM_EN_TETE: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}", re.ASCII)
_VALEUR_EN_TETE: Final = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?", re.ASCII)
_RESERVES: Final = frozenset(
    {"connection", "content-encoding", "content-length", "content-type", "expect", "host", "transfer-encoding"}
)


@dataclass(frozen=True, slots=True)
class PortageJeton:
    """What carries the token in one request. Never printed.

    ``en_tetes`` are HTTP headers; ``fragment`` is XML that goes into ``wsse:Security`` after the assertion, untouched,
    and declares its own prefixes. Raises :class:`ConfigurationError` for what could not be sent as it is.
    """

    en_tetes: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    fragment: bytes = field(default=b"", repr=False)

    def __post_init__(self) -> None:
        for nom, valeur in self.en_tetes:
            if not _NOM_EN_TETE.fullmatch(nom) or nom.lower() in _RESERVES or not _VALEUR_EN_TETE.fullmatch(valeur):
                raise _refus("porter", "un en-tête HTTP est mal formé, ou déjà écrit par la bibliothèque")
        if lire_fragment(self.fragment) is None:
            raise _refus("porter", "le fragment XML est mal formé")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class PscInsi:
    """What the official package says of Pro Santé Connect mode. **Not verified**; the address is the environment's.

    - ``porter``: how the token travels (:class:`PortageJeton`);
    - ``emetteur``: Emetteur of the two contexts; ``issuer``: Issuer of the assertion, ``format_issuer`` its Format;
    - ``name_id``: the NameID; by default the professional's national identifier, as with a card (guessed);
    - ``attributs``: what the assertion says besides, ``code_profession`` included for a professional who has several;
      by default the structure's geographic FINESS (guessed).
    """

    porter: Callable[[Secret], PortageJeton]
    emetteur: Callable[[Acteur], str]
    issuer: Callable[[Acteur], str]
    format_issuer: str | None = None
    name_id: Callable[[Acteur], str] | None = None
    attributs: Callable[[Acteur], AttributsPs] | None = None


@dataclass(frozen=True, slots=True, repr=False)
class EntreePsc:
    """What one actor enters with: ``jeton`` gives the access token of the moment, at each attempt."""

    issuer: str
    format_issuer: str | None
    name_id: str
    porter: Callable[[Secret], PortageJeton]
    jeton: Callable[[], Secret]

    @classmethod
    def de(cls, reglages: PscInsi, acteur: Acteur, jeton: Callable[[], Secret]) -> EntreePsc:
        """Make it for ``acteur``. Raises :class:`ConfigurationError` naming what the settings leave empty."""
        name_id = reglages.name_id(acteur) if reglages.name_id else acteur.professionnel.id_nat
        issuer = exiger("issuer", reglages.issuer(acteur))
        return cls(issuer, reglages.format_issuer, exiger("name_id", name_id), reglages.porter, jeton)


def exiger(champ: str, valeur: object) -> str:
    """Give ``valeur`` back, or refuse it when it is empty, or no text: the adopter's own code made it."""
    if not isinstance(valeur, str) or not valeur.strip():
        raise _refus(champ, "la valeur est vide, ou n'est pas un texte")
    return valeur


def _refus(champ: str, raison: str) -> ConfigurationError:
    message = f"Le mode Pro Santé Connect d'INSi est mal réglé : {raison} ({champ}) ; rien n'a été envoyé."
    remede = "le régler d'après le paquet officiel du GIE SESAM-Vitale (PscInsi)"
    return ConfigurationError(message, champ=f"paquet_insi.psc.{champ}", remede=remede)
