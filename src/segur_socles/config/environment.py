"""Which hosts may be contacted, and what they are: data, constructible by each editor."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from segur_socles._core.model import Booleen, Entier, RegleError, Valeur

__all__ = ["Environment", "Nature", "OptionsDmp", "OptionsInsi"]


class Nature(StrEnum):
    """What an environment is. Test identities and placeholders are refused in production."""

    PRODUCTION = "production"
    QUALIFICATION = "qualification"
    BAC_A_SABLE = "bac_a_sable"


def _https(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname or parts.username or parts.query or parts.fragment:
        message = "une adresse https complète est attendue, sans identifiant ni paramètre"
        raise RegleError(message, remede="écrire https://hôte[:port]/chemin")
    return url


Url = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(_https)]


class OptionsInsi(Valeur):
    """What the public sources leave uncertain about INSi, made configurable (see the fidelity table)."""

    prefixe_message_id: str = "uuid:"
    prefixe_nom_lps: str = "urn:lps:"
    delai: Annotated[float, Field(gt=0, le=600)] = 60.0

    _visible = ("prefixe_message_id", "delai")


class OptionsDmp(Valeur):
    """What the public sources leave uncertain about the DMP, made configurable (see the fidelity table)."""

    vihf_version: str = "3.0"
    nom_attribut_mode: Annotated[str, StringConstraints(pattern=r"^Authentification_[mM]ode$")] = (
        "Authentification_mode"
    )
    duree_vihf: Annotated[Entier, Field(ge=0, le=3600)] = 0
    envoyer_hash: Booleen = True
    xades_digest: Annotated[str, StringConstraints(pattern=r"^sha(1|256)$")] = "sha1"
    action_iti41: str = "urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-b"
    action_partie_racine: str = "DocumentRepository_ProvideAndRegisterDocumentSet-b"
    type_partie_document: str = "application/octet-stream"
    declaration_air: str = "APP_BROWSER_AUTH"
    code_traitement: Annotated[str, StringConstraints(pattern=r"^[DPT]$")] = "P"
    delai: Annotated[float, Field(gt=0, le=600)] = 60.0

    _visible = ("vihf_version", "xades_digest")


class Environment(Valeur):
    """One set of hosts.

    - ``insi_certificat``: INSi endpoint for software certificates (mutual TLS), ``insi_carte`` for cards;
    - ``dmp``: base of the DMP services, up to and including ``/v2/services/``;
    - ``ancres``: PEM text of the trust anchors of the *servers* (IGC-Santé); the public web's are not used;
    - ``listes_revocation``: PEM text of revocation lists, empty if none is at hand.

    No other host is ever contacted.
    """

    nom: Annotated[str, StringConstraints(min_length=1, max_length=80)]
    nature: Nature
    insi_certificat: Url | None = None
    insi_carte: Url | None = None
    dmp: Url | None = None
    ancres: Annotated[str, StringConstraints(min_length=1)]
    listes_revocation: str = ""
    options_insi: OptionsInsi = OptionsInsi()
    options_dmp: OptionsDmp = OptionsDmp()
    proxy: str | None = None

    _visible = ("nom", "nature")

    @model_validator(mode="after")
    def _loopback(self) -> Self:
        locaux = {"localhost", "127.0.0.1", "::1"}
        if self.nature is Nature.BAC_A_SABLE and not {urlsplit(u).hostname for u in self.urls} <= locaux:
            message = "un bac à sable ne peut viser que la machine locale"
            raise RegleError(message, champ="nature", remede="choisir la nature « qualification » ou « production »")
        return self

    @property
    def urls(self) -> tuple[str, ...]:
        """Every configured address."""
        return tuple(url for url in (self.insi_certificat, self.insi_carte, self.dmp) if url)

    @property
    def origines(self) -> frozenset[tuple[str, int]]:
        """Host and port pairs that may be contacted."""
        return frozenset((p.hostname or "", p.port or 443) for p in map(urlsplit, self.urls))

    @property
    def production(self) -> bool:
        """Whether real people's data are at stake."""
        return self.nature is Nature.PRODUCTION
