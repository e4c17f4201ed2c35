"""Multiple exposures: added with the weight each frame deserves, and how many were worth adding."""

from __future__ import annotations

from typing import Literal

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike, NDArray

from temstack.analysis.ring_correlation import fourier_ring_correlation, resolution
from temstack.errors import SettingError
from temstack.stack import check_stack, counts, iter_planes, per_plane_values, plane_dim, with_history
from temstack.stack.progress import Progress, no_progress

Floats = NDArray[np.float64]
Weighting = Literal["counting", "equal", "agreement"]
WEIGHTINGS: tuple[Weighting, ...] = ("counting", "equal", "agreement")


def add_exposures(
    stack: xr.DataArray,
    *,
    weights: Weighting | ArrayLike = "counting",
    mean: bool = False,
    progress: Progress = no_progress,
) -> xr.DataArray:
    """Return all frames as one long exposure, each added with its weight.

    Parameters
    ----------
    stack : (plane, y, x) DataArray
        Aligned, real, NumPy or dask.
    weights : {"counting", "equal", "agreement"} or (n,) array
        ``counting`` weights frames by what they counted, 1 / ``scale``, which is best where only counting
        makes noise; ``agreement`` by how well each agrees with the others (see :func:`frame_weights`);
        ``equal`` does not weight. Only the ratios of given weights count; 0 leaves a frame out.
    mean : bool
        The mean frame instead of the sum: as many counts as one frame.

    Returns
    -------
    image : (y, x) DataArray of float64, counts
        ``attrs["frame_weights"]`` are the weights, their mean 1.

    Raises
    ------
    SettingError
        If weights are below 0, all 0, or not one for each frame.

    Examples
    --------
    >>> from temstack.stack import label_stack
    >>> stack = label_stack(np.array([10.0, 20, 60])[:, None, None])
    >>> add_exposures(stack, weights=[1, 1, 0]).item()
    45.0
    """
    dim = plane_dim(check_stack(stack))
    factors = frame_weights(stack, weights, progress=progress)
    total = np.zeros((stack.sizes["y"], stack.sizes["x"]))
    for index, plane in iter_planes(counts(stack)):
        if factors[index]:
            total += factors[index] * plane
        progress("adding frames", index + 1, len(factors))
    if mean:
        total /= len(factors)
    image = stack[0].drop_vars([dim, *per_plane_values(stack)], errors="ignore").copy(data=total)
    image.attrs["frame_weights"] = factors.tolist()
    given = weights if isinstance(weights, str) else np.asarray(weights)
    return with_history(image, "add_exposures", weights=given, mean=mean)


def frame_weights(
    stack: xr.DataArray, weights: Weighting | ArrayLike = "agreement", *, progress: Progress = no_progress
) -> Floats:
    """Return the weight of each frame, their mean 1.

    ``agreement``: frame i is ``a_i`` times the common image plus noise of variance ``v_i``; both follow from its
    covariance with the mean of all others, and the best weight is ``a_i / v_i``. Frames that show something
    else get little, and those that are blurred or noisy less.

    Parameters
    ----------
    stack, weights
        As in :func:`add_exposures`.

    Returns
    -------
    weights : (n,) float64
    """
    n = len(check_stack(stack))
    if isinstance(weights, str):
        if weights not in WEIGHTINGS:
            raise SettingError("weights", "is unknown", got=repr(weights), expected=", ".join(WEIGHTINGS))
        if weights == "agreement" and n > 2:
            return _normalised(_agreement(stack, progress), n)
        scale = stack.coords["scale"].values if "scale" in stack.coords and weights == "counting" else np.ones(n)
        return _normalised(1 / np.broadcast_to(np.asarray(scale, dtype=np.float64), n), n)
    return _normalised(np.asarray(weights, dtype=np.float64), n)


