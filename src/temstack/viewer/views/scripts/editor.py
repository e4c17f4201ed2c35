"""The window in which a script is written, checked and run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qtpy.QtCore import QSize, Qt, QTimer, Signal
from qtpy.QtGui import QAction
from qtpy.QtWidgets import (
    QComboBox,
    QFileDialog,
    QLabel,
    QSizePolicy,
    QSplitter,
    QToolBar,
    QVBoxLayout,
    QWidget,
)

from temstack.viewer.models.beside import begin
from temstack.viewer.models.jobs import Job
from temstack.viewer.models.scripts.checking import problems_in
from temstack.viewer.models.scripts.completion import Word
from temstack.viewer.models.scripts.script import SUFFIXES, Language, Problem, Script, language_of, read_script
from temstack.viewer.views.scripts.code_edit import CodeEdit
from temstack.viewer.views.scripts.find_bar import FindBar
from temstack.viewer.views.scripts.problem_list import ProblemList

if TYPE_CHECKING:
    from temstack.viewer.views.scripts.script_views import ScriptViews

CHECK_AFTER_MS = 350
"""How long a pause in typing is before the script is checked."""

FILTERS = "Scripts (*.s *.dmscript *.py);;DM-script (*.s);;Python (*.py);;All files (*)"


class ScriptEditor(QWidget):
    """The window of one script.

    Parameters
    ----------
    views : ScriptViews
        All windows of scripts.
    script : Script
        What it starts with.
    """

    title_changed = Signal()
    checked = Signal()
    """The list of problems is that of the text as it stands."""

    def __init__(self, views: ScriptViews, script: Script) -> None:
        super().__init__()
        self.setObjectName("script editor")
        self._views = views
        self.path, self._title = script.path, script.title
        self.job: Job | None = None
        self._ended: Problem | None = None
        self.code = CodeEdit(script.language)
        self.code.setPlainText(script.text)
        self.code.document().setModified(False)
        self.find_bar = FindBar(self.code)
        self.problems = ProblemList()
        self.said = QLabel()
        self.said.setObjectName("script help")
        self.said.setTextFormat(Qt.TextFormat.PlainText)
        self.said.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.language = QComboBox()
        self._build()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.timeout.connect(self.check)
        self.code.textChanged.connect(self._changed)
        self.code.document().modificationChanged.connect(lambda is_modified: self.title_changed.emit())
        self.code.cursorPositionChanged.connect(self._say_function)
        self.code.completer.highlighted.connect(self._say_word)
        self.problems.chosen.connect(lambda problem: self.code.go_to(problem.line, problem.column))
        self.check()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As wide as lines of scripts are."""
        return QSize(760, 560)

    # --- what it holds ----------------------------------------------------------------------

    @property
    def title(self) -> str:
        """The name of its file, or what it was called first."""
        return self.path.name if self.path is not None else self._title

    @property
    def is_modified(self) -> bool:
        """Whether something would be lost if it were closed."""
        return bool(self.code.document().isModified())

    @property
    def script(self) -> Script:
        """The whole script."""
        return Script(self.code.toPlainText(), self.title, self.code.language, self.path)

    @property
    def chosen(self) -> Script:
        """What is selected, in whole lines' places; the whole script if nothing is."""
        cursor = self.code.textCursor()
        if not cursor.hasSelection():
            return self.script
        first = self.code.document().findBlock(cursor.selectionStart())
        text = cursor.selection().toPlainText()
        blanks = " " * (cursor.selectionStart() - first.position()) if self.code.language == "DM-script" else ""
        return Script(blanks + text, self.title, self.code.language, self.path, first.blockNumber() + 1)

    # --- files ------------------------------------------------------------------------------

    def save(self) -> None:
        """Write the script to its file; ask for one if it has none."""
        if self.path is None:
            self.save_as()
        else:
            self._views.main.try_to(lambda: self.save_to(self.path or Path()))

    def save_as(self) -> None:
        """Ask for a file, and write the script to it."""
        suffix = SUFFIXES[self.code.language][0]
        start = self.path or self._views.user_scripts.folder / f"{Path(self._title).stem}{suffix}"
        start.parent.mkdir(parents=True, exist_ok=True)
        dialog = QFileDialog(self, "Save script", str(start), FILTERS)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(suffix[1:])
        dialog.fileSelected.connect(lambda path: self._views.main.try_to(lambda: self.save_to(Path(path))))
        dialog.open()

    def save_to(self, path: Path) -> None:
        """Write the script to a file, whole or not at all."""
        from temstack.stack.durable import replace_when_done

        with replace_when_done(path, overwrite=True) as unfinished:
            unfinished.write_text(self.code.toPlainText(), encoding="utf-8", newline="\n")
        self.path = path
        self._set_language(language_of(path))
        self.code.document().setModified(False)
        self._views.recent.add(path)
        self._views.scripting.menu_changed.emit()
        self.title_changed.emit()

    def load(self, path: Path) -> None:
        """Show the script in a file."""
        script = read_script(path)
        self.path = path
        self._set_language(script.language)
        self.code.setPlainText(script.text)
        self.code.document().setModified(False)
        self.title_changed.emit()

    # --- checking ---------------------------------------------------------------------------

    def check(self) -> None:
        """Have the text checked beside the windows."""
        text, language = self.code.toPlainText(), self.code.language
        revision = self.code.document().revision()

        def work() -> None:
            found = problems_in(text, language)
            self._views.main.courier(lambda: self._take(found, revision))

        begin(work, self._views.main.courier, "check script")

    def _take(self, found: list[Problem], revision: int) -> None:
        if not self._views.has(self) or revision != self.code.document().revision():
            return
        self._show([*([self._ended] if self._ended is not None else []), *found])
        self.checked.emit()

    def _show(self, problems: list[Problem]) -> None:
        self.code.show_problems(problems)
        self.problems.show_problems(problems)

    def _changed(self) -> None:
        self._ended = None
        self._pause.start(CHECK_AFTER_MS)

    # --- running ----------------------------------------------------------------------------

    def run(self) -> None:
        """Run what is selected, or all of it."""
        if self.job is not None and self.job.is_running:
            return
        self._ended = None
        self._views.open_results()
        self.job = self._views.scripting.run(self.chosen)
        self.job.ended.connect(lambda: self._views.main.courier(self._show_state))
        self._show_state()
        self.check()

    def stop(self) -> None:
        """End the script that runs."""
        if self.job is not None:
            self.job.cancel()

    def fail(self, problem: Problem) -> None:
        """Point at what ended the script."""
        self._ended = problem
        others = [one for one in self.code.problems if (one.line, one.message) != (problem.line, problem.message)]
        self._show([problem, *others])
        if problem.line:
            self.code.go_to(problem.line, problem.column)

    def _show_state(self) -> None:
        if not self._views.has(self):
            return
        is_running = self.job is not None and self.job.is_running
        self._run.setEnabled(not is_running)
        self._stop.setEnabled(is_running)

    # --- building ---------------------------------------------------------------------------

    def _build(self) -> None:
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(self.code)
        split.addWidget(self.problems)
        split.setStretchFactor(0, 1)
        split.setSizes([460, 90])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for part in (self._bar(), split, self.find_bar, self.said):
            layout.addWidget(part)
        self.said.setContentsMargins(8, 2, 8, 4)
        layout.setStretch(1, 1)
        self.setFocusProxy(self.code)

    def _bar(self) -> QToolBar:
        bar = QToolBar()
        bar.setObjectName("script tools")
        self._run = self._action("▶ Run", self.run, "Ctrl+Return", "Run what is selected, or the whole script")
        self._stop = self._action("■ Stop", self.stop, "Ctrl+.", "End the script that runs")
        self._stop.setEnabled(False)
        bar.addActions([self._run, self._stop])
        bar.addSeparator()
        bar.addAction(self._action("Save", self.save, "Ctrl+S", "Write the script to its file"))
        bar.addAction(self._action("Find", self.find_bar.open, "Ctrl+F", "Find and replace"))
        bar.addAction(
            self._action(
                "Comment", self.code.toggle_comment, "Ctrl+/", "Comment out the selected lines, or put them back"
            )
        )
        add = self._action(
            "Add to menu…", lambda: self._views.add_to_menu(self.script), "", "Keep this script in a menu"
        )
        bar.addAction(add)
        for keys, do in (
            ("Ctrl+Shift+S", self.save_as),
            ("F3", self.find_bar.next),
            ("Shift+F3", self.find_bar.previous),
            ("Ctrl+H", self.find_bar.open),
            ("Ctrl+]", self.code.indent),
            ("Ctrl+[", self.code.dedent),
        ):
            self._action(keys, do, keys, "")
        gap = QWidget()
        gap.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        bar.addWidget(gap)
        self.language.addItems(list(SUFFIXES))
        self.language.setCurrentText(self.code.language)
        self.language.setToolTip("What the script is written in")
        self.language.currentTextChanged.connect(self._language_chosen)
        bar.addWidget(self.language)
        return bar

    def _action(self, word: str, do: object, keys: str, tip: str) -> QAction:
        action = QAction(word, self)
        if keys:
            action.setShortcut(keys)
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            # Some of these keys are also in the menus of the main window; in the text they mean the script.
            self.code.commands[keys] = action.trigger
        action.setToolTip(f"{tip} ({keys})" if keys else tip)
        action.triggered.connect(lambda: self._views.main.try_to(do))  # type: ignore[arg-type]  # without arguments
        self.addAction(action)
        return action

    def _language_chosen(self, word: str) -> None:
        self._set_language("Python" if word == "Python" else "DM-script")

    def _set_language(self, language: Language) -> None:
        if language != self.code.language:
            self.code.set_language(language)
            self.language.setCurrentText(language)
            self.check()

    def _say_word(self, word: Word | None) -> None:
        if word is None:
            self._say_function()
        else:
            self._say(word)

    def _say_function(self) -> None:
        """Say how the function is called that the cursor stands in or behind."""
        if self.code.language != "DM-script":
            self.said.setText("")
            return
        from temstack.viewer.models.scripts.completion import function_around

        self._say(function_around(self.code.toPlainText(), self.code.textCursor().position()))

    def _say(self, word: Word | None) -> None:
        first = "" if word is None or not word.signature else word.signature.split("\n")[0]
        more = 0 if word is None else word.signature.count("\n")
        self.said.setText(f"{first}{f'  (+{more} more)' if more else ''} — {word.help}" if word and first else "")
