"""What the document in front suggests for the fields of a form: its planes, its regions, its positions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from temstack.operations.declaration import Operation, Parameter
from temstack.operations.kinds import Numbers, Planes, Points, Span
from temstack.operations.spectrum_kinds import EnergyWindows
from temstack.stack.axes import PLANE_UNITS

if TYPE_CHECKING:
    import xarray as xr

    from temstack.viewer.models.regions import Region


@dataclass(frozen=True)
class Situation:
    """What is open and chosen when a form is filled in.

    Parameters
    ----------
    data : DataArray
        What the operation is to be done to.
    plane : int
        The plane that is shown.
    regions : sequence of Region
        What is drawn on it, the one that is chosen first.
    calibrated : bool
        Whether places are given in the units of their axes.
    is_region_chosen : bool
        Whether the first of the regions is one that the user has chosen.
    """

    data: xr.DataArray
    plane: int = 0
    regions: Sequence[Region] = ()
    calibrated: bool = False
    is_region_chosen: bool = False

    @property
    def chosen_kind(self) -> str:
        """The kind of the region that the user has chosen; empty where there is none."""
        return self.regions[0].kind if self.is_region_chosen and self.regions else ""

    @property
    def plane_dim(self) -> str | None:
        """The axis of planes, None for an image."""
        return next((str(dim) for dim in self.data.dims if dim in PLANE_UNITS), None)

    @property
    def planes(self) -> int:
        """How many planes there are."""
        return self.data.sizes[self.plane_dim] if self.plane_dim else 1

    def units(self, dim: str | None) -> str:
        """Return the units in which places along an axis are given."""
        if not self.calibrated or dim is None:
            return "planes" if dim == self.plane_dim else "px"
        return str(self.data[dim].attrs.get("units", "")) if dim in self.data.coords else ""

    def place(self, dim: str, index: float) -> str:
        """Return the place of an index along an axis as text; one past the end lies one step behind the last."""
        if not self.calibrated or dim not in self.data.coords:
            return f"{index:g}"
        values = self.data[dim].values
        inside = int(min(max(index, 0), len(values) - 1))
        step = values[-1] - values[-2] if len(values) > 1 else 1.0
        return f"{values[inside] + (index - inside) * step:.6g}"


@dataclass(frozen=True)
class Suggestion:
    """One value for a field: what it is, and the words that mean it."""

    label: str
    words: str


def suggestions(operation: Operation, parameter: Parameter, situation: Situation) -> tuple[Suggestion, ...]:
    """Return values for one field, the best first; none where nothing is known.

    Examples
    --------
    >>> import numpy as np
    >>> from temstack.operations import find
    >>> from temstack.stack import label_stack
    >>> crop = find("crop")
    >>> suggestions(crop, crop.parameter("region"), Situation(label_stack(np.zeros((3, 4, 8)))))[0]
    Suggestion(label='The whole image', words='0,0,4,8')
    """
    by_name = _BY_NAME.get(f"{operation.name}.{parameter.name}", _BY_NAME.get(parameter.name))
    if by_name is not None and (found := tuple(by_name(situation))):
        return found
    for kind, suggest in _BY_KIND:
        if isinstance(parameter.kind, kind):
            return tuple(suggest(situation, parameter))
    return ()


def _planes(situation: Situation, parameter: Parameter) -> list[Suggestion]:
    dim = situation.plane_dim
    if dim is None:
        return []
    start, stop, here = (situation.place(dim, index) for index in (0, situation.planes, situation.plane))
    after = situation.place(dim, situation.plane + 1)
    return [
        Suggestion("The plane shown", f"{here},{after}"),
        Suggestion("From the first to the plane shown", f"{start},{after}"),
        Suggestion("From the plane shown to the last", f"{here},"),
        Suggestion("All planes", f"{start},{stop}"),
    ]


def _span(situation: Situation, parameter: Parameter) -> list[Suggestion]:
    dim = {"planes": situation.plane_dim, "y": "y", "x": "x", "bounds": situation.plane_dim}.get(parameter.name)
    if dim is None or dim not in situation.data.dims:
        return []
    if dim == situation.plane_dim:
        return _planes(situation, parameter)
    sides = [(region.name, _sides(region.box, dim)) for region in situation.regions]
    return [
        Suggestion(f"Region {name}", f"{situation.place(dim, low)},{situation.place(dim, high)}")
        for name, (low, high) in sides
    ]


def _sides(box: tuple[int, int, int, int], dim: str) -> tuple[int, int]:
    return (box[0], box[2]) if dim == "y" else (box[1], box[3])


def _area(situation: Situation) -> list[Suggestion]:
    if not {"y", "x"} <= set(situation.data.dims):
        return []
    whole = (0, 0, situation.data.sizes["y"], situation.data.sizes["x"])
    boxes = [(f"Region {region.name}", region.box) for region in situation.regions] + [("The whole image", whole)]
    return [Suggestion(name, _box_words(situation, box)) for name, box in boxes]


def _box_words(situation: Situation, box: tuple[int, int, int, int]) -> str:
    return ",".join(situation.place("yx"[number % 2], edge) for number, edge in enumerate(box))


def _points(situation: Situation, parameter: Parameter) -> list[Suggestion]:
    """Regions know edges of pixels, operations their middles: half a pixel lies between."""
    kind = parameter.kind
    least = kind.least if isinstance(kind, Points) else 1
    wanted = {"line": ("line",), "polygon": ("polygon",), "point": ("point",), "points": ("line", "polygon")}
    drawn = [region for region in situation.regions if region.kind in wanted.get(parameter.name, ("line",))]
    return [
        Suggestion(
            f"Region {region.name}",
            " ".join(f"{situation.place('y', y - 0.5)},{situation.place('x', x - 0.5)}" for y, x in region.points),
        )
        for region in drawn
        if len(region.points) >= least
    ]


def _before(situation: Situation) -> list[Suggestion]:
    return _energies(situation, None)[1:2]


def _after(situation: Situation) -> list[Suggestion]:
    return _energies(situation, None)[2:3]


def _energies(situation: Situation, parameter: Parameter | None) -> list[Suggestion]:
    if "energy_loss" not in situation.data.coords:
        return []
    values = situation.data["energy_loss"].values
    here = values[min(situation.plane, len(values) - 1)]
    return [
        Suggestion("The plane shown", f"{here:g}"),
        Suggestion("All before the plane shown", f"{values.min():g}:{here:g}"),
        Suggestion("All from the plane shown on", f"{here:g}:{values.max():g}"),
        Suggestion("All energies", f"{values.min():g}:{values.max():g}"),
    ]


def _shown(situation: Situation) -> list[Suggestion]:
    return [Suggestion("The plane shown", str(situation.plane))] if situation.plane_dim else []


def _behind(situation: Situation) -> list[Suggestion]:
    return [*_shown(situation), Suggestion("Behind the last", str(situation.planes))]


def _orders(situation: Situation) -> list[Suggestion]:
    forward = [str(number) for number in range(situation.planes)]
    odd_first = forward[::2] + forward[1::2]
    return [
        Suggestion("Backwards", ",".join(reversed(forward))),
        Suggestion("As it is", ",".join(forward)),
        Suggestion("Even planes, then odd ones", ",".join(odd_first)),
    ]


def _names(situation: Situation) -> list[Suggestion]:
    from temstack.stack import per_plane_values

    dim = situation.plane_dim
    return [Suggestion(name, name) for name in per_plane_values(situation.data)] if dim else []


def _positions(situation: Situation) -> list[Suggestion]:
    dim = situation.plane_dim
    if dim is None:
        return []
    return [Suggestion("As they are", ",".join(f"{value:.8g}" for value in situation.data[dim].values))]


def _middle(situation: Situation) -> list[Suggestion]:
    if situation.plane_dim is None:
        return []
    return [
        Suggestion(f"The middle of {dim}", situation.place(dim, situation.data.sizes[dim] // 2)) for dim in ("x", "y")
    ] + [Suggestion("The plane shown", situation.place(situation.plane_dim, situation.plane))]


_BY_NAME: dict[str, Callable[[Situation], list[Suggestion]]] = {
    "region": _area,
    "index": _behind,
    "plane": _shown,
    "order": _orders,
    "by": _names,
    "name": _names,
    "at": _middle,
    "set_plane_axis.values": _positions,
    "pre": _before,
    "post": _after,
    "subtract_background.window": _before,
}
_BY_KIND: tuple[tuple[type, Callable[[Situation, Parameter], Any]], ...] = (
    (Planes, _planes),
    (Span, _span),
    (Points, _points),
    (EnergyWindows, _energies),
    (Numbers, lambda situation, parameter: _points(situation, parameter) if parameter.name == "point" else []),
)
