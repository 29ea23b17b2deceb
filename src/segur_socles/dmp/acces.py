"""How the DMP is reached for one structure: TLS channel, signing key, address."""

from __future__ import annotations

from dataclasses import dataclass, field

from segur_socles._core.flow import Channel
from segur_socles._core.xmldsig import Signataire

__all__ = ["AccesDmp"]


@dataclass(frozen=True, slots=True)
class AccesDmp:
    """Credentials of one call.

    - ``channel``: mutual TLS with the structure's ORG AUTH_CLI certificate, TLS 1.2;
    - ``signataire``: its ORG SIGN certificate, which signs the VIHF and the lot;
    - ``idnats_certificat``: the Struct_IdNat in those certificates' OU, and the EJ/EG known to be linked;
    - ``url``: base of the services, up to and including ``/v2/services/``.
    """

    channel: Channel = field(repr=False)
    signataire: Signataire = field(repr=False)
    idnats_certificat: frozenset[str]
    url: str

    def adresse(self, service: str) -> str:
        """Return the address of one service (``patients``, ``registry``, ``repository``)."""
        return f"{self.url.rstrip('/')}/{service}"
