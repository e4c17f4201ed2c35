"""Automatic exposure: nothing saturates, dim planes are followed by longer ones, exposures are powers of two."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from temstack.acquire.exposure import Brightness, ExposureRule, brightness
from temstack.series import ExposureLimits

SATURATION = 65535.0
LIMITS = ExposureLimits(lower_counts=5000, upper_counts=20000, shortest_s=0.001, longest_s=16.0, retakes=6)
RULE = ExposureRule(LIMITS)


@dataclass
class Recorded:
    """What came of a series on a camera that is nothing but a rate for each plane."""

    exposures: list[float] = field(default_factory=list)
    counts: list[float] = field(default_factory=list)
    wanted_next: list[float] = field(default_factory=list)
    saturated: int = 0
    taken: int = 0
    gave_up: bool = False


def record(rates: np.ndarray, first_s: float, rule: ExposureRule | None, saturation: float = SATURATION) -> Recorded:
    result, exposure = Recorded(), first_s
    for index, rate in enumerate(rates):
        for retakes in range(100):
            result.taken += 1
            frame = Brightness(min(rate * exposure, saturation), rate * exposure >= saturation)
            if rule is None:
                break
            verdict = rule.judge(frame, exposure_s=exposure, retakes=retakes, where=f"plane {index}")
            if verdict.action != "retake":
                break
            exposure = verdict.exposure_s
        result.exposures.append(exposure)
        result.counts.append(frame.counts)
        result.saturated += frame.is_saturated
        if rule is not None:
            result.gave_up = verdict.action == "give_up"
            exposure = verdict.exposure_s
        result.wanted_next.append(exposure)
    return result


def eftem_rates() -> np.ndarray:
    """Counts per s of the brightest pixels: zero loss, plasmon, and edges at 284 and 532 eV on a steep background."""
    energy = np.arange(0.0, 610.0, 10.0)
    rates = 4e6 * np.exp(-((energy / 6) ** 2)) + 8e5 * np.exp(-(((energy - 22) / 9) ** 2)) + 9e9 * (energy + 60) ** -2.9
    rates[energy >= 284] *= 1 + 1.5 * (energy[energy >= 284] / 284) ** -2
    rates[energy >= 532] *= 1.5
    return rates


def test_61_planes_over_four_decades_need_few_retakes_and_few_darks() -> None:
    rates = eftem_rates()
    assert rates.max() / rates.min() > 1e4
    result = record(rates, 0.004, RULE)
    assert result.saturated == 0
    assert result.taken <= 65
    assert len(set(result.exposures)) <= 12
    assert not result.gave_up
    for counts, exposure, wanted in zip(result.counts, result.exposures, result.wanted_next, strict=True):
        assert counts < LIMITS.upper_counts
        assert counts >= LIMITS.lower_counts or wanted > exposure or 2 * exposure > LIMITS.longest_s


def test_a_fixed_exposure_would_saturate_some_planes_and_starve_the_others() -> None:
    fixed = record(eftem_rates(), 0.2, None)
    assert fixed.saturated >= 3
    assert sum(counts < 100 for counts in fixed.counts) >= 20
    automatic = record(eftem_rates(), 0.2, RULE)
    assert automatic.saturated == 0
    assert min(automatic.counts) > 400


@given(st.lists(st.floats(1e-3, 1e9), min_size=1, max_size=30), st.floats(0.01, 10), st.sampled_from([4, 8, 40]))
def test_whatever_the_brightness_the_rules_hold(rates: list[float], first: float, width: int) -> None:
    limits = ExposureLimits(1000, 1000.0 * width, shortest_s=1e-9, longest_s=1e9, retakes=6)
    result = record(np.array(rates), first, ExposureRule(limits))
    assert result.saturated == 0
    assert not result.gave_up
    assert max(result.counts) < limits.upper_counts
    for counts, exposure, wanted in zip(result.counts, result.exposures, result.wanted_next, strict=True):
        power = np.log2(exposure / first)
        assert power == round(power)
        if counts < limits.lower_counts:
            assert wanted > exposure


@given(st.floats(1e-2, 1e8), st.sampled_from([4.0, 4.5, 8.0, 40.0]))
def test_a_steady_view_settles_at_once_and_never_flips(rate: float, width: float) -> None:
    limits = ExposureLimits(1000, 1000 * width, shortest_s=1e-9, longest_s=1e9, retakes=6)
    result = record(np.full(30, rate), 1.0, ExposureRule(limits))
    assert len(set(result.exposures[10:])) == 1
    assert result.counts[-1] >= 1000


def test_reasons_are_in_plain_words() -> None:
    words = [
        RULE.judge(Brightness(4000, False), exposure_s=0.5, where="plane 7, 530 eV").reason,
        RULE.judge(Brightness(25000, False), exposure_s=0.5, where="plane 8, 540 eV").reason,
        RULE.judge(Brightness(65000, True), exposure_s=0.5, where="plane 9, 550 eV").reason,
        RULE.judge(Brightness(4000, False), exposure_s=16.0, where="plane 10, 560 eV").reason,
        RULE.judge(Brightness(9000, False), exposure_s=0.5).reason,
    ]
    assert words == [
        "plane 7, 530 eV: 4000 counts < 5000, next exposure 2× → 1 s",
        "plane 8, 540 eV: 25000 counts ≥ 20000, taken again with 1/4 → 0.125 s",
        "plane 9, 550 eV: saturated, taken again with 1/4 → 0.125 s",
        "plane 10, 560 eV: 4000 counts < 5000, kept: 16 s is the longest exposure",
        "",
    ]


def test_what_can_be_no_darker_ends_the_series_only_where_data_is_lost() -> None:
    bright = RULE.judge(Brightness(30000, False), exposure_s=0.001)
    assert (bright.action, bright.exposure_s) == ("accept", 0.001)
    lost = RULE.judge(Brightness(65535, True), exposure_s=0.001, where="plane 0, 0 eV")
    assert lost.action == "give_up"
    assert "saturated at the shortest exposure, 0.001 s; reduce the beam's brightness" in lost.reason


def test_it_gives_up_after_the_retakes_allowed() -> None:
    verdict = RULE.judge(Brightness(30000, False), exposure_s=1.0, retakes=6, where="plane 3")
    assert verdict.action == "give_up"
    assert "still after 6 retakes" in verdict.reason


def test_exposures_never_leave_the_limits() -> None:
    assert RULE.judge(Brightness(65535, True), exposure_s=0.003, retakes=2).exposure_s == 0.0015
    assert RULE.judge(Brightness(1, False), exposure_s=5.0).exposure_s == 10.0
    assert RULE.judge(Brightness(-3, False), exposure_s=0.5).exposure_s == 8.0


# --- how bright a frame is -----------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", ["uint16", "int16", "float32"])
def test_the_brightness_is_the_quantile_of_the_frame(dtype: str) -> None:
    frame = np.random.default_rng(1).poisson(4000, (512, 640)).astype(dtype)
    found = brightness(frame, saturation=32767, dark_level=200)
    assert found.counts == pytest.approx(np.quantile(frame, 0.999) - 200, abs=2)
    assert not found.is_saturated


def test_hot_pixels_do_not_count_but_bright_places_do() -> None:
    rng = np.random.default_rng(2)
    frame = rng.poisson(300, (256, 256)).astype(np.uint16)
    frame[::16, ::16] = 65535
    found = brightness(frame, saturation=SATURATION)
    assert not found.is_saturated
    assert found.counts < 400
    frame[100:103, 100:103] = 65535
    assert brightness(frame, saturation=SATURATION).is_saturated


def test_a_small_bright_particle_is_seen_at_the_edge_too() -> None:
    frame = np.full((256, 256), 100, np.uint16)
    frame[:9, :9] = 30000
    assert brightness(frame, saturation=SATURATION).counts == 30000


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (8, 8), (33, 7)])
def test_small_and_flat_frames(shape: tuple[int, int]) -> None:
    assert brightness(np.full(shape, 7, np.uint16), saturation=SATURATION).counts == 7
    assert brightness(np.full(shape, 65535, np.uint16), saturation=SATURATION).is_saturated or shape == (1, 1)


def test_a_frame_of_nothing_but_isolated_pixels_is_judged_all_the_same() -> None:
    frame = np.zeros((64, 64), np.uint16)
    frame[::3, ::3] = 1000
    assert brightness(frame, saturation=SATURATION).counts == 1000
