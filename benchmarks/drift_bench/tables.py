"""What is printed: one table that compares methods, one that shows where this project stands against the limit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
from rich import box
from rich.table import Table

from drift_bench.scores import GROSS_PX, Score
from drift_bench.series import Case

Column = tuple[str, list[str]]


def comparison(scores: Sequence[Score], floor_cpu_s: dict[Case, float], *, large: Case | None) -> list[Column]:
    """Return one row per method: errors per kind and dose, ratio to the limit, and what a large series costs.

    The last row is the limit: the bound of the error, and the processor time of the floor.
    """
    small = [s for s in scores if s.case != large]
    methods = list(dict.fromkeys(s.method for s in scores))
    ours = next((method for method in methods if method.startswith("temstack")), "")
    columns = [("method", [*methods, "limit of error; floor of CPU time"])]
    columns += _error_columns(small, methods)
    columns += _summary_columns(small, methods, ours, floor_cpu_s)
    if large is not None:
        columns += _large_columns([s for s in scores if s.case == large], methods, ours, floor_cpu_s[large])
    return columns


def as_table(columns: Sequence[Column], title: str, *, markdown: bool = False) -> Table:
    """Return columns as a table for the terminal, or for a page."""
    table = Table(box=box.MARKDOWN if markdown else box.SIMPLE_HEAD, title=None if markdown else title)
    for number, (heading, _) in enumerate(columns):
        heading = heading.replace("\n", " ") if markdown else heading
        table.add_column(heading, justify="right" if number else "left", no_wrap=markdown or not number)
    for row in zip(*(cells for _, cells in columns), strict=True):
        table.add_row(*row, style="bold" if not markdown and row[0] == "temstack graph" else None)
    return table


def standing(scores: Sequence[Score], floor_cpu_s: dict[Case, float]) -> list[Column]:
    """Return how one method does over many series, by kind and dose, by kind, by size, and over all."""
    headings = ["series", "n", "error px\nmedian", "× limit\nmedian", "× limit\nworst"]
    headings += ["× attainable\nmedian", "× attainable\nworst", f"> {GROSS_PX:g} px", "of them\nsaid so"]
    headings += ["warned\nat all", "within\nσ", "CPU × floor\nmedian"]
    rows = []
    for name_of in (
        lambda s: f"{s.case.kind}, {s.case.electrons_per_px:g} e⁻/px",
        lambda s: f"{s.case.kind}, all doses",
        lambda s: f"{s.case.n_planes}×{s.case.size}²",
        lambda _: "all",
    ):
        rows += [[name, *_standing_cells(own, floor_cpu_s)] for name, own in _grouped(scores, name_of).items()]
    return [(heading, list(cells)) for heading, cells in zip(headings, zip(*rows, strict=True), strict=True)]


def costs(rows: Sequence[tuple[str, float, float, float]]) -> Table:
    """Return steps with their processor time, time by the clock, and memory; and times in those of the first."""
    table = Table(box=box.SIMPLE_HEAD)
    for heading in ("step", "CPU s", "× the first", "s by the clock", "extra MB"):
        table.add_column(heading, justify="left" if heading == "step" else "right")
    for name, cpu, wall, extra in rows:
        table.add_row(name, f"{cpu:.1f}", f"{cpu / rows[0][1]:.2f}", f"{wall:.1f}", f"{extra:.0f}")
    return table


def coverage(scores: Iterable[Score]) -> float:
    """Return the share of errors along y or x that are below one standard deviation; 0.68 is right."""
    scores = list(scores)
    n = sum(s.n_sigma for s in scores)
    return sum(s.within_sigma for s in scores) / n if n else float("nan")


def failures(scores: Iterable[Score]) -> list[str]:
    """Return a line for each series that went wrong, with what is needed to make it again."""
    lines = []
    for s in scores:
        if not (s.is_gross or s.unlinked):
            continue
        line = f"{s.method}: {s.case.name}: "
        if not np.isnan(s.ratio):
            line += s.problem or f"error {s.error_px:.2f} px, {s.ratio:.0f} × the limit; "
        if s.unlinked:
            line += f"says that {s.unlinked} planes do not hang together with the others"
        lines.append("; warns: ".join([line.removesuffix("; "), *s.warnings]))
    return lines


def _standing_cells(members: Sequence[Score], floor_cpu_s: dict[Case, float]) -> list[str]:
    costs = [s.cpu_s / floor_cpu_s[s.case] for s in members if s.case in floor_cpu_s]
    return [
        str(len(members)),
        _median(s.error_px for s in members),
        _median(s.ratio for s in members),
        _worst(s.ratio for s in members),
        _median(s.attained for s in members),
        _worst(s.attained for s in members),
        str(sum(s.is_gross for s in members)),
        str(sum(s.is_gross and s.said_so for s in members)),
        str(sum(s.said_so for s in members)),
        f"{100 * coverage(members):.0f} %" if any(s.n_sigma for s in members) else "–",
        _median(costs),
    ]


def _grouped(scores: Iterable[Score], name_of: Callable[[Score], str]) -> dict[str, list[Score]]:
    groups: dict[str, list[Score]] = {}
    for s in scores:
        groups.setdefault(name_of(s), []).append(s)
    return groups


def _error_columns(small: Sequence[Score], methods: Sequence[str]) -> list[Column]:
    columns = []
    for kind, own in _grouped(small, lambda s: s.case.kind).items():
        doses = " ".join(f"{dose:g}" for dose in dict.fromkeys(s.case.electrons_per_px for s in own))
        cells = [_joined([s for s in own if s.method == method]) for method in methods]
        limits = {s.case: s.bound_px for s in own}
        columns.append((f"{kind}\n{doses} e⁻", [*cells, " ".join(map(_number, limits.values()))]))
    return columns


def _summary_columns(
    small: Sequence[Score], methods: Sequence[str], ours: str, floor_cpu_s: dict[Case, float]
) -> list[Column]:
    own = {method: [s for s in small if s.method == method] for method in methods}
    cases = {s.case for s in small}
    floor_s = sum(floor_cpu_s[case] for case in cases)
    costs = [_number(_cost_ratio(own[method], own[ours])) for method in methods] if ours else ["–"] * len(methods)
    return [
        ("× limit\nmedian", [*(_median(s.ratio for s in own[m]) for m in methods), "1"]),
        ("× limit\nworst", [*(_worst(s.ratio for s in own[m]) for m in methods), "1"]),
        (f"> {GROSS_PX:g} px\nof {len(cases)}", [*(str(sum(s.is_gross for s in own[m])) for m in methods), "0"]),
        ("CPU\n× ours", [*costs, _number(floor_s / sum(s.cpu_s for s in own[ours])) if ours else "–"]),
    ]


def _cost_ratio(own: Sequence[Score], ours: Sequence[Score]) -> float:
    """Return the processor time in units of ours, over the series that the method finished."""
    finished = {s.case: s.cpu_s for s in own if not s.problem}
    reference = sum(s.cpu_s for s in ours if s.case in finished)
    return sum(finished.values()) / reference if reference else float("nan")


def _large_columns(scores: Sequence[Score], methods: Sequence[str], ours: str, floor_s: float) -> list[Column]:
    case = scores[0].case
    by_method = {s.method: s for s in scores}
    ours_s = by_method[ours].cpu_s if ours else float("nan")
    headings = ("error px", "× limit", "CPU s", "× ours", "× floor", "MB")
    rows = []
    for s in (by_method[method] for method in methods):
        numbers = (s.error_px, s.ratio, s.cpu_s, s.cpu_s / ours_s, s.cpu_s / floor_s)
        memory = "–" if s.problem else f"{s.extra_mb:.0f}"
        rows.append([_why(s) if s.problem else _number(numbers[0]), *map(_number, numbers[1:]), memory])
    rows.append([*map(_number, (scores[0].bound_px, 1, floor_s, floor_s / ours_s, 1)), "–"])
    names = [f"{case.n_planes}×{case.size}²\n{heading}" for heading in headings]
    return [(name, list(cells)) for name, cells in zip(names, zip(*rows, strict=True), strict=True)]


def _joined(scores: Iterable[Score]) -> str:
    return " ".join(_why(s) if s.problem else _number(s.error_px) + ("*" if s.unlinked else "") for s in scores)


def _why(score: Score) -> str:
    for word in ("not installed", "crashed"):
        if score.problem.startswith(word):
            return word
    return "too long" if score.problem.startswith("no result within") else "failed"


def _median(values: Iterable[float]) -> str:
    """Return the median in words, without series of which the method says that nothing can be known."""
    known = [value for value in values if not np.isnan(value)]
    return _number(float(np.median(known))) if known else "–"


def _worst(values: Iterable[float]) -> str:
    return _number(max((value for value in values if not np.isnan(value)), default=float("nan")))


def _number(value: float) -> str:
    """Return two digits that count, without exponent or leading zero."""
    if not np.isfinite(value):
        return "–" if np.isnan(value) else "∞"
    return f"{value:.0f}" if abs(value) >= 9.5 else f"{value:.2g}".removeprefix("0") or "0"
