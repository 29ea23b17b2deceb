"""Documents made to harm: one typed finding, no exception, bounded memory."""

from __future__ import annotations

import tracemalloc

import pytest
from validation_outils import exemple

from segur_socles.documents.validation.rapport import RapportValidation
from segur_socles.documents.validation.valider import valider

OUVRE = b'<ClinicalDocument xmlns="urn:hl7-org:v3">'
FERME = b"</ClinicalDocument>"

ILLISIBLES = {
    "vide": (b"", "vide"),
    "blancs": (b"  \n ", "vide"),
    "pas du XML": (b"%PDF-1.4", "illisible"),
    "HTML": (b"<html><br></html>", "illisible"),
    "tronqué": (OUVRE + b"<title>", "illisible"),
    "DTD": (b"<!DOCTYPE a SYSTEM 'http://127.0.0.1:9/a.dtd'>" + OUVRE + FERME, "DOCTYPE"),
    "entité externe": (b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>" + OUVRE + b"&x;" + FERME, "DOCTYPE"),
    "milliard de rires": (
        b"<!DOCTYPE a [<!ENTITY a 'aa'><!ENTITY b '&a;&a;'><!ENTITY c '&b;&b;'>]>" + OUVRE + b"&c;" + FERME,
        "DOCTYPE",
    ),
    "mauvais encodage": (b'<?xml version="1.0" encoding="UTF-8"?>' + OUVRE + b"<title>\xe9</title>" + FERME, "octet"),
    "encodage inconnu": (b'<?xml version="1.0" encoding="EBCDIC-CP-FR"?>' + OUVRE + FERME, "encodage"),
    "trop profond": (OUVRE + b"<a>" * 5000 + b"</a>" * 5000 + FERME, "profondément"),
    "autre XML": (b"<Bundle xmlns='http://hl7.org/fhir'/>", "CDA R2"),
    "CDA sans espace de noms": (b"<ClinicalDocument/>", "CDA R2"),
}


@pytest.mark.parametrize("nom", ILLISIBLES)
def test_an_unreadable_document_is_one_finding(nom: str) -> None:
    octets, mot = ILLISIBLES[nom]
    rapport = valider(octets)
    (constat,) = rapport.constats
    assert not rapport.conforme
    assert rapport.etapes == ()
    assert mot in constat.message
    assert constat.remede


def test_a_document_of_50_mb_costs_a_few_times_its_size() -> None:
    racine = exemple("FLUDT")
    avant, apres = racine.split(b"</title>", 1)
    octets = avant + b"x" * (50 * 1024 * 1024) + b"</title>" + apres
    tracemalloc.start()
    try:
        rapport = valider(octets)
        _, pic = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert rapport.conforme
    assert pic < 4 * len(octets)


def test_ten_thousand_faults_give_a_report_that_can_be_read() -> None:
    freres = b'<author nullFlavor="X"/>' * 10_000
    rapport = valider(OUVRE + freres + FERME)
    assert len(rapport.constats) == 2000


@pytest.mark.parametrize(
    "corps",
    [
        b"<component/>",
        b"<component><structuredBody/></component>",
        b"<component><nonXMLBody/></component>",
        b"<recordTarget><patientRole/></recordTarget>",
        b"<code/><id/><versionNumber value='99999999999999999999'/><effectiveTime value='20200101000000+9999'/>",
        b"<relatedDocument/><participant/><informant/><author/><componentOf/>",
        b"<effectiveTime><low value='00000000'/><high value='x'/></effectiveTime>",
        b"<?cible x?><!-- y --><title>a<!-- b -->c<?d?></title>",
        b"<a xmlns='urn:autre'><id root=''/></a>",
        b"<typeId xmlns:s='urn:hl7-org:sdtc' s:nullFlavor=''/>",
    ],
)
def test_odd_shapes_never_raise(corps: bytes) -> None:
    rapport = valider(OUVRE + corps + FERME)
    assert isinstance(rapport, RapportValidation)
    assert not rapport.conforme
