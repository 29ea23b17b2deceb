"""INSi requests written as text, with nothing of the library's own writers, and a plain client to send them."""

from __future__ import annotations

import base64
import hashlib
import ssl
import uuid
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from lxml import etree

from segur_socles.sandbox.pki import Emis
from segur_socles.sandbox.sandbox import Sandbox

SOAP = "http://www.w3.org/2003/05/soap-envelope"
SERVICE = "urn:ServiceIdentiteCertifiee:1.0.0:"
TRAITS = f"{SERVICE}rechercherInsAvecTraitsIdentite"
VITALE = f"{SERVICE}rechercherInsAvecCarteVitale"
RESULTAT = "{http://www.cnamts.fr/INSiResultat}"


@dataclass(frozen=True)
class Demande:
    """Every part of a request can be replaced; ``None`` leaves it out."""

    nom: str | None = "ADRUN"
    prenom: str | None = "ZOE"
    sexe: str | None = "F"
    naissance: str | None = "1975-12-31"
    lieu: str | None = None
    action: str | None = TRAITS
    message_id: str | None = field(default_factory=lambda: f"uuid:{uuid.uuid4()}")
    emetteur: str = "1990000019"
    idam: str = '<IDAM R="4">A-OBTENIR</IDAM>'
    couverture: str = "<COUVERTURE/>"
    securite: str = ""
    corps: str | None = None
    type_de_contenu: str | None = f'application/soap+xml; charset=utf-8; action="{TRAITS}"'

    def avec(self, **parties: Any) -> Demande:
        return replace(self, **parties)

    def octets(self) -> bytes:
        maintenant = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        commun = f"<Id>{uuid.uuid4()}</Id><Temps>{maintenant}</Temps><Emetteur>{self.emetteur}</Emetteur>"
        adressage = "".join(
            f'<wsa:{nom} xmlns:wsa="http://www.w3.org/2005/08/addressing">{valeur}</wsa:{nom}>'
            for nom, valeur in (("Action", self.action), ("MessageID", self.message_id))
            if valeur is not None
        )
        traits = "".join(
            f"<{nom}>{valeur}</{nom}>"
            for nom, valeur in (
                ("NomNaissance", self.nom),
                ("Prenom", self.prenom),
                ("Sexe", self.sexe),
                ("DateNaissance", self.naissance),
                ("LieuNaissance", self.lieu),
            )
            if valeur is not None
        )
        corps = self.corps or f'<RECSANSVITALE xmlns="http://www.cnamts.fr/INSiRecSans">{traits}</RECSANSVITALE>'
        return (
            f'<s:Envelope xmlns:s="{SOAP}"><s:Header>'
            f'<ContexteBAM xmlns="urn:siram:bam:ctxbam" Version="01_02" Nature="CTXBAM">{commun}{self.couverture}'
            "</ContexteBAM>"
            f'<ContexteLPS xmlns="urn:siram:lps:ctxlps" Version="01_00" Nature="CTXLPS">{commun}'
            f"<LPS>{self.idam}<Version>1.0</Version><Instance>{uuid.uuid4()}</Instance><Nom>urn:lps:DUI:1.0</Nom></LPS>"
            f"</ContexteLPS>{adressage}{self.securite}</s:Header><s:Body>{corps}</s:Body></s:Envelope>"
        ).encode()

    def entetes(self) -> dict[str, str]:
        return {} if self.type_de_contenu is None else {"content-type": self.type_de_contenu}


def client(sandbox: Sandbox, emis: Emis | None = None, *, tmp_path: Any) -> httpx.Client:
    """Make an ordinary client: anchors of the sandbox, verification on, the certificate given or none."""
    contexte = ssl.create_default_context(cadata=sandbox.pki.ancres_pem)
    assert contexte.verify_mode is ssl.CERT_REQUIRED
    assert contexte.check_hostname
    if emis is not None:
        certificat, cle = emis.ecrire(tmp_path, uuid.uuid4().hex)
        contexte.load_cert_chain(certificat, cle)
    return httpx.Client(verify=contexte, trust_env=False, timeout=10)


def envoyer(client: httpx.Client, url: str | None, demande: Demande) -> httpx.Response:
    assert url is not None
    return client.post(url, content=demande.octets(), headers=demande.entetes())


@dataclass(frozen=True)
class FauteLue:
    statut: int
    valeur: str
    siram: str
    code: str
    severite: str
    message_id: str | None


