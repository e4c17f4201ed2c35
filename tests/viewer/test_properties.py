"""Properties, tags and history of a document: seen, corrected, undone, done again."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest
import xarray as xr
from qtpy.QtCore import Qt
from qtpy.QtGui import QAction
from qtpy.QtWidgets import QApplication

from temstack.errors import SettingError
from temstack.operations import methods_paragraph, run
from temstack.stack import label_stack
from temstack.viewer.models.changes import change_properties
from temstack.viewer.models.desk import Desk
from temstack.viewer.models.history import do_the_same, lines_of
from temstack.viewer.models.properties import Properties, plane_table, properties_of, with_properties
from temstack.viewer.models.tag_tree import matching, tag_tree
from temstack.viewer.views.menus.document import show_history, show_tags
from temstack.viewer.views.properties_dialog import PropertiesDialog


def series(planes: int = 4) -> xr.DataArray:
    pixels = np.random.default_rng(2).poisson(100, (planes, 12, 16)).astype(np.uint16)
    return label_stack(
        pixels,
        "energy_loss",
        plane_values=480 + 5 * np.arange(planes),
        per_plane={"exposure_s": np.ones(planes)},
        pixel_size=0.5,
        pixel_units="nm",
        title="series",
    )


def test_what_is_not_changed_stays_as_it_is() -> None:
    stack = series()
    xr.testing.assert_identical(with_properties(stack, properties_of(stack)), stack)
    image = stack[0].drop_vars("energy_loss")
    xr.testing.assert_identical(with_properties(image, properties_of(image)), image)
    uneven = run("set_plane_axis", stack, values=[1, 2, 4, 8])
    assert properties_of(uneven).even_axis is None
    xr.testing.assert_identical(with_properties(uneven, properties_of(uneven)), uneven)


def test_corrections_are_those_of_the_functions_behind_the_commands() -> None:
    wanted = Properties("other", (1.0, 2.0), "µm", "time", (0.0, 1.0, 3.0, 4.0), 200.0)
    right = with_properties(series(), wanted)
    assert properties_of(right) == wanted
    assert right.attrs["high_tension_kv"] == 200.0
    assert right.time.attrs["units"] == "s"
    assert right.y.attrs["units"] == "µm"
    assert right.attrs["history"][-1]["operation"] == "set_plane_axis"
    np.testing.assert_array_equal(right.values, series().values)
    assert properties_of(with_properties(right, properties_of(series()))) == properties_of(series())


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"pixel_size": (0.0, 1.0)}, "pixel size: is no size"),
        ({"high_tension_kv": -200.0}, "high tension: is no voltage"),
        ({"positions": (1.0, 2.0)}, "plane_values: must be one number for each plane"),
    ],
)
def test_what_cannot_be_is_refused(change: dict, sentence: str) -> None:
    from dataclasses import replace

    with pytest.raises(SettingError, match=sentence):
        with_properties(series(), replace(properties_of(series()), **change))


def test_a_change_is_undone_with_the_title_and_whether_it_was_saved() -> None:
    from dataclasses import replace

    desk = Desk()
    document = desk.add(series(), title="after its file", is_saved=True)
    found = properties_of(document.data, document.title)
    change_properties(desk, document, found)
    assert desk.undo.undo_title is None, "nothing was changed"
    change_properties(desk, document, replace(found, high_tension_kv=300.0))
    assert document.data.attrs["title"] == "series", "the title of the data is not that of the window"
    change_properties(desk, document, replace(found, title="other", high_tension_kv=300.0))
    assert (document.title, document.data.attrs["title"], document.is_saved) == ("other", "other", False)
    desk.undo.undo()
    desk.undo.undo()
    assert (document.title, document.is_saved) == ("after its file", True)
    assert "high_tension_kv" not in document.data.attrs
    xr.testing.assert_identical(document.data, series())


def test_the_dialog_corrects_a_document(main, qtbot) -> None:
    document = main.desk.add(series())
    next(each for each in main.menu("Edit").actions() if "Properties" in each.text()).trigger()
    dialog = main.findChild(PropertiesDialog)
    dialog.height.setText("nothing")
    assert not dialog.ok.isEnabled()
    assert dialog.sentence.text() == "pixel height: is not a number; got 'nothing'"
    dialog.height.setText("0.25")
    dialog.step.setText("2")
    dialog.tension.setText("200")
    qtbot.mouseClick(dialog.ok, Qt.MouseButton.LeftButton)
    assert document.data.energy_loss.values.tolist() == [480, 482, 484, 486]
    assert properties_of(document.data).pixel_size == (0.25, 0.5)
    undo = main.findChild(QAction, "undo")
    assert undo.text() == "&Undo Change properties"
    undo.trigger()
    xr.testing.assert_identical(document.data, series())
    main.findChild(QAction, "redo").trigger()
    assert document.data.attrs["high_tension_kv"] == 200


def test_positions_are_given_one_by_one_in_the_table(main, qtbot) -> None:
    document = main.desk.add(series())
    dialog = PropertiesDialog(main, document)
    dialog.is_table.click()
    dialog.table.item(3, 1).setText("600.5")
    dialog.axis.setCurrentIndex(dialog.axis.findData("defocus"))
    qtbot.mouseClick(dialog.ok, Qt.MouseButton.LeftButton)
    assert document.data.defocus.values.tolist() == [480, 485, 490, 600.5]
    assert document.data.defocus.attrs["units"] == "nm"


def test_keys_undo_and_redo(main, qtbot) -> None:
    from temstack.viewer.models.changes import rename

    document = main.desk.add(series())
    rename(main.desk, document, "other")
    qtbot.waitExposed(main)
    main.activateWindow()
    qtbot.waitUntil(main.isActiveWindow, timeout=5000)
    main.setFocus()
    shortcuts = {each: main.findChild(QAction, each).shortcut().toString() for each in ("undo", "redo")}
    assert shortcuts == {"undo": "Ctrl+Z", "redo": "Ctrl+Shift+Z"}
    qtbot.keyClick(main, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: document.title == "series", timeout=5000)
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(main, Qt.Key.Key_Z, both)
    qtbot.waitUntil(lambda: document.title == "other", timeout=5000)


def test_the_table_of_planes_has_units() -> None:
    heads, rows = plane_table(series(2))
    assert heads == ["plane", "energy loss, eV", "exposure s"]
    assert rows == [[0, 480.0, 1.0], [1, 485.0, 1.0]]
    assert plane_table(series()[0]) == ([], [])


def test_tags_are_searched_by_name_and_value(main, qtbot) -> None:
    tags = {"Microscope Info": {"Voltage": np.float64(200000), "Name": "Titan"}, "List": [1, {"Deep": "voltage"}]}
    nodes = tag_tree(tags)
    found = matching(nodes, "VOLT")
    assert [(each.name, [child.name for child in each.children]) for each in found] == [
        ("Microscope Info", ["Voltage"]),
        ("List", ["[1]"]),
    ]
    assert matching(nodes, "info titan")[0].children[0].path == "Microscope Info:Name"
    assert matching(nodes, "nothing") == ()
    data = series()
    data.attrs["tags"] = tags
    document = main.desk.add(data)
    show_tags(main, document)
    window = weakref.ref(next(each for each in main.children() if each.objectName() == "tags"))
    qtbot.keyClicks(window().search, "titan")
    assert window().tree.topLevelItemCount() == 1
    assert window().found.text() == "1 tag"
    main.desk.close(document)
    qtbot.waitUntil(lambda: gc.collect() >= 0 and window() is None, timeout=10_000)


def test_the_history_is_told_in_words_and_done_to_another(main, qtbot) -> None:
    data = run("crop", run("extract_planes", series(), planes=(1, 3)), region=(0, 0, 8, 8))
    main.desk.add(data, title="done")
    window = show_history(main)
    assert [window.tree.topLevelItem(row).text(0) for row in range(2)] == ["1. Extract planes", "2. Crop"]
    assert window.tree.topLevelItem(0).text(1) == "Planes 1 to 3 (the last excluded) were extracted."
    qtbot.mouseClick(window.methods, Qt.MouseButton.LeftButton)
    assert QApplication.clipboard().text() == methods_paragraph(data.attrs["history"])
    source = window.document
    other = main.desk.add(series() + np.uint16(7), title="other")
    assert not window.again.isEnabled(), "it follows the document in front"
    main.desk.active = source
    window.others.aboutToShow.emit()
    (action,) = window.others.actions()
    action.trigger()
    qtbot.waitUntil(lambda: len(main.desk.documents) == 3, timeout=10_000)
    result = main.desk.documents[2]
    assert result.title == "other – as done"
    np.testing.assert_array_equal(result.data, other.data[1:3, :8, :8])
    assert len(lines_of(result.data)) == 2
    main.desk.undo.undo()
    assert len(main.desk.documents) == 2


def test_what_cannot_be_done_again_is_said(main) -> None:
    desk = Desk()
    source = desk.add(run("extract_planes", series(), planes=(2, 4)))
    told: list[BaseException] = []
    job = do_the_same(desk, source, desk.add(series(2)))
    job.failed.connect(told.append)
    assert job.wait(10)
    assert "line 1 of the history (extract_planes)" in str(told[0])
    assert len(desk.documents) == 2
