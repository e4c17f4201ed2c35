"""What the user must be told about an estimate: it knows what it does not know."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from temstack.drift.cells import Cells
from temstack.drift.hops import Resolved
from temstack.drift.pairs import Candidates
from temstack.drift.tiles import CHANCE, OUTSTANDING, TILES, OddTile

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_STILL_PX = 0.5
_MANY_TILES = 0.15
_DOMINANT_PATTERN = 0.2
_SURE_MARGIN = 12.0
_MANY_HOPS = 3
_MANY_CHANGED = 0.2


def report_groups(groups: Integers, warnings: list[str]) -> None:
    """Warn of planes whose place relative to plane 0 is not known."""
    if not groups.any():
        return
    if len(np.unique(groups)) == len(groups):
        warnings.append(
            f"no two of the {len(groups)} planes share any structure beyond chance; nothing is known about the drift"
        )
        return
    parts = [ranges_in_words(np.flatnonzero(groups == g)) for g in np.unique(groups)]
    warnings.append(
        "planes do not all hang together: "
        + " | ".join(parts)
        + "; the drift is known inside each group, not between them"
    )


def report_placed(placed: list[Integers], sigma_px: float, warnings: list[str]) -> None:
    """Warn of planes that show nothing in common with the others and were placed by the prior alone."""
    if placed:
        planes = np.sort(np.concatenate(placed))
        warnings.append(
            f"{planes_in_words(planes)} share no structure with plane 0 beyond chance; they are where the prior says, "
            f"to {sigma_px:g} px"
        )


def ranges_in_words(planes: Integers) -> str:
    """Return plane numbers as ranges.

    >>> ranges_in_words(np.array([0, 1, 2, 5, 7, 8]))
    '0–2, 5, 7–8'
    """
    breaks = np.flatnonzero(np.diff(planes) != 1) + 1
    runs = np.split(planes, breaks)
    return ", ".join(str(r[0]) if len(r) == 1 else f"{r[0]}–{r[-1]}" for r in runs)


def planes_in_words(planes: Integers) -> str:
    """Return plane numbers as ranges, for the start of a sentence."""
    return f"planes {ranges_in_words(planes)}"


def report_pattern(share: float, decisions: list[str], warnings: list[str]) -> None:
    """Tell of a pattern that stays with the detector."""
    if share <= 0:
        return
    decisions.append(f"a pattern that stays with the detector ({share:.0%} of the common power) was modelled")
    if share > _DOMINANT_PATTERN:
        warnings.append(
            f"a pattern that stays with the detector (dust, gain errors, a burnt-in caption) makes up "
            f"{share:.0%} of what the planes have in common; "
            "it was modelled, but a gain reference or a region without it would be better"
        )


def report_disagreement(odd: list[OddTile], seen: int, places: Floats, warnings: list[str]) -> None:
    """Warn where parts of the picture move differently from the solution (a caption, a moving particle).

    Parameters
    ----------
    odd, seen
        What :func:`~temstack.drift.tiles.odd_tiles` found.
    places : (n, 2) float64, px
        Places of the planes that hang together.
    """
    count = sum(len(tile.away_px) for tile in odd)
    if count < max(2, _MANY_TILES * seen):
        return
    top, left = (min(tile.region[k] for tile in odd) for k in (0, 1))
    bottom, right = (max(tile.region[k] for tile in odd) for k in (2, 3))
    y, x = np.abs(np.concatenate([tile.away_px for tile in odd])).max(axis=0)
    where = f"in {len(odd)} of {TILES}×{TILES} tiles, within region {top},{left},{bottom},{right},"
    if np.abs(places - places[0]).max() < _STILL_PX:
        warnings.append(
            f"the planes were found to stand still, but {where} the image moves by up to ({y:.1f}, {x:.1f}) px: "
            "something is fixed to the picture (a caption, a scale bar, dust); exclude it with a region or mask"
        )
        return
    warnings.append(
        f"parts of the picture move differently: {where} the image is up to ({y:.1f}, {x:.1f}) px away from the "
        "drift found; the object changes or turns, or something is fixed to the picture: try a region or mask"
    )


def report_ambiguity(resolved: Resolved, decisions: list[str], warnings: list[str]) -> None:
    """Tell of unit cells: of hops made, and of a rival (a whole cell off) that fits nearly as well."""
    if resolved.moved:
        decisions.append(f"{resolved.moved} hops by a unit cell were made after comparing cells on equal terms")
    if resolved.moved > _MANY_HOPS:
        warnings.append(
            f"the structure repeats itself: {resolved.moved} times planes had to be moved by a unit cell, and some may "
            "still be a cell off; look at the sum, and give a largest shift or pin planes if you know better"
        )
    rival = resolved.rival
    if rival is None or resolved.margin > _SURE_MARGIN:
        return
    y, x = rival.offset_px
    warnings.append(
        f"the structure repeats itself: planes {ranges_in_words(rival.planes)} would fit nearly as well "
        f"({y:+.1f}, {x:+.1f}) px further (log likelihood ratio {resolved.margin:.1f}); "
        "give a largest shift or pin a plane if you know better"
    )


def report_cells(cells: Mapping[int, Cells], groups: Integers, decisions: list[str], warnings: list[str]) -> None:
    """Tell of unit cells: which planes were moved by whole cells, and of a choice that fits nearly as well."""
    for group, chosen in cells.items():
        members = np.flatnonzero(groups == group)
        planes = (
            f"planes {ranges_in_words(members[chosen.moved])} moved by whole cells" if len(chosen.moved) else "kept"
        )
        decisions.append(
            f"a lattice is seen; its cells were chosen by what does not repeat, all pairs together: {planes}"
        )
        if chosen.margin > _SURE_MARGIN:
            continue
        y, x = chosen.rival_px
        warnings.append(
            f"the structure repeats itself: planes {ranges_in_words(members[chosen.rival_planes])} would fit nearly as "
            f"well ({y:+.1f}, {x:+.1f}) px further (log likelihood ratio {chosen.margin:.1f}); "
            "give a largest shift or pin a plane if you know better"
        )


def report_change(
    candidates: Candidates,
    places: Floats,
    groups: Integers,
    sure: NDArray[np.bool_],
    step_px: float,
    warnings: list[str],
) -> None:
    """Warn where distant planes, each sure of itself, contradict the near ones: the object itself changes."""
    pairs = candidates.pairs
    certain = (candidates.chance < CHANCE) & (candidates.information[:, 1] < OUTSTANDING * candidates.information[:, 0])
    certain &= groups[pairs[:, 0]] == groups[pairs[:, 1]]
    if certain.sum() < len(places):
        return
    predicted = places[pairs[:, 1]] - places[pairs[:, 0]]
    away = np.linalg.norm(candidates.shift_px[:, 0] - predicted, axis=1)
    contradicting = certain & (away > 1.5 * step_px)
    if contradicting.sum() > _MANY_CHANGED * certain.sum():
        warnings.append(
            f"{int(contradicting.sum())} of {int(certain.sum())} pairs that are sure of themselves contradict the "
            f"solution by {np.median(away[contradicting]):.1f} px (median): "
            "the object itself changes along the series. "
            "Neighbouring planes were trusted more; true errors may be larger than the standard deviations say"
        )
