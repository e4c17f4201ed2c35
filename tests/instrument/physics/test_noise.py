import numpy as np
import pytest
import scipy.stats

from temstack.instrument.simulated.physics import DetectorModel
from temstack.instrument.simulated.physics.noise import frame_key

BARE = DetectorModel(
    shape=(512, 512), scatter_px=0, light_px=0, tail_share=0, gain_variation=0, dead_pixels=0, hot_pixels=0,
    counts_per_electron=1, offset_counts=0, fixed_pattern_counts=0, dark_counts_per_s=0, read_noise_counts=0,
)  # fmt: skip


def electrons(mean, frame_index=0):
    return BARE.expose(np.full(BARE.shape, mean, np.float32), 1.0, seed=5, frame_index=frame_index).frame.astype(float)


@pytest.mark.parametrize("mean", [0.03, 0.25, 1.9, 5.3, 11.99, 12.0, 30.0, 200.0, 3000.0])
def test_electrons_arrive_as_poisson_has_it(mean):
    counted = electrons(mean)
    n = counted.size
    assert counted.mean() == pytest.approx(mean, abs=5 * np.sqrt(mean / n))
    assert counted.var() == pytest.approx(mean, rel=5 * np.sqrt((2 + 1 / mean) / n))
    third = ((counted - counted.mean()) ** 3).mean() / mean  # a Poisson's third moment is its mean
    assert third == pytest.approx(1.0, abs=0.02 + 5 * np.sqrt(15 * mean / n))


@pytest.mark.parametrize("mean", [0.4, 3.0, 8.6])
def test_small_numbers_are_poisson_one_by_one(mean):
    counted = electrons(mean).ravel().astype(int)
    largest = int(scipy.stats.poisson.ppf(0.9999, mean))
    seen = np.bincount(np.minimum(counted, largest + 1), minlength=largest + 2)
    share = scipy.stats.poisson.pmf(np.arange(largest + 1), mean)
    assert scipy.stats.chisquare(seen, np.append(share, 1 - share.sum()) * counted.size).pvalue > 1e-4


def test_neighbours_and_frames_do_not_know_each_other():
    first, second = electrons(100.0) - 100, electrons(100.0, frame_index=1) - 100
    chance = 5 / np.sqrt(first.size)
    assert abs(np.corrcoef(first.ravel(), second.ravel())[0, 1]) < chance
    assert abs(np.corrcoef(first[:, 1:].ravel(), first[:, :-1].ravel())[0, 1]) < chance
    assert abs(np.corrcoef(first[1:].ravel(), first[:-1].ravel())[0, 1]) < chance


def test_the_same_numbers_give_the_same_frame_in_any_order():
    later, earlier = electrons(50.0, frame_index=3), electrons(50.0, frame_index=2)
    assert (electrons(50.0, frame_index=2) == earlier).all()
    assert (electrons(50.0, frame_index=3) == later).all()
    assert (earlier != later).any()


def test_seed_frame_and_purpose_are_told_apart():
    keys = {frame_key(seed, frame, purpose) for seed in range(4) for frame in range(4) for purpose in range(3)}
    assert len(keys) == 48
