"""Enveloped XML signatures of SAML assertions: ours, and those the sandbox receives.

One profile, that of the national services: exclusive C14N, RSA-SHA256, one Reference to the assertion's own
ID, the signing certificate alone in KeyInfo, the Signature right after Issuer (ANS and GIE SESAM-Vitale
samples, certain). The submission set of the DMP has another profile, written beside its user.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Final, NoReturn, Protocol

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from lxml import etree

from segur_socles._core.flow import Call, Flow
from segur_socles._core.x509 import MIN_RSA_BITS, load_der, verify_chain
from segur_socles._core.xml import NS, DigestName, exc_c14n, parse, q
from segur_socles.errors import SignatureError

__all__ = ["EXC_C14N", "Signataire", "Verifie", "base64_of", "sign_enveloped", "verify_enveloped"]

EXC_C14N: Final = NS["ec"]
ENVELOPED: Final = f"{NS['ds']}enveloped-signature"
RSA_SHA256: Final = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
RSA_SHA1: Final = f"{NS['ds']}rsa-sha1"
SHA256: Final = "http://www.w3.org/2001/04/xmlenc#sha256"
SHA1: Final = f"{NS['ds']}sha1"


class Signataire(Protocol):
    """Who signs: a software certificate, a card, a key in an HSM."""

    @property
    def certificat_der(self) -> bytes:
        """The signing certificate."""
        ...

    @property
    def sujet_rfc4514(self) -> str:
        """Its subject, CN first, no blank after the commas, accents kept (RFC 4514)."""
        ...

    @property
    def chaine_der(self) -> tuple[bytes, ...]:
        """Its authorities: the intermediate, then the root."""
        ...

    @property
    def blocking(self) -> bool:
        """Whether :meth:`sign` waits for a device, hence belongs in a thread when the caller is asynchronous."""
        ...

    def sign(self, data: bytes, digest: DigestName) -> bytes:
        """Sign with RSA PKCS#1 v1.5. Raises :class:`CredentialError` or :class:`SignatureError`."""
        ...


# --- signing ---------------------------------------------------------------------------------------------

_NCNAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_PREFIX: Final = re.compile(r"#default|[A-Za-z_][A-Za-z0-9_.-]*")

# Already in exclusive canonical form (namespace on SignedInfo itself, start and end tags, attributes sorted):
# the bytes signed are the bytes written.
_SIGNED_INFO: Final = (
    f'<ds:SignedInfo xmlns:ds="{NS["ds"]}">'
    f'<ds:CanonicalizationMethod Algorithm="{EXC_C14N}"></ds:CanonicalizationMethod>'
    f'<ds:SignatureMethod Algorithm="{RSA_SHA256}"></ds:SignatureMethod>'
    '<ds:Reference URI="#%s"><ds:Transforms>'
    f'<ds:Transform Algorithm="{ENVELOPED}"></ds:Transform>'
    f'<ds:Transform Algorithm="{EXC_C14N}">%s</ds:Transform></ds:Transforms>'
    f'<ds:DigestMethod Algorithm="{SHA256}"></ds:DigestMethod>'
    "<ds:DigestValue>%s</ds:DigestValue></ds:Reference></ds:SignedInfo>"
)
_INCLUSIVE: Final = f'<ec:InclusiveNamespaces xmlns:ec="{EXC_C14N}" PrefixList="%s"></ec:InclusiveNamespaces>'
_SIGNATURE: Final = (
    f'<ds:Signature xmlns:ds="{NS["ds"]}">%s<ds:SignatureValue>%s</ds:SignatureValue>'
    "<ds:KeyInfo><ds:X509Data><ds:X509Certificate>%s</ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature>"
)


