"""Compare temstack's drift estimates with its peers' and with what is possible, on the same series in one run.

    python benchmarks/align.py            # the table: up to ten minutes on two cores
    python benchmarks/align.py --quick    # a few small series, accuracy only
    python benchmarks/align.py --full     # temstack alone over more than 200 series never seen before
    python benchmarks/align.py --large    # 500 planes of 2048² on disk: time and memory
    python benchmarks/align.py --real STACK…   # real stacks: odd planes against even ones

docs/how-to/benchmarks.md says how to read what is printed.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import secrets
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import Progress

import temstack
from drift_bench import figure, large, real, tables
from drift_bench.measure import Outcome, Worker, cold_start_s
from drift_bench.methods import FLOOR, METHODS, Method
from drift_bench.scores import Score, score
from drift_bench.series import DOSES, KINDS, WARM_UP, Case, Series, make_series

OUTPUT = Path(__file__).resolve().parents[1] / "benchmark-output"
LARGE = Case("eftem", 200.0, 20, 1024, 3)
FULL_SIZES = (256, 512, 1024)
FULL_SEEDS = 4


def main() -> None:
    """Run the benchmark as asked on the command line."""
    asked = _arguments()
    if asked.large:
        _large(Console(), asked.planes)
        return
    if asked.real:
        _real(Console(width=None if sys.stdout.isatty() else 160), asked)
        return
    methods = _chosen(asked.methods, full=asked.full)
    first_seed = secrets.randbelow(10**6) if asked.seed is None and asked.full else asked.seed or 0
    cases, large = _cases(asked, first_seed)
    console = Console(width=None if sys.stdout.isatty() else 220)
    console.print(f"temstack {temstack.__version__}, {_machine()}; seeds from {first_seed}")
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), methods, asked.limit)
        bench.run(cases, console)
        cold_s = [] if asked.quick else [cold_start_s(bench.warm_up, compiled=c) for c in (True, False)]
    _report(console, bench, large, full=asked.full, markdown=asked.markdown)
    if cold_s:
        console.print(
            f"temstack in a new process, a small series: {cold_s[0]:.1f} s by the clock; "
            f"the very first time, when it compiles: {cold_s[1]:.1f} s"
        )
    _save(bench, cold_s, first_seed, "full" if asked.full else "quick" if asked.quick else "default")
    if asked.figure is not None:
        figure.draw([s for s in bench.scores if s.case != large], asked.figure)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--quick", action="store_true", help="a few small series, accuracy only")
    form.add_argument("--full", action="store_true", help="temstack alone on many series with fresh seeds")
    form.add_argument("--large", action="store_true", help="a stack on disk that is larger than memory needs to be")
    form.add_argument("--real", type=Path, nargs="+", metavar="STACK", help="real stacks, by Fourier ring correlation")
    parser.add_argument("--planes", type=int, default=500, help="of --large: number of planes of 2048², 8.4 MB each")
    parser.add_argument("--figure", type=Path, help="draw error against dose into this file")
    parser.add_argument("--methods", nargs="+", help="only methods whose names contain one of these words")
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS))
    parser.add_argument("--sizes", nargs="+", type=int, default=list(FULL_SIZES), help="of --full, px")
    parser.add_argument("--seeds", type=int, default=FULL_SEEDS, help="of --full: series per kind, dose and size")
    parser.add_argument("--seed", type=int, help="the first seed (of --full: a fresh one if not given)")
    parser.add_argument("--limit", type=float, default=600.0, help="most seconds per series and method")
    parser.add_argument("--markdown", action="store_true", help="print tables as Markdown")
    return parser.parse_args()


def _large(console: Console, n_planes: int) -> None:
    """Print what it costs to align and add a stack on disk."""
    console.print(f"temstack {temstack.__version__}, {_machine()}; {n_planes} planes of 2048² uint16 on disk")
    with tempfile.TemporaryDirectory() as folder:
        rows = large.measured_apart(Path(folder), n_planes)
    console.print(tables.costs(rows))


def _real(console: Console, asked: argparse.Namespace) -> None:
    """Print how well the halves of every real stack agree after each method aligned it."""
    console.print(f"temstack {temstack.__version__}, {_machine()}")
    console.print(real.table(real.measured(asked.real, _chosen(asked.methods, full=False), asked.limit)))


def _chosen(words: Sequence[str] | None, *, full: bool) -> list[Method]:
    if words is None:
        words = ["temstack graph"] if full else [""]
    return [method for name, method in METHODS.items() if any(word.lower() in name.lower() for word in words)]


def _cases(asked: argparse.Namespace, first_seed: int) -> tuple[list[Case], Case | None]:
    """Return the series to make, and which of them shows the cost of a large one."""
    if asked.quick:
        return [Case(kind, DOSES[kind][1], 12, 128, first_seed + n) for n, kind in enumerate(asked.kinds)], None
    if asked.full:
        cells = product(asked.sizes, asked.kinds, range(3), range(asked.seeds))
        return [Case(k, DOSES[k][d], 20, size, first_seed + n) for n, (size, k, d, _) in enumerate(cells)], None
    cells = [(kind, dose) for kind in asked.kinds for dose in DOSES[kind]]
    return [*(Case(k, d, 20, 256, first_seed + n // 3 + n) for n, (k, d) in enumerate(cells)), LARGE], LARGE


class Bench:
    """Series, workers and scores of one run.

    Parameters
    ----------
    folder : Path
        For series while they are needed.
    methods : list of Method
    limit_s : float, s
        Most time for one method on one series.
    """

    def __init__(self, folder: Path, methods: Sequence[Method], limit_s: float) -> None:
        self._folder, self._methods, self._limit_s = folder, methods, limit_s
        self.scores: list[Score] = []
        self.floor_cpu_s: dict[Case, float] = {}
        self.warm_up = self._stored(WARM_UP)[0]

    def run(self, cases: Sequence[Case], console: Console) -> None:
        """Give every series to every method."""
        workers = [Worker(method, self.warm_up, self._limit_s) for method in self._methods]
        floor = Worker(FLOOR, self.warm_up, self._limit_s)
        try:
            with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
                task = progress.add_task("", total=len(cases) * (len(workers) + 1))
                for step in self._steps(cases, workers, floor):
                    progress.update(task, advance=1, description=step)
        finally:
            for worker in (*workers, floor):
                worker.close()

    def _steps(self, cases: Sequence[Case], workers: Sequence[Worker], floor: Worker) -> Iterator[str]:
        for case in cases:
            path, series = self._stored(case)
            floors = [floor.run(path).cpu_s]
            yield f"{case.name}: made"
            for method, outcome in self._outcomes(workers, path):
                self.scores.append(score(method.name, case, series, outcome))
                yield f"{case.name}: {method.name}"
                if method.ours:
                    floors.append(floor.run(path).cpu_s)
            self.floor_cpu_s[case] = statistics.median(floors)
            path.unlink()

    def _outcomes(self, workers: Sequence[Worker], path: Path) -> Iterator[tuple[Method, Outcome]]:
        """Run what is ours alone, and peers two at a time: most use one processor, and processor time is counted."""
        both = list(zip(self._methods, workers, strict=True))
        for method, worker in both:
            if method.ours:
                yield method, worker.run(path)
        peers = [(method, worker) for method, worker in both if not method.ours]
        with ThreadPoolExecutor(2) as executor:
            outcomes = executor.map(lambda worker: worker.run(path), [worker for _, worker in peers])
            yield from zip([method for method, _ in peers], outcomes, strict=True)

    def _stored(self, case: Case) -> tuple[Path, Series]:
        series = make_series(case)
        path = self._folder / f"{case.kind}-{case.electrons_per_px:g}-{case.size}-{case.seed}.npy"
        np.save(path, series.counts)
        return path, series


def _report(console: Console, bench: Bench, large: Case | None, *, full: bool, markdown: bool) -> None:
    shown: dict[str, list[tables.Column]] = {}
    if not full:
        small = next(s.case for s in bench.scores)
        title = f"rms error in px on {small.n_planes}×{small.size}² planes" + (
            f"; cost of {large.name}" if large else ""
        )
        columns = tables.comparison(bench.scores, bench.floor_cpu_s, large=large)
        kinds = len({s.case.kind for s in bench.scores})
        # A page is not wide enough for all columns.
        parts = [columns[: kinds + 1], [columns[0], *columns[kinds + 1 :]]] if markdown else [columns]
        shown |= {title + " " * number: part for number, part in enumerate(parts)}
    graph = [s for s in bench.scores if s.method == "temstack graph"]
    if graph:
        shown[f"temstack graph on {len(graph)} series"] = tables.standing(graph, bench.floor_cpu_s)
    for title, columns in shown.items():
        console.print(tables.as_table(columns, title, markdown=markdown))
    for line in tables.failures(bench.scores if full else graph):
        console.print(line, highlight=False, markup=False)


def _machine() -> str:
    name = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        models = [line.split(":")[1].strip() for line in cpuinfo.read_text().splitlines() if line[:10] == "model name"]
        name = models[0] if models else name
    return f"{name}, {os.cpu_count()} cores, {datetime.date.today().isoformat()}"


def _save(bench: Bench, cold_s: Sequence[float], first_seed: int, form: str) -> None:
    OUTPUT.mkdir(exist_ok=True)
    content = {
        "machine": _machine(),
        "temstack": temstack.__version__,
        "first_seed": first_seed,
        "cold_start_s": list(cold_s),
        "floor_cpu_s": {case.name: value for case, value in bench.floor_cpu_s.items()},
        "scores": [s.as_dict() for s in bench.scores],
    }
    (OUTPUT / f"align-{form}.json").write_text(json.dumps(content, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
