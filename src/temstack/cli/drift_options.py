"""The options of ``temstack align``, each with its words and units."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer


class Estimator(StrEnum):
    """How the drift is solved for."""

    graph = "graph"
    path = "path"
    cascade = "cascade"
    reference = "reference"


class Window(StrEnum):
    """How planes fade out towards their edges."""

    tukey = "tukey"
    hann = "hann"
    none = "none"


class Interpolation(StrEnum):
    """How values between pixels are found."""

    fourier = "fourier"
    cubic = "cubic"
    linear = "linear"
    whole_pixel = "whole-pixel"


class Edges(StrEnum):
    """What happens where not all planes have been recorded."""

    crop = "crop"
    fill = "fill"


def _option(panel: str | None, name: str, text: str, metavar: str | None = None) -> Any:
    return typer.Option(name, metavar=metavar, help=text, rich_help_panel=panel, show_default=False)


def _choice(panel: str, name: str, text: str) -> Any:
    return typer.Option(name, help=text, rich_help_panel=panel, show_default=True)


_FIND = "How the drift is found"
_FILTER = "Filters, applied to every plane before correlating"
_APPLY = "How it is applied"

Add = Annotated[bool, _option(None, "--add", "Write the sum of the aligned planes, one image.")]
Report = Annotated[Path | None, _option(None, "--report", "Write a page that shows how well it went.", "PAGE.html")]
SaveDrift = Annotated[Path | None, _option(None, "--save-drift", "Keep the drift as a text file.", "FILE")]

EstimatorChoice = Annotated[
    Estimator,
    _choice(
        _FIND,
        "--estimator",
        "graph: all pairs together, the best fit; path: every plane by way of every other (SDSD); "
        "cascade: each plane on the one before; reference: each plane on plane K.",
    ),
]
Reference = Annotated[
    int, _option(_FIND, "--reference", "The plane that path and reference refer to; 0 is the first.", "K")
]
Pairs = Annotated[
    str,
    _option(_FIND, "--pairs", "Which pairs to correlate: all, or only planes up to N apart.", "auto|all|N"),
]
MaxShift = Annotated[float | None, _option(_FIND, "--max-shift", "No two planes are further apart than this.", "PX")]
Threshold = Annotated[
    float, _option(_FIND, "--threshold", "Leave out pairs whose correlation peak is lower, 0 to 1.", "PEAK")
]
LookAt = Annotated[
    str | None,
    _option(
        _FIND,
        "--region",
        "Look only at this area, in px, to keep burnt-in captions out; whole planes are aligned.",
        "TOP,LEFT,BOTTOM,RIGHT",
    ),
]
Mask = Annotated[
    Path | None, _option(_FIND, "--mask", "Look only where this image, of the same size, is white.", "IMAGE")
]
Pins = Annotated[
    list[str] | None,
    _option(_FIND, "--pin", "The drift of this plane is known, px. Repeat for more.", "PLANE=Y,X"),
]
Prior = Annotated[
    str | None,
    _option(
        _FIND,
        "--prior",
        "What is known beforehand: linear, a steady drift; or a saved drift, or a text file of y and x in px per plane "
        "(moves of the stage; nan where not known).",
        "linear|FILE",
    ),
]
PriorSigma = Annotated[
    float | None, _option(_FIND, "--prior-sigma", "Standard deviation of the planes from --prior.", "PX")
]
ApplyDrift = Annotated[
    Path | None,
    _option(
        _FIND,
        "--apply-drift",
        "Apply a drift that was saved, also to another binning; nothing is estimated.",
        "FILE",
    ),
]

Sobel = Annotated[bool, _option(_FILTER, "--sobel", "Edges instead of grey values.")]
Median = Annotated[bool, _option(_FILTER, "--median", "Median of 3 × 3 px, against single hot pixels.")]
Gaussian = Annotated[float, _option(_FILTER, "--gaussian", "Smooth with this standard deviation, px.", "PX")]
BandPass = Annotated[
    str | None,
    _option(
        _FILTER,
        "--band-pass",
        "Keep details between these frequencies, cycles per px (0 to 0.5).",
        "LOW,HIGH",
    ),
]
WindowChoice = Annotated[Window, _choice(_FILTER, "--window", "How planes fade out towards their edges.")]
Stabilise = Annotated[
    bool,
    _option(_FILTER, "--variance-stabilise", "Square root of the counts, for the same noise everywhere."),
]

InterpolationChoice = Annotated[
    Interpolation, _choice(_APPLY, "--interpolation", "How values between pixels are found.")
]
EdgesChoice = Annotated[
    Edges, _choice(_APPLY, "--edges", "crop: keep the area that all planes share; fill: keep the size.")
]
FillValue = Annotated[float, _option(_APPLY, "--fill-value", "What to fill with.", "NUMBER")]
