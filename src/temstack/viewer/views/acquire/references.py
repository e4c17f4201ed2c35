"""Dark and gain references: which there are, taken and forgotten."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QSize
from qtpy.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from temstack.viewer.models.background import Background
from temstack.viewer.models.reference_list import HEADINGS, ReferenceRow, reference_rows
from temstack.viewer.views.acquire.fields import NumberBox
from temstack.viewer.views.acquire.late import while_alive

if TYPE_CHECKING:
    from temstack.acquire import Session
    from temstack.viewer.views.main_window import MainWindow


class ReferencesDialog(QDialog):
    """Lists the references on this computer; takes more if a microscope is connected.

    Parameters
    ----------
    main : MainWindow
    """

    def __init__(self, main: MainWindow) -> None:
        super().__init__(main)
        self.main = main
        self.setObjectName("references")
        self.setWindowTitle("Dark and gain references")
        self._rows: list[ReferenceRow] = []
        self.table = QTableWidget(0, len(HEADINGS))
        self.table.setHorizontalHeaderLabels(list(HEADINGS))
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.verticalHeader().setVisible(False)
        self.state = QLabel()
        self.state.setObjectName("state")
        self.state.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.addWidget(self.table, 1)
        layout.addLayout(self._keeping())
        layout.addWidget(self._taking())
        layout.addWidget(self.state)
        self.refresh()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Wide enough for the table."""
        return QSize(760, 460)

    def refresh(self) -> None:
        """Read the list again, beside the windows."""
        beside = Background(self.main.desk.jobs.deliver)
        beside.ask("list", reference_rows, while_alive(self, self._show), while_alive(self, self._failed))

    def _show(self, rows: list[ReferenceRow]) -> None:
        self._rows = rows
        self.table.setRowCount(len(rows))
        for number, row in enumerate(rows):
            for column, text in enumerate(row.cells):
                self.table.setItem(number, column, QTableWidgetItem(text))
        self.table.resizeColumnsToContents()
        if not rows:
            self.state.setText("None are kept yet; a series takes those that it needs.")

    def _keeping(self) -> QHBoxLayout:
        forget = QPushButton("Forget the selected")
        forget.setObjectName("forget")
        forget.setToolTip("Remove them; the next series takes what it needs anew")
        forget.clicked.connect(lambda: self.main.try_to(self._forget))
        line = QHBoxLayout()
        line.addStretch(1)
        line.addWidget(forget)
        return line

    def _taking(self) -> QWidget:
        box = QGroupBox("Take now")
        self.exposure = NumberBox(0.001, 3600.0, "s")
        self.exposure.setObjectName("exposure")
        self.exposure.setValue(1.0)
        self.exposure.setToolTip("Of each frame")
        self.binning = QComboBox()
        self.binning.setToolTip("Of dark references; gain references are taken unbinned")
        abilities = self.main.desk.bench.abilities
        for y, x in abilities.cameras[0].binnings if abilities else ():
            self.binning.addItem(f"{y} × {x}", (y, x))
        self.dark, self.gain = QPushButton("Dark reference"), QPushButton("Gain reference")
        self.dark.setObjectName("dark")
        self.gain.setObjectName("gain")
        self.dark.setToolTip("With the beam blanked")
        self.gain.setToolTip("The beam must be flat and free of specimen: go to a hole first")
        self.dark.clicked.connect(lambda: self.main.try_to(self.take_dark))
        self.gain.clicked.connect(lambda: self.main.try_to(self.take_gain))
        line = QHBoxLayout(box)
        for widget in (QLabel("Exposure"), self.exposure, QLabel("Binning"), self.binning, self.dark, self.gain):
            line.addWidget(widget)
        line.addStretch(1)
        box.setEnabled(abilities is not None)
        if abilities is None:
            box.setTitle("Take now (connect a microscope first)")
        return box

    def take_dark(self) -> None:
        """Take a dark reference for the exposure and binning of the form."""
        from temstack.acquire.references import ReferenceLibrary

        exposure_s, binning = self.exposure.value(), tuple(self.binning.currentData())

        def take(session: Session) -> str:
            microscope = session.microscope
            camera = microscope.camera
            taken = ReferenceLibrary().dark(microscope, camera, exposure_s, binning=binning, renew=True)
            return f"Dark reference for {exposure_s:g} s taken: {float(taken.pixels.mean()):.1f} counts on average"

        self._ask("Taking dark frames …", take)

    def take_gain(self) -> None:
        """Measure the gain reference of the camera."""
        from temstack.acquire.references import ReferenceLibrary

        exposure_s = self.exposure.value()

        def take(session: Session) -> str:
            taken = ReferenceLibrary().take_gain(session.microscope, session.microscope.camera, exposure_s)
            return f"Gain reference of {taken.frames} frames taken: pixels differ by {float(taken.pixels.std()):.2%}"

        self._ask("Taking frames of the flat beam …", take)

    def _ask(self, what: str, take: Callable[[Session], str]) -> None:
        bench = self.main.desk.bench
        bench.require()
        self.state.setText(what)
        self.dark.setEnabled(False)
        self.gain.setEnabled(False)
        bench.ask(
            lambda session: session.ask(lambda: take(session)),
            while_alive(self, self._taken),
            while_alive(self, self._failed),
        )

    def _taken(self, sentence: str) -> None:
        self._end()
        self.state.setText(sentence)

    def _failed(self, error: Any) -> None:
        self._end()
        self.state.setText(str(error))

    def _end(self) -> None:
        self.dark.setEnabled(True)
        self.gain.setEnabled(True)
        self.refresh()

    def _forget(self) -> None:
        from temstack.acquire.references import ReferenceLibrary

        chosen = sorted({index.row() for index in self.table.selectedIndexes()})
        for row in chosen:
            ReferenceLibrary().remove(self._rows[row].key)
        self.state.setText(f"{len(chosen)} forgotten")
        self.refresh()
