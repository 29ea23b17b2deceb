"""T7: the ITI-41 message of a 5 MiB document of ours, already written ÷ (two SHA-1 passes + one RSA signature)."""

from __future__ import annotations

import base64
import hashlib
import ssl
import tracemalloc
from collections.abc import Callable, Generator, Hashable
from datetime import UTC, datetime
from typing import Any

from assertions import Identity
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from segur_socles._core.clock import FrozenClock
from segur_socles._core.flow import Call, Effect, Http, Request
from segur_socles._core.ids import RandomIds
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
from segur_socles.personnes.professionnel import Acteur, Motif, Professionnel
from segur_socles.personnes.structure import Structure
from segur_socles.personnes.traits import TraitsIdentite
from segur_socles.personnes.usager import IdentifiantLocal, Usager
from segur_socles.trace.appelant import Appelant
from segur_socles.trace.sinks import NullSink
from segur_socles.trace.traceur import Traceur

ID = "T7"
TITLE = "message ITI-41 d'un document de 5 Mio ÷ (2 SHA-1 + 1 RSA)"
TARGET = 2.0
STRETCH: float | None = 1.5
LIMITS = {"memoire_sur_document": 0.1}

TAILLE = 5 * 1024 * 1024
MAINTENANT = datetime(2026, 1, 15, 9, 30, tzinfo=UTC)
URL = "https://localhost:8443/si-dmp-server/v2/services/"
ACCORD = Autorisation.accorder(ActeSocle.ALIMENTER_DMP, "information délivrée, pas d'opposition")


class Channel:
    """Never connected: the message is made, not sent."""

    key: Hashable = "bench"

    def ssl_context(self) -> ssl.SSLContext:
        return ssl.create_default_context()


def signer() -> Identity:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, "SIGNATAIRE FICTIF"),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "10B0152872"),
        ]
    )
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    start, end = datetime(2025, 1, 1, tzinfo=UTC), datetime(2035, 1, 1, tzinfo=UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, start, end).add_extension(usage, critical=True)
    certificate = builder.sign(key, hashes.SHA256())
    der = certificate.public_bytes(serialization.Encoding.DER)
    # The leaf stands in for its two authorities: what counts is that three certificates are written.
    return Identity(key, certificate, der, certificate.subject.rfc4514_string(), (der, der))


def person() -> IdentiteQualifiee:
    traits = TraitsIdentite.model_validate(
        {
            "nom_naissance": "DURAND",
            "prenoms": ("JEANNE",),
            "sexe": "F",
            "date_naissance": "1935-07-14",
            "lieu_naissance": "63220",
        }
    )
    by = actor().intervenant
    answer = ReponseIns(
        matricule=MatriculeIns.lire("235079999999960", "1.2.250.1.213.1.4.10"),
        traits=traits,
        message_id="uuid:1",
        recue_le=MAINTENANT,
        environnement="bench",
        production=False,
    )
    found = Identite(traits=traits).accepter(answer, Decision(par=by, le=MAINTENANT))
    return found.controler(PreuveControle(controle=ControleIdentite.PASSEPORT, par=by, le=MAINTENANT)).qualifiee()


def actor() -> Acteur:
    structure = Structure.model_validate(
        {"nom": "EHPAD FICTIF", "finess_eg": "0B0152872", "secteur": "SA17", "cadre": "ESSMS"}
    )
    nurse = Professionnel.model_validate(
        {"id_nat": "899900063480", "nom": "MARTIN", "prenom": "Claire", "profession": "G15_60"}
    )
    return Acteur(professionnel=nurse, structure=structure)


def document(identite: IdentiteQualifiee) -> DocumentCda:
    head = b'<?xml version="1.0" encoding="UTF-8"?>\n'
    opened, closed = b'<ClinicalDocument xmlns="urn:hl7-org:v3"><text>', b"</text></ClinicalDocument>"
    filler = base64.b64encode(bytes(range(256)) * (TAILLE // 340))
    entete = Entete.model_validate(
        {
            "id": "1.2.250.1.999.1.1",
            "set_id": "1.2.250.1.999.1.2",
            "type": "74207-2",
            "titre": "Document de liaison d'urgence",
            "date_creation": MAINTENANT,
            "usager": Usager(identite=identite, ipp=IdentifiantLocal(valeur="R1", oid="1.2.250.1.999.2")),
            "auteur": actor(),
            "acte": ActeDocumente(debut=MAINTENANT),
        }
    )
    octets = head + opened + filler + closed
    return DocumentCda(octets, entete, "1.2.250.1.213.1.1.1.22", canonique=True, declaration=len(head))


class Message:
    """Makes the message of one document, again and again; everything but the socket."""

    def __init__(self) -> None:
        self.identite = person()
        self.document = document(self.identite)
        self.identity = signer()
        environment = Environment.model_validate(
            {"nom": "bench", "nature": Nature.BAC_A_SABLE, "dmp": URL, "ancres": "PEM"}
        )
        logiciel = Logiciel(nom="DUI", version="1.0", instance="i-1", oid_racine="1.2.250.1.999.1")
        clock, ids = FrozenClock(MAINTENANT), RandomIds()
        self.pour = Appelant(actor(), Motif.ADMISSION, environment, logiciel, clock, ids)
        acces = AccesDmp(Channel(), self.identity, frozenset({"10B0152872"}), URL)
        self.flux = FluxDmp(self.pour, lambda: acces, Traceur(NullSink(), clock=clock, ids=ids))

    def make(self) -> int:
        """Prepare, check, sign, write, and go through every byte; give their number."""
        lot = LotDeSoumission.preparer((self.document,), self.identite, self.pour)
        flow = self.flux.alimenter(lot, ACCORD)
        effect = next(flow)
        while isinstance(effect, Call):
            effect = flow.send(effect.function())
        assert isinstance(effect, Http)
        request = _request(effect.build())
        size = sum(len(chunk) for chunk in request.body.chunks())
        flow.close()
        return size

    def floor(self) -> bytes:
        """Do what nobody can do without: hash and manifest digest of the document, and one signature."""
        hashlib.sha1(self.document.octets, usedforsecurity=False).digest()
        hashlib.sha1(self.document.octets, usedforsecurity=False).digest()
        return self.identity.sign(b"x" * 700, "sha1")


def _request(flow: Generator[Effect, Any, Request]) -> Request:
    try:
        effect = next(flow)
        while isinstance(effect, Call):
            effect = flow.send(effect.function())
    except StopIteration as end:
        request: Request = end.value
        return request
    message = "building a request only computes"
    raise AssertionError(message)


def measure() -> tuple[Callable[[], object], Callable[[], object]]:
    """Give the message and its floor, over the same document and key."""
    message = Message()
    assert message.make() > TAILLE
    return message.make, message.floor


def extra() -> dict[str, float]:
    """Give the memory added at the peak, as a share of the document."""
    message = Message()
    message.make()
    tracemalloc.start()
    try:
        message.make()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    return {"memoire_sur_document": peak / len(message.document.octets)}
