"""Is this certificate revoked? Answered from revocation lists given by the caller; nothing is fetched."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding

from segur_socles.credentials.certificat import MALFORME, Certificat
from segur_socles.errors import CredentialError, CredentialExpiredError

__all__ = ["Revocation"]

_PEM: Final = re.compile(rb"-----BEGIN X509 CRL-----.+?-----END X509 CRL-----", re.DOTALL)
_HASHES: Final = frozenset({"sha256", "sha384", "sha512"})
_ACTUALISER: Final = "charger la liste de révocation à jour publiée par l'IGC-Santé"


@dataclass(frozen=True, slots=True)
class _Liste:
    """A verified list; its numbers are read once, since a national list holds tens of thousands of them."""

    pem: bytes
    depuis: datetime
    jusque: datetime
    numeros: frozenset[int]


class Revocation:
    """Verified revocation lists, one an authority; a newer one takes the place of an older one.

    ``emetteurs`` are the authorities whose lists are accepted. Threads may share an instance.
    """

    def __init__(self, emetteurs: Iterable[Certificat], listes: Iterable[bytes] = ()) -> None:
        self._emetteurs = tuple(emetteurs)
        self._listes: dict[Certificat, _Liste] = {}
        for liste in listes:
            self.ajouter(liste)

    def ajouter(self, contenu: bytes) -> None:
        """Take up a DER list, or every list of a PEM text.

        Raises :class:`CredentialError` if a list is unreadable, partial, or not signed by a known authority.
        """
        try:
            for crl in _lire(contenu):
                emetteur = self._signataire(crl)
                liste = _verifiee(crl, emetteur)
                connue = self._listes.get(emetteur)
                if connue is None or connue.depuis <= liste.depuis:
                    self._listes[emetteur] = liste
        except MALFORME:  # a list is read piece by piece: any step may meet the broken one
            pass
        else:
            return
        raise CredentialError(
            "Liste de révocation illisible.",
            credential="liste de révocation",
            remede="donner une liste X.509 au format DER ou PEM, complète",
        )

    def verifier(self, certificat: Certificat, at: datetime) -> None:
        """Refuse a certificate that is revoked, or about which nothing sure is known at ``at``.

        Raises :class:`CredentialExpiredError` if it is revoked; :class:`CredentialError` if its authority is
        unknown, or the list of that authority is missing or out of date.
        """
        quoi = certificat.emetteur_cn or "autorité sans nom"
        emetteur = next((e for e in self._emetteurs if certificat.emis_par(e)), None)
        liste = self._listes.get(emetteur) if emetteur is not None else None
        if liste is None:
            raise _refus(f"Révocation invérifiable : aucune liste de l'autorité « {quoi} ».", quoi)
        if not liste.depuis <= at <= liste.jusque:
            raise _refus(f"Révocation invérifiable : la liste de l'autorité « {quoi} » n'est pas à jour.", quoi)
        if certificat.numero_serie in liste.numeros:
            raise CredentialExpiredError(
                f"Certificat révoqué par l'autorité « {quoi} ».",
                credential=repr(certificat),
                remede="cesser de l'utiliser et demander un nouveau certificat",
            )

    def verifier_chaine(self, chaine: Iterable[Certificat], at: datetime) -> None:
        """Check every certificate of a chain but roots, which no list can revoke. Raises as :meth:`verifier`."""
        for certificat in chaine:
            if not certificat.auto_emis:
                self.verifier(certificat, at)

    @property
    def vide(self) -> bool:
        """Whether no list was given."""
        return not self._listes

    @property
    def pem(self) -> bytes:
        """Every list in force, as PEM."""
        return b"".join(liste.pem for liste in self._listes.values())

    def _signataire(self, crl: x509.CertificateRevocationList) -> Certificat:
        algorithme = crl.signature_hash_algorithm
        for emetteur in self._emetteurs:
            cle = emetteur.brut.public_key()
            if (
                emetteur.brut.subject == crl.issuer
                and (not emetteur.usages or "cRLSign" in emetteur.usages)
                and isinstance(cle, rsa.RSAPublicKey)
                and algorithme is not None
                and algorithme.name in _HASHES
                and crl.is_signature_valid(cle)
            ):
                return emetteur
        raise CredentialError(
            "Liste de révocation refusée : aucune des autorités données ne l'a signée.",
            credential="liste de révocation",
            remede="donner aussi le certificat de l'autorité (intermédiaire comprise) qui publie cette liste",
        )


def _lire(contenu: bytes) -> list[x509.CertificateRevocationList]:
    pem = _PEM.findall(contenu)
    return [x509.load_pem_x509_crl(bloc) for bloc in pem] if pem else [x509.load_der_x509_crl(contenu)]


def _verifiee(crl: x509.CertificateRevocationList, emetteur: Certificat) -> _Liste:
    quoi = emetteur.sujet.cn or "autorité sans nom"
    if any(extension.critical and not _comprise(extension.value) for extension in crl.extensions):
        # A delta or indirect list says nothing of the certificates it does not name.
        raise _refus("Liste de révocation partielle : elle ne suffit pas à vérifier un certificat.", quoi)
    if crl.next_update_utc is None:
        raise _refus("Liste de révocation sans date de fin de validité.", quoi)
    return _Liste(
        pem=crl.public_bytes(Encoding.PEM),
        depuis=crl.last_update_utc,
        jusque=crl.next_update_utc,
        numeros=frozenset(entry.serial_number for entry in crl),
    )


def _comprise(value: x509.ExtensionType) -> bool:
    return isinstance(value, x509.IssuingDistributionPoint) and not (value.indirect_crl or value.only_some_reasons)


def _refus(message: str, quoi: str) -> CredentialError:
    return CredentialError(message, credential=quoi, remede=_ACTUALISER)
