from __future__ import annotations

import dask.array as da
import numpy as np
import pytest
import scipy.ndimage

from temstack.drift import Drift, align, apply_drift, estimate_drift, sum_aligned
from temstack.errors import DriftError, SettingError
from temstack.stack import counts, label_stack

WALK = np.array([(0, 0), (1.3, -2.6), (4.25, -3.5), (-3.1, 1.75)])


def known_drift(drift_px, shape, groups=None):
    drift_px = np.asarray(drift_px, float)
    n = len(drift_px)
    groups = np.zeros(n, np.int64) if groups is None else np.asarray(groups)
    return Drift(
        drift_px=np.where((groups == 0)[:, None], drift_px, np.nan),
        sigma_px=np.full((n, 2), 0.01),
        groups=groups,
        within_group_px=drift_px,
        pairs=np.zeros((0, 2), np.int64),
        pair_shift_px=np.zeros((0, 2)),
        pair_residual_px=np.zeros(0),
        correlation_peak=np.zeros(0),
        pair_weight=np.zeros(0),
        shape=shape,
    )


@pytest.fixture
def stack(moved_planes):
    planes = moved_planes(WALK, (80, 90), noise=0.05, grain_px=2.5)
    return label_stack(
        planes,
        "energy_loss",
        plane_values=[500, 505, 510, 517],
        pixel_size=0.5,
        pixel_units="nm",
        per_plane={"exposure_s": ([0.1, 0.2, 0.4, 0.8], "s")},
    )


@pytest.mark.parametrize(
    ("interpolation", "most"),
    [("fourier", 0.03), ("cubic", 0.03), ("linear", 2.5), ("whole-pixel", 16.0)],
)
def test_shifted_planes_show_the_same(moved_planes, interpolation, most):
    stack = label_stack(moved_planes(WALK, (120, 130), noise=0.0, grain_px=2.5))
    aligned = apply_drift(stack, known_drift(WALK, (120, 130)), interpolation=interpolation)
    inner = aligned.values[:, 20:-20, 20:-20]
    assert np.abs(inner - inner[0]).max() < most


def test_the_cubic_spline_is_that_of_scipy(stack):
    plane = stack.values[0]
    ours = apply_drift(stack[:2], known_drift([(0, 0), (0.3, -0.4)], (80, 90)), interpolation="cubic", edges="fill")
    theirs = scipy.ndimage.shift(stack.values[1].astype(float), (-0.3, 0.4), order=3, mode="mirror")
    assert ours.values[1, 2:-2, 2:-2] == pytest.approx(theirs[2:-2, 2:-2], abs=2e-4)
    assert ours.values[0] == pytest.approx(plane)


def test_a_whole_pixel_drift_keeps_every_value_and_the_type(stack):
    whole = stack.copy(data=np.rint(stack.values).astype(np.uint16))
    aligned = apply_drift(whole, known_drift([(0, 0), (2, -3), (-4, 1), (0, 5)], (80, 90)), interpolation="whole-pixel")
    assert aligned.dtype == np.uint16
    assert aligned.shape == (4, 74, 82)
    assert (aligned.values[1] == whole.values[1, 6:80, 0:82]).all()


def test_cropping_keeps_the_calibration_of_what_is_left(stack):
    aligned = apply_drift(stack, known_drift(WALK, (80, 90)))
    assert aligned.y.values[0] == pytest.approx(4 * 0.5)
    assert aligned.sizes["y"] == 80 - 4 - 5
    assert aligned.sizes["x"] == 90 - 4 - 2
    assert list(aligned.energy_loss.values) == [500, 505, 510, 517]
    assert list(aligned.exposure_s.values) == [0.1, 0.2, 0.4, 0.8]
    assert aligned.drift_y_px.values == pytest.approx(WALK[:, 0])
    assert aligned.attrs["history"][-1]["operation"] == "apply_drift"


def test_filling_keeps_the_field_and_marks_what_was_not_seen(stack):
    aligned = apply_drift(stack, known_drift(WALK, (80, 90)), edges="fill", fill_value=-1)
    assert aligned.shape == stack.shape
    assert (aligned.values[2, -4:] == -1).all()
    assert not (aligned.values[2, :-5, 5:] == -1).any()


