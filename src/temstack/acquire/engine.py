"""bluesky's engine, with its gaps closed: it runs plans, and no signal, window or printing of its own gets in between.

Plans are plain generators of messages. Ours know one message beyond those of bluesky, ``ask``: call something that
blocks, in the one thread that talks to the microscope, and send back what it returned or raised.
"""

from __future__ import annotations

import asyncio
import functools
import threading
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bluesky.utils import Msg

Plan = Generator["Msg", Any, Any]


def ask(call: Callable[..., Any], *arguments: Any, **options: Any) -> Plan:
    """Yield the message that calls something of the microscope; return what it returned.

    The call runs in the microscope's thread, while watchers and the engine go on.
    """
    from bluesky.utils import Msg

    return (yield Msg("ask", None, call, *arguments, **options))


class Engine:
    """A ``RunEngine`` in a thread of its own, beside one thread for the microscope.

    Parameters
    ----------
    subscriber : callable, optional
        Gets every bluesky document, as ``subscriber(name, document)``.
    """

    def __init__(self, subscriber: Callable[[str, dict[str, Any]], None] | None = None) -> None:
        from bluesky.run_engine import RunEngine
        from bluesky.utils import DuringTask

        # No context managers: bluesky's would take over Ctrl-C, and only pause. No during task of its own: it would
        # run the events of a window in the wrong thread.
        self._engine = RunEngine({}, context_managers=[], during_task=DuringTask())
        self._engine.register_command("ask", self._ask)
        if subscriber is not None:
            self._engine.subscribe(subscriber)
        self._microscope = ThreadPoolExecutor(1, thread_name_prefix="microscope")

    async def _ask(self, message: Msg) -> Any:
        call = functools.partial(*message.args, **message.kwargs)
        return await asyncio.get_running_loop().run_in_executor(self._microscope, call)

    def call(self, call: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        """Call something of the microscope outside of any plan, in the microscope's thread."""
        return self._microscope.submit(functools.partial(call, *arguments, **options)).result()

    def start(self, plan: Plan, *, at_end: Callable[[], None]) -> Running:
        """Run a plan in a worker thread, and then *at_end*, whatever happened.

        Returns
        -------
        Running
            Whose ``wait`` and ``result`` say how it goes.
        """
        return Running(functools.partial(self._engine, plan), at_end)

    def close(self) -> None:
        """End all threads; call it when nothing runs."""
        self._microscope.shutdown()
        loop, thread = self._engine.loop, self._engine._th  # bluesky offers no other way to end its thread
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


class Running:
    """Work in a thread: wait for it in slices, so that the main thread can take signals.

    Parameters
    ----------
    work, at_end : callable
        *at_end* is called after *work*, in the same thread, whatever happened.
    """

    def __init__(self, work: Callable[[], Any], at_end: Callable[[], None]) -> None:
        self._work, self._at_end = work, at_end
        self._done = threading.Event()
        self.error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="series")
        self._thread.start()

    def _run(self) -> None:
        try:
            self._work()
        except BaseException as error:  # handed to whoever waits
            self.error = error
        try:
            self._at_end()
        except BaseException as error:
            if self.error is not None:
                error.__context__ = self.error
            self.error = error
        finally:
            self._done.set()

    def wait(self, slice_s: float = 0.05) -> None:
        """Return when it is done. A wait without end could not be interrupted on Windows."""
        while not self._done.wait(slice_s):
            pass
        self._thread.join()
