"""Documents in which images are shown and saved, and their windows."""

# ruff: noqa: D103 - what a function does stands in its declaration

from __future__ import annotations

from temstack.dmscript.builtins.files import save_image
from temstack.dmscript.context import Run
from temstack.dmscript.displays import DocumentWindow, ImageDocument
from temstack.dmscript.errors import ScriptRuntimeError
from temstack.dmscript.images import Image, new_image
from temstack.dmscript.references import Reference
from temstack.dmscript.signatures import builtin


@builtin(
    "imagedocument ImageGetOrCreateImageDocument(image img)",
    "imagedocument GetImageDocument(image img)",
    "imagedocument ImageGetImageDocument(image img)",
    family="documents",
    help="The document of an image.",
)
def image_document(run: Run, img: Image) -> ImageDocument:
    return run.document(img)


@builtin("imagedocument GetImageDocument(number index)", family="documents", help="A document on show.", throws=True)
def document_at(run: Run, index: float) -> ImageDocument:
    if not 0 <= index < len(run.shown):
        raise ScriptRuntimeError(f"there is no document {index:g}; {len(run.shown)} are shown")
    return run.document(run.shown[-1 - int(index)])


@builtin("imagedocument GetFrontImageDocument()", family="documents", help="The document in front.", throws=True)
def front_document(run: Run) -> ImageDocument:
    return run.document(run.front())


@builtin("imagedocument CreateImageDocument(string title)", family="documents", help="New document, still empty.")
def create_document(run: Run, title: str) -> ImageDocument:
    return ImageDocument(new_image(title, 2, [1, 1]))


@builtin("number CountImageDocuments()", family="documents", help="Number of documents on show.")
def count_documents(run: Run) -> float:
    return float(len(run.shown))


@builtin("number ImageDocumentIsValid(imagedocument document)", family="documents", help="Whether it is one.")
def is_valid(run: Run, document: object) -> float:
    return float(isinstance(document, ImageDocument))


@builtin("number ImageDocumentGetID(imagedocument document)", family="documents", help="A number of its own.")
def get_id(run: Run, document: ImageDocument) -> float:
    return float(document.id)


@builtin("string ImageDocumentGetName(imagedocument document)", family="documents", help="Its title.")
def get_name(run: Run, document: ImageDocument) -> str:
    return document.name


@builtin("void ImageDocumentSetName(imagedocument document, string name)", family="documents", help="Set its title.")
def set_name(run: Run, document: ImageDocument, name: str) -> None:
    document.image.name = name


@builtin("number ImageDocumentCountImages(imagedocument document)", family="documents", help="Number of its images.")
def count_images(run: Run, document: ImageDocument) -> float:
    return 1.0


@builtin("image ImageDocumentGetImage(imagedocument document, number index)", family="documents", help="Its image.")
def get_image(run: Run, document: ImageDocument, index: float) -> Image:
    return document.image


@builtin("void ImageDocumentShow(imagedocument document)", family="documents", help="Show it in front.")
def show(run: Run, document: ImageDocument) -> None:
    run.show(document.image)


@builtin("void ImageDocumentClose(imagedocument document, number ask)", family="documents", help="Close it.")
def close(run: Run, document: ImageDocument, ask: float) -> None:
    run.close(document.image)


@builtin("void ImageDocumentClean(imagedocument document)", family="documents", help="Count it as saved.")
def clean(run: Run, document: ImageDocument) -> None:
    document.is_changed = False


@builtin(
    "void ImageDocumentSaveToFile(imagedocument document, string handler, string path)",
    family="documents",
    help='Write it; the handler is "Gatan Format", "TIFF Format"…',
    throws=True,
)
def save_to_file(run: Run, document: ImageDocument, handler: str, path: str) -> None:
    word = handler.lower()
    suffix = ".tif" if "tiff" in word else ".png" if "png" in word else ".dm3" if "3" in word else ".dm4"
    save_image(run, document.image, path, suffix)
    document.is_changed = False


# --- windows ----------------------------------------------------------------------------------


@builtin("documentwindow ImageDocumentGetWindow(imagedocument document)", family="documents", help="Its window.")
def get_window(run: Run, document: ImageDocument) -> DocumentWindow:
    return run.window(document)


@builtin(
    "documentwindow GetDocumentWindow(number index)", family="documents", help="A window; 0 is in front.", throws=True
)
def window_at(run: Run, index: float) -> DocumentWindow:
    return run.window(document_at(run, index))


@builtin("number WindowIsValid(documentwindow window)", family="documents", help="Whether it is one.")
def window_is_valid(run: Run, window: object) -> float:
    return float(isinstance(window, DocumentWindow))


@builtin("string WindowGetTitle(documentwindow window)", family="documents", help="Its title.")
def window_title(run: Run, window: DocumentWindow) -> str:
    return window.document.name


@builtin("void WindowClose(documentwindow window, number ask)", family="documents", help="Close it.")
def window_close(run: Run, window: DocumentWindow, ask: float) -> None:
    run.close(window.document.image)


@builtin("void WindowSelect(documentwindow window)", family="documents", help="Bring it to the front.")
def window_select(run: Run, window: DocumentWindow) -> None:
    run.show(window.document.image)


@builtin("void SetWindowPosition(image img, number x, number y)", family="documents", help="Kept for a screen.")
def set_window_position(run: Run, img: Image, x: float, y: float) -> None:
    run.window(run.document(img)).position = (x, y)


@builtin("void GetWindowPosition(image img, number &x, number &y)", family="documents", help="Where it was put.")
def get_window_position(run: Run, img: Image, x: Reference, y: Reference) -> None:
    position = run.window(run.document(img)).position
    x.set(position[0])
    y.set(position[1])


@builtin("void SetWindowSize(image img, number width, number height)", family="documents", help="Kept for a screen.")
def set_window_size(run: Run, img: Image, width: float, height: float) -> None:
    run.window(run.document(img)).size = (width, height)


@builtin("void GetWindowSize(image img, number &width, number &height)", family="documents", help="Its size.")
def get_window_size(run: Run, img: Image, width: Reference, height: Reference) -> None:
    size = run.window(run.document(img)).size
    width.set(size[0])
    height.set(size[1])


@builtin("void GetScreenSize(number &width, number &height)", family="documents", help="1920 × 1080 without a screen.")
def get_screen_size(run: Run, width: Reference, height: Reference) -> None:
    width.set(1920.0)
    height.set(1080.0)
