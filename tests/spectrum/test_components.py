"""References and principal components, and areas of any shape."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from temstack.errors import SettingError, StackError
from temstack.spectrum import denoise, extract_spectrum, fit_references, keep_components, principal_components
from temstack.spectrum.areas import line_mask, polygon_mask
from temstack.stack import label_stack

ENERGIES = 500 + 5.0 * np.arange(40)
FIRST = 400 * (ENERGIES / 500) ** -3
SECOND = np.where(ENERGIES > 560, 100 * np.exp(-(ENERGIES - 560) / 80), 0)


def mixed(amounts: np.ndarray, seed: int | None = 1, scale: float = 1.0) -> xr.DataArray:
    """Return spectra made of two references in known amounts (2, y, x), counted unless seed is None."""
    expected = np.tensordot(np.stack([FIRST, SECOND], axis=1), amounts, axes=1)
    values = expected if seed is None else np.random.default_rng(seed).poisson(expected / scale)
    return label_stack(values, "energy_loss", plane_values=ENERGIES, per_plane={"scale": np.full(40, scale)})


def amounts_of(shape: tuple[int, int]) -> np.ndarray:
    y, x = np.indices(shape)
    return np.stack([1 + x / shape[1], 1.5 * ((y - 12) ** 2 + (x - 12) ** 2 < 40)])


def test_amounts_come_back_with_their_errors() -> None:
    true = np.broadcast_to(np.array([1.5, 0.8])[:, None, None], (2, 60, 60))
    stack = mixed(true, scale=0.5)
    for layout in (stack, stack.transpose("y", "x", "energy_loss"), stack.chunk({"energy_loss": 7})):
        found = fit_references(layout, {"first": FIRST, "second": SECOND})
        assert found.label.values.tolist() == ["first", "second"]
        np.testing.assert_allclose(found.mean(("y", "x")), [1.5, 0.8], rtol=0.005)
        np.testing.assert_allclose(found.std(("y", "x")), found.standard_error.mean(("y", "x")), rtol=0.05)


def test_references_are_spectra_on_any_axis() -> None:
    stack = mixed(amounts_of((24, 24)), seed=None)
    fine = np.linspace(490, 710, 2000)
    smooth = xr.DataArray(np.interp(fine, ENERGIES, FIRST), {"energy_loss": fine}, ["energy_loss"])
    own = extract_spectrum(mixed(np.broadcast_to([[[0.0]], [[1.0]]], (2, 4, 4)), seed=None), mean=True)
    found = fit_references(stack, {"first": smooth, "second": own})
    np.testing.assert_allclose(found, amounts_of((24, 24)), atol=0.02)


@pytest.mark.parametrize(
    ("references", "words"),
    [
        ({}, "names no spectrum"),
        ({"a": FIRST, "b": 2 * FIRST}, "cannot be told from one another"),
        ({"a": xr.DataArray([1.0, 2], {"energy_loss": [500.0, 520.0]}, ["energy_loss"])}, "does not cover"),
    ],
)
def test_references_that_cannot_be_meant(references: dict, words: str) -> None:
    with pytest.raises(SettingError, match=words):
        fit_references(mixed(amounts_of((24, 24))), references)
    with pytest.raises(StackError, match="has another length"):
        fit_references(mixed(amounts_of((24, 24))), {"a": FIRST[:5]})


@pytest.mark.parametrize("scale", [1.0, 0.25])
def test_noise_is_left_out_and_signal_kept(scale: float) -> None:
    true = amounts_of((40, 40))
    expected = mixed(true, seed=None).values
    stack = mixed(true, scale=scale)
    found = principal_components(stack)
    assert found.suggested == 2
    for layout in (stack, stack.transpose("y", "x", "energy_loss"), stack.chunk({"energy_loss": 7, "y": 9})):
        result = denoise(layout)
        assert result.attrs["components"] == 2
        assert result.dims == layout.dims
        error = result.transpose("energy_loss", "y", "x").values - expected
        before = stack.values * scale - expected
        assert np.std(error) < 0.35 * np.std(before)
    np.testing.assert_allclose(keep_components(stack, found, 40), stack.values * scale, rtol=1e-3, atol=0.1)


def test_pure_noise_suggests_one_component() -> None:
    rng = np.random.default_rng(4)
    for shape in ((30, 50, 50), (90, 8, 8)):
        stack = label_stack(rng.poisson(50, shape), "energy_loss", plane_values=np.arange(float(shape[0])))
        assert principal_components(stack).suggested == 1


def test_numbers_of_components_that_cannot_be_meant() -> None:
    with pytest.raises(SettingError, match="components: is no number of components; got 41; expected 1 … 40"):
        denoise(mixed(amounts_of((24, 24))), 41)


def test_spectra_of_points_polygons_lines_and_masks() -> None:
    stack = label_stack(np.arange(2 * 8 * 9).reshape(2, 8, 9), "energy_loss", plane_values=[1.0, 2.0], pixel_size=0.5)
    np.testing.assert_array_equal(extract_spectrum(stack, point=(3, 4)), stack[:, 3, 4])
    np.testing.assert_array_equal(extract_spectrum(stack, point=(1.5, 2.0), calibrated=True), stack[:, 3, 4])
    square = extract_spectrum(stack, polygon=[(1, 2), (1, 5), (4, 5), (4, 2)], mean=True)
    np.testing.assert_array_equal(square, stack[:, 1:5, 2:6].mean(("y", "x")))
    assert square.attrs["pixels"] == 16
    assert square.attrs["region"] == [1, 2, 5, 6]
    np.testing.assert_array_equal(extract_spectrum(stack, line=((2, 1), (2, 6))), stack[:, 2, 1:7].sum("x"))
    wide = extract_spectrum(stack, line=((2, 1), (2, 6)), width_px=3)
    np.testing.assert_array_equal(wide, stack[:, 1:4, 1:7].sum(("y", "x")))
    mask = np.zeros((8, 9), bool)
    mask[::3, ::4] = True
    for layout in (stack, stack.transpose("y", "x", "energy_loss"), stack.chunk({"y": 3})):
        np.testing.assert_array_equal(extract_spectrum(layout, mask=mask), stack.values[:, mask].sum(axis=1))


def test_pixels_outside_a_mask_are_not_looked_at() -> None:
    values = np.ones((2, 4, 4))
    values[:, 0, 0] = np.nan
    stack = label_stack(values, "energy_loss", plane_values=[1.0, 2.0])
    assert extract_spectrum(stack, polygon=[(0, 1), (0, 3), (3, 3)]).values.tolist() == [7.0, 7.0]


def test_a_triangle_holds_half_a_square() -> None:
    stack = label_stack(np.ones((1, 100, 100)))
    assert polygon_mask(stack, [(0, 0), (0, 99), (99, 0)]).sum() == 5050
    assert line_mask(stack, (0, 0), (99, 99)).sum() == 100


@pytest.mark.parametrize(
    ("area", "words"),
    [
        ({"point": (0, 9)}, "point: reaches outside the image"),
        ({"polygon": [(0, 0), (1, 1)]}, "polygon: needs three corners or more"),
        ({"line": ((0, 0), (1, 1)), "width_px": 0}, "width: must be 1 px or more"),
        ({"mask": np.zeros((4, 4))}, "mask: holds no pixel"),
        ({"mask": np.ones((3, 4))}, "mask: does not fit the image"),
        ({"point": (0, 0), "region": (0, 0, 1, 1)}, "area: is given twice"),
    ],
)
def test_areas_that_cannot_be_meant(area: dict, words: str) -> None:
    with pytest.raises(SettingError, match=words):
        extract_spectrum(label_stack(np.ones((2, 4, 4))), **area)
