"""Image formation: where on the camera how many electrons arrive.

Electrons without loss are a wave: the specimen turns its phase, the lens its Fourier components. Electrons that lost
energy no longer interfere with them: they form an image of where the loss happened, blurred by the lens's chromatic
aberration; images of all losses that the slit passes add up.

The specimen moves by any part of a pixel: the camera looks at a window cut out at a multiple of 16 px, and the rest is
a phase ramp in the Fourier transform that is needed anyway.
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from itertools import pairwise
from math import factorial, log, pi, sqrt
from typing import TypeVar

import ducc0
import numpy as np
from numpy.typing import NDArray

from temstack.instrument.simulated.physics import kernels
from temstack.instrument.simulated.physics.loss import EDGE_ORDERS, PLASMON_ORDERS, LossSpectra
from temstack.instrument.simulated.physics.optics import Optics, interaction_rad_per_v_nm
from temstack.instrument.simulated.physics.specimen import Map, Specimen
from temstack.instrument.simulated.physics.state import State

C64 = NDArray[np.complex64]
Pixels = TypeVar("Pixels", Map, C64)

_CUT_STEP_PX = 16  # windows are cut out at multiples of this
_FADE_PX = 8  # in which a window's end is led over to its beginning
RIM_PX = 28
"""Computed around the camera's field and cut off: half a cut step, the fade, and room for blurring."""
_NEGLIGIBLE = 1e-9  # of all electrons
_SMALL = 0.01  # of those without loss: losses that few need neither blur nor parts of a pixel
_ENVELOPE_STEPS = 8192


