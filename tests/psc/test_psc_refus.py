"""Each wrong thing has its typed refusal, and nobody is authenticated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from psc_outils import MODES, appeler, avec, connexion, refus

from segur_socles._core.clock import FrozenClock
from segur_socles._core.run import Exchange
from segur_socles.credentials.client_psc import ClientPsc
from segur_socles.credentials.secret import Secret
from segur_socles.credentials.tls import CertificatTls
from segur_socles.credentials.trousseau import Trousseau
from segur_socles.credentials.usages import Contexte, Perimetre, Service
from segur_socles.errors import (
    AuthentificationError,
    CertificatRefuseError,
    ConfigurationError,
    ConnexionRefuseeError,
    CredentialError,
    CredentialExpiredError,
    JetonRefuseError,
    ServiceError,
    TransportError,
)
from segur_socles.psc.flows import _session
from segur_socles.psc.types import SessionPsc
from segur_socles.sandbox.psc.jetons import DefautJeton
from segur_socles.sandbox.sandbox import Sandbox
from segur_socles.segur.facade import Segur
from segur_socles.trace.sinks import MemorySink

CONTROLES = {defaut: defaut.value for defaut in DefautJeton} | {
    DefautJeton.ALG_NONE: "alg",
    DefautJeton.ALG_HMAC: "alg",
    DefautJeton.KID: "signature",
}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("defaut", DefautJeton)
def test_a_wrong_id_token_is_refused_by_the_check_it_fails(mode: str, defaut: DefautJeton, bac: Sandbox) -> None:
    traces = MemorySink()
    bac.psc.alterer(defaut)
    error = refus(ConnexionRefuseeError, lambda: appeler(mode, bac, connexion(bac), traces=traces))
    assert error.controle == CONTROLES[defaut]
    assert [(t.resultat, t.code) for t in traces.records] == [("en_cours", None), ("refus_droits", error.controle)]
    assert isinstance(appeler(mode, bac, connexion(bac)), SessionPsc)  # the next login is not harmed


RETOURS: dict[str, tuple[str, Callable[[str], str]]] = {
    "another state": ("state", lambda retour: avec(retour, state="0" * 64)),
    "no state": ("state", lambda retour: avec(retour, state=None)),
    "another issuer": ("iss", lambda retour: avec(retour, iss="https://localhost/auth/realms/autre")),
    "no code": ("code", lambda retour: avec(retour, code=None)),
    "an empty code": ("code", lambda retour: avec(retour, code="")),
    "a parameter twice": ("parametres", lambda retour: f"{retour}&code=autre"),
    "accents in the state": ("state", lambda retour: avec(retour, state="é" * 64)),
    "nothing": ("state", lambda _retour: ""),
}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("cas", RETOURS)
def test_a_return_that_is_not_ours_is_refused_before_anything_is_sent(mode: str, cas: str, bac: Sandbox) -> None:
    controle, retoucher = RETOURS[cas]
    echanges: list[Exchange] = []
    scenario = connexion(bac, retoucher=retoucher)
    error = refus(ConnexionRefuseeError, lambda: appeler(mode, bac, scenario, observer=echanges.append))
    assert error.controle == controle
    assert [e.request.method for e in echanges] == ["GET"]  # discovery, when the login began


@pytest.mark.parametrize("mode", MODES)
def test_a_code_serves_once_and_its_replay_ends_the_session(mode: str, bac: Sandbox) -> None:
    gardes: list[Any] = []

    def deux_fois(psc: Any) -> Any:
        demande = yield psc.preparer()
        retour = bac.naviguer(demande.url)
        gardes.append((yield psc.terminer(demande, retour)))
        return (yield psc.terminer(demande, retour))

    error = refus(JetonRefuseError, lambda: appeler(mode, bac, deux_fois))
    assert (error.code, error.status) == ("invalid_grant", 400)

    def renouveler(psc: Any) -> Any:
        return (yield psc.rafraichir(gardes[0]))

    refus(JetonRefuseError, lambda: appeler(mode, bac, renouveler))


@pytest.mark.parametrize("mode", MODES)
def test_another_pkce_verifier_is_refused_by_the_service(mode: str, bac: Sandbox) -> None:
    def scenario(psc: Any) -> Any:
        demande = yield psc.preparer()
        return (yield psc.terminer(replace(demande, verificateur=Secret("a" * 86)), bac.naviguer(demande.url)))

    assert refus(JetonRefuseError, lambda: appeler(mode, bac, scenario)).label == "PKCE verification failed"


def test_a_code_that_waited_too_long_is_refused(horloge: FrozenClock) -> None:
    with Sandbox(clock=horloge) as bac, Segur(bac.config) as segur:
        demande = segur.psc.preparer()
        retour = bac.naviguer(demande.url)
        horloge.advance(61)
        assert refus(JetonRefuseError, lambda: segur.psc.terminer(demande, retour)).code == "invalid_grant"


def test_an_error_that_is_not_the_persons_doing_is_an_error(bac: Sandbox) -> None:
    bac.psc.refuser_la_prochaine("server_error")
    assert refus(ServiceError, lambda: appeler("sync", bac, connexion(bac))).code == "server_error"


def test_an_error_code_that_is_no_code_is_not_repeated(bac: Sandbox) -> None:
    scenario = connexion(bac, retoucher=lambda retour: avec(retour, code=None, error="<b>MARTIN</b>"))
    assert refus(ServiceError, lambda: appeler("sync", bac, scenario)).code == "code_illisible"


@pytest.mark.parametrize("mode", MODES)
def test_a_wrong_secret_is_told_as_such(mode: str, bac: Sandbox) -> None:
    bac.trousseau.definir_client_psc(replace(bac.client_psc_secret, secret=Secret("faux")))
    error = refus(AuthentificationError, lambda: appeler(mode, bac, connexion(bac)))
    assert (error.code, error.status) == ("invalid_client", 401)
    assert "secret" in error.message


@pytest.mark.parametrize("mode", MODES)
def test_a_certificate_of_another_name_is_told_as_such(mode: str, bac: Sandbox) -> None:
    structure = bac.acteur.structure
    contexte = Contexte(False, bac.config.clock.now(), Perimetre(structure.struct_idnat))
    emis = bac.pki.auth_cli(structure.struct_idnat, structure.nom, "un-autre-nom")
    certificat = CertificatTls.depuis(emis.materiel, service=Service.PSC, contexte=contexte, ancres=bac.pki.ancres())
    bac.trousseau.definir_client_psc(replace(bac.trousseau.client_psc(), certificat=certificat))
    error = refus(CertificatRefuseError, lambda: appeler(mode, bac, connexion(bac)))
    assert error.code == "invalid_client"


def test_a_revoked_certificate_is_refused_at_the_handshake() -> None:
    with Sandbox() as bac, Segur(bac.config) as segur:
        certificat = bac.trousseau.client_psc().certificat
        assert certificat is not None
        bac.revoquer(certificat.certificat)
        assert refus(CertificatRefuseError, segur.psc.preparer).code == "TLS"


def test_an_expired_certificate_sends_nothing(horloge: FrozenClock) -> None:
    echanges: list[Exchange] = []
    with Sandbox(clock=horloge) as bac, Segur(bac.config, observer=echanges.append) as segur:
        horloge.advance(timedelta(days=40 * 366).total_seconds())
        refus(CredentialExpiredError, segur.psc.preparer)
    assert echanges == []


def test_a_software_without_registration_sends_nothing(bac: Sandbox) -> None:
    config = bac.config
    echanges: list[Exchange] = []
    with Segur(type(config)(config.environment, config.logiciel, Trousseau()), observer=echanges.append) as segur:
        refus(CredentialError, segur.psc.preparer)
    assert echanges == []


def _environnement(bac: Sandbox, **changes: Any) -> Any:
    config = bac.config
    return type(config)(config.environment.model_copy(update=changes), config.logiciel, config.trousseau)


def test_an_environment_without_the_service_says_which_address_is_missing(bac: Sandbox) -> None:
    with Segur(_environnement(bac, psc=None, psc_autorisation=None)) as segur:
        assert refus(ConfigurationError, segur.psc.preparer).champ == "environment.psc"


def test_another_issuer_than_the_configured_one_is_refused(bac: Sandbox) -> None:
    adresse = str(bac.environment.psc).replace("localhost", "127.0.0.1")  # same server, another name
    with Segur(_environnement(bac, psc=adresse)) as segur:
        assert refus(ConnexionRefuseeError, segur.psc.preparer).controle == "iss"


def test_a_login_page_that_is_not_the_environments_is_refused(bac: Sandbox) -> None:
    page = f"{bac.environment.psc}/protocol/openid-connect/auth"  # what bypasses the wallet
    with Segur(_environnement(bac, psc_autorisation=page)) as segur:
        assert refus(ConnexionRefuseeError, segur.psc.preparer).controle == "authorization_endpoint"


@pytest.mark.parametrize("mode", MODES)
def test_a_lost_answer_to_a_code_is_not_asked_again(mode: str, bac: Sandbox) -> None:
    bac.pannes.activer("accept-then-lose-reply", operation="psc.jetons")
    echanges: list[Exchange] = []
    with pytest.raises(TransportError) as levee:
        appeler(mode, bac, connexion(bac), observer=echanges.append)
    assert levee.value.outcome_unknown
    assert [e.request.method for e in echanges].count("POST") == 1


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("operation", ["psc.decouvrir", "psc.cles", "psc.userinfo"])
def test_a_passing_breakdown_of_what_can_be_read_twice_goes_unseen(mode: str, operation: str, bac: Sandbox) -> None:
    for panne in ("503-then-ok", "accept-then-lose-reply"):
        bac.pannes.activer(panne, operation=operation)
        assert isinstance(appeler(mode, bac, connexion(bac)), SessionPsc)


def test_an_access_token_that_is_bound_to_a_certificate_is_refused_without_it(bac: Sandbox) -> None:
    session = appeler("sync", bac, connexion(bac))
    bac.trousseau.definir_client_psc(bac.client_psc_secret)

    def renouveler(psc: Any) -> Any:
        return (yield psc.rafraichir(session))

    assert refus(JetonRefuseError, lambda: appeler("sync", bac, renouveler)).code == "invalid_grant"


def test_a_session_without_refresh_token_says_so(bac: Sandbox) -> None:
    session = appeler("sync", bac, connexion(bac))
    session = replace(session, jetons=replace(session.jetons, rafraichissement=None))
    with Segur(bac.config) as segur:
        assert refus(JetonRefuseError, lambda: segur.psc.rafraichir(session)).code == "refresh_token_absent"


CLIENTS: dict[str, dict[str, Any]] = {
    "neither secret nor certificate": {"secret": None},
    "no identifier": {"client_id": ""},
    "a fragment in the return address": {"redirect_uri": "https://dui.example/retour#la"},
    "http elsewhere than here": {"redirect_uri": "http://dui.example/retour"},
    "no host": {"retour_deconnexion": "https:///au-revoir"},
}


@pytest.mark.parametrize("cas", CLIENTS)
def test_a_registration_that_cannot_work_is_refused_when_made(cas: str) -> None:
    bon: dict[str, Any] = {"client_id": "dui", "redirect_uri": "https://dui.example/retour", "secret": Secret("s")}
    assert ClientPsc(**bon)
    refus(ConfigurationError, lambda: ClientPsc(**{**bon, **CLIENTS[cas]}))


def test_a_certificate_of_another_service_is_refused(bac: Sandbox) -> None:
    certificat = bac.trousseau.certificat_tls(bac.acteur.structure.finess_eg, Service.DMP)
    refus(CredentialError, lambda: ClientPsc("dui", "https://dui.example/retour", certificat=certificat))


def test_a_renewal_that_brings_another_person_is_refused(bac: Sandbox) -> None:
    session = appeler("sync", bac, connexion(bac))
    with Segur(bac.config) as segur:
        error = refus(ConnexionRefuseeError, lambda: segur.psc.rafraichir(replace(session, sub="f:x:autre")))
    assert error.controle == "sub"


@pytest.mark.parametrize("change", [{"sub": "f:x:autre"}, {"sub": None}, {"SubjectNameID": "899700000027"}], ids=str)
def test_userinfo_of_another_person_is_refused(change: dict[str, Any], bac: Sandbox) -> None:
    session = appeler("sync", bac, connexion(bac))
    claims = {"sub": session.sub, "acr": "eidas1", "SubjectNameID": session.id_nat}
    assert _session(claims, session.donnees, session.jetons).id_nat == session.id_nat
    error = refus(ConnexionRefuseeError, lambda: _session(claims, {**session.donnees, **change}, session.jetons))
    assert error.controle == "sub"
