"""From axes as files say them to the names, units and positions of the convention."""

from __future__ import annotations

from pathlib import Path

import dask.array as da
import numpy as np
import pytest

from temstack.formats.found import Axis, Found
from temstack.formats.labelling import dims_of, label_found
from temstack.formats.labels import axis_of_labels, short_labels
from temstack.formats.units import unit_of
from temstack.stack.checking import check_array


def axis(name: str, units: str, size: int = 3) -> Axis:
    return Axis.even(name, units, size)


DIMS = {
    "an EFTEM stack of DM": ([("", "eV"), ("", "nm"), ("", "nm")], "EELS", "energy_loss y x"),
    "a spectrum image of HyperSpy": ([("y", "nm"), ("x", "nm"), ("Energy loss", "eV")], "EELS", "y x energy_loss"),
    "energies in keV that are losses": ([("", "keV"), ("", ""), ("", "")], "EELS", "energy_loss y x"),
    "an X-ray map": ([("y", "µm"), ("x", "µm"), ("Energy", "keV")], "EDS_TEM", "y x energy"),
    "an X-ray map without a type": ([("", "µm"), ("", "µm"), ("Energy", "keV")], "", "y x energy"),
    "degrees": ([("z", "deg"), ("y", ""), ("x", "")], "", "tilt y x"),
    "seconds": ([("z", "s"), ("y", ""), ("x", "")], "", "time y x"),
    "a volume": ([("z", "nm"), ("y", "nm"), ("x", "nm")], "", "plane y x"),
    "nothing known": ([("", ""), ("", ""), ("", "")], "", "plane y x"),
    "a name of the convention": ([("defocus", "nm"), ("", ""), ("", "")], "", "defocus y x"),
    "a name that its units deny": ([("time", "nm"), ("", ""), ("", "")], "", "plane y x"),
    "an image": ([("", "nm"), ("", "nm")], "", "y x"),
    "a spectrum": ([("", "eV")], "", "energy_loss"),
    "a profile": ([("", "nm")], "", "x"),
    "a line of spectra": ([("x", "nm"), ("Energy loss", "eV")], "EELS", "x energy_loss"),
    "diffraction patterns": ([("", "nm"), ("", "nm"), ("", "1/nm"), ("", "1/nm")], "", "y x ky kx"),
    "named diffraction patterns": ([("y", ""), ("x", ""), ("dx", "1/nm"), ("dy", "1/nm")], "", "y x ky kx"),
    "a series of stacks": ([("time", "s"), ("depth", ""), ("y", ""), ("x", "")], "", "time plane y x"),
    "images lying the other way": ([("x", "nm"), ("y", "nm")], "", "x y"),
    "a series of diffraction": ([("", "s"), ("", ""), ("", ""), ("", ""), ("", "")], "", "time y x ky kx"),
}


@pytest.mark.parametrize("case", DIMS)
def test_dimensions_are_named(case: str) -> None:
    axes, signal_type, expected = DIMS[case]
    assert " ".join(dims_of([axis(*one) for one in axes], signal_type)) == expected


UNITS = {
    "um": "µm", "\u03bcm": "µm", "\u00b5m": "µm", "micron": "µm", "\\u00B5m": "µm", "A": "Å", "nm ": "nm",
    "1 / nm": "1/nm", "nm^-1": "1/nm", "°": "deg", "sec": "s", "EV": "eV", None: "", "<undefined>": "",
    "pixels": "", "px": "", "parsec": "parsec",
}  # fmt: skip


@pytest.mark.parametrize("text", UNITS)
def test_units_have_one_spelling(text: str | None) -> None:
    assert unit_of(text) == UNITS[text]


