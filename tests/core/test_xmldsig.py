"""Assertions: signed by us and judged by others, signed by others and judged by us, and attacked."""

from __future__ import annotations

import base64
import hashlib
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from core_pki import END, Pair, Pki
from cryptography import x509
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from signxml import XMLSigner, XMLVerifier
from signxml.algorithms import CanonicalizationMethod

from judges import judge, reference
from segur_socles._core.flow import Call
from segur_socles._core.soap import addressing, envelope, read_request, security
from segur_socles._core.xml import MESSAGE, DigestName, exc_c14n, parse
from segur_socles._core.xmldsig import Verifie, sign_enveloped, verify_enveloped
from segur_socles.errors import ReponseInvalideError, SegurError, SignatureError

AT = datetime(2026, 6, 1, tzinfo=UTC)
SAML = "urn:oasis:names:tc:SAML:2.0:assertion"
DS = "http://www.w3.org/2000/09/xmldsig#"
ID = "_5a3a5c0e-8d1b-4c58-9d6e-2f6f7a1b0c01"

PREFIX = (
    f'<saml2:Assertion xmlns:saml2="{SAML}" ID="{ID}" Version="2.0">'
    "<saml2:Issuer>CN=SERVEUR,ST=Rhône (69),C=FR</saml2:Issuer>"
)
SUFFIX = (
    "<saml2:Subject><saml2:NameID>899900000017</saml2:NameID></saml2:Subject><saml2:AttributeStatement>"
    '<saml2:Attribute Name="role"><saml2:AttributeValue><Role xmlns="urn:hl7-org:v3" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" code="60" xsi:type="CE"></Role></saml2:AttributeValue>'
    '</saml2:Attribute><saml2:Attribute Name="ins"><saml2:AttributeValue>1&amp;2&lt;3&gt;4&#xD;"</saml2:AttributeValue>'
    "</saml2:Attribute></saml2:AttributeStatement></saml2:Assertion>"
)

Drive = Callable[[Any], Any]


@pytest.fixture(scope="session")
def assertion(pki: Pki, drive: Drive) -> bytes:
    signed = drive(sign_enveloped(PREFIX, SUFFIX, ID, pki.leaf, canonical=True))
    assert isinstance(signed, bytes)
    return signed


def check(pki: Pki, signed: bytes | etree._Element, **how: Any) -> Verifie:
    how = {"anchors": [pki.root.certificate], "intermediates": [pki.intermediate.certificate], "at": AT} | how
    return verify_enveloped(signed, **how)


def refused(pki: Pki, signed: bytes | etree._Element, reason: str, **how: Any) -> None:
    with pytest.raises(SignatureError, match=reason) as error:
        check(pki, signed, **how)
    assert error.value.__context__ is None


def xmlsec1(pki: Pki, signed: bytes, folder: Path) -> int:
    for name, content in (("root", pki.root.pem), ("middle", pki.intermediate.pem), ("signed.xml", signed)):
        (folder / name).write_bytes(content)
    command = [judge("xmlsec1"), "--verify", "--enabled-key-data", "x509", "--trusted-pem", "root"]
    command += ["--untrusted-pem", "middle", "--verification-time", "2026-06-01 00:00:00"]
    command += ["--id-attr:ID", f"{SAML}:Assertion", "signed.xml"]
    return subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode


# --- signing ---


def test_the_signature_is_written_where_and_as_documented(pki: Pki, assertion: bytes) -> None:
    assert assertion.startswith(PREFIX.encode() + b"<ds:Signature")
    assert assertion.endswith(b"</ds:Signature>" + SUFFIX.encode())
    digest = base64.b64encode(hashlib.sha256((PREFIX + SUFFIX).encode()).digest()).decode()
    signed_info = (
        f'<ds:SignedInfo xmlns:ds="{DS}"><ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#">'
        "</ds:CanonicalizationMethod>"
        '<ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"></ds:SignatureMethod>'
        f'<ds:Reference URI="#{ID}"><ds:Transforms>'
        f'<ds:Transform Algorithm="{DS}enveloped-signature"></ds:Transform>'
        '<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"></ds:Transform></ds:Transforms>'
        '<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"></ds:DigestMethod>'
        f"<ds:DigestValue>{digest}</ds:DigestValue></ds:Reference></ds:SignedInfo>"
    ).encode()
    assert signed_info in assertion
    assert pki.leaf.signed[-1] == signed_info
    found = parse(assertion, what="x").find(f".//{{{DS}}}SignedInfo")
    assert found is not None
    assert exc_c14n(found) == signed_info


