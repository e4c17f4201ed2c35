"""The camera: mean electrons per second go in, integer counts come out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import ceil, pi
from typing import Any

import ducc0
import numpy as np
from numpy.typing import NDArray

from temstack.errors import SettingError
from temstack.instrument.simulated.physics import exposing, noise
from temstack.instrument.simulated.physics.patterns import Patterns, make_patterns

Image = NDArray[np.float32]
Area = tuple[int, int, int, int]

_RIM_PX = 8
_ELECTRONS, _READ_OUT = 1, 2


@dataclass(frozen=True)
class ReadoutTruth:
    """What really happened in one exposure.

    Parameters
    ----------
    expected_electrons : (y, x) float32, electrons per unbinned px
        Mean number of electrons over the readout area, before chance and blur.
    arrived_electrons : float, electrons
        How many did arrive on the readout area.
    saturated : int
        Pixels at the converter's limit.
    """

    expected_electrons: Image
    arrived_electrons: float
    saturated: int


@dataclass(frozen=True)
class Readout:
    """One frame, (y, x) in the camera's integer type, beside the truth about it."""

    frame: NDArray[Any]
    truth: ReadoutTruth


@dataclass(frozen=True)
class DetectorModel:
    """A scintillator camera, from the electron that hits it to the number in the file.

    In this order: electrons arrive by chance, scattered sideways in the scintillator; their light spreads (which
    smooths the noise as well); pixels differ in gain; offset, fixed pattern and dark current are added, hot pixels
    glow, dead ones see nothing; reading out adds noise; the converter saturates and rounds; pixels are binned; the area
    is cut out.

    Parameters
    ----------
    shape : (int, int), px
        Height and width, unbinned.
    bits : int
        Of the converter.
    is_signed : bool
        Frames are signed integers.
    counts_per_electron : float, counts
    saturation_counts : float, counts
        Where the converter ends. Left out, at its largest number.
    scatter_px : float, px
        Standard deviation of how far electrons go sideways. It blurs the signal, not the noise.
    light_px, tail_px, tail_share : float, px and dimensionless
        Standard deviation of the light of one electron, and of a share of it that goes further.
    gain_variation : float, dimensionless
        Standard deviation of the gain from pixel to pixel, on top of the fibre plate's pattern.
    offset_counts, fixed_pattern_counts : float, counts
        Offset, and its standard deviation over columns and pixels.
    dark_counts_per_s : float, counts per s
    dark_counts_per_thermal_electron : float, counts
        The dark current's own noise is the smaller, the more thermal electrons make up a count.
    hot_pixels, dead_pixels : float, dimensionless
        Their share of all pixels.
    hot_counts_per_s : float, counts per s
        Dark current of a hot pixel, on average.
    read_noise_counts : float, counts
    bins_before_readout : bool
        True: charges of binned pixels are added on the chip, and read noise comes once. False: their counts are added.
    serial_number : int
        Another number, another camera of the same make: other gain pattern, other hot pixels.

    Examples
    --------
    >>> import numpy as np
    >>> camera = DetectorModel(shape=(64, 96))
    >>> readout = camera.expose(np.full((64, 96), 100.0, np.float32), 0.5, binning=(2, 2), seed=1, frame_index=0)
    >>> readout.frame.shape, readout.frame.dtype, float(readout.truth.expected_electrons[0, 0])
    ((32, 48), dtype('uint16'), 50.0)
    """

    shape: tuple[int, int] = (1024, 1024)
    bits: int = 16
    is_signed: bool = False
    counts_per_electron: float = 8.0
    saturation_counts: float | None = None
    scatter_px: float = 0.45
    light_px: float = 0.45
    tail_px: float = 2.5
    tail_share: float = 0.15
    gain_variation: float = 0.015
    offset_counts: float = 200.0
    fixed_pattern_counts: float = 2.0
    dark_counts_per_s: float = 1.5
    dark_counts_per_thermal_electron: float = 0.1
    hot_pixels: float = 4e-5
    hot_counts_per_s: float = 300.0
    dead_pixels: float = 2e-5
    read_noise_counts: float = 3.0
    bins_before_readout: bool = True
    serial_number: int = 1

    def __post_init__(self) -> None:
        if min(self.shape) < 8:
            raise SettingError("shape", "is too small for a camera", got=self.shape, expected="8 px or more")
        if not 1 <= self.bits <= 16:
            raise SettingError("bits", "no such converter", got=self.bits, expected="1 to 16")
        if not self.counts_per_electron > 0:
            raise SettingError("counts_per_electron", "must be above 0", got=self.counts_per_electron)
        if not 0 <= self.tail_share < 1:
            raise SettingError("tail_share", "is a share", got=self.tail_share, expected="0 to below 1")

    # --- what the camera is ---------------------------------------------------------------------------

    @property
    def dtype(self) -> np.dtype[Any]:
        """Integer type of its frames."""
        return np.dtype(np.int16 if self.is_signed else np.uint16)

    @property
    def limits(self) -> tuple[float, float]:
        """Smallest and largest number that the converter gives, counts."""
        low, high = (-(2 ** (self.bits - 1)), 2 ** (self.bits - 1) - 1) if self.is_signed else (0, 2**self.bits - 1)
        return float(low), float(high if self.saturation_counts is None else min(high, self.saturation_counts))

    @property
    def patterns(self) -> Patterns:
        """Its gain, dark current and offset, pixel by pixel."""
        return make_patterns(self)

    def noise_transfer(self, ky: NDArray[np.floating], kx: NDArray[np.floating]) -> NDArray[np.float64]:
        """Return how much of white noise is left at the spatial frequencies (cycles per px), in amplitude."""
        k2 = ky**2 + kx**2
        near, far = (np.exp(-2 * pi**2 * width**2 * k2) for width in (self.light_px, self.tail_px))
        return np.asarray((1 - self.tail_share) * near + self.tail_share * far)

    def signal_transfer(self, ky: NDArray[np.floating], kx: NDArray[np.floating]) -> NDArray[np.float64]:
        """Return the modulation transfer function at the spatial frequencies (cycles per px)."""
        half = _half_kernel(self.scatter_px)
        along_y, along_x = (
            half[0] + sum(2 * half[n] * np.cos(2 * pi * n * k) for n in range(1, len(half))) for k in (ky, kx)
        )
        return np.asarray(along_y * along_x * self.noise_transfer(ky, kx))

    # --- exposing -----------------------------------------------------------------------------------

    def expose(
        self,
        rate: NDArray[np.floating] | None,
        exposure_s: float,
        *,
        binning: tuple[int, int] = (1, 1),
        area: Area | None = None,
        shutter_open: bool = True,
        seed: int = 0,
        frame_index: int = 0,
    ) -> Readout:
        """Return one frame and the truth about it.

        Parameters
        ----------
        rate : (y, x), electrons per unbinned px and second, or None
            Over the whole camera; ``None`` for no electrons at all.
        exposure_s : float, s
        binning : (int, int)
            ``(y, x)``.
        area : (int, int, int, int), unbinned px, optional
            ``(top, left, bottom, right)``, half-open; rows and columns that do not fill a binned pixel are lost. An
            area shows the same as that part of the whole frame.
        shutter_open : bool
            False: a dark frame.
        seed, frame_index : int
            The same two numbers give the same chance.

        Returns
        -------
        Readout
        """
        area = self._checked_area(area, binning, exposure_s)
        rate = self._checked_rate(rate if shutter_open else None)
        top, left, bottom, right = area
        if rate is None:
            light, electrons = np.empty((0, 0), np.float32), 0.0
            expected = np.zeros((bottom - top, right - left), np.float32)
        else:
            arrived = self._arriving(rate, exposure_s, noise.frame_key(seed, frame_index, _ELECTRONS))
            rim_y, rim_x = ((a - b) // 2 for a, b in zip(arrived.shape, self.shape, strict=True))
            electrons = float(arrived[rim_y + top : rim_y + bottom, rim_x + left : rim_x + right].sum(dtype=np.float64))
            expected = rate[top:bottom, left:right] * np.float32(exposure_s)
            light = self._spread(arrived)[rim_y : rim_y + self.shape[0], rim_x : rim_x + self.shape[1]]
        frame, saturated = self._read(light, exposure_s, binning, area, noise.frame_key(seed, frame_index, _READ_OUT))
        return Readout(frame, ReadoutTruth(expected, electrons, saturated))

    def expected_dark(self, exposure_s: float, *, binning: tuple[int, int] = (1, 1), area: Area | None = None) -> Image:
        """Return what dark frames come to on average, (y, x) float32 counts, before the converter rounds."""
        whole = self._checked_area(area, binning, exposure_s)
        top, left, bottom, right = whole
        dark = _summed(self.patterns.dark_counts_per_s[top:bottom, left:right], binning) * np.float32(exposure_s)
        return np.asarray(dark + self._offset(binning, whole), np.float32)

    def _arriving(self, rate: Image, exposure_s: float, key: int) -> Image:
        shape = [ducc0.fft.good_size(side + 2 * _RIM_PX) for side in self.shape]
        out = np.empty(shape, np.float32)
        kernel = _half_kernel(self.scatter_px)
        exposing.arriving(rate, exposure_s, kernel, np.uint64(key), (noise.NORMAL, noise.SUMS, noise.BEGIN), out)
        return out

    def _spread(self, arrived: Image) -> Image:
        transform = ducc0.fft.r2c(arrived, axes=(0, 1), nthreads=1)
        transform *= _noise_transfer_grid(self, arrived.shape)
        light = ducc0.fft.c2r(
            transform,
            axes=(0, 1),
            lastsize=arrived.shape[1],
            forward=False,
            inorm=2,
            nthreads=1,
            out=arrived,
            allow_overwriting_input=True,
        )
        return np.asarray(light)

    def _read(
        self, light: Image, exposure_s: float, binning: tuple[int, int], area: Area, key: int
    ) -> tuple[NDArray[Any], int]:
        """Return the digitised area and how many of its pixels are saturated."""
        patterns, (top, left, bottom, right) = self.patterns, area
        part = slice(top, bottom), slice(left, right)
        gain, dark, seen = patterns.counts_per_electron[part], patterns.dark_counts_per_s[part], light[part]
        on_chip = binning if self.bins_before_readout else (1, 1)
        if on_chip != (1, 1):
            seen = _summed(seen * gain, on_chip) if light.size else seen
            dark = _summed(dark, on_chip)
            gain = np.ones_like(dark)
        place = top // on_chip[0], left // on_chip[1], self.shape[1]
        frame = np.empty(dark.shape, self.dtype)
        noises = float(exposure_s), self.dark_counts_per_thermal_electron, self.read_noise_counts
        offset = self._offset(on_chip, area)
        saturated = exposing.read_out(
            seen, gain, dark, offset, noises, self.limits, place, np.uint64(key), noise.NORMAL, frame
        )
        if binning != on_chip:
            frame = np.clip(_summed(frame, binning), None, np.iinfo(self.dtype).max).astype(self.dtype)
        return frame, int(saturated)

    def _offset(self, binning: tuple[int, int], area: Area) -> Image:
        """Return the offset of the area: once per read-out pixel, or the sum of those that are added afterwards."""
        top, left, bottom, right = area
        offset = _summed(self.patterns.offset_counts[top:bottom, left:right], binning)
        return np.asarray(offset / (binning[0] * binning[1]) if self.bins_before_readout else offset, np.float32)

    # --- checks ---------------------------------------------------------------------------------------

    def _checked_rate(self, rate: NDArray[np.floating] | None) -> Image | None:
        if rate is not None and rate.shape != self.shape:
            raise SettingError("rate", "does not fit the camera", got=f"shape {rate.shape}", expected=str(self.shape))
        return None if rate is None else np.ascontiguousarray(rate, np.float32)

    def _checked_area(self, area: Area | None, binning: tuple[int, int], exposure_s: float) -> Area:
        """Return the area without what does not fill a binned pixel."""
        if not (exposure_s >= 0 and np.isfinite(exposure_s)):
            raise SettingError("exposure_s", "is no time", got=exposure_s, expected="0 or more")
        if min(binning) < 1:
            raise SettingError("binning", "must be whole numbers", got=binning, expected="(1, 1) or more")
        height, width = self.shape
        top, left, bottom, right = area or (0, 0, height, width)
        bottom -= (bottom - top) % binning[0]
        right -= (right - left) % binning[1]
        if not (0 <= top < bottom <= height and 0 <= left < right <= width):
            raise SettingError(
                "area", "does not lie on the camera", got=area, expected=f"(top, left, bottom, right) in {self.shape}"
            )
        return top, left, bottom, right


def _half_kernel(sigma_px: float) -> Image:
    """Return one side of a normal distribution over pixels, the middle first, whose whole sums to 1."""
    if sigma_px <= 0:
        return np.ones(1, np.float32)
    half = np.exp(-0.5 * (np.arange(ceil(3.5 * sigma_px) + 1) / sigma_px) ** 2)
    return np.asarray(half / (2 * half.sum() - half[0]), np.float32)


@lru_cache(maxsize=4)
def _noise_transfer_grid(detector: DetectorModel, shape: tuple[int, int]) -> Image:
    ky, kx = np.fft.fftfreq(shape[0])[:, None], np.fft.rfftfreq(shape[1])[None, :]
    return detector.noise_transfer(ky, kx).astype(np.float32)


def _summed(image: NDArray[Any], binning: tuple[int, int]) -> NDArray[Any]:
    """Return sums over blocks of *binning*."""
    if binning == (1, 1):
        return image
    kind = np.int64 if np.issubdtype(image.dtype, np.integer) else np.float32
    blocks = np.zeros([side // by for side, by in zip(image.shape, binning, strict=True)], kind)
    exposing.add_blocks(image, blocks)
    return blocks
