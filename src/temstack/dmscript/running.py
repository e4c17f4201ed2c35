"""Run a script and return what it left: images, results, variables."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from temstack.dmscript.checker import Finding, check
from temstack.dmscript.context import Run
from temstack.dmscript.conversion import ConversionRule
from temstack.dmscript.engine import CompiledScript, compile_script
from temstack.dmscript.errors import ScriptError
from temstack.dmscript.execution import Execution, Limits, Options
from temstack.dmscript.host import Answers, HeadlessHost, Host
from temstack.dmscript.images import Image
from temstack.dmscript.persistent import PersistentTags, user_file
from temstack.dmscript.source import Source, read_source
from temstack.dmscript.stacks import image_from_stack, stack_from_image
from temstack.errors import SettingError

if TYPE_CHECKING:
    import xarray as xr

    from temstack.instrument import Microscope

ScriptSource = str | os.PathLike[str]
Given = Any
"""An image to start with: a DataArray, a NumPy array, an Image of a script, or the path of a file."""

_LOOKS_LIKE_TEXT = re.compile(r'[\n;(={"]')


@dataclass
class ScriptRun:
    """What a script left.

    Parameters
    ----------
    results : str
        The text of the results window.
    shown : list of Image
        Images that it showed, in the order in which they came up first.
    variables : dict
        Its top-level variables when it ended: numbers, texts, images, tag groups.
    questions : list of (str, str)
        What it asked, and what was answered.
    notices : list of (str, str)
        How it drew attention: ``"progress"`` and its lines, ``"beep"``…
    """

    results: str = ""
    shown: list[Image] = field(default_factory=list)
    variables: dict[str, Any] = field(default_factory=dict)
    questions: list[tuple[str, str]] = field(default_factory=list)
    notices: list[tuple[str, str]] = field(default_factory=list)

    @property
    def images(self) -> list[xr.DataArray]:
        """The shown images as temstack's arrays, with calibration and tags."""
        return [stack_from_image(image) for image in self.shown]

    def image(self, name: str) -> xr.DataArray:
        """Return a shown image by its title, or the image in a variable.

        Raises
        ------
        SettingError
            If there is none.
        """
        found = [image for image in reversed(self.shown) if image.name == name]
        in_variable = next((value for key, value in self.variables.items() if key.lower() == name.lower()), None)
        if found:
            return stack_from_image(found[0])
        if isinstance(in_variable, Image):
            return stack_from_image(in_variable)
        titles = ", ".join(repr(image.name) for image in self.shown) or "none"
        raise SettingError(f"image {name!r}", "was not shown by the script", expected=f"one of {titles}")


def load_script(script: ScriptSource) -> Source:
    """Return a script given as a path, or as its text.

    A text has a line end, or a character that paths do not have, such as ``(``, ``;`` or ``=``.

    Raises
    ------
    InputMissingError
        If it is a path, and there is no such file.
    """
    if isinstance(script, str) and _LOOKS_LIKE_TEXT.search(script) and not _is_file(script):
        return Source(script)
    return read_source(script)


def _is_file(path: str) -> bool:
    try:
        return Path(path).is_file()
    except (OSError, ValueError):  # too long for a path, or with a character that none can have
        return False


