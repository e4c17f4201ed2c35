"""Workspaces: pages of windows. Without a screen all images stand on every page."""

# ruff: noqa: D103 - what a function does stands in its declaration

from __future__ import annotations

from temstack.dmscript.context import Run
from temstack.dmscript.desk import Workspace
from temstack.dmscript.errors import ScriptRuntimeError
from temstack.dmscript.signatures import builtin

_FAMILY = "workspaces"


def _workspace(run: Run, number: float) -> Workspace:
    found = next((one for one in run.desk.workspaces if one.id == int(number)), None)
    if found is None:
        raise ScriptRuntimeError(f"there is no workspace with id {number:g}")
    return found


@builtin("number WorkspaceGetCount()", family=_FAMILY, help="Number of workspaces.")
def count(run: Run) -> float:
    return float(len(run.desk.workspaces))


@builtin("number WorkspaceGetActive()", family=_FAMILY, help="Id of the one on the screen.")
def get_active(run: Run) -> float:
    return float(run.desk.active_workspace.id)


@builtin("void WorkspaceSetActive(number id)", family=_FAMILY, help="Bring one to the screen.", throws=True)
def set_active(run: Run, number: float) -> None:
    run.desk.active_workspace = _workspace(run, number)


@builtin("number WorkspaceAdd(number index)", family=_FAMILY, help="New workspace at this place; returns its id.")
def add(run: Run, index: float) -> float:
    places = run.desk.workspaces
    made = Workspace(f"Workspace {len(places) + 1}")
    places.insert(int(index) if 0 <= index < len(places) else len(places), made)
    return float(made.id)


@builtin("number WorkspaceGetIndex(number id)", family=_FAMILY, help="Its place; -1 if there is none of this id.")
def get_index(run: Run, number: float) -> float:
    return next((float(index) for index, one in enumerate(run.desk.workspaces) if one.id == int(number)), -1.0)


@builtin("number WorkspaceGetID(number index)", family=_FAMILY, help="The id of the one at a place.", throws=True)
def get_id(run: Run, index: float) -> float:
    if not 0 <= index < len(run.desk.workspaces):
        raise ScriptRuntimeError(f"there is no workspace {index:g}; there are {len(run.desk.workspaces)}")
    return float(run.desk.workspaces[int(index)].id)


@builtin("string WorkspaceGetName(number id)", family=_FAMILY, help='Its name; "" if there is none of this id.')
def get_name(run: Run, number: float) -> str:
    return next((one.name for one in run.desk.workspaces if one.id == int(number)), "")


@builtin("void WorkspaceSetName(number id, string name)", family=_FAMILY, help="Set its name.", throws=True)
def set_name(run: Run, number: float, name: str) -> None:
    _workspace(run, number).name = name


@builtin(
    "void WorkspaceArrange(number id, number style, number order)",
    family=_FAMILY,
    help="Put its windows side by side.",
    throws=True,
)
def arrange(run: Run, number: float, style: float, order: float) -> None:
    _workspace(run, number)
    windows = list(dict.fromkeys(run.window(run.document(image)) for image in run.shown))
    columns = max(1, int(len(windows) ** 0.5 + 0.999))
    for index, window in enumerate(windows):
        width, height = window.size
        window.position = (index % columns * width, index // columns * height)
