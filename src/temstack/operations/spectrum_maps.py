"""Spectrum: maps of elements, backgrounds, thickness, zero-loss, references, components."""

from __future__ import annotations

from temstack.operations.declaration import Operation, Parameter
from temstack.operations.kinds import Choice, Flag, Number, Numbers, Points, StackInput, Whole
from temstack.operations.spectrum_kinds import EnergyWindows, Line, References
from temstack.operations.volume_planes import CALIBRATED

_SPECTRA = ("stack", "spectrum image", "line of spectra")
_PRE = Parameter("pre", EnergyWindows(), "Planes before the edge, where there is only background.")
_POST = Parameter("post", EnergyWindows(), "Planes behind the edge.")
_WINDOW = Parameter("window", EnergyWindows(), "Which planes.")
_BACKGROUND = Parameter("window", EnergyWindows(), "Planes where there is only background, two or more.")
_WHERE = Parameter("window", EnergyWindows(), "Where to look for the peak; left out, everywhere.", None)
_MODEL = Parameter("model", Choice(options=("power_law", "exponential")), "How the background falls.", "power_law")
_FIT = Parameter(
    "fit",
    Choice(options=("likelihood", "two_areas")),
    "How it is fitted: as counted electrons have it, or Egerton's closed form.",
    "likelihood",
)
_INTERPOLATION = Parameter(
    "interpolation",
    Choice(options=("cubic", "linear", "whole-channel")),
    "How values between channels are found.",
    "cubic",
)
_MEAN = Parameter("mean", Flag(), "Counts per plane instead of the sum over the window.", False)
_SHIFTS = "the spectrum of each pixel is read at energies of its own"

