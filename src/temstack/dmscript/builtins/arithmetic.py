"""Functions of numbers that also work on images, pixel after pixel.

Each takes Python numbers and gives a Python number, or NumPy arrays among its arguments and gives an array; so
they join the evaluation of whole image expressions. Functions without arguments (``random()``) take the
``shape`` of the pixels wanted.
"""

# ruff: noqa: D103 - what a function does stands in its declaration

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from temstack.dmscript.context import Run
from temstack.dmscript.conversion import RGB, RGB_PIXEL
from temstack.dmscript.signatures import builtin

Value = Any
Array = NDArray[Any]


Row = tuple[str, Callable[..., Value], Callable[..., Value], str]


def _arrays(values: tuple[Value, ...]) -> bool:
    return any(isinstance(value, np.ndarray) for value in values)


def by_pixel(
    *declarations: str,
    scalar: Callable[..., Value],
    array: Callable[..., Value],
    help: str,  # noqa: A002 - the word for it
) -> None:
    """Declare a function of numbers by how it treats one number and how it treats arrays of them."""

    @builtin(*declarations, family="arithmetic", help=help, elementwise=True)
    def function(run: Run, *values: Value) -> Value:
        if _arrays(values):
            with np.errstate(all="ignore"):
                return array(*values)
        try:
            return scalar(*values)
        except (ValueError, ZeroDivisionError):
            return _as_numpy(array, values)
        except OverflowError:
            return _as_numpy(array, values)


