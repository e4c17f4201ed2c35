"""Put a stack right: shift every plane once, or add all planes up in one pass.

A constant shift is separable. The whole-pixel part moves the frame of what is read, so the field of view really
changes; what is left, at most half a pixel, is interpolated:

- ``whole-pixel``: not at all; the pixels keep their values and type.
- ``linear``: two neighbours along each axis; blurs.
- ``cubic``: the cardinal cubic B-spline, cut off where it is below 1e−6.
- ``fourier``: a phase ramp over the plane, extended smoothly so that opposite borders do not meet in a jump.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import ducc0
import numpy as np
import scipy.fft
from numpy.typing import NDArray

from temstack.drift import kernels
from temstack.drift.estimate import estimate_drift
from temstack.drift.parallel import fft_threads, for_each
from temstack.drift.result import Drift
from temstack.drift.source import plane_source
from temstack.errors import DriftError, SettingError
from temstack.stack.progress import Progress, no_progress

if TYPE_CHECKING:
    import xarray as xr

INTERPOLATIONS = ("fourier", "cubic", "linear", "whole-pixel")
EDGES = ("crop", "fill")
_PAD = 32
_SPLINE_REACH = 10
_NEARLY_WHOLE_PX = 0.01

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Single = NDArray[np.float32]
"""Frame of the result in the coordinates of plane 0: top, left, bottom, right, px."""
Frame = tuple[int, int, int, int]


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
    _check_choice("interpolation", interpolation, INTERPOLATIONS)
    _check_choice("edges", edges, EDGES)
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

    _check_choice("interpolation", interpolation, INTERPOLATIONS)
    _check_choice("edges", edges, EDGES)
    check_stack(stack)
    drift = _fitted(stack, drift)
    drift = _worth_interpolating(drift, interpolation)
    frame = _frame(drift, edges)
    shifter = _Shifter(interpolation, fill_value)
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

    Returns
    -------
    image : (y, x) DataArray, float64
    """
    from temstack.stack import check_stack, counts

    _check_choice("interpolation", interpolation, INTERPOLATIONS)
    _check_choice("edges", edges, EDGES)
    check_stack(stack)
    drift = _worth_interpolating(_fitted(stack, drift), interpolation)
    members = np.flatnonzero(drift.groups == 0)
    frame = _frame(replace(drift, within_group_px=drift.within_group_px[members], groups=drift.groups[members]), edges)
    source = plane_source(counts(stack))
    shape = (frame[2] - frame[0], frame[3] - frame[1])
    total, weight = np.zeros(shape), np.zeros(shape, np.uint32)
    shifter = _Shifter(interpolation, np.nan)
    lock = threading.Lock()

    def add(plane: int) -> None:
        shifted = shifter(source(plane), drift.within_group_px[plane], frame)
        seen = np.isfinite(shifted)
        with lock:
            np.add(total, shifted, out=total, where=seen)
            np.add(weight, seen, out=weight)

    alone = fft_threads(source.shape[0] * source.shape[1]) > 1
    for_each(add, members.tolist(), progress, "adding planes", alone=alone)
    np.divide(total, weight, out=total, where=weight > 0)
    if not mean:
        total *= len(members)
    return _labelled_sum(stack, total, drift, frame, members)


class _Shifter:
    """Shifts one plane back by its drift and cuts it to a frame."""

    def __init__(self, interpolation: str, fill_value: float) -> None:
        self.interpolation = interpolation
        self.fill_value = fill_value

    def __call__(self, plane: NDArray[Any], drift_px: Floats, frame: Frame) -> NDArray[Any]:
        """Return the plane seen from plane 0, in the frame; *fill_value* where it saw nothing."""
        whole = np.rint(drift_px).astype(int)
        part = drift_px - whole
        if self.interpolation == "whole-pixel":
            return _cut(plane, whole, np.zeros(2, int), frame, self.fill_value)
        if plane.ndim == 3:
            layers = [self(plane[..., k], drift_px, frame) for k in range(plane.shape[-1])]
            return np.stack(layers, axis=-1)
        if np.iscomplexobj(plane):
            parts = [self(np.ascontiguousarray(p), drift_px, frame) for p in (plane.real, plane.imag)]
            return np.asarray(parts[0] + 1j * parts[1])
        single = np.ascontiguousarray(plane, dtype=np.float32)
        moved = _between_pixels(single, part, self.interpolation) if part.any() else single
        margin = np.sign(part).astype(int) if part.any() else np.zeros(2, int)
        return _cut(moved, whole, margin, frame, self.fill_value)


def _between_pixels(plane: Single, part: Floats, interpolation: str) -> Single:
    """Return the plane sampled at ``(y + part_y, x + part_x)``, parts at most half a pixel."""
    if interpolation == "fourier":
        return _fourier_shift(plane, part)
    weights = _linear_weights if interpolation == "linear" else _spline_weights
    out = np.empty_like(plane)
    kernels.shift_separably(plane, weights(float(part[0])), weights(float(part[1])), out)
    return out


def _linear_weights(part: float) -> Single:
    """Return weights of the pixels −1, 0, 1 about the wanted place."""
    return np.array([max(-part, 0), 1 - abs(part), max(part, 0)], np.float32)


