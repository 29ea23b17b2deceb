"""Traces: nothing is sent without its record, nothing is lost after, and tampering shows."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from segur_socles._core.clock import FrozenClock
from segur_socles._core.flow import Call, Flow
from segur_socles._core.ids import SeededIds
from segur_socles._core.run import AsyncRunner, Runner
from segur_socles.errors import ConfigurationError, TraceError, TransportError
from segur_socles.personnes.matricule import MatriculeIns, OidIns
from segur_socles.personnes.professionnel import Acteur, Motif, Professionnel
from segur_socles.personnes.structure import Structure
from segur_socles.trace.record import Moment, Resultat, TraceSocle
from segur_socles.trace.sinks import JsonLinesSink, MemorySink, verifier_chaine
from segur_socles.trace.traceur import ActeTrace, Bilan, TraceIncompleteWarning, Traceur

ACTEUR = Acteur(
    professionnel=Professionnel.model_validate(
        {"id_nat": "899900000017", "nom": "MARTIN", "prenom": "Claire", "profession": "G15_60"}
    ),
    structure=Structure.model_validate({"nom": "EHPAD", "finess_eg": "990000001", "secteur": "SA17", "cadre": "ESSMS"}),
)
CLE = b"k" * 32


def traceur(sink: Any) -> Traceur:
    clock = FrozenClock(datetime(2026, 1, 15, 9, 30, tzinfo=UTC))
    return Traceur(sink, clock=clock, ids=SeededIds(1), cle=CLE)


def acte() -> ActeTrace[int]:
    return ActeTrace("insi", "insi.recuperer", ACTEUR, Motif.ADMISSION, lambda n: Bilan(code=str(n)), usager_ref="ref")


def flow(result: int | Exception, done: list[str]) -> Flow[int]:
    yield Call(lambda: done.append("envoyé"))
    if isinstance(result, Exception):
        raise result
    return result


def test_two_records_around_a_call() -> None:
    sink, done = MemorySink(), list[str]()
    assert Runner().run(traceur(sink).suivre(flow(7, done), acte()), delai=5) == 7
    avant, apres = sink.records
    assert (avant.moment, avant.resultat, apres.moment, apres.resultat) == (
        Moment.AVANT,
        Resultat.EN_COURS,
        Moment.APRES,
        Resultat.SUCCES,
    )
    assert avant.acte_id == apres.acte_id
    assert (apres.code, apres.structure, apres.motif, apres.usager_ref) == ("7", "1990000001", "admission", "ref")


def test_an_unknown_outcome_is_traced_as_unknown() -> None:
    sink = MemorySink()
    lost = TransportError("perdu", phase="answer", sent=True)
    with pytest.raises(TransportError):
        Runner().run(traceur(sink).suivre(flow(lost, []), acte()), delai=5)
    assert sink.records[-1].resultat is Resultat.ISSUE_INCONNUE


def test_interruption_leaves_no_after_record() -> None:
    sink = MemorySink()

    def interrupted() -> Flow[int]:
        yield Call(_interrupt)
        return 1

    with pytest.raises(KeyboardInterrupt):
        Runner().run(traceur(sink).suivre(interrupted(), acte()), delai=5)
    assert [r.moment for r in sink.records] == [Moment.AVANT]


def _interrupt() -> None:
    raise KeyboardInterrupt


class Broken(MemorySink):
    """Fails while ``broken`` is set."""

    broken = False

    def write(self, record: TraceSocle) -> None:
        if self.broken:
            raise OSError("disque plein")
        super().write(record)


def test_nothing_is_sent_if_the_record_before_cannot_be_written() -> None:
    sink, done = Broken(), list[str]()
    sink.broken = True
    with pytest.raises(TraceError, match="rien n'a été envoyé"):
        Runner().run(traceur(sink).suivre(flow(7, done), acte()), delai=5)
    assert done == []


def test_a_record_after_that_fails_is_kept_and_written_before_the_next_one() -> None:
    sink = Broken()
    tracer = traceur(sink)

    def breaking() -> Flow[int]:
        sink.broken = True
        yield Call(lambda: None)
        return 7

    with pytest.warns(TraceIncompleteWarning):
        assert Runner().run(tracer.suivre(breaking(), acte()), delai=5) == 7
    assert tracer.en_attente == 1
    sink.broken = False
    Runner().run(tracer.suivre(flow(8, []), acte()), delai=5)
    assert tracer.en_attente == 0
    assert [r.sequence for r in sink.records] == [1, 2, 3, 4]
    assert [r.code for r in sink.records if r.moment is Moment.APRES] == ["7", "8"]


def test_the_chain_of_a_file_goes_on_after_a_restart_and_shows_tampering(tmp_path: Path) -> None:
    path = tmp_path / "traces.jsonl"
    for number in (1, 2):
        sink = JsonLinesSink(path)
        Runner().run(traceur(sink).suivre(flow(number, []), acte()), delai=5)
        sink.close()
    assert verifier_chaine(path) == 4
    assert path.stat().st_mode & 0o077 == 0
    lines = path.read_text().splitlines()
    for tampered in (
        [*lines[:1], *lines[2:]],
        [lines[0], lines[1].replace('"code":"1"', '"code":"9"'), *lines[2:]],
        [lines[1], lines[0], *lines[2:]],
    ):
        path.write_text("\n".join(tampered) + "\n")
        with pytest.raises(ConfigurationError, match="rompue"):
            verifier_chaine(path)


def test_unwritable_file_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="journal des traces"):
        JsonLinesSink(tmp_path / "absent" / "traces.jsonl")


def test_references_are_keyed() -> None:
    matricule = MatriculeIns.lire("236066322083656", OidIns.NIR)
    one, two = traceur(MemorySink()), Traceur(MemorySink(), clock=FrozenClock(datetime.now(UTC)), ids=SeededIds(1))
    assert one.reference(matricule) == traceur(MemorySink()).reference(matricule)
    assert one.reference(matricule) != two.reference(matricule)
    assert "2360663" not in one.reference(matricule)


def test_records_are_plain_json() -> None:
    sink = MemorySink()
    Runner().run(traceur(sink).suivre(flow(7, []), acte()), delai=5)
    assert json.loads(sink.records[0].en_json())["operation"] == "insi.recuperer"


class Ailleurs(MemorySink):
    """Says in which thread it writes."""

    blocking = True

    def __init__(self) -> None:
        super().__init__()
        self.threads: set[int] = set()

    def write(self, record: TraceSocle) -> None:
        self.threads.add(threading.get_ident())
        super().write(record)


class SurPlace(Ailleurs):
    blocking = False


class Muet:
    """The three members that a sink must have, and no other."""

    def __init__(self) -> None:
        self.recu = Ailleurs()
        self.verrou = self.recu.verrou
        self.write = self.recu.write
        self.dernier = self.recu.dernier


@pytest.mark.parametrize(("kind", "here"), [(Ailleurs, False), (SurPlace, True), (Muet, False)])
async def test_a_sink_that_may_wait_does_not_hold_the_event_loop(kind: type[Any], here: bool) -> None:
    sink = kind()
    runner = AsyncRunner()
    assert await runner.run(traceur(sink).suivre(flow(7, []), acte()), delai=5) == 7
    await runner.aclose()
    threads = (sink.recu if isinstance(sink, Muet) else sink).threads
    assert threads
    assert (threading.get_ident() in threads) is here
