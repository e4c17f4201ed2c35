"""Stacks larger than memory go through: operations from file to file, the memory of each process measured."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from temstack.operations import operations, run
from temstack.operations.declaration import Operation
from temstack.operations.running import WholeStackWarning
from temstack.stack import label_stack
from volume import CASES, make_store, measure

pytest.importorskip("resource")  # not on Windows, where nothing says how much memory a process held

GIGABYTES = float(os.environ.get("TEMSTACK_SOAK_GB", "20"))
IN_CI = (
    "append_planes+insert_planes+replace_planes+extract_planes+remove_planes+reorder_planes+sort_planes+flip",
    "set_plane_values+convert_type+add+multiply+replace_sub_volume+normalise_to_exposure",
    "divide",
    "rotate_90",
    "project",
    "orthogonal_slice",
    "extract_spectrum",
    "energy_window_image",
    "jump_ratio",
)
"""On 2 GB. Joined by +: one after the other before anything is written; each is within the limit if all of them are."""

ON_A_PART = (
    "fourier_transform",
    "filter_along_planes",
    "despike",
    "elemental_map",
    "thickness",
    "zero_loss_position",
    "non_isochromaticity",
)
"""They take minutes for 2 GB, and look at a few planes, or at a few rows, at a time. All others: ``make soak``."""

HOLDS_IMAGES = {"fit_references": 500, "thickness": 450}
"""MB for planes of 2048²: four images in double precision."""


@pytest.fixture(scope="module")
def stack_on_disk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """2 GB of 16-bit planes of 2048²; most are flat, which takes less time."""
    return make_store(tmp_path_factory.mktemp("streaming"), 2.0, side=2048, noisy=16)


@pytest.fixture(scope="module")
def part_on_disk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As many planes of 2048² as say how much memory those operations take that look at a few planes at a time."""
    return make_store(tmp_path_factory.mktemp("part"), 0.25, side=2048, noisy=16)


@pytest.mark.parametrize("names", IN_CI)
def test_stacks_of_2_gb_go_through_400_mb(stack_on_disk: Path, names: str) -> None:
    (told,) = measure([names], stack_on_disk)
    assert told.peak_mb < 400


@pytest.mark.parametrize("names", ON_A_PART)
def test_what_takes_long_goes_through_400_mb(part_on_disk: Path, names: str) -> None:
    (told,) = measure([names], part_on_disk)
    assert told.peak_mb < HOLDS_IMAGES.get(names, 400)


def test_every_operation_that_streams_is_measured() -> None:
    without_a_case = {"assemble", "complex_part", "to_stack"}
    streaming = {each.name for menu in ("Volume", "Spectrum") for each in operations(menu) if each.streams}
    assert streaming - without_a_case == set(CASES), "add or remove a case in benchmarks/volume.py"


def large(shape: tuple[int, ...] = (40, 2048, 2048)) -> xr.DataArray:
    """A stack of 320 MB that has no pixels yet."""
    import dask.array as da

    pixels = da.zeros(shape, chunks=(1, *shape[1:]), dtype=np.uint16)
    return label_stack(pixels, "energy_loss", plane_values=np.arange(-20.0, shape[0] - 20))


WHOLE = [each for each in operations() if not each.streams]


@pytest.mark.parametrize("operation", WHOLE, ids=lambda operation: operation.name)
def test_what_holds_the_whole_stack_says_so_before_it_starts(
    operation: Operation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def started(*_given: object, **_options: object) -> None:
        raise AssertionError("started")

    monkeypatch.setattr(Operation, "load", lambda _self: started)
    given = {"shift_ev": xr.DataArray(np.zeros((2048, 2048)), dims=("y", "x"))}
    values = {each.name: given[each.name] for each in operation.parameters if each.name in given}
    sentence = f"{operation.name} holds the whole stack in memory, 0.3 GB"
    with pytest.warns(WholeStackWarning, match=sentence), pytest.raises(AssertionError, match="started"):
        run(operation, large(), **values)


def test_those_that_hold_the_whole_stack_are_known() -> None:
    assert {each.name for each in WHOLE} == {"align_zero_loss", "correct_energies"}


@pytest.fixture(scope="module")
def large_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("soak")
    yield make_store(folder, GIGABYTES, side=2048)
    shutil.rmtree(folder)


@pytest.mark.soak
@pytest.mark.parametrize("name", CASES)
def test_large_stacks_go_through_little_memory(large_stack: Path, name: str) -> None:
    (told,) = measure([name], large_stack)
    assert told.peak_mb < (HOLDS_IMAGES.get(name, 400) if GIGABYTES <= 2 else 2000)
