"""What the form of each series asks for, made from its settings: names, units, ranges, help, defaults."""

from __future__ import annotations

import inspect
import re
import types
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le

from temstack.series import SERIES_KINDS, AutoExposure, Series
from temstack.viewer.models.bench import CameraAbout

GROUPS = ("series", "exposure", "camera", "more")
"""Groups of fields in the order of the form; ``"more"`` is folded away at first."""

SET_SAYS = ("exposure_s", "binning", "readout_area", "processing")
"""What a parameter set of the camera says, where one is named."""

_LABELS = {
    "n_planes": "Planes",
    "start_ev": "First energy loss",
    "step_ev": "Step",
    "slit_width_ev": "Slit width",
    "step_nm": "Step",
    "start_nm": "First focus",
    "foci_nm": "Table of foci",
    "interval_s": "Interval",
    "exposure_s": "Exposure",
    "settle_s": "Wait after each move",
    "readout_area": "Readout area",
    "parameter_set": "Parameter set",
    "upper_counts": "Too bright from",
    "lower_counts": "Too dim below",
    "shortest_s": "Shortest exposure",
    "longest_s": "Longest exposure",
    "retakes": "Retakes of one plane",
}
_UNITS = {"_ev": "eV", "_nm": "nm", "_s": "s", "_counts": "counts", "readout_area": "px"}
_GROUP_OF = {
    "exposure_s": "exposure",
    "binning": "camera",
    "processing": "camera",
    "camera": "camera",
    "readout_area": "more",
    "parameter_set": "more",
    "settle_s": "more",
    "title": "more",
    "order": "more",
    "spacing": "more",
    "foci_nm": "more",
    "start_nm": "more",
}
_FIRST: dict[str, dict[str, Any]] = {
    "eftem": {"start_ev": 480.0, "step_ev": 5.0, "n_planes": 21, "exposure_s": 1.0, "auto_exposure": {}},
    "focal": {"n_planes": 21, "step_nm": 8.0, "exposure_s": 0.5},
    "time": {"n_planes": 20, "interval_s": 10.0, "exposure_s": 0.5},
    "exposure": {"n_planes": 20, "exposure_s": 0.1},
}
_LEFT_OUT = {
    "slit_width_ev": ("as it is", 10.0),
    "start_nm": ("centred", -40.0),
    "upper_counts": ("½ saturation", 30_000.0),
    "lower_counts": ("⅛ of that", 3000.0),
    "shortest_s": ("camera's own", 0.01),
    "longest_s": ("60 s", 10.0),
    "n_planes": ("from the table", 21),
    "step_nm": ("from the table", 8.0),
}
"""Numbers that may be left out: what that means, and what is proposed instead."""

_LARGEST, _LARGEST_COUNT = 1e6, 100_000


@dataclass(frozen=True)
class Field:
    """One thing that a form asks for.

    Parameters
    ----------
    name : str
        Of the setting.
    label, unit, help : str
    kind : str
        ``"number"``, ``"count"``, ``"choice"``, ``"pair"``, ``"area"``, ``"numbers"`` or ``"text"``.
    group : str
        One of :data:`GROUPS`.
    is_optional : bool
        It may be left out.
    left_out, proposed : str, float
        What is shown where it is left out, and what is proposed where it is not.
    low, high : float
        Range of a number or count.
    choices : tuple of str
    """

    name: str
    label: str
    unit: str
    help: str
    kind: str
    group: str
    is_optional: bool = False
    left_out: str = ""
    proposed: float = 0.0
    low: float = -_LARGEST
    high: float = _LARGEST
    choices: tuple[str, ...] = ()


@cache
def fields_of(kind: str) -> tuple[Field, ...]:
    """Return the fields of a kind of series, in the order of the form.

    Examples
    --------
    >>> [field.name for field in fields_of("time")][:3]
    ['n_planes', 'interval_s', 'exposure_s']
    >>> fields_of("eftem")[1].unit
    'eV'
    """
    model = SERIES_KINDS[kind]
    inherited = [name for name in Series.model_fields if name not in ("kind", "auto_exposure")]
    own = [name for name in model.model_fields if name not in Series.model_fields]
    made = [_field(model, name) for name in own + inherited]
    return tuple(sorted(made, key=lambda field: GROUPS.index(field.group)))


@cache
def rule_fields() -> tuple[Field, ...]:
    """Return the fields of automatic exposure."""
    return tuple(_field(AutoExposure, name) for name in AutoExposure.model_fields)


def first_values(kind: str) -> dict[str, Any]:
    """Return what a new form shows."""
    model = SERIES_KINDS[kind]
    defaults = {name: one.default for name, one in model.model_fields.items() if not one.is_required()}
    return {**defaults, **_FIRST[kind]}


def values_of(series: Series) -> dict[str, Any]:
    """Return what a form shows of a series that was loaded."""
    rules = series.auto_exposure
    values = {name: getattr(series, name) for name in type(series).model_fields}
    return {**values, "auto_exposure": None if rules is None else rules.as_mapping()}


