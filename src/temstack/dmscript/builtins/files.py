"""Files and paths. Files are reached only where the host allows it."""

# ruff: noqa: D103 - what a function does stands in its declaration

from __future__ import annotations

from pathlib import Path
from typing import IO, Any

import numpy as np

from temstack.dmscript.context import Run
from temstack.dmscript.errors import ScriptRuntimeError
from temstack.dmscript.images import Image
from temstack.dmscript.references import Reference
from temstack.dmscript.signatures import builtin
from temstack.dmscript.tag_groups import TagGroup

ENCODINGS = ("utf-8", "cp1252", "latin-1")


class Stream:
    """An open file of a script."""

    dm_type = "stream"

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file

    def close(self) -> None:
        """Close the file."""
        self.file.close()


def _opened(run: Run, path: str, mode: str) -> float:
    """Open a file and return the number by which the script knows it."""
    place = run.host.path(path, writing=mode != "rb")
    try:
        stream = Stream(place.open(mode))
    except OSError as err:
        raise ScriptRuntimeError(f"file {path!r} cannot be opened ({err.strerror})") from None
    run.streams.append(stream)
    return float(len(run.streams))


def _stream(run: Run, number: float) -> IO[bytes]:
    if not 1 <= number <= len(run.streams) or run.streams[int(number) - 1].file.closed:
        raise ScriptRuntimeError(f"{number:g} is no open file")
    file: IO[bytes] = run.streams[int(number) - 1].file
    return file


@builtin("number OpenFileForReading(string path)", family="files", help="Open a file; returns its number.", throws=True)
def open_for_reading(run: Run, path: str) -> float:
    return _opened(run, path, "rb")


@builtin(
    "number CreateFileForWriting(string path)",
    family="files",
    help="New empty file; returns its number.",
    throws=True,
)
def create_for_writing(run: Run, path: str) -> float:
    return _opened(run, path, "wb")


@builtin(
    "number OpenFileForWriting(string path)",
    "number OpenFileForReadingAndWriting(string path)",
    family="files",
    help="Open a file that is there, or a new one; returns its number.",
    throws=True,
)
def open_for_writing(run: Run, path: str) -> float:
    place = run.host.path(path, writing=True)
    return _opened(run, path, "r+b" if place.exists() else "w+b")


@builtin("void CloseFile(number file)", family="files", help="Close a file.", throws=True)
def close_file(run: Run, number: float) -> None:
    _stream(run, number).close()


def _decoded(data: bytes) -> str:
    for encoding in ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


@builtin(
    "number ReadFileLine(number file, string &line)",
    family="files",
    help="Next line with its end; 0 at the end of the file.",
    throws=True,
)
def read_file_line(run: Run, number: float, line: Reference) -> float:
    data = _stream(run, number).readline()
    line.set(_decoded(data))
    return float(bool(data))


@builtin(
    "number ReadFileLine(number file, number encoding, string &line)",
    family="files",
    help="Next line with its end; 0 at the end of the file.",
    throws=True,
)
def read_file_line_encoded(run: Run, number: float, encoding: float, line: Reference) -> float:
    return read_file_line(run, number, line)


@builtin(
    "number ReadFile(number file, number count, string &text)",
    family="files",
    help="Next characters of a file; 0 at its end.",
    throws=True,
)
def read_file(run: Run, number: float, count: float, text: Reference) -> float:
    data = _stream(run, number).read(max(int(count), 0))
    text.set(_decoded(data))
    return float(bool(data))


@builtin(
    "void WriteFile(number file, string text)", family="files", help="Write text; no new line is added.", throws=True
)
def write_file(run: Run, number: float, text: str) -> None:
    _stream(run, number).write(text.encode("utf-8"))


@builtin(
    "void WriteFile(number file, number encoding, string text)",
    family="files",
    help="Write text; no new line is added.",
    throws=True,
)
def write_file_encoded(run: Run, number: float, encoding: float, text: str) -> None:
    write_file(run, number, text)


# --- folders ----------------------------------------------------------------------------------


@builtin("number DoesFileExist(string path)", family="files", help="Whether there is such a file.", throws=True)
def does_file_exist(run: Run, path: str) -> float:
    return float(run.host.path(path, writing=False).is_file())


