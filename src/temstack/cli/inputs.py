"""Which files are read, and how: the options that every reading command shares."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    import xarray as xr

_PANEL = "Where the files do not say it"

Inputs = Annotated[
    list[str],
    typer.Argument(
        metavar="INPUT",
        help="A file, several files or a folder; several files become the planes of one series.",
        show_default=False,
    ),
]


def _option(name: str, metavar: str, text: str) -> Any:
    return typer.Option(name, metavar=metavar, help=text, rich_help_panel=_PANEL, show_default=False)


Axis = Annotated[
    str | None,
    _option("--axis", "NAME", "What was varied: energy_loss, defocus, time, exposure, tilt or plane."),
]
Start = Annotated[float | None, _option("--start", "NUMBER", "Axis value of the first plane.")]
Step = Annotated[float | None, _option("--step", "NUMBER", "Axis step from plane to plane.")]
Units = Annotated[
    str | None,
    _option("--units", "UNITS", "Units of the axis: eV, nm, s, deg (keV, µm, ms, rad are converted)."),
]
Values = Annotated[str | None, _option("--values", "V,V,…", "Axis value of every plane, where the steps are not even.")]
Shape = Annotated[
    str | None, _option("--shape", "Y,X or N,Y,X", "Raw files: rows and columns (and planes) in each file.")
]
Dtype = Annotated[
    str | None,
    _option("--dtype", "TYPE", "Raw files: type of the numbers, e.g. float32, uint16, >i2 (big-endian)."),
]
Offset = Annotated[int, _option("--offset", "BYTES", "Raw files: length of the header to leave out.")]
Dataset = Annotated[
    str | None,
    _option("--dataset", "NUMBER or NAME", "Which one, where a file holds several (see `temstack info`)."),
]


@dataclass(frozen=True)
class Source:
    """What a reading command was pointed at: paths as typed, and the options above."""

    paths: tuple[Path, ...]
    options: dict[str, Any]

    def read(self) -> xr.DataArray:
        """Return the data, as lazily as the format allows."""
        from temstack.files import read

        return read(self.paths[0] if len(self.paths) == 1 else list(self.paths), **self.options)

    def read_each(self) -> list[xr.DataArray]:
        """Return the data of every file by itself, for what makes one volume of many."""
        from temstack.files import read
        from temstack.formats.series import files_of

        paths = files_of(self.paths[0]) if len(self.paths) == 1 else list(self.paths)
        return [read(path, **self.options) for path in paths]

    @property
    def name(self) -> str:
        """What to call it in a title: the file, or the first of the files."""
        first = self.paths[0].name or str(self.paths[0])
        return first if len(self.paths) == 1 else f"{first} … ({len(self.paths)} files)"


def reading(command: Callable[..., None]) -> Callable[..., None]:
    """Return the command with its parameter ``source`` replaced by the inputs and the reading options.

    So every command that reads takes the same options, and none has to pass them on by hand. An option of the
    command's own takes the place of a reading option of the same name.
    """
    signature = inspect.signature(command, eval_str=True)
    own = list(signature.parameters.values())[1:]
    shared = {name: each for name, each in _READING_OPTIONS.items() if name not in signature.parameters}

    @functools.wraps(command)
    def run(**given: Any) -> None:
        options = {name: given.pop(name) if name in shared else each.default for name, each in _READING_OPTIONS.items()}
        source = source_from(given.pop("inputs"), **options)
        command(source, **given)

    parameters = [
        inspect.Parameter("inputs", inspect.Parameter.KEYWORD_ONLY, annotation=Inputs),
        *(parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in own),
        *shared.values(),
    ]
    run.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return run


_READING_OPTIONS = {
    name: inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
    for name, default, annotation in (
        ("axis", None, Axis),
        ("start", None, Start),
        ("step", None, Step),
        ("units", None, Units),
        ("values", None, Values),
        ("shape", None, Shape),
        ("dtype", None, Dtype),
        ("offset", 0, Offset),
        ("dataset", None, Dataset),
    )
}


def source_from(
    inputs: list[str], *, values: str | None, shape: str | None, dataset: str | None, **options: Any
) -> Source:
    """Return what to read, the words of the command line turned into paths and numbers."""
    from temstack.cli.words import numbers, whole_numbers

    return Source(
        paths=tuple(Path(word) for word in inputs),
        options={
            **options,
            "values": None if values is None else numbers(values, "--values"),
            "shape": None if shape is None else tuple(whole_numbers(shape, "--shape")),
            "dataset": int(dataset) if dataset is not None and dataset.isdecimal() else dataset,
        },
    )
