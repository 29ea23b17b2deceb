"""The signature of a submission set ("signature du lot"): XAdES 1.1.1 over a manifest of its documents.

Written in the form of the GIE SESAM-Vitale samples; the forms of the C# kit and of DRIMbox are read too
(certain). SHA-1 everywhere by default, because every public sample uses it; ``sha256`` is one switch whose
acceptance by the DMP is unknown. The manifest is not looked at by foreign tools (xmlsec1
``--ignore-manifests``), hence a verifier of our own.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from io import BytesIO
from typing import Final, NoReturn

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from lxml import etree

from segur_socles._core.flow import Call, Flow
from segur_socles._core.x509 import MIN_RSA_BITS, load_der, verify_chain
from segur_socles._core.xml import NS, DigestName, attr, c14n_digest, parse, q, text
from segur_socles._core.xmldsig import Signataire, base64_of
from segur_socles.errors import SignatureError

__all__ = ["Empreinte", "LotVerifie", "signer_lot", "verifier_lot"]

_DS: Final = NS["ds"]
_XADES: Final = "http://uri.etsi.org/01903/v1.1.1#"
_C14N: Final = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments"
_MANIFEST_TYPE: Final = f"{_DS}Manifest"
_PROPERTIES_TYPE: Final = f"{_XADES}SignedProperties"
_PURPOSE: Final = "1.2.840.10065.1.12.1.14"
_PLACEHOLDER: Final = "AA=="
"""Digest of the submission set itself: one zero byte, because the set has no bytes (samples, certain)."""

_DIGESTS: Final[dict[str, str]] = {"sha1": f"{_DS}sha1", "sha256": "http://www.w3.org/2001/04/xmlenc#sha256"}
_SIGNATURES: Final[dict[str, str]] = {
    "sha1": f"{_DS}rsa-sha1",
    "sha256": "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
}
_HASHES: Final[dict[str, type[hashes.HashAlgorithm]]] = {"sha1": hashes.SHA1, "sha256": hashes.SHA256}


# --- writing ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Empreinte:
    """A document in the manifest: its uniqueId, and the digest of its Canonical XML form, comments included."""

    unique_id: str
    digest: bytes


def signer_lot(
    lot_id: str,
    empreintes: Sequence[Empreinte],
    signataire: Signataire,
    *,
    signature_id: str,
    instant: datetime,
    digest: DigestName = "sha1",
) -> Flow[bytes]:
    """Sign the manifest of a submission set; give the bytes of the signature document.

    ``lot_id`` is SubmissionSet.uniqueId; ``signature_id`` an NCName; ``instant`` the aware signing time;
    ``digest`` serves everywhere at once (manifest, certificates, signature), and must be the one the
    ``empreintes`` were computed with.
    """
    target = attr(f"#{signature_id}")
    manifest = _manifest(lot_id, empreintes, digest)
    properties = _signed_properties(signataire, instant, digest)
    signed_info = (
        f'<SignedInfo xmlns="{_DS}"><CanonicalizationMethod Algorithm="{_C14N}"></CanonicalizationMethod>'
        f'<SignatureMethod Algorithm="{_SIGNATURES[digest]}"></SignatureMethod>'
        f'<Reference Type="{_MANIFEST_TYPE}" URI="#IHEManifest">{_digest(manifest, digest)}</Reference>'
        f'<Reference Type="{_PROPERTIES_TYPE}" URI="#S0-SignedProperties">{_digest(properties, digest)}</Reference>'
        "</SignedInfo>"
    )
    value: bytes = yield Call(partial(signataire.sign, signed_info.encode(), digest), blocking=signataire.blocking)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<Signature xmlns="{_DS}" Id="{attr(signature_id)}">{signed_info}'
        f"<SignatureValue>{_b64(value)}</SignatureValue>"
        f"<KeyInfo><X509Data><X509Certificate>{_b64(signataire.certificat_der)}</X509Certificate></X509Data></KeyInfo>"
        f"<Object>{manifest}</Object>"
        f'<Object><SignatureProperties xmlns=""><SignatureProperty Id="purposeOfSignature" Target="{target}">'
        f"{_PURPOSE}</SignatureProperty></SignatureProperties></Object>"
        f'<Object><QualifyingProperties xmlns="{_XADES}" Target="{target}">{properties}</QualifyingProperties></Object>'
        "</Signature>"
    ).encode()


# The three elements that are digested are written already canonical, each with its own xmlns: the bytes hashed
# are the bytes written.


def _manifest(lot_id: str, empreintes: Sequence[Empreinte], digest: DigestName) -> str:
    method = f'<DigestMethod Algorithm="{_DIGESTS[digest]}"></DigestMethod>'
    transforms = f'<Transforms><Transform Algorithm="{_C14N}"></Transform></Transforms>'
    documents = "".join(
        f'<Reference URI="urn:oid:{attr(e.unique_id)}">{transforms}{method}'
        f"<DigestValue>{_b64(e.digest)}</DigestValue></Reference>"
        for e in empreintes
    )
    return (
        f'<Manifest xmlns="{_DS}" Id="IHEManifest"><Reference URI="urn:oid:{attr(lot_id)}">{method}'
        f"<DigestValue>{_PLACEHOLDER}</DigestValue></Reference>{documents}</Manifest>"
    )


def _signed_properties(signataire: Signataire, instant: datetime, digest: DigestName) -> str:
    certificats = "".join(_cert(der, digest) for der in (signataire.certificat_der, *signataire.chaine_der))
    return (
        f'<SignedProperties xmlns="{_XADES}" Id="S0-SignedProperties"><SignedSignatureProperties>'
        f"<SigningTime>{instant.isoformat(timespec='milliseconds')}</SigningTime>"
        f"<SigningCertificate>{certificats}</SigningCertificate>"
        "<SignaturePolicyIdentifier><SignaturePolicyImplied></SignaturePolicyImplied></SignaturePolicyIdentifier>"
        "</SignedSignatureProperties><SignedDataObjectProperties></SignedDataObjectProperties></SignedProperties>"
    )


def _cert(der: bytes, digest: DigestName) -> str:
    certificate = load_der(der, what="Certificat de signature du lot")
    return (
        f'<Cert><CertDigest><DigestMethod Algorithm="{_DIGESTS[digest]}"></DigestMethod>'
        f"<DigestValue>{_b64(_hash(der, digest))}</DigestValue></CertDigest>"
        f'<IssuerSerial><X509IssuerName xmlns="{_DS}">{text(certificate.issuer.rfc4514_string())}</X509IssuerName>'
        f'<X509SerialNumber xmlns="{_DS}">{certificate.serial_number}</X509SerialNumber></IssuerSerial></Cert>'
    )


def _digest(canonical: str, digest: DigestName) -> str:
    return (
        f'<DigestMethod Algorithm="{_DIGESTS[digest]}"></DigestMethod>'
        f"<DigestValue>{_b64(_hash(canonical.encode(), digest))}</DigestValue>"
    )


def _hash(data: bytes, digest: DigestName) -> bytes:
    return hashlib.new(digest, data, usedforsecurity=False).digest()


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


# --- verifying -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LotVerifie:
    """What a lot's signature covers, and who made it. ``signe_le`` is as written, not checked."""

    lot_id: str
    documents: frozenset[str]
    digest: DigestName
    signe_le: str
    certificat: x509.Certificate = field(repr=False)
    chaine: tuple[x509.Certificate, ...] = field(repr=False)