@builtin("number DoesDirectoryExist(string path)", family="files", help="Whether there is such a folder.", throws=True)
def does_directory_exist(run: Run, path: str) -> float:
    return float(run.host.path(path, writing=False).is_dir())


@builtin("void CreateDirectory(string path)", family="files", help="New folder; its parent must be there.", throws=True)
def create_directory(run: Run, path: str) -> None:
    _try(run.host.path(path, writing=True).mkdir, path, "created")


@builtin("void CreateFile(string path)", family="files", help="New empty file.", throws=True)
def create_file(run: Run, path: str) -> None:
    _try(run.host.path(path, writing=True).touch, path, "created")


@builtin("void DeleteFile(string path)", family="files", help="Delete a file.", throws=True)
def delete_file(run: Run, path: str) -> None:
    _try(run.host.path(path, writing=True).unlink, path, "deleted")


def _try(work: Any, path: str, done: str) -> None:
    try:
        work()
    except OSError as err:
        raise ScriptRuntimeError(f"{path!r} cannot be {done} ({err.strerror})") from None


@builtin(
    "taggroup GetFilesInDirectory(string path, number which)",
    family="files",
    help='List of groups with the tag "Name"; which: 1 files, 2 folders, 3 both.',
    throws=True,
)
def get_files_in_directory(run: Run, path: str, which: float) -> TagGroup:
    place = run.host.path(path, writing=False)
    if not place.is_dir():
        raise ScriptRuntimeError(f"there is no folder {path!r}")
    found = TagGroup(is_list=True)
    for entry in sorted(place.iterdir()):
        if int(which) & (2 if entry.is_dir() else 1):
            group = TagGroup()
            group.set("Name", entry.name)
            found.insert(-1, group)
    return found


@builtin("string GetApplicationDirectory(number which, number create)", family="files", help="A folder of the program.")
def get_application_directory(run: Run, which: float, create: float) -> str:
    return _folder(run, "application")


@builtin("string GetApplicationDirectory(string which, number create)", family="files", help="A folder of the program.")
def get_named_application_directory(run: Run, which: str, create: float) -> str:
    return _folder(run, which)


@builtin(
    "number GetApplicationDirectory(string which, number create, string &path)",
    family="files",
    help="A folder of the program; returns whether there is one.",
)
def get_application_directory_into(run: Run, which: str, create: float, path: Reference) -> float:
    path.set(_folder(run, which))
    return 1.0


@builtin("string GetSpecialDirectory(number which)", family="files", help="A folder of the system.")
def get_special_directory(run: Run, which: float) -> str:
    return _folder(run, "special")


@builtin(
    "void SetApplicationDirectory(string which, number create, string path)",
    family="files",
    help="Use another folder of this name from now on.",
    throws=True,
)
def set_application_directory(run: Run, which: str, create: float, path: str) -> None:
    run.folders[which.lower()] = str(run.host.path(path, writing=False))


def _folder(run: Run, name: str) -> str:
    return run.folders.get(name.lower()) or str(run.host.folder(name))


# --- paths ------------------------------------------------------------------------------------


def _cut(path: str) -> tuple[str, str]:
    """Return folder, with its last separator, and name."""
    place = max(path.rfind("/"), path.rfind("\\")) + 1
    return path[:place], path[place:]


@builtin("string PathConcatenate(string folder, string name)", family="files", help="A path of a folder and a name.")
def path_concatenate(run: Run, folder: str, name: str) -> str:
    if not folder or folder[-1] in "/\\":
        return folder + name.lstrip("/\\") if folder else name
    separator = "\\" if "\\" in folder and "/" not in folder else "/"
    return folder + separator + name.lstrip("/\\")


@builtin(
    "string PathExtractDirectory(string path, number which)",
    family="files",
    help="The folder, with its last separator.",
)
def path_extract_directory(run: Run, path: str, which: float) -> str:
    return _cut(path)[0]


@builtin("string PathExtractFileName(string path, number which)", family="files", help="The name without the folder.")
def path_extract_file_name(run: Run, path: str, which: float) -> str:
    return _cut(path)[1]


@builtin(
    "string PathExtractBaseName(string path, number which)",
    family="files",
    help="The name without folder and extension.",
)
def path_extract_base_name(run: Run, path: str, which: float) -> str:
    name = _cut(path)[1]
    return name.rpartition(".")[0] or name


