"""Images turned, mirrored, shifted, smoothed, transformed."""

# ruff: noqa: D103 - what a function does stands in its declaration

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from temstack.dmscript.context import Run
from temstack.dmscript.conversion import PACKED, convert
from temstack.dmscript.errors import ScriptRuntimeError
from temstack.dmscript.images import Image, describe_size, sizes_differ
from temstack.dmscript.signatures import builtin

Array = NDArray[Any]


def _like(img: Image, data: Array, run: Run, *, swapped: bool = False) -> Image:
    """Return a new image of the same type, name and calibration with other pixels."""
    new = Image(convert(np.ascontiguousarray(data), img.data.dtype, run.conversion), img.name, type_code=img.type_code)
    new.copy_calibration(img)
    if swapped and img.data.ndim > 1:
        new.calibrations[:2] = [img.calibrations[1], img.calibrations[0]]
    return new


def _flat(img: Image, what: str) -> Array:
    if img.data.ndim != 2:
        raise ScriptRuntimeError(f"{what} needs an image of 2 dimensions", got=describe_size(img.size))
    return img.data


def _real(img: Image) -> Array:
    return convert(img.data, np.dtype(np.float64)) if not img.is_complex else img.data


# --- turned and mirrored ----------------------------------------------------------------------


@builtin("image RotateLeft(image img)", family="geometry", help="A copy turned by 90° to the left.")
def rotate_left(run: Run, img: Image) -> Image:
    return _like(img, np.rot90(img.data, 1, axes=(-2, -1)), run, swapped=True)


@builtin("image RotateRight(image img)", family="geometry", help="A copy turned by 90° to the right.")
def rotate_right(run: Run, img: Image) -> Image:
    return _like(img, np.rot90(img.data, -1, axes=(-2, -1)), run, swapped=True)


@builtin("void FlipHorizontal(image img)", family="geometry", help="Mirror in place, left to right.")
def flip_horizontal(run: Run, img: Image) -> None:
    img.data[...] = img.data[..., ::-1].copy()


@builtin("void FlipVertical(image img)", family="geometry", help="Mirror in place, top to bottom.")
def flip_vertical(run: Run, img: Image) -> None:
    img.data[...] = np.flip(img.data, -2).copy() if img.data.ndim > 1 else img.data.copy()


@builtin(
    "image Rotate(image img, number angle)",
    family="geometry",
    help="A copy turned to the left by an angle in radians, large enough for all of it; new corners are 0.",
)
def rotate(run: Run, img: Image, angle: float) -> Image:
    from scipy.ndimage import rotate as turned

    values = turned(_real(img), np.degrees(angle), axes=(-2, -1), reshape=True, order=1)
    new = Image(values.astype(np.float32), img.name)
    new.copy_calibration(img)
    return new


@builtin("image MatrixTranspose(image img)", family="geometry", help="A copy with rows and columns exchanged.")
def matrix_transpose(run: Run, img: Image) -> Image:
    return _like(img, np.swapaxes(img.data, -2, -1), run, swapped=True)


@builtin("image MatrixMultiply(image a, image b)", family="geometry", help="Product of two matrices.", throws=True)
def matrix_multiply(run: Run, a: Image, b: Image) -> Image:
    left, right = _flat(a, "MatrixMultiply"), _flat(b, "MatrixMultiply")
    if left.shape[1] != right.shape[0]:
        raise sizes_differ(a.size, b.size)
    product = np.matmul(left.astype(np.complex128), right) if a.is_complex or b.is_complex else _real(a) @ _real(b)
    return Image(product.astype(np.complex64 if np.iscomplexobj(product) else np.float32), "Product")


@builtin("image MatrixInverse(image img)", family="geometry", help="Inverse of a square matrix.", throws=True)
def matrix_inverse(run: Run, img: Image) -> Image:
    try:
        return Image(np.linalg.inv(_real(img)).astype(np.float32), img.name)
    except np.linalg.LinAlgError as err:
        raise ScriptRuntimeError(f"image {img.name!r} has no inverse matrix ({err})") from None