def verifier_lot(
    octets: bytes,
    *,
    documents: Mapping[str, bytes],
    lot_id: str | None = None,
    anchors: Iterable[x509.Certificate],
    intermediates: Iterable[x509.Certificate] = (),
    at: datetime,
) -> LotVerifie:
    """Verify the signature document ``octets`` against the documents of the lot, by uniqueId.

    Refused with :class:`SignatureError`: a structure other than the three known forms, not exactly the two
    references, a manifest whose set of documents is not that of ``documents``, a digest that differs, a
    SubmissionSet other than ``lot_id`` (when given), a certificate without nonRepudiation, other than the one
    in SigningCertificate, or without a chain to ``anchors`` at the aware instant ``at``. Unreadable XML raises
    :class:`ReponseInvalideError` (signature) or :class:`DocumentInvalideError` (document).
    """
    root = parse(octets, what="La signature du lot")
    if root.tag != q("ds:Signature"):
        _refuse("l'élément racine n'est pas une signature XML")
    if _ODD(root):
        _refuse("elle contient un commentaire, une instruction ou un attribut xml: qui prête à confusion")
    ids = [identifier for e in root.iter() if (identifier := e.get("Id")) is not None]
    if len(set(ids)) != len(ids):
        _refuse("deux éléments portent le même identifiant")
    manifest = _one(root, "ds:Object/ds:Manifest")
    properties = _one(root, "ds:Object/xades:QualifyingProperties/xades:SignedProperties")

    info_bytes = _canonical(_one(root, "ds:SignedInfo"))
    certificate = load_der(_decode(_one(root, "ds:KeyInfo/ds:X509Data/ds:X509Certificate")), what="Signature du lot")
    digest = _verify_value(info_bytes, _decode(_one(root, "ds:SignatureValue")), certificate)
    covered = {_MANIFEST_TYPE: _canonical(manifest), _PROPERTIES_TYPE: _canonical(properties)}
    _verify_references(
        info_bytes, covered, {_MANIFEST_TYPE: manifest.get("Id"), _PROPERTIES_TYPE: properties.get("Id")}
    )

    # From here on only what was digested is read.
    signed = parse(covered[_PROPERTIES_TYPE], what="La signature du lot")
    _verify_signing_certificate(signed, certificate)
    found = _verify_manifest(parse(covered[_MANIFEST_TYPE], what="La signature du lot"), documents)
    if lot_id is not None and found != lot_id:
        _refuse("elle porte sur un autre lot de soumission")
    if not _non_repudiation(certificate):
        _refuse("le certificat n'est pas un certificat de signature (nonRepudiation absent)")
    chain = verify_chain(certificate, intermediates=intermediates, anchors=anchors, at=at)
    signe_le = signed.findtext(".//xades:SigningTime", namespaces=_PATHS) or ""
    return LotVerifie(found, frozenset(documents), digest, signe_le, certificate, chain)


