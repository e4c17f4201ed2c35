"""Put a stack right: shift every plane once, or add all planes up in one pass.

How one plane is shifted is :mod:`~temstack.drift.shift`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from temstack.drift.estimate import estimate_drift
from temstack.drift.parallel import fft_threads, for_each
from temstack.drift.result import Drift
from temstack.drift.shift import INTERPOLATIONS, NEARLY_WHOLE_PX, Frame, Shifter, check_choice
from temstack.drift.source import plane_source
from temstack.errors import DriftError, SettingError
from temstack.stack.progress import Progress, no_progress

if TYPE_CHECKING:
    import xarray as xr

EDGES = ("crop", "fill")
WEIGHTS = ("equal", "exposure")

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def align(
    stack: xr.DataArray,
    *,
    interpolation: str = "fourier",
    edges: str = "crop",
    fill_value: float = 0.0,
    progress: Progress = no_progress,
    **options: Any,
) -> tuple[xr.DataArray, Drift]:
    """Return the stack with its drift taken out, and the drift.

    Parameters
    ----------
    stack : (plane, y, x) DataArray
        See :mod:`temstack.stack`.
    interpolation, edges, fill_value
        See :func:`apply_drift`.
    **options
        See :func:`~temstack.drift.estimate.estimate_drift`.

    Returns
    -------
    aligned : (plane, y, x) DataArray
    drift : Drift

    Examples
    --------
    >>> from temstack.stack import label_stack
    >>> field = np.random.default_rng(1).poisson(20, (80, 80)).astype("float32")
    >>> stack = label_stack(np.stack([field[8:72, 8:72], field[5:69, 10:74]]))
    >>> aligned, drift = align(stack, interpolation="whole-pixel")
    >>> aligned.shape, bool((aligned[0] == aligned[1]).all())
    ((2, 61, 62), True)
    """
    check_choice("interpolation", interpolation, INTERPOLATIONS)
    check_choice("edges", edges, EDGES)
    drift = estimate_drift(stack, progress=progress, **options)
    aligned = apply_drift(
        stack, drift, interpolation=interpolation, edges=edges, fill_value=fill_value, progress=progress
    )
    return aligned, drift


def apply_drift(
    stack: xr.DataArray,
    drift: Drift,
    *,
    interpolation: str = "fourier",
    edges: str = "crop",
    fill_value: float = 0.0,
    progress: Progress = no_progress,
) -> xr.DataArray:
    """Return the stack shifted back by a drift; lazily where the stack is lazy.

    Parameters
    ----------
    stack : (plane, y, x) DataArray
        The stack the drift was found on, or one of the same area with other binning or calibration: the drift is
        rescaled.
    drift : Drift
        What :func:`estimate_drift` found. Each group of planes is put right in itself; where planes of different
        groups lie relative to each other is not known, so groups are not moved against each other.
    interpolation : {"fourier", "cubic", "linear", "whole-pixel"}
        How values between pixels are found.
    edges : {"crop", "fill"}
        Keep the area common to all planes, or the whole field of plane 0 with ``fill_value`` where a plane saw nothing.

    Returns
    -------
    aligned : (plane, y, x) DataArray
        float32 (complex64 for complex stacks; the stack's own type for ``whole-pixel``). ``drift_y_px`` and
        ``drift_x_px`` are kept beside each plane; calibrations and values per plane follow.

    Raises
    ------
    DriftError
        If the drift belongs to another number of planes, or nothing is known, or no area is common to all planes.
    """
    from temstack.stack import check_stack

    check_choice("interpolation", interpolation, INTERPOLATIONS)
    check_choice("edges", edges, EDGES)
    check_stack(stack)
    drift = _fitted(stack, drift)
    drift = _worth_interpolating(drift, interpolation)
    frame = _frame(drift, edges)
    shifter = Shifter(interpolation, fill_value)
    data = stack.data
    if hasattr(data, "dask"):
        aligned = _lazily(data, drift, frame, shifter)
    else:
        aligned = _eagerly(data, drift, frame, shifter, progress)
    return _labelled(stack, aligned, drift, frame, interpolation, edges)


def sum_aligned(
    stack: xr.DataArray,
    drift: Drift,
    *,
    mean: bool = False,
    weights: str = "equal",
    interpolation: str = "fourier",
    edges: str = "crop",
    progress: Progress = no_progress,
) -> xr.DataArray:
    """Return the sum of the planes' counts with their drift taken out, in one pass, without the aligned stack.

    Planes that do not hang together with plane 0 are left out, and named in ``attrs["left_out"]``.

    Parameters
    ----------
    stack, drift, interpolation, edges
        See :func:`apply_drift`. With ``edges="fill"`` every pixel is divided by how many planes saw it, times the
        number of planes, so that the borders are as bright as the middle.
    mean : bool
        The mean plane instead of the sum.
    weights : {"equal", "exposure"}
        ``exposure``: each plane weighs as its ``exposure_s``, as much as the others on average; the least noise where
        counts are of one exposure but were recorded with several.

    Returns
    -------
    image : (y, x) DataArray, float64

    Raises
    ------
    DriftError
        As :func:`apply_drift`.
    SettingError
        If planes are to weigh as their exposure and do not say it.
    """
    from temstack.stack import check_stack, counts

    check_choice("interpolation", interpolation, INTERPOLATIONS)
    check_choice("edges", edges, EDGES)
    check_stack(stack)
    drift = _worth_interpolating(_fitted(stack, drift), interpolation)
    members = np.flatnonzero(drift.groups == 0)
    frame = _frame(replace(drift, within_group_px=drift.within_group_px[members], groups=drift.groups[members]), edges)
    source = plane_source(counts(stack))
    shape = (frame[2] - frame[0], frame[3] - frame[1])
    weigh = _weights(stack, weights, members)
    total, weight = np.zeros(shape), np.zeros(shape, np.uint32 if weights == "equal" else np.float64)
    shifter = Shifter(interpolation, np.nan)
    lock = threading.Lock()

    def add(plane: int) -> None:
        shifted = shifter(source(plane), drift.within_group_px[plane], frame)
        seen = np.isfinite(shifted)
        if weights != "equal":
            shifted, seen = shifted * weigh[plane], seen * weigh[plane]
        with lock:
            np.add(total, shifted, out=total, where=seen > 0)
            np.add(weight, seen, out=weight)

    alone = fft_threads(source.shape[0] * source.shape[1]) > 1
    for_each(add, members.tolist(), progress, "adding planes", alone=alone)
    np.divide(total, weight, out=total, where=weight > 0)
    if not mean:
        total *= len(members)
    how = {"interpolation": interpolation, "edges": edges, "weights": weights, "mean": mean}
    return _labelled_sum(stack, total, drift, frame, members, how)


def _weights(stack: xr.DataArray, weights: str, members: Integers) -> dict[int, float]:
    """Return what each plane weighs in the sum, 1 on average."""
    check_choice("weights", weights, WEIGHTS)
    if weights == "equal":
        return dict.fromkeys(members.tolist(), 1.0)
    known = stack.coords["exposure_s"].values if "exposure_s" in stack.coords else np.full(len(stack), np.nan)
    exposure = np.asarray(known, np.float64)[members]
    if not (exposure > 0).all():
        raise SettingError(
            "weights",
            "need the exposure of every plane",
            got=f"{int((exposure > 0).sum())} of {len(members)} planes say their exposure_s",
            expected="a value exposure_s above 0 s for each plane",
            advice="use weights='equal'",
        )
    return dict(zip(members.tolist(), (exposure / exposure.mean()).tolist(), strict=True))


def _fitted(stack: xr.DataArray, drift: Drift) -> Drift:
    """Return the drift in the pixels of this stack, or say why it does not fit."""
    from temstack.stack import pixel_size

    shape = (stack.sizes["y"], stack.sizes["x"])
    if drift.n_planes != stack.shape[0]:
        raise DriftError(
            "drift",
            "belongs to a stack with another number of planes",
            got=f"{drift.n_planes} planes",
            expected=f"{stack.shape[0]} planes",
        )
    if drift.n_groups == drift.n_planes:
        raise DriftError(
            "drift",
            "is not known for any plane: no two planes share any structure beyond chance",
            advice="try filters, a region, or a wider largest shift; or leave the stack as it is",
        )
    size, units = pixel_size(stack)
    if shape == drift.shape:
        return drift
    return drift.rescaled(shape=shape, pixel_size=size, pixel_units=units)


def _worth_interpolating(drift: Drift, interpolation: str) -> Drift:
    """Return the drift with whole pixels where it is within a hundredth of one, or all where nothing is interpolated.

    A row that a hundredth of a pixel would cost at the border, and the noise that interpolation smooths, are worth
    more.
    """
    places = drift.within_group_px
    whole = np.rint(places)
    near = np.abs(places - whole) <= (0.5 if interpolation == "whole-pixel" else NEARLY_WHOLE_PX)
    return replace(drift, within_group_px=np.where(near, whole, places))


def _frame(drift: Drift, edges: str) -> Frame:
    """Return the frame of the result, (top, left, bottom, right) in the pixels of plane 0."""
    height, width = drift.shape
    if edges == "fill":
        return 0, 0, height, width
    places = drift.within_group_px
    low, high = np.floor(places.min(axis=0)).astype(int), np.ceil(places.max(axis=0)).astype(int)
    top, left = max(0, -int(low[0])), max(0, -int(low[1]))
    bottom, right = min(height, height - int(high[0])), min(width, width - int(high[1]))
    if bottom - top < 1 or right - left < 1:
        raise DriftError(
            "stack",
            "has no area that all planes saw",
            got=f"a drift over {high[0] - low[0]}×{high[1] - low[1]} px",
            expected=f"less than {height}×{width} px",
            advice="use edges='fill'",
        )
    return top, left, bottom, right


def _eagerly(
    data: Any, drift: Drift, frame: Frame, shifter: Callable[..., NDArray[Any]], progress: Progress
) -> NDArray[Any]:
    first = shifter(np.asarray(data[0]), drift.within_group_px[0], frame)
    out = np.empty((len(data), *first.shape), first.dtype)

    def shift(plane: int) -> None:
        out[plane] = shifter(np.asarray(data[plane]), drift.within_group_px[plane], frame)

    for_each(shift, range(len(data)), progress, "shifting planes")
    return out


def _lazily(data: Any, drift: Drift, frame: Frame, shifter: Callable[..., NDArray[Any]]) -> Any:
    import dask.array as da

    shape = (frame[2] - frame[0], frame[3] - frame[1], *data.shape[3:])
    dtype = shifter(np.zeros((1, 1), data.dtype), np.full(2, 0.5), (0, 0, 1, 1)).dtype

    def shift(block: NDArray[Any], block_info: Any = None) -> NDArray[Any]:
        first = block_info[0]["array-location"][0][0]
        return np.stack([shifter(p, drift.within_group_px[first + k], frame) for k, p in enumerate(block)])

    whole_planes = data.rechunk(dict.fromkeys(range(1, data.ndim), -1))
    chunks = (whole_planes.chunks[0], *((n,) for n in shape))
    return da.map_blocks(shift, whole_planes, dtype=dtype, chunks=chunks)


def _labelled(
    stack: xr.DataArray, data: Any, drift: Drift, frame: Frame, interpolation: str, edges: str
) -> xr.DataArray:
    """Return the aligned pixels with everything that was known about the stack."""
    from temstack.stack import plane_dim, with_history

    top, left, bottom, right = frame
    aligned = stack[:, top:bottom, left:right].copy(data=data)
    dim = plane_dim(stack)
    for axis, name in enumerate(("drift_y_px", "drift_x_px")):
        aligned.coords[name] = (dim, drift.drift_px[:, axis].copy(), {"units": "px"})
    return with_history(
        aligned,
        "apply_drift",
        interpolation=interpolation,
        edges=edges,
        estimator=drift.estimator,
        settings=dict(drift.settings),
    )


def _labelled_sum(
    stack: xr.DataArray, image: Floats, drift: Drift, frame: Frame, members: Integers, how: dict[str, Any]
) -> xr.DataArray:
    from temstack.stack import per_plane_values, plane_dim, with_history

    top, left, bottom, right = frame
    plane = stack[0, top:bottom, left:right].drop_vars([plane_dim(stack), *per_plane_values(stack)], errors="ignore")
    summed = plane.copy(data=image)
    left_out = sorted(set(range(drift.n_planes)) - set(members.tolist()))
    if left_out:
        summed.attrs["left_out"] = left_out
    return with_history(
        summed,
        "sum_aligned",
        planes=len(members),
        estimator=drift.estimator,
        settings=dict(drift.settings),
        **how,
    )
