"""Parts of images: what stands between the brackets, and slices. All of them are live views.

======================  ====================================================
``img[x, y]``           one pixel; ``img[x, y, z]`` in three dimensions
``img[t, l, b, r]``     an area: **top, left, bottom, right**, half-open
``img[x0,y0,z0,x1,y1,z1]``  a volume: **left, top, front, right, bottom, back**
``img[]``               the selected area, or all of it
======================  ====================================================

Index expressions that are images themselves read with :func:`gather` and write with :func:`scatter`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from temstack.dmscript.conversion import AS_DM, ConversionRule, Pixels, convert
from temstack.dmscript.displays import selected_area
from temstack.dmscript.errors import ScriptRuntimeError
from temstack.dmscript.images import Calibration, Image, describe_size


def part(image: Image, indices: Sequence[float]) -> Image:
    """Return the part of an image that numbers between brackets name, as a live view.

    Parameters
    ----------
    image : Image
        Of any number of dimensions.
    indices : sequence of number
        None, 1, 2 or 3 for a pixel, 4 for an area, 6 for a volume; fractions are dropped.

    Returns
    -------
    Image
        A view: one pixel is an image of 1 × 1.

    Raises
    ------
    ScriptRuntimeError
        If the part reaches beyond the image, is empty, or the image has not so many dimensions.

    Examples
    --------
    >>> image = Image(np.arange(12.0).reshape(3, 4))
    >>> part(image, [1, 2]).data.tolist(), part(image, [0, 1, 2, 3]).data.tolist()
    ([[9.0]], [[1.0, 2.0], [5.0, 6.0]])
    """
    count = len(indices)
    if count == 0:
        return _selected(image)
    if count == 4 and image.data.ndim != 4:
        top, left, bottom, right = indices
        return _box(image, (left, top), (right, bottom), indices)
    if count in (1, 2, 3) or (count == 4 and image.data.ndim == 4):
        return _box(image, indices, [index + 1 for index in map(_whole, indices)], indices)
    if count in (6, 8):
        return _box(image, indices[: count // 2], indices[count // 2 :], indices)
    raise ScriptRuntimeError(
        f"{count} numbers between brackets name no part of an image; "
        "expected [x,y], [x,y,z], [top,left,bottom,right] or [x0,y0,z0,x1,y1,z1]"
    )


def _selected(image: Image) -> Image:
    if image.data.ndim < 2 or not image.displays:
        return image.view(image.data, image.calibrations)
    top, left, bottom, right = selected_area(image)
    if bottom <= top or right <= left:
        return image.view(image.data, image.calibrations)
    data = image.data[..., top:bottom, left:right]
    across = [image.calibrations[0].of_part(left), image.calibrations[1].of_part(top)]
    return image.view(data, [*across, *image.calibrations[2:]])


def _box(image: Image, first: Sequence[float], last: Sequence[float], given: Sequence[float]) -> Image:
    starts, ends = [_whole(value) for value in first], [_whole(value) for value in last]
    sizes = _padded(image.size, len(starts))
    if any(size != 1 for size in image.size[len(starts) :]) or any(size != 1 for size in sizes[image.data.ndim + 1 :]):
        raise _misses(image, given, f"names no part of an image of {image.data.ndim} dimensions")
    if any(start < 0 or end > size for start, end, size in zip(starts, ends, sizes, strict=True)):
        raise _misses(image, given, "reaches beyond the image")
    if any(end <= start for start, end in zip(starts, ends, strict=True)):
        raise _misses(image, given, "is empty")
    data = image.data.reshape(sizes[::-1]) if len(sizes) != image.data.ndim else image.data
    part_of_axis = tuple(slice(start, end) for start, end in zip(reversed(starts), reversed(ends), strict=True))
    data = data[part_of_axis]
    calibrations = [*image.calibrations, Calibration(), Calibration()][: len(starts)]
    return image.view(data, [cal.of_part(start) for cal, start in zip(calibrations, starts, strict=True)])


def _padded(sizes: Sequence[int], count: int) -> tuple[int, ...]:
    return (*sizes, *(1 for _ in range(count - len(sizes))))[:count]


def _whole(value: float) -> int:
    if not np.isfinite(value):
        raise ScriptRuntimeError(f"an index cannot be {value}")
    return int(value)


def _misses(image: Image, given: Sequence[float], why: str) -> ScriptRuntimeError:
    shown = ",".join(f"{value:g}" for value in given)
    return ScriptRuntimeError(f"[{shown}] {why}: image {image.name!r} is {describe_size(image.size)} pixels large")


def sliced(image: Image, start: Sequence[float], axes: Sequence[tuple[float, float, float]]) -> Image:
    """Return a live slice: from pixel *start*, along each ``(dimension, length, step)``.

    Examples
    --------
    >>> stack = Image(np.arange(24.0).reshape(2, 3, 4))
    >>> sliced(stack, (0, 0, 1), [(0, 4, 1), (1, 3, 1)]).data.shape
    (3, 4)
    >>> sliced(stack, (3, 0, 0), [(0, 4, -1)]).data.tolist()
    [3.0, 2.0, 1.0, 0.0]
    """
    position = [_whole(value) for value in start]
    sizes = _padded(image.size, max(len(position), image.data.ndim))
    position += [0] * (len(sizes) - len(position))
    data = image.data.reshape(sizes[::-1])
    strides, lengths, calibrations = [], [], []
    for dimension, length, step in axes:
        axis, count, stride = _slice_axis(sizes, dimension, length, step)
        last = position[axis] + (count - 1) * stride
        if not (0 <= position[axis] < sizes[axis] and 0 <= last < sizes[axis]):
            raise ScriptRuntimeError(
                f"slice along dimension {axis} goes from {position[axis]} to {last}; "
                f"image {image.name!r} is {describe_size(image.size)} pixels large"
            )
        strides.append(data.strides[-1 - axis] * stride)
        lengths.append(count)
        known = image.calibrations[axis] if axis < len(image.calibrations) else Calibration()
        calibrations.append(known.of_part(position[axis], stride))
    if any(not 0 <= here < size for here, size in zip(position, sizes, strict=True)):
        raise _misses(image, start, "starts outside the image")
    corner = data[tuple(slice(here, None) for here in reversed(position))]
    view = np.lib.stride_tricks.as_strided(corner, lengths[::-1], strides[::-1])
    return image.view(view, calibrations)


def _slice_axis(sizes: Sequence[int], dimension: float, length: float, step: float) -> tuple[int, int, int]:
    axis, count, stride = _whole(dimension), _whole(length), _whole(step)
    if not 0 <= axis < len(sizes):
        raise ScriptRuntimeError(f"slice along dimension {axis}; expected 0 to {len(sizes) - 1}")
    if count < 1 or (stride == 0 and count > 1):
        raise ScriptRuntimeError(f"slice of length {count} and step {stride}; expected a length of 1 or more")
    return axis, count, stride


# --- index expressions ------------------------------------------------------------------------


def gather(source: Pixels, indices: Sequence[Any]) -> Pixels:
    """Return the pixels of an array at positions that are arrays themselves: ``img2[iplane, icol, irow]``.

    Parameters
    ----------
    source : array, C order
        Pixels to read.
    indices : sequence of number or array, in px
        Positions in the order of a script (x first), broadcast against each other; fractions are dropped.
        One outside reads the nearest pixel of the edge.

    Raises
    ------
    ScriptRuntimeError
        If their number is not that of the dimensions.
    """
    picked: Pixels = source[_positions(source, indices, clamp=True)]
    return picked


def scatter(
    target: Pixels,
    indices: Sequence[Any],
    values: Any,
    operation: Callable[..., Any] | None = None,
    rule: ConversionRule = AS_DM,
) -> None:
    """Write pixels at positions that are arrays themselves, also repeatedly: ``proj[icol, 0] += img`` adds rows.

    Parameters
    ----------
    target : array, C order
        Pixels to change.
    indices : sequence of number or array, in px
        As in :func:`gather`.
    values : number or array
        What to write, broadcast against the positions.
    operation : numpy.ufunc, optional
        ``np.add`` for ``+=`` and so on; without it the last value written stays.
    rule : ConversionRule
        What happens to what does not fit.
    """
    places = _positions(target, indices)
    if operation is None:
        target[places] = convert(values, target.dtype, rule)
    elif target.dtype.kind in "fc":
        operation.at(target, places, values)  # type: ignore[attr-defined]
    else:
        total = target.astype(np.float64)
        operation.at(total, places, values)  # type: ignore[attr-defined]
        target[...] = convert(total, target.dtype, rule)


def _positions(array: Pixels, indices: Sequence[Any], *, clamp: bool = False) -> tuple[Any, ...]:
    wanted = list(indices)
    while len(wanted) > array.ndim and not np.any(wanted[-1]):
        wanted.pop()
    if len(wanted) != array.ndim:
        raise ScriptRuntimeError(
            f"{len(indices)} index expressions for an image of {array.ndim} dimensions; expected one for each"
        )
    places = [np.asarray(index) for index in wanted]
    whole = [place if place.dtype.kind in "iu" else place.astype(np.int64) for place in places]
    for dimension, (place, size) in enumerate(zip(whole, array.shape[::-1], strict=True)):
        if not place.size or (place.min() >= 0 and place.max() < size):
            continue
        if not clamp:
            raise ScriptRuntimeError(
                f"index expression {dimension} goes from {place.min()} to {place.max()}; expected 0 to {size - 1}"
            )
        # Filters read a pixel's neighbours as img[icol+1, irow], also at the edge.
        whole[dimension] = np.clip(place, 0, size - 1)
    return tuple(reversed(whole))
