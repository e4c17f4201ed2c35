"""New stacks of zeros, of every type of pixel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr

from temstack.errors import SettingError
from temstack.stack.convention import label_stack
from temstack.stack.types import pixel_type


def create_stack(
    kind: str,
    shape: Sequence[int],
    *,
    bytes: int | None = None,  # noqa: A002 - the word that users of DigitalMicrograph know
    signed: bool = True,
    plane_dim: str = "plane",
    **labels: Any,
) -> xr.DataArray:
    """Return a new stack with every pixel 0.

    Parameters
    ----------
    kind : str
        ``"real"``, ``"complex"``, ``"integer"``, ``"binary"`` or ``"rgb"``.
    shape : (int, int, int)
        ``(planes, height, width)``: the reverse of the order in which DigitalMicrograph names them.
    bytes : int, optional
        Size of a pixel: real 4 or 8, complex 8 or 16, integer 1, 2 or 4, rgb 3 (or 4 with alpha).
        Left out: 4, 8, 2 and 3.
    signed : bool
        Whether an integer may be below 0.
    plane_dim : str
        What varies from plane to plane; other than ``"plane"`` it needs ``plane_values``.
    **labels
        More of what :func:`temstack.stack.label_stack` takes: ``plane_values``, ``pixel_size``, ``title``…

    Returns
    -------
    stack : (planes, height, width) DataArray; colour has a last dimension ``channel``
        The values it can hold: ``value_range(stack.dtype)``.

    Raises
    ------
    SettingError
        If there is no such type, or the shape is not three numbers above 0.

    Examples
    --------
    >>> from temstack.stack import value_range
    >>> stack = create_stack("integer", (5, 100, 100), bytes=1)
    >>> stack.dtype, value_range(stack.dtype)
    (dtype('int8'), (-128, 127))
    """
    wanted = pixel_type(kind, bytes, signed=signed)
    size = _whole_numbers(shape)
    if wanted.kind == "rgb":
        size = (*size, wanted.bytes)
    return label_stack(np.zeros(size, dtype=wanted.dtype), plane_dim, **labels)


def _whole_numbers(shape: Sequence[int]) -> tuple[int, ...]:
    size = tuple(shape)
    if len(size) != 3 or not all(isinstance(length, int | np.integer) and length > 0 for length in size):
        raise SettingError("shape", "must be three whole numbers above 0", got=size, expected="(planes, height, width)")
    return tuple(int(length) for length in size)
