"""The search: order of the calls, outcomes, faults, trace, and what becomes of the identity found."""

from __future__ import annotations

import inspect
import logging
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from insi_outils import (
    ADRUN,
    CATARINA,
    DE_VINCI,
    HOUILLES,
    LEONARDO,
    OU,
    RPPS,
    TCHITCHI,
    ZOE,
    Banc,
    Insi,
    acteur,
    appelant,
    cle,
    faute,
    individu,
    resultat,
    traits,
)

from judges import reference
from segur_socles.config.environment import Environment, Nature
from segur_socles.errors import (
    AuthentificationError,
    CertificatRefuseError,
    ChampInvalideError,
    ConfigurationError,
    IdentiteError,
    ReponseInvalideError,
    SegurError,
    ServiceError,
    TraceError,
    TransportError,
)
from segur_socles.ins.client import AsyncInsiClient, InsiClient
from segur_socles.ins.contract import WSDL
from segur_socles.ins.strategie import CodeRecherche, Essai, Tentative, prochaine
from segur_socles.ins.types import InsAbsente, InsMultiple, InsTrouvee, ResultatInsi
from segur_socles.personnes.identite import (
    Attribut,
    ControleIdentite,
    Decision,
    Identite,
    IdentiteQualifiee,
    PreuveControle,
    StatutIdentite,
)
from segur_socles.personnes.professionnel import Intervenant, MoyenAuthentification
from segur_socles.personnes.traits import Trait, TraitsIdentite
from segur_socles.trace.record import Moment, Resultat, TraceSocle
from segur_socles.trace.sinks import MemorySink

PAR = Intervenant(id_nat=RPPS, nom="Claire MARTIN")
LE = datetime(2026, 1, 16, 8, 0, tzinfo=UTC)

# --- strategy --------------------------------------------------------------------------------------------

PAUL = resultat("00", ZOE.replace("<Sexe>F", "<Sexe>M"))
TROIS = traits("X", ("A", "B", "C"), "M", "1990-01-01", "63220")
TROIS_SANS_LIEU = traits("X", ("A", "B", "C"), "M", "1990-01-01")
LIEU_INCONNU = traits("X", ("A",), "M", "1990-01-01", "99999")

STRATEGIES = {
    # CNDA 2.06: LEONARDO is ambiguous without his birth place, and known with it.
    "2.06/1 sans lieu": (
        DE_VINCI.model_copy(update={"lieu_naissance": None}),
        {("LEONARDO", None): resultat("02")},
        [("LEONARDO", None)],
        InsMultiple,
    ),
    "2.06/2 avec lieu": (
        DE_VINCI,
        {("LEONARDO", None): resultat("02"), ("LEONARDO", "63220"): resultat("00", LEONARDO)},
        [("LEONARDO", None), ("LEONARDO", "63220")],
        InsTrouvee,
    ),
    # CNDA 2.07: OLA is unknown, CATARINA is known.
    "2.07/1 second prénom": (
        TCHITCHI,
        {("CATARINA", None): resultat("00", CATARINA)},
        [("OLA", None), ("CATARINA", None)],
        InsTrouvee,
    ),
    "2.07/2 aucun prénom": (
        HOUILLES,
        {},
        [("PIERRE", None), ("PAUL", None), ("JACQUES", None), ("PIERRE PAUL JACQUES", None)],
        InsAbsente,
    ),
    "un seul prénom, inconnu": (ADRUN, {}, [("ZOE", None)], InsAbsente),
    "premier prénom": (ADRUN, {("ZOE", None): resultat("00", ZOE)}, [("ZOE", None)], InsTrouvee),
    "tous ensemble": (
        TROIS,
        {("A B C", None): PAUL},
        [("A", None), ("B", None), ("C", None), ("A B C", None)],
        InsTrouvee,
    ),
    "ambigu, levé par les autres prénoms": (
        TROIS,
        {("B", None): resultat("02"), ("A B C", None): PAUL},
        [("A", None), ("B", None), ("A B C", None)],
        InsTrouvee,
    ),
    "ambigu jusqu'au lieu": (
        TROIS,
        {("A", None): resultat("02"), ("A B C", None): resultat("02"), ("A B C", "63220"): PAUL},
        [("A", None), ("A B C", None), ("A B C", "63220")],
        InsTrouvee,
    ),
    "les autres prénoms excluent tout le monde": (
        TROIS,
        {("A", None): resultat("02"), ("A", "63220"): PAUL},
        [("A", None), ("A B C", None), ("A", "63220")],
        InsTrouvee,
    ),
    "ambigu sans issue": (
        TROIS,
        {("A", None): resultat("02"), ("A B C", None): resultat("02"), ("A B C", "63220"): resultat("02")},
        [("A", None), ("A B C", None), ("A B C", "63220")],
        InsMultiple,
    ),
    "ambigu, puis personne à ce lieu": (
        TROIS,
        {("A", None): resultat("02"), ("A B C", None): resultat("02")},
        [("A", None), ("A B C", None), ("A B C", "63220")],
        InsMultiple,
    ),
    "ambigu, sans lieu": (
        TROIS_SANS_LIEU,
        {("A", None): resultat("02")},
        [("A", None), ("A B C", None)],
        InsMultiple,
    ),
    "lieu inconnu : 99999 n'est jamais envoyé": (
        LIEU_INCONNU,
        {("A", None): resultat("02")},
        [("A", None)],
        InsMultiple,
    ),
}


