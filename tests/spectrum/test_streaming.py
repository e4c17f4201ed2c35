"""What streams holds a small part of a stack on disk in memory: measured in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from temstack.stack import label_stack
from temstack.store import write_stack

pytest.importorskip("resource")  # not on Windows

_MEASURE = """
import resource, sys
import temstack as ts
from temstack import spectrum
stack = ts.read(sys.argv[1], lazy=True)
spectrum.elemental_map(stack.isel(energy_loss=slice(0, 4)), pre=(500, 510), post=515)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
result = eval(sys.argv[2])
if len(sys.argv) > 3:
    ts.write(result, sys.argv[3])
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)
"""


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """256 MB of planes, one per chunk."""
    path = tmp_path_factory.mktemp("large") / "stack.zarr"
    plane = np.random.default_rng(0).poisson(100, (1024, 1024)).astype(np.uint16)
    stack = label_stack(np.zeros((1, 1, 1), np.uint16), "energy_loss", plane_values=[500.0])
    import dask.array as da

    pixels = da.stack([da.from_array(plane + k, chunks=-1) for k in range(128)])
    energies = 500 + 5.0 * np.arange(128)
    stack = label_stack(pixels, "energy_loss", plane_values=energies)
    write_stack(stack, path)
    return path


@pytest.mark.parametrize(
    ("operation", "is_written"),
    [
        ("spectrum.elemental_map(stack, pre=(500, 800), post=(805, 1100))", False),
        ("spectrum.subtract_background(stack, (500, 800))", True),
        ("spectrum.thickness(stack, threshold_ev=700)", False),
        ("spectrum.extract_spectrum(stack, polygon=[(0, 0), (0, 1000), (1000, 0)])", False),
    ],
)
def test_a_stack_on_disk_is_never_all_in_memory(large: Path, tmp_path: Path, operation: str, is_written: bool) -> None:
    output = [str(tmp_path / "out.zarr")] if is_written else []
    command = [sys.executable, "-c", _MEASURE, str(large), operation, *output]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert float(ended.stdout) < 160  # MB; the stack is 256, as floats 512