def test_our_canonical_text_is_what_lxml_calls_canonical(pki: Pki, assertion: bytes, drive: Drive) -> None:
    # PKCS#1 v1.5 is deterministic: equal bytes mean equal digests.
    assert drive(sign_enveloped(PREFIX, SUFFIX, ID, pki.leaf)) == assertion


def test_text_that_is_not_canonical_is_canonicalised_before_the_digest(pki: Pki, drive: Drive, tmp_path: Path) -> None:
    prefix = PREFIX.replace('ID="', "Z='1' xmlns:u='urn:u'\n ID=\"").replace("</saml2:Issuer>", "</saml2:Issuer  >")
    suffix = "\n  <!-- c --><saml2:Advice/>" + SUFFIX
    signed = drive(sign_enveloped(prefix, suffix, ID, pki.leaf))
    assert prefix.encode() in signed
    assert suffix.encode() in signed
    assert check(pki, signed).element.findtext(f"{{{SAML}}}Subject/{{{SAML}}}NameID") == "899900000017"
    assert xmlsec1(pki, signed, tmp_path) == 0
    refused(pki, drive(sign_enveloped(prefix, suffix, ID, pki.leaf, canonical=True)), "modifié")


@pytest.mark.parametrize("blocking", [True, False])
def test_the_key_is_used_by_the_runner_and_not_before(pki: Pki, *, blocking: bool) -> None:
    signer = replace(pki.leaf, blocking=blocking, signed=[])
    effect = next(sign_enveloped(PREFIX, SUFFIX, ID, signer, canonical=True))
    assert isinstance(effect, Call)
    assert effect.blocking is blocking
    assert signer.signed == []
    effect.function()
    assert len(signer.signed) == 1


@pytest.mark.parametrize("identifier", ["_other", "", "1a", 'a"b', ID + "\n"])
def test_an_identifier_that_is_not_the_element_s_is_refused(pki: Pki, identifier: str) -> None:
    with pytest.raises(SignatureError, match="identifiant"):
        next(sign_enveloped(PREFIX, SUFFIX, identifier, pki.leaf))


def test_a_prefix_list_holds_prefixes(pki: Pki) -> None:
    with pytest.raises(SignatureError, match="PrefixList"):
        next(sign_enveloped(PREFIX, SUFFIX, ID, pki.leaf, inclusive_prefixes=('xs" x="',)))


# --- judged by others ---


@pytest.mark.juge("xmlsec1")
def test_xmlsec1_accepts_it_alone_and_in_an_envelope(pki: Pki, assertion: bytes, tmp_path: Path) -> None:
    assert xmlsec1(pki, assertion, tmp_path) == 0
    message = envelope(headers=[addressing(action="urn:a"), security([assertion])], body=b"<x/>")
    assert assertion in message
    assert xmlsec1(pki, message, tmp_path) == 0
    assert xmlsec1(pki, assertion.replace(b"899900000017", b"899900000018"), tmp_path) != 0


def test_signxml_accepts_it(pki: Pki, assertion: bytes, tmp_path: Path) -> None:
    authorities = tmp_path / "ca.pem"
    authorities.write_bytes(pki.intermediate.pem + pki.root.pem)
    result = XMLVerifier().verify(assertion, ca_pem_file=str(authorities), id_attribute="ID")
    assert result.signed_xml is not None
    assert exc_c14n(result.signed_xml) == (PREFIX + SUFFIX).encode()


# --- judged by us ---


def test_what_is_returned_is_what_was_signed(pki: Pki, assertion: bytes) -> None:
    verified = check(pki, assertion)
    assert exc_c14n(verified.element) == (PREFIX + SUFFIX).encode()
    assert verified.certificat == pki.leaf.certificate
    assert verified.chaine == (pki.leaf.certificate, pki.intermediate.certificate, pki.root.certificate)
    assert "899900000017" not in repr(verified)


