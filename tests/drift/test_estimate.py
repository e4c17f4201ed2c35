"""Drift against known truth: simulate, recover, compare in px."""

from __future__ import annotations

import numpy as np
import pytest

from temstack.drift import estimate_drift, kernels
from temstack.drift.graph import Solution
from temstack.drift.linking import linked_by_pattern
from temstack.drift.pairs import Candidates, choose_pairs
from temstack.errors import DriftError, SettingError
from temstack.testing.specimens import drifting_eftem_series, drifting_focal_series, drifting_lattice_series

WALK = np.array([(0, 0), (1.3, -2.6), (4.25, -3.5), (3.1, 1.75), (-6.4, 9.2), (-5.0, 8.5)])


def rms_error_px(drift, truth):
    error = drift.drift_px - truth
    error -= error.mean(axis=0)
    return float(np.sqrt((error**2).sum(axis=1).mean()))


def test_the_sign_is_where_the_specimen_moved_to():
    plane = np.random.default_rng(0).normal(size=(96, 96))
    moved_down = np.roll(plane, (5, -3), axis=(0, 1))
    drift = estimate_drift(np.stack([plane, moved_down]))
    assert drift.drift_px[1] == pytest.approx([5, -3], abs=0.02)


def test_a_drift_of_fractions_of_a_pixel_is_found(moved_planes):
    drift = estimate_drift(moved_planes(WALK))
    assert rms_error_px(drift, WALK) < 0.03
    assert drift.n_groups == 1
    assert drift.warnings == ()


@pytest.mark.parametrize(
    ("make", "most_px"),
    [
        pytest.param(lambda: drifting_eftem_series(14, 192, 400, seed=3), 0.15, id="eftem over two edges"),
        pytest.param(lambda: drifting_focal_series(14, 192, 400, seed=3), 0.10, id="focal through zero"),
        pytest.param(lambda: drifting_lattice_series(14, 192, 100, seed=3), 0.10, id="lattice"),
    ],
)
def test_simulated_series_are_recovered(make, most_px):
    series = make()
    drift = estimate_drift(series.stack)
    assert rms_error_px(drift, series.true_drift_px) < most_px


def test_reversed_contrast_does_not_matter(moved_planes):
    planes = moved_planes(WALK, contrast=np.array([1, 0.5, -0.5, -1, 0.4, -0.6]))
    assert rms_error_px(estimate_drift(planes), WALK) < 0.06


@pytest.mark.parametrize("estimator", ["path", "cascade", "reference"])
def test_the_classic_estimators_find_a_clear_drift(moved_planes, estimator):
    drift = estimate_drift(moved_planes(WALK, noise=0.1), estimator=estimator)
    assert rms_error_px(drift, WALK) < 0.15
    assert drift.estimator == estimator


def test_the_standard_deviations_cover_the_errors(moved_planes):
    inside = []
    for seed in range(12):
        walk = np.cumsum(np.random.default_rng(seed).normal(0, 1.5, (8, 2)), axis=0)
        drift = estimate_drift(moved_planes(walk, noise=2.0, seed=100 + seed))
        error = drift.drift_px - walk
        error -= error.mean(axis=0)
        inside.append(np.abs(error) < drift.sigma_px)
    assert 0.55 < np.mean(inside) < 0.80  # 192 draws: 0.68 ± 0.034, and errors of one series hang together


def test_planes_of_noise_hang_on_nothing():
    noise = np.random.default_rng(2).normal(size=(5, 128, 128))
    drift = estimate_drift(noise)
    assert drift.n_groups == 5
    assert np.isnan(drift.drift_px[1:]).all()
    assert "no two of the 5 planes share any structure" in drift.warnings[0]


def test_a_plane_of_noise_is_named_and_leaves_the_others_right(moved_planes):
    planes = moved_planes(WALK)
    planes[2] = np.random.default_rng(1).normal(100, 6, planes[2].shape)
    drift = estimate_drift(planes)
    kept = [0, 1, 3, 4, 5]
    assert list(drift.groups) == [0, 0, 1, 0, 0, 0]
    assert np.isnan(drift.drift_px[2]).all()
    assert drift.drift_px[kept] == pytest.approx(WALK[kept], abs=0.08)
    assert "0–1, 3–5 | 2" in drift.warnings[0]


@pytest.mark.parametrize("value", [0.0, 77.0])
def test_a_blank_plane_is_left_alone(moved_planes, value):
    planes = moved_planes(WALK)
    planes[4] = value
    drift = estimate_drift(planes)
    assert "planes 4: nothing to see, the same value everywhere" in drift.warnings
    assert np.isnan(drift.drift_px[4]).all()
    assert drift.drift_px[5] == pytest.approx(WALK[5], abs=0.08)


