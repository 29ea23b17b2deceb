"""Measure every ``bench_t*.py`` beside this file against its target, and write the figures as JSON.

A benchmark module is a ratio:

- ``ID`` (``"T1"``), ``TITLE``, ``TARGET`` and ``STRETCH`` (``None`` when there is none);
- ``measure()`` prepares what is needed and returns two functions without argument: numerator, denominator;
- ``CLOCK``: ``"cpu"`` (default: processor time of the process) or ``"wall"``;
- ``HIGHER_IS_BETTER`` (default ``False``): the ratio is a throughput, and must reach the target;
- ``ROUNDS``: rounds of one measure at most, for what takes a second and more;
- ``extra()``: further figures, name → value, printed and recorded without a verdict;
- ``LIMITS``: name of an extra figure → value it must not exceed;
- ``NOTE``: where the time goes, in French: printed under a missed target, and recorded.

The two sides are timed in turn, round after round, with the garbage collector off, so that what slows the machine
slows both. The figure of a run is the ratio of the medians, and the figure reported the worst of three runs.
"""

from __future__ import annotations

import argparse
import gc
import importlib.util
import json
import os
import platform
import re
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from types import ModuleType
from typing import Any, Final

RUNS: Final = 3
ROUNDS: Final = 200
CLOCKS: Final[dict[str, Callable[[], int]]] = {"cpu": time.process_time_ns, "wall": time.perf_counter_ns}


@dataclass(frozen=True)
class Result:
    """The outcome of one benchmark; ``figure`` is the ratio, ``microseconds`` the median of each side."""

    id: str
    title: str
    figure: float
    target: float
    stretch: float | None
    higher_is_better: bool
    microseconds: tuple[float, float]
    extra: dict[str, float] = field(default_factory=dict)
    limits: dict[str, float] = field(default_factory=dict)
    note: str = ""

    @property
    def verdict(self) -> str:
        """Say whether the target, or better the stretch, is met."""
        if not self._meets(self.target) or any(self.extra[name] > limit for name, limit in self.limits.items()):
            return "manqué"
        return "au-delà" if self.stretch is not None and self._meets(self.stretch) else "atteint"

    def _meets(self, bound: float) -> bool:
        return self.figure >= bound if self.higher_is_better else self.figure <= bound


def timed(function: Callable[[], object], clock: Callable[[], int]) -> int:
    """Return the nanoseconds one call takes."""
    start = clock()
    function()
    return clock() - start


def medians(
    numerator: Callable[[], object], denominator: Callable[[], object], clock: Callable[[], int], rounds: int
) -> tuple[float, float]:
    """Time both sides in turn and return their medians in nanoseconds."""
    above: list[int] = []
    below: list[int] = []
    gc.collect()
    gc.disable()
    try:
        for _ in range(rounds):
            above.append(timed(numerator, clock))
            below.append(timed(denominator, clock))
    finally:
        gc.enable()
    return median(above), median(below)


def run(module: ModuleType, rounds: int) -> Result:
    """Measure one benchmark module."""
    clock = CLOCKS[getattr(module, "CLOCK", "cpu")]
    higher = bool(getattr(module, "HIGHER_IS_BETTER", False))
    numerator, denominator = module.measure()
    rounds = min(rounds, getattr(module, "ROUNDS", rounds))
    for _ in range(max(1, rounds // 20)):  # warms caches, lazy imports and connections
        numerator()
        denominator()
    pairs = [medians(numerator, denominator, clock, rounds) for _ in range(RUNS)]

    def figure(pair: tuple[float, float]) -> float:
        # "Higher is better" speaks of rates: a rate is the inverse of a time.
        return pair[1] / pair[0] if higher else pair[0] / pair[1]

    worst = (min if higher else max)(pairs, key=figure)
    return Result(
        id=module.ID,
        title=module.TITLE,
        figure=round(figure(worst), 3),
        target=module.TARGET,
        stretch=module.STRETCH,
        higher_is_better=higher,
        microseconds=(round(worst[0] / 1000, 1), round(worst[1] / 1000, 1)),
        extra={name: round(value, 4) for name, value in module.extra().items()} if hasattr(module, "extra") else {},
        limits=dict(getattr(module, "LIMITS", {})),
        note=getattr(module, "NOTE", ""),
    )


def load(folder: Path) -> list[ModuleType]:
    """Load the benchmark modules, in the order of their numbers."""
    sys.path.insert(0, str(folder))
    modules: list[ModuleType] = []
    for path in sorted(folder.glob("bench_t*.py"), key=lambda p: (int(re.findall(r"\d+", p.stem)[0]), p.stem)):
        spec = importlib.util.spec_from_file_location(path.stem, path)
        if spec is None or spec.loader is None:
            raise ImportError(path.name)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        modules.append(module)
    return modules


def machine() -> dict[str, Any]:
    """Describe where the figures come from."""
    processor = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists() and (model := re.search(r"model name\s*:\s*(.+)", cpuinfo.read_text(encoding="utf-8"))):
        processor = model[1]
    load_average = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    return {
        "processor": processor,
        "cores": os.cpu_count(),
        "load": load_average,
        "python": platform.python_version(),
        "system": platform.platform(terse=True),
    }


def line(result: Result) -> str:
    """Write one result as a line of the table."""
    sign = "≥" if result.higher_is_better else "≤"
    bound = f"{sign} {result.target:g}" + (f" ({result.stretch:g})" if result.stretch is not None else "")
    extra = "".join(
        f"  {name} {value:g}{f' (≤ {result.limits[name]:g})' if name in result.limits else ''}"
        for name, value in result.extra.items()
    )
    note = f"\n     {result.note}" if result.note and result.verdict == "manqué" else ""
    above, below = result.microseconds
    return (
        f"{result.id:<4} {result.title:<62} {result.figure:>7.3f}  {bound:<13}"
        f"{result.verdict:<8} {above:>10.1f} / {below:.1f} µs{extra}{note}"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmarks; the status is 1 when a target is missed."""
    parser = argparse.ArgumentParser(description="Mesure les rapports de performance et les compare aux cibles.")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"tours par mesure ({ROUNDS} par défaut)")
    parser.add_argument("--only", default="", help="identifiants séparés par des virgules : T1,T4")
    parser.add_argument("--output", type=Path, default=Path("bench.json"), help="fichier JSON produit")
    parser.add_argument("--strict", action="store_true", help="échoue si une cible est manquée")
    options = parser.parse_args(arguments)
    wanted = {name.strip().upper() for name in options.only.split(",") if name.strip()}

    here = machine()
    print(f"{here['processor']}, {here['cores']} cœurs, Python {here['python']}, charge {here['load']}")
    print(f"Médianes de {options.rounds} tours alternés, le pire de {RUNS} passages, ramasse-miettes arrêté.\n")
    results: list[Result] = []
    for module in load(Path(__file__).parent):
        if not wanted or module.ID.upper() in wanted:
            results.append(run(module, options.rounds))
            print(line(results[-1]), flush=True)
    figures = [{**asdict(result), "verdict": result.verdict} for result in results]
    options.output.write_text(
        json.dumps({"machine": here, "rounds": options.rounds, "results": figures}, ensure_ascii=False, indent=2)
        + "\n",
        encoding="utf-8",
    )
    print(f"\nChiffres écrits dans {options.output}")
    # A noisy machine misses targets too: only who asks for it gets a failure.
    return int(options.strict and any(result.verdict == "manqué" for result in results))


if __name__ == "__main__":
    sys.exit(main())
