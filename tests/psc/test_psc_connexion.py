"""A login as it should be, over real sockets, and what it sends."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import inspect
import json
import logging
import pickle
import ssl
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from psc_outils import MODES, appeler, avec, connexion, partie, refus

from segur_socles._core.clock import FrozenClock
from segur_socles._core.run import Exchange
from segur_socles.errors import ConfigurationError, JetonRefuseError
from segur_socles.personnes.professionnel import Motif, MoyenAuthentification
from segur_socles.psc.client import AsyncPscClient, PscClient
from segur_socles.psc.types import ActiviteUnique, ConnexionNonAboutie, DemandeConnexion, NiveauEidas, SessionPsc
from segur_socles.sandbox.donnees import URGENTISTE
from segur_socles.sandbox.sandbox import Sandbox
from segur_socles.segur.facade import AsyncSegur, Segur
from segur_socles.trace.sinks import MemorySink


@pytest.mark.parametrize("mode", MODES)
def test_the_nurse_logs_in_and_becomes_the_actor(mode: str, bac: Sandbox) -> None:
    session = appeler(mode, bac, connexion(bac))
    assert isinstance(session, SessionPsc)
    assert session.id_nat == "899700000019"
    assert session.niveau is NiveauEidas.EIDAS2  # eidas1 was asked: more is accepted
    assert session.moyen == "MOBILE"
    assert isinstance(session.choix, ActiviteUnique)
    acteur = session.acteur(structure=bac.acteur.structure)
    assert acteur.professionnel == bac.acteur.professionnel
    assert acteur.structure == bac.acteur.structure
    assert acteur.moyen is MoyenAuthentification.PRO_SANTE_CONNECT
    with Segur(bac.config) as segur:
        assert segur.au_nom_de(acteur, motif=Motif.PRISE_EN_CHARGE).acteur == acteur


def test_the_emergency_doctor_logs_in_with_the_structure_that_the_service_tells(bac: Sandbox) -> None:
    acteur = appeler("sync", bac, connexion(bac, acteur=URGENTISTE)).acteur()
    assert acteur.professionnel == URGENTISTE.professionnel
    assert acteur.structure == URGENTISTE.structure


@pytest.mark.parametrize("mode", MODES)
def test_a_software_with_a_secret_logs_people_in_too(mode: str, bac: Sandbox) -> None:
    bac.trousseau.definir_client_psc(bac.client_psc_secret)
    assert appeler(mode, bac, connexion(bac)).id_nat == bac.acteur.professionnel.id_nat


def test_the_secret_may_travel_in_the_header(bac: Sandbox) -> None:
    bac.trousseau.definir_client_psc(bac.client_psc_secret)
    config = bac.config
    options = config.environment.options_psc.model_copy(update={"secret_en_tete": True})
    environment = config.environment.model_copy(update={"options_psc": options})
    config = type(config)(environment, config.logiciel, config.trousseau)
    echanges: list[Exchange] = []
    assert appeler("sync", bac, connexion(bac), config=config, observer=echanges.append).id_nat
    (demande,) = [e.request for e in echanges if e.request.method == "POST"]
    client = bac.client_psc_secret
    assert client.secret is not None
    couple = base64.b64encode(f"{client.client_id}:{client.secret.reveler()}".encode()).decode()
    assert dict(demande.headers)["Authorization"] == f"Basic {couple}"
    assert b"client_secret" not in b"".join(demande.body.chunks())


def test_what_is_sent_is_what_the_service_documents(bac: Sandbox) -> None:
    """Written by hand from the public description of the protocol; its captures are files (test_psc_golden)."""
    echanges: list[Exchange] = []
    demande: DemandeConnexion
    with Segur(bac.config, observer=echanges.append) as segur:
        demande = segur.psc.preparer()
        retour = bac.naviguer(demande.url)
        segur.psc.terminer(demande, retour)
    port = urlsplit(bac.environment.psc).port
    realm = f"https://localhost:{port}/auth/realms/esante-wallet"
    verifier = demande.verificateur.reveler()
    assert len(verifier) == 86
    defi = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    assert demande.url.startswith(f"https://127.0.0.1:{port}/auth?")
    assert parse_qsl(urlsplit(demande.url).query) == [
        ("response_type", "code"),
        ("client_id", "dui.bac-a-sable.invalid"),
        ("redirect_uri", "https://dui.bac-a-sable.invalid/connexion/retour"),
        ("scope", "openid scope_all"),
        ("acr_values", "eidas1"),
        ("state", demande.state.reveler()),
        ("nonce", demande.nonce.reveler()),
        ("code_challenge", defi),
        ("code_challenge_method", "S256"),
    ]
    assert len(demande.state.reveler()) == len(demande.nonce.reveler()) == 64
    assert [(e.request.method, e.request.url) for e in echanges] == [
        ("GET", f"{realm}/.well-known/wallet-openid-configuration"),
        ("POST", f"{realm}/protocol/openid-connect/token"),
        ("GET", f"{realm}/protocol/openid-connect/certs"),
        ("GET", f"{realm}/protocol/openid-connect/userinfo"),
    ]
    jetons = echanges[1].request
    assert jetons.headers == (
        ("Content-Type", "application/x-www-form-urlencoded"),
        ("Accept", "application/json"),
    )
    code = dict(parse_qsl(urlsplit(retour).query))["code"]
    assert b"".join(jetons.body.chunks()).decode() == (
        f"grant_type=authorization_code&code={code}"
        "&redirect_uri=https%3A%2F%2Fdui.bac-a-sable.invalid%2Fconnexion%2Fretour"
        f"&code_verifier={verifier}&client_id=dui.bac-a-sable.invalid"
    )
    assert echanges[1].response is not None
    acces = json.loads(echanges[1].response.content)["access_token"]
    assert echanges[3].request.headers == (("Authorization", f"Bearer {acces}"), ("Accept", "application/json"))


def test_two_logins_share_no_secret(bac: Sandbox) -> None:
    with Segur(bac.config) as segur:
        une, autre = (segur.psc.preparer().pour_stockage() for _ in range(2))
    assert not {*une.values()} & {*autre.values()}


def test_discovery_and_keys_are_read_once_in_ten_minutes(horloge: FrozenClock) -> None:
    lus: list[str] = []
    with (
        Sandbox(clock=horloge) as bac,
        Segur(bac.config, observer=lambda e: lus.append(e.request.url.rpartition("/")[2])) as segur,
    ):

        def connecter() -> None:
            demande = segur.psc.preparer()
            segur.psc.terminer(demande, bac.naviguer(demande.url))

        connecter()
        connecter()
        horloge.advance(601)
        connecter()
    decouverte = "wallet-openid-configuration"
    assert lus == [
        *(decouverte, "token", "certs", "userinfo"),
        *("token", "userinfo"),
        *(decouverte, "token", "certs", "userinfo"),
    ]


@pytest.mark.parametrize("mode", MODES)
def test_a_session_is_renewed_and_its_former_refresh_token_is_dead(mode: str, bac: Sandbox) -> None:
    avant = appeler(mode, bac, connexion(bac))

    def renouveler(psc: Any) -> Any:
        return (yield psc.rafraichir(avant))

    apres = appeler(mode, bac, renouveler)
    assert apres.id_nat == avant.id_nat
    assert apres.activites == avant.activites
    assert apres.jetons.acces != avant.jetons.acces
    assert apres.jetons.rafraichissement != avant.jetons.rafraichissement
    error = refus(JetonRefuseError, lambda: appeler(mode, bac, renouveler))
    assert error.code == "invalid_grant"


def test_tokens_end_when_the_service_said(horloge: FrozenClock) -> None:
    with Sandbox(clock=horloge) as bac:
        session = appeler("sync", bac, connexion(bac))
    assert session.jetons.expire_le == horloge.now() + timedelta(minutes=2)
    assert session.jetons.rafraichissable_jusqu_a == horloge.now() + timedelta(minutes=30)


@pytest.mark.parametrize("mode", MODES)
def test_logout_ends_the_session_at_the_service_and_comes_back(mode: str, bac: Sandbox) -> None:
    session = appeler(mode, bac, connexion(bac))

    def deconnecter(psc: Any) -> Any:
        return (yield psc.deconnecter(session, etat="au revoir"))

    adresse = appeler(mode, bac, deconnecter)
    assert repr(adresse) == "Secret(…)"
    assert bac.naviguer(adresse.reveler()) == "https://dui.bac-a-sable.invalid/au-revoir?state=au+revoir"

    def renouveler(psc: Any) -> Any:
        return (yield psc.rafraichir(session))

    refus(JetonRefuseError, lambda: appeler(mode, bac, renouveler))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("code", ["access_denied", "login_required"])
def test_a_person_who_gives_up_is_an_outcome(mode: str, code: str, bac: Sandbox) -> None:
    bac.psc.refuser_la_prochaine(code)
    resultat = appeler(mode, bac, connexion(bac))
    assert resultat == ConnexionNonAboutie(code)
    assert "À faire" in resultat.explication


def test_a_silent_login_without_a_session_is_an_outcome(bac: Sandbox) -> None:
    with Segur(bac.config) as segur:
        demande = segur.psc.preparer(prompt="none")
        assert segur.psc.terminer(demande, bac.naviguer(demande.url)) == ConnexionNonAboutie("login_required")


def test_a_request_can_be_kept_between_two_pages(bac: Sandbox) -> None:
    with Segur(bac.config) as segur:
        demande = segur.psc.preparer()
        gardee = json.loads(json.dumps(demande.pour_stockage()))
        assert DemandeConnexion.depuis_stockage(gardee) == demande
        resultat = segur.psc.terminer(DemandeConnexion.depuis_stockage(gardee), bac.naviguer(demande.url))
    assert isinstance(resultat, SessionPsc)
    del gardee["nonce"]
    refus(ConfigurationError, lambda: DemandeConnexion.depuis_stockage(gardee))


def test_the_query_alone_is_enough_of_a_return(bac: Sandbox) -> None:
    session = appeler("sync", bac, connexion(bac, retoucher=lambda retour: urlsplit(retour).query))
    assert isinstance(session, SessionPsc)


def test_the_id_token_is_one_for_a_verifier_of_another_hand(bac: Sandbox) -> None:
    """RSA PKCS#1 v1.5 and SHA-256 on the published key, with ``cryptography`` only."""
    session = appeler("sync", bac, connexion(bac))
    jeton = session.jetons.identite.reveler()
    entete, claims = partie(jeton, 0), partie(jeton, 1)
    cles = _cles_publiees(bac)
    (cle,) = [c for c in cles if c["kid"] == entete["kid"]]
    n, e = (int.from_bytes(base64.urlsafe_b64decode(cle[x] + "==")) for x in ("n", "e"))
    signe, _, signature = jeton.rpartition(".")
    octets = base64.urlsafe_b64decode(signature + "==")
    rsa.RSAPublicNumbers(e, n).public_key().verify(octets, signe.encode(), padding.PKCS1v15(), hashes.SHA256())
    assert entete == {"alg": "RS256", "typ": "JWT", "kid": cle["kid"]}
    assert claims["iss"] == bac.environment.psc
    assert claims["aud"] == claims["azp"] == "dui.bac-a-sable.invalid"
    assert claims["exp"] - claims["iat"] == 120
    assert claims["SubjectNameID"] == "899700000019"
    moitie = hashlib.sha256(session.jetons.acces.reveler().encode()).digest()[:16]
    assert base64.urlsafe_b64decode(claims["at_hash"] + "==") == moitie


