"""The sandbox's INSi: the answer to each test identity, each refusal and its code, card mode."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from demandes_insi import (
    FACTURATION,
    ID_NAT,
    RESULTAT,
    SAML,
    VITALE,
    Demande,
    assertion,
    client,
    en_securite,
    envoyer,
    lire_faute,
    lire_resultat,
)
from lxml import etree

from judges import judge, reference
from segur_socles.sandbox.donnees import EHPAD
from segur_socles.sandbox.insi.service import ReglagesInsi
from segur_socles.sandbox.pki import Ac, Defaut, Emis
from segur_socles.sandbox.sandbox import LOGICIEL, Sandbox

NIR, NIA = "1.2.250.1.213.1.4.8", "1.2.250.1.213.1.4.9"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def insi(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    dossier = tmp_path_factory.mktemp("insi")
    with client(sandbox, sandbox.certificats(EHPAD).insi_manu, tmp_path=dossier) as http:
        yield http


def resultat(sandbox: Sandbox, insi: httpx.Client, *traits: str | None) -> dict[str, Any]:
    return lire_resultat(envoyer(insi, sandbox.environment.insi_certificat, Demande(*traits)))


# --- people ---

# Traits sent → number, key and OID answered, as published by integrators of the qualification platform.
CONNUES = {
    "2.03/1": (("D'ARTAGNAN DE L'HERAULT", "PIERRE-ALAIN", "M", "2001-06-17"), ("1010663220754", "60", NIR)),
    "2.03/2": (("ADRTROIS", "TOUSSAINT", "M", "1960-01-01"), ("160012B020777", "13", NIR)),
    "2.04": (("ECETINSI", "PIERRE-ALAIN", "M", "2009-07-14"), ("1090763220834", "89", NIR)),
    "2.05": (("PROVISOIRE", "MATRICULE", "M", "2009-07-01"), ("1090763220888", "35", NIA)),
    "2.07/1 CATARINA": (("TCHITCHI", "CATARINA", "F", "1936-06-21"), ("2360663220836", "56", NIR)),
    "2.08/1": (("CORSE", "ANTHONY", "M", "1980-03-02"), ("180032B020401", "23", NIR)),
    "2.08/2": (("HERMANN", "GATIEN", "M", "1981-03-24"), ("1810363220456", "60", NIR)),
    "2.08/2 HERMAN": (("HERMAN", "GATIEN", "M", "1981-03-24"), ("1810363220456", "60", NIR)),
    "ADRUN": (("ADRUN", "ZOE", "F", "1975-12-31"), ("2751263220749", "74", NIR)),
    "ADRTROIS D": (("ADRTROIS", "DOMINIQUE", "F", "1997-02-26"), ("297022A020778", "78", NIR)),
    "ADRDEUX": (("ADRDEUX", "LAURENT", "M", "1981-01-01"), ("1810163220751", "40", NIR)),
    "NESSI": (("NESSI", "MICHELANGELO", "M", "2010-08-07"), ("1100863220830", "60", NIR)),
    "PATB": (("PATB-QUATRE", "LAURENCE", "F", "1907-05-25"), ("2070585756270", "97", NIR)),
}


@pytest.mark.parametrize("nom", CONNUES)
def test_known_identity(sandbox: Sandbox, insi: httpx.Client, nom: str) -> None:
    traits, attendu = CONNUES[nom]
    lu = resultat(sandbox, insi, *traits)
    assert (lu["code"], lu["actif"]) == ("00", attendu)
    assert (lu["Sexe"], lu["DateNaissance"]) == traits[2:]


AUTRES = {
    "2.06/1 sans lieu": (("DE VINCI", "LEONARDO", "M", "2014-02-01"), "02"),
    "2.06/2 avec lieu": (("DE VINCI", "LEONARDO", "M", "2014-02-01", "63220"), "00"),
    "2.06 autre lieu": (("DE VINCI", "LEONARDO", "M", "2014-02-01", "99999"), "01"),
    "2.07/1 OLA": (("TCHITCHI", "OLA", "F", "1936-06-21"), "01"),
    "2.07/1 BELLA": (("TCHITCHI", "BELLA", "F", "1936-06-21"), "01"),
    "2.07/1 CATARINA BELLA": (("TCHITCHI", "CATARINA BELLA", "F", "1936-06-21"), "00"),
    "2.07/1 autre sexe": (("TCHITCHI", "CATARINA", "M", "1936-06-21"), "01"),
    "2.07/2 PIERRE": (("HOUILLES", "PIERRE", "M", "1993-01-27"), "01"),
    "2.07/2 tous": (("HOUILLES", "PIERRE PAUL JACQUES", "M", "1993-01-27"), "01"),
    "2.04 tiret ou espace": (("ECETINSI", "PIERRE ALAIN", "M", "2009-07-14"), "00"),
    "2.04 sans le tiret": (("ECETINSI", "PIERRE", "M", "2009-07-14"), "00"),
    "2.04 second prénom": (("ECETINSI", "MURIEL", "M", "2009-07-14"), "01"),
    "inconnue": (("PERSONNE", "AUCUNE", "F", "1950-01-01"), "01"),
}


@pytest.mark.parametrize("nom", AUTRES)
def test_report_code(sandbox: Sandbox, insi: httpx.Client, nom: str) -> None:
    traits, code = AUTRES[nom]
    lu = resultat(sandbox, insi, *traits)
    assert lu["code"] == code
    assert ("actif" in lu) is (code == "00")


@pytest.mark.parametrize(
    "traits",
    [
        ("D'AEION", "COEUR", "M", "1987-01-01"),
        ("D'AEION", "COEUR", "M", "1987-01-25"),
        ("DE VINCI", "RUTH", "F", "1976-07-14"),
    ],
)
def test_people_who_give_a_technical_fault(sandbox: Sandbox, insi: httpx.Client, traits: tuple[str, ...]) -> None:
    faute = lire_faute(envoyer(insi, sandbox.environment.insi_certificat, Demande(*traits)))
    assert (faute.valeur, faute.siram, faute.code, faute.severite) == ("Receiver", "siram_40", "insi_102", "fatal")


def test_unknown_person_as_the_qualification_platform_answers(tmp_path: Path) -> None:
    reglages = ReglagesInsi(qualification=True, oid="1.2.250.1.213.1.4.10")
    with (
        Sandbox(insi=reglages) as sandbox,
        client(sandbox, sandbox.certificats(EHPAD).insi_auto, tmp_path=tmp_path) as http,
    ):
        url = sandbox.environment.insi_certificat
        assert lire_faute(envoyer(http, url, Demande(nom="PERSONNE"))).code == "insi_102"
        assert lire_resultat(envoyer(http, url, Demande("TCHITCHI", "OLA", "F", "1936-06-21")))["code"] == "01"
        assert lire_resultat(envoyer(http, url, Demande()))["actif"][2] == "1.2.250.1.213.1.4.10"


# --- the shapes that trap readers ---


def test_shape_of_each_answer(sandbox: Sandbox, insi: httpx.Client) -> None:
    zoe = resultat(sandbox, insi, "ADRUN", "ZOE", "F", "1975-12-31")
    assert "Prenom" not in zoe
    assert zoe["ListePrenom"] == "ZOE"
    laurence = resultat(sandbox, insi, *CONNUES["PATB"][0])
    assert "ListePrenom" not in laurence
    assert laurence["Prenom"] == "LAURENCE"
    pierre = resultat(sandbox, insi, *CONNUES["2.04"][0])
    assert pierre["ListePrenom"] == "PIERRE-ALAIN MURIEL FLORIANT"
    assert pierre["histo"] == [("2090763220834", "39", NIR), ("2090663220123", "55", NIR)]
    gatien = resultat(sandbox, insi, *CONNUES["2.08/2"][0])
    assert gatien["histo"] == [("1810363220456", "60", NIR), ("2810363220456", "10", NIR)]


def test_dates_stand_before_the_number_in_the_history(sandbox: Sandbox, insi: httpx.Client) -> None:
    racine = etree.fromstring(envoyer(insi, sandbox.environment.insi_certificat, Demande(*CONNUES["2.04"][0])).content)
    premier = racine.find(f".//{RESULTAT}INSHISTO")
    assert [etree.QName(e).localname for e in premier] == ["DateDeb", "DateFin", "IdIndividu", "OID"]
    assert (premier[0].text, premier[1].text) == ("2019-03-01", "2019-02-28")


def test_comment_in_the_answer(sandbox: Sandbox, insi: httpx.Client) -> None:
    assert b"<!--" in envoyer(insi, sandbox.environment.insi_certificat, Demande(*CONNUES["2.05"][0])).content


def test_prefixes_change_between_answers(sandbox: Sandbox, insi: httpx.Client) -> None:
    vus = set()
    for _ in range(3):
        racine = etree.fromstring(envoyer(insi, sandbox.environment.insi_certificat, Demande()).content)
        vus.add((racine.prefix, racine[0].prefix, racine[0][0].prefix))
    assert len(vus) == 3


@pytest.mark.parametrize("scenario", ["2.05", "2.08/1", "2.08/2", "ADRUN", "PATB"])
def test_answers_follow_the_published_schema(sandbox: Sandbox, insi: httpx.Client, scenario: str) -> None:
    schema = etree.XMLSchema(
        file=str(reference("insi-wsdl", "xsd", "ServiceIdentiteCertifiee", "INSi_RESULTAT_INS.xsd"))
    )
    racine = etree.fromstring(
        envoyer(insi, sandbox.environment.insi_certificat, Demande(*CONNUES[scenario][0])).content
    )
    schema.assertValid(racine.find(f".//{RESULTAT}RESULTAT"))


@pytest.mark.parametrize(
    ("fichier", "scenario"),
    [("cnda_TEST_2.05", "2.05"), ("cnda_TEST_2.08_cas1", "2.08/1"), ("cnda_TEST_2.08_cas2", "2.08/2")],
)
def test_same_content_as_the_canned_answers(sandbox: Sandbox, insi: httpx.Client, fichier: str, scenario: str) -> None:
    attendu = etree.parse(str(reference("insi-wsdl", "examples", f"{fichier}.xml"))).find(f".//{RESULTAT}RESULTAT")
    recu = etree.fromstring(envoyer(insi, sandbox.environment.insi_certificat, Demande(*CONNUES[scenario][0])).content)

    def contenu(element: Any) -> list[tuple[str, str]]:
        return [(e.tag, (e.text or "").strip()) for e in element.iter("{*}*")]

    assert contenu(recu.find(f".//{RESULTAT}RESULTAT")) == contenu(attendu)


# --- refusals ---

UUID = "8a689655-1712-4df1-bef8-7a64f8fb5847"
REFUS: dict[str, tuple[dict[str, Any], str]] = {
    "numéro d'autorisation": ({"idam": '<IDAM R="4">INCONNU</IDAM>'}, "desir_550"),
    "IDAM sans R": ({"idam": "<IDAM>A-OBTENIR</IDAM>"}, "SANDBOX_ENTETE"),
    "IDAM absent": ({"idam": ""}, "SANDBOX_ENTETE"),
    "IDAM mal placé": ({"idam": '<Version>1</Version><IDAM R="4">A-OBTENIR</IDAM>'}, "SANDBOX_ENTETE"),
    "COUVERTURE absente": ({"couverture": ""}, "SANDBOX_ENTETE"),
    "COUVERTURE d'un autre espace": ({"couverture": '<COUVERTURE xmlns="urn:autre"/>'}, "SANDBOX_ENTETE"),
    "action absente": ({"action": None}, "SANDBOX_OPERATION"),
    "action inconnue": ({"action": "urn:autre"}, "SANDBOX_OPERATION"),
    "action de la carte Vitale, corps des traits": (
        {"action": VITALE, "type_de_contenu": f'application/soap+xml; action="{VITALE}"'},
        "SANDBOX_CORPS",
    ),
    "actions contraires": ({"type_de_contenu": f'application/soap+xml; action="{VITALE}"'}, "SANDBOX_ACTION"),
    "type de contenu": ({"type_de_contenu": "text/xml"}, "SANDBOX_CONTENT_TYPE"),
    "MessageID absent": ({"message_id": None}, "SANDBOX_MESSAGE_ID"),
    "MessageID urn:uuid": ({"message_id": f"urn:uuid:{UUID}"}, "SANDBOX_MESSAGE_ID"),
    "Emetteur d'un autre": ({"emetteur": "1990000027"}, "SANDBOX_EMETTEUR"),
    "assertion en mode certificat": (
        {
            "securite": '<w:Security xmlns:w="http://docs.oasis-open.org/wss/2004/01/'
            'oasis-200401-wss-wssecurity-secext-1.0.xsd"/>'
        },
        "SANDBOX_ASSERTION_INTERDITE",
    ),
    "autre corps": ({"corps": '<RECVITALE xmlns="http://www.cnamts.fr/INSiRecVit"/>'}, "SANDBOX_CORPS"),
    "sexe vide": ({"sexe": ""}, "insi_24"),
    "sexe absent": ({"sexe": None}, "insi_24"),
    "sexe inconnu": ({"sexe": "I"}, "insi_24"),
    "nom absent": ({"nom": None}, "SANDBOX_TRAIT_ABSENT"),
    "prénom absent": ({"prenom": None}, "SANDBOX_TRAIT_ABSENT"),
    "date absente": ({"naissance": ""}, "SANDBOX_TRAIT_ABSENT"),
    "minuscules": ({"nom": "Adrun"}, "insi_102"),
    "accent": ({"prenom": "ZOÉ"}, "insi_102"),
    "ligature": ({"nom": "D'ÆION"}, "insi_102"),
    "apostrophe courbe": ({"nom": "D’AEION"}, "insi_102"),
    "chiffre": ({"nom": "ADRUN2"}, "insi_102"),
    "tiret en tête": ({"nom": "-ADRUN"}, "insi_102"),
    "deux espaces": ({"nom": "DE  VINCI"}, "insi_102"),
    "espace et apostrophe": ({"nom": "D' ARTAGNAN"}, "insi_102"),
    "double tiret du prénom": ({"prenom": "ZOE--ANNE"}, "insi_102"),
    "tiret final du prénom": ({"prenom": "ZOE-"}, "insi_102"),
    "date française": ({"naissance": "31/12/1975"}, "insi_102"),
    "lieu à quatre chiffres": ({"lieu": "6322"}, "insi_102"),
}


@pytest.mark.parametrize("nom", REFUS)
def test_refusal(sandbox: Sandbox, insi: httpx.Client, nom: str) -> None:
    parties, code = REFUS[nom]
    demande = Demande(**parties)
    faute = lire_faute(envoyer(insi, sandbox.environment.insi_certificat, demande))
    assert (faute.statut, faute.code) == (500, code)
    entree = sandbox.journal.entrees[-1]
    assert entree.code == code
    if code.startswith("SANDBOX_"):
        assert any(not verdict.ok for verdict in entree.verdicts)


def test_a_fault_asked_for_hides_no_mistake_of_the_caller(sandbox: Sandbox, insi: httpx.Client) -> None:
    url = sandbox.environment.insi_certificat
    sandbox.pannes.activer("insi_24", service="insi")
    assert lire_faute(envoyer(insi, url, Demande(message_id=None))).code == "SANDBOX_MESSAGE_ID"
    assert lire_faute(envoyer(insi, url, Demande())).code == "insi_24"
    assert lire_resultat(envoyer(insi, url, Demande()))["code"] == "00"


@pytest.mark.parametrize("nom", ["D'ARTAGNAN", "DE VINCI", "A--B", "'ADRUN", "ADRUN-", "X"])
def test_well_written_name_is_searched(sandbox: Sandbox, insi: httpx.Client, nom: str) -> None:
    assert resultat(sandbox, insi, nom, "ZOE", "F", "1975-12-31")["code"] == "01"


@pytest.mark.parametrize("message_id", [UUID, f"uuid:{UUID}"])
def test_message_id_is_echoed_in_the_fault(sandbox: Sandbox, insi: httpx.Client, message_id: str) -> None:
    demande = Demande(message_id=message_id, sexe="")
    faute = lire_faute(envoyer(insi, sandbox.environment.insi_certificat, demande))
    assert faute.message_id == message_id


def test_http_action_may_be_left_out(sandbox: Sandbox, insi: httpx.Client) -> None:
    demande = Demande(type_de_contenu="application/soap+xml; charset=utf-8")
    assert lire_resultat(envoyer(insi, sandbox.environment.insi_certificat, demande))["code"] == "00"


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"<a/>",
        b"<a",
        b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        Demande().octets().replace(b"2003/05/soap-envelope", b"2001/soap"),
        Demande().octets().replace(b"</s:Body>", b"<x/></s:Body>"),
    ],
    ids=["vide", "autre XML", "tronqué", "DTD", "SOAP 1.1", "deux corps"],
)
def test_not_an_envelope(sandbox: Sandbox, insi: httpx.Client, octets: bytes) -> None:
    reponse = insi.post(str(sandbox.environment.insi_certificat), content=octets, headers=Demande().entetes())
    assert lire_faute(reponse).code == "SANDBOX_ENVELOPPE"


@pytest.mark.parametrize("cn", ["INSI_MANU", "insi-auto", "dui.bac-a-sable.invalid"])
def test_certificate_of_another_name(sandbox: Sandbox, tmp_path: Path, cn: str) -> None:
    with client(sandbox, sandbox.pki.auth_cli("1990000019", "EHPAD", cn), tmp_path=tmp_path) as http:
        assert lire_faute(envoyer(http, sandbox.environment.insi_certificat, Demande())).code == "desir_560"


# --- card mode ---


@pytest.fixture(scope="module")
def carte(sandbox: Sandbox) -> Emis:
    return sandbox.pki.cps(ID_NAT, "EXEMPLE", "Ingrid", 60)


@pytest.fixture(scope="module")
def sans_certificat(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with client(sandbox, tmp_path=tmp_path_factory.mktemp("carte")) as http:
        yield http


def par_carte(sandbox: Sandbox, http: httpx.Client, securite: str, emetteur: str = ID_NAT) -> httpx.Response:
    return envoyer(http, sandbox.environment.insi_carte, Demande(securite=securite, emetteur=emetteur))


def test_card(sandbox: Sandbox, sans_certificat: httpx.Client, carte: Emis) -> None:
    attributs = (*FACTURATION, ("codeSpecialiteAMO", "01"), ("secteurActivite", "SA07"))
    reponse = par_carte(sandbox, sans_certificat, en_securite(assertion(carte, attributs=attributs)))
    assert lire_resultat(reponse)["code"] == "00"


@pytest.mark.juge("xmlsec1")
def test_assertions_of_these_tests_are_true_ones(sandbox: Sandbox, carte: Emis, tmp_path: Path) -> None:
    (tmp_path / "assertion.xml").write_text(assertion(carte))
    commande = [judge("xmlsec1"), "--verify", "--id-attr:ID", f"{SAML}:Assertion"]
    for ac in (Ac.RACINE, Ac.PERSONNES_FORT):
        (tmp_path / f"{ac.code}.pem").write_bytes(sandbox.pki.certificat_ac(ac).pem)
        commande += ["--trusted-pem", f"{ac.code}.pem"]
    jugement = subprocess.run([*commande, "assertion.xml"], check=False, cwd=tmp_path, capture_output=True)
    assert jugement.returncode == 0, jugement.stderr


def test_issuer_may_be_written_another_way(sandbox: Sandbox, sans_certificat: httpx.Client, carte: Emis) -> None:
    parts = carte.certificat.sujet_rfc4514.split(",")
    reponse = par_carte(sandbox, sans_certificat, en_securite(assertion(carte, emetteur=", ".join(reversed(parts)))))
    assert reponse.status_code == 200


CONTENU: dict[str, dict[str, Any]] = {
    "autre porteur": {"nom": "899700000027"},
    "autre type de carte": {"qualifier": "CPF"},
    "sans facturation": {"attributs": (("secteurActivite", "SA07"),)},
    "attribut mal orthographié": {"attributs": (*FACTURATION, ("CodeSpecialite", "01"))},
    "attribut vide": {"attributs": (("identifiantFacturation", ""),)},
    "plus d'une heure": {"age": timedelta(hours=1, minutes=1)},
    "émise demain": {"age": timedelta(days=-1)},
    "autre émetteur": {"emetteur": "CN=899700000027,C=FR"},
    "conditions": {"conditions": "<a:Conditions/>"},
}


@pytest.mark.parametrize("nom", CONTENU)
def test_assertion_content(sandbox: Sandbox, sans_certificat: httpx.Client, carte: Emis, nom: str) -> None:
    reponse = par_carte(sandbox, sans_certificat, en_securite(assertion(carte, **CONTENU[nom])))
    assert lire_faute(reponse).code == "SANDBOX_ASSERTION_CONTENU"


def test_assertion_changed_after_signing(sandbox: Sandbox, sans_certificat: httpx.Client, carte: Emis) -> None:
    fausse = assertion(carte).replace(">990000019<", ">990000027<")
    assert lire_faute(par_carte(sandbox, sans_certificat, en_securite(fausse))).code == "SANDBOX_ASSERTION_SIGNATURE"


def test_two_assertions(sandbox: Sandbox, sans_certificat: httpx.Client, carte: Emis) -> None:
    deux = en_securite(assertion(carte), assertion(carte))
    assert lire_faute(par_carte(sandbox, sans_certificat, deux)).code == "SANDBOX_ASSERTION_ABSENTE"


def test_emetteur_is_the_holder(sandbox: Sandbox, sans_certificat: httpx.Client, carte: Emis) -> None:
    reponse = par_carte(sandbox, sans_certificat, en_securite(assertion(carte)), emetteur="1990000019")
    assert lire_faute(reponse).code == "SANDBOX_EMETTEUR"


@pytest.mark.parametrize("defaut", [Defaut.EXPIRE, Defaut.AUTRE_AC, Defaut.AC_USURPEE, Defaut.AUTO_SIGNE])
def test_card_of_a_bad_authority(sandbox: Sandbox, sans_certificat: httpx.Client, defaut: Defaut) -> None:
    carte = sandbox.pki.cps(ID_NAT, "EXEMPLE", "Ingrid", 60, defaut=defaut)
    reponse = par_carte(sandbox, sans_certificat, en_securite(assertion(carte)))
    assert lire_faute(reponse).code == "SANDBOX_ASSERTION_SIGNATURE"


def test_not_the_signature_certificate_of_a_card(sandbox: Sandbox, sans_certificat: httpx.Client) -> None:
    authentification = sandbox.pki.cps(ID_NAT, "EXEMPLE", "Ingrid", 60, defaut=Defaut.MAUVAIS_USAGE)
    for emis in (authentification, sandbox.certificats(EHPAD).signature):
        reponse = par_carte(sandbox, sans_certificat, en_securite(assertion(emis)))
        assert lire_faute(reponse).code == "SANDBOX_ASSERTION_CERTIFICAT"


def test_revoked_card(sandbox: Sandbox, sans_certificat: httpx.Client) -> None:
    carte = sandbox.pki.cps(ID_NAT, "EXEMPLE", "Ingrid", 60)
    securite = en_securite(assertion(carte))
    assert par_carte(sandbox, sans_certificat, securite).status_code == 200
    sandbox.revoquer(carte.certificat)
    assert lire_faute(par_carte(sandbox, sans_certificat, securite)).code == "SANDBOX_ASSERTION_CERTIFICAT"


def test_another_software(tmp_path: Path) -> None:
    logiciel = LOGICIEL.model_copy(update={"numero_autorisation_insi": "TESTS0000"})
    with (
        Sandbox(logiciel=logiciel) as sandbox,
        client(sandbox, sandbox.certificats(EHPAD).insi_auto, tmp_path=tmp_path) as http,
    ):
        url = sandbox.environment.insi_certificat
        assert lire_faute(envoyer(http, url, Demande())).code == "desir_550"
        assert envoyer(http, url, Demande(idam='<IDAM R="4">TESTS0000</IDAM>')).status_code == 200
