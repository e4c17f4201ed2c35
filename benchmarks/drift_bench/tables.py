"""What is printed: one table that compares methods, one that shows where this project stands against the limit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
from rich import box
from rich.table import Table

from drift_bench.scores import GROSS_PX, Score
from drift_bench.series import Case

MARKDOWN = box.MARKDOWN


def comparison(scores: Sequence[Score], floor_cpu_s: dict[Case, float], *, large: Case | None) -> Table:
    """Return one row per method: errors per kind and dose, ratio to the limit, and what a large series costs."""
    small = [s for s in scores if s.case != large]
    cases = list(dict.fromkeys(s.case for s in small))
    kinds = list(dict.fromkeys(case.kind for case in cases))
    table = Table(box=box.SIMPLE_HEAD, title=f"rms error, px: {_sizes_of(cases)}")
    table.add_column("method", no_wrap=True)
    for kind in kinds:
        doses = " / ".join(f"{case.electrons_per_px:g}" for case in cases if case.kind == kind)
        table.add_column(f"{kind}\n{doses} e⁻", justify="right")
    for heading in ("× limit\nmedian", "× limit\nworst", f"> {GROSS_PX:g} px\nof {len(cases)}", "CPU\n× ours"):
        table.add_column(heading, justify="right")
    if large is not None:
        for heading in ("error\npx", "×\nlimit", "CPU\ns", "CPU\n× ours", "CPU\n× floor", "extra\nMB"):
            table.add_column(f"{large.kind}\n{large.n_planes}×{large.size}²\n{heading}", justify="right")
    ours = next((s.method for s in scores if s.method.startswith("temstack")), "")
    for method in dict.fromkeys(s.method for s in scores):
        row = [_joined([s for s in small if s.method == method and s.case.kind == kind]) for kind in kinds]
        row += _summary([s for s in small if s.method == method], [s for s in small if s.method == ours])
        if large is not None:
            row += _large_cells([s for s in scores if s.case == large], method, ours, floor_cpu_s)
        table.add_row(method, *row, style="bold" if method == ours else None)
    table.add_section()
    limits = [_joined_numbers([_bound(small, c) for c in cases if c.kind == kind]) for kind in kinds]
    ends = ["1", "1", "0", _number(sum(floor_cpu_s.get(c, np.nan) for c in cases) / _cpu(small, ours))]
    if large is not None:
        one = floor_cpu_s.get(large, np.nan)
        ends += [_number(_bound(scores, large)), "1", _number(one)]
        ends += [_number(one / _cpu([s for s in scores if s.case == large], ours)), "1", "–"]
    table.add_row("limit of error, floor of CPU", *limits, *ends)
    return table


def standing(scores: Sequence[Score], floor_cpu_s: dict[Case, float]) -> Table:
    """Return how one method does over many series, by kind and dose, by size, and over all."""
    table = Table(box=box.SIMPLE_HEAD, title=f"{scores[0].method}: {len(scores)} series")
    table.add_column("series", no_wrap=True)
    headings = ("n", "error px\nmedian", "× limit\nmedian", "× limit\nworst", f"> {GROSS_PX:g} px", "said so")
    for heading in (*headings, "|error| < σ", "CPU × floor\nmedian"):
        table.add_column(heading, justify="right")
    by_cell = _grouped(scores, lambda s: f"{s.case.kind}, {s.case.electrons_per_px:g} e⁻/px")
    by_kind = _grouped(scores, lambda s: f"{s.case.kind}, all doses")
    by_size = _grouped(scores, lambda s: f"{s.case.size}²")
    for group in (by_cell, by_kind, by_size, {"all": list(scores)}):
        for name, members in group.items():
            table.add_row(name, *_standing_cells(members, floor_cpu_s))
        table.add_section()
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
        if s.problem:
            lines.append(f"{s.method}: {s.case.name}: {s.problem}")
        elif s.is_gross:
            said = f"; it said that {s.unlinked} planes do not hang together with the others" if s.unlinked else ""
            lines.append(f"{s.method}: {s.case.name}: error {s.error_px:.2f} px, {s.ratio:.0f} × the limit{said}")
        elif s.unlinked:
            lines.append(f"{s.method}: {s.case.name}: {s.unlinked} planes said not to hang together with the others")
    return lines


def _standing_cells(members: Sequence[Score], floor_cpu_s: dict[Case, float]) -> list[str]:
    ratios = _ratios(members)
    said = sum(s.unlinked > 0 for s in members)
    costs = [s.cpu_s / floor_cpu_s[s.case] for s in members if s.case in floor_cpu_s]
    return [
        str(len(members)),
        _number(float(np.median([s.error_px for s in members]))),
        _number(float(np.median(ratios))),
        _number(float(np.max(ratios))),
        str(sum(s.is_gross for s in members)),
        str(said),
        f"{100 * coverage(members):.0f} %",
        _number(float(np.median(costs))) if costs else "–",
    ]


def _grouped(scores: Iterable[Score], name_of: Callable[[Score], str]) -> dict[str, list[Score]]:
    groups: dict[str, list[Score]] = {}
    for s in scores:
        groups.setdefault(name_of(s), []).append(s)
    return groups


def _ratios(members: Iterable[Score]) -> list[float]:
    """Return error over limit; a series without a result counts as infinitely wrong."""
    return [s.ratio if np.isfinite(s.ratio) else np.inf for s in members]


def _summary(own: Sequence[Score], ours: Sequence[Score]) -> list[str]:
    ratios = _ratios(own)
    finished = {s.case: s.cpu_s for s in own if not s.problem}
    reference = sum(s.cpu_s for s in ours if s.case in finished)
    cost = sum(finished.values()) / reference if reference else np.nan
    return [
        _number(float(np.median(ratios))),
        _number(float(np.max(ratios))),
        str(sum(s.is_gross for s in own)),
        _number(cost),
    ]


def _large_cells(scores: Sequence[Score], method: str, ours: str, floor_cpu_s: dict[Case, float]) -> list[str]:
    own = next((s for s in scores if s.method == method), None)
    if own is None:
        return ["–"] * 6
    if own.problem:
        return [_why(own), *["–"] * 5]
    floor = floor_cpu_s.get(own.case, np.nan)
    numbers = (own.error_px, own.ratio, own.cpu_s, own.cpu_s / _cpu(scores, ours), own.cpu_s / floor)
    return [*map(_number, numbers), f"{own.extra_mb:.0f}"]


def _cpu(scores: Iterable[Score], method: str) -> float:
    return sum(s.cpu_s for s in scores if s.method == method) or float("nan")


def _bound(scores: Iterable[Score], case: Case) -> float:
    return next((s.bound_px for s in scores if s.case == case), float("nan"))


def _joined(scores: Iterable[Score]) -> str:
    return " / ".join(_why(s) if s.problem else _number(s.error_px) + ("*" if s.unlinked else "") for s in scores)


def _joined_numbers(values: Iterable[float]) -> str:
    return " / ".join(map(_number, values))


def _why(score: Score) -> str:
    for word in ("not installed", "crashed"):
        if score.problem.startswith(word):
            return word
    return "too long" if score.problem.startswith("no result within") else "failed"


def _number(value: float) -> str:
    """Return two digits that count, without exponents."""
    if not np.isfinite(value):
        return "–" if np.isnan(value) else "∞"
    return f"{value:.0f}" if abs(value) >= 10 else f"{value:.2g}"


def _sizes_of(cases: Sequence[Case]) -> str:
    return ", ".join(dict.fromkeys(f"{c.n_planes}×{c.size}²" for c in cases))
