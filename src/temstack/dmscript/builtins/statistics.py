"""Numbers that say something about a whole image."""

# ruff: noqa: D103 - what a function does stands in its declaration

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from temstack.dmscript.context import Run
from temstack.dmscript.conversion import luminosity
from temstack.dmscript.errors import ScriptRuntimeError
from temstack.dmscript.images import Image, sizes_differ
from temstack.dmscript.references import Reference
from temstack.dmscript.signatures import builtin


def _values(img: Image) -> NDArray[Any]:
    return luminosity(img.data) if img.is_colour else img.data


def _number(value: Any) -> Any:
    return complex(value) if np.iscomplexobj(value) else float(value)


def _real(img: Image, what: str) -> NDArray[Any]:
    if img.is_complex:
        raise ScriptRuntimeError(f"a complex image has no {what}; use real(), imaginary() or modulus() first")
    return _values(img)


def _sum(values: NDArray[Any]) -> Any:
    wide = np.complex128 if values.dtype.kind == "c" else np.float64
    return np.sum(values, dtype=wide)


@builtin("number sum(image img)", family="statistics", help="Sum of all pixels, also complex.")
def total(run: Run, img: Image) -> Any:
    return _number(_sum(_values(img)))


@builtin("number mean(image img)", "number average(image img)", family="statistics", help="Mean of all pixels.")
def mean(run: Run, img: Image) -> Any:
    return _number(_sum(_values(img)) / img.data.size)


@builtin("number variance(image img)", family="statistics", help="Mean square distance of the pixels from their mean.")
def variance(run: Run, img: Image) -> float:
    return float(np.var(_values(img), dtype=np.float64 if not img.is_complex else None))


@builtin(
    "number StandardDeviation(image img)",
    "number stddev(image img)",
    family="statistics",
    help="Root mean square distance of the pixels from their mean.",
)
def standard_deviation(run: Run, img: Image) -> float:
    return float(np.sqrt(variance(run, img)))


@builtin("number RMS(image img)", family="statistics", help="Root mean square of the pixels.")
def rms(run: Run, img: Image) -> float:
    return float(np.sqrt(meansquare(run, img)))


@builtin("number MeanSquare(image img)", family="statistics", help="Mean square of the pixels.")
def meansquare(run: Run, img: Image) -> float:
    values = np.abs(_values(img)).ravel().astype(np.float64)
    return float(np.dot(values, values) / values.size)


@builtin("number median(image img)", family="statistics", help="The value that half of the pixels lie below.")
def median(run: Run, img: Image) -> float:
    return float(np.median(_real(img, "median")))


@builtin("number product(image img)", family="statistics", help="Product of all pixels.")
def product(run: Run, img: Image) -> Any:
    return _number(np.prod(_values(img).astype(np.complex128 if img.is_complex else np.float64)))


@builtin("number min(image img)", family="statistics", help="Smallest pixel.", throws=True)
def minimum(run: Run, img: Image) -> float:
    return float(np.min(_real(img, "smallest pixel")))


@builtin("number max(image img)", family="statistics", help="Largest pixel.", throws=True)
def maximum(run: Run, img: Image) -> float:
    return float(np.max(_real(img, "largest pixel")))


def _place(img: Image, flat: int, where: tuple[Reference, ...]) -> None:
    position = np.unravel_index(flat, img.data.shape)[::-1]
    for dimension, reference in enumerate(where):
        reference.set(float(position[dimension]) if dimension < len(position) else 0.0)


@builtin(
    "number min(image img, number &x, number &y)",
    "number min(image img, number &x, number &y, number &z)",
    family="statistics",
    help="Smallest pixel and where it is first found.",
    throws=True,
)
def minimum_at(run: Run, img: Image, *where: Reference) -> float:
    values = _real(img, "smallest pixel")
    flat = int(np.argmin(values))
    _place(img, flat, where)
    return float(values.reshape(-1)[flat])