@builtin("string PathExtractExtension(string path, number which)", family="files", help="What follows the last dot.")
def path_extract_extension(run: Run, path: str, which: float) -> str:
    _, dot, extension = _cut(path)[1].rpartition(".")
    return extension if dot else ""


# --- images -----------------------------------------------------------------------------------


@builtin(
    "image OpenImage(string path)",
    "image ImageOpen(string path)",
    "image NewImageFromFile(string path)",
    family="files",
    help="The image, stack or spectrum in a file of any format that temstack reads.",
    throws=True,
)
def open_image(run: Run, path: str) -> Image:
    from temstack.dmscript.stacks import image_from_stack
    from temstack.errors import TemstackError
    from temstack.files import read

    place = _with_suffix(run.host.path(path, writing=False))
    try:
        stack = read(place)
    except TemstackError as err:
        raise ScriptRuntimeError(f"image {path!r} cannot be opened ({err})") from None
    image = image_from_stack(stack)
    image.name = image.name or place.stem
    image.source = str(place)
    return image


def _with_suffix(place: Path) -> Path:
    """Return the file meant: scripts leave out the extension."""
    if place.exists() or place.suffix:
        return place
    fitting = [place.with_name(place.name + suffix) for suffix in (".dm4", ".dm3", ".tif", ".tiff")]
    return next((other for other in fitting if other.exists()), place)


def save_image(run: Run, img: Image, path: str, suffix: str) -> None:
    """Write an image to a file; a path without a known extension gets *suffix*."""
    from temstack.dmscript.saving import write_image
    from temstack.formats.kinds import find_kind

    named = path if find_kind(Path(path)) is not None else path + suffix
    place = run.host.path(named, writing=True)
    write_image(img, place)
    img.source = str(place)


@builtin(
    "void SaveAsGatan(image img, string path)",
    "void SaveImage(image img, string path)",
    "void Save(image img, string path)",
    family="files",
    help="Write as DM4, or as the extension of the path says.",
    throws=True,
)
def save_as_gatan(run: Run, img: Image, path: str) -> None:
    save_image(run, img, path, ".dm4")


@builtin("void SaveAsGatan3(image img, string path)", family="files", help="Write as DM3.", throws=True)
def save_as_gatan3(run: Run, img: Image, path: str) -> None:
    save_image(run, img, path, ".dm3")


@builtin(
    "void SaveAsTiff(image img, string path, number asShown)",
    "void SaveAsTiff(image img, string path)",
    family="files",
    help="Write as TIFF; asShown is 1 for what is on the screen, 0 for the data, which is what is always written.",
    throws=True,
)
def save_as_tiff(run: Run, img: Image, path: str, as_shown: float = 0.0) -> None:
    save_image(run, img, path, ".tif")


@builtin("void SaveAsPNG(image img, string path)", family="files", help="Write a picture.", throws=True)
def save_as_png(run: Run, img: Image, path: str) -> None:
    save_image(run, img, path, ".png")


@builtin(
    "void ImageReadImageDataFromStream(image img, number file, number byteOrder, number binaryLayout)",
    family="files",
    help="Read pixels from an open file; byteOrder 2 is little-endian, 1 big-endian.",
    throws=True,
)
def read_pixels(run: Run, img: Image, number: float, order: float, layout: float) -> None:
    dtype = img.data.dtype.newbyteorder(">" if order == 1 else "<")
    data = _stream(run, number).read(img.data.nbytes)
    if len(data) < img.data.nbytes:
        raise ScriptRuntimeError(f"the file ends {img.data.nbytes - len(data)} bytes too early for image {img.name!r}")
    img.data[...] = np.frombuffer(data, dtype).reshape(img.data.shape)


@builtin(
    "void ImageWriteImageDataToStream(image img, number file, number byteOrder)",
    family="files",
    help="Write pixels to an open file; byteOrder 2 is little-endian, 1 big-endian.",
    throws=True,
)
def write_pixels(run: Run, img: Image, number: float, order: float) -> None:
    dtype = img.data.dtype.newbyteorder(">" if order == 1 else "<")
    _stream(run, number).write(np.ascontiguousarray(img.data, dtype).tobytes())
