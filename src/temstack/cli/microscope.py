"""``temstack microscope``: serve a virtual one, look at any, check its driver, edit the cameras' parameter sets."""

from __future__ import annotations

import json
from math import inf
from typing import TYPE_CHECKING, Annotated, Any

import typer

from temstack.cli.console import print_facts, print_line, print_table
from temstack.cli.guard import guarded
from temstack.cli.words import name_and_value, whole_numbers

if TYPE_CHECKING:
    from temstack.instrument import Camera, Microscope
    from temstack.instrument.parameter_sets import ParameterSets

Address = Annotated[
    str,
    typer.Option(
        "--microscope",
        "-m",
        metavar="NAME or ADDRESS",
        help="simulated, simulated://127.0.0.1:PORT, or the driver of another package.",
    ),
]
Seed = Annotated[int, typer.Option("--seed", min=0, help="Another number gives another specimen, drift and noise.")]
Cameras = Annotated[
    str, typer.Option("--cameras", metavar="NAME,…", help="standard, large, wide, signed, rounding; joined by commas.")
]


def serve(
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Where to listen; 0 takes a free one.")] = 0,
    seed: Seed = 1,
    specimen: Annotated[str, typer.Option("--specimen", help="particles, lattice, interface or film.")] = "particles",
    cameras: Cameras = "standard",
    shape: Annotated[
        str | None, typer.Option("--shape", metavar="Y,X", help="Pixels of the cameras.", show_default=False)
    ] = None,
    speed: Annotated[
        float, typer.Option("--speed", help="Seconds of the microscope in one of yours; 1: real time, inf: no waiting.")
    ] = inf,
    brightness: Annotated[float, typer.Option("--brightness", min=0, max=1, help="Where the condenser stands.")] = 0.01,
    fault: Annotated[
        list[str] | None,
        typer.Option(
            "--fault",
            metavar="DEVICE:KIND[:CALL[:AMOUNT[:TIMES]]]",
            help="What goes wrong, such as camera:raises:7. Repeat for more.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Run a virtual microscope that other programs of yours, on this computer, can drive.

    It prints its address, then serves until Ctrl-C. When a client ends, however it ends, the microscope stays as the
    client left it.
    """
    from temstack.instrument.remote.server import MicroscopeServer
    from temstack.instrument.simulated import SimulatedMicroscope

    microscope = SimulatedMicroscope(
        seed=seed,
        specimen=specimen,
        cameras=cameras,
        shape=None if shape is None else _shape(shape),
        speed=speed,
        brightness=brightness,
        faults=fault or (),
    )
    lost = microscope.simulation.restore_connection
    with microscope, MicroscopeServer(microscope, port=port, on_connection_lost=lost) as server:
        print_line(f"serving {server.address}")
        try:
            server.serve_until_stopped()
        except KeyboardInterrupt:  # how serving ends; SIGTERM too
            print_line("stopped")


def info(microscope: Address = "simulated") -> None:
    """Say which devices a microscope has, and where they stand."""
    from temstack.instrument import connect

    with connect(microscope) as found:
        print_facts(_facts(found))
        print_line()
        print_table(
            ("camera", "px (y, x)", "type", "px at specimen", "exposure", "binning (y x x)"),
            [_camera_row(camera) for camera in found.cameras],
            words=1,
        )


def check(
    microscope: Address = "simulated",
    everything: Annotated[bool, typer.Option("--all", help="List also what is as it should be.")] = False,
) -> None:
    """Check that a driver keeps what the protocols promise; what is changed is put back.

    Exposes often, moves focus, energy, stage and image shift a little: bring a specimen into view first.
    """
    from temstack.errors import InstrumentError
    from temstack.instrument import connect
    from temstack.testing.conformance import check_microscope

    with connect(microscope) as found:
        findings = check_microscope(found)
    shown = [one for one in findings if everything or one.verdict != "kept"]
    if shown:
        print_table(
            ("verdict", "device", "rule", "why"), [(f.verdict, f.device, f.rule, f.why) for f in shown], words=4
        )
        print_line()
    kinds = {verdict: sum(one.verdict == verdict for one in findings) for verdict in ("kept", "open", "broken")}
    print_line(f"{kinds['kept']} rules kept, {kinds['open']} left open, {kinds['broken']} broken")
    if kinds["broken"]:
        raise InstrumentError(
            f"driver of {microscope!r}", f"breaks {kinds['broken']} of {len(findings)} rules", advice="see the table"
        )


def sets(
    microscope: Address = "simulated",
    camera: Annotated[
        str | None, typer.Option("--camera", metavar="NAME", help="Left out: the first.", show_default=False)
    ] = None,
    change: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="SET:NAME=VALUE",
            help="Change a value: Record:exposure_s=0.5. Repeat for more.",
            show_default=False,
        ),
    ] = None,
    reset: Annotated[
        list[str] | None, typer.Option("--reset", metavar="SET", help="Back to the default.", show_default=False)
    ] = None,
) -> None:
    """Show or change the named parameter sets of a camera: View, Search, Focus, Record.

    They are kept on this computer, for each camera by its name, and used by recording and by scripts.
    """
    from temstack.instrument import connect
    from temstack.instrument.parameter_sets import ParameterSets

    with connect(microscope) as found:
        chosen = found.camera if camera is None else found.find_camera(camera)
        kept = ParameterSets(chosen)
        for name in reset or []:
            _ = kept[name]  # refuse an unknown one before anything is changed
        for name in reset or []:
            kept.reset(name)
        for name, values in _changes(change or []).items():
            kept.change(name, **values)
        print_line(f"camera {chosen.name}")
        _print_sets(kept)


def _shape(text: str) -> tuple[int, int]:
    height, width = whole_numbers(text, "--shape", count=2)
    return height, width


def _facts(microscope: Microscope) -> list[tuple[str, str]]:
    facts = [("microscope", microscope.name), ("high tension", f"{microscope.high_tension_kv:g} kV")]
    if (focus := microscope.focus) is not None:
        facts.append(("defocus", f"{focus.defocus_nm:g} nm, in steps of {abs(focus.nm_per_unit):g} nm"))
    if (energy := microscope.energy_filter) is not None:
        slit = f"slit {energy.slit_width_ev:g} eV {'in' if energy.is_slit_in else 'out'}"
        facts.append(("energy loss", f"{energy.energy_loss_ev:g} eV, {slit}, shifted by {energy.method}"))
    if (beam := microscope.beam) is not None:
        state = "blanked" if beam.is_blanked else "on"
        facts.append(("beam", f"{state}, brightness {beam.brightness:g}"))
    if (stage := microscope.stage) is not None:
        at = stage.position
        facts.append(("stage", f"x {at.x_nm:g} y {at.y_nm:g} z {at.z_nm:g} nm, tilt {at.tilt_deg:g}°"))
    for name, shift in (("image shift", microscope.image_shift), ("beam shift", microscope.beam_shift)):
        if shift is not None:
            facts.append((name, "y {:g} x {:g} nm".format(*shift.shift_nm)))
    return facts


def _camera_row(camera: Camera) -> tuple[str, ...]:
    shortest, longest = camera.exposure_range_s
    size = camera.pixel_size_nm
    return (
        camera.name,
        f"{camera.shape[0]} x {camera.shape[1]}",
        str(camera.dtype),
        "unknown" if size is None else f"{size[0]:g} nm",
        f"{shortest:g} to {longest:g} s",
        " ".join(f"{y}x{x}" for y, x in camera.binnings),
    )


def _changes(words: list[str]) -> dict[str, dict[str, Any]]:
    """Return what ``Record:exposure_s=0.5`` and its like change, by set."""
    from temstack.errors import SettingError

    found: dict[str, dict[str, Any]] = {}
    for word in words:
        place, value = name_and_value(word, "--set")
        name, colon, field = place.partition(":")
        if not colon or not name or not field:
            raise SettingError("--set", "names no value of a set", got=repr(word), expected="Record:exposure_s=0.5")
        found.setdefault(name.strip(), {})[field.strip()] = _value(value.strip())
    return found


def _value(text: str) -> Any:
    """Return a number, a list of numbers for ``2,4`` or ``2x4``, nothing for ``all``, or the text."""
    if text.lower() in ("all", "none", "full"):
        return None
    parts = text.lower().replace("x", ",").split(",")
    try:
        numbers = [json.loads(part) for part in parts]
    except ValueError:
        return text
    return numbers if len(numbers) > 1 else numbers[0]


def _print_sets(kept: ParameterSets) -> None:
    print_table(
        ("set", "exposure", "binning (y x x)", "area (t, l, b, r)", "processing", "shutter", "frames"),
        [
            (
                name,
                f"{one.exposure_s:g} s",
                f"{one.binning[0]}x{one.binning[1]}",
                "all" if one.readout_area is None else ", ".join(map(str, one.readout_area)),
                one.processing,
                one.shutter,
                str(one.frames),
            )
            for name, one in kept.all().items()
        ],
        words=1,
    )


HELP = "Run, look at and check a microscope; edit the parameter sets of its cameras."
microscope_app = typer.Typer(name="microscope", help=HELP, no_args_is_help=True, rich_markup_mode="rich")
for _name, _command, _summary in (
    ("serve", serve, "Run a virtual microscope for other programs."),
    ("info", info, "Say which devices there are and where they stand."),
    ("check", check, "Check a driver against the protocols."),
    ("sets", sets, "Show or change a camera's parameter sets."),
):
    microscope_app.command(_name, short_help=_summary)(guarded(_command))
