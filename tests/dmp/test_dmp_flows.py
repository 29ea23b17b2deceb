"""The feed and its settlement: each fault at each moment, and the typed result it must give."""

from __future__ import annotations

import hashlib
import inspect
from dataclasses import replace
from typing import cast

import pytest
from cryptography import x509
from dmp_outils import (
    ACCORD,
    DOCUMENT_ID,
    MATRICULE,
    OCTETS,
    FauxDmp,
    acces,
    appelant,
    conduire,
    document,
    entete,
    entete_http,
    environment,
    flux,
    identite,
    intermediaire,
    lire,
    lot,
    octets,
    racine,
    reponse,
    sans_reseau,
    signataire,
)
from lxml import etree

from judges import reference
from segur_socles._core.flow import Http, Request, Response
from segur_socles._core.mtom import read_multipart
from segur_socles._core.xml import parse
from segur_socles._core.xmldsig import verify_enveloped
from segur_socles.config.environment import Nature, OptionsDmp
from segur_socles.dmp.client import AsyncDmpClient, DmpClient
from segur_socles.dmp.flows import FluxDmp
from segur_socles.dmp.lot import verifier_lot
from segur_socles.dmp.lot_de_soumission import IdentifiantsLot, LotDeSoumission
from segur_socles.dmp.types import Accuse, AlimentationRefusee, DmpFerme, DmpInexistant, DmpOuvert
from segur_socles.dmp.vihf import lire_vihf
from segur_socles.errors import (
    CertificatRefuseError,
    ChampInvalideError,
    DeadlineError,
    DocumentInvalideError,
    DoublonSoumissionError,
    IdentiteError,
    ReponseInvalideError,
    SegurError,
    ServiceError,
    TransportError,
)
from segur_socles.personnes.autorisation import ActeSocle, Autorisation
from segur_socles.personnes.identite import Identite, IdentiteQualifiee
from segur_socles.trace.record import Resultat
from segur_socles.trace.sinks import MemorySink
from segur_socles.trace.traceur import Traceur
from segur_socles.xds.ebrim_lecture import lire_entree, lire_lot, lire_soumission


