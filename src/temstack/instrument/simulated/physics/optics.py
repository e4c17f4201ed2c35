"""What the objective lens does to the electron wave: aberrations, partial coherence, aperture."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, log, pi, sin, sqrt

import numpy as np
from numpy.typing import NDArray

from temstack.errors import SettingError

_HC_EV_NM = 1239.841984  # Planck's constant times the speed of light
_REST_ENERGY_EV = 510998.95
_FINE_STRUCTURE = 1 / 137.035999


def wavelength_nm(high_tension_kv: float) -> float:
    """Return the relativistic wavelength of the electrons, nm.

    >>> round(wavelength_nm(200), 6)
    0.002508
    """
    energy_ev = 1e3 * high_tension_kv
    return _HC_EV_NM / sqrt(energy_ev * (energy_ev + 2 * _REST_ENERGY_EV))


def interaction_rad_per_v_nm(high_tension_kv: float) -> float:
    """Return the phase that an electron gains per volt of potential and nm of way.

    >>> round(interaction_rad_per_v_nm(200), 5)
    0.00729
    """
    gamma = 1 + 1e3 * high_tension_kv / _REST_ENERGY_EV
    velocity = sqrt(1 - 1 / gamma**2)  # of light
    return 2 * pi / (_HC_EV_NM * velocity)


@dataclass(frozen=True)
class Optics:
    """The constants of the illumination and of the objective lens.

    Parameters
    ----------
    high_tension_kv : float, kV
    cs_mm, cc_mm : float, mm
        Spherical and chromatic aberration of the objective lens.
    focal_spread_nm : float, nm
        Standard deviation of the focus from instabilities and the source's energy spread.
    convergence_mrad : float, mrad
        Half the angle of the illumination, at 1/e.
    astigmatism_nm, astigmatism_deg : float, nm and degrees
        The defocus is larger by `astigmatism_nm` along this direction (from x towards y, as on the screen) and
        smaller by the same across it.
    aperture_mrad : float, mrad
        Half the angle that the objective aperture lets through.
    zero_loss_width_ev : float, eV
        Full width of the zero loss at half height.
    beam_radius_px : float, px
        Distance from the middle of the beam at which it has fallen to half; ``inf`` lights all alike.
    non_isochromaticity_ev : float, eV
        How much further along the spectrum the corners of the camera look than its middle does.
    """

    high_tension_kv: float = 200.0
    cs_mm: float = 1.2
    cc_mm: float = 1.4
    focal_spread_nm: float = 4.0
    convergence_mrad: float = 0.1
    astigmatism_nm: float = 0.0
    astigmatism_deg: float = 0.0
    aperture_mrad: float = 12.0
    zero_loss_width_ev: float = 0.9
    beam_radius_px: float = float("inf")
    non_isochromaticity_ev: float = 0.0

    def __post_init__(self) -> None:
        for name in ("high_tension_kv", "aperture_mrad", "zero_loss_width_ev", "beam_radius_px"):
            if not getattr(self, name) > 0:
                raise SettingError(name, "must be above 0", got=getattr(self, name))
        for name in ("focal_spread_nm", "convergence_mrad"):
            if not getattr(self, name) >= 0:
                raise SettingError(name, "cannot be negative", got=getattr(self, name), expected="0 or more")

    @property
    def wavelength_nm(self) -> float:
        """Wavelength of the electrons, nm."""
        return wavelength_nm(self.high_tension_kv)

    @property
    def highest_frequency_per_nm(self) -> float:
        """Spatial frequency at the rim of the objective aperture, cycles per nm."""
        return self.aperture_mrad * 1e-3 / self.wavelength_nm

    def aberration(self, ky: NDArray[np.floating], kx: NDArray[np.floating], defocus_nm: float) -> NDArray[np.float64]:
        """Return the wave aberration chi at the spatial frequencies (cycles per nm), rad."""
        k2 = ky**2 + kx**2
        twice = 2 * np.deg2rad(self.astigmatism_deg)
        along = self.astigmatism_nm * (cos(twice) * (kx**2 - ky**2) + sin(twice) * 2 * kx * ky)
        spherical = 0.5 * pi * 1e6 * self.cs_mm * self.wavelength_nm**3 * k2**2
        return np.asarray(spherical - pi * self.wavelength_nm * (defocus_nm * k2 + along))

    def transfer(self, ky: NDArray[np.floating], kx: NDArray[np.floating], defocus_nm: float) -> NDArray[np.complex128]:
        """Return what the lens multiplies the wave's Fourier transform with.

        ``exp(-i chi)`` times the envelopes of focal spread and convergence [1]_ and the aperture. A weak phase
        object is seen with contrast ``2 sin(chi)``: at underfocus atoms are dark.

        Parameters
        ----------
        ky, kx : float, cycles per nm
            Spatial frequencies; any shapes that fit together.
        defocus_nm : float, nm
            Underfocus positive.

        Returns
        -------
        complex128, dimensionless

        References
        ----------
        .. [1] J. Frank, Optik 38 (1973) 519.
        """
        k = np.hypot(ky, kx)
        damping = self.temporal_envelope(k) * self.spatial_envelope(k, defocus_nm)
        wave = np.exp(-1j * self.aberration(ky, kx, defocus_nm))
        return np.asarray(wave * damping * (k <= self.highest_frequency_per_nm))

    def temporal_envelope(self, k: NDArray[np.floating]) -> NDArray[np.float64]:
        """Return how focal spread damps the spatial frequency k (cycles per nm)."""
        return np.asarray(np.exp(-0.5 * (pi * self.wavelength_nm * self.focal_spread_nm * k**2) ** 2))

    def spatial_envelope(self, k: NDArray[np.floating], defocus_nm: float) -> NDArray[np.float64]:
        """Return how convergence damps the spatial frequency k (cycles per nm)."""
        slope = 1e6 * self.cs_mm * self.wavelength_nm**3 * k**3 - defocus_nm * self.wavelength_nm * k
        return np.asarray(np.exp(-((pi * self.convergence_mrad * 1e-3 / self.wavelength_nm * slope) ** 2)))

    def inelastic_blur_nm(self, energy_loss_ev: float, energy_spread_ev: float, defocus_nm: float) -> float:
        """Return the standard deviation along y and x of the blur of an energy-loss image, nm.

        The lens is focused for the loss in the middle of the slit. Other losses in it are out of focus by
        ``Cc dE/E0``; each displaces its electrons by focus times angle, the angles being spread as
        ``1/(theta^2 + theta_E^2)`` up to the aperture. Delocalisation adds to it as Egerton estimates [1]_.

        Parameters
        ----------
        energy_loss_ev, energy_spread_ev : float, eV
            Mean loss, and standard deviation of the losses that pass the slit.
        defocus_nm : float, nm

        References
        ----------
        .. [1] R. F. Egerton, Ultramicroscopy 180 (2017) 115: ``d50^2 = (0.5 lambda/theta_E^(3/4))^2 + (0.6
           lambda/beta)^2``; a normal distribution holds half within 1.177 standard deviations.
        """
        beta, theta_e = 1e-3 * self.aperture_mrad, self.characteristic_angle(max(energy_loss_ev, 1.0))
        angle = sqrt(max(beta**2 / log(1 + (beta / theta_e) ** 2) - theta_e**2, 0.0) / 2)
        chromatic_nm = 1e6 * self.cc_mm * energy_spread_ev / (1e3 * self.high_tension_kv)
        delocalised_nm = self.wavelength_nm * sqrt((0.5 / theta_e**0.75) ** 2 + (0.6 / beta) ** 2) / (2 * 1.177)
        return sqrt(angle**2 * (defocus_nm**2 + chromatic_nm**2) + delocalised_nm**2)

    def characteristic_angle(self, energy_loss_ev: float) -> float:
        """Return ``theta_E = E / (gamma m v^2)`` of inelastic scattering, rad."""
        gamma = 1 + 1e3 * self.high_tension_kv / _REST_ENERGY_EV
        return energy_loss_ev / (_REST_ENERGY_EV * (gamma - 1 / gamma))
