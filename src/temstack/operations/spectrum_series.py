"""Spectrum › Series: what exposures and focal series are recorded for."""

from __future__ import annotations

from temstack.operations.declaration import Operation, Parameter
from temstack.operations.kinds import Flag, Whole
from temstack.operations.spectrum_kinds import FrameWeights

OPERATIONS = (
    Operation(
        name="add_exposures",
        menu=("Spectrum", "Series"),
        summary="Add aligned frames to one long exposure, each with its weight.",
        function="temstack.analysis.exposures:add_exposures",
        parameters=(
            Parameter("weights", FrameWeights(), "What each frame counts for.", "counting"),
            Parameter("mean", Flag(), "The mean frame instead of the sum.", False),
        ),
        methods="aligned frames were added with weights ({weights})",
        output="image",
    ),
    Operation(
        name="diffractograms",
        menu=("Spectrum", "Series"),
        summary="Show the power spectrum of each plane, averaged over tiles.",
        function="temstack.analysis.diffractograms:diffractograms",
        parameters=(Parameter("tile_px", Whole(units="px", lowest=16), "Side of the tiles.", 256),),
        methods="power spectra of tiles of {tile_px} px were averaged",
    ),
)
