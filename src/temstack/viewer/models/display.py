"""What is shown of a stack: which plane, from which value to which, in which colours. Decided here, drawn elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray
from psygnal import Signal

from temstack.errors import SettingError
from temstack.viewer.models.background import Background
from temstack.viewer.models.calibration import StackInfo, describe
from temstack.viewer.models.colour_maps import DIVERGING, MAPS
from temstack.viewer.models.contrast import Limits, robust_limits, widest
from temstack.viewer.models.jobs import Deliver
from temstack.viewer.models.planes import Plane, PlaneSource

CONTRASTS = {
    "plane": "each plane by itself",
    "stack": "the same for all planes",
    "fixed": "where you put it",
}
"""Where black and white come from."""

PARTS = {"modulus": "|z|", "phase": "phase", "real": "Re", "imaginary": "Im"}
"""What is shown of complex pixels."""

_SAMPLED_PLANES = 16


@dataclass(frozen=True)
class Settings:
    """What a user chose to see."""

    plane: int = 0
    contrast: str = "plane"
    limits: Limits | None = None
    """Values shown black and white where the contrast is ``"fixed"``."""
    gamma: float = 1.0
    colour_map: str = "grey"
    part: str = "modulus"
    is_log: bool = False
    marks_clipped: bool = False


@dataclass(frozen=True)
class Known:
    """What was found out about the values so far."""

    plane: Limits | None = None
    """Robust limits of the plane."""
    stack: Limits | None = None
    """Robust limits of all planes."""


@dataclass(frozen=True)
class Shown:
    """What is to be seen, in numbers and words."""

    plane: int
    heading: str
    """``"532 eV · plane 27 of 50"``, with the label of the plane where it has one; empty for an image."""
    limits: Limits | None
    """Counts shown black and white; None for colour, and where nothing is known yet."""
    colour_map: str
    gamma: float
    is_log: bool
    marks_clipped: bool
    part: str
    """What is shown of complex pixels; empty for others."""


def shown(info: StackInfo, settings: Settings, known: Known = Known()) -> Shown:
    """Return what is to be seen of a stack.

    Parameters
    ----------
    info : StackInfo
    settings : Settings
        Planes beyond the ends mean the last.
    known : Known
        Until the limits of the whole stack are known those of the plane are taken.

    Examples
    --------
    >>> from temstack.stack import label_stack
    >>> info = describe(label_stack(np.zeros((3, 4, 5)), "time", plane_values=[0.0, 0.5, 2.0]))
    >>> shown(info, Settings(plane=1), Known(plane=(0.0, 9.0)))
    Shown(plane=1, heading='0.5 s · plane 1 (0 … 2)', limits=(0.0, 9.0), colour_map='grey', ...)
    """
    plane = max(0, min(settings.plane, info.planes - 1))
    is_complex = info.kind == "complex"
    return Shown(
        plane=plane,
        heading=heading(info, plane),
        limits=None if info.kind == "colour" else _limits(settings, known),
        colour_map=settings.colour_map,
        gamma=settings.gamma,
        is_log=settings.is_log and not (is_complex and settings.part == "phase"),
        marks_clipped=settings.marks_clipped,
        part=settings.part if is_complex else "",
    )


def heading(info: StackInfo, plane: int) -> str:
    """Return where a plane lies and which it is: ``"532 eV · plane 26 (0 … 49)"``."""
    if not info.is_stack:
        return ""
    label = info.labels[plane] if info.labels else ""
    position = info.position(plane)
    if label.replace(" ", "") == position.replace(" ", ""):
        label = ""
    number = f"plane {plane} (0 … {info.planes - 1})" if info.planes > 1 else ""
    parts = (position, label, number)
    return " · ".join(part for part in parts if part)


def _limits(settings: Settings, known: Known) -> Limits | None:
    if settings.contrast == "fixed" and settings.limits is not None:
        return settings.limits
    found = known.stack if settings.contrast == "stack" else None
    found = found or known.plane
    if found is None or settings.colour_map not in DIVERGING:
        return found
    far = max(abs(found[0]), abs(found[1]))
    return -far, far


class Display:
    """What is shown of one array, changed by its user, its window and its links.

    Parameters
    ----------
    data : DataArray
    deliver : callable, optional
        How to call a function in the thread of the windows; without windows it is called at once.

    Examples
    --------
    >>> from temstack.stack import label_stack
    >>> display = Display(label_stack(np.arange(8.0).reshape(2, 2, 2), "defocus", plane_values=[-10, 20]))
    >>> display.go_to(15)
    >>> display.plane, display.shown.heading, display.values.tolist()
    (1, '20 nm · plane 1 (0 … 1)', [[4.0, 5.0], [6.0, 7.0]])
    """

    changed = Signal()
    """Something else is to be seen: other pixels, another contrast."""
    plane_changed = Signal(int)
    """Another plane is wanted; in a stack on disk its pixels come later, with ``changed``."""
    area_changed = Signal(object)
    """Another part of the image is seen: (left, top, width, height) in px from the corner of the first pixel."""
    failed = Signal(object)
    """A plane could not be read: the exception."""

    def __init__(self, data: xr.DataArray, deliver: Deliver | None = None) -> None:
        self._deliver: Deliver = deliver or (lambda call: call())
        self.settings = Settings()
        self._area: tuple[float, float, float, float] | None = None
        self._take(data)

    def _take(self, data: xr.DataArray) -> None:
        self.info = describe(data)
        self.background = Background(self._deliver)
        self.source = PlaneSource(data, self.background)
        self.source.arrived.connect(self._arrive)
        self.source.failed.connect(self._fail)
        self._plane_limits: dict[tuple[int, str], Limits] = {}
        self._stack_limits: dict[str, Limits] = {}
        self._plane: Plane | None = None
        self._is_stale = False
        self._values: NDArray[Any] | None = None
        self.settings = replace(self.settings, plane=min(self.settings.plane, self.info.planes - 1))
        self._fetch()

    def set_data(self, data: xr.DataArray) -> None:
        """Show another array, with the settings of the last as far as they suit."""
        self.close()
        before, values, limits = self._plane, self._values, self._plane_limits
        self._take(data)
        if (
            self._plane is None
            and before is not None
            and before.pixels.shape[:2] == (self.info.y.size, self.info.x.size)
        ):
            # A series that grows: what is on the screen stays there until the same plane is read again.
            self._plane, self._values = before, values
            self._plane_limits = {key: found for key, found in limits.items() if key[0] == before.index}
            self._is_stale = True
        self.changed.emit()

    def close(self) -> None:
        """Stop reading."""
        self.background.close()

    @property
    def plane(self) -> int:
        """The plane that is wanted, 0-based."""
        return self.settings.plane

    @plane.setter
    def plane(self, plane: int) -> None:
        self.update(plane=plane)

    def step(self, planes: int) -> None:
        """Go some planes on, or back; the ends stay the ends."""
        self.plane = self.plane + planes

    def go_to(self, value: float) -> None:
        """Go to the plane nearest a value on the plane axis, e.g. in eV."""
        self.plane = self.info.nearest(value)

    def update(self, **changes: Any) -> None:
        """Change settings, by their names in :class:`Settings`."""
        new = _checked(replace(self.settings, **changes), self.info)
        old, self.settings = self.settings, new
        if new == old:
            return
        if (new.plane, new.part) != (old.plane, old.part):
            self._fetch()
        if new.contrast == "stack":
            self._seek_stack_limits()
        if new.plane != old.plane:
            self.plane_changed.emit(new.plane)
        self.changed.emit()

    @property
    def area(self) -> tuple[float, float, float, float] | None:
        """What part is seen: (left, top, width, height) in px from the corner of the first pixel."""
        return self._area

    @area.setter
    def area(self, area: tuple[float, float, float, float]) -> None:
        if area != self._area:
            self._area = area
            self.area_changed.emit(area)

    @property
    def shown(self) -> Shown:
        """What is to be seen now."""
        index, part = self.settings.plane, self._part
        # Until its own are known a plane keeps the limits of the one that is still on the screen.
        near = index if self._plane is None or (index, part) in self._plane_limits else self._plane.index
        known = Known(self._plane_limits.get((near, part)), self._stack_limits.get(part))
        return shown(self.info, self.settings, known)

    @property
    def current(self) -> Plane | None:
        """The plane whose pixels are there: the wanted one, or, while that is read, the last."""
        return self._plane

    @property
    def values(self) -> NDArray[Any] | None:
        """The pixels to be drawn, as stored (times :attr:`scale` they are counts); real, or (y, x, channel)."""
        return self._values

    @property
    def scale(self) -> float:
        """What one stored unit of :attr:`values` counts."""
        return self._plane.scale if self._plane is not None else 1.0

    @property
    def is_loading(self) -> bool:
        """Whether the wanted plane is still being read."""
        return self._plane is None or self._plane.index != self.settings.plane

    @property
    def _part(self) -> str:
        return self.settings.part if self.info.kind == "complex" else ""

    def _fetch(self) -> None:
        plane = self.source.get(self.settings.plane)
        if plane is not None:
            self._put(plane)
        if not self.source.is_in_memory:
            self.source.request(self.settings.plane)

    def _arrive(self, index: int) -> None:
        plane = self.source.get(index)
        if plane is not None and index == self.settings.plane:
            self._put(plane)
            self.changed.emit()

    def _fail(self, index: int, error: Exception) -> None:
        if index == self.settings.plane:
            self.failed.emit(error)

    def _put(self, plane: Plane) -> None:
        self._plane = plane
        self._values = real_part(plane.pixels, self._part)
        key = (plane.index, self._part)
        if (self._is_stale or key not in self._plane_limits) and self.info.kind != "colour":
            self._plane_limits[key] = _limits_of(self._values, plane.scale, self._part)
        self._is_stale = False

    def _seek_stack_limits(self) -> None:
        part = self._part
        if part in self._stack_limits or self.info.kind == "colour":
            return
        self.background.ask(
            ("stack limits", part),
            _stack_limits(self.source, part, self.info.planes),
            lambda found: self._found_stack_limits(part, found),
        )

    def _found_stack_limits(self, part: str, found: Limits) -> None:
        self._stack_limits[part] = found
        self.changed.emit()


def real_part(pixels: NDArray[Any], part: str) -> NDArray[Any]:
    """Return what is shown of complex pixels, see :data:`PARTS`; others as they are."""
    if not np.iscomplexobj(pixels):
        return pixels
    if part == "phase":
        return np.asarray(np.angle(pixels))
    return {"real": np.real, "imaginary": np.imag}.get(part, np.abs)(pixels)


def _limits_of(values: NDArray[Any], scale: float, part: str) -> Limits:
    if part == "phase":
        return -np.pi, np.pi
    low, high = robust_limits(values)
    return low * scale, high * scale


def _stack_limits(source: PlaneSource, part: str, planes: int) -> Callable[[], Limits]:
    def find() -> Limits:
        chosen = np.unique(np.linspace(0, planes - 1, _SAMPLED_PLANES).round().astype(int))
        read = (source.read(int(index)) for index in chosen)
        return widest([_limits_of(real_part(plane.pixels, part), plane.scale, part) for plane in read])

    return find


def _checked(settings: Settings, info: StackInfo) -> Settings:
    """Return settings with the plane inside the stack; refuse what cannot be meant."""
    choices = (("contrast", CONTRASTS), ("colour_map", MAPS), ("part", PARTS))
    for name, known in choices:
        if getattr(settings, name) not in known:
            raise SettingError(name, "is unknown", got=repr(getattr(settings, name)), expected=", ".join(known))
    if not 0.05 <= settings.gamma <= 20:
        raise SettingError("gamma", "is out of range", got=settings.gamma, expected="0.05 … 20")
    if settings.limits is not None and not settings.limits[0] < settings.limits[1]:
        raise SettingError("limits", "must rise from black to white", got=settings.limits)
    plane = max(0, min(int(settings.plane), info.planes - 1))
    return settings if plane == settings.plane else replace(settings, plane=plane)