@pytest.mark.parametrize(("qui", "reponses", "appels", "issue"), STRATEGIES.values(), ids=STRATEGIES)
def test_calls_follow_the_cnda_scenarios(
    qui: TraitsIdentite,
    reponses: dict[tuple[str, str | None], bytes],
    appels: list[tuple[str, str | None]],
    issue: type[ResultatInsi],
) -> None:
    insi = Insi(reponses)
    resultat_obtenu = Banc(insi).client.rechercher(qui)
    assert insi.demandes == appels
    assert type(resultat_obtenu) is issue
    assert len(resultat_obtenu.essais) == len(appels)
    assert resultat_obtenu.explication
    for texte in (resultat_obtenu.explication, repr(resultat_obtenu)):
        assert not [
            mot for mot in (qui.nom_naissance, *qui.prenoms, qui.date_naissance) if len(mot) > 1 and mot in texte
        ]


def test_strategy_ends_whatever_insi_answers() -> None:
    """N + 3 calls at most, and the same one is never made twice."""
    for nombre in (1, 2, 3, 4):
        vus: list[tuple[Essai, ...]] = [()]
        while vus:
            essais = vus.pop()
            suivante = prochaine(nombre, essais, lieu_connu=True)
            if suivante is None:
                continue
            assert suivante not in [e.tentative for e in essais]
            assert len(essais) < nombre + 3
            assert all(0 <= rang < nombre for rang in suivante.rangs)
            vus += [(*essais, Essai(suivante, code, "")) for code in CodeRecherche]


def test_explanations_name_ranks_and_a_remedy() -> None:
    absente = Banc(Insi({})).client.rechercher(HOUILLES)
    assert (
        "4 essais : 1er prénom seul ; 2e prénom seul ; 3e prénom seul ; les 3 prénoms ensemble" in absente.explication
    )
    assert "nom de naissance (et non le nom utilisé)" in absente.explication
    multiple = Banc(Insi({("ZOE", None): resultat("02")})).client.rechercher(ADRUN)
    assert "1er prénom seul, avec le lieu de naissance" in multiple.explication
    assert "vérifier tous les traits, lieu de naissance compris" in multiple.explication
    sans_lieu = Banc(Insi({("LEONARDO", None): resultat("02")})).client.rechercher(
        DE_VINCI.model_copy(update={"lieu_naissance": None})
    )
    assert "compléter les prénoms de naissance et le lieu de naissance" in sans_lieu.explication
    assert "(1 essai : 1er prénom seul)" in sans_lieu.explication
    assert str(Tentative((1,))) == "2e prénom seul"


# --- outcome ---------------------------------------------------------------------------------------------


PRENOMS = {Trait.PRENOMS: "CATARINA BELLA"}


