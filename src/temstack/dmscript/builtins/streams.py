"""Streams: open files, or memory, with a place from which the next bytes come; and tags and pixels in them."""

# ruff: noqa: D103 - what a function does stands in its declaration

from __future__ import annotations

import io
import os
from typing import IO, Any

import numpy as np

from temstack.dmscript.builtins.files import ENCODINGS, Stream
from temstack.dmscript.context import Run
from temstack.dmscript.errors import ScriptRuntimeError
from temstack.dmscript.images import Image
from temstack.dmscript.references import Reference
from temstack.dmscript.signatures import builtin
from temstack.dmscript.tag_groups import MISSING, TagGroup

BIG_ENDIAN = 1
"""Byte order of a script that means the largest byte first; 0 (as the computer) and 2 are little-endian."""


def _file(stream: Any, what: str) -> IO[bytes]:
    if not isinstance(stream, Stream):
        raise ScriptRuntimeError(f"{what} needs a stream", got=repr(stream), advice="see NewStreamFromFileReference")
    if stream.file.closed:
        raise ScriptRuntimeError(f"{what}: the stream is closed")
    return stream.file


@builtin(
    "stream NewStreamFromFileReference(number file, number closesFile)",
    family="streams",
    help="The stream of an open file.",
    throws=True,
)
def new_stream_from_file(run: Run, number: float, closes: float) -> Stream:
    if not 1 <= number <= len(run.streams) or run.streams[int(number) - 1].file.closed:
        raise ScriptRuntimeError(f"{number:g} is no open file")
    stream: Stream = run.streams[int(number) - 1]
    return stream


@builtin("stream NewStreamFromBuffer(number size)", family="streams", help="A stream in memory, of zeros at first.")
def new_stream_from_buffer(run: Run, size: float) -> Stream:
    return Stream(io.BytesIO(bytes(max(int(size), 0))))


@builtin("number StreamIsValid(stream file)", family="streams", help="Whether it can be used.")
def stream_is_valid(run: Run, stream: Any) -> float:
    return float(isinstance(stream, Stream) and not stream.file.closed)


@builtin("number StreamGetPos(stream file)", family="streams", help="Where the next byte is, from 0.", throws=True)
def stream_get_pos(run: Run, stream: Any) -> float:
    return float(_file(stream, "StreamGetPos").tell())


@builtin(
    "void StreamSetPos(stream file, number base, number offset)",
    family="streams",
    help="Go to a byte: base 0 from the start, 1 from here, 2 from the end.",
    throws=True,
)
def stream_set_pos(run: Run, stream: Any, base: float, offset: float) -> None:
    file = _file(stream, "StreamSetPos")
    if base not in (0, 1, 2):
        raise ScriptRuntimeError(f"StreamSetPos from base {base:g}", expected="0 start, 1 here, 2 end")
    start = (0, file.tell(), _size(file))[int(base)]
    if start + offset < 0:
        raise ScriptRuntimeError(f"StreamSetPos to byte {start + offset:g}", expected="0 or more")
    file.seek(int(start + offset))


def _size(file: IO[bytes]) -> int:
    here = file.tell()
    size = file.seek(0, os.SEEK_END)
    file.seek(here)
    return size


@builtin("number StreamGetSize(stream file)", family="streams", help="Its bytes.", throws=True)
def stream_get_size(run: Run, stream: Any) -> float:
    return float(_size(_file(stream, "StreamGetSize")))


@builtin(
    "void StreamSetSize(stream file, number size)", family="streams", help="Make it longer or shorter.", throws=True
)
def stream_set_size(run: Run, stream: Any, size: float) -> None:
    _file(stream, "StreamSetSize").truncate(max(int(size), 0))


@builtin("void StreamClose(stream file)", family="streams", help="Close it.", throws=True)
def stream_close(run: Run, stream: Any) -> None:
    _file(stream, "StreamClose").close()


# --- text -------------------------------------------------------------------------------------


def _decoded(data: bytes) -> str:
    for encoding in ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


@builtin(
    "string StreamReadAsText(stream file, number encoding, number count)",
    family="streams",
    help="Text of the next bytes.",
    throws=True,
)
def read_as_text(run: Run, stream: Any, encoding: float, count: float) -> str:
    wanted = int(min(count, 2**62)) if count == count else 0
    return _decoded(_file(stream, "StreamReadAsText").read(max(wanted, 0)))


@builtin(
    "number StreamReadTextLine(stream file, number encoding, string &line)",
    family="streams",
    help="Next line with its end; 0 at the end of the stream.",
    throws=True,
)
def read_text_line(run: Run, stream: Any, encoding: float, line: Reference) -> float:
    data = _file(stream, "StreamReadTextLine").readline()
    line.set(_decoded(data))
    return float(bool(data))