@pytest.mark.parametrize(
    ("depots", "questions", "attendu", "envois", "demandes"),
    [
        ([], [], ("accuse", False, 1), 1, 0),
        (["avertissement"], [], ("accuse", False, 1), 1, 0),
        # A lost reply after registration: the registry says so, nothing is sent again.
        (["perdue-apres"], [], ("accuse", True, 1), 1, 1),
        (["502-apres"], [], ("accuse", True, 1), 1, 1),
        (["html-apres"], [], ("accuse", True, 1), 1, 1),
        (["tronquee-apres"], [], ("accuse", True, 1), 1, 1),
        (["autre-message-apres"], [], ("accuse", True, 1), 1, 1),
        (["delai-apres"], [], ("accuse", True, 1), 1, 1),
        (["panne-serveur-apres"], [], ("accuse", True, 1), 1, 1),
        (["panne-codee-apres"], [], ("accuse", True, 1), 1, 1),
        (["partiel-apres"], [], ("accuse", True, 1), 1, 1),
        # Lost before registration: surely absent, hence sent again.
        (["perdue-avant"], [], ("accuse", False, 2), 2, 1),
        (["503-avant"], [], ("accuse", False, 2), 2, 1),
        (["503-avant", "503-avant"], [], ("accuse", False, 3), 3, 2),
        (["panne-codee-avant"], [], ("accuse", False, 2), 2, 1),
        (["partiel"], [], ("accuse", False, 2), 2, 1),
        (["perdue-avant", "perdue-apres"], [], ("accuse", True, 2), 2, 2),
        # Still absent after every sending allowed.
        (["503-avant"] * 3, [], (TransportError, True), 3, 3),
        # The question fails too: unknown stays unknown.
        (["perdue-apres"], ["perdue-avant"], (TransportError, True), 1, 1),
        (["perdue-avant"], ["503-avant"], (TransportError, True), 1, 1),
        (["perdue-apres"], ["certificat"], (TransportError, True), 1, 1),
        (["perdue-apres"], ["occupe"], (TransportError, True), 1, 1),
        # Nothing left, or a plain refusal: no question, the caller is told.
        (["connexion"], [], (TransportError, False), 1, 0),
        (["403"], [], (TransportError, False), 1, 0),
        (["certificat"], [], (CertificatRefuseError, None), 1, 0),
        (["droits"], [], (ServiceError, None), 1, 0),
        (["occupe"], [], (ServiceError, None), 1, 0),
        (["refus-net"], [], (CertificatRefuseError, None), 1, 0),
        # The same after a lost sending: that one may still arrive.
        (["perdue-avant", "connexion"], [], (TransportError, True), 2, 1),
        (["perdue-avant", "403"], [], (TransportError, True), 2, 1),
        (["perdue-avant", "certificat"], [], (TransportError, True), 2, 1),
        (["perdue-avant", "droits"], [], (TransportError, True), 2, 1),
        (["perdue-avant", "occupe"], [], (TransportError, True), 2, 1),
        (["perdue-avant", "503-avant", "connexion"], [], (TransportError, True), 3, 2),
    ],
)  # fmt: skip
def test_fault_by_moment(
    depots: list[str], questions: list[str], attendu: tuple[object, ...], envois: int, demandes: int
) -> None:
    pour = appelant()
    dmp = FauxDmp(depots=list(depots), questions=list(questions))
    ligne = flux(pour).alimenter(lot(pour), ACCORD)
    if attendu[0] == "accuse":
        accuse = conduire(ligne, dmp)
        assert isinstance(accuse, Accuse)
        assert ("accuse", accuse.regle, accuse.tentatives) == attendu
        assert accuse.unique_id == DOCUMENT_ID
        assert DOCUMENT_ID in dmp.connus
    else:
        with pytest.raises(SegurError) as caught:
            conduire(ligne, dmp)
        assert type(caught.value) is attendu[0]
        assert getattr(caught.value, "outcome_unknown", None) == attendu[1]
        assert MATRICULE not in str(caught.value.to_dict())
        assert ("reprise" in (caught.value.remede or "")) is (attendu[1] is True)
    assert dmp.labels.count("dmp.alimenter") == envois
    assert dmp.labels.count("dmp.regler") == demandes


def test_deadline_in_the_wait_after_a_lost_sending_stays_unknown() -> None:
    pour = appelant()
    fil = flux(pour).alimenter(lot(pour), ACCORD)

    class Fini(list[float]):
        def append(self, _: float) -> None:
            raise DeadlineError("attente : délai écoulé", phase="connect", sent=False)

    with pytest.raises(DeadlineError) as caught:
        conduire(fil, FauxDmp(depots=["perdue-avant"]), Fini())
    assert (caught.value.sent, caught.value.outcome_unknown, caught.value.phase) == (True, True, "answer")
    assert "reprise" in (caught.value.remede or "")


@pytest.mark.parametrize("panne", ["connexion", "403", "certificat", "occupe"])
def test_a_resumed_set_that_is_refused_may_still_be_registered_by_its_first_sending(panne: str) -> None:
    pour = appelant()
    sink = MemorySink()
    suivi = FluxDmp(pour, acces, Traceur(sink, clock=pour.clock, ids=pour.ids, cle=b"k" * 32))
    with pytest.raises(TransportError) as caught:
        conduire(suivi.alimenter(lot(pour), ACCORD, reprise=True), FauxDmp(depots=[panne]))
    assert caught.value.outcome_unknown
    assert "issue" in caught.value.message
    assert isinstance(caught.value.__cause__, SegurError)
    assert caught.value.__cause__.message in caught.value.message
    assert sink.records[-1].resultat is Resultat.ISSUE_INCONNUE


def test_a_resumed_replacement_whose_target_is_not_found_stays_unknown() -> None:
    pour = appelant()
    envoi = lot(pour, document(version=2, remplace="1.2.250.1.999.7"))
    with pytest.raises(TransportError, match="introuvable") as caught:
        conduire(flux(pour).alimenter(envoi, ACCORD, reprise=True), FauxDmp())
    assert caught.value.outcome_unknown