def trouvee(qui: TraitsIdentite | Identite = TCHITCHI) -> InsTrouvee:
    issue = Banc(Insi({("CATARINA", None): resultat("00", CATARINA)})).client.rechercher(qui)
    assert isinstance(issue, InsTrouvee)
    return issue


@pytest.mark.besoin("S4-22", "S4-27")
def test_walk_from_ola_to_a_qualified_identity() -> None:
    """The main job: differences shown, accepted by a named person on a document; the used first name stays hers."""
    locale = Identite(traits=TCHITCHI, nom_utilise="TCHITCHI", prenom_utilise="Ola")
    issue = trouvee(locale)
    assert [(d.trait, d.local, d.recu) for d in issue.identite.differences] == [
        (Trait.PRENOMS, "OLA CATARINA BELLA", "CATARINA BELLA")
    ]
    assert "prénoms de naissance" in issue.explication
    qualifiee = issue.identite.qualifier(ControleIdentite.CARTE_IDENTITE, PAR, LE, PRENOMS)
    assert type(qualifiee) is IdentiteQualifiee
    assert qualifiee.matricule.valeur == "236066322083656"
    assert qualifiee.traits.prenoms == ("CATARINA", "BELLA")
    assert (qualifiee.prenom_utilise, qualifiee.nom_utilise) == ("Ola", "TCHITCHI")
    assert (qualifiee.controle.par, qualifiee.controle.le) == (PAR, LE)
    assert qualifiee.reponse.environnement == "bac"
    assert qualifiee.reponse.message_id == issue.essais[-1].message_id
    assert qualifiee.reponse.recue_le == appelant().clock.now()


def test_unnamed_differences_stop_the_qualification() -> None:
    proposee = trouvee().identite
    with pytest.raises(IdentiteError) as caught:
        proposee.qualifier(ControleIdentite.CARTE_IDENTITE, PAR, LE)
    assert [c.champ for c in caught.value.constats] == ["traits.prenoms"]
    with pytest.raises(IdentiteError):
        proposee.accepter(PAR, LE, {Trait.SEXE: "F"})


@pytest.mark.exigence("INS/va1.53")
def test_accepting_without_a_document_gives_only_recuperee() -> None:
    recuperee = trouvee().identite.accepter(acteur(), LE, PRENOMS)
    assert recuperee.statut is StatutIdentite.RECUPEREE
    assert not isinstance(recuperee, IdentiteQualifiee)
    with pytest.raises(IdentiteError):
        recuperee.qualifiee()


def test_warnings_reach_the_explanation() -> None:
    faux = CATARINA.replace("<Cle>56<", "<Cle>55<")
    issue = Banc(Insi({("CATARINA", None): resultat("00", faux)})).client.rechercher(TCHITCHI)
    assert isinstance(issue, InsTrouvee)
    assert issue.identite.reponse.matricule.cle_non_conforme
    assert "Attention : la clé du matricule reçu n'est pas la clé calculée" in issue.explication


def test_a_document_checked_before_counts() -> None:
    preuve = PreuveControle(controle=ControleIdentite.PASSEPORT, par=PAR, le=datetime(2025, 3, 1, tzinfo=UTC))
    validee = Identite(traits=TCHITCHI, prenom_utilise="Ola").controler(preuve)
    accepte = trouvee(validee).identite.accepter(PAR, LE, PRENOMS)
    assert accepte.statut is StatutIdentite.QUALIFIEE
    par_preuve = trouvee().identite.qualifier(preuve, PAR, LE, PRENOMS, identite=validee)
    assert (par_preuve.controle, par_preuve.decision.le) == (preuve, LE)
    assert par_preuve.prenom_utilise == "Ola"


def test_software_alone_checks_no_document() -> None:
    automate = acteur(MoyenAuthentification.AUTOMATE)
    with pytest.raises(IdentiteError, match="ne contrôle pas"):
        trouvee().identite.qualifier(ControleIdentite.CARTE_IDENTITE, automate, LE, PRENOMS)


