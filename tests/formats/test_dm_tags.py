"""Every tag comes back as it was, and a damaged file is one sentence."""

from __future__ import annotations

import io
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from temstack.errors import (
    DamagedFileError,
    FormatError,
    InputMissingError,
    TemstackError,
    UnsupportedDataError,
)
from temstack.formats.dm import find_images, open_pixels, read_tags
from temstack.formats.dm.layout import NUMBERS, PixelBlock
from temstack.formats.dm.payload import decode, encode, size_of
from temstack.formats.dm.writing import PixelSource, lay_out, write_pieces
from temstack.stack.tags import OddGroup, RawTag, same_tags

WITHOUT_TEXT = [dtype for dtype in NUMBERS.values() if dtype != np.uint16]

scalars = st.sampled_from([dtype for dtype in NUMBERS.values() if dtype != np.bool_]).flatmap(
    lambda dtype: hnp.arrays(dtype, 1).map(lambda array: array[0])
)
arrays = st.one_of(
    st.sampled_from(WITHOUT_TEXT).flatmap(lambda dtype: hnp.arrays(dtype, st.integers(0, 5))),
    hnp.arrays(np.dtype([("f0", "<i2"), ("f1", "<f4"), ("f2", "?")]), st.integers(0, 4)),
)
leaves = st.one_of(
    scalars,
    st.booleans(),
    arrays,
    st.text(max_size=8),
    st.lists(st.one_of(scalars, st.booleans()), min_size=1, max_size=4).map(tuple),
    st.sampled_from([RawTag((8,), b"\x02"), RawTag((18, 3), b"old"), RawTag((20, 20, 2, 1, 2), bytes(4))]),
)
names = st.one_of(
    st.text(st.characters(max_codepoint=255), min_size=1, max_size=6), st.sampled_from(["a.b", "Data", "x:y"])
)
trees = st.recursive(
    leaves,
    lambda inside: st.one_of(
        st.dictionaries(names, inside, max_size=4),
        st.lists(inside, max_size=3),
        st.builds(
            OddGroup,
            st.lists(st.tuples(st.one_of(names, st.just("")), inside), max_size=3).map(tuple),
            st.integers(0, 255),
            st.integers(1, 255),
        ),
    ),
    max_leaves=10,
)


def file_of(tags: dict[str, Any], version: int) -> bytes:
    file = io.BytesIO()
    write_pieces(file, lay_out(tags, version, "test"))
    return file.getvalue()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("dm") / "file.dm4"


@settings(max_examples=120)
@given(tags=st.dictionaries(names, trees, max_size=4), version=st.sampled_from([3, 4]))
def test_any_tree_of_tags_survives(place: Path, tags: dict[str, Any], version: int) -> None:
    place.write_bytes(file_of(tags, version))
    assert same_tags(read_tags(place), tags)


@pytest.mark.parametrize(
    ("tag", "as_read"),
    [
        (5, np.int32(5)),
        (2**40, np.int64(2**40)),
        (2**63, np.uint64(2**63)),
        (2**70, str(2**70)),
        (0.5, np.float64(0.5)),
        (np.float16(0.5), np.float32(0.5)),
        (None, ""),
        (b"\x01\x02", np.array([1, 2], np.uint8)),
        (1 + 2j, (np.float64(1), np.float64(2))),
        (np.array([1 + 2j], np.complex64), np.array([(1, 2)], [("f0", "f4"), ("f1", "f4")])),
        (np.array([[1, 2], [3, 4]], np.int16), np.array([1, 2, 3, 4], np.int16)),
        (np.array([1, 2], ">i4"), np.array([1, 2], np.int32)),
        (np.array(["a", "b"]), "['a', 'b']"),
        (np.array([0x48, 0x69], np.uint16), "Hi"),
        (np.array([0xD800], np.uint16), np.array([0xD800], np.uint16)),
        ((), "()"),
        (("text", 1), "('text', 1)"),
    ],
)
def test_what_the_format_has_no_type_for_becomes_the_nearest(tag: Any, as_read: Any) -> None:
    assert same_tags(decode(*encode(tag)), as_read)


def test_names_beyond_latin_1_are_spelled_out(place: Path) -> None:
    place.write_bytes(file_of({"µm": 1, "α": 2}, 4))
    assert list(read_tags(place)) == ["µm", "\\u03b1"]


def test_the_pixels_are_described_and_not_read(place: Path) -> None:
    pixels = np.arange(6, dtype="<f4")
    source = PixelSource(6, (6,), 24, lambda: [pixels[:2], pixels[2:]])
    image = {"ImageData": {"Data": source, "Dimensions": [np.uint32(3), np.uint32(2)], "DataType": np.uint32(2)}}
    for version in (3, 4):
        place.write_bytes(file_of({"ImageList": [image], "After": "wards"}, version))
        tags = read_tags(place)
        block = tags["ImageList"][0]["ImageData"]["Data"]
        assert block == PixelBlock(block.offset, 6, (6,), 24)
        assert place.read_bytes()[block.offset :][:24] == pixels.tobytes()
        assert tags["After"] == "wards"
        (found,) = find_images(tags, "file")
        assert np.array_equal(open_pixels(place, found), pixels.reshape(2, 3))


def test_the_header_holds_the_length_of_the_root_group(place: Path) -> None:
    """As in files by DigitalMicrograph: all but the header and the eight zeros."""
    three, four = file_of({"a": 1}, 3), file_of({"a": 1}, 4)
    assert struct.unpack(">iIi", three[:12]) == (3, len(three) - 20, 1)
    assert struct.unpack(">iQi", four[:16]) == (4, len(four) - 24, 1)
    assert three.endswith(bytes(8))
    assert four.endswith(bytes(8))


