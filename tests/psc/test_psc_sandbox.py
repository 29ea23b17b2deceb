"""The sandbox's Pro Santé Connect is strict: what the national service would refuse, it refuses. Asked by raw HTTP."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from psc_outils import appeler, avec, connexion

from segur_socles.errors import ServiceError
from segur_socles.sandbox.sandbox import Sandbox
from segur_socles.segur.facade import Segur


@pytest.fixture
def navigateur(bac: Sandbox) -> Iterator[httpx.Client]:
    """A browser: no client certificate, the sandbox's authority, redirects not followed."""
    context = ssl.create_default_context(cadata=bac.environment.ancres)
    with httpx.Client(verify=context, trust_env=False) as client:
        yield client


@pytest.fixture
def page(bac: Sandbox) -> str:
    """The address of a good login."""
    with Segur(bac.config) as segur:
        return segur.psc.preparer().url


def retour(reponse: httpx.Response) -> dict[str, str]:
    assert reponse.status_code == 302
    return dict(parse_qsl(urlsplit(reponse.headers["location"]).query))


def test_the_login_page_is_on_another_host_than_the_issuer(bac: Sandbox) -> None:
    assert urlsplit(bac.environment.psc).hostname == "localhost"
    assert urlsplit(bac.environment.psc_autorisation).hostname == "127.0.0.1"


def test_discovery_is_not_at_the_usual_place(bac: Sandbox, navigateur: httpx.Client) -> None:
    assert navigateur.get(f"{bac.environment.psc}/.well-known/openid-configuration").status_code == 404
    annonce = navigateur.get(f"{bac.environment.psc}/.well-known/wallet-openid-configuration").json()
    assert annonce["issuer"] == bac.environment.psc
    assert navigateur.post(f"{bac.environment.psc}/.well-known/wallet-openid-configuration").status_code == 405


def test_a_good_request_comes_back_with_a_code(navigateur: httpx.Client, page: str, bac: Sandbox) -> None:
    revenu = retour(navigateur.get(page))
    assert revenu.keys() == {"code", "state", "iss"}
    assert revenu["iss"] == bac.environment.psc
    assert revenu["state"] == dict(parse_qsl(urlsplit(page).query))["state"]


@pytest.mark.parametrize("change", [{"client_id": "inconnu"}, {"redirect_uri": "https://ailleurs.example/"}], ids=str)
def test_a_stranger_is_never_redirected(change: dict[str, str], navigateur: httpx.Client, page: str) -> None:
    reponse = navigateur.get(avec(page, **change))
    assert reponse.status_code == 400
    assert "location" not in reponse.headers


@pytest.mark.parametrize(
    "change",
    [
        {"response_type": "token"},
        {"scope": "openid"},
        {"acr_values": None},
        {"state": None},
        {"state": "court"},
        {"nonce": None},
        {"nonce": "court"},
        {"code_challenge": None},
        {"code_challenge_method": "plain"},
    ],
    ids=str,
)
def test_a_request_that_lacks_something_comes_back_with_an_error(
    change: dict[str, str | None], navigateur: httpx.Client, page: str, bac: Sandbox
) -> None:
    revenu = retour(navigateur.get(avec(page, **change)))
    assert revenu["error"] == "invalid_request"
    assert "code" not in revenu
    refuses = [v.controle for v in bac.journal.entrees[-1].verdicts if not v.ok]
    assert refuses == list(change)


def test_an_unknown_person_has_no_card(navigateur: httpx.Client, page: str) -> None:
    assert retour(navigateur.get(page, headers={"Cookie": "sandbox-ecps=899799999999"}))["error"] == "access_denied"


def test_a_repeated_parameter_is_refused(navigateur: httpx.Client, page: str) -> None:
    assert navigateur.get(f"{page}&scope=autre").status_code == 400


@pytest.mark.parametrize("entete", [{}, {"Authorization": "Bearer abc"}, {"Authorization": "Basic YWJj"}], ids=str)
def test_userinfo_is_for_those_who_bear_a_token(entete: dict[str, str], navigateur: httpx.Client, bac: Sandbox) -> None:
    reponse = navigateur.get(f"{bac.environment.psc}/protocol/openid-connect/userinfo", headers=entete)
    assert (reponse.status_code, reponse.json()["error"]) == (401, "invalid_token")