def test_software_alone_accepts_no_difference() -> None:
    """Whatever evidence exists already: someone must have looked at what differs."""
    automate = acteur(MoyenAuthentification.AUTOMATE)
    preuve = PreuveControle(controle=ControleIdentite.PASSEPORT, par=PAR, le=LE)
    validee = Identite(traits=TCHITCHI).controler(preuve)
    for decider in (
        lambda: trouvee().identite.accepter(automate, LE, PRENOMS),
        lambda: trouvee(validee).identite.accepter(automate, LE, PRENOMS),
        lambda: trouvee().identite.qualifier(preuve, automate, LE, PRENOMS),
    ):
        with pytest.raises(IdentiteError, match="n'accepte pas d'écart"):
            decider()


def test_software_alone_is_told_by_the_evidence_too() -> None:
    """Taken apart from its actor, who acted stays known: no other way in accepts a difference or checks a document."""
    automate = acteur(MoyenAuthentification.AUTOMATE).intervenant
    with pytest.raises(IdentiteError, match="n'accepte pas d'écart"):
        trouvee().identite.accepter(automate, LE, PRENOMS)
    with pytest.raises(IdentiteError, match="ne contrôle pas"):
        trouvee().identite.qualifier(ControleIdentite.CARTE_IDENTITE, automate, LE, PRENOMS)
    with pytest.raises(ChampInvalideError, match="n'accepte pas d'écart"):
        Decision.model_validate({"par": automate, "le": LE, "differences_acceptees": PRENOMS})
    with pytest.raises(ChampInvalideError, match="ne contrôle pas"):
        PreuveControle(controle=ControleIdentite.PASSEPORT, par=automate, le=LE)
    forgee = trouvee().identite.accepter(PAR, LE, PRENOMS).vers_stockage()
    forgee["decision"]["par"]["automate"] = True
    with pytest.raises(ChampInvalideError, match="n'accepte pas d'écart"):
        Identite.depuis_stockage(forgee)


def test_evidence_stored_before_it_told_software_apart_comes_back() -> None:
    stockee = trouvee().identite.accepter(PAR, LE, PRENOMS).vers_stockage()
    del stockee["decision"]["par"]["automate"]
    assert Identite.depuis_stockage(stockee).statut is StatutIdentite.RECUPEREE


def test_an_identity_that_held_another_ins_is_told() -> None:
    """Same traits, another number: another person maybe, unless INSi says that it was the former one."""
    tenue = trouvee().identite.accepter(PAR, LE, PRENOMS)
    autre = individu("2360663220237", "73", "TCHITCHI", "CATARINA BELLA", "F", "1936-06-21", "63220")
    ancien = (
        "</INSACTIF><INSHISTO><IdIndividu><NumIdentifiant>2360663220836</NumIdentifiant></IdIndividu>"
        "<OID>1.2.250.1.213.1.4.8</OID></INSHISTO>"
    )
    dits = []
    for reponse in (CATARINA, autre, autre.replace("</INSACTIF>", ancien)):
        issue = Banc(Insi({("CATARINA", None): resultat("00", reponse)})).client.rechercher(tenue)
        assert isinstance(issue, InsTrouvee)
        dits.append(" ; ".join(issue.avertissements))
    assert dits == [
        "",
        "le matricule reçu n'est pas celui de cette identité, et ne le remplace pas : vérifier qui est la personne",
        "le matricule de cette identité est ancien, et la réponse le remplace",
    ]


@pytest.mark.parametrize(("nom", "prenom"), [("IRA", "DESI"), ("SI", "INS"), ("R", "A")])
def test_a_person_named_like_a_part_of_a_code_meets_the_same_faults(nom: str, prenom: str) -> None:
    passagere = lambda: (500, faute("siram_40", "desir_1020"))  # noqa: E731
    insi = Insi({(prenom, None): passagere})
    with pytest.raises(ServiceError) as caught:
        Banc(insi).client.rechercher(traits(nom, (prenom,), "F", "1975-12-31"))
    assert (caught.value.code, caught.value.detail_code, caught.value.retryable) == ("siram_40", "desir_1020", True)
    assert len(insi.recues) == 3