def test_a_duplicate_that_the_registry_does_not_show_stays_unknown() -> None:
    """The registry contradicts itself: neither sent again nor said to be refused."""
    pour = appelant()
    dmp = FauxDmp(depots=["perdue-avant", "doublon"])
    with pytest.raises(TransportError) as caught:
        conduire(flux(pour).alimenter(lot(pour), ACCORD), dmp)
    assert caught.value.outcome_unknown
    assert dmp.labels.count("dmp.alimenter") == 2


def test_each_attempt_has_a_fresh_message_and_assertion_and_the_same_everything_else() -> None:
    pour = appelant()
    dmp = FauxDmp(depots=["503-avant", "503-avant"])
    attentes: list[float] = []
    conduire(flux(pour).alimenter(lot(pour), ACCORD), dmp, attentes)
    envois = [r for r in dmp.recus if r.url.endswith("/repository")]
    lus = [lire(r) for r in envois]
    assert len({r.addressed.message_id for r in lus}) == 3
    assert len({r.assertions[0].get("ID") for r in lus}) == 3
    corps = {hashlib.sha256(_sans_vihf(r)).hexdigest() for r in envois}
    assert len(corps) == 1
    assert attentes == [1.0, 1.0]


def _sans_vihf(request: Request) -> bytes:
    message = read_multipart(octets(request), entete_http(request, "Content-Type"), what="x")
    body = message.root[message.root.index(b"<soap:Body>") :]
    return body + b"".join(sink.content() for sink in message.parts.values())


def test_a_duplicate_after_a_settled_absence_is_settled_again() -> None:
    """The first sending arrives after the registry was asked: the second meets it there."""
    pour = appelant()
    envoi = lot(pour)
    dmp = FauxDmp(depots=["perdue-avant"])
    repondre = dmp.__call__

    def en_retard(http: Http, request: Request) -> Response | Exception:
        answer = repondre(http, request)
        if http.label == "dmp.regler":
            dmp.connus |= {DOCUMENT_ID}
        return answer

    accuse = conduire(flux(pour).alimenter(envoi, ACCORD), en_retard)
    assert (accuse.regle, accuse.tentatives) == (True, 2)


def test_a_duplicate_from_elsewhere_is_an_error_until_the_caller_says_it_may_be_his() -> None:
    pour = appelant()
    envoi = lot(pour)
    with pytest.raises(DoublonSoumissionError) as caught:
        conduire(flux(pour).alimenter(envoi, ACCORD), FauxDmp(connus={DOCUMENT_ID}))
    assert caught.value.code == "XDSDuplicateUniqueIdInRegistry"
    dmp = FauxDmp(connus={DOCUMENT_ID})
    accuse = conduire(flux(pour).alimenter(envoi, ACCORD, reprise=True), dmp)
    assert (accuse.regle, accuse.tentatives, dmp.labels) == (True, 0, ["dmp.regler"])


def test_resumed_set_that_never_left_is_sent_without_waiting() -> None:
    pour = appelant()
    attentes: list[float] = []
    accuse = conduire(flux(pour).alimenter(lot(pour), ACCORD, reprise=True), FauxDmp(), attentes)
    assert (accuse.regle, accuse.tentatives, attentes) == (False, 1, [])
    with pytest.raises(TransportError) as caught:
        conduire(flux(pour).alimenter(lot(pour), ACCORD, reprise=True), FauxDmp(questions=["503-avant"]))
    assert caught.value.outcome_unknown


def test_only_some_documents_present_stays_unknown() -> None:
    pour = appelant()
    deux = (document(), document(id="1.2.250.1.999.1.1.99001.1.2"))
    dmp = FauxDmp(depots=["perdue-avant"], connus={DOCUMENT_ID})
    with pytest.raises(TransportError) as caught:
        conduire(flux(pour).alimenter(lot(pour, *deux), ACCORD), dmp)
    assert caught.value.outcome_unknown