def run_script(
    script: ScriptSource,
    *,
    host: Host | None = None,
    answers: Answers | None = None,
    images: Sequence[Given] = (),
    folders: Sequence[str | Path] = (),
    overwrite: bool = False,
    seed: int | None = None,
    steps: int | None = None,
    seconds: float | None = None,
    memory_bytes: int | None = None,
    cancel: threading.Event | None = None,
    catch: Literal["rethrow", "continue"] = "rethrow",
    short_circuit: bool = True,
    rounding: Literal["truncate", "nearest"] = "truncate",
    overflow: Literal["wrap", "clip"] = "wrap",
    persistent_tags: Literal["user"] | str | Path | None = "user",
    microscope: Microscope | str = "simulated",
) -> ScriptRun:
    r"""Run a DM-script and return its images and results.

    Parameters
    ----------
    script : path or str
        A file, or the script itself.
    host : Host, optional
        The way to everything outside. Left out, a :class:`~temstack.dmscript.host.HeadlessHost` of the next
        parameters, which has no screen.
    answers : mapping of str to str or sequence of str
        Answers to questions, by part of their prompt; ``"cancel"`` cancels. Questions without one get what the
        script suggests.
    images : sequence of DataArray, array, Image or path
        Images on show when the script starts; the last is in front.
    folders : sequence of path
        Folders in which the script may read and write files; none unless given.
    overwrite : bool
        Whether it may replace files that are there.
    seed : int, optional
        Start of random numbers, those of a simulated microscope too, for a run that can be repeated.
    steps, seconds, memory_bytes : int, float, int, optional
        Limits: turns of loops and calls of functions; wall time in s; bytes of all its images.
    cancel : threading.Event, optional
        Setting it, from any thread, stops the script.
    catch : {"rethrow", "continue"}
        What follows a ``catch`` block that is not left by ``break``.
    short_circuit : bool
        Whether ``&&`` and ``||`` leave out their right side when the left one decides.
    rounding, overflow
        As in :class:`~temstack.dmscript.conversion.ConversionRule`.
    persistent_tags : "user", path or None
        Where persistent tags are kept: the user's file, another, or only for this run.
    microscope : Microscope or str
        What cameras, focus and filter of the script are; or its name or address, as
        :func:`temstack.instrument.connect` takes it. A host of your own brings its own.

    Returns
    -------
    ScriptRun
        Also what a script that called ``exit`` left.

    Raises
    ------
    ScriptError
        What ended the script, with its place. ``partial`` is the :class:`ScriptRun` up to there.
    InputMissingError
        If there is no such script.

    Examples
    --------
    >>> run = run_script('number t = 1\nGetNumber("Exposure (s)", t, t)\nResult("t = " + t)',
    ...                  answers={"exposure": "0.5"}, persistent_tags=None)
    >>> run.results, run.variables["t"]
    ('t = 0.5', 0.5)
    """
    source = load_script(script)
    compiled = compile_script(source, options=Options(catch, short_circuit), counts_steps=steps is not None)
    own_host = HeadlessHost(answers, folders=folders, overwrite=overwrite, microscope=microscope, seed=seed)
    surroundings = Run(
        host or own_host,
        conversion=ConversionRule(rounding, overflow),
        persistent=PersistentTags(_tag_file(persistent_tags)),
        seed=seed,
    )
    for given in images:
        surroundings.shown.append(as_image(given))
    execution = Execution(surroundings, Options(catch, short_circuit), Limits(steps, seconds, memory_bytes))
    with closing(own_host), _cancelled_by(cancel, execution):
        _run(compiled, execution)
    return _left_by(execution)


def _run(compiled: CompiledScript, execution: Execution) -> None:
    try:
        compiled.run(execution)
    except ScriptError as error:
        error.partial = _left_by(execution)
        raise
    finally:
        execution.run.finish()


def _left_by(execution: Execution) -> ScriptRun:
    run = execution.run
    asked, noticed = (list(getattr(run.host, name, [])) for name in ("questions", "notices"))
    return ScriptRun("".join(run.results), list(run.ever_shown), dict(execution.variables), asked, noticed)


@contextmanager
def _cancelled_by(event: threading.Event | None, execution: Execution) -> Iterator[None]:
    """Stop the execution when the event is set, until the block is left."""
    if event is None:
        yield
        return
    is_over = threading.Event()

    def watch() -> None:
        while not is_over.is_set():
            if event.wait(0.02):
                execution.cancel()
                return

    watcher = threading.Thread(target=watch, name="script canceller", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        is_over.set()
        watcher.join()


def as_image(given: Given) -> Image:
    """Return a DataArray, an array or the content of a file as an image of a script."""
    if isinstance(given, Image):
        return given
    if isinstance(given, np.ndarray):
        return Image(np.ascontiguousarray(given), "image")
    if isinstance(given, str | os.PathLike):
        from temstack.files import read

        image = image_from_stack(read(given))
        image.name = image.name or Path(given).stem
        image.source = str(given)
        return image
    return image_from_stack(given)


def _tag_file(given: str | Path | None) -> Path | None:
    if given is None:
        return None
    return user_file() if given == "user" else Path(given)


def check_script(script: ScriptSource) -> list[Finding]:
    """Return what is wrong or suspicious in a script, without running it.

    Parameters
    ----------
    script : path or str
        A file, or the script itself.

    Returns
    -------
    list of Finding
        In the order of the text; the script would run if none is an error.

    Examples
    --------
    >>> [finding] = check_script("Rezult(1)")
    >>> finding.severity, finding.message
    ('error', "unknown function 'Rezult'; did you mean 'Result'?")
    """
    return check(load_script(script))
