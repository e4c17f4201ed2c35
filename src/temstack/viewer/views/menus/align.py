"""The menu Align."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from temstack.errors import SettingError

if TYPE_CHECKING:
    from temstack.viewer.models.document import Document
    from temstack.viewer.views.align.window import AlignWindow
    from temstack.viewer.views.main_window import MainWindow


def build(main: MainWindow) -> None:
    """Put the menu into the bar."""
    menu = main.menu("Align")
    main.add_action(
        "Align",
        "&Estimate drift (SDSD)…",
        lambda: _window(main).show_tab("preview"),
        keys="Ctrl+Shift+A",
        tip="Choose filters and estimator, and estimate where the specimen moved.",
    )
    main.add_action(
        "Align",
        "&Check alignment…",
        lambda: _window(main).show_tab("check"),
        keys="Ctrl+Shift+B",
        tip="Blink, difference, two colours; move planes by arrow keys.",
    )
    menu.addSeparator()
    needing_drift = [
        main.add_action("Align", text, _do(main, what), tip=tip)
        for text, what, tip in (
            ("&Apply drift", "apply", "Shift every plane once; the result gets its own window."),
            (
                "Apply drift to &another stack…",
                "apply_to_another",
                "For example to the raw planes of a filtered stack.",
            ),
        )
    ]
    main.add_action(
        "Align", "Align and a&dd…", _do(main, "align_and_add"), tip="The sum of all planes, drift taken out."
    )
    menu.addSeparator()
    main.add_action("Align", "&Load drift…", _do(main, "load_drift"), tip="Take a drift that was saved as text.")
    for text, what, tip in (
        ("&Save drift…", "save_drift", "Keep the drift as a text file; any spreadsheet opens it."),
        ("Export &report…", "write_report", "One page that shows how well it went."),
    ):
        needing_drift.append(main.add_action("Align", text, _do(main, what), tip=tip))
    menu.aboutToShow.connect(lambda: [action.setEnabled(_has_drift(main)) for action in needing_drift])


def _do(main: MainWindow, what: str) -> Callable[[], object]:
    """Return what calls a method of the Align window of the stack in front."""
    return lambda: getattr(_window(main), what)()


def _window(main: MainWindow) -> AlignWindow:
    from temstack.viewer.views.align.window import align_window

    return align_window(main, _document(main))


def _document(main: MainWindow) -> Document:
    """Return the stack whose window, or whose Align window, is in front."""
    open_one = _open_window(main)
    document = open_one.document if open_one is not None else main.desk.active
    if document is None:
        raise SettingError("align", "needs a stack", got="nothing open", advice="open one first")
    return document


def _open_window(main: MainWindow) -> AlignWindow | None:
    """Return the Align window in front, or that of the stack in front."""
    from temstack.viewer.views.align.window import AlignWindow

    front = main.front_window()
    shown = None if front is None else front.widget()
    if isinstance(shown, AlignWindow):
        return shown
    widgets = [window.widget() for window in main.windows()]
    return next((w for w in widgets if isinstance(w, AlignWindow) and w.document is main.desk.active), None)


def _has_drift(main: MainWindow) -> bool:
    window = _open_window(main)
    return window is not None and window.aligning.drift is not None