def series_of(kind: str, values: Mapping[str, Any]) -> Series:
    """Return the series that a form describes; what is empty is left out.

    Raises
    ------
    SettingError
        If it cannot be meant.

    Examples
    --------
    >>> series_of("focal", {"n_planes": 3, "step_nm": 5.0, "title": ""}).positions.tolist()
    [-5.0, 0.0, 5.0]
    """
    given = {name: value for name, value in values.items() if value not in (None, "", ()) and name != "kind"}
    if "parameter_set" in given:  # it says these
        given = {name: value for name, value in given.items() if name not in SET_SAYS}
    if given.get("foci_nm") is not None:  # the table says it all
        given = {name: value for name, value in given.items() if name not in ("n_planes", "step_nm", "start_nm")}
    rules = given.get("auto_exposure")
    if isinstance(rules, Mapping):
        given["auto_exposure"] = {name: value for name, value in rules.items() if value is not None}
    return SERIES_KINDS[kind](**given)


def planes_to(start: float, step: float, stop: float) -> int:
    """Return how many planes there are from a first to a last position, at least one.

    >>> planes_to(480.0, 5.0, 580.0), planes_to(480.0, 5.0, 400.0)
    (21, 1)
    """
    if step == 0:
        return 1
    return min(max(round((stop - start) / step) + 1, 1), _LARGEST_COUNT)


def summary(series: Series) -> str:
    """Return where the planes lie, in words.

    >>> from temstack.series import EftemSeries
    >>> summary(EftemSeries(start_ev=480, step_ev=5, n_planes=21))
    '21 planes, 480 to 580 eV'
    """
    positions, units = series.positions, series.position_units
    if series.plane_dim == "exposure":
        return f"{len(positions)} planes"
    return f"{len(positions)} planes, {positions[0]:g} to {positions[-1]:g} {units}"


def fitted(field: Field, camera: CameraAbout) -> Field:
    """Return a field as a camera allows it: its binnings, its exposures."""
    if field.name == "binning":
        return replace(field, choices=tuple(f"{y} × {x}" for y, x in camera.binnings))
    if field.unit == "s" and field.group == "exposure":
        return replace(field, low=camera.exposure_range_s[0], high=camera.exposure_range_s[1])
    return field


def _field(model: type[Any], name: str) -> Field:
    info = model.model_fields[name]
    plain, is_optional = _without_none(info.annotation)
    kind, choices = _kind_of(plain)
    marks = [*info.metadata, *_marks(info.annotation)]
    low: Any = next((mark.ge for mark in marks if isinstance(mark, Ge)), None)
    above = next((mark.gt for mark in marks if isinstance(mark, Gt)), None)
    high: Any = next((mark.le for mark in marks if isinstance(mark, Le)), None)
    unit = next((unit for ending, unit in _UNITS.items() if name.endswith(ending)), "")
    return Field(
        name=name,
        label=_LABELS.get(name, name.replace("_", " ").capitalize()),
        unit=unit,
        help=_help_texts(model).get(name, ""),
        kind=kind,
        group="exposure" if model is AutoExposure else _GROUP_OF.get(name, "series"),
        is_optional=is_optional,
        left_out=_LEFT_OUT.get(name, ("", 0.0))[0],
        proposed=_LEFT_OUT.get(name, ("", 0.0))[1],
        low=float(low) if low is not None else 0.001 if above is not None else -_LARGEST,
        high=float(high) if high is not None else _LARGEST,
        choices=choices,
    )


def _without_none(annotation: Any) -> tuple[Any, bool]:
    if get_origin(annotation) in (Union, types.UnionType):
        rest = [one for one in get_args(annotation) if one is not type(None)]
        return rest[0], True
    return annotation, False


def _marks(annotation: Any) -> list[Any]:
    """Return the limits that stand in an optional annotation, where pydantic does not collect them."""
    plain, _ = _without_none(annotation)
    if get_origin(plain) is not Annotated:
        return []
    return [mark for extra in plain.__metadata__ for mark in getattr(extra, "metadata", [extra])]


def _kind_of(annotation: Any) -> tuple[str, tuple[str, ...]]:
    if get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) is Literal:
        return "choice", get_args(annotation)
    if get_origin(annotation) is tuple:
        parts = get_args(annotation)
        return ("numbers" if Ellipsis in parts else {2: "pair", 4: "area"}[len(parts)]), ()
    return {float: "number", int: "count", str: "text"}[annotation], ()


def _help_texts(model: type[Any]) -> dict[str, str]:
    """Return what the docstrings of a model say of each setting, as one line."""
    texts: dict[str, str] = {}
    for each in reversed(model.__mro__):
        documented = inspect.cleandoc(each.__doc__ or "")
        section = documented.partition("Parameters\n----------\n")[2].split("\n\n")[0]
        for names, body in re.findall(r"^(\w[\w, ]*) : .*\n((?:    .*\n?)*)", section, re.MULTILINE):
            for name in names.split(", "):
                texts[name] = " ".join(body.split()).replace("`", "")
    return texts
