"""Volume › Calculate and Filter: what changes the values of pixels."""

from __future__ import annotations

from temstack.operations.declaration import Operation, Parameter
from temstack.operations.kinds import Choice, Flag, Number, Numbers, StackInput, Whole
from temstack.operations.volume_planes import CALIBRATED

_FLAT = ("stack", "image")
_OTHER_SIDE = (
    Parameter("number", Number(units="counts"), "One number for all pixels.", None),
    Parameter("plane", Whole(lowest=0), "A plane of the stack, put against every plane.", None),
    Parameter("other", StackInput(), "A stack, plane by plane, or an image, put against every plane.", None),
)


def _calculation(name: str, summary: str, methods: str) -> Operation:
    return Operation(
        name=name,
        menu=("Volume", "Calculate"),
        summary=summary,
        function=f"temstack.volume.arithmetic:{name}",
        parameters=_OTHER_SIDE,
        methods=methods,
        inputs=_FLAT,
    )


OPERATIONS = (
    _calculation("add", "Add a number, a plane, or another stack.", "something was added to the counts"),
    _calculation(
        "subtract", "Subtract a number, a plane, or another stack.", "something was subtracted from the counts"
    ),
    _calculation("multiply", "Multiply by a number, a plane, or another stack.", "the counts were multiplied"),
    _calculation("divide", "Divide by a number, a plane, or another stack.", "the counts were divided"),
    Operation(
        name="normalise_to_exposure",
        menu=("Volume", "Calculate"),
        summary="Make counts counts per second.",
        function="temstack.volume.arithmetic:normalise_to_exposure",
        methods="counts were divided by the exposure of each plane",
    ),
    Operation(
        name="normalise_to_region",
        menu=("Volume", "Calculate"),
        summary="Make an area, or the whole image, equally bright in all planes.",
        function="temstack.volume.arithmetic:normalise_to_region",
        parameters=(
            Parameter("region", Numbers(count=4, units="axis"), "The area: top, left, bottom, right.", None),
            Parameter("plane", Whole(lowest=0), "The plane that keeps its counts; left out, the mean is kept.", None),
            CALIBRATED,
        ),
        methods="planes were scaled to the same mean brightness of an area",
    ),
    Operation(
        name="despike",
        menu=("Volume", "Filter"),
        summary="Take out X-rays and other spikes.",
        function="temstack.volume.spikes:despike",
        parameters=(
            Parameter(
                "threshold",
                Number(above=0),
                "How many standard deviations a spike stands out of its surroundings.",
                8.0,
            ),
            Parameter("size_px", Whole(lowest=3, units="px"), "Side of the surroundings, odd.", 5),
            Parameter("is_dark_too", Flag(), "Also replace pixels that are too dark.", False),
        ),
        methods="pixels more than {threshold} standard deviations above their surroundings were replaced by the median",
        inputs=_FLAT,
    ),
    Operation(
        name="filter_planes",
        menu=("Volume", "Filter"),
        summary="Filter every plane in itself.",
        function="temstack.volume.filtering:filter_planes",
        parameters=(
            Parameter(
                "how",
                Choice(options=("gaussian", "median", "mean", "high-pass", "gradient")),
                "Which filter.",
                "gaussian",
            ),
            Parameter(
                "width_px",
                Number(above=0, units="px"),
                "Standard deviation of the Gaussian; odd side of the square.",
                1.0,
            ),
        ),
        methods="images were filtered ({how}, {width_px})",
        inputs=_FLAT,
    ),
    Operation(
        name="filter_along_planes",
        menu=("Volume", "Filter"),
        summary="Filter every pixel along the third axis.",
        function="temstack.volume.filtering:filter_along_planes",
        parameters=(
            Parameter("how", Choice(options=("gaussian", "median", "mean", "derivative")), "Which filter.", "gaussian"),
            Parameter(
                "width",
                Number(above=0, units="planes"),
                "Standard deviation of the Gaussian; odd number of planes.",
                1.0,
            ),
        ),
        methods="pixels were filtered along the third axis ({how}, {width})",
    ),
    Operation(
        name="fourier_transform",
        menu=("Volume", "Filter"),
        summary="Take the Fourier transform of every plane.",
        function="temstack.volume.fourier:fourier_transform",
        parameters=(
            Parameter("show", Choice(options=("modulus", "power", "log", "complex")), "What is kept.", "modulus"),
            Parameter("is_windowed", Flag(), "Let planes fade towards their borders first.", False),
        ),
        methods="the Fourier transform ({show}) of every plane was taken",
        inputs=_FLAT,
    ),
    Operation(
        name="complex_part",
        menu=("Volume", "Filter"),
        summary="Take the modulus, phase, real or imaginary part of complex pixels.",
        function="temstack.volume.fourier:complex_part",
        parameters=(
            Parameter("part", Choice(options=("modulus", "phase", "real", "imaginary")), "Which part.", "modulus"),
        ),
        methods="the {part} of complex values was taken",
        inputs=_FLAT,
    ),
)
