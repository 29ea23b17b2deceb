"""By which door the directory is entered: an API key, over a TLS connection where only the server is known."""

from __future__ import annotations

from dataclasses import dataclass

from segur_socles._core.flow import Channel
from segur_socles.credentials.secret import Secret

__all__ = ["AccesAnnuaire"]


@dataclass(frozen=True, slots=True, repr=False)
class AccesAnnuaire:
    """One way in.

    - ``channel``: trust anchors of the gateway, without a client certificate;
    - ``url``: base of the FHIR service, version included (``https://…/fhir/v2``), without a final slash;
    - ``cle``: the editor's key, from ``portal.api.esante.gouv.fr`` (one a software, not one a structure).
    """

    channel: Channel
    url: str
    cle: Secret

    def __repr__(self) -> str:
        return "AccesAnnuaire(…)"
