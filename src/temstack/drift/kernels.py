"""The inner loops, compiled by numba once and kept in its cache."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numba import njit
from numpy.typing import NDArray

F32 = NDArray[np.float32]
C64 = NDArray[np.complex64]
F64 = NDArray[np.float64]
I64 = NDArray[np.int64]


def compiled_before() -> bool:
    """Return whether the loops that every estimate needs are in numba's cache, so that nothing has to be compiled."""
    cache = getattr(phase_gradient, "_cache", None)
    folder = Path(getattr(cache, "cache_path", ""))
    return cache is None or any(folder.glob("kernels.phase_gradient-*.nbc"))


@njit(cache=True, nogil=True, fastmath=True)
def subsample_statistics(area: F32, low: float, high: float) -> tuple[float, float, int]:
    """Mean, standard deviation and count of the values within low…high, in every third row."""
    low32, high32 = np.float32(low), np.float32(high)
    base = area[0, 0]
    total = 0.0
    squares = 0.0
    count = 0
    for i in range(0, area.shape[0], 3):
        row_total = np.float32(0.0)
        row_squares = np.float32(0.0)
        row_count = 0
        for j in range(area.shape[1]):
            value = area[i, j]
            inside = (value >= low32) & (value <= high32)
            away = value - base if inside else np.float32(0.0)
            row_total += away
            row_squares += away * away
            row_count += inside
        total += float(row_total)
        squares += float(row_squares)
        count += row_count
    if count == 0:
        return 0.0, 0.0, 0
    mean = total / count
    return base + mean, np.sqrt(max(squares / count - mean * mean, 0.0)), count


@njit(cache=True, nogil=True, fastmath=True)
def bin_and_window(
    area: F32, bin_y: int, bin_x: int, window_y: F32, window_x: F32, low: float, high: float, out: F32
) -> None:
    """Average blocks of pixels clipped to low…high, subtract the weighted mean, window."""
    height, width = out.shape
    share = np.float32(1.0 / (bin_y * bin_x))
    low32, high32 = np.float32(low), np.float32(high)
    total = 0.0
    for i in range(height):
        row_total = np.float32(0.0)
        for j in range(width):
            out[i, j] = 0
        for u in range(bin_y):
            if bin_x == 1:
                for j in range(width):
                    out[i, j] += min(max(area[i * bin_y + u, j], low32), high32)
            else:
                for j in range(width):
                    block = np.float32(0.0)
                    for v in range(bin_x):
                        block += min(max(area[i * bin_y + u, j * bin_x + v], low32), high32)
                    out[i, j] += block
        for j in range(width):
            row_total += out[i, j] * window_x[j]
        total += row_total * window_y[i]
    mean = np.float32(total / (window_y.sum() * window_x.sum()))
    for i in range(height):
        w = share * window_y[i]
        for j in range(width):
            out[i, j] = (out[i, j] - mean) * (w * window_x[j])


@njit(cache=True, nogil=True, fastmath=True)
def crop_spectrum(full: C64, ring: I64, cap: float, out: C64, power: F64) -> None:
    """Copy the low frequencies of a half spectrum, limit outstanding amplitudes, sum up each ring's power.

    An amplitude above *cap* times the ring's mean (a Bragg spot) is cut down to it, so that a lattice does
    not drown what tells one unit cell from the next.
    """
    rows, columns = out.shape
    height = full.shape[0]
    n_rings = power.shape[0]
    amplitude = np.zeros(n_rings)
    count = np.zeros(n_rings)
    for i in range(rows):
        source = i if i < (rows + 1) // 2 else height - (rows - i)
        for j in range(columns):
            r = ring[i, j]
            if r < 0:
                out[i, j] = 0
                continue
            value = full[source, j]
            out[i, j] = value
            twice = 1.0 if j == 0 else 2.0
            amplitude[r] += twice * np.sqrt(value.real * value.real + value.imag * value.imag)
            count[r] += twice
    for i in range(rows):
        for j in range(columns):
            r = ring[i, j]
            if r < 0:
                continue
            value = out[i, j]
            size = np.sqrt(value.real * value.real + value.imag * value.imag)
            limit = cap * amplitude[r] / count[r]
            if size > limit:
                out[i, j] = value * np.float32(limit / size)
                size = limit
            power[r] += size * size * (1.0 if j == 0 else 2.0)


@njit(cache=True, nogil=True, fastmath=True)
def ring_products(first: C64, second: C64, ring: I64, first_norm: F64, second_norm: F64, out: C64) -> None:
    """Write second × conj(first), normalised ring by ring, into one plane of *out* per ring."""
    rows, columns = ring.shape
    out[:] = 0
    for i in range(rows):
        for j in range(columns):
            r = ring[i, j]
            if r >= 0:
                scale = np.float32(first_norm[r] * second_norm[r])
                out[r, i, j] = second[i, j] * np.conj(first[i, j]) * scale


