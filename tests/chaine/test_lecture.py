"""Fed by a nursing home, found and read by an emergency physician of another structure: byte for byte."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from chaine_outils import VITE, Chaine

from segur_socles.dmp.lecture_types import CriteresDmp, DocumentLu, DocumentsTrouves
from segur_socles.dmp.types import Accuse
from segur_socles.errors import AccesRefuseError, DocumentInvalideError, ServiceError, TransportError
from segur_socles.personnes.autorisation import ActeSocle, Autorisation
from segur_socles.personnes.professionnel import Motif, MoyenAuthentification
from segur_socles.sandbox.donnees import SAMU, URGENTISTE
from segur_socles.sandbox.sandbox import Sandbox
from segur_socles.segur.facade import AsyncSegur, Segur
from segur_socles.trace.record import Resultat
from segur_socles.trace.sinks import MemorySink

ACCORD = Autorisation.accorder(ActeSocle.CONSULTER_DMP, "urgence vitale")
JUSTIFICATION = "malaise sur la voie publique, personne inconsciente"
both = pytest.mark.parametrize("mode", ["sync", "async"])


@pytest.fixture(scope="module")
def samu(_bac_de_la_chaine: tuple[Sandbox, Chaine]) -> Iterator[Sandbox]:
    sandbox = _bac_de_la_chaine[0]
    sandbox.ajouter_structure(SAMU)
    yield sandbox
    sandbox.pannes.effacer()


@dataclasses.dataclass(frozen=True)
class Depot:
    """A document fed by the nursing home."""

    unique_id: str
    octets: bytes


@pytest.fixture
def depot(bac: Sandbox, chaine: Chaine) -> Depot:
    with Segur(bac.config) as segur:
        session = segur.au_nom_de(chaine.dossier.acteur, motif=Motif.PRISE_EN_CHARGE)
        document = chaine.document(session)
        accuse = session.dmp.alimenter(session.dmp.preparer(document, chaine.identite), chaine.autorisation)
    assert isinstance(accuse, Accuse)
    return Depot(accuse.unique_id, document.octets)


def jouer(
    mode: str, sandbox: Sandbox, operation: str, *args: Any, traces: MemorySink | None = None, **options: Any
) -> Any:
    """Call one operation of ``session.dmp`` for the physician, in an emergency."""
    session: dict[str, Any] = {"motif": Motif.URGENCE, "justification": JUSTIFICATION}
    if mode == "sync":
        with Segur(sandbox.config, policy=VITE, traces=traces) as segur:
            return getattr(segur.au_nom_de(URGENTISTE, **session).dmp, operation)(*args, **options)

    async def asynchrone() -> Any:
        async with AsyncSegur(sandbox.config, policy=VITE, traces=traces) as segur:
            return await getattr(segur.au_nom_de(URGENTISTE, **session).dmp, operation)(*args, **options)

    return asyncio.run(asynchrone())


@both
def test_fed_found_read(samu: Sandbox, chaine: Chaine, depot: Depot, mode: str, tmp_path: Path) -> None:
    avant = len(samu.dmp.acces_a(chaine.identite.matricule))
    traces = MemorySink()
    trouves = jouer(mode, samu, "rechercher", chaine.identite, ACCORD, traces=traces)
    assert isinstance(trouves, DocumentsTrouves)
    assert trouves.complet
    (document,) = [d for d in trouves.documents if d.unique_id == depot.unique_id]
    assert document.actif
    lu = jouer(mode, samu, "lire", document, chaine.identite, ACCORD, traces=traces)
    assert isinstance(lu, DocumentLu)
    assert (lu.octets, lu.verifie) == (depot.octets, True)
    vers = tmp_path / "dlu.xml"
    par_id = jouer(
        mode, samu, "lire", depot.unique_id, chaine.identite, ACCORD, traces=traces, vers=vers, regulation=True
    )
    assert (vers.read_bytes(), par_id.octets, par_id.chemin) == (depot.octets, b"", vers)

    # What the resident sees of it, then what we keep of it.
    acces = samu.dmp.acces_a(chaine.identite.matricule)[avant:]
    assert [(a.operation, a.usage) for a in acces] == [
        ("dmp.rechercher", "bris_de_glace"),
        ("dmp.lire", "bris_de_glace"),
        ("dmp.rechercher", "centre_15"),
        ("dmp.lire", "centre_15"),
    ]
    assert {(a.accesseur, a.structure) for a in acces} == {("899700000035", SAMU.struct_idnat)}
    assert [a.documents for a in acces if a.operation == "dmp.lire"] == [(depot.unique_id,)] * 2
    assert [r.operation for r in traces.records[1::2]] == ["dmp.rechercher", "dmp.lire", "dmp.lire"]
    assert {r.resultat for r in traces.records[1::2]} == {Resultat.SUCCES}
    assert JUSTIFICATION not in str([r.en_json() for r in traces.records])


@both
def test_criteria_select(samu: Sandbox, chaine: Chaine, depot: Depot, mode: str) -> None:
    dlu = jouer(mode, samu, "rechercher", chaine.identite, ACCORD, CriteresDmp(types=("74207-2",)))
    autres = jouer(mode, samu, "rechercher", chaine.identite, ACCORD, CriteresDmp(types=("11490-0",)))
    assert depot.unique_id in [d.unique_id for d in dlu.documents]
    assert autres.documents == ()


# (fault, operation) → requests that reach the operation. Reading twice is harmless: the runner tries again.
DEMANDES = {
    ("latency", "rechercher"): 1,
    ("latency", "lire"): 1,
    ("503-then-ok", "rechercher"): 2,
    ("503-then-ok", "lire"): 2,
    ("accept-then-lose-reply", "rechercher"): 2,
    ("accept-then-lose-reply", "lire"): 2,
}


@both
@pytest.mark.parametrize(("panne", "operation"), DEMANDES)
def test_fault_is_overcome(samu: Sandbox, chaine: Chaine, depot: Depot, mode: str, panne: str, operation: str) -> None:
    trouves = jouer(mode, samu, "rechercher", chaine.identite, ACCORD)
    (document,) = [d for d in trouves.documents if d.unique_id == depot.unique_id]
    args = (document,) if operation == "lire" else ()
    avant = len(samu.journal.entrees)
    samu.pannes.activer(panne, operation=f"dmp.{operation}", secondes=0.1)
    resultat = jouer(mode, samu, operation, *args, chaine.identite, ACCORD)
    assert type(resultat) is (DocumentLu if operation == "lire" else DocumentsTrouves)
    entrees = samu.journal.entrees[avant:]
    assert sum(e.operation == f"dmp.{operation}" for e in entrees) == DEMANDES[panne, operation]
    assert [e.panne for e in entrees].count(panne) == 1, "the fault was played"


@both
def test_a_fault_that_lasts_is_told(samu: Sandbox, chaine: Chaine, depot: Depot, mode: str) -> None:
    samu.pannes.activer("503-then-ok", operation="dmp.lire", fois=VITE.attempts)
    with pytest.raises(TransportError):
        jouer(mode, samu, "lire", depot.unique_id, chaine.identite, ACCORD)


@both
def test_an_altered_entry_is_told(samu: Sandbox, chaine: Chaine, depot: Depot, mode: str) -> None:
    trouves = jouer(mode, samu, "rechercher", chaine.identite, ACCORD)
    (document,) = [d for d in trouves.documents if d.unique_id == depot.unique_id]
    autre = dataclasses.replace(document, hash="0" * 40)
    with pytest.raises(DocumentInvalideError) as caught:
        jouer(mode, samu, "lire", autre, chaine.identite, ACCORD)
    assert [c.champ for c in caught.value.constats] == ["hash"]


def test_the_nurse_with_a_password_sends_nothing(bac: Sandbox, chaine: Chaine) -> None:
    avant = len(bac.journal.entrees)
    with Segur(bac.config) as segur:
        session = segur.au_nom_de(chaine.dossier.acteur, motif=Motif.PRISE_EN_CHARGE)
        assert chaine.dossier.acteur.moyen is MoyenAuthentification.MOT_DE_PASSE
        with pytest.raises(AccesRefuseError):
            session.dmp.rechercher(chaine.identite, ACCORD)
        with pytest.raises(AccesRefuseError):
            session.dmp.lire("1.2.3", chaine.identite, ACCORD)
    assert len(bac.journal.entrees) == avant


@both
def test_a_document_that_is_not_there(samu: Sandbox, chaine: Chaine, depot: Depot, mode: str) -> None:
    with pytest.raises(DocumentInvalideError):
        jouer(mode, samu, "lire", "1.2.250.1.999.404", chaine.identite, ACCORD)
    trouves = jouer(mode, samu, "rechercher", chaine.identite, ACCORD)
    absent = dataclasses.replace(trouves.documents[0], unique_id=f"{depot.unique_id}.404")
    with pytest.raises(ServiceError) as caught:
        jouer(mode, samu, "lire", absent, chaine.identite, ACCORD)
    assert caught.value.code == "XDSDocumentUniqueIdError"
