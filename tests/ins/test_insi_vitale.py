"""The search by carte Vitale: what is read, what leaves, what comes back, and what a card never does."""

from __future__ import annotations

import logging
import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from insi_outils import ADRUN, OU, RPPS, ZOE, Banc, acteur, appelant, cle, faute, individu, resultat, traits
from lxml import etree

from golden_outils import GOLDEN
from judges import judge, reference
from segur_socles.config.environment import Environment, Nature
from segur_socles.errors import (
    ChampInvalideError,
    ConfigurationError,
    CredentialError,
    IdentiteError,
    ReponseInvalideError,
    SegurError,
    ServiceError,
)
from segur_socles.ins.types import InsAbsente, InsMultiple, InsTrouvee
from segur_socles.ins.vitale import LectureVitale, MatriculeVitale
from segur_socles.personnes.identite import Attribut, ControleIdentite, Identite, StatutIdentite
from segur_socles.personnes.professionnel import MoyenAuthentification
from segur_socles.personnes.traits import Trait
from segur_socles.trace.record import Moment, Resultat

NS = "{http://www.cnamts.fr/INSiRecVit}"
BAM = "{urn:siram:bam:ctxbam}"
SAML = "urn:oasis:names:tc:SAML:2.0:assertion"

# A child on the card of a parent, then an adult on his or her own.
ENFANT = LectureVitale.model_validate(
    {"ouvrant_droit": {"numero": "2770763220829"}, "date_naissance": "2010-08-07", "rang_naissance": 1}
)
ZOE_LUE = LectureVitale.model_validate(
    {
        "ouvrant_droit": {"numero": "2751263220749", "cle": "74", "nature": "NIR"},
        "individu": {"numero": "2751263220749", "cle": "74", "nature": "NIR"},
        "nom_naissance": "Adrun",
        "date_naissance": "1975-12-31",
        "rang_naissance": 1,
    }
)
SECRETS = ("2751263220749", "2770763220829", "ADRUN", "1975-12-31", "2010-08-07")


@dataclass
class Vitale:
    """An INSi that answers one thing to whatever is asked."""

    reponse: bytes | Callable[[], tuple[int, bytes]]
    recues: list[bytes] = field(default_factory=list)
    http: list[httpx.Request] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.recues.append(request.content)
        self.http.append(request)
        statut, contenu = (200, self.reponse) if isinstance(self.reponse, bytes) else self.reponse()
        return httpx.Response(statut, headers={"Content-Type": "application/soap+xml"}, content=contenu)


@dataclass
class Lecteur:
    """A reader that gives an assertion signed already; its signature is out of our reach, and stays so."""

    emise: bytes | None = None
    vus: list[str] = field(default_factory=list)

    def assertion(self, emetteur: str) -> bytes:
        self.vus.append(emetteur)
        return self.emise if self.emise is not None else assertion_vitale(emetteur)


def assertion_vitale(emetteur: str = RPPS, qualifier: str = "VITALE") -> bytes:
    # Blanks, a comment and an unusual prefix: what is pasted untouched keeps them.
    return (
        f'<a:Assertion xmlns:a="{SAML}" ID="_v1" IssueInstant="2026-01-15T09:30:05.120Z" Version="2.0" >'
        f"<a:Issuer>{emetteur}</a:Issuer><!-- lecteur -->"
        f'<a:Subject><a:NameID NameQualifier="{qualifier}">1234567890123456</a:NameID></a:Subject></a:Assertion>'
    ).encode()


def envoyer(lecture: LectureVitale, *, carte: bool = False, lecteur: Lecteur | None = None) -> bytes:
    insi = Vitale(resultat("01"))
    Banc(insi, signataire=cle() if carte else None).client.rechercher_par_vitale(lecture, lecteur=lecteur)
    (requete,) = insi.recues
    return requete


# --- what is read ---

