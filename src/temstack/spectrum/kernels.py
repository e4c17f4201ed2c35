"""The inner loops that NumPy would do in many passes over memory, compiled by numba on first use."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

_LOG2_E = np.float32(1.4426950408889634)
# Taylor's series of 2^f for |f| <= 1/2 to the 6th power: wrong by less than 2e-7, as float32 itself is.
_C1, _C2, _C3, _C4, _C5, _C6 = (np.float32(np.log(2) ** k / f) for k, f in enumerate((1, 2, 6, 24, 120, 720), start=1))
_BIAS, _MANTISSA = np.int32(127), np.int32(23)
_ONE, _HALF, _LARGEST = np.float32(1), np.float32(0.5), np.float32(126)


def plain(pixels: NDArray[Any]) -> NDArray[Any]:
    """Return pixels in a type that numba knows: bytes in the order of this machine, and not float16."""
    if pixels.dtype == np.float16:
        return pixels.astype(np.float32)
    return pixels if pixels.dtype.isnative else pixels.astype(pixels.dtype.newbyteorder("="))


@njit(cache=True, fastmath={"contract", "reassoc", "arcp", "nsz"}, error_model="numpy")
def subtract_from_spectra(
    pixels: NDArray[Any],
    scale: NDArray[np.float32],
    minus_t: NDArray[np.float32],
    log_width: NDArray[np.float32],
    slope: NDArray[np.float32],
    log_height: NDArray[np.float32],
    out: NDArray[np.float32],
) -> None:
    """Write ``pixels * scale - exp(log_height + log_width - slope t)``, both (spectra, n), to *out*."""
    n = pixels.shape[1]
    power = np.empty(n, np.int32)
    as_float = power.view(np.float32)
    fraction = np.empty(n, np.float32)
    for row in range(pixels.shape[0]):
        steep, height = slope[row] * _LOG2_E, log_height[row] * _LOG2_E
        for k in range(n):
            y = height + log_width[k] * _LOG2_E + steep * minus_t[k]
            y = min(max(y, -_LARGEST), _LARGEST)
            whole = np.floor(y + _HALF)
            f = y - whole
            fraction[k] = _ONE + f * (_C1 + f * (_C2 + f * (_C3 + f * (_C4 + f * (_C5 + f * _C6)))))
            power[k] = (np.int32(whole) + _BIAS) << _MANTISSA
        for k in range(n):
            out[row, k] = np.float32(pixels[row, k]) * scale[k] - as_float[k] * fraction[k]


@njit(cache=True, fastmath={"contract", "reassoc", "arcp", "nsz"}, error_model="numpy")
def subtract_from_planes(
    pixels: NDArray[Any],
    scale: NDArray[np.float32],
    minus_t: NDArray[np.float32],
    log_width: NDArray[np.float32],
    slope: NDArray[np.float32],
    log_height: NDArray[np.float32],
    out: NDArray[np.float32],
) -> None:
    """Write ``pixels * scale - exp(log_height + log_width - slope t)``, both (n, pixels), to *out*."""
    block = 1024
    power = np.empty(block, np.int32)
    as_float = power.view(np.float32)
    fraction = np.empty(block, np.float32)
    for start in range(0, pixels.shape[1], block):  # so little of the fit stays in the cache from plane to plane
        steep, height = slope[start : start + block], log_height[start : start + block]
        for plane in range(pixels.shape[0]):
            # Views, because an index that might be negative keeps the compiler from vectorising.
            counted, below = pixels[plane, start : start + block], out[plane, start : start + block]
            shift, rate, factor = log_width[plane] * _LOG2_E, minus_t[plane] * _LOG2_E, scale[plane]
            for k in range(counted.shape[0]):
                y = height[k] * _LOG2_E + shift + steep[k] * rate
                y = min(max(y, -_LARGEST), _LARGEST)
                whole = np.floor(y + _HALF)
                f = y - whole
                fraction[k] = _ONE + f * (_C1 + f * (_C2 + f * (_C3 + f * (_C4 + f * (_C5 + f * _C6)))))
                power[k] = (np.int32(whole) + _BIAS) << _MANTISSA
            for k in range(counted.shape[0]):
                below[k] = np.float32(counted[k]) * factor - as_float[k] * fraction[k]


@njit(cache=True, fastmath={"contract", "reassoc", "nsz"}, error_model="numpy")
def fit_pixels(
    s0: NDArray[np.float64],
    s1: NDArray[np.float64],
    lowest: float,
    step: float,
    table: NDArray[np.float64],
    slope: NDArray[np.float32],
    log_height: NDArray[np.float32],
) -> None:
    """Look the slope and the height of each pixel up in a table (n, 2) over even steps of the statistic."""
    last = table.shape[0] - 1
    for row in range(s0.shape[0]):
        statistic = s1[row] / s0[row] if s0[row] > 0 else 0.0
        place = min(max((statistic - lowest) / step, 0.0), last - 1e-9)
        k = int(place)
        part = place - k
        slope[row] = table[k, 0] + part * (table[k + 1, 0] - table[k, 0])
        log_z = table[k, 1] + part * (table[k + 1, 1] - table[k, 1])
        log_height[row] = np.log(s0[row]) - log_z if s0[row] > 0 else (-np.inf if s0[row] <= 0 else np.nan)


@njit(cache=True, fastmath={"contract", "reassoc", "nsz"}, error_model="numpy")
def sum_spectra(pixels: NDArray[Any], start: int, weights: NDArray[np.float64], out: NDArray[np.float64]) -> None:
    """Write the weighted sums of spectra (m, n) to *out* (k, m); weights (k, w) are of channels from *start* on."""
    n = weights.shape[1]
    for row in range(pixels.shape[0]):
        full = pixels[row]
        spectrum = full[start : start + n]
        for j in range(weights.shape[0]):
            weight = weights[j]
            total = 0.0
            for i in range(n):
                total += weight[i] * spectrum[i]
            out[j, row] = total


@njit(cache=True, fastmath={"contract", "reassoc", "nsz"}, error_model="numpy")
def add_planes(pixels: NDArray[Any], weights: NDArray[np.float64], sums: NDArray[np.float64]) -> None:
    """Add planes (n, m), multiplied by weights (k, n), to *sums* (k, m)."""
    block = 2048
    for start in range(0, pixels.shape[1], block):  # so few sums stay in the cache from plane to plane
        for i in range(pixels.shape[0]):
            counted = pixels[i, start : start + block]
            for j in range(weights.shape[0]):
                weight = weights[j, i]
                if weight != 0:
                    total = sums[j, start : start + block]
                    for k in range(counted.shape[0]):
                        total[k] += weight * counted[k]
