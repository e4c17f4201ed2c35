"""The window of installed scripts: run, edit, move or remove them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import Qt
from qtpy.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QMessageBox,
    QPushButton,
    QVBoxLayout,
)

from temstack.dmscript.menu import MenuItem
from temstack.viewer.models.scripts.placing import installed

if TYPE_CHECKING:
    from temstack.viewer.views.scripts.script_views import ScriptViews


class ManageWindow(QDialog):
    """All scripts that were added to menus.

    Parameters
    ----------
    views : ScriptViews
        All windows of scripts.
    """

    def __init__(self, views: ScriptViews) -> None:
        super().__init__(views.main)
        self.setObjectName("installed scripts")
        self.setWindowTitle("Scripts in menus")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._views = views
        self.items = QListWidget()
        self.items.setObjectName("installed")
        self.items.itemDoubleClicked.connect(lambda item: self.edit())
        self._buttons: list[QPushButton] = []
        layout = QVBoxLayout(self)
        layout.addWidget(QLabel("Scripts that were added to menus"))
        row = QHBoxLayout()
        row.addWidget(self.items, 1)
        row.addLayout(self._column())
        layout.addLayout(row)
        close = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close.rejected.connect(self.close)
        layout.addWidget(close)
        self.resize(480, 320)
        changed = views.scripting.menu_changed
        connected = changed.connect(lambda: self.refresh())
        self.destroyed.connect(lambda: changed.disconnect(connected, missing_ok=True))
        self.items.currentRowChanged.connect(lambda row: self._enable())
        self.refresh()

    @property
    def chosen(self) -> MenuItem | None:
        """The script that is selected."""
        item = self.items.currentItem()
        return None if item is None else item.data(Qt.ItemDataRole.UserRole)

    def refresh(self) -> None:
        """List what is there."""
        self.items.clear()
        for item in self._views.scripting.menu.items:
            row = QListWidgetItem(item.place + (" (library)" if item.is_library else ""))
            row.setData(Qt.ItemDataRole.UserRole, item)
            self.items.addItem(row)
        self.items.setCurrentRow(0)
        self._enable()

    def run(self) -> None:
        """Run the script."""
        if self.chosen is not None:
            self._views.scripting.run(installed(self._views.scripting.menu, self.chosen))

    def edit(self) -> None:
        """Open the script itself: what is saved there is what the menu runs."""
        menu = self._views.scripting.menu
        if self.chosen is not None and menu.folder is not None:
            self._views.open(menu.folder / self.chosen.file)

    def remove(self) -> None:
        """Ask, and take the script out of the menu."""
        item = self.chosen
        if item is None:
            return
        answers = QMessageBox.StandardButton
        box = QMessageBox(
            QMessageBox.Icon.Question,
            "temstack",
            f"Remove “{item.place}”? The kept copy of the script is removed too.",
            answers.Yes | answers.Cancel,
            self,
        )
        box.setObjectName("remove script")
        box.button(answers.Yes).setText("Remove")
        box.finished.connect(lambda answer: self._remove(item) if answers(answer) == answers.Yes else None)
        box.open()

    def _remove(self, item: MenuItem) -> None:
        self._views.scripting.menu.remove(item.command, item.menu, item.submenu)
        self._views.scripting.menu_changed.emit()

    def _enable(self) -> None:
        for button in self._buttons:
            button.setEnabled(self.chosen is not None)

    def _column(self) -> QVBoxLayout:
        column = QVBoxLayout()
        for word, tip, do in (
            ("Run", "Run this script", self.run),
            ("Edit", "Open the script that the menu runs", self.edit),
            ("Remove…", "Take it out of the menu", self.remove),
        ):
            button = QPushButton(word)
            button.setToolTip(tip)
            button.setAutoDefault(False)
            button.clicked.connect(lambda _is_on=False, do=do: self._views.main.try_to(do))
            self._buttons.append(button)
            column.addWidget(button)
        column.addStretch(1)
        return column