def test_identifiers_survive_storage() -> None:
    premier = lot(appelant())
    stocke = IdentifiantsLot.model_validate_json(premier.identifiants.model_dump_json())
    repris = lot(appelant(graine=99), identifiants=stocke)
    assert repris.identifiants == premier.identifiants
    assert repris.soumission == premier.soumission
    for autres in ((document(id="1.2.3.4"),), ()):
        with pytest.raises(DocumentInvalideError):
            type(premier).preparer(autres, identite(), appelant(), identifiants=stocke)
    with pytest.raises(DocumentInvalideError, match="sert deux fois"):
        lot(appelant(), document(), document())


def test_stored_identifiers_refuse_other_bytes_under_the_same_identifier() -> None:
    """Else a resumption would find the first content in the registry, and acknowledge the second."""
    stocke = lot(appelant()).identifiants
    assert stocke.empreintes == (hashlib.sha256(OCTETS).hexdigest(),)
    modifie = document(OCTETS.replace(b"suivi", b"arret"))
    with pytest.raises(DocumentInvalideError, match="a changé") as caught:
        lot(appelant(), modifie, identifiants=stocke)
    assert [c.champ for c in caught.value.constats] == ["identifiants.empreintes"]
    with pytest.raises(ChampInvalideError):
        IdentifiantsLot.model_validate(stocke.model_dump(exclude={"empreintes"}))


def test_what_is_sent_holds_together() -> None:
    pour = appelant()
    dmp = FauxDmp()
    autre = OCTETS.replace(b"<id ", b"<id\r\n  ").replace(DOCUMENT_ID.encode(), b"1.2.250.1.999.1.1.99001.1.2")
    envoi = lot(pour, document(), document(autre, canonique=False, id="1.2.250.1.999.1.1.99001.1.2"))
    conduire(flux(pour).alimenter(envoi, ACCORD), dmp)
    (request,) = dmp.recus
    assert (request.method, request.url) == ("POST", "https://dmp.example/si-dmp-server/v2/services/repository")
    media = entete_http(request, "Content-Type")
    assert media.endswith('action="urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-b"')
    message = read_multipart(octets(request), media, what="x")
    requete = lire(request)
    assert requete.addressed.action == "urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-b"
    assert requete.addressed.reply_to == "http://www.w3.org/2005/08/addressing/anonymous"
    verifie = verify_enveloped(
        requete.assertions[0], anchors=[racine()], intermediates=_intermediaires(), at=pour.clock.now()
    )
    assert lire_vihf(verifie.element).structure == "1990000019"

    schema = etree.XMLSchema(etree.parse(reference("xds", "wsdl", "schema", "ebRS30", "lcm.xsd")))
    schema.assertValid(parse(etree.tostring(next(requete.body.iter("{*}SubmitObjectsRequest"))), what="x"))
    soumission = lire_soumission(requete.body)
    assert len(set(soumission.ids)) == len(soumission.ids)
    assert lire_lot(soumission.lot).unique_id == envoi.lot_id
    parties = {
        d.get("id"): message.resolve(d[0].get("href", "")).content() for d in requete.body.iterfind("{*}Document")
    }
    assert set(parties) == {"Document01", "Document02", "Signature01"}
    for objet in soumission.entrees:
        entree = lire_entree(objet)
        assert entree.hash == hashlib.sha1(parties[objet.id], usedforsecurity=False).hexdigest()
        assert entree.taille == len(parties[objet.id])
    assert parties["Document01"] == OCTETS
    documents = {e.unique_id or "": parties[e.id] for e in soumission.documents}
    signature = verifier_lot(
        parties["Signature01"],
        documents=documents,
        lot_id=envoi.lot_id,
        anchors=[racine()],
        intermediates=_intermediaires(),
        at=pour.clock.now(),
    )
    assert signature.digest == "sha1"
    assert [(a.type.rpartition(":")[2], a.source, a.cible) for a in soumission.associations] == [
        ("HasMember", "SubmissionSet01", "Document01"),
        ("HasMember", "SubmissionSet01", "Document02"),
        ("HasMember", "SubmissionSet01", "Signature01"),
        ("signs", "Signature01", "SubmissionSet01"),
    ]


