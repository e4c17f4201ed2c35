"""The form of a series: what to record, how it is exposed, what it costs, where it goes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import Qt, QTimer
from qtpy.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QFormLayout,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from temstack.errors import SettingError, TemstackError
from temstack.instrument.parameter_sets import SET_NAMES
from temstack.series import Forecast, Series, load_series, save_series
from temstack.viewer.models import series_form as form
from temstack.viewer.models.forecasting import forecast_facts, forecast_table, free_bytes, next_free
from temstack.viewer.models.series_titles import TITLES
from temstack.viewer.views.acquire.fields import FieldEdit, NumberBox, edit_for
from temstack.viewer.views.acquire.late import while_alive

if TYPE_CHECKING:
    from temstack.viewer.views.main_window import MainWindow

_FORECAST_AFTER_MS = 150
_WIDTH_PX = 800
_TOML = "Settings of a series (*.toml)"
_COMPENSATIONS = {"no": None, "by the image shift": "image_shift", "by the stage": "stage"}
_FILES = "Zarr store (*.zarr);;DigitalMicrograph (*.dm4 *.dm3);;HyperSpy (*.hspy);;TIFF (*.tif);;All files (*)"


class SeriesForm(QDialog):
    """Asks for one kind of series, and begins to record it.

    Parameters
    ----------
    main : MainWindow
    kind : str
        ``"eftem"``, ``"focal"``, ``"time"`` or ``"exposure"``.
    """

    def __init__(self, main: MainWindow, kind: str) -> None:
        super().__init__(main)
        self.main, self.kind = main, kind
        self.setObjectName(f"{kind} form")
        self.setWindowTitle(TITLES[kind])
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.edits: dict[str, FieldEdit] = {}
        self.rules: dict[str, FieldEdit] = {}
        self.series: Series | None = None
        self._asked = 0
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_FORECAST_AFTER_MS)
        self._later.timeout.connect(self._forecast)
        self._lay_out()
        self._show(form.first_values(kind))
        self._check()

    # --- layout -------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        left, right = QVBoxLayout(), QVBoxLayout()
        left.addWidget(self._group("Series", "series"))
        left.addWidget(self._exposing())
        left.addWidget(self._more())
        left.addStretch(1)
        right.addWidget(self._group("Camera", "camera"))
        right.addWidget(self._output())
        right.addWidget(self._forecast_box())
        right.addStretch(1)
        columns = QHBoxLayout()
        columns.addLayout(left, 1)
        columns.addLayout(right, 1)
        self.problem = QLabel()
        self.problem.setObjectName("problem")
        self.problem.setWordWrap(True)
        self.problem.setMinimumHeight(2 * self.fontMetrics().height())
        layout = QVBoxLayout(self)
        layout.addLayout(columns, 1)
        layout.addWidget(self.problem)
        layout.addLayout(self._buttons())
        self.setMinimumWidth(_WIDTH_PX)

    def _fields(self, group: str) -> list[form.Field]:
        cameras = self._cameras()
        found = [field for field in form.fields_of(self.kind) if field.group == group]
        choices = {
            "camera": ("the first", *(camera.name for camera in cameras)),
            "parameter_set": ("none", *SET_NAMES),
        }
        found = [replace(field, choices=choices.get(field.name, field.choices)) for field in found]
        return [form.fitted(field, cameras[0]) if cameras else field for field in found]

    def _cameras(self) -> tuple[Any, ...]:
        abilities = self.main.desk.bench.abilities
        return () if abilities is None else abilities.cameras

    def _group(self, title: str, group: str) -> QGroupBox:
        box = QGroupBox(title)
        self._fill(QFormLayout(box), self._fields(group), self.edits)
        return box

    def _fill(self, layout: QFormLayout, fields: list[form.Field], edits: dict[str, FieldEdit]) -> None:
        layout.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for field in fields:
            edit = edits[field.name] = edit_for(field)
            edit.changed.connect(self._check)
            layout.addRow(_label(field.label, field.help, edit), edit)
            if self.kind == "eftem" and field.name == "n_planes":
                self._add_last(layout)

    def _add_last(self, layout: QFormLayout) -> None:
        """Add the last energy loss, which follows from the others, and they from it."""
        self.last = NumberBox(-1e6, 1e6, "eV")
        self.last.setObjectName("stop_ev")
        self.last.editingFinished.connect(self._take_last)
        layout.addRow(_label("Last energy loss", "Energy loss of the last plane.", self.last), self.last)

    def _exposing(self) -> QGroupBox:
        box = QGroupBox("Exposure")
        layout = QFormLayout(box)
        self._fill(layout, self._fields("exposure"), self.edits)
        self.automatic = QCheckBox("Automatic, from plane to plane")
        self.automatic.setObjectName("automatic exposure")
        self.automatic.setToolTip(
            "Too bright: the plane is taken again, shorter. Too dim: it is kept, and the next is exposed longer. "
            "Exposures change by powers of two, and counts are scaled exactly."
        )
        layout.addRow(self.automatic)
        self._rules_box = QWidget()
        rules = QFormLayout(self._rules_box)
        rules.setContentsMargins(18, 0, 0, 0)
        cameras = self._cameras()
        fields = [form.fitted(field, cameras[0]) if cameras else field for field in form.rule_fields()]
        self._fill(rules, fields, self.rules)
        layout.addRow(self._rules_box)
        self.automatic.toggled.connect(self._rules_box.setVisible)
        self.automatic.toggled.connect(lambda _: self._check())
        self._rules_box.setVisible(False)
        return box

    def _more(self) -> QWidget:
        whole = QWidget()
        fold = QToolButton()
        fold.setObjectName("more")
        fold.setText("More settings")
        fold.setCheckable(True)
        fold.setAutoRaise(True)
        fold.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        fold.setArrowType(Qt.ArrowType.RightArrow)
        body = QWidget()
        self._fill(QFormLayout(body), self._fields("more"), self.edits)
        body.setVisible(False)

        def unfold(is_open: bool) -> None:
            body.setVisible(is_open)
            fold.setArrowType(Qt.ArrowType.DownArrow if is_open else Qt.ArrowType.RightArrow)
            QTimer.singleShot(0, self.adjustSize)

        fold.toggled.connect(unfold)
        layout = QVBoxLayout(whole)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(fold)
        layout.addWidget(body)
        return whole

    def _output(self) -> QGroupBox:
        box = QGroupBox("Record to")
        layout = QFormLayout(box)
        self.path = QLineEdit(str(next_free(self.main.desk.bench.folder, self.kind)))
        self.path.setObjectName("path")
        self.path.setToolTip(".zarr is recorded into directly; other kinds of file are written at the end.")
        self.path.textChanged.connect(lambda _: self._check())
        browse = QPushButton("…")
        browse.setMaximumWidth(32)
        browse.setToolTip("Choose a file")
        browse.clicked.connect(self._browse)
        line = QHBoxLayout()
        line.addWidget(self.path, 1)
        line.addWidget(browse)
        layout.addRow("File", line)
        self.overwrite = QCheckBox("Replace what is there")
        self.overwrite.setObjectName("overwrite")
        self.overwrite.toggled.connect(lambda _: self._check())
        layout.addRow("", self.overwrite)
        self.as_spectrum_image = QCheckBox("As spectrum image (y, x, energy)")
        self.as_spectrum_image.setVisible(self.kind == "eftem")
        if self.kind == "eftem":
            layout.addRow("", self.as_spectrum_image)
        self.compensation = QComboBox()
        self.compensation.addItems(list(_COMPENSATIONS))
        self.compensation.setObjectName("compensation")
        tip = "Move the image back by its drift before each plane."
        self.compensation.setToolTip(tip)
        layout.addRow(_label("Undo drift", tip, self.compensation), self.compensation)
        return box

    def _forecast_box(self) -> QGroupBox:
        box = QGroupBox("Forecast")
        layout = QVBoxLayout(box)
        self.forecast = QLabel()
        self.forecast.setObjectName("forecast")
        self.forecast.setTextFormat(Qt.TextFormat.RichText)
        self.forecast.setWordWrap(True)
        self.forecast.setMinimumHeight(9 * self.fontMetrics().height())
        self.forecast.setAlignment(Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self.forecast)
        return box

    def _buttons(self) -> QHBoxLayout:
        line = QHBoxLayout()
        for text, tip, do in (
            ("Load settings…", "Take the settings of a TOML file", self._choose_settings),
            ("Save settings…", "Keep these settings in a TOML file", self._choose_where_to_save),
        ):
            button = QPushButton(text)
            button.setToolTip(tip)
            button.setAutoDefault(False)
            button.clicked.connect(do)
            line.addWidget(button)
        line.addStretch(1)
        cancel = QPushButton("Cancel")
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        self.record_button = QPushButton("Record")
        self.record_button.setObjectName("record")
        self.record_button.setDefault(True)
        self.record_button.setToolTip("Begin to record")
        self.record_button.clicked.connect(lambda: self.main.try_to(self.record))
        line.addWidget(cancel)
        line.addWidget(self.record_button)
        return line

    # --- values -------------------------------------------------------------------------------------

    def values(self) -> dict[str, Any]:
        """Return all settings as they stand in the form."""
        values = {name: edit.value() for name, edit in self.edits.items()}
        rules = {name: edit.value() for name, edit in self.rules.items()} if self.automatic.isChecked() else None
        return {**values, "auto_exposure": rules}

    def _show(self, values: dict[str, Any]) -> None:
        for name, edit in self.edits.items():
            edit.set_value(values.get(name))
        rules = values.get("auto_exposure")
        self.automatic.setChecked(rules is not None)
        for name, edit in self.rules.items():
            edit.set_value((rules or {}).get(name, 6 if name == "retakes" else None))

    def _check(self) -> None:
        """See whether the form can be meant, and what it would cost."""
        self._show_last()
        given = bool(self.edits["parameter_set"].value()) if "parameter_set" in self.edits else False
        for name in form.SET_SAYS:
            self.edits[name].setEnabled(not given)
        self.series = None
        try:
            self.series = form.series_of(self.kind, self.values())
            self._later.start()
            self._check_path()
        except TemstackError as error:
            self._say(str(error))
        else:
            self._say("")
        self.forecast.setEnabled(self.series is not None)

    def _check_path(self) -> None:
        text = self.path.text().strip()
        if not text:
            raise SettingError("File", "is missing", expected="where the series goes")
        path = Path(text).expanduser()
        self.overwrite.setVisible(path.exists() or self.overwrite.isChecked())
        if path.exists() and not self.overwrite.isChecked():
            raise SettingError(path.name, "already exists", advice="choose another name, or replace what is there")
        if not path.parent.is_dir():
            raise SettingError(str(path.parent), "is no folder", advice="choose another place")

    def _say(self, problem: str) -> None:
        self.problem.setText(problem)
        self.record_button.setEnabled(not problem and not self.main.desk.bench.is_recording)

    def _show_last(self) -> None:
        if self.kind == "eftem" and not self.last.hasFocus():
            start, step, planes = (self.edits[name].value() for name in ("start_ev", "step_ev", "n_planes"))
            self.last.setValue(start + step * (planes - 1))

    def _take_last(self) -> None:
        start, step = self.edits["start_ev"].value(), self.edits["step_ev"].value()
        planes = form.planes_to(start, step, self.last.value())
        self.edits["n_planes"].set_value(planes)
        self.last.setValue(start + step * (planes - 1))

    def _forecast(self) -> None:
        series, bench = self.series, self.main.desk.bench
        if series is None or bench.is_recording:
            return
        if bench.session is None:
            self.forecast.setText("Connect a microscope first: Acquire > Microscope…")
            return
        self._asked += 1
        asked = self._asked
        bench.ask(
            lambda session: session.forecast(series),
            while_alive(self, lambda cost: self._show_forecast(cost, asked)),
            while_alive(self, lambda error: self._refuse(error, asked)),
        )

    def _show_forecast(self, cost: Forecast, asked: int) -> None:
        if asked == self._asked and self.series is not None:
            facts = forecast_facts(cost, free_bytes(Path(self.path.text()).expanduser()))
            self.forecast.setText(forecast_table(form.summary(self.series), facts))

    def _refuse(self, error: BaseException, asked: int) -> None:
        if asked == self._asked:
            self.forecast.setText("")
            self._say(str(error))

    # --- buttons ------------------------------------------------------------------------------------

    def record(self) -> None:
        """Begin to record, and close."""
        if self.series is None:
            return
        options: dict[str, Any] = {
            "overwrite": self.overwrite.isChecked(),
            "drift_compensation": _COMPENSATIONS[self.compensation.currentText()],
        }
        if self.kind == "eftem":
            options["as_spectrum_image"] = self.as_spectrum_image.isChecked()
        path = Path(self.path.text().strip()).expanduser()
        bench = self.main.desk.bench
        bench.folder = path.parent
        bench.record(self.series, path, **options)
        self.accept()

    def load(self, path: Path) -> None:
        """Show the settings of a TOML file."""
        series = load_series(path)
        if series.kind != self.kind:
            raise SettingError(
                path.name, "is of another kind of series", got=TITLES[series.kind], expected=TITLES[self.kind]
            )
        self._show(form.values_of(series))

    def save(self, path: Path) -> None:
        """Keep the settings in a TOML file."""
        save_series(form.series_of(self.kind, self.values()), path.with_suffix(".toml"), overwrite=True)
        self.main.say(f"Settings kept in {path.with_suffix('.toml').name}")

    def _choose_settings(self) -> None:
        chooser = QFileDialog(self, "Load settings", str(self.main.desk.bench.folder), _TOML)
        chooser.fileSelected.connect(lambda name: self.main.try_to(lambda: self.load(Path(name))))
        chooser.open()

    def _choose_where_to_save(self) -> None:
        chooser = QFileDialog(self, "Save settings", str(self.main.desk.bench.folder), _TOML)
        chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        chooser.setDefaultSuffix("toml")
        chooser.fileSelected.connect(lambda name: self.main.try_to(lambda: self.save(Path(name))))
        chooser.open()

    def _browse(self) -> None:
        chooser = QFileDialog(self, "Record to", str(Path(self.path.text()).parent), _FILES)
        chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        # Asked here already, in the form: a tick that must be set.
        chooser.setOption(QFileDialog.Option.DontConfirmOverwrite)
        chooser.setDefaultSuffix("zarr")
        chooser.selectFile(Path(self.path.text()).name)
        chooser.fileSelected.connect(self.path.setText)
        chooser.open()


def _label(text: str, tip: str, buddy: QWidget) -> QLabel:
    label = QLabel(text)
    label.setToolTip(tip)
    label.setBuddy(buddy)
    return label
