"""Expressions over images, block by block.

The compiler makes of ``a + b * icol`` a function ``lambda block, x0, x1: x0 + x1 * block.icol`` and the images
(a, b); here it is called once for each block of rows, with arrays of some ten thousand pixels that stay in the
processor's cache. So nothing as large as the result is needed beside it, and it is converted once, where it goes.
Arithmetic is in double precision whatever the images hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from math import prod
from typing import Any

import numpy as np

from temstack.dmscript.conversion import AS_DM, RGB, RGB_PIXEL, ConversionRule, Pixels, dtype_of, luminosity, store
from temstack.dmscript.errors import ScriptRuntimeError
from temstack.dmscript.images import Image, new_image, sizes_differ
from temstack.dmscript.indexing import part, scatter
from temstack.dmscript.references import NULL

BLOCK_PIXELS = 1 << 16
"""Pixels at a time: 512 KiB in double precision, so that a block and its temporaries fit into the cache."""

PixelFunction = Callable[..., Any]
Room = Callable[[int], None]


def any_room(_wanted_bytes: int) -> None:
    """Let images be as large as they like, where no limit is set."""


class Block:
    """The rows that are evaluated now, and the intrinsic variables of their pixels.

    Parameters
    ----------
    shape : tuple of int
        Shape of the whole evaluated image, slowest first.
    plane : tuple of int
        Indices of the axes before the last two.
    rows : slice
        Rows of that plane.
    """

    def __init__(self, shape: tuple[int, ...], plane: tuple[int, ...], rows: slice, icol: Pixels) -> None:
        self.shape = shape
        self.plane = plane
        self.rows = rows
        self.icol = icol
        self.key: Any = (*plane, rows) if len(shape) > 1 else ()
        # NumPy's own floats, so that 1/iplane is infinite in plane 0 and no error.
        self.iplane = np.float64(plane[-1] if plane else 0.0)
        self.iwidth = np.float64(shape[-1])
        self.iheight = np.float64(shape[-2] if len(shape) > 1 else 1)
        self.idepth = np.float64(shape[-3] if len(shape) > 2 else 1)
        self.ipoints = np.float64(prod(shape))

    @cached_property
    def irow(self) -> Any:
        """Row of each pixel, as a column; the number 0 in a line."""
        if len(self.shape) < 2:
            return np.float64(0)
        return np.arange(self.rows.start, self.rows.stop, dtype=np.float64)[:, np.newaxis]

    @cached_property
    def iradius(self) -> Any:
        """Distance of each pixel from the centre, the pixel at half the size."""
        return np.hypot(self._dx, self._dy)

    @cached_property
    def itheta(self) -> Any:
        """Angle of each pixel around the centre, in radians, from the x axis, y downwards."""
        return np.arctan2(self._dy, self._dx)

    @property
    def own_shape(self) -> tuple[int, ...]:
        """Shape of the pixels of this block alone."""
        across = self.shape[-1:]
        return (self.rows.stop - self.rows.start, *across) if len(self.shape) > 1 else across

    @property
    def _dx(self) -> Any:
        return self.icol - self.shape[-1] // 2

    @property
    def _dy(self) -> Any:
        return self.irow - (self.shape[-2] // 2 if len(self.shape) > 1 else 0)


def blocks(shape: tuple[int, ...]) -> Iterator[Block]:
    """Yield the blocks of an image of this shape, in the order of memory."""
    if not shape:
        return
    icol = np.arange(shape[-1], dtype=np.float64)
    if len(shape) == 1:
        yield Block(shape, (), slice(0, 1), icol)
        return
    icol = icol[np.newaxis, :]
    count = max(1, BLOCK_PIXELS // max(1, shape[-1]))
    for plane in np.ndindex(*shape[:-2]):
        for start in range(0, shape[-2], count):
            yield Block(shape, plane, slice(start, min(start + count, shape[-2])), icol)


# --- leaves -----------------------------------------------------------------------------------


class OnePixel:
    """``img[x, y]`` within an expression: a number for all pixels, and one pixel large if nothing else has a size."""

    __slots__ = ("value",)

    def __init__(self, image: Image, indices: Sequence[float]) -> None:
        self.value = wide(part(image, indices).data.reshape(-1)[:1])[0]


class WholeImage:
    """An image that index expressions pick pixels from, so it is not cut into blocks."""

    __slots__ = ("data",)

    def __init__(self, image: Image) -> None:
        self.data = image.data


def wide(data: Pixels) -> Pixels:
    """Return pixels in double precision, in which expressions are calculated; colours stay colours."""
    kind = data.dtype.kind
    if kind == "V":
        return data
    return data.astype(np.complex128 if kind == "c" else np.float64, copy=False)


def valid_image(value: Any) -> Image:
    """Return an image that must be there."""
    if isinstance(value, Image) and not value.is_deleted:
        return value
    raise ScriptRuntimeError("an image is used that is not there", advice="assign one to the variable with := first")


def pixel_sequence(value: Any) -> Any:
    """Return a leaf as expressions take it."""
    return value.value if isinstance(value, OnePixel) else value.data if isinstance(value, WholeImage) else value


def shape_of(leaves: Sequence[Any], size: Sequence[float] | None = None) -> tuple[int, ...] | None:
    """Return the shape of an expression; None where nothing in it has one.

    Raises
    ------
    ScriptRuntimeError
        If images in it differ in size.
    """
    found = None if size is None else tuple(int(length) for length in reversed(size))
    for leaf in leaves:
        if isinstance(leaf, Image):
            shape = valid_image(leaf).data.shape
            if found is None:
                found = shape
            elif not same_shape(found, shape):
                raise sizes_differ(found[::-1], shape[::-1])
        elif leaf is NULL or leaf is None:
            valid_image(leaf)
    if found is None and any(isinstance(leaf, OnePixel) for leaf in leaves):
        return (1, 1)
    return found


def same_shape(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    """Return whether two shapes mean the same pixels; a line is an image of one row."""
    return one == other or _trimmed(one) == _trimmed(other)


def _trimmed(shape: tuple[int, ...]) -> tuple[int, ...]:
    while len(shape) > 1 and shape[0] == 1:
        shape = shape[1:]
    return shape


def _cut(leaves: Sequence[Any], shape: tuple[int, ...]) -> list[Any]:
    """Return leaves with the arrays of images in place of the images, all of one shape."""
    return [leaf.data.reshape(shape) if isinstance(leaf, Image) else pixel_sequence(leaf) for leaf in leaves]


def _evaluate(fn: PixelFunction, block: Block, leaves: list[Any], is_array: list[bool]) -> Any:
    key = block.key
    return fn(block, *(wide(leaf[key]) if cut else leaf for leaf, cut in zip(leaves, is_array, strict=True)))


# --- results ----------------------------------------------------------------------------------


def expression_image(
    fn: PixelFunction,
    leaves: Sequence[Any],
    size: Sequence[float] | None = None,
    name: str = "",
    room: Room = any_room,
) -> Image:
    """Return a new image of the values of an expression.

    It is of 4-byte reals, of 8 bytes if an image in the expression is; complex or in colour as the values are.

    Parameters
    ----------
    fn : callable
        ``fn(block, *leaves)``.
    leaves : sequence
        Images, numbers, :class:`OnePixel`, :class:`WholeImage`.
    size : sequence of number, optional, px
        Size of the result, x first, as ``ExprSize`` gives it.
    name : str
        Title.
    room : callable
        Raises if there is no room for so many bytes.
    """
    shape = shape_of(leaves, size)
    if shape is None:
        raise ScriptRuntimeError(
            "the size of this expression is not known",
            advice="assign to an image that has one, or use ExprSize(width, height, expression)",
        )
    if min(shape) < 1:
        raise ScriptRuntimeError(f"an image cannot be {' × '.join(map(str, shape[::-1]))} pixels large")
    arrays, is_array = _cut(leaves, shape), [isinstance(leaf, Image) for leaf in leaves]
    out: Image | None = None
    with np.errstate(all="ignore"):
        for block in blocks(shape):
            values = _evaluate(fn, block, arrays, is_array)
            if out is None:
                code = _code_for(values, leaves)
                room(prod(shape) * dtype_of(code).itemsize)
                out = new_image(name, code, shape[::-1])
            store(values, out.data[block.key])
    assert out is not None
    _take_calibration(out, leaves)
    return out


def _code_for(values: Any, leaves: Sequence[Any]) -> int:
    """Return the data type of an image made from an expression."""
    if isinstance(values, RGB) or getattr(values, "dtype", None) == RGB_PIXEL:
        return 23
    is_double = any(isinstance(leaf, Image) and leaf.type_code in (12, 13) for leaf in leaves)
    if np.iscomplexobj(values):
        return 13 if is_double else 3
    return 12 if is_double else 2


def _take_calibration(out: Image, leaves: Sequence[Any]) -> None:
    for leaf in leaves:
        if isinstance(leaf, Image):
            out.copy_calibration(leaf)
            return


def assign(
    target: Any,
    fn: PixelFunction,
    leaves: Sequence[Any],
    rule: ConversionRule = AS_DM,
    name: str = "",
    room: Room = any_room,
) -> Image:
    """Set the pixels of an image to the values of an expression: ``img = a + b``.

    A variable that holds no image yet gets a new one.

    Raises
    ------
    ScriptRuntimeError
        If the sizes do not match.
    """
    if not isinstance(target, Image):
        return expression_image(fn, leaves, name=name, room=room)
    image = valid_image(target)
    shape = shape_of(leaves)
    if shape is not None and not same_shape(shape, image.data.shape) and not _only_one_pixel(leaves):
        raise sizes_differ(image.size, shape[::-1])
    arrays, is_array = _cut(leaves, image.data.shape), [isinstance(leaf, Image) for leaf in leaves]
    arrays = [
        _apart(array, image.data, in_step=cut) if isinstance(array, np.ndarray) else array
        for array, cut in zip(arrays, is_array, strict=True)
    ]
    with np.errstate(all="ignore"):
        for block in blocks(image.data.shape):
            store(_evaluate(fn, block, arrays, is_array), image.data[block.key], rule)
    return image


def _only_one_pixel(leaves: Sequence[Any]) -> bool:
    return not any(isinstance(leaf, Image) for leaf in leaves)


def _apart(array: Pixels, target: Pixels, *, in_step: bool = True) -> Pixels:
    """Return an array that later blocks still find as it was: a copy if it overlaps the target out of step.

    An array that is read whole in every block is never in step with what is written.
    """
    if (
        in_step
        and array.__array_interface__["data"] == target.__array_interface__["data"]
        and array.strides == target.strides
    ):
        return array
    return array.copy() if np.may_share_memory(array, target) else array


def copy_pixels(target: Any, source: Any, rule: ConversionRule = AS_DM, name: str = "", room: Room = any_room) -> Image:
    """Set the pixels of an image to those of another: ``img1 = img2``; a variable without image gets a copy."""
    image = valid_image(source)
    if not isinstance(target, Image):
        return duplicate(image, name, room)
    out = valid_image(target)
    if not same_shape(image.data.shape, out.data.shape):
        raise sizes_differ(out.size, image.size)
    data = _apart(image.data.reshape(out.data.shape), out.data)
    if data.dtype == out.data.dtype:
        out.data[...] = data
        return out
    for block in blocks(out.data.shape):
        store(data[block.key], out.data[block.key], rule)
    return out


def duplicate(value: Any, name: str = "", room: Room = any_room) -> Image:
    """Return a new image with the pixels and the data type of another: ``image a = b``."""
    image = valid_image(value)
    room(image.data.nbytes)
    return image.clone(name)


def assign_any(target: Any, value: Any, rule: ConversionRule = AS_DM, name: str = "", room: Room = any_room) -> Any:
    """Set the pixels of an image to a value whose type is known only now."""
    if value is NULL:
        return NULL
    if isinstance(value, Image):
        return copy_pixels(target, value, rule, name, room)
    return set_all(target, value, rule)


def set_all(target: Any, value: Any, rule: ConversionRule = AS_DM) -> Image:
    """Set all pixels to one number: ``img = 10``."""
    image = valid_image(target)
    image.fill(value, rule)
    return image


def set_pixel(image: Any, indices: Sequence[float], value: Any, rule: ConversionRule = AS_DM) -> None:
    """Set one pixel: ``img[x, y] = 5``."""
    data = valid_image(image).data
    if len(indices) == 2 == data.ndim and data.dtype.kind == "f" and isinstance(value, float):
        x, y = int(indices[0]), int(indices[1])
        if 0 <= x < data.shape[1] and 0 <= y < data.shape[0]:
            data[y, x] = value
            return
    store(value, part(image, indices).data, rule)


# --- index expressions ------------------------------------------------------------------------


def scatter_into(
    target: Any,
    index_fn: PixelFunction,
    op: str,
    fn: PixelFunction,
    leaves: Sequence[Any],
    rule: ConversionRule = AS_DM,
) -> None:
    """Write where index expressions say: ``cube[icol, irow, 3] = layer``, ``line[icol, 0] += img``.

    Parameters
    ----------
    target : Image
        What is changed.
    index_fn : callable
        ``index_fn(block, *leaves)`` gives the indices, x first.
    op : str
        ``"="``, ``"+="``…
    fn : callable
        Gives the values.
    leaves : sequence
        Of both functions.
    """
    image = valid_image(target)
    shape = shape_of(leaves)
    if shape is None:
        # ``img[icol, irow] = 5``: only the target itself has a size.
        shape = image.data.shape
    arrays, is_array = _cut(leaves, shape), [isinstance(leaf, Image) for leaf in leaves]
    arrays = [_apart(array, image.data, in_step=False) if isinstance(array, np.ndarray) else array for array in arrays]
    operation = None if op == "=" else _UFUNCS[op]
    with np.errstate(all="ignore"):
        for block in blocks(shape):
            indices = _evaluate(index_fn, block, arrays, is_array)
            values = _evaluate(fn, block, arrays, is_array)
            # A number on the right is written once for each pixel, as it would be pixel by pixel.
            full = np.broadcast_shapes(*(np.shape(index) for index in indices), np.shape(values))
            spread = [np.broadcast_to(index, full) if np.ndim(index) else index for index in indices]
            scatter(image.data, spread, values, operation, rule)


_UFUNCS = {"+=": np.add, "-=": np.subtract, "*=": np.multiply, "/=": np.divide, "%=": np.fmod, "**=": np.power}

# --- single values ----------------------------------------------------------------------------


def _plain(value: Any) -> Any:
    """Return colours as their brightness, for operators that know no colours."""
    if isinstance(value, np.ndarray) and value.dtype.kind == "V":
        return luminosity(value)
    return value


def one_value(image: Any) -> Any:
    """Return the number in an image of one pixel, for a condition."""
    data = valid_image(image).data
    if data.size != 1:
        raise ScriptRuntimeError(
            "a condition needs one number, not an image", got=f"{data.size} pixels", advice="use sum(), min() or max()"
        )
    return wide(_plain(data)).reshape(-1)[0].item()
