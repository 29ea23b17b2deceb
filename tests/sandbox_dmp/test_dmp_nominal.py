from __future__ import annotations

from atelier_dmp import DOCUMENT_ID, INS, NS, Atelier, Message, puis, remplacer

from segur_socles.personnes.matricule import MatriculeIns


def test_td02_trouve(atelier: Atelier) -> None:
    resultat = atelier.envoyer(atelier.td02())
    assert resultat.faute == ""
    assert resultat.refuses == []
    corps = resultat.racine.find("soap:Body/h:PRPA_IN201308UV02", NS)
    assert corps is not None
    assert corps.xpath("string(.//h:queryResponseCode/@code)", namespaces=NS) == "OK"
    assert corps.xpath("string(.//h:patient/h:statusCode/@code)", namespaces=NS) == "active"
    autorisation = "string(h:attentionLine[h:keyWordText/@code='AUTORISATION']/h:value/@code)"
    assert corps.xpath(autorisation, namespaces=NS) == "VALIDE"
    assert (
        corps.xpath("string(.//h:targetMessage/h:id/@extension)", namespaces=NS)
        == "7b1b5d8e-2a49-4a8e-8a62-4c0f3d1e9a01"
    )
    assert resultat.texte("soap:Header/wsa:RelatesTo") == resultat.requete.message_id
    assert resultat.texte("soap:Header/wsa:Action") == "urn:hl7-org:v3:PRPA_IN201308UV02"
    assert resultat.requete.operation == "dmp.tester_existence"
    assert resultat.requete.structure == "1990000019"


def _pour(atelier: Atelier, ins: str) -> str:
    change = remplacer(INS, ins)
    resultat = atelier.envoyer(atelier.td02(change, vihf=atelier.vihf(change)))
    code = str(resultat.racine.xpath("string(//h:queryResponseCode/@code)", namespaces=NS))
    statut = str(resultat.racine.xpath("string(//h:patient/h:statusCode/@code)", namespaces=NS))
    autorisation = str(resultat.racine.xpath("string(//h:attentionLine[1]/h:value/@code)", namespaces=NS))
    return f"{code} {statut} {autorisation}"


def test_td02_chaque_etat(atelier: Atelier) -> None:
    assert _pour(atelier, "236066322083656") == "OK active VALIDE"
    assert _pour(atelier, "297022A02077878") == "OK terminated VALIDE"
    assert _pour(atelier, "110086322083060") == "OK active SANDBOX_EXPIREE"
    assert _pour(atelier, "181016322075140") == "NF  "


def test_td02_dossier_ferme_dit_quand_et_pourquoi(atelier: Atelier) -> None:
    change = remplacer(INS, "297022A02077878")
    resultat = atelier.envoyer(atelier.td02(change, vihf=atelier.vihf(change)))
    observation = "//h:administrativeObservation[h:code/@code='FERM']"
    assert resultat.racine.xpath(f"string({observation}/h:effectiveTime/@value)", namespaces=NS) == "20250301"
    assert resultat.racine.xpath(f"string({observation}/h:value/@code)", namespaces=NS) == "SANDBOX_DEMANDE_USAGER"


def test_td21_puis_td31b(atelier: Atelier) -> None:
    message = atelier.td21()
    resultat = atelier.envoyer(message)
    assert resultat.erreurs == []
    assert resultat.refuses == []
    assert resultat.statut == "Success"
    assert resultat.texte("soap:Header/wsa:Action") == "urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-bResponse"
    (document,) = atelier.service.documents_de(MatriculeIns.lire(INS, "1.2.250.1.213.1.4.10"))
    assert document.unique_id == DOCUMENT_ID
    assert document.octets in message.corps
    assert document.octets.endswith(b"</ClinicalDocument>")
    assert atelier.service.nombre_de_documents == 1

    trouve = atelier.envoyer(atelier.td31())
    assert trouve.references == [document.entry_uuid]
    assert trouve.statut == "Success"
    absent = atelier.envoyer(atelier.td31(remplacer(DOCUMENT_ID, "1.2.3")))
    assert absent.references == []
    assert absent.statut == "Success"


def test_td31b_ne_rend_que_le_patient_du_vihf(atelier: Atelier) -> None:
    atelier.envoyer(atelier.td21())
    autre = atelier.vihf(remplacer(INS, "236066322083656"))
    assert atelier.envoyer(atelier.td31(vihf=autre)).references == []


def test_air_reconnu_en_td02_avec_un_certificat_auth_cli(atelier: Atelier) -> None:
    vihf = atelier.vihf(remplacer(">INDIRECTE<", ">INDIRECTE_RENFORCEE<"), atelier.tls)
    assert atelier.envoyer(atelier.td02(vihf=vihf)).faute == ""


def test_structure_liee_par_son_ej(atelier: Atelier) -> None:
    # The certificates are those of the legal entity, the VIHF names the establishment.
    tls = atelier.pki.auth_cli("1990000001", "ENTITE JURIDIQUE", "dui.example")
    cachet = atelier.pki.sign("1990000001", "ENTITE JURIDIQUE")
    vihf = atelier.vihf(cachet=cachet)
    assert atelier.envoyer(atelier.td21(vihf=vihf, cachet=cachet), tls=tls).statut == "Success"


def test_autres_orthographes_admises(atelier: Atelier) -> None:
    vihf = atelier.vihf(
        puis(remplacer("Authentification_mode", "Authentification_Mode"), remplacer(",O=EHPAD", ", O=EHPAD"))
    )
    assert atelier.envoyer(atelier.td02(vihf=vihf)).faute == ""


def test_remplacement(atelier: Atelier) -> None:
    atelier.envoyer(atelier.td21())
    (ancien,) = atelier.service.registre.documents_de(INS)
    nouveau = DOCUMENT_ID + "1"
    parent = f'<parentDocument><id root="{DOCUMENT_ID}"/></parentDocument>'
    lien = f'<relatedDocument typeCode="RPLC">{parent}</relatedDocument>'
    association = (
        '<rim:Association id="rplc" associationType="urn:ihe:iti:2007:AssociationType:RPLC" sourceObject="Document01"'
        f' targetObject="{ancien.entry_uuid}"/>'
    )

    def message(suffixe: str) -> Message:
        return atelier.td21(
            puis(
                remplacer(f'value="{DOCUMENT_ID}"', f'value="{nouveau}{suffixe}"'),
                remplacer("99001.3.20260115103005", f"99001.3.2026011510300{suffixe}"),
                remplacer("99001.4.20260115103005", f"99001.4.2026011510300{suffixe}"),
                remplacer("</rim:RegistryObjectList>", association + "</rim:RegistryObjectList>"),
            ),
            cda=puis(
                remplacer(f'<id root="{DOCUMENT_ID}"/>', f'<id root="{nouveau}{suffixe}"/>', 1),
                remplacer("<documentationOf>", lien + "<documentationOf>"),
            ),
            document_id=nouveau + suffixe,
            lot_id=f"1.2.250.1.999.1.1.99001.3.2026011510300{suffixe}",
        )

    resultat = atelier.envoyer(message("6"))
    assert resultat.erreurs == []
    statuts = {d.unique_id: d.statut.rpartition(":")[2] for d in atelier.service.registre.documents_de(INS)}
    assert statuts == {DOCUMENT_ID: "Deprecated", nouveau + "6": "Approved"}
    assert atelier.envoyer(message("7")).erreurs == ["XDSRegistryDeprecatedDocumentError"]
    assert atelier.service.nombre_de_documents == 2