_PATHS: Final = {"ds": _DS, "xades": _XADES}
_ODD: Final = etree.XPath("boolean(//comment() | //processing-instruction() | //@xml:*)")


def _one(root: etree._Element, path: str) -> etree._Element:
    found = root.findall(path, _PATHS)
    if len(found) != 1:
        _refuse(f"{path.rpartition(':')[2]} : {len(found)} élément(s), un seul attendu")
    return found[0]


def _canonical(element: etree._Element) -> bytes:
    # lxml's C14N of a sub-element is wrong under an inherited default namespace (it adds xmlns=""): the element
    # becomes a document of its own first, with the namespaces its ancestors declared.
    alone = parse(etree.tostring(element, encoding="utf-8", with_tail=False), what="La signature du lot")
    written = BytesIO()
    alone.getroottree().write_c14n(written)
    return written.getvalue()


def _verify_value(info_bytes: bytes, value: bytes, certificate: x509.Certificate) -> DigestName:
    info = parse(info_bytes, what="La signature du lot")
    if _one(info, "ds:CanonicalizationMethod").get("Algorithm") != _C14N:
        _refuse("canonicalisation inattendue")
    digest = _named(_SIGNATURES, _one(info, "ds:SignatureMethod"))
    key = certificate.public_key()
    if not isinstance(key, rsa.RSAPublicKey) or key.key_size < MIN_RSA_BITS:
        _refuse(f"la clé n'est pas une clé RSA d'au moins {MIN_RSA_BITS} bits")
    try:
        key.verify(value, info_bytes, padding.PKCS1v15(), _HASHES[digest]())
    except (InvalidSignature, UnsupportedAlgorithm):
        valid = False
    else:
        valid = True
    if not valid:
        _refuse("la valeur de la signature ne correspond pas au certificat joint")
    return digest


