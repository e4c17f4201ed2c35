"""The options of an estimate, checked against the stack they are meant for."""

from __future__ import annotations

import zlib
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from temstack.drift.planes import Filters, settings_of
from temstack.drift.prior import checked_prior
from temstack.errors import SettingError

ESTIMATORS = ("graph", "path", "cascade", "reference")
_DEFAULT_REACH = 0.4
_LEAST_SIDE = 2

Region = tuple[int, int, int, int]


@dataclass(frozen=True)
class Settings:
    """The options of :func:`~temstack.drift.estimate.estimate_drift` that were checked against the stack."""

    estimator: str
    reference: int
    pairs: str | int
    filters: Filters
    region: Region | None
    mask: NDArray[np.bool_] | None
    max_shift_px: tuple[float, float]
    threshold: float
    pinned: Mapping[int, tuple[float, float]]
    refine: bool
    prior: tuple[str | NDArray[np.float64], float] | None = None


def checked_settings(
    shape: tuple[int, int],
    n_planes: int | None,
    *,
    estimator: str = "graph",
    reference: int = 0,
    pairs: str | int = "auto",
    region: Region | None = None,
    mask: NDArray[np.bool_] | None = None,
    max_shift_px: float | None = None,
    threshold: float = 0.0,
    pinned: Mapping[int, tuple[float, float]] | None = None,
    refine: bool = True,
    prior: Any = None,
    prior_sigma_px: float | None = None,
    **filters: Any,
) -> Settings:
    """Return the settings for planes of *shape*, or say which of them cannot be meant.

    Parameters
    ----------
    n_planes : int or None
        None where planes are still to come.
    """
    reach = _reach(shape, region, max_shift_px)
    settings = Settings(
        estimator,
        reference,
        pairs,
        Filters(**filters),
        region,
        mask,
        reach,
        threshold,
        dict(pinned or {}),
        refine,
        checked_prior(prior, prior_sigma_px, n_planes),
    )
    return _checked(shape, n_planes, settings)


def _reach(shape: tuple[int, int], region: Region | None, max_shift_px: float | None) -> tuple[float, float]:
    top, left, bottom, right = region or (0, 0, *shape)
    if max_shift_px is not None:
        return max_shift_px, max_shift_px
    return _DEFAULT_REACH * (bottom - top), _DEFAULT_REACH * (right - left)


def _checked(shape: tuple[int, int], n_planes: int | None, settings: Settings) -> Settings:
    """Return the settings, or say which of them cannot be meant."""
    if settings.estimator not in ESTIMATORS:
        raise SettingError("estimator", "is unknown", got=repr(settings.estimator), expected=", ".join(ESTIMATORS))
    for plane in (settings.reference, *settings.pinned):
        if n_planes is not None and not 0 <= plane < n_planes:
            raise SettingError(
                "reference or pinned plane", "is not in the stack", got=plane, expected=f"0 … {n_planes - 1}"
            )
    if not 0 <= settings.threshold < 1:
        raise SettingError("threshold", "is no correlation", got=settings.threshold, expected="0 … 1")
    if min(settings.max_shift_px) <= 0:
        raise SettingError("max_shift_px", "is not positive", got=settings.max_shift_px[0])
    if isinstance(settings.pairs, str) and settings.pairs not in ("auto", "all"):
        raise SettingError("pairs", "is unknown", got=repr(settings.pairs), expected="auto, all or a number")
    if isinstance(settings.pairs, int) and settings.pairs < 1:
        raise SettingError("pairs", "is not positive", got=settings.pairs, expected="1 or more planes apart")
    if settings.prior is not None and settings.estimator != "graph":
        raise SettingError("prior", "enters the graph estimator only", got=f"estimator {settings.estimator!r}")
    _check_region(shape, settings.region)
    if settings.mask is not None:
        mask = np.asarray(settings.mask, bool)
        if mask.shape != shape:
            raise SettingError("mask", "has not the shape of the planes", got=mask.shape, expected=shape)
        if not mask.any():
            raise SettingError("mask", "leaves nothing to look at", got="all false")
        settings = replace(settings, mask=mask)
    return settings


def _check_region(shape: tuple[int, int], region: Region | None) -> None:
    if region is None:
        return
    top, left, bottom, right = region
    inside = 0 <= top < bottom <= shape[0] and 0 <= left < right <= shape[1]
    if not inside or max(bottom - top, right - left) < _LEAST_SIDE:
        raise SettingError(
            "region",
            "is not inside the planes",
            got=f"top {top}, left {left}, bottom {bottom}, right {right}",
            expected=f"0 ≤ top < bottom ≤ {shape[0]} and 0 ≤ left < right ≤ {shape[1]}",
        )


def recorded_settings(settings: Settings) -> dict[str, Any]:
    """Return the options that were given, as plain values."""
    recorded: dict[str, Any] = {"estimator": settings.estimator, "pairs": settings.pairs}
    recorded |= {k: list(v) if isinstance(v, tuple) else v for k, v in settings_of(settings.filters).items()}
    recorded["max_shift_px"] = [float(v) for v in settings.max_shift_px]
    if settings.estimator in ("path", "reference"):
        recorded["reference"] = settings.reference
    if settings.region is not None:
        recorded["region"] = [int(v) for v in settings.region]
    if settings.mask is not None:
        recorded["mask"] = packed_mask(settings.mask)
    if settings.threshold:
        recorded["threshold"] = settings.threshold
    if settings.prior is not None:
        expected, sigma = settings.prior
        recorded["prior"] = expected if isinstance(expected, str) else expected.tolist()
        recorded["prior_sigma_px"] = sigma
    if settings.pinned:
        recorded["pinned"] = {str(k): [float(x) for x in v] for k, v in settings.pinned.items()}
    return recorded


def packed_mask(mask: NDArray[np.bool_]) -> dict[str, Any]:
    """Return a mask as a few words and a line of text, which a history can keep.

    >>> packed_mask(np.eye(256, dtype=bool))["pixels"]
    '256 of 65536'
    """
    packed = b64encode(zlib.compress(np.packbits(mask).tobytes(), 9)).decode()
    return {"pixels": f"{int(mask.sum())} of {mask.size}", "shape": list(mask.shape), "packed": packed}


def unpacked_mask(recorded: Mapping[str, Any]) -> NDArray[np.bool_]:
    """Return the mask that :func:`packed_mask` made words of.

    >>> mask = np.arange(15).reshape(3, 5) % 2 == 0
    >>> bool((unpacked_mask(packed_mask(mask)) == mask).all())
    True
    """
    height, width = recorded["shape"]
    bits = np.frombuffer(zlib.decompress(b64decode(recorded["packed"])), np.uint8)
    return np.unpackbits(bits, count=height * width).reshape(height, width).astype(bool)
