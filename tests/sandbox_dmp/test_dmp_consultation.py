"""What the sandbox lets read, and to whom; messages made by hand, answers read with lxml and the standard library."""

from __future__ import annotations

import email
import email.policy
import re
from email.message import EmailMessage

import pytest
from atelier_dmp import (
    ACTION_RECHERCHE,
    BASE,
    CDA,
    DOCUMENT_ID,
    INS,
    Atelier,
    Change,
    Message,
    Resultat,
    puis,
    remplacer,
    sample,
    tel_quel,
)
from lxml import etree

from judges import reference
from segur_socles.personnes.matricule import MatriculeIns

ACTION = "urn:ihe:iti:2007:RetrieveDocumentSet"
MATRICULE = MatriculeIns.lire(INS, "1.2.250.1.213.1.4.10")
DROITS = "DMPAccessDeniedByRightsService"
MEDECIN_ID = "899900000025"

_INFIRMIER = (
    '<Role xmlns="urn:hl7-org:v3" xsi:type="CE" code="60" codeSystem="1.2.250.1.71.1.2.7" codeSystemName="G15"'
    ' displayName="Infirmier"/></saml2:AttributeValue>'
)
_MEDECIN = (
    '<Role xmlns="urn:hl7-org:v3" xsi:type="CE" code="10" codeSystem="1.2.250.1.71.1.2.7" codeSystemName="G15"'
    ' displayName="Médecin"/></saml2:AttributeValue><saml2:AttributeValue>'
    '<Role xmlns="urn:hl7-org:v3" xsi:type="CE" code="SM26" codeSystem="1.2.250.1.71.4.2.5" codeSystemName="R01"'
    ' displayName="Médecine générale"/></saml2:AttributeValue>'
)

# What makes the INDIRECTE sample the assertion of a physician, in AIR.
EN_AIR = puis(
    remplacer(">INDIRECTE<", ">INDIRECTE_RENFORCEE<"),
    remplacer("ac:classes:Password", "ac:classes:MobileTwoFactorUnregistered"),
    remplacer("899900000017", MEDECIN_ID),
    remplacer(_INFIRMIER, _MEDECIN),
)
URGENCE = remplacer('code="normal"', 'code="bris_de_glace"')


def air(atelier: Atelier, change: Change = tel_quel) -> str:
    return atelier.vihf(puis(EN_AIR, change))


def chercher(atelier: Atelier, vihf: str, change: Change = tel_quel) -> Resultat:
    """TD3.1 of the sample, without its criteria unless ``change`` says otherwise."""
    criteres = re.compile(r'<rim:Slot name="\$XDSDocumentEntry(ServiceStart|TypeCode).*?</rim:Slot>\s*', re.DOTALL)
    seul = puis(lambda t: criteres.sub("", t), change)
    return atelier.envoyer(atelier.td31(seul, vihf=vihf, nom="dmp-td31-finddocuments.xml"))


def lire(atelier: Atelier, vihf: str, change: Change = tel_quel) -> Resultat:
    corps = re.sub(r"^<\?xml.*?-->\s*", "", sample("dmp-td32-retrieve.xml").decode(), flags=re.DOTALL)
    octets = atelier.enveloppe(ACTION, change(corps), vihf)
    type_mime = f'application/soap+xml; charset=UTF-8; action="{ACTION}"'
    return atelier.envoyer(Message(octets, type_mime, BASE + "repository"))


def parties(resultat: Resultat) -> list[bytes]:
    """The parts of an MTOM answer, as the standard library reads them."""
    entete = f"Content-Type: {resultat.reponse.entetes['content-type']}\r\n\r\n".encode()
    message = email.message_from_bytes(entete + resultat.reponse.corps, policy=email.policy.HTTP)
    assert isinstance(message, EmailMessage)
    return [part.get_payload(decode=True) for part in message.iter_parts()]  # type: ignore[misc]


def erreurs(resultat: Resultat) -> list[str]:
    racine = etree.fromstring(parties(resultat)[0])
    return [e.get("errorCode", "") for e in racine.iter("{*}RegistryError")]


def fiches(resultat: Resultat) -> list[etree._Element]:
    assert resultat.statut == "Success", resultat.erreurs
    return list(resultat.racine.iter("{*}ExtrinsicObject"))


def uniques(resultat: Resultat) -> list[str]:
    return [
        e.get("value", "")
        for fiche in fiches(resultat)
        for e in fiche.iter("{*}ExternalIdentifier")
        if e.get("identificationScheme") == "urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab"
    ]


def test_entries_are_valid_and_say_what_a_reader_must_know(atelier: Atelier) -> None:
    atelier.envoyer(atelier.td21())
    resultat = chercher(atelier, air(atelier))
    corps = resultat.racine.find(".//{*}AdhocQueryResponse")
    etree.XMLSchema(etree.parse(reference("xds", "wsdl", "schema", "ebRS30", "query.xsd"))).assertValid(corps)
    assert corps.get("totalResultCount") == "2"
    assert DOCUMENT_ID in uniques(resultat)
    (fiche,) = [
        f for f in fiches(resultat) if f.get("mimeType") == "text/xml" and DOCUMENT_ID in etree.tostring(f).decode()
    ]
    slots = {s.get("name"): s.findtext(".//{*}Value") for s in fiche.iterchildren("{*}Slot")}
    assert slots["repositoryUniqueId"] == "1.2.250.1.213.4.1.1.1.2"
    assert slots["size"] == str(len(CDA.encode()))
    assert fiche.get("status") == "urn:oasis:names:tc:ebxml-regrep:StatusType:Approved"
    ids = [e.get("id") for e in corps.iter() if e.get("id")]
    assert len(set(ids)) == len(ids)


