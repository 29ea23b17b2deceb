"""Metadata written and read, against the sample exchanged with the DMP and the OASIS schemas."""

from __future__ import annotations

from dataclasses import replace

import pytest
from lxml import etree

from judges import reference
from segur_socles._core.xml import parse
from segur_socles.errors import DocumentInvalideError
from segur_socles.nomenclatures.codes import Code
from segur_socles.xds.ebrim import ecrire_reference, ecrire_soumission
from segur_socles.xds.ebrim_lecture import lire_entree, lire_lot, lire_soumission
from segur_socles.xds.entry import Association, Auteur, DocumentEntry, SubmissionSet
from segur_socles.xds.formats import Cx, Xcn, Xon
from segur_socles.xds.schemes import (
    CLASSE_SIGNATURE,
    CONFIDENTIALITES_SIGNATURE,
    EVENEMENT_SIGNATURE,
    FORMAT_SIGNATURE,
    REQUETES,
    TYPE_SIGNATURE,
)

# The sample's content, copied by hand from its XML.
PERSONNE = Xcn("899900000017", "MARTIN", "Claire", "1.2.250.1.71.4.2.1", "D", "IDNPS")
INSTITUTION = Xon("EHPAD LES TILLEULS (FICTIF)", "1990000019", "1.2.250.1.71.4.2.2", "IDNST")
AUTEUR = Auteur(PERSONNE, INSTITUTION, Code("G15_60", "1.2.250.1.213.1.1.4.5", "Infirmier"))
INS = Cx("235079999999960", "1.2.250.1.213.1.4.10", "NH")
LIEU = Code("SA17", "1.2.250.1.71.4.2.4", "Etablissement pour personnes âgées")
CADRE = Code("ESSMS", "1.2.250.1.213.1.1.4.9", "Etablissement ou Service Social ou Médico-Social")

LOT = SubmissionSet(
    id="SubmissionSet01",
    unique_id="1.2.250.1.999.1.1.99001.3.20260115103005",
    source_id="1.2.250.1.999.1.1.99001",
    patient=INS,
    auteur=AUTEUR,
    heure="20260115103005",
    type_contenu=Code("11", "1.2.250.1.213.2.2", "Hébergement complet ou internat (non compris internat de semaine)"),
    titre="Lot de soumission fictif",
)
DOCUMENT = DocumentEntry(
    id="Document01",
    unique_id="1.2.250.1.999.1.1.99001.1.20260115103000",
    patient=INS,
    auteurs=(AUTEUR,),
    signataire_legal=PERSONNE,
    titre="Projet personnalisé (fictif)",
    type=Code("80788-3", "2.16.840.1.113883.6.1", "Projet personnalisé d'accompagnement"),
    classe=Code("44", "1.2.250.1.213.1.1.4.1", "Plan de soins, protocole de soins"),
    format=Code("urn:ihe:iti:xds-sd:pdf:2008", "1.3.6.1.4.1.19376.1.2.3", "Document à corps non structuré en Pdf/A-1"),
    confidentialites=(Code("N", "2.16.840.1.113883.5.25", "Normal"),),
    lieu=LIEU,
    cadre=CADRE,
    creation="20260115103000",
    debut="20260115090000",
    patient_source=Cx("RES-000123", "1.2.250.1.999.1.1.99001.2", "PI"),
    patient_source_infos=("PID-5|DURAND^Jeanne^^^^^L", "PID-7|19350714", "PID-8|F"),
)
SIGNATURE = DocumentEntry(
    id="Signature01",
    unique_id="1.2.250.1.999.1.1.99001.4.20260115103005",
    patient=INS,
    auteurs=(AUTEUR,),
    signataire_legal=PERSONNE,
    titre="Source",
    type=TYPE_SIGNATURE,
    classe=CLASSE_SIGNATURE,
    format=FORMAT_SIGNATURE,
    confidentialites=CONFIDENTIALITES_SIGNATURE,
    lieu=LIEU,
    cadre=CADRE,
    creation="20260115103005",
    debut="20260115103005",
    fin="20260115103005",
    patient_source=INS,
    langue="art",
    evenements=(EVENEMENT_SIGNATURE,),
)
LIENS = (
    Association("assoc28", "HasMember", "SubmissionSet01", "Document01"),
    Association("assoc29", "HasMember", "SubmissionSet01", "Signature01"),
    Association("assoc30", "signs", "Signature01", "SubmissionSet01"),
)


def _sample(name: str) -> etree._Element:
    return parse(reference("xds", "samples", name).read_bytes(), what="l'exemple")


def _without_layout(element: etree._Element) -> bytes:
    """Canonical form without comments, indentation or unused namespaces."""
    for node in element.iter():
        for side in ("text", "tail"):
            if (getattr(node, side) or "x").isspace():
                setattr(node, side, None)
    return etree.tostring(element, method="c14n", exclusive=True, with_comments=False, with_tail=False)