def _spline_weights(part: float) -> Single:
    """Return weights of the cardinal cubic B-spline at pixels −10 … 10.

    The spline through samples is the B-spline of their prefiltered values; the prefilter's response is
    ``sqrt(3) z^|k|`` with ``z = sqrt(3) − 2`` (M. Unser, IEEE Signal Process. Mag. 16 (1999) 22).
    """
    pole = np.sqrt(3) - 2
    reach = np.arange(-_SPLINE_REACH - 2, _SPLINE_REACH + 3)
    prefilter = np.sqrt(3) * pole ** np.abs(reach)
    taps = np.arange(-2, 3)
    spline = _cubic_b_spline(np.asarray(taps - part, np.float64))
    weights = np.convolve(prefilter, spline, mode="same")[2:-2]
    return np.asarray(weights / weights.sum(), np.float32)


def _cubic_b_spline(x: Floats) -> Floats:
    a = np.abs(x)
    inner = 2 / 3 - a**2 + a**3 / 2
    outer = np.maximum(2 - a, 0) ** 3 / 6
    return np.asarray(np.where(a < 1, inner, outer))


def _fourier_shift(plane: Single, part: Floats) -> Single:
    """Shift by a phase ramp; the plane is continued so that its ends run smoothly into each other."""
    height, width = plane.shape
    pads = [_pad(height), _pad(width)]
    wide = _continued(_continued(plane, pads[0]).T, pads[1]).T
    rows, columns = wide.shape
    threads = fft_threads(plane.size)
    spectrum = ducc0.fft.r2c(wide, axes=(0, 1), nthreads=threads)
    ramp_y = np.exp(2j * np.pi * np.fft.fftfreq(rows) * part[0])
    ramp_x = np.exp(2j * np.pi * np.fft.rfftfreq(columns) * part[1])
    spectrum *= ramp_y.astype(np.complex64)[:, None]
    spectrum *= ramp_x.astype(np.complex64)
    ducc0.fft.c2r(spectrum, axes=(0, 1), lastsize=columns, forward=False, inorm=2, nthreads=threads, out=wide)
    del spectrum
    return np.ascontiguousarray(wide[:height, :width])


def _pad(size: int) -> int:
    """Return how many rows to add so that the FFT is fast."""
    return 0 if size == 1 else int(scipy.fft.next_fast_len(size + min(_PAD, size), real=True)) - size


def _continued(plane: Single, pad: int) -> Single:
    """Return the plane with *pad* rows added that lead smoothly from its last row back to its first.

    Both ends are continued by point reflection, which keeps value and slope, and blended.
    """
    if pad == 0:
        return np.ascontiguousarray(plane)
    size = len(plane)
    after = 2 * plane[-1] - plane[np.clip(size - 1 - np.arange(1, pad + 1), 0, size - 1)]
    before = 2 * plane[0] - plane[np.clip(np.arange(pad, 0, -1), 0, size - 1)]
    blend = (0.5 - 0.5 * np.cos(np.pi * np.arange(1, pad + 1) / (pad + 1))).astype(np.float32)[:, None]
    return np.concatenate([plane, after * (1 - blend) + before * blend])


def _cut(plane: NDArray[Any], whole: Integers, margin: Integers, frame: Frame, fill_value: float) -> NDArray[Any]:
    """Return the frame of a plane displaced by whole pixels; what was never seen is filled.

    ``margin`` is the direction in which a further pixel was needed for interpolation.
    """
    height, width = plane.shape[:2]
    top, left = frame[0] + int(whole[0]), frame[1] + int(whole[1])
    rows, columns = frame[2] - frame[0], frame[3] - frame[1]
    seen = [
        (max(0, -int(min(m, 0)) - start), min(count, size - max(int(m), 0) - start))
        for m, start, count, size in zip(margin, (top, left), (rows, columns), (height, width), strict=True)
    ]
    (y0, y1), (x0, x1) = seen
    if y0 == 0 and x0 == 0 and y1 == rows and x1 == columns:
        return plane[top : top + rows, left : left + columns]
    out = np.full((rows, columns, *plane.shape[2:]), fill_value, plane.dtype)
    if y1 > y0 and x1 > x0:
        out[y0:y1, x0:x1] = plane[top + y0 : top + y1, left + x0 : left + x1]
    return out


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
    near = np.abs(places - whole) <= (0.5 if interpolation == "whole-pixel" else _NEARLY_WHOLE_PX)
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


def _labelled_sum(stack: xr.DataArray, image: Floats, drift: Drift, frame: Frame, members: Integers) -> xr.DataArray:
    from temstack.stack import per_plane_values, plane_dim, with_history

    top, left, bottom, right = frame
    plane = stack[0, top:bottom, left:right].drop_vars([plane_dim(stack), *per_plane_values(stack)], errors="ignore")
    summed = plane.copy(data=image)
    left_out = sorted(set(range(drift.n_planes)) - set(members.tolist()))
    if left_out:
        summed.attrs["left_out"] = left_out
    return with_history(summed, "sum_aligned", planes=len(members), estimator=drift.estimator)


def _check_choice(name: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise SettingError(name, "is unknown", got=repr(value), expected=", ".join(allowed))
