"""TLS as it is used: only with a context that verifies; and what a failure means, our certificate or the server."""

from __future__ import annotations

import ssl
from typing import Final

from segur_socles._core.flow import Channel
from segur_socles.errors import CertificatRefuseError, ConfigurationError, TransportError

__all__ = ["certificate_refused", "handshake_failed", "ssl_cause", "verifying_context"]

# What a server says, in a TLS alert, of a client certificate that it does not accept (RFC 8446 §6.2).
_ALERTS: Final = ("certificate", "unknown ca", "access denied", "handshake failure")


def verifying_context(channel: Channel) -> ssl.SSLContext:
    """Take the context of a channel, whoever made it: one that does not verify the server is never used."""
    context = channel.ssl_context()
    if context.verify_mode is not ssl.CERT_REQUIRED or not context.check_hostname:
        message = "Ce canal ne vérifie pas le serveur (certificat et nom) ; rien n'a été envoyé."
        remede = "utiliser le canal d'un CertificatTls, avec les autorités de confiance de l'environnement"
        raise ConfigurationError(message, champ="ssl_context", remede=remede)
    return context


def ssl_cause(error: BaseException | None) -> ssl.SSLError | None:
    """Find the TLS error that an exception comes from, if any."""
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return error
        error = error.__cause__ or error.__context__
    return None


def certificate_refused(error: ssl.SSLError, label: str) -> CertificatRefuseError | None:
    """Make the error of a refused client certificate, if this is what the server's alert says."""
    reason = _reason(error)
    if "alert" not in reason or not any(words in reason for words in _ALERTS):
        return None
    return CertificatRefuseError(
        f"{label} : le serveur a refusé notre certificat ({reason}).",
        service=label.partition(".")[0],
        code="TLS",
        label=reason,
        remede="vérifier que le certificat est celui de ce service, en cours de validité et non révoqué",
    )


def handshake_failed(error: ssl.SSLError, label: str) -> TransportError:
    """Make the error of a handshake that failed for another cause: nothing was sent."""
    message = f"{label} : la connexion sécurisée n'a pas pu être établie ({_reason(error)})."
    remede = "vérifier les autorités de confiance (ancres) de l'environnement et l'adresse du serveur"
    return TransportError(message, phase="tls", sent=False, remede=remede)


def _reason(error: ssl.SSLError) -> str:
    reason = (getattr(error, "reason", None) or str(error)).lower().replace("_", " ")
    verify = getattr(error, "verify_message", None)
    return f"{reason} : {verify}" if verify else reason
