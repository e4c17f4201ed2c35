"""The tools above a plot of curves: logarithmic axis, error bands, copy and save as a table."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from qtpy.QtCore import Qt
from qtpy.QtGui import QAction, QKeySequence
from qtpy.QtWidgets import QApplication, QFileDialog, QToolBar, QWidget

from temstack.stack.durable import replace_when_done
from temstack.viewer.models.curves import to_csv
from temstack.viewer.views.curve_plot import CurvePlot


class CurveTools(QToolBar):
    """Acts on one plot.

    Parameters
    ----------
    plot : CurvePlot
    owner : QWidget
        In which its keys work.
    tell : callable
        Shows an exception.
    """

    def __init__(self, plot: CurvePlot, owner: QWidget, tell: Callable[[BaseException], None]) -> None:
        super().__init__()
        self.plot, self._owner, self._tell = plot, owner, tell
        self.log = self.add("Log", "L", "Logarithmic counts", is_switch=True)
        self.log.toggled.connect(self._set_log)
        self.bands = self.add("Errors", "E", "Standard errors by counting statistics, as bands", is_switch=True)
        self.bands.setChecked(True)
        self.bands.toggled.connect(self._set_bands)
        self.addSeparator()
        self.add(
            "Copy table", "Ctrl+Shift+C", "Copy all curves as a table, to be pasted into a spreadsheet"
        ).triggered.connect(lambda: self.copy())
        self.add("Save table…", "", "Save all curves as comma-separated values").triggered.connect(
            lambda: self.ask_where_to_save()
        )

    def add(self, text: str, keys: str, tip: str, *, is_switch: bool = False) -> QAction:
        """Add a button that also has a key."""
        action = QAction(text, self._owner)
        action.setObjectName(text.rstrip("…").lower())
        action.setCheckable(is_switch)
        action.setToolTip(f"{tip} ({keys})" if keys else tip)
        if keys:
            action.setShortcut(QKeySequence(keys))
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            self._owner.addAction(action)
        self.addAction(action)
        return action

    def _set_log(self, is_log: bool) -> None:
        self.plot.is_log = is_log

    def _set_bands(self, has_bands: bool) -> None:
        self.plot.has_bands = has_bands

    def copy(self) -> None:
        """Copy the curves as a table: columns between tabs, which spreadsheets understand."""
        QApplication.clipboard().setText(to_csv(self.plot.curves, separator="\t"))

    def ask_where_to_save(self) -> QFileDialog:
        """Ask for a file, and save the curves there."""
        dialog = QFileDialog(self._owner, "Save table", "", "Comma-separated values (*.csv)")
        dialog.setObjectName("save table")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("csv")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda path: self.save(Path(path)))
        dialog.open()
        return dialog

    def save(self, path: Path) -> None:
        """Save the curves as comma-separated values, in place of what is there: the dialog has asked."""
        try:
            with replace_when_done(path, overwrite=True) as part:
                part.write_text(to_csv(self.plot.curves), encoding="utf-8")
        except Exception as error:
            self._tell(error)
