"""Trials of the virtual microscope by the methods with which real ones are measured, each beside what was put in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from temstack.instrument.simulated.physics import DetectorModel, ImageFormation, Optics, Specimen, State

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Trial:
    """A curve as measured and as theory has it.

    Parameters
    ----------
    at, measured, expected : (n,) float64
        In the units that the function says.
    found, put_in : float
        The one number that the curve is about.
    """

    at: Floats
    measured: Floats
    expected: Floats
    found: float
    put_in: float

    @property
    def error(self) -> float:
        """Relative error of the one number."""
        return self.found / self.put_in - 1


def photon_transfer(
    detector: DetectorModel, electrons: Sequence[float] = (20, 60, 150, 350, 700), seed: int = 1
) -> Trial:
    """Measure counts per electron: the variance of differences of flat frames against their mean.

    The variance that dark frames have is subtracted; gain differences are divided out; and the rest is divided by the
    mean square of the noise transfer, because neighbouring pixels share light.

    Parameters
    ----------
    detector : DetectorModel
    electrons : sequence of float, electrons per px
    seed : int

    Returns
    -------
    Trial
        Variance (counts²) against mean (counts).
    """
    dark = [detector.expose(None, 1.0, seed=seed, frame_index=i).frame.astype(float) for i in (0, 1)]
    sound = detector.patterns.dark_counts_per_s < 5 * max(detector.dark_counts_per_s, 1e-9) + 1
    sound &= detector.patterns.counts_per_electron > 0
    means, variances = [0.0], [0.0]
    shared = noise_left(detector)
    for level, value in enumerate(electrons, start=1):
        flat = np.full(detector.shape, value, np.float32)
        pair = [detector.expose(flat, 1.0, seed=seed, frame_index=2 * level + i).frame.astype(float) for i in (0, 1)]
        mean = (pair[0] + pair[1]) / 2 - detector.expected_dark(1.0)
        gain = detector.patterns.counts_per_electron / detector.counts_per_electron
        difference = ((pair[0] - pair[1])[sound]) ** 2 / 2
        silent = ((dark[0] - dark[1])[sound]) ** 2 / 2
        means.append(float((mean[sound] / gain[sound]).mean()))
        variances.append(float(((difference - silent) / gain[sound] ** 2).mean() / shared))
    at, measured = np.array(means), np.array(variances)
    weight = at[1:]  # the variance of a variance goes as its square: this weights all levels alike
    found = float((measured[1:] / weight).mean())
    return Trial(at, measured, at * detector.counts_per_electron, found, detector.counts_per_electron)


def noise_left(detector: DetectorModel) -> float:
    """Return the mean square of the noise transfer: the share of white noise's variance that is left."""
    ky, kx = np.fft.fftfreq(512)[:, None], np.fft.fftfreq(512)[None, :]
    return float((detector.noise_transfer(ky, kx) ** 2).mean())


def edge_transfer(detector: DetectorModel, electrons: float = 2000.0, tilt_deg: float = 4.0, seed: int = 1) -> Trial:
    """Measure the signal transfer: the blur of a straight edge, tilted so that it is sampled finely.

    Parameters
    ----------
    detector : DetectorModel
    electrons : float, electrons per px
        Beside the edge; exposed in parts that do not saturate.
    tilt_deg : float, degrees
    seed : int

    Returns
    -------
    Trial
        Transfer against spatial frequency (cycles per px), up to half; the one number is that at a quarter. The
        expected curve holds the pixel's own width, ``sinc(k)``.
    """
    tilt = np.deg2rad(tilt_deg)
    y, x = (np.arange(side) - side / 2 + 0.23 for side in detector.shape)
    away = x[None, :] * np.cos(tilt) + y[:, None] * np.sin(tilt)
    lit = np.clip(away + 0.5, 0, 1).astype(np.float32)
    parts = max(1, round(electrons * detector.counts_per_electron / 20_000))
    rate = lit * np.float32(electrons / parts)
    frames = [
        detector.expose(rate, 1.0, seed=seed, frame_index=i).frame - detector.expected_dark(1.0) for i in range(parts)
    ]
    gain = detector.patterns.counts_per_electron
    image = np.mean(frames, axis=0) / np.where(gain > 0, gain, 1)
    good = (gain > 0) & (np.abs(away) < 32)
    fine = 8  # parts of a pixel
    place = np.floor((away[good] + 32) * fine).astype(int)
    profile = np.bincount(place, image[good], 64 * fine) / np.maximum(np.bincount(place, minlength=64 * fine), 1)
    slope = np.diff(profile)
    window = np.hanning(len(slope)) ** 0.5
    transfer = np.abs(np.fft.rfft(slope * window, 4096))
    frequency = np.arange(2049) * fine / 4096
    keep = frequency <= 0.5
    at, measured = frequency[keep], transfer[keep] / transfer[0]
    expected = detector.signal_transfer(at, np.zeros_like(at)) * np.sinc(at)
    quarter = int(np.abs(at - 0.25).argmin())
    return Trial(at, measured, expected, float(measured[quarter]), float(expected[quarter]))


