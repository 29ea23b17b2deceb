"""The identifiers that ebRIM metadata are written with: classification schemes, associations, slots.

Sources: IHE ITI TF-3 §4.2 and the GIE SESAM-Vitale samples (certain).
"""

from __future__ import annotations

from typing import Final

from segur_socles.nomenclatures.codes import Code

__all__ = [
    "ASSOCIATIONS",
    "CLASSE_SIGNATURE",
    "CONFIDENTIALITES_SIGNATURE",
    "DOCUMENT",
    "EVENEMENT_SIGNATURE",
    "FORMAT_SIGNATURE",
    "IDENTIFIANTS",
    "LOT",
    "NS_XDS",
    "OBJET_STABLE",
    "REQUETES",
    "STATUTS",
    "TYPE_SIGNATURE",
]

NS_XDS: Final = {
    "rim": "urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0",
    "rs": "urn:oasis:names:tc:ebxml-regrep:xsd:rs:3.0",
    "lcm": "urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0",
    "query": "urn:oasis:names:tc:ebxml-regrep:xsd:query:3.0",
    "xds": "urn:ihe:iti:xds-b:2007",
}

OBJET_STABLE: Final = "urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1"
"""objectType of a stable document."""

LOT: Final = {
    "node": "urn:uuid:a54d6aa5-d40d-43f9-88c5-b4633d873bdd",
    "author": "urn:uuid:a7058bb9-b4e4-4307-ba5b-e3f0ab85e12d",
    "contentTypeCode": "urn:uuid:aa543740-bdda-424e-8c96-df4873be8500",
    "patientId": "urn:uuid:6b5aea1a-874d-4603-a4bc-96a0a7b38446",
    "sourceId": "urn:uuid:554ac39e-e3fe-47fe-b233-965d2a147832",
    "uniqueId": "urn:uuid:96fdda7c-d067-4183-912e-bf5ee74998a8",
}
"""Metadata of a submission set → scheme."""

DOCUMENT: Final = {
    "author": "urn:uuid:93606bcf-9494-43ec-9b4e-a7748d1a838d",
    "classCode": "urn:uuid:41a5887f-8865-4c09-adf7-e362475b143a",
    "typeCode": "urn:uuid:f0306f51-975f-434e-a61c-c59651d33983",
    "confidentialityCode": "urn:uuid:f4f85eac-e6cb-4883-b524-f2705394840f",
    "eventCodeList": "urn:uuid:2c6b8cb7-8b2a-4051-b291-b1ae6a575ef4",
    "formatCode": "urn:uuid:a09d5840-386c-46f2-b5ad-9c3699a4309d",
    "healthcareFacilityTypeCode": "urn:uuid:f33fb8ac-18af-42cc-ae0e-ed0b0bdb91e1",
    "practiceSettingCode": "urn:uuid:cccf5598-8b07-4b77-a05e-ae952c785ead",
    "patientId": "urn:uuid:58a6f841-87b3-4a3e-92fd-a8ffeff98427",
    "uniqueId": "urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab",
}
"""Metadata of a document → scheme."""

IDENTIFIANTS: Final = {
    LOT["patientId"]: "XDSSubmissionSet.patientId",
    LOT["sourceId"]: "XDSSubmissionSet.sourceId",
    LOT["uniqueId"]: "XDSSubmissionSet.uniqueId",
    DOCUMENT["patientId"]: "XDSDocumentEntry.patientId",
    DOCUMENT["uniqueId"]: "XDSDocumentEntry.uniqueId",
}
"""Scheme of an ExternalIdentifier → the name it must bear."""

ASSOCIATIONS: Final = {
    "HasMember": "urn:oasis:names:tc:ebxml-regrep:AssociationType:HasMember",
    "RPLC": "urn:ihe:iti:2007:AssociationType:RPLC",
    "signs": "urn:ihe:iti:2007:AssociationType:signs",
}

STATUTS: Final = {
    "Success": "urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:Success",
    "Failure": "urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:Failure",
    "PartialSuccess": "urn:ihe:iti:2007:ResponseStatusType:PartialSuccess",
}

REQUETES: Final = {
    "FindDocuments": "urn:uuid:14d4debf-8f97-4251-9a74-a90016b0af0d",
    "GetDocuments": "urn:uuid:5c4f972b-d56b-40ac-a5fc-c8ca9b40b9d4",
}
"""Stored queries (ITI-18) by name."""

# How the entry of a lot's signature is coded (GIE SESAM-Vitale samples, certain).
CLASSE_SIGNATURE: Final = Code("urn:oid:1.3.6.1.4.1.19376.1.2.1.1.1", "URN", "Digital Signature")
TYPE_SIGNATURE: Final = Code("E1762", "ASTM", "Full Document")
FORMAT_SIGNATURE: Final = Code("http://www.w3.org/2000/09/xmldsig#", "URN", "Default Signature Style")
EVENEMENT_SIGNATURE: Final = Code("1.2.840.10065.1.12.1.14", "1.2.840.10065.1.12", "Source")
CONFIDENTIALITES_SIGNATURE: Final = (
    Code("N", "2.16.840.1.113883.5.25", "Normal"),
    Code("MASQUE_PS", "1.2.250.1.213.1.1.4.13", "Masqué aux professionnels de santé"),
    Code("INVISIBLE_PATIENT", "1.2.250.1.213.1.1.4.13", "Non visible par le patient"),
)