@pytest.mark.parametrize("chunks", [(1, -1, -1), (2, 40, 40)], ids=["a plane each", "pieces"])
def test_a_lazy_stack_stays_lazy_and_is_shifted_alike(stack, chunks):
    drift = known_drift(WALK, (80, 90))
    lazy = stack.copy(data=da.from_array(stack.values, chunks=chunks))
    aligned = apply_drift(lazy, drift)
    assert hasattr(aligned.data, "dask")
    assert aligned.dtype == np.float32
    assert aligned.values == pytest.approx(apply_drift(stack, drift).values)


def test_complex_stacks_are_shifted_in_both_parts(stack):
    drift = known_drift(WALK, (80, 90))
    aligned = apply_drift(stack.copy(data=stack.values * (1 + 2j)), drift)
    assert aligned.values.imag == pytest.approx(2 * aligned.values.real, rel=1e-3, abs=1e-2)


@pytest.mark.parametrize("edges", ["crop", "fill"])
def test_the_sum_is_the_sum_of_the_aligned_counts(stack, edges):
    drift = known_drift(WALK, (80, 90))
    stack = stack.assign_coords(scale=("energy_loss", [1.0, 0.5, 0.25, 2.0]))
    summed = sum_aligned(stack, drift, edges=edges)
    aligned = counts(apply_drift(stack, drift, edges=edges, fill_value=np.nan)).values.astype(float)
    expected = np.nanmean(aligned, axis=0) * 4
    assert summed.values == pytest.approx(expected, rel=1e-4)
    assert sum_aligned(stack, drift, edges=edges, mean=True).values == pytest.approx(expected / 4, rel=1e-4)
    assert "exposure_s" not in summed.coords
    assert summed.dims == ("y", "x")


def test_the_border_of_a_filled_sum_is_as_bright_as_the_middle():
    flat = label_stack(np.full((3, 40, 40), 7.0, np.float32))
    summed = sum_aligned(flat, known_drift([(0, 0), (5, 0), (0, -9)], (40, 40)), edges="fill")
    assert summed.values == pytest.approx(np.full((40, 40), 21.0), rel=1e-5)


def test_planes_of_another_group_are_left_out_of_the_sum(stack):
    summed = sum_aligned(stack, known_drift(WALK, (80, 90), groups=[0, 0, 1, 0]))
    assert summed.attrs["left_out"] == [2]


def test_a_drift_is_carried_over_to_another_binning(moved_planes):
    fine = label_stack(moved_planes(WALK, (128, 128), noise=0.1), pixel_size=0.25, pixel_units="nm")
    coarse = label_stack(fine.values.reshape(4, 64, 2, 64, 2).mean((2, 4)), pixel_size=500, pixel_units="pm")
    aligned = apply_drift(coarse, estimate_drift(fine))
    assert aligned.drift_y_px.values == pytest.approx(WALK[:, 0] / 2, abs=0.03)
    inner = aligned.values[:, 8:-8, 8:-8]
    assert np.abs(inner - inner[0]).max() < 3


def test_align_does_both(stack):
    aligned, drift = align(stack)
    assert drift.drift_px == pytest.approx(WALK, abs=0.1)
    assert aligned.shape == apply_drift(stack, drift).shape


@pytest.mark.parametrize(
    ("drift", "options", "error", "message"),
    [
        (known_drift(WALK[:2], (80, 90)), {}, DriftError, "another number of planes; got 2 planes; expected 4 planes"),
        (known_drift(WALK, (80, 90), groups=[0, 1, 2, 3]), {}, DriftError, "no two planes share any structure"),
        (known_drift(WALK * 30, (80, 90)), {}, DriftError, "no area that all planes saw"),
        (known_drift(WALK, (80, 70)), {}, DriftError, "shapes differ in proportion"),
        (known_drift(WALK, (80, 90)), {"interpolation": "best"}, SettingError, "interpolation: is unknown; got 'best'"),
        (known_drift(WALK, (80, 90)), {"edges": "wrap"}, SettingError, "edges: is unknown; got 'wrap'"),
    ],
)
def test_what_cannot_be_applied(stack, drift, options, error, message):
    uncalibrated = label_stack(stack.values)
    with pytest.raises(error) as caught:
        apply_drift(uncalibrated, drift, **options)
    assert message in str(caught.value)
