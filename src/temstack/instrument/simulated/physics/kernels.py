"""The inner loops of image formation, compiled by numba once and kept in its cache."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

F32 = NDArray[np.float32]
C64 = NDArray[np.complex64]


@njit(cache=True, nogil=True, fastmath=True)
def mix_losses(
    maps: F32, valence: F32, inner: F32, row_ev: F32, column_ev: F32, top: int, left: int, work: F32, out: F32
) -> None:
    """Write what the components of :mod:`~temstack.instrument.simulated.physics.loss` come to in each pixel.

    *maps* (3 + elements, y, x) are the share that passes the aperture, that times ``exp(-t/lambda)``, ``t/lambda``, and
    the atoms of each element, read from (top, left) on. With ``c`` the weights of 0, 1 … losses and ``last`` the one of
    all remaining, a pixel is ``passed last + unscattered sum (c_n - last) (t/lambda)^n / n!``, and the same for each
    element. *valence* (q, 6) and *inner* (q, elements, 3) hold these coefficients, ``last`` at the end. A second and a
    third set are multiplied by s and s², s being ``row_ev[i] + column_ev[j]``. *work* (q, x) is working space.
    """
    right = left + out.shape[1]
    for i in range(out.shape[0]):
        passed, unscattered, thickness = maps[0, top + i], maps[1, top + i], maps[2, top + i]
        row = out[i]
        for q in range(len(valence)):
            sums = work[q]
            _add_valence(passed[left:right], unscattered[left:right], thickness[left:right], valence[q], sums)
            for element in range(inner.shape[1]):
                c0, c1, last = inner[q, element]
                if c0 != 0 or c1 != 0 or last != 0:
                    atoms = maps[3 + element, top + i, left:right]
                    _add_inner(
                        atoms, passed[left:right], unscattered[left:right], thickness[left:right], c0, c1, last, sums
                    )
        row[:] = work[0]
        if len(valence) == 3:
            for j in range(len(row)):
                s = row_ev[i] + column_ev[j]
                row[j] += s * (work[1, j] + s * work[2, j])


@njit(cache=True, nogil=True, fastmath=True)
def _add_valence(passed: F32, unscattered: F32, thickness: F32, weights: F32, sums: F32) -> None:
    c0, c1, c2, c3, c4, last = weights
    for j in range(len(sums)):
        x = thickness[j]
        sums[j] = passed[j] * last + unscattered[j] * (c0 + x * (c1 + x * (c2 + x * (c3 + x * c4))))


@njit(cache=True, nogil=True, fastmath=True)
def _add_inner(
    atoms: F32, passed: F32, unscattered: F32, thickness: F32, c0: float, c1: float, last: float, sums: F32
) -> None:
    for j in range(len(sums)):
        sums[j] += atoms[j] * (passed[j] * last + unscattered[j] * (c0 + thickness[j] * c1))


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
    """Add the wave's intensity without its rim, times ``w0 + w1 s + w2 s²`` as in :func:`mix_losses`."""
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
