"""The unit verification, on an invented contract: what is public of it, and what an answer never changes by itself."""

from __future__ import annotations

import dataclasses
import logging
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from insi_outils import ADRUN, CATARINA, TCHITCHI, ZOE, Banc, Insi, acteur, appelant, faute, resultat, traits
from lxml import etree

from golden_outils import GOLDEN
from segur_socles._core.retry import RetryPolicy
from segur_socles._core.run import AsyncRunner, Runner
from segur_socles.config.environment import Environment, Nature
from segur_socles.errors import ConfigurationError, IdentiteError, ReponseInvalideError, ServiceError
from segur_socles.ins.client import AsyncInsiClient, InsiClient
from segur_socles.ins.contrat_verification import ContratVerification
from segur_socles.ins.paquet import PaquetInsi
from segur_socles.ins.types import InsTrouvee
from segur_socles.ins.verification import InsConfirmee, InsInfirmee, ResultatVerification, VerificationInconnue
from segur_socles.personnes.identite import ControleIdentite, Identite, StatutIdentite
from segur_socles.personnes.matricule import MatriculeIns
from segur_socles.personnes.professionnel import MoyenAuthentification
from segur_socles.personnes.statuts import Evenement
from segur_socles.personnes.traits import Trait
from segur_socles.trace.record import Resultat

CONTRAT = ContratVerification(
    wsdl=Path(__file__).parent / "verification" / "unitaire.wsdl",
    operation="essayer",
    namespace="urn:essai:requete",
    namespace_reponse="urn:essai:reponse",
    element_code="Code",
    element_libelle="Libelle",
    confirmes=frozenset({"V0"}),
    infirmes=frozenset({"V1", "V2"}),
)
OID = "1.2.250.1.213.1.4.8"
MATRICULE = MatriculeIns.lire("275126322074974", OID)


def reponse(code: str, libelle: str = "Libellé", *, ns: str = "urn:essai:reponse", autour: str = "%s") -> bytes:
    corps = autour % f"<r:Code>{code}</r:Code><r:Libelle>{libelle}</r:Libelle>"
    return (
        '<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"><e:Body>'
        f'<r:ReponseUnitaire xmlns:r="{ns}">{corps}</r:ReponseUnitaire></e:Body></e:Envelope>'
    ).encode()


@dataclasses.dataclass
class Service:
    """Answers one thing; keeps what it was asked."""

    contenu: bytes
    statut: int = 200
    recues: list[httpx.Request] = dataclasses.field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.recues.append(request)
        return httpx.Response(self.statut, headers={"Content-Type": "application/soap+xml"}, content=self.contenu)


def client(service: Service, contrat: ContratVerification | None = CONTRAT, banc: Banc | None = None) -> InsiClient:
    banc = banc or Banc(Insi({}))
    runner = Runner(transport=lambda _: httpx.MockTransport(service), policy=RetryPolicy(base=0.0))
    return InsiClient(*banc._parts(), runner, paquet=PaquetInsi(verification=contrat))


def identite(*, qualifiee: bool = True) -> Identite:
    issue = Banc(Insi({("ZOE", None): resultat("00", ZOE)})).client.rechercher(ADRUN)
    assert isinstance(issue, InsTrouvee)
    if qualifiee:
        return issue.identite.qualifier(ControleIdentite.PASSEPORT, acteur())
    return issue.identite.accepter(acteur())


# --- settings ---


def test_without_settings_nothing_is_sent_and_the_remedy_is_told() -> None:
    service = Service(reponse("V0"))
    with pytest.raises(ConfigurationError) as caught:
        client(service, None).verifier(identite())
    assert caught.value.champ == "paquet_insi.verification"
    assert "paquet officiel" in str(caught.value.remede)
    assert service.recues == []