def test_software_alone_takes_over_an_identical_answer() -> None:
    identique = TCHITCHI.model_copy(update={"prenoms": ("CATARINA", "BELLA")})
    preuve = PreuveControle(controle=ControleIdentite.PASSEPORT, par=PAR, le=LE)
    proposee = trouvee(Identite(traits=identique).controler(preuve)).identite
    assert proposee.accepter(acteur(MoyenAuthentification.AUTOMATE)).statut is StatutIdentite.QUALIFIEE


def test_an_accepted_value_that_is_not_a_trait_is_refused_by_its_path() -> None:
    with pytest.raises(ChampInvalideError) as caught:
        trouvee().identite.accepter(PAR, LE, {"age": "90"})  # type: ignore[dict-item]
    assert caught.value.champs == ("differences_acceptees.age",)


def test_an_answer_cannot_be_given_to_someone_else() -> None:
    autre = Identite(traits=ADRUN)
    with pytest.raises(IdentiteError):
        trouvee().identite.qualifier(ControleIdentite.CARTE_IDENTITE, PAR, LE, PRENOMS, identite=autre)


def test_date_of_the_decision_defaults_to_the_answer_and_must_say_its_zone() -> None:
    proposee = trouvee().identite
    assert proposee.qualifier(ControleIdentite.PASSEPORT, PAR, None, PRENOMS).decision.le == proposee.reponse.recue_le
    with pytest.raises(ChampInvalideError):
        proposee.accepter(PAR, datetime(2026, 1, 1), PRENOMS)  # noqa: DTZ001 - the naive date is the point


@pytest.mark.parametrize("attribut", [Attribut.DOUTEUSE, Attribut.FICTIVE])
def test_doubtful_and_fictitious_identities_are_never_sent(attribut: Attribut) -> None:
    insi = Insi({})
    with pytest.raises(IdentiteError):
        Banc(insi).client.rechercher(Identite(traits=ADRUN, attribut=attribut))
    assert insi.recues == []


def test_homonyms_may_be_searched() -> None:
    insi = Insi({("ZOE", None): resultat("00", ZOE)})
    issue = Banc(insi).client.rechercher(Identite(traits=ADRUN, attribut=Attribut.HOMONYME))
    assert isinstance(issue, InsTrouvee)
    assert "identique à l'identité saisie" in issue.explication
    assert issue.brute == resultat("00", ZOE)


@pytest.mark.parametrize(("nature", "accepte"), [(Nature.PRODUCTION, False), (Nature.QUALIFICATION, True)])
def test_production_refuses_test_numbers(nature: Nature, accepte: bool) -> None:
    environment = Environment(nom="e", nature=nature, insi_certificat="https://localhost:8443/lps", ancres="PEM")
    insi = Insi({("ZOE", None): resultat("00", ZOE.replace("4.8<", "4.10<"))})
    banc = Banc(insi, appelant(environment))
    if accepte:
        assert isinstance(banc.client.rechercher(ADRUN), InsTrouvee)
    else:
        with pytest.raises(IdentiteError, match="production"):
            banc.client.rechercher(ADRUN)


@pytest.mark.parametrize("naissance", ["2026-01-17", "2199-01-01", "9999-12-31"])
async def test_a_birth_date_in_the_future_is_never_sent(naissance: str) -> None:
    """The clock says 15 January 2026; a zone ahead of it may already be on the 16th."""
    insi = Insi({})
    demain = ADRUN.model_copy(update={"date_naissance": naissance})
    with pytest.raises(ChampInvalideError, match="futur") as caught:
        Banc(insi).client.rechercher(demain)
    assert caught.value.champs == ("date_naissance",)
    assert naissance not in str(caught.value)
    with pytest.raises(ChampInvalideError, match="futur"):
        await Banc(insi).async_client.rechercher(demain)
    assert insi.recues == []
    assert isinstance(
        Banc(insi).client.rechercher(ADRUN.model_copy(update={"date_naissance": "2026-01-16"})), InsAbsente
    )


