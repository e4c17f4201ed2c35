"""Correlations by other names, and Fourier transforms along chosen axes."""

# ruff: noqa: D103 - what a function does stands in its declaration

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from temstack.dmscript.builtins.geometry import cross_correlate
from temstack.dmscript.context import Run
from temstack.dmscript.conversion import convert
from temstack.dmscript.errors import ScriptRuntimeError
from temstack.dmscript.images import Image, describe_size, sizes_differ
from temstack.dmscript.signatures import builtin

Array = NDArray[Any]


@builtin(
    "image CrossCorrelation(image a, image b)",
    family="correlation",
    help="As CrossCorrelate.",
    throws=True,
)
def cross_correlation(run: Run, a: Image, b: Image) -> Image:
    return cross_correlate(run, a, b)


@builtin("image AutoCorrelation(image img)", family="correlation", help="As AutoCorrelate.")
def auto_correlation(run: Run, img: Image) -> Image:
    return cross_correlate(run, img, img)


@builtin(
    "image CrossProduct(image a, image b)",
    family="correlation",
    help="Cross-correlation that is not normalised: sums of products at each shift, zero shift in the centre.",
    throws=True,
)
def cross_product(run: Run, a: Image, b: Image) -> Image:
    from scipy import fft

    if a.size != b.size:
        raise sizes_differ(a.size, b.size)
    first, second = (convert(one.data, np.dtype(np.float64)) for one in (a, b))
    values = fft.ifftn(fft.fftn(first) * np.conj(fft.fftn(second))).real
    return Image(fft.fftshift(values).astype(np.float32), f"Cross-product of {a.name} and {b.name}")


@builtin(
    "image IFMFilteredCrossCorrelation(image a, image b, string filter)",
    family="correlation",
    help="Cross-correlation of images weighted to their edges by a Hanning window, if the filter's name says so.",
    throws=True,
)
def filtered_cross_correlation(run: Run, a: Image, b: Image, filter: str) -> Image:  # noqa: A002 - the word for it
    if "hann" not in filter.lower():
        return cross_correlate(run, a, b)
    return cross_correlate(run, _windowed(a), _windowed(b))


def _windowed(img: Image) -> Image:
    if img.data.ndim != 2:
        raise ScriptRuntimeError(
            "IFMFilteredCrossCorrelation needs images of 2 dimensions", got=describe_size(img.size)
        )
    values = convert(img.data, np.dtype(np.float64))
    weight = np.outer(np.hanning(values.shape[0]), np.hanning(values.shape[1]))
    return Image((values - values.mean()) * weight, img.name)


# --- transforms along chosen axes, the zero frequency first ------------------------------------


def _axes(img: Image, dimensions: tuple[int, ...], what: str) -> tuple[int, ...]:
    if max(dimensions) >= img.data.ndim or min(dimensions) < 0:
        raise ScriptRuntimeError(f"{what} along dimension {max(dimensions)}", got=describe_size(img.size))
    return tuple(img.axis(dimension) for dimension in dimensions)


def _declare(name: str, count: int, *, inverse: bool, real: bool) -> None:
    """Declare one transform: over one axis that may be named, or over the first two or three."""
    what = f"{'Inverse' if inverse else 'Forward'} Fourier transform{' of real pixels' if real else ''}"
    place = "along one dimension, x if not named" if count == 1 else "over x, y" + (" and z" if count == 3 else "")
    ways = [f"image {name}(image img)"] + ([f"image {name}(image img, number dim)"] if count == 1 else [])

    @builtin(
        *ways, family="correlation", help=f"{what} {place}; zero frequency first, the inverse divided.", throws=True
    )
    def transform(run: Run, img: Image, dim: float = 0.0) -> Image:
        if real and not inverse and img.is_complex:
            raise ScriptRuntimeError(f"{name} needs real pixels", got="complex ones", advice="take fftpack_fft")
        axes = _axes(img, (int(dim),) if count == 1 else tuple(range(count)), name)
        return Image(_transformed(img, axes, inverse=inverse, real=real), img.name)


def _transformed(img: Image, axes: tuple[int, ...], *, inverse: bool, real: bool) -> Array:
    from scipy import fft

    is_double = img.data.dtype in (np.dtype(np.float64), np.dtype(np.complex128))
    work: Callable[..., Array] = fft.ifftn if inverse else fft.fftn
    values = work(img.data.astype(np.complex128), axes=axes)
    if inverse and real:
        return values.real.astype(np.float64 if is_double else np.float32)
    return values.astype(np.complex128 if is_double else np.complex64)


for _count, _end in ((1, ""), (2, "2"), (3, "3")):
    _declare(f"fftpack_fft{_end}", _count, inverse=False, real=False)
    _declare(f"fftpack_ifft{_end}", _count, inverse=True, real=False)
    _declare(f"fftpack_rfft{_end}", _count, inverse=False, real=True)
    _declare(f"fftpack_rifft{_end}", _count, inverse=True, real=True)


@builtin("string fftpack_version()", family="correlation", help="What does the transforms.")
def fftpack_version(run: Run) -> str:
    from importlib.metadata import version

    return f"scipy {version('scipy')}"
