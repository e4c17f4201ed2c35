"""Documents in which images are shown and saved."""

# ruff: noqa: D103 - what a function does stands in its declaration

from __future__ import annotations

from temstack.dmscript.builtins.files import save_image
from temstack.dmscript.context import Run
from temstack.dmscript.displays import ImageDisplay, ImageDocument, display_of
from temstack.dmscript.errors import ScriptRuntimeError
from temstack.dmscript.images import Image
from temstack.dmscript.references import NULL
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


@builtin(
    "imagedocument GetImageDocument(number index)",
    "imagedocument GetImageDocument(number index, number workspace)",
    family="documents",
    help="A document on show; 0 is in front.",
    throws=True,
)
def document_at(run: Run, index: float, workspace: float | None = None) -> ImageDocument:
    if not 0 <= index < len(run.shown):
        raise ScriptRuntimeError(f"there is no document {index:g}; {len(run.shown)} are shown")
    return run.document(run.shown[-1 - int(index)])


@builtin("imagedocument GetFrontImageDocument()", family="documents", help="The document in front.", throws=True)
def front_document(run: Run) -> ImageDocument:
    return run.document(run.front())


@builtin("imagedocument CreateImageDocument(string title)", family="documents", help="New document, still empty.")
def create_document(run: Run, title: str) -> ImageDocument:
    return ImageDocument(name=title)


@builtin(
    "number CountImageDocuments()",
    "number CountImageDocuments(number workspace)",
    family="documents",
    help="Number of documents on show.",
)
def count_documents(run: Run, workspace: float | None = None) -> float:
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
    document.name = name


@builtin("number ImageDocumentCountImages(imagedocument document)", family="documents", help="Number of its images.")
def count_images(run: Run, document: ImageDocument) -> float:
    return float(len(document.images))


@builtin(
    "image ImageDocumentGetImage(imagedocument document, number index)",
    family="documents",
    help="An image of it.",
    throws=True,
)
def get_image(run: Run, document: ImageDocument, index: float) -> Image:
    if not 0 <= index < len(document.images):
        raise ScriptRuntimeError(f"document {document.name!r} has no image {index:g}; it has {len(document.images)}")
    return document.images[int(index)]


@builtin("image ImageDocumentGetRootImage(imagedocument document)", family="documents", help="Its first image.")
def get_root_image(run: Run, document: ImageDocument) -> Image:
    return document.image


@builtin(
    "void ImageDocumentAddImage(imagedocument document, image img)", family="documents", help="Put an image into it."
)
def add_image(run: Run, document: ImageDocument, img: Image) -> None:
    if not any(other is img for other in document.images):
        document.images.append(img)
        run.adopt(document, img)


@builtin(
    "imagedisplay ImageDocumentAddImageDisplay(imagedocument document, image img, number type)",
    family="documents",
    help="Put an image into it, drawn as 1 picture, 3 or 4 line plot.",
)
def add_image_display(run: Run, document: ImageDocument, img: Image, kind: float) -> ImageDisplay:
    add_image(run, document, img)
    display = display_of(img)
    # 3 is the line plot of the display types, 4 that of SetDisplayType; scripts use both.
    display.type = {3: 4}.get(int(kind), int(kind))
    document.root.add(display)
    return display


@builtin("void ImageDocumentShow(imagedocument document)", family="documents", help="Show it in front.", throws=True)
def show(run: Run, document: ImageDocument) -> object:
    if not document.images:
        raise ScriptRuntimeError(f"document {document.name!r} holds no image to show")
    for image in document.images:
        run.show(image)
    return NULL


@builtin(
    "void ImageDocumentShowAtPosition(imagedocument document, number x, number y)",
    family="documents",
    help="Show it, and put its window there.",
)
def show_at_position(run: Run, document: ImageDocument, x: float, y: float) -> None:
    show(run, document)
    run.window(document).position = (x, y)


@builtin(
    "void ImageDocumentShowAtRect(imagedocument document, number t, number l, number b, number r)",
    family="documents",
    help="Show it in a window of that place and size.",
)
def show_at_rect(run: Run, document: ImageDocument, t: float, left: float, b: float, r: float) -> None:
    show(run, document)
    run.window(document).bounds = (t, left, b, r)


@builtin(
    "void ImageDocumentClose(imagedocument document, number ask)",
    "void ImageDocumentHide(imagedocument document)",
    family="documents",
    help="Take it off the screen.",
)
def close(run: Run, document: ImageDocument, ask: float = 0.0) -> None:
    for image in document.images:
        run.close(image)


@builtin(
    "imagedocument ImageDocumentClone(imagedocument document, number copiesImages)",
    family="documents",
    help="New document with the same images, or with copies of them.",
)
def clone(run: Run, document: ImageDocument, copies_images: float) -> ImageDocument:
    images = [image.clone() if copies_images else image for image in document.images]
    made = ImageDocument(*images, name=document.name)
    if copies_images:
        for image in images:
            run.adopt(made, image)
    return made


@builtin(
    "imagedocument ImageDocumentNullify(imagedocument document)",
    family="documents",
    help="A document that is not valid.",
)
def nullify(run: Run, document: object) -> object:
    return NULL


@builtin("imagedocument GetImageDocumentByID(number id)", family="documents", help="The document; not valid if none.")
def by_id(run: Run, number: float) -> object:
    return run.document_by_id(number) or NULL


@builtin("number ImageDocumentIsDirty(imagedocument document)", family="documents", help="Whether it has changed.")
def is_dirty(run: Run, document: ImageDocument) -> float:
    return float(document.is_changed)


@builtin("void CleanImage(image img)", family="documents", help="Count it as saved.")
def clean_image(run: Run, img: Image) -> None:
    run.document(img).is_changed = False


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