def odd_even_correlation(
    stack: xr.DataArray, *, threshold: float | str = "half_bit", progress: Progress = no_progress
) -> xr.DataArray:
    """Return how the odd and the even frames agree, as frames are added one pair after the other.

    Parameters
    ----------
    stack : (plane, y, x) DataArray
        Aligned; four frames or more. A pattern that stays with the detector must have been moved by the
        alignment, or it correlates, too.
    threshold : float or "half_bit"
        For the resolution; see :func:`~temstack.analysis.resolution`.

    Returns
    -------
    correlation : (frames, frequency) DataArray
        The ring correlation after the first 2, 4, 6 … frames. Along ``frames`` stand ``resolution`` in the units of
        the image, and ``information``, the bits that all rings together hold: ``sum samples log2(1 + SNR)`` with
        ``SNR = 2 FRC / (1 - FRC)`` of the sum of both halves. ``attrs["frames_worth_adding"]`` is the smallest number
        of frames that gives 99 % of the most information: behind it frames add noise, drift or damage only.

    Raises
    ------
    SettingError
        If there are fewer than four frames.
    """
    n = len(check_stack(stack))
    if n < 4:
        raise SettingError("stack", "has too few frames to compare odd and even ones", got=n, expected="4 or more")
    halves = np.zeros((2, stack.sizes["y"], stack.sizes["x"]))
    rings = []
    for index, plane in iter_planes(counts(stack)):
        halves[index % 2] += plane
        if index % 2:
            images = [stack[0].copy(data=half).drop_vars("scale", errors="ignore") for half in halves]
            rings.append(fourier_ring_correlation(*images))
        progress("comparing odd and even frames", index + 1, n)
    frames = 2 * np.arange(1, len(rings) + 1)
    bits = np.array([_information(ring) for ring in rings])
    result = rings[0].expand_dims(frames=frames).copy(data=np.stack([ring.values for ring in rings]))
    units = str(rings[0].frequency.attrs["units"]).removeprefix("1/")
    result = result.assign_coords(
        resolution=("frames", [resolution(ring, threshold) for ring in rings], {"units": units}),
        information=("frames", bits, {"units": "bit"}),
    )
    worth = int(frames[np.argmax(bits >= 0.99 * bits.max())])
    result.attrs = {**rings[0].attrs, "frames_worth_adding": worth}
    return result


def _information(ring: xr.DataArray) -> float:
    frc = np.clip(ring.values, 0, 0.9999)
    # Noise alone scatters by 1 / sqrt(samples) about 0, and would look like information.
    sure = frc > 2 / np.sqrt(np.maximum(ring.samples.values, 1))
    return float((ring.samples.values * np.log2(1 + 2 * frc / (1 - frc)))[sure].sum())


def _agreement(stack: xr.DataArray, progress: Progress) -> Floats:
    n = len(stack)
    scaled = counts(stack)
    total = np.zeros((stack.sizes["y"], stack.sizes["x"]))
    for index, plane in iter_planes(scaled):
        total += plane - plane.mean(dtype=np.float64)
        progress("comparing frames", index + 1, 2 * n)
    shared, own = np.empty(n), np.empty(n)
    for index, plane in iter_planes(scaled):
        frame = plane - plane.mean(dtype=np.float64)
        shared[index] = float(np.mean(frame * (total - frame))) / (n - 1)
        own[index] = float(np.mean(frame * frame))
        progress("comparing frames", n + index + 1, 2 * n)
    signal = max(float(shared.mean()), 0.0)
    if signal == 0:
        raise SettingError("weights", "the frames have nothing in common to weight them by", advice="use 'counting'")
    strength = np.maximum(shared / signal, 0)
    noise = np.maximum(own - strength**2 * signal, 1e-6 * own.max())
    return np.asarray(strength / noise)


def _normalised(weights: Floats, n: int) -> Floats:
    if weights.shape != (n,):
        raise SettingError(
            "weights", "needs one weight for each frame", got=f"shape {weights.shape}", expected=f"({n},)"
        )
    if not (np.isfinite(weights).all() and (weights >= 0).all() and weights.any()):
        raise SettingError("weights", "must be 0 or more, and not all 0", got=weights.tolist())
    return np.asarray(weights * (n / weights.sum()))
