"""Windows of images, texts and dialogs, and workspaces; without a screen they remember where they were put."""

# ruff: noqa: D103 - what a function does stands in its declaration

from __future__ import annotations

from temstack.dmscript.builtins.documents import document_at
from temstack.dmscript.context import Run
from temstack.dmscript.displays import ImageDocument
from temstack.dmscript.errors import ScriptRuntimeError
from temstack.dmscript.images import Image
from temstack.dmscript.references import NULL, Reference
from temstack.dmscript.signatures import builtin
from temstack.dmscript.windows import DocumentWindow, TextWindow, Window

_FAMILY = "windows"
_AREA = ("t", "l", "b", "r")
_SCREEN = (1920.0, 1080.0)


# --- which ------------------------------------------------------------------------------------


def _all(run: Run) -> list[Window]:
    """Return all windows on the screen, the front one first; texts lie before images."""
    images = [run.window(run.document(image)) for image in reversed(run.shown)]
    return [*reversed(run.text_windows), *dict.fromkeys(images)]


@builtin("documentwindow ImageDocumentGetWindow(imagedocument document)", family=_FAMILY, help="Its window.")
def get_window(run: Run, document: ImageDocument) -> Window:
    return run.window(document)


@builtin(
    "imagedocument ImageWindowGetImageDocument(documentwindow window)",
    family=_FAMILY,
    help="The document in a window; not valid if it shows no image.",
)
def get_document(run: Run, window: Window) -> object:
    return window.document if isinstance(window, DocumentWindow) else NULL


@builtin("documentwindow GetDocumentWindow(number index)", family=_FAMILY, help="A window; 0 is in front.", throws=True)
def window_at(run: Run, index: float) -> Window:
    found = _all(run)
    if 0 <= index < len(found):
        return found[int(index)]
    return run.window(document_at(run, index))


@builtin("documentwindow GetDocumentWindowByTitle(string title)", family=_FAMILY, help="A window; not valid if none.")
def window_by_title(run: Run, title: str) -> object:
    return next((window for window in _all(run) if window.title == title), NULL)


@builtin("number CountDocumentWindows()", family=_FAMILY, help="Number of windows on the screen.")
def count_windows(run: Run) -> float:
    return float(len(_all(run)))


@builtin(
    "number CountDocumentWindowsOfType(number type)", family=_FAMILY, help="Number of windows; 5 are images, 4 texts."
)
def count_windows_of_type(run: Run, kind: float) -> float:
    return float(sum(window.kind == kind for window in _all(run)))


# --- what a window is -------------------------------------------------------------------------


@builtin("number WindowIsValid(documentwindow window)", family=_FAMILY, help="Whether it is one.")
def is_valid(run: Run, window: object) -> float:
    return float(isinstance(window, Window))


@builtin("number WindowGetType(documentwindow window)", family=_FAMILY, help="5 image, 4 text, 6 dialog.")
def get_type(run: Run, window: Window) -> float:
    return float(window.kind)


@builtin("string WindowGetTitle(documentwindow window)", family=_FAMILY, help="Its title.")
def get_title(run: Run, window: Window) -> str:
    return window.title


@builtin("void WindowSetTitle(documentwindow window, string title)", family=_FAMILY, help="Set its title.")
def set_title(run: Run, window: Window, title: str) -> None:
    window.title = title


@builtin(
    "void WindowClose(documentwindow window, number ask)",
    "void WindowHide(documentwindow window)",
    family=_FAMILY,
    help="Take it off the screen.",
)
def close(run: Run, window: Window, ask: float = 0.0) -> None:
    window.hide(run)
    run.desk.listeners.tell(window, "window_closed", (0.0, window))


@builtin(
    "void WindowSelect(documentwindow window)",
    "void WindowShow(documentwindow window)",
    family=_FAMILY,
    help="Bring it to the front.",
)
def select(run: Run, window: Window) -> None:
    window.show(run)


