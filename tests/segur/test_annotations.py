"""What adopters' tools read of the facade: its annotations stand for real classes, though clients are imported late."""

from __future__ import annotations

import inspect
import subprocess
import sys
from typing import Any, get_type_hints

import pytest

from segur_socles.segur.facade import AsyncSegur, Segur
from segur_socles.segur.session import AsyncSession, Session


def _fonctions(classe: type) -> dict[str, Any]:
    trouvees: dict[str, Any] = {}
    for nom in dir(classe):
        objet = inspect.getattr_static(classe, nom)
        fonction = getattr(objet, "func", None) or getattr(objet, "fget", None) or objet
        if not nom.startswith("_") and inspect.isfunction(fonction):
            trouvees[nom] = fonction
    return trouvees


@pytest.mark.parametrize("classe", [Segur, AsyncSegur, Session, AsyncSession])
def test_every_public_annotation_can_be_resolved(classe: type) -> None:
    rendus = {nom: get_type_hints(fonction)["return"] for nom, fonction in _fonctions(classe).items()}
    attendus = {"Segur": {"psc", "au_nom_de", "automate", "close"}, "Session": {"insi", "dmp", "annuaire", "mss"}}
    assert attendus[classe.__name__.removeprefix("Async")] - {"close"} <= set(rendus)
    prefixe = "Async" if classe.__name__.startswith("Async") else ""
    for service, client in (("psc", "Psc"), ("insi", "Insi"), ("dmp", "Dmp"), ("annuaire", "Annuaire"), ("mss", "Mss")):
        if service in rendus:
            assert rendus[service].__name__ == f"{prefixe}{client}Client"


def test_no_client_is_imported_before_it_is_asked_for() -> None:
    script = "import sys, segur_socles.segur.facade; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    clients = ("ins", "dmp", "psc", "mss", "mss.annuaire")
    assert not {f"segur_socles.{service}.client" for service in clients} & set(done.stdout.split())
