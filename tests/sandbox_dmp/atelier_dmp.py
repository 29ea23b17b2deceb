"""Messages to the DMP made by hand: the reference samples, filled in and signed anew with the test PKI's keys.

Nothing of the library's own writers is used: SAML and XAdES signatures are made here with lxml and cryptography,
MIME by joining bytes.
"""

from __future__ import annotations

import asyncio
import base64
import copy
import hashlib
import io
import re
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from lxml import etree

from judges import reference
from segur_socles._core.clock import FrozenClock
from segur_socles._core.ids import SeededIds
from segur_socles.config.logiciel import Logiciel
from segur_socles.personnes.structure import Structure
from segur_socles.sandbox.dmp.service import ServiceDmp
from segur_socles.sandbox.pki import Ac, Emis, PkiDeTest
from segur_socles.sandbox.service import Monde, ReponseSandbox, RequeteSandbox

BASE = "/si-dmp-server/v2/services/"
INSTANT = datetime(2026, 1, 15, 9, 31, tzinfo=UTC)
INS = "235079999999960"
DOCUMENT_ID = "1.2.250.1.999.1.1.99001.1.20260115103000"
LOT_ID = "1.2.250.1.999.1.1.99001.3.20260115103005"
SIGNATURE_ID = "1.2.250.1.999.1.1.99001.4.20260115103005"

ACTION_PATIENTS = "urn:hl7-org:v3:PRPA_IN201307UV02"
ACTION_DEPOT = "urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-b"
ACTION_RECHERCHE = "urn:ihe:iti:2007:RegistryStoredQuery"

DS = "http://www.w3.org/2000/09/xmldsig#"
NS = {
    "soap": "http://www.w3.org/2003/05/soap-envelope",
    "wsa": "http://www.w3.org/2005/08/addressing",
    "rs": "urn:oasis:names:tc:ebxml-regrep:xsd:rs:3.0",
    "rim": "urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0",
    "h": "urn:hl7-org:v3",
}

CDA = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<ClinicalDocument xmlns="urn:hl7-org:v3"><id root="1.2.250.1.999.1.1.99001.1.20260115103000"/>'
    '<code code="80788-3" codeSystem="2.16.840.1.113883.6.1" displayName="Projet personnalisé"/>'
    '<title>Projet fictif</title><effectiveTime value="20260115103000+0100"/>'
    '<confidentialityCode code="N" codeSystem="2.16.840.1.113883.5.25"/><languageCode code="fr-FR"/>'
    '<recordTarget><patientRole><id root="1.2.250.1.213.1.4.10" extension="235079999999960"/>'
    '<id root="1.2.250.1.999.1.1.99001.2" extension="RES-000123"/></patientRole></recordTarget>'
    '<author><time value="20260115103000+0100"/><assignedAuthor>'
    '<id root="1.2.250.1.71.4.2.1" extension="899900000017"/>'
    '<representedOrganization><id root="1.2.250.1.71.4.2.2" extension="1990000019"/></representedOrganization>'
    "</assignedAuthor></author>"
    "<legalAuthenticator><assignedEntity>"
    '<id root="1.2.250.1.71.4.2.1" extension="899900000017"/></assignedEntity></legalAuthenticator>'
    '<documentationOf><serviceEvent><effectiveTime><low value="20260115090000+0100"/></effectiveTime><performer>'
    '<assignedEntity><id root="1.2.250.1.71.4.2.1" extension="899900000017"/><representedOrganization>'
    '<standardIndustryClassCode code="ESSMS" codeSystem="1.2.250.1.213.1.1.4.9"/></representedOrganization>'
    "</assignedEntity></performer></serviceEvent></documentationOf>"
    "<componentOf><encompassingEncounter><location><healthCareFacility>"
    '<code code="SA17" codeSystem="1.2.250.1.71.4.2.4"/></healthCareFacility></location></encompassingEncounter>'
    "</componentOf></ClinicalDocument>"
)

