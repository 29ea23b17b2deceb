"""Which hosts may be contacted, and what they are: data, constructible by each editor."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final, Self
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from segur_socles._core.model import Booleen, Entier, RegleError, Valeur
from segur_socles.config.messagerie import OperateurMss, OptionsMss

__all__ = ["Environment", "Nature", "OptionsAnnuaire", "OptionsDmp", "OptionsInsi", "OptionsPsc"]


class Nature(StrEnum):
    """What an environment is. Test identities and placeholders are refused in production."""

    PRODUCTION = "production"
    QUALIFICATION = "qualification"
    BAC_A_SABLE = "bac_a_sable"


_LOCAUX: Final = frozenset({"localhost", "127.0.0.1", "::1"})


def _decoupee(url: str) -> SplitResult | None:
    """Split an address that names a host; None if it does not, or if its port is no port."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts if parts.hostname else None


def _https(url: str) -> str:
    parts = _decoupee(url)
    if parts is None or parts.scheme != "https" or parts.username or parts.query or parts.fragment:
        message = "une adresse https complète est attendue, sans identifiant ni paramètre"
        raise RegleError(message, remede="écrire https://hôte[:port]/chemin")
    return url


def _proxy(url: str) -> str:
    parts = _decoupee(url)
    if parts is None or parts.scheme not in ("http", "https") or parts.path.strip("/") or parts.query or parts.fragment:
        message = "l'adresse d'un proxy HTTP est attendue"
        raise RegleError(message, remede="écrire http://hôte:port, ou https://hôte:port")
    return url


Url = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(_https)]
Proxy = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(_proxy)]


# As evidence keeps it: neither blank nor unwritable in XML, which would be found out once INSi has answered.
Nom = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80, pattern=r"^[^\p{Cc}\p{Cn}]+$")
]


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
    duree_authentification: Annotated[Entier, Field(ge=60, le=86400)] = 4 * 3600
    code_traitement: Annotated[str, StringConstraints(pattern=r"^[DPT]$")] = "P"
    delai: Annotated[float, Field(gt=0, le=600)] = 60.0

    _visible = ("vihf_version", "xades_digest")


class OptionsPsc(Valeur):
    """What the public sources leave uncertain about Pro Santé Connect, made configurable (see the fidelity table)."""

    chemin_decouverte: Annotated[str, StringConstraints(pattern=r"^/\S+$")] = "/.well-known/wallet-openid-configuration"
    scope: Annotated[str, StringConstraints(pattern=r"^openid( \S+)*$")] = "openid scope_all"
    acr_demande: Annotated[str, StringConstraints(pattern=r"^eidas[123]$")] = "eidas1"
    algorithme_signature: Annotated[str, StringConstraints(pattern=r"^(RS256|PS256|ES256)$")] = "RS256"
    tolerance_horloge: Annotated[Entier, Field(ge=0, le=300)] = 60
    secret_en_tete: Booleen = False
    delai: Annotated[float, Field(gt=0, le=600)] = 60.0

    _visible = ("acr_demande", "algorithme_signature")


class OptionsAnnuaire(Valeur):
    """How the Annuaire Santé is read: resources a page (200 at most is advised), and pages a search may take."""

    taille_page: Annotated[Entier, Field(ge=1, le=200)] = 100
    pages_max: Annotated[Entier, Field(ge=1, le=1000)] = 50
    delai: Annotated[float, Field(gt=0, le=600)] = 60.0

    _visible = ("taille_page", "pages_max", "delai")


class Environment(Valeur):
    """One set of hosts.

    - ``insi_certificat``: INSi endpoint for software certificates (mutual TLS), ``insi_carte`` for cards,
      ``insi_psc`` for Pro Santé Connect (not public: from the official package; a token goes there and nowhere else);
    - ``dmp``: base of the DMP services, up to and including ``/v2/services/``;
    - ``psc``: issuer of Pro Santé Connect, without a final slash; ``psc_autorisation``: its login page, which is on
      another host, and which the user's browser opens (this library does not call it);
    - ``annuaire``: base of the Annuaire Santé's FHIR service, version included (``https://…/fhir/v2``);
    - ``ancres``: PEM text of the trust anchors of the *servers* (IGC-Santé); the public web's are not used;
    - ``listes_revocation``: PEM text of revocation lists, empty if none is at hand;
    - ``ancres_annuaire``: PEM text of the authorities of the annuaire's gateway, which has a certificate of the
      public web (probable); empty: ``ancres``;
    - ``operateurs_mss``: operators of the structures' MSSanté mailboxes, found by mail domain;
    - ``proxy``: HTTP proxy to go through, ``http://host:port``; TLS is still verified end to end.

    No other host is ever contacted.
    """

    nom: Nom
    nature: Nature
    insi_certificat: Url | None = None
    insi_carte: Url | None = None
    insi_psc: Url | None = None
    dmp: Url | None = None
    psc: Url | None = None
    psc_autorisation: Url | None = None
    annuaire: Url | None = None
    ancres: Annotated[str, StringConstraints(min_length=1)]
    listes_revocation: str = ""
    ancres_annuaire: str = ""
    options_insi: OptionsInsi = OptionsInsi()
    options_dmp: OptionsDmp = OptionsDmp()
    options_psc: OptionsPsc = OptionsPsc()
    options_annuaire: OptionsAnnuaire = OptionsAnnuaire()
    operateurs_mss: tuple[OperateurMss, ...] = ()
    options_mss: OptionsMss = OptionsMss()
    proxy: Proxy | None = None

    _visible = ("nom", "nature")

    @model_validator(mode="after")
    def _loopback(self) -> Self:
        adresses = (*self.urls, self.proxy) if self.proxy else self.urls
        hotes = {urlsplit(u).hostname for u in adresses} | {h for h, _ in self.serveurs_mss}
        if self.nature is Nature.BAC_A_SABLE and not hotes <= _LOCAUX:
            message = "un bac à sable ne peut viser que la machine locale, proxy compris"
            raise RegleError(message, champ="nature", remede="choisir la nature « qualification » ou « production »")
        return self

    @property
    def urls(self) -> tuple[str, ...]:
        """Every configured address."""
        insi = (self.insi_certificat, self.insi_carte, self.insi_psc)
        urls = (*insi, self.dmp, self.psc, self.psc_autorisation, self.annuaire)
        return tuple(url for url in urls if url)

    @property
    def origines(self) -> frozenset[tuple[str, int]]:
        """Host and port pairs that may be contacted."""
        return frozenset((p.hostname or "", p.port or 443) for p in map(urlsplit, self.urls))

    @property
    def serveurs_mss(self) -> frozenset[tuple[str, int]]:
        """Host and port pairs of the mail servers that may be contacted."""
        adresses = (a.rpartition(":") for o in self.operateurs_mss for a in (o.smtp, o.imap))
        return frozenset((hote, int(port)) for hote, _, port in adresses)

    @property
    def production(self) -> bool:
        """Whether real people's data are at stake."""
        return self.nature is Nature.PRODUCTION
