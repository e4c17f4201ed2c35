"""The dialog of every operation of the menus does what a script does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import xarray as xr
from qtpy.QtCore import Qt

from temstack.operations import operations, run
from temstack.stack import label_stack
from temstack.viewer.views.main_window import MainWindow
from temstack.viewer.views.menus.operations import MENUS, open_dialog
from temstack.viewer.views.operation_dialog import OperationDialog

SIDE, PLANES = 24, 8
ENERGIES = 600.0 + 10 * np.arange(PLANES)


def edge_series() -> xr.DataArray:
    """An EFTEM stack with an edge at 640 eV over a falling background."""
    rng = np.random.default_rng(5)
    mean = 4e4 * (ENERGIES / 600) ** -3 + 4000 * (ENERGIES > 640)
    pixels = rng.poisson(mean[:, None, None], (PLANES, SIDE, SIDE)).astype(np.uint16)
    per_plane = {"exposure_s": np.linspace(1, 2, PLANES)}
    return label_stack(pixels, "energy_loss", plane_values=ENERGIES, per_plane=per_plane, title="edge", pixel_size=0.5)


def zero_loss_series() -> xr.DataArray:
    """A stack through the zero-loss peak, which moves over the image, with a plasmon behind it."""
    energies = np.arange(-5.0, 30.0)
    shift = np.linspace(-1, 1, SIDE)[None, None, :]
    axis = energies[:, None, None]
    mean = 5000 * np.exp(-((axis - shift) ** 2) / 3) + 500 * np.exp(-((axis - 18) ** 2) / 30) + np.zeros((1, SIDE, 1))
    pixels = np.random.default_rng(6).poisson(mean).astype(np.uint16)
    return label_stack(pixels, "energy_loss", plane_values=energies, title="low loss")


def image() -> xr.DataArray:
    """One plane of the series."""
    return edge_series()[2].drop_vars(["energy_loss", "exposure_s"])


def frames() -> xr.DataArray:
    """Exposures of the same place."""
    pixels = np.random.default_rng(7).poisson(100, (4, 64, 64)).astype(np.uint16)
    return label_stack(pixels, "time", plane_values=np.arange(4.0), title="frames")


def spectrum() -> xr.DataArray:
    """A reference."""
    return edge_series().mean(("y", "x"), keep_attrs=True).drop_vars("exposure_s")


EVERY = [each for title in MENUS for each in operations(title)]

CASES: dict[str, dict[str, Any]] = {
    "append_planes": {"planes": edge_series},
    "insert_planes": {"planes": edge_series, "index": "3"},
    "replace_planes": {"planes": image, "index": "2"},
    "extract_planes": {"planes": "1,4"},
    "remove_planes": {"planes": "610,630", "calibrated": True},
    "sub_volume": {"planes": "2,", "y": "3,12"},
    "replace_sub_volume": {"part": image, "planes": "0,1"},
    "crop": {"region": "2,3,20,24"},
    "bin_stack": {"y": "2", "x": "3", "planes": "2", "how": "mean"},
    "pad": {"planes": "1,0", "y": "2,2", "mode": "edge"},
    "rotate_90": {"axis": "x", "turns": "-1"},
    "rotate_in_plane": {"angle_deg": "10", "expand": True},
    "swap_axes": {"first": "x", "second": "z"},
    "project": {"how": "max", "bounds": "1,5"},
    "orthogonal_slice": {"axis": "y", "at": "6"},
    "line_slice": {"points": "2,2 18,20", "width": "2"},
    "oblique_slice": {"about_x_deg": "20"},
    "set_plane_axis": {"axis": "time", "start": "0", "step": "0.5"},
    "set_plane_values": {"name": "dose", "values": "3"},
    "convert_type": {"dtype": "float32"},
    "add": {"number": "5"},
    "subtract": {"plane": "0"},
    "multiply": {"number": "1.5"},
    "divide": {"other": edge_series},
    "normalise_to_region": {"region": "0,0,8,8"},
    "fourier_transform": {"show": "log"},
    "energy_window_image": {"window": "600:630"},
    "elemental_map": {"pre": "600:630", "post": "650:670"},
    "jump_ratio": {"pre": "630", "post": "650"},
    "subtract_background": {"window": "600,610,620,630"},
    "correct_energies": {"shift_ev": lambda: (0 * image()).astype(float)},
    "fit_references": {"references": lambda: {"edge": spectrum(), "flat": spectrum() * 0 + 1}},
    "denoise": {"components": "1"},
    "diffractograms": {"tile_px": "16"},
}
"""What is filled in, as it is typed; functions make stacks. The others are done with what stands there first."""

INPUTS: dict[str, Any] = {
    "to_stack": lambda: edge_series().transpose("y", "x", "energy_loss"),
    "complex_part": lambda: edge_series().astype(np.complex64),
    "thickness": zero_loss_series,
    "zero_loss_position": zero_loss_series,
    "align_zero_loss": zero_loss_series,
    "non_isochromaticity": zero_loss_series,
    "add_exposures": frames,
}
"""What operations work on that do not work on a series of energies."""


@pytest.fixture(scope="module")
def one_window(qapp, tmp_path_factory) -> Iterator[MainWindow]:
    """One main window for all of them: making one takes longer than an operation."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TEMSTACK_CONFIG", str(tmp_path_factory.mktemp("user")))
        window = MainWindow()
        window.show()
        yield window
        window.desk.jobs.cancel_all()
        for document in list(window.desk.documents):
            window.desk.close(document)
        window.close()


@pytest.fixture
def main(one_window: MainWindow) -> MainWindow:
    """The window with nothing open."""
    for document in list(one_window.desk.documents):
        one_window.desk.close(document)
    return one_window


def filled(name: str) -> dict:
    return {key: entry() if callable(entry) else entry for key, entry in CASES.get(name, {}).items()}


@pytest.mark.parametrize("operation", EVERY, ids=lambda operation: operation.name)
def test_a_dialog_does_what_a_script_does(main, qtbot, operation) -> None:
    data = INPUTS.get(operation.name, edge_series)()
    entries = filled(operation.name)
    for entry in entries.values():
        if isinstance(entry, xr.DataArray):
            main.desk.add(entry, title="other")
    main.desk.add(data, title="input")
    open_dialog(main, operation)
    (dialog,) = main.findChildren(OperationDialog)
    dialog.is_previewed.setChecked(False)
    dialog.form.fill_in(entries)
    if dialog.several is not None:
        for row in range(dialog.several.count()):
            dialog.several.item(row).setCheckState(Qt.CheckState.Checked)
    before = len(main.desk.documents)
    assert dialog.ok.isEnabled(), dialog.sentence.text()
    values, problems = dialog.form.read()
    assert not problems
    qtbot.mouseClick(dialog.ok, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(main.desk.documents) == before + 1, timeout=30_000)
    result = main.desk.documents[-1]
    expected = run(operation, [data] if "several" in operation.inputs else data, **values)
    assert result.data.attrs["history"] == expected.attrs["history"]
    xr.testing.assert_allclose(result.data, expected, rtol=1e-6)
    assert result.data.dtype == expected.dtype
    assert not result.is_saved
    assert result.title.startswith("input – ")
