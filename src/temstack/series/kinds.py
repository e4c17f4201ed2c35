"""The four series: what is varied from plane to plane, and by how much."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from temstack.errors import SettingError
from temstack.series.events import Event, Order, ladder, quadratic_ladder, visiting_order
from temstack.series.settings import AutoExposure, Count, NotNegative, Number, Positive, Settings

_OFF_LADDER = 1e-6
"""How far the last position may lie beside a whole number of steps, in steps: what rounding does, and no more."""


class Series(Settings):
    """What every series says: how each plane is exposed. Use one of its kinds.

    Parameters
    ----------
    exposure_s : float, s
        Of every plane; with automatic exposure, of the first.
    auto_exposure : AutoExposure, optional
        Left out: every plane is exposed alike.
    binning : (int, int)
        ``(y, x)``.
    readout_area : (int, int, int, int), unbinned px, optional
        ``(top, left, bottom, right)``, half-open; left out: the whole camera.
    processing : str
        ``"unprocessed"``, ``"dark_subtracted"`` or ``"gain_normalized"``: how the planes are to be seen.
    camera : str, optional
        Name of the camera; left out: the first one.
    parameter_set : str, optional
        Of the camera (``"Record"``): gives exposure, binning, area and processing where the series does not.
    settle_s : float, s
        To wait after each move, besides what the device waits itself.
    title : str, optional
    """

    kind: str
    plane_dim: ClassVar[str]
    position_units: ClassVar[str]

    exposure_s: Positive = 1.0
    auto_exposure: AutoExposure | None = None
    binning: tuple[Count, Count] = (1, 1)
    readout_area: tuple[int, int, int, int] | None = None
    processing: Literal["unprocessed", "dark_subtracted", "gain_normalized"] = "gain_normalized"
    camera: str | None = None
    parameter_set: str | None = None
    settle_s: NotNegative = 0.0
    title: str | None = None

    @model_validator(mode="after")
    def _check_area(self) -> Self:
        if self.readout_area is not None:
            top, left, bottom, right = self.readout_area
            if not (0 <= top < bottom and 0 <= left < right):
                raise SettingError(
                    "readout_area", "is no area", got=self.readout_area, expected="0 <= top < bottom, 0 <= left < right"
                )
        return self

    @property
    def positions(self) -> NDArray[np.float64]:
        """Where each plane lies, in the order of the stack, in :attr:`position_units`."""
        raise NotImplementedError

    @property
    def size(self) -> int:
        """Number of planes."""
        return len(self.positions)

    def events(self) -> Iterator[Event]:
        """Yield the planes in the order of recording."""
        positions = self.positions
        for index in visiting_order(positions, getattr(self, "order", "ascending")):
            yield Event(int(index), float(positions[index]))

    def filled_from(self, values: Mapping[str, Any]) -> Self:
        """Return the series with values of a parameter set, where the series itself was not told any.

        Parameters
        ----------
        values : mapping
            ``exposure_s``, ``binning``, ``readout_area``, ``processing``; other names are passed over.
        """
        open_names = {"exposure_s", "binning", "readout_area", "processing"} - self.model_fields_set
        return self.changed(**{name: value for name, value in values.items() if name in open_names})

    def as_mapping(self) -> dict[str, Any]:
        """Return all settings as plain JSON holds them; :func:`series_from` makes the series again."""
        return {"kind": self.kind, **super().as_mapping()}


class EftemSeries(Series):
    """Energy-filtered images at energy losses ``start_ev + i * step_ev``.

    Parameters
    ----------
    start_ev : float, eV
        Energy loss of plane 0.
    step_ev : float, eV
        Above 0. Left out, it follows from `stop_ev` and `n_planes`.
    n_planes : int
        Number of planes. Left out, it follows from `stop_ev`.
    stop_ev : float, eV
        Energy loss of the last plane; must be a whole number of steps from the first.
    slit_width_ev : float, eV, optional
        Left out: the slit stays as it is.
    order : str
        ``"ascending"``, or ``"descending"``: the highest loss is recorded first. The stack ascends in both.

    Examples
    --------
    >>> EftemSeries(start_ev=480, stop_ev=580, step_ev=50).positions.tolist()
    [480.0, 530.0, 580.0]
    """

    plane_dim: ClassVar[str] = "energy_loss"
    position_units: ClassVar[str] = "eV"

    kind: Literal["eftem"] = "eftem"
    start_ev: Number
    step_ev: Positive
    n_planes: Count
    slit_width_ev: Positive | None = None
    order: Literal["ascending", "descending"] = "ascending"

    @model_validator(mode="before")
    @classmethod
    def _count_planes(cls, values: Any) -> Any:
        return counted(values, "_ev") if isinstance(values, Mapping) else values

    @property
    def positions(self) -> NDArray[np.float64]:
        """Energy losses, eV."""
        return ladder(self.start_ev, self.step_ev, self.n_planes)


class FocalSeries(Series):
    """Images at a range of foci, relative to the focus at the start; underfocus is positive.

    Parameters
    ----------
    n_planes : int
        Number of planes; left out where `foci_nm` is given.
    step_nm : float, nm
        From one plane to the next, not 0; negative goes towards overfocus. With ``spacing="quadratic"`` the foci are
        ``step_nm * k * |k|``, where *k* counts from the middle plane.
    start_nm : float, nm, optional
        Focus of plane 0; left out, the series is centred on the focus at the start.
    spacing : str
        ``"even"`` or ``"quadratic"``.
    foci_nm : sequence of float, nm, optional
        A table of foci, instead of all of the above; the stack keeps its order.
    order : str
        ``"ascending"``: as in the stack. ``"descending"``: from its end. ``"symmetric"``: from the start outwards.

    Examples
    --------
    >>> FocalSeries(n_planes=5, step_nm=10).positions.tolist()
    [-20.0, -10.0, 0.0, 10.0, 20.0]
    >>> [event.position for event in FocalSeries(foci_nm=[-30, 0, 5], order="symmetric").events()]
    [0.0, 5.0, -30.0]
    """

    plane_dim: ClassVar[str] = "defocus"
    position_units: ClassVar[str] = "nm"

    kind: Literal["focal"] = "focal"
    n_planes: Count | None = None
    step_nm: Number | None = None
    start_nm: Number | None = None
    spacing: Literal["even", "quadratic"] = "even"
    foci_nm: Annotated[tuple[Number, ...], Field(min_length=1)] | None = None
    order: Order = "ascending"

    @model_validator(mode="after")
    def _check_foci(self) -> Self:
        if self.foci_nm is not None:
            given = [name for name in ("n_planes", "step_nm", "start_nm") if getattr(self, name) is not None]
            if given or self.spacing != "even":
                raise SettingError(
                    "foci_nm", "says every focus already", got=", ".join([*given, "spacing"][:2]), advice="leave it out"
                )
            return self
        if self.n_planes is None or not self.step_nm:
            raise SettingError(
                "FocalSeries",
                "needs a number of planes and a step other than 0, or a table",
                got=f"n_planes={self.n_planes}, step_nm={self.step_nm}",
                expected="n_planes and step_nm, or foci_nm",
            )
        if self.spacing == "quadratic" and self.start_nm is not None:
            raise SettingError(
                "start_nm", "cannot be combined with quadratic spacing, which is centred", got=self.start_nm
            )
        return self

    @property
    def positions(self) -> NDArray[np.float64]:
        """Foci relative to the start, nm, underfocus positive."""
        if self.foci_nm is not None:
            return np.array(self.foci_nm, dtype=np.float64)
        assert self.n_planes is not None
        assert self.step_nm is not None
        if self.spacing == "quadratic":
            return quadratic_ladder(self.step_nm, self.n_planes)
        start = -self.step_nm * (self.n_planes - 1) / 2 if self.start_nm is None else self.start_nm
        return ladder(start, self.step_nm, self.n_planes)


class TimeSeries(Series):
    """The same view again and again.

    Parameters
    ----------
    n_planes : int
    interval_s : float, s
        From the start of one exposure to the start of the next; 0: as fast as it goes. The stack has the times at
        which the planes were really taken.

    Examples
    --------
    >>> TimeSeries(n_planes=3, interval_s=20, exposure_s=0.5).positions.tolist()
    [0.0, 20.0, 40.0]
    """

    plane_dim: ClassVar[str] = "time"
    position_units: ClassVar[str] = "s"

    kind: Literal["time"] = "time"
    n_planes: Count
    interval_s: NotNegative = 0.0

    @model_validator(mode="after")
    def _check_interval(self) -> Self:
        if 0 < self.interval_s < self.exposure_s:
            raise SettingError(
                "interval_s",
                "is shorter than the exposure",
                got=f"{self.interval_s:g} s",
                expected=f"{self.exposure_s:g} s or more, or 0: as fast as it goes",
            )
        return self

    @property
    def positions(self) -> NDArray[np.float64]:
        """Times after the first plane at which the exposures shall begin, s."""
        return ladder(0.0, self.interval_s or self.exposure_s, self.n_planes)


class ExposureSeries(Series):
    """Many short exposures of the same view, to be aligned and added.

    Parameters
    ----------
    n_planes : int

    Examples
    --------
    >>> ExposureSeries(n_planes=3, exposure_s=0.5).positions.tolist()
    [0.0, 0.5, 1.0]
    """

    plane_dim: ClassVar[str] = "exposure"
    position_units: ClassVar[str] = "s"

    kind: Literal["exposure"] = "exposure"
    n_planes: Count

    @property
    def positions(self) -> NDArray[np.float64]:
        """How long the view was exposed in the planes before, s."""
        return ladder(0.0, self.exposure_s, self.n_planes)


SERIES_KINDS: dict[str, type[Series]] = {
    "eftem": EftemSeries,
    "focal": FocalSeries,
    "time": TimeSeries,
    "exposure": ExposureSeries,
}
"""Every series by the name of its kind."""


def series_from(values: Mapping[str, Any]) -> Series:
    """Return the series that a mapping describes; its ``kind`` says which.

    Raises
    ------
    SettingError
        If there is no such kind, or a setting is unknown or cannot be meant.

    Examples
    --------
    >>> series_from({"kind": "exposure", "n_planes": 4}).size
    4
    """
    kind = values.get("kind")
    if kind not in SERIES_KINDS:
        raise SettingError(
            "kind", "is no kind of series", got=repr(kind), expected=" or ".join(repr(name) for name in SERIES_KINDS)
        )
    return SERIES_KINDS[kind](**values)


def counted(values: Mapping[str, Any], unit: str) -> dict[str, Any]:
    """Return start, step and count from any three of start, step, stop and count.

    Raises
    ------
    SettingError
        If they do not fit together, or too few are given.
    """
    start, step, stop = (f"{name}{unit}" for name in ("start", "step", "stop"))
    result = dict(values)
    end, count = result.pop(stop, None), result.get("n_planes")
    if end is None or result.get(start) is None:
        return result
    try:
        span = float(end) - float(result[start])
        if result.get(step) is None and count is not None and int(count) > 1:
            result[step] = span / (int(count) - 1)
        steps = span / float(result[step]) if result.get(step) else None
    except (TypeError, ValueError) as err:
        raise SettingError(
            stop, "cannot be meant", got=f"{result.get(start)!r} to {end!r}", expected="numbers"
        ) from err
    if steps is not None:
        result["n_planes"] = _planes_within(steps, count, stop, end, float(result[start]), float(result[step]))
    return result


def _planes_within(steps: float, count: Any, stop: str, end: Any, start: float, step: float) -> int:
    whole = round(steps)
    if whole < 0 or abs(steps - whole) > _OFF_LADDER:
        below = start + step * max(int(np.floor(steps)), 0)
        raise SettingError(
            stop, "is not a whole number of steps from the start", got=end, expected=f"{below:g} or {below + step:g}"
        )
    if count is not None and count != whole + 1:
        raise SettingError("n_planes", f"does not fit {stop}={end:g}", got=count, expected=str(whole + 1))
    return whole + 1
