"""The registry says of every operation what is so, and every door is made from it."""

from __future__ import annotations

import inspect
import json
import subprocess
import sys

import numpy as np
import pytest
import xarray as xr

from temstack import write
from temstack.errors import SettingError
from temstack.operations import find, methods_paragraph, operations, replay, run
from temstack.operations.declaration import REQUIRED, as_text
from temstack.operations.kinds import Choice, Flag, Number, Numbers, Planes, Points, Span, Whole, Wholes
from temstack.stack import label_stack

EVERY = pytest.mark.parametrize("operation", operations(), ids=lambda operation: operation.name)


def series(planes: int = 5) -> xr.DataArray:
    pixels = np.arange(planes * 12, dtype=np.uint16).reshape(planes, 3, 4)
    return label_stack(pixels, "energy_loss", plane_values=480 + 5 * np.arange(planes), title="series")


@EVERY
def test_the_declaration_names_every_parameter_of_the_function(operation) -> None:
    taken = list(inspect.signature(operation.load()).parameters.values())
    assert taken[0].default is inspect.Parameter.empty
    named = {each.name: each.default for each in taken[1:] if each.name != "progress"}
    declared = {each.name: each.default for each in operation.parameters}
    assert declared.keys() == named.keys()
    for name, default in declared.items():
        expected = REQUIRED if named[name] is inspect.Parameter.empty else named[name]
        assert default == expected, name


@EVERY
def test_the_declaration_reads_well(operation) -> None:
    assert operation.summary.endswith(".")
    assert len(operation.menu) == 2
    assert operation.methods, "a paper must be able to name it"
    assert operation.streams or operation.whole_stack_reason
    assert operation.load().__doc__
    for parameter in operation.parameters:
        assert parameter.help.endswith(".")
        assert parameter.help_line().isprintable()
        assert parameter.kind.describe()


@EVERY
def test_defaults_are_values_that_the_parameters_take(operation) -> None:
    for parameter in operation.parameters:
        if parameter.default is not REQUIRED and parameter.default is not None:
            assert parameter.check(parameter.default, "default") == parameter.default
            assert parameter.kind.parse(as_text(parameter.default), "default") == parameter.default


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (Whole(lowest=0), "3", 3),
        (Number(), "-2.5", -2.5),
        (Number(), "−2.5", -2.5),
        (Flag(), "yes", True),
        (Choice(options=("sum", "mean")), "mean", "mean"),
        (Numbers(), "1, 2.5;3", (1.0, 2.5, 3.0)),
        (Wholes(count=2), "4,5", (4, 5)),
        (Span(), "480,500.5", (480, 500.5)),
        (Span(), ",10", (None, 10)),
        (Span(), "-5:", (-5, None)),
        (Planes(), "7", 7),
        (Planes(), "0,3", (0, 3)),
        (Points(), "1,2 3,4.5", ((1.0, 2.0), (3.0, 4.5))),
    ],
)
def test_text_is_read_as_it_is_meant(kind, text: str, value: object) -> None:
    assert kind.parse(text, "it") == value
    assert kind.check(value, "it") == value


@pytest.mark.parametrize(
    ("kind", "text", "sentence"),
    [
        (Whole(lowest=0), "-1", "--it: is not a whole number, 0 or more; got -1.0"),
        (Whole(lowest=0), "1.5", "--it: is not a whole number, 0 or more; got 1.5"),
        (Number(above=0, units="px"), "0", "--it: is not a number above 0 px; got 0.0"),
        (Number(lowest=0, highest=1), "nan", "--it: is not a number, 0 … 1; got nan"),
        (Flag(), "maybe", "--it: is not true or false; got 'maybe'"),
        (Choice(options=("sum", "mean")), "max", "--it: is not one of sum, mean; got 'max'"),
        (Numbers(count=2), "1,2,3", "--it: is not 2 numbers such as 1,2; got [1.0, 2.0, 3.0]"),
        (Wholes(), "1,x", "--it: is not whole numbers such as 1,2,3; got '1,x'"),
        (Span(), "9,3", "--it: its start must lie before its stop; got 9 … 3; expected START,STOP"),
        (Span(), "1,2,3", "--it: is not a range START,STOP;"),
        (Planes(), "1.5", "--it: is not one plane, or a range START,STOP"),
        (Points(), "1,2", "--it: is not at least 2 points"),
        (Points(), "1,2 3", "--it: is not at least 2 points"),
    ],
)
def test_what_cannot_be_meant_is_one_clear_sentence(kind, text: str, sentence: str) -> None:
    with pytest.raises(SettingError) as caught:
        kind.parse(text, "--it")
    assert str(caught.value).startswith(sentence)