def lire_faute(reponse: httpx.Response) -> FauteLue:
    racine = etree.fromstring(reponse.content)
    valeurs = [v.text.rpartition(":")[2] for v in racine.iter(f"{{{SOAP}}}Value")]
    erreur = racine.find(".//{urn:siram}Erreur")
    return FauteLue(
        reponse.status_code, valeurs[0], valeurs[1], erreur.get("code"), erreur.get("severite"), erreur.get("messageID")
    )


def lire_resultat(reponse: httpx.Response) -> dict[str, Any]:
    """Read a result by namespace: ``code``, ``actif`` (number, key, OID), ``histo``, and the traits by name."""
    assert reponse.status_code == 200, lire_faute(reponse)
    racine = etree.fromstring(reponse.content)
    resultat = racine.find(f".//{RESULTAT}RESULTAT")

    def ins(element: Any) -> tuple[str | None, ...]:
        return tuple(element.findtext(f".//{RESULTAT}{nom}") for nom in ("NumIdentifiant", "Cle", "OID"))

    lu: dict[str, Any] = {"code": resultat.findtext(f".//{RESULTAT}CodeCR")}
    individu = resultat.find(f"{RESULTAT}INDIVIDU")
    if individu is not None:
        lu["actif"] = ins(individu.find(f"{RESULTAT}INSACTIF"))
        lu["histo"] = [ins(e) for e in individu.iterfind(f"{RESULTAT}INSHISTO")]
        traits = individu.find(f"{RESULTAT}TIQ")
        lu |= {etree.QName(e).localname: e.text for e in traits.iterchildren("{*}*")}
    return lu


# --- card mode ---

ID_NAT = "899700000019"
SAML = "urn:oasis:names:tc:SAML:2.0:assertion"
DS = "http://www.w3.org/2000/09/xmldsig#"
EXC = "http://www.w3.org/2001/10/xml-exc-c14n#"
FACTURATION = (("identifiantFacturation", "990000019"),)


def assertion(
    emis: Emis,
    *,
    nom: str = ID_NAT,
    qualifier: str = "CPS",
    attributs: tuple[tuple[str, str], ...] = FACTURATION,
    age: timedelta = timedelta(0),
    emetteur: str | None = None,
    conditions: str = "",
) -> str:
    """Write and sign an assertion with lxml and cryptography alone."""
    ref = f"_{uuid.uuid4()}"
    instant = (datetime.now(UTC) - age).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    valeurs = "".join(
        f'<a:Attribute Name="{n}"><a:AttributeValue>{v}</a:AttributeValue></a:Attribute>' for n, v in attributs
    )
    issuer = emetteur or emis.certificat.sujet_rfc4514.replace("&", "&amp;")
    tete = (
        f'<a:Assertion xmlns:a="{SAML}" ID="{ref}" IssueInstant="{instant}" Version="2.0">'
        f'<a:Issuer Format="urn:oasis:names:tc:SAML:1.1:nameid-format:X509SubjectName">{issuer}</a:Issuer>'
    )
    queue = (
        f'{conditions}<a:Subject><a:NameID NameQualifier="{qualifier}">{nom}</a:NameID></a:Subject>'
        f"<a:AttributeStatement>{valeurs}</a:AttributeStatement></a:Assertion>"
    )

    def canonique(texte: str) -> bytes:
        return etree.tostring(etree.fromstring(texte), method="c14n", exclusive=True)

    empreinte = base64.b64encode(hashlib.sha256(canonique(tete + queue)).digest()).decode()
    info = (
        f'<d:SignedInfo xmlns:d="{DS}"><d:CanonicalizationMethod Algorithm="{EXC}"/>'
        '<d:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/>'
        f'<d:Reference URI="#{ref}"><d:Transforms><d:Transform Algorithm="{DS}enveloped-signature"/>'
        f'<d:Transform Algorithm="{EXC}"/></d:Transforms>'
        '<d:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>'
        f"<d:DigestValue>{empreinte}</d:DigestValue></d:Reference></d:SignedInfo>"
    )
    signature = emis.materiel.cle.sign(canonique(info), padding.PKCS1v15(), hashes.SHA256())
    b64 = base64.b64encode
    return (
        f'{tete}<d:Signature xmlns:d="{DS}">{info}<d:SignatureValue>{b64(signature).decode()}</d:SignatureValue>'
        f"<d:KeyInfo><d:X509Data><d:X509Certificate>{b64(emis.certificat.der).decode()}</d:X509Certificate>"
        f"</d:X509Data></d:KeyInfo></d:Signature>{queue}"
    )


def en_securite(*assertions: str) -> str:
    ns = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
    return f'<w:Security xmlns:w="{ns}">{"".join(assertions)}</w:Security>'