def test_two_specimens_in_one_stack_are_two_groups(moved_planes):
    planes = np.concatenate([moved_planes(WALK[:3], seed=1), moved_planes(WALK[:3], seed=2)])
    drift = estimate_drift(planes)
    assert list(drift.groups) == [0, 0, 0, 1, 1, 1]
    assert drift.within_group_px[3:] == pytest.approx(WALK[:3], abs=0.1)
    assert np.isnan(drift.drift_px[3:]).all()


def test_a_caption_is_warned_of_and_left_out_by_a_region(moved_planes):
    truth = np.array([(0, 0), (-5, 4), (-9, 9), (-14, 12)], float)
    planes = moved_planes(truth, (160, 160), noise=1.5, grain_px=4)
    caption = np.zeros((36, 160))
    caption[8:14, 20:70] = 255
    caption[10:26:3, 90:150:4] = 255
    planes[:, 124:] = caption
    locked = estimate_drift(planes)
    assert np.abs(locked.drift_px).max() < 0.5
    assert any("exclude it with a region or mask" in w for w in locked.warnings)
    seen = estimate_drift(planes, region=(0, 0, 124, 160))
    assert seen.drift_px == pytest.approx(truth, abs=0.5)
    mask = np.ones((160, 160), bool)
    mask[124:] = False
    masked = estimate_drift(planes, mask=mask)
    assert masked.drift_px == pytest.approx(truth, abs=0.5)


def test_a_fixed_pattern_does_not_pull_the_drift_to_zero(moved_planes):
    planes = moved_planes(WALK, noise=0.5)
    planes += 3 * np.random.default_rng(9).normal(size=planes[0].shape).astype(np.float32)
    drift = estimate_drift(planes)
    assert rms_error_px(drift, WALK) < 0.05
    assert any("stays with the detector" in decision for decision in drift.decisions)


def test_a_pinned_plane_stays_where_it_is_put(moved_planes):
    drift = estimate_drift(moved_planes(WALK), pinned={3: (3.0, 2.0)})
    assert tuple(drift.drift_px[3]) == (3.0, 2.0)
    assert drift.sigma_px[3] == pytest.approx([0, 0])
    assert drift.drift_px[[1, 2, 4, 5]] == pytest.approx(WALK[[1, 2, 4, 5]], abs=0.3)


def test_not_a_number_is_ignored_and_said(moved_planes):
    planes = moved_planes(WALK)
    planes[1, 10:14, 20:30] = np.nan
    drift = estimate_drift(planes)
    assert rms_error_px(drift, WALK) < 0.04
    assert "plane 1 has 40 pixels that are not finite numbers; they were taken as the plane's mean" in drift.warnings


@pytest.mark.parametrize(
    ("shape", "drift_px", "abs_px"),
    [
        pytest.param((1, 512), [(0, 0), (0, 7.5), (0, -11.25)], 0.2, id="one row"),
        pytest.param((512, 24), [(0, 0), (21.5, 1.5), (-30.25, -2.0)], 0.35, id="a strip"),
        pytest.param((97, 131), [(0, 0), (3.5, 1.5)], 0.1, id="odd prime sides, two planes"),
        pytest.param((128, 128), [(0, 0), (40, -45), (-44, 42)], 0.3, id="a third of the field"),
    ],
)
def test_odd_shapes(moved_planes, shape, drift_px, abs_px):
    drift = estimate_drift(moved_planes(drift_px, shape, noise=0.2), max_shift_px=95)
    assert drift.drift_px == pytest.approx(np.array(drift_px), abs=abs_px)


@pytest.mark.parametrize("dtype", ["int8", "uint8", "uint16", "int32", "float64", "complex64", "bool"])
def test_every_pixel_type(moved_planes, dtype):
    planes = moved_planes(WALK, noise=0.2)
    typed = planes > 100 if dtype == "bool" else np.clip(np.rint(planes - 95 * (dtype == "int8")), 0, 127).astype(dtype)
    assert rms_error_px(estimate_drift(typed), WALK) < 0.1


@pytest.mark.parametrize(
    "filters",
    [
        {"sobel": True},
        {"median": True},
        {"gaussian_px": 1.0},
        {"band_pass": (0.01, 0.1)},
        {"window": "hann"},
        {"variance_stabilise": True},
    ],
    ids=str,
)
def test_every_filter_leaves_the_drift_right(moved_planes, filters):
    assert rms_error_px(estimate_drift(moved_planes(WALK), **filters), WALK) < 0.1


