"""TLS identities: a certificate checked for its service, and the channels made from it."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Hashable
from dataclasses import dataclass, field, replace

from segur_socles.credentials.ancres import Ancres
from segur_socles.credentials.certificat import Certificat
from segur_socles.credentials.chargement import Materiel, Source, charger_p12, charger_pem
from segur_socles.credentials.contexte import TLS_STANDARD, Versions, contexte_client
from segur_socles.credentials.secret import Secret
from segur_socles.credentials.usages import USAGE_TLS, Contexte, Perimetre, Service, exiger
from segur_socles.errors import Constat, CredentialError

__all__ = ["CanalServeur", "CanalTls", "CertificatTls"]


class CanalTls:
    """A channel: one TLS identity (or none) towards one set of anchors. The context is built on first use, once."""

    def __init__(self, ancres: Ancres, identite: Materiel | None, versions: Versions = TLS_STANDARD) -> None:
        self._ancres = ancres
        self._identite = identite
        self._versions = versions
        self._lock = threading.Lock()
        self._context: ssl.SSLContext | None = None
        empreinte = identite.certificat.empreinte if identite else None
        self._key = (empreinte, ancres.key, versions)

    @property
    def key(self) -> Hashable:
        """Equal keys: same certificate, same anchors and lists, same TLS versions."""
        return self._key

    def ssl_context(self) -> ssl.SSLContext:
        """Give the context, built on the first call; threads get the same object."""
        if self._context is None:
            with self._lock:
                if self._context is None:
                    self._context = contexte_client(self._ancres, self._identite, self._versions)
        return self._context

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._identite!r})"


class CanalServeur(CanalTls):
    """A channel that authenticates the server only: INSi in card mode, where the message holds the identity."""

    def __init__(self, ancres: Ancres, *, versions: Versions = TLS_STANDARD) -> None:
        super().__init__(ancres, None, versions)


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class CertificatTls:
    """A software certificate that authenticates a structure to one service (product ORG AUTH_CLI).

    Made by :meth:`charger_p12`, :meth:`charger_pem` or :meth:`depuis`, which check it; ``constats`` are warnings.
    """

    materiel: Materiel
    service: Service
    perimetre: Perimetre
    constats: tuple[Constat, ...] = ()
    _canaux: dict[Hashable, CanalTls] = field(default_factory=dict[Hashable, CanalTls])
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def charger_p12(
        cls,
        source: Source,
        mot_de_passe: Secret | None,
        *,
        service: Service,
        contexte: Contexte,
        ancres: Ancres,
        quoi: str | None = None,
    ) -> CertificatTls:
        """Load a PKCS#12 and check it for ``service``, and down from ``ancres``.

        Raises :class:`CredentialError`, or :class:`CredentialExpiredError` when only dates or revocation forbid.
        """
        materiel = charger_p12(source, mot_de_passe, quoi=quoi)
        return cls.depuis(materiel, service=service, contexte=contexte, ancres=ancres)

    @classmethod
    def charger_pem(
        cls,
        certificat: Source,
        cle: Source,
        *,
        service: Service,
        contexte: Contexte,
        ancres: Ancres,
        chaine: Source | None = None,
        mot_de_passe: Secret | None = None,
    ) -> CertificatTls:
        """Load PEM files and check them as :meth:`charger_p12` does."""
        materiel = charger_pem(certificat, cle, chaine=chaine, mot_de_passe=mot_de_passe)
        return cls.depuis(materiel, service=service, contexte=contexte, ancres=ancres)

    @classmethod
    def depuis(cls, materiel: Materiel, *, service: Service, contexte: Contexte, ancres: Ancres) -> CertificatTls:
        """Check a key and certificate read already. Raises as :meth:`charger_p12`."""
        quoi = materiel.nom or f"TLS {service.value.upper()}"
        constats, perimetre = exiger(materiel.certificat, USAGE_TLS[service], contexte, quoi=quoi), contexte.perimetre
        if perimetre is None:
            raise CredentialError("Un certificat TLS se charge pour une structure.", credential=quoi)
        chaine = ancres.verifier(materiel.certificat, chaine=materiel.chaine, at=contexte.maintenant, quoi=quoi)
        return cls(replace(materiel, chaine=chaine), service, perimetre, constats)

    @property
    def certificat(self) -> Certificat:
        """The certificate itself."""
        return self.materiel.certificat

    def channel(self, ancres: Ancres, *, versions: Versions = TLS_STANDARD) -> CanalTls:
        """Give the channel towards servers known by ``ancres``; the same object for the same arguments."""
        canal = CanalTls(ancres, self.materiel, versions)
        with self._lock:
            return self._canaux.setdefault(canal.key, canal)

    def __repr__(self) -> str:
        return f"CertificatTls({self.service.value}, {self.certificat!r})"
