"""Chance: numbers that depend on a key and a position alone, so that frames can be made in any order.

Each pixel hashes its own position with the key of the frame [1]_. Normal numbers are sums of four values of a table;
Poisson numbers come from tables where the mean is small, and from a normal number by the expansion of Cornish and
Fisher [2]_ where it is not.

.. [1] G. L. Steele, D. Lea, C. H. Flood, OOPSLA 2014: 453 (the output function of SplitMix).
.. [2] E. A. Cornish, R. A. Fisher, Revue de l'Institut International de Statistique 5 (1938) 307.
"""

from __future__ import annotations

from math import exp
from statistics import NormalDist
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

F32 = NDArray[np.float32]

TABLED_BELOW = 12.0
"""Poisson numbers of a smaller mean are exact; above, mean and variance are, and the skewness nearly."""
_PER_UNIT = 4  # tables stand at every quarter of an electron; what remains is drawn by itself and added
_LARGEST = 48


def frame_key(seed: int, frame_index: int, purpose: int) -> int:
    """Return the key of one frame's random numbers for one purpose; other arguments, unrelated numbers."""
    return int(np.random.SeedSequence([seed, frame_index, purpose]).generate_state(1, np.uint64)[0])


def _normal_table() -> F32:
    """Return 4096 equally likely values whose mean is 0 and whose fourfold sum, halved, has variance 1."""
    inverse = NormalDist().inv_cdf
    values = np.array([inverse((index + 0.5) / 4096) for index in range(4096)])
    return np.asarray(0.5 * values / values.std(), np.float32)


def _poisson_tables() -> tuple[NDArray[np.uint32], NDArray[np.uint8]]:
    """Return distribution functions, 0…2^32, of means 0, ¼, ½ …, and where to begin in them by the top 12 bits."""
    levels = int(TABLED_BELOW * _PER_UNIT)
    below = np.zeros((levels, _LARGEST))
    for level in range(levels):
        term = exp(-level / _PER_UNIT)
        for number in range(_LARGEST):
            below[level, number] = term
            term *= level / _PER_UNIT / (number + 1)
    sums = np.minimum(np.rint(np.cumsum(below, axis=1) * 2.0**32), 2.0**32 - 1)
    begin = [np.searchsorted(row, np.arange(4096) * 2.0**20, side="right") for row in sums]
    return sums.astype(np.uint32), np.array(begin, np.uint8)


NORMAL = _normal_table()
SUMS, BEGIN = _poisson_tables()


@njit(inline="always")
def random_bits(key: Any, position: int) -> Any:
    """Return 64 random bits of a position."""
    z = np.uint64(key) + np.uint64(position + 1) * np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@njit(inline="always")
def normal_number(bits: Any, table: F32) -> Any:
    """Return a normal number of mean 0 and variance 1."""
    first = table[bits & np.uint64(4095)] + table[(bits >> np.uint64(12)) & np.uint64(4095)]
    second = table[(bits >> np.uint64(24)) & np.uint64(4095)] + table[(bits >> np.uint64(36)) & np.uint64(4095)]
    return first + second


@njit(inline="always")
def many(mean: Any, bits: Any, table: F32) -> Any:
    """Return a Poisson number of a mean of at least TABLED_BELOW, as float32."""
    z = normal_number(bits, table)
    root = np.sqrt(mean - np.float32(1 / 12))  # rounding to whole numbers adds a variance of 1/12
    return np.floor(mean + root * z + (z * z - np.float32(1)) * np.float32(1 / 6) + np.float32(0.5))


@njit(inline="always")
def few(mean: Any, bits: Any, sums: NDArray[np.uint32], begin: NDArray[np.uint8]) -> Any:
    """Return a Poisson number of a mean below TABLED_BELOW, as float32."""
    level = int(mean * np.float32(_PER_UNIT))
    high = np.uint32(bits >> np.uint64(32))
    number = int(begin[level, high >> np.uint32(20)])
    while number < _LARGEST - 1 and sums[level, number] <= high:
        number += 1
    rest = mean - np.float32(level) / np.float32(_PER_UNIT)
    return np.float32(number + _fewest(rest, np.float32((bits & np.uint64(0xFFFFFFFF)) >> np.uint64(8))))


@njit(inline="always")
def _fewest(mean: Any, low: Any) -> int:
    """Return a Poisson number of a mean below a quarter, from a random number below 2^24."""
    term = 1 - mean * (1 - mean / 2 * (1 - mean / 3 * (1 - mean / 4)))
    left = low * np.float32(2.0**-24) - term
    number = 0
    while left >= 0 and number < 12:
        number += 1
        term *= mean / np.float32(number)
        left -= term
    return number
