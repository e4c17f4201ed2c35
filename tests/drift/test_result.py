from __future__ import annotations

import numpy as np
import pytest

from temstack.drift import estimate_drift, load_drift
from temstack.errors import DriftError, InputMissingError, OutputExistsError

WALK = np.array([(0, 0), (1.3, -2.6), (4.25, -3.5)])


@pytest.fixture
def drift(moved_planes):
    planes = moved_planes(WALK)
    noise = np.random.default_rng(3).normal(100, 6, (1, *planes.shape[1:]))
    return estimate_drift(np.concatenate([planes, noise]))


def test_what_is_saved_is_loaded_to_the_last_digit(drift, tmp_path):
    loaded = load_drift(drift.save(tmp_path / "drift.txt"))
    for name in ("drift_px", "sigma_px", "groups", "within_group_px", "pairs", "pair_residual_px", "pair_weight"):
        assert np.array_equal(getattr(loaded, name), getattr(drift, name), equal_nan=True), name
    for name in ("shape", "pixel_size", "pixel_units", "estimator", "settings", "decisions", "warnings"):
        assert getattr(loaded, name) == getattr(drift, name), name


def test_the_file_is_not_overwritten_unasked(drift, tmp_path):
    drift.save(tmp_path / "drift.txt")
    with pytest.raises(OutputExistsError):
        drift.save(tmp_path / "drift.txt")
    drift.save(tmp_path / "drift.txt", overwrite=True)


def test_a_matrix_of_the_pairs(drift):
    matrix = drift.matrix(drift.correlation_peak)
    assert matrix.shape == (4, 4)
    assert matrix[1, 0] == matrix[0, 1] > matrix[0, 3]
    assert np.isnan(np.diag(matrix)).all()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is not a drift file; got an empty file"),
        (b"plane,dy,dx\n0,1,2\n", "is not a drift file; got plane,dy,dx"),
        (b"# temstack drift 1\n# {}\nplane\n", "is damaged"),
        (b"\xff\xfe\x00\x81", "cannot be read as a drift file"),
    ],
)
def test_what_is_no_drift_file(tmp_path, content, message):
    path = tmp_path / "d.txt"
    path.write_bytes(content)
    with pytest.raises(DriftError, match=message):
        load_drift(path)


def test_a_missing_drift_file(tmp_path):
    with pytest.raises(InputMissingError, match="there is no such drift file"):
        load_drift(tmp_path / "none.txt")
