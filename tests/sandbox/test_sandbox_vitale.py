"""The sandbox's INSi, asked by carte Vitale: answers for its people, each refusal, and the second assertion."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from demandes_insi import (
    ID_NAT,
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

from segur_socles.sandbox.donnees import EHPAD
from segur_socles.sandbox.insi.service import ReglagesInsi
from segur_socles.sandbox.pki import Emis
from segur_socles.sandbox.sandbox import Sandbox

NIR = "1.2.250.1.213.1.4.8"
RUTH = "2770763220829"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def insi(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    dossier = tmp_path_factory.mktemp("insi")
    with client(sandbox, sandbox.certificats(EHPAD).insi_manu, tmp_path=dossier) as http:
        yield http


@pytest.fixture(scope="module")
def sans_certificat(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with client(sandbox, tmp_path=tmp_path_factory.mktemp("carte")) as http:
        yield http


@pytest.fixture(scope="module")
def carte(sandbox: Sandbox) -> Emis:
    return sandbox.pki.cps(ID_NAT, "EXEMPLE", "Ingrid", 60)


def lecture(
    ouvrant: str | None = "2751263220749",
    individu: str | None = None,
    naissance: str | None = "1975-12-31",
    rang: str | None = "1",
    **parties: Any,
) -> Demande:
    """A request of a card, its context and its body saying the same; ``parties`` replace either."""

    def e(nom: str, contenu: str | None) -> str:
        return "" if contenu is None else f"<{nom}>{contenu}</{nom}>"

    def matricule(nom: str, numero: str | None) -> str:
        return e(nom, numero and e("NumIdentifiant", numero))

    corps = (
        '<RECVITALE xmlns="http://www.cnamts.fr/INSiRecVit">'
        f"{matricule('MatriculeIndividu', individu)}{matricule('MatriculeOD', ouvrant)}"
        f"{e('DateNaissance', naissance)}{e('RangNaissance', rang)}</RECVITALE>"
    )
    nir = e("Nir", individu and e("Num", individu))
    beneficiaire = e("BENEFICIAIRE", f"{nir}{e('DateNai', naissance)}{e('Rang', rang)}")
    couverture = f"<COUVERTURE>{e('ASSURE', ouvrant and e('Id', e('Num', ouvrant)))}{beneficiaire}</COUVERTURE>"
    type_de_contenu = f'application/soap+xml; charset=utf-8; action="{VITALE}"'
    defauts = {"action": VITALE, "type_de_contenu": type_de_contenu, "corps": corps, "couverture": couverture}
    return Demande(**(defauts | parties))


# Card read → code, and number answered.
CARTES = {
    "adulte, numéro propre": (("2751263220749", "2751263220749", "1975-12-31", "1"), "00", "2751263220749"),
    "adulte, ouvrant droit seul": (("2751263220749", None, "1975-12-31", "1"), "00", "2751263220749"),
    "corse": (("160012B020777", None, "1960-01-01", "1"), "00", "160012B020777"),
    "enfant sur la carte d'un parent": ((RUTH, None, "2010-08-07", "1"), "00", "1100863220830"),
    "enfant, numéro propre": ((RUTH, "1100863220830", "2010-08-07", "1"), "00", "1100863220830"),
    "ancien numéro": (("2090763220834", "2090763220834", "2009-07-14", "1"), "00", "1090763220834"),
    "autre rang": ((RUTH, None, "2010-08-07", "2"), "01", None),
    "autre date": ((RUTH, None, "2010-08-08", "1"), "01", None),
    "le parent, inconnu d'INSi": ((RUTH, RUTH, "1977-07-14", "1"), "01", None),
    "inconnue": (("1500163220001", None, "1950-01-01", "1"), "01", None),
    "deux au même rang": (("2760775056993", None, "2014-02-01", "1"), "02", None),
    "deux, numéro propre": (("2760775056993", "1140263220991", "2014-02-01", "1"), "00", "1140263220991"),
}


@pytest.mark.parametrize("nom", CARTES)
def test_answer_to_each_card(sandbox: Sandbox, insi: httpx.Client, nom: str) -> None:
    lue, code, numero = CARTES[nom]
    lu = lire_resultat(envoyer(insi, sandbox.environment.insi_certificat, lecture(*lue)))
    assert (lu["code"], lu.get("actif", (None,))[0]) == (code, numero)
    entree = sandbox.journal.entrees[-1]
    assert (entree.operation, all(v.ok for v in entree.verdicts)) == ("insi.rechercher_par_vitale", True)


def test_unknown_card_as_the_qualification_platform_answers(tmp_path: Path) -> None:
    with (
        Sandbox(insi=ReglagesInsi(qualification=True)) as sandbox,
        client(sandbox, sandbox.certificats(EHPAD).insi_auto, tmp_path=tmp_path) as http,
    ):
        url = sandbox.environment.insi_certificat
        inconnue = lecture("1500163220001", None, "1950-01-01", "1")
        assert lire_faute(envoyer(http, url, inconnue)).code == "insi_102"
        assert lire_resultat(envoyer(http, url, lecture()))["code"] == "00"


def corps(contenu: str, ns: str = "http://www.cnamts.fr/INSiRecVit") -> dict[str, str]:
    return {"corps": f'<RECVITALE xmlns="{ns}">{contenu}</RECVITALE>'}


OD = "<MatriculeOD><NumIdentifiant>2751263220749</NumIdentifiant>%s</MatriculeOD>"
DATE = "<DateNaissance>1975-12-31</DateNaissance>"
RANG = "<RangNaissance>1</RangNaissance>"
ASSURE = "<ASSURE><Id><Num>2751263220749</Num></Id></ASSURE>"
BENEFICIAIRE = "<BENEFICIAIRE><DateNai>1975-12-31</DateNai><Rang>1</Rang></BENEFICIAIRE>"

REFUS: dict[str, tuple[dict[str, Any], str]] = {
    "corps des traits": ({"corps": '<RECSANSVITALE xmlns="http://www.cnamts.fr/INSiRecSans"/>'}, "SANDBOX_CORPS"),
    "autre espace": (corps(OD % "" + DATE + RANG, "urn:autre"), "SANDBOX_CORPS"),
    "ordre": (corps(DATE + OD % "" + RANG), "SANDBOX_CORPS"),
    "deux dates": (corps(OD % "" + DATE + DATE + RANG), "SANDBOX_CORPS"),
    "élément inconnu": (corps(OD % "" + DATE + RANG + "<Prenom>ZOE</Prenom>"), "SANDBOX_CORPS"),
    "numéro mal formé": (corps((OD % "").replace("0749<", "074<") + DATE + RANG), "SANDBOX_CORPS"),
    "date mal formée": (corps(OD % "" + DATE.replace("-12-31", "") + RANG), "SANDBOX_CORPS"),
    "date vide": (corps(OD % "" + "<DateNaissance/>" + RANG), "SANDBOX_CORPS"),
    "rang mal formé": (corps(OD % "" + DATE + RANG.replace("1", "un")), "SANDBOX_CORPS"),
    "matricule vide": (corps("<MatriculeIndividu/>" + OD % "" + DATE + RANG), "SANDBOX_CORPS"),
    "clé fausse": (corps(OD % "<Cle>75</Cle>" + DATE + RANG), "SANDBOX_VITALE_CLE"),
    "sans ouvrant droit": (corps(DATE + RANG), "SANDBOX_VITALE_ABSENT"),
    "sans date": (corps(OD % "" + RANG), "SANDBOX_VITALE_ABSENT"),
    "ni rang ni numéro propre": (corps(OD % "" + DATE), "SANDBOX_VITALE_ABSENT"),
    "COUVERTURE vide": ({"couverture": "<COUVERTURE/>"}, "SANDBOX_COUVERTURE"),
    "COUVERTURE absente": ({"couverture": ""}, "SANDBOX_ENTETE"),
    "autre assuré": (
        {"couverture": f"<COUVERTURE>{ASSURE.replace('0749', '0750')}{BENEFICIAIRE}</COUVERTURE>"},
        "SANDBOX_COUVERTURE",
    ),
    "numéro propre ajouté": (
        {
            "couverture": f"<COUVERTURE>{ASSURE}"
            f"{BENEFICIAIRE.replace('<DateNai', '<Nir><Num>2751263220749</Num></Nir><DateNai')}</COUVERTURE>"
        },
        "SANDBOX_COUVERTURE",
    ),
    "autre date": (
        {"couverture": f"<COUVERTURE>{ASSURE}{BENEFICIAIRE.replace('-31', '-30')}</COUVERTURE>"},
        "SANDBOX_COUVERTURE",
    ),
    "ordre de COUVERTURE": ({"couverture": f"<COUVERTURE>{BENEFICIAIRE}{ASSURE}</COUVERTURE>"}, "SANDBOX_COUVERTURE"),
    "lettre hors du format": (
        {"couverture": f"<COUVERTURE>{ASSURE.replace('2751263', '275126C')}{BENEFICIAIRE}</COUVERTURE>"},
        "SANDBOX_COUVERTURE",
    ),
    "numéro d'autorisation": ({"idam": '<IDAM R="4">INCONNU</IDAM>'}, "desir_550"),
    "assertion en mode certificat": ({"securite": en_securite()}, "SANDBOX_ASSERTION_INTERDITE"),
}


@pytest.mark.parametrize("nom", REFUS)
def test_refusal(sandbox: Sandbox, insi: httpx.Client, nom: str) -> None:
    parties, code = REFUS[nom]
    faute = lire_faute(envoyer(insi, sandbox.environment.insi_certificat, lecture(**parties)))
    assert (faute.statut, faute.code) == (500, code)
    assert sandbox.journal.entrees[-1].code == code


def test_the_right_key_and_faults_asked_for(sandbox: Sandbox, insi: httpx.Client) -> None:
    url = sandbox.environment.insi_certificat
    juste = lecture(**corps(OD % "<Cle>74</Cle><TypeMatricule>NIR</TypeMatricule>" + DATE + RANG))
    assert lire_resultat(envoyer(insi, url, juste))["code"] == "00"
    sandbox.pannes.activer("desir_1020", service="insi", operation="insi.rechercher_par_vitale")
    assert lire_resultat(envoyer(insi, url, Demande()))["code"] == "00", "the other operation is untouched"
    assert lire_faute(envoyer(insi, url, lecture())).code == "desir_1020"


# --- card mode ---


def vitale(porteur: str = ID_NAT, **parties: str) -> str:
    valeurs = {"qualifier": "VITALE", "serie": "1234567890123456", "format": "", "instant": "2026-01-15T09:30:05Z"}
    v = valeurs | parties
    return (
        f'<v:Assertion xmlns:v="{SAML}" ID="_v" IssueInstant="{v["instant"]}" Version="2.0">'
        f"<v:Issuer{v['format']}>{porteur}</v:Issuer><v:Subject>"
        f'<v:NameID NameQualifier="{v["qualifier"]}">{v["serie"]}</v:NameID></v:Subject></v:Assertion>'
    )


def par_carte(sandbox: Sandbox, http: httpx.Client, *assertions: str) -> httpx.Response:
    demande = lecture(securite=en_securite(*assertions), emetteur=ID_NAT)
    return envoyer(http, sandbox.environment.insi_carte, demande)


def test_card_with_and_without_the_second_assertion(
    sandbox: Sandbox, sans_certificat: httpx.Client, carte: Emis
) -> None:
    for assertions in ((assertion(carte),), (assertion(carte), vitale())):
        assert lire_resultat(par_carte(sandbox, sans_certificat, *assertions))["code"] == "00"


SECONDES: dict[str, dict[str, str]] = {
    "autre porteur": {"porteur": "899700000027"},
    "Issuer avec un format": {"format": ' Format="urn:x"'},
    "NameQualifier": {"qualifier": "CPS"},
    "sans numéro de série": {"serie": ""},
    "sans date": {"instant": ""},
    "date sans fuseau": {"instant": "2026-01-15T09:30:05"},
}


@pytest.mark.parametrize("nom", SECONDES)
def test_second_assertion_content(sandbox: Sandbox, sans_certificat: httpx.Client, carte: Emis, nom: str) -> None:
    reponse = par_carte(sandbox, sans_certificat, assertion(carte), vitale(**SECONDES[nom]))
    assert lire_faute(reponse).code == "SANDBOX_ASSERTION_VITALE"


def test_assertions_in_another_order_or_number(sandbox: Sandbox, sans_certificat: httpx.Client, carte: Emis) -> None:
    for assertions, code in (
        ((vitale(), assertion(carte)), "SANDBOX_ASSERTION_SIGNATURE"),
        ((vitale(),), "SANDBOX_ASSERTION_SIGNATURE"),
        ((assertion(carte), vitale(), vitale()), "SANDBOX_ASSERTION_ABSENTE"),
        ((), "SANDBOX_ASSERTION_ABSENTE"),
    ):
        assert lire_faute(par_carte(sandbox, sans_certificat, *assertions)).code == code


def test_a_search_by_traits_still_takes_one_assertion(
    sandbox: Sandbox, sans_certificat: httpx.Client, carte: Emis
) -> None:
    demande = Demande(securite=en_securite(assertion(carte), vitale()), emetteur=ID_NAT)
    reponse = envoyer(sans_certificat, sandbox.environment.insi_carte, demande)
    assert lire_faute(reponse).code == "SANDBOX_ASSERTION_ABSENTE"