REFUSEES: dict[str, tuple[dict[str, Any], str]] = {
    "numéro court": ({"ouvrant_droit": {"numero": "277076322082"}}, "ouvrant_droit.numero"),
    "numéro et clé collés": ({"ouvrant_droit": {"numero": "277076322082910"}}, "ouvrant_droit.numero"),
    "lettre hors de la Corse": ({"ouvrant_droit": {"numero": "277073A220829"}}, "ouvrant_droit.numero"),
    "chiffres d'ailleurs": ({"ouvrant_droit": {"numero": "٢770763220829"}}, "ouvrant_droit.numero"),
    "fin de ligne": ({"ouvrant_droit": {"numero": "2770763220829\n"}}, "ouvrant_droit.numero"),
    "clé fausse": ({"ouvrant_droit": {"numero": "2770763220829", "cle": "11"}}, "ouvrant_droit.cle"),
    "clé mal formée": ({"ouvrant_droit": {"numero": "2770763220829", "cle": "1"}}, "ouvrant_droit.cle"),
    "nature": ({"ouvrant_droit": {"numero": "2770763220829", "nature": "<NIR>"}}, "ouvrant_droit.nature"),
    "sans ouvrant droit": ({"ouvrant_droit": None}, "ouvrant_droit"),
    "date française": ({"date_naissance": "07/08/2010"}, "date_naissance"),
    "date à la ligne": ({"date_naissance": "2010-08-07\n"}, "date_naissance"),
    "rang en texte": ({"rang_naissance": "1"}, "rang_naissance"),
    "rang nul": ({"rang_naissance": 0}, "rang_naissance"),
    "rang à deux chiffres": ({"rang_naissance": 10}, "rang_naissance"),
    "rang absent, sans numéro propre": ({"rang_naissance": None}, "rang_naissance"),
    "nom avec un chiffre": ({"nom_naissance": "NESSI2"}, "nom_naissance"),
    "balise dans le nom": ({"nom_naissance": "A</v:NomNaissance>"}, "nom_naissance"),
    "champ en trop": ({"prenom": "LOUIS"}, "prenom"),
}


@pytest.mark.parametrize("nom", REFUSEES)
def test_a_reading_that_breaks_a_rule_is_refused_by_its_path(nom: str) -> None:
    parts, champ = REFUSEES[nom]
    donnees = {"ouvrant_droit": {"numero": "2770763220829"}, "date_naissance": "2010-08-07", "rang_naissance": 1}
    with pytest.raises(ChampInvalideError) as caught:
        LectureVitale.model_validate(donnees | parts)
    assert caught.value.champs == (champ,)
    assert not [s for s in ("277076", "2010", "NESSI", "LOUIS") if s in str(caught.value)]


def test_a_reading_takes_what_real_cards_hold() -> None:
    assert ZOE_LUE.nom_naissance == "ADRUN"
    lunaire = {"ouvrant_droit": {"numero": "160012B020777", "cle": "13"}, "date_naissance": "1960-00-00"}
    lue = LectureVitale.model_validate({**lunaire, "rang_naissance": 1, "nom_naissance": "  "})
    assert (lue.date_naissance, lue.nom_naissance) == ("1960-00-00", None)


def test_a_reading_never_shows_itself() -> None:
    ouvrant, lue = MatriculeVitale(numero="2770763220829", cle="10"), ZOE_LUE
    for texte in (repr(ouvrant), str(ouvrant), repr(lue), f"{lue}", repr([lue])):
        assert not re.search(r"\d{4}|ADRUN", texte)


# --- what leaves ---


@pytest.mark.parametrize(
    ("nom", "lecture", "carte", "vitale"),
    [
        ("insi-rechercher-par-vitale", ENFANT, False, False),
        ("insi-rechercher-par-vitale-complet", ZOE_LUE, False, False),
        ("insi-rechercher-par-vitale-carte", ENFANT, True, True),
    ],
)
def test_golden_capture(nom: str, lecture: LectureVitale, carte: bool, vitale: bool) -> None:
    """What goes over the wire changes only with notice: a change here goes to « Ce qui change sur le fil »."""
    ecrite = envoyer(lecture, carte=carte, lecteur=Lecteur() if vitale else None).decode()
    for propre in ("DigestValue", "SignatureValue", "X509Certificate"):
        ecrite = re.sub(f"<ds:{propre}>[^<]+<", f"<ds:{propre}>…<", ecrite)
    assert ecrite == (GOLDEN / f"{nom}.xml").read_text(encoding="utf-8")