@builtin(
    "number WindowIsShown(documentwindow window)",
    "number WindowIsOpen(documentwindow window)",
    family=_FAMILY,
    help="Whether it is on the screen.",
)
def is_shown(run: Run, window: Window) -> float:
    return float(isinstance(window, Window) and window.is_shown(run))


@builtin("void WindowUpdate(documentwindow window)", family=_FAMILY, help="Draw it again.")
def update(run: Run, window: Window) -> None:
    run.check()
    if isinstance(window, DocumentWindow):
        for image in window.document.images:
            if any(shown is image for shown in run.shown):
                run.host.show_image(image)


@builtin("number WindowGetViewState(documentwindow window)", family=_FAMILY, help="1 maximised, 2 minimised.")
def get_view_state(run: Run, window: Window) -> float:
    return window.view_state


@builtin(
    "void WindowSetViewState(documentwindow window, number state)", family=_FAMILY, help="1 maximised, 2 minimised."
)
def set_view_state(run: Run, window: Window, state: float) -> None:
    window.view_state = state


@builtin(
    "void WindowGetMousePosition(documentwindow window, number &x, number &y)",
    family=_FAMILY,
    help="Where the mouse is; without one the middle of the window.",
)
def get_mouse_position(run: Run, window: Window, x: Reference, y: Reference) -> None:
    x.set(window.size[0] // 2)
    y.set(window.size[1] // 2)


# --- where ------------------------------------------------------------------------------------


def _declare_place(part: str) -> None:
    @builtin(
        f"void WindowSet{part}Position(documentwindow window, number x, number y)",
        family=_FAMILY,
        help="Put it there.",
    )
    def set_position(run: Run, window: Window, x: float, y: float) -> None:
        window.position = (x, y)

    @builtin(
        f"void WindowGet{part}Position(documentwindow window, number &x, number &y)",
        family=_FAMILY,
        help="Where it was put.",
    )
    def get_position(run: Run, window: Window, x: Reference, y: Reference) -> None:
        x.set(window.position[0])
        y.set(window.position[1])

    @builtin(
        f"void WindowSet{part}Size(documentwindow window, number width, number height)",
        family=_FAMILY,
        help="Make it so large.",
    )
    def set_size(run: Run, window: Window, width: float, height: float) -> None:
        window.size = (width, height)

    @builtin(
        f"void WindowGet{part}Size(documentwindow window, number &width, number &height)",
        family=_FAMILY,
        help="How large it is.",
    )
    def get_size(run: Run, window: Window, width: Reference, height: Reference) -> None:
        width.set(window.size[0])
        height.set(window.size[1])

    wanted = ", ".join(f"number &{name}" for name in _AREA)
    given = ", ".join(f"number {name}" for name in _AREA)

    @builtin(f"void WindowGet{part}Bounds(documentwindow window, {wanted})", family=_FAMILY, help="Where it lies.")
    def get_bounds(run: Run, window: Window, *area: Reference) -> None:
        for reference, value in zip(area, window.bounds, strict=True):
            reference.set(value)

    @builtin(f"void WindowSet{part}Bounds(documentwindow window, {given})", family=_FAMILY, help="Put it there.")
    def set_bounds(run: Run, window: Window, *area: float) -> None:
        window.bounds = (area[0], area[1], area[2], area[3])


for _part in ("Frame", "Content"):
    _declare_place(_part)


def _window_of(run: Run, img: Image) -> Window:
    return run.window(run.document(img))


@builtin("void SetWindowPosition(image img, number x, number y)", family=_FAMILY, help="Put its window there.")
def set_window_position(run: Run, img: Image, x: float, y: float) -> None:
    _window_of(run, img).position = (x, y)


@builtin("void GetWindowPosition(image img, number &x, number &y)", family=_FAMILY, help="Where its window is.")
def get_window_position(run: Run, img: Image, x: Reference, y: Reference) -> None:
    x.set(_window_of(run, img).position[0])
    y.set(_window_of(run, img).position[1])


@builtin(
    "void SetWindowSize(image img, number width, number height)", family=_FAMILY, help="Set the size of its window."
)
def set_window_size(run: Run, img: Image, width: float, height: float) -> None:
    _window_of(run, img).size = (width, height)


@builtin("void GetWindowSize(image img, number &width, number &height)", family=_FAMILY, help="Size of its window.")
def get_window_size(run: Run, img: Image, width: Reference, height: Reference) -> None:
    width.set(_window_of(run, img).size[0])
    height.set(_window_of(run, img).size[1])


@builtin(
    "void SetWindowBounds(image img, number t, number l, number b, number r)", family=_FAMILY, help="Put it there."
)
def set_window_bounds(run: Run, img: Image, *area: float) -> None:
    _window_of(run, img).bounds = (area[0], area[1], area[2], area[3])


@builtin(
    "void SetImagePositionWithinWindow(image img, number x, number y)",
    family=_FAMILY,
    help="Where in the window the picture begins.",
)
def set_position_within_window(run: Run, img: Image, x: float, y: float) -> None:
    from temstack.dmscript.displays import display_of

    display_of(img).move(y - display_of(img).rect[0], x - display_of(img).rect[1])


@builtin("void GetScreenSize(number &width, number &height)", family=_FAMILY, help="1920 × 1080 without a screen.")
def get_screen_size(run: Run, width: Reference, height: Reference) -> None:
    width.set(_SCREEN[0])
    height.set(_SCREEN[1])


# --- texts ------------------------------------------------------------------------------------


@builtin(
    "documentwindow NewScriptWindow(string title, number t, number l, number b, number r)",
    family=_FAMILY,
    help="New window for text.",
)
def new_script_window(run: Run, title: str, *area: float) -> TextWindow:
    made = TextWindow(title)
    made.bounds = (area[0], area[1], area[2], area[3])
    made.show(run)
    return made


@builtin(
    "documentwindow NewScriptWindowFromFile(string path)",
    family=_FAMILY,
    help="New window with the text of a file.",
    throws=True,
)
def new_window_from_file(run: Run, path: str) -> TextWindow:
    from temstack.dmscript.source import read_source
    from temstack.errors import InputMissingError

    place = run.host.path(path, writing=False)
    try:
        made = TextWindow(place.name, read_source(place).text)
    except InputMissingError:
        raise ScriptRuntimeError(f"there is no file {path!r}") from None
    made.path = str(place)
    made.show(run)
    return made


def _text_window(window: object) -> TextWindow:
    if not isinstance(window, TextWindow):
        raise ScriptRuntimeError("this window holds no text", got=repr(window), expected="one of NewScriptWindow")
    return window


@builtin("void EditorWindowAddText(documentwindow window, string text)", family=_FAMILY, help="Add text at its end.")
def add_text(run: Run, window: object, text: str) -> None:
    _text_window(window).text += text


@builtin("void EditorWindowSetText(documentwindow window, string text)", family=_FAMILY, help="Set its text.")
def set_text(run: Run, window: object, text: str) -> None:
    _text_window(window).text = text


@builtin("string EditorWindowGetText(documentwindow window)", family=_FAMILY, help="Its text.")
def get_text(run: Run, window: object) -> str:
    return _text_window(window).text


@builtin(
    "void EditorWindowSaveToFile(documentwindow window, string path)",
    family=_FAMILY,
    help="Write its text into a file.",
    throws=True,
)
def save_text(run: Run, window: object, path: str) -> None:
    place = run.host.path(path, writing=True)
    text = _text_window(window).text
    try:
        place.write_text(text, "utf-8")
    except OSError as err:
        raise ScriptRuntimeError(f"the text cannot be written to {path!r} ({err.strerror})") from None
    _text_window(window).path = str(place)


@builtin("string WindowGetCurrentFile(documentwindow window)", family=_FAMILY, help="The file of its document.")
def get_current_file(run: Run, window: Window) -> str:
    if isinstance(window, DocumentWindow):
        return window.document.path or ""
    return window.path if isinstance(window, TextWindow) else ""


@builtin("documentwindow GetFrontWindow()", family=_FAMILY, help="The window in front; not valid if there is none.")
def front_window(run: Run) -> object:
    return next(iter(_all(run)), NULL)