def sign_enveloped(
    prefix: str,
    suffix: str,
    reference_id: str,
    signataire: Signataire,
    *,
    canonical: bool = False,
    inclusive_prefixes: tuple[str, ...] = (),
) -> Flow[bytes]:
    """Sign the element written as ``prefix`` (up to ``</Issuer>``) and ``suffix``, and give its final bytes.

    ``canonical=True`` states that ``prefix + suffix`` is its own exclusive canonical form: it is then hashed
    as it is, without a parser. ``inclusive_prefixes`` is the PrefixList of the second transform; none by
    default, since without one the same bytes verify alone, in an envelope and under any ancestor. Each listed
    prefix must be declared on the element itself.

    The private key is used through a :class:`Call` effect, so that a card works in a thread. The result must
    never be re-serialised. Raises :class:`SignatureError` if the text cannot be the element of that ID.
    """
    if not _NCNAME.fullmatch(reference_id) or f'="{reference_id}"' not in prefix:
        message = f"L'identifiant de signature « {reference_id} » n'est pas celui de l'élément à signer."
        raise SignatureError(message)
    if inclusive_prefixes and not all(map(_PREFIX.fullmatch, inclusive_prefixes)):
        message = "La liste de préfixes (PrefixList) contient un nom qui n'est pas un préfixe XML."
        raise SignatureError(message)
    content = (prefix + suffix).encode()
    if not canonical:
        content = _canonical(parse(content, what="L'élément à signer"), inclusive_prefixes)
    listed = _INCLUSIVE % " ".join(inclusive_prefixes) if inclusive_prefixes else ""
    signed_info = _SIGNED_INFO % (reference_id, listed, _b64(hashlib.sha256(content).digest()))
    value: bytes = yield Call(partial(signataire.sign, signed_info.encode(), "sha256"), blocking=signataire.blocking)
    signature = _SIGNATURE % (signed_info, _b64(value), _b64(signataire.certificat_der))
    return f"{prefix}{signature}{suffix}".encode()


def _b64(data: bytes) -> str:
    return binascii.b2a_base64(data, newline=False).decode("ascii")


# --- canonical form --------------------------------------------------------------------------------------


def _canonical(element: etree._Element, prefixes: tuple[str, ...]) -> bytes:
    """Write the exclusive form with a PrefixList; ``#default`` is refused where it would make a difference.

    lxml drops ``#default`` in silence. It changes nothing as long as each change of the default namespace
    stands on an element that uses it, which is all that the national samples do.
    """
    if "#default" in prefixes:
        for node in element.iter("{*}*"):
            parent = node.getparent()
            outer = None if parent is None or node is element else parent.nsmap.get(None)
            if node.prefix and node.nsmap.get(None) != outer:
                _refuse("PrefixList #default sous un espace de noms par défaut inutilisé")
    return exc_c14n(element, prefixes)


# --- verifying -------------------------------------------------------------------------------------------

_Hash = type[hashes.HashAlgorithm]
_SIGNATURE_METHODS: Final[dict[str, _Hash]] = {RSA_SHA256: hashes.SHA256}
_DIGEST_METHODS: Final[dict[str, _Hash]] = {SHA256: hashes.SHA256}
_OLD_SIGNATURE_METHODS: Final[dict[str, _Hash]] = {RSA_SHA1: hashes.SHA1}
_OLD_DIGEST_METHODS: Final[dict[str, _Hash]] = {SHA1: hashes.SHA1}

_IDS: Final = etree.XPath("count(//@*[. = $wanted][local-name() = 'ID' or local-name() = 'Id' or local-name() = 'id'])")

_RULE: Final = "signature XML enveloppée : une référence à l'élément lui-même, C14N exclusive, RSA-SHA256"


@dataclass(frozen=True, slots=True)
class Verifie:
    """What a signature covers, and who made it.

    ``element`` was parsed again from the very bytes that were hashed, without the Signature and without
    comments: read the claims from it, never from the element that was given.
    """

    element: etree._Element = field(repr=False)
    certificat: x509.Certificate = field(repr=False)
    chaine: tuple[x509.Certificate, ...] = field(repr=False)


