"""An assertion of 4 KB, and certificates in the profile of IGC-Santé, for the benchmarks of signatures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from segur_socles._core.flow import Call
from segur_socles._core.xml import NS, DigestName
from segur_socles._core.xmldsig import sign_enveloped

REFERENCE_ID: Final = "_5a3a5c0e-8d1b-4c58-9d6e-2f6f7a1b0c01"
PREFIX: Final = (
    f'<saml2:Assertion xmlns:saml2="{NS["saml"]}" ID="{REFERENCE_ID}" IssueInstant="2026-01-15T09:30:05.120Z" '
    'Version="2.0"><saml2:Issuer>CN=SERVEUR FICTIF,O=EHPAD FICTIF,ST=Rhône (69),C=FR</saml2:Issuer>'
)
SUFFIX: Final = (
    "<saml2:Subject><saml2:NameID>899900000017</saml2:NameID></saml2:Subject><saml2:AttributeStatement>"
    + "".join(
        f'<saml2:Attribute Name="urn:oasis:names:tc:xspa:1.0:subject:attribut-{number:02d}"><saml2:AttributeValue>'
        f"Valeur fictive numéro {number:02d}</saml2:AttributeValue></saml2:Attribute>"
        for number in range(25)
    )
    + "</saml2:AttributeStatement></saml2:Assertion>"
)


@dataclass(frozen=True)
class Identity:
    """A key in memory and its certificate; a ``Signataire``."""

    key: rsa.RSAPrivateKey
    certificate: x509.Certificate
    certificat_der: bytes
    sujet_rfc4514: str
    chaine_der: tuple[bytes, ...] = ()
    blocking: bool = False

    def sign(self, data: bytes, digest: DigestName) -> bytes:
        algorithm = hashes.SHA1() if digest == "sha1" else hashes.SHA256()  # noqa: S303 - what the protocol names
        return self.key.sign(data, padding.PKCS1v15(), algorithm)


def issue(name: str, issuer: Identity | None = None, *, authority: bool = False) -> Identity:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if issuer is None else issuer.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=authority)
        .add_extension(
            x509.KeyUsage(
                digital_signature=not authority,
                content_commitment=not authority,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                key_cert_sign=authority,
                crl_sign=authority,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
    )
    certificate = builder.sign(key if issuer is None else issuer.key, hashes.SHA256())
    der = certificate.public_bytes(serialization.Encoding.DER)
    return Identity(key, certificate, der, certificate.subject.rfc4514_string())


def signed_by(identity: Identity) -> bytes:
    flow = sign_enveloped(PREFIX, SUFFIX, REFERENCE_ID, identity, canonical=True)
    effect = next(flow)
    assert isinstance(effect, Call)
    try:
        flow.send(effect.function())
    except StopIteration as end:
        return bytes(end.value)
    message = "the flow should have ended"
    raise AssertionError(message)
