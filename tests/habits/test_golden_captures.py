"""No request without a golden capture: what can be sent is read in the source, what is captured in a table."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator

import pytest

from golden_outils import GOLDEN
from judges import PROJECT
from segur_socles.dmp.client import DmpClient
from segur_socles.ins.client import InsiClient
from segur_socles.mss.annuaire.client import AnnuaireClient
from segur_socles.mss.client import MssClient
from segur_socles.psc.client import PscClient

SERVICES = [PROJECT / "src" / "segur_socles" / room for room in ("ins", "psc", "dmp", "mss")]
CLIENTS = {"insi": InsiClient, "psc": PscClient, "dmp": DmpClient, "annuaire": AnnuaireClient, "mss": MssClient}

# label of an exchange → its captures
REQUESTS = {
    "insi.rechercher": (
        "insi-rechercher.xml",
        "insi-rechercher-lieu.xml",
        "insi-rechercher-carte.xml",
        "insi-rechercher-psc.xml",
    ),
    "insi.rechercher_par_vitale": (
        "insi-rechercher-par-vitale.xml",
        "insi-rechercher-par-vitale-complet.xml",
        "insi-rechercher-par-vitale-carte.xml",
    ),
    "insi.verifier": ("insi-verifier.xml",),
    "psc.decouvrir": ("psc-decouvrir.txt",),
    "psc.connecter": (
        "psc-connecter.txt",
        "psc-connecter-secret-formulaire.txt",
        "psc-connecter-secret-en-tete.txt",
    ),
    "psc.rafraichir": ("psc-rafraichir.txt",),
    "dmp.tester_existence": ("dmp-tester-existence.txt",),
    "dmp.alimenter": ("dmp-alimenter.txt", "dmp-remplacer.txt"),
    "dmp.regler": ("dmp-regler.txt",),
    "dmp.rechercher": (
        "dmp-rechercher.txt",
        "dmp-rechercher-bris-de-glace.txt",
        "dmp-rechercher-centre-15.txt",
    ),
    "dmp.lire": ("dmp-lire-fiche.txt", "dmp-lire.txt"),
    "annuaire.rechercher_par_rpps": ("annuaire-recherches.txt",),
    "annuaire.rechercher_par_finess": ("annuaire-recherches.txt",),
    "annuaire.rechercher_professionnels": ("annuaire-recherches.txt", "annuaire-pages.txt"),
    "annuaire.rechercher_structures": ("annuaire-recherches.txt",),
    "annuaire.verifier_boite": ("annuaire-recherches.txt",),
    "mss.envoyer": (
        "mss-envoyer.txt",
        "mss-envoyer-external.txt",
        "mss-envoyer-sans-extension.txt",
        "mss-envoyer-refuse.txt",
        "mss-envoyer-reconnexion.txt",
    ),
    "mss.accuser": ("mss-accuser.txt",),
    "mss.relever": (
        "mss-relever.txt",
        "mss-relever-vide.txt",
        "mss-relever-reconnexion.txt",
        "mss-relever-trop-gros.txt",
    ),
    "mss.marquer_lu": ("mss-marquer-lu.txt",),
}

# call of a client → the addresses that it gives to the browser, which carries them
BROWSER = {
    "psc.preparer": ("psc-autorisation.txt", "psc-autorisation-login.txt"),
    "psc.deconnecter": ("psc-deconnexion.txt",),
}

OTHER_NAME = {"psc.terminer": "psc.connecter"}
SENDS_NOTHING = {"dmp.preparer", "mss.preparer"}

# What requests carry, captured by itself.
PIECES = ("mss-message.eml.txt", "mss-accuse.eml.txt", "xdm-archive.txt")

LABEL = re.compile(rf"(?:{'|'.join(CLIENTS)})\.[a-z_]+")
EFFECTS = {"Http": 3, "Http.of": 3, "Dialogue": 1, "Transaction": 2}
"""What makes an exchange → the place of its label among the arguments."""


def labels(tree: ast.AST) -> set[str]:
    """Labels written in a module, wherever they are."""
    texts = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return {text for text in texts if isinstance(text, str) and LABEL.fullmatch(text)}


def computed_labels(tree: ast.AST) -> Iterator[str]:
    """Exchanges whose label is neither written nor handed on as it is: the inventory would not see it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (rank := EFFECTS.get(ast.unparse(node.func))) is not None:
            named = [keyword.value for keyword in node.keywords if keyword.arg == "label"]
            label = (named or node.args[rank : rank + 1] or [None])[0]
            if not isinstance(label, ast.Name | ast.Attribute | ast.Constant):
                yield ast.unparse(node)


TREES = {
    path: ast.parse(path.read_text("utf-8"))
    for room in SERVICES
    for path in room.rglob("*.py")
    if "__" not in path.name
}


def test_every_exchange_has_its_captures() -> None:
    assert {label for tree in TREES.values() for label in labels(tree)} == set(REQUESTS)


def test_every_label_is_seen_by_the_inventory() -> None:
    assert [call for tree in TREES.values() for call in computed_labels(tree)] == []


def test_every_call_of_a_client_is_accounted_for() -> None:
    calls = {
        f"{service}.{name}"
        for service, client in CLIENTS.items()
        for name, _ in inspect.getmembers(client, inspect.isfunction)
        if not name.startswith("_")
    }
    assert calls - set(REQUESTS) == {*BROWSER, *OTHER_NAME, *SENDS_NOTHING}
    assert set(OTHER_NAME.values()) <= set(REQUESTS)


def test_every_capture_is_in_the_table_and_compared_by_a_test() -> None:
    named = {name for names in (*REQUESTS.values(), *BROWSER.values(), PIECES) for name in names}
    assert named == {path.name for path in GOLDEN.iterdir()}
    tests = [
        p.read_text("utf-8") for p in (PROJECT / "tests").rglob("test_*.py") if p.name != "test_golden_captures.py"
    ]
    # A few tests write a name without its ending.
    alone = {name for name in named if not any(f'"{name}"' in t or f'"{name.partition(".")[0]}"' in t for t in tests)}
    assert alone == set()


def test_an_inventory_that_sees_nothing_would_show() -> None:
    tree = ast.parse('A = "dmp.oublier"\nyield_ = Http.of(r, read=f, channel=c, label=f"dmp.{x}")\nDialogue(f, A)')
    assert labels(tree) == {"dmp.oublier"}
    assert list(computed_labels(tree)) == ["Http.of(r, read=f, channel=c, label=f'dmp.{x}')"]
    assert list(computed_labels(ast.parse('Transaction("registry", action, "dmp." + nom)'))) != []


@pytest.mark.parametrize("path", sorted(GOLDEN.iterdir()), ids=lambda path: path.name)
def test_a_capture_is_text_that_a_person_can_review(path: object) -> None:
    text = (GOLDEN / str(path)).read_text("utf-8")
    assert text.strip()
    assert not re.search(r"-----BEGIN|localhost:(?!8443|8444)[0-9]{5}", text)
