"""Each violation of the common rules (TLS, addressing, VIHF) has its code, whatever the transaction."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta

import pytest
from atelier_dmp import INSTANT, Atelier, Change, Message, Resultat, puis, remplacer, sans_certificat

from segur_socles.sandbox.pki import Defaut

MEDECIN = remplacer('code="60"', 'code="10"')
SPECIALITE = remplacer(
    '</saml2:AttributeValue></saml2:Attribute><saml2:Attribute Name="urn:oasis:names:tc:xacml:2.0:resource',
    '</saml2:AttributeValue><saml2:AttributeValue><Role xmlns="urn:hl7-org:v3" xsi:type="CE" code="SM54"'
    ' codeSystem="1.2.250.1.71.4.2.5"/></saml2:AttributeValue></saml2:Attribute><saml2:Attribute'
    ' Name="urn:oasis:names:tc:xacml:2.0:resource',
)


def sans(nom: str) -> Change:
    def change(texte: str) -> str:
        reste, nombre = re.subn(f'<saml2:Attribute Name="{re.escape(nom)}">.*?</saml2:Attribute>', "", texte)
        assert nombre == 1, nom
        return reste

    return change


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (remplacer("2026-01-15T09:30:05.120Z", "2026-01-15T09:25:59.000Z"), "SANDBOX_VIHF_PERIME"),
        (remplacer("2026-01-15T09:30:05.120Z", "2026-01-15T09:36:01.000Z"), "SANDBOX_VIHF_PERIME"),
        (
            remplacer(
                "<saml2:AuthnStatement",
                '<saml2:Conditions NotOnOrAfter="2026-01-15T09:31:00.000Z"/><saml2:AuthnStatement',
            ),
            "SANDBOX_VIHF_PERIME",
        ),
        (remplacer(",C=FR</saml2:Issuer>", ",C=BE</saml2:Issuer>"), "SANDBOX_VIHF_CONTENU"),
        (sans("VIHF_Version"), "SANDBOX_VIHF_CONTENU"),
        (sans("Authentification_mode"), "SANDBOX_VIHF_CONTENU"),
        (remplacer(">INDIRECTE<", ">DIRECTE<"), "SANDBOX_VIHF_CONTENU"),
        (sans("Identifiant_Structure"), "SANDBOX_VIHF_STRUCTURE"),
        (remplacer(">1990000019<", ">1990000027<"), "SANDBOX_VIHF_STRUCTURE"),
        (sans("Secteur_Activite"), "SANDBOX_VIHF_CONTENU"),
        (remplacer("SA17^", "SA99^"), "SANDBOX_VIHF_CONTENU"),
        (sans("urn:oasis:names:tc:xspa:1.0:subject:subject-id"), "SANDBOX_VIHF_CONTENU"),
        (remplacer(">899900000017<", ">MARTIN<"), "SANDBOX_VIHF_CONTENU"),
        (sans("urn:oasis:names:tc:xacml:2.0:subject:role"), "SANDBOX_VIHF_CONTENU"),
        (remplacer('codeSystem="1.2.250.1.71.1.2.7"', 'codeSystem="1.2.3"'), "SANDBOX_VIHF_CONTENU"),
        (MEDECIN, "SANDBOX_VIHF_SPECIALITE"),
        (puis(MEDECIN, SPECIALITE, remplacer("1.2.250.1.71.4.2.5", "1.2.250.1.71.4.2.6")), "SANDBOX_VIHF_SPECIALITE"),
        (puis(MEDECIN, SPECIALITE), ""),
        (remplacer('code="normal"', 'code="urgence"'), "SANDBOX_VIHF_CONTENU"),
        (sans("urn:oasis:names:tc:xspa:1.0:subject:purposeofuse"), "SANDBOX_VIHF_CONTENU"),
        (sans("urn:oasis:names:tc:xacml:2.0:resource:resource-id"), "SANDBOX_VIHF_PATIENT"),
        (remplacer("235079999999960", "235079999999961"), "SANDBOX_VIHF_PATIENT"),
        (remplacer("1.2.250.1.213.1.4.10", "1.2.250.1.213.1.4.2"), "SANDBOX_VIHF_PATIENT"),
        (remplacer("ISO^NH", "ISO^PI"), "SANDBOX_VIHF_PATIENT"),
        (remplacer("urn:dmp", "urn:ror"), "SANDBOX_VIHF_CONTENU"),
        (sans("LPS_ID"), ""),
        (sans("LPS_Nom"), "SANDBOX_VIHF_CONTENU"),
        (sans("LPS_Version"), "SANDBOX_VIHF_CONTENU"),
        (sans("LPS_ID_HOMOLOGATION_DMP"), "SANDBOX_VIHF_CONTENU"),
        (remplacer("XXX-xxx-000-00-xxx-xxx-R0", "YYY-xxx-000-00-xxx-xxx-R0"), "SANDBOX_VIHF_CONTENU"),
        (remplacer("ac:classes:Password", "ac:classes:"), "SANDBOX_VIHF_CONTENU"),
        (remplacer('IssueInstant="2026', 'IssueInstant="le 15 janvier 2026'), "SANDBOX_VIHF_CONTENU"),
    ],
)
def test_contenu_du_vihf(atelier: Atelier, change: Change, code: str) -> None:
    resultat = atelier.envoyer(atelier.td02(vihf=atelier.vihf(change)))
    assert resultat.faute == code
    assert bool(resultat.refuses) == bool(code)
    if code:
        assert "code propre au bac à sable" in resultat.raison
        assert resultat.requete.code == code
        assert resultat.texte("soap:Header/wsa:RelatesTo") == resultat.requete.message_id


def test_un_refus_ne_cite_aucune_valeur(atelier: Atelier) -> None:
    vihf = atelier.vihf(remplacer("235079999999960", "235079999999961"))
    resultat = atelier.envoyer(atelier.td02(vihf=vihf))
    traces = resultat.reponse.corps.decode() + repr(resultat.requete)
    assert not [mot for mot in ("23507999", "MARTIN", "DURAND", "JEANNE") if mot in traces]


@pytest.mark.parametrize("defaut", [Defaut.EXPIRE, Defaut.AUTRE_AC, Defaut.AC_USURPEE, Defaut.AUTO_SIGNE])
def test_certificat_de_signature_refuse(atelier: Atelier, defaut: Defaut) -> None:
    cachet = atelier.pki.sign("1990000019", "EHPAD FICTIF", defaut=defaut)
    resultat = atelier.envoyer(atelier.td02(vihf=atelier.vihf(cachet=cachet)))
    assert resultat.faute == "DMPInvalidCertificate"
    assert "Not a valid signature certificate" in resultat.raison
    assert "bac à sable" not in resultat.raison


def test_vihf_indirecte_signe_par_le_certificat_tls(atelier: Atelier) -> None:
    resultat = atelier.envoyer(atelier.td02(vihf=atelier.vihf(cachet=atelier.tls)))
    assert resultat.faute == "DMPInvalidCertificate"
    assert resultat.refuses == ["VIHF : certificat de signature (nonRepudiation)"]


def test_certificat_de_signature_revoque(atelier: Atelier) -> None:
    atelier.revoques.add(atelier.cachet.certificat.numero_serie)
    assert atelier.envoyer(atelier.td02()).faute == "DMPInvalidCertificate"


def test_carte_de_personne_refusee(atelier: Atelier) -> None:
    carte = atelier.pki.cps("899900000017", "MARTIN", "CLAIRE", 60)
    vihf = atelier.vihf(cachet=carte)
    assert atelier.envoyer(atelier.td02(vihf=vihf)).faute == "DMPInvalidCertificate"


def test_certificats_d_une_autre_structure(atelier: Atelier) -> None:
    autre = atelier.pki.sign("1990000027", "AUTRE")
    assert atelier.envoyer(atelier.td02(vihf=atelier.vihf(cachet=autre))).faute == "SANDBOX_VIHF_STRUCTURE"
    autre = atelier.pki.auth_cli("1990000027", "AUTRE", "autre.example")
    assert atelier.envoyer(atelier.td02(), tls=autre).faute == "SANDBOX_VIHF_STRUCTURE"


def test_certificat_tls_d_un_autre_usage(atelier: Atelier) -> None:
    resultat = atelier.envoyer(atelier.td02(), tls=atelier.cachet)
    assert resultat.faute == "SANDBOX_CERTIFICAT_TLS"
    assert resultat.refuses == ["TLS : certificat AUTH_CLI"]


def test_sans_certificat_tls(atelier: Atelier) -> None:
    requete = sans_certificat(atelier.requete(atelier.td02()))
    reponse = asyncio.run(atelier.service.traiter(requete))
    assert Resultat(reponse, requete).faute == "SANDBOX_CERTIFICAT_TLS"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda v: v.replace(">INDIRECTE<", ">INDIRECTE_RENFORCEE<"), "SANDBOX_VIHF_SIGNATURE"),
        (lambda v: v.replace("MARTIN Claire", "MARTIN  Claire"), "SANDBOX_VIHF_SIGNATURE"),
        (lambda v: re.sub("<ds:Signature .*</ds:Signature>", "", v), "SANDBOX_VIHF_SIGNATURE"),
        (lambda _: "", "SANDBOX_VIHF_ABSENT"),
        (lambda v: v + v, "SANDBOX_VIHF_ABSENT"),
    ],
)
def test_signature_du_vihf(atelier: Atelier, change: Change, code: str) -> None:
    assert atelier.envoyer(atelier.td02(vihf=change(atelier.vihf()))).faute == code


def test_vihf_presente_deux_fois(atelier: Atelier) -> None:
    vihf = atelier.vihf()
    assert atelier.envoyer(atelier.td02(vihf=vihf)).faute == ""
    assert atelier.envoyer(atelier.td02(vihf=vihf)).faute == "SANDBOX_VIHF_REJOUE"


def test_vihf_rejoue_apres_un_refus_du_corps(atelier: Atelier) -> None:
    vihf = atelier.vihf()
    atelier.envoyer(atelier.td02(remplacer('code="new"', 'code="old"'), vihf=vihf))
    assert atelier.envoyer(atelier.td02(vihf=vihf)).faute == "SANDBOX_VIHF_REJOUE"


def test_memoire_des_vihf_bornee(atelier: Atelier) -> None:
    atelier.envoyer(atelier.td02())
    atelier.clock.advance(timedelta(minutes=11).total_seconds())
    maintenant = atelier.clock.now()
    assert maintenant > INSTANT
    frais = remplacer("2026-01-15T09:30:05.120Z", f"{maintenant:%Y-%m-%dT%H:%M:%S}Z")
    atelier.envoyer(atelier.td02(vihf=atelier.vihf(frais)))
    assert len(atelier.service._acces._vus) == 1


@pytest.mark.parametrize("nom", ["MessageID", "To", "ReplyTo", "Action"])
def test_en_tete_d_adressage_absent(atelier: Atelier, nom: str) -> None:
    def change(texte: str) -> str:
        return re.sub(f"<wsa:{nom}>.*?</wsa:{nom}>", "", texte)

    resultat = atelier.envoyer(atelier.td02(enveloppe=change))
    assert resultat.faute == "MessageAddressingHeaderRequired"
    assert "A required header representing a Message Addressing Property is not present" in resultat.raison
    assert nom in resultat.raison


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (remplacer(">urn:hl7-org:v3:PRPA_IN201307UV02<", ">urn:hl7-org:v3:AUTRE<"), "InvalidAddressingHeader"),
        (remplacer("urn:uuid:6b3d", "uuid:6b3d"), "InvalidAddressingHeader"),
        (
            puis(remplacer("<PRPA_IN201307UV02 xmlns", "<AUTRE xmlns"), remplacer("</PRPA_IN201307UV02>", "</AUTRE>")),
            "ActionNotSupported",
        ),
        (
            remplacer(">urn:hl7-org:v3:PRPA_IN201307UV02<", ">urn:hl7-org:v3:PRPA_IN201311UV02<"),
            "SANDBOX_OPERATION_NON_JOUEE",
        ),
        (remplacer("</soap:Envelope>", ""), "SANDBOX_XML"),
        (remplacer("2003/05/soap-envelope", "2001/12/soap-envelope"), "SANDBOX_XML"),
        (lambda t: "<!DOCTYPE x []>" + t, "SANDBOX_XML"),
    ],
)
def test_enveloppe(atelier: Atelier, change: Change, code: str) -> None:
    assert atelier.envoyer(atelier.td02(enveloppe=change)).faute == code


def test_action_http_differente(atelier: Atelier) -> None:
    message = atelier.td02()
    faux = Message(message.corps, message.type_de_contenu.replace("PRPA_IN201307UV02", "AUTRE"), message.chemin)
    assert atelier.envoyer(faux).faute == "InvalidAddressingHeader"


@pytest.mark.parametrize(("chemin", "statut"), [("/si-dmp-server/v2/services/habilitations", 404), ("/", 404)])
def test_adresse_inconnue(atelier: Atelier, chemin: str, statut: int) -> None:
    message = atelier.td02()
    resultat = atelier.envoyer(Message(message.corps, message.type_de_contenu, chemin))
    assert resultat.reponse.statut == statut


def test_autre_methode(atelier: Atelier) -> None:
    requete = atelier.requete(atelier.td02())
    requete.methode = "GET"
    assert asyncio.run(atelier.service.traiter(requete)).statut == 405


def test_texte_simple_refuse(atelier: Atelier) -> None:
    message = atelier.td02()
    assert atelier.envoyer(Message(message.corps, "text/xml; charset=UTF-8", message.chemin)).faute == "SANDBOX_MESSAGE"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (remplacer("TEST_EXST", "CNSLT_DATA"), "SANDBOX_OPERATION_NON_JOUEE"),
        (remplacer("TEST_EXST", "AUTRE"), "SANDBOX_MESSAGE"),
        (remplacer('extension="235079999999960"', 'extension="236066322083656"'), "SANDBOX_VIHF_PATIENT"),
        (remplacer('extension="PRPA_IN201307UV02"', 'extension="PRPA_IN201309UV02"'), "SANDBOX_MESSAGE"),
        (remplacer('processingCode code="D"', 'processingCode code="X"'), "SANDBOX_MESSAGE"),
        (remplacer('<id root="1.2.250.1.213.4.1.1.1"/>', '<id root="1.2.3"/>'), "SANDBOX_MESSAGE"),
        (remplacer("queryId root", "queryId racine"), "SANDBOX_MESSAGE"),
        (remplacer("<creationTime", "<autreTime"), "SANDBOX_MESSAGE"),
    ],
)
def test_message_td02(atelier: Atelier, change: Change, code: str) -> None:
    assert atelier.envoyer(atelier.td02(change)).faute == code
