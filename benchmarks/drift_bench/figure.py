"""The figure for the documentation: error against dose, and the limit."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from drift_bench.scores import GROSS_PX, Score


def draw(scores: Sequence[Score], path: Path) -> None:
    """Draw one panel per kind: error of each method against dose, both logarithmic, above the limit."""
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    kinds = list(dict.fromkeys(s.case.kind for s in scores))
    methods = list(dict.fromkeys(s.method for s in scores))
    figure, axes = plt.subplots(2, (len(kinds) + 1) // 2, figsize=(11, 7), sharey=True, squeeze=False)
    styles = _styles(methods)
    for axis, kind in zip(axes.flat, kinds, strict=False):
        _panel(axis, kind, [s for s in scores if s.case.kind == kind], styles)
    for axis in axes.flat[len(kinds) :]:
        axis.set_visible(False)
    for axis in axes[:, 0]:
        axis.set_ylabel("rms error, px")
    for axis in axes[-1]:
        axis.set_xlabel("electrons per px")
    handles, labels = axes.flat[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=4, frameon=False, fontsize=9)
    figure.set_layout_engine("constrained")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)
    plt.close(figure)


def _panel(axis: Any, kind: str, scores: Sequence[Score], styles: dict[str, dict[str, Any]]) -> None:
    limits = sorted({(s.case.electrons_per_px, s.bound_px) for s in scores})
    doses, bounds = np.array(limits).T
    axis.fill_between(doses, 1e-4, bounds, color="0.9", lw=0, label="below the Cramér–Rao bound")
    axis.axhline(GROSS_PX, color="0.7", lw=0.8, ls=":")
    for method, style in styles.items():
        own = [s for s in scores if s.method == method]
        axis.plot([s.case.electrons_per_px for s in own], [s.error_px for s in own], label=method, **style)
    axis.set(xscale="log", yscale="log", title=kind, ylim=(2e-3, 300))
    axis.set_xticks(doses, [f"{dose:g}" for dose in doses])
    axis.minorticks_off()
    axis.margins(x=0.08)
    for side in ("top", "right"):
        axis.spines[side].set_visible(False)


def _styles(methods: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return line styles: ours thick and dark; of the peers one colour for each house, one marker for each way."""
    colours = {"HyperSpy": "tab:blue", "scikit-image": "tab:green", "pystackreg": "tab:orange"}
    colours |= {"OpenCV": "tab:purple", "SimpleITK": "tab:brown", "temstack": "black"}
    styles: dict[str, dict[str, Any]] = {}
    for method in methods:
        house = method.split()[0]
        ways = sum(name.startswith(house) for name in styles)
        style = {
            "color": colours.get(house, "0.5"),
            "marker": "osv^"[ways],
            "ls": ("-", "--", ":", "-.")[ways],
            "ms": 4,
        }
        style |= {"lw": 2.5, "zorder": 3} if method == methods[0] else {"lw": 1.1}
        styles[method] = style
    return styles