def verify_enveloped(
    signed: etree._Element | bytes,
    *,
    anchors: Iterable[x509.Certificate],
    intermediates: Iterable[x509.Certificate] = (),
    at: datetime,
    id_attribute: str = "ID",
    allow_sha1: bool = False,
) -> Verifie:
    """Verify the signature of an assertion, given alone (bytes) or as an element of the received message.

    Signature wrapping is refused by structure: one Signature in the element, its second child after Issuer;
    one Reference, to this element's own ID, unique in the whole message; the two known transforms only; the
    expected algorithms only; one certificate in KeyInfo, chained to ``anchors`` at the instant ``at``. A
    PrefixList is honoured. The use of the certificate (key usage, names, revocation) is the caller's to judge.

    Raises :class:`SignatureError`, or :class:`ReponseInvalideError` for bytes that are not acceptable XML.
    """
    element = parse(signed, what="L'élément signé") if isinstance(signed, bytes) else signed
    identifier = element.get(id_attribute)
    if not identifier:
        _refuse(f"l'élément signé n'a pas d'attribut {id_attribute}")
    if _IDS(element, wanted=identifier) != 1.0:
        _refuse("plusieurs éléments du message portent le même identifiant")

    # A document of its own, with the namespaces its ancestors declared: the message given is never modified.
    alone = element if isinstance(signed, bytes) else _document_of(element)
    signature = _only_signature(alone)
    raw_info, value, key_info = _children(signature, "SignedInfo", "SignatureValue", "KeyInfo")
    info_bytes = _canonical(raw_info, _prefixes(raw_info.find(q("ds:CanonicalizationMethod"))))
    # From here on only what is signed is read: a comment inside DigestValue, for one, is gone.
    info = _read_signed_info(info_bytes, allow_sha1=allow_sha1)
    if info.uri != f"#{identifier}":
        _refuse("la référence ne désigne pas l'élément qui la porte")

    certificate = load_der(_decode(_only_certificate(key_info)), what="Certificat de la signature")
    key = certificate.public_key()
    if not isinstance(key, rsa.RSAPublicKey) or key.key_size < MIN_RSA_BITS:
        _refuse(f"la clé n'est pas une clé RSA d'au moins {MIN_RSA_BITS} bits")
    if not _signed_by(key, _decode(value), info_bytes, info.signature_hash):
        _refuse("la valeur de la signature ne correspond pas au certificat joint")

    _detach(signature)
    content = _canonical(alone, info.content_prefixes)
    if _digest(content, info.digest_hash) != info.digest:
        _refuse("le contenu a été modifié après la signature")
    chain = verify_chain(certificate, intermediates=intermediates, anchors=anchors, at=at)
    return Verifie(parse(content, what="L'élément signé"), certificate, chain)


@dataclass(frozen=True, slots=True)
class _SignedInfo:
    uri: str
    content_prefixes: tuple[str, ...]
    signature_hash: _Hash
    digest_hash: _Hash
    digest: bytes


def _read_signed_info(info_bytes: bytes, *, allow_sha1: bool) -> _SignedInfo:
    info = parse(info_bytes, what="SignedInfo")
    canonicalization, method, reference = _children(info, "CanonicalizationMethod", "SignatureMethod", "Reference")
    transforms, digest_method, digest_value = _children(reference, "Transforms", "DigestMethod", "DigestValue")
    enveloped, exclusive = _children(transforms, "Transform", "Transform")
    if enveloped.get("Algorithm") != ENVELOPED or len(enveloped):
        _refuse("première transformation inattendue")
    if exclusive.get("Algorithm") != EXC_C14N or canonicalization.get("Algorithm") != EXC_C14N:
        _refuse("canonicalisation inattendue")
    if len(method) or len(digest_method):
        _refuse("paramètre d'algorithme inattendu")
    signature_methods = _SIGNATURE_METHODS | (_OLD_SIGNATURE_METHODS if allow_sha1 else {})
    digest_methods = _DIGEST_METHODS | (_OLD_DIGEST_METHODS if allow_sha1 else {})
    signature_hash = signature_methods.get(method.get("Algorithm", ""))
    digest_hash = digest_methods.get(digest_method.get("Algorithm", ""))
    if signature_hash is None or digest_hash is None:
        _refuse("algorithme non admis (RSA-SHA256 et SHA-256 sont attendus)")
    return _SignedInfo(
        uri=reference.get("URI", ""),
        content_prefixes=_prefixes(exclusive),
        signature_hash=signature_hash,
        digest_hash=digest_hash,
        digest=_decode(digest_value),
    )


