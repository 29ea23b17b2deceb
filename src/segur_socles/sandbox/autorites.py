"""The authorities of a sandbox as its listeners and services see them: always those of the moment."""

from __future__ import annotations

import ssl
from datetime import datetime
from typing import Final

from cryptography import x509

from segur_socles.credentials.ancres import Ancres
from segur_socles.credentials.certificat import Certificat
from segur_socles.credentials.contexte import TLS_STANDARD, Versions, contexte_serveur
from segur_socles.errors import CredentialError, CredentialExpiredError
from segur_socles.sandbox.pki import Ac, Emis, PkiDeTest

__all__ = ["AutoritesVivantes", "ContexteVivant"]

_EMETTRICES: Final = (Ac.RACINE, Ac.ORGANISATIONS, Ac.PERSONNES_FORT, Ac.PERSONNES)


class AutoritesVivantes:
    """Anchors and lists of a test PKI, read again when a certificate was revoked."""

    def __init__(self, pki: PkiDeTest) -> None:
        self._pki = pki
        self._lues: tuple[tuple[bytes, ...], Ancres] = (self.listes, pki.ancres())

    @property
    def listes(self) -> tuple[bytes, ...]:
        """Revocation lists of the moment; equal as long as nothing was revoked."""
        return tuple(self._pki.crl(ac) for ac in _EMETTRICES)

    @property
    def ancres(self) -> Ancres:
        """Authorities and lists of the moment."""
        listes = self.listes
        if self._lues[0] != listes:
            self._lues = (listes, self._pki.ancres())
        return self._lues[1]

    def certificats(self, *, racines: bool) -> tuple[x509.Certificate, ...]:
        """Give the root authorities, or the others."""
        return tuple(c.brut for c in self.ancres.certificats if c.auto_emis is racines)

    def revoque(self, certificat: x509.Certificate, at: datetime) -> bool:
        """Whether a certificate is revoked; one that none of the authorities issued is not, as far as is known."""
        try:
            self.ancres.revocation.verifier(Certificat.depuis(certificat, quoi="certificat présenté"), at)
        except CredentialExpiredError:
            return True
        except CredentialError:
            return False
        return False


class _PoigneeDite(ssl.SSLObject):
    """A TLS end that tells its peer why a handshake failed.

    asyncio (3.11) drops what OpenSSL wrote last when a handshake fails, hence the alert, and the client sees a
    bare end of connection. Asking for more once makes asyncio send it; the failure comes at the next turn.
    """

    _echec: ssl.SSLError | None = None

    def do_handshake(self) -> None:
        if self._echec is not None:
            raise self._echec
        try:
            super().do_handshake()
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            raise
        except ssl.SSLError as error:
            self._echec = error
            raise ssl.SSLWantReadError from None


class ContexteVivant:
    """Maker of a listener's TLS context: the same object until the lists change. Used by the host's thread only.

    ``mutuel`` demands a client certificate that descends from the authorities and is not revoked; with ``exige``
    false, a client may do without, and the service judges.
    """

    def __init__(
        self,
        emis: Emis,
        autorites: AutoritesVivantes,
        *,
        mutuel: bool,
        exige: bool = True,
        versions: Versions = TLS_STANDARD,
    ) -> None:
        self._emis = emis
        self._autorites = autorites
        self._mutuel = mutuel
        self._exige = exige
        self._versions = versions
        self._fait: tuple[Ancres, ssl.SSLContext] | None = None

    def __call__(self) -> ssl.SSLContext:
        """Give the context for a handshake that begins now."""
        ancres = self._autorites.ancres
        if self._fait is None or self._fait[0] is not ancres:
            clients = ancres if self._mutuel else None
            contexte = contexte_serveur(
                self._emis.materiel, clients=clients, exige=self._exige, versions=self._versions
            )
            contexte.sslobject_class = _PoigneeDite
            # A resumed session would not show its certificate again, revoked or not.
            contexte.options |= ssl.OP_NO_TICKET
            contexte.num_tickets = 0
            self._fait = (ancres, contexte)
        return self._fait[1]
