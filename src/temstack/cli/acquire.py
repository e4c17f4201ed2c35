"""``temstack acquire KIND``: record an EFTEM, focal or time series or a multiple exposure."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from temstack.cli.console import print_facts, print_line
from temstack.cli.guard import guarded
from temstack.cli.microscope import Address
from temstack.cli.outputs import Overwrite, print_written
from temstack.cli.recording import recording_shown
from temstack.cli.words import name_and_value, whole_numbers

if TYPE_CHECKING:
    from temstack.acquire import Session
    from temstack.series import Forecast, Series

_EXPOSING, _CAMERA, _MICROSCOPE = "Exposing", "Camera", "Microscope"


def _option(*names: str, **how: Any) -> Any:
    return typer.Option(*names, show_default=False, **how)


Output = Annotated[
    Path | None,
    _option(
        "-o",
        "--output",
        metavar="FILE",
        help="Where the series goes. .zarr is recorded into directly; .dm4 .hspy .tif … are written at the end.",
    ),
]
Planes = Annotated[int | None, _option("--planes", "-n", min=1, help="Number of planes.")]
Exposure = Annotated[
    float | None,
    _option("--exposure", metavar="S", help="Of each plane; of the first if automatic.", rich_help_panel=_EXPOSING),
]
Auto = Annotated[
    bool | None,
    _option(
        "--auto-exposure/--fixed-exposure",
        help="Choose the exposure of each plane from the one before. EFTEM series do unless --exposure is given.",
        rich_help_panel=_EXPOSING,
    ),
]
Lower = Annotated[
    float | None,
    _option("--lower", metavar="COUNTS", help="Below, the next is exposed longer.", rich_help_panel=_EXPOSING),
]
Upper = Annotated[
    float | None,
    _option(
        "--upper", metavar="COUNTS", help="From here on, the plane is taken again, shorter.", rich_help_panel=_EXPOSING
    ),
]
Longest = Annotated[
    float | None, _option("--longest", metavar="S", help="Longest exposure: 60 s.", rich_help_panel=_EXPOSING)
]
Shortest = Annotated[
    float | None, _option("--shortest", metavar="S", help="Shortest exposure.", rich_help_panel=_EXPOSING)
]
Binning = Annotated[
    tuple[int, int] | None, _option("--binning", metavar="Y X", help="Pixels binned to one.", rich_help_panel=_CAMERA)
]
Area = Annotated[
    str | None,
    _option(
        "--area", metavar="TOP,LEFT,BOTTOM,RIGHT", help="Read this part only, unbinned px.", rich_help_panel=_CAMERA
    ),
]
Processing = Annotated[
    str | None,
    _option(
        "--processing",
        metavar="WORD",
        help="unprocessed, dark_subtracted or gain_normalized (default).",
        rich_help_panel=_CAMERA,
    ),
]
CameraName = Annotated[
    str | None, _option("--camera", metavar="NAME", help="The first if left out.", rich_help_panel=_CAMERA)
]
ParameterSetName = Annotated[
    str | None,
    _option("--set", metavar="NAME", help="Take the camera's settings from a parameter set.", rich_help_panel=_CAMERA),
]
Settings = Annotated[
    Path | None, _option("--settings", metavar="FILE.toml", help="Settings of a series; options go before them.")
]
SaveSettings = Annotated[
    Path | None, _option("--save-settings", metavar="FILE.toml", help="Keep the settings in a file.")
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Say what it would cost in time, dose and disk; record nothing.")
]
DriverOptions = Annotated[
    list[str] | None,
    _option(
        "--option",
        metavar="NAME=VALUE",
        help="Of the microscope's driver: seed=3, brightness=1.0, shape=512,512. Repeat for more.",
        rich_help_panel=_MICROSCOPE,
    ),
]
Compensation = Annotated[
    str | None,
    _option(
        "--compensate",
        metavar="DEVICE",
        help="Undo drift between planes by image_shift or stage.",
        rich_help_panel=_MICROSCOPE,
    ),
]
Settle = Annotated[
    float | None, _option("--settle", metavar="S", help="Wait after each move.", rich_help_panel=_MICROSCOPE)
]
Title = Annotated[str | None, _option("--title", metavar="TEXT", help="Name of the series.")]


def eftem(
    output: Output = None,
    start: Annotated[float | None, _option("--start", metavar="EV", help="Energy loss of the first plane.")] = None,
    stop: Annotated[float | None, _option("--stop", metavar="EV", help="Energy loss of the last plane.")] = None,
    step: Annotated[float | None, _option("--step", metavar="EV", help="From plane to plane.")] = None,
    planes: Planes = None,
    slit: Annotated[float | None, _option("--slit", metavar="EV", help="Width of the slit.")] = None,
    order: Annotated[str | None, _option("--order", metavar="WORD", help="ascending or descending.")] = None,
    as_spectrum_image: Annotated[
        bool, typer.Option("--as-spectrum-image", help="Store (y, x, energy) as spectrum imaging programs want it.")
    ] = False,
    exposure: Exposure = None,
    auto: Auto = None,
    lower: Lower = None,
    upper: Upper = None,
    longest: Longest = None,
    shortest: Shortest = None,
    binning: Binning = None,
    area: Area = None,
    processing: Processing = None,
    camera: CameraName = None,
    parameter_set: ParameterSetName = None,
    settle: Settle = None,
    title: Title = None,
    settings: Settings = None,
    save_settings: SaveSettings = None,
    microscope: Address = "simulated",
    driver_options: DriverOptions = None,
    compensate: Compensation = None,
    dry_run: DryRun = False,
    overwrite: Overwrite = False,
) -> None:
    """Record energy-filtered images at evenly spaced energy losses, automatically exposed.

    Name as many of --start, --stop, --step, --planes as fix the others. Energy, focus and beam go back to where they
    were, whatever happens; Ctrl-C keeps what is recorded, and `temstack resume` goes on.
    """
    own = {
        "start_ev": start,
        "stop_ev": stop,
        "step_ev": step,
        "n_planes": planes,
        "slit_width_ev": slit,
        "order": order,
    }
    _acquire("eftem", own, locals())


def focal(
    output: Output = None,
    planes: Planes = None,
    step: Annotated[
        float | None, _option("--step", metavar="NM", help="From plane to plane; underfocus is positive.")
    ] = None,
    start: Annotated[
        float | None, _option("--start", metavar="NM", help="First focus, relative to the present; left out: centred.")
    ] = None,
    foci: Annotated[
        str | None, _option("--foci", metavar="NM,NM,…", help="A table of foci instead of all these.")
    ] = None,
    spacing: Annotated[str | None, _option("--spacing", metavar="WORD", help="even or quadratic.")] = None,
    order: Annotated[str | None, _option("--order", metavar="WORD", help="ascending, descending or symmetric.")] = None,
    exposure: Exposure = None,
    auto: Auto = None,
    lower: Lower = None,
    upper: Upper = None,
    longest: Longest = None,
    shortest: Shortest = None,
    binning: Binning = None,
    area: Area = None,
    processing: Processing = None,
    camera: CameraName = None,
    parameter_set: ParameterSetName = None,
    settle: Settle = None,
    title: Title = None,
    settings: Settings = None,
    save_settings: SaveSettings = None,
    microscope: Address = "simulated",
    driver_options: DriverOptions = None,
    compensate: Compensation = None,
    dry_run: DryRun = False,
    overwrite: Overwrite = False,
) -> None:
    """Record images through focus, around the present one, and go back to it."""
    from temstack.cli.words import numbers

    table = None if foci is None else numbers(foci, "--foci")
    own = {"n_planes": planes, "step_nm": step, "start_nm": start, "foci_nm": table, "spacing": spacing, "order": order}
    _acquire("focal", own, locals())


def time_lapse(
    output: Output = None,
    planes: Planes = None,
    interval: Annotated[
        float | None, _option("--interval", metavar="S", help="From start to start; left out: as fast as it goes.")
    ] = None,
    exposure: Exposure = None,
    auto: Auto = None,
    lower: Lower = None,
    upper: Upper = None,
    longest: Longest = None,
    shortest: Shortest = None,
    binning: Binning = None,
    area: Area = None,
    processing: Processing = None,
    camera: CameraName = None,
    parameter_set: ParameterSetName = None,
    settle: Settle = None,
    title: Title = None,
    settings: Settings = None,
    save_settings: SaveSettings = None,
    microscope: Address = "simulated",
    driver_options: DriverOptions = None,
    compensate: Compensation = None,
    dry_run: DryRun = False,
    overwrite: Overwrite = False,
) -> None:
    """Record the same view again and again, with the times at which it really was."""
    _acquire("time", {"n_planes": planes, "interval_s": interval}, locals())


def exposures(
    output: Output = None,
    planes: Planes = None,
    exposure: Exposure = None,
    auto: Auto = None,
    lower: Lower = None,
    upper: Upper = None,
    longest: Longest = None,
    shortest: Shortest = None,
    binning: Binning = None,
    area: Area = None,
    processing: Processing = None,
    camera: CameraName = None,
    parameter_set: ParameterSetName = None,
    settle: Settle = None,
    title: Title = None,
    settings: Settings = None,
    save_settings: SaveSettings = None,
    microscope: Address = "simulated",
    driver_options: DriverOptions = None,
    compensate: Compensation = None,
    dry_run: DryRun = False,
    overwrite: Overwrite = False,
) -> None:
    """Record many short exposures of one view, to be aligned and added by `temstack add`."""
    _acquire("exposure", {"n_planes": planes}, locals())


def _acquire(kind: str, own: dict[str, Any], given: dict[str, Any]) -> None:
    """Record what the options of a command say, or say what it would cost."""
    series = _series(kind, own, given)
    if given["save_settings"] is not None:
        from temstack.series import save_series

        save_series(series, given["save_settings"], overwrite=given["overwrite"])
        print_written("settings", given["save_settings"])
    if given["output"] is None and not given["dry_run"]:
        if given["save_settings"] is not None:
            return
        from temstack.errors import SettingError

        raise SettingError("-o", "is missing", expected="the file where the series goes", advice="or use --dry-run")
    from temstack.acquire import connect

    with connect(given["microscope"], **driver_options(given["driver_options"] or [])) as session:
        if given["dry_run"]:
            _print_forecast(series, session.forecast(series))
        else:
            record(session, series, given)


def record(session: Session, series: Series, given: dict[str, Any]) -> None:
    """Record a series and say how it went."""
    output: Path = given["output"]
    with recording_shown(session, series):
        stack = session.run(
            series,
            output,
            overwrite=given["overwrite"],
            as_spectrum_image=given.get("as_spectrum_image", False),
            drift_compensation=given["compensate"],
            live_drift=False,
        )
    print_written(f"{series.size} planes of {stack.sizes['y']} x {stack.sizes['x']} px", output)


def driver_options(words: list[str]) -> dict[str, Any]:
    """Return options of a driver: numbers where they are numbers, pairs of whole numbers for ``512,512``.

    >>> driver_options(["seed=3", "shape=512,256", "specimen=lattice"])
    {'seed': 3, 'shape': (512, 256), 'specimen': 'lattice'}
    """
    found: dict[str, Any] = {}
    for word in words:
        name, text = name_and_value(word, "--option")
        try:
            value = json.loads(f"[{text}]")
            found[name] = value[0] if len(value) == 1 else tuple(value)
        except ValueError:
            found[name] = text
    return found


def _series(kind: str, own: dict[str, Any], given: dict[str, Any]) -> Series:
    """Return the series of a settings file and of options, which go before it."""
    from temstack.errors import SettingError
    from temstack.series import SERIES_KINDS, load_series

    values: dict[str, Any] = {}
    if given["settings"] is not None:
        loaded = load_series(given["settings"])
        if loaded.kind != kind:
            raise SettingError(str(given["settings"]), "is of another kind of series", got=loaded.kind, expected=kind)
        values = {name: value for name, value in loaded.as_mapping().items() if name != "kind"}
    named = {
        "exposure_s": given["exposure"],
        "binning": given["binning"],
        "readout_area": _area(given["area"]),
        "processing": given["processing"],
        "camera": given["camera"],
        "parameter_set": given["parameter_set"],
        "settle_s": given["settle"],
        "title": given["title"],
    }
    options = {name: value for name, value in {**own, **named}.items() if value is not None}
    if {"stop_ev", "n_planes"} & options.keys():  # what followed from the others in the file must not contradict
        values.pop("n_planes", None)
    values |= options
    rules = _rules(kind, given, values)
    return SERIES_KINDS[kind](**{**values, **rules})


def _rules(kind: str, given: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    """Return automatic exposure as the options want it; nothing where the settings decide."""
    thresholds = {
        "lower_counts": given["lower"],
        "upper_counts": given["upper"],
        "longest_s": given["longest"],
        "shortest_s": given["shortest"],
    }
    thresholds = {name: value for name, value in thresholds.items() if value is not None}
    wanted = given["auto"]
    if wanted is None and not thresholds:
        is_open = not {"auto_exposure", "exposure_s", "parameter_set"} & values.keys()
        return {"auto_exposure": {}} if kind == "eftem" and is_open else {}
    if wanted is False:
        return {"auto_exposure": None}
    return {"auto_exposure": {**(values.get("auto_exposure") or {}), **thresholds}}


def _area(text: str | None) -> tuple[int, ...] | None:
    like = "TOP,LEFT,BOTTOM,RIGHT in unbinned px, such as 0,0,512,512"
    return None if text is None else tuple(whole_numbers(text, "--area", count=4, like=like))


def _print_forecast(series: Series, cost: Forecast) -> None:
    positions, units = series.positions, series.position_units
    facts = [
        ("planes", f"{cost.planes}, {positions[0]:g} to {positions[-1]:g} {units}"),
        ("time", _between(cost.time_s, cost.longest_time_s, _duration)),
        ("exposed", _between(cost.exposed_s, cost.longest_exposed_s, _duration)),
    ]
    if cost.dose_per_nm2 is not None and cost.largest_dose_per_nm2 is not None:
        facts.append(("dose", _between(cost.dose_per_nm2, cost.largest_dose_per_nm2, lambda dose: f"{dose:.3g} e/nm²")))
    facts += [
        ("dark references", f"{cost.dark_references} at most"),
        ("disk", f"{cost.disk_bytes / 2**20:.0f} MiB at most"),
    ]
    print_facts(facts)
    print_line("Nothing was recorded.")


def _between(least: float, most: float, shown: Any) -> str:
    if least == most:
        return str(shown(least))
    return f"{shown(least)} as the first plane, {shown(most)} at the longest exposures"


def _duration(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.1f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


HELP = "Record a series: nothing is lost, and everything goes back to where it was."
acquire_app = typer.Typer(name="acquire", help=HELP, no_args_is_help=True, rich_markup_mode="rich")
for _name, _command, _summary in (
    ("eftem", eftem, "Energy-filtered images, automatically exposed."),
    ("focal", focal, "Images through focus."),
    ("time", time_lapse, "The same view again and again."),
    ("exposure", exposures, "Many short exposures of one view."),
):
    acquire_app.command(_name, short_help=_summary)(guarded(_command))
