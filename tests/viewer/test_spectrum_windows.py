"""Plots in their windows: spectra, the picker with its marker and windows, profiles along lines."""

import gc
import weakref

import numpy as np
import pytest
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QApplication, QMessageBox

import temstack as ts
from temstack.spectrum import energy_window_image
from temstack.stack import label_stack
from temstack.viewer.models.calibration import PixelAxis
from temstack.viewer.models.line_profile import line_profile
from temstack.viewer.models.regions import Region
from temstack.viewer.views.curve_plot import CurvePlot
from temstack.viewer.views.menus import regions as menu
from temstack.viewer.views.picker_view import PickerView

ENERGIES = np.linspace(650, 780, 27)


def stack():
    """Iron in a square particle, on a background that falls by a power law."""
    particle = np.zeros((40, 50))
    particle[10:30, 15:35] = 1
    pixels = 1e10 * ENERGIES[:, None, None] ** -2.5 + 300 * (ENERGIES >= 708)[:, None, None] * particle
    noisy = np.random.default_rng(3).poisson(pixels).astype(np.uint16)
    return label_stack(
        noisy, "energy_loss", plane_values=ENERGIES, pixel_size=0.5, pixel_units="nm", title="Fe", signal_type="EELS"
    )


@pytest.fixture
def view(main):
    return main.view(main.desk.add(stack(), title="Fe"))


@pytest.fixture
def picker(main, view, qtbot):
    found = menu.open_picker(view)
    qtbot.waitUntil(lambda: bool(found.plot.curves))
    return found


def test_a_spectrum_is_drawn_with_its_axis_and_error(main):
    document = main.desk.add(ts.extract_spectrum(stack()), title="sum")
    shown = main.view(document)
    (curve,) = shown.plot.curves
    np.testing.assert_array_equal(curve.x, ENERGIES)
    np.testing.assert_allclose(curve.error, np.sqrt(curve.y))
    assert shown.plot.item.getAxis("bottom").labelText == "Energy loss / eV"
    assert shown.plot.item.getAxis("left").labelText == "Counts"
    words = shown.plot.words_at(711.3)
    assert words.startswith("710 eV   sum ")
    assert "±" in words


def test_a_profile_of_planes_has_a_window_too(main):
    data = label_stack(np.ones((3, 4, 4)), "defocus", plane_values=[-20, 0, 40])
    document = main.desk.add(ts.extract_spectrum(data), title="through focus")
    assert main.view(document).plot.item.getAxis("bottom").labelText == "Defocus / nm"


def test_spectra_are_laid_over_each_other(main):
    one = main.desk.add(ts.extract_spectrum(stack()), title="all")
    other = main.desk.add(ts.extract_spectrum(stack(), (0, 0, 4, 4)), title="corner")
    shown = main.view(one)
    shown.overlay(other)
    assert [curve.name for curve in shown.plot.curves] == ["all", "corner"]
    assert len({curve.colour for curve in shown.plot.curves}) == 2
    other.title = "hole"
    assert shown.plot.names == ["all", "hole"]
    assert "hole" in shown.plot.legend.text()
    main.desk.close(other)
    assert [curve.name for curve in shown.plot.curves] == ["all"]


def test_a_logarithmic_axis_leaves_out_what_is_not_above_0(main, qtbot):
    data = ts.extract_spectrum(stack())
    data.values[:3] = [0, -5, 100]
    shown = main.view(main.desk.add(data, title="s"))
    qtbot.keyClick(shown, Qt.Key.Key_L)
    assert shown.plot.is_log
    _, height = shown.plot._drawn[0].line.getData()
    assert np.isnan(height[:2]).all()
    assert height[2] == 2
    bottom, top = shown.plot.item.getViewBox().viewRange()[1]
    assert bottom > 1
    assert top < 10


def test_a_spectrum_window_comes_back_as_it_was(main):
    document = main.desk.add(ts.extract_spectrum(stack()), title="s")
    shown = main.view(document)
    shown.tools.log.setChecked(True)
    shown.plot.item.getViewBox().setRange(xRange=(700, 720), yRange=(3, 6), padding=0)
    state = shown.state()
    again = main.view(main.desk.add(document.data, title="t"))
    again.restore(state)
    assert again.plot.is_log
    assert again.plot.item.getViewBox().viewRange()[0] == pytest.approx([700, 720])


