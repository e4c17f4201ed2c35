"""The window of the Python console."""

from __future__ import annotations

from qtpy.QtCore import QEvent, QObject, QSize, Qt
from qtpy.QtGui import QFontDatabase, QKeyEvent, QTextCursor
from qtpy.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from temstack.viewer.models.scripts.console import Console
from temstack.viewer.models.scripts.scripting import Scripting

_WELCOME = (
    "Open stacks are variables by their titles; stacks lists them. front() is the one in front,\n"
    "show(data) opens a window, ts is temstack, np is NumPy.\n\n"
)


class ConsoleWindow(QWidget):
    """Output above, the line that is typed below.

    Parameters
    ----------
    scripting : Scripting
        The desk's scripts.
    """

    def __init__(self, scripting: Scripting) -> None:
        super().__init__()
        self.setObjectName("console")
        self.console = Console(scripting)
        self._at = 0
        mono = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        self.output, self.entry, self.prompt = QPlainTextEdit(), QLineEdit(), QLabel()
        self.output.setObjectName("console output")
        self.output.setReadOnly(True)
        self.output.setUndoRedoEnabled(False)
        self.output.setMaximumBlockCount(20_000)
        self.entry.setObjectName("console entry")
        self.entry.setFrame(False)
        self.entry.setPlaceholderText("Python; ↑ and ↓ bring back earlier lines")
        for widget in (self.output, self.entry, self.prompt):
            widget.setFont(mono)
        self._stop = QPushButton("Stop")
        self._stop.setToolTip("End what runs (Ctrl+C)")
        self._build()
        self.entry.returnPressed.connect(self._enter)
        self.entry.installEventFilter(self)
        self._stop.clicked.connect(lambda: self.console.stop())
        self.console.printed.connect(lambda text: self._print(text))
        self.console.state_changed.connect(lambda: self._show_state())
        self._print(_WELCOME)
        self._show_state()
        self.setFocusProxy(self.entry)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for some lines."""
        return QSize(640, 360)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Bring back earlier lines by the arrow keys; indent by Tab; stop by Ctrl+C."""
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        if event.key() == Qt.Key.Key_Up:
            self._recall(-1)
        elif event.key() == Qt.Key.Key_Down:
            self._recall(1)
        elif event.key() == Qt.Key.Key_Tab:
            self.entry.insert("    ")
        elif event.key() == Qt.Key.Key_C and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if self.entry.hasSelectedText():
                return False
            self.console.stop()
        else:
            return False
        return True

    def _enter(self) -> None:
        if self.console.is_busy:
            return
        line = self.entry.text()
        self.entry.clear()
        self.console.enter(line)
        self._at = len(self.console.history)

    def _recall(self, step: int) -> None:
        history = self.console.history
        self._at = min(max(self._at + step, 0), len(history))
        self.entry.setText(history[self._at] if self._at < len(history) else "")

    def _print(self, text: str) -> None:
        cursor = QTextCursor(self.output.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.insertText(text)
        bar = self.output.verticalScrollBar()
        bar.setValue(bar.maximum())

    def _show_state(self) -> None:
        self.prompt.setText("…" if self.console.is_busy else self.console.prompt)
        self._stop.setEnabled(self.console.is_busy)

    def _build(self) -> None:
        line = QHBoxLayout()
        line.setContentsMargins(6, 2, 6, 4)
        line.addWidget(self.prompt)
        line.addWidget(self.entry, 1)
        line.addWidget(self._stop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.output, 1)
        layout.addLayout(line)