@pytest.mark.parametrize("name", ["indirecte", "air"])
def test_the_sample_assertions_verify(name: str) -> None:
    def load(certificate: str) -> x509.Certificate:
        return x509.load_pem_x509_certificate(reference("xds", "samples", f"dmp-test-{certificate}.pem").read_bytes())

    signed = reference("xds", "samples", f"dmp-vihf-{name}-signed.xml").read_bytes()
    authorities = {"anchors": [load("ca-root")], "intermediates": [load("ca-intermediate")]}
    assert verify_enveloped(signed, **authorities, at=AT).certificat == load("signing")
    with pytest.raises(SignatureError, match="modifié"):
        verify_enveloped(signed.replace(b"INSTANCE-0001", b"INSTANCE-0002"), **authorities, at=AT)


def test_an_assertion_signed_by_signxml_is_accepted(pki: Pki) -> None:
    placeholder = f'<ds:Signature xmlns:ds="{DS}" Id="placeholder"></ds:Signature>\n  '
    element = etree.fromstring(PREFIX + placeholder + SUFFIX)
    signer = XMLSigner(c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0)
    signed = signer.sign(
        element,
        key=pki.leaf.key,
        cert=[pki.leaf.certificate],
        reference_uri=ID,
        id_attribute="ID",
        always_add_key_value=False,
    )
    assert check(pki, etree.tostring(signed)).certificat == pki.leaf.certificate


ANCESTORS = {
    "default namespace": '<soap:Envelope xmlns:soap="http://www.w3.org/2003/05/soap-envelope" xmlns="urn:d">',
    "ds bound elsewhere": '<soap:Envelope xmlns:soap="http://www.w3.org/2003/05/soap-envelope" xmlns:ds="urn:d">',
    "saml2 and xsi bound elsewhere": '<soap:Envelope xmlns:soap="http://www.w3.org/2003/05/soap-envelope" '
    'xmlns:saml2="urn:d" xmlns:xsi="urn:e">',
    "xs bound": '<soap:Envelope xmlns:soap="http://www.w3.org/2003/05/soap-envelope" '
    'xmlns:xs="http://www.w3.org/2001/XMLSchema">',
}


@pytest.mark.parametrize("ancestor", ANCESTORS)
def test_ancestors_do_not_matter_without_prefix_list(pki: Pki, assertion: bytes, ancestor: str, tmp_path: Path) -> None:
    message = ANCESTORS[ancestor].encode() + b"<soap:Body>" + assertion + b"</soap:Body></soap:Envelope>"
    element = parse(message, what="x")[0][0]
    before = etree.tostring(element.getroottree())
    assert check(pki, element).certificat == pki.leaf.certificate
    assert etree.tostring(element.getroottree()) == before
    assert xmlsec1(pki, message, tmp_path) == 0


@pytest.mark.parametrize("ancestor", ANCESTORS)
@pytest.mark.parametrize("prefixes", [("xs", "xsi"), ("#default",), ("ds", "saml2", "#default", "xsi")])
def test_prefix_lists_are_honoured_as_xmlsec1_does(
    pki: Pki, drive: Drive, ancestor: str, prefixes: tuple[str, ...], tmp_path: Path
) -> None:
    signed = drive(sign_enveloped(PREFIX, SUFFIX, ID, pki.leaf, inclusive_prefixes=prefixes))
    check(pki, signed)
    assert xmlsec1(pki, signed, tmp_path) == 0
    message = ANCESTORS[ancestor].encode() + b"<soap:Body>" + signed + b"</soap:Body></soap:Envelope>"
    try:
        check(pki, parse(message, what="x")[0][0])
    except SignatureError:
        accepted = False
    else:
        accepted = True
    assert accepted == (xmlsec1(pki, message, tmp_path) == 0)


def test_the_certificate_must_hold_at_that_instant(pki: Pki, assertion: bytes) -> None:
    refused(pki, assertion, "expiré", at=END.replace(year=2037))
    refused(pki, assertion, "autorité", intermediates=[])
    refused(pki, assertion, "autorité", anchors=[pki.authority("AUTRE", pki.keys[3]).certificate])


