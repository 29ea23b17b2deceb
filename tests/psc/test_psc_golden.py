"""Golden captures: what Pro Santé Connect receives changes only with notice (« Ce qui change sur le fil »)."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

import pytest

from golden_outils import ecrire_requetes, golden, nommer
from segur_socles._core.flow import Request
from segur_socles._core.run import Exchange
from segur_socles.credentials.configuration import Configuration
from segur_socles.psc.types import DemandeConnexion, SessionPsc
from segur_socles.sandbox.sandbox import Sandbox
from segur_socles.segur.facade import Segur


@dataclass
class Journee:
    """A login, its renewal and its end: the requests of each, and the addresses given to the browser."""

    demande: DemandeConnexion
    sortie: str
    requetes: dict[str, list[Request]] = field(default_factory=dict)
    masques: dict[str, dict[str, str]] = field(default_factory=dict)


def jouer(bac: Sandbox, config: Configuration | None = None, *, prompt: bool = False) -> Journee:
    echanges: list[Exchange] = []
    with Segur(config or bac.config, observer=echanges.append) as segur:
        demande = segur.psc.preparer(prompt="login" if prompt else None)
        retour = bac.naviguer(demande.url)
        session = segur.psc.terminer(demande, retour)
        assert isinstance(session, SessionPsc)
        rafraichissement = session.jetons.rafraichissement
        assert rafraichissement is not None
        segur.psc.rafraichir(session)
        sortie = segur.psc.deconnecter(session, etat="au revoir").reveler()
    port = {f":{urlsplit(bac.environment.psc).port}/": ":PORT/"}
    journee = Journee(demande, nommer(sortie, {**port, session.jetons.identite.reveler(): "{id_token}"}))
    for echange in echanges:
        journee.requetes.setdefault(echange.label, []).append(echange.request)
    journee.masques = {
        "psc.decouvrir": port,
        "psc.connecter": {
            **port,
            dict(parse_qsl(urlsplit(retour).query))["code"]: "{code}",
            demande.verificateur.reveler(): "{code_verifier}",
            session.jetons.acces.reveler(): "{access_token}",
        },
        "psc.rafraichir": {**port, rafraichissement.reveler(): "{refresh_token}"},
    }
    return journee


REQUETES = {
    "psc.decouvrir": "psc-decouvrir.txt",
    "psc.connecter": "psc-connecter.txt",
    "psc.rafraichir": "psc-rafraichir.txt",
}


def test_golden_capture_of_the_requests(bac: Sandbox) -> None:
    journee = jouer(bac)
    ecrits = {label: ecrire_requetes(envoyees, journee.masques[label]) for label, envoyees in journee.requetes.items()}
    assert ecrits == {label: golden(nom) for label, nom in REQUETES.items()}


def avec_secret(bac: Sandbox, *, en_tete: bool) -> Configuration:
    bac.trousseau.definir_client_psc(bac.client_psc_secret)
    config = bac.config
    options = config.environment.options_psc.model_copy(update={"secret_en_tete": en_tete})
    environment = config.environment.model_copy(update={"options_psc": options})
    return type(config)(environment, config.logiciel, config.trousseau)


@pytest.mark.parametrize(
    ("en_tete", "nom"), [(False, "psc-connecter-secret-formulaire.txt"), (True, "psc-connecter-secret-en-tete.txt")]
)
def test_golden_capture_with_a_secret(bac: Sandbox, en_tete: bool, nom: str) -> None:
    journee = jouer(bac, avec_secret(bac, en_tete=en_tete))
    client = bac.client_psc_secret
    assert client.secret is not None
    secret = client.secret.reveler()
    basic = base64.b64encode(f"{client.client_id}:{secret}".encode()).decode()
    masque = {basic: "{client_id:secret en base64}"} if en_tete else {secret: "{secret}"}
    ecrit = ecrire_requetes(journee.requetes["psc.connecter"], {**journee.masques["psc.connecter"], **masque})
    assert ecrit == golden(nom)


@pytest.mark.parametrize(("prompt", "nom"), [(False, "psc-autorisation.txt"), (True, "psc-autorisation-login.txt")])
def test_golden_capture_of_what_the_browser_opens(bac: Sandbox, prompt: bool, nom: str) -> None:
    journee = jouer(bac, prompt=prompt)
    demande = journee.demande
    verifieur = demande.verificateur.reveler().encode()
    masques = {
        f":{urlsplit(bac.environment.psc).port}/": ":PORT/",
        demande.state.reveler(): "{state}",
        demande.nonce.reveler(): "{nonce}",
        base64.urlsafe_b64encode(hashlib.sha256(verifieur).digest()).decode().rstrip("="): "{S256(code_verifier)}",
    }
    question = nommer(demande.url, masques)
    assert f"{question}\n" == golden(nom)
    assert f"{journee.sortie}\n" == golden("psc-deconnexion.txt")
