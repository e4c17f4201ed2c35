"""Time-lapse: how areas change from plane to plane, and how fast they fade with the dose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike, NDArray

from temstack.errors import SettingError
from temstack.stack import check_stack, iter_planes, plane_dim, with_history
from temstack.stack.bounds import Region, select_region
from temstack.stack.progress import Progress, no_progress

Floats = NDArray[np.float64]


def region_curves(
    stack: xr.DataArray,
    regions: Mapping[str, Region] | None = None,
    *,
    calibrated: bool = False,
    mean: bool = True,
    progress: Progress = no_progress,
) -> xr.DataArray:
    """Return the counts in several areas from plane to plane, all read in one pass.

    Parameters
    ----------
    stack : (time, y, x) DataArray
        Any plane axis will do; aligned, or areas do not stay on the specimen.
    regions : mapping of name to (top, left, bottom, right), half-open, px
        Left out, the whole image.
    calibrated : bool
        Whether regions are in the units of the axes ``y`` and ``x``.
    mean : bool
        Mean per pixel; otherwise the sum.

    Returns
    -------
    curves : (region, time) DataArray of float64, counts
        ``standard_error`` is there where the stack holds integers or says that it holds counts.

    Raises
    ------
    SettingError
        If a region reaches outside the image or holds no pixel.

    Examples
    --------
    >>> from temstack.stack import label_stack
    >>> stack = label_stack(np.arange(8).reshape(2, 2, 2), "time", plane_values=[0, 1])
    >>> region_curves(stack, {"top": (0, 0, 1, 2)}).values
    array([[0.5, 4.5]])
    """
    dim = plane_dim(check_stack(stack))
    named = dict(regions or {"whole image": (0, 0, stack.sizes["y"], stack.sizes["x"])})
    areas = [select_region(stack, region, calibrated=calibrated) for region in named.values()]
    raw, pixels = np.zeros((len(areas), len(stack))), np.zeros(len(areas))
    for index, plane in iter_planes(stack):
        for row, area in enumerate(areas):
            inside = plane[area["y"], area["x"]]
            raw[row, index], pixels[row] = inside.sum(dtype=np.float64), inside.size
        progress("reading areas", index + 1, len(stack))
    scale = np.broadcast_to(stack.coords["scale"].values if "scale" in stack.coords else 1.0, len(stack))
    factor = scale / pixels[:, None] if mean else np.broadcast_to(scale, raw.shape)
    coords = {name: coord.variable for name, coord in stack.coords.items() if coord.dims == (dim,) and name != "scale"}
    curves = xr.DataArray(
        raw * factor,
        dims=("region", dim),
        coords={**coords, "region": list(named)},
        name=stack.name,
        attrs=dict(stack.attrs),
    )
    if _is_counted(stack):
        error = np.sqrt(np.maximum(raw, 0) * float(stack.attrs.get("counts_per_electron", 1.0))) * factor
        curves = curves.assign_coords(standard_error=(curves.dims, error))
    return with_history(curves, "region_curves", regions=named, calibrated=calibrated, mean=mean)


@dataclass(frozen=True)
class Fading:
    """An exponential loss with dose, ``end + (start - end) exp(-dose / critical_dose)``.

    Parameters
    ----------
    critical_dose, critical_dose_error : float, in `dose_units`
        Dose after which 1/e of what can be lost is left, and its standard error; infinite where nothing fades.
    start, end : float, counts
        Before the first electron, and after very many.
    start_error, end_error : float, counts
    dose_units : str
    """

    critical_dose: float
    critical_dose_error: float
    start: float
    start_error: float
    end: float
    end_error: float
    dose_units: str

    def at(self, dose: ArrayLike) -> Floats:
        """Return the fitted curve at some doses."""
        return np.asarray(
            self.end + (self.start - self.end) * np.exp(-np.asarray(dose, np.float64) / self.critical_dose)
        )


def fit_fading(
    curve: xr.DataArray, dose: ArrayLike | None = None, *, dose_units: str | None = None, fades_to_zero: bool = False
) -> Fading:
    """Return how fast a curve fades with dose, fitted by weighted least squares.

    Parameters
    ----------
    curve : (time,) DataArray
        One row of :func:`region_curves`; its ``standard_error`` weights the points where it has one.
    dose : (n,) float
        Dose up to the middle of each plane. Left out, it is counted from ``exposure_s`` of the planes in
        seconds of exposure, or else the positions of the planes stand for it.
    dose_units : str
        Its units, for the result.
    fades_to_zero : bool
        Whether nothing is left at the end; otherwise what is left is fitted, too.

    Raises
    ------
    SettingError
        If there are too few planes, or the fit does not come to an end.

    Examples
    --------
    >>> dose = np.arange(8.0)
    >>> curve = xr.DataArray(5 + 20 * np.exp(-dose / 3), {"time": dose}, dims=["time"])
    >>> fading = fit_fading(curve, dose, dose_units="e/px")
    >>> round(fading.critical_dose, 6), round(fading.end, 6)
    (3.0, 5.0)
    """
    from scipy.optimize import OptimizeWarning, curve_fit

    values = np.asarray(curve.values, dtype=np.float64)
    if values.ndim != 1 or len(values) < 4 - fades_to_zero:
        raise SettingError(
            "curve", "is too short to fit how it fades", got=f"shape {values.shape}", expected="4 planes or more"
        )
    along, units = _given_dose(curve, dose) if dose is not None else dose_along(curve)
    span = float(np.ptp(along)) or 1.0
    error = curve.coords["standard_error"].values if "standard_error" in curve.coords else None
    sigma = None if error is None or not (error > 0).all() else error

    def model(d: Floats, start: float, rate: float, end: float = 0.0) -> Floats:
        return np.asarray(end + (start - end) * np.exp(-np.clip(d * rate, -50, 50)))

    first = [values[0], 2 / span, *([] if fades_to_zero else [values[-1]])]
    import warnings

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", OptimizeWarning)
            found, covariance = curve_fit(
                model, along, values, first, sigma, absolute_sigma=sigma is not None, maxfev=20000
            )
    except (RuntimeError, OptimizeWarning) as problem:
        raise SettingError(
            "curve", "does not fade as an exponential that could be fitted", advice="use fades_to_zero, or more planes"
        ) from problem
    errors = np.sqrt(np.diag(covariance))
    start, rate = float(found[0]), float(found[1])
    end, end_error = (0.0, 0.0) if fades_to_zero else (float(found[2]), float(errors[2]))
    critical, critical_error = (1 / rate, float(errors[1]) / rate**2) if rate else (float("inf"), float("inf"))
    return Fading(critical, critical_error, start, float(errors[0]), end, end_error, dose_units or units)


def dose_along(curves: xr.DataArray) -> tuple[Floats, str]:
    """Return what stands for the dose up to the middle of each plane, and its units.

    The exposure until then where ``exposure_s`` is known, else the position of the plane from the first on.
    """
    dim = str(curves.dims[-1])
    if "exposure_s" in curves.coords:
        exposure = np.broadcast_to(np.asarray(curves.coords["exposure_s"].values, np.float64), curves.sizes[dim])
        return np.asarray(np.cumsum(exposure) - exposure / 2), "s of exposure"
    coord = curves.coords[dim]
    return np.asarray(coord.values - coord.values[0], dtype=np.float64), str(coord.attrs.get("units", ""))


def _given_dose(curve: xr.DataArray, dose: ArrayLike) -> tuple[Floats, str]:
    given = np.asarray(dose, dtype=np.float64)
    if given.shape != curve.shape or not np.isfinite(given).all():
        raise SettingError("dose", "needs one number for each plane", got=given.shape, expected=curve.shape)
    return given, ""


def _is_counted(stack: xr.DataArray) -> bool:
    units = str(stack.attrs.get("intensity_units") or "").lower()
    return units in ("counts", "count", "electrons", "e-") or (not units and stack.dtype.kind in "iu")
