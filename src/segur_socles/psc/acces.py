"""By which door Pro Santé Connect is entered."""

from __future__ import annotations

from dataclasses import dataclass

from segur_socles._core.flow import Channel
from segur_socles.credentials.client_psc import ClientPsc

__all__ = ["AccesPsc"]


@dataclass(frozen=True, slots=True, repr=False)
class AccesPsc:
    """One way in: the issuer, the TLS channel (with the certificate if there is one) and the registration."""

    issuer: str
    channel: Channel
    client: ClientPsc

    @property
    def par_certificat(self) -> bool:
        """Whether the TLS certificate is what authenticates the software."""
        return self.client.certificat is not None

    def __repr__(self) -> str:
        return f"AccesPsc({self.issuer!r})"