def test_the_document_comes_back_byte_for_byte(atelier: Atelier) -> None:
    atelier.envoyer(atelier.td21())
    resultat = lire(atelier, air(atelier))
    racine, document = parties(resultat)
    assert document == CDA.encode()
    assert b"cid:document1%40bac-a-sable" in racine


def test_each_granted_access_is_in_the_person_s_history(atelier: Atelier) -> None:
    atelier.envoyer(atelier.td21())
    assert atelier.service.acces_a(MATRICULE) == ()
    chercher(atelier, air(atelier))
    lire(atelier, air(atelier, URGENCE))
    chercher(atelier, atelier.vihf())  # refused: not an access
    traces = atelier.service.acces_a(MATRICULE)
    assert [(t.operation, t.usage, t.documents) for t in traces] == [
        ("dmp.rechercher", "normal", (DOCUMENT_ID,)),
        ("dmp.lire", "bris_de_glace", (DOCUMENT_ID,)),
    ]
    assert {(t.accesseur, t.structure) for t in traces} == {(MEDECIN_ID, "1990000019")}
    assert all(t.nom and t.nom not in repr(t) for t in traces)


@pytest.mark.parametrize(
    ("change", "refuse"),
    [
        (
            remplacer(">INDIRECTE_RENFORCEE<", ">INDIRECTE<"),
            {"Droits : INDIRECTE ne demande que des références", "Droits : seul AIR consulte"},
        ),
        (remplacer("MobileTwoFactorUnregistered", "Password"), {"Droits : authentification forte"}),
        (remplacer("MobileTwoFactorUnregistered", "unspecified"), {"Droits : authentification forte"}),
        (
            remplacer(
                '"10" codeSystem="1.2.250.1.71.1.2.7"',
                '"SECRETARIAT_MEDICAL" codeSystem="1.2.250.1.213.1.1.4.6"',
            ),
            {"Droits : professionnel de santé"},
        ),
        (remplacer(INS, "110086322083060"), {"Droits : autorisation d'accès valide, ou urgence"}),
    ],
)  # fmt: skip
def test_refused_for_the_rights(atelier: Atelier, change: Change, refuse: set[str]) -> None:
    atelier.envoyer(atelier.td21())
    vihfs = [air(atelier, change) for _ in range(2)]
    du_patient = remplacer(INS, "110086322083060") if "110086322083060" in vihfs[0] else tel_quel
    for resultat in (chercher(atelier, vihfs[0], du_patient), lire(atelier, vihfs[1])):
        assert resultat.faute == DROITS
        assert set(resultat.refuses) <= refuse
        assert resultat.refuses
    assert atelier.service.acces_a(MATRICULE) == ()


def test_an_emergency_does_without_the_authorisation(atelier: Atelier) -> None:
    autre = remplacer(INS, "110086322083060")
    for usage in ("bris_de_glace", "centre_15"):
        vihf = air(atelier, puis(autre, remplacer('code="normal"', f'code="{usage}"')))
        assert fiches(chercher(atelier, vihf, autre)) == []


def test_no_record(atelier: Atelier) -> None:
    autre = remplacer(INS, "180032B02040123")
    assert chercher(atelier, air(atelier, autre), autre).erreurs == ["XDSUnknownPatientId"]
    assert erreurs(lire(atelier, air(atelier, autre))) == ["XDSUnknownPatientId"]


def test_a_closed_record_is_closed_in_an_emergency_too(atelier: Atelier) -> None:
    autre = remplacer(INS, "297022A02077878")
    for change in (autre, puis(autre, URGENCE)):
        assert chercher(atelier, air(atelier, change), autre).faute == "DMPClosed"
        assert lire(atelier, air(atelier, change)).faute == "DMPClosed"
    assert atelier.service.acces_a(MatriculeIns.lire("297022A02077878", "1.2.250.1.213.1.4.10")) == ()


def _slot(nom: str, valeur: str) -> Change:
    ajoute = (
        f'<rim:Slot name="$XDSDocumentEntry{nom}"><rim:ValueList><rim:Value>{valeur}</rim:Value></rim:ValueList>'
        "</rim:Slot></rim:AdhocQuery>"
    )
    return remplacer("</rim:AdhocQuery>", ajoute)


