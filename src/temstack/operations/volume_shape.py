"""Volume › Parts, Orient, Project and Slice, Type: where pixels lie, and how they are stored."""

from __future__ import annotations

from temstack.operations.declaration import Operation, Parameter
from temstack.operations.kinds import Choice, Flag, Number, Numbers, Points, Span, StackInput, Text, Whole, Wholes
from temstack.operations.volume_planes import CALIBRATED, OVERFLOW

_AXIS = Choice(options=("x", "y", "z"))
_SPANS = tuple(
    Parameter(name, Span(units="axis"), f"Half-open range of {what}; left out, all of them.", None)
    for name, what in (("planes", "planes"), ("y", "rows"), ("x", "columns"))
)
_TYPES = (
    *("bool", "int8", "uint8", "int16", "uint16", "int32", "uint32"),
    *("float32", "float64", "complex64", "complex128"),
)
_ANY = ("stack", "spectrum image", "image")
_FLAT = ("stack", "image")

OPERATIONS = (
    Operation(
        name="assemble",
        menu=("Volume", "Planes"),
        summary="Make a volume of images and stacks.",
        function="temstack.volume.assembling:assemble",
        parameters=(
            Parameter("order_by", Text(what="name|time|TAG"), "What planes are ordered by; left out, as given.", None),
            Parameter(
                "size",
                Choice(options=("same", "pad", "crop", "resample")),
                "What becomes of images of different size.",
                "same",
            ),
            Parameter(
                "axis",
                Choice(options=("plane", "energy_loss", "defocus", "time", "exposure", "tilt")),
                "What the planes differ in.",
                "plane",
            ),
            Parameter("plane_values", Numbers(units="axis"), "Where the planes lie, if they do not say so.", None),
            Parameter("is_descending", Flag(), "The largest first.", False),
        ),
        methods="images were put together as planes of a volume along {axis}",
        inputs=("several",),
        output="stack",
    ),
    Operation(
        name="sub_volume",
        menu=("Volume", "Parts"),
        summary="Cut a box out of the volume.",
        function="temstack.volume.parts:sub_volume",
        parameters=(*_SPANS, CALIBRATED),
        methods="a sub-volume was cut out",
        inputs=_ANY,
    ),
    Operation(
        name="replace_sub_volume",
        menu=("Volume", "Parts"),
        summary="Put other pixels into a box of the volume.",
        function="temstack.volume.parts:replace_sub_volume",
        parameters=(Parameter("part", StackInput(), "The new pixels."), *_SPANS, CALIBRATED, OVERFLOW),
        methods="a sub-volume was replaced by {part}",
        inputs=_ANY,
    ),
    Operation(
        name="crop",
        menu=("Volume", "Parts"),
        summary="Cut planes to an area.",
        function="temstack.volume.sizing:crop",
        parameters=(
            Parameter("region", Numbers(count=4, units="axis"), "The area: top, left, bottom, right; half-open."),
            CALIBRATED,
        ),
        methods="images were cropped to the area {region} (top, left, bottom, right)",
        inputs=_ANY,
    ),
    Operation(
        name="bin_stack",
        menu=("Volume", "Parts"),
        summary="Make neighbouring pixels or planes one.",
        function="temstack.volume.sizing:bin_stack",
        parameters=(
            Parameter("planes", Whole(lowest=1), "How many planes become one.", 1),
            Parameter("y", Whole(lowest=1), "How many rows become one.", 1),
            Parameter("x", Whole(lowest=1), "How many columns become one.", 1),
            Parameter("how", Choice(options=("sum", "mean")), "Whether counts are added or averaged.", "sum"),
        ),
        methods="pixels were binned {y} × {x} ({how})",
    ),
    Operation(
        name="pad",
        menu=("Volume", "Parts"),
        summary="Put pixels and planes around the volume.",
        function="temstack.volume.sizing:pad",
        parameters=(
            Parameter("planes", Wholes(count=2, lowest=0), "How many before the first and behind the last.", (0, 0)),
            Parameter("y", Wholes(count=2, lowest=0, units="px"), "How many rows above and below.", (0, 0)),
            Parameter("x", Wholes(count=2, lowest=0, units="px"), "How many columns left and right.", (0, 0)),
            Parameter("mode", Choice(options=("constant", "edge", "reflect")), "What stands there.", "constant"),
            Parameter("fill_value", Number(), "The value for constant, in pixels as recorded.", 0.0),
        ),
        methods="volumes were padded",
    ),
    Operation(
        name="rotate_90",
        menu=("Volume", "Orient"),
        summary="Turn the volume by right angles about an axis.",
        function="temstack.volume.turning:rotate_90",
        parameters=(
            Parameter("axis", _AXIS, "What it is turned about.", "z"),
            Parameter("turns", Whole(), "How many times 90°; positive about z is clockwise.", 1),
        ),
        methods="the volume was turned by {turns} × 90° about {axis}",
        inputs=_FLAT,
    ),
    Operation(
        name="rotate_in_plane",
        menu=("Volume", "Orient"),
        summary="Turn every plane by any angle.",
        function="temstack.volume.rotating:rotate_in_plane",
        parameters=(
            Parameter("angle_deg", Number(units="deg"), "The angle; positive is clockwise."),
            Parameter(
                "interpolation",
                Choice(options=("cubic", "linear", "nearest")),
                "How values between pixels are found.",
                "cubic",
            ),
            Parameter("expand", Flag(), "Make the image large enough for its corners.", False),
            Parameter("fill_value", Number(), "What stands where nothing was recorded.", 0.0),
        ),
        methods="images were rotated by {angle_deg}",
        inputs=_FLAT,
    ),
    Operation(
        name="flip",
        menu=("Volume", "Orient"),
        summary="Mirror the volume along an axis.",
        function="temstack.volume.turning:flip",
        parameters=(Parameter("axis", _AXIS, "Along which: x exchanges left and right.", "x"),),
        methods="the volume was mirrored along {axis}",
        inputs=_FLAT,
    ),
    Operation(
        name="swap_axes",
        menu=("Volume", "Orient"),
        summary="Exchange two axes.",
        function="temstack.volume.turning:swap_axes",
        parameters=(
            Parameter("first", _AXIS, "One of them."),
            Parameter("second", _AXIS, "The other."),
        ),
        methods="the axes {first} and {second} were exchanged",
        inputs=_FLAT,
    ),
    Operation(
        name="project",
        menu=("Volume", "Project and slice"),
        summary="See the volume along an axis, as sum, mean, maximum, minimum or spread.",
        function="temstack.volume.projecting:project",
        parameters=(
            Parameter("axis", _AXIS, "Along which; z is from plane to plane.", "z"),
            Parameter("how", Choice(options=("sum", "mean", "max", "min", "sd")), "What is made of the counts.", "sum"),
            Parameter("bounds", Span(units="axis"), "Only this half-open range of the axis.", None),
            CALIBRATED,
        ),
        methods="the volume was projected along {axis} ({how})",
        output="image",
    ),
    Operation(
        name="orthogonal_slice",
        menu=("Volume", "Project and slice"),
        summary="Take the section across an axis: XY, XZ or YZ.",
        function="temstack.volume.slicing:orthogonal_slice",
        parameters=(
            Parameter("axis", _AXIS, "Across which: z gives XY, y gives XZ, x gives YZ."),
            Parameter("at", Number(units="axis"), "Where along the axis."),
            CALIBRATED,
        ),
        methods="a section was taken across {axis} at {at}",
        output="image",
    ),
    Operation(
        name="line_slice",
        menu=("Volume", "Project and slice"),
        summary="Take the section along a line drawn in the image.",
        function="temstack.volume.slicing:line_slice",
        parameters=(
            Parameter("points", Points(units="axis"), "Ends and corners of the line."),
            Parameter("width", Number(above=0), "How wide the line is; the mean across it is taken.", 1.0),
            CALIBRATED,
        ),
        methods="a section was taken along the line {points}, {width} wide",
        output="image",
    ),
    Operation(
        name="oblique_slice",
        menu=("Volume", "Project and slice"),
        summary="Take a section at any angle.",
        function="temstack.volume.slicing:oblique_slice",
        parameters=(
            Parameter("about_x_deg", Number(units="deg"), "Turned about x: down goes away from the viewer.", 0.0),
            Parameter("about_y_deg", Number(units="deg"), "Then about y: away goes to the right.", 0.0),
            Parameter("centre", Numbers(count=3, units="px"), "A point z,y,x in it; left out, the middle.", None),
            Parameter(
                "z_step_px", Number(above=0, units="px"), "How far planes are apart; left out, calibrated.", None
            ),
            Parameter("fill_value", Number(), "What stands outside the volume.", 0.0),
        ),
        methods="a section was taken, turned {about_x_deg} about x and {about_y_deg} about y",
        output="image",
    ),
    Operation(
        name="set_plane_axis",
        menu=("Volume", "Third axis"),
        summary="Say what the planes differ in, and where they lie.",
        function="temstack.volume.axis:set_plane_axis",
        parameters=(
            Parameter(
                "axis",
                Choice(options=("plane", "energy_loss", "defocus", "time", "exposure", "tilt")),
                "What the planes differ in.",
                None,
            ),
            Parameter("values", Numbers(units="axis"), "Position of every plane; need not be even.", None),
            Parameter("start", Number(units="axis"), "Position of the first plane.", None),
            Parameter("step", Number(units="axis"), "Distance to the next.", None),
            Parameter("units", Text(what="UNITS"), "Units of the numbers, e.g. keV.", None),
        ),
        methods="the positions of the planes were set",
        inputs=("stack", "spectrum image"),
    ),
    Operation(
        name="set_plane_values",
        menu=("Volume", "Third axis"),
        summary="Say a number of each plane, such as its exposure.",
        function="temstack.volume.axis:set_plane_values",
        parameters=(
            Parameter("name", Text(what="NAME"), "What it is, e.g. exposure_s."),
            Parameter("values", Numbers(), "One for each plane, or one for all."),
            Parameter("units", Text(what="UNITS"), "Its units.", None),
        ),
        methods="{name} of the planes was set",
        inputs=("stack", "spectrum image"),
    ),
    Operation(
        name="convert_type",
        menu=("Volume", "Type"),
        summary="Change the type of pixel.",
        function="temstack.stack.convert:convert_type",
        parameters=(Parameter("dtype", Choice(options=_TYPES), "The new type; values as recorded."), OVERFLOW),
        methods="pixels were converted to {dtype}",
        inputs=(*_ANY, "spectrum"),
    ),
    Operation(
        name="to_spectrum_image",
        menu=("Volume", "Type"),
        summary="See an EFTEM stack as a spectrum image.",
        function="temstack.volume.layout:to_spectrum_image",
        methods="the stack was taken as a spectrum image",
        output="spectrum image",
    ),
    Operation(
        name="to_stack",
        menu=("Volume", "Type"),
        summary="See a spectrum image as an EFTEM stack.",
        function="temstack.volume.layout:to_stack",
        methods="the spectrum image was taken as a stack of images",
        inputs=("spectrum image", "spectrum", "line of spectra"),
        output="stack",
    ),
)
