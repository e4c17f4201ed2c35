"""The regions of one document: drawn, changed, selected, and kept with its data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from psygnal import Signal

from temstack.errors import SettingError
from temstack.viewer.models.region_frame import frame_of, placed_in
from temstack.viewer.models.regions import COLOURS, Kind, Point, Region, free_name

if TYPE_CHECKING:
    import xarray as xr

ATTRIBUTE = "regions"
"""The attribute of the data that keeps them: it is in Zarr, DM3, DM4 and TIFF files that temstack writes."""


class Regions:
    """The regions of an image or of all planes of a stack, one of them selected.

    Parameters
    ----------
    data : DataArray
        Whose regions they are; those that its attributes keep come with it.

    Examples
    --------
    >>> import numpy as np
    >>> from temstack.stack import label_stack
    >>> regions = Regions(label_stack(np.zeros((3, 16, 16))))
    >>> grain = regions.add("rectangle", [(2, 2), (8, 10)])
    >>> grain.name, grain.box
    ('rectangle 1', (2, 2, 8, 10))
    >>> regions.change(grain.moved(1, 0)).box
    (3, 2, 9, 10)
    """

    added = Signal(Region)
    changed = Signal(Region)
    """It has another place, name or colour."""
    removed = Signal(Region)
    selection_changed = Signal(object)
    """The selected region, or None."""
    edited = Signal()
    """After any of the first three."""

    def __init__(self, data: xr.DataArray) -> None:
        self._regions: dict[int, Region] = {}
        self._selected: int | None = None
        self._next = 1
        self.is_replaced = False
        """While it takes the regions of other data: nobody has moved or removed anything then."""
        self._shape = _image_shape(data)
        for region in kept_regions(data):
            self._put(region)

    def __iter__(self) -> Iterator[Region]:
        return iter(list(self._regions.values()))

    def __len__(self) -> int:
        return len(self._regions)

    def get(self, number: int) -> Region | None:
        """Return the region of a number, None if it is gone."""
        return self._regions.get(number)

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width of the image, px."""
        return self._shape

    @property
    def selected(self) -> Region | None:
        """The region that keys and forms act on."""
        return None if self._selected is None else self._regions.get(self._selected)

    def select(self, number: int | None) -> None:
        """Select a region, or none."""
        if number is not None and number not in self._regions:
            raise SettingError("region", "is not there", got=number, expected=f"one of {list(self._regions)}")
        if number != self._selected:
            self._selected = number
            self.selection_changed.emit(self.selected)

    def add(self, kind: Kind, points: Sequence[Point], *, name: str | None = None, width_px: float = 1.0) -> Region:
        """Add a region and return it as it is in the image; it is selected.

        Parameters
        ----------
        kind, points, width_px
            As of :class:`~temstack.viewer.models.regions.Region`.
        name : str, optional
            Numbered unless given.
        """
        if not all(self._shape):
            raise SettingError("region", "needs an image", expected="data with dimensions 'y' and 'x'")
        name = name or free_name(kind, (each.name for each in self))
        region = Region(kind, tuple(points), name, self._free_colour(), width_px).inside(self._shape)
        region = self._put(region)
        self.added.emit(region)
        self.edited.emit()
        self.select(region.number)
        return region

    def change(self, region: Region) -> Region:
        """Put a region in place of that with the same number, and return it as it is in the image."""
        before = self._regions.get(region.number)
        if before is None:
            raise SettingError("region", "is not there", got=region.number, expected=f"one of {list(self._regions)}")
        after = region.inside(self._shape)
        if after != before:
            self._regions[region.number] = after
            self.changed.emit(after)
            self.edited.emit()
        return after

    def take(self, region: Region) -> Region:
        """Add a region that comes from elsewhere with its name and colour; what is selected stays so."""
        region = self._put(region.inside(self._shape))
        self.added.emit(region)
        self.edited.emit()
        return region

    def rename(self, number: int, name: str) -> None:
        """Give a region another name; blanks alone leave the one it has."""
        region = self._regions[number]
        self.change(replace(region, name=name.strip() or region.name))

    def remove(self, number: int) -> None:
        """Remove a region."""
        region = self._regions.pop(number)
        if self._selected == number:
            self._selected = None
            self.selection_changed.emit(None)
        self.removed.emit(region)
        self.edited.emit()

    def restore(self, regions: Sequence[Region]) -> None:
        """Have exactly these regions, which were here before, under the numbers that they had."""
        wanted = {each.number: each for each in regions}
        for region in self:
            if region.number not in wanted:
                self.remove(region.number)
        for number, region in wanted.items():
            if number in self._regions:
                self.change(region)
            else:
                self._regions[number] = region
                self.added.emit(region)
                self.edited.emit()

    def clear(self) -> None:
        """Remove all of them."""
        for region in self:
            self.remove(region.number)

    def follow(self, data: xr.DataArray) -> None:
        """Take the regions that other data keep; where these say nothing, keep those that still fit."""
        before, self._shape = self._shape, _image_shape(data)
        wanted = list(self) if before == self._shape else []
        if ATTRIBUTE in data.attrs:
            wanted = kept_regions(data)
        if [_bare(each) for each in wanted] == [_bare(each) for each in self]:
            return
        self.is_replaced = True
        try:
            for region in self:
                self.remove(region.number)
            for region in wanted:
                self.added.emit(self._put(region))
            self.edited.emit()
        finally:
            self.is_replaced = False

    def _put(self, region: Region) -> Region:
        numbered = replace(region, number=self._next)
        self._regions[self._next] = numbered
        self._next += 1
        return numbered

    def _free_colour(self) -> str:
        used = [each.colour for each in self]
        return min(COLOURS, key=lambda colour: (used.count(colour), COLOURS.index(colour)))


def with_regions(data: xr.DataArray, regions: Regions) -> xr.DataArray:
    """Return the data with their regions among the attributes; pixels are shared."""
    attrs = {name: value for name, value in data.attrs.items() if name != ATTRIBUTE}
    if len(regions):
        attrs[ATTRIBUTE] = {"image": frame_of(data), "list": [each.to_plain() for each in regions]}
    result = data.copy(deep=False)
    result.attrs = attrs
    return result


def kept_regions(data: xr.DataArray) -> list[Region]:
    """Return the regions that the attributes of data keep, where they lie now.

    After a crop, a pad or binning they lie on the same part of the specimen; those that were cut away, and all
    that the image was turned from under, are left out. What is no list of regions is no regions.
    """
    kept: Any = data.attrs.get(ATTRIBUTE)
    if not isinstance(kept, dict) or not all(_image_shape(data)):
        return []
    try:
        regions = [Region.from_plain(each) for each in kept.get("list", [])]
    except (KeyError, TypeError, ValueError):
        return []
    return placed_in(data, regions, kept.get("image", {}))


def _image_shape(data: xr.DataArray) -> tuple[int, int]:
    return (data.sizes["y"], data.sizes["x"]) if {"y", "x"} <= set(data.dims) else (0, 0)


def _bare(region: Region) -> Region:
    return replace(region, number=0)
