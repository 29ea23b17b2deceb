"""The benchmark runner compares the right way round, and says when a target is missed."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from judges import PROJECT


@pytest.fixture
def runner(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("benchmark_runner", PROJECT / "benchmarks" / "run.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "benchmark_runner", module)
    monkeypatch.setattr("sys.path", [*sys.path])
    spec.loader.exec_module(module)
    # Time passes when a benchmark says so: a loaded machine changes no verdict.
    horloge = SimpleNamespace(ns=0)
    horloge.passer = lambda ns: setattr(horloge, "ns", horloge.ns + ns)
    monkeypatch.setitem(sys.modules, "benchmark_clock", horloge)
    monkeypatch.setitem(module.CLOCKS, "wall", lambda: horloge.ns)
    return module


BENCH = """
from benchmark_clock import passer
ID, TITLE, TARGET, STRETCH, CLOCK = "T{number}", "passes", {target}, {stretch}, "wall"
HIGHER_IS_BETTER = {higher}
LIMITS = {limits}
def measure():
    return lambda: passer(4_000_000), lambda: passer(2_000_000)
def extra():
    return {{"memory": 0.05}}
"""


def bench(folder: Path, number: int, target: float, stretch: float | None = None, **more: object) -> None:
    more = {"higher": False, "limits": {}, **more}
    (folder / f"bench_t{number}.py").write_text(
        BENCH.format(number=number, target=target, stretch=stretch, **more), encoding="utf-8"
    )


def verdicts(runner: ModuleType, folder: Path) -> list[tuple[str, str]]:
    results = [runner.run(module, 5) for module in runner.load(folder)]
    return [(result.id, result.verdict) for result in results]


def test_a_cost_must_stay_under_its_target(runner: ModuleType, tmp_path: Path) -> None:
    bench(tmp_path, 1, target=3)
    bench(tmp_path, 2, target=1.2)
    bench(tmp_path, 10, target=5, stretch=3)
    assert verdicts(runner, tmp_path) == [("T1", "atteint"), ("T2", "manqué"), ("T10", "au-delà")]


def test_a_rate_must_reach_its_target(runner: ModuleType, tmp_path: Path) -> None:
    bench(tmp_path, 1, target=0.3, higher=True)
    bench(tmp_path, 2, target=0.9, higher=True)
    assert verdicts(runner, tmp_path) == [("T1", "atteint"), ("T2", "manqué")]


def test_an_extra_figure_over_its_limit_is_a_miss(runner: ModuleType, tmp_path: Path) -> None:
    bench(tmp_path, 1, target=3, limits={"memory": 0.1})
    bench(tmp_path, 2, target=3, limits={"memory": 0.01})
    assert verdicts(runner, tmp_path) == [("T1", "atteint"), ("T2", "manqué")]


def test_a_missed_target_says_where_the_time_goes(runner: ModuleType, tmp_path: Path) -> None:
    for number, target in ((1, 3), (2, 1)):
        bench(tmp_path, number, target=target)
        path = tmp_path / f"bench_t{number}.py"
        path.write_text(f'{path.read_text(encoding="utf-8")}NOTE = "tout en attente"\n', encoding="utf-8")
    atteint, manque = (runner.line(runner.run(module, 5)) for module in runner.load(tmp_path))
    assert "tout en attente" not in atteint
    assert manque.endswith("\n     tout en attente")


@pytest.mark.long
def test_the_command_prints_a_table_and_writes_json(
    runner: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bench(tmp_path, 1, target=3)
    bench(tmp_path, 2, target=1)
    monkeypatch.setattr(runner, "__file__", str(tmp_path / "run.py"))
    output = tmp_path / "bench.json"
    assert runner.main(["--rounds", "5", "--only", "t1", "--output", str(output)]) == 0
    assert "T1   passes" in capsys.readouterr().out
    assert [r["id"] for r in json.loads(output.read_text(encoding="utf-8"))["results"]] == ["T1"]
    assert runner.main(["--rounds", "5", "--output", str(output)]) == 0
    assert runner.main(["--rounds", "5", "--strict", "--output", str(output)]) == 1
