"""By which door INSi is entered: a certificate of the structure, a professional's card, or Pro Santé Connect."""

from __future__ import annotations

from dataclasses import dataclass

from segur_socles._core.flow import Channel
from segur_socles._core.xmldsig import Signataire
from segur_socles.ins.assertion import AttributsPs
from segur_socles.ins.psc import EntreePsc

__all__ = ["AccesInsi"]


@dataclass(frozen=True, slots=True, repr=False)
class AccesInsi:
    """One way in.

    - ``channel``: TLS identity and trust anchors; ``url``: the endpoint of this mode;
    - ``emetteur``: who sends. In certificate mode, the OU of the certificate (Struct_IdNat; probable); in card
      mode, the holder's national identifier, which is the CN of the card and the NameID of the assertion
      (GIE SESAM-Vitale samples, certain);
    - ``signataire``: signs the professional's assertion; None in certificate mode, where there is no
      assertion and the TLS certificate speaks for the structure (clients in service, certain);
    - ``psc``: the door of Pro Santé Connect instead, where the assertion is not signed (not verified);
    - ``type_carte``: kind of card, ``CPS``, ``CPF``, ``CDE-CPE``, ``CPA``, else ``CPX``;
    - ``attributs``: what the assertion says besides; None: the structure's geographic FINESS and sector.
    """

    channel: Channel
    emetteur: str
    url: str
    signataire: Signataire | None = None
    type_carte: str = "CPX"
    attributs: AttributsPs | None = None
    psc: EntreePsc | None = None

    @property
    def mode(self) -> str:
        """``carte``, ``psc`` or ``certificat``."""
        if self.psc is not None:
            return "psc"
        return "carte" if self.signataire else "certificat"

    def __repr__(self) -> str:
        return f"AccesInsi({self.mode})"