RSA = ("2001/04/xmldsig-more#rsa-sha256", "2000/09/xmldsig#rsa-sha1")
SHA = ("2001/04/xmlenc#sha256", "2000/09/xmldsig#sha1")


@pytest.mark.parametrize(("changes", "digest"), [([RSA], "sha1"), ([SHA], "sha256"), ([RSA, SHA], "sha1")])
def test_sha1_only_on_demand(pki: Pki, changes: list[tuple[str, str]], digest: DigestName) -> None:
    def weaken(info: str) -> str:
        for old, new in changes:
            info = info.replace(old, new)
        return info.replace(digest_of("sha256"), digest_of("sha1")) if SHA in changes else info

    signed = resigned(pki.leaf, weaken, digest=digest)
    refused(pki, signed, "algorithme")
    assert check(pki, signed, allow_sha1=True).certificat == pki.leaf.certificate


# --- attacks ---


def digest_of(algorithm: DigestName) -> str:
    return base64.b64encode(hashlib.new(algorithm, (PREFIX + SUFFIX).encode()).digest()).decode()


def resigned(
    pair: Pair, change: Callable[[str], str], *, digest: DigestName = "sha256", key_info: str | None = None
) -> bytes:
    """Sign with a genuine key a SignedInfo that is not ours."""
    effect = next(sign_enveloped(PREFIX, SUFFIX, ID, pair, canonical=True))
    assert isinstance(effect, Call)
    assert isinstance(effect.function, partial)
    info = change(effect.function.args[0].decode())
    value = base64.b64encode(pair.sign(exc_c14n(etree.fromstring(info)), digest)).decode()
    certificate = base64.b64encode(pair.certificat_der).decode()
    key_info = key_info or f"<ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data>"
    signature = (
        f'<ds:Signature xmlns:ds="{DS}">{info}<ds:SignatureValue>{value}</ds:SignatureValue>'
        f"<ds:KeyInfo>{key_info}</ds:KeyInfo></ds:Signature>"
    )
    return f"{PREFIX}{signature}{SUFFIX}".encode()


def test_the_attack_maker_makes_good_ones_too(pki: Pki, assertion: bytes) -> None:
    assert resigned(pki.leaf, lambda info: info) == assertion


ENVELOPED = f'<ds:Transform Algorithm="{DS}enveloped-signature"></ds:Transform>'
EXCLUSIVE = '<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"></ds:Transform>'
XPATH = '<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"><ds:XPath>1</ds:XPath></ds:Transform>'
XSLT = '<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116"></ds:Transform>'

SIGNED_INFOS: dict[str, tuple[str, str, str]] = {
    "whole document": (f'URI="#{ID}"', 'URI=""', "ne désigne pas"),
    "no URI": (f' URI="#{ID}"', "", "ne désigne pas"),
    "another element": (f'URI="#{ID}"', 'URI="#_x"', "ne désigne pas"),
    "a file": (f'URI="#{ID}"', 'URI="file:///etc/hostname"', "ne désigne pas"),
    "xpointer": (f'URI="#{ID}"', f"URI=\"#xpointer(id('{ID}'))\"", "ne désigne pas"),
    "xpath transform": (ENVELOPED, XPATH, "transformation"),
    "three transforms": (ENVELOPED, ENVELOPED + XPATH, "structure"),
    "xslt transform": (EXCLUSIVE, XSLT, "canonicalisation"),
    "one transform": (ENVELOPED, "", "structure"),
    "transforms swapped": (ENVELOPED + EXCLUSIVE, EXCLUSIVE + ENVELOPED, "transformation"),
    "comments kept": (EXCLUSIVE, EXCLUSIVE.replace('c14n#"', 'c14n#WithComments"'), "canonicalisation"),
    "inclusive": ("2001/10/xml-exc-c14n#", "TR/2001/REC-xml-c14n-20010315", "canonicalisation"),
    "HMAC": ("2001/04/xmldsig-more#rsa-sha256", "2000/09/xmldsig#hmac-sha1", "algorithme"),
    "truncated HMAC": (
        'xmldsig-more#rsa-sha256"></',
        'xmldsig-more#rsa-sha256"><ds:HMACOutputLength>1</ds:HMACOutputLength></',
        "paramètre",
    ),
    "MD5": ("2001/04/xmlenc#sha256", "2001/04/xmldsig-more#md5", "algorithme"),
    "child after the digest": ("</ds:DigestValue>", "<b></b></ds:DigestValue>", "base64"),
    "foreign child": ("<ds:DigestValue>", "<ds:DigestValue><b/>", "base64"),
}


