"""Images filtered, binned, summed up along an axis, and searched for a peak between pixels."""

# ruff: noqa: D103 - what a function does stands in its declaration

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from temstack.dmscript.context import Run
from temstack.dmscript.conversion import convert
from temstack.dmscript.errors import ScriptRuntimeError
from temstack.dmscript.images import Image, describe_size
from temstack.dmscript.references import Reference
from temstack.dmscript.signatures import builtin

Array = NDArray[Any]


def _real(img: Image) -> Array:
    return img.data if img.is_complex else convert(img.data, np.dtype(np.float64))


def _flat(img: Image, what: str) -> Array:
    if img.data.ndim != 2:
        raise ScriptRuntimeError(f"{what} needs an image of 2 dimensions", got=describe_size(img.size))
    return _real(img)


def _made(img: Image, values: Array) -> Image:
    """Return a new 4-byte image with the name and calibration of another."""
    new = Image(values.astype(np.complex64 if np.iscomplexobj(values) else np.float32), img.name)
    new.copy_calibration(img)
    return new


def _like(img: Image, values: Array, run: Run) -> Image:
    new = Image(convert(values, img.data.dtype, run.conversion), img.name, type_code=img.type_code)
    new.copy_calibration(img)
    return new


# --- moved ------------------------------------------------------------------------------------


@builtin(
    "image Offset(image img, number dx, number dy)",
    family="filters",
    help="A copy moved by (dx, dy) px, to the right and down; what comes in at an edge is the pixel at that edge.",
)
def offset(run: Run, img: Image, dx: float, dy: float) -> Image:
    rows = np.clip(np.arange(img.length(1)) - int(dy), 0, img.length(1) - 1)
    columns = np.clip(np.arange(img.length(0)) - int(dx), 0, img.length(0) - 1)
    values = img.data[..., columns]
    return _like(img, values if img.data.ndim == 1 else np.take(values, rows, axis=-2), run)


@builtin(
    "number Clip(number value, number low, number high)",
    family="filters",
    help="The value, or the limit that it is beyond; also of each pixel of an image.",
    elementwise=True,
)
def clip(run: Run, value: Any, low: Any, high: Any) -> Any:
    limited = np.minimum(np.maximum(value, low), high)
    return limited if np.ndim(limited) else float(limited)


# --- pixels and those around ------------------------------------------------------------------


def _window(shape: float, size: float, what: str) -> NDArray[np.bool_]:
    """Return which pixels around count: shape 0 row, 1 column, 2 cross, 3 square, reach in px."""
    reach = int(size)
    if reach < 0 or shape not in (0, 1, 2, 3):
        raise ScriptRuntimeError(f"{what} of shape {shape:g} and size {size:g}", expected="shape 0 to 3, size >= 0")
    window = np.full((2 * reach + 1, 2 * reach + 1), shape == 3)
    window[reach, :] |= shape in (0, 2)
    window[:, reach] |= shape in (1, 2)
    return window


@builtin(
    "image RankFilter(image img, number shape, number size, number rank)",
    family="filters",
    help="Each pixel that of the given rank among those around, 0 the smallest; shape and size as in MedianFilter.",
    throws=True,
)
def rank_filter(run: Run, img: Image, shape: float, size: float, rank: float) -> Image:
    from scipy.ndimage import rank_filter as ranked

    window = _window(shape, size, "RankFilter")
    count = int(window.sum())
    if not 0 <= rank < count:
        raise ScriptRuntimeError(f"rank {rank:g} among {count} pixels", expected=f"0 to {count - 1}")
    return _like(img, ranked(_flat(img, "RankFilter"), int(rank), footprint=window, mode="nearest"), run)


@builtin("image LaplaceFilter(image img)", family="filters", help="Laplacian by 3 × 3 pixels, 4 in the middle, −1.")
def laplace_filter(run: Run, img: Image) -> Image:
    from scipy.ndimage import laplace

    return _made(img, -laplace(_flat(img, "LaplaceFilter"), mode="nearest"))


@builtin("image SobelFilter(image img)", family="filters", help="Strength of the slope by Sobel's two kernels.")
def sobel_filter(run: Run, img: Image) -> Image:
    from scipy.ndimage import sobel

    values = _flat(img, "SobelFilter")
    return _made(img, np.hypot(sobel(values, 0, mode="nearest"), sobel(values, 1, mode="nearest")))


@builtin("image SharpenFilter(image img)", family="filters", help="The image with its Laplacian added.")
def sharpen_filter(run: Run, img: Image) -> Image:
    from scipy.ndimage import laplace

    values = _flat(img, "SharpenFilter")
    return _made(img, values - laplace(values, mode="nearest"))


