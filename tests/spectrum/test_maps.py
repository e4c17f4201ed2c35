"""Elemental maps: against known truth, against the statistics of counting, and against what cannot be meant."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

import temstack as ts
from temstack.errors import SettingError, StackError
from temstack.spectrum import (
    elemental_map,
    energy_window_image,
    fit_background,
    jump_ratio,
    signal_to_noise,
    subtract_background,
)
from temstack.spectrum.windows import planes_in, pre_and_post
from temstack.stack import label_stack

ENERGIES = np.array([600.0, 620.0, 635.0, 660.0, 720.0, 740.0])


def make_stack(planes: object, energies: object = ENERGIES, **labels: object) -> xr.DataArray:
    return label_stack(
        np.asarray(planes), "energy_loss", plane_values=energies, pixel_size=0.5, pixel_units="nm", **labels
    )


def falling(
    exponent: float, height: float = 1e6, model: str = "power_law", energies: np.ndarray = ENERGIES
) -> np.ndarray:
    course = (energies / 600) ** -exponent if model == "power_law" else np.exp(-exponent * (energies - 600) / 600)
    return height * course


@given(
    st.floats(0.5, 8),
    st.sampled_from(["power_law", "exponential"]),
    st.sampled_from(["likelihood", "two_areas"]),
    st.booleans(),
)
def test_a_background_that_follows_the_model_is_taken_off_exactly(exponent, model, fit, lazy) -> None:
    background = falling(exponent, model=model)
    net = np.where(ENERGIES > 700, 50.0, 0.0)
    planes = (background + net)[:, None, None] * np.ones((1, 3, 4))
    stack = make_stack(planes)
    stack = stack.chunk({"energy_loss": 2, "y": 2}) if lazy else stack
    for layout in (stack, stack.transpose("y", "x", "energy_loss")):
        image = elemental_map(layout, pre=(600, 660), post=(720, 740), model=model, fit=fit)
        np.testing.assert_allclose(image, 100, rtol=1e-4)
        rest = subtract_background(layout, (600, 660), model=model, fit=fit).transpose("energy_loss", "y", "x")
        np.testing.assert_allclose(rest.values[:, 0, 0], net, atol=2e-3)


@pytest.mark.parametrize("fit", ["likelihood", "two_areas"])
@pytest.mark.parametrize("level", [40.0, 1000.0])
@pytest.mark.parametrize("gain", [1.0, 8.0])
def test_noise_and_mean_of_a_map_are_what_counting_gives(fit: str, level: float, gain: float) -> None:
    rng = np.random.default_rng(1)
    scale = np.array([1.0, 1.0, 0.5, 0.5, 0.25, 0.25])
    true = falling(3.0, level) + np.where(ENERGIES > 700, 0.5 * level, 0)
    raw = gain * rng.poisson((true / scale)[:, None, None], (6, 250, 250))
    stack = make_stack(raw.astype(np.int32), per_plane={"scale": scale}, counts_per_electron=gain)
    image = elemental_map(stack, pre=(600, 660), post=(720, 740), fit=fit)
    error = float(np.sqrt((image.standard_error**2).mean()))
    assert float(image.std()) == pytest.approx(error, rel=0.05 if level > 100 else 0.15)
    assert float(image.mean()) == pytest.approx(gain * level, abs=5 * error / 250 + 0.01 * gain * level)


def test_the_likelihood_is_at_its_maximum() -> None:
    rng = np.random.default_rng(2)
    raw = rng.poisson(falling(3.0, 200.0)[:, None, None], (6, 1, 5))
    reference, exponent = fit_background(make_stack(raw), (600, 660))
    before = raw[:4, 0]
    x = np.log(ENERGIES[:4] / reference.attrs["reference_ev"])[:, None]

    def likelihood(height: np.ndarray, slope: np.ndarray) -> np.ndarray:
        expected = height * np.exp(-slope * x)
        return (before * np.log(expected) - expected).sum(axis=0)

    best = likelihood(reference.values[0], exponent.values[0])
    for height, slope in ((1.01, 0.0), (0.99, 0.0), (1.0, 0.02), (1.0, -0.02)):
        assert (likelihood(reference.values[0] * height, exponent.values[0] + slope) < best).all()


def test_slits_of_different_width_do_not_matter() -> None:
    widths = np.array([10.0, 20.0, 10.0, 5.0, 20.0, 10.0])
    planes = (falling(4.0) + np.where(ENERGIES > 700, 50.0, 0.0)) * widths
    stack = make_stack(planes[:, None, None], per_plane={"slit_width_ev": (widths, "eV")})
    assert elemental_map(stack, pre=(600, 660), post=720).item() == pytest.approx(50 * 20, rel=1e-5)
    net = subtract_background(stack, (600, 660)).values.ravel()
    np.testing.assert_allclose(net[4:], 50 * widths[4:], rtol=1e-4)


def test_empty_and_missing_pixels_stay_visible() -> None:
    planes = np.tile(falling(3.0)[:, None, None], (1, 1, 3))
    planes[:, 0, 1] = 0
    planes[0, 0, 2] = np.nan
    image = elemental_map(make_stack(planes), pre=(600, 660), post=720)
    assert image.values[0, 1] == 0
    assert np.isnan(image.values[0, 2])
    large = np.tile(planes.astype(np.float32), (1, 200, 20))  # large enough for the compiled loops
    for layout in (make_stack(large), make_stack(large).transpose("y", "x", "energy_loss")):
        net = subtract_background(layout, (600, 660)).transpose("energy_loss", "y", "x")
        assert np.isnan(net.values[:, 0, 2]).all()
        assert np.abs(net.values[:, 0, 0]).max() < 2
        assert np.abs(net.values[:, 0, 1]).max() < 1e-30


def test_a_map_says_where_it_comes_from() -> None:
    stack = make_stack(np.full((6, 2, 3), 9, np.uint16), tags={"a": 1}, title="series")
    image = elemental_map(stack, pre=(600, 660), post=[720])
    assert image.dims == ("y", "x")
    assert image.name == "series"
    assert image.x.units == "nm"
    line = image.attrs["history"][-1]
    assert line["operation"] == "elemental_map"
    assert line["parameters"]["pre"] == [[600, 660]]
    again = elemental_map(stack, pre=line["parameters"]["pre"], post=line["parameters"]["post"])
    np.testing.assert_array_equal(again, image)


def test_jump_ratio_and_window_image() -> None:
    stack = make_stack(np.array([100, 100, 100, 100, 150, 250])[:, None, None])
    assert jump_ratio(stack, pre=660, post=(720, 740)).item() == pytest.approx(2)
    image = energy_window_image(stack, (720, 740))
    assert (image.item(), image.standard_error.item()) == (400, 20)
    assert energy_window_image(stack, [600, 740], mean=True).item() == 175
    assert signal_to_noise(image).item() == 20


def test_signal_to_noise_needs_counts() -> None:
    image = elemental_map(make_stack(np.full((6, 1, 1), 0.5)), pre=(600, 660), post=720)
    with pytest.raises(SettingError, match="pixels are not known to be counts"):
        signal_to_noise(image)
    known = elemental_map(make_stack(np.full((6, 1, 1), 0.5)), pre=(600, 660), post=720, counts_per_electron=1)
    assert signal_to_noise(known).shape == (1, 1)


@pytest.mark.parametrize(
    ("pre", "post", "words"),
    [
        ((660, 600), 720, "pre: is reversed; got 660 … 600 eV; expected the lower energy first"),
        ((400, 500), 720, "pre: reaches outside the energy axis; got 400 … 500 eV; expected 600 … 740 eV"),
        ((600, 660), (720, 990), "post: reaches outside the energy axis"),
        ((600, 720), (660, 740), "post: overlaps the pre-edge window"),
        ((720, 740), (600, 635), "post: does not lie behind the pre-edge window"),
        ((605, 610), 720, "pre: no plane lies in this window; got 605 … 610 eV; expected planes at 600, 620"),
        (620, 720, "pre: holds too few planes to fit a background; got 1"),
        ([600, 850], 720, "pre: there is no plane at this energy; got 850 eV"),
        ([600, "x"], 720, "pre: is no energy; got 'x'"),
        ((600, 620, 640), 720, "pre: a window has two ends"),
        ([], 720, "pre: names no window"),
        ((600, float("nan")), 720, "pre: is no energy"),
    ],
)
def test_windows_that_cannot_be_meant_get_one_sentence(pre: object, post: object, words: str) -> None:
    with pytest.raises(SettingError, match=words) as caught:
        elemental_map(make_stack(np.ones((6, 2, 2))), pre=pre, post=post)
    assert "\n" not in str(caught.value)


def test_other_things_that_cannot_be_meant() -> None:
    stack = make_stack(np.ones((6, 2, 2)))
    with pytest.raises(SettingError, match="model: is unknown; got 'linear'"):
        elemental_map(stack, pre=(600, 660), post=720, model="linear")
    with pytest.raises(StackError, match="has no energy axis"):
        elemental_map(label_stack(np.ones((3, 2, 2))), pre=(0, 1), post=2)
    low = make_stack(np.ones((4, 1, 1)), [-5.0, -2.0, 3.0, 9.0])
    with pytest.raises(SettingError, match="power law needs energies above 0"):
        elemental_map(low, pre=(-5, 3), post=9)
    with pytest.raises(SettingError, match="counts_per_electron: must be above 0"):
        elemental_map(stack, pre=(600, 660), post=720, counts_per_electron=0)


def test_where_windows_touch_the_plane_lies_behind_the_edge() -> None:
    before, behind = pre_and_post(make_stack(np.ones((6, 1, 1))), (600, 660), (660, 740))
    assert before.tolist() == [0, 1, 2]
    assert behind.tolist() == [3, 4, 5]


def test_descending_axes_and_nearest_planes() -> None:
    stack = make_stack(np.ones((6, 1, 1)), ENERGIES[::-1])
    assert planes_in(stack, (600, 640), "pre").tolist() == [3, 4, 5]
    assert planes_in(stack, [723, 741], "post").tolist() == [0, 1]
    assert planes_in(stack, [(600, 640), 723.0], "pre").tolist() == [1, 3, 4, 5], "a pair and a number"


@pytest.mark.data
@pytest.mark.parametrize("pre", [[617, 694], (617, 694), (600, 700)])
def test_the_published_iron_stack_holds_fifty_counts(data_dir: Path, pre: object) -> None:
    stack = ts.read(data_dir / "eftem" / "EFTEM-Stack_Fe_50counts.tif")
    image = ts.elemental_map(stack, pre=pre, post=717)
    assert float(image.mean()) == pytest.approx(50, abs=0.5)
    expected = float(np.sqrt((image.standard_error**2).mean()))
    assert float(image.std()) == pytest.approx(expected, rel=0.02)


@pytest.mark.data
def test_copper_and_zinc_lie_where_the_particles_are(data_dir: Path) -> None:
    folder = data_dir / "spectrum-images"
    stack = ts.read(folder / "CuZn_EELS_mapping_tutorial.hspy").transpose("energy_loss", "y", "x")
    particles = ts.read(folder / "CuZn_HAADF.hspy").values.astype(float)
    for post in ((935, 1000), (1035, 1100)):
        image = ts.elemental_map(stack, pre=(800, 900), post=post)
        assert np.corrcoef(image.values.ravel(), particles.ravel())[0, 1] > 0.55
        bright = particles > np.percentile(particles, 90)
        dark = particles < np.percentile(particles, 20)
        assert float(signal_to_noise(image).values[bright].mean()) > 10
        assert image.values[bright].mean() > 5 * abs(image.values[dark].mean())


def test_a_single_spectrum_loses_its_background_too():
    energies = np.arange(400, 600, 2.0)
    edge = np.where(energies > 532, 50.0, 0.0)
    spectrum = xr.DataArray(
        1e9 * energies**-3.0 + edge,
        dims=("energy_loss",),
        coords={"energy_loss": ("energy_loss", energies, {"units": "eV"})},
    )
    net = subtract_background(spectrum, (420, 520))
    assert np.abs(net.values - edge).max() < 1e-6


@pytest.mark.parametrize("dtype", [">u2", ">f4", "float16", "uint8"])
@pytest.mark.parametrize("axis", [0, -1])
def test_pixels_of_every_type_are_added_up_and_lose_their_background(dtype: str, axis: int) -> None:
    # Large enough for the compiled loops, which know fewer types than NumPy.
    pixels = np.random.default_rng(0).poisson(100, (20, 470, 470)).astype(dtype)
    stack = label_stack(pixels, "energy_loss", plane_values=400 + 4.0 * np.arange(20))
    if axis:
        stack = stack.transpose("y", "x", "energy_loss").copy(data=np.ascontiguousarray(np.moveaxis(pixels, 0, -1)))
    image = energy_window_image(stack, (400, 416))
    np.testing.assert_allclose(image.values, pixels[:5].astype(np.float64).sum(axis=0))
    net = subtract_background(stack, (400, 440), fit="two_areas").transpose("energy_loss", "y", "x")
    few = subtract_background(stack[:10, :10] if axis else stack[:, :10, :10], (400, 440), fit="two_areas")
    np.testing.assert_allclose(net[:, :10, :10], few.transpose("energy_loss", "y", "x"), rtol=1e-4, atol=1e-2)
