"""The work that goes on, in the status bar: what it does, how far it is, how long it will take, and Cancel."""

from __future__ import annotations

import time
from collections.abc import Callable

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QSizePolicy, QStyle, QToolButton, QWidget

from temstack.viewer.models.jobs import Job, Jobs
from temstack.viewer.models.time_left import time_left

_SHOWN_AT_ONCE = 3


class JobRow(QWidget):
    """One job: its title and step, a bar, and a button to cancel it."""

    def __init__(self, job: Job) -> None:
        super().__init__()
        self.job = job
        self._since = time.monotonic()
        self._step = ""
        self.label = QLabel(job.title)
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.bar = QProgressBar()
        self.bar.setRange(0, 0)
        self.bar.setFixedWidth(140)
        self.bar.setMaximumHeight(self.label.sizeHint().height() + 2)
        self.left = QLabel()
        self.button = QToolButton(autoRaise=True)
        self.button.setIcon(self.style().standardIcon(QStyle.StandardPixmap.SP_DialogCancelButton))
        self.button.setToolTip(f"Cancel: {job.title}")
        self.button.setObjectName("cancel job")
        self.button.clicked.connect(lambda: self.cancel())
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 0, 4, 0)
        for widget in (self.label, self.bar, self.left, self.button):
            row.addWidget(widget)

    def show_progress(self, step: str, done: int, total: int) -> None:
        """Show how far the job is."""
        if step != self._step:
            self._step, self._since = step, time.monotonic()
        self.label.setText(f"{self.job.title}: {step}" if step else self.job.title)
        self.bar.setRange(0, max(total, 0) if total > 1 else 0)
        self.bar.setValue(done)
        if self.job.state != "cancelling":
            self.left.setText(time_left(time.monotonic() - self._since, done, total))

    def cancel(self) -> None:
        """Ask the job to end, and say that it was asked."""
        self.job.cancel()
        self.button.setEnabled(False)
        self.left.setText("cancelling …")


class JobsBar(QWidget):
    """All jobs that go on; the latest few, and how many more there are.

    Parameters
    ----------
    jobs : Jobs
        What to follow.
    """

    def __init__(self, jobs: Jobs) -> None:
        super().__init__()
        self.setObjectName("jobs")
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.rows: dict[Job, JobRow] = {}
        self._more = QLabel()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(self._more)
        self._more.hide()
        jobs.started.connect(self._add)

    def _add(self, job: Job) -> None:
        row = JobRow(job)
        self.rows[job] = row
        self._row.insertWidget(self._row.count() - 1, row)
        job.progressed.connect(lambda step, done, total: row.show_progress(step, done, total))
        job.ended.connect(self._remover(job))
        self._show_few()

    def _remover(self, job: Job) -> Callable[[], None]:
        def remove() -> None:
            row = self.rows.pop(job)
            self._row.removeWidget(row)
            row.hide()
            row.deleteLater()
            self._show_few()

        return remove

    def _show_few(self) -> None:
        for index, row in enumerate(self.rows.values()):
            row.setVisible(index < _SHOWN_AT_ONCE)
        more = len(self.rows) - _SHOWN_AT_ONCE
        self._more.setText(f"and {more} more")
        self._more.setVisible(more > 0)