def dark_current(detector: DetectorModel, exposures_s: Sequence[float] = (0.1, 1, 3, 10, 30), seed: int = 1) -> Trial:
    """Measure the dark current: the mean of dark frames against their exposure.

    Returns
    -------
    Trial
        Counts above the offset against exposure (s), without hot pixels; the one number is in counts per s.
    """
    cool = detector.patterns.dark_counts_per_s < 5 * max(detector.dark_counts_per_s, 1e-9) + 1
    offset = detector.patterns.offset_counts[cool].mean(dtype=float)
    at = np.array(exposures_s, dtype=float)
    frames = [detector.expose(None, t, seed=seed, frame_index=i).frame[cool] for i, t in enumerate(at)]
    measured = np.array([frame.mean(dtype=float) for frame in frames]) - offset
    put_in = float(detector.patterns.dark_counts_per_s[cool].mean(dtype=float))
    found = float((measured * at).sum() / (at**2).sum())
    return Trial(at, measured, put_in * at, found, put_in)


def radial_power(image: NDArray[np.floating]) -> tuple[Floats, Floats]:
    """Return frequencies (cycles per px, up to half) and the mean power of a square image in rings."""
    side = image.shape[0]
    window = np.hanning(side)[:, None] * np.hanning(side)[None, :]
    power = np.abs(scipy.fft.rfft2((image - image.mean()) * window)) ** 2
    k = np.hypot(np.fft.fftfreq(side)[:, None], np.fft.rfftfreq(side)[None, :])
    ring = np.rint(k * side).astype(int).ravel()
    rings = side // 2
    mean = np.bincount(ring, power.ravel())[:rings] / np.maximum(np.bincount(ring)[:rings], 1)
    return np.arange(rings) / side, mean


def contrast_transfer(
    film: Specimen, optics: Optics, defocus_nm: float, detector: DetectorModel, electrons: float = 400.0, seed: int = 1
) -> Trial:
    """Measure the defocus, sign and all, by the zeros in the diffractogram of an amorphous film.

    Rings of the recorded image's power are compared with ``sin(chi)^2`` of every defocus from far below to far above;
    the spherical aberration tells the two signs apart.

    Returns
    -------
    Trial
        Power over the ground between the rings, 0 to 1, against spatial frequency (cycles per nm), and ``sin(chi)^2``
        of the defocus put in; the one number is the defocus (nm).
    """
    formation = ImageFormation(film, optics, detector.shape)
    rate = formation.rate(State(defocus_nm=defocus_nm, slit_width_ev=10.0, beam_electrons_per_px_s=electrons))
    counts = detector.expose(rate, 1.0, seed=seed).frame - detector.expected_dark(1.0)
    gain = detector.patterns.counts_per_electron
    k, power = radial_power(np.where(gain > 0, counts / np.where(gain > 0, gain, 1), electrons))
    k = k / film.pixel_size_nm
    inside = (k > 0.6) & (k < min(0.9 * optics.highest_frequency_per_nm, 0.45 / film.pixel_size_nm))
    k, height = k[inside], _between_envelopes(k[inside], power[inside], optics, defocus_nm)
    tried = np.arange(-2.0, 2.0001, 0.002) * max(abs(defocus_nm), 100.0)
    likeness = [float(np.corrcoef(height, _rings(optics, k, value))[0, 1]) for value in tried]
    return Trial(k, height, _rings(optics, k, defocus_nm), float(tried[int(np.argmax(likeness))]), defocus_nm)


def _rings(optics: Optics, k: Floats, defocus_nm: float) -> Floats:
    return np.asarray(np.sin(optics.aberration(k, np.zeros_like(k), defocus_nm)) ** 2)


