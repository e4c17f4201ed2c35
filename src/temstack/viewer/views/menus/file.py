"""The menu File: what comes onto the desk, and what leaves it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qtpy.QtCore import Qt
from qtpy.QtGui import QAction
from qtpy.QtWidgets import QFileDialog, QMenu

from temstack.viewer.models.document import Document
from temstack.viewer.views.document_actions import enable_with_document

if TYPE_CHECKING:
    from temstack.viewer.views.main_window import MainWindow


def build(main: MainWindow) -> None:
    """Put the menu into the bar."""
    menu, add = main.menu("File"), main.add_action
    add("File", "&New stack…", lambda: new_stack(main), keys="Ctrl+N", tip="An empty stack of any type of pixel")
    add("File", "&Open…", lambda: open_files(main), keys="Ctrl+O", tip="Open files, each in its own window")
    add(
        "File",
        "Open a Zarr or a &folder…",
        lambda: open_folder(main),
        keys="Ctrl+Alt+O",
        tip="Open a Zarr store, or all images in a folder as one stack",
    )
    add(
        "File",
        "Open files as one s&tack…",
        lambda: open_as_one(main, []),
        keys="Ctrl+Shift+O",
        tip="Single images as the planes of one stack; files that do not say their axis; raw pixels",
    )
    _add_recent(main, menu.addMenu("Open &recent"))
    reopen = add(
        "File", "Reopen the &last session", lambda: main.sessions.reopen(), tip="What was open when the desk was left"
    )
    menu.aboutToShow.connect(lambda: reopen.setEnabled(bool(main.sessions.last.documents)))
    menu.addSeparator()
    _add_saving(main, menu)
    menu.addSeparator()
    close = add("File", "&Close", lambda: close_front(main), keys="Ctrl+W", tip="Close the window in front")
    close.setObjectName("close")
    add("File", "Close &all", lambda: main.closing.close_all(), keys="Ctrl+Shift+W", tip="Close all documents")
    menu.addSeparator()
    add("File", "&Quit", lambda: main.close(), keys="Ctrl+Q", tip="What is open is there again at the next start")


def open_files(main: MainWindow) -> QFileDialog:
    """Ask for files and open each; return the dialog."""
    from temstack.viewer.models.file_filters import open_filters

    dialog = QFileDialog(main, "Open", str(main.preferences.folder))
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    dialog.setNameFilters(open_filters())
    dialog.filesSelected.connect(lambda names: _open_all(main, [Path(name) for name in names]))
    return _shown(dialog)


def open_folder(main: MainWindow) -> QFileDialog:
    """Ask for a folder and open it; return the dialog."""
    dialog = QFileDialog(main, "Open a Zarr or a folder", str(main.preferences.folder))
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    dialog.filesSelected.connect(lambda names: _open_all(main, [Path(name) for name in names]))
    return _shown(dialog)


def open_as_one(main: MainWindow, paths: list[Path]) -> None:
    """Ask what files do not say, and open them as one stack."""
    from temstack.viewer.views.import_dialog import ImportDialog

    ImportDialog(main, paths).open()


def new_stack(main: MainWindow) -> None:
    """Ask for a new stack."""
    from temstack.viewer.views.new_stack_dialog import NewStackDialog

    NewStackDialog(main).open()


def save(main: MainWindow, document: Document) -> None:
    """Save a document where it came from."""
    from temstack.viewer.views import saving

    saving.save(main, document)


def save_as(main: MainWindow, document: Document) -> None:
    """Ask where a document is saved."""
    from temstack.viewer.views.save_dialog import SaveDialog

    SaveDialog(main, document).open()


def export_picture(main: MainWindow, document: Document) -> None:
    """Ask how the picture in front is exported; of a plot, the whole plot is."""
    from temstack.viewer.views.export_dialogs import PictureDialog
    from temstack.viewer.views.plot_export import export_plot
    from temstack.viewer.views.stack_view import StackView

    window = main.front_window() or main.window_of(document)
    view = window.widget()
    if isinstance(view, StackView):
        PictureDialog(main, view).open()
    else:
        export_plot(main, view, window.windowTitle().removesuffix(" *"))


def export_film(main: MainWindow, document: Document) -> None:
    """Ask how the film of all planes is exported."""
    from temstack.viewer.views.export_dialogs import FilmDialog
    from temstack.viewer.views.stack_view import StackView

    view = main.view(document)
    if isinstance(view, StackView):
        FilmDialog(main, view).open()


def close_front(main: MainWindow) -> None:
    """Close the window in front, whatever it shows."""
    window = main.front_window()
    if window is not None:
        window.close()


def _add_saving(main: MainWindow, menu: QMenu) -> None:
    def active(do: object) -> None:
        document = main.desk.active
        if document is not None and callable(do):
            do(main, document)

    add = main.add_action
    entries = [
        add("File", "&Save", lambda: active(save), keys="Ctrl+S", tip="Write the document into its file"),
        add("File", "Save &as…", lambda: active(save_as), keys="Ctrl+Shift+S", tip="Choose a file and a format"),
        add(
            "File",
            "Export &picture as shown…",
            lambda: active(export_picture),
            keys="Ctrl+E",
            tip="A picture with contrast and colours as they are, with a scale bar",
        ),
    ]
    film = add(
        "File",
        "Export fil&m as shown…",
        lambda: active(export_film),
        keys="Ctrl+Shift+E",
        tip="All planes as GIF, MP4 or pictures, with contrast and colours as they are",
    )
    enable_with_document(main, entries)
    enable_with_document(main, [film], kinds=("stack", "spectrum image"))


def _add_recent(main: MainWindow, menu: QMenu) -> None:
    def fill() -> None:
        menu.clear()
        for file in main.recent.files:
            action = QAction(f"{file.name}   –   {file.parent}", menu)
            action.setEnabled(file.exists())
            action.setToolTip(str(file) if file.exists() else f"{file} is not there any more")
            action.triggered.connect(lambda _=False, file=file: main.open(file))
            menu.addAction(action)
        menu.addSeparator()
        clear = QAction("Clear this list", menu)
        clear.setEnabled(bool(main.recent.files))
        clear.triggered.connect(lambda _=False: main.recent.clear())
        menu.addAction(clear)

    menu.setToolTipsVisible(True)
    menu.aboutToShow.connect(fill)


def _open_all(main: MainWindow, paths: list[Path]) -> None:
    if paths:
        main.preferences.set("folder", str(paths[0].parent))
    main.open_each(paths)


def _shown(dialog: QFileDialog) -> QFileDialog:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
    return dialog