def test_a_table_goes_to_the_clipboard_and_to_a_file(main, tmp_path):
    shown = main.view(main.desk.add(ts.extract_spectrum(stack()), title="sum"))
    shown.tools.copy()
    lines = QApplication.clipboard().text().splitlines()
    assert lines[0].split("\t")[0] == "Energy loss (eV)"
    assert len(lines) == 1 + len(ENERGIES)
    shown.tools.save(tmp_path / "sum.csv")
    table = np.loadtxt(tmp_path / "sum.csv", delimiter=",", skiprows=1)
    np.testing.assert_allclose(table[:, 1], ts.extract_spectrum(stack()))
    shown.tools.save(tmp_path / "missing" / "sum.csv")
    assert main.findChildren(QMessageBox)


def test_the_picker_follows_a_region(picker, qtbot):
    regions = picker.document.regions
    region = regions.add("rectangle", [(10, 15), (30, 35)], name="particle")
    qtbot.waitUntil(lambda: [curve.name for curve in picker.plot.curves] == ["particle"])
    np.testing.assert_allclose(picker.plot.curves[0].y, ts.extract_spectrum(stack(), (10, 15, 30, 35)))
    regions.change(region.moved(-10, -15))
    wanted = ts.extract_spectrum(stack(), (0, 0, 20, 20)).values
    qtbot.waitUntil(lambda: np.array_equal(picker.plot.curves[0].y, wanted))
    picker.set_mean(True)
    qtbot.waitUntil(lambda: np.allclose(picker.plot.curves[0].y, wanted / 400))
    assert picker.plot.item.getAxis("left").labelText == "Counts per px"


def test_the_marker_is_the_plane(picker, view, qtbot):
    view.display.plane = 12
    assert picker.marker.value() == ENERGIES[12]
    picker.marker.setValue(ENERGIES[20] + 1)
    picker.marker.sigDragged.emit(picker.marker)
    assert view.display.plane == 20
    picker.marker.sigPositionChangeFinished.emit(picker.marker)
    assert picker.marker.value() == ENERGIES[20]


def test_spectra_are_kept(picker, main, qtbot):
    picker.document.regions.add("rectangle", [(10, 15), (30, 35)], name="particle")
    qtbot.waitUntil(lambda: picker.plot.curves[0].name == "particle")
    (kept,) = picker.keep()
    assert kept.title == "Fe: particle"
    assert kept in main.desk.documents
    assert kept.data.attrs["history"][-1]["parameters"]["region"] == [10, 15, 30, 35]


def test_a_window_on_the_spectrum_gives_its_image(picker, main, qtbot):
    picker.set_mode("window")
    qtbot.waitUntil(lambda: picker.live.document is not None)
    picker.bars.bars["window"].setRegion((709, 721))
    wanted = energy_window_image(stack(), (710, 720))
    qtbot.waitUntil(lambda: "710 … 720 eV" in picker.live.document.title)
    np.testing.assert_array_equal(picker.live.document.data, wanted)
    assert "710 … 720 eV" in picker.bars.words.text()
    image = picker.live.document
    picker.keep_image.trigger()
    picker.set_mode(None)
    assert image not in main.desk.documents
    assert [each.title for each in main.desk.documents] == ["Fe", "Fe: 710 … 720 eV"]


def test_three_windows_give_a_net_map_and_a_fit(picker, main, qtbot):
    picker.document.regions.add("rectangle", [(10, 15), (30, 35)], name="particle")
    picker.set_mode("net")
    for name, window in (("pre 1", (654, 671)), ("pre 2", (684, 701)), ("post", (709, 731))):
        picker.bars.bars[name].setRegion(window)
    qtbot.waitUntil(lambda: picker.live.document is not None and "710 … 730" in picker.live.document.title)
    net = picker.live.document.data.values
    assert net[10:30, 15:35].mean() == pytest.approx(5 * 300, rel=0.03)
    assert net[:8].mean() == pytest.approx(0, abs=20)
    names = [curve.name for curve in picker.plot.curves]
    assert names == ["particle", "particle background", "particle net"]
    behind = picker.plot.curves[2].y[picker.plot.curves[2].x >= 710]
    assert behind.mean() == pytest.approx(400 * 300, rel=0.02)
    said = picker.bars.words.text()
    value, error = (float(said.split()[place]) for place in (1, 3))
    assert abs(value - 5 * 300 * 400) < 4 * error
    assert error < 0.02 * value


def test_windows_that_cannot_be_are_said_in_words(picker, qtbot):
    picker.set_mode("ratio")
    qtbot.waitUntil(lambda: picker.live.document is not None)
    picker.bars.bars["post"].setRegion((650, 655))
    qtbot.waitUntil(lambda: "post" in picker.bars.words.text())


def test_closing_the_image_ends_the_windows(picker, main, qtbot):
    picker.set_mode("window")
    qtbot.waitUntil(lambda: picker.live.document is not None)
    main.desk.close(picker.live.document)
    assert picker.live is None
    assert not picker.bars.bars


