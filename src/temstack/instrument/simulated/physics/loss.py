"""Energy losses: how much of each map of the specimen passes the slit.

An electron excites plasmons (and other valence losses) a random number of times, Poisson with mean t/lambda; and now
and then, besides, one inner shell. The spectrum of a pixel is therefore a sum over maps that do not change, times
spectra that are the same everywhere; a slit sums a stretch of each spectrum, which is a difference of two values of its
integral.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import exp, factorial, log, pi, sqrt

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from temstack.instrument.simulated.physics.edges import EDGES, Edge
from temstack.instrument.simulated.physics.optics import Optics
from temstack.instrument.simulated.physics.specimen import Specimen
from temstack.instrument.simulated.physics.state import State

Floats = NDArray[np.float64]

PLASMON_ORDERS = 6
"""0, 1 … 4 losses, and all above together as if they were five."""
EDGE_ORDERS = 3
"""Inner-shell losses with 0, 1, and more plasmons, these as if they were two."""
STEP_EV = 0.1
FIRST_EV, LAST_EV = -30.0, 2600.0
"""Losses are tabulated in this range; nothing arrives beyond it."""
_TAIL_BEGINS = 4.0  # times the plasmon energy: from here on the background is a power law


@dataclass(frozen=True)
class Component:
    """One map of the specimen and the spectrum that goes with it.

    Parameters
    ----------
    order : int
        Number of plasmons; the last order stands for all above, too.
    element : str or None
        Whose atoms are ionised as well; ``None`` for losses to valence electrons only.
    """

    order: int
    element: str | None = None


class LossSpectra:
    """The spectra of all components of a specimen, each per incident electron.

    Parameters
    ----------
    specimen : Specimen
    optics : Optics
    """

    def __init__(self, specimen: Specimen, optics: Optics) -> None:
        self.specimen, self.optics = specimen, optics
        self.symbols = tuple(symbol for symbol in specimen.elements if EDGES[symbol])
        valence = [Component(order) for order in range(PLASMON_ORDERS)]
        inner = [Component(order, symbol) for symbol in self.symbols for order in range(EDGE_ORDERS)]
        self.components = (*valence, *inner)

    @cached_property
    def energy_ev(self) -> Floats:
        """Energies at which spectra are tabulated, (n,) eV, evenly spaced."""
        return np.asarray(FIRST_EV + STEP_EV * np.arange(round((LAST_EV - FIRST_EV) / STEP_EV)))

    @cached_property
    def spectra(self) -> Floats:
        """Spectrum of each component, (components, n), per eV; of elements per atom and nm²."""
        single, zero_loss = self._transform(self.single_loss), self._zero_loss_transform()
        cores = {symbol: self._transform(self.cross_section(symbol)) for symbol in self.symbols}
        rows = [
            self._back(zero_loss * single**part.order * (1.0 if part.element is None else cores[part.element]))
            for part in self.components
        ]
        return np.array(rows)

    @cached_property
    def single_loss(self) -> Floats:
        """Spectrum of one valence loss, (n,) per eV, integral 1: a plasmon [1]_ with a tail ``A E^-r``.

        References
        ----------
        .. [1] P. Drude, Annalen der Physik 306 (1900) 566: ``E width Ep^2 / ((E^2 - Ep^2)^2 + (E width)^2)``.
        """
        specimen, losses = self.specimen, np.maximum(self.energy_ev, 0.0)
        plasmon2, width = specimen.plasmon_ev**2, specimen.plasmon_width_ev

        def drude(energy: Floats) -> Floats:
            return np.asarray(energy * width * plasmon2 / ((energy**2 - plasmon2) ** 2 + (energy * width) ** 2))

        joint = _TAIL_BEGINS * specimen.plasmon_ev
        tail = drude(np.array(joint)) * (np.maximum(losses, joint) / joint) ** -specimen.background_exponent
        shape = np.where(losses < joint, drude(losses), tail)
        return np.asarray(shape / (shape.sum() * STEP_EV))

    def cross_section(self, symbol: str) -> Floats:
        """Return the cross-section of all edges of an element, (n,) nm² per eV, without plasmons or blur."""
        edges: tuple[Edge, ...] = EDGES[symbol]
        return np.asarray(sum(edge.cross_section(self.energy_ev, self.optics) for edge in edges))

    @cached_property
    def mean_shares(self) -> Floats:
        """What each component's spectrum is multiplied with, on average over the specimen, (components,)."""
        some = slice(None, None, 8)
        thickness = self.specimen.relative_thickness[some, some].astype(float)
        passed = np.exp(-self.specimen.aperture_loss[some, some].astype(float))
        valence = poisson_orders(thickness, PLASMON_ORDERS)
        beside = poisson_orders(thickness, EDGE_ORDERS)
        atoms = [self.specimen.elements[symbol][some, some] for symbol in self.symbols]
        means = [(passed * share).mean() for share in valence]
        return np.array(means + [(passed * each * share).mean() for each in atoms for share in beside])

    def mean_spectrum(self) -> Floats:
        """Return the spectrum of the whole specimen, (n,) per eV and incident electron."""
        return np.asarray(self.mean_shares @ self.spectra)

    def weights(self, state: State, further_ev: float = 0.0) -> Floats:
        """Return how much of each component arrives, (components,), per incident electron.

        Parameters
        ----------
        state : State
            Its energy, slit and offset; its dose decides on contamination and fading.
        further_ev : float, eV
            Added to the energy at the middle of the slit.
        """
        passed = self._through_slit(state, further_ev)
        grown = self.specimen.contamination_per_dose * state.accumulated_dose
        valence, inner = passed[:PLASMON_ORDERS], passed[PLASMON_ORDERS:].reshape(-1, EDGE_ORDERS)
        faded = [
            exp(-state.accumulated_dose / self.specimen.fading_dose.get(symbol, float("inf")))
            for symbol in self.symbols
        ]
        left = [share * _thickened(row, grown) for share, row in zip(faded, inner, strict=True)]
        return np.concatenate([_thickened(valence, grown), *left])

    def _through_slit(self, state: State, further_ev: float) -> Floats:
        if state.slit_width_ev is None:
            return np.asarray(self._integrals[:, -1])
        middle_ev = state.energy_loss_ev + state.energy_offset_ev + further_ev
        sides = middle_ev + np.array([-0.5, 0.5]) * state.slit_width_ev
        place = np.clip((sides - FIRST_EV) / STEP_EV, 0, self._integrals.shape[1] - 1.000001)
        whole = place.astype(int)
        low, high = self._integrals[:, whole], self._integrals[:, whole + 1]
        below, above = (low + (place - whole) * (high - low)).T
        return np.asarray(np.maximum(above - below, 0.0))

    @cached_property
    def _integrals(self) -> Floats:
        """Integral of each spectrum up to the middle between two energies, (components, n + 1)."""
        sums = np.cumsum(np.pad(self.spectra, ((0, 0), (1, 0))), axis=1) * STEP_EV
        return np.asarray((sums[:, :-1] + sums[:, 1:]) / 2)

    # --- convolution ----------------------------------------------------------------------------------

    @property
    def _length(self) -> int:
        return int(scipy.fft.next_fast_len(2 * len(self.energy_ev), real=True))

    def _transform(self, spectrum: Floats) -> NDArray[np.complex128]:
        """Return the Fourier transform of a spectrum whose losses are counted from zero."""
        zero = round(-FIRST_EV / STEP_EV)
        from_zero = np.zeros(self._length)
        from_zero[: len(spectrum) - zero] = spectrum[zero:] * STEP_EV
        return np.asarray(scipy.fft.rfft(from_zero))

    def _zero_loss_transform(self) -> NDArray[np.complex128]:
        sigma_ev = self.optics.zero_loss_width_ev / sqrt(8 * log(2))
        frequency = np.fft.rfftfreq(self._length, STEP_EV)
        shift = np.exp(2j * pi * frequency * FIRST_EV)  # the table begins before the zero loss
        return np.asarray(np.exp(-2 * (pi * sigma_ev * frequency) ** 2) * shift)

    def _back(self, transform: NDArray[np.complex128]) -> Floats:
        spectrum = scipy.fft.irfft(transform, self._length)[: len(self.energy_ev)] / STEP_EV
        return np.asarray(np.maximum(spectrum, 0.0))


def poisson_orders(mean: Floats, orders: int) -> list[Floats]:
    """Return the probabilities of 0, 1 … losses, the last one of all that remain."""
    shares = [np.exp(-mean) * mean**order / factorial(order) for order in range(orders - 1)]
    return [*shares, np.maximum(1 - sum(shares), 0.0)]


def _thickened(weights: Floats, grown: float) -> Floats:
    """Return weights by which the clean maps give the image of a specimen thicker by *grown* mean free paths.

    A layer adds k losses with Poisson probability, so order m of the clean specimen is seen as order m + k.
    """
    if not grown:
        return weights
    last = len(weights) - 1
    more = [exp(-grown) * grown**k / factorial(k) for k in range(last)]
    more.append(1 - sum(more))
    seen = [[weights[min(order + k, last)] for k in range(last + 1)] for order in range(last + 1)]
    return np.asarray(np.array(seen) @ np.array(more))
