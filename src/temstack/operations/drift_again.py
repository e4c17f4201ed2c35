"""Aligning again as a history says it was done: the settings that were recorded, as options of an estimate."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from temstack.drift import Drift, drift_by_hand, estimate_drift
from temstack.drift import apply_drift as shift_back
from temstack.drift import sum_aligned as add_up
from temstack.drift.by_hand import BY_HAND
from temstack.drift.settings import unpacked_mask
from temstack.errors import SettingError
from temstack.stack.progress import Progress, no_progress


def apply_drift(
    stack: xr.DataArray,
    interpolation: str = "fourier",
    edges: str = "crop",
    estimator: str = "graph",
    settings: Mapping[str, Any] | None = None,
    *,
    progress: Progress = no_progress,
) -> xr.DataArray:
    """Return the stack aligned, its drift estimated anew with settings that a history keeps.

    Parameters
    ----------
    stack : (plane-like, y, x) DataArray
    interpolation, edges, estimator
        See :func:`temstack.drift.align`.
    settings : mapping, optional
        ``settings`` of a line ``apply_drift`` of a history.
    progress : Progress

    Raises
    ------
    SettingError
        If a mask was used, and the planes of this stack have another size.
    """
    drift = _drift_again(stack, settings or {}, estimator, progress)
    return shift_back(stack, drift, interpolation=interpolation, edges=edges, progress=progress)


def sum_aligned(
    stack: xr.DataArray,
    estimator: str = "graph",
    planes: float | None = None,
    settings: Mapping[str, Any] | None = None,
    interpolation: str = "fourier",
    edges: str = "crop",
    weights: str = "equal",
    mean: bool = False,
    *,
    progress: Progress = no_progress,
) -> xr.DataArray:
    """Return the sum of the planes without their drift, which is estimated anew.

    Parameters
    ----------
    stack : (plane-like, y, x) DataArray
    estimator : str
        See :func:`temstack.drift.estimate_drift`.
    planes : int, optional
        How many planes were added, as the history says; not used.
    settings : mapping, optional
        ``settings`` of a line ``sum_aligned`` of a history.
    interpolation, edges, weights, mean
        See :func:`temstack.drift.sum_aligned`.
    progress : Progress

    Raises
    ------
    SettingError
        If a mask was used, and the planes of this stack have another size.
    """
    drift = _drift_again(stack, settings or {}, estimator, progress)
    return add_up(stack, drift, mean=mean, weights=weights, interpolation=interpolation, edges=edges, progress=progress)


def _drift_again(stack: xr.DataArray, settings: Mapping[str, Any], estimator: str, progress: Progress) -> Drift:
    """Return the drift as recorded settings give it: estimated, or as planes were placed by hand."""
    if estimator == BY_HAND:
        pinned = settings.get("pinned", {})
        return drift_by_hand(stack, {int(plane): tuple(place) for plane, place in pinned.items()})
    return estimate_drift(stack, progress=progress, **options_of(settings, estimator))


def options_of(settings: Mapping[str, Any], estimator: str) -> dict[str, Any]:
    """Return the options of an estimate that its recorded settings stand for."""
    options = {**settings, "estimator": estimator}
    if options.get("mask"):
        options["mask"] = _mask_of(options["mask"])
    reach = options.pop("max_shift_px", None)
    if reach is not None:
        options["max_shift_px"] = float(max(reach)) if isinstance(reach, list | tuple) else float(reach)
    if "region" in options:
        options["region"] = tuple(options["region"])
    if "pinned" in options:
        options["pinned"] = {int(plane): tuple(place) for plane, place in options["pinned"].items()}
    if isinstance(options.get("band_pass"), list):
        options["band_pass"] = tuple(options["band_pass"])
    known = set(inspect.signature(estimate_drift).parameters)
    return {name: value for name, value in options.items() if name in known}


def _mask_of(recorded: Any) -> NDArray[np.bool_]:
    if not isinstance(recorded, Mapping):  # earlier versions wrote how many pixels it had
        raise SettingError(
            "settings",
            "had a mask, of which the history keeps only the size",
            got=recorded,
            advice="align with `temstack align --mask` and replay the rest with --skip",
        )
    return unpacked_mask(recorded)
