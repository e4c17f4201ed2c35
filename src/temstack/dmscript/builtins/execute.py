"""Scripts that run scripts: a text, or a file in one of the allowed folders.

The other script has variables of its own; images, dialogs, tags and limits are those of the run.
"""

# ruff: noqa: D103 - what a function does stands in its declaration

from __future__ import annotations

from temstack.dmscript.context import Run
from temstack.dmscript.errors import ScriptRuntimeError
from temstack.dmscript.signatures import builtin, declare_only
from temstack.dmscript.source import Source, read_source
from temstack.errors import InputMissingError

_FAMILY = "execute"


def read_script(run: Run, path: str) -> Source:
    """Return the script in a file.

    Raises
    ------
    ScriptRuntimeError
        If it lies outside the allowed folders, or is not there.
    """
    place = run.host.path(path, writing=False)
    try:
        return read_source(place)
    except InputMissingError:
        raise ScriptRuntimeError(f"there is no script {path!r}") from None


def _execute(run: Run, source: Source) -> float:
    from temstack.dmscript.engine import run_within

    if run.execution is None:
        raise ScriptRuntimeError("a script can run another only while it runs itself")
    return run_within(source, run.execution)


@builtin(
    "number ExecuteScriptString(string script)",
    family=_FAMILY,
    help="Run another script; returns what it gave exit().",
    throws=True,
)
def execute_string(run: Run, script: str) -> float:
    return _execute(run, Source(script, "<ExecuteScriptString>"))


@builtin(
    "number ExecuteScriptFile(string path)",
    "number ExecuteScriptFile(string path, number index)",
    family=_FAMILY,
    help="Run the script in a file; returns what it gave exit().",
    throws=True,
)
def execute_file(run: Run, path: str, index: float = 0.0) -> float:
    return _execute(run, read_script(run, path))


declare_only(
    "number ExecutePythonScriptString(string script, number inBackground)",
    "number ExecutePythonScriptFile(string path, number inBackground)",
    family=_FAMILY,
    help="Run Python inside DigitalMicrograph.",
    throws=True,
)