def test_run_writes_one_line_of_history_with_all_parameters() -> None:
    part = run("extract_planes", series(), planes=(485, 495), calibrated=True)
    assert part.energy_loss.values.tolist() == [485, 490]
    assert [line["operation"] for line in part.attrs["history"]] == ["extract_planes"]
    assert part.attrs["history"][0]["parameters"] == {"planes": [485, 495], "calibrated": True}


def test_run_opens_files_and_remembers_them(tmp_path) -> None:
    write(
        series(2)
        .assign_coords(energy_loss=[600.0, 605.0])
        .assign_coords(energy_loss=lambda s: s.energy_loss.assign_attrs(units="eV")),
        tmp_path / "more.zarr",
    )
    joined = run("append_planes", series(), planes=tmp_path / "more.zarr")
    assert joined.sizes["energy_loss"] == 7
    assert joined.attrs["history"][-1]["parameters"]["planes"] == {"source": str(tmp_path / "more.zarr")}
    again = replay(joined.attrs["history"], series())
    xr.testing.assert_identical(again, joined)


def test_replay_does_again_what_was_done() -> None:
    done = run("sort_planes", run("remove_planes", series(), planes=2), descending=True)
    other = series() + np.uint16(100)
    other.attrs = series().attrs
    again = replay(done.attrs["history"], other)
    np.testing.assert_array_equal(again.values, done.values + 100)
    assert again.attrs["history"] == done.attrs["history"]
    kept = replay(done.attrs["history"], other, changes={"remove-planes": {"planes": 0}}, skip=["sort_planes"])
    assert kept.energy_loss.values.tolist() == [485, 490, 495, 500]


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: find("extract_plane"), "operation: is unknown; got 'extract_plane'; expected extract_planes"),
        (lambda: run("extract_planes", series()), "extract_planes: planes: is missing; expected one plane"),
        (lambda: run("extract_planes", series(), plane=1), "plane: is no parameter of extract_planes; expected one of"),
        (
            lambda: run("extract_planes", series()[0], planes=1),
            "extract_planes: does not work on this: image; expected stack",
        ),
        (
            lambda: replay(run("extract_planes", series(), planes=4).attrs["history"], series(2)),
            "line 1 of the history (extract_planes): energy_loss: bounds reach outside the axis; got 4 … 5",
        ),
        (
            lambda: replay(run("append_planes", series(), planes=series(1)).attrs["history"], series()),
            "line 1 of the history (append_planes): planes: is not known by its file",
        ),
        (lambda: replay([], series(), skip=["crop"]), "crop: does not occur in the history"),
    ],
)
def test_mistakes_are_told_in_one_sentence(call, sentence: str) -> None:
    with pytest.raises(SettingError) as caught:
        call()
    assert str(caught.value).startswith(sentence)


def test_methods_paragraph() -> None:
    done = run("append_planes", run("extract_planes", series(), planes=(0, 2)), planes=series(1), plane_values=(7,))
    assert methods_paragraph(done.attrs["history"]) == (
        f"Stacks were processed with temstack {done.attrs['history'][0]['version']}. "
        "Planes 0 to 2 (the last excluded) were extracted. "
        "The planes of series were appended (plane values: 7)."
    )
    assert "brightened was applied (by 3)" in methods_paragraph([{"operation": "brightened", "parameters": {"by": 3}}])


def test_the_registry_loads_nothing_heavy() -> None:
    code = "import sys, temstack.operations as o; o.operations(); sys.exit('xarray' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_aligning_is_done_again_and_told() -> None:
    from temstack import align
    from temstack.testing import drifting_eftem_series

    series_of = [drifting_eftem_series(5, 96, 400.0, seed, largest_drift_px=6.0) for seed in (1, 2)]
    aligned, _ = align(series_of[0].stack, gaussian_px=1.0, interpolation="linear")
    again = replay(aligned.attrs["history"], series_of[1].stack)
    expected, _ = align(series_of[1].stack, gaussian_px=1.0, interpolation="linear")
    xr.testing.assert_allclose(again, expected)
    told = methods_paragraph(aligned.attrs["history"])
    assert "(linear interpolation)" in told
    assert "gaussian_px 1" in told


