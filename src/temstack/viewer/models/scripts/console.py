"""A Python console: entries run one after the other beside the windows, with the open stacks as variables."""

from __future__ import annotations

import ast
import codeop
import traceback
from types import CodeType
from typing import TYPE_CHECKING, Any

from psygnal import Signal

from temstack.viewer.models.beside import begin
from temstack.viewer.models.scripts.namespace import desk_names, variable_names
from temstack.viewer.models.scripts.output import printing_to
from temstack.viewer.models.scripts.python_run import Stopping

if TYPE_CHECKING:
    from temstack.viewer.models.scripts.scripting import Scripting

FIRST, NEXT = ">>> ", "... "
_FILE = "<console>"
_MOST_LINES = 1000


class Console:
    """Entries of Python, their output, and the lines typed so far.

    Parameters
    ----------
    scripting : Scripting
        The desk's scripts.
    """

    printed = Signal(str)
    """Text to show, in the thread of the windows."""
    state_changed = Signal()
    """It waits for an entry, or works on one."""

    def __init__(self, scripting: Scripting) -> None:
        self._scripting = scripting
        self.names: dict[str, Any] = {"__name__": "__console__", **desk_names(scripting, "console")}
        self._given: dict[str, Any] = {}
        self._lines: list[str] = []
        self.history: list[str] = []
        self._stopping: Stopping | None = None
        self._is_open = True

    @property
    def is_busy(self) -> bool:
        """Whether an entry runs."""
        return self._stopping is not None

    @property
    def prompt(self) -> str:
        """What stands before the next line."""
        return NEXT if self._lines else FIRST

    def enter(self, line: str) -> None:
        """Take one more line; an entry that is whole runs beside the windows."""
        if self.is_busy:
            return
        self.printed.emit(f"{self.prompt}{line}\n")
        if line.strip() and (not self.history or self.history[-1] != line):
            self.history = [*self.history, line][-_MOST_LINES:]
        self._lines.append(line)
        source = "\n".join(self._lines)
        try:
            if codeop.compile_command(source, _FILE, "single") is None:
                self.state_changed.emit()
                return
        except (SyntaxError, ValueError, OverflowError) as error:
            self._lines.clear()
            self.printed.emit("".join(traceback.format_exception_only(error)))
            self.state_changed.emit()
            return
        self._lines.clear()
        if source.strip():
            self._run(source)

    def stop(self) -> None:
        """End the entry that runs, or forget the lines of one that is not whole."""
        if self._stopping is not None:
            self._stopping.ask()
        elif self._lines:
            self._lines.clear()
            self.printed.emit("stopped\n")
            self.state_changed.emit()

    def close(self) -> None:
        """End what runs, and let go of all data."""
        self._is_open = False
        self.stop()
        self.names.clear()
        self._given.clear()

    def _run(self, source: str) -> None:
        self._offer_stacks()
        stopping = self._stopping = Stopping()
        self.state_changed.emit()

        def work() -> None:
            with printing_to(self._print):
                try:
                    stopping.guard(lambda: self._carry_out(source))
                except SystemExit:
                    self._print("exit() ends nothing here; close the window instead\n")
                except BaseException as error:
                    self._print(_told(error))
            self._scripting.do(self._end)

        begin(work, self._scripting.do, "python console")

    def _carry_out(self, source: str) -> None:
        tree = ast.parse(source, _FILE)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(_code(tree), self.names)
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), _FILE, "eval"), self.names)
            if value is not None:
                self.names["_"] = value
                self._print(f"{value!r}\n")

    def _end(self) -> None:
        self._stopping = None
        if self._is_open:
            self.state_changed.emit()

    def _print(self, text: str) -> None:
        self._scripting.do(lambda: self.printed.emit(text) if self._is_open else None)

    def _offer_stacks(self) -> None:
        """Make variables of the open stacks; those that somebody gave another value stay."""
        for name, value in self._given.items():
            if self.names.get(name) is value:
                del self.names[name]
        stacks = {document.title: document.data for document in self._scripting.desk.documents}
        found = {name: stacks[title] for name, title in variable_names(list(stacks)).items()}
        self._given = {name: data for name, data in found.items() if name not in self.names}
        self.names.update(self._given)


def _code(tree: ast.Module) -> CodeType:
    return compile(tree, _FILE, "exec")


def _told(error: BaseException) -> str:
    """Return an exception as Python tells it, without the frames of this module."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename != __file__]
    own = [frame for frame in frames if not frame.filename.endswith("python_run.py")]
    lines = ["Traceback (most recent call last):\n", *traceback.format_list(own)] if len(own) > 1 else []
    return "".join([*lines, *traceback.format_exception_only(error)])
