"""Automatic exposure: how bright a frame is, and what follows from it. Pure; nothing is exposed here.

A frame that is too bright is lost, so it is taken again at once with a shorter exposure. One that is too dim is valid,
so it is kept, and the next gets a longer exposure. Exposures change by powers of two only: scaling by them is exact,
and few different exposures need few dark references.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, log2
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from temstack.series import ExposureLimits

QUANTILE = 0.999
"""A frame counts as bright as its pixel at this quantile, hot pixels left out."""

_HOT_RATIO, _HOT_COUNTS = 2.0, 30.0
"""A pixel is hot if it is that many times, and that many counts, above all its neighbours: optics blur more."""

_MOST_HOT = 0.01
"""No camera has a larger share of hot pixels: then the image itself is made of single pixels."""

_MOST_DOUBLINGS = 4
"""The next exposure is at most 16 times as long: the plane after a gap may lie on an edge."""

_SAMPLES = 2**16


@dataclass(frozen=True, slots=True)
class Brightness:
    """How bright a frame is.

    Parameters
    ----------
    counts : float, counts above the dark level
        The brightest pixel but for hot ones and the brightest thousandth.
    is_saturated : bool
        Whether any pixel that is not hot reached the camera's limit.
    """

    counts: float
    is_saturated: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """What follows from a frame.

    Parameters
    ----------
    action : str
        ``"accept"``: keep it; ``"retake"``: take the same plane again; ``"give_up"``: keep it and end the series.
    exposure_s : float, s
        Of the frame that comes next.
    reason : str
        In plain words; empty where all is well.
    """

    action: Literal["accept", "retake", "give_up"]
    exposure_s: float
    reason: str = ""


def brightness(pixels: NDArray[Any], *, saturation: float, dark_level: float = 0.0) -> Brightness:
    """Return how bright an unprocessed frame is.

    Parameters
    ----------
    pixels : (y, x) array, counts
    saturation : float, counts
        At which the camera's pixels become no brighter.
    dark_level : float, counts
        What the camera gives without light, e.g. the mean of the dark reference.

    Examples
    --------
    >>> frame = np.full((100, 100), 300, np.uint16)
    >>> frame[50, 50] = 65535  # hot
    >>> brightness(frame, saturation=65535, dark_level=200)
    Brightness(counts=100.0, is_saturated=False)
    """
    spare = floor((1 - QUANTILE) * pixels.size)
    steady = _steady(pixels, spare + 1, dark_level)
    return Brightness(float(steady[-1 - spare]) - dark_level, bool(steady[-1] >= saturation))


def _steady(pixels: NDArray[Any], count: int, dark_level: float) -> NDArray[np.float64]:
    """Return the values of the brightest pixels that are not hot, `count` of them or more, in rising order."""
    for width in (2, 16, 128):
        places = _brightest(pixels, width * count)
        values = pixels.ravel()[places].astype(np.float64)
        is_hot = _is_hot(pixels, places, values, dark_level)
        if np.count_nonzero(is_hot) > _MOST_HOT * pixels.size:
            break
        if np.count_nonzero(~is_hot) >= count:
            return np.sort(values[~is_hot])
    return np.sort(pixels, axis=None).astype(np.float64)


def _brightest(pixels: NDArray[Any], count: int) -> NDArray[np.int64]:
    """Return the places of the brightest pixels, `count` of them or more, without sorting all."""
    flat = pixels.ravel()
    stride = max(1, flat.size // _SAMPLES)
    # An odd stride does not stay in the same columns of a frame 2^n pixels wide.
    sample = np.sort(flat[:: stride | 1])
    share = min(1.0, 1.5 * count / flat.size)
    found = np.flatnonzero(flat >= sample[int((1 - share) * (len(sample) - 1))])
    if len(found) >= count or len(found) == flat.size:
        return found
    return np.argpartition(flat, -min(count, flat.size))[-min(count, flat.size) :]


def _is_hot(
    pixels: NDArray[Any], places: NDArray[np.int64], values: NDArray[np.float64], dark_level: float
) -> NDArray[np.bool_]:
    height, width = pixels.shape
    rows, columns = np.divmod(places, width)
    highest = np.full(len(places), -np.inf)
    for dy, dx in ((-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0), (1, 1)):
        y, x = rows + dy, columns + dx
        inside = (y >= 0) & (y < height) & (x >= 0) & (x < width)
        neighbour = pixels[np.clip(y, 0, height - 1), np.clip(x, 0, width - 1)]
        highest = np.where(inside, np.maximum(highest, neighbour), highest)
    above = np.maximum(highest - dark_level, 0.0)
    return np.asarray(values - dark_level > _HOT_RATIO * above + _HOT_COUNTS)


@dataclass(frozen=True, slots=True)
class ExposureRule:
    """Judges frame after frame by the thresholds of a series on its camera.

    Parameters
    ----------
    limits : ExposureLimits

    Examples
    --------
    >>> rule = ExposureRule(ExposureLimits(1000, 4000, shortest_s=0.01, longest_s=60, retakes=6))
    >>> rule.judge(Brightness(812, False), exposure_s=0.4, where="plane 7, 530 eV")
    Verdict(action='accept', exposure_s=0.8, reason='plane 7, 530 eV: 812 counts < 1000, next exposure 2× → 0.8 s')
    >>> rule.judge(Brightness(9000, True), exposure_s=0.4, where="plane 8, 540 eV").action
    'retake'
    """

    limits: ExposureLimits

    def judge(self, frame: Brightness, *, exposure_s: float, retakes: int = 0, where: str = "plane") -> Verdict:
        """Return what follows from a frame.

        Parameters
        ----------
        frame : Brightness
        exposure_s : float, s
            What the camera was asked for; the next one is this times a power of two.
        retakes : int
            How often this plane was taken again before.
        where : str
            Which plane, in words, for the reason.
        """
        if frame.is_saturated or frame.counts >= self.limits.upper_counts:
            return self._too_bright(frame, exposure_s, retakes, where)
        if frame.counts < self.limits.lower_counts:
            return self._too_dim(frame, exposure_s, where)
        return Verdict("accept", exposure_s)

    def _too_bright(self, frame: Brightness, exposure_s: float, retakes: int, where: str) -> Verdict:
        limits = self.limits
        what = "saturated" if frame.is_saturated else f"{frame.counts:.0f} counts ≥ {limits.upper_counts:.0f}"
        halvings = min(self._halvings_wanted(frame, retakes), floor(log2(exposure_s / limits.shortest_s) + 1e-9))
        if halvings < 1 and not frame.is_saturated:
            return Verdict("accept", exposure_s, f"{where}: {what}, kept: {exposure_s:g} s is the shortest exposure")
        if halvings < 1:
            return Verdict(
                "give_up",
                exposure_s,
                f"{where}: {what} at the shortest exposure, {exposure_s:g} s; reduce the beam's brightness",
            )
        if retakes >= limits.retakes:
            return Verdict("give_up", exposure_s, f"{where}: {what}, still after {retakes} retakes; expose shorter")
        shorter = exposure_s / 2.0**halvings
        return Verdict("retake", shorter, f"{where}: {what}, taken again with 1/{2**halvings} → {shorter:g} s")

    def _halvings_wanted(self, frame: Brightness, retakes: int) -> int:
        """Return how often to halve to come to half the upper threshold; how bright saturation was nobody knows."""
        if frame.is_saturated:
            return 2 * (retakes + 1)
        return max(1, ceil(log2(2 * frame.counts / self.limits.upper_counts) - 1e-9))

    def _too_dim(self, frame: Brightness, exposure_s: float, where: str) -> Verdict:
        limits = self.limits
        what = f"{where}: {frame.counts:.0f} counts < {limits.lower_counts:.0f}"
        wanted = _MOST_DOUBLINGS
        if frame.counts > 0:
            wanted = min(wanted, max(1, floor(log2(limits.upper_counts / 2 / frame.counts) + 1e-9)))
        doublings = min(wanted, floor(log2(limits.longest_s / exposure_s) + 1e-9))
        if doublings < 1:
            return Verdict("accept", exposure_s, f"{what}, kept: {exposure_s:g} s is the longest exposure")
        longer = exposure_s * 2.0**doublings
        return Verdict("accept", longer, f"{what}, next exposure {2**doublings}× → {longer:g} s")
