"""What the benchmarks of INSi share: a caller with a card whose key is in memory, and an answer."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from segur_socles._core.clock import SystemClock
from segur_socles._core.flow import Channel
from segur_socles._core.ids import RandomIds
from segur_socles.config.environment import Environment, Nature
from segur_socles.config.logiciel import Logiciel
from segur_socles.ins.acces import AccesInsi
from segur_socles.personnes.professionnel import Acteur, Motif, Professionnel
from segur_socles.personnes.structure import Structure
from segur_socles.personnes.traits import TraitsIdentite
from segur_socles.trace.appelant import Appelant
from segur_socles.trace.sinks import NullSink
from segur_socles.trace.traceur import Traceur

RPPS = "899900063480"

ANSWER = (
    b'<?xml version="1.0" encoding="UTF-8"?><soap:Envelope xmlns:soap="http://www.w3.org/2003/05/soap-envelope">'
    b'<env:Body xmlns:env="http://www.w3.org/2003/05/soap-envelope"><RESULTAT xmlns="http://www.cnamts.fr/INSiResultat">'
    b"<CR><CodeCR>00</CodeCR><LibelleCR>OK</LibelleCR></CR><INDIVIDU><INSACTIF><IdIndividu><NumIdentifiant>2360663220836"
    b"</NumIdentifiant><Cle>56</Cle></IdIndividu><OID>1.2.250.1.213.1.4.8</OID></INSACTIF><TIQ><NomNaissance>TCHITCHI"
    b"</NomNaissance><ListePrenom>CATARINA BELLA</ListePrenom><Sexe>F</Sexe><DateNaissance>1936-06-21</DateNaissance>"
    b"<LieuNaissance>63220</LieuNaissance></TIQ></INDIVIDU></RESULTAT></env:Body></soap:Envelope>"
)

TRAITS = TraitsIdentite.model_validate(
    {"nom_naissance": "TCHITCHI", "prenoms": ("CATARINA",), "sexe": "F", "date_naissance": "1936-06-21"}
)


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


def client_parts(url: str, channel: Channel, card: Card) -> tuple[Appelant, Any, Traceur]:
    """Give what a client of INSi is made of, besides its runner."""
    environment = Environment.model_validate(
        {"nom": "bench", "nature": Nature.BAC_A_SABLE, "insi_carte": url, "ancres": "PEM"}
    )
    logiciel = Logiciel(
        nom="DUI", version="1.0", instance="6f0e4f3e-0b3a-4f0e-9a53-2f4a5a0c1d77", oid_racine="1.2.250.1.999.1"
    )
    structure = Structure.model_validate(
        {"nom": "EHPAD FICTIF", "finess_eg": "0B0152872", "secteur": "SA17", "cadre": "ESSMS"}
    )
    ps = Professionnel.model_validate({"id_nat": RPPS, "nom": "MARTIN", "prenom": "Claire", "profession": "G15_60"})
    clock, ids = SystemClock(), RandomIds()
    acteur = Acteur(professionnel=ps, structure=structure)
    acces = AccesInsi(channel, RPPS, url, card, "CPS")
    return (
        Appelant(acteur, Motif.ADMISSION, environment, logiciel, clock, ids),
        lambda: acces,
        Traceur(NullSink(), clock=clock, ids=ids),
    )
