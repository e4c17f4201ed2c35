"""Ionisation edges: how likely a fast electron loses so much energy to an inner shell.

Hydrogenic atoms have exact dipole oscillator strengths [1]_; a screened nuclear charge and the measured binding energy
make them those of an element [2]_. K edges come within some 15 % of calculations that follow the momentum transfer; L
edges are too strong by half, because outer electrons screen the 2p shell from beyond, and are brought down by a factor,
after which they come within some 20 %. The white lines of 3d metals are added on top [3]_.

.. [1] M. Stobbe, Annalen der Physik 399 (1930) 661; H. A. Bethe, E. E. Salpeter, Quantum Mechanics of One- and
   Two-Electron Atoms, section 71.
.. [2] R. F. Egerton, Electron Energy-Loss Spectroscopy in the Electron Microscope, section 3.6 (screening 0.3 for K and
   4.15 for L shells, as Slater gave them).
.. [3] D. H. Pearson, C. C. Ahn, B. Fultz, Phys. Rev. B 47 (1993) 8471.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import pi

import numpy as np
from numpy.typing import NDArray

from temstack.instrument.simulated.physics.optics import Optics

Floats = NDArray[np.float64]

_RYDBERG_EV = 13.605693
_BOHR_NM = 0.0529177211
_REST_ENERGY_EV = 510998.95
_WHITE_LINES_OVER_EV = 50.0  # the stretch of continuum that the strength of white lines is measured by


@dataclass(frozen=True)
class Edge:
    """One ionisation edge.

    Parameters
    ----------
    name : str
        Such as ``"Fe-L"``.
    atomic_number : int
    shell : str
        ``"K"`` or ``"L"``.
    onset_ev : float, eV
        Binding energy; of L3 in an L edge.
    split_ev : float, eV
        How far L2 lies above L3.
    white_lines : float, dimensionless
        Strength of both white lines over that of 50 eV of continuum.
    factor : float, dimensionless
        What the hydrogenic oscillator strength is multiplied with.
    """

    name: str
    atomic_number: int
    shell: str
    onset_ev: float
    split_ev: float = 0.0
    white_lines: float = 0.0
    factor: float = 1.0

    def cross_section(self, energy_loss_ev: Floats, optics: Optics) -> Floats:
        """Return the cross-section per atom and eV, scattered through the objective aperture.

        In the dipole limit ``d sigma/dE = 4 pi a0^2 R^2 / (E T) df/dE ln(1 + beta^2/theta_E^2)``, `beta` at most the
        Bethe ridge, `T = m v^2/2`.

        Parameters
        ----------
        energy_loss_ev : (n,) float64, eV, evenly spaced and rising
        optics : Optics
            Its high tension and its aperture.

        Returns
        -------
        (n,) float64, nm² per eV
        """
        strength = self.oscillator_strength(energy_loss_ev)
        if self.white_lines:
            strength = strength + self._white_line_strength(energy_loss_ev, strength)
        gamma = 1 + 1e3 * optics.high_tension_kv / _REST_ENERGY_EV
        kinetic_ev = 0.5 * _REST_ENERGY_EV * (1 - 1 / gamma**2)
        losses = np.maximum(energy_loss_ev, 1.0)
        theta_e = losses * optics.characteristic_angle(1.0)
        beta = np.minimum(1e-3 * optics.aperture_mrad, np.sqrt(2 * theta_e / gamma))
        geometry = 4 * pi * _BOHR_NM**2 * _RYDBERG_EV**2 / (losses * kinetic_ev)
        return np.asarray(geometry * strength * np.log1p((beta / theta_e) ** 2))

    def oscillator_strength(self, energy_loss_ev: Floats) -> Floats:
        """Return the dipole oscillator strength of the whole shell without white lines, per eV."""
        screening, form = (0.3, _k_shell) if self.shell == "K" else (4.15, _l23_shell)
        unit_ev = (self.atomic_number - screening) ** 2 * _RYDBERG_EV
        losses = np.maximum(energy_loss_ev, self.onset_ev)
        whole = self.factor * form(losses / unit_ev) / unit_ev
        if not self.split_ev:
            return np.asarray(whole * (energy_loss_ev >= self.onset_ev))
        third = (energy_loss_ev >= self.onset_ev).astype(float) * 2 + (
            energy_loss_ev >= self.onset_ev + self.split_ev
        ).astype(float)
        return np.asarray(whole * third / 3)

    def _white_line_strength(self, energy_loss_ev: Floats, continuum: Floats) -> Floats:
        """Return two Lorentzian lines, L3 three times L2, that sum to `white_lines` times 50 eV of continuum."""
        step = energy_loss_ev[1] - energy_loss_ev[0]
        past = (energy_loss_ev >= self.onset_ev) & (energy_loss_ev < self.onset_ev + _WHITE_LINES_OVER_EV)
        area = self.white_lines * continuum[past].sum() * step
        lines = np.zeros_like(energy_loss_ev)
        for share, onset_ev, width_ev in (
            (0.75, self.onset_ev, 2.5),
            (0.25, self.onset_ev + self.split_ev, 3.0),
        ):
            from_middle = energy_loss_ev - (onset_ev + 1.0)
            line = (width_ev / 2 / pi) / (from_middle**2 + (width_ev / 2) ** 2)
            lines += share * area * line * _smooth_step(energy_loss_ev - onset_ev, 1.5)
        return lines


def _smooth_step(x: Floats, width: float) -> Floats:
    return np.asarray(0.5 * (1 + np.tanh(2 * x / width)))


def _coulomb_factor(energy: Floats, n: int) -> Floats:
    """Return ``exp(-4/k arctan(n k)) / (1 - exp(-2 pi/k))`` with ``k^2 = energy - 1/n^2``, continued below threshold.

    Below, ``k`` is imaginary: the outer electrons bind an inner one less than its own hydrogenic level does.
    """
    k2 = energy - 1 / n**2
    k = np.sqrt(np.maximum(np.abs(k2), 1e-8))
    above = np.exp(-4 / k * np.arctan(n * k)) / -np.expm1(-2 * pi / k)
    below = np.exp(-4 / k * np.arctanh(np.minimum(n * k, 1 - 1e-12)))
    return np.asarray(np.where(k2 > 0, above, below))


def _k_shell(energy: Floats) -> Floats:
    """Return the oscillator strength of two 1s electrons per unit of energy, which is ``Z_s^2`` Rydberg."""
    return np.asarray(2 * 128 / 3 * energy**-4 * _coulomb_factor(energy, 1))


def _l23_shell(energy: Floats) -> Floats:
    """Return the oscillator strength of six 2p electrons per unit of energy, which is ``Z_s^2`` Rydberg."""
    u = 1 / (4 * energy)
    return np.asarray(6 * 4096 / 9 * u**5 * (3 + 8 * u) * _coulomb_factor(energy, 2))


def _k(symbol: str, number: int, onset_ev: float) -> Edge:
    return Edge(f"{symbol}-K", number, "K", onset_ev)


def _l(symbol: str, number: int, onset_ev: float, split_ev: float, white_lines: float = 0.0) -> Edge:
    factor = 0.68 if number > 18 else 0.45
    return Edge(f"{symbol}-L", number, "L", onset_ev, split_ev, white_lines, factor)


# Onsets: C. C. Ahn, O. L. Krivanek, EELS Atlas (1983). White lines fall as the 3d shell fills [3].
EDGES: dict[str, tuple[Edge, ...]] = {
    "B": (_k("B", 5, 188.0),),
    "C": (_k("C", 6, 284.0),),
    "N": (_k("N", 7, 401.0),),
    "O": (_k("O", 8, 532.0),),
    "F": (_k("F", 9, 685.0),),
    "Na": (_k("Na", 11, 1072.0),),
    "Mg": (_k("Mg", 12, 1305.0),),
    "Al": (_l("Al", 13, 73.0, 0.4), _k("Al", 13, 1560.0)),
    "Si": (_l("Si", 14, 99.0, 0.6), _k("Si", 14, 1839.0)),
    "Ca": (_l("Ca", 20, 346.0, 4.0, 1.2),),
    "Ti": (_l("Ti", 22, 456.0, 6.0, 1.1),),
    "V": (_l("V", 23, 513.0, 8.0, 1.0),),
    "Cr": (_l("Cr", 24, 575.0, 9.0, 0.9),),
    "Mn": (_l("Mn", 25, 640.0, 11.0, 0.8),),
    "Fe": (_l("Fe", 26, 708.0, 13.0, 0.65),),
    "Co": (_l("Co", 27, 779.0, 15.0, 0.5),),
    "Ni": (_l("Ni", 28, 855.0, 17.0, 0.35),),
    "Cu": (_l("Cu", 29, 931.0, 20.0, 0.05),),
    "Zn": (_l("Zn", 30, 1020.0, 23.0, 0.0),),
    "Au": (),
}
"""K and L edges by element; gold has none below 2 keV, and its M edge is left out."""
