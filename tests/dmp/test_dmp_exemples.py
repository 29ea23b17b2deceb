"""Every sample of the feed and of its settlement, read by what the product reads with."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import pytest
from cryptography import x509

from judges import reference
from segur_socles._core.mtom import read_multipart
from segur_socles._core.soap import read_request
from segur_socles._core.xml import parse
from segur_socles._core.xmldsig import verify_enveloped
from segur_socles.dmp.codes import erreur_dmp
from segur_socles.dmp.lot import verifier_lot
from segur_socles.dmp.messages import lire_depot, lire_presence
from segur_socles.dmp.propos import Propos
from segur_socles.dmp.vihf import lire_vihf
from segur_socles.errors import CertificatRefuseError, DoublonSoumissionError, ReponseInvalideError, ServiceError
from segur_socles.xds.ebrim_lecture import lire_entree, lire_lot, lire_soumission


def exemple(nom: str) -> bytes:
    return reference("xds", "samples", nom).read_bytes()


def test_the_whole_message_sample_holds_together() -> None:
    head, _, body = exemple("dmp-td21-mtom.mime").partition(b"\r\n\r\n")
    media = next(
        line.split(":", 1)[1].strip() for line in head.decode().split("\r\n") if line.startswith("Content-Type")
    )
    message = read_multipart(body, media, what="l'exemple")
    requete = read_request(message.root)
    soumission = lire_soumission(requete.body)
    lot = lire_lot(soumission.lot)
    parties = {
        d.get("id"): message.resolve(d[0].get("href", "")).content() for d in requete.body.iterfind("{*}Document")
    }
    entrees = {objet.id: lire_entree(objet) for objet in soumission.entrees}
    for symbole, entree in entrees.items():
        assert entree.hash == hashlib.sha1(parties[symbole], usedforsecurity=False).hexdigest()
        assert entree.taille == len(parties[symbole])
    assert entrees["Document01"].hash == "aafac4c2b396055b28cbc21c4ebb931d02dd5fd3"

    def autorite(nom: str) -> list[x509.Certificate]:
        return [x509.load_pem_x509_certificate(exemple(f"dmp-test-ca-{nom}.pem"))]

    at = datetime(2026, 2, 1, tzinfo=UTC)
    (objet,) = soumission.signatures
    verifie = verifier_lot(
        parties[objet.id],
        documents={d.unique_id or "": parties[d.id] for d in soumission.documents},
        lot_id=lot.unique_id,
        anchors=autorite("root"),
        intermediates=autorite("intermediate"),
        at=at,
    )
    assert verifie.digest == "sha1"
    signee = verify_enveloped(
        requete.assertions[0], anchors=autorite("root"), intermediates=autorite("intermediate"), at=at
    )
    vihf = lire_vihf(signee.element)
    assert vihf.patient == lot.patient
    assert lot.auteur.institution is not None
    assert vihf.structure == lot.auteur.institution.id == "1990000019"


def test_replacement_sample() -> None:
    soumission = lire_soumission(parse(exemple("dmp-td21-replace.xml"), what="l'exemple"))
    liens = [a for a in soumission.associations if a.type.endswith(":RPLC")]
    assert len(liens) == 1
    assert liens[0].source in {d.id for d in soumission.documents}
    assert liens[0].cible.startswith("urn:uuid:")
    assert len(set(soumission.ids)) == len(soumission.ids)


def test_failure_sample() -> None:
    reponse = lire_depot(parse(exemple("dmp-registryresponse-failure.xml"), what="l'exemple"))
    assert not reponse.succes
    assert (reponse.cause.code, reponse.cause.contexte, reponse.cause.grave) == (
        "XDSDocumentUniqueIdError", "uniqueId inconnu (exemple)", True,
    )  # fmt: skip


def test_reference_answer_sample() -> None:
    reponse, trouvees = lire_presence(parse(exemple("dmp-td31-response-objectref.xml"), what="l'exemple"))
    assert reponse.succes
    assert trouvees == ("urn:uuid:6f1b7a52-0c7e-4c0e-9c52-3a7f2f0b1c11",)


@pytest.mark.parametrize("lire", [lire_depot, lire_presence])
def test_other_messages_are_refused(lire: object) -> None:
    with pytest.raises(ReponseInvalideError):
        lire(parse(exemple("dmp-td02-response-found.xml"), what="l'exemple"))  # type: ignore[operator]
    strange = exemple("dmp-registryresponse-failure.xml").replace(
        b"ResponseStatusType:Failure", b"ResponseStatusType:Maybe"
    )
    with pytest.raises(ReponseInvalideError):
        lire_depot(parse(strange, what="l'exemple"))


@pytest.mark.parametrize(
    ("code", "classe", "retryable"),
    [
        ("DMPInvalidCertificate", CertificatRefuseError, False),
        ("DMPAccessDeniedByRightsService", ServiceError, False),
        ("XDSDuplicateUniqueIdInRegistry", DoublonSoumissionError, False),
        ("XDSRegistryBusy", ServiceError, True),
        ("XDSRepositoryOutOfResources", ServiceError, True),
        ("XDSRegistryNotAvailable", ServiceError, True),
        ("XDSRegistryMetadataError", ServiceError, False),
        ("UnCodeInconnu", ServiceError, False),
        ("", ServiceError, False),
    ],
)
def test_codes(code: str, classe: type[ServiceError], retryable: bool) -> None:
    error = erreur_dmp(code, propos=Propos(frozenset()), label="pour 235079999999960", correlation_id="urn:uuid:1")
    assert type(error) is classe
    assert (error.code, error.retryable, error.correlation_id, error.service) == (code, retryable, "urn:uuid:1", "dmp")
    assert error.remede
    assert "235079999999960" not in str(error.to_dict())
