"""The background before an edge: a power law or an exponential, fitted at every pixel at once.

Both models are ``c_i exp(-u t_i)`` with ``t`` = ln E or E. Their fit needs two sums only: with raw counts
``n_i`` in the pre-edge planes, ``S0 = sum n_i`` and ``S1 = sum y_i n_i`` give ``L = S1 / S0``, which the model
predicts to be ``m(u) = sum y_i p_i(u)``, with ``p_i`` the model's share of plane i. So the slope u is one function
of L, tabulated once for all pixels, and so is everything that follows from it:

- ``y_i = t_i``: m(u) = L is the condition of the *maximum of the likelihood* for Poisson counts (the model is an
  exponential family, L its sufficient statistic), solved exactly, without an iteration per pixel.
- ``y_i = -1`` in the lower half of the window and ``+1`` in the upper: the *two-area* method [1]_, solved for
  the sums over planes as they are, where the usual formula takes them for integrals.

The error of an extrapolated background ``B = S0 G(u)`` follows from those of the counts:
``Var B = S0 (G^2 + (dG/dL)^2 Var_p y)``, and so does the bias that noise gives a curved G:
``d^2G/dL^2 Var_p y / 2``, for counts of single electrons.

.. [1] R. F. Egerton, Electron Energy-Loss Spectroscopy in the Electron Microscope, 3rd ed., 2011, section 4.4.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from temstack.errors import SettingError
from temstack.spectrum.counting import scales_of
from temstack.spectrum.windows import Indices, energies_of, slit_widths_of

Model = Literal["power_law", "exponential"]
Fit = Literal["likelihood", "two_areas"]
MODELS: tuple[Model, ...] = ("power_law", "exponential")
FITS: tuple[Fit, ...] = ("likelihood", "two_areas")

Floats = NDArray[np.float64]

EXPONENTS = (-5.0, 15.0)
"""Between these the exponent of a fit may lie; a pixel with too few counts to say keeps a background that is finite."""

_STEEPEST = 12.0  # the ends of the window differ by at most exp(2 * 12): no count is so far from its neighbour
_STEPS = 1201
_FINE = 2**14  # a line between entries so close errs less than single precision does


@dataclass(frozen=True)
class BackgroundFit:
    """The fit of one model in one pre-edge window, as tables over its slope, good for every pixel.

    Parameters
    ----------
    t : (n,) float64
        Where every plane of the stack lies: ln E or E, 0 in the middle of the window and ±1 at its ends.
    widths : (n,) float64
        Slit width of every plane, relative.
    planes : (k,) indices
        The planes of the window.
    y, share : (k,) float64
        The statistic of each of them, and its weight ``c_i`` = slit width / scale.
    slope_scale : float
        What to multiply u by to get the exponent of E, or the decay constant in 1/eV.
    limits : (float, float)
        Lowest and highest u.
    """

    t: Floats
    widths: Floats
    planes: Indices
    y: Floats
    share: Floats
    slope_scale: float
    limits: tuple[float, float]

    @property
    def sum_weights(self) -> Floats:
        """Weights (2, n) of the raw planes in S0 and S1."""
        weights = np.zeros((2, len(self.t)))
        weights[0, self.planes] = 1
        weights[1, self.planes] = self.y
        return weights

    def _tables(self) -> tuple[Floats, Floats, Floats, Floats, Floats, Floats]:
        """Return (u, ln Z, p, m, dm/du, Var y) over the steps of u."""
        u = np.linspace(self.limits[1], self.limits[0], _STEPS)
        terms = self.share * np.exp(-np.outer(u, self.t[self.planes]))
        z = terms.sum(axis=1)
        p = terms / z[:, None]
        m = p @ self.y
        mean_t = p @ self.t[self.planes]
        rate = -(p @ (self.y * self.t[self.planes]) - m * mean_t)
        return u, np.log(z), p, m, rate, p @ self.y**2 - m**2

    def slope(self, s0: Floats, s1: Floats) -> tuple[Floats, Floats]:
        """Return u and ``ln A`` of each pixel; where nothing was counted ``ln A`` is −∞."""
        from scipy.interpolate import CubicHermiteSpline

        u, log_z, _, m, rate, _ = self._tables()
        values, rates = np.stack([u, log_z], axis=1), np.stack([1 / rate, -self._mean_t(u) / rate], axis=1)
        both = CubicHermiteSpline(m, values, rates)(_statistic(s0, s1, m))
        with np.errstate(divide="ignore", invalid="ignore"):
            height = np.log(np.where(np.isnan(s0), np.nan, np.maximum(s0, 0)))
        return both[..., 0], height - both[..., 1]

    def single_slope(self, s0: Floats, s1: Floats) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return the same in single precision, several times faster: a table, and a line between its entries."""
        from scipy.interpolate import CubicHermiteSpline

        from temstack.spectrum.kernels import fit_pixels

        u, log_z, _, m, rate, _ = self._tables()
        values, rates = np.stack([u, log_z], axis=1), np.stack([1 / rate, -self._mean_t(u) / rate], axis=1)
        at = np.linspace(m[0], m[-1], _FINE)
        table = np.ascontiguousarray(CubicHermiteSpline(m, values, rates)(at))
        slope, height = np.empty(s0.shape, np.float32), np.empty(s0.shape, np.float32)
        flat = (np.ascontiguousarray(each).reshape(-1) for each in (s0, s1))
        fit_pixels(*flat, float(m[0]), float(at[1] - at[0]), table, slope.reshape(-1), height.reshape(-1))
        return slope, height

    def _mean_t(self, u: Floats) -> Floats:
        terms = self.share * np.exp(-np.outer(u, self.t[self.planes]))
        return np.asarray(terms @ self.t[self.planes] / terms.sum(axis=1))

    def extrapolated(self, s0: Floats, s1: Floats, weights: Floats, gain: float) -> tuple[Floats, Floats]:
        """Return a weighted sum of the background over planes, and its variance.

        Parameters
        ----------
        s0, s1 : (…) float64
            Sums of raw counts, by :attr:`sum_weights`.
        weights : (n,) float64
            Weight of each plane's background in counts.
        gain : float
            Counts per electron; 0 where nothing is known of the noise, which leaves its bias in.
        """
        from scipy.interpolate import CubicHermiteSpline

        u, log_z, _, m, rate, spread = self._tables()
        wanted = np.flatnonzero(weights)
        factors = (weights * self.widths)[wanted] * np.exp(-np.outer(u, self.t[wanted]) - log_z[:, None])
        g = factors.sum(axis=1)
        along_u = (factors * (self._mean_t(u)[:, None] - self.t[wanted])).sum(axis=1)
        g_rate = along_u / rate
        statistic = _statistic(s0, s1, m)
        counted = np.where(np.isnan(s0), np.nan, np.maximum(s0, 0))
        background = counted * CubicHermiteSpline(m, g, g_rate)(statistic)
        bias = 0.5 * gain * np.interp(statistic, m, np.gradient(g_rate, m) * spread)
        background -= np.clip(bias, -background / 4, background / 4)  # where counts are few, the series ends too early
        variance = gain * counted * np.interp(statistic, m, g**2 + g_rate**2 * spread)
        return background, variance


