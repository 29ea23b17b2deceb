"""The browser of the person who logs in, for tests and demonstrations: opens the login page, gives where it leads."""

from __future__ import annotations

from segur_socles._core.flow import Flow, Http, Request, Response
from segur_socles._core.run import Runner
from segur_socles.config.environment import Environment
from segur_socles.credentials.ancres import Ancres
from segur_socles.credentials.tls import CanalServeur
from segur_socles.errors import ServiceError
from segur_socles.sandbox.psc.service import COOKIE

__all__ = ["ouvrir"]

_DELAI = 10.0


def ouvrir(url: str, environment: Environment, ancres: Ancres, *, id_nat: str | None) -> str:
    """Open ``url`` as a browser would, without a client certificate, and give the address it is redirected to.

    Raises :class:`ServiceError` when the page shows an error instead.
    """

    def flux() -> Flow[str]:
        cookies = (("Cookie", f"{COOKIE}={id_nat}"),) if id_nat else ()
        requete = Request("GET", url, (("Accept", "text/html"), *cookies))
        adresse: str = yield Http.of(requete, read=_lire, channel=CanalServeur(ancres), label="psc.navigateur")
        return adresse

    runner = Runner(origins=environment.origines)
    try:
        return runner.run(flux(), delai=_DELAI)
    finally:
        runner.close()


def _lire(response: Response) -> str:
    adresse = response.headers.get("location")
    if adresse is None:
        message = f"La page de connexion du bac à sable a répondu HTTP {response.status} sans redirection."
        raise ServiceError(
            message,
            service="psc",
            code=f"SANDBOX_HTTP_{response.status}",
            status=response.status,
            remede="lire le journal du bac à sable : le contrôle refusé y est nommé",
        )
    return adresse
