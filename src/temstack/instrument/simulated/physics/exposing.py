"""The inner loops of a detector, compiled by numba once and kept in its cache."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from temstack.instrument.simulated.physics.noise import TABLED_BELOW, few, many, normal_number, random_bits

F32 = NDArray[np.float32]


@njit(cache=True, nogil=True, fastmath=True)
def arriving(
    rate: F32,
    exposure_s: float,
    kernel: F32,
    key: int,
    tables: tuple[F32, NDArray[np.uint32], NDArray[np.uint8]],
    out: F32,
) -> None:
    """Write into *out* how many electrons arrived, by chance, around a blurred mean.

    *out* has a rim around the camera, in which the mean is that of the nearest pixel. *kernel* is one side of the
    symmetric blur, its middle first.
    """
    normal, sums, begin = tables
    height, width = rate.shape
    rim_y, rim_x = (out.shape[0] - height) // 2, (out.shape[1] - width) // 2
    reach = len(kernel) - 1
    time = np.float32(exposure_s)
    line = np.empty(width + 2 * reach, np.float32)
    for i in range(out.shape[0]):
        at = min(max(i - rim_y, 0), height - 1)
        _blurred_row(rate, at, kernel, line, out[i, rim_x : rim_x + width])
        row = out[i]
        row[:rim_x] = row[rim_x]
        row[rim_x + width :] = row[rim_x + width - 1]
        smallest, largest = np.float32(np.inf), np.float32(0)
        for j in range(out.shape[1]):
            row[j] *= time
            smallest, largest = min(smallest, row[j]), max(largest, row[j])
        _by_chance(row, smallest, largest, key, i * out.shape[1], normal, sums, begin)


@njit(cache=True, nogil=True, fastmath=True)
def _by_chance(
    row: F32,
    smallest: float,
    largest: float,
    key: int,
    place: int,
    normal: F32,
    sums: NDArray[np.uint32],
    begin: NDArray[np.uint8],
) -> None:
    """Replace each mean by a Poisson number; rows of large or of small means alone take shorter loops."""
    if smallest >= np.float32(TABLED_BELOW):
        for j in range(len(row)):
            row[j] = many(row[j], random_bits(key, place + j), normal)
        return
    if largest < np.float32(TABLED_BELOW):
        for j in range(len(row)):
            row[j] = few(row[j], random_bits(key, place + j), sums, begin)
        return
    for j in range(len(row)):
        bits = random_bits(key, place + j)
        row[j] = few(row[j], bits, sums, begin) if row[j] < np.float32(TABLED_BELOW) else many(row[j], bits, normal)


@njit(cache=True, nogil=True, fastmath=True)
def _blurred_row(rate: F32, at: int, kernel: F32, line: F32, out: F32) -> None:
    """Write one row of the separable blur, what lies beyond the rim being like the rim."""
    height, width = rate.shape
    reach = len(kernel) - 1
    inside = line[reach : reach + width]
    middle = rate[at]
    for j in range(width):
        inside[j] = kernel[0] * middle[j]
    for step in range(1, reach + 1):
        above, below, weight = rate[max(at - step, 0)], rate[min(at + step, height - 1)], kernel[step]
        for j in range(width):
            inside[j] += weight * (above[j] + below[j])
    line[:reach] = inside[0]
    line[reach + width :] = inside[width - 1]
    for j in range(width):
        out[j] = kernel[0] * inside[j]
    for step in range(1, reach + 1):
        weight = kernel[step]
        for j in range(width):
            out[j] += weight * (line[reach + j - step] + line[reach + j + step])


@njit(cache=True, nogil=True, fastmath=True)
def read_out(
    light: F32,
    gain: F32,
    dark_rate: F32,
    offset: F32,
    noises: tuple[float, float, float],
    limits: tuple[float, float],
    place: tuple[int, int, int],
    key: int,
    normal: F32,
    out: NDArray[np.integer],
) -> int:
    """Write counts into *out* and return how many pixels are saturated.

    *light* (electrons) is multiplied by *gain* (counts per electron); thermal electrons and the read-out add noise;
    then comes the converter. *light* has no rows where the shutter was closed.

    *noises* are exposure (s), counts per thermal electron, and read noise (counts); *limits* those of the converter;
    *place* says where on the whole chip the area begins, and how wide that is.
    """
    time, share, variance = np.float32(noises[0]), np.float32(noises[1]), np.float32(noises[2] ** 2)
    low, high = np.float32(limits[0]), np.float32(limits[1])
    lit = light.shape[0] > 0
    saturated = 0
    for i in range(out.shape[0]):
        begin = (place[0] + i) * place[2] + place[1]
        for j in range(out.shape[1]):
            dark = dark_rate[i, j] * time
            spread = np.sqrt(variance + share * dark)
            value = offset[i, j] + dark + spread * normal_number(random_bits(key, begin + j), normal)
            if lit:
                value += light[i, j] * gain[i, j]
            saturated += value >= high
            out[i, j] = np.rint(min(max(value, low), high))
    return saturated


@njit(cache=True, nogil=True)
def add_blocks(image: NDArray[np.generic], blocks: NDArray[np.generic]) -> None:
    """Add every block of *image* to one element of *blocks*, whose shape says how large the blocks are."""
    by, bx = image.shape[0] // blocks.shape[0], image.shape[1] // blocks.shape[1]
    for i in range(blocks.shape[0]):
        row = blocks[i]
        for u in range(by):
            source = image[i * by + u]
            for j in range(blocks.shape[1]):
                for v in range(bx):
                    row[j] += source[j * bx + v]