def feuilles(element: Any) -> list[tuple[str, str]]:
    """Path below ``element`` and text of each leaf, in order."""
    trouvees: list[tuple[str, str]] = []

    def descendre(e: Any, chemin: str) -> None:
        if len(e) == 0:
            trouvees.append((chemin, e.text))
        for enfant in e:
            descendre(enfant, f"{chemin}/{etree.QName(enfant).localname}".lstrip("/"))

    descendre(element, "")
    return trouvees


def test_each_value_is_in_its_place() -> None:
    racine = etree.fromstring(envoyer(ZOE_LUE))
    assert feuilles(racine.find(f".//{NS}RECVITALE")) == [
        ("MatriculeIndividu/NumIdentifiant", "2751263220749"),
        ("MatriculeIndividu/Cle", "74"),
        ("MatriculeIndividu/TypeMatricule", "NIR"),
        ("MatriculeOD/NumIdentifiant", "2751263220749"),
        ("MatriculeOD/Cle", "74"),
        ("MatriculeOD/TypeMatricule", "NIR"),
        ("NomNaissance", "ADRUN"),
        ("DateNaissance", "1975-12-31"),
        ("RangNaissance", "1"),
    ]
    assert feuilles(racine.find(f".//{BAM}COUVERTURE")) == [
        ("ASSURE/Id/Num", "2751263220749"),
        ("BENEFICIAIRE/Nir/Num", "2751263220749"),
        ("BENEFICIAIRE/DateNai", "1975-12-31"),
        ("BENEFICIAIRE/Rang", "1"),
    ]


def test_the_number_of_a_parent_is_never_that_of_the_child() -> None:
    racine = etree.fromstring(envoyer(ENFANT))
    assert feuilles(racine.find(f".//{NS}RECVITALE")) == [
        ("MatriculeOD/NumIdentifiant", "2770763220829"),
        ("DateNaissance", "2010-08-07"),
        ("RangNaissance", "1"),
    ]
    assert feuilles(racine.find(f".//{BAM}COUVERTURE")) == [
        ("ASSURE/Id/Num", "2770763220829"),
        ("BENEFICIAIRE/DateNai", "2010-08-07"),
        ("BENEFICIAIRE/Rang", "1"),
    ]


BLOCS = {
    f"{BAM}ContexteBAM": "CTX/ROOT_ctxbam_CTXBAM_V01_02.xsd",
    f"{NS}RECVITALE": "ServiceIdentiteCertifiee/INSi_RECVITALE_INS.xsd",
}


@pytest.mark.parametrize("lecture", [ENFANT, ZOE_LUE])
def test_blocks_are_valid_against_the_published_schemas(lecture: LectureVitale) -> None:
    racine = etree.fromstring(envoyer(lecture))
    for tag, fichier in BLOCS.items():
        parser = etree.XMLParser(no_network=True)
        schema = etree.XMLSchema(etree.parse(reference("insi-wsdl", "xsd", *fichier.split("/")), parser))
        schema.assertValid(etree.fromstring(etree.tostring(racine.find(f".//{tag}"))))


def test_the_action_is_that_of_the_operation_and_either_wsdl_writes_it() -> None:
    requetes = []
    for wsdl in (None, reference("insi-wsdl", "DESIR_ICIR_EXP_1.5.0.wsdl")):
        insi = Vitale(resultat("01"))
        Banc(insi, wsdl=wsdl).client.rechercher_par_vitale(ZOE_LUE)
        requetes += insi.recues
        action = 'action="urn:ServiceIdentiteCertifiee:1.0.0:rechercherInsAvecCarteVitale"'
        assert insi.http[0].headers["Content-Type"] == f"application/soap+xml; charset=UTF-8; {action}"
    assert requetes[0] == requetes[1]