def _intermediaires() -> list[x509.Certificate]:
    return [intermediaire()]


def test_replacement_points_at_the_old_entry_or_is_refused() -> None:
    pour = appelant()
    nouveau = document(version=2, remplace="1.2.250.1.999.7")
    dmp = FauxDmp(connus={"1.2.250.1.999.7"})
    conduire(flux(pour).alimenter(lot(pour, nouveau), ACCORD), dmp)
    liens = lire_soumission(lire(dmp.recus[-1]).body).associations
    assert (liens[-1].type, liens[-1].source, liens[-1].cible) == (
        "urn:ihe:iti:2007:AssociationType:RPLC", "Document01", "urn:uuid:1.2.250.1.999.7",
    )  # fmt: skip
    absent = FauxDmp()
    with pytest.raises(DocumentInvalideError, match="introuvable"):
        conduire(flux(pour).alimenter(lot(pour, nouveau), ACCORD), absent)
    assert absent.labels == ["dmp.regler"]


@pytest.mark.parametrize(
    "autorisation",
    [
        Autorisation.refuser(ActeSocle.ALIMENTER_DMP, "la personne s'y oppose"),
        Autorisation.accorder(ActeSocle.CONSULTER_DMP, "équipe de soins"),
    ],
)
def test_without_authorisation_nothing_is_sent(autorisation: Autorisation) -> None:
    pour = appelant()
    refus = conduire(flux(pour).alimenter(lot(pour), autorisation), sans_reseau)
    assert isinstance(refus, AlimentationRefusee)
    assert refus.raisons
    assert refus.raisons[0] in refus.explication


def test_options_change_what_is_sent() -> None:
    options = OptionsDmp(
        xades_digest="sha256", envoyer_hash=False, vihf_version="4.0", nom_attribut_mode="Authentification_Mode",
        action_iti41="urn:ihe:iti:xds-b:2007:ProvideAndRegisterDocumentSet-b", duree_vihf=300,
    )  # fmt: skip
    pour = appelant(env=environment(options_dmp=options))
    dmp = FauxDmp()
    conduire(flux(pour).alimenter(lot(pour), ACCORD), dmp)
    requete = lire(dmp.recus[0])
    vihf = lire_vihf(requete.assertions[0])
    assert (vihf.version, (vihf.expire_le or vihf.emis_le) - vihf.emis_le) == (
        "4.0",
        300 * vihf.emis_le.resolution * 10**6,
    )
    assert b'Name="Authentification_Mode"' in octets(dmp.recus[0])
    assert requete.addressed.action == "urn:ihe:iti:xds-b:2007:ProvideAndRegisterDocumentSet-b"
    assert "hash" not in lire_soumission(requete.body).entrees[0].slots
    assert b"sha1" not in octets(dmp.recus[0])


@pytest.mark.parametrize("oid", ["1.2.250.1.213.1.4.10", "1.2.250.1.213.1.4.8"])
def test_production_refuses_test_identities(oid: str) -> None:
    pour = appelant(env=environment(nom="production", nature=Nature.PRODUCTION))
    with pytest.raises(IdentiteError, match="hors de la production"):
        conduire(flux(pour).tester_existence(identite(oid=oid)), sans_reseau)


def test_an_identity_that_is_not_qualified_never_leaves() -> None:
    qualifiee = identite()
    decision = {"reponse": qualifiee.reponse, "decision": qualifiee.decision}
    statuts = {
        "provisoire": Identite(traits=qualifiee.traits),
        "validée": Identite(traits=qualifiee.traits, controle=qualifiee.controle),
        "récupérée": Identite(traits=qualifiee.traits, **decision),
    }
    pour = appelant()
    for statut, autre in statuts.items():
        assert autre.statut == statut
        personne = cast("IdentiteQualifiee", autre)
        with pytest.raises(IdentiteError, match=statut):
            conduire(flux(pour).tester_existence(personne), sans_reseau)
        with pytest.raises(IdentiteError, match=statut):
            LotDeSoumission.preparer((document(),), personne, pour)
        with pytest.raises(IdentiteError, match=statut):
            conduire(flux(pour).alimenter(replace(lot(pour), identite=personne), ACCORD), sans_reseau)


