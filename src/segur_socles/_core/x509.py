"""Say whether a certificate descends from an anchor at a given instant.

Checked by hand rather than with a web PKI policy: IGC-Santé certificates of organisations and cards have no
server name, and mark basicConstraints as not critical (decoded from the public test certificates, certain),
which web policies refuse. What a signature needs is checked here; the use (key usage, OU, CN) is the caller's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtensionOID

from segur_socles.errors import SignatureError

__all__ = ["MIN_RSA_BITS", "load_der", "verify_chain"]

MIN_RSA_BITS: Final = 2048

_MAX_LENGTH: Final = 6
"""Certificates in a chain, leaf and anchor included; IGC-Santé uses three."""

_HASHES: Final = frozenset({"sha256", "sha384", "sha512"})

_UNDERSTOOD: Final = frozenset(
    {
        ExtensionOID.BASIC_CONSTRAINTS,
        ExtensionOID.KEY_USAGE,
        ExtensionOID.EXTENDED_KEY_USAGE,
        ExtensionOID.CERTIFICATE_POLICIES,
        ExtensionOID.SUBJECT_ALTERNATIVE_NAME,
    }
)
"""Extensions that may be critical. Name constraints are not among them: a chain that holds some is refused."""


def load_der(der: bytes, *, what: str) -> x509.Certificate:
    """Read a DER certificate; ``what`` names it in the :class:`SignatureError` raised if it is not one.

    Some old test cards hold a subject whose multi-valued RDN is not in DER order: they are refused too.
    """
    try:
        certificate = x509.load_der_x509_certificate(der)
        # Read now what is read lazily, so that a broken certificate is refused here and nowhere else.
        _ = certificate.subject, certificate.issuer, certificate.extensions, certificate.public_key()
    except Exception:  # noqa: BLE001 - cryptography raises whatever the defect of a foreign certificate leads to
        certificate = None
    if certificate is None:
        raise SignatureError(f"{what} : certificat illisible.", remede="demander un certificat conforme à son émetteur")
    return certificate


def verify_chain(
    leaf: x509.Certificate,
    *,
    intermediates: Iterable[x509.Certificate] = (),
    anchors: Iterable[x509.Certificate],
    at: datetime,
) -> tuple[x509.Certificate, ...]:
    """Return the chain from ``leaf`` to one of ``anchors``, every link checked at the aware instant ``at``.

    Each link: issuer name, signature (SHA-2 only), dates; each issuer: CA flag, path length, keyCertSign;
    each certificate: no critical extension left unread. Anchors are trusted as given, but their dates count.
    Revocation is not looked at. Raises :class:`SignatureError` saying why the best candidate was refused.
    """
    if at.tzinfo is None:
        message = "verify_chain wants an aware instant"
        raise ValueError(message)
    trusted = tuple(anchors)
    refusals: list[str] = []
    _check_alone(leaf, at, refusals)
    chain = None if refusals else _climb((leaf,), (*trusted, *intermediates), frozenset(trusted), at, refusals)
    if chain is None:
        reason = refusals[-1] if refusals else "aucune autorité connue ne l'a émis"
        raise SignatureError(
            f"Certificat de signature refusé : {reason}.",
            remede="vérifier le certificat et les autorités (ancres IGC-Santé) de l'environnement choisi",
        )
    return chain


def _climb(
    chain: tuple[x509.Certificate, ...],
    candidates: Sequence[x509.Certificate],
    trusted: frozenset[x509.Certificate],
    at: datetime,
    refusals: list[str],
) -> tuple[x509.Certificate, ...] | None:
    """Extend ``chain`` up to an anchor, depth first; anchors come first, and the length bounds any loop."""
    child = chain[-1]
    for issuer in candidates:
        if issuer.subject != child.issuer or not _issued(child, issuer, refusals):
            continue
        if not _check_alone(issuer, at, refusals) or not _check_authority(issuer, len(chain) - 1, refusals):
            continue
        longer = (*chain, issuer)
        if issuer in trusted:
            return longer
        if len(longer) < _MAX_LENGTH:
            found = _climb(longer, candidates, trusted, at, refusals)
            if found is not None:
                return found
    return None


def _issued(child: x509.Certificate, issuer: x509.Certificate, refusals: list[str]) -> bool:
    try:
        algorithm = child.signature_hash_algorithm
    except UnsupportedAlgorithm:
        algorithm = None
    if algorithm is None or algorithm.name not in _HASHES:
        refusals.append("signé avec une fonction de hachage qui n'est pas admise")
        return False
    try:
        child.verify_directly_issued_by(issuer)
    except (InvalidSignature, ValueError, TypeError, UnsupportedAlgorithm):
        refusals.append("la signature de l'autorité qu'il nomme ne correspond pas")
        return False
    return True


def _check_alone(certificate: x509.Certificate, at: datetime, refusals: list[str]) -> bool:
    key = certificate.public_key()
    if at < certificate.not_valid_before_utc:
        refusals.append("pas encore valable à cette date")
    elif at > certificate.not_valid_after_utc:
        refusals.append("expiré à cette date")
    elif isinstance(key, rsa.RSAPublicKey) and key.key_size < MIN_RSA_BITS:
        refusals.append(f"clé RSA de moins de {MIN_RSA_BITS} bits")
    elif any(extension.critical and extension.oid not in _UNDERSTOOD for extension in certificate.extensions):
        refusals.append("extension critique inconnue")
    else:
        return True
    return False


def _check_authority(issuer: x509.Certificate, below: int, refusals: list[str]) -> bool:
    """Check that ``issuer`` may sign certificates, with ``below`` authorities between it and the leaf."""
    extensions = issuer.extensions
    try:
        constraints = extensions.get_extension_for_class(x509.BasicConstraints).value
    except x509.ExtensionNotFound:
        constraints = None
    if constraints is None or not constraints.ca:
        refusals.append("émis par un certificat qui n'est pas une autorité")
        return False
    if constraints.path_length is not None and below > constraints.path_length:
        refusals.append("chaîne plus longue que ce que son autorité permet")
        return False
    try:
        usage = extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return True
    if not usage.key_cert_sign:
        refusals.append("émis par une autorité dont la clé ne peut pas signer de certificat")
    return usage.key_cert_sign
