"""Drift while the series is still being recorded: one plane more costs one transform and its new pairs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from temstack.drift.estimate import (
    finish_graph,
    result_of,
    sigma_of_pairs,
    told,
)
from temstack.drift.linking import Report, above_threshold, coarse_area, link_planes, weighed
from temstack.drift.pairs import Candidates, Spectra, correlate_pairs, near_and_far, transform_planes
from temstack.drift.result import Drift
from temstack.drift.settings import checked_settings
from temstack.drift.source import plane_source
from temstack.errors import DriftError, SettingError
from temstack.stack.progress import Progress, no_progress


class LiveDrift:
    """The drift of a growing series, by the ``graph`` estimator.

    Parameters
    ----------
    **options
        Those of :func:`~temstack.drift.estimate.estimate_drift` but for ``estimator``, ``reference`` and ``progress``.

    Examples
    --------
    >>> field = np.random.default_rng(1).poisson(20, (80, 80))
    >>> live = LiveDrift()
    >>> live.add(field[8:72, 8:72]).drift_px.tolist()
    [[0.0, 0.0]]
    >>> live.add(field[5:69, 10:74]).drift_px.round().tolist()
    [[0.0, 0.0], [3.0, -2.0]]
    """

    def __init__(self, **options: Any) -> None:
        if not {"estimator", "reference", "progress"}.isdisjoint(options):
            raise SettingError("LiveDrift", "knows the graph estimator only", got=", ".join(sorted(options)))
        self.options = options
        self._shape: tuple[int, int] | None = None
        self._spectra: Spectra | None = None
        self._candidates: list[Candidates] = []

    @property
    def n_planes(self) -> int:
        """Number of planes so far."""
        return 0 if self._spectra is None else len(self._spectra.power)

    def add(self, plane: NDArray[Any]) -> Drift:
        """Take one more plane, and return the estimate so far, not yet refined.

        Parameters
        ----------
        plane : (y, x) array
            As recorded; all of one shape.

        Returns
        -------
        drift : Drift
            Good to about a quarter of a correlation pixel.
        """
        source = plane_source(np.broadcast_to(plane, (2, *np.shape(plane))))
        if self._shape is not None and source.shape != self._shape:
            raise DriftError("plane", "has another shape than those before", got=source.shape, expected=self._shape)
        self._shape = source.shape
        settings = checked_settings(source.shape, None, **self.options)
        new = transform_planes(
            lambda _: source(0), 1, coarse_area(source.shape, settings), settings.filters, progress=no_progress
        )
        self._spectra = new if self._spectra is None else _joined(self._spectra, new)
        last = self.n_planes - 1
        earlier = last - near_and_far(last, settings.pairs)
        if len(earlier):
            pairs = np.stack([earlier, np.full(len(earlier), last)], axis=1).astype(np.int64)
            found = correlate_pairs(self._spectra, pairs, max_shift_px=settings.max_shift_px, progress=no_progress)
            self._candidates.append(above_threshold(found, settings.threshold))
        return self._so_far()

    def finish(self, stack: Any, *, progress: Progress = no_progress) -> Drift:
        """Return the refined drift of the whole series, as the batch estimate gives it.

        Parameters
        ----------
        stack : DataArray or (n, y, x) array
            The planes that were added, in the same order: they are read once more.
        """
        source = plane_source(stack)
        if source.n_planes != self.n_planes or self._spectra is None:
            raise DriftError(
                "stack", "is not the series that was added", got=f"{source.n_planes} planes", expected=self.n_planes
            )
        settings = checked_settings(source.shape, source.n_planes, **self.options)
        report = Report()
        candidates = weighed(_concatenated(self._candidates), self._spectra, settings)
        linked = link_planes(self._spectra, candidates, settings, report, progress)
        drift = finish_graph(source, settings, candidates, linked, report, progress)
        return told(report, drift, settings, stack, source)

    def _so_far(self) -> Drift:
        if self._spectra is None or self._shape is None or not self._candidates:
            return _one_plane(self._shape or (0, 0))
        settings = checked_settings(self._shape, self.n_planes, **self.options)
        report = Report()
        candidates = weighed(_concatenated(self._candidates), self._spectra, settings)
        linked = link_planes(self._spectra, candidates, settings, report, no_progress)
        sigma = sigma_of_pairs(self.n_planes, candidates, linked.solution, linked.groups, linked.step_px)
        drift = result_of(self._shape, settings, linked.places, sigma, candidates, linked)
        return replace(drift, decisions=tuple(report.decisions), warnings=tuple(report.warnings))


def _one_plane(shape: tuple[int, int]) -> Drift:
    place, none = np.zeros((1, 2)), np.zeros((0, 2))
    return Drift(
        drift_px=place,
        sigma_px=np.full((1, 2), np.nan),
        groups=np.zeros(1, np.int64),
        within_group_px=place,
        pairs=none.astype(np.int64),
        pair_shift_px=none,
        pair_residual_px=none[:, 0],
        correlation_peak=none[:, 0],
        pair_weight=none[:, 0],
        shape=shape,
    )


def _joined(old: Spectra, new: Spectra) -> Spectra:
    return replace(
        old,
        coefficients=np.concatenate([old.coefficients, new.coefficients]),
        power=np.concatenate([old.power, new.power]),
    )


def _concatenated(parts: list[Candidates]) -> Candidates:
    names = Candidates.__dataclass_fields__
    return Candidates(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in names})
