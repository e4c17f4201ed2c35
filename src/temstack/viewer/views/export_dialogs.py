"""Pictures and films as they are shown: how large, with what written on them, and where to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from qtpy.QtCore import Qt
from qtpy.QtGui import QPixmap
from qtpy.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QLabel,
    QSpinBox,
    QVBoxLayout,
)

from temstack.viewer.models.saving import free_path
from temstack.viewer.views.as_shown import PictureWish, Rgb, as_image, film_of, picture
from temstack.viewer.views.file_row import FileRow
from temstack.viewer.views.plot_export import write_image

if TYPE_CHECKING:
    from temstack.stack.progress import Progress
    from temstack.viewer.views.main_window import MainWindow
    from temstack.viewer.views.stack_view import StackView

_PREVIEW_PX = 320
_SIDE = (64, 8192)


class ExportDialog(QDialog):
    """What pictures and films have in common.

    Parameters
    ----------
    main : MainWindow
    view : StackView
        What is shown.
    suffix : str
        The end of the suggested name.
    """

    title = "Export"
    tip = "The file"

    def __init__(self, main: MainWindow, view: StackView, suffix: str) -> None:
        super().__init__(main)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"{self.title}: {view.document.title}")
        self.setObjectName(self.title.lower())
        self._main, self._view = main, view
        self._form = QFormLayout()
        self._build(suffix)
        self._add_own()
        view.display.changed.connect(self._look)
        self.finished.connect(lambda _: view.display.changed.disconnect(self._look))
        self._look()

    @property
    def wish(self) -> PictureWish:
        """What is asked for."""
        return PictureWish(
            side_px=self.side.value(),
            has_scale_bar=self.bar.isChecked(),
            has_value=self.value.isChecked(),
            is_part=self.part.isChecked(),
            has_regions=self.regions.isChecked(),
        )

    def accept(self) -> None:
        """Write it, and close."""
        self._main.preferences.set("folder", str(self.file.path.parent))
        self._main.try_to(self._write)
        super().accept()

    def _write(self) -> None:
        raise NotImplementedError

    def _add_own(self) -> None:
        """Add the rows that only this dialog has."""

    def _build(self, suffix: str) -> None:
        folder = self._main.preferences.folder
        self.file = FileRow(folder, free_path(folder, self._view.document.title, suffix), tip=self.tip)
        self.file.changed.connect(lambda: self._look())
        self.preview = QLabel(objectName="preview", alignment=Qt.AlignmentFlag.AlignCenter)
        self.preview.setMinimumHeight(_PREVIEW_PX)
        self.side = QSpinBox(minimum=_SIDE[0], maximum=_SIDE[1], value=1024, singleStep=64, suffix=" px")
        self.side.setToolTip("Longer side of the picture")
        self.bar = QCheckBox("Scale bar", checked=True, toolTip="Draw a scale bar at the lower left")
        self.value = QCheckBox("Value of the plane", checked=True, toolTip="Write eV, nm or s at the upper left")
        self.part = QCheckBox("Only the part that is seen", toolTip="As it is zoomed now; otherwise the whole image")
        has_any = len(self._view.document.regions) > 0
        self.regions = QCheckBox("Regions", checked=has_any, enabled=has_any)
        self.regions.setToolTip("Draw the regions, with their names")
        boxes = (self.bar, self.value, self.regions, self.part)
        for box in boxes:
            box.toggled.connect(lambda _: self._look())
        self._form.addRow("File", self.file)
        self._form.addRow("Longer side", self.side)
        for box in boxes:
            self._form.addRow("", box)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel)
        self.save_button = buttons.button(QDialogButtonBox.StandardButton.Save)
        buttons.accepted.connect(lambda: self.accept())
        buttons.rejected.connect(lambda: self.reject())
        layout = QVBoxLayout(self)
        layout.addWidget(self.preview, 1)
        layout.addLayout(self._form)
        layout.addWidget(buttons)

    def _picture(self, wish: PictureWish) -> Rgb:
        return picture(self._view.display, self._view.document.data, wish, self._view.document.regions)

    def _look(self) -> None:
        """Show what it will look like."""
        self.save_button.setText("Replace" if self.file.path.exists() else "Save")
        if self._view.display.current is None:
            self.preview.setText("reading …")
            return
        shown = as_image(self._picture(replace(self.wish, side_px=_PREVIEW_PX)))
        self.preview.setPixmap(QPixmap.fromImage(shown))


class PictureDialog(ExportDialog):
    """A PNG of the plane that is shown."""

    title = "Export picture"
    tip = "The picture: .png, .jpg or .bmp"

    def __init__(self, main: MainWindow, view: StackView) -> None:
        super().__init__(main, view, ".png")

    def _write(self) -> None:
        write_image(self._main, as_image(self._picture(self.wish)), self.file.path)


class FilmDialog(ExportDialog):
    """A film of all planes, or a folder of pictures."""

    title = "Export film"
    tip = "The film: .gif or .mp4; a name without an end becomes a folder of PNGs"

    def __init__(self, main: MainWindow, view: StackView) -> None:
        super().__init__(main, view, ".mp4")
        self.side.setValue(640)

    def _add_own(self) -> None:
        self.speed = QDoubleSpinBox(minimum=0.1, maximum=60, value=10, suffix=" planes/s", decimals=1)
        self.speed.setObjectName("speed")
        self.speed.setToolTip("How many planes are shown each second")
        self._form.insertRow(2, "Speed", self.speed)

    def _write(self) -> None:
        path, speed = self.file.path, self.speed.value()
        document = self._view.document
        stack, shade, look = film_of(self._view.display, document.data, self.wish, document.regions)

        def write(progress: Progress) -> Path:
            from temstack.report.movies import write_movie

            return write_movie(stack, path, fps=speed, look=look, shade=shade, overwrite=True, progress=progress)

        job = self._main.desk.jobs.start(f"Export {path.name}", write)
        job.finished.connect(lambda _: self._main.say(f"film → {path}"))