@pytest.mark.parametrize("name", SIGNED_INFOS)
def test_only_the_known_signed_info_is_accepted(pki: Pki, name: str) -> None:
    old, new, reason = SIGNED_INFOS[name]

    def change(info: str) -> str:
        assert old in info
        return info.replace(old, new)

    refused(pki, resigned(pki.leaf, change), reason)


def test_two_references_are_refused(pki: Pki) -> None:
    def twice(info: str) -> str:
        start, end = info.index("<ds:Reference"), info.index("</ds:SignedInfo>")
        return info[:end] + info[start:end] + info[end:]

    refused(pki, resigned(pki.leaf, twice), "structure")


def test_only_one_certificate_in_key_info(pki: Pki) -> None:
    def data(*pairs: Pair) -> str:
        written = [base64.b64encode(pair.certificat_der).decode() for pair in pairs]
        return "".join(f"<ds:X509Certificate>{one}</ds:X509Certificate>" for one in written)

    def same(info: str) -> str:
        return info

    two = f"<ds:X509Data>{data(pki.leaf, pki.intermediate)}</ds:X509Data>"
    refused(pki, resigned(pki.leaf, same, key_info=two), "X509Data")
    named = f"<ds:KeyName>x</ds:KeyName><ds:X509Data>{data(pki.leaf)}</ds:X509Data>"
    refused(pki, resigned(pki.leaf, same, key_info=named), "KeyInfo")
    other = f"<ds:X509Data>{data(pki.intermediate)}</ds:X509Data>"
    refused(pki, resigned(pki.leaf, same, key_info=other), "ne correspond pas au certificat")
    broken = "<ds:X509Data><ds:X509Certificate>AAAA</ds:X509Certificate></ds:X509Data>"
    refused(pki, resigned(pki.leaf, same, key_info=broken), "certificat illisible")
    bare = "<ds:X509Data><ds:X509Certificate>*</ds:X509Certificate></ds:X509Data>"
    refused(pki, resigned(pki.leaf, same, key_info=bare), "base64")


def test_an_attacker_s_own_certificate_is_refused(pki: Pki) -> None:
    refused(
        pki, resigned(pki.issue("SERVEUR DUI FICTIF SIGN", pki.keys[3]), lambda info: info), "aucune autorité connue"
    )


def signature_in(assertion: bytes) -> bytes:
    return assertion[assertion.index(b"<ds:Signature") : assertion.index(b"</ds:Signature>") + len(b"</ds:Signature>")]


FORGED = (PREFIX + SUFFIX).replace("899900000017", "899900000666")


def wrapped(original: bytes, forged: str, place: str) -> bytes:
    """Place the genuine assertion somewhere in the message, and the forged one where the claims are read."""
    signature = signature_in(original).decode()
    bare = original.decode().replace(signature, "")
    before, after = forged[: forged.index("<saml2:Subject>")], forged[forged.index("<saml2:Subject>") :]
    nested = {
        "forged without signature": before + after,
        "genuine inside forged, signature moved up": before
        + signature
        + after.replace("</saml2:Assertion>", bare)
        + "</saml2:Assertion>",
        "genuine inside forged, with its signature": before + original.decode() + after,
        "genuine inside the signature's Object": before
        + signature.replace("</ds:Signature>", f"<ds:Object>{bare}</ds:Object></ds:Signature>")
        + after,
        "signature copied on the forged one": before + signature + after,
        "signature at the end": before + after.replace("</saml2:Assertion>", signature + "</saml2:Assertion>"),
        "two signatures": before + signature + signature + after,
        "signature before issuer": before.replace("<saml2:Issuer>", signature + "<saml2:Issuer>") + after,
    }[place]
    return nested.encode()


