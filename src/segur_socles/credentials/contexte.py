"""Building an :class:`ssl.SSLContext`, client or server side: always verifying, on given anchors only."""

from __future__ import annotations

import os
import secrets
import ssl
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat

from segur_socles.credentials.ancres import Ancres
from segur_socles.credentials.chargement import Materiel
from segur_socles.errors import ConfigurationError, CredentialError

__all__ = ["TLS_DMP", "TLS_STANDARD", "ContexteFige", "Versions", "contexte_client", "contexte_serveur"]


@dataclass(frozen=True, slots=True)
class Versions:
    """TLS versions and TLS 1.2 suites (OpenSSL names; none means OpenSSL's own choice). Never below TLS 1.2."""

    maximum: ssl.TLSVersion = ssl.TLSVersion.MAXIMUM_SUPPORTED
    suites: tuple[str, ...] = ()


TLS_STANDARD: Final = Versions()

TLS_DMP: Final = Versions(
    ssl.TLSVersion.TLSv1_2,
    (
        "ECDHE-RSA-AES256-GCM-SHA384",
        "ECDHE-RSA-CHACHA20-POLY1305",
        "ECDHE-RSA-AES128-GCM-SHA256",
        "ECDHE-RSA-AES256-SHA384",
    ),
)
"""Software access of the DMP: TLS 1.2 only, four suites (GIE SESAM-Vitale note on suites, 2025, certain)."""


class ContexteFige(ssl.SSLContext):
    """A context that nobody changes once it is built: connections share it, and one change would unprotect all.

    Every setting is refused after :meth:`figer`, with :class:`ConfigurationError`: what is verified, down from
    which anchors, with which suites. Only what each connection sets for itself (ALPN) stays open.
    """

    _fige = False

    def figer(self) -> None:
        """Refuse any change from now on."""
        self._fige = True

    def _exiger_ouvert(self) -> None:
        if self._fige:
            message = "Les réglages TLS d'un canal ne se changent pas : la vérification du serveur est toujours active."
            raise ConfigurationError(
                message, champ="ssl_context", remede="donner les autorités de confiance par Environment.ancres"
            )

    def __setattr__(self, name: str, value: object) -> None:
        self._exiger_ouvert()
        super().__setattr__(name, value)

    def __delattr__(self, name: str) -> None:
        self._exiger_ouvert()
        super().__delattr__(name)

    def load_cert_chain(self, *args: Any, **kwargs: Any) -> None:
        """Load the identity, before :meth:`figer` only."""
        self._exiger_ouvert()
        super().load_cert_chain(*args, **kwargs)

    def load_verify_locations(self, *args: Any, **kwargs: Any) -> None:
        """Load anchors, before :meth:`figer` only."""
        self._exiger_ouvert()
        super().load_verify_locations(*args, **kwargs)

    def load_default_certs(self, *args: Any, **kwargs: Any) -> None:
        """Load the machine's anchors, before :meth:`figer` only."""
        self._exiger_ouvert()
        super().load_default_certs(*args, **kwargs)

    def set_default_verify_paths(self) -> None:
        """Load OpenSSL's anchors, before :meth:`figer` only."""
        self._exiger_ouvert()
        super().set_default_verify_paths()

    def set_ciphers(self, *args: Any, **kwargs: Any) -> None:
        """Choose the suites, before :meth:`figer` only: some authenticate nobody."""
        self._exiger_ouvert()
        super().set_ciphers(*args, **kwargs)


def contexte_client(ancres: Ancres, identite: Materiel | None, versions: Versions) -> ssl.SSLContext:
    """Build a client context. Without ``identite`` only the server is authenticated (INSi card mode)."""
    context = ContexteFige(ssl.PROTOCOL_TLS_CLIENT)  # CERT_REQUIRED and check_hostname come with it
    _preparer(context, versions)
    if identite is not None:
        _charger_identite(context, identite)
    _charger_ancres(context, ancres)
    context.figer()
    return context


def contexte_serveur(
    identite: Materiel, *, clients: Ancres | None = None, exige: bool = True, versions: Versions = TLS_STANDARD
) -> ssl.SSLContext:
    """Build a server context. Client certificates descend from ``clients``; ``exige=False`` lets one do without."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    _preparer(context, versions)
    _charger_identite(context, identite)
    if clients is not None:
        context.verify_mode = ssl.CERT_REQUIRED if exige else ssl.CERT_OPTIONAL
        _charger_ancres(context, clients)
    return context


def _preparer(context: ssl.SSLContext, versions: Versions) -> None:
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.maximum_version = versions.maximum
    if versions.suites:
        context.set_ciphers(":".join(versions.suites))


def _charger_ancres(context: ssl.SSLContext, ancres: Ancres) -> None:
    if ancres.revocation.vide:
        context.load_verify_locations(cadata=ancres.pem.decode("ascii"))
        return
    # Revocation lists are read by OpenSSL from a file only. Nothing in it is secret.
    with tempfile.TemporaryDirectory(prefix="segur-") as folder:
        path = Path(folder, "ancres.pem")
        path.write_bytes(ancres.pem)
        context.load_verify_locations(cafile=path)
    # The whole chain: a revoked authority would otherwise still vouch for whom it likes.
    context.verify_flags |= ssl.VerifyFlags.VERIFY_CRL_CHECK_CHAIN


def _charger_identite(context: ssl.SSLContext, identite: Materiel) -> None:
    # ssl takes a key from a file only. It is written for the time of this call in a folder of ours (0700), in a
    # file of ours (0600), and encrypted with a password that never leaves this function: a copy left behind by a
    # crash is of no use.
    password = secrets.token_urlsafe(32)
    key = identite.cle.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(password.encode()))
    certificates = identite.certificat.pem + b"".join(c.pem for c in identite.intermediaires)
    with tempfile.TemporaryDirectory(prefix="segur-") as folder:
        path = Path(folder, "identite.pem")
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(key + certificates)
        try:
            context.load_cert_chain(path, password=password)
        except ssl.SSLError:
            refused = True
        else:
            refused = False
    if refused:
        raise CredentialError(
            "Le certificat TLS est refusé par OpenSSL.",
            credential=repr(identite.certificat),
            remede="vérifier que la politique de sécurité de la machine admet sa taille de clé et sa signature",
        )
