"""Errors on the screen: one sentence, with details on demand."""

from __future__ import annotations

import traceback

from qtpy.QtWidgets import QMessageBox, QWidget


def show_error(parent: QWidget, error: BaseException) -> QMessageBox:
    """Show what went wrong without stopping anything else; return the box."""
    box = QMessageBox(QMessageBox.Icon.Warning, "temstack", str(error) or type(error).__name__, parent=parent)
    box.setDetailedText("".join(traceback.format_exception(error)))
    box.setModal(False)
    box.show()
    return box