def test_the_dates_of_the_active_ins_stay_with_the_evidence() -> None:
    dates = "</OID><DateDeb>2010-12-07</DateDeb><DateFin>2099-01-01</DateFin></INSACTIF>"
    zoe = ZOE.replace("</OID></INSACTIF>", dates)
    assert dates in zoe
    issue = Banc(Insi({("ZOE", None): resultat("00", zoe)})).client.rechercher(ADRUN)
    assert isinstance(issue, InsTrouvee)
    reponse = issue.identite.accepter(PAR).reponse
    assert reponse is not None
    assert (str(reponse.debut), str(reponse.fin)) == ("2010-12-07", "2099-01-01")
    assert (issue.identite.debut, issue.identite.fin) == (reponse.debut, reponse.fin)


# --- faults ----------------------------------------------------------------------------------------------

FAUTES = {
    # siram, detail, severity, Value, error, retryable, calls
    "desir_550": ("siram_100", "desir_550", "erreur", "Sender", AuthentificationError, False, 1),
    "desir_560": ("siram_100", "desir_560", "erreur", "Sender", CertificatRefuseError, False, 1),
    "DESIR_560": ("SIRAM_100", "DESIR_560", "erreur", "Sender", CertificatRefuseError, False, 1),
    "desir_1020": ("siram_40", "desir_1020", "fatale", "Sender", ServiceError, True, 3),
    "insi_102": ("siram_40", "insi_102", "fatal", "Receiver", ServiceError, True, 3),
    "insi_24": ("siram_99", "insi_24", "erreur", "Sender", ServiceError, False, 1),
    "siram_40 seul": ("siram_40", "FASIBEN01", "erreur", "Receiver", ServiceError, True, 3),
    "inconnu": ("siram_77", "insi_999", "erreur", "Receiver", ServiceError, False, 1),
}


@pytest.mark.parametrize(
    ("siram", "code", "severite", "valeur", "erreur", "retryable", "appels"), FAUTES.values(), ids=FAUTES
)
def test_faults_are_typed_and_only_passing_ones_are_tried_again(
    siram: str, code: str, severite: str, valeur: str, erreur: type[ServiceError], retryable: bool, appels: int
) -> None:
    insi = Insi({("ZOE", None): lambda: (500, faute(siram, code, severite, valeur=valeur, libelle="Le service"))})
    with pytest.raises(erreur) as caught:
        Banc(insi).client.rechercher(ADRUN)
    error = caught.value
    assert type(error) is erreur
    assert (error.service, error.code, error.detail_code, error.severity) == ("insi", siram, code, severite)
    assert (error.label, error.correlation_id, error.status) == ("Le service", "uuid:echo", 500)
    assert (error.retryable, len(insi.recues)) == (retryable, appels)
    assert error.remede


def test_each_attempt_has_its_own_identifiers() -> None:
    insi = Insi({("ZOE", None): lambda: (500, faute("siram_40", "insi_102"))})
    with pytest.raises(ServiceError):
        Banc(insi, signataire=cle()).client.rechercher(ADRUN)
    assert len(set(insi.recues)) == 3


def test_a_passing_fault_then_an_answer_is_an_answer() -> None:
    tour = iter([(500, faute("siram_40", "desir_1020")), (200, resultat("00", ZOE))])
    issue = Banc(Insi({("ZOE", None): lambda: next(tour)})).client.rechercher(ADRUN)
    assert isinstance(issue, InsTrouvee)
    assert len(issue.essais) == 1


def test_a_technical_fault_ends_the_search() -> None:
    insi = Insi({("CATARINA", None): lambda: (500, faute("siram_77", "insi_999"))})
    with pytest.raises(ServiceError):
        Banc(insi).client.rechercher(TCHITCHI)
    assert [prenom for prenom, _ in insi.demandes] == ["OLA", "CATARINA"]


@pytest.mark.parametrize(
    "libelle", ["Individu zoé-Zoe inconnu", "Né le 1975-12-31", "Matricule 275126322074974 refusé"]
)
def test_a_fault_that_quotes_the_person_is_not_repeated(libelle: str) -> None:
    insi = Insi({("ZOE", None): lambda: (500, faute("siram_77", "insi_999", libelle=libelle))})
    with pytest.raises(ServiceError) as caught:
        Banc(insi).client.rechercher(ADRUN)
    texte = str(caught.value.to_dict()).casefold()
    assert not [s for s in ("zoe", "1975-12-31", "275126322074974") if s in texte]


