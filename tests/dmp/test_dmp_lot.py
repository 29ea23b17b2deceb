"""The signature of the submission set: the samples, our own, foreign judges, and what must be refused."""

from __future__ import annotations

import base64
import copy
import hashlib
import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from dmp_outils import MAINTENANT, Signature, cle, conduire, intermediaire, racine, sans_reseau, signataire
from lxml import etree

from judges import judge, reference
from segur_socles._core.xml import DigestName, c14n_digest
from segur_socles.dmp.lot import Empreinte, LotVerifie, signer_lot, verifier_lot
from segur_socles.errors import SegurError, SignatureError

DOCUMENT_ID = "1.2.250.1.999.1.1.99001.1.20260115103000"
LOT_ID = "1.2.250.1.999.1.1.99001.3.20260115103005"
SIGNATURE_IDS = {
    "sha1": "_c1f0a9d2-27c7-4c0e-8f0c-6a4d0b1e0c03",
    "sha256": "_c1f0a9d2-27c7-4c0e-8f0c-6a4d0b1e0c04",
}
NS = {"ds": "http://www.w3.org/2000/09/xmldsig#", "x": "http://uri.etsi.org/01903/v1.1.1#"}


def exemple(nom: str) -> bytes:
    return reference("xds", "samples", nom).read_bytes()


def verifier(octets: bytes, documents: dict[str, bytes] | None = None, *, ici: bool = False) -> LotVerifie:
    """Verify against the samples' authorities, or against those made here."""
    ancre, milieu = racine(), intermediaire()
    if not ici:
        ancre = x509.load_pem_x509_certificate(exemple("dmp-test-ca-root.pem"))
        milieu = x509.load_pem_x509_certificate(exemple("dmp-test-ca-intermediate.pem"))
    return verifier_lot(
        octets,
        documents={DOCUMENT_ID: exemple("dmp-lot-document.xml")} if documents is None else documents,
        lot_id=LOT_ID,
        anchors=[ancre],
        intermediates=[milieu],
        at=MAINTENANT if ici else datetime(2026, 2, 1, tzinfo=UTC),
    )


def signer(digest: DigestName = "sha1", signature: Signature | None = None, *autres: Empreinte) -> bytes:
    empreinte = Empreinte(DOCUMENT_ID, c14n_digest(exemple("dmp-lot-document.xml"), digest))
    flow = signer_lot(
        LOT_ID,
        [empreinte, *autres],
        signature or signataire(),
        signature_id=SIGNATURE_IDS[digest],
        instant=MAINTENANT,
        digest=digest,
    )
    return bytes(conduire(flow, sans_reseau))


@pytest.mark.parametrize("digest", ["sha1", "sha256"])
def test_samples_verify(digest: str) -> None:
    lu = verifier(exemple(f"dmp-lot-signature-{digest}.xml"))
    assert (lu.lot_id, lu.documents, lu.digest) == (LOT_ID, {DOCUMENT_ID}, digest)
    assert lu.signe_le == "2026-01-15T10:30:05.282+01:00"
    assert len(lu.chaine) == 3


@pytest.mark.parametrize("digest", ["sha1", "sha256"])
def test_ours_is_the_sample_but_for_keys(digest: DigestName) -> None:
    """Same elements, attributes, namespaces, order and manifest digest as the sample; ours verifies too."""
    ours = signer(digest)
    assert verifier(ours, ici=True).digest == digest

    def plain(octets: bytes) -> str:
        written = octets.decode()
        for name in ("SignatureValue", "X509Certificate", "X509IssuerName", "X509SerialNumber", "SigningTime"):
            written = re.sub(rf"(<{name}[^>]*>)[^<]+", r"\1…", written)
        # SignedInfo's digest of the properties, and those of the certificates, follow from the keys.
        head, properties, tail = re.split(r"(<SignedProperties.*</SignedProperties>)", written)
        properties = re.sub(r"(<DigestValue>)[^<]+", r"\1…", properties)
        head = re.sub(r'(SignedProperties" URI="#S0-SignedProperties">.*?<DigestValue>)[^<]+', r"\1…", head)
        return head + properties + tail

    assert plain(ours) == plain(exemple(f"dmp-lot-signature-{digest}.xml"))


