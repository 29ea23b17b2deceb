"""The journal on disk: a failed write leaves no mark, a bad end is refused, and the chain belongs to the sink."""

from __future__ import annotations

import hashlib
import json
import logging
import resource
import threading
import time
import warnings
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from segur_socles._core.clock import FrozenClock
from segur_socles._core.flow import Call, Flow
from segur_socles._core.ids import SeededIds
from segur_socles._core.run import Runner
from segur_socles.errors import ConfigurationError, TraceError
from segur_socles.personnes.professionnel import Acteur, Motif, Professionnel
from segur_socles.personnes.structure import Structure
from segur_socles.trace.record import Maillon, TraceSocle
from segur_socles.trace.sinks import JsonLinesSink, MemorySink, NullSink, TraceSink, verifier_chaine
from segur_socles.trace.traceur import ActeTrace, Bilan, TraceIncompleteWarning, Traceur

ACTEUR = Acteur(
    professionnel=Professionnel.model_validate(
        {"id_nat": "899900000017", "nom": "MARTIN", "prenom": "Claire", "profession": "G15_60"}
    ),
    structure=Structure.model_validate({"nom": "EHPAD", "finess_eg": "990000001", "secteur": "SA17", "cadre": "ESSMS"}),
)
ACTE: ActeTrace[int] = ActeTrace("dmp", "dmp.alimenter", ACTEUR, Motif.ADMISSION, lambda n: Bilan(code=str(n)))


def traceur(sink: TraceSink) -> Traceur:
    clock = FrozenClock(datetime(2026, 1, 15, 9, 30, tzinfo=UTC))
    return Traceur(sink, clock=clock, ids=SeededIds(1), cle=b"k" * 32)


def appeler(tracer: Traceur, done: list[str] | None = None) -> int:
    sent = [] if done is None else done

    def flow() -> Flow[int]:
        yield Call(lambda: sent.append("envoyé"))
        return 7

    return Runner().run(tracer.suivre(flow(), ACTE), delai=5)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "traces.jsonl"


@pytest.fixture
def sink(path: Path) -> Iterator[JsonLinesSink]:
    sink = JsonLinesSink(path)
    yield sink
    sink.close()


@contextmanager
def disque_plein_a(size: int) -> Generator[None]:
    """Let no file of the process grow over ``size``: the kernel cuts the write, or refuses it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("room", [0, 40])
def test_a_failed_write_leaves_the_file_as_it_was(path: Path, sink: JsonLinesSink, room: int) -> None:
    tracer, done = traceur(sink), list[str]()
    appeler(tracer)
    before = path.read_bytes()
    with disque_plein_a(len(before) + room), pytest.raises(TraceError, match="rien n'a été envoyé"):
        appeler(tracer, done)
    assert (path.read_bytes(), done) == (before, [])
    appeler(tracer)
    sink.close()
    assert [json.loads(line)["sequence"] for line in path.read_text().splitlines()] == [1, 2, 3, 4]
    assert verifier_chaine(path) == 4


@pytest.mark.parametrize(
    "tail",
    [
        pytest.param(lambda last: last[: len(last) // 2], id="cut"),
        pytest.param(lambda last: last.rstrip(), id="no line break"),
        pytest.param(lambda last: last + b"\n", id="blank line"),
        pytest.param(lambda last: last.replace(b'"code":"7"', b'"code":"8"'), id="altered"),
        pytest.param(lambda last: last.replace(b'"code":"7"', b'"code":"8","code":"7"'), id="key twice"),
        pytest.param(lambda _: b"\xff\xfe{}\n", id="not text"),
        pytest.param(lambda _: b"{}\n", id="not a record"),
    ],
)
def test_a_bad_end_is_refused_and_left_as_it_is(
    path: Path, sink: JsonLinesSink, tail: Callable[[bytes], bytes]
) -> None:
    appeler(traceur(sink))
    sink.close()
    first, last = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(first + tail(last))
    damaged = path.read_bytes()
    with pytest.raises(ConfigurationError, match="dernière ligne") as refusal:
        JsonLinesSink(path)
    assert refusal.value.champ == "trace"
    assert path.read_bytes() == damaged
    with pytest.raises(ConfigurationError, match=r"rompue à la ligne [23]\."):
        verifier_chaine(path)


def sceller(champs: str) -> bytes:
    """Seal a line by hand: the SHA-256 of the object without its last key."""
    return f'{champs[:-1]},"empreinte":"{hashlib.sha256(champs.encode()).hexdigest()}"}}\n'.encode()


def test_the_record_of_another_version_is_continued(path: Path) -> None:
    line = sceller('{"sequence":41,"champ_futur":"é","precedent":""}')
    path.write_bytes(line)
    sink = JsonLinesSink(path)
    appeler(traceur(sink))
    sink.close()
    assert [json.loads(line)["sequence"] for line in path.read_text(encoding="utf-8").splitlines()] == [41, 42, 43]
    assert verifier_chaine(path) == 3


@pytest.mark.parametrize("champs", ['{"sequence":1}', "{{}"])
def test_a_sealed_line_that_is_no_record_is_refused(champs: str) -> None:
    assert Maillon.lire(sceller(champs)) is None


def test_two_tracers_share_the_chain_of_one_sink(path: Path, sink: JsonLinesSink) -> None:
    one, two = traceur(sink), traceur(sink)
    for tracer in (one, two, one):
        appeler(tracer)
    sink.close()
    assert verifier_chaine(path) == 6


class Lente(MemorySink):
    """Leaves other threads the time to come between the reading of the chain and the writing."""

    def dernier(self) -> tuple[int, str]:
        last = super().dernier()
        time.sleep(0.002)
        return last


def test_threads_with_their_own_tracers_do_not_break_the_chain() -> None:
    sink = Lente()
    threads = [threading.Thread(target=appeler, args=(traceur(sink),)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [record.sequence for record in sink.records] == list(range(1, 13))
    precedent = ""
    for record in sink.records:
        assert (record.precedent, record.calculer_empreinte()) == (precedent, record.empreinte)
        precedent = record.empreinte


def test_a_second_writer_on_the_file_is_refused(path: Path, sink: JsonLinesSink) -> None:
    other = JsonLinesSink(path)
    appeler(traceur(sink))
    done = list[str]()
    with pytest.raises(TraceError, match="autre programme") as refusal:
        appeler(traceur(other), done)
    other.close()
    assert done == []
    assert refusal.value.remede is not None
    assert "processus" in refusal.value.remede
    assert verifier_chaine(path) == 2


class PleineApres(MemorySink):
    """Takes the record "avant", refuses the one that follows."""

    def write(self, record: TraceSocle) -> None:
        if self.records:
            raise OSError("disque plein pour CATARINA")
        super().write(record)


def test_the_result_comes_back_even_where_warnings_are_errors(caplog: pytest.LogCaptureFixture) -> None:
    tracer = traceur(PleineApres())
    with warnings.catch_warnings(), caplog.at_level(logging.WARNING, "segur_socles.trace"):
        warnings.simplefilter("error", TraceIncompleteWarning)
        assert appeler(tracer) == 7
    assert tracer.en_attente == 1
    assert caplog.messages == ["dmp.alimenter : la trace « apres » est en attente (OSError)"]


@pytest.mark.parametrize("cle", [b"", b"1", b"k" * 31])
def test_a_short_key_is_refused(cle: bytes) -> None:
    with pytest.raises(ConfigurationError, match="32 octets") as refusal:
        Traceur(NullSink(), clock=FrozenClock(datetime.now(UTC)), ids=SeededIds(1), cle=cle)
    assert refusal.value.champ == "cle_traces"