@njit(cache=True, nogil=True, fastmath=True)
def information(correlation: F32, modes: F64, out: F32) -> None:
    """Sum −½ M log(1 − C²) over the rings: what a shift tells, whatever the sign of the contrast.

    The logarithm is a [3/3] Padé approximant, which vectorises; 0.5 % accurate up to
    C² = 0.8, 25 % low at 0.99, where nothing depends on it any more.
    """
    n_rings, rows, columns = correlation.shape
    for r in range(n_rings):
        half = np.float32(0.5 * modes[r])
        for i in range(rows):
            for j in range(columns):
                c = correlation[r, i, j]
                x = min(c * c, np.float32(0.998))
                top = x * (np.float32(60) - np.float32(60) * x + np.float32(11) * x * x)
                bottom = np.float32(60) - np.float32(90) * x + np.float32(36) * x * x - np.float32(3) * x * x * x
                value = half * top / bottom
                if r == 0:
                    out[i, j] = value
                else:
                    out[i, j] += value


@njit(cache=True, nogil=True)
def find_peaks(surface: F32, reach_y: int, reach_x: int, out: F64) -> None:
    """Find the highest local maxima (shift 0 at the corner): rows of (y, x, height), sub-pixel by parabolas.

    Rows of *out* beyond the number of maxima keep height 0.
    """
    rows, columns = surface.shape
    n_peaks = out.shape[0]
    out[:] = 0
    for u in range(-reach_y, reach_y + 1):
        for v in range(-reach_x, reach_x + 1):
            value = surface[u % rows, v % columns]
            if value <= out[n_peaks - 1, 2] or not _is_maximum(surface, u, v, value):
                continue
            p = n_peaks - 1
            while p > 0 and out[p - 1, 2] < value:
                out[p] = out[p - 1]
                p -= 1
            out[p, 0] = u
            out[p, 1] = v
            out[p, 2] = value
    for p in range(n_peaks):
        if out[p, 2] <= 0:
            break
        u = int(out[p, 0])
        v = int(out[p, 1])
        centre = out[p, 2]
        if rows > 1:
            out[p, 0] = u + _vertex(surface[(u - 1) % rows, v % columns], centre, surface[(u + 1) % rows, v % columns])
        if columns > 1:
            out[p, 1] = v + _vertex(surface[u % rows, (v - 1) % columns], centre, surface[u % rows, (v + 1) % columns])


@njit(cache=True, nogil=True)
def _is_maximum(surface: F32, u: int, v: int, value: float) -> bool:
    rows, columns = surface.shape
    for du in range(-1, 2):
        for dv in range(-1, 2):
            if surface[(u + du) % rows, (v + dv) % columns] > value:
                return False
    return True


@njit(cache=True, nogil=True)
def _vertex(left: float, centre: float, right: float) -> float:
    """Return where the parabola through three neighbours has its top, −½ … ½."""
    bend = left + right - 2 * centre
    if bend >= 0:
        return 0.0
    return min(max(0.5 * (left - right) / bend, -0.5), 0.5)


@njit(cache=True, nogil=True)
def pick_modes(full: C64, rows: I64, columns: I64, out: C64) -> None:
    """Copy chosen coefficients of a half spectrum."""
    for k in range(rows.shape[0]):
        out[k] = full[rows[k], columns[k]]


@njit(cache=True, nogil=True, fastmath=True)
def turn_back(modes: C64, rows: I64, columns: I64, along_y: C64, along_x: C64, out: C64) -> None:
    """Multiply each plane's modes by exp(+i q·D), given as factors along y and x: it undoes a displacement D."""
    for i in range(out.shape[0]):
        for k in range(out.shape[1]):
            out[i, k] = modes[i, k] * (along_y[i, rows[k]] * along_x[i, columns[k]])


@njit(cache=True, nogil=True, fastmath=True)
def phase_factors(rows: I64, columns: I64, along_y: C64, along_x: C64, out: C64) -> None:
    """Write exp(+i q·D) of each mode, given as factors along y and x."""
    for i in range(out.shape[0]):
        for k in range(out.shape[1]):
            out[i, k] = along_y[i, rows[k]] * along_x[i, columns[k]]


@njit(cache=True, nogil=True, fastmath=True)
def phase_gradient(turned: C64, weighted: C64, frequency: F32, out: F64) -> None:
    """Write Σ_k 2 q Im(conj(y) z) for each plane, the slope of −y† W y on its displacement."""
    for i in range(turned.shape[0]):
        a = 0.0
        b = 0.0
        for k in range(turned.shape[1]):
            y = turned[i, k]
            z = weighted[i, k]
            imaginary = y.real * z.imag - y.imag * z.real
            a += imaginary * frequency[k, 0]
            b += imaginary * frequency[k, 1]
        out[i, 0] = 2 * a
        out[i, 1] = 2 * b


