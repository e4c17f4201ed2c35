"""Aligning without a window: drift against the truth, planes placed by hand, what is shown."""

import gc
import weakref

import numpy as np
import pytest

from temstack.drift import apply_drift
from temstack.errors import DriftError, SettingError
from temstack.operations import replay
from temstack.stack import label_stack
from temstack.testing import drifting_eftem_series
from temstack.viewer.models.align_results import add_up, apply_to, stacks_that_fit, write_report
from temstack.viewer.models.align_settings import AlignSettings
from temstack.viewer.models.aligning import Aligning, Chosen
from temstack.viewer.models.desk import Desk
from temstack.viewer.models.drift_facts import curves, pair_in_words, pair_matrix, worst_pairs
from temstack.viewer.models.latest import Latest
from temstack.viewer.models.overlay import AlignedPlanes, Wish, difference_picture, grey_levels, overlay_picture


@pytest.fixture(scope="module")
def series():
    return drifting_eftem_series(6, size=160, seed=4, electrons_per_px=400)


@pytest.fixture
def desk():
    desk = Desk()
    yield desk
    desk.jobs.cancel_all()


@pytest.fixture
def aligning(desk, series):
    return Aligning(desk.add(series.stack, title="Fe"), desk.jobs)


def estimated(aligning):
    aligning.estimate().wait(60)
    return aligning


def test_the_estimate_is_the_truth(aligning, series):
    estimated(aligning)
    assert aligning.drift.drift_px == pytest.approx(series.true_drift_px, abs=0.15)
    assert not aligning.is_outdated
    assert "6 planes" in aligning.state_in_words()
    assert "nm" in aligning.state_in_words()


def test_settings_changed_since_are_said(aligning):
    estimated(aligning)
    aligning.settings = AlignSettings(interpolation="linear")
    assert not aligning.is_outdated
    aligning.settings = AlignSettings(sobel=True)
    assert aligning.is_outdated
    assert "Solve again" in aligning.state_in_words()


def test_a_nudged_plane_is_shown_there_and_stays_when_solved_again(aligning, series):
    estimated(aligning)
    aligning.chosen = Chosen(3)
    before = aligning.drift.drift_px.copy()
    aligning.nudge(1.0, -10.0)
    assert aligning.drift.drift_px[3] == pytest.approx(before[3] + [-1.0, 10.0], abs=1e-3)
    pin = aligning.pins[3]
    assert aligning.is_outdated
    estimated(aligning)
    assert aligning.drift.drift_px[3] == pytest.approx(pin, abs=1e-9)
    assert aligning.pins == {3: pin}
    assert not aligning.is_outdated
    aligning.release(3)
    assert aligning.pins == {}
    estimated(aligning)
    assert aligning.drift.drift_px == pytest.approx(series.true_drift_px, abs=0.15)


def test_plane_0_moves_the_other_the_other_way(aligning):
    estimated(aligning)
    before = aligning.drift.drift_px[1].copy()
    aligning.chosen = Chosen(0)
    aligning.nudge(0.0, 1.0)
    assert aligning.drift.drift_px[1] == pytest.approx(before + np.array([0.0, 1.0]), abs=1e-3)
    assert list(aligning.pins) == [1]


def test_by_hand_alone_planes_after_go_along(aligning):
    aligning.chosen = Chosen(2)
    aligning.nudge(3.0, 0.0)
    assert aligning.places_px[:, 0].tolist() == [0, 0, -3, -3, -3, -3]
    aligning.release()
    assert aligning.drift is None


def test_an_estimate_can_be_cancelled(aligning):
    job = aligning.estimate()
    with pytest.raises(SettingError, match="goes on already"):
        aligning.estimate()
    job.cancel()
    assert job.wait(30)
    assert job.state == "cancelled"
    assert aligning.drift is None
    assert not aligning.is_running


def test_other_data_forget_the_drift(aligning, series):
    estimated(aligning)
    aligning.document.replace_data(series.stack[:4])
    assert aligning.drift is None
    assert aligning.n_planes == 4


def test_blink_frames_are_the_shifted_planes(aligning, series):
    estimated(aligning)
    aligned = apply_drift(series.stack, aligning.drift, edges="fill", fill_value=np.nan)
    planes = AlignedPlanes(series.stack)
    places = tuple(map(tuple, aligning.places_px))
    first, second = planes.pictures(Wish(4, (3,), (places[4], places[3])))
    np.testing.assert_array_equal(first[..., 0], grey_levels(aligned.values[3]))
    np.testing.assert_array_equal(second[..., 2], grey_levels(aligned.values[4]))


def test_overlay_is_grey_where_planes_agree_and_coloured_where_not(series):
    plane = AlignedPlanes(series.stack).plane(0, (0.0, 0.0))
    same = overlay_picture(plane, plane)
    assert (same[..., 0] == same[..., 1]).all()
    moved = overlay_picture(plane, np.roll(plane, 4, axis=1)).astype(int)
    assert np.abs(moved[..., 0] - moved[..., 1]).mean() > 5


def test_difference_does_not_see_exposure_nor_reversal():
    plane = np.random.default_rng(1).random((40, 50)).astype(np.float32)
    for second in (plane, 8 * plane + 3, 1 - plane):
        assert np.abs(difference_picture(plane, second).astype(int) - 128).max() <= 1
    assert np.abs(difference_picture(plane, np.roll(plane, 1)).astype(int) - 128).max() > 100


def test_neighbours_are_averaged(series):
    planes = AlignedPlanes(series.stack)
    first, _ = planes.pictures(Wish(2, (1, 3), ((0.0, 0.0),) * 3))
    assert first.shape == (160, 160, 3)
    assert first.std() > 10