def test_a_fault_without_detail_keeps_what_it_says() -> None:
    nue = (
        b'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body><s:Fault><s:Code><s:Value>s:Sender'
        b"</s:Value></s:Code><s:Reason><s:Text>Refus</s:Text></s:Reason></s:Fault></s:Body></s:Envelope>"
    )
    with pytest.raises(ServiceError) as caught:
        Banc(Insi({("ZOE", None): lambda: (500, nue)})).client.rechercher(ADRUN)
    error = caught.value
    assert (error.code, error.detail_code, error.severity, error.label) == ("Sender", None, None, "Refus")
    assert (error.correlation_id or "").startswith("uuid:")


REPONSES_HOSTILES: dict[str, tuple[Callable[[], tuple[int, bytes]], type[SegurError]]] = {
    "code inconnu": (lambda: (200, resultat("03")), ServiceError),
    "00 sans personne": (lambda: (200, resultat("00")), ReponseInvalideError),
    "01 avec une personne": (lambda: (200, resultat("01", ZOE)), ReponseInvalideError),
    "HTML": (lambda: (200, b"<html><body>Maintenance</body></html>"), ReponseInvalideError),
    "HTML 503": (lambda: (503, b"<html>ZOE</html>"), TransportError),
    "vide": (lambda: (200, b""), ReponseInvalideError),
    "tronquée": (lambda: (200, resultat("00", ZOE)[:-30]), ReponseInvalideError),
    "DTD": (
        lambda: (200, resultat("00", ZOE).replace(b"<soap:Env", b'<!DOCTYPE x [<!ENTITY a "ZOE">]><soap:Env', 1)),
        ReponseInvalideError,
    ),
    "autre namespace": (
        lambda: (200, resultat("00", ZOE).replace(b"INSiResultat", b"INSiRecVit")),
        ReponseInvalideError,
    ),
    "SOAP 1.1": (
        lambda: (
            200,
            resultat("01").replace(
                b"http://www.w3.org/2003/05/soap-envelope", b"http://schemas.xmlsoap.org/soap/envelope/"
            ),
        ),
        ReponseInvalideError,
    ),
    "octets invalides": (lambda: (200, resultat("00", ZOE).replace(b"ZOE", b"ZO\xc9")), ReponseInvalideError),
}


@pytest.mark.parametrize(("reponse", "erreur"), REPONSES_HOSTILES.values(), ids=REPONSES_HOSTILES)
def test_hostile_answers_are_typed_errors_that_quote_nothing(
    reponse: Callable[[], tuple[int, bytes]], erreur: type[SegurError]
) -> None:
    with pytest.raises(erreur) as caught:
        Banc(Insi({("ZOE", None): reponse})).client.rechercher(ADRUN)
    assert not [s for s in ("ZOE", "ADRUN", "2751263220749") if s in str(caught.value.to_dict())]


def test_an_answer_to_another_message_is_refused() -> None:
    entete = b'<soap:Header><a:RelatesTo xmlns:a="http://www.w3.org/2005/08/addressing">uuid:autre</a:RelatesTo></soap:Header>'
    reponse = resultat("00", ZOE).replace(b"<env:Body", entete + b"<env:Body")
    with pytest.raises(ReponseInvalideError):
        Banc(Insi({("ZOE", None): reponse})).client.rechercher(ADRUN)


# --- trace and privacy -----------------------------------------------------------------------------------


def test_each_call_is_traced_before_and_after_without_identity() -> None:
    banc = Banc(Insi({("CATARINA", None): resultat("00", CATARINA)}))
    issue = banc.client.rechercher(TCHITCHI)
    records = banc.sink.records
    assert [(r.moment, r.resultat, r.code) for r in records] == [
        (Moment.AVANT, Resultat.EN_COURS, None),
        (Moment.APRES, Resultat.SANS_RESULTAT, "01"),
        (Moment.AVANT, Resultat.EN_COURS, None),
        (Moment.APRES, Resultat.SUCCES, "00"),
    ]
    assert [r.message_id for r in records[1::2]] == [e.message_id for e in issue.essais]
    assert records[0].objet == {"essai": 1, "prenoms": 1, "avec_lieu": False, "mode": "certificat"}
    assert (records[0].operation, records[0].acteur_id, records[0].structure) == ("insi.rechercher", RPPS, OU)
    assert len(str(records[3].usager_ref)) == 32
    texte = "".join(r.en_json() for r in records)
    assert not [s for s in ("TCHITCHI", "CATARINA", "1936", "2360663220836") if s in texte]