def _between_envelopes(k: Floats, power: Floats, optics: Optics, defocus_nm: float) -> Floats:
    """Return the power scaled to 0…1 between its running minimum and maximum, in stretches as wide as two rings."""
    phase = np.abs(np.gradient(optics.aberration(k, np.zeros_like(k), defocus_nm), k))
    step = k[1] - k[0]
    height = np.empty_like(power)
    for index in range(len(k)):
        reach = int(np.clip(1.2 * np.pi / max(phase[index], 1e-9) / step, 4, len(k) // 4)) // 2 + 1
        near = power[max(index - reach, 0) : index + reach + 1]
        low, high = near.min(), near.max()
        height[index] = (power[index] - low) / (high - low) if high > low else 0.5
    return height


def energy_spectrum(
    specimen: Specimen,
    optics: Optics,
    energies_ev: Floats,
    slit_width_ev: float,
    detector: DetectorModel,
    seed: int = 1,
) -> Trial:
    """Measure the mean spectrum of a specimen: a frame at each energy, exposed so that the camera is well lit.

    Returns
    -------
    Trial
        Electrons per incident electron and eV against energy loss (eV), and what the slit passes of the spectrum put
        in; the one number is the median of their ratio.
    """
    formation = ImageFormation(specimen, optics, detector.shape)
    gain = float(detector.patterns.counts_per_electron.mean(dtype=float))
    measured, expected = [], []
    for index, energy_ev in enumerate(energies_ev):
        state = State(energy_loss_ev=float(energy_ev), slit_width_ev=slit_width_ev, beam_electrons_per_px_s=1e5)
        rate = formation.rate(state)
        exposure_s = min(300.0 / max(float(rate.mean()), 1e-6), 60.0)
        readout = detector.expose(rate, exposure_s, seed=seed, frame_index=index)
        counts = float((readout.frame - detector.expected_dark(exposure_s)).mean(dtype=float))
        measured.append(counts / gain / exposure_s / 1e5 / slit_width_ev)
        shares = formation.losses.mean_shares @ formation.losses.weights(state)
        expected.append(float(shares) / slit_width_ev)
    at = np.asarray(energies_ev, float)
    ratio = float(np.median(np.array(measured) / np.array(expected)))
    return Trial(at, np.array(measured), np.array(expected), ratio, 1.0)


def atoms_by_edge(spectrum: Trial, edge: Floats, energy_ev: Floats, onset_ev: float, window_ev: float) -> float:
    """Return atoms per nm² from an edge: what stands over a power law, by what one atom per nm² would give [1]_.

    Parameters
    ----------
    spectrum : Trial
        From :func:`energy_spectrum`, in even steps that reach from 60 eV before the onset to behind the window.
    edge : (n,) float64, nm² per eV
        Cross-section, convolved with the low losses (see :func:`with_low_losses`), at *energy_ev*.
    energy_ev : (n,) float64, eV
    onset_ev, window_ev : float, eV

    References
    ----------
    .. [1] R. F. Egerton, Electron Energy-Loss Spectroscopy in the Electron Microscope, section 4.5.
    """
    at, step = spectrum.at, spectrum.at[1] - spectrum.at[0]
    before = (at > onset_ev - 60) & (at < onset_ev - 8)
    slope, height = np.polyfit(np.log(at[before]), np.log(spectrum.measured[before]), 1)
    inside = (at >= onset_ev - 4) & (at < onset_ev + window_ev)
    above = (spectrum.measured - np.exp(height + slope * np.log(at)))[inside].sum() * step
    through = (energy_ev >= at[inside][0] - step / 2) & (energy_ev < at[inside][-1] + step / 2)
    return float(above / (edge[through].sum() * (energy_ev[1] - energy_ev[0])))


def with_low_losses(cross_section: Floats, low_losses: Floats, energy_ev: Floats) -> Floats:
    """Return a cross-section as it is seen after low losses have blurred it, all at *energy_ev* in even steps.

    Parameters
    ----------
    cross_section : (n,) float64, nm² per eV
    low_losses : (n,) float64, per eV and incident electron
        Spectrum with its zero loss; used up to 150 eV.
    energy_ev : (n,) float64, eV
    """
    low = low_losses[energy_ev < 150.0]
    step, zero = energy_ev[1] - energy_ev[0], int(np.abs(energy_ev).argmin())
    whole = np.convolve(cross_section, low) * step
    return np.asarray(whole[zero : zero + len(energy_ev)])
