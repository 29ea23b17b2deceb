"""The only door for foreign XML, and the writer of ours.

Reading: no DTD (hence no entity), no network, a size and a depth that were capped first. Two profiles of
limits exist because a SOAP message and a CDA holding a PDF are not of the same size: ``MESSAGE``, ``DOCUMENT``.

Writing: text is escaped exactly as Canonical XML 1.0 §2.3 does, so that what is written needs no second pass
before it is hashed (W3C REC-xml-c14n-20010315, certain).
"""

from __future__ import annotations

import codecs
import hashlib
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import IO, TYPE_CHECKING, Final, Literal, cast

from lxml import etree

from segur_socles.errors import (
    ChampInvalideError,
    Constat,
    DocumentInvalideError,
    ReponseInvalideError,
    SegurError,
    SignatureError,
)

if TYPE_CHECKING:
    from hashlib import _Hash

__all__ = [
    "DOCUMENT",
    "MESSAGE",
    "NS",
    "DigestName",
    "Quota",
    "attr",
    "c14n_digest",
    "exc_c14n",
    "parse",
    "parse_document",
    "q",
    "text",
]

DigestName = Literal["sha1", "sha256"]

NS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "soap": "http://www.w3.org/2003/05/soap-envelope",
        "wsa": "http://www.w3.org/2005/08/addressing",
        "wsse": "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd",
        "saml": "urn:oasis:names:tc:SAML:2.0:assertion",
        "ds": "http://www.w3.org/2000/09/xmldsig#",
        "ec": "http://www.w3.org/2001/10/xml-exc-c14n#",
        "xop": "http://www.w3.org/2004/08/xop/include",
        "xml": "http://www.w3.org/XML/1998/namespace",
    }
)
"""Namespaces shared by several services; those of one service live beside their user."""


@cache
def q(name: str) -> str:
    """Expand ``prefix:local`` with :data:`NS` into lxml's ``{uri}local``."""
    prefix, local = name.split(":")
    return f"{{{NS[prefix]}}}{local}"


# --- reading ---------------------------------------------------------------------------------------------


def _message_refused(reason: str) -> SegurError:
    return ReponseInvalideError(reason, phase="read", sent=True)


def _document_refused(reason: str) -> SegurError:
    return DocumentInvalideError(reason, remede="demander un document XML conforme à son émetteur")


@dataclass(frozen=True, slots=True)
class Quota:
    """Limits of one kind of input, and the error that says they are passed.

    ``huge`` lifts libxml2's limit of 10 MB a text node, which a PDF over 7.5 MB in base64 would hit. It is
    harmless because ``max_bytes`` is checked before the parser sees anything, and no entity can multiply it.
    """

    max_bytes: int
    max_depth: int
    huge: bool
    refused: Callable[[str], SegurError]


MESSAGE: Final = Quota(max_bytes=4 * 1024 * 1024, max_depth=100, huge=False, refused=_message_refused)
"""A SOAP envelope or another answer: 4 MiB; refusals are :class:`ReponseInvalideError`."""

DOCUMENT: Final = Quota(max_bytes=128 * 1024 * 1024, max_depth=200, huge=True, refused=_document_refused)
"""A medical document: 128 MiB; refusals are :class:`DocumentInvalideError`."""

_ENCODINGS: Final = {
    "utf-8": "utf-8",
    "us-ascii": "utf-8",
    "ascii": "utf-8",
    "iso-8859-1": "iso-8859-1",
    "iso-8859-15": "iso-8859-15",
    "windows-1252": "windows-1252",
    "cp1252": "windows-1252",
}
"""Declared name → encoding given to the parser. All extend ASCII, so that the prolog can be scanned as bytes."""

_DECLARATION: Final = re.compile(rb"<\?xml\s[^>?]*?\bencoding\s*=\s*[\"']([^\"'>]*)[\"']")

# Atomic groups keep the scan linear whatever the input.
_DOCTYPE: Final = re.compile(rb"(?>\s+|<\?.*?\?>|<!--.*?-->)*+<!DOCTYPE", re.DOTALL | re.IGNORECASE)