def test_a_bound_token_is_worth_nothing_without_its_certificate(navigateur: httpx.Client, bac: Sandbox) -> None:
    acces = appeler("sync", bac, connexion(bac)).jetons.acces.reveler()
    adresse = f"{bac.environment.psc}/protocol/openid-connect/userinfo"
    assert navigateur.get(adresse, headers={"Authorization": f"Bearer {acces}"}).status_code == 401
    # That of a software with a secret is bound to nothing.
    bac.trousseau.definir_client_psc(bac.client_psc_secret)
    libre = appeler("sync", bac, connexion(bac)).jetons.acces.reveler()
    reponse = navigateur.get(adresse, headers={"Authorization": f"Bearer {libre}"})
    assert reponse.json()["SubjectNameID"] == bac.acteur.professionnel.id_nat


@pytest.mark.parametrize(
    ("formulaire", "code"),
    [
        ({}, "invalid_client"),
        ({"client_id": "dui.bac-a-sable.invalid"}, "invalid_client"),  # no certificate at this door
        ({"client_id": "dui-secret.bac-a-sable.invalid"}, "invalid_client"),
        ({"client_id": "dui-secret.bac-a-sable.invalid", "client_secret": "faux"}, "invalid_client"),
        ({"bon": "oui", "grant_type": "password"}, "unsupported_grant_type"),
        ({"bon": "oui", "grant_type": "authorization_code", "code": "inconnu"}, "invalid_grant"),
        ({"bon": "oui", "grant_type": "refresh_token", "refresh_token": "inconnu"}, "invalid_grant"),
    ],
    ids=str,
)
def test_the_token_endpoint_names_what_it_refuses(
    formulaire: dict[str, str], code: str, navigateur: httpx.Client, bac: Sandbox
) -> None:
    champs = dict(formulaire)
    if champs.pop("bon", None):
        client = bac.client_psc_secret
        assert client.secret is not None
        champs |= {"client_id": client.client_id, "client_secret": client.secret.reveler()}
    reponse = navigateur.post(f"{bac.environment.psc}/protocol/openid-connect/token", data=champs)
    assert reponse.json()["error"] == code
    assert bac.journal.entrees[-1].code == code


def test_a_code_is_for_the_software_it_was_given_to(navigateur: httpx.Client, page: str, bac: Sandbox) -> None:
    client = bac.client_psc_secret
    assert client.secret is not None
    formulaire: dict[str, Any] = {
        "grant_type": "authorization_code",
        "code": retour(navigateur.get(page))["code"],
        "redirect_uri": client.redirect_uri,
        "client_id": client.client_id,
        "client_secret": client.secret.reveler(),
    }
    reponse = navigateur.post(f"{bac.environment.psc}/protocol/openid-connect/token", data=formulaire)
    assert (reponse.status_code, reponse.json()["error"]) == (400, "invalid_grant")


@pytest.mark.parametrize(
    "change", [{"id_token_hint": "a.b.c"}, {"post_logout_redirect_uri": "https://ailleurs.example"}]
)
def test_logout_wants_its_own_token_and_a_declared_return(
    change: dict[str, str], navigateur: httpx.Client, bac: Sandbox
) -> None:
    session = appeler("sync", bac, connexion(bac))
    with Segur(bac.config) as segur:
        adresse = segur.psc.deconnecter(session).reveler()
    assert navigateur.get(avec(adresse, **change)).status_code == 400
    sans_retour = navigateur.get(avec(adresse, post_logout_redirect_uri=None))
    assert (sans_retour.status_code, sans_retour.text) == (200, "Session terminée.")
    assert navigateur.get(adresse).status_code == 400  # the session is over


def test_the_played_browser_says_when_there_is_no_redirection(bac: Sandbox, page: str) -> None:
    with pytest.raises(ServiceError, match="sans redirection") as levee:
        bac.naviguer(avec(page, client_id="inconnu"))
    assert levee.value.code == "SANDBOX_HTTP_400"