def _document_of(element: etree._Element) -> etree._Element:
    return parse(etree.tostring(element, encoding="utf-8", with_tail=False), what="L'élément signé")


def _only_signature(element: etree._Element) -> etree._Element:
    signatures = list(element.iter(q("ds:Signature")))
    if len(signatures) != 1:
        _refuse(f"une signature et une seule est attendue, {len(signatures)} trouvée(s)")
    children = _elements(element)
    issuer = f"{{{etree.QName(element).namespace or ''}}}Issuer"
    if len(children) < 2 or children[0].tag != issuer or children[1] is not signatures[0]:  # noqa: PLR2004 - issuer, signature
        _refuse("la signature n'est pas à sa place, juste après Issuer")
    return signatures[0]


def _only_certificate(key_info: etree._Element) -> etree._Element:
    (data,) = _children(key_info, "X509Data")
    (certificate,) = _children(data, "X509Certificate")
    return certificate


def _elements(parent: etree._Element) -> list[etree._Element]:
    return list(parent.iterchildren("{*}*"))


def _children(parent: etree._Element, *expected: str) -> list[etree._Element]:
    """Return the child elements of ``parent``, which must be exactly the ds ones named, in this order."""
    children = _elements(parent)
    if [child.tag for child in children] != [q(f"ds:{name}") for name in expected]:
        _refuse(f"structure inattendue sous {etree.QName(parent).localname}")
    return children


def _prefixes(method: etree._Element | None) -> tuple[str, ...]:
    """Return the PrefixList of a canonicalisation; nothing else may stand in it."""
    children = [] if method is None else _elements(method)
    if not children:
        return ()
    if len(children) > 1 or children[0].tag != q("ec:InclusiveNamespaces"):
        _refuse("paramètre de canonicalisation inattendu")
    return tuple(children[0].get("PrefixList", "").split())


def base64_of(element: etree._Element) -> bytes:
    """Return what an element holds in base64, blanks allowed; nothing if it holds anything else."""
    written = "".join((element.text or "").split())
    try:
        return b"" if len(element) else base64.b64decode(written, validate=True)
    except ValueError:
        return b""


def _decode(element: etree._Element) -> bytes:
    return base64_of(element) or _refuse(f"{etree.QName(element).localname} n'est pas en base64")


def _signed_by(key: rsa.RSAPublicKey, value: bytes, content: bytes, algorithm: _Hash) -> bool:
    try:
        key.verify(value, content, padding.PKCS1v15(), algorithm())
    except (InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _digest(content: bytes, algorithm: _Hash) -> bytes:
    computed = hashes.Hash(algorithm())
    computed.update(content)
    return computed.finalize()


def _detach(signature: etree._Element) -> None:
    """Remove the Signature and nothing else: lxml would drop the white space after it too."""
    parent = signature.getparent()
    issuer = signature.getprevious()
    if parent is None or issuer is None:
        _refuse("la signature n'est pas à sa place, juste après Issuer")
    issuer.tail = (issuer.tail or "") + (signature.tail or "") or None
    parent.remove(signature)


def _refuse(reason: str) -> NoReturn:
    raise SignatureError(f"Signature refusée : {reason}.", remede=f"règle : {_RULE}")