def test_a_real_identity_does_not_reach_a_test_bench() -> None:
    personne = identite(oid="1.2.250.1.213.1.4.8")
    reelle = personne.model_copy(update={"reponse": personne.reponse.model_copy(update={"production": True})})
    with pytest.raises(IdentiteError, match="en production"):
        conduire(flux(appelant()).tester_existence(reelle), sans_reseau)


# --- TD0.2 -----------------------------------------------------------------------------------------------


def _existence(body: str, status: int = 200) -> object:
    pour = appelant()

    def repondre(http: Http, request: Request) -> Response:
        assert (http.label, http.repeatable) == ("dmp.tester_existence", True)
        assert request.url.endswith("/services/patients")
        return reponse(request, body, status=status)

    return conduire(flux(pour).tester_existence(identite()), repondre)


def _exemple(nom: str) -> str:
    brut = reference("xds", "samples", nom).read_text("utf-8")
    return brut[brut.index("<PRPA") :]


def test_three_outcomes_of_td02() -> None:
    ouvert = _existence(_exemple("dmp-td02-response-found.xml"))
    assert isinstance(ouvert, DmpOuvert)
    assert ouvert.autorisation_valide
    assert (ouvert.medecin_traitant, ouvert.compte_internet, ouvert.espace_sante) == (False, True, True)
    assert isinstance(_existence(_exemple("dmp-td02-response-notfound.xml")), DmpInexistant)
    ferme = _existence(
        _exemple("dmp-td02-response-found.xml").replace('statusCode code="active"', 'statusCode code="terminated"')
    )
    assert isinstance(ferme, DmpFerme)
    for outcome in (ouvert, ferme):
        assert not {"JEANNE", "DURAND", "1935", "0102030405", MATRICULE} & set(repr(outcome).replace("'", " ").split())
        assert outcome.explication


def test_td02_without_valid_authorisation() -> None:
    body = _exemple("dmp-td02-response-found.xml").replace('code="VALIDE"', 'code="EXPIREE"')
    ouvert = _existence(body)
    assert isinstance(ouvert, DmpOuvert)
    assert (ouvert.autorisation_valide, ouvert.code_autorisation) == (False, "EXPIREE")
    assert "aucune autorisation" in ouvert.explication


@pytest.mark.parametrize(
    ("avant", "apres"),
    [
        (f'extension="{MATRICULE}"/>\n            <statusCode', 'extension="199999999999999"/><statusCode'),
        ('statusCode code="active"', 'statusCode code="suspended"'),
        ('queryResponseCode code="OK"', 'queryResponseCode code="QE"'),
        ("PRPA_IN201308UV02", "PRPA_IN201306UV02"),
        ("<patient ", "<patientX "),
    ],
)
def test_td02_answers_that_are_refused(avant: str, apres: str) -> None:
    body = _exemple("dmp-td02-response-found.xml")
    assert avant in body
    if apres.startswith("<patientX"):
        body = body.replace("</patient>", "</patientX>")
    with pytest.raises(ReponseInvalideError):
        _existence(body.replace(avant, apres))


def test_td02_refused_by_the_service() -> None:
    body = _exemple("dmp-td02-response-notfound.xml").replace(
        '<acknowledgement typeCode="AA">',
        '<acknowledgement typeCode="AE"><acknowledgementDetail><code code="DMPClosed"/>'
        f"<text>le dossier de {MATRICULE}</text></acknowledgementDetail>",
    )
    with pytest.raises(ServiceError) as caught:
        _existence(body)
    assert caught.value.code == "DMPClosed"
    assert MATRICULE not in str(caught.value.to_dict())
    assert (caught.value.correlation_id or "").startswith("urn:uuid:")