def _cles_publiees(bac: Sandbox) -> list[dict[str, str]]:
    context = ssl.create_default_context(cadata=bac.environment.ancres)
    with httpx.Client(verify=context, trust_env=False) as client:
        cles: list[dict[str, str]] = client.get(f"{bac.environment.psc}/protocol/openid-connect/certs").json()["keys"]
    return cles


def test_each_login_leaves_two_traces(bac: Sandbox) -> None:
    traces = MemorySink()
    appeler("sync", bac, connexion(bac), traces=traces)
    avant, apres = traces.records
    assert (avant.service, avant.operation, avant.acteur_id, avant.resultat) == ("psc", "psc.connecter", "", "en_cours")
    assert (apres.acteur_id, apres.resultat) == ("899700000019", "succes")
    assert dict(apres.details) == {"activites": 1, "niveau": 2}


def test_no_token_nor_name_in_a_log_a_trace_or_a_repr(bac: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    traces, secrets = MemorySink(), []
    with caplog.at_level(logging.DEBUG), Segur(bac.config, traces=traces) as segur:
        demande = segur.psc.preparer()
        with caplog.at_level(logging.INFO):  # the browser's own exchange is not the library's
            retour = bac.naviguer(demande.url)
        session = segur.psc.terminer(demande, retour)
        assert isinstance(session, SessionPsc)
        autre = segur.psc.rafraichir(session)
        refusee = refus(JetonRefuseError, lambda: segur.psc.rafraichir(session))
    secrets += [demande.state, demande.nonce, demande.verificateur]
    secrets += [jetons for s in (session, autre) for jetons in (s.jetons.acces, s.jetons.identite)]
    secrets += [s.jetons.rafraichissement for s in (session, autre) if s.jetons.rafraichissement]
    textes = [dict(parse_qsl(urlsplit(retour).query))["code"], "EXEMPLE", "Ingrid", *(s.reveler() for s in secrets)]
    ecrits = "\n".join(
        (
            caplog.text,
            *(record.en_json() for record in traces.records),
            *(repr(x) for x in (demande, session, autre, session.activites, session.jetons, refusee, segur.psc)),
            json.dumps(refusee.to_dict()),
            *(entree.en_json() for entree in bac.journal.entrees),
        )
    )
    assert [texte for texte in textes if texte in ecrits] == []
    assert len(caplog.records) > 3
    with pytest.raises(TypeError):
        pickle.dumps(session)


def test_both_clients_have_the_same_calls() -> None:
    names = [name for name, _ in inspect.getmembers(PscClient, inspect.isfunction) if not name.startswith("_")]
    assert names == ["deconnecter", "preparer", "rafraichir", "terminer"]
    for name in ("__init__", *names):
        ours, twin = (inspect.signature(getattr(cls, name)) for cls in (PscClient, AsyncPscClient))
        if name != "__init__":  # the runner differs
            assert ours == twin
        assert list(ours.parameters) == list(twin.parameters)


def test_logins_at_once_do_not_mix(bac: Sandbox) -> None:
    async def tous() -> list[str]:
        async with AsyncSegur(bac.config) as segur:

            async def un(acteur: Any) -> str:
                demande = await segur.psc.preparer()
                retour = await asyncio.to_thread(bac.naviguer, demande.url, acteur=acteur)
                session = await segur.psc.terminer(demande, retour)
                assert isinstance(session, SessionPsc)
                return session.id_nat

            return await asyncio.gather(*(un(acteur) for acteur in (bac.acteur, URGENTISTE) * 3))

    assert asyncio.run(tous()) == ["899700000019", "899700000027"] * 3


def test_a_return_is_read_to_the_letter(bac: Sandbox) -> None:
    session = appeler("sync", bac, connexion(bac, retoucher=lambda retour: avec(retour, iss=None)))
    assert isinstance(session, SessionPsc)  # RFC 9207: checked when present