def test_facts_of_a_drift(aligning, series):
    drift = estimated(aligning).drift
    (curve,) = curves(drift, series.stack)
    assert curve.positions.tolist() == series.stack.energy_loss.values.tolist()
    square = pair_matrix(drift, "peak")
    assert np.isnan(square.diagonal()).all()
    assert square[1, 4] == square[4, 1] > 0
    worst = worst_pairs(drift)
    assert worst[0].residual_px == np.nanmax(drift.pair_residual_px)
    assert "495 eV" in pair_in_words(drift, series.stack, 1, 2)


def test_planes_that_do_not_hang_together_have_curves_of_their_own(moved_apart):
    drift, stack = moved_apart
    found = curves(drift, stack)
    assert [curve.planes.tolist() for curve in found] == [[0, 1], [2, 3]]
    assert "planes 2–3" in found[1].in_words


@pytest.fixture
def moved_apart():
    from temstack.drift import estimate_drift

    one, two = (drifting_eftem_series(2, size=160, seed=seed, electrons_per_px=400).stack.values for seed in (1, 2))
    stack = label_stack(np.concatenate([one, two]).astype(np.float32))
    return estimate_drift(stack), stack


def test_applied_result_is_undone_and_replayed(desk, aligning, series):
    drift = estimated(aligning).drift
    apply_to(desk, aligning.document, drift, aligning.settings).wait(60)
    result = desk.documents[-1]
    assert result.title == "Fe – aligned"
    again = replay(result.data.attrs["history"], series.stack)
    np.testing.assert_allclose(again.values, result.data.values, rtol=1e-4, atol=1e-2)
    desk.undo.undo()
    assert result not in desk.documents
    desk.undo.redo()
    assert result in desk.documents


def test_drift_goes_to_another_stack_and_lengths_are_checked(desk, aligning, series):
    from temstack.stack import counts

    drift = estimated(aligning).drift
    binned = desk.add(counts(series.stack).coarsen(y=2, x=2).mean(), title="binned")
    short = desk.add(series.stack[:3], title="short")
    assert stacks_that_fit(desk, drift, aligning.document) == [binned]
    apply_to(desk, binned, drift, aligning.settings).wait(60)
    moved = desk.documents[-1].data
    assert moved.drift_y_px.values == pytest.approx(series.true_drift_px[:, 0] / 2, abs=0.1)
    with pytest.raises(DriftError, match="another number of planes"):
        apply_to(desk, short, drift, aligning.settings)


def test_sum_with_weights_and_report(desk, aligning, tmp_path):
    drift = estimated(aligning).drift
    add_up(desk, aligning.document, drift, aligning.settings, weights="exposure").wait(60)
    assert desk.documents[-1].kind == "image"
    page = tmp_path / "page.html"
    write_report(desk, aligning.document, drift, page).wait(60)
    assert "Drift of Fe" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize("shape", [(8, 8), (1, 8, 8)])
def test_what_is_no_stack_is_refused(desk, shape):
    import xarray as xr

    data = xr.DataArray(np.zeros(shape), dims=("y", "x")) if len(shape) == 2 else label_stack(np.zeros(shape))
    with pytest.raises(SettingError, match="align"):
        Aligning(desk.add(data), desk.jobs)


def test_details_in_the_wrong_order_are_refused():
    with pytest.raises(SettingError, match="finest smaller than the coarsest"):
        AlignSettings(finest_px=20, coarsest_px=4).options()


def test_only_the_latest_wish_is_worked_on():
    import threading

    latest, seen, began, go_on = Latest(lambda call: call()), [], threading.Event(), threading.Event()
    latest.ask(lambda: (began.set(), go_on.wait(5)), lambda _: None)
    began.wait(5)
    for number in range(20):
        latest.ask(lambda number=number: number, seen.append)
    go_on.set()
    assert latest.wait(5)
    assert seen == [19]


def test_nothing_is_kept_of_a_closed_document(desk, series):
    document = desk.add(series.stack.copy())
    aligning = Aligning(document, desk.jobs)
    aligning.nudge(1, 1)
    held = weakref.ref(aligning), weakref.ref(document)
    desk.close(document)
    desk.undo.clear()
    del aligning, document
    gc.collect()
    assert [ref() for ref in held] == [None, None]


def test_a_lazy_stack_is_looked_at_one_plane_at_a_time(desk, series):
    import dask.array as da

    read = []

    def watched(block, block_info=None):
        read.append(block_info[0]["array-location"][0][0])
        return block

    data = da.from_array(series.stack.values, chunks=(1, -1, -1)).map_blocks(watched, dtype=series.stack.dtype)
    lazy = series.stack.copy(data=data)
    read.clear()
    aligning = Aligning(desk.add(lazy), desk.jobs)
    AlignedPlanes(lazy).pictures(Wish(4, (3,), ((0.0, 0.0),) * 2))
    assert sorted(read) == [3, 4]
    aligning.estimate().wait(60)
    assert aligning.drift.drift_px == pytest.approx(series.true_drift_px, abs=0.15)


def test_nothing_in_common_is_said(desk):
    noise = label_stack(np.random.default_rng(2).standard_normal((3, 64, 64)).astype(np.float32))
    aligning = estimated(Aligning(desk.add(noise), desk.jobs))
    assert "not known" in aligning.state_in_words()
    apply_to(desk, aligning.document, aligning.drift, aligning.settings).wait(30)
    assert len(desk.documents) == 1
