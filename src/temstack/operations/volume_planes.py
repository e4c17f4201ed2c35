"""Volume › Planes: planes go in, come out, and change their order."""

from __future__ import annotations

from temstack.operations.declaration import Operation, Parameter
from temstack.operations.kinds import Choice, Flag, Numbers, Planes, StackInput, Text, Whole, Wholes

CALIBRATED = Parameter(
    "calibrated",
    Flag(),
    "Ranges and places are in the units of their axes instead of counts of pixels and planes.",
    False,
)
OVERFLOW = Parameter(
    "overflow",
    Choice(options=("clip", "wrap", "error")),
    "What happens to values outside the range of the type of pixel.",
    "clip",
)
_PLACES = Parameter(
    "plane_values",
    Numbers(units="axis"),
    "Where the new planes lie along the axis, in its units, if they do not say so themselves.",
    None,
)
_NEW = Parameter("planes", StackInput(), "The stack or image to put in.")
_WHICH = Parameter("planes", Planes(units="axis"), "Which planes, counted from 0, or with --calibrated in axis units.")
_MENU = ("Volume", "Planes")

OPERATIONS = (
    Operation(
        name="append_planes",
        menu=_MENU,
        summary="Put planes behind the last.",
        function="temstack.volume.planes:append_planes",
        parameters=(_NEW, _PLACES, OVERFLOW),
        methods="the planes of {planes} were appended",
    ),
    Operation(
        name="insert_planes",
        menu=_MENU,
        summary="Put planes in before another.",
        function="temstack.volume.planes:insert_planes",
        parameters=(
            _NEW,
            Parameter("index", Whole(lowest=0), "Number that the first of them will have."),
            _PLACES,
            OVERFLOW,
        ),
        methods="the planes of {planes} were inserted before plane {index}",
    ),
    Operation(
        name="replace_planes",
        menu=_MENU,
        summary="Put planes in the place of others.",
        function="temstack.volume.planes:replace_planes",
        parameters=(
            _NEW,
            Parameter("index", Whole(lowest=0), "The first plane that is replaced."),
            _PLACES,
            OVERFLOW,
        ),
        methods="planes from plane {index} on were replaced by those of {planes}",
    ),
    Operation(
        name="extract_planes",
        menu=_MENU,
        summary="Keep only some planes.",
        function="temstack.volume.planes:extract_planes",
        parameters=(_WHICH, CALIBRATED),
        methods="planes {planes} were extracted",
    ),
    Operation(
        name="remove_planes",
        menu=_MENU,
        summary="Leave some planes out.",
        function="temstack.volume.planes:remove_planes",
        parameters=(_WHICH, CALIBRATED),
        methods="planes {planes} were left out",
    ),
    Operation(
        name="reorder_planes",
        menu=_MENU,
        summary="Put the planes into another order.",
        function="temstack.volume.planes:reorder_planes",
        parameters=(
            Parameter(
                "order", Wholes(lowest=0), "Every plane once: the one that comes first, then the next, and so on."
            ),
        ),
        methods="planes were put into another order",
    ),
    Operation(
        name="sort_planes",
        menu=_MENU,
        summary="Sort planes by their positions or by another value.",
        function="temstack.volume.planes:sort_planes",
        parameters=(
            Parameter("by", Text(what="NAME"), "A value of the planes, e.g. time; left out, the position.", None),
            Parameter("descending", Flag(), "The largest first.", False),
        ),
        methods="planes were sorted",
    ),
)