def test_td02_request_is_the_sample_but_for_identifiers() -> None:
    pour = appelant()
    seen: list[Request] = []

    def repondre(http: Http, request: Request) -> Response:
        del http
        seen.append(request)
        return reponse(request, _exemple("dmp-td02-response-notfound.xml"))

    conduire(flux(pour).tester_existence(identite()), repondre)
    body = lire(seen[0]).body
    sample = reference("xds", "samples", "dmp-td02-request.xml").read_text("utf-8")

    def plain(written: str) -> list[tuple[str, str]]:
        changing = {"extension", "root"}
        return [
            (
                str(e.tag),
                str(
                    sorted(
                        (k, v) for k, v in e.attrib.items() if k not in changing and "time" not in str(e.tag).lower()
                    )
                ),
            )
            for e in parse(written.encode(), what="x").iter("{*}*")
        ]

    attendu = [row for row in plain(sample) if "processingCode" not in row[0]]
    assert [row for row in plain(etree.tostring(body).decode()) if "processingCode" not in row[0]] == attendu
    assert body.find(".//{*}processingCode").get("code") == "P"
    valeur = body.find(".//{*}patientIdentifier/{*}value")
    assert (valeur.get("root"), valeur.get("extension")) == ("1.2.250.1.213.1.4.10", MATRICULE)
    assert body.find("{*}creationTime").get("value") == "20260115093005"


# --- trace, twins ----------------------------------------------------------------------------------------


def test_trace_holds_no_identity_and_the_outcome() -> None:
    pour = appelant()
    sink = MemorySink()
    traceur = Traceur(sink, clock=pour.clock, ids=pour.ids, cle=b"k" * 32)
    suivi = FluxDmp(pour, acces, traceur)
    conduire(suivi.alimenter(lot(pour), ACCORD), FauxDmp(depots=["perdue-apres"]))
    with pytest.raises(TransportError):
        conduire(suivi.alimenter(lot(pour), ACCORD), FauxDmp(depots=["perdue-avant"], questions=["503-avant"]))
    conduire(suivi.alimenter(lot(pour), Autorisation.refuser(ActeSocle.ALIMENTER_DMP, "refus")), sans_reseau)
    apres = [r for r in sink.records if r.moment.value == "apres"]
    assert [r.resultat for r in apres] == [Resultat.SUCCES, Resultat.ISSUE_INCONNUE, Resultat.REFUS_DROITS]
    assert apres[0].details == {"tentatives": 1, "regle": True, "avertissements": 1}  # the assumed classCode
    assert apres[2].details == {"raisons": 1}
    assert len({r.usager_ref for r in sink.records}) == 1  # one person, by the same keyed reference each time
    texte = "".join(r.en_json() for r in sink.records)
    assert MATRICULE not in texte
    assert "DURAND" not in texte


def test_twins_have_the_same_signatures() -> None:
    for name in ("__init__", "preparer", "tester_existence", "alimenter"):
        sync, asynchronous = getattr(DmpClient, name), getattr(AsyncDmpClient, name)
        ours, theirs = inspect.signature(sync), inspect.signature(asynchronous)
        assert list(ours.parameters) == list(theirs.parameters)
        assert ours.return_annotation == theirs.return_annotation
        for parameter in ours.parameters.values():
            twin = theirs.parameters[parameter.name]
            assert (parameter.kind, parameter.default) == (twin.kind, twin.default)
            if parameter.name != "runner":
                assert parameter.annotation == twin.annotation


def test_no_identity_in_the_reprs() -> None:
    pour = appelant()
    envoi = lot(pour, document(usager=entete().usager))
    for value in (
        envoi,
        envoi.documents[0],
        envoi.soumission,
        envoi.documents[0].entree,
        acces(),
        signataire().sujet_rfc4514,
    ):
        assert MATRICULE not in repr(value)
        assert "DURAND" not in repr(value)
        assert "RES-000123" not in repr(value)
