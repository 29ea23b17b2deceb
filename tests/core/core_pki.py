"""Keys and certificates in the profile of IGC-Santé, right and not quite right."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from segur_socles._core.xml import DigestName

START = datetime(2026, 1, 1, tzinfo=UTC)
END = datetime(2036, 1, 1, tzinfo=UTC)


def name_of(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "FR"),
            x509.NameAttribute(NameOID.STATE_OR_PROVINCE_NAME, "Rhône (69)"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "EHPAD FICTIF"),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


@dataclass
class Pair:
    """A key and its certificate; a ``Signataire``."""

    key: rsa.RSAPrivateKey
    certificate: x509.Certificate
    chaine_der: tuple[bytes, ...] = ()
    blocking: bool = False
    signed: list[bytes] = field(default_factory=list)

    @property
    def certificat_der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)

    @property
    def sujet_rfc4514(self) -> str:
        return self.certificate.subject.rfc4514_string()

    def sign(self, data: bytes, digest: DigestName) -> bytes:
        self.signed.append(data)
        algorithm = hashes.SHA1() if digest == "sha1" else hashes.SHA256()  # noqa: S303
        return self.key.sign(data, padding.PKCS1v15(), algorithm)

    @property
    def key_pem(self) -> bytes:
        return self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)


class Pki:
    """Root → intermediate → signing leaf, and the means to make certificates that are not quite right."""

    def __init__(self) -> None:
        self.keys = [rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(4)]
        self.root = self.authority("AC RACINE FICTIVE", self.keys[0])
        self.intermediate = self.authority("AC ELEMENTAIRE FICTIVE", self.keys[1], self.root, path_length=0)
        self.leaf = self.issue("SERVEUR DUI FICTIF SIGN", self.keys[2], self.intermediate)

    def authority(
        self,
        name: str,
        key: rsa.RSAPrivateKey,
        issuer: Pair | None = None,
        *,
        path_length: int | None = None,
        **how: Any,
    ) -> Pair:
        constraints = x509.BasicConstraints(ca=True, path_length=path_length)
        return self.issue(name, key, issuer, constraints=constraints, cert_sign=True, **how)

    def issue(
        self,
        name: str,
        key: rsa.RSAPrivateKey,
        issuer: Pair | None = None,
        *,
        constraints: x509.BasicConstraints | None = x509.BasicConstraints(ca=False, path_length=None),  # noqa: B008
        cert_sign: bool | None = False,
        start: datetime = START,
        end: datetime = END,
        more: tuple[tuple[x509.ExtensionType, bool], ...] = (),
    ) -> Pair:
        issuer_subject = name_of(name) if issuer is None else issuer.certificate.subject
        builder = (
            x509.CertificateBuilder()
            .subject_name(name_of(name))
            .issuer_name(issuer_subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(start)
            .not_valid_after(end)
        )
        if constraints is not None:
            # As IGC-Santé writes it: critical for authorities, not for the others.
            builder = builder.add_extension(constraints, critical=constraints.ca)
        if cert_sign is not None:
            builder = builder.add_extension(key_usage(cert_sign=cert_sign), critical=True)
        for extension, critical in more:
            builder = builder.add_extension(extension, critical=critical)
        signer = key if issuer is None else issuer.key
        return Pair(key, builder.sign(signer, hashes.SHA256()))


def key_usage(*, cert_sign: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not cert_sign,
        content_commitment=not cert_sign,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=cert_sign,
        crl_sign=cert_sign,
        encipher_only=False,
        decipher_only=False,
    )
