"""``temstack references``: look at, take and forget dark and gain references."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from temstack.cli.acquire import Binning, CameraName, DriverOptions, driver_options
from temstack.cli.console import print_line, print_table
from temstack.cli.guard import guarded
from temstack.cli.microscope import Address
from temstack.errors import SettingError


def list_references() -> None:
    """List the references that are kept on this computer."""
    from temstack.acquire.references import ReferenceLibrary

    library = ReferenceLibrary()
    rows = [
        (
            one.key.kind,
            one.key.microscope,
            one.key.camera,
            "any" if one.key.kind == "gain" else f"{one.key.exposure_s:g} s",
            f"{one.key.binning[0]}x{one.key.binning[1]}",
            ", ".join(map(str, one.key.readout_area)),
            "unknown" if one.temperature_c is None else f"{one.temperature_c:g} °C",
            str(one.frames),
            datetime.fromtimestamp(one.time, UTC).strftime("%Y-%m-%d %H:%M"),
        )
        for one in library.references()
    ]
    if not rows:
        print_line("No references are kept yet; they are taken when a series needs them.")
        return
    headings = (
        "kind",
        "microscope",
        "camera",
        "exposure",
        "binning",
        "area (t, l, b, r)",
        "chip",
        "frames",
        "taken (UTC)",
    )
    print_table(headings, rows, words=3)
    print_line()
    print_line(f"in {library.folder}")


def dark(
    exposure: Annotated[
        list[float], typer.Option("--exposure", metavar="S", help="Exposure; repeat for more.", show_default=False)
    ],
    binning: Binning = None,
    camera: CameraName = None,
    microscope: Address = "simulated",
    options: DriverOptions = None,
    renew: Annotated[bool, typer.Option("--renew", help="Also where a fresh one is kept.")] = False,
) -> None:
    """Take dark references, with the beam blanked, so that a series need not."""
    from temstack.acquire.references import ReferenceLibrary
    from temstack.instrument import connect

    library = ReferenceLibrary()
    with connect(microscope, **driver_options(options or [])) as found:
        chosen = found.camera if camera is None else found.find_camera(camera)
        for exposure_s in exposure:
            taken = library.dark(found, chosen, exposure_s, binning=binning or (1, 1), renew=renew)
            how = f"taken, {taken.frames} frames" if taken.is_new else "kept, it is fresh"
            print_line(
                f"dark reference for {exposure_s:g} s: {how}, {float(taken.pixels.mean()):.1f} counts on average"
            )


def gain(
    exposure: Annotated[float, typer.Option("--exposure", metavar="S", help="Of each frame.", show_default=False)],
    frames: Annotated[int, typer.Option("--frames", min=1, help="How many are averaged.")] = 16,
    camera: CameraName = None,
    microscope: Address = "simulated",
    options: DriverOptions = None,
) -> None:
    """Measure the gain reference of a camera. The beam must be flat and free of specimen: go to a hole first."""
    from temstack.acquire.references import ReferenceLibrary
    from temstack.instrument import connect

    with connect(microscope, **driver_options(options or [])) as found:
        chosen = found.camera if camera is None else found.find_camera(camera)
        taken = ReferenceLibrary().take_gain(found, chosen, exposure, frames=frames)
    print_line(f"gain reference of {taken.frames} frames: pixels differ by {float(taken.pixels.std()):.2%}")


def forget(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="dark, gain or all.")],
) -> None:
    """Forget references; the next series takes what it needs anew."""
    from temstack.acquire.references import ReferenceLibrary

    if kind not in ("dark", "gain", "all"):
        raise SettingError("KIND", "is unknown", got=repr(kind), expected="dark, gain or all")
    library = ReferenceLibrary()
    keys = [one.key for one in library.references() if kind in ("all", one.key.kind)]
    for key in keys:
        library.remove(key)
    print_line(f"{len(keys)} forgotten")


HELP = "Look at, take and forget dark and gain references."
references_app = typer.Typer(name="references", help=HELP, no_args_is_help=True, rich_markup_mode="rich")
for _name, _command, _summary in (
    ("list", list_references, "List those that are kept."),
    ("dark", dark, "Take dark references."),
    ("gain", gain, "Measure a gain reference."),
    ("forget", forget, "Forget them."),
):
    references_app.command(_name, short_help=_summary)(guarded(_command))
