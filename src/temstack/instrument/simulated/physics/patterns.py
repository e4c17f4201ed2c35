"""What stays the same in every frame of one camera: gain, dark current and offset of its pixels."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import pi
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from temstack.instrument.simulated.physics.samples import smooth_noise

if TYPE_CHECKING:
    from temstack.instrument.simulated.physics.detector import DetectorModel

Image = NDArray[np.float32]

_FIBRE_BUNDLE_PX = 38.0
_FIBRE_DEPTH = 0.04
_LARGE_SCALE = 0.03


@dataclass(frozen=True, eq=False)
class Patterns:
    """Maps over the whole camera, (y, x) float32, unbinned.

    Parameters
    ----------
    counts_per_electron : counts
        Zero in dead pixels.
    dark_counts_per_s : counts per s
        Large in hot pixels.
    offset_counts : counts
    """

    counts_per_electron: Image
    dark_counts_per_s: Image
    offset_counts: Image


@lru_cache(maxsize=4)
def make_patterns(detector: DetectorModel) -> Patterns:
    """Return the patterns of one camera; the same serial number, the same patterns."""
    rng = np.random.default_rng([detector.serial_number, 21])
    shape = detector.shape
    fine = detector.gain_variation * rng.standard_normal(shape, dtype=np.float32)
    slow = _LARGE_SCALE * smooth_noise(shape, max(shape) / 6, rng) if detector.gain_variation else np.float32(0)
    fibres = _FIBRE_DEPTH * _honeycomb(shape) if detector.gain_variation else np.float32(0)
    gain = np.maximum(1 + fine + slow - fibres, 0.05)
    gain *= np.float32(detector.counts_per_electron) / gain.mean()
    gain[rng.random(shape) < detector.dead_pixels] = 0
    dark = detector.dark_counts_per_s * (1 + 0.15 * rng.standard_normal(shape, dtype=np.float32))
    hot = rng.random(shape) < detector.hot_pixels
    dark[hot] += detector.hot_counts_per_s * rng.exponential(1, int(hot.sum()))
    columns = detector.fixed_pattern_counts * rng.standard_normal((1, shape[1]), dtype=np.float32)
    pixels = 0.5 * detector.fixed_pattern_counts * rng.standard_normal(shape, dtype=np.float32)
    offset = (detector.offset_counts + columns + pixels).astype(np.float32)
    return Patterns(_fixed(gain), _fixed(np.maximum(dark, 0)), _fixed(offset))


def _fixed(image: Image) -> Image:
    image = np.ascontiguousarray(image, np.float32)
    image.flags.writeable = False
    return image


def _honeycomb(shape: tuple[int, int]) -> Image:
    """Return the boundaries between the bundles of a fibre plate: 1 on the lines, 0 inside.

    Three waves at 120° have their minima along a honeycomb.
    """
    y, x = np.arange(shape[0], dtype=np.float32)[:, None], np.arange(shape[1], dtype=np.float32)[None, :]
    waves = sum(
        np.cos(np.float32(4 * pi / (np.sqrt(3) * _FIBRE_BUNDLE_PX)) * (y * np.sin(angle) + x * np.cos(angle)))
        for angle in np.deg2rad([7.0, 67.0, 127.0]).astype(np.float32)
    )
    # the sum goes from 3 in the middle of a bundle down to -1.5 in the corners, and to -1 half-way between two middles
    return np.asarray(np.clip((-0.55 - waves) / 0.45, 0, 1), np.float32)