@builtin(
    "number max(image img, number &x, number &y)",
    "number max(image img, number &x, number &y, number &z)",
    family="statistics",
    help="Largest pixel and where it is first found.",
    throws=True,
)
def maximum_at(run: Run, img: Image, *where: Reference) -> float:
    values = _real(img, "largest pixel")
    flat = int(np.argmax(values))
    _place(img, flat, where)
    return float(values.reshape(-1)[flat])


@builtin(
    "void MinMax(image img, number &min, number &max)",
    family="statistics",
    help="Smallest and largest pixel.",
    throws=True,
)
def min_max(run: Run, img: Image, least: Reference, most: Reference) -> None:
    values = _real(img, "smallest pixel")
    least.set(float(np.min(values)))
    most.set(float(np.max(values)))


@builtin(
    "void ImageCalculateMinMax(image img, number complexMode, number samples, number &min, number &max)",
    family="statistics",
    help="Smallest and largest pixel; of a complex image, of its modulus. All pixels are looked at.",
)
def image_calculate_min_max(
    run: Run, img: Image, mode: float, samples: float, least: Reference, most: Reference
) -> None:
    values = np.abs(img.data) if img.is_complex else _values(img)
    least.set(float(np.min(values)))
    most.set(float(np.max(values)))


@builtin(
    "number DotProduct(image a, image b)",
    family="statistics",
    help="Sum of the products of the pixels at the same place.",
    throws=True,
)
def dot_product(run: Run, a: Image, b: Image) -> Any:
    if a.size != b.size:
        raise sizes_differ(a.size, b.size)
    return _number(np.vdot(_wide(b), _wide(a)))


def _wide(img: Image) -> NDArray[Any]:
    return np.ravel(_values(img)).astype(np.complex128 if img.is_complex else np.float64)


@builtin(
    "void ImageCalculateHistogram(image img, image histogram, number min, number max)",
    family="statistics",
    help="Count the pixels between min and max into the bins of a line image.",
    throws=True,
)
def image_calculate_histogram(run: Run, img: Image, histogram: Image, least: float, most: float) -> None:
    if not most > least:
        raise ScriptRuntimeError(f"histogram from {least:g} to {most:g}; expected the second to be larger")
    counted, _ = np.histogram(_real(img, "histogram"), bins=histogram.data.size, range=(least, most))
    histogram.fill(counted.reshape(histogram.data.shape), run.conversion)


@builtin(
    "void ImageCalculateHistogram(image img, image histogram, number complexMode, number min, number max)",
    family="statistics",
    help="The same; of complex pixels mode 0 counts the modulus, 1 the phase, 2 the real, 3 the imaginary part.",
    throws=True,
)
def image_calculate_histogram_by_mode(
    run: Run, img: Image, histogram: Image, mode: float, least: float, most: float
) -> None:
    if img.is_complex:
        parts = (np.abs, np.angle, np.real, np.imag)
        if mode not in range(len(parts)):
            raise ScriptRuntimeError(f"mode {mode:g} of a histogram; expected 0 to 3")
        img = Image(np.ascontiguousarray(parts[int(mode)](img.data)), img.name)
    image_calculate_histogram(run, img, histogram, least, most)


# --- by other names ---------------------------------------------------------------------------


@builtin("number ImageGetSum(image img)", family="statistics", help="Sum of all pixels.")
def image_get_sum(run: Run, img: Image) -> Any:
    return _number(_sum(_values(img)))


@builtin("number ImageGetMinimum(image img)", family="statistics", help="Smallest pixel.", throws=True)
def image_get_minimum(run: Run, img: Image) -> float:
    return float(_real(img, "minimum").min())


@builtin("number ImageGetMaximum(image img)", family="statistics", help="Largest pixel.", throws=True)
def image_get_maximum(run: Run, img: Image) -> float:
    return float(_real(img, "maximum").max())


@builtin(
    "void ImageGetMeanAndVariance(image img, number &mean, number &variance)",
    family="statistics",
    help="Mean of all pixels, and their mean square distance from it.",
    throws=True,
)
def image_get_mean_and_variance(run: Run, img: Image, mean: Reference, variance: Reference) -> None:
    values = _real(img, "variance")
    mean.set(float(_sum(values) / values.size))
    variance.set(float(np.var(values, dtype=np.float64)))
