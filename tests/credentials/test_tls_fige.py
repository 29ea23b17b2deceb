"""Verification of the server cannot be turned off: not on the shared context, not with a context of one's own."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from typing import Any

import pytest

from segur_socles._core.flow import Flow, Http, Request, Response
from segur_socles._core.run import AsyncRunner, Runner
from segur_socles.credentials.ancres import Ancres
from segur_socles.credentials.contexte import contexte_serveur
from segur_socles.credentials.tls import CanalServeur, CertificatTls
from segur_socles.credentials.usages import Contexte, Service
from segur_socles.errors import ConfigurationError
from segur_socles.sandbox.pki import Emis, PkiDeTest

Changement = Callable[[Any], None]

CHANGEMENTS: dict[str, Changement] = {
    "check_hostname": lambda c: setattr(c, "check_hostname", False),
    "verify_mode": lambda c: setattr(c, "verify_mode", ssl.CERT_OPTIONAL),
    "verify_flags": lambda c: setattr(c, "verify_flags", ssl.VerifyFlags.VERIFY_DEFAULT),
    "minimum_version": lambda c: setattr(c, "minimum_version", ssl.TLSVersion.MINIMUM_SUPPORTED),
    "options": lambda c: setattr(c, "options", 0),
    "keylog_filename": lambda c: setattr(c, "keylog_filename", "cles.txt"),
    "sslsocket_class": lambda c: setattr(c, "sslsocket_class", ssl.SSLSocket),
    "__class__": lambda c: setattr(c, "__class__", ssl.SSLContext),
    "_fige": lambda c: setattr(c, "_fige", False),
    "sans _fige": lambda c: delattr(c, "_fige"),
    "autres ancres": lambda c: c.load_verify_locations(cadata=PkiDeTest.creer().ancres_pem),
    "ancres de la machine": lambda c: c.load_default_certs(),
    "ancres d'OpenSSL": lambda c: c.set_default_verify_paths(),
    "suites anonymes": lambda c: c.set_ciphers("aNULL:@SECLEVEL=0"),
    "identité": lambda c: c.load_cert_chain("absent.pem"),
}


def etat(contexte: ssl.SSLContext) -> tuple[Any, ...]:
    suites = [s["name"] for s in contexte.get_ciphers()]
    regles = (contexte.verify_mode, contexte.check_hostname, contexte.verify_flags, contexte.minimum_version)
    return (*regles, contexte.options, len(contexte.get_ca_certs()), suites)


@pytest.mark.parametrize("nom", CHANGEMENTS)
def test_the_shared_context_refuses_any_change(nom: str, insi: Emis, ancres: Ancres, contexte: Contexte) -> None:
    certificat = CertificatTls.depuis(insi.materiel, service=Service.INSI, contexte=contexte, ancres=ancres)
    for canal in (certificat.channel(ancres), CanalServeur(ancres)):
        partage = canal.ssl_context()
        avant = etat(partage)
        with pytest.raises(ConfigurationError) as caught:
            CHANGEMENTS[nom](partage)
        assert caught.value.champ == "ssl_context"
        assert etat(canal.ssl_context()) == avant
        assert type(partage) is not ssl.SSLContext


def test_a_server_of_our_own_still_sets_its_own_context(pki: PkiDeTest) -> None:
    serveur = contexte_serveur(pki.serveur("insi").materiel)
    serveur.minimum_version = ssl.TLSVersion.TLSv1_3
    assert serveur.minimum_version is ssl.TLSVersion.TLSv1_3


# --- a channel that somebody else wrote ------------------------------------------------------------------


class Aveugle:
    """A channel whose context does not verify; ``attribut`` is what it leaves out."""

    key = "aveugle"

    def __init__(self, attribut: str) -> None:
        self._attribut = attribut

    def ssl_context(self) -> ssl.SSLContext:
        contexte = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        contexte.check_hostname = self._attribut != "check_hostname"
        if self._attribut == "verify_mode":
            contexte.verify_mode = ssl.CERT_OPTIONAL
        return contexte


def demander(canal: Any) -> Flow[Response]:
    reponse: Response = yield Http.of(
        Request("GET", "https://localhost:9/"), read=lambda r: r, channel=canal, label="essai", repeatable=False
    )
    return reponse


@pytest.mark.parametrize("mode", ["sync", "async"])
@pytest.mark.parametrize("attribut", ["verify_mode", "check_hostname"])
def test_no_runner_uses_a_context_that_does_not_verify(mode: str, attribut: str) -> None:
    canal = Aveugle(attribut)

    async def asynchrone() -> None:
        runner = AsyncRunner()
        try:
            await runner.run(demander(canal), delai=5.0)
        finally:
            await runner.aclose()

    def synchrone() -> None:
        runner = Runner()
        try:
            runner.run(demander(canal), delai=5.0)
        finally:
            runner.close()

    with pytest.raises(ConfigurationError) as caught:
        synchrone() if mode == "sync" else asyncio.run(asynchrone())
    assert caught.value.champ == "ssl_context"