def test_nothing_is_sent_without_a_trace() -> None:
    class Pleine(MemorySink):
        def write(self, record: TraceSocle) -> None:
            raise OSError(record.operation)

    insi = Insi({})
    with pytest.raises(TraceError):
        Banc(insi, sink=Pleine()).client.rechercher(ADRUN)
    assert insi.recues == []


@pytest.mark.parametrize("carte", [False, True])
def test_logs_hold_no_identity_even_at_debug(caplog: pytest.LogCaptureFixture, tmp_path: Path, carte: bool) -> None:
    caplog.set_level(logging.DEBUG)
    insi = Insi({("CATARINA", None): resultat("00", CATARINA)})
    # A contract of its own, so that zeep reads it and logs now.
    wsdl = Path(shutil.copytree(WSDL.parent, tmp_path / "wsdl")) / WSDL.name
    Banc(insi, signataire=cle() if carte else None, wsdl=wsdl).client.rechercher(TCHITCHI)
    assert {record.name.partition(".")[0] for record in caplog.records} >= {"zeep", "segur_socles"}
    assert not [s for s in ("TCHITCHI", "OLA", "CATARINA", "1936-06-21", "2360663220836") if s in caplog.text]


def test_the_editors_wsdl_makes_the_same_request() -> None:
    requetes = []
    for wsdl in (None, reference("insi-wsdl", "DESIR_ICIR_EXP_1.5.0.wsdl")):
        insi = Insi({})
        Banc(insi, wsdl=wsdl).client.rechercher(ADRUN)
        requetes += insi.recues
    assert requetes[0] == requetes[1]


async def test_a_wsdl_that_cannot_be_used_sends_nothing(tmp_path: Path) -> None:
    insi = Insi({})
    banc = Banc(insi, wsdl=tmp_path / "absent.wsdl")
    with pytest.raises(ConfigurationError, match=r"« absent\.wsdl »"):
        banc.client.rechercher(ADRUN)
    with pytest.raises(ConfigurationError, match=r"« absent\.wsdl »"):
        await banc.async_client.rechercher(ADRUN)
    assert insi.recues == []


# --- twins -----------------------------------------------------------------------------------------------


async def test_asynchronous_client_does_the_same() -> None:
    reponses = {("CATARINA", None): resultat("00", CATARINA)}
    bloquant, asynchrone = Insi(reponses), Insi(reponses)
    attendue = Banc(bloquant).client.rechercher(TCHITCHI)
    assert await Banc(asynchrone).async_client.rechercher(TCHITCHI) == attendue
    assert asynchrone.recues == bloquant.recues


async def test_asynchronous_card_signs_in_a_thread() -> None:
    import threading

    signataire = cle()
    signataire.blocking = True
    threads: list[int] = []
    signer = signataire.sign
    signataire.sign = lambda data, digest: (threads.append(threading.get_ident()), signer(data, digest))[1]  # type: ignore[method-assign]
    await Banc(Insi({("ZOE", None): resultat("00", ZOE)}), signataire=signataire).async_client.rechercher(ADRUN)
    assert threads
    assert threading.get_ident() not in threads


def test_twins_have_the_same_signatures() -> None:
    publics = {nom for nom in vars(InsiClient) if not nom.startswith("_")}
    calls = {"rechercher", "rechercher_par_vitale", "verifier"}
    assert publics == {nom for nom in vars(AsyncInsiClient) if not nom.startswith("_")} == calls
    for nom in publics:
        assert inspect.signature(getattr(InsiClient, nom)) == inspect.signature(getattr(AsyncInsiClient, nom))
        assert inspect.iscoroutinefunction(getattr(AsyncInsiClient, nom))