Change = Callable[[str], str]


def tel_quel(texte: str) -> str:
    return texte


def remplacer(ancien: str, nouveau: str, fois: int = -1) -> Change:
    """A change that must find what it replaces."""

    def change(texte: str) -> str:
        assert ancien in texte, ancien
        return texte.replace(ancien, nouveau, fois)

    return change


def puis(*changes: Change) -> Change:
    def change(texte: str) -> str:
        for un in changes:
            texte = un(texte)
        return texte

    return change


def sample(nom: str) -> bytes:
    return reference("xds", "samples", nom).read_bytes()


def _b64(octets: bytes) -> str:
    return base64.b64encode(octets).decode()


def _c14n(element: etree._Element, *, exclusive: bool) -> bytes:
    seul = etree.ElementTree(copy.deepcopy(element))
    ecrit = io.BytesIO()
    seul.write_c14n(ecrit, exclusive=exclusive, with_comments=False)
    return ecrit.getvalue()


def _signer(emis: Emis, octets: bytes, algorithme: hashes.HashAlgorithm) -> str:
    cle = emis.materiel.cle
    assert isinstance(cle, rsa.RSAPrivateKey)
    return _b64(cle.sign(octets, padding.PKCS1v15(), algorithme))


def signer_assertion(texte: str, emis: Emis) -> str:
    """Put an enveloped signature right after Issuer."""
    ident = re.search(r' ID="([^"]+)"', texte)
    assert ident is not None
    digest = _b64(hashlib.sha256(_c14n(etree.fromstring(texte.encode()), exclusive=True)).digest())
    info = (
        f'<ds:SignedInfo xmlns:ds="{DS}"><ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>'
        '<ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/>'
        f'<ds:Reference URI="#{ident[1]}"><ds:Transforms><ds:Transform Algorithm="{DS}enveloped-signature"/>'
        '<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/></ds:Transforms>'
        '<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>'
        f"<ds:DigestValue>{digest}</ds:DigestValue></ds:Reference></ds:SignedInfo>"
    )
    valeur = _signer(emis, _c14n(etree.fromstring(info), exclusive=True), hashes.SHA256())
    signature = (
        f'<ds:Signature xmlns:ds="{DS}">{info}<ds:SignatureValue>{valeur}</ds:SignatureValue><ds:KeyInfo><ds:X509Data>'
        f"<ds:X509Certificate>{_b64(emis.certificat.der)}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature>"
    )
    return texte.replace("</saml2:Issuer>", f"</saml2:Issuer>{signature}", 1)


