"""T1: one INSi call in card mode with an in-memory key, public API on a mock transport ÷ one RSA-2048 signature."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Hashable
from datetime import UTC, datetime

import httpx
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from segur_socles._core.clock import SystemClock
from segur_socles._core.ids import RandomIds
from segur_socles._core.run import Runner
from segur_socles.config.environment import Environment, Nature
from segur_socles.config.logiciel import Logiciel
from segur_socles.ins.acces import AccesInsi
from segur_socles.ins.client import InsiClient
from segur_socles.personnes.professionnel import Acteur, Motif, Professionnel
from segur_socles.personnes.structure import Structure
from segur_socles.personnes.traits import TraitsIdentite
from segur_socles.trace.appelant import Appelant
from segur_socles.trace.sinks import NullSink
from segur_socles.trace.traceur import Traceur

ID = "T1"
TITLE = "INSi call, card mode, in-memory key ÷ RSA-2048 signature"
TARGET = 2.0
STRETCH: float | None = 1.6

URL = "https://localhost:8443/lps"
RPPS = "899900063480"

ANSWER = (
    b'<?xml version="1.0" encoding="UTF-8"?><soap:Envelope xmlns:soap="http://www.w3.org/2003/05/soap-envelope">'
    b'<env:Body xmlns:env="http://www.w3.org/2003/05/soap-envelope"><RESULTAT xmlns="http://www.cnamts.fr/INSiResultat">'
    b"<CR><CodeCR>00</CodeCR><LibelleCR>OK</LibelleCR></CR><INDIVIDU><INSACTIF><IdIndividu><NumIdentifiant>2360663220836"
    b"</NumIdentifiant><Cle>56</Cle></IdIndividu><OID>1.2.250.1.213.1.4.8</OID></INSACTIF><TIQ><NomNaissance>TCHITCHI"
    b"</NomNaissance><ListePrenom>CATARINA BELLA</ListePrenom><Sexe>F</Sexe><DateNaissance>1936-06-21</DateNaissance>"
    b"<LieuNaissance>63220</LieuNaissance></TIQ></INDIVIDU></RESULTAT></env:Body></soap:Envelope>"
)


class Channel:
    """Never connected: the transport is a mock."""

    key: Hashable = "bench"

    def ssl_context(self) -> ssl.SSLContext:
        return ssl.create_default_context()


class Card:
    """A card's key, in memory."""

    blocking = False
    chaine_der: tuple[bytes, ...] = ()

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, RPPS)])
        start, end = datetime(2025, 1, 1, tzinfo=UTC), datetime(2035, 1, 1, tzinfo=UTC)
        certificate = x509.CertificateBuilder(name, name, self.key.public_key(), 1, start, end).sign(
            self.key, hashes.SHA256()
        )
        self.certificat_der = certificate.public_bytes(serialization.Encoding.DER)
        self.sujet_rfc4514 = certificate.subject.rfc4514_string()

    def sign(self, data: bytes, digest: str) -> bytes:
        del digest
        return self.key.sign(data, padding.PKCS1v15(), hashes.SHA256())


def measure() -> tuple[Callable[[], object], Callable[[], object]]:
    """Give the call and the bare signature, over the same key."""
    card = Card()
    environment = Environment.model_validate(
        {"nom": "bench", "nature": Nature.BAC_A_SABLE, "insi_carte": URL, "ancres": "PEM"}
    )
    logiciel = Logiciel(
        nom="DUI", version="1.0", instance="6f0e4f3e-0b3a-4f0e-9a53-2f4a5a0c1d77", oid_racine="1.2.250.1.999.1"
    )
    structure = Structure.model_validate(
        {"nom": "EHPAD FICTIF", "finess_eg": "0B0152872", "secteur": "SA17", "cadre": "ESSMS"}
    )
    ps = Professionnel.model_validate({"id_nat": RPPS, "nom": "MARTIN", "prenom": "Claire", "profession": "G15_60"})
    acteur = Acteur(professionnel=ps, structure=structure)
    clock, ids = SystemClock(), RandomIds()
    pour = Appelant(acteur, Motif.ADMISSION, environment, logiciel, clock, ids)
    acces = AccesInsi(Channel(), RPPS, URL, card, "CPS")
    # As httpx.HTTPTransport answers: headers as bytes, content as a stream. What httpx adds to make a server's
    # answer out of a text (15 to 20 µs) is the mock's cost, not that of a call.
    headers = [(b"Content-Type", b"application/soap+xml"), (b"Content-Length", str(len(ANSWER)).encode())]
    answer = httpx.MockTransport(lambda _: httpx.Response(200, headers=headers, stream=httpx.ByteStream(ANSWER)))
    runner = Runner(transport=lambda _: answer)
    client = InsiClient(pour, lambda: acces, Traceur(NullSink(), clock=clock, ids=ids), runner)
    traits = TraitsIdentite.model_validate(
        {"nom_naissance": "TCHITCHI", "prenoms": ("CATARINA",), "sexe": "F", "date_naissance": "1936-06-21"}
    )
    signed = b"x" * 700
    return lambda: client.rechercher(traits), lambda: card.sign(signed, "sha256")