@builtin(
    "image GaussianFilter(image img, number sigma)",
    family="filters",
    help="Smoothed by a Gaussian of standard deviation sigma, in px.",
    throws=True,
)
def gaussian_filter(run: Run, img: Image, sigma: float) -> Image:
    from scipy.ndimage import gaussian_filter as smoothed

    if sigma < 0:
        raise ScriptRuntimeError(f"GaussianFilter of sigma {sigma:g}", expected="0 or more px")
    return _made(img, smoothed(_flat(img, "GaussianFilter"), sigma, mode="nearest"))


# --- binned and summed ------------------------------------------------------------------------


def _binned(img: Image, binning: tuple[float, float]) -> Array:
    """Return sums of blocks of (x, y) px; a rest at the edge is left out."""
    across, down = (int(step) for step in binning)
    height, width = img.length(1), img.length(0)
    if not (1 <= across <= width and 1 <= down <= height):
        raise ScriptRuntimeError(
            f"binning {across} × {down} of an image of {describe_size(img.size)}", expected="1 up to its size"
        )
    rows, columns = height // down, width // across
    values = np.atleast_2d(_real(img))[..., : rows * down, : columns * across]
    blocks = values.reshape(*values.shape[:-2], rows, down, columns, across)
    sums: Array = blocks.sum(axis=(-3, -1))
    return sums if img.data.ndim > 1 else sums[0]


def _coarser(img: Image, binning: tuple[float, float]) -> None:
    for dimension, step in zip(range(img.data.ndim), binning, strict=False):
        img.calibrations[dimension] = img.calibrations[dimension].of_part((int(step) - 1) / 2, int(step))


@builtin(
    "image Rebin(image img, number x, number y)",
    family="filters",
    help="Sums of x × y pixels, as a new image; a rest at the edge is left out.",
    throws=True,
)
def rebin(run: Run, img: Image, x: float, y: float) -> Image:
    new = _made(img, _binned(img, (x, y)))
    _coarser(new, (x, y))
    return new


@builtin(
    "void RebinInPlace(image img, number x, number y)",
    family="filters",
    help="Make an image that of the sums of x × y of its pixels.",
    throws=True,
)
def rebin_in_place(run: Run, img: Image, x: float, y: float) -> None:
    img.data = convert(_binned(img, (x, y)), img.data.dtype, run.conversion)
    _coarser(img, (x, y))


@builtin(
    "image Project(image img, number dim)",
    family="filters",
    help="Sum along a dimension (0 x, 1 y, 2 z), as an image of one dimension less.",
    throws=True,
)
def project(run: Run, img: Image, dim: float) -> Image:
    if img.data.ndim < 2:
        raise ScriptRuntimeError("Project needs an image of 2 or more dimensions", got=describe_size(img.size))
    new = Image(_real(img).sum(axis=img.axis(dim)).astype(np.float32), img.name)
    new.calibrations = [known for index, known in enumerate(img.calibrations) if index != int(dim)]
    return new


# --- peaks ------------------------------------------------------------------------------------


@builtin(
    "number IUImageFindMax(image img, number t, number l, number b, number r, number &x, number &y, number fromCentre)",
    family="filters",
    help="Largest value in an area and where it is, between pixels by a parabola; from the centre of the image or, "
    "with 0, from its corner.",
    throws=True,
)
def find_max(
    run: Run,
    img: Image,
    t: float,
    l: float,  # noqa: E741 - DM's four letters of an area
    b: float,
    r: float,
    x: Reference,
    y: Reference,
    from_centre: float,
) -> float:
    values = np.abs(_flat(img, "IUImageFindMax")) if img.is_complex else _flat(img, "IUImageFindMax")
    top, left = max(int(t), 0), max(int(l), 0)
    part = values[top : int(b), left : int(r)]
    if not part.size:
        raise ScriptRuntimeError(f"area {t:g}, {l:g}, {b:g}, {r:g} has no pixel of {describe_size(img.size)}")
    row, column = (int(place) for place in np.unravel_index(int(np.argmax(part)), part.shape))
    place_y = top + row + _vertex(values[:, left + column], top + row)
    place_x = left + column + _vertex(values[top + row], left + column)
    x.set(place_x - (values.shape[1] // 2 if from_centre else 0))
    y.set(place_y - (values.shape[0] // 2 if from_centre else 0))
    return float(part[row, column])


def _vertex(line: Array, at: int) -> float:
    """Return how far beside a pixel the parabola through it and its neighbours peaks, in px."""
    if not 0 < at < len(line) - 1:
        return 0.0
    before, here, after = (float(value) for value in line[at - 1 : at + 2])
    bend = before - 2 * here + after
    return (before - after) / (2 * bend) if bend < 0 else 0.0
