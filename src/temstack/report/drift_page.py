"""The report of an alignment: is it right, how sure is it, and how to do it again. One HTML file."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.ndimage
import xarray as xr
from numpy.typing import NDArray

from temstack.report import page
from temstack.report.pictures import Pixels, contrast_limits, displayable, picture
from temstack.report.plots import drift_curve, drift_in_the_plane, pair_matrix
from temstack.report.words import axis_label, axis_value, is_counted, number, plane_name
from temstack.stack import counts, iter_planes, pixel_size, plane_dim
from temstack.stack.durable import replace_when_done
from temstack.stack.progress import Progress, no_progress
from temstack.stack.scale_bars import handy_length
from temstack.version import __version__

if TYPE_CHECKING:
    from temstack.drift import Drift

_WORST_PAIRS = 10


def drift_report(
    path: str | Path,
    stack: xr.DataArray,
    aligned: xr.DataArray | None,
    drift: Drift,
    *,
    title: str | None = None,
    command: str | None = None,
    overwrite: bool = False,
    progress: Progress = no_progress,
) -> Path:
    """Write one self-contained HTML page about an alignment.

    It shows the sums before and after, the drift with its standard deviations, how well each pair of planes
    fits, and what was decided and why; warnings stand at the top.

    Parameters
    ----------
    path : str or Path
        The HTML file to write. It needs no other file and no network.
    stack : (plane, y, x) DataArray
        The stack before alignment; read one plane at a time.
    aligned : (plane, y, x) or (y, x) DataArray, optional
        The stack after it, or its sum; left out, the sum is made from `stack` and `drift`.
    drift : Drift
    title : str, optional
        Left out, the stack's own name.
    command : str, optional
        The command line that does it again; left out, the settings are shown as Python.
    overwrite : bool
        Replace an existing file.
    progress : Progress

    Returns
    -------
    Path
        The file written.
    """
    path = Path(path)
    name = title or str(stack.name or stack.attrs.get("title") or "stack")
    with replace_when_done(path, overwrite=overwrite) as unfinished:
        body = [
            _header(name, stack, drift),
            page.warning_box(drift.warnings),
            _sums(stack, aligned, drift, progress),
            _curves(stack, drift),
            _pairs(stack, drift),
            page.section("What was decided, and why", page.bullets(drift.decisions)),
            _planes(stack, drift),
            _again(drift, command),
            f"<footer>temstack {__version__}</footer>",
        ]
        unfinished.write_text(page.page(f"Drift of {name}", body), encoding="utf-8")
    return path


def _header(name: str, stack: xr.DataArray, drift: Drift) -> str:
    height, width = drift.shape
    facts = [
        ("planes", str(drift.n_planes)),
        ("size", f"{height} × {width} px"),
        ("furthest from plane 0", _length(_furthest(drift.drift_px), drift)),
        ("standard deviation, median", _length(_middle(drift.sigma_px), drift, digits=3)),
        ("pairs correlated", str(len(drift.pairs))),
        ("estimator", drift.estimator),
    ]
    if drift.n_groups > 1:
        facts.append(("groups that do not hang together", str(drift.n_groups)))
    source = stack.attrs.get("source")
    subtitle = page.paragraph(str(source), quiet=True) if source else ""
    return f"<header>\n<h1>Drift of {escape(name)}</h1>\n{subtitle}{page.facts(facts)}\n</header>"


def _furthest(drift_px: NDArray[np.float64]) -> float:
    return float(np.nanmax(np.hypot(*drift_px.T))) if np.isfinite(drift_px).any() else float("nan")


def _middle(sigma_px: NDArray[np.float64]) -> float:
    return float(np.nanmedian(sigma_px)) if np.isfinite(sigma_px).any() else float("nan")


def _length(value_px: float, drift: Drift, digits: int = 2) -> str:
    if drift.pixel_units == "px" or not np.isfinite(value_px):
        return f"{number(value_px, digits)} px"
    value, units = handy_length(value_px * drift.pixel_size[1], drift.pixel_units)
    return f"{number(value_px, digits)} px = {value:.3g} {units}"


# --- sums -----------------------------------------------------------------------------------------


def _sums(stack: xr.DataArray, aligned: xr.DataArray | None, drift: Drift, progress: Progress) -> str:
    if drift.n_groups == drift.n_planes:
        return _sum_as_recorded(stack, progress)
    after = _sum_after(stack, aligned, drift, progress)
    before = _same_area(_summed(stack, _known(drift), "summing before alignment", progress), after)
    zoom = _busiest_part(after.values)
    (_, width), units = pixel_size(stack)
    shown: dict[str, Any] = {"pixel_size": width, "units": units, "limits": contrast_limits(after.values)}
    enlarged = {**shown, "limits": contrast_limits(after.values[zoom])}
    both = (("before", before.values), ("after", after.values))
    whole = [
        page.figure(picture(image, **shown), f"Sum {when} alignment", alt=f"sum of all planes {when} alignment")
        for when, image in both
    ]
    parts = [
        page.figure(picture(image[zoom], **enlarged), f"The same, {when}, enlarged", alt=f"enlarged part {when}")
        for when, image in both
    ]
    note = page.paragraph(
        "The area that all planes share, in the same grey scale before and after: details must be sharper "
        "after, and nowhere doubled.",
        quiet=True,
    )
    return page.section("Before and after", note, page.group("side-by-side", *whole, *parts))


def _sum_as_recorded(stack: xr.DataArray, progress: Progress) -> str:
    """Return the sum of all planes where nothing is known about their drift."""
    total = _summed(stack, np.ones(stack.shape[0], bool), "summing as recorded", progress)
    (_, width), units = pixel_size(stack)
    shown = picture(total.values, pixel_size=width, units=units, limits=contrast_limits(total.values))
    return page.section("As recorded", page.figure(shown, "Sum of all planes, not aligned", alt="sum of all planes"))


def _sum_after(stack: xr.DataArray, aligned: xr.DataArray | None, drift: Drift, progress: Progress) -> xr.DataArray:
    if aligned is None:
        from temstack.drift import sum_aligned  # its compiler takes a second to import

        aligned = sum_aligned(stack, drift, edges="crop", progress=progress)
    if not {"y", "x"} >= set(aligned.dims) - {"channel"}:
        return _summed(aligned, _known(drift), "summing after alignment", progress)
    return xr.DataArray(_grey(aligned.values), dims=("y", "x"), coords={"y": aligned["y"], "x": aligned["x"]})


def _known(drift: Drift) -> NDArray[np.bool_]:
    """Return which planes hang together with plane 0."""
    return np.asarray(np.isfinite(drift.drift_px).all(axis=1))


def _summed(stack: xr.DataArray, chosen: NDArray[np.bool_], step: str, progress: Progress) -> xr.DataArray:
    """Return the sum of the chosen planes, reading one at a time."""
    dim = plane_dim(stack)
    total = np.zeros((stack.sizes["y"], stack.sizes["x"]))
    for index, plane in iter_planes(counts(stack)):
        if chosen[index]:
            total += np.nan_to_num(_grey(plane))
        progress(step, index + 1, stack.sizes[dim])
    return xr.DataArray(total, dims=("y", "x"), coords={"y": stack["y"], "x": stack["x"]})


def _grey(plane: Pixels) -> NDArray[np.float64]:
    shown = displayable(plane).astype(np.float64)
    return np.asarray(shown.mean(axis=2) if shown.ndim == 3 else shown)


def _same_area(before: xr.DataArray, after: xr.DataArray) -> xr.DataArray:
    """Return the part of *before* that *after* still has, found by their positions."""
    wanted = {}
    for dim in ("y", "x"):
        positions = before[dim].values
        start = int(np.abs(positions - after[dim].values[0]).argmin())
        wanted[dim] = slice(start, start + after.sizes[dim])
    return before.isel(wanted)


def _busiest_part(image: Pixels) -> tuple[slice, slice]:
    """Return a third of the image along each side, where there is most to see above the noise."""
    if min(image.shape) < 48:
        return slice(None), slice(None)
    rows, columns = (side // 3 for side in image.shape)
    low, high = contrast_limits(image)
    calm = scipy.ndimage.gaussian_filter(np.clip(image, low, high), 2.0)
    steps = np.hypot(*np.gradient(calm))
    inside = scipy.ndimage.uniform_filter(steps, (rows, columns), mode="constant")
    y, x = np.unravel_index(int(inside.argmax()), inside.shape)
    top, left = (
        int(np.clip(place - part // 2, 0, side - part))
        for place, part, side in zip((y, x), (rows, columns), image.shape, strict=True)
    )
    return slice(top, top + rows), slice(left, left + columns)


# --- drift ----------------------------------------------------------------------------------------


def _curves(stack: xr.DataArray, drift: Drift) -> str:
    positions = np.asarray(stack[plane_dim(stack)].values, dtype=float)
    label = axis_label(stack)
    return page.section(
        "Where the specimen moved",
        page.group(
            "wide-and-narrow",
            page.figure(
                drift_curve(drift, positions, label),
                "Drift of each plane relative to plane 0; bars are one standard deviation",
                alt="drift along y and x against the plane axis",
                kind="plot",
            ),
            page.figure(
                drift_in_the_plane(drift, positions, label),
                "The way over the field of view, as on the screen",
                alt="path of the specimen in the plane",
                kind="plot",
            ),
        ),
    )


def _pairs(stack: xr.DataArray, drift: Drift) -> str:
    if not len(drift.pairs):
        return ""
    matrices = _matrices(drift) if drift.n_planes > 2 else ""
    note = page.paragraph(
        "Pairs decide where each plane roughly is; they are coarse, to about a quarter of a correlation pixel. The "
        "last fractions of a pixel come from all planes refined together, and so do the standard deviations.",
        quiet=True,
    )
    return page.section("How well the pairs fit", note, matrices, _worst_pairs(stack, drift))


def _matrices(drift: Drift) -> str:
    return page.group(
        "side-by-side",
        page.figure(
            pair_matrix(drift.matrix(drift.correlation_peak), "correlation peak", highest=1.0),
            "How alike each pair of planes is: 1 means identical",
            alt="correlation matrix",
            kind="plot",
        ),
        page.figure(
            pair_matrix(drift.matrix(drift.pair_residual_px), "residual / px", cmap="magma"),
            "How far the shift that a pair shows lies from the solution",
            alt="residual matrix",
            kind="plot",
        ),
    )


def _worst_pairs(stack: xr.DataArray, drift: Drift) -> str:
    residual = np.nan_to_num(drift.pair_residual_px, nan=-1.0)
    order = np.argsort(-residual, kind="stable")[:_WORST_PAIRS]
    rows = [
        [
            plane_name(stack, int(first)),
            plane_name(stack, int(second)),
            number(drift.pair_shift_px[k, 0]),
            number(drift.pair_shift_px[k, 1]),
            number(drift.pair_residual_px[k]),
            number(drift.correlation_peak[k], 3),
            number(drift.pair_weight[k], 3),
        ]
        for k, (first, second) in zip(order, drift.pairs[order], strict=True)
    ]
    headings = ["plane", "against", "shift y / px", "shift x / px", "residual / px", "peak", "weight"]
    note = page.paragraph("The pairs that fit worst; weight 0 means that a pair was left out.", quiet=True)
    return "<h2>Worst pairs</h2>" + note + page.table(headings, rows)


def _planes(stack: xr.DataArray, drift: Drift) -> str:
    columns = {"plane": [str(index) for index in range(drift.n_planes)]}
    if not is_counted(stack):
        columns[axis_label(stack)] = [axis_value(stack, index, units=False) for index in range(drift.n_planes)]
    columns["drift y / px"], columns["drift x / px"] = ([number(v) for v in along] for along in drift.drift_px.T)
    columns["± y"], columns["± x"] = ([number(v, 3) for v in along] for along in drift.sigma_px.T)
    columns["group"] = [str(group) for group in drift.groups]
    return page.section("Every plane", page.table(list(columns), zip(*columns.values(), strict=True)))


def _again(drift: Drift, command: str | None) -> str:
    if command:
        return page.section("To do it again", page.code(command))
    settings = ", ".join(f"{name}={_short(value)}" for name, value in drift.settings.items())
    return page.section("To do it again", page.code(f"temstack.estimate_drift(stack, {settings})"))


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 200 else f"{text[:190]}…"
