"""Calibration: what pixels and values mean.

Functions with ``Dimension`` and those with ``Intensity`` take the origin in units: the value at pixel 0.
``SetOrigin`` and ``GetOrigin`` take it in pixels: where the value is 0. A calibration format of 0 means the
origin is in pixels, 1 that it is in units.
"""

# ruff: noqa: D103 - what a function does stands in its declaration

from __future__ import annotations

from dataclasses import replace

from temstack.dmscript.context import Run
from temstack.dmscript.images import Calibration, Image
from temstack.dmscript.references import Reference
from temstack.dmscript.signatures import builtin

# --- of both directions at once ---------------------------------------------------------------


@builtin("void SetScale(image img, number x, number y)", family="calibration", help="Size of a pixel in units.")
def set_scale(run: Run, img: Image, *scales: float) -> None:
    for dimension, scale in enumerate(scales[: img.data.ndim]):
        kept = img.calibration(dimension).zero_at
        img.calibrate(dimension, scale=scale, origin=-kept * scale)


@builtin("void GetScale(image img, number &x, number &y)", family="calibration", help="Size of a pixel in units.")
def get_scale(run: Run, img: Image, *scales: Reference) -> None:
    for dimension, scale in enumerate(scales):
        scale.set(img.calibrations[dimension].scale if dimension < img.data.ndim else 1.0)


@builtin(
    "void SetOrigin(image img, number x, number y)", family="calibration", help="The pixel whose position is (0, 0)."
)
def set_origin(run: Run, img: Image, *origins: float) -> None:
    for dimension, pixel in enumerate(origins[: img.data.ndim]):
        img.calibrate(dimension, origin=-pixel * img.calibration(dimension).scale)


@builtin(
    "void GetOrigin(image img, number &x, number &y)", family="calibration", help="The pixel whose position is (0, 0)."
)
def get_origin(run: Run, img: Image, *origins: Reference) -> None:
    for dimension, origin in enumerate(origins):
        origin.set(img.calibrations[dimension].zero_at if dimension < img.data.ndim else 0.0)


@builtin("void SetUnitString(image img, string units)", family="calibration", help="Units of x and y.")
def set_unit_string(run: Run, img: Image, units: str) -> None:
    for dimension in range(min(img.data.ndim, 2)):
        img.calibrate(dimension, units=units)


@builtin("string GetUnitString(image img)", family="calibration", help="Units of x.")
def get_unit_string(run: Run, img: Image) -> str:
    return img.calibrations[0].units


@builtin("void GetUnitString(image img, string &units)", family="calibration", help="Units of x.")
def get_unit_string_into(run: Run, img: Image, units: Reference) -> None:
    units.set(img.calibrations[0].units)


# --- of one dimension -------------------------------------------------------------------------


@builtin("number ImageGetDimensionScale(image img, number dim)", family="calibration", help="Step in units.")
def get_dimension_scale(run: Run, img: Image, dimension: float) -> float:
    return img.calibration(dimension).scale


@builtin("void ImageSetDimensionScale(image img, number dim, number scale)", family="calibration", help="Set the step.")
def set_dimension_scale(run: Run, img: Image, dimension: float, scale: float) -> None:
    img.calibrate(dimension, scale=scale)


@builtin(
    "number ImageGetDimensionOrigin(image img, number dim)", family="calibration", help="Value in units at pixel 0."
)
def get_dimension_origin(run: Run, img: Image, dimension: float) -> float:
    return img.calibration(dimension).origin


@builtin(
    "void ImageSetDimensionOrigin(image img, number dim, number origin)",
    family="calibration",
    help="Set the value in units at pixel 0.",
)
def set_dimension_origin(run: Run, img: Image, dimension: float, origin: float) -> None:
    img.calibrate(dimension, origin=origin)


@builtin("string ImageGetDimensionUnitString(image img, number dim)", family="calibration", help="Units.")
def get_dimension_units(run: Run, img: Image, dimension: float) -> str:
    return img.calibration(dimension).units


@builtin(
    "void ImageSetDimensionUnitString(image img, number dim, string units)", family="calibration", help="Set the units."
)
def set_dimension_units(run: Run, img: Image, dimension: float, units: str) -> None:
    img.calibrate(dimension, units=units)


@builtin(
    "void ImageGetDimensionCalibration"
    "(image img, number dim, number &origin, number &scale, string &units, number format)",
    family="calibration",
    help="Origin (format 0: in pixels, 1: in units), step and units.",
)
def get_dimension_calibration(
    run: Run, img: Image, dimension: float, origin: Reference, scale: Reference, units: Reference, form: float
) -> None:
    known = img.calibration(dimension)
    origin.set(known.origin if form else known.zero_at)
    scale.set(known.scale)
    units.set(known.units)


@builtin(
    "void ImageSetDimensionCalibration"
    "(image img, number dim, number origin, number scale, string units, number format)",
    family="calibration",
    help="Set origin (format 0: in pixels, 1: in units), step and units.",
)
def set_dimension_calibration(
    run: Run, img: Image, dimension: float, origin: float, scale: float, units: str, form: float
) -> None:
    img.calibrate(dimension, origin=origin if form else -origin * scale, scale=scale, units=units)


@builtin(
    "void ImageCopyCalibrationFrom(image to, image from)",
    family="calibration",
    help="Take over origin, step and units of all dimensions, and of the intensity.",
)
def image_copy_calibration(run: Run, to: Image, source: Image) -> None:
    to.copy_calibration(source)


# --- of the intensity -------------------------------------------------------------------------


@builtin("number ImageGetIntensityScale(image img)", family="calibration", help="What one count is worth.")
def get_intensity_scale(run: Run, img: Image) -> float:
    return img.intensity.scale


@builtin(
    "void ImageSetIntensityScale(image img, number scale)", family="calibration", help="Say what a count is worth."
)
def set_intensity_scale(run: Run, img: Image, scale: float) -> None:
    img.intensity = replace(img.intensity, scale=scale)


@builtin("number ImageGetIntensityOrigin(image img)", family="calibration", help="What 0 counts are worth.")
def get_intensity_origin(run: Run, img: Image) -> float:
    return img.intensity.origin


@builtin(
    "void ImageSetIntensityOrigin(image img, number origin)", family="calibration", help="Say what 0 counts are worth."
)
def set_intensity_origin(run: Run, img: Image, origin: float) -> None:
    img.intensity = replace(img.intensity, origin=origin)


@builtin("string ImageGetIntensityUnitString(image img)", family="calibration", help="Units of the intensity.")
def get_intensity_units(run: Run, img: Image) -> str:
    return img.intensity.units


@builtin(
    "void ImageSetIntensityUnitString(image img, string units)",
    family="calibration",
    help="Set units of the intensity.",
)
def set_intensity_units(run: Run, img: Image, units: str) -> None:
    img.intensity = replace(img.intensity, units=units)


@builtin(
    "void ImageSetIntensityUnitInfo(image img, string units, number format)",
    family="calibration",
    help="Units of the values; the format says how DM writes them and changes nothing here.",
)
def set_intensity_unit_info(run: Run, img: Image, units: str, form: float) -> None:
    img.intensity = replace(img.intensity, units=units)


@builtin(
    "number ImageIsDimensionCalibrationDisplayed(image img, number dim)",
    family="calibration",
    help="Whether positions along a dimension are told in its units: when it has a calibration.",
    throws=True,
)
def is_calibration_displayed(run: Run, img: Image, dimension: float) -> float:
    return float(img.calibration(dimension) != Calibration())
