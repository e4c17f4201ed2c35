"""Entries of the menu Spectrum that work on the image in front: pick spectra, drag windows, profiles along lines."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from temstack.errors import SettingError
from temstack.viewer.models.live_map import Mode

if TYPE_CHECKING:
    from temstack.viewer.views.main_window import MainWindow
    from temstack.viewer.views.picker_view import PickerView
    from temstack.viewer.views.profile_view import ProfileView
    from temstack.viewer.views.stack_view import StackView


def build(main: MainWindow) -> None:
    """Put the entries into the menu."""
    menu = main.menu("Spectrum")
    menu.addSeparator()
    add = main.add_action
    add(
        "Spectrum",
        "&Spectrum picker",
        lambda: open_picker(image_in_front(main)),
        keys="Ctrl+P",
        tip="The spectra of all regions, as they are moved",
    )
    modes: tuple[tuple[str, Mode, str], ...] = (
        ("Energy &window, live", "window", "The image of a window dragged on the spectrum"),
        ("&Elemental map, live", "net", "The net map of two windows before an edge and one behind it"),
        ("&Jump ratio, live", "ratio", "The image behind an edge divided by that before it"),
    )
    for text, mode, tip in modes:
        add("Spectrum", text, partial(pick_with, main, mode), tip=tip)
    add(
        "Spectrum",
        "&Line profile",
        lambda: open_profile(image_in_front(main)),
        keys="Ctrl+Shift+L",
        tip="The profile along each line drawn on the image",
    )
    add(
        "Spectrum",
        "&Remove all regions",
        lambda: image_in_front(main).document.regions.clear(),
        tip="Of the image in front",
    )


def image_in_front(main: MainWindow) -> StackView:
    """Return the stack or image in front, also where a window that belongs to it is.

    Raises
    ------
    SettingError
        If there is none.
    """
    from temstack.viewer.views.stack_view import StackView

    front = main.front_window()
    widget = front.widget() if front is not None else None
    view = getattr(widget, "view", None)
    if isinstance(view, StackView):
        return view
    document = main.desk.active
    shown = main.view(document) if document is not None else None
    if not isinstance(shown, StackView):
        raise SettingError("this", "needs an image or a stack in front", advice="click its window first")
    return shown


def pick_with(main: MainWindow, mode: Mode) -> PickerView:
    """Open the picker with windows whose image follows them."""
    picker = open_picker(image_in_front(main))
    picker.set_mode(mode)
    return picker


def open_picker(view: StackView) -> PickerView:
    """Open the spectrum picker of a stack view; its plots are loaded now, not at the start of the program."""
    from temstack.viewer.views import picker_view

    return picker_view.open_picker(view)


def open_profile(view: StackView) -> ProfileView:
    """Open the profiles along the lines drawn on a view."""
    from temstack.viewer.views import profile_view

    return profile_view.open_profile(view)