def _as_numpy(array: Callable[..., Value], values: tuple[Value, ...]) -> Value:
    """Return what C would give where Python raises: infinity or not-a-number."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = np.asarray(array(*(np.asarray(value) for value in values)))
    return complex(found) if found.dtype.kind == "c" else float(found)


def _real_and_complex(name: str, real: Callable[..., Value], both: Callable[..., Value], what: str) -> None:
    import cmath

    of_complex = getattr(cmath, real.__name__, lambda z: complex(both(z)))
    by_pixel(f"number {name}(number x)", scalar=real, array=both, help=what)
    by_pixel(f"complexnumber {name}(complexnumber z)", scalar=of_complex, array=both, help=what)


REAL_AND_COMPLEX: tuple[Row, ...] = (
    ("sqrt", math.sqrt, np.sqrt, "Square root; of a negative number not a number."),
    ("exp", math.exp, np.exp, "e to the power of x."),
    ("log", math.log, np.log, "Natural logarithm."),
    ("sin", math.sin, np.sin, "Sine of an angle in radians."),
    ("cos", math.cos, np.cos, "Cosine of an angle in radians."),
    ("tan", math.tan, np.tan, "Tangent of an angle in radians."),
    ("sinh", math.sinh, np.sinh, "Hyperbolic sine."),
    ("cosh", math.cosh, np.cosh, "Hyperbolic cosine."),
    ("tanh", math.tanh, np.tanh, "Hyperbolic tangent."),
)
for _name, _scalar, _array, _help in REAL_AND_COMPLEX:
    _real_and_complex(_name, _scalar, _array, _help)


def _round(x: float) -> float:
    return math.copysign(math.floor(abs(x) + 0.5), x) if math.isfinite(x) else x


def _round_all(x: Array) -> Array:
    return np.asarray(np.copysign(np.floor(np.abs(x) + 0.5), x))


def _whole_part(function: Callable[[float], int]) -> Callable[[float], float]:
    return lambda x: float(function(x)) if math.isfinite(x) else x


def _sign(x: float) -> float:
    return float((x > 0) - (x < 0))


def _exp10(x: float) -> float:
    return float(10.0**x)


def _factorial(x: float) -> float:
    return float(math.gamma(math.floor(x) + 1.0))


def _special(name: str) -> Callable[..., Array]:
    def function(x: Array) -> Array:
        import scipy.special

        return np.asarray(getattr(scipy.special, name)(x))

    return function


def _factorial_all(x: Array) -> Array:
    return _special("gamma")(np.floor(x) + 1)


OF_ONE: tuple[Row, ...] = (
    ("log10", math.log10, np.log10, "Logarithm to base 10."),
    ("log2", math.log2, np.log2, "Logarithm to base 2."),
    ("log1", math.log1p, np.log1p, "Natural logarithm of 1 + x."),
    ("exp1", math.expm1, np.expm1, "e to the power of x, less 1."),
    ("exp2", math.exp2, np.exp2, "2 to the power of x."),
    ("exp10", _exp10, lambda x: np.power(10.0, x), "10 to the power of x."),
    ("asin", math.asin, np.arcsin, "Angle in radians whose sine is x."),
    ("acos", math.acos, np.arccos, "Angle in radians whose cosine is x."),
    ("atan", math.atan, np.arctan, "Angle in radians whose tangent is x."),
    ("asinh", math.asinh, np.arcsinh, "Inverse hyperbolic sine."),
    ("acosh", math.acosh, np.arccosh, "Inverse hyperbolic cosine."),
    ("atanh", math.atanh, np.arctanh, "Inverse hyperbolic tangent."),
    ("floor", _whole_part(math.floor), np.floor, "Largest whole number not above x."),
    ("ceil", _whole_part(math.ceil), np.ceil, "Smallest whole number not below x."),
    ("trunc", _whole_part(math.trunc), np.trunc, "x without its fraction."),
    ("round", _round, _round_all, "Nearest whole number; halves go away from 0."),
    ("nearest", _round, _round_all, "Nearest whole number; halves go away from 0."),
    ("sgn", _sign, np.sign, "-1, 0 or 1: the sign of x."),
    ("erf", math.erf, _special("erf"), "Error function."),
    ("erfc", math.erfc, _special("erfc"), "1 less the error function."),
    ("gamma", math.gamma, _special("gamma"), "Gamma function."),
    ("lngamma", math.lgamma, _special("gammaln"), "Natural logarithm of the gamma function."),
    ("factorial", _factorial, _factorial_all, "1·2·…·x."),
    ("besselj0", lambda x: float(_special("j0")(x)), _special("j0"), "Bessel function J0."),
    ("besselj1", lambda x: float(_special("j1")(x)), _special("j1"), "Bessel function J1."),
)
for _name, _scalar, _array, _help in OF_ONE:
    by_pixel(f"number {_name}(number x)", scalar=_scalar, array=_array, help=_help)

by_pixel("number isNaN(number x)", scalar=lambda x: float(x != x), array=np.isnan, help="Whether x is not a number.")
by_pixel(
    "number isInfinite(number x)",
    scalar=lambda x: float(math.isinf(x)),
    array=np.isinf,
    help="Whether x is infinite.",
)
by_pixel(
    "number isFinite(number x)",
    scalar=lambda x: float(math.isfinite(x)),
    array=np.isfinite,
    help="Whether x is a finite number.",
)


# --- of two or three numbers ------------------------------------------------------------------


def _nan_if_zero(function: Callable[[float, float], float]) -> Callable[[float, float], float]:
    return lambda a, b: function(a, b) if b else math.nan


OF_TWO: tuple[Row, ...] = (
    ("atan2", math.atan2, np.arctan2, "Angle in radians of the point (x, y), given y first."),
    ("mod", _nan_if_zero(math.fmod), np.fmod, "Remainder of a / b, with the sign of a."),
    ("remainder", _nan_if_zero(math.fmod), np.fmod, "Remainder of a / b, with the sign of a."),
    ("pow", math.pow, np.power, "a to the power of b."),
    ("distance", math.hypot, np.hypot, "Square root of a² + b²."),
    ("minimum", min, np.minimum, "The smaller one."),
    ("maximum", max, np.maximum, "The larger one."),
    ("min", min, np.minimum, "The smaller one."),
    ("max", max, np.maximum, "The larger one."),
)
for _name, _scalar, _array, _help in OF_TWO:
    by_pixel(f"number {_name}(number a, number b)", scalar=_scalar, array=_array, help=_help)

by_pixel(
    "number min(number a, number b, number c)",
    scalar=min,
    array=lambda a, b, c: np.minimum(np.minimum(a, b), c),
    help="The smallest one.",
)
by_pixel(
    "number max(number a, number b, number c)",
    scalar=max,
    array=lambda a, b, c: np.maximum(np.maximum(a, b), c),
    help="The largest one.",
)
by_pixel(
    "number tert(number condition, number a, number b)",
    "complexnumber tert(number condition, complexnumber a, complexnumber b)",
    "rgbnumber tert(number condition, rgbnumber a, rgbnumber b)",
    "string tert(number condition, string a, string b)",
    scalar=lambda condition, a, b: a if condition else b,
    array=lambda condition, a, b: np.where(condition, _colours(a), _colours(b)),
    help="a where the condition is not 0, else b.",
)


def _colours(value: Value) -> Value:
    return np.array(tuple(value), RGB_PIXEL) if isinstance(value, RGB) else value


# --- complex numbers --------------------------------------------------------------------------


def _complex_of(re: Array, im: Array) -> Array:
    return np.asarray(np.multiply(im, 1j) + re)


def _squared(z: Array) -> Array:
    return np.asarray(np.real(z) ** 2 + np.imag(z) ** 2)


by_pixel("number abs(number x)", scalar=abs, array=np.abs, help="Size without sign.")
by_pixel("number abs(complexnumber z)", scalar=abs, array=np.abs, help="Size of a complex number.")
by_pixel("complexnumber complex(number re, number im)", scalar=complex, array=_complex_of, help="The number re + im·i.")

PARTS: tuple[Row, ...] = (
    ("real", lambda z: float(z.real), np.real, "Real part."),
    ("imaginary", lambda z: float(z.imag), np.imag, "Imaginary part."),
    ("modulus", abs, np.abs, "Size of a complex number."),
    ("phase", lambda z: math.atan2(z.imag, z.real), np.angle, "Angle of a complex number in radians."),
    ("norm", lambda z: float(z.real**2 + z.imag**2), _squared, "Square of the size of a complex number."),
)
for _name, _scalar, _array, _help in PARTS:
    by_pixel(f"number {_name}(complexnumber z)", scalar=_scalar, array=_array, help=_help)

by_pixel(
    "complexnumber conjugate(complexnumber z)",
    scalar=lambda z: complex(z).conjugate(),
    array=np.conjugate,
    help="The number with the sign of its imaginary part changed.",
)
by_pixel(
    "complexnumber cis(number phase)",
    scalar=lambda x: complex(math.cos(x), math.sin(x)),
    array=lambda x: np.exp(np.multiply(x, 1j)),
    help="The complex number of size 1 and this angle.",
)
by_pixel(
    "complexnumber rect(complexnumber z)",
    scalar=lambda z: complex(z.real * math.cos(z.imag), z.real * math.sin(z.imag)),
    array=lambda z: np.real(z) * np.exp(1j * np.imag(z)),
    help="The number whose size and angle are the two parts of z.",
)
by_pixel(
    "complexnumber polar(complexnumber z)",
    scalar=lambda z: complex(abs(z), math.atan2(z.imag, z.real)),
    array=lambda z: np.abs(z) + 1j * np.angle(z),
    help="Size and angle of z as the two parts of a complex number.",
)


# --- colours ----------------------------------------------------------------------------------


def _byte(value: float) -> int:
    return min(max(int(value), 0), 255) if value == value else 0


def _rgb(red: float, green: float, blue: float, alpha: float = 0) -> RGB:
    return RGB(_byte(red), _byte(green), _byte(blue), _byte(alpha))


def _rgb_all(red: Array, green: Array, blue: Array, alpha: Value = 0) -> Array:
    channels = np.broadcast_arrays(red, green, blue, alpha)
    colours = np.zeros(channels[0].shape, RGB_PIXEL)
    for name, channel in zip(("red", "green", "blue", "alpha"), channels, strict=True):
        colours[name] = np.clip(channel, 0, 255)
    return colours


by_pixel(
    "rgbnumber rgb(number red, number green, number blue)",
    "rgbnumber rgba(number red, number green, number blue, number alpha)",
    scalar=_rgb,
    array=_rgb_all,
    help="The colour of these three, 0 to 255 each.",
)


def _channel(name: str) -> None:
    def of_all(colours: Array) -> Array:
        return colours[name].astype(np.float64) if colours.dtype == RGB_PIXEL else np.asarray(colours)

    by_pixel(
        f"number {name}(rgbnumber colour)",
        scalar=lambda colour: float(getattr(colour, name)) if isinstance(colour, RGB) else float(colour),
        array=of_all,
        help=f"How much {name} a colour has, 0 to 255.",
    )


for _name in ("red", "green", "blue", "alpha"):
    _channel(_name)


# --- constants and random numbers -------------------------------------------------------------


@builtin("number Pi()", family="arithmetic", help="3.14159…")
def pi(run: Run) -> float:
    return math.pi


@builtin("number Infinity()", family="arithmetic", help="A number larger than any other.")
def infinity(run: Run) -> float:
    return math.inf


@builtin("number NaN()", family="arithmetic", help="Not a number.")
def nan(run: Run) -> float:
    return math.nan


@builtin(
    "number Random()",
    "number UniformRandom()",
    family="arithmetic",
    help="Random number from 0 up to 1, another for each pixel.",
    elementwise=True,
    is_random=True,
)
def random(run: Run, shape: tuple[int, ...] | None = None) -> Value:
    return run.random.random(shape)


@builtin(
    "number GaussianRandom()",
    family="arithmetic",
    help="Random number of mean 0 and standard deviation 1, another for each pixel.",
    elementwise=True,
    is_random=True,
)
def gaussian_random(run: Run, shape: tuple[int, ...] | None = None) -> Value:
    return run.random.standard_normal(shape)


@builtin(
    "number PoissonRandom(number mean)",
    family="arithmetic",
    help="Random count of this mean, another for each pixel.",
    elementwise=True,
    is_random=True,
)
def poisson_random(run: Run, mean: Value, shape: tuple[int, ...] | None = None) -> Value:
    drawn: Value = run.random.poisson(np.maximum(mean, 0), shape)
    return np.asarray(drawn, np.float64) if np.ndim(drawn) else float(drawn)


@builtin("void SetRandomSeed(number seed)", family="arithmetic", help="Start the random numbers again.")
def set_random_seed(run: Run, seed: float) -> None:
    run.random = np.random.default_rng(abs(int(seed)))