def test_a_threshold_drops_pairs(moved_planes):
    drift = estimate_drift(moved_planes(WALK), threshold=0.99)
    assert drift.n_groups == len(WALK)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"estimator": "magic"}, "estimator: is unknown; got 'magic'"),
        ({"reference": 9}, "plane: is not in the stack; got 9; expected 0 … 5"),
        ({"threshold": 2.0}, "threshold: is no correlation; got 2.0"),
        ({"max_shift_px": 0}, "max_shift_px: is not positive; got 0"),
        ({"pairs": "some"}, "pairs: is unknown; got 'some'"),
        ({"region": (0, 0, 500, 50)}, "expected 0 ≤ top < bottom ≤ 128"),
        ({"mask": np.zeros((128, 128), bool)}, "mask: leaves nothing to look at"),
        ({"mask": np.ones((8, 8), bool)}, "mask: has not the shape of the planes; got (8, 8)"),
        ({"window": "boxcar"}, "window: is unknown; got 'boxcar'"),
        ({"band_pass": (0.3, 0.1)}, "band_pass: is no band; got (0.3, 0.1)"),
        ({"gaussian_px": -1}, "gaussian_px: is negative; got -1"),
    ],
)
def test_settings_that_cannot_be_meant(moved_planes, options, message):
    with pytest.raises(SettingError) as caught:
        estimate_drift(moved_planes(WALK), **options)
    assert message in str(caught.value)


@pytest.mark.parametrize("value", [0.0, 7.5, np.nan])
def test_nothing_but_blank_planes(value):
    with pytest.raises(DriftError, match="every plane has the same value everywhere; got 3 blank planes"):
        estimate_drift(np.full((3, 64, 64), value))


def test_one_plane_only():
    with pytest.raises(DriftError, match="has one plane only"):
        estimate_drift(np.zeros((1, 64, 64)))


def test_a_plane_that_changes_place_by_a_unit_cell_is_said():
    y, x = np.mgrid[:128, :128]
    crystal = np.cos(2 * np.pi * x / 16) + np.cos(2 * np.pi * y / 16)
    rng = np.random.default_rng(4)
    planes = np.stack([np.roll(crystal, (k, 0), (0, 1)) + 0.5 * rng.normal(size=crystal.shape) for k in range(5)])
    drift = estimate_drift(planes)
    assert any("the structure repeats itself" in warning for warning in drift.warnings)


def test_progress_is_told_and_interruption_passes(moved_planes):
    steps = []
    estimate_drift(moved_planes(WALK), progress=lambda step, done, total: steps.append((step, done, total)))
    assert {step for step, _, _ in steps} >= {
        "transforming planes",
        "correlating pairs",
        "refining all planes together",
    }
    assert all(0 <= done <= total for _, done, total in steps)

    def interrupt(step, done, total):
        if step == "correlating pairs":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        estimate_drift(moved_planes(WALK), progress=interrupt)


def test_a_small_bright_particle_is_no_outlier():
    planes = np.random.default_rng(5).normal(0, 0.1, (4, 256, 256)).astype(np.float32)
    for plane, (y, x) in zip(planes, [(100, 100), (110, 95), (80, 130), (101, 99)], strict=True):
        plane[y : y + 16, x : x + 16] += 200
    drift = estimate_drift(planes)
    assert drift.drift_px == pytest.approx(np.array([(0, 0), (10, -5), (-20, 30), (1, -1)]), abs=0.05)


def test_rare_outliers_do_not_matter(moved_planes):
    planes = moved_planes(WALK)
    planes[:, 64, 30] += 1e5
    assert rms_error_px(estimate_drift(planes), WALK) < 0.05


def test_a_plane_that_only_the_fixed_pattern_links_is_not_believed():
    place = np.array([(0, 0), (12, -14), (25, 9), (-20, 17), (0, 0.5)], float)
    pairs = choose_pairs(5, "all")
    shift = place[pairs[:, 1]] - place[pairs[:, 0]]
    shift[(pairs == 4).any(axis=1)] = 0.0  # plane 4 shows nothing but the pattern
    candidates = Candidates(pairs, shift[:, None], np.full((10, 1), 99.0), np.full(10, 0.5), np.full(10, 1e-9))
    residual = np.linalg.norm(place[pairs[:, 1]] - place[pairs[:, 0]] - shift, axis=1)
    solution = Solution(place, np.zeros(10, np.int64), residual, np.ones(10))
    dropped = linked_by_pattern(candidates, solution, residual < 4, 2.0)
    assert pairs[dropped].tolist() == [[0, 4]]


def test_compiling_is_announced_only_where_it_happens(monkeypatch):
    planes = drifting_eftem_series(n_planes=2, size=64).stack
    steps: list[str] = []
    estimate_drift(planes)
    estimate_drift(planes, progress=lambda step, done, total: steps.append(step))
    assert kernels.compiled_before()
    assert not any("compiling" in step for step in steps)
    monkeypatch.setattr(kernels, "compiled_before", lambda: False)
    estimate_drift(planes, progress=lambda step, done, total: steps.append(step))
    assert any("compiling" in step for step in steps)