_UTF16_BOMS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def parse(data: bytes, *, quota: Quota = MESSAGE, what: str) -> etree._Element:
    """Parse untrusted XML and return its root.

    ``what`` names the input in French for the error (``"La réponse de l'INSi"``). Accepts UTF-8, UTF-16 with
    its mark, and the Latin encodings once used in France; comments and processing instructions are kept.

    Raises the error of ``quota`` when the input is empty, too large, too deep, declares a DTD, is not in the
    encoding it declares, or is not well formed. The message never quotes the input.
    """
    if not data or data.isspace():
        raise quota.refused(f"{what} est vide ; du XML est attendu.")
    if len(data) > quota.max_bytes:
        raise quota.refused(f"{what} dépasse la taille permise ({quota.max_bytes} octets).")
    content, encoding = _in_known_encoding(data, quota, what)
    if _DOCTYPE.match(content):
        raise quota.refused(f"{what} contient une déclaration DOCTYPE, interdite ici (règle : ni DTD ni entité).")
    try:
        root = etree.fromstring(content, _PARSERS.get(encoding, huge=quota.huge))
        # Each ancestor has its end tag: a short text cannot be deep, and counting is the cheaper check.
        too_deep = content.count(b"</") >= quota.max_depth and _deeper_than(quota.max_depth)(root)
    except etree.XMLSyntaxError as error:
        reason = _why(error, content, encoding)
    except etree.XPathEvalError:
        reason = "trop d'éléments"
    else:
        if not too_deep:
            return root
        reason = _TOO_DEEP
    # Raised outside the handler: lxml's error quotes the input, so it must not be the context of ours.
    raise quota.refused(f"{what} est illisible : {reason}.")


