"""The software as Pro Santé Connect knows it: its identifier, its return addresses, and its secret or certificate."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from segur_socles.credentials.secret import Secret
from segur_socles.credentials.tls import CertificatTls
from segur_socles.credentials.usages import Service
from segur_socles.errors import ConfigurationError, CredentialError

__all__ = ["ClientPsc"]


@dataclass(frozen=True, slots=True)
class ClientPsc:
    """A registration with Pro Santé Connect, made through Datapass (one for each software service).

    - ``client_id``: identifier delivered with it;
    - ``redirect_uri``, ``retour_deconnexion``: return addresses of login and logout, exactly as registered, to the
      last slash;
    - ``secret`` or ``certificat``, exactly one: a certificate (RFC 8705, ORG AUTH_CLI) is mandatory in the "espace
      de confiance" (ANS FAQ 2025, certain).

    Raises :class:`ConfigurationError`, or :class:`CredentialError` for a certificate loaded for another service.
    """

    client_id: str
    redirect_uri: str
    retour_deconnexion: str | None = None
    secret: Secret | None = None
    certificat: CertificatTls | None = None

    def __post_init__(self) -> None:
        if not self.client_id or not self.client_id.isprintable():
            message = "L'identifiant du logiciel pour Pro Santé Connect est vide ou mal formé."
            raise ConfigurationError(message, champ="client_psc.client_id", remede="recopier celui du Datapass")
        _adresse("redirect_uri", self.redirect_uri)
        if self.retour_deconnexion is not None:
            _adresse("retour_deconnexion", self.retour_deconnexion)
        if (self.secret is None) is (self.certificat is None):
            message = "Pro Santé Connect demande un secret ou un certificat : exactement l'un des deux."
            raise ConfigurationError(message, champ="client_psc", remede="donner secret=… ou certificat=…")
        if self.certificat is not None and self.certificat.service is not Service.PSC:
            message = "Ce certificat n'a pas été chargé pour Pro Santé Connect."
            raise CredentialError(message, credential=repr(self.certificat), remede="le charger avec service=PSC")


def _adresse(champ: str, url: str) -> None:
    parts = urlsplit(url)
    local = parts.scheme == "http" and parts.hostname in {"localhost", "127.0.0.1"}
    if not parts.hostname or parts.fragment or not (parts.scheme == "https" or local):
        message = f"L'adresse de retour « {champ} » est refusée : https et sans fragment (#)."
        remede = "écrire l'adresse déclarée à l'ANS, au caractère près ; http n'est admis que sur la machine locale"
        raise ConfigurationError(message, champ=f"client_psc.{champ}", remede=remede)