@pytest.mark.parametrize(
    ("parts", "champ"),
    [
        ({"operation": " "}, "operation"),
        ({"namespace": ""}, "namespace"),
        ({"namespace_reponse": ""}, "namespace_reponse"),
        ({"element_code": ""}, "element_code"),
        ({"confirmes": frozenset()}, "confirmes"),
        ({"infirmes": frozenset()}, "confirmes"),
        ({"infirmes": frozenset({"V0"})}, "confirmes"),
        ({"confirmes": "V0"}, "confirmes"),
        ({"infirmes": {"V1 "}}, "infirmes"),
        ({"infirmes": [1]}, "infirmes"),
        ({"confirmes": None}, "confirmes"),
        ({"operation": "essayer "}, "operation"),
        ({"element_code": None}, "element_code"),
        ({"element_libelle": ""}, "element_libelle"),
        ({"action": " "}, "action"),
        ({"wsdl": "unitaire.wsdl"}, "wsdl"),
    ],
)
def test_a_setting_left_empty_is_named(parts: dict[str, Any], champ: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        dataclasses.replace(CONTRAT, **parts)
    assert caught.value.champ == f"paquet_insi.verification.{champ}"


@pytest.mark.parametrize(
    "parts",
    [
        {"wsdl": Path("absent.wsdl")},
        {"operation": "autre"},
        {"namespace": "urn:autre"},
        {"wsdl": Path(__file__).parents[2] / "src/segur_socles/ins/wsdl/icir.wsdl", "operation": "inconnue"},
        {
            "wsdl": Path(__file__).parents[2] / "src/segur_socles/ins/wsdl/icir.wsdl",
            "operation": "rechercherInsAvecTraitsIdentite",
        },
    ],
)
def test_a_contract_that_does_not_fit_sends_nothing(parts: dict[str, Any]) -> None:
    service = Service(reponse("V0"))
    with pytest.raises(ConfigurationError, match="ne convient pas") as caught:
        client(service, dataclasses.replace(CONTRAT, **parts)).verifier(identite())
    assert (caught.value.champ, service.recues) == ("paquet_insi.verification.wsdl", [])


# --- what leaves ---


def test_golden_capture() -> None:
    """The headers of the public operations, the tree of the request as integrators noted it."""
    service = Service(reponse("V0"))
    client(service).verifier(identite())
    (requete,) = service.recues
    assert requete.content.decode() == (GOLDEN / "insi-verifier.xml").read_text(encoding="utf-8")
    assert requete.headers["Content-Type"].endswith('action="urn:essai:1.0.0:essayer"')
    lus = {etree.QName(e).localname: e.text for e in etree.fromstring(requete.content).iter() if not len(e)}
    assert {
        "NumIdentifiant": "2751263220749",
        "Cle": "74",
        "OID": OID,
        "NomNaissance": "ADRUN",
        "Prenom": "ZOE",
        "ListePrenom": "ZOE",
        "Sexe": "F",
        "DateNaissance": "1975-12-31",
        "LieuNaissance": "63220",
        "Action": "urn:essai:1.0.0:essayer",
        "Emetteur": "10B0152872",
    }.items() <= lus.items()


def test_first_name_list_and_absent_place() -> None:
    service = Service(reponse("V0"))
    sans_lieu = TCHITCHI.model_copy(update={"lieu_naissance": None})
    client(service, dataclasses.replace(CONTRAT, action="urn:guide:action")).verifier(sans_lieu, MATRICULE)
    lus = {etree.QName(e).localname: e.text for e in etree.fromstring(service.recues[0].content).iter()}
    assert (lus["Prenom"], lus["ListePrenom"]) == ("OLA", "OLA CATARINA BELLA")
    assert "LieuNaissance" not in lus
    assert (lus["Action"], "urn:guide:action" in service.recues[0].headers["Content-Type"]) == (
        "urn:guide:action",
        True,
    )


def test_what_cannot_be_verified_sends_nothing() -> None:
    service = Service(reponse("V0"))
    autre = MatriculeIns.lire("236066322083656", OID)
    essai = MatriculeIns.lire("275126322074974", "1.2.250.1.213.1.4.10")
    production = Environment(nom="p", nature=Nature.PRODUCTION, insi_certificat="https://localhost/lps", ancres="PEM")
    for appel in (
        lambda: client(service).verifier(Identite(traits=ADRUN)),
        lambda: client(service).verifier(ADRUN),
        lambda: client(service).verifier(identite(), autre),
        lambda: client(service, banc=Banc(Insi({}), appelant(production))).verifier(ADRUN, essai),
    ):
        with pytest.raises(IdentiteError):
            appel()
    assert service.recues == []


# --- what comes back ---

ISSUES = {"V0": InsConfirmee, "V1": InsInfirmee, "V2": InsInfirmee, "V9": VerificationInconnue}


@pytest.mark.parametrize(("code", "issue"), ISSUES.items())
def test_outcomes_are_typed_and_change_nothing(code: str, issue: type[ResultatVerification]) -> None:
    avant = identite()
    obtenue = client(Service(reponse(code))).verifier(avant)
    assert type(obtenue) is issue
    assert (obtenue.code, obtenue.verifiee_le) == (code, appelant().clock.now())
    assert obtenue.message_id.startswith("uuid:")
    assert "pas" in obtenue.explication or "confirme" in obtenue.explication
    assert (avant.statut, len(avant.historique)) == (StatutIdentite.QUALIFIEE, 2)
    assert not [s for s in ("ADRUN", "2751263220749", "Libellé") if s in repr(obtenue) + obtenue.explication]


def test_a_code_of_the_settings_is_read_whoever_is_asked_about() -> None:
    """Somebody is called An, or No: a known code is no quotation of them."""
    contrat = dataclasses.replace(CONTRAT, confirmes={"CONFIRMANT"}, infirmes={"NON_CONFORME"})
    no = traits("NO", ("AN",), "F", "1975-12-31")
    issues = [client(Service(reponse(c)), contrat).verifier(no, MATRICULE) for c in ("CONFIRMANT", "NON_CONFORME")]
    assert [type(issue) for issue in issues] == [InsConfirmee, InsInfirmee]


@pytest.mark.parametrize(
    ("contenu", "erreur"),
    [
        (reponse("V0", ns="urn:autre"), ReponseInvalideError),
        (reponse(""), ReponseInvalideError),
        (reponse("V0", autour="%s<r:Code>V1</r:Code>"), ReponseInvalideError),
        (reponse("V0", autour="<r:X>%s</r:X><r:Code/>"), ReponseInvalideError),
        (reponse("2751263220749"), ServiceError),
        (reponse("ADRUN"), ServiceError),
        (resultat("00", ZOE), ReponseInvalideError),
    ],
)
def test_an_answer_that_is_none_decides_nothing(contenu: bytes, erreur: type[Exception]) -> None:
    with pytest.raises(erreur) as caught:
        client(Service(contenu)).verifier(identite())
    assert not [s for s in ("ADRUN", "2751263220749") if s in f"{caught.value}{caught.value.__dict__}"]


def test_faults_are_those_of_insi() -> None:
    service = Service(faute("siram_100", "desir_550"), 500)
    with pytest.raises(ServiceError) as caught:
        client(service).verifier(identite())
    assert (caught.value.detail_code, len(service.recues)) == ("desir_550", 1)
    service = Service(faute("siram_40", "desir_1020"), 500)
    with pytest.raises(ServiceError):
        client(service).verifier(identite())
    assert len(service.recues) == 3


# --- the decision ---


def infirmee(qui: Any = None, *couple: Any) -> InsInfirmee:
    issue = client(Service(reponse("V1"))).verifier(qui or identite(), *couple)
    assert isinstance(issue, InsInfirmee)
    return issue


@pytest.mark.parametrize(("qualifiee", "apres"), [(True, StatutIdentite.VALIDEE), (False, StatutIdentite.PROVISOIRE)])
def test_a_named_person_invalidates_and_the_history_tells_why(qualifiee: bool, apres: StatutIdentite) -> None:
    issue = infirmee(identite(qualifiee=qualifiee))
    invalidee = issue.invalider(acteur())
    assert (invalidee.statut, invalidee.matricule) == (apres, None)
    passage = invalidee.historique[-1]
    assert (passage.evenement, passage.par.nom, passage.le) == (
        Evenement.INS_INVALIDEE,
        "Claire MARTIN",
        issue.verifiee_le,
    )
    assert passage.preuve == f"vérification négative d'INSi {issue.message_id}"


def test_no_software_and_no_other_identity() -> None:
    issue = infirmee()
    autre = Banc(Insi({("CATARINA", None): resultat("00", CATARINA)})).client.rechercher(TCHITCHI)
    assert isinstance(autre, InsTrouvee)
    autrui = autre.identite.accepter(acteur(), None, {Trait.PRENOMS: "CATARINA BELLA"})
    for automate in (acteur(MoyenAuthentification.AUTOMATE), acteur(MoyenAuthentification.AUTOMATE).intervenant):
        with pytest.raises(IdentiteError, match="automate"):
            issue.invalider(automate)
    with pytest.raises(IdentiteError, match="pas celle qui a été vérifiée"):
        issue.invalider(acteur(), identite=autrui)
    with pytest.raises(IdentiteError, match="ne porte pas d'INS"):
        issue.invalider(acteur(), identite=Identite(traits=ADRUN))
    with pytest.raises(IdentiteError, match="Aucune identité"):
        infirmee(ADRUN, MATRICULE).invalider(acteur())
    assert infirmee(ADRUN, MATRICULE).invalider(acteur(), identite=identite()).statut is StatutIdentite.VALIDEE


def test_an_ins_that_insi_gave_again_since_is_not_invalidated() -> None:
    issue, tenue = infirmee(), identite()
    assert tenue.reponse is not None
    depuis = tenue.reponse.model_copy(update={"recue_le": issue.verifiee_le + timedelta(seconds=1)})
    with pytest.raises(IdentiteError, match="depuis la vérification"):
        issue.invalider(acteur(), identite=Identite.model_validate({**tenue.vers_stockage(), "reponse": depuis}))


# --- trace, twins ---


@pytest.mark.parametrize(("code", "resultat_trace"), [("V0", Resultat.SUCCES), ("V1", Resultat.SANS_RESULTAT)])
def test_the_call_is_traced_by_reference(code: str, resultat_trace: Resultat, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    banc = Banc(Insi({}))
    issue = client(Service(reponse(code)), banc=banc).verifier(identite())
    avant, apres = banc.sink.records
    assert (avant.operation, avant.usager_ref, avant.objet) == (
        "insi.verifier",
        apres.usager_ref,
        {"mode": "certificat"},
    )
    assert (apres.resultat, apres.code, apres.message_id) == (resultat_trace, code, issue.message_id)
    vus = avant.en_json() + apres.en_json() + caplog.text
    assert not [s for s in ("ADRUN", "2751263220749", "1975-12-31") if s in vus]


async def test_asynchronous_client_does_the_same() -> None:
    bloquant, asynchrone = Service(reponse("V1")), Service(reponse("V1"))
    attendue = client(bloquant).verifier(ADRUN, MATRICULE)
    runner = AsyncRunner(transport=lambda _: httpx.MockTransport(asynchrone))
    jumeau = AsyncInsiClient(*Banc(Insi({}))._parts(), runner, paquet=PaquetInsi(verification=CONTRAT))
    assert await jumeau.verifier(ADRUN, MATRICULE) == attendue
    assert asynchrone.recues[0].content == bloquant.recues[0].content