OPERATIONS = (
    Operation(
        name="extract_spectrum",
        menu=("Spectrum", "Spectra"),
        summary="Add up an area, energy by energy: its spectrum.",
        function="temstack.spectrum.extraction:extract_spectrum",
        parameters=(
            Parameter("region", Numbers(count=4, units="axis"), "The area: top, left, bottom, right.", None),
            Parameter("point", Numbers(count=2, units="axis"), "One pixel instead, Y,X.", None),
            Parameter("polygon", Points(least=3, units="axis"), "What lies inside a polygon instead.", None),
            Parameter("line", Line(units="axis"), "What lies along a line instead.", None),
            Parameter("width_px", Number(units="px", above=0), "Width of the line.", 1.0),
            Parameter("mask", StackInput(), "The pixels that are not 0 in this image instead.", None),
            CALIBRATED,
            Parameter("mean", Flag(), "Counts per pixel instead of their sum.", False),
        ),
        methods="the spectrum of an area was extracted",
        inputs=("stack", "spectrum image", "line of spectra"),
        output="spectrum",
    ),
    Operation(
        name="energy_window_image",
        menu=("Spectrum", "Maps"),
        summary="Add up the planes of an energy window.",
        function="temstack.spectrum.sums:energy_window_image",
        parameters=(_WINDOW, _MEAN),
        methods="the energy window {window} was added up",
        inputs=_SPECTRA,
        output="image",
    ),
    Operation(
        name="elemental_map",
        menu=("Spectrum", "Maps"),
        summary="Map an element: counts behind its edge less the background fitted before it.",
        function="temstack.spectrum.maps:elemental_map",
        parameters=(
            _PRE,
            _POST,
            _MODEL,
            _FIT,
            _MEAN,
            Parameter("counts_per_electron", Number(above=0), "Where the file does not say it.", None),
        ),
        methods="a background fitted at {pre} was subtracted from {post} at every pixel",
        inputs=_SPECTRA,
        output="image",
    ),
    Operation(
        name="jump_ratio",
        menu=("Spectrum", "Maps"),
        summary="Divide the plane behind an edge by that before it.",
        function="temstack.spectrum.maps:jump_ratio",
        parameters=(_PRE, _POST),
        methods="the jump ratio of {post} and {pre} was calculated",
        inputs=_SPECTRA,
        output="image",
    ),
    Operation(
        name="subtract_background",
        menu=("Spectrum", "Background"),
        summary="Subtract the background fitted at every pixel.",
        function="temstack.spectrum.maps:subtract_background",
        parameters=(_BACKGROUND, _MODEL, _FIT),
        methods="a background fitted at {window} was subtracted at every pixel",
        inputs=_SPECTRA,
    ),
    Operation(
        name="thickness",
        menu=("Spectrum", "Low loss"),
        summary="Map the thickness in mean free paths, by the log-ratio method.",
        function="temstack.spectrum.thickness:thickness",
        parameters=(
            Parameter(
                "threshold_ev",
                Number(units="eV"),
                "Where the zero-loss peak ends; left out, the first minimum behind it.",
                None,
            ),
            Parameter("zero_loss", StackInput(), "The zero-loss image, where the input is an unfiltered one.", None),
            Parameter("mean_free_path_nm", Number(units="nm", above=0), "To get nm instead of t/λ.", None),
        ),
        methods="the relative thickness was calculated by the log-ratio method",
        inputs=(*_SPECTRA, "image", "spectrum"),
        output="image",
    ),
    Operation(
        name="zero_loss_position",
        menu=("Spectrum", "Low loss"),
        summary="Map where the zero-loss peak lies.",
        function="temstack.spectrum.zero_loss:zero_loss_position",
        parameters=(_WHERE,),
        methods="the position of the zero-loss peak was found at every pixel",
        inputs=_SPECTRA,
        output="image",
    ),
    Operation(
        name="align_zero_loss",
        menu=("Spectrum", "Low loss"),
        summary="Put the zero-loss peak of every pixel at 0 eV.",
        function="temstack.spectrum.zero_loss:align_zero_loss",
        parameters=(_WHERE, _INTERPOLATION),
        methods="spectra were aligned by their zero-loss peaks",
        inputs=_SPECTRA,
        streams=False,
        whole_stack_reason=_SHIFTS,
    ),
    Operation(
        name="non_isochromaticity",
        menu=("Spectrum", "Low loss"),
        summary="Map by how much the energy differs over the image, from a zero-loss fine series.",
        function="temstack.spectrum.zero_loss:non_isochromaticity",
        parameters=(
            _WHERE,
            Parameter("order", Whole(lowest=0, highest=6), "Degree of the surface that is fitted to the peaks.", 2),
        ),
        methods="the non-isochromaticity of the filter was measured by a zero-loss series",
        inputs=_SPECTRA,
        output="image",
    ),
    Operation(
        name="correct_energies",
        menu=("Spectrum", "Low loss"),
        summary="Read every pixel at its own energies, as a map of differences says.",
        function="temstack.spectrum.zero_loss:correct_energies",
        parameters=(Parameter("shift_ev", StackInput(), "The map, in eV."), _INTERPOLATION),
        methods="energies were corrected at every pixel by {shift_ev}",
        inputs=_SPECTRA,
        streams=False,
        whole_stack_reason=_SHIFTS,
    ),
    Operation(
        name="fit_references",
        menu=("Spectrum", "Components"),
        summary="Fit reference spectra to every pixel, by linear least squares.",
        function="temstack.spectrum.references:fit_references",
        parameters=(
            Parameter("references", References(), "The reference spectra."),
            Parameter("window", EnergyWindows(), "Which energies take part; left out, all.", None),
        ),
        methods="reference spectra were fitted at every pixel by weighted linear least squares",
        inputs=_SPECTRA,
        output="stack",
    ),
    Operation(
        name="denoise",
        menu=("Spectrum", "Components"),
        summary="Keep the strongest principal components, weighted for counting noise.",
        function="temstack.spectrum.denoising:denoise",
        parameters=(
            Parameter("components", Whole(lowest=1), "How many; left out, those that rise above noise.", None),
        ),
        methods="{components} principal components, weighted for counting noise, were kept",
        inputs=_SPECTRA,
    ),
)
