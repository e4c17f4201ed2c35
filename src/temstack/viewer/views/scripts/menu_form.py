"""The form that keeps a script in a menu: which script, which menu, which command."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qtpy.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
)

from temstack.errors import SettingError
from temstack.viewer.models.scripts.placing import install
from temstack.viewer.models.scripts.script import Script, read_script

if TYPE_CHECKING:
    from temstack.viewer.views.scripts.script_views import ScriptViews


class MenuForm(QDialog):
    """Menu, sub-menu and command of a script that is to be kept.

    Parameters
    ----------
    views : ScriptViews
        All windows of scripts.
    script : Script, optional
        The script; without one its file is asked for.
    """

    def __init__(self, views: ScriptViews, script: Script | None = None) -> None:
        super().__init__(views.main)
        self.setObjectName("add script to menu")
        self.setWindowTitle("Add script to menu")
        self._views, self._script = views, script
        self.file = QLineEdit()
        self.file.setReadOnly(True)
        self.file.setPlaceholderText("choose a script")
        self.command, self.menu, self.submenu = QLineEdit(), QComboBox(), QLineEdit()
        self.said = QLabel()
        self.said.setWordWrap(True)
        self.place = QLabel()
        for name, widget in (("command", self.command), ("menu", self.menu), ("submenu", self.submenu)):
            widget.setObjectName(name)
        self.menu.setEditable(True)
        self.menu.addItems(menu_titles(views))
        self.menu.setCurrentText("Script")
        self.menu.setToolTip("A menu that is there, or the name of a new one")
        self.command.setToolTip("What stands in the menu")
        self.submenu.setToolTip("A menu within that one; leave empty for none")
        self.submenu.setPlaceholderText("none")
        self._build()
        for field in (self.command, self.submenu):
            field.textChanged.connect(lambda text: self._show_place())
        self.menu.editTextChanged.connect(lambda text: self._show_place())
        if script is not None:
            self._take(script)
        self._show_place()
        self.resize(440, self.sizeHint().height())

    def choose(self) -> None:
        """Ask for the file of the script."""
        self._views.ask_for_file(lambda path: self.take_file(path), "Script to add")

    def take_file(self, path: Path) -> None:
        """Take the script in a file."""
        self._take(read_script(path))

    def accept(self) -> None:
        """Keep the script, and put it into the menu."""
        if self._script is None:
            self.said.setText("Choose the script first.")
            return
        words = self.command.text(), self.menu.currentText(), self.submenu.text()
        is_second_try = self._ok.text() == "Replace"
        try:
            install(self._views.scripting.menu, self._script, *words, replace=is_second_try)
        except SettingError as error:
            self.said.setText(str(error))
            if "already" in str(error):
                self._ok.setText("Replace")
            return
        self._views.scripting.menu_changed.emit()
        super().accept()

    def _take(self, script: Script) -> None:
        self._script = script
        self.file.setText(str(script.path or script.title))
        if not self.command.text():
            self.command.setText(Path(script.title).stem)

    def _show_place(self) -> None:
        self._ok.setText("Add")
        self.said.clear()
        words = (self.menu.currentText().strip(), self.submenu.text().strip(), self.command.text().strip())
        self.place.setText(" › ".join(word for word in words if word))

    def _build(self) -> None:
        file = QHBoxLayout()
        file.addWidget(self.file, 1)
        choose = QPushButton("Choose…")
        choose.setAutoDefault(False)
        choose.clicked.connect(lambda: self.choose())
        file.addWidget(choose)
        form = QFormLayout()
        form.addRow("Script", file)
        form.addRow("Command", self.command)
        form.addRow("Menu", self.menu)
        form.addRow("Sub-menu", self.submenu)
        form.addRow("Stands at", self.place)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self._ok = buttons.button(QDialogButtonBox.StandardButton.Ok)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(QLabel("A copy is kept in your own folder, and is there at every start."))
        layout.addWidget(self.said)
        layout.addWidget(buttons)


def menu_titles(views: ScriptViews) -> list[str]:
    """Return the titles of the menus that are there."""
    bar = views.main.menuBar()
    return [action.text().replace("&", "") for action in bar.actions() if action.menu() is not None]
