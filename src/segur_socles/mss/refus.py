"""What an operator's refusal means. Servers echo addresses: only codes and labels of ours go into an error."""

from __future__ import annotations

import re
from typing import Final

from segur_socles._core.deadline import Deadline
from segur_socles._core.tls import certificate_refused, handshake_failed, ssl_cause
from segur_socles.errors import (
    AuthentificationError,
    CertificatRefuseError,
    Phase,
    ReponseInvalideError,
    SegurError,
    ServiceError,
    TransportError,
    VerificationIndisponibleError,
)
from segur_socles.mss.codes import libelle_smtp, passager_smtp

__all__ = [
    "SERVICE",
    "certificat_refuse",
    "code_etendu",
    "coupure",
    "echec_tls",
    "refus_imap",
    "refus_smtp",
    "reponse_illisible",
    "sans_reponse",
    "sans_starttls",
]

SERVICE: Final = "mss"

REESSAYER: Final = "réessayer plus tard"
_CERTIFICAT: Final = "vérifier que l'opérateur connaît le certificat MSSanté de la structure, et sa date de validité"

_ETENDU: Final = re.compile(rb"[245]\.[0-9]{1,3}\.[0-9]{1,3}(?![0-9.])")
_CODE_IMAP: Final = re.compile(r"\[([A-Z][A-Z0-9-]{0,39})[\] ]")

_AUTHENTIFICATION_EXIGEE: Final = frozenset({530, 534, 535, 538})
_VERIFICATION_INDISPONIBLE: Final = 454


def code_etendu(texte: bytes) -> str | None:
    """Give the enhanced status code (``5.1.1``, RFC 3463) that begins a reply, if there is one."""
    trouve = _ETENDU.match(texte)
    return trouve.group().decode("ascii") if trouve else None


def refus_smtp(operation: str, code: int, texte: bytes, *, etape: str) -> ServiceError:
    """Make the error of a reply that refuses ``etape`` for the whole message. Nothing was taken."""
    etendu = code_etendu(texte)
    libelle = libelle_smtp(code)
    debut = f"{operation} : l'opérateur a refusé {etape} ({code}{f' {etendu}' if etendu else ''}, {libelle})"
    if b"certificate" in texte.lower():
        return certificat_refuse(operation, str(code))
    if code == _VERIFICATION_INDISPONIBLE:
        return VerificationIndisponibleError(
            f"{debut} : il ne peut pas vérifier qui l'appelle pour l'instant.",
            service=SERVICE,
            code=str(code),
            detail_code=etendu,
            label=libelle,
            retryable=True,
            remede=REESSAYER,
        )
    classe = AuthentificationError if code in _AUTHENTIFICATION_EXIGEE else ServiceError
    return classe(
        f"{debut}. Rien n'a été pris en charge.",
        service=SERVICE,
        code=str(code),
        detail_code=etendu,
        label=libelle,
        retryable=passager_smtp(code),
        remede=REESSAYER if passager_smtp(code) else "corriger la cause, puis préparer un nouveau message",
    )


def refus_imap(operation: str, reponse: str, *, etape: str) -> ServiceError:
    """Make the error of a NO or a BAD; only its bracketed code is kept (RFC 5530)."""
    trouve = _CODE_IMAP.search(reponse)
    code = trouve.group(1) if trouve else "NO"
    message = f"{operation} : l'opérateur a refusé {etape} ({code})."
    if code == "UNAVAILABLE":
        return VerificationIndisponibleError(message, service=SERVICE, code=code, retryable=True, remede=REESSAYER)
    return ServiceError(message, service=SERVICE, code=code, retryable=code in _PASSAGERS_IMAP, remede=REESSAYER)


_PASSAGERS_IMAP: Final = frozenset({"INUSE", "LIMIT", "SERVERBUG", "CONTACTADMIN"})


def certificat_refuse(operation: str, code: str) -> CertificatRefuseError:
    """Make the error of a certificate refused after the handshake, by a reply or a closed connection."""
    message = f"{operation} : l'opérateur n'accepte pas le certificat de la structure ({code})."
    return CertificatRefuseError(message, service=SERVICE, code=code, remede=_CERTIFICAT)


def sans_starttls(operation: str) -> TransportError:
    """Make the error of a server that offers no encryption, or that someone on the way made say so."""
    message = f"{operation} : le serveur n'accepte pas STARTTLS ; rien ne lui a été confié."
    remede = "vérifier l'adresse et le port de l'opérateur ; sur un réseau inconnu, craindre une interception"
    return TransportError(message, phase="tls", sent=False, remede=remede)


def coupure(operation: str, deadline: Deadline, *, phase: Phase, sent: bool = False) -> TransportError:
    """Make the error of a broken connection. A message whose last line did not leave is not ``sent``.

    Raises :class:`DeadlineError` if it is the time given that ran out.
    """
    deadline.remaining(operation, sent=sent)
    message = f"{operation} : la connexion avec l'opérateur a échoué ou a été coupée."
    return TransportError(message, phase=phase, sent=sent, remede=REESSAYER)


def reponse_illisible(operation: str) -> ReponseInvalideError:
    """Make the error of an answer that is not of the protocol; what it says is not repeated."""
    message = f"{operation} : la réponse de l'opérateur n'est pas lisible."
    remede = "signaler l'heure de l'appel à l'opérateur ; la boîte reste lisible dans son webmail"
    return ReponseInvalideError(message, phase="answer", sent=True, remede=remede)


def echec_tls(error: Exception, operation: str, *, chiffre: bool = False) -> SegurError | None:
    """Make the error of a failure that comes from TLS; ``None`` if it does not.

    ``chiffre``: the handshake is over, and nothing was said since. Under TLS 1.3 a server judges our certificate
    only then, and one that does not want it says so by an alert, or hangs up.
    """
    tls = ssl_cause(error)
    refuse = tls and certificate_refused(tls, operation)
    if refuse or chiffre:
        return refuse or certificat_refuse(operation, "TLS")
    return handshake_failed(tls, operation) if tls else None


def sans_reponse(operation: str) -> TransportError:
    """Make the error of a message that left whole, and that nothing answered."""
    message = f"{operation} : le serveur n'a pas répondu après la fin du message ; il l'a peut-être pris."
    remede = "ne pas le renvoyer : attendre l'accusé, ou interroger l'opérateur avec son Message-ID"
    return TransportError(message, phase="answer", sent=True, outcome_unknown=True, remede=remede)