@pytest.mark.juge("xmlsec1", "xmllint", "openssl")
@pytest.mark.parametrize("digest", ["sha1", "sha256"])
def test_foreign_judges_accept_ours(digest: DigestName, tmp_path: Path) -> None:
    for name, certificate in (("racine", racine()), ("milieu", intermediaire())):
        (tmp_path / f"{name}.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (tmp_path / "lot.xml").write_bytes(signer(digest))
    command = [
        judge("xmlsec1"), "--verify", "--ignore-manifests", "--enabled-key-data", "x509",
        "--trusted-pem", "racine.pem", "--untrusted-pem", "milieu.pem",
        "--verification-time", "2026-01-16 00:00:00", "lot.xml",
    ]  # fmt: skip
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "SignedInfo References (ok/all): 2/2" in done.stdout + done.stderr
    canonical = subprocess.run(
        [judge("xmllint"), "--c14n", str(reference("xds", "samples", "dmp-lot-document.xml"))],
        capture_output=True,
        check=True,
    ).stdout
    judged = subprocess.run(
        [judge("openssl"), "dgst", f"-{digest}", "-binary"], input=canonical, capture_output=True, check=True
    ).stdout
    assert base64.b64encode(judged).decode() in (tmp_path / "lot.xml").read_text()


def test_certificates_are_listed_leaf_first_with_issuer_and_serial() -> None:
    root = etree.fromstring(signer())
    rows = [
        (c.findtext(".//ds:X509IssuerName", namespaces=NS), c.findtext(".//ds:X509SerialNumber", namespaces=NS))
        for c in root.iterfind(".//x:Cert", NS)
    ]
    chaine = [signataire().certificat, intermediaire(), racine()]
    assert rows == [(c.issuer.rfc4514_string(), str(c.serial_number)) for c in chaine]
    assert rows[0][0] == "CN=AC FICTIVE,OU=0002 000000000,O=EHPAD FICTIF,ST=Rhône (69),C=FR"


# --- the other forms --------------------------------------------------------------------------------------


def resigner(root: etree._Element) -> bytes:
    """Sign again, after a change, what a malicious or foreign writer would sign: digests first, then the value."""

    def canonical(element: etree._Element) -> bytes:
        return etree.tostring(copy.deepcopy(element), method="c14n", with_comments=True, with_tail=False)

    targets = {e.get("Id"): e for e in root.iter() if e.get("Id")}
    for row in root.iterfind("ds:SignedInfo/ds:Reference", NS):
        target = targets.get(row.get("URI", "").removeprefix("#"))
        if target is not None:
            digest = hashlib.sha1(canonical(target), usedforsecurity=False).digest()
            row.find("ds:DigestValue", NS).text = base64.b64encode(digest).decode()
    value = cle("sign").sign(canonical(root.find("ds:SignedInfo", NS)), padding.PKCS1v15(), hashes.SHA1())  # noqa: S303
    root.find("ds:SignatureValue", NS).text = base64.b64encode(value).decode()
    return etree.tostring(root)


def forme_b(root: etree._Element) -> None:
    """A C14N transform on the first reference, SignatureProperties in the xmldsig namespace (C# kit)."""
    reference_1 = root.find("ds:SignedInfo/ds:Reference", NS)
    transforms = etree.Element(f"{{{NS['ds']}}}Transforms")
    etree.SubElement(transforms, f"{{{NS['ds']}}}Transform").set(
        "Algorithm", "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments"
    )
    reference_1.insert(0, transforms)
    forme_c(root)


def forme_c(root: etree._Element) -> None:
    """Leaf only in SigningCertificate, item 9 first and in the xmldsig namespace (DRIMbox)."""
    objects = root.findall("ds:Object", NS)
    for element in objects[1].iter():
        element.tag = f"{{{NS['ds']}}}{etree.QName(element).localname}"
    root.insert(list(root).index(objects[0]), objects[1])
    listed = root.find(".//x:SigningCertificate", NS)
    for cert in list(listed)[1:]:
        listed.remove(cert)


@pytest.mark.parametrize("forme", [forme_b, forme_c])
def test_other_forms_are_read(forme: object) -> None:
    root = etree.fromstring(signer())
    forme(root)  # type: ignore[operator]
    assert verifier(resigner(root), ici=True).lot_id == LOT_ID


def test_resigning_alone_changes_nothing() -> None:
    assert verifier(resigner(etree.fromstring(signer())), ici=True).digest == "sha1"


# --- what must be refused ---------------------------------------------------------------------------------


def _set(path: str, value: str | None = None, **attributes: str) -> object:
    def change(root: etree._Element) -> None:
        element = root.find(path, NS)
        if value is not None:
            element.text = value
        for name, written in attributes.items():
            element.set(name, written)

    return change


def _drop(path: str) -> object:
    def change(root: etree._Element) -> None:
        element = root.findall(path, NS)[-1]
        element.getparent().remove(element)

    return change


def _double(path: str) -> object:
    def change(root: etree._Element) -> None:
        element = root.find(path, NS)
        element.getparent().append(copy.deepcopy(element))

    return change


def _comment(path: str) -> object:
    def change(root: etree._Element) -> None:
        root.find(path, NS).append(etree.Comment("x"))

    return change


def _empty_object(root: etree._Element) -> None:
    # Wrapping: the signed manifest kept aside, another one where it is looked for.
    original = root.find("ds:Object", NS)
    fake = copy.deepcopy(original)
    fake.find("ds:Manifest", NS).set("Id", "AutreManifest")
    root.insert(list(root).index(original), fake)


M = "ds:Object/ds:Manifest"
REFUSED = {
    "lot-digest": _set(f"{M}/ds:Reference/ds:DigestValue", "AAA="),
    "document-digest": _set(f"{M}/ds:Reference[2]/ds:DigestValue", "JZEf/l4Q9zMEdiQ8+sGnsNGcyJU1"),
    "document-uri": _set(f"{M}/ds:Reference[2]", URI="urn:oid:1.2.3"),
    "lot-uri": _set(f"{M}/ds:Reference", URI="urn:oid:1.2.3"),
    "document-dropped": _drop(f"{M}/ds:Reference"),
    "document-twice": _double(f"{M}/ds:Reference[2]"),
    "transform": _set(f"{M}//ds:Transform", Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"),
    "digest-method": _set(f"{M}/ds:Reference[2]/ds:DigestMethod", Algorithm="http://www.w3.org/2001/04/xmldsig-more#md5"),
    "reference-dropped": _drop("ds:SignedInfo/ds:Reference"),
    "reference-twice": _double("ds:SignedInfo/ds:Reference"),
    "reference-type": _set("ds:SignedInfo/ds:Reference", Type="x"),
    "reference-elsewhere": _set("ds:SignedInfo/ds:Reference", URI="#purposeOfSignature"),
    "c14n": _set("ds:SignedInfo/ds:CanonicalizationMethod", Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"),
    "signature-method": _set("ds:SignedInfo/ds:SignatureMethod", Algorithm="http://www.w3.org/2000/09/xmldsig#hmac-sha1"),
    "cert-serial": _set(".//ds:X509SerialNumber", "1"),
    "cert-digest": _set(".//x:CertDigest/x:DigestValue", "AA=="),
    "cert-dropped": _drop(".//x:SigningCertificate"),
    "two-manifests": _double("ds:Object"),
    "wrapping": _empty_object,
    "comment": _comment(f"{M}/ds:Reference[2]/ds:DigestValue"),
    "no-key": _drop("ds:KeyInfo/ds:X509Data"),
}  # fmt: skip


@pytest.mark.parametrize("nom", REFUSED)
def test_resigned_changes_are_refused(nom: str) -> None:
    """The value and both digests are right again: only the rule itself can refuse."""
    root = etree.fromstring(signer())
    REFUSED[nom](root)  # type: ignore[operator]
    with pytest.raises(SignatureError):
        verifier(resigner(root), ici=True)


@pytest.mark.parametrize(
    ("avant", "apres"),
    [
        (b"JZEf/l4Q9zMEdiQ8", b"JZEf/l4Q9zMEdiQ9"),
        (b"2026-01-15T10:30:05.282", b"2026-01-15T10:30:05.283"),
        (b'Id="IHEManifest"', b'Id="IHEManifesT"'),
        (b"VVRJJZdYWGWj", b"VVRJJZdYWGWk"),
        (b"<Object><Manifest", b"<Object> <Manifest xml:lang='fr'"),
        (b"<?xml", b"<!DOCTYPE x><?xml"),
        (b"urn:oid:1.2.250.1.999.1.1.99001.3", b"urn:oid:1.2.250.1.999.1.1.99001.9"),
    ],
)
def test_changes_without_the_key_are_refused(avant: bytes, apres: bytes) -> None:
    octets = exemple("dmp-lot-signature-sha1.xml")
    assert avant in octets
    with pytest.raises(SegurError):
        verifier(octets.replace(avant, apres))


def test_document_that_changed_or_is_missing_is_refused() -> None:
    octets = exemple("dmp-lot-signature-sha1.xml")
    document = exemple("dmp-lot-document.xml")
    # The canonical form ignores line ends and quotes, not comments.
    assert verifier(octets, {DOCUMENT_ID: document.replace(b"\r\n", b"\n")}).documents
    for documents in (
        {DOCUMENT_ID: document.replace(b"comment inside", b"comment insidf")},
        {},
        {DOCUMENT_ID: document, "1.2.3": document},
    ):
        with pytest.raises(SignatureError):
            verifier(octets, documents)


def test_certificate_rules() -> None:
    with pytest.raises(SignatureError, match="nonRepudiation"):
        verifier(signer("sha1", signataire(non_repudiation=False)), ici=True)
    with pytest.raises(SignatureError):
        verifier(signer(), ici=False)  # other authorities
    with pytest.raises(SignatureError, match="autre lot"):
        verifier_lot(
            exemple("dmp-lot-signature-sha1.xml"),
            documents={DOCUMENT_ID: exemple("dmp-lot-document.xml")},
            lot_id="1.2.3",
            anchors=[racine()],
            at=MAINTENANT,
        )


def test_document_that_is_not_xml_is_digested_as_it_is() -> None:
    octets = b"%PDF-1.4 fictif"
    empreinte = Empreinte("1.2.3.4", hashlib.sha1(octets, usedforsecurity=False).digest())
    root = etree.fromstring(signer("sha1", None, empreinte))
    transforms = root.findall(f"{M}/ds:Reference[3]/ds:Transforms", NS)[0]
    transforms.getparent().remove(transforms)
    documents = {DOCUMENT_ID: exemple("dmp-lot-document.xml"), "1.2.3.4": octets}
    assert verifier(resigner(root), documents, ici=True).documents == set(documents)
