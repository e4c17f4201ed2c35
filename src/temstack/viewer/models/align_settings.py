"""How a stack is to be aligned: what a user chooses, and the options of an estimate that it stands for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from temstack.errors import SettingError

ESTIMATORS = {
    "graph": "all pairs together (graph)",
    "path": "by way of every other plane (SDSD path)",
    "cascade": "each plane on the one before (cascade)",
    "reference": "each plane on one plane (reference)",
}
WINDOWS = {"tukey": "soft (Tukey)", "hann": "to zero (Hann)", "none": "not at all"}
INTERPOLATIONS = {
    "fourier": "Fourier: exact",
    "cubic": "cubic spline",
    "linear": "linear: blurs",
    "whole-pixel": "whole pixels only: values kept",
}
EDGES = {"crop": "keep the area that all planes share", "fill": "keep the size and fill"}
PAIRS = {"auto": "as many as needed", "all": "all", "near": "near ones only"}
PRIORS = {"none": "nothing", "linear": "a steady drift"}

Region = tuple[int, int, int, int]
_NYQUIST = 1.0
"""Cycles per px; beyond the corner of the Fourier plane, so that nothing is cut off."""


@dataclass(frozen=True)
class AlignSettings:
    """What a user chose.

    Parameters
    ----------
    estimator, reference, max_shift_px, threshold, region, median, variance_stabilise, gaussian_px, sobel, window
        See :func:`temstack.drift.estimate_drift`; 0 for no largest shift.
    pairs : {"auto", "all", "near"}
    most_apart : int
        How many planes apart the planes of a pair may be where only near ones are correlated.
    finest_px, coarsest_px : float, px
        Periods of the finest and coarsest detail that is looked at; 0 for no limit.
    prior : {"none", "linear"}
        What is known of the drift beforehand.
    prior_sigma_px : float, px
        How far a plane may be from that, one standard deviation.
    interpolation, edges, fill_value
        See :func:`temstack.drift.apply_drift`.
    """

    estimator: str = "graph"
    reference: int = 0
    pairs: str = "auto"
    most_apart: int = 3
    max_shift_px: float = 0.0
    threshold: float = 0.0
    region: Region | None = None
    median: bool = False
    variance_stabilise: bool = False
    gaussian_px: float = 0.0
    sobel: bool = False
    finest_px: float = 0.0
    coarsest_px: float = 0.0
    window: str = "tukey"
    prior: str = "none"
    prior_sigma_px: float = 3.0
    interpolation: str = "fourier"
    edges: str = "crop"
    fill_value: float = 0.0

    @property
    def band_pass(self) -> tuple[float, float] | None:
        """Lowest and highest spatial frequency that is looked at, cycles/px.

        Examples
        --------
        >>> AlignSettings(finest_px=4, coarsest_px=50).band_pass
        (0.02, 0.25)
        """
        if not self.finest_px and not self.coarsest_px:
            return None
        low = 1 / self.coarsest_px if self.coarsest_px else 0.0
        high = 1 / self.finest_px if self.finest_px else _NYQUIST
        if low >= high:
            raise SettingError(
                "details",
                "leave nothing to look at",
                got=f"finest {self.finest_px:g} px, coarsest {self.coarsest_px:g} px",
                expected="the finest smaller than the coarsest",
            )
        return low, high

    def options(self) -> dict[str, Any]:
        """Return the options of :func:`temstack.drift.estimate_drift` that this stands for."""
        options: dict[str, Any] = {
            "estimator": self.estimator,
            "reference": self.reference,
            "pairs": self.most_apart if self.pairs == "near" else self.pairs,
            "threshold": self.threshold,
            "region": self.region,
            "max_shift_px": self.max_shift_px or None,
            "median": self.median,
            "variance_stabilise": self.variance_stabilise,
            "gaussian_px": self.gaussian_px,
            "sobel": self.sobel,
            "band_pass": self.band_pass,
            "window": self.window,
        }
        if self.prior != "none" and self.estimator == "graph":
            options |= {"prior": self.prior, "prior_sigma_px": self.prior_sigma_px}
        return options

    def applying(self) -> dict[str, Any]:
        """Return how drift is taken out, as :func:`temstack.drift.sum_aligned` wants it."""
        return {"interpolation": self.interpolation, "edges": self.edges}

    def solves_like(self, other: AlignSettings) -> bool:
        """Return whether the drift would be estimated in the same way."""
        return _without_idle(self.options()) == _without_idle(other.options())


def _without_idle(options: dict[str, Any]) -> dict[str, Any]:
    """Return the options without those that the estimator does not look at."""
    uses_reference = options["estimator"] in ("path", "reference")
    return {**options, "reference": options["reference"] if uses_reference else 0}


def typed_region(text: str, shape: tuple[int, int]) -> Region | None:
    """Return the area that somebody typed as four edges in px; None for the whole plane.

    Raises
    ------
    SettingError
        If it is no such area, or not inside planes of this shape.

    Examples
    --------
    >>> typed_region("10, 20, 90, 100", (128, 128)), typed_region(" ", (128, 128))
    ((10, 20, 90, 100), None)
    """
    if not text.strip():
        return None
    words = text.replace(",", " ").replace(";", " ").split()
    if len(words) != 4 or not all(word.isdecimal() for word in words):
        raise SettingError("region", "is not four whole numbers", got=repr(text), expected="top, left, bottom, right")
    top, left, bottom, right = (int(word) for word in words)
    if not (top < bottom <= shape[0] and left < right <= shape[1]):
        raise SettingError(
            "region",
            "is not inside the planes",
            got=f"top {top}, left {left}, bottom {bottom}, right {right}",
            expected=f"top < bottom ≤ {shape[0]} and left < right ≤ {shape[1]}",
        )
    return top, left, bottom, right
