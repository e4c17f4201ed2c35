"""``temstack set``: put right what a file says wrongly or not at all."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from temstack.cli.console import progress_shown
from temstack.cli.convert import Raw
from temstack.cli.inputs import Source
from temstack.cli.outputs import Output, Overwrite, check_format, check_outputs, print_written

if TYPE_CHECKING:
    import xarray as xr


def set_values(
    source: Source,
    output: Output,
    pixel_nm: Annotated[
        str | None,
        typer.Option("--pixel-nm", metavar="SIZE or Y,X", help="Pixel size in nm.", show_default=False),
    ] = None,
    title: Annotated[str | None, typer.Option("--title", metavar="TEXT", show_default=False)] = None,
    high_tension_kv: Annotated[
        float | None, typer.Option("--high-tension-kv", metavar="KV", help="In kV.", show_default=False)
    ] = None,
    tag: Annotated[
        list[str] | None,
        typer.Option(
            "--tag",
            metavar="PATH=VALUE",
            help="Set a tag, groups joined by colons: 'Session Info:Operator=Ada'. Repeat for more.",
            show_default=False,
        ),
    ] = None,
    raw: Raw = False,
    overwrite: Overwrite = False,
) -> None:
    """Write the data with a corrected pixel size, plane axis, or tags.

    The plane axis is set by the options --axis, --start, --step, --units and --values, which every
    command takes.
    """
    from temstack.cli.words import name_and_value

    changes = [name_and_value(word, "--tag") for word in tag or []]
    check_outputs([output], source.paths, overwrite=overwrite)
    check_format(output)
    with progress_shown() as progress:
        from temstack.files import write

        array = source.read()
        if pixel_nm is not None:
            array = with_pixel_size(array, pixel_nm)
        if title is not None:
            array = array.rename(title).assign_attrs(title=title)
        if high_tension_kv is not None:
            array = array.assign_attrs(high_tension_kv=high_tension_kv)
        for path, value in changes:
            array = with_tag(array, path, value)
        write(array, output, overwrite=overwrite, raw=raw, progress=progress)
    print_written("corrected", output)


def with_pixel_size(array: xr.DataArray, sizes: str) -> xr.DataArray:
    """Return the array calibrated in nm; pixel (0, 0) stays where it was, if that was known."""
    from temstack.cli.words import numbers
    from temstack.errors import SettingError
    from temstack.stack.axes import pixel_coordinate
    from temstack.stack.units import length_in_nm

    found = numbers(sizes, "--pixel-nm", like="one size, or Y,X")
    if len(found) > 2 or not all(size > 0 for size in found):
        raise SettingError("--pixel-nm", "is no pixel size", got=repr(sizes), expected="one size above 0, or Y,X")
    for dim, size in zip(("y", "x"), (found[0], found[-1]), strict=True):
        if dim in array.dims:
            factor = length_in_nm(str(array[dim].attrs.get("units", "")))
            origin = 0.0 if factor is None else float(array[dim].values[0]) * factor
            axis = pixel_coordinate(dim, array.sizes[dim], size, origin=origin, units="nm")
            array = array.assign_coords({dim: axis})
    return array


def with_tag(array: xr.DataArray, path: str, value: str) -> xr.DataArray:
    """Return the array with one tag changed: a number or true/false where the text is one, else text."""
    from temstack.stack.tags import set_tag

    return array.assign_attrs(tags=set_tag(array.attrs.get("tags", {}), path, _typed(value)))


def _typed(text: str) -> Any:
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return value if isinstance(value, bool | int | float) else text
