"""Series say every position beforehand, and refuse what cannot be meant."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from temstack.errors import FormatError, InputMissingError, OutputExistsError, SettingError
from temstack.series import (
    AutoExposure,
    CameraFacts,
    EftemSeries,
    ExposureSeries,
    FocalSeries,
    Series,
    TimeSeries,
    forecast,
    load_series,
    planned_stack,
    save_series,
    series_from,
)
from temstack.stack import check_stack

FACTS = CameraFacts("CCD", (64, 96), np.dtype("u2"), 65535.0, (0.01, 64.0), overhead_s=0.1, dose_rate_per_nm2_s=50.0)

LADDERS: dict[str, tuple[Series, list[float]]] = {
    "start, step, count": (EftemSeries(start_ev=0, step_ev=10, n_planes=3), [0, 10, 20]),
    "start, step, stop": (EftemSeries(start_ev=480, step_ev=5, stop_ev=490), [480, 485, 490]),
    "start, stop, count": (EftemSeries(start_ev=480, stop_ev=490, n_planes=3), [480, 485, 490]),
    "all four": (EftemSeries(start_ev=480, stop_ev=490, step_ev=5, n_planes=3), [480, 485, 490]),
    "one plane": (EftemSeries(start_ev=480, stop_ev=480, step_ev=5), [480]),
    "step that is no binary fraction": (EftemSeries(start_ev=0, step_ev=0.1, stop_ev=0.7), [i / 10 for i in range(8)]),
    "centred": (FocalSeries(n_planes=4, step_nm=10), [-15, -5, 5, 15]),
    "towards overfocus": (FocalSeries(n_planes=3, step_nm=-10, start_nm=5), [5, -5, -15]),
    "quadratic": (FocalSeries(n_planes=5, step_nm=2, spacing="quadratic"), [-8, -2, 0, 2, 8]),
    "quadratic, even count": (FocalSeries(n_planes=4, step_nm=4, spacing="quadratic"), [-9, -1, 1, 9]),
    "table": (FocalSeries(foci_nm=[100, -5, 0]), [100, -5, 0]),
    "time": (TimeSeries(n_planes=3, interval_s=7.5), [0, 7.5, 15]),
    "time without pause": (TimeSeries(n_planes=3, exposure_s=0.5), [0, 0.5, 1]),
    "exposures": (ExposureSeries(n_planes=2, exposure_s=0.25), [0, 0.25]),
}


@pytest.mark.parametrize("name", LADDERS)
def test_positions_are_those_asked_for(name: str) -> None:
    series, expected = LADDERS[name]
    assert series.positions.tolist() == expected
    assert series.size == len(expected)
    assert sorted(event.index for event in series.events()) == list(range(len(expected)))
    assert all(event.position == expected[event.index] for event in series.events())


ORDERS: dict[str, tuple[Series, list[float]]] = {
    "eftem down": (EftemSeries(start_ev=1, step_ev=1, n_planes=3, order="descending"), [3, 2, 1]),
    "focal down": (FocalSeries(n_planes=3, step_nm=4, order="descending"), [4, 0, -4]),
    "symmetric": (FocalSeries(n_planes=5, step_nm=4, order="symmetric"), [0, 4, -4, 8, -8]),
    "symmetric, even count": (FocalSeries(n_planes=4, step_nm=4, order="symmetric"), [2, -2, 6, -6]),
}


@pytest.mark.parametrize("name", ORDERS)
def test_planes_are_visited_in_the_order_asked_for(name: str) -> None:
    series, expected = ORDERS[name]
    assert [event.position for event in series.events()] == expected


@given(st.floats(-1e3, 3e3), st.sampled_from([0.1, 0.3, 1 / 3, 2.5, 7]), st.integers(1, 3000))
def test_stop_means_the_same_as_the_count(start: float, step: float, count: int) -> None:
    stop = start + (count - 1) * step
    assert EftemSeries(start_ev=start, step_ev=step, stop_ev=stop).size == count


REFUSED: dict[str, tuple[Any, str]] = {
    "misspelt": (
        lambda: EftemSeries(start_ev=0, step_ev=1, n_planes=3, exposure=2),
        "has no such setting; got 'exposure'.*did you mean '.*exposure.*'",
    ),
    "misspelt within": (
        lambda: ExposureSeries(n_planes=3, auto_exposure={"upper": 3}),
        "got 'upper'.*did you mean 'upper_counts'",
    ),
    "missing": (lambda: EftemSeries(start_ev=0, n_planes=3), "EftemSeries: step_ev: is missing"),
    "no step": (lambda: EftemSeries(start_ev=0, step_ev=0, n_planes=3), "step_ev: cannot be meant; got 0"),
    "off the ladder": (
        lambda: EftemSeries(start_ev=480, step_ev=5, stop_ev=583),
        "stop_ev: is not a whole number of steps.*got 583; expected 580 or 585",
    ),
    "backwards": (lambda: EftemSeries(start_ev=480, step_ev=5, stop_ev=400), "stop_ev: is not a whole number"),
    "count does not fit": (
        lambda: EftemSeries(start_ev=0, step_ev=5, stop_ev=10, n_planes=4),
        "n_planes: does not fit stop_ev=10; got 4; expected 3",
    ),
    "text as energy": (lambda: EftemSeries(start_ev="O-K", step_ev=5, stop_ev=10), "stop_ev: cannot be meant"),
    "not finite": (lambda: EftemSeries(start_ev=float("nan"), step_ev=5, n_planes=3), "start_ev: cannot be meant"),
    "no planes": (lambda: ExposureSeries(n_planes=0), "n_planes: cannot be meant; got 0"),
    "no exposure": (lambda: ExposureSeries(n_planes=1, exposure_s=0), "exposure_s: cannot be meant; got 0"),
    "no area": (lambda: ExposureSeries(n_planes=1, readout_area=(5, 0, 5, 9)), "readout_area: is no area"),
    "focal, nothing": (lambda: FocalSeries(), "needs a number of planes and a step"),
    "focal, step 0": (lambda: FocalSeries(n_planes=3, step_nm=0), "needs a number of planes and a step"),
    "table and step": (lambda: FocalSeries(foci_nm=[1], step_nm=2), "says every focus already; got step_nm"),
    "empty table": (lambda: FocalSeries(foci_nm=[]), "foci_nm"),
    "interval": (lambda: TimeSeries(n_planes=3, interval_s=0.5), "interval_s: is shorter than the exposure"),
    "thresholds": (lambda: AutoExposure(lower_counts=1000, upper_counts=3999), "expected 4000 or more"),
    "kind": (lambda: series_from({"kind": "tilt"}), "got 'tilt'; expected 'eftem' or"),
    "no kind": (lambda: series_from({}), "kind: is no kind of series; got None"),
    "wrong kind": (lambda: EftemSeries(kind="focal", start_ev=0, step_ev=1, n_planes=1), "kind: cannot be meant"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_meant_is_refused_in_one_sentence(name: str) -> None:
    make, message = REFUSED[name]
    with pytest.raises(SettingError, match=message) as caught:
        make()
    assert "\n" not in str(caught.value)


def test_settings_do_not_change() -> None:
    series = ExposureSeries(n_planes=2)
    with pytest.raises(ValueError, match="frozen"):
        series.n_planes = 3  # type: ignore[misc]
    assert series.changed(n_planes=3).n_planes == 3
    with pytest.raises(SettingError):
        series.changed(n_plane=3)


EVERY_KIND = [
    EftemSeries(start_ev=0, step_ev=10, n_planes=61, auto_exposure=AutoExposure(upper_counts=8000), slit_width_ev=10),
    FocalSeries(
        n_planes=5, step_nm=2, spacing="quadratic", order="symmetric", binning=(2, 4), title='ä "quoted"\x7f\n'
    ),
    FocalSeries(foci_nm=[1e-5, -2.5e17], readout_area=(0, 8, 64, 128), camera="Virtual CCD"),
    TimeSeries(n_planes=9, interval_s=20.0, processing="unprocessed", parameter_set="Record"),
    ExposureSeries(n_planes=2, auto_exposure=AutoExposure()),
]


@pytest.mark.parametrize("series", EVERY_KIND, ids=lambda series: series.kind)
def test_a_series_comes_back_from_its_file_and_from_its_mapping(tmp_path: Path, series: Series) -> None:
    assert load_series(save_series(series, tmp_path / "a.toml")) == series
    assert series_from(series.as_mapping()) == series
    with pytest.raises(OutputExistsError):
        save_series(series, tmp_path / "a.toml")


def test_a_file_that_is_no_series_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputMissingError):
        load_series(tmp_path / "none.toml")
    (tmp_path / "a.toml").write_text("kind = \nstep")
    with pytest.raises(FormatError, match=r"a\.toml: is no settings file in TOML; got .*line 1"):
        load_series(tmp_path / "a.toml")
    (tmp_path / "a.toml").write_text('kind = "eftem"\nstart_eV = 3\nstep_ev=1\nn_planes=2')
    with pytest.raises(SettingError, match="did you mean 'start_ev'"):
        load_series(tmp_path / "a.toml")


def test_a_parameter_set_fills_what_the_series_leaves_open() -> None:
    record = {"exposure_s": 0.2, "binning": (2, 2), "readout_area": None, "processing": "dark_subtracted", "frames": 1}
    filled = ExposureSeries(n_planes=3, binning=(1, 1)).filled_from(record)
    assert (filled.exposure_s, filled.binning, filled.processing) == (0.2, (1, 1), "dark_subtracted")


def test_the_forecast_adds_up() -> None:
    cost = forecast(TimeSeries(n_planes=10, interval_s=30, exposure_s=2, processing="unprocessed"), FACTS)
    assert cost.time_s == cost.longest_time_s == pytest.approx(9 * 30 + 2.1)
    assert (cost.exposed_s, cost.dose_per_nm2) == (20.0, 1000.0)
    assert cost.disk_bytes == 10 * 64 * 96 * 2
    assert cost.dark_references == 0


def test_the_forecast_of_automatic_exposure_is_a_range() -> None:
    series = EftemSeries(start_ev=0, step_ev=10, n_planes=61, exposure_s=0.02, auto_exposure=AutoExposure(longest_s=4))
    cost = forecast(series, FACTS)
    assert cost.exposed_s == pytest.approx(61 * 0.02)
    assert cost.longest_exposed_s == pytest.approx(61 * 0.02 * 2**7)  # 2.56 s; twice that is beyond 4 s
    assert cost.dark_references == 9  # 0.01, 0.02 … 2.56 s
    assert cost.largest_dose_per_nm2 == pytest.approx(50 * cost.longest_exposed_s)


def test_what_the_camera_cannot_do_is_said_before_the_start() -> None:
    with pytest.raises(SettingError, match=r"camera 'CCD' can; got 100 s; expected 0\.01 to 64 s"):
        forecast(ExposureSeries(n_planes=1, exposure_s=100), FACTS)
    with pytest.raises(SettingError, match="not below the camera's saturation; got 70000"):
        forecast(ExposureSeries(n_planes=1, auto_exposure=AutoExposure(upper_counts=70000)), FACTS)
    with pytest.raises(SettingError, match=r"the first exposure .*got 1 s; expected 0\.01 to 0\.5 s"):
        forecast(ExposureSeries(n_planes=1, auto_exposure=AutoExposure(longest_s=0.5)), FACTS)
    with pytest.raises(SettingError, match="leave the camera no exposure"):
        forecast(ExposureSeries(n_planes=1, auto_exposure=AutoExposure(longest_s=0.001)), FACTS)


@pytest.mark.parametrize("series", EVERY_KIND, ids=lambda series: series.kind)
def test_the_planned_stack_follows_the_convention(series: Series) -> None:
    stack = check_stack(planned_stack(series, FACTS, high_tension_kv=300.0))
    assert stack.shape == (series.size, 64, 96)
    assert stack.dims[0] == series.plane_dim
    np.testing.assert_array_equal(stack[series.plane_dim].values, series.positions)
    assert not stack.is_recorded.values.any()
    assert np.isnan(stack.exposure_s.values).all()
    assert series_from(stack.attrs["series"]) == series