LABELS = {
    "energies": (["617eV", "672 eV", "694.5 eV"], ("", "eV", [617, 672, 694.5])),
    "energies among words": (["Fe pre 617 eV", "Fe L3 708 eV"], ("", "eV", [617, 708])),
    "energies in keV": (["0.617 keV", "0.708 keV"], ("", "keV", [0.617, 0.708])),
    "tilts": (["-35 deg", "0 deg", "35 deg"], ("", "deg", [-35, 0, 35])),
    "tilts with a minus sign": (["−35°", "0°"], ("", "deg", [-35, 0])),
    "times": (["0 s", "0.5 s"], ("", "s", [0, 0.5])),
    "our own": (["defocus -270 nm", "defocus -90 nm"], ("defocus", "nm", [-270, -90])),
    "tags behind the first line": (["617 eV\nroot.x = 1 eV", "672 eV\nroot.x = 1 eV"], ("", "eV", [617, 672])),
}
NO_AXIS = {
    "positions": ["112,112", "134,101"],
    "one without": ["617 eV", "unknown"],
    "two energies in one": ["617 eV to 630 eV", "672 eV to 690 eV"],
    "mixed units": ["617 eV", "0.7 keV"],
    "exposures": ["2 s exposure", "4 s exposure"],
    "empty": ["", ""],
}


@pytest.mark.parametrize("case", LABELS)
def test_labels_say_positions(case: str) -> None:
    labels, (name, units, values) = LABELS[case]
    found = axis_of_labels(labels)
    assert found is not None
    assert (found.name, found.units, found.values.tolist()) == (name, units, values)


@pytest.mark.parametrize("case", NO_AXIS)
def test_labels_that_are_no_positions_are_left_alone(case: str) -> None:
    assert axis_of_labels(NO_AXIS[case]) is None


def test_only_the_first_line_of_a_label_is_kept() -> None:
    assert short_labels(["a.tif\nroot = 1", " b "]) == ["a.tif", "b"]


def test_time_and_energy_are_brought_to_the_units_of_the_convention() -> None:
    found = Found(np.zeros((3, 2, 2)), (axis("", "ms"), axis("", "", 2), axis("", "", 2)))
    array = check_array(label_found(found, Path("a.dm3")))
    np.testing.assert_allclose(array.time.values, [0, 1e-3, 2e-3])


def test_the_height_of_a_spectrum_is_left_out() -> None:
    found = Found(np.zeros((1, 5)), (axis("x", "", 1), axis("", "eV", 5)))
    assert label_found(found, Path("a.dm3")).dims == ("energy_loss",)


def test_a_pixel_alone_keeps_its_size() -> None:
    found = Found(np.zeros((1, 5)), (Axis.even("y", "nm", 1, 0.25), Axis.even("x", "nm", 5, 0.25)))
    assert label_found(found, Path("a.dm3")).y.attrs == {"units": "nm", "step": 0.25}


def test_colours_and_byte_order_are_those_of_memory() -> None:
    records = np.zeros((2, 3), dtype=[("R", "u1"), ("G", "u1"), ("B", "u1")])
    records["G"] = 7
    axes = (axis("", "", 2), axis("", "", 3))
    colour = check_array(label_found(Found(records, axes), Path("a.tif")))
    assert colour.sel(channel="green").values.tolist() == [[7] * 3] * 2
    lazy = label_found(Found(da.ones((2, 3), dtype=">i2"), axes), Path("a.tif"))
    assert (lazy.dtype.byteorder, lazy.name) == ("=", None)


@pytest.mark.parametrize(("volts", "kv"), [(200.0, 200.0), (200000.0, 200.0), (0.0, None)])
def test_high_tension_is_in_kv(volts: float, kv: float | None) -> None:
    metadata = {"Acquisition_instrument": {"TEM": {"beam_energy": volts}}, "Signal": {"quantity": "Electrons (e-)"}}
    array = label_found(Found(np.zeros(3), (axis("", "eV"),), metadata), Path("a.msa"))
    assert array.attrs.get("high_tension_kv") == kv
    assert array.attrs["intensity_units"] == "e-"
