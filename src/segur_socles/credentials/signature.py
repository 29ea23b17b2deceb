"""Signing with a software certificate (product ORG SIGN): assertions and submission sets of the DMP."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final, Literal

from cryptography.exceptions import InternalError, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from segur_socles.credentials.ancres import Ancres
from segur_socles.credentials.certificat import Certificat
from segur_socles.credentials.chargement import Materiel, Source, charger_p12, charger_pem
from segur_socles.credentials.secret import Secret
from segur_socles.credentials.usages import Contexte, Perimetre, Usage, exiger
from segur_socles.errors import Constat, CredentialError

__all__ = ["CertificatSignature", "Digest", "signer_rsa"]

Digest = Literal["sha1", "sha256"]

_HASHES: Final[dict[Digest, hashes.HashAlgorithm]] = {
    "sha1": hashes.SHA1(),  # noqa: S303 - the digest of every public DMP sample; chosen by the environment's options
    "sha256": hashes.SHA256(),
}
_PKCS1: Final = padding.PKCS1v15()


def signer_rsa(cle: rsa.RSAPrivateKey, data: bytes, digest: Digest, *, quoi: str) -> bytes:
    """Sign with RSA PKCS#1 v1.5. Raises :class:`CredentialError` if this machine's OpenSSL refuses the digest."""
    try:
        return cle.sign(data, _PKCS1, _HASHES[digest])
    except (UnsupportedAlgorithm, InternalError, ValueError):
        pass
    if digest == "sha1":
        remede = "autoriser SHA-1 pour ce processus (OPENSSL_CONF), ou choisir xades_digest « sha256 » s'il est admis"
        message = "La politique de sécurité de cette machine (OpenSSL) interdit de signer avec SHA-1."
        raise CredentialError(message, credential=quoi, remede=remede)
    message = f"Cette machine (OpenSSL) ne peut pas signer avec {digest.upper()} et cette clé."
    raise CredentialError(message, credential=quoi, remede="vérifier l'installation d'OpenSSL et la clé")


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class CertificatSignature:
    """A software certificate that signs for a structure; a :class:`~segur_socles._core.xmldsig.Signataire`.

    Made by :meth:`charger_p12`, :meth:`charger_pem` or :meth:`depuis`, which check it; ``constats`` are warnings.
    ``certificat_der``, ``sujet_rfc4514`` and ``chaine_der`` (intermediate, then root) are computed once.
    """

    materiel: Materiel
    usage: Usage
    perimetre: Perimetre
    constats: tuple[Constat, ...] = ()
    certificat_der: bytes = field(init=False)
    sujet_rfc4514: str = field(init=False)
    chaine_der: tuple[bytes, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "certificat_der", self.certificat.der)
        object.__setattr__(self, "sujet_rfc4514", self.certificat.sujet_rfc4514)
        object.__setattr__(self, "chaine_der", tuple(c.der for c in self.materiel.chaine))

    @classmethod
    def charger_p12(
        cls,
        source: Source,
        mot_de_passe: Secret | None,
        *,
        contexte: Contexte,
        ancres: Ancres,
        usage: Usage = Usage.SIGNATURE_DMP,
        quoi: str | None = None,
    ) -> CertificatSignature:
        """Load a PKCS#12 and check it. ``ancres`` complete its chain up to the root, which the DMP's lot names.

        Raises :class:`CredentialError`, or :class:`CredentialExpiredError` when only dates or revocation forbid.
        """
        return cls.depuis(charger_p12(source, mot_de_passe, quoi=quoi), contexte=contexte, usage=usage, ancres=ancres)

    @classmethod
    def charger_pem(
        cls,
        certificat: Source,
        cle: Source,
        *,
        contexte: Contexte,
        ancres: Ancres,
        usage: Usage = Usage.SIGNATURE_DMP,
        chaine: Source | None = None,
        mot_de_passe: Secret | None = None,
    ) -> CertificatSignature:
        """Load PEM files and check them as :meth:`charger_p12` does."""
        materiel = charger_pem(certificat, cle, chaine=chaine, mot_de_passe=mot_de_passe)
        return cls.depuis(materiel, contexte=contexte, usage=usage, ancres=ancres)

    @classmethod
    def depuis(
        cls,
        materiel: Materiel,
        *,
        contexte: Contexte,
        ancres: Ancres,
        usage: Usage = Usage.SIGNATURE_DMP,
    ) -> CertificatSignature:
        """Check a key and certificate read already. Raises as :meth:`charger_p12`."""
        quoi = materiel.nom or "signature"
        constats, perimetre = exiger(materiel.certificat, usage, contexte, quoi=quoi), contexte.perimetre
        if perimetre is None:
            raise CredentialError("Un certificat de signature se charge pour une structure.", credential=quoi)
        chaine = ancres.verifier(materiel.certificat, chaine=materiel.chaine, at=contexte.maintenant, quoi=quoi)
        return cls(replace(materiel, chaine=chaine), usage, perimetre, constats)

    @property
    def certificat(self) -> Certificat:
        """The certificate itself."""
        return self.materiel.certificat

    @property
    def blocking(self) -> bool:
        """A software key computes; it does not wait."""
        return False

    def sign(self, data: bytes, digest: Digest) -> bytes:
        """Sign with RSA PKCS#1 v1.5, on the one key object read at load time."""
        return signer_rsa(self.materiel.cle, data, digest, quoi="signature")

    def essayer(self, digest: Digest) -> None:
        """Sign a few fixed bytes, so that a machine that forbids ``digest`` says so at start-up, not in a feed."""
        self.sign(b"segur-socles", digest)

    def __repr__(self) -> str:
        return f"CertificatSignature({self.usage.value}, {self.certificat!r})"
