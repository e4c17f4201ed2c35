"""The commands for maps, thickness, exposures and series, as a user types them."""

from __future__ import annotations

import numpy as np
import pytest

from temstack import read, write
from temstack.stack import label_stack

ENERGIES = np.array([600.0, 620.0, 640.0, 660.0, 720.0, 740.0])


@pytest.fixture
def edge(tmp_path):
    """An EFTEM stack with 50 counts of an element in every pixel, on the mean."""
    expected = 200 * (ENERGIES / 600) ** -3 + np.where(ENERGIES > 700, 50, 0)
    raw = np.random.default_rng(0).poisson(expected[:, None, None], (6, 40, 48)).astype(np.uint16)
    write(
        label_stack(raw, "energy_loss", plane_values=ENERGIES, pixel_size=0.5, pixel_units="nm"), tmp_path / "edge.dm4"
    )
    return tmp_path / "edge.dm4"


def test_a_map_and_its_noise(run, edge, tmp_path):
    words = ("--pre", "600:660", "--post", "720,740")
    ended = run("map", edge, *words, "-o", tmp_path / "net.hspy", "--snr", tmp_path / "snr.png")
    assert ended.code == 0, ended.err
    assert "600, 620, 640, 660 eV" in ended.out
    net = read(tmp_path / "net.hspy")
    assert float(net.mean()) == pytest.approx(100, abs=3)
    assert net.standard_error.shape == (40, 48)
    assert (tmp_path / "snr.png").read_bytes().startswith(b"\x89PNG")
    assert run("map", edge, *words, "-o", tmp_path / "net.hspy").code == 1
    assert run("map", edge, *words, "-o", tmp_path / "net.hspy", "--overwrite").code == 0
    assert run("map", edge, *words, "-o", tmp_path / "ratio.tif", "--jump-ratio").code == 0


@pytest.mark.parametrize(
    ("pre", "post", "words"),
    [
        ("660:600", "720", "pre: is reversed"),
        ("600:660", "900", "post: there is no plane at this energy"),
        ("600:720", "640:740", "post: overlaps"),
        ("six", "720", "--pre: is not energies in eV"),
    ],
)
def test_wrong_windows_get_one_sentence(run, edge, tmp_path, pre, post, words):
    ended = run("map", edge, "--pre", pre, "--post", post, "-o", tmp_path / "x.png")
    assert ended.code == 1
    assert len(ended.errors) == 1
    assert words in ended.errors[0]
    assert not (tmp_path / "x.png").exists()


def test_operations_of_the_spectrum_menu_are_commands_that_replay(run, edge, tmp_path):
    net = tmp_path / "net.zarr"
    assert run("eels", "subtract-background", edge, "--window", "600:660", "-o", net).code == 0
    assert read(net).attrs["history"][-1]["parameters"]["window"] == [[600.0, 660.0]]
    assert run("replay", net, edge, "-o", tmp_path / "again.zarr").code == 0
    np.testing.assert_array_equal(read(tmp_path / "again.zarr"), read(net))
    assert "background" in run("methods", net).out


def test_denoise_draws_its_scree_plot(run, edge, tmp_path):
    ended = run("denoise", edge, "-o", tmp_path / "d.zarr", "--components", 2, "--scree", tmp_path / "s.png")
    assert ended.code == 0, ended.err
    assert read(tmp_path / "d.zarr").attrs["components"] == 2
    assert (tmp_path / "s.png").exists()


def test_thickness_of_images_and_spectra(run, tmp_path):
    energies = np.arange(-10.0, 40.0)
    spectrum = 1000 * np.exp(-0.5 * energies**2) + 200 * np.exp(-0.5 * ((energies - 20) / 3) ** 2)
    stack = label_stack(np.round(spectrum)[:, None, None] * np.ones((1, 8, 9)), "energy_loss", plane_values=energies)
    write(stack, tmp_path / "low.zarr")
    ended = run("thickness", tmp_path / "low.zarr", "-o", tmp_path / "t.tif", "--threshold-ev", 6)
    assert ended.code == 0, ended.err
    assert float(read(tmp_path / "t.tif").mean()) == pytest.approx(np.log(1.6), abs=0.01)


def test_exposures_are_added_and_compared(run, tmp_path):
    scene = np.random.default_rng(1).uniform(10, 60, (96, 96))
    frames = np.random.default_rng(2).poisson(scene, (6, 96, 96)).astype(np.uint16)
    write(label_stack(frames), tmp_path / "frames.zarr")
    assert run("add", tmp_path / "frames.zarr", "-o", tmp_path / "sum.tif", "--no-align").code == 0
    np.testing.assert_allclose(read(tmp_path / "sum.tif").squeeze(), frames.sum(0))
    ended = run("frc", tmp_path / "frames.zarr", "--no-align", "-o", tmp_path / "frc.csv")
    assert ended.code == 0, ended.err
    assert "worth adding" in ended.out
    assert (tmp_path / "frc.csv").read_text().startswith("frequency / 1/px,2 frames")


def test_areas_fade(run, tmp_path):
    counts = 1000 * np.exp(-np.arange(12) / 4)
    stack = label_stack(np.rint(counts)[:, None, None] * np.ones((1, 8, 8)), "time", plane_values=np.arange(12.0))
    write(stack, tmp_path / "film.zarr")
    ended = run("curves", tmp_path / "film.zarr", "--region", "a=0,0,4,4", "--fading", "-o", tmp_path / "c.png")
    assert ended.code == 0, ended.err
    [line] = [each for each in ended.out.splitlines() if each.startswith("a ")]
    assert float(line.split()[1]) == pytest.approx(4, rel=0.02)


def test_focus_is_fitted(run, tmp_path):
    from temstack.testing import drifting_focal_series

    write(drifting_focal_series(1, 256, start_nm=250, largest_drift_px=0).stack, tmp_path / "focal.zarr")
    ended = run("ctf", tmp_path / "focal.zarr", "--amplitude-contrast", 0, "-o", tmp_path / "rings.png")
    assert ended.code == 0, ended.err
    row = next(line for line in ended.out.splitlines() if line.strip().startswith("0 "))
    assert float(row.split()[2]) == pytest.approx(250, abs=6)
