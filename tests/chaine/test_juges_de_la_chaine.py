"""What the demonstration really sent, judged by xmlsec1, xmllint, openssl, the ebRIM schemas and the kit."""

from __future__ import annotations

import base64
import email
import hashlib
import subprocess
from dataclasses import dataclass
from email import policy
from pathlib import Path

import pytest
from chaine_outils import RESIDENTE
from lxml import etree

from judges import agency_rules, judge, reference
from segur_socles.cli.sorties import Echanges
from segur_socles.dmp.types import Accuse
from segur_socles.dui.dossier import Dossier
from segur_socles.dui.parcours import deposer, qualifier, rediger
from segur_socles.personnes.professionnel import Motif
from segur_socles.sandbox.sandbox import Sandbox
from segur_socles.segur.facade import Segur

DS = "{http://www.w3.org/2000/09/xmldsig#}"
SAML = "{urn:oasis:names:tc:SAML:2.0:assertion}"


@dataclass(frozen=True)
class Envoi:
    """One feed as it left, taken apart by the standard library's mail parser."""

    dossier: Path
    racine: Path
    intermediaires: Path
    listes: Path
    enveloppe: bytes
    document: bytes
    lot: bytes
    ecrit: bytes


@pytest.fixture(scope="module")
def envoi(tmp_path_factory: pytest.TempPathFactory) -> Envoi:
    dossier = tmp_path_factory.mktemp("envoi")
    record = Dossier.lire(RESIDENTE)
    with Sandbox(acteur=record.acteur) as sandbox:
        config = sandbox.config
        with Segur(config, observer=Echanges(dossier / "echanges")) as segur:
            session = segur.au_nom_de(record.acteur, motif=Motif.PRISE_EN_CHARGE)
            identite = qualifier(session, record).identite
            document = rediger(session, record, identite)
            assert isinstance(deposer(session, record, identite, document), Accuse)
        certificats = config.ancres.certificats
        (dossier / "racine.pem").write_bytes(b"".join(c.pem for c in certificats if c.auto_emis))
        (dossier / "inter.pem").write_bytes(b"".join(c.pem for c in certificats if not c.auto_emis))
        (dossier / "listes.pem").write_text(config.environment.listes_revocation)
    (requete,) = (dossier / "echanges").glob("*-dmp.alimenter-requete.http")
    tete, _, corps = requete.read_bytes().partition(b"\r\n\r\n")
    entetes = tete.partition(b"\r\n")[2]
    message = email.message_from_bytes(entetes + b"\r\n\r\n" + corps, policy=policy.default)
    parts = [part.get_payload(decode=True) for part in message.iter_parts()]  # type: ignore[attr-defined]
    (cda,) = [p for p in parts if b"<ClinicalDocument" in p]
    (lot,) = [p for p in parts if b"IHEManifest" in p and b"<ClinicalDocument" not in p]
    return Envoi(
        dossier=dossier,
        racine=dossier / "racine.pem",
        intermediaires=dossier / "inter.pem",
        listes=dossier / "listes.pem",
        enveloppe=parts[0],
        document=cda,
        lot=lot,
        ecrit=document.octets,
    )


def run(*command: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False, timeout=60)


def test_the_document_left_as_it_was_written(envoi: Envoi) -> None:
    assert envoi.document == envoi.ecrit


@pytest.mark.juge("xmlsec1")
def test_xmlsec1_accepts_the_assertion_and_the_submission_set(envoi: Envoi) -> None:
    root = etree.fromstring(envoi.enveloppe)
    assertion = root.find(f".//{SAML}Assertion")
    vihf = envoi.dossier / "enveloppe.xml"
    vihf.write_bytes(envoi.enveloppe)
    lot = envoi.dossier / "lot.xml"
    lot.write_bytes(envoi.lot)
    confiance = ("--enabled-key-data", "x509", "--trusted-pem", envoi.racine, "--untrusted-pem", envoi.intermediaires)
    # Inside its envelope, as the service sees it.
    chemin = ("--id-attr:ID", "urn:oasis:names:tc:SAML:2.0:assertion:Assertion")
    verdict = run(judge("xmlsec1"), "--verify", *confiance, *chemin, vihf)
    assert (verdict.returncode, "1/1" in verdict.stderr) == (0, True), verdict.stderr
    assert assertion is not None
    verdict = run(judge("xmlsec1"), "--verify", "--ignore-manifests", *confiance, lot)
    assert (verdict.returncode, "2/2" in verdict.stderr) == (0, True), verdict.stderr
    lot.write_bytes(envoi.lot.replace(b'S0-SignedProperties"><', b'S0-SignedProperties"> <', 1))
    assert run(judge("xmlsec1"), "--verify", "--ignore-manifests", *confiance, lot).returncode != 0


@pytest.mark.juge("xmllint")
def test_the_manifest_digest_is_that_of_xmllints_canonical_form(envoi: Envoi) -> None:
    document = envoi.dossier / "cda.xml"
    document.write_bytes(envoi.document)
    canonique = subprocess.run(
        [judge("xmllint"), "--c14n", document], capture_output=True, check=True, timeout=60
    ).stdout
    manifeste = etree.fromstring(envoi.lot).find(f".//{DS}Manifest")
    assert manifeste is not None
    placeholder, empreinte = (e.text for e in manifeste.iter(f"{DS}DigestValue"))
    assert placeholder == "AA=="
    assert empreinte == base64.b64encode(hashlib.sha1(canonique).digest()).decode()  # the DMP's digest


@pytest.mark.juge("openssl")
def test_openssl_accepts_the_chains_and_nothing_is_revoked(envoi: Envoi) -> None:
    assertion = etree.fromstring(envoi.enveloppe).find(f".//{SAML}Assertion")
    assert assertion is not None
    for element in (assertion, etree.fromstring(envoi.lot)):
        der = base64.b64decode(element.findtext(f".//{DS}X509Certificate") or "")
        (envoi.dossier / "feuille.der").write_bytes(der)
        feuille = envoi.dossier / "feuille.pem"
        run(judge("openssl"), "x509", "-inform", "DER", "-in", envoi.dossier / "feuille.der", "-out", feuille)
        verdict = run(
            judge("openssl"), "verify", "-crl_check", "-CRLfile", envoi.listes,
            "-CAfile", envoi.racine, "-untrusted", envoi.intermediaires, feuille,
        )  # fmt: skip
        assert verdict.stdout.strip().endswith("OK"), verdict.stderr


def test_the_ebrim_schemas_accept_the_metadata(envoi: Envoi) -> None:
    schema = etree.XMLSchema(etree.parse(reference("xds", "wsdl", "schema", "ebRS30", "lcm.xsd")))
    request = etree.fromstring(envoi.enveloppe).find(
        ".//{urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0}SubmitObjectsRequest"
    )
    assert request is not None
    schema.assertValid(etree.fromstring(etree.tostring(request)))


@pytest.mark.exigence("CI-SIS/DLU-2022.01")
def test_the_agencys_rules_find_no_error_in_the_document(envoi: Envoi) -> None:
    report = agency_rules().validate(_ecrit(envoi))
    assert [f.message for f in report.findings if f.severity == "error"] == []
    assert report.profile == "DLU"


def _ecrit(envoi: Envoi) -> Path:
    path = envoi.dossier / "dlu.xml"
    path.write_bytes(envoi.document)
    return path
