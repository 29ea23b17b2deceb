"""A caller, people of the public scenarios, and an INSi that answers from a table."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID
from lxml import etree

from segur_socles._core.clock import FrozenClock
from segur_socles._core.ids import SeededIds
from segur_socles._core.retry import RetryPolicy
from segur_socles._core.run import AsyncRunner, Runner
from segur_socles.config.environment import Environment, Nature
from segur_socles.config.logiciel import Logiciel
from segur_socles.ins.acces import AccesInsi
from segur_socles.ins.client import AsyncInsiClient, InsiClient
from segur_socles.personnes.professionnel import Acteur, Motif, MoyenAuthentification, Professionnel
from segur_socles.personnes.structure import Structure
from segur_socles.personnes.traits import TraitsIdentite
from segur_socles.trace.appelant import Appelant
from segur_socles.trace.sinks import MemorySink
from segur_socles.trace.traceur import Traceur

INSTANT = datetime(2026, 1, 15, 9, 30, 5, 120000, tzinfo=UTC)
URL = "https://localhost:8443/lps"
RPPS = "899900063480"
OU = "10B0152872"

LOGICIEL = Logiciel(
    nom="DUI-TEST",
    version="1.2.3",
    instance="6f0e4f3e-0b3a-4f0e-9a53-2f4a5a0c1d77",
    oid_racine="1.2.250.1.999.1",
    numero_autorisation_insi="TESTSGIE0000",
)
ENVIRONMENT = Environment(nom="bac", nature=Nature.BAC_A_SABLE, insi_certificat=URL, insi_carte=URL, ancres="PEM")
STRUCTURE = Structure(nom="EHPAD FICTIF", finess_eg="0B0152872", secteur="SA17", cadre="ESSMS")


def acteur(moyen: MoyenAuthentification = MoyenAuthentification.MOT_DE_PASSE) -> Acteur:
    ps = Professionnel(id_nat=RPPS, nom="MARTIN", prenom="Claire", profession="G15_60")
    return Acteur(professionnel=ps, structure=STRUCTURE, moyen=moyen)


def appelant(environment: Environment = ENVIRONMENT, graine: int = 7) -> Appelant:
    outils = {"clock": FrozenClock(INSTANT), "ids": SeededIds(graine)}
    return Appelant(acteur(), Motif.ADMISSION, environment, LOGICIEL, **outils)


class Canal:
    key = "test"

    def ssl_context(self) -> ssl.SSLContext:
        return ssl.create_default_context()


@dataclass
class Cle:
    """A signing key in memory with its certificate: a ``Signataire``."""

    key: rsa.RSAPrivateKey
    certificate: x509.Certificate
    autorite: x509.Certificate
    chaine_der: tuple[bytes, ...] = ()
    blocking: bool = False
    certificat_der: bytes = field(init=False)
    sujet_rfc4514: str = field(init=False)

    def __post_init__(self) -> None:
        self.certificat_der = self.certificate.public_bytes(serialization.Encoding.DER)
        self.sujet_rfc4514 = self.certificate.subject.rfc4514_string()

    def sign(self, data: bytes, digest: str) -> bytes:
        assert digest == "sha256"
        return self.key.sign(data, padding.PKCS1v15(), hashes.SHA256())


def cle() -> Cle:
    """A card's signature key, its certificate issued by an authority of its own."""
    ca_key, key = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))
    ca_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "AC DE TEST")])
    nom = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "FR"),
            x509.NameAttribute(NameOID.TITLE, "Infirmier & Cie <é>"),
            x509.NameAttribute(NameOID.COMMON_NAME, RPPS),
        ]
    )

    def emettre(sujet: x509.Name, publique: rsa.RSAPublicKey, *, ca: bool) -> x509.Certificate:
        builder = x509.CertificateBuilder(ca_name, sujet, publique, 2 if ca else 3)
        builder = builder.not_valid_before(datetime(2025, 1, 1, tzinfo=UTC))
        builder = builder.not_valid_after(datetime(2035, 1, 1, tzinfo=UTC))
        return builder.add_extension(x509.BasicConstraints(ca, None), critical=True).sign(ca_key, hashes.SHA256())

    autorite = emettre(ca_name, ca_key.public_key(), ca=True)
    return Cle(key, emettre(nom, key.public_key(), ca=False), autorite)


def traits(
    nom: str, prenoms: Sequence[str], sexe: str, naissance: str, lieu: str | None = None, **autres: Any
) -> TraitsIdentite:
    donnees = {"nom_naissance": nom, "prenoms": tuple(prenoms), "sexe": sexe, "date_naissance": naissance}
    return TraitsIdentite.model_validate({**donnees, "lieu_naissance": lieu, **autres})


TCHITCHI = traits("TCHITCHI", ("OLA", "CATARINA", "BELLA"), "F", "1936-06-21", "63220")
HOUILLES = traits("HOUILLES", ("PIERRE", "PAUL", "JACQUES"), "M", "1993-01-27")
DE_VINCI = traits("DE VINCI", ("LEONARDO",), "M", "2014-02-01", "63220")
ADRUN = traits("ADRUN", ("ZOE",), "F", "1975-12-31", "63220")

