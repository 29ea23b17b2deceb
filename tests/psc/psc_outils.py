"""A login from end to end, under both facades, and a look at tokens that owes nothing to the library's JOSE."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import pytest

from segur_socles._core.retry import RetryPolicy
from segur_socles.errors import SegurError
from segur_socles.personnes.professionnel import Acteur
from segur_socles.sandbox.sandbox import Sandbox
from segur_socles.segur.facade import AsyncSegur, Segur

VITE = RetryPolicy(base=0.01, cap=0.01)
MODES = ("sync", "async")


def appeler(mode: str, bac: Sandbox, scenario: Callable[..., Any], **reglages: Any) -> Any:
    """Run a scenario (a generator that yields calls of the client and gets their results) under one facade."""
    reglages = {"policy": VITE, **reglages}
    config = reglages.pop("config", None) or bac.config
    if mode == "sync":
        with Segur(config, **reglages) as segur:
            etapes = scenario(segur.psc)
            return _derouler(etapes)

    async def asynchrone() -> Any:
        async with AsyncSegur(config, **reglages) as segur:
            etapes = scenario(segur.psc)
            valeur = None
            try:
                while True:
                    valeur = await etapes.send(valeur)
            except StopIteration as fin:
                return fin.value

    return asyncio.run(asynchrone())


def _derouler(etapes: Any) -> Any:
    valeur = None
    try:
        while True:
            valeur = etapes.send(valeur)
    except StopIteration as fin:
        return fin.value


def connexion(
    bac: Sandbox, *, acteur: Acteur | None = None, retoucher: Callable[[str], str] = lambda retour: retour
) -> Callable[..., Any]:
    """Make the scenario of one login; ``retoucher`` alters what the browser brings back."""

    def scenario(psc: Any) -> Any:
        demande = yield psc.preparer()
        return (yield psc.terminer(demande, retoucher(bac.naviguer(demande.url, acteur=acteur))))

    return scenario


def avec(url: str, **changes: str | None) -> str:
    """Change, add or remove (``None``) parameters of an address."""
    parts = urlsplit(url)
    lus = dict(parse_qsl(parts.query, keep_blank_values=True)) | changes
    return urlunsplit(parts._replace(query=urlencode({k: v for k, v in lus.items() if v is not None})))


def refus(type_attendu: type[SegurError], fonction: Callable[[], Any]) -> Any:
    """Give the error that ``fonction`` raises, of exactly this type."""
    with pytest.raises(type_attendu) as levee:
        fonction()
    assert type(levee.value) is type_attendu
    assert levee.value.remede
    return levee.value


def partie(jeton: str, rang: int) -> dict[str, Any]:
    """Part of a JWT, unverified: 0 its header, 1 its claims."""
    texte = jeton.split(".")[rang]
    objet: dict[str, Any] = json.loads(base64.urlsafe_b64decode(texte + "=" * (-len(texte) % 4)))
    return objet
