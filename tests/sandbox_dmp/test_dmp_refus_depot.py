"""Each violation of a feed or a search has its code, and leaves the registry as it was."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from atelier_dmp import (
    DOCUMENT_ID,
    INS,
    LOT_ID,
    SIGNATURE_ID,
    Atelier,
    Change,
    Message,
    puis,
    remplacer,
)

METADONNEES = "XDSRepositoryMetadataError"


def sans_slot(nom: str, dans: str = "Document01") -> Change:
    """Remove the first slot of that name after the beginning of an object."""

    def change(texte: str) -> str:
        debut = texte.index(f'id="{dans}"')
        reste, nombre = re.subn(f'<rim:Slot name="{nom}">.*?</rim:Slot>', "", texte[debut:], count=1)
        assert nombre == 1, nom
        return texte[:debut] + reste

    return change


def dans(objet: str, change: Change) -> Change:
    """Apply a change after the beginning of an object only."""

    def applique(texte: str) -> str:
        debut = texte.index(f'<rim:{objet}"')
        return texte[:debut] + change(texte[debut:])

    return applique


DOCUMENT = 'ExtrinsicObject id="Document01'
SIGNATURE = 'ExtrinsicObject id="Signature01'


@pytest.mark.parametrize(
    ("change", "code"),
    [
        # form
        (remplacer('id="cla2"', 'id="cla1"'), METADONNEES),
        (remplacer('<rim:Classification id="cla8"', "<rim:Classification"), METADONNEES),
        (remplacer('registryObject="Document01"', ""), METADONNEES),
        (remplacer('classifiedObject="Document01"', 'classifiedObject="SubmissionSet01"', 1), METADONNEES),
        (remplacer("7edca82f-054d-47f2-a032-9b2a5b5186c1", "7edca82f-0000-47f2-a032-9b2a5b5186c1"), METADONNEES),
        (remplacer('value="XDSDocumentEntry.uniqueId"', 'value="uniqueId"'), METADONNEES),
        (remplacer('<rim:Slot name="hash">', '<rim:Slot name="creationTime">', 1), METADONNEES),
        (
            remplacer(
                '<rim:RegistryPackage id="SubmissionSet01">', '<rim:RegistryPackage id="SubmissionSet01"><rim:Autre/>'
            ),
            METADONNEES,
        ),
        (
            dans(
                DOCUMENT,
                remplacer('<rim:Slot name="creationTime">', '<rim:Description/><rim:Slot name="creationTime">', 1),
            ),
            METADONNEES,
        ),
        # composition
        (remplacer("AssociationType:HasMember", "AssociationType:Autre", 1), METADONNEES),
        (remplacer('targetObject="Document01"', 'targetObject="Signature01"'), METADONNEES),
        (remplacer("<rim:Value>Original<", "<rim:Value>Reference<", 1), METADONNEES),
        (remplacer('sourceObject="Signature01"', 'sourceObject="Document01"'), METADONNEES),
        # completeness
        (sans_slot("creationTime"), METADONNEES),
        (sans_slot("languageCode"), METADONNEES),
        (sans_slot("legalAuthenticator"), METADONNEES),
        (sans_slot("serviceStartTime"), METADONNEES),
        (sans_slot("sourcePatientId"), METADONNEES),
        (sans_slot("sourcePatientInfo"), METADONNEES),
        (sans_slot("authorSpecialty"), METADONNEES),
        (sans_slot("authorPerson"), METADONNEES),
        (sans_slot("authorInstitution"), "SANDBOX_AUTHOR_INSTITUTION"),
        (sans_slot("submissionTime", "SubmissionSet01"), METADONNEES),
        (sans_slot("hash"), ""),
        (sans_slot("size"), ""),
        # values
        (remplacer('nodeRepresentation="80788-3"', 'nodeRepresentation="00000-0"'), METADONNEES),
        (remplacer('nodeRepresentation="44"', 'nodeRepresentation="99"'), METADONNEES),
        (remplacer("urn:ihe:iti:xds-sd:text:2008", "urn:exemple:2008"), METADONNEES),
        (remplacer('nodeRepresentation="SA17"', 'nodeRepresentation="SA99"'), METADONNEES),
        (remplacer('nodeRepresentation="ESSMS"', 'nodeRepresentation="EHPAD"'), METADONNEES),
        (remplacer('nodeRepresentation="11"', 'nodeRepresentation="99"'), METADONNEES),
        (dans(DOCUMENT, remplacer('nodeRepresentation="N"', 'nodeRepresentation="R"', 1)), METADONNEES),
        (remplacer("G15_60^Infirmier", "G15_00^Inconnu"), METADONNEES),
        (remplacer('mimeType="text/xml"', 'mimeType="application/pdf"', 1), METADONNEES),
        (remplacer(">fr-FR<", ">fr<"), METADONNEES),
        (remplacer(">20260115093000<", ">20260115103000+0100<"), METADONNEES),
        (remplacer(">20260115080000<", ">20261315080000<"), METADONNEES),
        (remplacer("PID-7|", "PID-9|"), METADONNEES),
        (dans(SIGNATURE, remplacer('nodeRepresentation="E1762"', 'nodeRepresentation="11488-4"')), METADONNEES),
        (dans(SIGNATURE, remplacer('nodeRepresentation="MASQUE_PS"', 'nodeRepresentation="R"')), METADONNEES),
        (dans(SIGNATURE, remplacer(">20260115093005<", ">20260115093006<", 1)), METADONNEES),
        (dans(DOCUMENT, remplacer("^^^1990000019<", "^^^1990000027<", 1)), "SANDBOX_AUTHOR_INSTITUTION"),
        # identifiers
        (remplacer(f'value="{DOCUMENT_ID}"', 'value="1.2.250.01.999"'), METADONNEES),
        (remplacer(f'value="{DOCUMENT_ID}"', f'value="1.2.{"9" * 61}"'), METADONNEES),
        (remplacer(f'value="{DOCUMENT_ID}"', f'value="{SIGNATURE_ID}"'), "XDSRepositoryDuplicateUniqueIdInMessage"),
        (remplacer(f'value="{LOT_ID}"', f'value="{DOCUMENT_ID}"'), "XDSRepositoryDuplicateUniqueIdInMessage"),
        # patient
        (dans(DOCUMENT, remplacer(f'value="{INS}', 'value="236066322083656', 1)), "XDSPatientIdDoesNotMatch"),
        (remplacer(f'value="{INS}', 'value="236066322083656'), "SANDBOX_PATIENT_VIHF"),
        (remplacer("ISO^NH", "ISO^NH^^19350714"), ""),
        # parts
        (
            remplacer('<xds:Document id="Document01"', '<xds:Document id="document01"'),
            "XDSMissingDocument XDSMissingDocumentMetadata",
        ),
        (remplacer("cid:sig1@dui.example", "cid:autre@dui.example"), "XDSMissingDocument XDSMissingDocumentMetadata"),
        (
            remplacer("cid:sig1@dui.example", "https://dui.example/sig1"),
            "XDSMissingDocument XDSMissingDocumentMetadata",
        ),
        (remplacer("cid:doc1%2Bfictif@", "cid:doc1%2Bfictif%40"), ""),
        (remplacer("cid:doc1%2Bfictif@dui.example", "cid:sig1@dui.example"), "XDSMissingDocumentMetadata"),
        (lambda t: re.sub(r"<rim:Value>[0-9a-f]{40}<", "<rim:Value>" + "0" * 40 + "<", t), "XDSNonIdenticalHash"),
        (lambda t: re.sub(r'(name="size"><rim:ValueList><rim:Value>)\d+', r"\g<1>1", t), "XDSNonIdenticalSize"),
        # replacement
        (
            remplacer(
                "</rim:RegistryObjectList>",
                '<rim:Association id="r" associationType="urn:ihe:iti:2007:AssociationType:RPLC"'
                ' sourceObject="Document01" targetObject="urn:uuid:0"/></rim:RegistryObjectList>',
            ),
            "XDSReplaceFailed",
        ),
    ],
)
def test_metadonnees(atelier: Atelier, change: Change, code: str) -> None:
    resultat = atelier.envoyer(atelier.td21(change))
    assert resultat.faute == ""
    assert set(resultat.erreurs) == set(code.split())
    assert resultat.statut == ("Failure" if code else "Success")
    assert atelier.service.nombre_de_documents == (0 if code else 1)
    assert bool(resultat.refuses) == bool(code)


@pytest.mark.parametrize(
    ("change", "controle"),
    [
        (remplacer(f'<id root="{DOCUMENT_ID}"/>', '<id root="1.2.3"/>'), "uniqueId = id du CDA"),
        (remplacer('code="80788-3"', 'code="34133-9"'), "typeCode = code du CDA"),
        (
            remplacer('<effectiveTime value="20260115103000+0100', '<effectiveTime value="20260115103000+0000'),
            "creationTime",
        ),
        (remplacer("20260115090000+0100", "20260115090000+0200"), "serviceStartTime"),
        (remplacer('languageCode code="fr-FR"', 'languageCode code="en-US"'), "languageCode"),
        (remplacer('confidentialityCode code="N"', 'confidentialityCode code="R"'), "confidentialityCode"),
        (remplacer('code="SA17"', 'code="SA16"'), "healthcareFacilityTypeCode"),
        (remplacer('code="ESSMS"', 'code="SAD"'), "practiceSettingCode"),
        (remplacer(INS, "236066322083656"), "patientId = INS du CDA"),
        (remplacer("1.2.250.1.213.1.4.10", "1.2.250.1.213.1.4.8"), "patientId = INS du CDA"),
        (remplacer("RES-000123", "RES-000124"), "sourcePatientId"),
        (
            remplacer(
                '<assignedAuthor><id root="1.2.250.1.71.4.2.1" extension="899900000017"',
                '<assignedAuthor><id root="1.2.250.1.71.4.2.1" extension="899900000025"',
            ),
            "authorPerson",
        ),
        (
            remplacer(
                '<assignedEntity><id root="1.2.250.1.71.4.2.1" extension="899900000017"/></assignedEntity>',
                "<assignedEntity/>",
            ),
            "legalAuthenticator",
        ),
        (remplacer("1990000019", "1990000027"), "structure de l'auteur"),
    ],
)
def test_cda_et_metadonnees(atelier: Atelier, change: Change, controle: str) -> None:
    resultat = atelier.envoyer(atelier.td21(cda=change))
    assert resultat.erreurs == ["SANDBOX_CDA_METADONNEES"]
    assert len(resultat.refuses) == 1
    assert controle in resultat.refuses[0]
    assert atelier.service.nombre_de_documents == 0


@pytest.mark.parametrize("cda", ["<Autre/>", "pas du XML", '<ClinicalDocument xmlns="urn:hl7-org:v3"/>'])
def test_cda_illisible(atelier: Atelier, cda: str) -> None:
    message = atelier.td21(cda=lambda _: cda) if cda.startswith("<") else None
    if message is None:
        # The lot cannot be signed over what is not XML: the part itself is replaced, with its digests.
        message = atelier.td21(
            puis(sans_slot("hash"), sans_slot("size")), mime=_partie(b"<ClinicalDocument", b"<Clinical")
        )
    assert atelier.envoyer(message).erreurs == ["SANDBOX_CDA"]
    assert atelier.service.nombre_de_documents == 0


def _partie(ancien: bytes, nouveau: bytes) -> Callable[[bytes], bytes]:
    def change(corps: bytes) -> bytes:
        assert ancien in corps
        return corps.replace(ancien, nouveau)

    return change


def test_toutes_les_erreurs_d_une_etape_ensemble(atelier: Atelier) -> None:
    change = puis(remplacer('nodeRepresentation="44"', 'nodeRepresentation="99"'), remplacer("PID-7|", "PID-9|"))
    assert atelier.envoyer(atelier.td21(change)).erreurs == [METADONNEES, METADONNEES]


def test_un_document_retouche_apres_signature_du_lot(atelier: Atelier) -> None:
    sans = puis(sans_slot("hash"), sans_slot("size"))
    message = atelier.td21(sans, mime=_partie(b"Projet fictif", b"Projet retouche"))
    resultat = atelier.envoyer(message)
    assert resultat.erreurs == ["SANDBOX_SIGNATURE_LOT"]
    assert atelier.service.nombre_de_documents == 0


def test_lot_d_un_autre_document_ou_d_un_autre_lot(atelier: Atelier) -> None:
    assert atelier.envoyer(atelier.td21(document_id="1.2.3")).erreurs == ["SANDBOX_SIGNATURE_LOT"]
    assert atelier.envoyer(atelier.td21(lot_id="1.2.3")).erreurs == ["SANDBOX_SIGNATURE_LOT"]


def test_lot_signe_par_un_certificat_tls_ou_d_une_autre_structure(atelier: Atelier) -> None:
    assert atelier.envoyer(atelier.td21(cachet=atelier.tls)).erreurs == ["SANDBOX_SIGNATURE_LOT"]
    autre = atelier.pki.sign("1990000027", "AUTRE")
    resultat = atelier.envoyer(atelier.td21(cachet=autre))
    assert resultat.erreurs == ["SANDBOX_SIGNATURE_LOT"]
    assert resultat.refuses == ["Signature du lot : structure liée"]


def test_lot_sans_signature_valable(atelier: Atelier) -> None:
    def lot(octets: bytes) -> bytes:
        return re.sub(rb"(<SignatureValue>)....", rb"\1AAAA", octets)

    assert atelier.envoyer(atelier.td21(lot=lot)).erreurs == ["SANDBOX_SIGNATURE_LOT"]


def test_air_n_alimente_pas(atelier: Atelier) -> None:
    vihf = atelier.vihf(remplacer(">INDIRECTE<", ">INDIRECTE_RENFORCEE<"))
    resultat = atelier.envoyer(atelier.td21(vihf=vihf))
    assert resultat.faute == "DMPAccessDeniedByRightsService"
    assert atelier.service.nombre_de_documents == 0


@pytest.mark.parametrize(
    ("ins", "code"), [("297022A02077878", "DMPClosed"), ("181016322075140", "XDSUnknownPatientId")]
)
def test_dmp_ferme_ou_absent(atelier: Atelier, ins: str, code: str) -> None:
    change = remplacer(INS, ins)
    resultat = atelier.envoyer(atelier.td21(change, cda=change, vihf=atelier.vihf(change)))
    assert resultat.erreurs == [code]
    assert atelier.service.nombre_de_documents == 0


def test_deuxieme_envoi_du_meme_document(atelier: Atelier) -> None:
    assert atelier.envoyer(atelier.td21()).statut == "Success"
    assert atelier.envoyer(atelier.td21()).erreurs == ["XDSDuplicateUniqueIdInRegistry"]
    # Another lot and signature, the same document: nothing of it is kept.
    autre = puis(remplacer(LOT_ID, "1.2.250.1.999.3"), remplacer(SIGNATURE_ID, "1.2.250.1.999.4"))
    resultat = atelier.envoyer(atelier.td21(autre, lot_id="1.2.250.1.999.3"))
    assert resultat.erreurs == ["XDSDuplicateUniqueIdInRegistry"]
    assert atelier.service.nombre_de_documents == 1
    assert not atelier.service.registre.chercher(INS, unique_ids=["1.2.250.1.999.4"])


def test_dix_envois_simultanes_un_seul_enregistre(atelier: Atelier) -> None:
    resultats = atelier.ensemble([atelier.td21() for _ in range(10)])
    assert sorted(r.statut for r in resultats) == ["Failure"] * 9 + ["Success"]
    assert {tuple(r.erreurs) for r in resultats} == {(), ("XDSDuplicateUniqueIdInRegistry",)}
    assert atelier.service.nombre_de_documents == 1


@pytest.mark.parametrize(
    ("ancien", "nouveau"),
    [
        ("multipart/related", "multipart/mixed"),
        ('type="application/xop+xml"; ', ""),
        ('start-info="application/soap+xml"', 'start-info="text/xml"'),
        ("<root@dui.example>", "<autre@dui.example>"),
        ('boundary="b0"', 'boundary="b1"'),
    ],
)
def test_content_type_mtom(atelier: Atelier, ancien: str, nouveau: str) -> None:
    message = atelier.td21()
    assert ancien in message.type_de_contenu
    faux = Message(message.corps, message.type_de_contenu.replace(ancien, nouveau), message.chemin)
    assert atelier.envoyer(faux).faute == "SANDBOX_MTOM"


@pytest.mark.parametrize(
    ("ancien", "nouveau"),
    [
        (b"--b0--\r\n", b""),
        (b"Content-ID: <sig1@dui.example>\r\n", b""),
        (b"<sig1@dui.example>", b"<doc1+fictif@dui.example>"),
        (b"Content-Transfer-Encoding: binary", b"Content-Transfer-Encoding: base64"),
        (b"Content-Type: application/xop+xml", b"Content-Type: text/xml"),
        (
            b'<xop:Include xmlns:xop="http://www.w3.org/2004/08/xop/include" href="cid:sig1@dui.example"/>',
            b"PFNpZ25hdHVyZS8+",
        ),
    ],
)
def test_mtom_obligatoire(atelier: Atelier, ancien: bytes, nouveau: bytes) -> None:
    assert atelier.envoyer(atelier.td21(mime=_partie(ancien, nouveau))).faute == "SANDBOX_MTOM"


def test_une_partie_en_trop(atelier: Atelier) -> None:
    trop = b"--b0\r\nContent-Type: text/plain\r\nContent-ID: <trop@dui.example>\r\n\r\ntrop\r\n--b0--"
    resultat = atelier.envoyer(atelier.td21(mime=_partie(b"--b0--", trop)))
    assert resultat.erreurs == ["XDSMissingDocumentMetadata"]


def test_grand_document_garde_octet_pour_octet(atelier: Atelier) -> None:
    gros = f"<component><nonXMLBody><text>{'QUJD' * 3_000_000}</text></nonXMLBody></component></ClinicalDocument>"
    message = atelier.td21(cda=remplacer("</ClinicalDocument>", gros))
    assert atelier.envoyer(message).statut == "Success"
    (document,) = atelier.service.registre.documents_de(INS)
    assert document.octets in message.corps
    assert len(document.octets) > 12_000_000


# --- TD3.1b ----------------------------------------------------------------------------------------------


def test_indirecte_ne_consulte_pas(atelier: Atelier) -> None:
    resultat = atelier.envoyer(atelier.td31(nom="dmp-td31-finddocuments.xml"))
    assert resultat.faute == "DMPAccessDeniedByRightsService"
    assert resultat.refuses == ["Droits : INDIRECTE ne demande que des références"]


@pytest.mark.parametrize(
    ("change", "faute", "erreurs"),
    [
        (remplacer('returnType="ObjectRef"', 'returnType="LeafClass"'), "DMPAccessDeniedByRightsService", []),
        (remplacer('returnType="ObjectRef"', 'returnType="Autre"'), "SANDBOX_MESSAGE", []),
        (
            remplacer("5c4f972b-d56b-40ac-a5fc-c8ca9b40b9d4", "00000000-d56b-40ac-a5fc-c8ca9b40b9d4"),
            "",
            ["XDSUnknownStoredQuery"],
        ),
        (remplacer("$XDSDocumentEntryUniqueId", "$Autre"), "", ["XDSStoredQueryMissingParam"]),
        (remplacer(f"('{DOCUMENT_ID}')", f"'{DOCUMENT_ID}'"), "", ["XDSStoredQueryParamNumber"]),
        (
            remplacer(
                "</rim:AdhocQuery>",
                "<rim:Slot name=\"$XDSDocumentEntryEntryUUID\"><rim:ValueList><rim:Value>('urn:uuid:0')</rim:Value>"
                "</rim:ValueList></rim:Slot></rim:AdhocQuery>",
            ),
            "",
            ["XDSStoredQueryParamNumber"],
        ),
    ],
)
def test_recherche_refusee(atelier: Atelier, change: Change, faute: str, erreurs: list[str]) -> None:
    resultat = atelier.envoyer(atelier.td31(change))
    assert (resultat.faute, resultat.erreurs) == (faute, erreurs)


def test_recherche_non_jouee(atelier: Atelier) -> None:
    assert (
        atelier.envoyer(atelier.td31(nom="dmp-td31-finddocuments-objectref.xml")).faute == "SANDBOX_OPERATION_NON_JOUEE"
    )


def test_recherche_de_plusieurs_documents(atelier: Atelier) -> None:
    atelier.envoyer(atelier.td21())
    resultat = atelier.envoyer(atelier.td31(remplacer("')<", f"', '{SIGNATURE_ID}', '1.2.3')<")))
    assert len(resultat.references) == 2
    assert all(reference.startswith("urn:uuid:") for reference in resultat.references)