def signer_lot(emis: Emis, documents: dict[str, bytes], lot_id: str = LOT_ID) -> bytes:
    """Sign the manifest as the sample does, SHA-1 everywhere."""

    def digest(octets: bytes) -> str:
        return f'<DigestMethod Algorithm="{DS}sha1"/><DigestValue>{_b64(hashlib.sha1(octets).digest())}</DigestValue>'

    def document(octets: bytes) -> bytes:
        ecrit = io.BytesIO()
        racine = etree.fromstring(octets, etree.XMLParser(huge_tree=True))
        etree.ElementTree(racine).write_c14n(ecrit, with_comments=True)
        return ecrit.getvalue()

    c14n = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments"
    references = "".join(
        f'<Reference URI="urn:oid:{ident}"><Transforms><Transform Algorithm="{c14n}"/></Transforms>'
        f"{digest(document(octets))}</Reference>"
        for ident, octets in documents.items()
    )
    manifeste = (
        f'<Manifest xmlns="{DS}" Id="IHEManifest"><Reference URI="urn:oid:{lot_id}">'
        f'<DigestMethod Algorithm="{DS}sha1"/>'
        f"<DigestValue>AA==</DigestValue></Reference>{references}</Manifest>"
    )
    certificat = emis.certificat.brut
    proprietes = (
        '<SignedProperties xmlns="http://uri.etsi.org/01903/v1.1.1#" Id="S0-SignedProperties">'
        "<SignedSignatureProperties><SigningTime>2026-01-15T10:30:05.282+01:00</SigningTime><SigningCertificate><Cert><CertDigest>"
        f"{digest(emis.certificat.der)}</CertDigest><IssuerSerial>"
        f'<X509IssuerName xmlns="{DS}">{certificat.issuer.rfc4514_string()}</X509IssuerName>'
        f'<X509SerialNumber xmlns="{DS}">{certificat.serial_number}</X509SerialNumber></IssuerSerial></Cert>'
        "</SigningCertificate><SignaturePolicyIdentifier><SignaturePolicyImplied/></SignaturePolicyIdentifier>"
        "</SignedSignatureProperties><SignedDataObjectProperties/></SignedProperties>"
    )

    def canonique(texte: str) -> bytes:
        return _c14n(etree.fromstring(texte), exclusive=False)

    info = (
        f'<SignedInfo xmlns="{DS}"><CanonicalizationMethod Algorithm="{c14n}"/>'
        f'<SignatureMethod Algorithm="{DS}rsa-sha1"/>'
        f'<Reference Type="{DS}Manifest" URI="#IHEManifest">{digest(canonique(manifeste))}</Reference>'
        '<Reference Type="http://uri.etsi.org/01903/v1.1.1#SignedProperties" URI="#S0-SignedProperties">'
        f"{digest(canonique(proprietes))}</Reference></SignedInfo>"
    )
    valeur = _signer(emis, canonique(info), hashes.SHA1())  # noqa: S303
    return (
        f'<Signature xmlns="{DS}" Id="_lot">{info}<SignatureValue>{valeur}</SignatureValue><KeyInfo><X509Data>'
        f"<X509Certificate>{_b64(emis.certificat.der)}</X509Certificate></X509Data></KeyInfo><Object>{manifeste}</Object>"
        '<Object><SignatureProperties xmlns=""><SignatureProperty Id="purposeOfSignature" Target="#_lot">'
        "1.2.840.10065.1.12.1.14</SignatureProperty></SignatureProperties></Object><Object>"
        f'<QualifyingProperties xmlns="http://uri.etsi.org/01903/v1.1.1#" Target="#_lot">{proprietes}'
        "</QualifyingProperties></Object></Signature>"
    ).encode()


@dataclass(frozen=True)
class Message:
    """What is sent: body and Content-Type."""

    corps: bytes = field(repr=False)
    type_de_contenu: str
    chemin: str


@dataclass(frozen=True)
class Resultat:
    """What came back, read with lxml alone."""

    reponse: ReponseSandbox
    requete: RequeteSandbox

    @property
    def racine(self) -> etree._Element:
        return etree.fromstring(self.reponse.corps)

    def texte(self, chemin: str) -> str:
        trouve = self.racine.find(chemin, NS)
        return "" if trouve is None else trouve.text or ""

    @property
    def faute(self) -> str:
        """Subcode without prefix, of a fault under HTTP 500."""
        subcode = self.texte(".//soap:Subcode/soap:Value")
        assert bool(subcode) == (self.reponse.statut == 500)
        return subcode.rpartition(":")[2]

    @property
    def raison(self) -> str:
        return self.texte(".//soap:Reason/soap:Text")

    @property
    def erreurs(self) -> list[str]:
        """Codes of the registry errors."""
        return [e.get("errorCode", "") for e in self.racine.iterfind(".//rs:RegistryError", NS)]

    @property
    def statut(self) -> str:
        """Success or Failure of a registry answer."""
        reponse = self.racine.find("soap:Body/*", NS)
        assert reponse is not None
        return reponse.get("status", "").rpartition(":")[2]

    @property
    def references(self) -> list[str]:
        return [e.get("id", "") for e in self.racine.iterfind(".//rim:ObjectRef", NS)]

    @property
    def refuses(self) -> list[str]:
        """Names of the checks that failed, as the journal has them."""
        return [verdict.controle for verdict in self.requete.verdicts if not verdict.ok]


