"""A caller of the directory, and a directory that answers from a list."""

from __future__ import annotations

import asyncio
import inspect
import json
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx

from judges import reference
from segur_socles._core.clock import FrozenClock
from segur_socles._core.flow import Response
from segur_socles._core.ids import SeededIds
from segur_socles._core.retry import RetryPolicy
from segur_socles._core.run import AsyncRunner, Runner
from segur_socles.config.environment import Environment, Nature, OptionsAnnuaire
from segur_socles.config.logiciel import Logiciel
from segur_socles.credentials.secret import Secret
from segur_socles.mss.annuaire.acces import AccesAnnuaire
from segur_socles.mss.annuaire.client import AnnuaireClient, AsyncAnnuaireClient
from segur_socles.mss.annuaire.messages import Page, lire_page
from segur_socles.personnes.professionnel import Acteur, Motif, Professionnel
from segur_socles.personnes.structure import Structure
from segur_socles.trace.appelant import Appelant
from segur_socles.trace.sinks import MemorySink
from segur_socles.trace.traceur import Traceur

NATIONAL = "https://gateway.api.esante.gouv.fr/fhir/v2"
"""Where the examples come from; nothing is sent there."""

BASE = "https://localhost:8444/fhir/v2"
CLE = "cle-canari-0123456789"
VITE = RetryPolicy(attempts=3, base=0.001, cap=0.002)

STRUCTURE = Structure(nom="EHPAD FICTIF", finess_eg="0B0152872", secteur="SA17", cadre="ESSMS")
ACTEUR = Acteur(
    professionnel=Professionnel(id_nat="899900063480", nom="MARTIN", prenom="Claire", profession="G15_60"),
    structure=STRUCTURE,
)
LOGICIEL = Logiciel(nom="DUI-TEST", version="1", instance="6f0e4f3e", oid_racine="1.2.250.1.999.1")


def exemple(nom: str) -> Any:
    return json.loads(reference("annuaire-examples", nom).read_text("utf-8"))


def paquet(*ressources: Any, suivante: str | None = None, mode: str = "match", **autres: Any) -> dict[str, Any]:
    liens = [{"relation": "next", "url": suivante}] if suivante else []
    entrees = [{"resource": r, "search": {"mode": mode}} for r in ressources]
    return {"resourceType": "Bundle", "type": "searchset", "entry": entrees, "link": liens, **autres}


def lire(contenu: Any, *, base: str = NATIONAL, statut: int = 200, cites: tuple[str, ...] = ()) -> Page:
    octets = contenu if isinstance(contenu, bytes) else json.dumps(contenu).encode()
    return lire_page(Response(statut, {}, octets), base=base, cites=cites)


class Canal:
    key = "test"

    def ssl_context(self) -> ssl.SSLContext:
        return ssl.create_default_context()


@dataclass
class FauxAnnuaire:
    """Gives its answers in order, the last one again and again: a bundle, bytes, or (status, either)."""

    reponses: Sequence[Any]
    recues: list[httpx.Request] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.recues.append(request)
        reponse = self.reponses[min(len(self.recues), len(self.reponses)) - 1]
        statut, contenu = reponse if isinstance(reponse, tuple) else (200, reponse)
        return httpx.Response(statut, content=contenu if isinstance(contenu, bytes) else json.dumps(contenu).encode())


def appeler(
    mode: str,
    service: Callable[[httpx.Request], httpx.Response],
    methode: str,
    *args: Any,
    traces: MemorySink | None = None,
    options: OptionsAnnuaire | None = None,
    **kwargs: Any,
) -> Any:
    """Call one method of one of the two clients, over a transport of ours."""
    environment = Environment(
        nom="bac", nature=Nature.BAC_A_SABLE, annuaire=BASE, ancres="PEM", options_annuaire=options or OptionsAnnuaire()
    )
    clock, ids = FrozenClock(datetime(2026, 1, 15, 9, 30, tzinfo=UTC)), SeededIds(7)
    appelant = Appelant(ACTEUR, Motif.PRISE_EN_CHARGE, environment, LOGICIEL, clock, ids)
    traceur = Traceur(traces or MemorySink(), clock=clock, ids=ids)
    outils: dict[str, Any] = {"origins": environment.origines, "policy": VITE}
    transport = httpx.MockTransport(service)

    def acces() -> AccesAnnuaire:
        return AccesAnnuaire(Canal(), BASE, Secret(CLE))

    if mode == "sync":
        client = AnnuaireClient(appelant, acces, traceur, Runner(transport=lambda _: transport, **outils))
        return getattr(client, methode)(*args, **kwargs)

    async def asynchrone() -> Any:
        runner = AsyncRunner(transport=lambda _: transport, **outils)
        appel = getattr(AsyncAnnuaireClient(appelant, acces, traceur, runner), methode)(*args, **kwargs)
        assert inspect.iscoroutine(appel)
        return await appel

    return asyncio.run(asynchrone())
