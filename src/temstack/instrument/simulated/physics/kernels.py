"""The inner loops of image formation, compiled by numba once and kept in its cache."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

F32 = NDArray[np.float32]
C64 = NDArray[np.complex64]


@njit(cache=True, nogil=True, fastmath=True)
def add_up(maps: F32, weights: F32, top: int, left: int, out: F32) -> None:
    """Write the weighted sum of the part of *maps* (n, y, x) that begins at (top, left), row by row."""
    n, (height, width) = maps.shape[0], out.shape
    for i in range(height):
        row = out[i]
        row[:] = np.float32(0)
        for m in range(n):
            weight = weights[m]
            if weight != 0:
                source = maps[m, top + i]
                for j in range(width):
                    row[j] += weight * source[left + j]


@njit(cache=True, nogil=True, fastmath=True)
def add_varying(
    maps: F32, weights: F32, row_ev: F32, column_ev: F32, top: int, left: int, out: F32, first: F32, second: F32
) -> None:
    """Do as :func:`add_up`, the weights changing with place: *weights* (3, n) are coefficients of 1, s and s².

    s is ``row_ev[i] + column_ev[j]``; *first* and *second* are working space for one row.
    """
    n, (height, width) = maps.shape[0], out.shape
    for i in range(height):
        row = out[i]
        for j in range(width):
            row[j] = first[j] = second[j] = np.float32(0)
        for m in range(n):
            a, b, c = weights[0, m], weights[1, m], weights[2, m]
            if a != 0 or b != 0 or c != 0:
                source = maps[m, top + i]
                for j in range(width):
                    value = source[left + j]
                    row[j] += a * value
                    first[j] += b * value
                    second[j] += c * value
        for j in range(width):
            s = row_ev[i] + column_ev[j]
            row[j] += s * (first[j] + s * second[j])


@njit(cache=True, nogil=True, fastmath=True)
def propagate(wave: C64, lens: C64, rows: C64, columns: C64, row_k2: F32, column_k2: F32, envelope: F32) -> C64:
    """Multiply a wave's transform by the lens, by separable phases, and by an envelope tabulated over k²."""
    out = np.empty_like(wave)
    for i in range(wave.shape[0]):
        row, k2 = rows[i], row_k2[i]
        for j in range(wave.shape[1]):
            damping = envelope[int(k2 + column_k2[j])]
            out[i, j] = wave[i, j] * lens[i, j] * (row * columns[j]) * damping
    return out


@njit(cache=True, nogil=True, fastmath=True)
def times_rows_and_columns(transform: C64, rows: C64, columns: C64) -> C64:
    """Multiply a transform by factors that depend on the row and on the column alone."""
    out = np.empty_like(transform)
    for i in range(transform.shape[0]):
        for j in range(transform.shape[1]):
            out[i, j] = transform[i, j] * (rows[i] * columns[j])
    return out


@njit(cache=True, nogil=True, fastmath=True)
def add_intensity(wave: C64, rim: int, weights: F32, row_ev: F32, column_ev: F32, out: F32) -> None:
    """Add the wave's intensity without its rim, times ``w0 + w1 s + w2 s²`` as in :func:`add_varying`."""
    a, b, c = weights
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            value = wave[rim + i, rim + j]
            s = row_ev[rim + i] + column_ev[rim + j]
            out[i, j] += (a + s * (b + s * c)) * (value.real * value.real + value.imag * value.imag)


@njit(cache=True, nogil=True, fastmath=True)
def illuminate(image: F32, rows: F32, columns: F32) -> None:
    """Multiply by a beam that is a product of rows and columns; what rounding left below zero becomes zero."""
    for i in range(image.shape[0]):
        row = rows[i]
        for j in range(image.shape[1]):
            image[i, j] = max(image[i, j] * (row * columns[j]), np.float32(0))