class _Parsers(threading.local):
    """The parsers of one thread: making one costs as much as reading a message, sharing one makes threads wait."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, bool], etree.XMLParser] = {}

    def get(self, encoding: str, *, huge: bool) -> etree.XMLParser:
        parser = self._made.get((encoding, huge))
        if parser is None:
            parser = self._made[encoding, huge] = etree.XMLParser(
                encoding=encoding,
                resolve_entities=False,
                load_dtd=False,
                dtd_validation=False,
                no_network=True,
                huge_tree=huge,
            )
        return parser


_PARSERS: Final = _Parsers()


def parse_document(data: bytes, *, quota: Quota = DOCUMENT, what: str) -> etree._ElementTree:
    """Parse like :func:`parse` and return the whole document, comments and instructions around the root included."""
    return parse(data, quota=quota, what=what).getroottree()


def _in_known_encoding(data: bytes, quota: Quota, what: str) -> tuple[bytes, str]:
    """Return the bytes without mark, in an encoding that extends ASCII, and its name."""
    if data.startswith(_UTF16_BOMS) and not data.startswith(codecs.BOM_UTF32_LE):
        try:
            utf8 = data.decode("utf-16").encode()
        except UnicodeDecodeError:
            utf8 = None
        if utf8 is None or _declared(utf8) not in (None, "utf-16"):
            raise quota.refused(f"{what} est illisible : marque UTF-16, mais contenu dans un autre encodage.")
        return utf8, "utf-8"
    marked = data.startswith(codecs.BOM_UTF8)
    content = data.removeprefix(codecs.BOM_UTF8)
    declared = _declared(content) or "utf-8"
    encoding = _ENCODINGS.get(declared)
    if encoding is None or b"\0" in content[:4]:
        raise quota.refused(f"{what} est illisible : encodage non admis ; l'UTF-8 est attendu.")
    if marked and encoding != "utf-8":
        raise quota.refused(f"{what} est illisible : marque UTF-8, mais un autre encodage est déclaré.")
    return content, encoding


def _declared(content: bytes) -> str | None:
    found = _DECLARATION.match(content, 0, 256)
    return found[1].decode("ascii", "replace").lower() if found else None


_TOO_DEEP: Final = "éléments imbriqués trop profondément"


def _why(error: etree.XMLSyntaxError, content: bytes, encoding: str) -> str:
    try:
        content.decode(encoding)
    except UnicodeDecodeError as undecodable:
        return f"octet étranger à l'encodage annoncé ({encoding}), position {undecodable.start}"
    if getattr(error, "code", None) in (etree.ErrorTypes.ERR_RESOURCE_LIMIT, etree.ErrorTypes.ERR_INTERNAL_ERROR):
        return _TOO_DEEP
    line, column = error.position
    return f"XML mal formé ou tronqué (ligne {line}, colonne {column})"


@cache
def _deeper_than(depth: int) -> etree.XPath:
    # One pass in C; a walk in Python costs more than the parse.
    return etree.XPath(f"boolean({'/*' * (depth + 1)})")


# --- writing ---------------------------------------------------------------------------------------------

_ILLEGAL_SET: Final = "\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff"
_ILLEGAL: Final = re.compile(f"[{_ILLEGAL_SET}]")
_TEXT_TRIGGER: Final = re.compile(f"[&<>\r{_ILLEGAL_SET}]")
_ATTR_TRIGGER: Final = re.compile(f'[&<"\t\n\r{_ILLEGAL_SET}]')


def text(value: str, champ: str = "") -> str:
    """Escape ``value`` for the content of an element, in canonical form.

    Raises :class:`ChampInvalideError` naming ``champ`` for a character that XML 1.0 forbids.
    """
    if _TEXT_TRIGGER.search(value) is None:
        return value
    _check_legal(value, champ)
    return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#xD;")


def attr(value: str, champ: str = "") -> str:
    """Escape ``value`` for an attribute between double quotes, in canonical form.

    Raises :class:`ChampInvalideError` naming ``champ`` for a character that XML 1.0 forbids.
    """
    if _ATTR_TRIGGER.search(value) is None:
        return value
    _check_legal(value, champ)
    escaped = value.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    return escaped.replace("\t", "&#x9;").replace("\n", "&#xA;").replace("\r", "&#xD;")


def _check_legal(value: str, champ: str) -> None:
    found = _ILLEGAL.search(value)
    if found is None:
        return
    constat = Constat(
        champ,
        f"caractère U+{ord(found[0]):04X} en position {found.start() + 1}",
        regle="XML 1.0 §2.2 : caractères admis",
        remede="retirer ce caractère de contrôle, souvent collé depuis un autre logiciel",
    )
    raise ChampInvalideError("Un texte ne peut pas être écrit en XML.", constats=(constat,))


# --- canonical form --------------------------------------------------------------------------------------


_NO_CANONICAL_FORM: Final = "espace de noms relatif (règle : W3C C14N 1.0 §1.3)"


class _HashWriter:
    """What ``write_c14n`` writes to: nothing is kept, so the canonical form is never in memory."""

    def __init__(self, digest: _Hash) -> None:
        self.write = digest.update


def c14n_digest(
    document: etree._ElementTree | bytes,
    algorithm: DigestName,
    *,
    with_comments: bool = True,
    what: str = "Le document",
) -> bytes:
    """Hash the Canonical XML 1.0 form of a whole document.

    The document node is meant: what stands before and after the root counts. This is what the manifest of a
    DMP submission set holds for each CDA (GIE SESAM-Vitale samples, certain). Bytes are parsed with the
    ``DOCUMENT`` limits, ``what`` naming them in errors. Raises :class:`DocumentInvalideError`.
    """
    tree = parse_document(document, what=what) if isinstance(document, bytes) else document
    digest = hashlib.new(algorithm, usedforsecurity=False)
    try:
        tree.write_c14n(cast("IO[bytes]", _HashWriter(digest)), with_comments=with_comments)
    except etree.C14NError:
        failed = True
    else:
        failed = False
    if failed:
        raise _document_refused(f"{what} n'a pas de forme canonique : {_NO_CANONICAL_FORM}.")
    return digest.digest()


def exc_c14n(element: etree._Element, inclusive_prefixes: tuple[str, ...] = ()) -> bytes:
    """Write the exclusive canonical form, without comments, of ``element`` and what it holds.

    Raises :class:`SignatureError` for content that has none (a namespace that is a relative URI).
    """
    try:
        canonical = etree.tostring(
            element,
            method="c14n",
            exclusive=True,
            with_comments=False,
            with_tail=False,
            inclusive_ns_prefixes=list(inclusive_prefixes) or None,
        )
    except etree.C14NError:
        canonical = b""
    if not canonical:
        raise SignatureError(f"Un élément à signer ou à vérifier n'a pas de forme canonique : {_NO_CANONICAL_FORM}.")
    return canonical
