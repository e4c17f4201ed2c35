"""All windows of scripts at one desk, and how they hear of each other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from qtpy.QtWidgets import QApplication, QDialog, QFileDialog, QMessageBox, QWidget

from temstack.stack.user_folder import user_folder
from temstack.viewer.models.recent import Recent
from temstack.viewer.models.scripts.dialogs import ScriptDialog
from temstack.viewer.models.scripts.questions import Question
from temstack.viewer.models.scripts.script import SUFFIXES, Language, Problem, Script, read_script
from temstack.viewer.models.scripts.scripting import Scripting
from temstack.viewer.models.scripts.user_scripts import examples, own_scripts
from temstack.viewer.views.scripts.key_watch import KeyWatch

if TYPE_CHECKING:
    from temstack.viewer.views.desk_window import DeskWindow
    from temstack.viewer.views.main_window import MainWindow
    from temstack.viewer.views.scripts.console import ConsoleWindow
    from temstack.viewer.views.scripts.editor import ScriptEditor
    from temstack.viewer.views.scripts.results_window import ResultsWindow

_FIRST_LINES: dict[Language, str] = {"DM-script": "// ", "Python": "# "}


class ScriptViews:
    """Editors, results, console, questions and dialogs of scripts.

    Parameters
    ----------
    main : MainWindow
        The main window.
    """

    def __init__(self, main: MainWindow) -> None:
        self.main = main
        self.scripting = Scripting(main.desk)
        self.recent = Recent(user_folder() / "viewer" / "recent-scripts.json", main.keeper)
        self.user_scripts, self.examples = own_scripts(), examples()
        self.editors: list[tuple[ScriptEditor, DeskWindow]] = []
        self.dialogs: list[QDialog] = []
        """Questions and dialogs of scripts that are on the screen, the newest last."""
        self.results: ResultsWindow | None = None
        self.console: ConsoleWindow | None = None
        self._count = 0
        self._keys = KeyWatch(self.scripting.keys, main)
        self.scripting.asked.connect(lambda question: self._ask(question))
        self.scripting.dialog_opened.connect(lambda dialog: self._open_dialog(dialog))
        self.scripting.beeped.connect(lambda: QApplication.beep())
        self.scripting.results.wanted.connect(lambda: self.open_results())
        self.scripting.results.written.connect(lambda text: self._show_results())
        self.scripting.failed.connect(lambda script, problem: self._fail(script, problem))
        main.quit_guards.append(self._may_quit)

    # --- editors ----------------------------------------------------------------------------

    def new(self, language: Language = "DM-script") -> ScriptEditor:
        """Open an empty script."""
        self._count += 1
        return self.edit(Script("", f"script {self._count}", language))

    def edit(self, script: Script) -> ScriptEditor:
        """Open a script in a window, or bring that to the front where it has one."""
        from temstack.viewer.views.scripts.editor import ScriptEditor

        for editor, window in self.editors:
            if script.path is not None and editor.path == script.path:
                self._raise(window)
                return editor
        editor = ScriptEditor(self, script)
        window = self.main.add_window(editor, editor.title)
        self.editors.append((editor, window))
        editor.title_changed.connect(
            lambda: window.setWindowTitle(f"{editor.title}{' *' if editor.is_modified else ''}")
        )
        window.ask_to_close = lambda: self._may_close(editor, window)
        window.destroyed.connect(lambda: self._forget(window))
        editor.code.setFocus()
        return editor

    def open(self, path: Path) -> ScriptEditor:
        """Open the script in a file."""
        editor = self.edit(read_script(path.absolute()))
        self.recent.add(path)
        return editor

    def takes(self, path: Path) -> bool:
        """Return whether a file is a script by its ending."""
        return path.is_file() and path.suffix.lower() in {end for ends in SUFFIXES.values() for end in ends}

    def try_to_open(self, path: Path) -> None:
        """Open the script in a file, or say why that fails."""
        self.main.try_to(lambda: self.open(path))

    def ask_for_file(self, then: Callable[[Path], object], title: str) -> QFileDialog:
        """Ask which script is meant."""
        from temstack.viewer.views.scripts.editor import FILTERS

        dialog = QFileDialog(self.main, title, str(self._start_folder()), FILTERS)
        dialog.setObjectName("open script")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda path: self.main.try_to(lambda: then(Path(path))))
        dialog.open()
        return dialog

    def run_file(self, path: Path) -> None:
        """Run the script in a file."""
        self.recent.add(path)
        self.scripting.run(read_script(path.absolute()))

    def has(self, editor: ScriptEditor) -> bool:
        """Return whether an editor is open."""
        return any(one is editor for one, _ in self.editors)

    def add_to_menu(self, script: Script | None = None) -> QDialog:
        """Open the form that keeps a script in a menu."""
        from temstack.viewer.views.scripts.menu_form import MenuForm

        form = MenuForm(self, script)
        form.open()
        return form

    def _start_folder(self) -> Path:
        recent = next(iter(self.recent.files), None)
        if recent is not None and recent.parent.is_dir():
            return recent.parent
        return self.user_scripts.folder if self.user_scripts.folder.is_dir() else Path.home()

    # --- other windows ----------------------------------------------------------------------

    def open_results(self) -> ResultsWindow:
        """Open the results window, or bring it into sight."""
        from temstack.viewer.views.scripts.results_window import ResultsWindow

        if self.results is None:
            shown = self.results = ResultsWindow(self.scripting.results, self.main)
            front = self.main.front_window()
            window = self.main.add_window(shown, "Results")

            def forget() -> None:
                shown.disconnect_model()
                self.results = None

            window.destroyed.connect(forget)
            if front is not None:
                self._raise(front)
        return self.results

    def _show_results(self) -> None:
        """Open the results window when the first text comes; one that stands stays where it is."""
        if self.results is None:
            self.open_results()

    def open_console(self) -> ConsoleWindow:
        """Open the console, or bring it to the front."""
        from temstack.viewer.views.scripts.console import ConsoleWindow

        if self.console is None:
            shown = self.console = ConsoleWindow(self.scripting)
            window = self.main.add_window(shown, "Python console")

            def forget() -> None:
                shown.console.close()
                self.console = None

            window.destroyed.connect(forget)
        else:
            self._raise(self.console.parent())
        self.console.entry.setFocus()
        return self.console

    def open_reference(self, word: str = "") -> QWidget:
        """Open the list of functions."""
        from temstack.viewer.views.scripts.reference import ReferenceWindow

        reference = ReferenceWindow(word)
        self.main.add_window(reference, "Functions of DM-script")
        return reference

    def _raise(self, window: QWidget) -> None:
        if window.isWindow():
            window.raise_()
            window.activateWindow()
        else:
            self.main.area.setActiveSubWindow(window)

    # --- what scripts want ------------------------------------------------------------------

    def _ask(self, question: Question) -> None:
        from temstack.viewer.views.scripts.question_dialogs import ask

        self._keep(ask(question, self._parent()))

    def _open_dialog(self, dialog: ScriptDialog) -> None:
        from temstack.viewer.views.scripts.dialog_view import ScriptDialogView

        view = ScriptDialogView(dialog, self._parent() if dialog.is_modal else self.main)
        if dialog.is_modal:
            view.open()
        else:
            view.show()
        self._keep(view)

    def _keep(self, dialog: QDialog) -> None:
        self.dialogs.append(dialog)
        dialog.finished.connect(lambda _result: self._drop(dialog))
        dialog.destroyed.connect(lambda: self._drop(dialog))

    def _drop(self, dialog: QDialog) -> None:
        if dialog in self.dialogs:
            self.dialogs.remove(dialog)

    def _parent(self) -> QWidget:
        """Return what a question is to stand over: the newest dialog of scripts, or the main window."""
        return next((one for one in reversed(self.dialogs) if one.isVisible()), self.main)

    def _fail(self, script: Script, problem: Problem) -> None:
        for editor, window in self.editors:
            if (script.path is not None and editor.path == script.path) or (
                script.path is None and editor.path is None and editor.title == script.title
            ):
                self._raise(window)
                editor.fail(problem)
                return
        place = f", line {problem.line}" if problem.line else ""
        box = QMessageBox(
            QMessageBox.Icon.Warning, "Script", f"{script.title}{place}: {problem.message}", parent=self.main
        )
        box.setObjectName("script error")
        box.setDetailedText(problem.details)
        if problem.line:
            show = box.addButton("Show in editor", QMessageBox.ButtonRole.ActionRole)
            show.clicked.connect(lambda: self.edit(script).fail(problem))
        box.addButton(QMessageBox.StandardButton.Ok)
        box.setModal(False)
        box.show()
        self._keep(box)

    # --- closing ----------------------------------------------------------------------------

    def _may_close(self, editor: ScriptEditor, window: DeskWindow) -> bool:
        if not editor.is_modified:
            return True
        answers = QMessageBox.StandardButton
        box = QMessageBox(
            QMessageBox.Icon.Question,
            "temstack",
            f"“{editor.title}” is not saved. Save it before it is closed?",
            answers.Save | answers.Discard | answers.Cancel,
            self.main,
        )
        box.setObjectName("unsaved script")

        def answered(answer: int) -> None:
            if answers(answer) == answers.Save:
                editor.save()
            if answers(answer) == answers.Discard:
                editor.code.document().setModified(False)
            if not editor.is_modified and answers(answer) != answers.Cancel:
                window.close()

        box.finished.connect(answered)
        box.open()
        return False

    def _may_quit(self) -> bool:
        for editor, window in self.editors:
            if editor.is_modified:
                self._raise(window)
                self._may_close(editor, window)
                return False
        return True

    def _forget(self, window: DeskWindow) -> None:
        self.editors[:] = [(editor, one) for editor, one in self.editors if one is not window]
