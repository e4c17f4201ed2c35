"""How the window of a stack looks, as plain values: for sessions."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from temstack.errors import SettingError
from temstack.viewer.models.display import Settings
from temstack.viewer.models.links import KINDS

if TYPE_CHECKING:
    from temstack.viewer.views.stack_view import StackView


def state_of(view: StackView) -> dict[str, Any]:
    """Return how a window looks, in values that JSON can hold."""
    links, settings = view.main.desk.links, asdict(view.display.settings)
    if settings["limits"] is not None:
        settings["limits"] = list(settings["limits"])
    return {
        **settings,
        "area": None if view.pane.is_fitted else list(view.pane.area),
        "panels": not view.panels.isHidden(),
        "folded": view.panels.folded(),
        "axes": view.actions_of_view.axes.isChecked(),
        "scale_bar": view.actions_of_view.scale_bar.isChecked(),
        "linked": [kind for kind in KINDS if links.is_linked(kind, view.display)],
        "frames_per_second": view.planes.speed.value(),
        "play_mode": view.planes.mode.currentText(),
    }


def restore(view: StackView, state: dict[str, Any]) -> None:
    """Make a window look so; a state of another version, or of other data, is taken as far as it suits."""
    names = Settings.__dataclass_fields__
    settings = {name: value for name, value in state.items() if name in names}
    if settings.get("limits") is not None:
        settings["limits"] = tuple(settings["limits"])
    for name, value in settings.items():
        try:
            view.display.update(**{name: value})
        except (SettingError, TypeError, ValueError):
            continue  # a colour map that no longer exists must not keep the window from opening
    for name in ("axes", "scale_bar"):
        action = getattr(view.actions_of_view, name)
        if action.isChecked() != bool(state.get(name, True)):
            action.trigger()
    view.show_panels(bool(state.get("panels", True)))
    view.panels.fold(list(state.get("folded", [])))
    view.planes.speed.setValue(int(state.get("frames_per_second", view.planes.speed.value())))
    view.planes.mode.setCurrentIndex(max(0, view.planes.mode.findText(str(state.get("play_mode", "loop")))))
    if state.get("area"):
        left, top, width, height = (float(each) for each in state["area"])
        view.pane.show_area((left, top, width, height))
    for kind in state.get("linked", []):
        if kind in KINDS:
            view.main.desk.links.link(kind, view.display)
