"""Aligning one stack: settings, the drift found by them, planes put right by hand, and what is looked at."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from psygnal import Signal

from temstack.errors import DriftError, SettingError
from temstack.viewer.models.align_settings import AlignSettings

if TYPE_CHECKING:
    import xarray as xr

    from temstack.drift import Drift
    from temstack.stack.progress import Progress
    from temstack.viewer.models.document import Document
    from temstack.viewer.models.jobs import Job, Jobs

AGAINST = {
    "before": "the plane before",
    "plane": "another plane",
    "neighbours": "the mean of its neighbours",
}
_NEIGHBOURS = 4


@dataclass(frozen=True)
class Chosen:
    """Which planes are looked at.

    Parameters
    ----------
    plane : int
        The plane that keys move.
    against : {"before", "plane", "neighbours"}
        What it is compared with.
    other : int
        The plane it is compared with where that is another plane.
    """

    plane: int = 1
    against: str = "before"
    other: int = 0

    def partners(self, n_planes: int) -> tuple[int, ...]:
        """Return the planes that it is compared with.

        Examples
        --------
        >>> Chosen(3).partners(8), Chosen(0).partners(8), Chosen(1, "neighbours").partners(8)
        ((2,), (1,), (0, 2, 3, 4, 5))
        """
        if self.against == "neighbours":
            low, high = self.plane - _NEIGHBOURS, self.plane + _NEIGHBOURS
            return tuple(k for k in range(max(low, 0), min(high + 1, n_planes)) if k != self.plane)
        if self.against == "plane" and self.other != self.plane:
            return (self.other,)
        return (self.plane - 1,) if self.plane else (1,)


class Aligning:
    """The alignment of one stack, from the first look to the drift that is applied.

    Parameters
    ----------
    document : Document
        The stack; its data are read one plane at a time.
    jobs : Jobs
        Where estimates run.

    Examples
    --------
    >>> from temstack.stack import label_stack
    >>> from temstack.viewer.models.desk import Desk
    >>> desk = Desk()
    >>> aligning = Aligning(desk.add(label_stack(np.zeros((3, 8, 8)))), desk.jobs)
    >>> aligning.nudge(0.0, 2.0)
    >>> aligning.drift.drift_px.tolist(), aligning.pins
    ([[0.0, 0.0], [0.0, -2.0], [0.0, -2.0]], {1: (0.0, -2.0)})
    """

    settings_changed = Signal()
    drift_changed = Signal()
    """There is another drift: estimated, loaded, forgotten, or changed by hand."""
    chosen_changed = Signal()
    running_changed = Signal()
    data_changed = Signal()
    """The document holds other data; nothing is known of their drift."""

    def __init__(self, document: Document, jobs: Jobs) -> None:
        _check(document)
        self.document, self.jobs = document, jobs
        self.job: Job | None = None
        """The estimate that goes on."""
        self.estimated: Drift | None = None
        """The drift as it was estimated or loaded, before anything was done by hand."""
        self.pins: dict[int, tuple[float, float]] = {}
        """Planes placed by hand: their drift (y, x) in px relative to plane 0."""
        self._settings = AlignSettings()
        self._solved_by: AlignSettings | None = None
        self._solved_pins: dict[int, tuple[float, float]] = {}
        self._chosen = Chosen()
        self._drift: Drift | None = None
        self._data_number = 0
        document.data_changed.connect(self._forget)

    @property
    def stack(self) -> xr.DataArray:
        """The stack."""
        return self.document.data

    @property
    def n_planes(self) -> int:
        """How many planes it has."""
        return int(self.stack.shape[0])

    @property
    def is_possible(self) -> bool:
        """Whether the document still holds a stack of two planes or more."""
        return self.document.kind == "stack" and self.stack.shape[0] > 1

    @property
    def settings(self) -> AlignSettings:
        """How it is to be aligned."""
        return self._settings

    @settings.setter
    def settings(self, settings: AlignSettings) -> None:
        if settings != self._settings:
            self._settings = settings
            self.settings_changed.emit()

    @property
    def chosen(self) -> Chosen:
        """Which planes are looked at."""
        return self._chosen

    @chosen.setter
    def chosen(self, chosen: Chosen) -> None:
        if chosen != self._chosen:
            self._chosen = chosen
            self.chosen_changed.emit()

    @property
    def partners(self) -> tuple[int, ...]:
        """The planes that the chosen one is compared with."""
        return self._chosen.partners(self.n_planes)

    def choose_pair(self, first: int, second: int) -> None:
        """Look at one pair of planes."""
        self.chosen = Chosen(second, "plane", first)

    # --- the drift --------------------------------------------------------------------------------

    @property
    def drift(self) -> Drift | None:
        """The drift as it stands: estimated or loaded, with planes placed by hand in their places; None for none."""
        return self._drift

    @property
    def places_px(self) -> NDArray[np.float64]:
        """Where each plane is shown, (n, 2) px: within the group of planes that hang together; zero before anything."""
        return np.zeros((self.n_planes, 2)) if self._drift is None else self._drift.within_group_px

    @property
    def is_running(self) -> bool:
        """Whether an estimate goes on."""
        return self.job is not None

    @property
    def is_outdated(self) -> bool:
        """Whether solving again would take other settings or other planes by hand into account."""
        if self._solved_by is None:
            return False
        return self.pins != self._solved_pins or not self._settings.solves_like(self._solved_by)

    def estimate(self) -> Job:
        """Estimate the drift beside the windows; planes placed by hand stay where they are."""
        from temstack.drift import estimate_drift

        if self.job is not None:
            raise SettingError("estimate", "goes on already", advice="cancel it first")
        stack, settings, pins = self.stack, self._settings, dict(self.pins)
        options = settings.options()

        def work(progress: Progress) -> Drift:
            return estimate_drift(stack, pinned=pins, progress=progress, **options)

        self.job = job = self.jobs.start(f"Estimate drift of {self.document.title}", work)
        number = self._data_number
        job.finished.connect(lambda drift: self._take(drift, number, settings, pins))
        job.ended.connect(self._end)
        self.running_changed.emit()
        return job

    def load(self, drift: Drift) -> None:
        """Take a drift that was saved, or found on another stack, in the pixels of this one."""
        self.estimated, self._solved_by = fitted(drift, self.stack), None
        self.pins.clear()
        self._work_out()

    def _take(self, drift: Drift, data_number: int, settings: AlignSettings, pins: dict[int, Any]) -> None:
        if data_number != self._data_number:
            return  # other data are in its place by now
        self.estimated, self._solved_by, self._solved_pins = drift, settings, pins
        self._work_out()

    def _end(self) -> None:
        self.job = None
        self.running_changed.emit()

    def _forget(self) -> None:
        if self.job is not None:
            self.job.cancel()
        self._data_number += 1
        self.estimated, self._drift, self._solved_by = None, None, None
        self.pins.clear()
        self._chosen = Chosen()
        self._settings = replace(self._settings, region=None, reference=0)
        self.data_changed.emit()

    def _work_out(self) -> None:
        from temstack.drift import drift_by_hand, pin_planes

        if self.estimated is not None:
            self._drift = pin_planes(self.estimated, self.pins)
        else:
            self._drift = drift_by_hand(self.stack, self.pins) if self.pins else None
        self.drift_changed.emit()

    # --- by hand ----------------------------------------------------------------------------------

    def nudge(self, down_px: float, right_px: float) -> None:
        """Move the chosen plane on the screen; it stays there when the drift is estimated again.

        Drift is counted from plane 0: where that is the chosen one, the plane it is compared with moves the other way.
        """
        plane, moved = self._chosen.plane, np.array([down_px, right_px])
        if plane == 0:
            plane, moved = self.partners[0], -moved
        y, x = (round(float(value), 3) + 0.0 for value in self.places_px[plane] - moved)
        self.pins[plane] = (y, x)
        self._work_out()

    def release(self, *planes: int) -> None:
        """Let planes go back to where they were estimated; all of them unless some are named."""
        for plane in planes or list(self.pins):
            self.pins.pop(plane, None)
        self._work_out()

    # --- in words ---------------------------------------------------------------------------------

    def state_in_words(self) -> str:
        """Return in one sentence what is known."""
        drift = self._drift
        if drift is None:
            return "No drift estimated yet. Choose settings, then Estimate."
        words = f"{_found_in_words(drift)}{_fixed_in_words(len(self.pins))}"
        return f"{words} Not yet solved with what you changed: Solve again." if self.is_outdated else words


def fitted(drift: Drift, stack: xr.DataArray) -> Drift:
    """Return a drift in the pixels of a stack, or say why it does not belong to it.

    Raises
    ------
    DriftError
        If the stack has another number of planes, or shows another area.
    """
    from temstack.stack import pixel_size

    if drift.n_planes != stack.shape[0]:
        raise DriftError(
            "drift",
            "belongs to a stack with another number of planes",
            got=f"{drift.n_planes} planes",
            expected=f"{stack.shape[0]} planes",
        )
    shape = (stack.sizes["y"], stack.sizes["x"])
    if shape == drift.shape:
        return drift
    size, units = pixel_size(stack)
    return drift.rescaled(shape=shape, pixel_size=size, pixel_units=units)


def _check(document: Document) -> None:
    if document.kind != "stack":
        raise SettingError(
            "align", "needs a stack of images", got=f"{document.title}: {document.kind}", expected="a stack"
        )
    if document.data.shape[0] < 2:
        raise SettingError("align", "needs two planes or more", got=f"{document.title}: one plane")


def _found_in_words(drift: Drift) -> str:
    from temstack.drift.by_hand import BY_HAND
    from temstack.report.words import number

    if drift.n_groups == drift.n_planes:
        return "No two planes show anything in common: their drift is not known. Try filters, a region, or by hand."
    furthest = float(np.nanmax(np.hypot(*drift.drift_px.T)))
    way = f"furthest {number(furthest)} px from plane 0"
    if drift.pixel_units != "px":
        way += f" ({number(furthest * drift.pixel_size[1])} {drift.pixel_units})"
    if drift.estimator == BY_HAND:
        return f"Placed by hand: {way}."
    sigma = drift.sigma_px[np.isfinite(drift.sigma_px)]
    sure = f", ± {number(float(np.median(sigma)), 3)} px" if sigma.size else ""
    apart = f" {drift.n_groups} groups of planes do not hang together." if drift.n_groups > 1 else ""
    return f"{drift.n_planes} planes, {way}{sure}.{apart}"


def _fixed_in_words(count: int) -> str:
    if not count:
        return ""
    return f" {count} plane{'s' if count > 1 else ''} placed by hand."
