"""Taking a fitted background off pixels: one exponential for each of them is all the work there is."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from temstack.spectrum.background import BackgroundFit

Floats = NDArray[np.float64]

_WORTH_COMPILING = 2**14
"""Blocks below this size are done by NumPy before numba is imported."""


class Less:
    """Takes the background off blocks of pixels.

    Parameters
    ----------
    fit : BackgroundFit
    dtype : dtype
        Of the result: float32 where the pixels need no more.
    scale : (n,) float64
        What to multiply each raw plane by.
    """

    def __init__(self, fit: BackgroundFit, dtype: DTypeLike, scale: Floats) -> None:
        self.dtype = np.dtype(dtype)
        self.minus_t, self.log_width, self.scale = (
            np.ascontiguousarray(each, self.dtype) for each in (-fit.t, np.log(fit.widths), scale)
        )

    def from_block(
        self, block: NDArray[Any], axis: int, slope: Floats, log_height: Floats, planes: slice, out: NDArray[Any]
    ) -> None:
        """Write a block of raw pixels, scaled and less its background, to *out*.

        Parameters
        ----------
        block, out : array
            Energies along *axis*.
        slope, log_height : array
            The fit at the pixels of the block, without that axis.
        planes : slice
            Which planes of the stack the block holds.
        """
        minus_t, log_width, scale = (each[planes] for each in (self.minus_t, self.log_width, self.scale))
        steep, height = (np.asarray(each, self.dtype, order="C") for each in (slope, log_height))  # 0-D stays 0-D
        if self.dtype == np.float32 and block.size >= _WORTH_COMPILING and axis in (0, block.ndim - 1):
            _by_kernel(block, axis, (scale, minus_t, log_width, steep, height), out)
            return
        shape = [-1 if place == axis else 1 for place in range(block.ndim)]
        background = np.expand_dims(steep, axis) * minus_t.reshape(shape)
        background += np.expand_dims(height, axis) + log_width.reshape(shape)
        np.exp(background, out=background)
        np.multiply(block, scale.reshape(shape), out=out, casting="unsafe")
        out -= background


def _by_kernel(block: NDArray[Any], axis: int, fit: tuple[NDArray[Any], ...], out: NDArray[Any]) -> None:
    from temstack.spectrum.kernels import plain, subtract_from_planes, subtract_from_spectra

    shape = (len(block), -1) if axis == 0 else (-1, block.shape[-1])
    subtract = subtract_from_planes if axis == 0 else subtract_from_spectra
    scale, minus_t, log_width, steep, height = fit
    pixels = np.ascontiguousarray(plain(block)).reshape(shape)
    subtract(pixels, scale, minus_t, log_width, steep.ravel(), height.ravel(), out.reshape(shape))
    if np.isnan(height.min()) or np.isnan(steep.min()):  # the kernels hide what is not a number
        lost = np.isnan(height) | np.isnan(steep)
        out[(slice(None), lost) if axis == 0 else lost] = np.nan