def _schema(name: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(reference("xds", "wsdl", "schema", "ebRS30", name)))


@pytest.mark.exigence("XDS/ITI-41")
def test_what_is_written_is_the_sample_to_the_last_attribute() -> None:
    sample = next(_sample("dmp-td21-provide-and-register.xml").iter("{*}SubmitObjectsRequest"))
    written = parse(ecrire_soumission(LOT, [DOCUMENT, SIGNATURE], LIENS).encode(), what="x")
    assert _without_layout(written) == _without_layout(sample)


def test_what_is_read_is_the_sample_to_the_last_field() -> None:
    soumission = lire_soumission(_sample("dmp-td21-provide-and-register.xml"))
    assert lire_lot(soumission.lot) == LOT
    assert [lire_entree(e) for e in soumission.documents] == [DOCUMENT]
    assert [lire_entree(e) for e in soumission.signatures] == [SIGNATURE]
    assert [(a.id, a.source, a.cible) for a in soumission.associations] == [(a.id, a.source, a.cible) for a in LIENS]


def test_hash_size_role_and_comments_are_written_in_schema_order_with_distinct_ids() -> None:
    full = replace(
        DOCUMENT,
        hash="aafac4c2b396055b28cbc21c4ebb931d02dd5fd3",
        taille=597,
        fin="20260115100000",
        commentaire='Un "commentaire" & <autre>',
        auteurs=(replace(AUTEUR, role="Infirmière coordinatrice"), AUTEUR),
        evenements=(EVENEMENT_SIGNATURE,),
    )
    request = ecrire_soumission(replace(LOT, commentaire="Lot"), [full, SIGNATURE], LIENS).encode()
    root = parse(request, what="x")
    _schema("lcm.xsd").assertValid(root)
    soumission = lire_soumission(root)
    assert lire_entree(soumission.documents[0]) == full
    assert len(set(soumission.ids)) == len(soumission.ids)
    slots = [slot.get("name") for slot in root.find(".//{*}ExtrinsicObject").iterchildren("{*}Slot")]
    assert slots == [
        "creationTime", "hash", "languageCode", "legalAuthenticator", "serviceStartTime", "serviceStopTime", "size",
        "sourcePatientId", "sourcePatientInfo",
    ]  # fmt: skip


def test_a_generated_id_never_meets_a_symbolic_one() -> None:
    request = ecrire_soumission(replace(LOT, id="cla1"), [replace(DOCUMENT, id="ei2")], ())
    ids = lire_soumission(parse(request.encode(), what="x")).ids
    assert len(set(ids)) == len(ids)
    with pytest.raises(ValueError, match="differ"):
        ecrire_soumission(LOT, [DOCUMENT, DOCUMENT], ())


def test_reference_request_is_the_sample() -> None:
    written = ecrire_reference(
        REQUETES["GetDocuments"],
        parametre="$XDSDocumentEntryUniqueId",
        valeur="1.2.250.1.999.1.1.99001.1.20260115103000",
    )
    root = parse(written.encode(), what="x")
    _schema("query.xsd").assertValid(root)
    assert _without_layout(root) == _without_layout(_sample("dmp-td31b-getdocuments-objectref.xml"))


@pytest.mark.parametrize(
    ("xpath", "champ"),
    [
        ("//*[@name='creationTime']", "creationTime"),
        ("//*[@name='legalAuthenticator']", "legalAuthenticator"),
        ("//*[@name='sourcePatientId']", "sourcePatientId"),
        ("//*[@classificationScheme='urn:uuid:f0306f51-975f-434e-a61c-c59651d33983']", "typeCode"),
        ("//*[@classificationScheme='urn:uuid:93606bcf-9494-43ec-9b4e-a7748d1a838d']", "authorPerson"),
        ("//*[@classificationScheme='urn:uuid:f4f85eac-e6cb-4883-b524-f2705394840f']", "confidentialityCode"),
        ("//*[@identificationScheme='urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab']", "uniqueId"),
    ],
)
def test_a_missing_item_is_named(xpath: str, champ: str) -> None:
    root = _sample("dmp-td21-provide-and-register.xml")
    for node in root.xpath(xpath):
        node.getparent().remove(node)
    entree = lire_soumission(root).entrees[0]
    with pytest.raises(DocumentInvalideError) as caught:
        lire_entree(entree)
    assert [c.champ for c in caught.value.constats] == [champ]


def test_no_request_or_two_sets_are_refused() -> None:
    with pytest.raises(DocumentInvalideError):
        lire_soumission(_sample("dmp-td02-request.xml"))
    twice = ecrire_soumission(LOT, [], ()).replace(
        "</rim:RegistryPackage>", "</rim:RegistryPackage><rim:RegistryPackage/>"
    )
    with pytest.raises(DocumentInvalideError, match="un seul attendu"):
        _ = lire_soumission(parse(twice.encode(), what="x")).lot
