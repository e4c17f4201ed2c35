"""The spectrum picker: of each region of a stack its spectrum, as the region moves.

The third axis may be anything that was varied from plane to plane; what is picked is called a spectrum all the same.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from psygnal import Signal

from temstack.errors import StackError
from temstack.viewer.models.area_sums import AreaSums, OvertakenError, Sums
from temstack.viewer.models.background import Background
from temstack.viewer.models.curves import Curve, curve_of
from temstack.viewer.models.region_masks import Mask
from temstack.viewer.models.regions import Area, Region

if TYPE_CHECKING:
    import xarray as xr

    from temstack.viewer.models.document import Document
    from temstack.viewer.models.jobs import Deliver

WHOLE_IMAGE = 0
"""The number under which the whole image is picked while there are no regions."""


@dataclass(frozen=True, eq=False)
class Picked:
    """The raw sums over one region."""

    region: Region
    raw: Sums
    n_pixels: int


class Picker:
    """The spectra of the regions of one document.

    Parameters
    ----------
    document : Document
        With a stack or a spectrum image.
    deliver : callable
        How to call a function in the thread of the windows.

    Raises
    ------
    StackError
        If the document has no planes, or is in colour.
    """

    changed = Signal()
    """There are other curves."""
    failed = Signal(object)
    """The exception."""

    def __init__(self, document: Document, deliver: Deliver) -> None:
        refuse_no_stack(document.data)
        self.document = document
        self._background = Background(deliver)
        self._sums = AreaSums(document.data)
        self._picked: dict[int, Picked] = {}
        self._spectra: dict[tuple[Picked, bool], xr.DataArray] = {}
        self._last: list[Curve] = []
        self._wanted = 0
        self._is_mean = False
        document.regions.edited.connect(self._pick)
        document.data_changed.connect(self._start_again)
        self._pick()

    @property
    def is_mean(self) -> bool:
        """Whether spectra are counts per pixel instead of sums."""
        return self._is_mean

    @is_mean.setter
    def is_mean(self, is_mean: bool) -> None:
        if is_mean != self._is_mean:
            self._is_mean = is_mean
            self.changed.emit()

    @property
    def is_busy(self) -> bool:
        """Whether some curve is not yet that of its region."""
        return self._background.is_busy

    def wait(self, timeout_s: float = 10.0) -> bool:
        """Wait for the sums; return whether they are there."""
        return self._background.wait(timeout_s)

    @property
    def dim(self) -> str:
        """What was varied from plane to plane."""
        from temstack.stack import plane_dim

        return plane_dim(self.document.data)

    @property
    def regions(self) -> list[Region]:
        """What is picked: the regions of the document, or the whole image while there are none."""
        return list(self.document.regions) or [self._whole_image()]

    @property
    def chosen(self) -> Region:
        """The region that stands for all where there is room for one: the selected, else the first."""
        return self.document.regions.selected or self.regions[0]

    def spectrum(self, region: Region) -> xr.DataArray | None:
        """Return the spectrum of a region with its standard error; None while it is not known."""
        picked = self._picked.get(region.number)
        if picked is None:
            return None
        made = self._spectra.get((picked, self._is_mean))
        if made is None:
            made = spectrum_of(self.document.data, picked.raw, picked.n_pixels if self._is_mean else 1)
            self._spectra[picked, self._is_mean] = made
        return made

    def pixel(self, region: Region) -> tuple[xr.DataArray, int] | None:
        """Return a region as one raw pixel of a stack, and what to divide its counts by; None while not known."""
        picked = self._picked.get(region.number)
        if picked is None:
            return None
        return pixel_of(self.document.data, picked.raw), picked.n_pixels if self._is_mean else 1

    def curves(self) -> list[Curve]:
        """Return the curves of all regions whose sums are known; while there are none, those before."""
        found = []
        for region in self.regions:
            spectrum = self.spectrum(region)
            if spectrum is not None:
                colour = region.colour if region.number != WHOLE_IMAGE else None
                found.append(replace(curve_of(spectrum, name=region.name, colour=colour), y_units=self.y_units))
        self._last = found or self._last
        return self._last

    @property
    def y_units(self) -> str:
        """What the spectra are measured in."""
        units = str(self.document.data.attrs.get("intensity_units") or "counts")
        return f"{units} per px" if self._is_mean else units

    def keep(self, region: Region) -> xr.DataArray | None:
        """Return the spectrum of a region as something to keep, with a title and one more line of history."""
        from temstack.stack import with_history

        spectrum = self.spectrum(region)
        if spectrum is None:
            return None
        kept = with_history(spectrum, "extract_spectrum", **_said(region, self.document.data), mean=self._is_mean)
        area = region.area(self.document.regions.shape)
        kept.attrs |= {"title": f"{self.document.title}: {region.name}", "pixels": area.n_pixels if area else 0}
        kept.name = kept.attrs["title"]
        return kept

    def close(self) -> None:
        """Stop watching the document, and forget what is being added up."""
        self.document.regions.edited.disconnect(self._pick, missing_ok=True)
        self.document.data_changed.disconnect(self._start_again, missing_ok=True)
        self._wanted += 1
        self._background.close()

    def _whole_image(self) -> Region:
        height, width = self.document.regions.shape
        return Region("rectangle", ((0, 0), (height, width)), "whole image", number=WHOLE_IMAGE)

    def _start_again(self) -> None:
        try:
            refuse_no_stack(self.document.data)
        except StackError as error:
            self.failed.emit(error)
            return
        self._sums = AreaSums(self.document.data)
        self._picked.clear()
        self._spectra.clear()
        self._pick()

    def _pick(self) -> None:
        """Have the sums of all regions made that have moved, and forget those that are gone."""
        there = {region.number: region for region in self.regions}
        self._picked = {number: picked for number, picked in self._picked.items() if number in there}
        stale = [region for region in there.values() if not self._is_known(region)]
        if not stale:
            self.changed.emit()
            return
        self._wanted += 1
        turn, sums, shape = self._wanted, self._sums, self.document.regions.shape

        def add_up() -> list[Picked]:
            areas = [(region, region.area(shape)) for region in stale]
            return [_picked(sums, region, area, lambda: turn == self._wanted) for region, area in areas if area]

        self._background.ask("sums", add_up, lambda found: self._take(found, sums), self._fail)

    def _is_known(self, region: Region) -> bool:
        picked = self._picked.get(region.number)
        return picked is not None and picked.region.has_same_place(region)

    def _take(self, found: list[Picked], sums: AreaSums) -> None:
        if sums is not self._sums:
            return
        there = {region.number for region in self.regions}
        self._picked |= {each.region.number: each for each in found if each.region.number in there}
        known = set(self._picked.values())
        self._spectra = {key: made for key, made in self._spectra.items() if key[0] in known}
        self.changed.emit()

    def _fail(self, error: Exception) -> None:
        if not isinstance(error, OvertakenError):
            self.failed.emit(error)


def _picked(sums: AreaSums, region: Region, area: Area, is_wanted: Any) -> Picked:
    return Picked(region, sums.raw(area, is_wanted), area.n_pixels)


def spectrum_of(stack: xr.DataArray, raw: Sums, divisor: int = 1) -> xr.DataArray:
    """Return raw sums as a spectrum in counts, with what is known of the planes, and its standard error.

    As :func:`temstack.spectrum.extract_spectrum` does, whose notes say what the error assumes.
    """
    import xarray as xr

    from temstack.spectrum.counting import counts_per_electron, scales_of
    from temstack.stack import plane_dim

    dim = plane_dim(stack)
    factor = scales_of(stack, dim) / divisor
    coords = {name: coord.variable for name, coord in stack.coords.items() if coord.dims in ((), (dim,))}
    if "scale" in coords:
        coords["scale"] = xr.ones_like(coords["scale"], dtype=np.float64)
    gain = counts_per_electron(stack)
    if gain is not None:
        variance = raw * gain
        coords["standard_error"] = xr.Variable(dim, np.sqrt(np.where(variance >= 0, variance, np.nan)) * factor)
    attrs = {name: value for name, value in stack.attrs.items() if name != "regions"}
    return xr.DataArray(raw * factor, dims=(dim,), coords=coords, name=stack.name, attrs=attrs)


def pixel_of(stack: xr.DataArray, raw: Sums) -> xr.DataArray:
    """Return raw sums as a stack of one pixel, with the scale of each plane: (plane-like, 1, 1)."""
    import xarray as xr

    from temstack.stack import pixel_coordinate, plane_dim

    dim = plane_dim(stack)
    coords = {name: coord.variable for name, coord in stack.coords.items() if coord.dims in ((), (dim,))}
    coords |= {each: pixel_coordinate(each, 1, 1.0) for each in ("y", "x")}
    # Sums are floats, so it must be said that they are counts, where the pixels were.
    attrs = {**stack.attrs, "intensity_units": _counted_units(stack)}
    return xr.DataArray(raw[:, None, None], coords, (dim, "y", "x"), attrs=attrs)


def _counted_units(stack: xr.DataArray) -> str:
    from temstack.spectrum.counting import counts_per_electron

    units = str(stack.attrs.get("intensity_units") or "")
    return units or ("counts" if counts_per_electron(stack) is not None else "")


def refuse_no_stack(data: xr.DataArray) -> None:
    """Say so where spectra cannot be picked.

    Raises
    ------
    StackError
        If the array has no planes with rows and columns, or is in colour.
    """
    from temstack.stack import PLANE_DIMS

    dims = set(map(str, data.dims))
    if {"y", "x"} <= dims and len(dims) == 3 and dims & set(PLANE_DIMS):
        return
    raise StackError(
        str(data.attrs.get("title") or "this"),
        "has no spectra to pick",
        got="dimensions " + ", ".join(map(str, data.dims)),
        expected="a stack or a spectrum image",
    )


def _said(region: Region, data: xr.DataArray) -> dict[str, Any]:
    """Return the area as the library would be told it: there the middle of the first pixel is at 0."""
    points = [(y - 0.5, x - 0.5) for y, x in region.points]
    if region.kind == "polygon":
        return {"polygon": points}
    if region.kind == "line":
        return {"line": points, "width_px": region.width_px}
    if region.kind == "ellipse":
        area = region.area((data.sizes["y"], data.sizes["x"]))
        if area is not None and area.mask is not None and min(area.mask.shape) > 1:
            return {"polygon": _around(area.mask, area.box)}
    area = region.area((data.sizes["y"], data.sizes["x"]))
    return {"region": list(area.box) if area else None}


def _around(mask: Mask, box: tuple[int, int, int, int]) -> list[tuple[int, int]]:
    """Return the corners of the polygon around the middles of the pixels of a convex area: it holds just these."""
    rows, columns = np.nonzero(mask)
    inside = np.column_stack([rows + box[0], columns + box[1]])
    first = {int(y): int(x) for y, x in inside[::-1]}
    last = {int(y): int(x) for y, x in inside}
    return [*_bent_out(sorted(first.items()), 1), *_bent_out(sorted(last.items()), -1)[::-1]]


def _bent_out(points: list[tuple[int, int]], side: int) -> list[tuple[int, int]]:
    """Leave out the points that lie on, or inside, the line from one neighbour to the other."""
    kept: list[tuple[int, int]] = []
    for y, x in points:
        while len(kept) > 1:
            (y0, x0), (y1, x1) = kept[-2:]
            if side * ((y1 - y0) * (x - x0) - (y - y0) * (x1 - x0)) > 0:
                break
            kept.pop()
        kept.append((y, x))
    return kept
