"""Where the browser is sent: to the hosts of the environment, whatever the service announces."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from segur_socles.credentials.client_psc import ClientPsc
from segur_socles.credentials.secret import Secret
from segur_socles.errors import ConnexionRefuseeError
from segur_socles.psc.acces import AccesPsc
from segur_socles.psc.flows import _session
from segur_socles.psc.messages import lire_decouverte
from segur_socles.psc.types import JetonsPsc

ISSUER = "https://auth.psc.example/auth/realms/esante-wallet"
PAGE = "https://wallet.psc.example/auth"
ENDPOINTS = {
    "issuer": ISSUER,
    "authorization_endpoint": PAGE,
    "token_endpoint": f"{ISSUER}/token",
    "userinfo_endpoint": f"{ISSUER}/userinfo",
    "jwks_uri": f"{ISSUER}/certs",
    "end_session_endpoint": f"{ISSUER}/logout",
}
AILLEURS = [
    "https://ailleurs.example/page",
    "https://auth.psc.example.ailleurs.example/page",
    "https://auth.psc.example@ailleurs.example/page",
    # What we would read as a user part, some browsers read as the host.
    "https://ailleurs.example\\@auth.psc.example/page",
    "https://auth.psc.example:8443/page",
]


def decouvrir(autorisation: str | None = PAGE, **change: Any) -> Any:
    client = ClientPsc(client_id="dui", redirect_uri="https://dui.example/retour", secret=Secret("s" * 20))
    return lire_decouverte(ENDPOINTS | change, AccesPsc(ISSUER, object(), client), autorisation=autorisation)  # type: ignore[arg-type]


@pytest.mark.parametrize("url", AILLEURS)
@pytest.mark.parametrize("endpoint", ["end_session_endpoint", "authorization_endpoint"])
def test_the_browser_is_not_sent_to_another_host(endpoint: str, url: str) -> None:
    with pytest.raises(ConnexionRefuseeError) as caught:
        decouvrir(None, **{"authorization_endpoint": f"{ISSUER}/auth"} | {endpoint: url})
    assert caught.value.controle == endpoint
    with pytest.raises(ConnexionRefuseeError):
        decouvrir(**{endpoint: url})


def test_the_hosts_of_the_environment_are_those_of_the_issuer_and_of_the_login_page() -> None:
    lue = decouvrir()
    assert (lue.autorisation, lue.deconnexion) == (PAGE, f"{ISSUER}/logout")
    assert decouvrir(end_session_endpoint="https://WALLET.psc.example:443/fin").deconnexion is not None
    # A login page of another host has to be named by the environment.
    with pytest.raises(ConnexionRefuseeError):
        decouvrir(None)


@pytest.mark.parametrize(
    ("claims", "attendu"),
    [({"auth_time": 1_000, "iat": 9_000}, 1_000), ({"iat": 9_000}, 9_000), ({"auth_time": "x", "iat": 9_000}, 9_000)],
)
def test_a_session_always_knows_when_the_person_logged_in(claims: dict[str, Any], attendu: int) -> None:
    userinfo = {"sub": "s", "SubjectNameID": "899900000017", "family_name": "MARTIN", "given_name": "Claire"}
    jetons = JetonsPsc(Secret("a"), Secret("b"))
    session = _session({"sub": "s", "acr": "eidas1", **claims}, userinfo, jetons)
    assert session.authentifie_le == datetime.fromtimestamp(attendu, UTC)
