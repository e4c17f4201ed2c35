"""The thickness of the specimen in mean free paths, from the share of electrons that lost nothing."""

from __future__ import annotations

import numpy as np
import xarray as xr

from temstack.errors import SettingError, StackError
from temstack.spectrum.counting import counts_per_electron_of_pixels, scales_of
from temstack.spectrum.sums import Floats, bands, image_like, weighted_sums
from temstack.spectrum.windows import energies_of
from temstack.stack import counts, with_history
from temstack.stack.progress import Progress, no_progress

_FOOT = 0.1
"""The zero-loss peak ends below this fraction of its height, if it ends at all."""


def thickness(
    stack: xr.DataArray,
    *,
    threshold_ev: float | None = None,
    zero_loss: xr.DataArray | None = None,
    mean_free_path_nm: float | None = None,
    progress: Progress = no_progress,
) -> xr.DataArray:
    """Return the relative thickness t/λ by the log-ratio method, ``ln(I_total / I_zero-loss)``.

    Parameters
    ----------
    stack : (y, x, energy_loss), (energy_loss, y, x), (x, energy_loss), (energy_loss,) or (y, x) DataArray
        Low-loss spectra with the zero-loss peak, all the spectrum that matters, and no dark level; with
        `zero_loss` an unfiltered image instead.
    threshold_ev : float, eV
        Where the zero-loss peak ends: what lies below counts as zero-loss. Left out, the first minimum of the
        mean spectrum behind the peak; spectra must be aligned well enough for that
        (:func:`~temstack.spectrum.align_zero_loss`).
    zero_loss : (y, x) DataArray, counts
        The zero-loss filtered image, recorded with the same exposure or scaled to it, where `stack` is an
        unfiltered image.
    mean_free_path_nm : float, nm
        The inelastic mean free path, to get the thickness in nm.

    Returns
    -------
    thickness : (y, x) DataArray of float64; of fewer dimensions for a line or one spectrum
        t/λ, or nm. NaN where there is no zero-loss intensity. ``attrs["threshold_ev"]`` says what was used;
        ``standard_error`` is there where pixels are counts.

    Raises
    ------
    SettingError
        If the threshold lies outside the axis, or none was given and the mean spectrum has no minimum behind
        its peak.

    Notes
    -----
    λ is the mean free path for what the aperture lets through; electrons scattered beyond it are missing from
    both intensities.

    References
    ----------
    R. F. Egerton, Electron Energy-Loss Spectroscopy in the Electron Microscope, 3rd ed., 2011, section 5.1.

    Examples
    --------
    >>> from temstack.stack import label_stack
    >>> low_loss = np.array([0.0, 100, 10, 50, 10])[:, None, None]
    >>> stack = label_stack(low_loss, "energy_loss", plane_values=[-5, 0, 5, 10, 15])
    >>> round(thickness(stack, threshold_ev=5).item(), 3)  # ln(170 / 100)
    0.531
    """
    if mean_free_path_nm is not None and not mean_free_path_nm > 0:
        raise SettingError("mean_free_path_nm", "must be above 0", got=mean_free_path_nm)
    if zero_loss is not None:
        result = _of_images(stack, zero_loss)
        used = None
    else:
        used = _threshold(stack, threshold_ev, progress)
        result = _of_spectra(stack, used, progress)
        result.attrs["threshold_ev"] = used
    result.attrs["intensity_units"] = "t/λ"
    if mean_free_path_nm is not None:
        result = _in_nm(result, mean_free_path_nm)
    return with_history(result, "thickness", threshold_ev=used, mean_free_path_nm=mean_free_path_nm)


def _of_spectra(stack: xr.DataArray, threshold_ev: float, progress: Progress) -> xr.DataArray:
    scale = scales_of(stack, "energy_loss")
    below = energies_of(stack) < threshold_ev
    weights = np.stack([scale * below, scale * ~below])
    sums = weighted_sums(stack, [*weights, *weights**2], progress=progress)
    gain = counts_per_electron_of_pixels(stack, "energy_loss")
    values = sums[:2]  # results take the place of what they are made of
    for rows in bands(values[0]):
        elastic, lossy, elastic_squared, lossy_squared = sums[:, rows]
        values[0, rows], values[1, rows] = _log_ratio(elastic + lossy, elastic, elastic_squared, lossy_squared)
    values[1] *= np.sqrt(gain or 0.0)
    return image_like(stack, values[0], standard_error=None if gain is None else values[1])


def _log_ratio(total: Floats, elastic: Floats, elastic_variance: Floats, rest: Floats) -> tuple[Floats, Floats]:
    """Return ``ln(total / elastic)`` and its standard error; *rest* is the variance of what is not elastic."""
    with np.errstate(divide="ignore", invalid="ignore"):
        usable = (elastic > 0) & (total > 0)
        ratio = np.where(usable, np.log(total / elastic), np.nan)
        variance = rest / total**2 + elastic_variance * (1 / elastic - 1 / total) ** 2
        return ratio, np.where(usable, np.sqrt(np.maximum(variance, 0)), np.nan)


def _of_images(unfiltered: xr.DataArray, zero_loss: xr.DataArray) -> xr.DataArray:
    total, elastic = (
        np.asarray(counts(each.squeeze(drop=True)).values, np.float64) for each in (unfiltered, zero_loss)
    )
    if total.shape != elastic.shape or total.ndim != 2:
        raise StackError("zero_loss", "does not fit the unfiltered image", got=elastic.shape, expected=total.shape)
    values, _ = _log_ratio(total, elastic, elastic, elastic)
    return unfiltered.squeeze(drop=True).drop_vars("scale", errors="ignore").copy(data=values)


def _threshold(stack: xr.DataArray, given: float | None, progress: Progress) -> float:
    energies = energies_of(stack)
    if given is not None:
        if not energies.min() < given <= energies.max():
            expected = f"above {energies.min():g} and up to {energies.max():g} eV"
            raise SettingError("threshold_ev", "lies outside the energy axis", got=given, expected=expected)
        return float(given)
    order = np.argsort(energies)
    spectrum = _mean_spectrum(stack, progress)[order]
    peak = int(np.argmax(spectrum))
    for k in range(peak + 1, len(spectrum) - 2):
        if spectrum[k] < _FOOT * spectrum[peak] and spectrum[k] <= spectrum[k + 1 : k + 3].min():
            return float(energies[order[k]])
    raise SettingError(
        "threshold_ev",
        "the mean spectrum has no minimum behind its highest peak, so the end of the zero-loss peak is not known",
        got=f"a peak at {energies[order[peak]]:g} eV",
        advice="give a threshold, or align the zero-loss peaks first",
    )


def _mean_spectrum(stack: xr.DataArray, progress: Progress) -> Floats:
    from temstack.spectrum.extraction import extract_spectrum

    if stack.ndim == 1:
        return np.asarray(counts(stack).values, dtype=np.float64)
    progress("finding the zero-loss peak", 0, 1)
    spectrum = np.asarray(extract_spectrum(stack, mean=True).values)
    progress("finding the zero-loss peak", 1, 1)
    return spectrum


def _in_nm(relative: xr.DataArray, mean_free_path_nm: float) -> xr.DataArray:
    result = relative.copy(data=relative.values * mean_free_path_nm)
    result.attrs["intensity_units"] = "nm"
    if "standard_error" in relative.coords:
        error = relative.coords["standard_error"]
        result = result.assign_coords(standard_error=(error.dims, error.values * mean_free_path_nm, {"units": "nm"}))
    return result
