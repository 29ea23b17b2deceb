"""What the certificates of the test PKI hold: the profile of the IGC-Santé's, field by field.

Decoded from the public test certificates of the GIE SESAM-Vitale samples (organisations: certain). Server
certificates and the encoding of the card extensions follow the same authorities (probable).

Nobody can take these for real ones: the root says ``O=SEGUR-SOCLES BAC A SABLE`` where the true test root says
ASIP-SANTE, every authority is a ``TEST`` one, and every published address ends in ``.invalid``. The names of the
issuing authorities and of the leaves are left true, because software checks them.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

from segur_socles.credentials import certificat as lecture

__all__ = [
    "MARQUE",
    "Ac",
    "Periode",
    "Profil",
    "certifier",
    "certifier_autorite",
    "extensions_carte",
    "nom_autorite",
    "nom_organisation",
    "nom_personne",
    "noms_serveur",
]

MARQUE: Final = "SEGUR-SOCLES BAC A SABLE"
"""Organisation of the root: what tells this PKI from the national one."""

POLITIQUE: Final = x509.ObjectIdentifier("1.2.250.1.213.1.7.2.1.1.1.1")
"""Certificate policy of the test organisations (certain)."""

_OID_PRODUIT: Final = x509.ObjectIdentifier("1.2.250.1.71.1.2.5")
_DER_PRODUIT: Final = b"\x04\x01\x83"  # OCTET STRING 83h
_PUBLICATION: Final = "igc-sante.bac-a-sable.invalid"


class Ac(StrEnum):
    """Authorities of the test PKI; the value is the CN."""

    RACINE = "TEST AC RACINE IGC-SANTE ELEMENTAIRE"
    ORGANISATIONS = "TEST AC IGC-SANTE ELEMENTAIRE ORGANISATIONS"
    PERSONNES = "TEST AC IGC-SANTE ELEMENTAIRE PERSONNES"
    PERSONNES_FORT = "TEST AC IGC-SANTE FORT PERSONNES"

    @property
    def code(self) -> str:
        """Short name, fit for files and addresses."""
        return self.name.lower()


Periode = tuple[datetime, datetime]
"""First and last instant of validity, aware."""


@dataclass(frozen=True, slots=True)
class Profil:
    """Key usages of a kind of leaf: names of :class:`cryptography.x509.KeyUsage`, and extended usages."""

    usages: frozenset[str]
    etendus: tuple[x509.ObjectIdentifier, ...]


AUTH_CLI: Final = Profil(frozenset({"digital_signature"}), (ExtendedKeyUsageOID.CLIENT_AUTH,))
SIGN: Final = Profil(frozenset({"digital_signature", "content_commitment"}), (ExtendedKeyUsageOID.EMAIL_PROTECTION,))
CPS: Final = Profil(frozenset({"content_commitment"}), (ExtendedKeyUsageOID.EMAIL_PROTECTION,))
SERVEUR: Final = Profil(frozenset({"digital_signature", "key_encipherment"}), (ExtendedKeyUsageOID.SERVER_AUTH,))

_TOUS_USAGES: Final = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


def nom_autorite(cn: str, organisation: str = "ASIP-SANTE") -> x509.Name:
    """Subject of an authority of the IGC-Santé test range."""
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "FR"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "0002 187512751"),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "IGC-SANTE TEST"),
            x509.NameAttribute(NameOID.COMMON_NAME, cn),
        ]
    )


def nom_organisation(struct_idnat: str, nom: str, cn: str, departement: str) -> x509.Name:
    """Subject of an organisation: C, ST (``Sarthe (72)``), O, OU (Struct_IdNat), CN, in that order."""
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "FR"),
            x509.NameAttribute(NameOID.STATE_OR_PROVINCE_NAME, departement),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, nom),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, struct_idnat),
            x509.NameAttribute(NameOID.COMMON_NAME, cn),
        ]
    )


def nom_personne(id_nat: str, nom: str, prenom: str, titre: str) -> x509.Name:
    """Subject of a card: C, title, and one RDN that holds PS_IdNat, surname and given name together."""
    return x509.Name(
        [
            x509.RelativeDistinguishedName([x509.NameAttribute(NameOID.COUNTRY_NAME, "FR")]),
            x509.RelativeDistinguishedName([x509.NameAttribute(NameOID.TITLE, titre)]),
            x509.RelativeDistinguishedName(
                [
                    x509.NameAttribute(NameOID.COMMON_NAME, id_nat),
                    x509.NameAttribute(NameOID.SURNAME, nom),
                    x509.NameAttribute(NameOID.GIVEN_NAME, prenom),
                ]
            ),
        ]
    )


def noms_serveur(hotes: Iterable[str]) -> x509.SubjectAlternativeName:
    """Names a server certificate answers to; addresses are recognised."""
    noms: list[x509.GeneralName] = []
    for hote in hotes:
        try:
            noms.append(x509.IPAddress(ipaddress.ip_address(hote)))
        except ValueError:
            noms.append(x509.DNSName(hote))
    return x509.SubjectAlternativeName(noms)


def extensions_carte(profession: int, specialites: Iterable[str], numero_carte: str) -> list[x509.ExtensionType]:
    """Extensions of a CPS: kind of card (0), card number, profession (G15), specialities (R01) if any."""
    codes = b"".join(_der(0x13, code.encode("ascii")) for code in specialites)
    extensions = [
        x509.UnrecognizedExtension(lecture.OID_TYPE_CARTE, _der(0x02, b"\x00")),
        x509.UnrecognizedExtension(lecture.OID_NUMERO_CARTE, _der(0x13, numero_carte.encode("ascii"))),
        x509.UnrecognizedExtension(lecture.OID_PROFESSION, _der(0x02, bytes([profession]))),
    ]
    if codes:
        extensions.append(x509.UnrecognizedExtension(lecture.OID_SPECIALITES, _der(0x30, codes)))
    return list[x509.ExtensionType](extensions)


def certifier_autorite(
    cn: Ac,
    cle: rsa.RSAPublicKey,
    periode: Periode,
    *,
    emetteur: x509.Certificate | None,
    cle_emetteur: rsa.RSAPrivateKey,
) -> x509.Certificate:
    """Make the certificate of an authority; without ``emetteur`` it is the root, which bears :data:`MARQUE`."""
    sujet = nom_autorite(cn, MARQUE) if emetteur is None else nom_autorite(cn)
    builder = (
        _builder(sujet, emetteur.subject if emetteur else sujet, cle, periode)
        .add_extension(x509.BasicConstraints(ca=True, path_length=1 if emetteur is None else 0), critical=True)
        .add_extension(_key_usage(frozenset({"key_cert_sign", "crl_sign"})), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(cle_emetteur.public_key()), critical=False)
    )
    return builder.sign(cle_emetteur, hashes.SHA256())


def certifier(
    profil: Profil,
    sujet: x509.Name,
    cle: rsa.RSAPublicKey,
    periode: Periode,
    *,
    emetteur: x509.Name,
    cle_emetteur: rsa.RSAPrivateKey,
    publication: str,
    autres: Iterable[x509.ExtensionType] = (),
) -> x509.Certificate:
    """Make a leaf. basicConstraints is *not* critical, as in the true profile; nothing at ``publication`` exists."""
    crl = [x509.UniformResourceIdentifier(f"http://crl.{_PUBLICATION}/{publication}.crl")]
    delta = [x509.UniformResourceIdentifier(f"ldap://annuaire.{_PUBLICATION}/cn={publication}?deltaRevocationList")]
    ocsp = x509.UniformResourceIdentifier(f"http://ocsp.{_PUBLICATION}/")
    acces = x509.AccessDescription(AuthorityInformationAccessOID.OCSP, ocsp)
    extensions: list[x509.ExtensionType] = [
        x509.BasicConstraints(ca=False, path_length=None),
        x509.ExtendedKeyUsage(profil.etendus),
        x509.AuthorityKeyIdentifier.from_issuer_public_key(cle_emetteur.public_key()),
        x509.CertificatePolicies([x509.PolicyInformation(POLITIQUE, None)]),
        x509.CRLDistributionPoints([_point(crl)]),
        x509.FreshestCRL([_point(delta)]),
        x509.AuthorityInformationAccess([acces]),
        x509.UnrecognizedExtension(_OID_PRODUIT, _DER_PRODUIT),
        *autres,
    ]
    builder = _builder(sujet, emetteur, cle, periode).add_extension(_key_usage(profil.usages), critical=True)
    for extension in extensions:
        builder = builder.add_extension(extension, critical=False)
    return builder.sign(cle_emetteur, hashes.SHA256())


def _builder(sujet: x509.Name, emetteur: x509.Name, cle: rsa.RSAPublicKey, periode: Periode) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(sujet)
        .issuer_name(emetteur)
        .public_key(cle)
        .serial_number(x509.random_serial_number())
        .not_valid_before(periode[0])
        .not_valid_after(periode[1])
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(cle), critical=False)
    )


def _key_usage(usages: frozenset[str]) -> x509.KeyUsage:
    return x509.KeyUsage(**{name: name in usages for name in _TOUS_USAGES})


def _point(adresses: list[x509.UniformResourceIdentifier]) -> x509.DistributionPoint:
    return x509.DistributionPoint(full_name=adresses, relative_name=None, reasons=None, crl_issuer=None)


def _der(tag: int, content: bytes) -> bytes:
    return bytes([tag, len(content)]) + content  # short lengths only: codes and card numbers
