"""Ending the program while a series is recorded: asked first, and nothing is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtpy.QtWidgets import QMessageBox

from temstack.viewer.models.recording import Recorder

if TYPE_CHECKING:
    from temstack.viewer.views.main_window import MainWindow


def ask_before_quitting(main: MainWindow, recorder: Recorder) -> QMessageBox:
    """Ask whether the series goes on without windows, or stops; then the program ends when it is over."""
    box = QMessageBox(QMessageBox.Icon.Question, "temstack", "A series is being recorded.", parent=main)
    box.setObjectName("recording goes on")
    box.setInformativeText(
        "It can go on without windows, and the program ends with it; or it stops after this frame. "
        "In both cases what is recorded is kept, and the microscope goes back to where it was."
    )
    go_on = box.addButton("Go on in the background", QMessageBox.ButtonRole.AcceptRole)
    stop = box.addButton("Stop, keep, and quit", QMessageBox.ButtonRole.DestructiveRole)
    box.addButton(QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(go_on)

    def decide(button: Any) -> None:
        if button is stop:
            recorder.stop()
            main.say("Ends when the microscope is back where it was …")
        elif button is go_on:
            main.hide()
        else:
            return
        recorder.ended.connect(lambda: _end(main))
        if not recorder.is_running:  # it ended while its user was asked
            _end(main)

    box.buttonClicked.connect(decide)
    box.open()
    return box


def _end(main: MainWindow) -> None:
    """End the program; what else is not saved is asked for in its window."""
    main.show()
    main.close()