# Place → reason when the forged assertion bears the same ID, reason when it bears another.
PLACES = {
    "forged without signature": ("0 trouvée", "0 trouvée"),
    "genuine inside forged, signature moved up": ("même identifiant", "ne désigne pas"),
    "genuine inside forged, with its signature": ("même identifiant", "pas à sa place"),
    "genuine inside the signature's Object": ("même identifiant", "structure"),
    "signature copied on the forged one": ("modifié", "ne désigne pas"),
    "signature at the end": ("pas à sa place", "pas à sa place"),
    "two signatures": ("2 trouvée", "2 trouvée"),
    "signature before issuer": ("pas à sa place", "pas à sa place"),
}


@pytest.mark.parametrize("place", PLACES)
def test_wrapping_inside_the_assertion(pki: Pki, assertion: bytes, place: str) -> None:
    same_id, other_id = PLACES[place]
    refused(pki, wrapped(assertion, FORGED, place), same_id)
    refused(pki, wrapped(assertion, FORGED.replace(ID, "_evil"), place), other_id)


def test_wrapping_inside_the_envelope(pki: Pki, assertion: bytes) -> None:
    evil = assertion.replace(b"899900000017", b"899900000666")
    for moved in (
        b"<Wrapper>" + assertion + b"</Wrapper>",
        assertion.replace(b"Assertion", b"Advice"),
        f'<x ID="{ID}"></x>'.encode(),
        f'<x Id="{ID}"></x>'.encode(),
    ):
        message = envelope(headers=[security([evil]), moved], body=b"<x/>")
        (found,) = read_request(message).assertions
        refused(pki, found, "même identifiant")
        message = envelope(headers=[security([assertion]), moved], body=b"<x/>")
        (found,) = read_request(message).assertions
        refused(pki, found, "même identifiant")


def test_an_element_without_identifier_is_refused(pki: Pki, assertion: bytes) -> None:
    refused(pki, assertion.replace(b' ID="', b' Other="'), "attribut ID")


def test_the_signature_follows_an_issuer_and_nothing_else(pki: Pki, drive: Drive) -> None:
    for other in ("saml2:Advice", "Issuer"):
        prefix = PREFIX.replace("saml2:Issuer", other)
        refused(pki, drive(sign_enveloped(prefix, SUFFIX, ID, pki.leaf)), "pas à sa place")


def test_comments_do_not_cut_the_claims(pki: Pki, assertion: bytes) -> None:
    commented = assertion.replace(b"899900000017", b"8999<!-- -->00000017")
    assert check(pki, commented).element.findtext(f"{{{SAML}}}Subject/{{{SAML}}}NameID") == "899900000017"
    digest = digest_of("sha256").encode()
    check(pki, assertion.replace(digest, digest[:9] + b"<!--" + digest + b"-->" + digest[9:]))


@given(st.data())
def test_one_changed_byte_never_changes_the_claims(pki: Pki, assertion: bytes, data: st.DataObject) -> None:
    position = data.draw(st.integers(0, len(assertion) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != assertion[position]))
    changed = assertion[:position] + bytes([byte]) + assertion[position + 1 :]
    try:
        verified = check(pki, changed)
    except SegurError:
        return
    # White space inside a tag, or in base64, may change without harm: what is returned may not.
    assert exc_c14n(verified.element) == (PREFIX + SUFFIX).encode()


def test_a_relative_namespace_is_refused(pki: Pki, assertion: bytes) -> None:
    with pytest.raises(SignatureError, match="forme canonique"):
        check(pki, assertion.replace(f'xmlns:saml2="{SAML}"'.encode(), b'xmlns:saml2="relative"', 1))


def test_every_claim_byte_is_covered(pki: Pki, assertion: bytes) -> None:
    for position in range(assertion.index(SUFFIX.encode()[:20]), len(assertion), 7):
        if assertion[position : position + 1].isalnum():
            changed = assertion[:position] + b"~" + assertion[position + 1 :]
            with pytest.raises((SignatureError, ReponseInvalideError)):
                check(pki, changed)


def test_too_large_an_assertion_is_refused(pki: Pki, assertion: bytes) -> None:
    with pytest.raises(ReponseInvalideError, match="taille"):
        check(pki, assertion + b" " * MESSAGE.max_bytes)