def _statistic(s0: Floats, s1: Floats, m: Floats) -> Floats:
    """Return L of each pixel, within what the model can give; 0 where nothing was counted."""
    ratio = np.divide(s1, s0, out=np.zeros_like(s0), where=s0 > 0)
    return np.asarray(np.clip(ratio, m[0], m[-1]))


def background_fit(stack: xr.DataArray, planes: Indices, model: Model, fit: Fit) -> BackgroundFit:
    """Return the fit of a model to planes of a stack, before any pixel is looked at.

    Raises
    ------
    SettingError
        If there is no such model or fit, or if a power law meets an energy that is not above 0.
    """
    for name, value, known in (("model", model, MODELS), ("fit", fit, FITS)):
        if value not in known:
            raise SettingError(name, "is unknown", got=repr(value), expected=" or ".join(map(repr, known)))
    energies = energies_of(stack)
    x: Floats
    if model == "power_law":
        if energies[planes].min() <= 0:
            raise SettingError(
                "model",
                "a power law needs energies above 0 eV",
                got=f"{energies[planes].min():g} eV",
                advice="use 'exponential'",
            )
        x = np.log(np.maximum(energies, energies[planes].min() / 16))
    else:
        x = energies
    low, high = x[planes].min(), x[planes].max()
    half = (high - low) / 2
    t = (x - (low + high) / 2) / half
    widths = slit_widths_of(stack)
    share = widths[planes] / scales_of(stack, "energy_loss")[planes]
    y = t[planes] if fit == "likelihood" else _halves(t[planes])
    # An exponential is as steep at the middle of the window as the power law would be.
    per_exponent = half if model == "power_law" else 2 * half / max(low + high, 1e-9)
    limits = [float(np.clip(r * per_exponent, -_STEEPEST, _STEEPEST)) for r in EXPONENTS]
    return BackgroundFit(t, widths, planes, y, share, 1 / half, (limits[0], limits[1]))


def _halves(t: Floats) -> Floats:
    """Return −1 for the lower half of the planes, 1 for the upper, and 0 for one in the middle."""
    rank = np.argsort(np.argsort(t, kind="stable"))
    return np.asarray(np.sign(rank - (len(t) - 1) / 2))
