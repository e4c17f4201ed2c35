"""Principal components of spectra: the few that carry signal are kept, the rest is counting noise.

Each energy and each pixel is divided by the square root of its mean counts first, so that noise is equally strong
everywhere [1]_ and components come in order of signal to noise. Pure noise of m spectra of n channels then has
variances between ``(1 ± sqrt(n / m))^2`` (Marchenko and Pastur), which says how many components rise above it.

.. [1] M. R. Keenan, P. G. Kotula, Surf. Interface Anal. 36 (2004) 203.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from temstack.errors import SettingError
from temstack.spectrum.counting import scales_of
from temstack.spectrum.sums import Floats, energy_last, row_blocks, weighted_sums
from temstack.spectrum.windows import energies_of
from temstack.stack import counts, with_history
from temstack.stack.progress import Progress, no_progress


@dataclass(frozen=True)
class PrincipalComponents:
    """What :func:`principal_components` found.

    Parameters
    ----------
    variance : (n,) float64
        Variance of each component, largest first: the scree plot.
    spectra : (n, n) float64
        The components as rows, weighted as they were found.
    weight : (n,) float64
        Square root of the mean counts at each energy.
    noise : float
        The variance that noise alone would give on average, from the median of all.
    suggested : int
        How many components rise above what noise alone would give, at least 1.
    """

    variance: Floats
    spectra: Floats
    weight: Floats
    noise: float
    suggested: int

    def analysis(self, components: int) -> Floats:
        """Return the rows (components, n) that turn a spectrum in counts into scores."""
        return np.asarray(self.spectra[:components] / self.weight)

    def synthesis(self, components: int) -> Floats:
        """Return the rows (n, components) that turn scores into counts."""
        return np.asarray((self.spectra[:components] * self.weight).T)


def principal_components(stack: xr.DataArray, *, progress: Progress = no_progress) -> PrincipalComponents:
    """Return the principal components of all spectra, weighted for counting statistics.

    Parameters
    ----------
    stack : (energy_loss, y, x) or (y, x, energy_loss) DataArray
        Aligned; NumPy or dask. Only a matrix of energies by energies is kept in memory.

    Raises
    ------
    SettingError
        If there are fewer than two energies or pixels.
    """
    n = len(energies_of(stack))
    m = stack.size // n
    if n < 2 or m < 2:
        raise SettingError("stack", "has too few spectra or energies for components", got=f"{m} spectra of {n}")
    mean = _mean_spectrum(stack)
    weight = np.sqrt(np.maximum(mean * scales_of(stack, "energy_loss"), max(mean.max(), 1e-300) * 1e-9))
    gram = np.zeros((n, n))
    brightness = float(mean.sum())
    for _, block in row_blocks(counts(energy_last(stack)), progress=progress, step="finding components"):
        spectra = block.reshape(-1, n).astype(np.float64)
        shade = np.sqrt(np.maximum(spectra.sum(axis=1), 1e-6 * brightness) / brightness)
        spectra /= weight
        spectra /= shade[:, None]
        gram += spectra.T @ spectra
    variance, vectors = np.linalg.eigh(gram / m)
    variance, vectors = np.maximum(variance[::-1], 0), vectors[:, ::-1].T
    noise, suggested = _signal(variance, m)
    return PrincipalComponents(variance, vectors, weight, noise, suggested)


def denoise(stack: xr.DataArray, components: int | None = None, *, progress: Progress = no_progress) -> xr.DataArray:
    """Return the stack made again of its strongest principal components.

    Parameters
    ----------
    stack : (energy_loss, y, x) or (y, x, energy_loss) DataArray
    components : int, optional
        How many to keep; left out, as many as rise above counting noise. Look at the scree plot first: a weak
        signal in a few pixels may lie in a component that is left out.

    Returns
    -------
    denoised : DataArray of float, counts
        Of the same layout; lazy where the stack is, with the images of the components in memory.
        ``attrs["components"]`` says how many were kept.

    Raises
    ------
    SettingError
        If there are not so many components.
    """
    _check_number(stack, components)
    found = principal_components(stack, progress=progress)
    return keep_components(stack, found, found.suggested if components is None else components, progress=progress)


def keep_components(
    stack: xr.DataArray, found: PrincipalComponents, components: int, *, progress: Progress = no_progress
) -> xr.DataArray:
    """Return the stack made again of components that were found before; see :func:`denoise`.

    Parameters
    ----------
    stack : DataArray
        The one that `found` was found on.
    found : PrincipalComponents
    components : int
    """
    _check_number(stack, components)
    scaled = counts(stack)
    axis = stack.get_axis_num("energy_loss")
    rows = found.analysis(components) * scales_of(stack, "energy_loss")
    scores = weighted_sums(stack, rows, progress=progress, step="denoising").astype(scaled.dtype)
    loadings = found.synthesis(components).astype(scaled.dtype)
    is_lazy = stack.chunks is not None
    data = _made_again(scaled.data, axis, loadings, scores) if is_lazy else _product(loadings, scores, axis)
    result = scaled.copy(data=data)
    result.attrs["components"] = components
    return with_history(result, "denoise", components=components)


def _check_number(stack: xr.DataArray, components: int | None) -> None:
    n = len(energies_of(stack))
    if components is not None and not 1 <= components <= n:
        raise SettingError("components", "is no number of components", got=components, expected=f"1 … {n}")


def _product(loadings: Floats, scores: Floats, axis: int) -> NDArray[Any]:
    """Return planes (n, …) or spectra (…, n) made of scores (k, …)."""
    return np.asarray(np.moveaxis(np.tensordot(loadings, scores, axes=1), 0, axis))


def _made_again(pixels: Any, axis: int, loadings: Floats, scores: Floats) -> Any:
    import dask.array as da

    def block_of(_block: NDArray[Any], block_info: Any = None) -> NDArray[Any]:
        place = [slice(*ends) for ends in block_info[0]["array-location"]]
        planes = place.pop(axis)
        return _product(loadings[planes], scores[(slice(None), *place)], axis)

    # Only the places of the blocks are needed: an empty array of the same chunks spares reading the stack again.
    like = da.empty(pixels.shape, chunks=pixels.chunks, dtype=pixels.dtype)
    return da.map_blocks(block_of, like, dtype=pixels.dtype, meta=np.empty((0,) * pixels.ndim, pixels.dtype))


def _mean_spectrum(stack: xr.DataArray) -> Floats:
    from temstack.spectrum.extraction import extract_spectrum

    return np.asarray(np.abs(extract_spectrum(stack, mean=True).values))


def _signal(variance: Floats, spectra: int) -> tuple[float, int]:
    """Return the level of noise, and how many variances lie above the largest that noise would give."""
    n = len(variance)
    ratio, factor = min(n, spectra) / max(n, spectra), max(1.0, n / spectra)
    # The median of the Marchenko–Pastur law, of mean 1, is 1 - 0.347 ratio within 1 %; most components are noise.
    middle = float(np.median(variance[: min(n, spectra)])) / factor
    noise = middle / (1 - 0.347 * ratio)
    edge = 1.05 * noise * factor * (1 + np.sqrt(ratio)) ** 2
    return noise, max(1, int((variance > edge).sum()))
