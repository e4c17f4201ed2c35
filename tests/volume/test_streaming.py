"""Stacks larger than memory go through: each operation from file to file, its memory measured in a child process."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from temstack.operations import operations
from volume import CASES, make_store, measure

GIGABYTES = float(os.environ.get("TEMSTACK_SOAK_GB", "20"))
FEW = ("rotate_90", "bin_stack")
"""Those that need planes from far apart, or several at once; the others are simpler. `make soak` does all."""


@pytest.fixture(scope="module")
def stack_on_disk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A stack twice as large as the memory that is allowed; `make soak` takes larger ones."""
    return make_store(tmp_path_factory.mktemp("streaming"), 0.8, is_empty=True)


@pytest.mark.parametrize("name", FEW)
def test_stacks_go_through_400_mb(stack_on_disk: Path, name: str) -> None:
    assert measure(name, stack_on_disk)["peak_mb"] < 400


def test_every_operation_that_streams_is_measured() -> None:
    without_a_case = {"assemble", "add", "multiply", "complex_part", "to_spectrum_image", "to_stack"}
    streaming = {each.name for each in operations("Volume") if each.streams}
    assert streaming - without_a_case == set(CASES), "add or remove a case in benchmarks/volume.py"


@pytest.fixture(scope="module")
def large_stack(tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("soak")
    yield make_store(folder, GIGABYTES)
    shutil.rmtree(folder)


@pytest.mark.soak
@pytest.mark.parametrize("name", CASES)
def test_large_stacks_go_through_little_memory(large_stack: Path, name: str) -> None:
    assert measure(name, large_stack)["peak_mb"] < (400 if GIGABYTES <= 2 else 2000)