def test_no_windows_without_energies(main, qtbot):
    document = main.desk.add(label_stack(np.ones((3, 8, 8)), "time", plane_values=[0, 1, 2]), title="movie")
    picker = menu.open_picker(main.view(document))
    qtbot.waitUntil(lambda: bool(picker.plot.curves))
    assert not picker.mode.isVisible()
    assert picker.plot.item.getAxis("bottom").labelText == "Time / s"


def test_the_menu_opens_one_picker_and_says_where_there_is_none(main, view, qtbot):
    actions = {action.text().replace("&", ""): action for action in main.menu("Spectrum").actions()}
    actions["Spectrum picker"].trigger()
    actions["Spectrum picker"].trigger()
    assert len([each for each in main.windows() if isinstance(each.widget(), PickerView)]) == 1
    main.desk.close(view.document)
    qtbot.waitUntil(lambda: not [each for each in main.windows() if isinstance(each.widget(), PickerView)])
    actions["Line profile"].trigger()
    (box,) = main.findChildren(QMessageBox)
    assert "needs an image or a stack in front" in box.text()


def test_an_image_has_no_spectra(main):
    main.desk.add(stack()[0], title="plane")
    actions = {action.text().replace("&", ""): action for action in main.menu("Spectrum").actions()}
    actions["Spectrum picker"].trigger()
    (box,) = main.findChildren(QMessageBox)
    assert "no spectra to pick" in box.text()


def test_a_profile_along_a_line_in_nm():
    image = np.zeros((20, 40))
    image[:, 20:] = 4
    y, x = PixelAxis("y", 20, 0.5, units="nm"), PixelAxis("x", 40, 0.25, units="nm")
    profile = line_profile(Region("line", ((10, 10), (10, 30)), width_px=5), image, y, x, scale=2.0)
    assert profile.x[-1] == pytest.approx(5)
    assert profile.y[0] == 0
    assert profile.y[-1] == 8
    assert profile.x[np.argmax(profile.y > 4)] == pytest.approx(2.5, abs=0.25)
    np.testing.assert_array_equal(profile.error, 0)
    slanted = line_profile(Region("line", ((10, 10), (14, 16)), width_px=1), image, y, x)
    assert slanted.x[-1] == pytest.approx(np.hypot(4 * 0.5, 6 * 0.25))
    assert slanted.error is None
    px = line_profile(Region("line", ((10, 10), (10, 30))), image, PixelAxis("y", 20), PixelAxis("x", 40))
    assert (px.x_units, px.x[-1]) == ("px", 20)


def test_profiles_follow_lines_and_planes(main, view, qtbot):
    profile = menu.open_profile(view)
    assert profile.hint.isVisible()
    line = view.document.regions.add("line", [(20, 2), (20, 48)], width_px=6)
    qtbot.waitUntil(lambda: bool(profile.plot.curves))
    assert not profile.hint.isVisible()
    first = profile.plot.curves[0].y
    assert profile.plot.item.getAxis("bottom").labelText == "Distance / nm"
    view.display.plane = 20
    qtbot.waitUntil(lambda: not np.array_equal(profile.plot.curves[0].y, first))
    view.document.regions.remove(line.number)
    qtbot.waitUntil(lambda: not profile.plot.curves)


def test_many_curves_come_and_go(qtbot):
    plot = CurvePlot()
    qtbot.addWidget(plot)
    from temstack.viewer.models.curves import curve_of

    curve = curve_of(ts.extract_spectrum(stack()), name="a")
    for count in (1, 9, 0, 2):
        plot.show_curves([curve] * count)
        assert len(plot._drawn) == count
    plot.has_bands = False
    assert not plot._drawn[0]._band.isVisible()


def open_and_close(main, view, qtbot):
    """Use a picker and a profile, close their windows, and return weak references to them."""
    picker, profile = menu.open_picker(view), menu.open_profile(view)
    picker.set_mode("window")
    qtbot.waitUntil(lambda: picker.live.document is not None)
    for widget in (picker, profile):
        next(each for each in main.windows() if each.widget() is widget).close()
    return [weakref.ref(each) for each in (picker, picker.picker, profile)]


def test_closed_plots_let_go(main, view, qtbot):
    gone = open_and_close(main, view, qtbot)
    assert [each.title for each in main.desk.documents] == ["Fe"]

    def are_gone():
        gc.collect()
        return not any(each() is not None for each in gone)

    qtbot.waitUntil(are_gone, timeout=3000)
    view.document.regions.add("point", [(1, 1)])
