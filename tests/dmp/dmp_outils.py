"""What the DMP tests share: a small PKI, a caller, a document, and a driver that plays a DMP by hand."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from segur_socles._core.clock import FrozenClock
from segur_socles._core.flow import Call, Effect, Http, Request, Response, Sleep
from segur_socles._core.ids import SeededIds
from segur_socles._core.mtom import read_multipart
from segur_socles._core.soap import Requete, read_request
from segur_socles.config.environment import Environment, Nature
from segur_socles.config.logiciel import Logiciel
from segur_socles.dmp.acces import AccesDmp
from segur_socles.dmp.flows import FluxDmp
from segur_socles.dmp.lot_de_soumission import LotDeSoumission
from segur_socles.documents.document import DocumentCda
from segur_socles.documents.entete import ActeDocumente, Entete
from segur_socles.personnes.autorisation import ActeSocle, Autorisation
from segur_socles.personnes.identite import (
    ControleIdentite,
    Decision,
    Identite,
    IdentiteQualifiee,
    PreuveControle,
    ReponseIns,
)
from segur_socles.personnes.matricule import MatriculeIns
from segur_socles.personnes.professionnel import Acteur, Motif, MoyenAuthentification, Professionnel
from segur_socles.personnes.structure import Structure
from segur_socles.personnes.traits import Sexe, TraitsIdentite
from segur_socles.personnes.usager import IdentifiantLocal, Usager
from segur_socles.trace.appelant import Appelant
from segur_socles.trace.sinks import MemorySink
from segur_socles.trace.traceur import Traceur

MAINTENANT = datetime(2026, 1, 15, 9, 30, 5, 120000, tzinfo=UTC)
DOCUMENT_ID = "1.2.250.1.999.1.1.99001.1.20260115103000"
MATRICULE = "235079999999960"
OCTETS = """<?xml version="1.0" encoding="UTF-8"?>
<ClinicalDocument xmlns="urn:hl7-org:v3"><templateId root="1.2.250.1.213.1.1.1.22"></templateId>\
<id root="1.2.250.1.999.1.1.99001.1.20260115103000"></id>\
<code code="74207-2" codeSystem="2.16.840.1.113883.6.1" displayName="Document de liaison d'urgence"></code>\
<title>Document fictif : séjour &amp; suivi</title><effectiveTime value="20260115103000+0100"></effectiveTime>\
<recordTarget><patientRole><id extension="RES-000123" root="1.2.250.1.999.1.1.99001.2"></id>\
<id extension="235079999999960" root="1.2.250.1.213.1.4.10"></id>\
<patient><name><family>DURAND</family></name></patient></patientRole></recordTarget>\
<author><time value="20260115103000+0100"></time><assignedAuthor>\
<id extension="899900000017" root="1.2.250.1.71.4.2.1"></id>\
<representedOrganization><id extension="1990000019" root="1.2.250.1.71.4.2.2"></id></representedOrganization>\
</assignedAuthor></author></ClinicalDocument>""".encode()

# --- keys ------------------------------------------------------------------------------------------------


@cache
def cle(nom: str) -> rsa.RSAPrivateKey:
    del nom
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def nom(cn: str, ou: str = "0002 000000000") -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "FR"),
            x509.NameAttribute(NameOID.STATE_OR_PROVINCE_NAME, "Rhône (69)"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "EHPAD FICTIF"),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, ou),
            x509.NameAttribute(NameOID.COMMON_NAME, cn),
        ]
    )


def _certificat(
    sujet: x509.Name,
    cle_sujet: rsa.RSAPrivateKey,
    emetteur: x509.Name,
    cle_emetteur: rsa.RSAPrivateKey,
    *,
    ca: bool,
    nr: bool,
) -> x509.Certificate:
    usage = x509.KeyUsage(
        digital_signature=not ca,
        content_commitment=nr,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=ca,
        crl_sign=ca,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        x509.CertificateBuilder()
        .subject_name(sujet)
        .issuer_name(emetteur)
        .public_key(cle_sujet.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(MAINTENANT - timedelta(days=1))
        .not_valid_after(MAINTENANT + timedelta(days=365))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=ca)
        .add_extension(usage, critical=True)
        .sign(cle_emetteur, hashes.SHA256())
    )


@cache
def racine() -> x509.Certificate:
    return _certificat(
        nom("AC RACINE FICTIVE"), cle("racine"), nom("AC RACINE FICTIVE"), cle("racine"), ca=True, nr=False
    )


@cache
def intermediaire() -> x509.Certificate:
    return _certificat(nom("AC FICTIVE"), cle("ac"), racine().subject, cle("racine"), ca=True, nr=False)


@dataclass(frozen=True)
class Signature:
    """A signing key in memory, with its certificate: the protocol ``Signataire``."""

    certificat: x509.Certificate
    cle: rsa.RSAPrivateKey
    blocking: bool = False

    @property
    def certificat_der(self) -> bytes:
        return self.certificat.public_bytes(serialization.Encoding.DER)

    @property
    def sujet_rfc4514(self) -> str:
        return self.certificat.subject.rfc4514_string()

    @property
    def chaine_der(self) -> tuple[bytes, ...]:
        return tuple(c.public_bytes(serialization.Encoding.DER) for c in (intermediaire(), racine()))

    def sign(self, data: bytes, digest: str) -> bytes:
        return self.cle.sign(data, padding.PKCS1v15(), hashes.SHA1() if digest == "sha1" else hashes.SHA256())  # noqa: S303


@cache
def signataire(ou: str = "1990000019", *, non_repudiation: bool = True) -> Signature:
    certificat = _certificat(
        nom("SERVEUR DUI FICTIF SIGN", ou),
        cle("sign"),
        intermediaire().subject,
        cle("ac"),
        ca=False,
        nr=non_repudiation,
    )
    return Signature(certificat, cle("sign"))


class Canal:
    """A channel that nobody opens."""

    key = "test"

    def ssl_context(self) -> Any:
        raise AssertionError


def acces(signature: Signature | None = None, idnats: frozenset[str] = frozenset({"1990000019"})) -> AccesDmp:
    return AccesDmp(Canal(), signature or signataire(), idnats, "https://dmp.example/si-dmp-server/v2/services/")


# --- people ----------------------------------------------------------------------------------------------


def structure(finess: str = "990000019", nom_structure: str = "EHPAD LES TILLEULS (FICTIF)") -> Structure:
    return Structure(nom=nom_structure, finess_eg=finess, finess_ej="990000001", secteur="SA17", cadre="ESSMS")


def acteur(profession: str = "G15_60", moyen: MoyenAuthentification = MoyenAuthentification.MOT_DE_PASSE) -> Acteur:
    claire = Professionnel(id_nat="899900000017", nom="MARTIN", prenom="Claire", profession=profession)
    return Acteur(professionnel=claire, structure=structure(), moyen=moyen)


def identite(matricule: str = MATRICULE, oid: str = "1.2.250.1.213.1.4.10", **champs: Any) -> IdentiteQualifiee:
    traits = TraitsIdentite(
        nom_naissance="DURAND",
        prenoms=("JEANNE", "MARIE"),
        sexe=Sexe.FEMININ,
        date_naissance="1935-07-14",
        lieu_naissance="63220",
    )
    intervenant = acteur().intervenant
    reponse = ReponseIns(
        matricule=MatriculeIns.lire(matricule, oid),
        traits=traits,
        message_id="uuid:1",
        recue_le=MAINTENANT,
        environnement="test",
        production=False,
    )
    return (
        Identite(traits=traits, **champs)
        .accepter(reponse, Decision(par=intervenant, le=MAINTENANT))
        .controler(PreuveControle(controle=ControleIdentite.CARTE_IDENTITE, par=intervenant, le=MAINTENANT))
        .qualifiee()
    )


def environment(**champs: Any) -> Environment:
    donnees = {
        "nom": "test",
        "nature": Nature.QUALIFICATION,
        "dmp": "https://dmp.example/si-dmp-server/v2/services/",
        "ancres": "PEM",
    }
    return Environment(**(donnees | champs))


def appelant(qui: Acteur | None = None, env: Environment | None = None, graine: int = 1) -> Appelant:
    logiciel = Logiciel(
        nom="DUI FICTIF",
        version="1.0",
        instance="INSTANCE-0001",
        oid_racine="1.2.250.1.999.1.1.99001",
        id_homologation_dmp="XXX-xxx-000-00-xxx-xxx-R0",
    )
    return Appelant(
        qui or acteur(),
        Motif.PRISE_EN_CHARGE,
        env or environment(),
        logiciel,
        FrozenClock(MAINTENANT),
        SeededIds(graine),
    )


def entete(**champs: Any) -> Entete:
    donnees: dict[str, Any] = {
        "id": DOCUMENT_ID,
        "set_id": "1.2.250.1.999.1.1.99001.5.1",
        "type": "74207-2",
        "titre": "Document de liaison d'urgence",
        "date_creation": datetime(2026, 1, 15, 10, 30, tzinfo=timezone(timedelta(hours=1))),
        "usager": Usager(
            identite=identite(), ipp=IdentifiantLocal(valeur="RES-000123", oid="1.2.250.1.999.1.1.99001.2")
        ),
        "auteur": acteur(),
        "acte": ActeDocumente(debut=datetime(2026, 1, 15, 8, 0, tzinfo=UTC)),
    }
    return Entete(**(donnees | champs))


def document(octets: bytes = OCTETS, *, canonique: bool = True, **champs: Any) -> DocumentCda:
    return DocumentCda(octets, entete(**champs), "1.2.250.1.213.1.1.1.22", canonique, octets.index(b"\n") + 1)


def lot(pour: Appelant, *documents: DocumentCda, **options: Any) -> LotDeSoumission:
    return LotDeSoumission.preparer(documents or (document(),), identite(), pour, **options)


ACCORD = Autorisation.accorder(ActeSocle.ALIMENTER_DMP, "information délivrée, pas d'opposition")

# --- driving flows ---------------------------------------------------------------------------------------

Repondre = Callable[[Http, Request], Response | Exception]


def conduire(flow: Generator[Effect, Any, Any], repondre: Repondre, attentes: list[float] | None = None) -> Any:
    """Run a flow with ``repondre`` in place of the network; one attempt an exchange."""
    try:
        effect = next(flow)
        while True:
            try:
                result = _executer(effect, repondre, attentes)
            except Exception as failure:  # noqa: BLE001 - as the runner does: the flow settles
                effect = flow.throw(failure)
            else:
                effect = flow.send(result)
    except StopIteration as end:
        return end.value


def _executer(effect: Effect, repondre: Repondre, attentes: list[float] | None) -> Any:
    match effect:
        case Call(function):
            return function()
        case Sleep(seconds):
            (attentes if attentes is not None else []).append(seconds)
            return None
        case Http():
            answer = repondre(effect, conduire(effect.build(), repondre))
            if isinstance(answer, Exception):
                raise answer
            return effect.read(answer)


def sans_reseau(http: Http, request: Request) -> Response:
    raise AssertionError((http.label, request.url))


def octets(request: Request) -> bytes:
    return b"".join(bytes(chunk) for chunk in request.body.chunks())


def entete_http(request: Request, name: str) -> str:
    return dict(request.headers)[name]


def lire(request: Request) -> Requete:
    return read_request(read_multipart(octets(request), entete_http(request, "Content-Type"), what="x").root)


NS_SOAP = "http://www.w3.org/2003/05/soap-envelope"
NS_WSA = "http://www.w3.org/2005/08/addressing"


def reponse(request: Request, body: str, *, status: int = 200, relates_to: str | None = None) -> Response:
    """Answer by hand, prefixes unlike ours."""
    to = relates_to or lire(request).addressed.message_id
    content = (
        f'<env:Envelope xmlns:env="{NS_SOAP}" xmlns:a="{NS_WSA}"><env:Header><a:RelatesTo>{to}</a:RelatesTo>'
        f"</env:Header><env:Body>{body}</env:Body></env:Envelope>"
    )
    return Response(status, {"content-type": "application/soap+xml; charset=UTF-8"}, content.encode())


REGISTRE = "urn:oasis:names:tc:ebxml-regrep"


def registre(status: str = "Success", *erreurs: tuple[str, str]) -> str:
    lignes = "".join(
        f'<rs:RegistryError errorCode="{code}" codeContext="le matricule {MATRICULE} est cité" location=""'
        f' severity="{REGISTRE}:ErrorSeverityType:{gravite}"/>'
        for code, gravite in erreurs
    )
    liste = f"<rs:RegistryErrorList>{lignes}</rs:RegistryErrorList>" if lignes else ""
    prefixe = "urn:ihe:iti:2007" if status == "PartialSuccess" else REGISTRE
    return (
        f'<rs:RegistryResponse xmlns:rs="{REGISTRE}:xsd:rs:3.0" status="{prefixe}:ResponseStatusType:{status}">'
        f"{liste}</rs:RegistryResponse>"
    )


def references(*uuids: str) -> str:
    refs = "".join(f'<r:ObjectRef id="{uuid}"/>' for uuid in uuids)
    return (
        f'<q:AdhocQueryResponse xmlns:q="{REGISTRE}:xsd:query:3.0" xmlns:r="{REGISTRE}:xsd:rim:3.0"'
        f' status="{REGISTRE}:ResponseStatusType:Success"><r:RegistryObjectList>{refs}</r:RegistryObjectList>'
        "</q:AdhocQueryResponse>"
    )


def faute(subcode: str | None, *, code: str = "Sender", texte: str = "refusé") -> str:
    precise = f"<env:Subcode><env:Value>env:{subcode}</env:Value></env:Subcode>" if subcode else ""
    return (
        f"<env:Fault><env:Code><env:Value>env:{code}</env:Value>{precise}</env:Code>"
        f'<env:Reason><env:Text xml:lang="fr">{texte}</env:Text></env:Reason></env:Fault>'
    )


@dataclass
class FauxDmp:
    """A registry by hand. ``depots`` and ``questions`` say, call after call, what goes wrong ("" for nothing)."""

    depots: list[str] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    connus: set[str] = field(default_factory=set)
    recus: list[Request] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)

    def __call__(self, http: Http, request: Request) -> Response | Exception:
        from dmp_pannes import PANNES  # the table of faults, beside its test

        self.recus.append(request)
        self.labels.append(http.label)
        feed = request.url.endswith("/repository")
        panne = (self.depots if feed else self.questions).pop(0) if (self.depots if feed else self.questions) else ""
        ids = self._ids(request)
        if feed and (not panne or PANNES[panne].enregistre):
            if self.connus & ids:
                return reponse(request, registre("Failure", ("XDSDuplicateUniqueIdInRegistry", "Error")))
            self.connus |= ids
        if panne:
            return PANNES[panne].reponse(request)
        return reponse(request, registre() if feed else references(*(f"urn:uuid:{i}" for i in ids & self.connus)))

    def _ids(self, request: Request) -> set[str]:
        body = lire(request).body
        if request.url.endswith("/registry"):
            return {(body.findtext(".//{*}Value") or "").strip("()'")}
        return {
            e.get("value", "")
            for e in body.iterfind(".//{*}ExtrinsicObject/{*}ExternalIdentifier")
            if e.get("identificationScheme") == "urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab"
        }


def flux(pour: Appelant, voie: AccesDmp | None = None) -> FluxDmp:
    traceur = Traceur(MemorySink(), clock=pour.clock, ids=pour.ids, cle=b"k" * 32)
    return FluxDmp(pour, lambda: voie or acces(), traceur)