@njit(cache=True, nogil=True, fastmath=True)
def pattern_moments(pattern: C64, weighted_pattern: C64, weighted: C64, strength: F64, match: C64) -> None:
    """Write v† W v and v† W y for each mode: how well a fixed pattern could be, and is, seen."""
    for k in range(pattern.shape[1]):
        a = 0.0
        b = 0.0 + 0.0j
        for i in range(pattern.shape[0]):
            v = pattern[i, k]
            a += v.real * weighted_pattern[i, k].real + v.imag * weighted_pattern[i, k].imag
            b += np.conj(v) * weighted[i, k]
        strength[k] = a
        match[k] = b


@njit(cache=True, nogil=True, fastmath=True)
def pattern_gradient(
    turned: C64,
    weighted: C64,
    pattern: C64,
    weighted_pattern: C64,
    strength: F64,
    match: C64,
    power: float,
    frequency: F32,
    out: F64,
) -> None:
    """Write the slope as :func:`phase_gradient`, with a fixed pattern of the given power marginalised out."""
    for i in range(turned.shape[0]):
        a = 0.0
        b = 0.0
        for k in range(turned.shape[1]):
            spread = 1 / (1 / power + strength[k])
            amplitude = match[k] * spread
            z = weighted[i, k] - weighted_pattern[i, k] * amplitude
            y = turned[i, k] - pattern[i, k] * amplitude
            imaginary = y.real * z.imag - y.imag * z.real
            v = pattern[i, k]
            u = weighted_pattern[i, k]
            imaginary += (v.real * u.imag - v.imag * u.real) * spread
            a += imaginary * frequency[k, 0]
            b += imaginary * frequency[k, 1]
        out[i, 0] = 2 * a
        out[i, 1] = 2 * b


@njit(cache=True, nogil=True, fastmath=True)
def shift_separably(plane: F32, weight_y: F32, weight_x: F32, out: F32) -> None:
    """Filter along x, then y, with odd kernels centred on each pixel; the border is mirrored about its pixels."""
    height, width = plane.shape
    reach_y = weight_y.shape[0] // 2
    reach_x = weight_x.shape[0] // 2
    middle = np.empty((height, width), np.float32)
    row = np.empty(width + 2 * reach_x, np.float32)
    for i in range(height):
        for j in range(-reach_x, width + reach_x):
            row[j + reach_x] = plane[i, _mirrored(j, width)]
        for j in range(width):
            middle[i, j] = 0
        for k in range(weight_x.shape[0]):
            w = weight_x[k]
            for j in range(width):
                middle[i, j] += w * row[j + k]
    for i in range(height):
        for j in range(width):
            out[i, j] = 0
        for k in range(weight_y.shape[0]):
            source = _mirrored(i + k - reach_y, height)
            w = weight_y[k]
            for j in range(width):
                out[i, j] += w * middle[source, j]


@njit(cache=True, nogil=True)
def _mirrored(index: int, size: int) -> int:
    if size == 1:
        return 0
    while index < 0 or index >= size:
        index = -index if index < 0 else 2 * (size - 1) - index
    return index


@njit(cache=True, nogil=True, fastmath=True)
def look_up(correlation: F32, at: F64, reach_y: float, reach_x: float, outside: float, out: F32) -> None:
    """Take a correlation, frequency order, at displacements (a, b, 2) px; *outside* beyond the reach."""
    rows, columns = correlation.shape
    for a in range(at.shape[0]):
        for b in range(at.shape[1]):
            y, x = at[a, b, 0], at[a, b, 1]
            if abs(y) > reach_y or abs(x) > reach_x:
                out[a, b] = outside
                continue
            v, u = int(np.floor(y)), int(np.floor(x))
            part_y, part_x = y - v, x - u
            upper, lower = v % rows, (v + 1) % rows
            left, right = u % columns, (u + 1) % columns
            top = correlation[upper, left] * (1 - part_x) + correlation[upper, right] * part_x
            bottom = correlation[lower, left] * (1 - part_x) + correlation[lower, right] * part_x
            out[a, b] = top * (1 - part_y) + bottom * part_y


@njit(cache=True, nogil=True, fastmath=True)
def cell_votes(tables: F32, index: I64, cells: I64, moving: I64, fixed: I64, outside: float, out: F32) -> None:
    """Add up what the pairs of moving with fixed planes say for each move by whole cells."""
    _, rows, columns = tables.shape
    for i in moving:
        for j in fixed:
            pair = index[j, i]
            sign = 1
            if pair < 0:
                pair = index[i, j]
                sign = -1
            if pair < 0:
                continue
            table = tables[pair]
            for a in range(rows):
                p = rows // 2 + sign * (a - rows // 2 + cells[i, 0] - cells[j, 0])
                for b in range(columns):
                    q = columns // 2 + sign * (b - columns // 2 + cells[i, 1] - cells[j, 1])
                    if 0 <= p < rows and 0 <= q < columns:
                        out[a, b] += table[p, q]
                    else:
                        out[a, b] += outside