class Atelier:
    """A DMP of its own for each test; keys are shared."""

    def __init__(self, pki: PkiDeTest, tls: Emis, cachet: Emis) -> None:
        self.clock = FrozenClock(INSTANT)
        self.pki = pki
        self.tls = tls
        self.cachet = cachet
        self.revoques: set[int] = set()
        self._suite: Iterator[int] = iter(range(1, 1000))
        structure = Structure.model_validate(
            {
                "nom": "EHPAD FICTIF",
                "finess_eg": "990000019",
                "finess_ej": "990000001",
                "secteur": "SA17",
                "cadre": "ESSMS",
            }
        )
        self.monde = Monde(
            clock=self.clock,
            ids=SeededIds(1),
            ancres=(pki.certificat_ac(Ac.RACINE).brut,),
            intermediaires=(pki.certificat_ac(Ac.ORGANISATIONS).brut,),
            revoque=self._revoque,
            structures={"1990000019": structure, "1990000001": structure},
            logiciel=Logiciel(
                nom="DUI FICTIF",
                version="1.0",
                instance="INSTANCE-0001",
                oid_racine="1.2.250.1.999",
                id_homologation_dmp="XXX-xxx-000-00-xxx-xxx-R0",
            ),
        )
        self.service = ServiceDmp(self.monde)

    def _revoque(self, certificat: x509.Certificate, at: datetime) -> bool:
        return at == INSTANT and certificat.serial_number in self.revoques

    # --- messages ---

    def vihf(self, change: Change = tel_quel, cachet: Emis | None = None) -> str:
        emis = cachet or self.cachet
        texte = sample("dmp-vihf-indirecte-signed.xml").decode()
        texte = re.sub(r"<ds:Signature .*</ds:Signature>", "", texte, flags=re.DOTALL)
        texte = re.sub(r"(<saml2:Issuer[^>]*>)[^<]*", lambda m: m[1] + emis.certificat.sujet_rfc4514, texte)
        texte = texte.replace("_5a3a5c0e-8d1b-4c58-9d6e-2f6f7a1b0c01", f"_vihf-{next(self._suite)}")
        return signer_assertion(change(texte), emis)

    def enveloppe(self, action: str, corps: str, vihf: str, change: Change = tel_quel) -> bytes:
        # lxml reads the assertion as it stands: nothing is re-serialised.
        texte = (
            '<soap:Envelope xmlns:soap="http://www.w3.org/2003/05/soap-envelope"'
            ' xmlns:wsa="http://www.w3.org/2005/08/addressing"><soap:Header>'
            f"<wsa:MessageID>urn:uuid:6b3d4c1a-7e0f-4d43-9d0b-1c5f2b7e0c{next(self._suite):02d}</wsa:MessageID><wsa:To></wsa:To>"
            "<wsa:ReplyTo><wsa:Address>http://www.w3.org/2005/08/addressing/anonymous</wsa:Address></wsa:ReplyTo>"
            f"<wsa:Action>{action}</wsa:Action><wsse:Security xmlns:wsse="
            '"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd">'
            f"{vihf}</wsse:Security></soap:Header><soap:Body>{corps}</soap:Body></soap:Envelope>"
        )
        return change(texte).encode()

    def _simple(
        self, service: str, action: str, nom: str, change: Change, vihf: str | None, enveloppe: Change
    ) -> Message:
        corps = change(re.sub(r"^<\?xml.*?-->\s*", "", sample(nom).decode(), flags=re.DOTALL))
        octets = self.enveloppe(action, corps, self.vihf() if vihf is None else vihf, enveloppe)
        return Message(octets, f'application/soap+xml; charset=UTF-8; action="{action}"', BASE + service)

    def td02(self, change: Change = tel_quel, *, vihf: str | None = None, enveloppe: Change = tel_quel) -> Message:
        return self._simple("patients", ACTION_PATIENTS, "dmp-td02-request.xml", change, vihf, enveloppe)

    def td31(
        self, change: Change = tel_quel, *, vihf: str | None = None, nom: str = "dmp-td31b-getdocuments-objectref.xml"
    ) -> Message:
        return self._simple("registry", ACTION_RECHERCHE, nom, change, vihf, tel_quel)

    def td21(
        self,
        meta: Change = tel_quel,
        *,
        cda: Change = tel_quel,
        vihf: str | None = None,
        lot: Callable[[bytes], bytes] = bytes,
        cachet: Emis | None = None,
        mime: Callable[[bytes], bytes] = bytes,
        document_id: str = DOCUMENT_ID,
        lot_id: str = LOT_ID,
    ) -> Message:
        """A feed of one document; ``meta`` changes the metadata last, ``mime`` the whole body."""
        octets = cda(CDA).encode()
        signature = lot(signer_lot(cachet or self.cachet, {document_id: octets}, lot_id))
        texte = sample("dmp-td21-mtom.mime").decode("latin-1").encode("latin-1")
        corps = re.search(rb"<soap:Body>(.*)</soap:Body>", texte, re.DOTALL)
        assert corps is not None
        demande = puis(
            remplacer("aafac4c2b396055b28cbc21c4ebb931d02dd5fd3", hashlib.sha1(octets).hexdigest()),
            remplacer("<rim:Value>597<", f"<rim:Value>{len(octets)}<"),
            remplacer("07c16019b3bfabf5f4abbaac7086228be15c6b4a", hashlib.sha1(signature).hexdigest()),
            remplacer("<rim:Value>5607<", f"<rim:Value>{len(signature)}<"),
            meta,
        )(corps[1].decode())
        racine = self.enveloppe(ACTION_DEPOT, demande, self.vihf() if vihf is None else vihf)
        parties = (
            (b'application/xop+xml; charset=UTF-8; type="application/soap+xml"', b"root@dui.example", racine),
            (b"application/octet-stream", b"doc1+fictif@dui.example", octets),
            (b"application/octet-stream", b"sig1@dui.example", signature),
        )
        entier = b"".join(
            b"--b0\r\nContent-Type: " + media + b"\r\nContent-Transfer-Encoding: binary\r\nContent-ID: <" + ident
            + b">\r\n\r\n" + contenu + b"\r\n"
            for media, ident, contenu in parties
        )  # fmt: skip
        type_de_contenu = (
            'multipart/related; boundary="b0"; type="application/xop+xml"; start="<root@dui.example>";'
            f' start-info="application/soap+xml"; action="{ACTION_DEPOT}"'
        )
        return Message(mime(entier + b"--b0--\r\n"), type_de_contenu, BASE + "repository")

    # --- sending ---

    def requete(self, message: Message, tls: Emis | None = None) -> RequeteSandbox:
        async def flux() -> AsyncIterator[bytes]:
            for debut in range(0, len(message.corps), 50_000):
                yield message.corps[debut : debut + 50_000]

        return RequeteSandbox(
            methode="POST",
            chemin=message.chemin,
            entetes={"content-type": message.type_de_contenu},
            flux=flux(),
            certificat_client=(tls or self.tls).certificat.brut,
        )

    def envoyer(self, message: Message, *, tls: Emis | None = None) -> Resultat:
        requete = self.requete(message, tls)
        return Resultat(asyncio.run(self.service.traiter(requete)), requete)

    def ensemble(self, messages: list[Message]) -> list[Resultat]:
        """Send several at once."""
        requetes = [self.requete(message) for message in messages]

        async def tous() -> list[ReponseSandbox]:
            return await asyncio.gather(*map(self.service.traiter, requetes))

        return [Resultat(reponse, requete) for reponse, requete in zip(asyncio.run(tous()), requetes, strict=True)]


def sans_certificat(requete: RequeteSandbox) -> RequeteSandbox:
    return replace(requete, certificat_client=None)