@builtin("number MatrixDeterminant(image img)", family="geometry", help="Determinant of a square matrix.", throws=True)
def matrix_determinant(run: Run, img: Image) -> float:
    try:
        return float(np.linalg.det(_real(img)))
    except np.linalg.LinAlgError as err:
        raise ScriptRuntimeError(f"image {img.name!r} has no determinant ({err})") from None


# --- resampled --------------------------------------------------------------------------------


def _between(values: Array, x: Any, y: Any) -> Array:
    """Return pixels at positions between pixels, linearly; outside 0."""
    from scipy.ndimage import map_coordinates

    rows, columns = np.broadcast_arrays(y, x)
    flat = np.vstack([np.ravel(rows), np.ravel(columns)]).astype(np.float64)
    return np.asarray(map_coordinates(values, flat, order=1, mode="constant")).reshape(rows.shape)


@builtin(
    "number Warp(image img, number x, number y)",
    family="geometry",
    help="The value of img at position (x, y), linear between pixels, 0 outside; x and y may be expressions.",
    elementwise=True,
)
def warp(run: Run, img: Any, x: Any, y: Any) -> Any:
    data = img.data if isinstance(img, Image) else img
    values = np.asarray(data, np.complex128 if data.dtype.kind == "c" else np.float64)
    found = _between(values.reshape((-1, values.shape[-1])), x, y)
    if found.ndim:
        return found
    return complex(found) if np.iscomplexobj(found) else float(found)


@builtin(
    "image Reduce(image img)",
    family="geometry",
    help="Make an image half its size, each pixel the mean of 2 × 2; returns it.",
    throws=True,
)
def reduce(run: Run, img: Image) -> Image:
    values = _real(img)
    rows, columns = values.shape[-2] // 2 * 2, values.shape[-1] // 2 * 2
    if not rows or not columns:
        raise ScriptRuntimeError("Reduce needs 2 × 2 pixels or more", got=describe_size(img.size))
    even = values[..., :rows, :columns]
    quarter = (even[..., ::2, ::2] + even[..., 1::2, ::2] + even[..., ::2, 1::2] + even[..., 1::2, 1::2]) / 4
    img.data = convert(np.ascontiguousarray(quarter), img.data.dtype, run.conversion)
    for dimension in range(2):
        known = img.calibration(dimension)
        img.calibrate(dimension, scale=known.scale * 2, origin=known.origin + known.scale / 2)
    return img


