"""Every exception the library raises, in one tree.

::

    SegurError
    ├── ConfigurationError            a setting is missing or contradicts another
    ├── CredentialError               a certificate, key, card or PIN cannot serve the asked use
    │   └── CredentialExpiredError    it could, but its dates or its revocation forbid it
    ├── ChampInvalideError            a value given to us breaks a rule (path, rule, remedy; never the value)
    ├── IdentiteError                 an identity lacks the status or the evidence the act demands
    ├── DocumentInvalideError         a document, ours or foreign, cannot be written or read
    ├── AccesRefuseError              the act is not allowed to this actor, before anything is sent
    ├── ConnexionRefuseeError         a login fails a check (``controle``): nobody is authenticated
    ├── TraceError                    the record "before" could not be written: nothing was sent
    ├── SignatureError                a signature cannot be made or does not verify
    ├── TransportError                the exchange failed (``phase``, ``sent``, ``outcome_unknown``)
    │   ├── DeadlineError             the time given to the call is over
    │   └── ReponseInvalideError      an answer came, but it is not one the protocol allows
    └── ServiceError                  the national service answered no (code, label, correlation id, remedy)
        ├── AuthentificationError
        │   ├── CertificatRefuseError          the service refused our certificate
        │   ├── JetonRefuseError               the service refused our assertion or token
        │   └── VerificationIndisponibleError  the service could not check: try again later
        └── DoublonSoumissionError    this document identifier is registered already

Special *outcomes* (no identity found, DMP closed…) are values to match, not exceptions.

Messages are French, fit for a screen, and hold no identity trait, matricule, token, PIN or document
content. Every error can be pickled and gives ``to_dict()``.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Literal

__all__ = [
    "AccesRefuseError",
    "AuthentificationError",
    "CertificatRefuseError",
    "ChampInvalideError",
    "ConfigurationError",
    "ConnexionRefuseeError",
    "Constat",
    "CredentialError",
    "CredentialExpiredError",
    "DeadlineError",
    "DocumentInvalideError",
    "DoublonSoumissionError",
    "Gravite",
    "IdentiteError",
    "JetonRefuseError",
    "Phase",
    "ReponseInvalideError",
    "SegurError",
    "ServiceError",
    "SignatureError",
    "TraceError",
    "TransportError",
    "VerificationIndisponibleError",
]

Phase = Literal["connect", "tls", "send", "answer", "read"]
"""Where a transport failure happened, in the order of an exchange."""


class Gravite(StrEnum):
    """How serious a finding is."""

    ERREUR = "erreur"
    AVERTISSEMENT = "avertissement"


@dataclass(frozen=True, slots=True)
class Constat:
    """One finding: where, which rule, what to do. Never the value itself.

    ``champ`` is a dotted path in the caller's own data (``usager.entourage.0.nom``), ``regle`` names
    the rule and its source when there is one.
    """

    champ: str
    message: str
    regle: str | None = None
    remede: str | None = None
    gravite: Gravite = Gravite.ERREUR

    def __str__(self) -> str:
        parts = [f"{self.champ} : {self.message}" if self.champ else self.message]
        if self.regle:
            parts.append(f"[règle : {self.regle}]")
        if self.remede:
            parts.append(f"→ {self.remede}")
        return " ".join(parts)


class SegurError(Exception):
    """Root of the tree: a French message, and what the user can do about it (``remede``)."""

    def __init__(self, message: str, *, remede: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.remede = remede

    def __str__(self) -> str:
        return f"{self.message} → {self.remede}" if self.remede else self.message

    def __reduce__(self) -> tuple[Any, ...]:
        # Keyword-only arguments do not survive the default pickling of exceptions.
        return _rebuild, (type(self), self.args, dict(self.__dict__))

    def to_dict(self) -> dict[str, Any]:
        """Give the error as plain data, ready for JSON: ``type``, ``message`` and what is known besides."""
        known = {k: _plain(v) for k, v in self.__dict__.items() if not k.startswith("_") and v not in (None, ())}
        return {"type": type(self).__name__, **known}


def _rebuild(cls: type[SegurError], args: tuple[Any, ...], state: dict[str, Any]) -> SegurError:
    error = cls.__new__(cls, *args)
    error.args = args
    error.__dict__.update(state)
    return error


def _plain(value: object) -> object:
    if isinstance(value, Constat):
        return {k: v for k, v in asdict(value).items() if v is not None}
    if isinstance(value, tuple | list):
        return [_plain(v) for v in value]
    return value


class ConfigurationError(SegurError):
    """A setting is missing, wrong, or contradicts another. ``champ`` names it."""

    def __init__(self, message: str, *, champ: str | None = None, remede: str | None = None) -> None:
        super().__init__(message, remede=remede)
        self.champ = champ


class CredentialError(SegurError):
    """A certificate, key, card or PIN cannot serve the asked use. ``credential`` says which one."""

    def __init__(self, message: str, *, credential: str | None = None, remede: str | None = None) -> None:
        super().__init__(message, remede=remede)
        self.credential = credential


class CredentialExpiredError(CredentialError):
    """The credential is not valid yet, not valid any more, or revoked."""


class _ConstatsError(SegurError):
    """Shared by the errors that report all their findings at once."""

    def __init__(self, message: str, *, constats: tuple[Constat, ...] = (), remede: str | None = None) -> None:
        super().__init__(message, remede=remede)
        self.constats = tuple(constats)

    def __str__(self) -> str:
        lines = [super().__str__(), *(f"  - {c}" for c in self.constats)]
        return "\n".join(lines)


class ChampInvalideError(_ConstatsError):
    """One or several given values break a rule; ``constats`` lists each with its path, rule and remedy."""

    @property
    def champs(self) -> tuple[str, ...]:
        """Paths of the refused fields, in the order they were found."""
        return tuple(c.champ for c in self.constats)


class IdentiteError(_ConstatsError):
    """An identity lacks the status or the evidence that the act demands (RNIV)."""


class DocumentInvalideError(_ConstatsError):
    """A document cannot be written or read as the CI-SIS models demand."""


class AccesRefuseError(_ConstatsError):
    """The act is not allowed to this actor; nothing was sent."""


class ConnexionRefuseeError(SegurError):
    """What a login brought back fails a check: nobody is authenticated, and the login starts again.

    ``controle`` names the check: ``state``, ``nonce``, ``iss``, ``aud``, ``alg``, ``signature``, ``exp``…
    """

    def __init__(self, message: str, *, controle: str, remede: str | None = None) -> None:
        super().__init__(message, remede=remede)
        self.controle = controle


class TraceError(SegurError):
    """The trace record that must precede a call could not be written; nothing was sent."""


class SignatureError(SegurError):
    """A signature cannot be made, or does not verify."""


class TransportError(SegurError):
    """The exchange failed before a usable answer was read.

    - ``phase``: where it broke;
    - ``sent``: whether any byte of the request may have left;
    - ``outcome_unknown``: whether the service may have done what was asked. A call whose outcome is
      unknown must be settled (asked about by identifier) before the same act is tried again;
    - ``status``: the HTTP status when there was one.
    """

    def __init__(
        self,
        message: str,
        *,
        phase: Phase,
        sent: bool,
        outcome_unknown: bool | None = None,
        status: int | None = None,
        remede: str | None = None,
    ) -> None:
        super().__init__(message, remede=remede)
        self.phase: Phase = phase
        self.sent = sent
        self.outcome_unknown = sent if outcome_unknown is None else outcome_unknown
        self.status = status


class DeadlineError(TransportError):
    """The time given to the call is over."""


class ReponseInvalideError(TransportError):
    """An answer came, but it is too large, truncated, or not of the protocol."""


class ServiceError(SegurError):
    """The national service answered with an error.

    ``code`` is the service's own code as a plain string (never a closed list), ``label`` its technical
    wording, ``severity`` as sent, ``correlation_id`` what to quote to its support (MessageID), ``status``
    the HTTP status, ``retryable`` whether the service presents it as temporary.
    """

    def __init__(  # noqa: PLR0913 - each is a separate fact of the answer, all by keyword
        self,
        message: str,
        *,
        service: str,
        code: str,
        label: str | None = None,
        detail_code: str | None = None,
        severity: str | None = None,
        regle: str | None = None,
        status: int | None = None,
        correlation_id: str | None = None,
        retryable: bool = False,
        remede: str | None = None,
    ) -> None:
        super().__init__(message, remede=remede)
        self.service = service
        self.code = code
        self.detail_code = detail_code
        self.label = label
        self.severity = severity
        self.regle = regle
        self.status = status
        self.correlation_id = correlation_id
        self.retryable = retryable


class AuthentificationError(ServiceError):
    """The service did not accept who we say we are."""


class CertificatRefuseError(AuthentificationError):
    """The service refused the certificate (TLS or signature)."""


class JetonRefuseError(AuthentificationError):
    """The service refused the assertion or the token; a new one is needed."""


class VerificationIndisponibleError(AuthentificationError):
    """The service could not check the credentials for now; keep them and try again later."""


class DoublonSoumissionError(ServiceError):
    """The registry holds a document with this unique identifier already."""