def test_big_endian_payloads(place: Path) -> None:
    """As old Macintosh files have them."""
    data = bytearray(file_of({"a": np.int16(258), "b": (np.float32(1.5), np.int32(7)), "t": "eV"}, 3))
    data[8:12] = bytes(4)
    for little, big in [
        (np.int16(258).tobytes(), b"\x01\x02"),
        (np.array([1.5], "<f4").tobytes(), np.array([1.5], ">f4").tobytes()),
        (b"\x07\x00\x00\x00", b"\x00\x00\x00\x07"),
        ("eV".encode("utf-16-le"), "eV".encode("utf-16-be")),
    ]:
        at = data.rindex(little)
        data[at : at + len(big)] = big
    place.write_bytes(data)
    assert same_tags(read_tags(place), {"a": np.int16(258), "b": (np.float32(1.5), np.int32(7)), "t": "eV"})


def small_file(version: int) -> bytes:
    pixels = PixelSource(4, (2,), 8, lambda: [np.zeros(4, "<i2")])
    image = {
        "ImageData": {"Data": pixels, "DataType": np.uint32(1), "Dimensions": [np.uint32(2), np.uint32(2)]},
        "ImageTags": {"Name": "a", "Rect": (np.int16(1), np.int16(2)), "List": [True, np.array([1.0, 2.0])]},
    }
    return file_of({"ImageList": [image], "InImageMode": True}, version)


@pytest.mark.parametrize("version", [3, 4])
def test_truncated_anywhere(place: Path, version: int) -> None:
    whole = small_file(version)
    for length in range(len(whole) - 8):
        place.write_bytes(whole[:length])
        with pytest.raises(DamagedFileError) as caught:
            read_tags(place)
        message = str(caught.value)
        assert message.startswith(str(place))
        assert "is empty" in message or "is truncated or damaged: it ends inside" in message
        assert "\n" not in message


@pytest.mark.parametrize("version", [3, 4])
@pytest.mark.parametrize("byte", [0x00, 0x7F, 0xFF])
def test_one_wrong_byte_anywhere_is_read_or_refused(place: Path, version: int, byte: int) -> None:
    whole = small_file(version)
    for position in range(len(whole)):
        place.write_bytes(whole[:position] + bytes([byte]) + whole[position + 1 :])
        try:
            for image in find_images(read_tags(place), str(place)):
                open_pixels(place, image)
        except TemstackError as err:
            assert str(place) in str(err)  # noqa: PT017


@pytest.mark.parametrize("version", [3, 4])
@pytest.mark.parametrize("what", ["tags", "info", "items"])
def test_absurd_counts_neither_hang_nor_fill_the_memory(place: Path, version: int, what: str) -> None:
    data = bytearray(file_of({"a": np.arange(3.0)}, version))
    width = 4 if version == 3 else 8
    position = {
        "tags": data.index(b"\x01\x00") + 2,
        "info": data.index(b"%%%%") + 4,
        "items": data.index(b"%%%%") + 4 + 3 * width,
    }[what]
    data[position : position + width] = b"\xff" * width
    place.write_bytes(data)
    with pytest.raises(DamagedFileError, match=r"damaged|unknown"):
        read_tags(place)


def test_types_nested_without_end(place: Path) -> None:
    data = file_of({"a": RawTag((20,) * 5000 + (2,) + (1,) * 5000, bytes(2))}, 3)
    place.write_bytes(data)
    with pytest.raises(DamagedFileError, match="tag 'a' is of an unknown type"):
        read_tags(place)


def test_groups_nested_without_end(place: Path) -> None:
    header = struct.pack(">iIi", 3, 0, 1)
    place.write_bytes(header + struct.pack(">BBIBH", 1, 0, 1, 20, 0) * 5000)
    with pytest.raises(DamagedFileError, match="nested deeper than 64"):
        read_tags(place)
    tags: dict[str, Any] = {}
    for _ in range(70):
        tags = {"a": tags}
    with pytest.raises(UnsupportedDataError, match="nested too deeply"):
        file_of(tags, 4)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"Energy loss (eV)  counts\n", r"is no DM3 or DM4 file; got a file that starts with b'Ener'"),
        (b"\x00\x00\x00\x02" + bytes(100), "is no DM3 or DM4 file"),
        (struct.pack(">iIi", 3, 0, 7) + bytes(8), "the byte order is unknown at byte 12; got 7"),
        (struct.pack(">iIiBBI", 3, 0, 1, 0, 0, 0) + bytes(8), "holds no named tags"),
    ],
)
def test_what_is_no_dm_file(place: Path, content: bytes, message: str) -> None:
    place.write_bytes(content)
    with pytest.raises(DamagedFileError, match=message):
        read_tags(place)


def test_a_file_without_image(place: Path) -> None:
    place.write_bytes(file_of({"Some": "tags"}, 3))
    with pytest.raises(DamagedFileError, match="holds no image"):
        find_images(read_tags(place), str(place))


def test_no_file_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(InputMissingError, match="there is no such file"):
        read_tags(tmp_path / "missing.dm4")
    with pytest.raises(FormatError, match="is a folder"):
        read_tags(tmp_path)


def test_sizes_of_types() -> None:
    assert size_of((15, 0, 2, 0, 2, 0, 7)) == 10
    assert size_of((20, 15, 0, 2, 0, 6, 0, 6, 10)) == 80
    assert size_of((20, 20, 2, 3, 5)) == 30
    for info in ((), (1,), (15, 0), (15, 0, 2, 0, 2), (20, 2), (2, 2)):
        with pytest.raises(ValueError, match=r"^(\(|.)"):
            size_of(info)