@pytest.mark.parametrize(
    ("change", "trouve"),
    [
        (remplacer("StatusType:Approved", "StatusType:Deprecated"), False),
        (_slot("ServiceStartTimeFrom", "20260115080000"), True),
        (_slot("ServiceStartTimeFrom", "20260115080001"), False),
        (_slot("ServiceStartTimeTo", "20260115080000"), False),
        (_slot("ServiceStartTimeTo", "2027"), True),
        (_slot("CreationTimeFrom", "20260115"), True),
        (_slot("CreationTimeTo", "20260115"), False),
        (_slot("TypeCode", "('80788-3^^2.16.840.1.113883.6.1')"), True),
        (_slot("TypeCode", "('74207-2^^2.16.840.1.113883.6.1')"), False),
        (_slot("ClassCode", "('11^^1.2.250.1.213.1.1.4.1','44^^1.2.250.1.213.1.1.4.1')"), True),
        (_slot("ClassCode", "('44^^2.16.840.1.113883.6.1')"), False),
    ],
)
def test_criteria(atelier: Atelier, change: Change, trouve: bool) -> None:
    atelier.envoyer(atelier.td21())
    assert (DOCUMENT_ID in uniques(chercher(atelier, air(atelier), change))) is trouve


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (remplacer("$XDSDocumentEntryStatus", "$XDSDocumentEntryClassCode"), "XDSStoredQueryMissingParam"),
        (remplacer(INS, "236066322083656"), "XDSPatientIdDoesNotMatch"),
        (_slot("AuthorPerson", "('x')"), "SANDBOX_PARAMETRE"),
        (_slot("CreationTimeFrom", "'20260115'"), "XDSStoredQueryParamNumber"),
        (_slot("TypeCode", "'80788-3'"), "XDSStoredQueryParamNumber"),
    ],
)
def test_queries_refused(atelier: Atelier, change: Change, code: str) -> None:
    assert chercher(atelier, air(atelier), change).erreurs == [code]


def test_one_entry_by_its_identifier(atelier: Atelier) -> None:
    atelier.envoyer(atelier.td21())
    entiere = remplacer('returnType="ObjectRef"', 'returnType="LeafClass"')
    assert uniques(atelier.envoyer(atelier.td31(entiere, vihf=air(atelier)))) == [DOCUMENT_ID]


MASQUE = (
    '<rim:Classification id="masque" classificationScheme="urn:uuid:f4f85eac-e6cb-4883-b524-f2705394840f"'
    ' classifiedObject="{objet}" nodeRepresentation="MASQUE_PS"><rim:Slot name="codingScheme"><rim:ValueList>'
    "<rim:Value>1.2.250.1.213.1.1.4.13</rim:Value></rim:ValueList></rim:Slot><rim:Name><rim:LocalizedString"
    ' value="Masqué aux professionnels de santé" charset="UTF8" xml:lang="FR"/></rim:Name></rim:Classification>'
)


def test_a_masked_document_is_only_for_its_author(atelier: Atelier) -> None:
    def masquer(texte: str) -> str:
        debut = re.search(r'<rim:ExtrinsicObject id="([^"]+)"', texte)
        assert debut is not None
        ou = texte.index("<rim:ExternalIdentifier", debut.end())
        return texte[:ou] + MASQUE.format(objet=debut[1]) + texte[ou:]

    assert atelier.envoyer(atelier.td21(masquer)).erreurs == []
    assert DOCUMENT_ID not in uniques(chercher(atelier, air(atelier, URGENCE)))
    assert erreurs(lire(atelier, air(atelier))) == ["XDSDocumentUniqueIdError"]
    auteur = remplacer(MEDECIN_ID, "899900000017")
    assert DOCUMENT_ID in uniques(chercher(atelier, air(atelier, auteur)))
    assert parties(lire(atelier, air(atelier, auteur)))[1] == CDA.encode()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (remplacer(DOCUMENT_ID, "1.2.3"), "XDSDocumentUniqueIdError"),
        (remplacer("1.2.250.1.213.4.1.1.1.2", "1.2.3"), "XDSUnknownRepositoryId"),
    ],
)
def test_retrievals_refused_in_a_multipart_answer(atelier: Atelier, change: Change, code: str) -> None:
    atelier.envoyer(atelier.td21())
    resultat = lire(atelier, air(atelier), change)
    assert resultat.reponse.entetes["content-type"].startswith("multipart/related")
    assert erreurs(resultat) == [code]
    assert len(parties(resultat)) == 1


def test_a_request_without_identifier(atelier: Atelier) -> None:
    assert lire(atelier, air(atelier), remplacer(DOCUMENT_ID, "")).faute == "SANDBOX_MESSAGE"


def test_another_person_s_document_is_not_there(atelier: Atelier) -> None:
    atelier.envoyer(atelier.td21())
    assert erreurs(lire(atelier, air(atelier, remplacer(INS, "236066322083656")))) == ["XDSDocumentUniqueIdError"]


def test_the_action_of_http_decides_but_does_not_deceive(atelier: Atelier) -> None:
    """A query sent to the repository under the action of a retrieval is no retrieval."""
    message = atelier.td31(vihf=air(atelier))
    type_mime = message.type_de_contenu.replace(ACTION_RECHERCHE, ACTION)
    resultat = atelier.envoyer(Message(message.corps, type_mime, BASE + "repository"))
    assert resultat.faute == "ActionNotSupported"
