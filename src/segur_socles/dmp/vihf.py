"""The VIHF: the SAML 2.0 assertion that says, to the DMP, who acts, for which structure and which person.

Shape and attribute names come from the GIE SESAM-Vitale samples and the CI-SIS (certain; where two sources
differ, :class:`~segur_socles.config.environment.OptionsDmp` decides). The text written is its own exclusive
canonical form, so that signing it needs no parser.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from lxml import etree

from segur_socles._core.clock import instant_ms
from segur_socles._core.flow import Flow
from segur_socles._core.xml import NS, attr, q, text
from segur_socles._core.xmldsig import Signataire, sign_enveloped
from segur_socles.errors import Constat, DocumentInvalideError
from segur_socles.nomenclatures.codes import Code
from segur_socles.xds.formats import Cx

__all__ = [
    "BRIS_DE_GLACE",
    "CENTRE_15",
    "DIRECTE",
    "INDIRECTE",
    "RENFORCEE",
    "USAGE_NORMAL",
    "Role",
    "Vihf",
    "lire_vihf",
    "signer_vihf",
]

INDIRECTE: Final = "INDIRECTE"
RENFORCEE: Final = "INDIRECTE_RENFORCEE"
"""Also called AIR: consults, but does not feed (GIE SESAM-Vitale rights matrix, certain)."""
DIRECTE: Final = "DIRECTE"

NOM_ATTRIBUT_MODE: Final = "Authentification_mode"

_X509_SUBJECT: Final = "urn:oasis:names:tc:SAML:1.1:nameid-format:X509SubjectName"
_SUBJECT_ID: Final = "urn:oasis:names:tc:xspa:1.0:subject:subject-id"
_ROLE: Final = "urn:oasis:names:tc:xacml:2.0:subject:role"
_RESOURCE_ID: Final = "urn:oasis:names:tc:xacml:2.0:resource:resource-id"
_PURPOSE: Final = "urn:oasis:names:tc:xspa:1.0:subject:purposeofuse"
_HL7: Final = "urn:hl7-org:v3"
_XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"

USAGE_NORMAL: Final = Code("normal", "1.2.250.1.213.1.1.4.248", "Accès normal")
BRIS_DE_GLACE: Final = Code("bris_de_glace", USAGE_NORMAL.systeme, "Accès en bris de glace")
CENTRE_15: Final = Code("centre_15", USAGE_NORMAL.systeme, "Accès par un centre de régulation médicale")
_NOM_USAGE: Final = "mode acces VIHF 2.0"


@dataclass(frozen=True, slots=True)
class Role:
    """A profession or a speciality; ``nom_systeme`` is free text (``G15``, ``R01``)."""

    code: str
    systeme: str
    nom_systeme: str
    libelle: str


@dataclass(frozen=True, slots=True)
class Vihf:
    """What one assertion says. In a VIHF that was read, what is absent is empty.

    - ``emetteur``: subject of the signing certificate, RFC 4514;
    - ``utilisateur``: PS_IdNat of the person at the keyboard, or of the one responsible for an automate;
    - ``contexte``: AuthnContextClassRef in full; ``declaration``: AuthnContextDecl, for AIR;
    - ``structure``: Struct_IdNat; ``secteur``: ``SA17^1.2.250.1.71.4.2.4``;
    - ``roles``: profession, then speciality when the profession demands one.
    """

    id: str
    emis_le: datetime
    emetteur: str
    utilisateur: str
    authentifie_le: datetime
    contexte: str
    mode: str
    version: str
    structure: str
    secteur: str
    nom: str = field(repr=False)
    roles: tuple[Role, ...]
    patient: Cx | None
    usage: Code | None
    lps_id: str
    lps_nom: str
    lps_version: str
    lps_homologation: str
    ressource: str = "urn:dmp"
    declaration: str = ""
    expire_le: datetime | None = None


# --- writing ---------------------------------------------------------------------------------------------


def signer_vihf(vihf: Vihf, signataire: Signataire, *, nom_attribut_mode: str = NOM_ATTRIBUT_MODE) -> Flow[bytes]:
    """Write and sign; give the bytes that go between the tags of ``wsse:Security``, never to be re-serialised."""
    prefix, suffix = ecrire_vihf(vihf, nom_attribut_mode=nom_attribut_mode)
    return (yield from sign_enveloped(prefix, suffix, vihf.id, signataire, canonical=True))


def ecrire_vihf(vihf: Vihf, *, nom_attribut_mode: str = NOM_ATTRIBUT_MODE) -> tuple[str, str]:
    """Write the assertion as what stands before and after its signature; together, exclusive canonical XML."""
    prefix = (
        f'<saml2:Assertion xmlns:saml2="{NS["saml"]}" ID="{attr(vihf.id)}"'
        f' IssueInstant="{instant_ms(vihf.emis_le)}" Version="2.0">'
        f'<saml2:Issuer Format="{_X509_SUBJECT}">{text(vihf.emetteur)}</saml2:Issuer>'
    )
    conditions = ""
    if vihf.expire_le:
        debut, fin = instant_ms(vihf.emis_le), instant_ms(vihf.expire_le)
        conditions = f'<saml2:Conditions NotBefore="{debut}" NotOnOrAfter="{fin}"></saml2:Conditions>'
    declaration = ""
    if vihf.declaration:
        declaration = f"<saml2:AuthnContextDecl>{text(vihf.declaration)}</saml2:AuthnContextDecl>"
    suffix = (
        f"<saml2:Subject><saml2:NameID>{text(vihf.utilisateur)}</saml2:NameID></saml2:Subject>{conditions}"
        f'<saml2:AuthnStatement AuthnInstant="{instant_ms(vihf.authentifie_le)}"><saml2:AuthnContext>'
        f"<saml2:AuthnContextClassRef>{text(vihf.contexte)}</saml2:AuthnContextClassRef>{declaration}"
        "</saml2:AuthnContext></saml2:AuthnStatement>"
        f"<saml2:AttributeStatement>{''.join(_attributs(vihf, nom_attribut_mode))}</saml2:AttributeStatement>"
        "</saml2:Assertion>"
    )
    return prefix, suffix


def _attributs(vihf: Vihf, nom_attribut_mode: str) -> list[str]:
    """Write the attributes in the order of the samples; the empty ones are left out."""
    roles = [_coded("Role", r.code, r.systeme, r.nom_systeme, r.libelle) for r in vihf.roles]
    usage = vihf.usage
    purpose = [_coded("PurposeOfUse", usage.code, usage.systeme, _NOM_USAGE, usage.libelle)] if usage else []
    rows: tuple[tuple[str, list[str]], ...] = (
        ("VIHF_Version", _plain(vihf.version)),
        (nom_attribut_mode, _plain(vihf.mode)),
        ("Identifiant_Structure", _plain(vihf.structure)),
        ("Secteur_Activite", _plain(vihf.secteur)),
        (_SUBJECT_ID, _plain(vihf.nom)),
        (_ROLE, roles),
        (_RESOURCE_ID, _plain(vihf.patient.cx() if vihf.patient else "")),
        ("Ressource_URN", _plain(vihf.ressource)),
        (_PURPOSE, purpose),
        ("LPS_ID", _plain(vihf.lps_id)),
        ("LPS_Nom", _plain(vihf.lps_nom)),
        ("LPS_Version", _plain(vihf.lps_version)),
        ("LPS_ID_HOMOLOGATION_DMP", _plain(vihf.lps_homologation)),
    )
    return [
        f'<saml2:Attribute Name="{name}">'
        + "".join(f"<saml2:AttributeValue>{value}</saml2:AttributeValue>" for value in values)
        + "</saml2:Attribute>"
        for name, values in rows
        if values
    ]


def _plain(value: str) -> list[str]:
    return [text(value)] if value else []


def _coded(name: str, code: str, systeme: str, nom_systeme: str, libelle: str) -> str:
    # xsi is declared here, where it is used: exclusive C14N would move it here anyway.
    return (
        f'<{name} xmlns="{_HL7}" xmlns:xsi="{_XSI}" code="{attr(code)}" codeSystem="{attr(systeme)}"'
        f' codeSystemName="{attr(nom_systeme)}" displayName="{attr(libelle)}" xsi:type="CE"></{name}>'
    )


# --- reading ---------------------------------------------------------------------------------------------


def lire_vihf(element: etree._Element) -> Vihf:
    """Read a VIHF from its ``saml2:Assertion``, preferably the one that ``verify_enveloped`` gives back.

    Both spellings of the mode's attribute are accepted. What is absent is left empty, for the caller to judge;
    an attribute named twice, or an unreadable instant, raises :class:`DocumentInvalideError`.
    """
    if element.tag != q("saml:Assertion"):
        raise _refused("Assertion", "l'élément n'est pas une assertion SAML 2.0")
    attributs: dict[str, etree._Element] = {}
    for attribut in element.iter(q("saml:Attribute")):
        nom = attribut.get("Name", "")
        nom = NOM_ATTRIBUT_MODE if nom == "Authentification_Mode" else nom
        if nom in attributs:
            raise _refused(nom, "attribut présent deux fois")
        attributs[nom] = attribut

    def valeur(nom: str) -> str:
        return _text(attributs[nom].find(q("saml:AttributeValue"))) if nom in attributs else ""

    patient = valeur(_RESOURCE_ID)
    usages = _codes(attributs.get(_PURPOSE), "PurposeOfUse")
    statement = element.find(q("saml:AuthnStatement"))
    conditions = element.find(q("saml:Conditions"))
    expire = conditions.get("NotOnOrAfter") if conditions is not None else None
    contexte = f"{q('saml:AuthnStatement')}/{q('saml:AuthnContext')}"
    return Vihf(
        id=element.get("ID", ""),
        emis_le=_instant(element.get("IssueInstant"), "IssueInstant"),
        emetteur=_text(element.find(q("saml:Issuer"))),
        utilisateur=_text(element.find(f"{q('saml:Subject')}/{q('saml:NameID')}")),
        authentifie_le=_instant(None if statement is None else statement.get("AuthnInstant"), "AuthnInstant"),
        contexte=_text(element.find(f"{contexte}/{q('saml:AuthnContextClassRef')}")),
        declaration=_text(element.find(f"{contexte}/{q('saml:AuthnContextDecl')}")),
        mode=valeur(NOM_ATTRIBUT_MODE),
        version=valeur("VIHF_Version"),
        structure=valeur("Identifiant_Structure"),
        secteur=valeur("Secteur_Activite"),
        nom=valeur(_SUBJECT_ID),
        roles=tuple(_codes(attributs.get(_ROLE), "Role")),
        patient=Cx.lire(patient) if patient else None,
        usage=Code(usages[0].code, usages[0].systeme, usages[0].libelle) if usages else None,
        lps_id=valeur("LPS_ID"),
        lps_nom=valeur("LPS_Nom"),
        lps_version=valeur("LPS_Version"),
        lps_homologation=valeur("LPS_ID_HOMOLOGATION_DMP"),
        ressource=valeur("Ressource_URN"),
        expire_le=_instant(expire, "NotOnOrAfter") if expire else None,
    )


def _text(element: etree._Element | None) -> str:
    return "" if element is None else "".join(str(part) for part in element.itertext()).strip()


def _codes(attribut: etree._Element | None, name: str) -> list[Role]:
    if attribut is None:
        return []
    return [
        Role(e.get("code", ""), e.get("codeSystem", ""), e.get("codeSystemName", ""), e.get("displayName", ""))
        for e in attribut.iter(f"{{{_HL7}}}{name}")
    ]


def _instant(value: str | None, champ: str) -> datetime:
    try:
        moment = datetime.fromisoformat(value or "")
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise _refused(champ, "instant absent ou illisible, ou sans fuseau horaire")
    return moment


def _refused(champ: str, message: str) -> DocumentInvalideError:
    constat = Constat(champ, message, "SAML 2.0, VIHF", "écrire l'assertion comme le CI-SIS la décrit")
    return DocumentInvalideError("Le VIHF ne peut pas être lu.", constats=(constat,))