class ImageFormation:
    """Specimen and lenses together: tells how many electrons reach each pixel of a camera.

    It keeps what it can use again: the wave in one window, the sum of maps at one energy. The result does not depend on
    what was asked before.

    Parameters
    ----------
    specimen : Specimen
    optics : Optics
    shape : (int, int), px
        Height and width of the camera, unbinned.

    Examples
    --------
    >>> import numpy as np
    >>> film = Specimen.from_arrays(0.5, relative_thickness=np.full((96, 96), 0.3))
    >>> rate = ImageFormation(film, Optics(), (64, 64)).rate(State(slit_width_ev=10.0, beam_electrons_per_px_s=100.0))
    >>> round(float(rate.mean()), 1)  # exp(-0.3) of them lose nothing, and a few losses are below 5 eV
    74.3
    """

    def __init__(self, specimen: Specimen, optics: Optics, shape: tuple[int, int]) -> None:
        self.specimen, self.optics, self.shape = specimen, optics, shape
        self.losses = LossSpectra(specimen, optics)
        height, width = (ducc0.fft.good_size(side + 2 * RIM_PX) for side in shape)
        self._window_shape = height, width
        self._wave_at: tuple[tuple[int, int], C64] | None = None
        self._image_at: tuple[tuple[object, ...], C64] | None = None
        self._few_at: tuple[tuple[object, ...], Map] | None = None

    def rate(self, state: State) -> Map:
        """Return the mean number of electrons per unbinned pixel and second, (y, x) float32.

        Parameters
        ----------
        state : State
        """
        image = np.zeros(self.shape, np.float32)
        if state.is_blanked or not state.beam_electrons_per_px_s:
            return image
        weights = self._weights(state)
        cut, rest = self._split(state.shift_px)
        inelastic = weights.copy()
        inelastic[:, 0] = 0  # the wave brings those without loss
        share = (np.abs(inelastic) @ self.losses.mean_shares).max()
        if share > _SMALL * np.abs(weights[:, 0]).max():
            image += self._loss_image(inelastic, state, cut, rest)
        elif share > _NEGLIGIBLE:
            image += self._rough_loss_image(inelastic, cut, rest)
        if np.abs(weights[:, 0]).max() > _NEGLIGIBLE:
            wave = self._image_wave(state.defocus_nm, cut, rest)
            kernels.add_intensity(wave, RIM_PX, weights[:, 0].copy(), *self._further, image)
        kernels.illuminate(image, *self._beam(state))
        return image

    # --- energy -------------------------------------------------------------------------------------

    def _weights(self, state: State) -> NDArray[np.float32]:
        """Return the coefficients (3, components) of 1, s and s², s = 0 in the middle and 1 in the corners.

        They go through the weights in the middle, half-way in energy, and in the corners.
        """
        further_ev = self.optics.non_isochromaticity_ev
        middle = self.losses.weights(state)
        if not further_ev or state.slit_width_ev is None:
            return np.array([middle, 0 * middle, 0 * middle], np.float32)
        half, corner = (self.losses.weights(state, share * further_ev) for share in (0.5, 1.0))
        return np.array([middle, 4 * half - 3 * middle - corner, 2 * (middle + corner) - 4 * half], np.float32)

    @cached_property
    def _further(self) -> tuple[Map, Map]:
        """How much further along the spectrum each row and column of the window looks: 1 in the corners."""
        corner2 = sum(((side - 1) / 2) ** 2 for side in self.shape)
        row, column = (
            ((np.arange(length) - RIM_PX - (side - 1) / 2) ** 2 / corner2).astype(np.float32)
            for length, side in zip(self._window_shape, self.shape, strict=True)
        )
        return row, column

    @cached_property
    def _maps(self) -> Map:
        """What the sum over components is made of; see :func:`~.kernels.mix_losses`."""
        specimen, passed = self.specimen, np.exp(-self.specimen.aperture_loss)
        atoms = [specimen.elements[symbol] for symbol in self.losses.symbols]
        return np.stack([passed, passed * np.exp(-specimen.relative_thickness), specimen.relative_thickness, *atoms])

    def _loss_image(
        self, weights: NDArray[np.float32], state: State, cut: tuple[int, int], rest: NDArray[np.float64]
    ) -> Map:
        transform = self._summed(weights, cut)
        spread_ev = self.specimen.plasmon_ev if state.slit_width_ev is None else state.slit_width_ev / sqrt(12)
        mean_ev = self.specimen.plasmon_ev if state.slit_width_ev is None else max(state.energy_loss_ev, 1.0)
        blur_nm = self.optics.inelastic_blur_nm(mean_ev, spread_ev, state.defocus_nm)
        factors = []
        for k, shift in zip(self._frequencies(real=True), rest, strict=True):
            blur = np.exp(-2 * (pi * blur_nm / self.specimen.pixel_size_nm * k) ** 2)
            factors.append((blur * np.exp(-2j * pi * k * shift)).astype(np.complex64))
        moved = kernels.times_rows_and_columns(transform, *factors)
        image = ducc0.fft.c2r(
            moved,
            axes=(0, 1),
            lastsize=self._window_shape[1],
            forward=False,
            inorm=2,
            nthreads=1,
            allow_overwriting_input=True,
        )
        return np.asarray(image[RIM_PX : RIM_PX + self.shape[0], RIM_PX : RIM_PX + self.shape[1]])

    def _rough_loss_image(self, weights: NDArray[np.float32], cut: tuple[int, int], rest: NDArray[np.float64]) -> Map:
        """Return the image of a few losses among many electrons without loss: sharp, moved by whole pixels."""
        key = (cut, weights.tobytes())
        if self._few_at is None or self._few_at[0] != key:
            self._few_at = key, self._window_of_losses(weights, cut)
        top, left = (_FADE_PX + RIM_PX - int(v) for v in np.rint(rest))
        return self._few_at[1][top : top + self.shape[0], left : left + self.shape[1]]

    def _summed(self, weights: NDArray[np.float32], cut: tuple[int, int]) -> C64:
        """Return the transform of the weighted sum of maps in a window."""
        key = (cut, weights.tobytes())
        if self._image_at is None or self._image_at[0] != key:
            window = _closed(self._window_of_losses(weights, cut))
            self._image_at = key, ducc0.fft.r2c(window, axes=(0, 1), nthreads=1)
        return self._image_at[1]

    def _window_of_losses(self, weights: NDArray[np.float32], cut: tuple[int, int]) -> Map:
        """Return the weighted sum of maps in a window with its fade."""
        window = np.empty(self._with_fade, np.float32)
        valence, inner = _coefficients(weights if weights[1:].any() else weights[:1])
        row_ev, column_ev = self._further_with_fade
        for rows, columns, top, left in self._seams(cut):
            part = window[rows, columns]
            work = np.empty((len(valence), part.shape[1]), np.float32)
            kernels.mix_losses(self._maps, valence, inner, row_ev[rows], column_ev[columns], top, left, work, part)
        return window

    # --- wave -----------------------------------------------------------------------------------------

    @cached_property
    def _exit_wave(self) -> C64:
        """The wave that leaves the specimen without loss, over its whole area; mean phase 0."""
        specimen = self.specimen
        potential = specimen.potential_v_nm - specimen.potential_v_nm.mean()
        phase = np.float32(interaction_rad_per_v_nm(self.optics.high_tension_kv)) * potential
        amplitude = np.exp(-0.5 * (specimen.relative_thickness + specimen.aperture_loss))
        return np.asarray(amplitude * np.exp(1j * phase), np.complex64)

    def _image_wave(self, defocus_nm: float, cut: tuple[int, int], rest: NDArray[np.float64]) -> C64:
        if self._wave_at is None or self._wave_at[0] != cut:
            window = np.empty(self._with_fade, np.complex64)
            for rows, columns, top, left in self._seams(cut):
                height, width = window[rows, columns].shape
                window[rows, columns] = self._exit_wave[top : top + height, left : left + width]
            self._wave_at = cut, ducc0.fft.c2c(_closed(window), axes=(0, 1), nthreads=1)
        factors = []
        for k, shift in zip(self._frequencies(real=False), rest, strict=True):
            per_nm = k / self.specimen.pixel_size_nm
            defocus_rad = pi * self.optics.wavelength_nm * defocus_nm * per_nm**2
            factors.append(np.exp(1j * (defocus_rad - 2 * pi * k * shift)).astype(np.complex64))
        k2 = [(k**2 * (_ENVELOPE_STEPS - 1) / 0.5 + 0.25).astype(np.float32) for k in self._frequencies(real=False)]
        moved = kernels.propagate(self._wave_at[1], self._lens, *factors, *k2, self._envelope(defocus_nm))
        return np.asarray(ducc0.fft.c2c(moved, axes=(0, 1), forward=False, inorm=2, nthreads=1, out=moved))

    @cached_property
    def _lens(self) -> C64:
        """What the lens does at zero defocus, without the envelope that depends on it."""
        optics = self.optics
        y, x = (k / self.specimen.pixel_size_nm for k in self._frequencies(real=False))
        ky, kx = y[:, None], x[None, :]
        k = np.hypot(ky, kx)
        passed = (k <= optics.highest_frequency_per_nm) * optics.temporal_envelope(k)
        return np.asarray(passed * np.exp(-1j * optics.aberration(ky, kx, 0.0)), np.complex64)

    def _envelope(self, defocus_nm: float) -> Map:
        """Return the envelope of convergence over k², from 0 to the corner of the Fourier plane (k² = 1/2 per px²)."""
        k = np.sqrt(np.linspace(0, 0.5, _ENVELOPE_STEPS)) / self.specimen.pixel_size_nm
        return self.optics.spatial_envelope(k, defocus_nm).astype(np.float32)

    # --- window and beam --------------------------------------------------------------------------

    def _frequencies(self, *, real: bool) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        height, width = self._window_shape
        along_x = np.fft.rfftfreq(width) if real else np.fft.fftfreq(width)
        return np.asarray(np.fft.fftfreq(height)), np.asarray(along_x)

    def _split(self, shift_px: tuple[float, float]) -> tuple[tuple[int, int], NDArray[np.float64]]:
        """Return where on the specimen the window begins, and by how much the image is still to be moved."""
        shift = np.asarray(shift_px, np.float64)
        whole = (np.rint(shift / _CUT_STEP_PX) * _CUT_STEP_PX).astype(int)
        middle = (np.array(self.specimen.shape) - self.shape) // 2
        top, left = (int(v) for v in (middle - whole - RIM_PX - _FADE_PX) % self.specimen.shape)
        return (top, left), shift - whole

    @property
    def _with_fade(self) -> tuple[int, int]:
        height, width = self._window_shape
        return height + _FADE_PX, width + _FADE_PX

    @cached_property
    def _further_with_fade(self) -> tuple[Map, Map]:
        row, column = (np.pad(values, (_FADE_PX, 0), mode="edge") for values in self._further)
        return row, column

    def _seams(self, cut: tuple[int, int]) -> list[tuple[slice, slice, int, int]]:
        """Return the parts of a window between the seams of the repeating specimen, and where on it each begins."""
        rows, columns = (
            _stretches(begin, length, whole)
            for begin, length, whole in zip(cut, self._with_fade, self.specimen.shape, strict=True)
        )
        return [(r, c, top, left) for r, top in rows for c, left in columns]

    def _beam(self, state: State) -> tuple[Map, Map]:
        profiles = []
        for side, centre in zip(self.shape, state.beam_centre_px, strict=True):
            away = (np.arange(side) - (side - 1) / 2 - centre) / self.optics.beam_radius_px
            profiles.append(np.exp(-log(2) * away**2).astype(np.float32))
        return np.float32(state.beam_electrons_per_px_s) * profiles[0], profiles[1]


