"""Judging the assertion of a professional (card mode): who signed it, with what, and what it claims."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Final

from lxml import etree

from segur_socles._core.soap import Requete
from segur_socles._core.xml import NS, q
from segur_socles._core.xmldsig import verify_enveloped
from segur_socles.credentials.certificat import Certificat, TypeCarte
from segur_socles.credentials.usages import Contexte, Usage, controler
from segur_socles.errors import CredentialError, ReponseInvalideError, SignatureError
from segur_socles.sandbox.insi.fautes import RefusInsi
from segur_socles.sandbox.insi.vitale import verifier_assertion_vitale
from segur_socles.sandbox.service import Monde, RequeteSandbox

__all__ = ["verifier_assertion"]

_FORMAT_EMETTEUR: Final = "urn:oasis:names:tc:SAML:1.1:nameid-format:X509SubjectName"
_ID: Final = re.compile(r"_[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_ATTRIBUTS: Final = ("identifiantFacturation", "codeSpecialiteAMO", "secteurActivite")
_CONTENU: Final = [q("saml:Issuer"), q("saml:Subject"), q("saml:AttributeStatement")]
_VIE: Final = timedelta(hours=1)
"""After about one hour the national service refuses an assertion (an integrator's note, probable)."""

_AVANCE: Final = timedelta(minutes=5)
"""How far ahead the clock of the caller may be (guessed)."""

_SIGNATURE: Final = "SANDBOX_ASSERTION_SIGNATURE"
_CERTIFICAT: Final = "SANDBOX_ASSERTION_CERTIFICAT"
_CONTENU_REFUSE: Final = "SANDBOX_ASSERTION_CONTENU"


def verifier_assertion(requete: RequeteSandbox, soap: Requete, monde: Monde, *, vitale: bool = False) -> str:
    """Verify the assertion of a PS and give the identifier of its holder. Raises :class:`RefusInsi`.

    With ``vitale``, that of a carte Vitale may follow it.
    """
    blocs = soap.headers.get(q("wsse:Security"), ())
    assertions = soap.assertions
    nombres, attendu = ((1, 2), "une, puis au plus celle de la carte Vitale") if vitale else ((1,), "une et une seule")
    if not requete.verifier(f"assertion : {attendu}", len(blocs) == 1 and len(assertions) in nombres):
        detail = f"mode carte : Security doit contenir l'assertion du professionnel ({attendu})"
        raise RefusInsi("SANDBOX_ASSERTION_ABSENTE", detail)
    maintenant = monde.clock.now()
    try:
        verifie = verify_enveloped(
            assertions[0], anchors=monde.ancres, intermediates=monde.intermediaires, at=maintenant
        )
        certificat = Certificat.depuis(verifie.certificat, quoi="certificat de la signature")
    except (SignatureError, ReponseInvalideError, CredentialError) as error:
        requete.verifier("assertion : signature", ok=False, detail=error.message)
        raise RefusInsi(_SIGNATURE, error.message) from None
    requete.verifier("assertion : signature", ok=True)
    _verifier_certificat(requete, certificat, monde, maintenant)
    _verifier_contenu(requete, verifie.element, certificat, maintenant)
    porteur = certificat.sujet.cn or ""
    for seconde in assertions[1:]:
        verifier_assertion_vitale(requete, seconde, porteur)
    return porteur


def _verifier_certificat(requete: RequeteSandbox, certificat: Certificat, monde: Monde, maintenant: datetime) -> None:
    contexte = Contexte(production=False, maintenant=maintenant)
    constats = controler(certificat, Usage.SIGNATURE_CARTE, contexte)
    detail = " ; ".join(c.message for c in constats)
    if not requete.verifier("assertion : certificat de signature d'une carte", not constats, detail):
        raise RefusInsi(_CERTIFICAT, detail)
    if not requete.verifier("assertion : certificat non révoqué", not monde.revoque(certificat.brut, maintenant)):
        raise RefusInsi(_CERTIFICAT, "le certificat de la carte est révoqué")


def _verifier_contenu(
    requete: RequeteSandbox, assertion: etree._Element, certificat: Certificat, maintenant: datetime
) -> None:
    nom = assertion.find(f"{q('saml:Subject')}/{q('saml:NameID')}")
    emetteur = assertion.find(q("saml:Issuer"))
    attributs = assertion.findall(f"{q('saml:AttributeStatement')}/{q('saml:Attribute')}")
    noms = [attribut.get("Name", "") for attribut in attributs]
    type_carte = certificat.type_carte or TypeCarte.CPX
    controles = (
        (
            "assertion : ID, version, contenu",
            _forme(assertion),
            "ID=« _ » + UUID, Version=2.0, et dans l'ordre Issuer, Signature, Subject, AttributeStatement",
        ),
        ("assertion : date", _recente(assertion, maintenant), "IssueInstant illisible, futur, ou de plus d'une heure"),
        (
            "assertion : Issuer",
            emetteur is not None
            and emetteur.get("Format") == _FORMAT_EMETTEUR
            and _rdn(_texte(emetteur)) == _rdn(certificat.sujet_rfc4514),
            "Issuer doit être le sujet du certificat de signature, au format X509SubjectName",
        ),
        (
            "assertion : NameID",
            nom is not None and _texte(nom) == certificat.sujet.cn and nom.get("NameQualifier") == type_carte.value,
            f"NameID doit être l'identifiant porté par la carte, avec NameQualifier={type_carte.value}",
        ),
        (
            "assertion : attributs",
            "identifiantFacturation" in noms and set(noms) <= set(_ATTRIBUTS) and len(set(noms)) == len(noms),
            f"attributs admis : {', '.join(_ATTRIBUTS)} ; le premier est obligatoire",
        ),
        (
            "assertion : valeurs",
            all(_texte(v) for a in attributs for v in [a.find(q("saml:AttributeValue"))]),
            "un attribut n'a pas de valeur",
        ),
    )
    for controle, ok, detail in controles:
        if not requete.verifier(controle, ok, detail):
            raise RefusInsi(_CONTENU_REFUSE, detail)


def _forme(assertion: etree._Element) -> bool:
    return (
        assertion.tag == f"{{{NS['saml']}}}Assertion"
        and bool(_ID.fullmatch(assertion.get("ID", "")))
        and assertion.get("Version") == "2.0"
        and [enfant.tag for enfant in assertion.iterchildren("{*}*")] == _CONTENU  # the Signature was taken out
    )


def _recente(assertion: etree._Element, maintenant: datetime) -> bool:
    try:
        emise = datetime.fromisoformat(assertion.get("IssueInstant", ""))
    except ValueError:
        return False
    return emise.tzinfo is not None and maintenant - _VIE <= emise <= maintenant + _AVANCE


_ALIAS: Final = {"T": "2.5.4.12", "TITLE": "2.5.4.12", "SN": "2.5.4.4", "G": "2.5.4.42", "GN": "2.5.4.42"}
_ENTRE_RDN: Final = re.compile(r"(?<!\\)[,+]")


def _rdn(sujet: str) -> frozenset[tuple[str, str]]:
    """Take a DN apart: the order, the blanks and the names of attributes depend on who writes it."""
    paires = (part.strip().partition("=") for part in _ENTRE_RDN.split(sujet))
    return frozenset(
        (_ALIAS.get(nom.strip().upper(), nom.strip().upper()), valeur.strip()) for nom, _, valeur in paires
    )


def _texte(element: etree._Element | None) -> str:
    return "" if element is None else (element.text or "").strip()
