"""Align: what the history says of stacks that were aligned, so that it can be done again and told.

``temstack align`` has options of its own; these declarations read what :mod:`temstack.drift` writes into the history.
Done again, the drift of the other stack is estimated anew with the same settings: it is another drift.
"""

from __future__ import annotations

from temstack.operations.declaration import Operation, Parameter
from temstack.operations.kinds import Choice, Flag, Kind, Number, Text

_INTERPOLATION = Parameter(
    "interpolation",
    Choice(options=("fourier", "cubic", "linear", "whole-pixel")),
    "How values between pixels are found.",
    "fourier",
)
_EDGES = Parameter(
    "edges", Choice(options=("crop", "fill")), "Keep the area that all planes saw, or the whole field.", "crop"
)
_ESTIMATOR = Parameter(
    "estimator",
    Text(what="graph|path|cascade|reference"),
    "How the drift follows from the pairs of planes.",
    "graph",
)
_SETTINGS = Parameter("settings", Kind(), "Settings of the estimate, as the history keeps them.", None)

OPERATIONS = (
    Operation(
        name="apply_drift",
        menu=("Align", "Drift"),
        summary="Estimate the drift, and shift every plane back.",
        function="temstack.operations.drift_again:apply_drift",
        parameters=(_INTERPOLATION, _EDGES, _ESTIMATOR, _SETTINGS),
        methods=(
            "drift was estimated by normalised cross-correlation of pairs of planes (estimator {estimator}) and taken "
            "out by shifting each plane once ({interpolation} interpolation)"
        ),
    ),
    Operation(
        name="sum_aligned",
        menu=("Align", "Drift"),
        summary="Estimate the drift, and add all planes up without it.",
        function="temstack.operations.drift_again:sum_aligned",
        parameters=(
            _ESTIMATOR,
            Parameter("planes", Number(lowest=1), "How many planes were added; told only.", None),
            _SETTINGS,
            _INTERPOLATION,
            _EDGES,
            Parameter("weights", Choice(options=("equal", "exposure")), "What each plane weighs.", "equal"),
            Parameter("mean", Flag(), "The mean plane instead of the sum.", False),
        ),
        methods=(
            "drift was estimated by normalised cross-correlation of pairs of planes (estimator {estimator}), and "
            "{planes} planes were added without it"
        ),
        output="image",
    ),
)
