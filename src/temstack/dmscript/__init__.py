"""DM-script: the scripting language of DigitalMicrograph, checked and run away from the microscope.

What comes in: the text of a script, images to start with, a :class:`~temstack.dmscript.host.Host` for everything
outside. What goes out: a :class:`~temstack.dmscript.running.ScriptRun` of images, results and variables, or a
:class:`~temstack.dmscript.errors.ScriptError` that knows its line and points at it. Always true: scanning,
parsing, checking and running are separate stages; a script is compiled once to Python code; it reaches files,
screen and microscope only through its host, and starts no program.

Read ``running.py`` first; then ``parser.py``, ``engine.py`` and, for a built-in, ``builtins/``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from temstack.dmscript.errors import ScriptError as ScriptError
    from temstack.dmscript.host import HeadlessHost as HeadlessHost
    from temstack.dmscript.host import Host as Host
    from temstack.dmscript.running import ScriptRun as ScriptRun
    from temstack.dmscript.running import check_script as check_script
    from temstack.dmscript.running import run_script as run_script

_MODULE_OF = {
    "ScriptError": "errors",
    "HeadlessHost": "host",
    "Host": "host",
    "ScriptRun": "running",
    "check_script": "running",
    "run_script": "running",
}

__all__ = ["HeadlessHost", "Host", "ScriptError", "ScriptRun", "check_script", "run_script"]


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module 'temstack.dmscript' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"temstack.dmscript.{_MODULE_OF[name]}"), name)