@lru_cache(maxsize=2)
def _formation(specimen: Specimen, optics: Optics, shape: tuple[int, int]) -> ImageFormation:
    return ImageFormation(specimen, optics, shape)


def electron_rate(specimen: Specimen, optics: Optics, state: State, shape: tuple[int, int]) -> Map:
    """Return how many electrons reach each pixel of a camera per second.

    For many frames of one specimen :class:`ImageFormation` does the same; this function keeps two of them.

    Parameters
    ----------
    specimen : Specimen
    optics : Optics
    state : State
    shape : (int, int), px
        Height and width of the camera, unbinned; its middle looks at the middle of the specimen's area.

    Returns
    -------
    (y, x) float32, electrons per unbinned px and second
    """
    return _formation(specimen, optics, shape).rate(state)


def _coefficients(weights: NDArray[np.float32]) -> tuple[Map, Map]:
    """Return weights as coefficients of powers of the thickness, for :func:`~.kernels.mix_losses`."""
    valence = weights[:, :PLASMON_ORDERS].astype(np.float64)
    inner = weights[:, PLASMON_ORDERS:].reshape(len(weights), -1, EDGE_ORDERS).astype(np.float64)
    for rows in (valence, inner):
        rows[..., :-1] = (rows[..., :-1] - rows[..., -1:]) / [factorial(n) for n in range(rows.shape[-1] - 1)]
    return valence.astype(np.float32), inner.astype(np.float32)


def _stretches(begin: int, length: int, whole: int) -> list[tuple[slice, int]]:
    """Return the stretches of a line that repeats every *whole* px: where each lies, and where it is taken from."""
    ends = [0, *range(whole - begin, length, whole), length]
    return [(slice(first, last), (begin + first) % whole) for first, last in pairwise(ends) if last > first]


def _closed(window: Pixels) -> Pixels:
    """Return the window without its first *_FADE_PX* rows and columns, its end led over to what stood there."""
    ramp = np.cos(np.linspace(0, pi / 2, _FADE_PX + 2)[1:-1]).astype(np.float32) ** 2
    window[-_FADE_PX:] = ramp[:, None] * window[-_FADE_PX:] + (1 - ramp[:, None]) * window[:_FADE_PX]
    window[:, -_FADE_PX:] = ramp * window[:, -_FADE_PX:] + (1 - ramp) * window[:, :_FADE_PX]
    return np.ascontiguousarray(window[_FADE_PX:, _FADE_PX:])
