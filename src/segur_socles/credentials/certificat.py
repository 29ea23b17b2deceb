"""What a certificate says: subject, issuer, usages, dates, and what is written on a health professional's card."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, TypeVar

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from segur_socles.errors import CredentialError
from segur_socles.personnes.numeros.genres import Genre
from segur_socles.personnes.numeros.idnat import STRUCT_IDNAT

__all__ = ["MALFORME", "Certificat", "Sujet", "TypeCarte", "est_struct_idnat", "lire_certificat", "lire_certificats"]

OID_TYPE_CARTE: Final = x509.ObjectIdentifier("1.2.250.1.71.1.2.2")
OID_NUMERO_CARTE: Final = x509.ObjectIdentifier("1.2.250.1.71.1.2.3")
OID_PROFESSION: Final = x509.ObjectIdentifier("1.2.250.1.71.1.2.7")
OID_SPECIALITES: Final = x509.ObjectIdentifier("1.2.250.1.71.4.2.5")


class TypeCarte(StrEnum):
    """Kind of card, spelled as INSi wants it in ``NameQualifier`` (GIE SESAM-Vitale samples, certain)."""

    CPS = "CPS"
    CPF = "CPF"
    CDE_CPE = "CDE-CPE"
    CPA = "CPA"
    CPX = "CPX"


_TYPES_CARTE: Final = {0: TypeCarte.CPS, 1: TypeCarte.CPF, 2: TypeCarte.CDE_CPE, 3: TypeCarte.CPA}

# Names of RFC 5280, which the certificate policies of the IGC-Santé use too.
_USAGES: Final = {
    "digital_signature": "digitalSignature",
    "content_commitment": "nonRepudiation",
    "key_encipherment": "keyEncipherment",
    "data_encipherment": "dataEncipherment",
    "key_agreement": "keyAgreement",
    "key_cert_sign": "keyCertSign",
    "crl_sign": "cRLSign",
}
_USAGES_ETENDUS: Final[dict[x509.ObjectIdentifier, str]] = {
    ExtendedKeyUsageOID.CLIENT_AUTH: "clientAuth",
    ExtendedKeyUsageOID.SERVER_AUTH: "serverAuth",
    ExtendedKeyUsageOID.EMAIL_PROTECTION: "emailProtection",
}

_GENRES_OU: Final = frozenset({Genre.FINESS, Genre.SIRET})

_PEM: Final = b"-----BEGIN "

MALFORME: Final = (
    ValueError,
    TypeError,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)
"""What cryptography raises for a malformed certificate or list, at once or when a part is first read."""

E = TypeVar("E", bound=x509.ExtensionType)


def est_struct_idnat(ou: str) -> bool:
    """Whether a text is what an organisation's certificate bears: ``1`` + FINESS or ``3`` + SIRET (certain)."""
    lu = STRUCT_IDNAT.decomposer(ou)
    return lu is not None and lu.numero.genre in _GENRES_OU


@dataclass(frozen=True, slots=True, repr=False)
class Sujet:
    """Subject of a certificate.

    ``struct_idnat`` is the OU that has the shape of a Struct_IdNat. ``nom``, ``prenom`` and ``titre`` exist on
    the cards of persons only, where ``cn`` is the PS_IdNat. ``repr`` shows organisations, never persons.
    """

    cn: str | None
    struct_idnat: str | None
    organisation: str | None
    departement: str | None
    pays: str | None
    nom: str | None
    prenom: str | None
    titre: str | None

    @classmethod
    def lire(cls, name: x509.Name) -> Sujet:
        """Read an X.509 name; a missing attribute is ``None``."""

        def tous(oid: x509.ObjectIdentifier) -> list[str]:
            return [value if isinstance(value := a.value, str) else "" for a in name.get_attributes_for_oid(oid)]

        def un(oid: x509.ObjectIdentifier) -> str | None:
            return next(iter(tous(oid)), None)

        structures = (ou for ou in tous(NameOID.ORGANIZATIONAL_UNIT_NAME) if est_struct_idnat(ou))
        return cls(
            cn=un(NameOID.COMMON_NAME),
            struct_idnat=next(structures, None),
            organisation=un(NameOID.ORGANIZATION_NAME),
            departement=un(NameOID.STATE_OR_PROVINCE_NAME),
            pays=un(NameOID.COUNTRY_NAME),
            nom=un(NameOID.SURNAME),
            prenom=un(NameOID.GIVEN_NAME),
            titre=un(NameOID.TITLE),
        )

    @property
    def est_organisation(self) -> bool:
        """Whether the subject is an organisation; in doubt it is a person, hence masked."""
        return self.organisation is not None and self.nom is None and self.prenom is None

    def __repr__(self) -> str:
        if not self.est_organisation:
            return "Sujet(…)"
        return f"Sujet(cn={self.cn!r}, organisation={self.organisation!r}, struct_idnat={self.struct_idnat!r})"