@builtin(
    "void StreamWriteAsText(stream file, number encoding, string text)",
    family="streams",
    help="Write text; no new line is added.",
    throws=True,
)
def write_as_text(run: Run, stream: Any, encoding: float, text: str) -> None:
    _file(stream, "StreamWriteAsText").write(text.encode("utf-8"))


# --- pixels -----------------------------------------------------------------------------------


@builtin(
    "void ImageReadImageDataFromStream(image img, stream file, number byteOrder)",
    "void ImageReadImageDataFromStream(image img, number file, number byteOrder)",
    family="streams",
    help="Read pixels; byteOrder 1 is big-endian, 0 and 2 little-endian.",
    throws=True,
)
def read_pixels(run: Run, img: Image, stream: Any, order: float) -> None:
    file = _file(_by_number(run, stream), "ImageReadImageDataFromStream")
    data = file.read(img.data.nbytes)
    if len(data) < img.data.nbytes:
        raise ScriptRuntimeError(f"the stream ends {img.data.nbytes - len(data)} bytes too early for {img.name!r}")
    img.data[...] = np.frombuffer(data, _ordered(img.data.dtype, order)).reshape(img.data.shape)


@builtin(
    "void ImageWriteImageDataToStream(image img, stream file, number byteOrder)",
    family="streams",
    help="Write pixels; byteOrder 1 is big-endian, 0 and 2 little-endian.",
    throws=True,
)
def write_pixels(run: Run, img: Image, stream: Any, order: float) -> None:
    file = _file(_by_number(run, stream), "ImageWriteImageDataToStream")
    file.write(np.ascontiguousarray(img.data, _ordered(img.data.dtype, order)).tobytes())


def _by_number(run: Run, stream: Any) -> Any:
    return new_stream_from_file(run, stream, 0) if isinstance(stream, float | int) else stream


def _ordered(dtype: np.dtype[Any], order: float) -> np.dtype[Any]:
    return dtype.newbyteorder(">" if order == BIG_ENDIAN else "<")


# --- tags -------------------------------------------------------------------------------------


@builtin(
    "void TagGroupWriteTagDataToStream(taggroup tags, string path, stream file, number byteOrder)",
    family="streams",
    help="Write the bytes of a tag's value; of text its characters.",
    throws=True,
)
def write_tag(run: Run, tags: TagGroup, path: str, stream: Any, order: float) -> None:
    _file(stream, "TagGroupWriteTagDataToStream").write(_tag_bytes(_existing(tags, path), path, order))


def _existing(tags: TagGroup, path: str) -> Any:
    value = tags.find(path)
    if value is MISSING or isinstance(value, TagGroup):
        raise ScriptRuntimeError(f"there is no tag with a value: {path!r}")
    return value


def _tag_bytes(value: Any, path: str, order: float) -> bytes:
    if isinstance(value, str):
        return value.encode("utf-8")
    fields = value if isinstance(value, tuple) else (value,)
    parts = [np.asarray(np.uint8(field) if isinstance(field, bool) else field) for field in fields]
    if any(part.dtype.kind not in "iufcb" for part in parts):
        raise ScriptRuntimeError(f"the tag {path!r} has no plain bytes")
    return b"".join(part.astype(_ordered(part.dtype, order)).tobytes() for part in parts)


@builtin(
    "void TagGroupReadTagDataFromStream(taggroup tags, string path, stream file, number byteOrder)",
    family="streams",
    help="Read the value of a tag that is there, in its type.",
    throws=True,
)
def read_tag(run: Run, tags: TagGroup, path: str, stream: Any, order: float) -> None:
    value = _existing(tags, path)
    file = _file(stream, "TagGroupReadTagDataFromStream")
    data = file.read(len(_tag_bytes(value, path, order)))
    tags.set(path, _tag_value(data, value, order))


def _tag_value(data: bytes, like: Any, order: float) -> Any:
    """Return bytes as a value of the type of another."""
    if isinstance(like, str):
        return _decoded(data)
    if isinstance(like, bool):
        return bool(data[0]) if data else False
    fields, place = [], 0
    for field in like if isinstance(like, tuple) else (like,):
        dtype = np.asarray(field).dtype
        piece = data[place : place + np.asarray(field).nbytes]
        if len(piece) < np.asarray(field).nbytes:
            raise ScriptRuntimeError("the stream ends within the value of a tag")
        values = np.frombuffer(piece, _ordered(dtype, order)).astype(dtype)
        fields.append(values.reshape(np.shape(field)) if np.ndim(field) else values[0])
        place += len(piece)
    return tuple(fields) if isinstance(like, tuple) else fields[0]
