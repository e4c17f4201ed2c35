"""What happens between a specimen and the numbers in a file: energy losses, lens, stage, camera."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.fft
import scipy.ndimage
from numpy.typing import NDArray

Image = NDArray[np.floating]
Spectrum = NDArray[np.complexfloating]

EDGE_ONSETS_EV = {"O-K": 532.0, "Fe-L": 708.0}
"""Energy loss at which an element's ionisation edge begins, eV."""

RIM_PX = 8
"""Recorded by the simulation around each plane and cut off again, so that blurring has real neighbours."""


def power_law_mean(low_ev: float, high_ev: float, reference_ev: float, exponent: float = 3.0) -> float:
    """Return the mean of ``(E / reference)^-exponent`` from *low_ev* to *high_ev* (exponent > 1)."""
    integral = (low_ev ** (1 - exponent) - high_ev ** (1 - exponent)) / (exponent - 1)
    return float(integral * reference_ev**exponent / (high_ev - low_ev))


def edge_mean(centre_ev: float, slit_width_ev: float, onset_ev: float, exponent: float = 3.0) -> float:
    """Return what a slit passes of an edge that jumps to 1 at its onset and then falls as a power law.

    Parameters
    ----------
    centre_ev, slit_width_ev, onset_ev : float, eV
        Middle and width of the slit; where the edge begins.
    exponent : float, dimensionless
        The edge falls as ``(E / onset)^-exponent``.

    Returns
    -------
    float, dimensionless
        Mean over the slit, 0 below the edge, and a part of it where the onset lies inside the slit.
    """
    low_ev, high_ev = centre_ev - slit_width_ev / 2, centre_ev + slit_width_ev / 2
    if high_ev <= onset_ev:
        return 0.0
    above_ev = max(low_ev, onset_ev)
    inside = (high_ev - above_ev) / slit_width_ev
    return inside * power_law_mean(above_ev, high_ev, onset_ev, exponent)


def phase_contrast_transfer(
    frequency_per_nm: Image, defocus_nm: float, *, wavelength_nm: float, cs_nm: float, focal_spread_nm: float
) -> Image:
    """Return the transfer ``2 sin(chi)`` of a weak phase object, damped by the focal spread.

    ``chi = -pi wavelength defocus k^2 + pi/2 Cs wavelength^3 k^4``: underfocus is positive and makes
    atoms dark.
    """
    k2 = frequency_per_nm**2
    chi = -np.pi * wavelength_nm * defocus_nm * k2 + np.pi / 2 * cs_nm * wavelength_nm**3 * k2**2
    damping = np.exp(-0.5 * (np.pi * wavelength_nm * focal_spread_nm * k2) ** 2)
    return np.asarray(2 * np.sin(chi) * damping)


@dataclass(frozen=True)
class Canvas:
    """A specimen area larger than the field of view, to be moved by any part of a pixel.

    Moving multiplies the Fourier transform by a phase ramp, which is exact, but brings back on one side
    what leaves on the other; the *margin* (px) keeps that out of the field of view of *size* x *size*
    px.
    """

    size: int
    margin: int

    @property
    def side(self) -> int:
        """Length of the whole canvas, px."""
        return int(scipy.fft.next_fast_len(self.size + 2 * self.margin, real=True))

    def frequencies(self) -> tuple[Image, Image]:
        """Return the spatial frequencies (y, x) of the transform's elements, cycles per px."""
        return np.fft.fftfreq(self.side)[:, None], np.fft.rfftfreq(self.side)[None, :]

    def positions(self) -> tuple[Image, Image]:
        """Return (y, x) of the canvas's elements, px from the first pixel of the field of view."""
        along = np.arange(self.side) - float(self.margin)
        return along[:, None], along[None, :]

    def transform(self, image: Image) -> Spectrum:
        """Return the Fourier transform of an image of the whole canvas, at the precision of the image."""
        return np.asarray(scipy.fft.rfft2(image, workers=-1))

    def view(self, transform: Spectrum, drift_px: NDArray[np.float64], *, rim: int = 0) -> Image:
        """Return what the field of view, and *rim* px around it, sees of a specimen moved by (y, x)."""
        ky, kx = self.frequencies()
        ramp_y, ramp_x = np.exp(-2j * np.pi * ky * drift_px[0]), np.exp(-2j * np.pi * kx * drift_px[1])
        moved = transform * ramp_y.astype(transform.dtype)
        moved *= ramp_x.astype(transform.dtype)
        image = scipy.fft.irfft2(moved, s=(self.side, self.side), workers=-1, overwrite_x=True)
        inside = slice(self.margin - rim, self.margin + self.size + rim)
        return np.asarray(image[inside, inside])


@dataclass(frozen=True)
class Detector:
    """A camera behind a scintillator: electrons go in, dark-subtracted integer counts come out.

    Electrons arrive at random before the scintillator blurs them; therefore the blur also smooths the
    noise, as it does in a real camera. The gain pattern and the read noise belong to the pixels and are
    not blurred.

    Parameters
    ----------
    counts_per_electron : float, counts
    blur_px : float, px
        Standard deviation of the point spread; its transform is the MTF, ``exp(-2 (pi blur k)^2)``.
    gain_error : float, dimensionless
        Standard deviation of what gain normalisation left over; a pattern that stays with the detector.
    read_noise_counts : float, counts
    """

    counts_per_electron: float = 8.0
    blur_px: float = 0.5
    gain_error: float = 0.01
    read_noise_counts: float = 4.0

    def gain_pattern(self, shape: tuple[int, int], rng: np.random.Generator) -> Image:
        """Return the detector's fixed pattern, mean 1."""
        return np.asarray(1 + self.gain_error * rng.standard_normal(shape, dtype=np.float32))

    def record(self, expected: Image, gain: Image, rng: np.random.Generator) -> NDArray[np.int32]:
        """Return the counts of one exposure.

        Parameters
        ----------
        expected : (y + 2 RIM_PX, x + 2 RIM_PX), electrons per px
            Mean number of electrons, with a rim that is cut off after blurring.
        gain : (y, x), dimensionless
        rng : numpy.random.Generator

        Returns
        -------
        (y, x) int32, counts
            Dark-subtracted: read noise makes some empty pixels negative.
        """
        arrived = rng.poisson(np.maximum(expected, 0)).astype(np.float32)
        if self.blur_px > 0:
            arrived = scipy.ndimage.gaussian_filter(arrived, self.blur_px, truncate=6)
        read = arrived[RIM_PX:-RIM_PX, RIM_PX:-RIM_PX] * gain
        read *= self.counts_per_electron
        read += self.read_noise_counts * rng.standard_normal(read.shape, dtype=np.float32)
        return np.rint(read).astype(np.int32)