@dataclass(frozen=True, slots=True, repr=False)
class Certificat:
    """A certificate read once; two are equal when their bytes are.

    - ``emetteur_cn``: CN of the issuer;
    - ``usages``, ``usages_etendus``: names of RFC 5280 (``nonRepudiation``, ``clientAuth``…), a dotted OID
      for an extended usage without a name here;
    - ``politiques``: dotted OIDs;
    - ``pas_avant``, ``pas_apres``: aware, UTC;
    - ``type_carte``, ``profession`` (G15 code), ``specialites`` (R01 codes such as ``SM26``),
      ``numero_carte``: extensions of the cards of professionals, else ``None`` or empty;
    - ``empreinte``: SHA-256 of the DER, hexadecimal.
    """

    brut: x509.Certificate
    sujet: Sujet = field(compare=False)
    emetteur_cn: str | None = field(compare=False)
    usages: frozenset[str] = field(compare=False)
    usages_etendus: frozenset[str] = field(compare=False)
    politiques: tuple[str, ...] = field(compare=False)
    numero_serie: int = field(compare=False)
    pas_avant: datetime = field(compare=False)
    pas_apres: datetime = field(compare=False)
    est_autorite: bool = field(compare=False)
    type_carte: TypeCarte | None = field(compare=False)
    profession: int | None = field(compare=False)
    specialites: tuple[str, ...] = field(compare=False)
    numero_carte: str | None = field(compare=False)
    der: bytes = field(compare=False)
    empreinte: str = field(compare=False)

    @classmethod
    def depuis(cls, brut: x509.Certificate, *, quoi: str) -> Certificat:
        """Read a parsed certificate; ``quoi`` names it in the :class:`CredentialError` raised if it is malformed."""
        try:
            return _lire(brut)
        except MALFORME as error:
            # The reason is kept as a word only: the parser's text describes the content.
            ordre_der = "InvalidSetOrdering" in str(error)
        raise _illisible(quoi, ordre_der=ordre_der)

    @property
    def auto_emis(self) -> bool:
        """Whether it names itself as its issuer, as roots do."""
        return self.brut.subject == self.brut.issuer

    @property
    def sujet_rfc4514(self) -> str:
        """Subject as RFC 4514 text: CN first, no blank after the commas, accents kept."""
        return self.brut.subject.rfc4514_string()

    @property
    def pem(self) -> bytes:
        """The certificate as PEM."""
        return self.brut.public_bytes(Encoding.PEM)

    def emis_par(self, autorite: Certificat) -> bool:
        """Whether ``autorite`` is named as issuer and its key made the signature."""
        if autorite.brut.subject != self.brut.issuer:
            return False
        try:
            self.brut.verify_directly_issued_by(autorite.brut)
        except Exception:  # noqa: BLE001 - a bad signature has its class, an odd key another: all mean no
            return False
        return True

    def __repr__(self) -> str:
        # The serial number of a card is that of a person.
        serie = f", serie={self.numero_serie:x}" if self.sujet.est_organisation else ""
        return f"Certificat({self.sujet!r}, emetteur={self.emetteur_cn!r}{serie}, pas_apres={self.pas_apres:%Y-%m-%d})"


def lire_certificat(data: bytes, *, quoi: str) -> Certificat:
    """Read one certificate, DER or PEM; ``quoi`` names it in the :class:`CredentialError` raised if it cannot be."""
    return lire_certificats(data, quoi=quoi)[0]


def lire_certificats(data: bytes, *, quoi: str) -> tuple[Certificat, ...]:
    """Read one DER certificate, or every certificate of a PEM text. Raises :class:`CredentialError`."""
    try:
        bruts = x509.load_pem_x509_certificates(data) if _PEM in data else [x509.load_der_x509_certificate(data)]
    except MALFORME as error:
        bruts, ordre_der = [], "InvalidSetOrdering" in str(error)
    else:
        return tuple(Certificat.depuis(brut, quoi=quoi) for brut in bruts)
    raise _illisible(quoi, ordre_der=ordre_der)