@builtin(
    "void ShiftCenter(image img)", family="geometry", help="Exchange the quarters in place: the corner to the centre."
)
def shift_center(run: Run, img: Image) -> None:
    axes = tuple(range(max(img.data.ndim - 2, 0), img.data.ndim))
    img.data[...] = np.roll(img.data, [img.data.shape[axis] // 2 for axis in axes], axes)


# --- filtered ---------------------------------------------------------------------------------


@builtin(
    "image MedianFilter(image img, number shape, number size)",
    family="geometry",
    help="Each pixel the median of those around; shape 0 row, 1 column, 2 cross, 3 square; size is the reach in px.",
    throws=True,
)
def median_filter(run: Run, img: Image, shape: float, size: float) -> Image:
    from scipy.ndimage import median_filter as filtered

    reach = int(size)
    if reach < 0 or not 0 <= shape <= 3:
        raise ScriptRuntimeError(
            f"MedianFilter of shape {shape:g} and size {size:g}", expected="shape 0 to 3, size >= 0"
        )
    window = np.zeros((2 * reach + 1, 2 * reach + 1), bool)
    window[reach, :] = shape in (0, 2, 3)
    window[:, reach] |= shape in (1, 2, 3)
    window |= shape == 3
    return _like(img, filtered(_flat(img, "MedianFilter"), footprint=window, mode="nearest"), run)


@builtin(
    "image Convolution(image img, image kernel)",
    "image Convolve(image img, image kernel)",
    family="geometry",
    help="Sum of the pixels around, weighted by a kernel; edge pixels go on outside.",
    throws=True,
)
def convolution(run: Run, img: Image, kernel: Image) -> Image:
    from scipy.ndimage import convolve

    values = convolve(_real(img), np.asarray(_real(kernel)), mode="nearest")
    new = Image(values.astype(np.float32), img.name)
    new.copy_calibration(img)
    return new


@builtin("image SmoothFilter(image img)", family="geometry", help="Weighted mean of 3 × 3 pixels.")
def smooth_filter(run: Run, img: Image) -> Image:
    from scipy.ndimage import convolve

    kernel = np.outer([1.0, 2.0, 1.0], [1.0, 2.0, 1.0]) / 16
    return _like(img, convolve(np.real(_real(_checked(img))), kernel, mode="nearest"), run)


def _checked(img: Image) -> Image:
    _flat(img, "SmoothFilter")
    return img


# --- Fourier ----------------------------------------------------------------------------------


def _transform(img: Image, *, inverse: bool) -> Array:
    """Return the two-dimensional transform with the zero frequency in the centre, as DM shows it."""
    from scipy import fft

    values = np.asarray(_real(img), np.complex128)
    axes = tuple(range(max(values.ndim - 2, 0), values.ndim))
    if inverse:
        return np.asarray(fft.ifftn(fft.ifftshift(values, axes), axes=axes))
    return np.asarray(fft.fftshift(fft.fftn(values, axes=axes), axes))


@builtin(
    "image FFT(image img)",
    "image RealFFT(image img)",
    "image ReducedFFT(image img)",
    family="geometry",
    help="Fourier transform, zero frequency in the centre; not divided by anything.",
)
def fourier(run: Run, img: Image) -> Image:
    new = Image(_transform(img, inverse=False).astype(np.complex64), f"FFT of {img.name}")
    for dimension in range(min(img.data.ndim, 2)):
        _reciprocal(new, img, dimension)
    return new


def _reciprocal(new: Image, img: Image, dimension: int) -> None:
    known, length = img.calibration(dimension), img.length(dimension)
    scale = 1 / (known.scale * length) if known.scale else 1.0
    units = known.units[2:] if known.units.startswith("1/") else f"1/{known.units}" if known.units else ""
    new.calibrate(dimension, scale=scale, origin=-(length // 2) * scale, units=units)


@builtin("image IFFT(image img)", family="geometry", help="Inverse Fourier transform, complex.")
def inverse_fourier(run: Run, img: Image) -> Image:
    return Image(_transform(img, inverse=True).astype(np.complex64), img.name)


@builtin(
    "image RealIFFT(image img)",
    "image PackedIFFT(image img)",
    family="geometry",
    help="Inverse Fourier transform of which the real part is kept.",
)
def real_inverse_fourier(run: Run, img: Image) -> Image:
    return Image(_transform(img, inverse=True).real.astype(np.float32), img.name)


@builtin("image PackedFFT(image img)", family="geometry", help="Fourier transform, kept in full.")
def packed_fourier(run: Run, img: Image) -> Image:
    return Image(_transform(img, inverse=False).astype(np.complex64), f"FFT of {img.name}", type_code=PACKED)


@builtin(
    "image CrossCorrelate(image a, image b)",
    family="geometry",
    help="Normalised cross-correlation, −1 to 1; the peak lies where b must be moved to, from the centre.",
    throws=True,
)
def cross_correlate(run: Run, a: Image, b: Image) -> Image:
    from scipy import fft

    if a.size != b.size:
        raise sizes_differ(a.size, b.size)
    first, second = (values - values.mean() for values in (_real(a), _real(b)))
    power = np.sqrt(np.sum(np.abs(first) ** 2) * np.sum(np.abs(second) ** 2))
    product = fft.ifft2(fft.fft2(first) * np.conj(fft.fft2(second))).real
    values = fft.fftshift(product / power if power else product)
    return Image(values.astype(np.float32), f"Cross-correlation of {a.name} and {b.name}")


@builtin("image AutoCorrelate(image img)", family="geometry", help="Correlation of an image with itself.")
def auto_correlate(run: Run, img: Image) -> Image:
    return cross_correlate(run, img, img)
