"""Dialogs that DM-scripts build, as windows: shown, used by hand, changed by the script."""

from __future__ import annotations

import pytest
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QDialogButtonBox, QRadioButton

from temstack.viewer.models.scripts.script import Script

PALETTE = """
class Panel : UIFrame
{
    void Pressed(object self)
    {
        number size, chosen
        string name
        self.DLGGetValue("size", size)
        self.DLGGetValue("name", name)
        self.DLGGetValue("mode", chosen)
        Result(name + " " + size + " " + chosen + " " + self.DLGGetValue("fine") + "\\n")
        self.DLGTitle("state", "done")
        self.SetElementIsEnabled("go", 0)
        self.DLGSetProgress("bar", 0.5)
    }
    void Changed(object self, taggroup field) { Result("changed to " + field.DLGGetValue() + "\\n") }
    void Bad(object self) { Throw("no beam") }
    void AboutToCloseDocument(object self, number verify) { Result("closed\\n") }
    object Start(object self)
    {
        taggroup items, field, box, boxItems, radio, radioItems, menu, menuItems
        taggroup dialog = DLGCreateDialog("Panel", items)
        items.DLGAddElement(DLGCreateIntegerField("Size (px)", field, 16, 8, "Changed"))
        field.DLGIdentifier("size")
        items.DLGAddElement(DLGCreateStringField("one", 12).DLGIdentifier("name"))
        box = DLGCreateBox("Mode", boxItems)
        radio = DLGCreateRadioList(radioItems, 1).DLGIdentifier("mode")
        radioItems.DLGAddRadioItem("first", 1)
        radioItems.DLGAddRadioItem("second", 2)
        boxItems.DLGAddElement(radio)
        items.DLGAddElement(box)
        items.DLGAddElement(DLGCreateCheckBox("fine", 0).DLGIdentifier("fine"))
        menu = DLGCreatePopup(menuItems, 2, "Changed").DLGIdentifier("menu")
        menuItems.DLGAddPopupItemEntry("bin 1")
        menuItems.DLGAddPopupItemEntry("bin 2")
        items.DLGAddElement(menu)
        items.DLGAddElement(DLGCreateProgressBar("bar"))
        items.DLGAddElement(DLGCreateLabel("waiting").DLGIdentifier("state"))
        items.DLGAddElement(DLGCreatePushButton("Go", "Pressed").DLGIdentifier("go"))
        items.DLGAddElement(DLGCreatePushButton("Bad", "Bad"))
        self.super.Init(dialog)
        return self
    }
}
"""


@pytest.fixture
def scripts(main):
    return main.scripts


def start(scripts, qtbot, text):
    job = scripts.scripting.run(Script(text, "panel"))
    qtbot.waitUntil(lambda: bool(scripts.dialogs) or not job.is_running, timeout=10_000)
    assert scripts.dialogs, scripts.scripting.results.text
    return job, scripts.dialogs[-1]


def press(qtbot, button):
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_fields_and_buttons_of_a_dialog_beside_the_script(scripts, qtbot):
    job, view = start(scripts, qtbot, PALETTE + 'alloc(Panel).Start().Display("My panel")')
    results = scripts.scripting.results
    assert view.windowTitle() == "My panel"
    assert not view.isModal()
    size = view.widget("size")
    size.selectAll()
    QTest.keyClicks(size, "32")
    qtbot.keyClick(size, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: results.text == "changed to 32\n")
    view.widget("name").setFocus()
    view.widget("name").selectAll()
    QTest.keyClicks(view.widget("name"), "two")
    view.widget("mode").findChildren(QRadioButton)[1].click()
    view.widget("fine").click()
    press(qtbot, view.widget("go"))
    qtbot.waitUntil(lambda: results.text.endswith("two 32 2 1\n"))
    qtbot.waitUntil(lambda: view.widget("state").text() == "done")
    assert not view.widget("go").isEnabled()
    assert view.widget("bar").value() == 500
    view.close()
    qtbot.waitUntil(lambda: not job.is_running)
    assert results.text.endswith("closed\n")
    assert scripts.dialogs == []


def test_an_error_in_a_method_is_said_and_the_dialog_goes_on(scripts, qtbot):
    job, view = start(scripts, qtbot, PALETTE + 'alloc(Panel).Start().Display("My panel")')
    press(qtbot, view.widget("Bad"))
    qtbot.waitUntil(lambda: "no beam" in scripts.scripting.results.text)
    press(qtbot, view.widget("go"))
    qtbot.waitUntil(lambda: "one 16 1 0" in scripts.scripting.results.text)
    assert job.is_running
    job.cancel()
    qtbot.waitUntil(lambda: not job.is_running)
    qtbot.waitUntil(lambda: not any(one.objectName() == "script dialog" for one in scripts.dialogs))


@pytest.mark.parametrize(
    ("button", "said"),
    [(QDialogButtonBox.StandardButton.Ok, "1 fifty"), (QDialogButtonBox.StandardButton.Cancel, "0 fifty")],
)
def test_a_modal_dialog_ends_with_ok_or_cancel(scripts, qtbot, button, said):
    text = """
    class Ask : UIFrame {
        object Start(object self) {
            taggroup items
            taggroup dialog = DLGCreateDialog("Ask", items)
            items.DLGAddElement(DLGCreateStringField("ten", 12).DLGIdentifier("name"))
            self.super.Init(dialog)
            return self
        }
        string Name(object self) { string name; self.DLGGetValue("name", name); return name }
    }
    object ask = alloc(Ask).Start()
    number isFine = ask.Pose()
    Result(isFine + " " + ask.Name())
    """
    job, view = start(scripts, qtbot, text)
    assert view.isModal()
    view.widget("name").selectAll()
    QTest.keyClicks(view.widget("name"), "fifty")
    press(qtbot, view.findChild(QDialogButtonBox).button(button))
    qtbot.waitUntil(lambda: not job.is_running)
    assert scripts.scripting.results.text == said


def test_two_dialogs_are_used_in_any_order(scripts, qtbot):
    job, _ = start(scripts, qtbot, PALETTE + 'alloc(Panel).Start().Display("A")\nalloc(Panel).Start().Display("B")')
    qtbot.waitUntil(lambda: len(scripts.dialogs) == 2)
    first, other = scripts.dialogs
    QTest.keyClicks(other.widget("name"), "b")
    press(qtbot, other.widget("go"))
    qtbot.waitUntil(lambda: "oneb 16" in scripts.scripting.results.text)
    press(qtbot, first.widget("go"))
    qtbot.waitUntil(lambda: "one 16" in scripts.scripting.results.text)
    first.close()
    qtbot.waitUntil(lambda: len(scripts.dialogs) == 1)
    assert job.is_running
    other.close()
    qtbot.waitUntil(lambda: not job.is_running)
