"""The dialog of an operation, made from its declaration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtpy.QtCore import Qt, QTimer
from qtpy.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QMessageBox,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
)

from temstack.operations.declaration import Operation
from temstack.operations.running import what_it_needs
from temstack.viewer.models.document import Document
from temstack.viewer.models.forms import at_the_field, field_of_error
from temstack.viewer.models.operating import Request, start, title_of
from temstack.viewer.models.previewing import Previewer, Wish, is_quick
from temstack.viewer.models.remembered import last_entries, remember
from temstack.viewer.models.suggestions import Situation
from temstack.viewer.views.operation_form import OperationForm, warning_palette
from temstack.viewer.views.preview_pane import PreviewPane

if TYPE_CHECKING:
    from temstack.viewer.models.jobs import Job
    from temstack.viewer.views.main_window import MainWindow

_TYPING_MS = 200


class OperationDialog(QDialog):
    """Asks for the parameters of an operation, shows what it would give, and starts it.

    It does not hold up the windows. It closes when the operation has done its work, and comes back with what was
    filled in if the operation refuses it.

    Parameters
    ----------
    main : MainWindow
    operation : Operation
    document : Document
        What it is done to.
    """

    def __init__(self, main: MainWindow, operation: Operation, document: Document) -> None:
        super().__init__(main)
        self.main, self.operation, self.document = main, operation, document
        self.job: Job | None = None
        self.setWindowTitle(f"{title_of(operation)} – {document.title}")
        self.setObjectName(f"{operation.name} dialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.situation = situation_of(main, document)
        others = [each for each in main.desk.documents if each is not document]
        self.form = OperationForm(operation, self.situation, others)
        self.form.fill_in(last_entries(main.preferences, operation))
        self.several = _DocumentList(main.desk.documents) if "several" in operation.inputs else None
        self.previewer = Previewer(main.desk.jobs.deliver)
        self._lay_out()
        self._connect()
        self.check()

    def check(self) -> bool:
        """Allow or forbid OK by what stands in the fields, ask for a preview; return whether all can be meant."""
        _, problems = self.form.read()
        missing = "Tick at least one." if self.several is not None and not self.several.documents else ""
        sentence = missing or ("" if not problems else "Fill in what is marked.")
        self._say(sentence)
        self.ok.setEnabled(not sentence)
        self.ok.setToolTip(sentence or "Do it, beside the windows")
        self.previewer.stop()
        if not sentence and self.is_previewed.isChecked():
            self._timer.start()
        return not sentence

    def accept(self) -> None:
        """Start the operation, after asking where it needs the whole of a large stack in memory."""
        if not self.check():
            return
        if (sentence := what_it_needs(self.operation, self.document.data)) is None:
            self.start()
            return
        box = QMessageBox(QMessageBox.Icon.Warning, self.windowTitle(), sentence + ".", parent=self)
        box.setObjectName("whole stack warning")
        box.setInformativeText("Continue?")
        box.addButton("Continue", QMessageBox.ButtonRole.AcceptRole).clicked.connect(lambda: self.start())
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()

    def start(self) -> None:
        """Start the operation; the dialog steps aside until it is known whether it can be done."""
        request = self.request()
        remember(self.main.preferences, self.operation, self.form.entries())
        self.previewer.stop()
        self.hide()
        self.job = start(self.main.desk, request)
        self.job.failed.disconnect(self.main.show_error)  # what the dialog can say itself is not said twice
        self.job.finished.connect(self._close_after)
        self.job.cancelled.connect(self._come_back)
        self.job.failed.connect(self._refused)

    def request(self) -> Request:
        """Return what is to be done, as it stands in the fields."""
        values, _ = self.form.read()
        documents = (self.document,) if self.several is None else tuple(self.several.documents)
        return Request(self.operation, documents, values, is_replacing=self.in_place.isChecked())

    def done(self, result: int) -> None:
        """Close, and let nobody wait for a preview."""
        self._timer.stop()
        self.previewer.stop()
        self.main.desk.closed.disconnect(self._close_with)
        super().done(result)

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        summary = QLabel(self.operation.summary)
        summary.setWordWrap(True)
        font = summary.font()
        font.setBold(True)
        summary.setFont(font)
        left.addWidget(summary)
        if self.several is not None:
            left.addWidget(self.several)
        left.addWidget(self.form, 1)
        left.addLayout(self._result_row())
        right = QVBoxLayout()
        self.is_previewed = QCheckBox("Preview")
        self.is_previewed.setObjectName("preview")
        self.is_previewed.setToolTip("Show what it would give on the plane that is shown")
        self.is_previewed.setChecked(is_quick(self.operation, self.document.data))
        self.pane = PreviewPane()
        right.addWidget(self.is_previewed)
        right.addWidget(self.pane, 1)
        columns = QHBoxLayout()
        columns.setSpacing(18)
        columns.addLayout(left, 1)
        columns.addLayout(right)
        layout = QVBoxLayout(self)
        layout.addLayout(columns, 1)
        layout.addLayout(self._button_row())
        self._show_pane(self.is_previewed.isChecked())

    def _result_row(self) -> QHBoxLayout:
        self.in_a_window = QRadioButton("in a new window")
        self.in_place = QRadioButton("in place of this one")
        self.in_a_window.setChecked(True)
        may_replace = self.operation.output in ("same", self.document.kind) and self.several is None
        self.in_place.setEnabled(may_replace)
        self.in_place.setObjectName("in place")
        self.in_place.setToolTip(
            "Undo brings the former data back"
            if may_replace
            else "The result is of another kind than this window shows"
        )
        row = QHBoxLayout()
        row.addWidget(QLabel("Result"))
        row.addWidget(self.in_a_window)
        row.addWidget(self.in_place)
        row.addStretch()
        return row

    def _button_row(self) -> QHBoxLayout:
        self.sentence = QLabel()
        self.sentence.setObjectName("sentence")
        self.sentence.setWordWrap(True)
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.sentence.setPalette(warning_palette(self))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self.ok: QPushButton = buttons.button(QDialogButtonBox.StandardButton.Ok)
        reset = buttons.addButton("Defaults", QDialogButtonBox.ButtonRole.ResetRole)
        reset.setToolTip("Put in what the image suggests and what is usual")
        reset.clicked.connect(lambda: self.form.fill_in({field.name: field.start for field in self.form.fields}))
        buttons.accepted.connect(lambda: self.accept())
        buttons.rejected.connect(lambda: self.reject())
        row = QHBoxLayout()
        row.addWidget(self.sentence, 1)
        row.addWidget(buttons)
        return row

    def _connect(self) -> None:
        self._timer = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self._timer.timeout.connect(lambda: self._ask_for_preview())
        self.form.changed.connect(lambda: self.check())
        if self.several is not None:
            self.several.itemChanged.connect(lambda item: self.check())
        self.is_previewed.toggled.connect(self._toggle_preview)
        self.previewer.working.connect(self._say_working)
        self.previewer.shown.connect(self._show_preview)
        self.previewer.failed.connect(self._show_refusal)
        self.main.desk.closed.connect(self._close_with)

    def _show_pane(self, is_shown: bool) -> None:
        self.pane.setVisible(is_shown)
        QTimer.singleShot(0, self, lambda: self.adjustSize())

    def _toggle_preview(self, is_on: bool) -> None:
        self._show_pane(is_on)
        self.check()

    def _ask_for_preview(self) -> None:
        request = self.request()
        plane = situation_of(self.main, self.document).plane
        self.previewer.ask(Wish(self.operation, request.data, request.values, plane))

    def _say_working(self) -> None:
        self.pane.say("working …")

    def _show_preview(self, preview: Any) -> None:
        self.pane.show_preview(preview)

    def _show_refusal(self, error: BaseException) -> None:
        """Show what the operation would refuse, at the field it is about or below."""
        self.pane.show_nothing_after()
        field = field_of_error(self.form.fields, error)
        if field is not None and field.name in self.form.problems:
            self.form.show_problem(field.name, at_the_field(error))  # type: ignore[arg-type]
            self._say("Fill in what is marked.")
        else:
            self._say(str(error) or type(error).__name__)
        self.ok.setEnabled(False)
        self.ok.setToolTip(self.sentence.text())

    def _say(self, sentence: str) -> None:
        self.sentence.setText(sentence)

    def _refused(self, error: BaseException) -> None:
        from temstack.errors import TemstackError

        if not isinstance(error, TemstackError):
            self.main.show_error(error)
        self._come_back()
        self._show_refusal(error)

    def _come_back(self) -> None:
        if self.document in self.main.desk.documents:
            self.show()
            self.raise_()
        else:
            self.close()

    def _close_after(self, result: object) -> None:
        self.done(QDialog.DialogCode.Accepted)

    def _close_with(self, document: Document) -> None:
        if document is self.document and (self.job is None or not self.job.is_running):
            self.reject()


class _DocumentList(QListWidget):
    """Open stacks and images, each with a tick, to be dragged into the order of their planes."""

    def __init__(self, documents: list[Document]) -> None:
        super().__init__()
        self.setObjectName("documents")
        self.setToolTip("What becomes planes of the volume; drag into their order")
        self.setDragDropMode(QListWidget.DragDropMode.InternalMove)
        self.setMaximumHeight(160)
        for document in documents:
            if document.kind in ("stack", "image"):
                item = QListWidgetItem(f"{document.title}  ({document.kind})")
                item.setFlags((item.flags() | Qt.ItemFlag.ItemIsUserCheckable) & ~Qt.ItemFlag.ItemIsDropEnabled)
                item.setCheckState(Qt.CheckState.Checked)
                item.setData(Qt.ItemDataRole.UserRole, document)
                self.addItem(item)

    @property
    def documents(self) -> list[Document]:
        """Those that are ticked, in the order shown."""
        items = [self.item(row) for row in range(self.count())]
        return [each.data(Qt.ItemDataRole.UserRole) for each in items if each.checkState() == Qt.CheckState.Checked]


def situation_of(main: MainWindow, document: Document) -> Situation:
    """Return what is chosen in the window of a document: the plane shown, and the regions, the chosen one first."""
    try:
        plane = int(getattr(getattr(main.view(document), "display", None), "plane", 0) or 0)
    except KeyError:  # it has no window
        plane = 0
    chosen = document.regions.selected
    regions = sorted(document.regions, key=lambda region: region != chosen)
    return Situation(document.data, plane, regions, is_region_chosen=chosen is not None)