def _verify_references(info_bytes: bytes, covered: Mapping[str, bytes], ids: Mapping[str, str | None]) -> None:
    references = parse(info_bytes, what="La signature du lot").findall("ds:Reference", _PATHS)
    if [reference.get("Type") for reference in references] != [_MANIFEST_TYPE, _PROPERTIES_TYPE]:
        _refuse("deux références sont attendues, au manifeste et aux propriétés signées")
    for reference in references:
        kind = reference.get("Type", "")
        if not ids[kind] or reference.get("URI") != f"#{ids[kind]}":
            _refuse("une référence ne désigne pas l'élément attendu")
        _transformed(reference)
        if _written_digest(reference) != _hash(covered[kind], _digest_name(reference)):
            _refuse("le manifeste ou les propriétés signées ont été modifiés")


def _verify_signing_certificate(properties: etree._Element, certificate: x509.Certificate) -> None:
    path = "xades:SignedSignatureProperties/xades:SigningCertificate/xades:Cert"
    cert = next(iter(properties.findall(path, _PATHS)), None)
    if cert is None:
        _refuse("SigningCertificate est absent")
    method = _one(cert, "xades:CertDigest/xades:DigestMethod")
    value = _decode(_one(cert, "xades:CertDigest/xades:DigestValue"))
    serial = (_one(cert, "xades:IssuerSerial/ds:X509SerialNumber").text or "").strip()
    der_hash = certificate.fingerprint(_HASHES[_named(_DIGESTS, method)]())
    if value != der_hash or serial != str(certificate.serial_number):
        _refuse("SigningCertificate n'est pas le certificat joint")


def _verify_manifest(manifest: etree._Element, documents: Mapping[str, bytes]) -> str:
    """Check each document's digest; return the uniqueId of the submission set."""
    references = manifest.findall("ds:Reference", _PATHS)
    uris = [reference.get("URI", "") for reference in references]
    if not references or len(set(uris)) != len(uris):
        _refuse("le manifeste est vide, ou désigne deux fois le même document")
    first = (_one(references[0], "ds:DigestValue").text or "").strip()
    if not uris[0].startswith("urn:oid:") or first != _PLACEHOLDER:
        _refuse("le manifeste ne commence pas par le lot de soumission et son empreinte conventionnelle")
    if set(uris[1:]) != {f"urn:oid:{unique_id}" for unique_id in documents}:
        _refuse("les documents du manifeste ne sont pas ceux du lot")
    for reference, uri in zip(references[1:], uris[1:], strict=True):
        content, name = documents[uri.removeprefix("urn:oid:")], _digest_name(reference)
        computed = c14n_digest(content, name) if _transformed(reference) else _hash(content, name)
        if computed != _written_digest(reference):
            _refuse("un document n'a pas l'empreinte inscrite au manifeste")
    return uris[0].removeprefix("urn:oid:")


def _transformed(reference: etree._Element) -> bool:
    """Say whether the one known transform, C14N with comments, is applied; refuse any other."""
    algorithms = [e.get("Algorithm") for e in reference.iterfind("ds:Transforms/*", _PATHS)]
    if algorithms not in ([], [_C14N]):
        _refuse("transformation inattendue")
    return bool(algorithms)


def _digest_name(reference: etree._Element) -> DigestName:
    return _named(_DIGESTS, _one(reference, "ds:DigestMethod"))


def _written_digest(reference: etree._Element) -> bytes:
    return _decode(_one(reference, "ds:DigestValue"))


def _named(table: Mapping[str, str], method: etree._Element) -> DigestName:
    algorithm = method.get("Algorithm")
    if algorithm == table["sha1"]:
        return "sha1"
    if algorithm == table["sha256"]:
        return "sha256"
    return _refuse("algorithme non admis")


def _decode(element: etree._Element) -> bytes:
    return base64_of(element) or _refuse(f"{etree.QName(element).localname} n'est pas en base64")


def _non_repudiation(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.KeyUsage).value.content_commitment
    except x509.ExtensionNotFound:
        return False


def _refuse(reason: str) -> NoReturn:
    raise SignatureError(
        f"Signature du lot refusée : {reason}.",
        remede="règle : signature XAdES du lot (IHE DSG et exemples du GIE SESAM-Vitale)",
    )