def test_a_sum_is_made_again_with_the_settings_and_the_mask_of_its_alignment() -> None:
    from temstack import align
    from temstack.drift import estimate_drift, sum_aligned
    from temstack.testing import drifting_eftem_series

    first, second = (drifting_eftem_series(5, 96, 400.0, seed, largest_drift_px=6.0).stack for seed in (1, 2))
    mask = np.zeros((96, 96), bool)
    mask[8:90, 4:80] = True
    options = {"gaussian_px": 1.0, "mask": mask, "pairs": 2}
    summed = sum_aligned(first, estimate_drift(first, **options), mean=True, interpolation="linear", edges="fill")
    expected = sum_aligned(second, estimate_drift(second, **options), mean=True, interpolation="linear", edges="fill")
    again = replay(json.loads(json.dumps(summed.attrs["history"])), second)
    xr.testing.assert_allclose(again, expected)
    assert not np.allclose(
        again.values, replay(summed.attrs["history"], second, changes={"sum_aligned": {"settings": {}}})
    )
    told = methods_paragraph(summed.attrs["history"])
    assert "5 planes were added" in told
    assert "mask pixels 6232 of 9216, shape 96, 96" in told
    assert "packed" not in told
    with pytest.raises(SettingError, match="mask: has not the shape of the planes"):
        replay(align(first, mask=mask)[0].attrs["history"], second[:, :80])


AREAS = (
    {},
    {"region": (0, 1, 2, 3), "mean": True},
    {"region": (0.5, 0.5, 1.5, 1.5), "calibrated": True},
    {"point": (2, 3)},
    {"polygon": ((0, 0), (0, 3), (2, 0))},
    {"line": ((0, 0), (2, 3)), "width_px": 2.0},
)


@pytest.mark.parametrize("area", AREAS, ids=str)
def test_spectra_of_areas_are_extracted_and_extracted_again(area: dict[str, object]) -> None:
    from temstack import extract_spectrum

    made = run("extract_spectrum", series(), **area)
    xr.testing.assert_equal(made, extract_spectrum(series(), **area))
    xr.testing.assert_identical(replay(made.attrs["history"], series()), made)


def test_a_mask_may_be_a_file_and_is_found_again(tmp_path) -> None:
    mask = np.array([[0, 0, 7, 7], [0, 0, 0, 7], [0, 0, 0, 0]], np.uint8)
    write(label_stack(mask[None])[0].drop_vars("plane"), tmp_path / "mask.tif")
    made = run("extract_spectrum", series(), mask=tmp_path / "mask.tif")
    np.testing.assert_array_equal(made.values, series().values[:, mask > 0].sum(axis=1))
    xr.testing.assert_identical(replay(made.attrs["history"], series()), made)


def test_a_line_has_two_ends() -> None:
    with pytest.raises(SettingError, match="line: is not two points"):
        run("extract_spectrum", series(), line=((0, 0), (1, 1), (2, 3)))


DIRECT = {
    "extract_planes": {"planes": (1, 3)},
    "remove_planes": {"planes": 1},
    "reorder_planes": {"order": [4, 3, 2, 1, 0]},
    "sort_planes": {"descending": True},
    "sub_volume": {"y": (1, 3)},
    "crop": {"region": (0, 1, 2, 3)},
    "bin_stack": {"planes": 2},
    "pad": {"x": (1, 0)},
    "rotate_90": {"axis": "y"},
    "rotate_in_plane": {"angle_deg": 30.0},
    "flip": {"axis": "z"},
    "swap_axes": {"first": "x", "second": "z"},
    "project": {"bounds": (1, 3)},
    "orthogonal_slice": {"axis": "y", "at": 1},
    "line_slice": {"points": [(0, 0), (2, 3)]},
    "oblique_slice": {"about_x_deg": 20.0, "centre": (2, 1, 1)},
    "set_plane_axis": {"values": [1.0, 2.0, 4.0, 8.0, 9.0]},
    "set_plane_values": {"name": "dose", "values": [2.0]},
    "convert_type": {"dtype": "float32"},
    "subtract": {"plane": 1},
    "normalise_to_region": {"region": (0, 0, 2, 2)},
    "despike": {"threshold": 5.0, "size_px": 3},
    "filter_planes": {"how": "median", "width_px": 3},
    "filter_along_planes": {"width": 1.0},
    "fourier_transform": {"show": "power"},
}


@pytest.mark.parametrize("name", DIRECT)
def test_what_was_called_without_the_registry_is_done_again_too(name: str) -> None:
    operation = find(name)
    direct = operation.load()(series() + np.uint16(1), **DIRECT[name])
    again = replay(direct.attrs["history"], series() + np.uint16(1))
    np.testing.assert_array_equal(again.values, direct.values)
    by_registry = run(name, series() + np.uint16(1), **DIRECT[name])
    assert by_registry.attrs["history"][-1].keys() == direct.attrs["history"][-1].keys()
    assert by_registry.attrs["history"][-1]["parameters"].keys() == direct.attrs["history"][-1]["parameters"].keys()