def _illisible(quoi: str, *, ordre_der: bool) -> CredentialError:
    if ordre_der:
        return CredentialError(
            f"Certificat « {quoi} » refusé : les attributs de son sujet ne sont pas dans l'ordre qu'exige le DER.",
            credential=quoi,
            remede="défaut de certaines anciennes cartes de test : utiliser une carte ou un certificat plus récent",
        )
    return CredentialError(
        f"Certificat « {quoi} » illisible.",
        credential=quoi,
        remede="donner un certificat X.509 au format PEM ou DER, tel que l'IGC-Santé l'a délivré",
    )


def _lire(brut: x509.Certificate) -> Certificat:
    extensions = brut.extensions
    brut.public_key()  # read lazily otherwise: a broken key must be refused here and nowhere else
    der = brut.public_bytes(Encoding.DER)
    usages = _extension(extensions, x509.KeyUsage)
    etendus = _extension(extensions, x509.ExtendedKeyUsage)
    politiques = _extension(extensions, x509.CertificatePolicies)
    contraintes = _extension(extensions, x509.BasicConstraints)
    carte = {e.oid: e.value.value for e in extensions if isinstance(e.value, x509.UnrecognizedExtension)}
    type_carte = _entier(carte.get(OID_TYPE_CARTE))
    return Certificat(
        brut=brut,
        sujet=Sujet.lire(brut.subject),
        emetteur_cn=Sujet.lire(brut.issuer).cn,
        usages=frozenset(name for attribute, name in _USAGES.items() if usages and getattr(usages, attribute)),
        usages_etendus=frozenset(_usage_etendu(oid) for oid in etendus or ()),
        politiques=tuple(p.policy_identifier.dotted_string for p in politiques or ()),
        numero_serie=brut.serial_number,
        pas_avant=brut.not_valid_before_utc,
        pas_apres=brut.not_valid_after_utc,
        est_autorite=bool(contraintes and contraintes.ca),
        type_carte=None if type_carte is None else _TYPES_CARTE.get(type_carte, TypeCarte.CPX),
        profession=_entier(carte.get(OID_PROFESSION)),
        specialites=tuple(_textes(carte.get(OID_SPECIALITES, b""))),
        numero_carte=next(iter(_textes(carte.get(OID_NUMERO_CARTE, b""))), None),
        der=der,
        empreinte=hashlib.sha256(der).hexdigest(),
    )


def _usage_etendu(oid: x509.ObjectIdentifier) -> str:
    return _USAGES_ETENDUS.get(oid) or oid.dotted_string


def _extension(extensions: x509.Extensions, kind: type[E]) -> E | None:
    return next((e.value for e in extensions if isinstance(e.value, kind)), None)


# --- the few DER shapes of the card extensions ------------------------------------------------------------

_ENTIER: Final = 0x02
_CONSTRUITS: Final = frozenset({0x30, 0x31})
_CHAINES: Final = frozenset({0x04, 0x0C, 0x13, 0x14, 0x16})


def _elements(data: bytes) -> list[tuple[int, bytes]]:
    """Split DER into (tag, content) pairs. Raises :class:`ValueError` when a length goes over the end."""
    found: list[tuple[int, bytes]] = []
    while data:
        if len(data) < 2:  # noqa: PLR2004 - a tag and a length
            raise ValueError("truncated DER")
        tag, length, start = data[0], data[1], 2
        if length & 0x80:
            start = 2 + (length & 0x7F)
            length = int.from_bytes(data[2:start])
        if len(data) < start + length:
            raise ValueError("truncated DER")
        found.append((tag, data[start : start + length]))
        data = data[start + length :]
    return found


def _entier(der: bytes | None) -> int | None:
    entiers = (content for tag, content in _elements(der or b"") if tag == _ENTIER)
    return next((int.from_bytes(content, signed=True) for content in entiers), None)


def _textes(der: bytes) -> list[str]:
    """Every character string of a DER value, however nested."""
    found: list[str] = []
    for tag, content in _elements(der):
        if tag in _CONSTRUITS:
            found += _textes(content)
        elif tag in _CHAINES:
            found.append(content.decode("utf-8", "replace").strip())
    return found
