"""Multiple linear least squares: how much of each reference spectrum every pixel holds."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike

from temstack.errors import SettingError, StackError
from temstack.spectrum.counting import counts_per_electron_of_pixels, scales_of
from temstack.spectrum.sums import Floats, image_like, weighted_sums
from temstack.spectrum.windows import Indices, Windows, as_said, energies_of, planes_in
from temstack.stack import plane_dim, with_history
from temstack.stack.progress import Progress, no_progress


def fit_references(
    stack: xr.DataArray,
    references: Mapping[str, ArrayLike | xr.DataArray],
    *,
    window: Windows | None = None,
    progress: Progress = no_progress,
) -> xr.DataArray:
    """Return how much of each reference spectrum is in the spectrum of every pixel.

    Weighted linear least squares, each energy weighted with the inverse of the mean counts there, as counting
    statistics want it [1]_; the same weights at all pixels make it one pass over the stack.

    Parameters
    ----------
    stack : (energy_loss, y, x) or (y, x, energy_loss) DataArray
    references : mapping of name to spectrum
        Spectra as ``extract_spectrum`` returns them, which are interpolated to the energies of the stack; or
        bare arrays with one number for each plane.
    window : float, (from, to), or a list of these; eV
        Which energies take part; left out, all.

    Returns
    -------
    amounts : (plane, y, x) DataArray of float64
        One plane for each reference, named in the per-plane value ``label``: factors of the references, which
        may be below 0 by noise. ``standard_error`` is there where pixels are counts. In memory: two images for
        each reference.

    Raises
    ------
    SettingError
        If references cannot be told from one another, or do not cover the energies of the window.

    References
    ----------
    .. [1] R. F. Egerton, Electron Energy-Loss Spectroscopy in the Electron Microscope, 3rd ed., 2011, section 4.5.

    Examples
    --------
    >>> from temstack.stack import label_stack
    >>> a, b = np.array([4.0, 2, 1]), np.array([1.0, 1, 3])
    >>> stack = label_stack((2 * a + 5 * b)[:, None, None], "energy_loss", plane_values=[500, 510, 520])
    >>> fit_references(stack, {"a": a, "b": b}).values.ravel().round(6)
    array([2., 5.])
    """
    if not references:
        raise SettingError("references", "names no spectrum", expected="a name and a spectrum for each")
    energies = energies_of(stack)
    planes: Indices = np.arange(len(energies)) if window is None else planes_in(stack, window, "window")
    columns = np.stack([_on_axis(each, name, energies, planes) for name, each in references.items()], axis=1)
    factors = _solution(stack, columns, planes, list(references), progress)
    scale = scales_of(stack, "energy_loss")
    gain = counts_per_electron_of_pixels(stack, "energy_loss")
    table = np.zeros((len(references), len(energies)))
    table[:, planes] = factors
    sums = weighted_sums(stack, [*(table * scale), *(table * scale) ** 2], progress=progress, step="fitting references")
    amounts, variance = sums[: len(references)], sums[len(references) :]
    # In place: there are as many images as references, twice.
    np.maximum(variance, 0, out=variance)
    error = np.sqrt(np.multiply(variance, gain or 0.0, out=variance), out=variance)
    result = _stacked(stack, amounts, None if gain is None else error, list(references))
    return with_history(result, "fit_references", references=list(references), window=as_said(window))


def _on_axis(reference: ArrayLike | xr.DataArray, name: str, energies: Floats, planes: Indices) -> Floats:
    """Return a reference at the energies of the window."""
    if not isinstance(reference, xr.DataArray):
        values = np.asarray(reference, dtype=np.float64)
        if values.shape != energies.shape:
            raise StackError(
                f"reference {name!r}", "has another length than the axis", got=values.shape, expected=energies.shape
            )
        return np.asarray(values[planes])
    if reference.dims != ("energy_loss",):
        raise StackError(
            f"reference {name!r}", "is no spectrum", got=f"dimensions {reference.dims}", expected="('energy_loss',)"
        )
    along = np.asarray(reference.energy_loss.values)
    order = np.argsort(along)
    wanted = energies[planes]
    if wanted.min() < along.min() - 1e-6 or wanted.max() > along.max() + 1e-6:
        raise SettingError(
            f"reference {name!r}",
            "does not cover the energies that are fitted",
            got=f"{along.min():g} … {along.max():g} eV",
            expected=f"{wanted.min():g} … {wanted.max():g} eV",
            advice="give a window inside it",
        )
    return np.asarray(np.interp(wanted, along[order], np.asarray(reference.values, dtype=np.float64)[order]))


def _solution(
    stack: xr.DataArray,
    columns: Floats,
    planes: Indices,
    names: list[str],
    progress: Progress,
) -> Floats:
    """Return the rows that turn counts into amounts (k, energies)."""
    from temstack.spectrum.extraction import extract_spectrum

    mean = extract_spectrum(stack, mean=True).values[planes] if stack.ndim > 1 else np.abs(stack.values[planes])
    variance = np.maximum(mean, max(float(np.max(mean)), 1e-300) * 1e-6) * scales_of(stack, "energy_loss")[planes]
    root = 1 / np.sqrt(variance)
    design = columns * root[:, None]
    lengths = np.linalg.norm(design, axis=0)
    if (
        len(planes) < columns.shape[1]
        or (lengths == 0).any()
        or np.linalg.cond(design / np.maximum(lengths, 1e-300)) > 1e6
    ):
        raise SettingError(
            "references",
            "cannot be told from one another in these energies",
            got=", ".join(names),
            expected="spectra of different shape, no more of them than energies",
        )
    return np.asarray(np.linalg.pinv(design) * root)


def _stacked(stack: xr.DataArray, amounts: Floats, error: Floats | None, names: list[str]) -> xr.DataArray:
    image = image_like(stack, amounts[0])
    assert plane_dim(stack) == "energy_loss"
    full = image.expand_dims(plane=np.arange(len(names), dtype=np.float64)).copy(data=amounts)
    full = full.assign_coords(label=("plane", np.array(names)))
    full.coords["plane"].attrs["units"] = ""
    full.attrs.pop("signal_type", None)
    full.attrs["intensity_units"] = ""
    return full if error is None else full.assign_coords(standard_error=(full.dims, error))
