"""A new, empty stack: what can be asked for, and how much memory it takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from temstack.errors import SettingError
from temstack.stack.types import PIXEL_TYPES, PixelType
from temstack.viewer.models.memory import free_memory
from temstack.viewer.models.words import size_in_words

if TYPE_CHECKING:
    import xarray as xr

_NAMES = {"real": "real", "complex": "complex", "binary": "binary", "rgb": "RGB colour"}


@dataclass(frozen=True)
class NewStack:
    """What a user asks for.

    Examples
    --------
    >>> wish = NewStack("zeros", 3, 4, 5, type_index=7, plane_dim="energy_loss", start=480.0, step=5.0)
    >>> wish.make().energy_loss.values, wish.words
    (array([480., 485., 490.]), '120 B')
    """

    title: str = "untitled"
    planes: int = 16
    height: int = 512
    width: int = 512
    type_index: int = 0
    """Index into :data:`temstack.stack.types.PIXEL_TYPES`."""
    plane_dim: str = "plane"
    start: float = 0.0
    step: float = 1.0
    pixel_nm: float = 0.0
    """0 where it is not known."""

    @property
    def pixel(self) -> PixelType:
        """The type of its pixels."""
        return PIXEL_TYPES[self.type_index]

    @property
    def n_bytes(self) -> int:
        """Memory it takes."""
        return self.planes * self.height * self.width * self.pixel.bytes

    @property
    def words(self) -> str:
        """The memory it takes, in words."""
        return size_in_words(self.n_bytes)

    def make(self) -> xr.DataArray:
        """Return the stack, every pixel 0.

        Raises
        ------
        SettingError
            If it does not fit into memory.
        """
        from temstack.stack import create_stack

        if self.n_bytes > free_memory():
            raise SettingError(
                "new stack",
                "does not fit into memory",
                got=self.words,
                expected=f"at most {size_in_words(free_memory())}",
                advice="make it smaller, or choose a smaller type of pixel",
            )
        labels: dict[str, Any] = (
            {} if self.plane_dim == "plane" else {"plane_values": self.start + self.step * np.arange(self.planes)}
        )
        if self.pixel_nm > 0:
            labels |= {"pixel_size": self.pixel_nm, "pixel_units": "nm"}
        return create_stack(
            self.pixel.kind,
            (self.planes, self.height, self.width),
            bytes=self.pixel.bytes,
            signed=self.pixel.signed,
            plane_dim=self.plane_dim,
            title=self.title,
            **labels,
        )


def type_names() -> list[str]:
    """Return what the types of pixels are called, in the order of :data:`temstack.stack.types.PIXEL_TYPES`.

    Examples
    --------
    >>> type_names()[:2], type_names()[7]
    (['real 4 bytes', 'real 8 bytes'], 'integer 2 bytes, unsigned (0 … 65535)')
    """
    from temstack.stack.types import value_range

    found = []
    for each in PIXEL_TYPES:
        if each.kind == "integer":
            low, high = value_range(each.dtype)
            found.append(f"integer {_bytes(each.bytes)}, {'signed' if each.signed else 'unsigned'} ({low} … {high})")
        else:
            found.append(_NAMES[each.kind] + ("" if each.kind == "binary" else f" {_bytes(each.bytes)}"))
    return found


def _bytes(count: int) -> str:
    return "1 byte" if count == 1 else f"{count} bytes"