# --- the second assertion ---


def test_the_vitale_assertion_follows_the_professionals_untouched() -> None:
    lecteur = Lecteur()
    requete = envoyer(ENFANT, carte=True, lecteur=lecteur)
    assert lecteur.vus == [RPPS]
    assert requete.count(b"</saml:Assertion>" + assertion_vitale() + b"</wsse:Security>") == 1


@pytest.mark.juge("xmlsec1")
def test_the_professionals_assertion_still_verifies_beside_the_other(tmp_path: Path) -> None:
    signataire, insi = cle(), Vitale(resultat("01"))
    Banc(insi, signataire=signataire).client.rechercher_par_vitale(ENFANT, lecteur=Lecteur())
    (tmp_path / "requete.xml").write_bytes(insi.recues[0])
    from cryptography.hazmat.primitives.serialization import Encoding

    (tmp_path / "ac.pem").write_bytes(signataire.autorite.public_bytes(Encoding.PEM))
    command = [judge("xmlsec1"), "--verify", "--id-attr:ID", f"{SAML}:Assertion", "--trusted-pem", "ac.pem"]
    done = subprocess.run([*command, "requete.xml"], cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


FAUSSES = {
    "autre type": "<a/>",
    "vide": b"",
    "deux": assertion_vitale() * 2,
    "texte autour": b"x" + assertion_vitale(),
    "déclaration XML": b'<?xml version="1.0"?>' + assertion_vitale(),
    "DTD": b'<!DOCTYPE a [<!ENTITY b "c">]>' + assertion_vitale(),
    "mal formée": assertion_vitale()[:-3],
    "ferme l'en-tête": b"</f><f>" + assertion_vitale(),
    "latin-1": assertion_vitale().replace(b"lecteur", b"\xe9"),
    "du professionnel": assertion_vitale(qualifier="CPS"),
    "d'un autre professionnel": assertion_vitale("899900063481"),
    "autre élément": b"<Assertion/>",
}


@pytest.mark.parametrize("nom", FAUSSES)
def test_what_is_not_a_vitale_assertion_sends_nothing(nom: str) -> None:
    fausse: Any = FAUSSES[nom]
    insi = Vitale(resultat("01"))
    with pytest.raises(CredentialError, match="rien n'a été envoyé"):
        Banc(insi, signataire=cle()).client.rechercher_par_vitale(ENFANT, lecteur=Lecteur(fausse))
    assert insi.recues == []


def _chaine(error: BaseException) -> str:
    textes, vue = "", error
    while vue is not None:
        textes += f"{vue} {vue!r} {getattr(vue, '__dict__', '')}"
        vue = vue.__cause__ or vue.__context__
    return textes


async def test_a_reader_that_fails_is_told_by_its_kind_alone() -> None:
    class EnPanne:
        def assertion(self, emetteur: str) -> bytes:
            raise RuntimeError("carte 2751263220749 de ADRUN", emetteur)

    insi = Vitale(resultat("01"))
    banc = Banc(insi, signataire=cle())
    with pytest.raises(CredentialError, match="RuntimeError") as caught:
        banc.client.rechercher_par_vitale(ZOE_LUE, lecteur=EnPanne())
    with pytest.raises(CredentialError, match="RuntimeError"):
        await banc.async_client.rechercher_par_vitale(ZOE_LUE, lecteur=EnPanne())
    assert insi.recues == []
    assert not [s for s in SECRETS if s in _chaine(caught.value)]


def test_certificate_mode_takes_no_vitale_assertion() -> None:
    insi, lecteur = Vitale(resultat("01")), Lecteur()
    with pytest.raises(ConfigurationError) as caught:
        Banc(insi).client.rechercher_par_vitale(ENFANT, lecteur=lecteur)
    assert (caught.value.champ, lecteur.vus, insi.recues) == ("lecteur", [], [])


# --- what comes back ---


def trouver(reponse: str, lecture: LectureVitale = ZOE_LUE, locale: Any = None) -> InsTrouvee:
    issue = Banc(Vitale(resultat("00", reponse))).client.rechercher_par_vitale(lecture, locale)
    assert isinstance(issue, InsTrouvee)
    return issue


def test_a_card_alone_never_makes_an_identity() -> None:
    issue = trouver(ZOE)
    proposee = issue.identite
    assert (proposee.traits, proposee.identite, proposee.differences) == (None, None, ())
    assert "Une carte Vitale n'est pas une identité" in issue.explication
    par = acteur().intervenant
    for accepter in (
        lambda: proposee.accepter(par),
        lambda: proposee.accepter(par, None, {Trait.PRENOMS: "ZOE"}),
        lambda: proposee.qualifier(ControleIdentite.CARTE_IDENTITE, par),
    ):
        with pytest.raises(IdentiteError, match="n'est pas une identité"):
            accepter()
    assert not [c for c in ControleIdentite if c.value == "vitale"]


def test_with_the_identity_read_on_the_document_the_answer_is_taken_over() -> None:
    par, saisie = acteur().intervenant, Identite(traits=ADRUN)
    qualifiee = trouver(ZOE).identite.qualifier(ControleIdentite.PASSEPORT, par, identite=saisie)
    assert (qualifiee.statut, qualifiee.matricule.numero) == (StatutIdentite.QUALIFIEE, "2751263220749")
    assert trouver(ZOE, locale=saisie).identite.accepter(par).statut is StatutIdentite.RECUPEREE


@pytest.mark.parametrize("comme", ["traits", "identite"])
def test_differences_with_the_local_identity_are_named_and_accepted_one_by_one(comme: str) -> None:
    autre = traits("ADRUN", ("ZOEE",), "F", "1975-12-31", "63220")
    issue = trouver(ZOE, locale=autre if comme == "traits" else Identite(traits=autre, prenom_utilise="Zouzou"))
    assert [(d.trait, d.local, d.recu) for d in issue.identite.differences] == [(Trait.PRENOMS, "ZOEE", "ZOE")]
    par = acteur()
    with pytest.raises(IdentiteError):
        issue.identite.accepter(par)
    prise = issue.identite.accepter(par, None, {Trait.PRENOMS: "ZOE"})
    assert (prise.traits.prenoms, prise.prenom_utilise) == (("ZOE",), "Zouzou" if comme == "identite" else None)
    automate = acteur(MoyenAuthentification.AUTOMATE)
    with pytest.raises(IdentiteError, match="automate"):
        issue.identite.accepter(automate, None, {Trait.PRENOMS: "ZOE"})


def test_the_card_of_another_person_shows() -> None:
    issue = trouver(ZOE.replace("ADRUN", "DURAND").replace("1975-12-31", "1975-11-30"), locale=ADRUN)
    assert [d.trait for d in issue.identite.differences_vitale] == [Trait.NOM_NAISSANCE, Trait.DATE_NAISSANCE]
    assert "vérifier que c'est la carte de cette personne" in issue.explication
    seule = trouver(ZOE.replace("ADRUN", "DURAND"))
    assert [d.trait for d in seule.identite.differences] == [Trait.NOM_NAISSANCE]
    assert "Elle diffère de la carte Vitale : nom de naissance" in seule.explication
    assert not [s for s in (*SECRETS, "DURAND") if s in seule.explication + repr(seule)]


def test_the_card_of_a_relative_is_suspected_when_only_the_identity_held_here_differs() -> None:
    issue = trouver(ZOE, locale=traits("ADRUN", ("ANNA",), "F", "2001-02-03", "63220"))
    assert issue.identite.differences_vitale == ()
    assert "C'est peut-être la carte d'un autre membre de la famille" in issue.explication
    assert "membre de la famille" not in trouver(ZOE, locale=ADRUN).explication


def test_the_answer_of_the_other_search_is_refused() -> None:
    def reponse(operation: str) -> bytes:
        action = f"urn:ServiceIdentiteCertifiee:1.0.0:{operation}Response"
        entete = (
            f'<soap:Header><a:Action xmlns:a="http://www.w3.org/2005/08/addressing">{action}</a:Action></soap:Header>'
        )
        return resultat("00", ZOE).replace(b"<env:Body", f"{entete}<env:Body".encode())

    traits_, vitale = "rechercherInsAvecTraitsIdentite", "rechercherInsAvecCarteVitale"
    assert isinstance(Banc(Vitale(reponse(vitale))).client.rechercher_par_vitale(ZOE_LUE), InsTrouvee)
    assert isinstance(Banc(Vitale(reponse(traits_))).client.rechercher(ADRUN), InsTrouvee)
    with pytest.raises(ReponseInvalideError, match="autre opération"):
        Banc(Vitale(reponse(traits_))).client.rechercher_par_vitale(ZOE_LUE)
    with pytest.raises(ReponseInvalideError, match="autre opération"):
        Banc(Vitale(reponse(vitale))).client.rechercher(ADRUN)


def test_the_number_of_the_card_is_compared_with_the_answer() -> None:
    ancien = (
        "<INSHISTO><IdIndividu><NumIdentifiant>2751263220749</NumIdentifiant><Cle>74</Cle></IdIndividu>"
        "<OID>1.2.250.1.213.1.4.8</OID></INSHISTO><TIQ>"
    )
    autre = individu("2360663220836", "56", "ADRUN", "ZOE", "F", "1975-12-31", "63220")
    assert trouver(ZOE).avertissements == ()
    assert trouver(ZOE, ENFANT).avertissements == ()
    assert trouver(autre).avertissements == ("le numéro lu sur la carte Vitale n'est pas le matricule reçu",)
    (dite,) = trouver(autre.replace("<TIQ>", ancien)).avertissements
    assert dite == "le numéro lu sur la carte Vitale est un ancien matricule de cette personne"
    assert "Attention : le numéro lu" in trouver(autre).explication


@pytest.mark.parametrize(("code", "issue"), [("01", InsAbsente), ("02", InsMultiple)])
def test_other_outcomes_are_those_of_a_search_by_traits(code: str, issue: type) -> None:
    insi = Vitale(resultat(code))
    obtenue = Banc(insi).client.rechercher_par_vitale(ENFANT, ADRUN)
    assert isinstance(obtenue, issue)
    assert len(insi.recues) == 1
    assert "1 essai : carte Vitale" in obtenue.explication
    assert "Le statut de l'identité ne change pas" in obtenue.explication
    assert "prénom" not in obtenue.explication


@pytest.mark.parametrize("attribut", [Attribut.DOUTEUSE, Attribut.FICTIVE])
def test_doubtful_and_fictitious_identities_are_never_sent(attribut: Attribut) -> None:
    insi = Vitale(resultat("01"))
    with pytest.raises(IdentiteError):
        Banc(insi).client.rechercher_par_vitale(ZOE_LUE, Identite(traits=ADRUN, attribut=attribut))
    assert insi.recues == []


def test_production_refuses_test_numbers() -> None:
    environment = Environment(nom="e", nature=Nature.PRODUCTION, insi_certificat="https://localhost/lps", ancres="PEM")
    banc = Banc(Vitale(resultat("00", ZOE.replace("4.8<", "4.10<"))), appelant(environment))
    with pytest.raises(IdentiteError, match="production"):
        banc.client.rechercher_par_vitale(ZOE_LUE)


@pytest.mark.parametrize(
    ("contenu", "erreur"),
    [
        (resultat("00"), ReponseInvalideError),
        (resultat("99"), ServiceError),
        (b"<a/>", ReponseInvalideError),
        (resultat("00", ZOE.replace("<Sexe>F</Sexe>", "")), ReponseInvalideError),
    ],
)
def test_an_answer_that_is_none_is_a_typed_error(contenu: bytes, erreur: type[SegurError]) -> None:
    with pytest.raises(erreur) as caught:
        Banc(Vitale(contenu)).client.rechercher_par_vitale(ZOE_LUE)
    assert not [s for s in SECRETS if s in _chaine(caught.value)]


@pytest.mark.parametrize(("code", "appels"), [("insi_102", 3), ("desir_560", 1)])
def test_faults_are_typed_and_a_label_that_quotes_the_card_is_dropped(code: str, appels: int) -> None:
    insi = Vitale(lambda: (500, faute("siram_40", code, libelle="carte 2751263220749 refusée")))
    if code == "desir_560":
        insi.reponse = lambda: (500, faute("siram_100", code, libelle="carte 2751263220749 refusée"))
    with pytest.raises(ServiceError) as caught:
        Banc(insi).client.rechercher_par_vitale(ZOE_LUE)
    assert (caught.value.detail_code, len(insi.recues)) == (code, appels)
    assert "2751263220749" not in _chaine(caught.value)
    assert "cite ce qui a été envoyé" in str(caught.value.label)


# --- trace, privacy, twins ---


def test_the_call_is_traced_without_the_card() -> None:
    banc = Banc(Vitale(resultat("00", ZOE)), signataire=cle())
    issue = banc.client.rechercher_par_vitale(ZOE_LUE, lecteur=Lecteur())
    avant, apres = banc.sink.records
    assert (avant.moment, avant.operation, avant.resultat) == (
        Moment.AVANT,
        "insi.rechercher_par_vitale",
        Resultat.EN_COURS,
    )
    assert avant.objet == {"numero_individu": True, "assertion_vitale": True, "mode": "carte"}
    assert (apres.resultat, apres.code, apres.message_id) == (Resultat.SUCCES, "00", issue.essais[0].message_id)
    assert (avant.usager_ref, len(str(apres.usager_ref)), apres.structure) == (None, 32, OU)
    texte = avant.en_json() + apres.en_json()
    assert not [s for s in (*SECRETS, "1234567890123456") if s in texte]


async def test_nothing_of_the_card_in_logs_reprs_and_traces(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    banc = Banc(Vitale(resultat("00", ZOE)), signataire=cle())
    par_carte = banc.client.rechercher_par_vitale(ZOE_LUE, ADRUN, lecteur=Lecteur())
    asynchrone = await banc.async_client.rechercher_par_vitale(ENFANT)
    assert caplog.records
    vus = caplog.text + repr(par_carte) + repr(asynchrone) + repr(par_carte.identite) + repr(banc.client)
    assert not [s for s in (*SECRETS, "1234567890123456") if s in vus]


async def test_asynchronous_client_does_the_same() -> None:
    bloquant, asynchrone = Vitale(resultat("00", ZOE)), Vitale(resultat("00", ZOE))
    attendue = Banc(bloquant).client.rechercher_par_vitale(ZOE_LUE, ADRUN)
    assert await Banc(asynchrone).async_client.rechercher_par_vitale(ZOE_LUE, ADRUN) == attendue
    assert asynchrone.recues == bloquant.recues


async def test_an_asynchronous_reader_waits_in_a_thread() -> None:
    import threading

    fils: list[int] = []

    class Lent(Lecteur):
        def assertion(self, emetteur: str) -> bytes:
            fils.append(threading.get_ident())
            return super().assertion(emetteur)

    await Banc(Vitale(resultat("01")), signataire=cle()).async_client.rechercher_par_vitale(ENFANT, lecteur=Lent())
    assert fils
    assert threading.get_ident() not in fils


@pytest.mark.parametrize("cite", ["1234567890123456", "ZOE", "carte de Adrun", "née le 1975-12-31", "2770763220829"])
def test_a_fault_that_quotes_the_card_or_the_person_known_here_is_not_repeated(cite: str) -> None:
    """INSi knows more of the person than the reading it was sent."""
    insi = Vitale(lambda: (500, faute("siram_77", "insi_9", libelle=f"incident pour {cite}")))
    with pytest.raises(ServiceError) as caught:
        Banc(insi, signataire=cle()).client.rechercher_par_vitale(ENFANT, ADRUN, lecteur=Lecteur())
    assert caught.value.label == "libellé non repris : il cite ce qui a été envoyé"
    assert cite not in _chaine(caught.value)
