"""Which unit cell of a lattice a plane is in: found by what does not repeat, for all planes together."""

from __future__ import annotations

import numpy as np
import pytest

from temstack.drift import estimate_drift
from temstack.drift.cells import choose_cells
from temstack.drift.lattice import Lattice, find_lattice, is_bragg
from temstack.drift.planes import Filters
from temstack.drift.source import plane_source
from temstack.stack.progress import no_progress
from temstack.testing import drifting_eftem_series

BASIS = np.array([[9.2, 1.3], [-2.1, 10.4]])


def crystal(seed: int, drift: np.ndarray, *, size: int = 160, electrons: float = 10.0) -> np.ndarray:
    """Return planes of a crystal with a few brighter columns, moved by the drift, with counting noise."""
    rng = np.random.default_rng(seed)
    numbers = np.stack(np.meshgrid(np.arange(-60, 60), np.arange(-60, 60)), axis=-1).reshape(-1, 2)
    columns = numbers @ BASIS + size / 2
    height = np.where(rng.random(len(columns)) < 0.03, 1.8, 1.0)
    y, x = np.arange(size)[:, None], np.arange(size)[None]
    planes = []
    for move in drift:
        at = columns + move
        near = (np.abs(at - size / 2) < size / 2 + 8).all(axis=1)
        picture = np.zeros((size, size))
        for (cy, cx), h in zip(at[near], height[near], strict=True):
            picture += h * np.exp(-((y - cy) ** 2) / 8) * np.exp(-((x - cx) ** 2) / 8)
        planes.append(rng.poisson(electrons * (0.3 + picture)))
    return np.array(planes)


@pytest.fixture(scope="module")
def moved_crystal() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(5)
    drift = np.cumsum(rng.normal(0, 3, (8, 2)), axis=0)
    drift[4:] += (7, -6)
    drift -= drift[0]
    return crystal(1, drift), drift


def choose(planes: np.ndarray, places: np.ndarray, held: np.ndarray | None = None):
    source = plane_source(planes)
    return choose_cells(
        source,
        source.shape,
        places,
        region=None,
        filters=Filters(),
        max_shift_px=(50.0, 50.0),
        held=np.zeros(len(planes), bool) if held is None else held,
        progress=no_progress,
    )


def test_planes_a_cell_off_are_put_back(moved_crystal):
    planes, drift = moved_crystal
    wrong = drift.copy()
    wrong[3] += BASIS[0]
    wrong[5:] += BASIS[1] - BASIS[0]
    cells = choose(planes, wrong)
    found = cells.place_px - cells.place_px[0]
    assert np.abs(found - drift).max() < 0.5
    assert cells.margin > 12


def test_planes_in_the_right_cell_stay(moved_crystal):
    planes, drift = moved_crystal
    cells = choose(planes, drift)
    assert not len(cells.moved)
    assert np.abs(cells.place_px - drift).max() < 1e-9


def test_a_held_plane_is_not_moved(moved_crystal):
    planes, drift = moved_crystal
    wrong = drift.copy()
    wrong[0] += BASIS[0]
    held = np.zeros(len(planes), bool)
    held[0] = True
    cells = choose(planes, wrong, held)
    assert np.abs(cells.place_px - (drift + BASIS[0])).max() < 0.5


def test_the_whole_estimate_finds_the_right_cells(moved_crystal):
    planes, drift = moved_crystal
    found = estimate_drift(planes)
    assert np.abs(found.drift_px - drift).max() < 0.3


def test_nothing_to_tell_cells_apart_is_said(moved_crystal):
    planes, _ = moved_crystal
    perfect = np.random.default_rng(3).poisson(
        10
        + 5 * np.cos(2 * np.pi * np.add.outer(np.arange(160), 0 * np.arange(160)) / 8)
        + 5 * np.cos(2 * np.pi * np.add.outer(0 * np.arange(160), np.arange(160)) / 8),
        (4, 160, 160),
    )
    assert any("repeats itself" in warning for warning in estimate_drift(perfect).warnings)
    assert not any("repeats itself" in warning for warning in estimate_drift(planes).warnings)


def test_the_lattice_is_found_to_a_hundredth_of_a_cell():
    plane = crystal(3, np.zeros((1, 2)), size=256, electrons=20.0)[0].astype(np.float32)
    window = np.hanning(256)[:, None] * np.hanning(256)
    power = np.abs(np.fft.rfft2((plane - plane.mean()) * window)) ** 2
    lattice = find_lattice(power, is_bragg(power, (256, 256)), (256, 256))
    numbers = BASIS @ np.linalg.inv(lattice.basis)
    assert np.abs(numbers - np.rint(numbers)).max() < 0.02
    assert abs(abs(np.linalg.det(lattice.basis)) - abs(np.linalg.det(BASIS))) < 0.02 * abs(np.linalg.det(BASIS))


def test_particles_are_no_lattice():
    planes = drifting_eftem_series(n_planes=4, size=96).stack.values.astype(np.float32)
    assert choose(planes, np.zeros((4, 2))) is None


def test_fringes_repeat_along_one_direction_only():
    lattice = Lattice(np.array([[3.0, 4.0], [0.0, 0.0]]))
    assert lattice.within(np.array([10.0, 10.0])).shape == (11, 1, 2)
    assert lattice.offset(np.array([2, 0])).tolist() == [6.0, 8.0]
