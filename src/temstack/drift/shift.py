"""Shift one plane by parts of a pixel, once.

A constant shift is separable. The whole-pixel part moves the frame of what is read, so the field of view really
changes; what is left, at most half a pixel, is interpolated:

- ``whole-pixel``: not at all; the pixels keep their values and type.
- ``linear``: two neighbours along each axis; blurs.
- ``cubic``: the cardinal cubic B-spline, cut off where it is below 1e−6.
- ``fourier``: a phase ramp over the plane, extended smoothly so that opposite borders do not meet in a jump.
"""

from __future__ import annotations

from typing import Any

import ducc0
import numpy as np
import scipy.fft
from numpy.typing import NDArray

from temstack.drift import kernels
from temstack.drift.parallel import fft_threads
from temstack.errors import SettingError

INTERPOLATIONS = ("fourier", "cubic", "linear", "whole-pixel")
NEARLY_WHOLE_PX = 0.01
_PAD = 32
_SPLINE_REACH = 10

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Single = NDArray[np.float32]
"""Frame of the result in the coordinates of plane 0: top, left, bottom, right, px."""
Frame = tuple[int, int, int, int]


def shift_plane(
    plane: NDArray[Any], drift_px: Floats, *, interpolation: str = "fourier", fill_value: float = np.nan
) -> NDArray[Any]:
    """Return one plane shifted back by its drift, on the whole field of plane 0.

    It is what :func:`~temstack.drift.apply.apply_drift` makes of this plane.

    Parameters
    ----------
    plane : (y, x) array
    drift_px : (2,) float64, px
        Where the specimen moved to in it, ``(y, x)``.
    interpolation : str
        See :func:`~temstack.drift.apply.apply_drift`.
    fill_value : float
        Where the plane saw nothing.

    Examples
    --------
    >>> shift_plane(np.arange(12.0).reshape(3, 4), np.array([1.0, 0.0]))[:, 0].tolist()
    [4.0, 8.0, nan]
    """
    check_choice("interpolation", interpolation, INTERPOLATIONS)
    places = np.asarray(drift_px, np.float64)
    whole = np.rint(places)
    near = np.abs(places - whole) <= NEARLY_WHOLE_PX
    height, width = plane.shape[:2]
    if not np.issubdtype(plane.dtype, np.inexact) and not np.isfinite(fill_value):
        plane = plane.astype(np.float32)
    shifter = Shifter(interpolation, fill_value)
    return np.asarray(shifter(plane, np.where(near, whole, places), (0, 0, height, width)))


class Shifter:
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


def check_choice(name: str, value: str, allowed: tuple[str, ...]) -> None:
    """Refuse a value that is not among those allowed."""
    if value not in allowed:
        raise SettingError(name, "is unknown", got=repr(value), expected=", ".join(allowed))
