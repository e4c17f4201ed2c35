"""Scripts at the desk: started, stopped, and all that belongs to more than one of them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYet
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from psygnal import EmitLoopError, Signal

from temstack.dmscript.menu import ScriptMenu, folder_beside
from temstack.dmscript.persistent import user_file
from temstack.errors import InstrumentError
from temstack.stack import with_history
from temstack.viewer.models.asked_microscope import asked_through
from temstack.viewer.models.jobs import Job
from temstack.viewer.models.scripts.dialogs import ScriptDialog
from temstack.viewer.models.scripts.images import ScriptImages
from temstack.viewer.models.scripts.keys import Keys
from temstack.viewer.models.scripts.questions import Question
from temstack.viewer.models.scripts.results import Results
from temstack.viewer.models.scripts.script import Problem, Script
from temstack.viewer.models.undo import Step

if TYPE_CHECKING:
    from temstack.acquire import Session
    from temstack.instrument import Microscope
    from temstack.stack.progress import Progress
    from temstack.viewer.models.desk import Desk
    from temstack.viewer.models.document import Document
    from temstack.viewer.models.scripts.dm_run import DMScriptRun
    from temstack.viewer.models.scripts.python_run import PythonRun

Value = TypeVar("Value")

REFRESH_EVERY_S = 0.1
"""How often windows are told what a running script has changed, and a script that it is to stop."""
_SHARE_OF_TIME = 4
"""Looking for changes of large images may take one part of the time in so many."""


class Scripting:
    """All that scripts do at one desk.

    Parameters
    ----------
    desk : Desk
        The desk.
    simulate : callable, optional
        Gives the microscope that scripts drive while none is connected, when one first needs it.
    """

    asked = Signal(Question)
    """A script asks; answer the question."""
    dialog_opened = Signal(ScriptDialog)
    beeped = Signal()
    menu_changed = Signal()
    """Other scripts stand in the menus."""
    started = Signal(object, Job)
    """The script, and the job that runs it."""
    failed = Signal(object, Problem)
    """A script ended, or a method that a button calls: the script, and what is wrong."""

    def __init__(self, desk: Desk, simulate: Callable[[], Microscope] | None = None) -> None:
        self.desk = desk
        self.results = Results()
        self.keys = Keys()
        self.images = ScriptImages(desk)
        self.menu = ScriptMenu(folder_beside(user_file()))
        self.simulate = simulate or _simulate
        self._simulated: Microscope | None = None
        self._asked: tuple[Session, Microscope] | None = None
        self._lock = threading.Lock()
        self._running: dict[Job, DMScriptRun | PythonRun] = {}
        self._is_watched = False
        self._unwritten: list[str] = []

    # --- running ----------------------------------------------------------------------------

    @property
    def is_running(self) -> bool:
        """Whether a script runs, or waits for its dialogs."""
        return bool(self._running)

    def run(self, script: Script) -> Job:
        """Run a script in a thread of its own; ``job.cancel()`` stops it.

        Its job finishes with what ended the script early, a :class:`Problem`, or None.
        """
        self.keys.forget_waiting()
        self.results.start_line()
        known: Future[Job] = Future()
        job = self.desk.jobs.start(script.title, lambda progress: self._work(script, known.result(), progress))
        job.finished.connect(lambda problem: self._tell(script, problem))
        known.set_result(job)
        self.started.emit(script, job)
        return job

    def _make_run(self, script: Script, progress: Progress) -> DMScriptRun | PythonRun:
        # Both languages are loaded when a script runs: not everybody who starts the program writes scripts.
        if script.language == "Python":
            from temstack.viewer.models.scripts.python_run import PythonRun

            return PythonRun(script, self)
        from temstack.viewer.models.scripts.dm_run import DMScriptRun

        return DMScriptRun(script, self, progress)

    def _work(self, script: Script, job: Job, progress: Progress) -> Problem | None:
        run = self._make_run(script, progress)
        with self._lock:
            self._running[job] = run
            is_watched, self._is_watched = self._is_watched, True
        if not is_watched:
            threading.Thread(target=self._watch, name="watch scripts", daemon=True).start()
        try:
            return run.carry_out()
        finally:
            with self._lock:
                self._publish()
                self._running.pop(job, None)
            self.do(lambda: self._clear_up(script))

    def _clear_up(self, script: Script) -> None:
        """After the last script, let the desk have its documents for itself again."""
        self._write_now()
        with self._lock:
            changed = [] if self._running else self.images.cut()
        for document, before in changed:
            self._make_undoable(document, before, script.title)

    def _make_undoable(self, document: Document, before: Any, title: str) -> None:
        after = with_history(document.data, "script", title=title)
        document.replace_data(after)
        step = Step(
            f"Script {title}",
            undo=lambda: document.replace_data(before),
            redo=lambda: document.replace_data(after),
            holds=(before, after),
        )
        self.desk.undo.push(step)

    def _tell(self, script: Script, problem: Problem | None) -> None:
        if problem is not None:
            self._say(script, problem)

    def report(self, script: Script, problem: Problem) -> None:
        """Say what is wrong with a script that goes on; called in its thread."""
        self.do(lambda: self._say(script, problem))

    def _say(self, script: Script, problem: Problem) -> None:
        self._write_now()
        self.results.start_line()
        self.results.write(f"{problem.details or problem.message}\n")
        self.failed.emit(script, problem)

    # --- between the threads ----------------------------------------------------------------

    def do(self, call: Callable[[], object]) -> None:
        """Have a function called in the thread of the windows, soon."""
        self.desk.jobs.deliver(lambda: _ignore(call()))

    def do_and_wait(self, call: Callable[[], Value], check: Callable[[], None]) -> Value:
        """Have a function called in the thread of the windows; return what it gives, raise what it raises.

        *check* is called while waiting, and may raise to end it.
        """
        answer: Future[Value] = Future()

        def work() -> None:
            try:
                answer.set_result(call())
            except EmitLoopError as error:  # what a window says when it hears of it
                answer.set_exception(error.__cause__ or error)
            except Exception as error:
                answer.set_exception(error)

        self.do(work)
        while True:
            try:
                return answer.result(timeout=0.05)
            except NotYet:
                if answer.done():
                    raise
                check()

    def write(self, text: str) -> None:
        """Add text to the results window, from any thread; what comes at once is shown at once."""
        is_first = not self._unwritten
        self._unwritten.append(text)
        if is_first:
            self.do(self._write_now)

    def _write_now(self) -> None:
        taken, self._unwritten = self._unwritten, []
        self.results.write("".join(taken))

    def _watch(self) -> None:
        """Show what scripts change, and stop those that are to end, while any runs."""
        pause = REFRESH_EVERY_S
        next_look = 0.0
        while self._goes_on():
            for job, run in list(self._running.items()):
                if job.is_cancel_wanted:
                    run.stop()
            if time.monotonic() >= next_look:
                began = time.monotonic()
                with self._lock:
                    self._publish()
                next_look = time.monotonic() + max(pause, _SHARE_OF_TIME * (time.monotonic() - began))
            time.sleep(REFRESH_EVERY_S / 2)

    def _goes_on(self) -> bool:
        """Return whether there is something to watch; if not, the next run starts another watch."""
        with self._lock:
            self._is_watched = bool(self._running)
            return self._is_watched

    def _publish(self) -> None:
        for document, image, data in self.images.changed():
            self.do(partial(self.images.update, document, image, data))
        for document, image, places in self.images.marked():
            self.do(partial(self.images.mark_regions, document, image, places))

    # --- microscope -------------------------------------------------------------------------

    def microscope(self) -> Microscope:
        """Return the microscope of the desk; where none is connected, a simulated one, which is said.

        Its devices take turns with the live view and the knobs, see
        :func:`~temstack.viewer.models.asked_microscope.asked_through`.

        Raises
        ------
        InstrumentError
            If a series is being recorded: nobody else may change that microscope now.
        """
        session = self.desk.bench.session
        if session is not None and session.is_recording:
            raise InstrumentError(session.name, "is recording a series", advice="wait until it ends, or stop it")
        if session is not None:
            if self._asked is None or self._asked[0] is not session:
                self._asked = session, asked_through(session)
            return self._asked[1]
        self.write("// No microscope is connected: the script drives a simulated one.\n")
        self._simulated = self._simulated or self.simulate()
        return self._simulated


def _simulate() -> Microscope:
    from temstack.instrument import connect

    return connect("simulated")


def _ignore(_value: object) -> None:
    """Drop a value: jobs deliver functions without one."""
