"""Ring correlation, frames added and weighted, areas that fade."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.ndimage
import xarray as xr

from temstack.analysis import (
    add_exposures,
    fit_fading,
    fourier_ring_correlation,
    frame_weights,
    odd_even_correlation,
    region_curves,
    resolution,
)
from temstack.errors import SettingError, StackError
from temstack.stack import label_stack


def scene(size: int = 192, blur: float = 1.5) -> np.ndarray:
    noise = np.random.default_rng(0).normal(size=(size, size))
    soft = scipy.ndimage.gaussian_filter(noise, blur, mode="wrap")
    return 1 + 0.3 * soft / soft.std()


def frames(n: int = 12, electrons: float = 20.0, **labels: object) -> xr.DataArray:
    rng = np.random.default_rng(1)
    return label_stack(rng.poisson(electrons * np.maximum(scene(), 0), (n, 192, 192)), **labels)


def test_equal_images_agree_and_noise_does_not() -> None:
    rng = np.random.default_rng(2)
    a, b = rng.normal(size=(2, 200, 160))
    same = fourier_ring_correlation(a, a)
    np.testing.assert_allclose(same, 1)
    other = fourier_ring_correlation(a, b)
    assert abs(float((other * np.sqrt(other.samples)).mean())) < 0.3
    # Scatter as the number of independent coefficients says, wider by what the window correlates.
    assert 0.5 < float((other * np.sqrt(other.samples)).std()) < 2
    np.testing.assert_allclose(fourier_ring_correlation(a, -a), -1)


def test_the_correlation_is_that_of_signal_and_noise() -> None:
    rng = np.random.default_rng(3)
    signal = rng.normal(size=(256, 256))
    a, b = signal + rng.normal(size=(2, 256, 256))
    rings = fourier_ring_correlation(a, b)
    assert float(rings[10:].mean()) == pytest.approx(0.5, abs=0.02)


def test_frequencies_are_in_units_of_the_image() -> None:
    stack = label_stack(np.random.default_rng(4).normal(size=(2, 64, 96)), pixel_size=0.2, pixel_units="nm")
    rings = fourier_ring_correlation(stack[0], stack[1])
    assert rings.frequency.units == "1/nm"
    assert rings.frequency.values[-1] == pytest.approx(2.5)
    assert rings.frequency.values[0] == pytest.approx(1 / (64 * 0.2))
    assert resolution(fourier_ring_correlation(stack[0], stack[0])) == pytest.approx(0.4)
    assert resolution(rings) > 0.8


def test_a_sharp_cut_is_found_as_resolution() -> None:
    rng = np.random.default_rng(5)
    shared = np.fft.rfft2(rng.normal(size=(256, 256)))
    k = np.hypot(np.fft.fftfreq(256)[:, None], np.fft.rfftfreq(256)[None])
    common = np.fft.irfft2(np.where(k < 0.2, shared, 0))
    a, b = common + common.std() * rng.normal(size=(2, 256, 256))
    assert resolution(fourier_ring_correlation(a, b)) == pytest.approx(5.0, abs=0.25)
    assert resolution(fourier_ring_correlation(a, b), 0.143) == pytest.approx(5.0, abs=0.25)


def test_images_that_cannot_be_compared() -> None:
    with pytest.raises(StackError, match="has another shape"):
        fourier_ring_correlation(np.eye(16), np.eye(20))
    with pytest.raises(StackError, match="all of one value"):
        fourier_ring_correlation(np.eye(16), np.ones((16, 16)))


def test_frames_are_added_with_their_scale_and_weights() -> None:
    stack = frames(4, per_plane={"scale": [1.0, 0.5, 0.25, 1.0]})
    scaled = stack.values * stack.scale.values[:, None, None]
    weights = np.array([1, 2, 4, 1]) / 2
    image = add_exposures(stack)
    np.testing.assert_allclose(image, np.tensordot(weights, scaled, axes=1), rtol=1e-6)
    np.testing.assert_allclose(image.attrs["frame_weights"], weights)
    np.testing.assert_allclose(add_exposures(stack.chunk({"plane": 1}), weights="equal", mean=True), scaled.mean(0))
    assert image.dims == ("y", "x")
    assert "scale" not in image.coords


def test_weighting_by_counts_is_least_noisy() -> None:
    rng = np.random.default_rng(6)
    scale = np.array([1.0, 1 / 16, 1.0, 1 / 4])
    raw = rng.poisson(10 / scale[:, None, None], (4, 300, 300))
    stack = label_stack(raw, per_plane={"scale": scale})
    spread = {name: float(add_exposures(stack, weights=name).std()) for name in ("counting", "equal")}
    assert spread["counting"] < 0.7 * spread["equal"]
    assert spread["counting"] == pytest.approx(4 * 10 / np.sqrt((10 / scale).sum()), rel=0.02)


def test_a_frame_that_shows_something_else_gets_little_weight() -> None:
    stack = frames(6)
    values = stack.values.copy()
    values[2] = np.random.default_rng(9).permutation(values[2].ravel()).reshape(192, 192)
    weights = frame_weights(stack.copy(data=values))
    assert weights[2] < 0.1
    np.testing.assert_allclose(np.delete(weights, 2), 6 / 5, rtol=0.1)


def test_frames_are_worth_adding_until_the_specimen_is_gone() -> None:
    rng = np.random.default_rng(7)
    alive = frames(10).values
    gone = rng.poisson(20, (10, 192, 192))
    fading = odd_even_correlation(label_stack(np.concatenate([alive, gone])))
    assert fading.attrs["frames_worth_adding"] in (8, 10)
    assert fading.frames.values.tolist() == list(range(2, 21, 2))
    lasting = odd_even_correlation(frames(12))
    assert lasting.attrs["frames_worth_adding"] == 12
    assert (np.diff(lasting.information) > 0).all()
    assert lasting.resolution.values[-1] <= lasting.resolution.values[0]


def test_exposures_that_cannot_be_meant() -> None:
    for weights in ([1, 2], [0] * 12, [-1] + [1] * 11):
        with pytest.raises(SettingError, match="weights: "):
            add_exposures(frames(), weights=weights)
    with pytest.raises(SettingError, match="weights: is unknown; got 'best'"):
        add_exposures(frames(), weights="best")
    with pytest.raises(SettingError, match="too few frames"):
        odd_even_correlation(frames(3))


def test_areas_are_followed_in_counts() -> None:
    values = np.random.default_rng(8).integers(0, 100, (5, 20, 30))
    scale = 2.0 ** -np.arange(5)
    times = [0, 1, 2, 4, 8]
    stack = label_stack(values, "time", plane_values=times, per_plane={"scale": scale, "exposure_s": np.ones(5)})
    for source in (stack, stack.chunk({"time": 1})):
        curves = region_curves(source, {"a": (0, 0, 4, 5), "b": (10, 10, 20, 30)}, mean=False)
        np.testing.assert_allclose(curves.sel(region="a"), values[:, :4, :5].sum((1, 2)) * scale)
        expected = np.sqrt(values[:, 10:, 10:].sum((1, 2))) * scale
        np.testing.assert_allclose(curves.standard_error.sel(region="b"), expected)
    assert region_curves(stack).region.values.tolist() == ["whole image"]
    with pytest.raises(SettingError, match="reach outside"):
        region_curves(stack, {"a": (0, 0, 21, 5)})


@pytest.mark.parametrize("to_zero", [False, True])
def test_fading_comes_back_with_its_errors(to_zero: bool) -> None:
    rng = np.random.default_rng(9)
    dose = np.arange(40) * 2.5
    end = 0.0 if to_zero else 300.0
    found = []
    for _ in range(60):
        counted = rng.poisson(end + 900 * np.exp(-dose / 30))
        coords = {"time": dose, "standard_error": ("time", np.sqrt(np.maximum(counted, 1)))}
        curve = xr.DataArray(counted.astype(float), coords, ("time",))
        found.append(fit_fading(curve, dose, fades_to_zero=to_zero))
    critical = np.array([fading.critical_dose for fading in found])
    said = np.mean([fading.critical_dose_error for fading in found])
    assert critical.mean() == pytest.approx(30, abs=4 * said / np.sqrt(60) + 0.3)
    assert said == pytest.approx(critical.std(), rel=0.35)


def test_the_dose_is_counted_from_exposures() -> None:
    exposure = np.array([1.0, 2, 1, 2, 1, 2, 1, 2])
    middle = np.cumsum(exposure) - exposure / 2
    curve = xr.DataArray(
        100 * np.exp(-middle / 4), {"plane": np.arange(8.0), "exposure_s": ("plane", exposure)}, ("plane",)
    )
    fading = fit_fading(curve, fades_to_zero=True)
    assert fading.critical_dose == pytest.approx(4, rel=1e-4)
    assert fading.dose_units == "s of exposure"
    np.testing.assert_allclose(fading.at(middle), curve, rtol=1e-4)
    with pytest.raises(SettingError, match="too short"):
        fit_fading(curve[:2])
    with pytest.raises(SettingError, match="dose: needs one number for each plane"):
        fit_fading(curve, [1, 2])
