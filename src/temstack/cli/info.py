"""``temstack info``: what is in a file, and how the program understands it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from temstack.cli.console import print_facts, print_line, print_table, progress_shown
from temstack.cli.inputs import Source

if TYPE_CHECKING:
    import xarray as xr


def info(
    source: Source,
    planes: Annotated[
        bool, typer.Option("--planes", help="List every plane with its smallest, mean and largest value.")
    ] = False,
    tags: Annotated[bool, typer.Option("--tags", help="List the tags that the microscope's program wrote.")] = False,
) -> None:
    """Say what a file holds: size, type, axes, calibration, values of each plane.

    Pixels are read only for --planes.
    """
    array = source.read()
    print_facts(_facts(source, array))
    print_line()
    axes = [_axis_row(array, str(dim)) for dim in array.dims]
    print_table(["axis", "size", "from", "to", "step", "units"], axes, words=1)
    if values := list(_per_plane_rows(array)):
        print_line()
        print_table(["each plane's", "from", "to", "units"], values, words=1)
    if planes:
        print_line()
        _print_planes(array)
    if tags:
        print_line()
        for line in tag_lines(array.attrs.get("tags", {})):
            print_line(line)


def _facts(source: Source, array: xr.DataArray) -> Iterator[tuple[str, str]]:
    yield "file", str(source.paths[0]) if len(source.paths) == 1 else source.name
    if array.name:
        yield "title", str(array.name)
    shape = " × ".join(str(size) for size in array.shape)
    yield "data", f"{shape} {array.dtype} ({', '.join(str(d) for d in array.dims)}), {_bytes(array.nbytes)}"
    for name, label, units in (
        ("signal_type", "signal", ""),
        ("intensity_units", "intensity in", ""),
        ("high_tension_kv", "high tension", " kV"),
    ):
        if array.attrs.get(name) is not None:
            value = array.attrs[name]
            yield label, f"{value:g}{units}" if isinstance(value, float) else f"{value}{units}"
    if array.attrs.get("tags"):
        yield "tags", f"{sum(1 for _ in tag_lines(array.attrs['tags']))} (list them with --tags)"
    for line in array.attrs.get("history", []):
        yield "history", f"{line.get('operation')} (temstack {line.get('version')})"


def _bytes(count: int) -> str:
    for size, unit in ((2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB")):
        if count >= size:
            return f"{count / size:.1f} {unit}"
    return f"{count} bytes"


def _axis_row(array: xr.DataArray, dim: str) -> list[str]:
    import numpy as np

    coord = array.coords.get(dim)
    if coord is None or coord.dtype.kind not in "iuf":
        return [dim, str(array.sizes[dim]), "", "", "", ""]
    values = np.asarray(coord.values, dtype=float)
    steps = np.diff(values)
    if not len(steps):
        step = f"{coord.attrs['step']:g}" if "step" in coord.attrs else ""
    elif np.allclose(steps, steps.mean(), rtol=1e-3, atol=0):
        step = f"{steps.mean():.6g}"
    else:
        step = f"uneven, {steps.min():.4g} … {steps.max():.4g}"
    return [
        dim,
        str(len(values)),
        f"{values[0]:.6g}",
        f"{values[-1]:.6g}",
        step,
        str(coord.attrs.get("units", "")),
    ]


def _per_plane_rows(array: xr.DataArray) -> Iterator[list[str]]:
    from temstack.stack import PLANE_DIMS, per_plane_values

    if not any(dim in PLANE_DIMS for dim in array.dims):
        return
    for name, values in sorted(per_plane_values(array).items()):  # a Zarr folder lists them in any order
        units = str(values.attrs.get("units", ""))
        if values.dtype.kind in "iuf":
            yield [name, f"{float(values.min()):.6g}", f"{float(values.max()):.6g}", units]
        else:
            yield [name, str(values.values[0]), str(values.values[-1]), units]


def _print_planes(array: xr.DataArray) -> None:
    from temstack.report.words import axis_value
    from temstack.stack import counts, iter_planes, plane_dim

    rows = []
    with progress_shown() as progress:
        dim = plane_dim(array)
        for index, plane in iter_planes(counts(array)):
            rows.append([str(index), axis_value(array, index), *_statistics(plane)])
            progress("reading planes", index + 1, array.sizes[dim])
    print_table(["plane", dim, "smallest", "mean", "largest"], rows)


def _statistics(plane: Any) -> list[str]:
    real = abs(plane) if plane.dtype.kind == "c" else plane
    return [f"{float(value):.6g}" for value in (real.min(), real.mean(), real.max())]


def tag_lines(tags: Any, path: str = "") -> Iterator[str]:
    """Yield ``path = value`` for every tag, groups joined by colons as DigitalMicrograph writes them."""
    items: Any
    if isinstance(tags, dict):
        items = tags.items()
    elif isinstance(tags, list):
        items = enumerate(tags)
    else:
        plain = tags.item() if hasattr(tags, "dtype") and not tags.shape else tags
        text = plain if isinstance(plain, str) else " ".join(repr(plain).split())
        yield f"{path} = {text if len(text) <= 120 else text[:117] + '…'}"
        return
    for name, value in items:
        yield from tag_lines(value, f"{path}:{name}" if path else str(name))