LIBELLES = {"00": "OK", "01": "Aucune identite trouvee", "02": "Plusieurs identites trouvees"}
NS_TRAITS = "{http://www.cnamts.fr/INSiRecSans}"


def resultat(code: str, individu: str = "") -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><soap:Envelope xmlns:soap="http://www.w3.org/2003/05/soap-envelope">'
        '<env:Body xmlns:env="http://www.w3.org/2003/05/soap-envelope">'
        f'<RESULTAT xmlns="http://www.cnamts.fr/INSiResultat"><CR><CodeCR>{code}</CodeCR>'
        f"<LibelleCR>{LIBELLES.get(code, 'Autre')}</LibelleCR></CR>{individu}</RESULTAT></env:Body></soap:Envelope>"
    ).encode()


def individu(numero: str, cle: str, nom: str, liste: str, sexe: str, naissance: str, lieu: str, oid: str = "8") -> str:
    return (
        f"<INDIVIDU><INSACTIF><IdIndividu><NumIdentifiant>{numero}</NumIdentifiant><Cle>{cle}</Cle></IdIndividu>"
        f"<OID>1.2.250.1.213.1.4.{oid}</OID></INSACTIF><TIQ><NomNaissance>{nom}</NomNaissance>"
        f"<ListePrenom>{liste}</ListePrenom><Sexe>{sexe}</Sexe><DateNaissance>{naissance}</DateNaissance>"
        f"<LieuNaissance>{lieu}</LieuNaissance></TIQ></INDIVIDU>"
    )


CATARINA = individu("2360663220836", "56", "TCHITCHI", "CATARINA BELLA", "F", "1936-06-21", "63220")
ZOE = individu("2751263220749", "74", "ADRUN", "ZOE", "F", "1975-12-31", "63220")
# The number of LEONARDO is not published: this one is made up, with its right key.
LEONARDO = individu(
    "1140263220123", f"{97 - 1140263220123 % 97:02d}", "DE VINCI", "LEONARDO", "M", "2014-02-01", "63220"
)


def faute(
    siram: str, code: str, severite: str = "erreur", *, valeur: str = "Sender", libelle: str = "Libellé"
) -> bytes:
    """A fault as the platform sends it: siram code in the subcode, detail in ``siram:Erreur``."""
    return (
        '<env:Envelope xmlns:env="http://www.w3.org/2003/05/soap-envelope"><env:Header/><env:Body><env:Fault>'
        f'<env:Code><env:Value>env:{valeur}</env:Value><env:Subcode><env:Value xmlns:siram="urn:siram">siram:{siram}'
        '</env:Value></env:Subcode></env:Code><env:Reason><env:Text xml:lang="en">Message de la passerelle</env:Text>'
        f'</env:Reason><env:Detail><siram:Erreur xmlns:siram="urn:siram" code="{code}" severite="{severite}" '
        f'messageID="uuid:echo">{libelle}</siram:Erreur></env:Detail></env:Fault></env:Body></env:Envelope>'
    ).encode()


@dataclass
class Insi:
    """Answers by (Prenom, LieuNaissance or None); keeps each request's bytes."""

    reponses: Mapping[tuple[str, str | None], bytes | Callable[[], tuple[int, bytes]]]
    recues: list[bytes] = field(default_factory=list)
    http: list[httpx.Request] = field(default_factory=list)

    @property
    def demandes(self) -> list[tuple[str, str | None]]:
        return [_cle(corps) for corps in self.recues]

    def __call__(self, request: httpx.Request) -> httpx.Response:
        corps = request.content
        self.recues.append(corps)
        self.http.append(request)
        reponse = self.reponses.get(_cle(corps), resultat("01"))
        statut, contenu = (200, reponse) if isinstance(reponse, bytes) else reponse()
        return httpx.Response(statut, headers={"Content-Type": "application/soap+xml"}, content=contenu)


def _cle(corps: bytes) -> tuple[str, str | None]:
    racine = etree.fromstring(corps)
    return racine.findtext(f".//{NS_TRAITS}Prenom") or "", racine.findtext(f".//{NS_TRAITS}LieuNaissance")


@dataclass
class Banc:
    """A client on a mock INSi."""

    insi: Insi
    pour: Appelant = field(default_factory=appelant)
    signataire: Cle | None = None
    sink: MemorySink = field(default_factory=MemorySink)
    wsdl: Path | None = None

    def _parts(self) -> tuple[Appelant, Callable[[], AccesInsi], Traceur]:
        emetteur = RPPS if self.signataire else OU
        acces = AccesInsi(Canal(), emetteur, URL, self.signataire, "CPS")
        traceur = Traceur(self.sink, clock=self.pour.clock, ids=SeededIds(1), cle=b"k" * 32)
        return self.pour, lambda: acces, traceur

    @property
    def client(self) -> InsiClient:
        policy = RetryPolicy(base=0.0)
        return InsiClient(
            *self._parts(),
            Runner(transport=lambda _: httpx.MockTransport(self.insi), policy=policy),
            wsdl=self.wsdl,
        )

    @property
    def async_client(self) -> AsyncInsiClient:
        policy = RetryPolicy(base=0.0)
        runner = AsyncRunner(transport=lambda _: httpx.MockTransport(self.insi), policy=policy)
        return AsyncInsiClient(*self._parts(), runner, wsdl=self.wsdl)
