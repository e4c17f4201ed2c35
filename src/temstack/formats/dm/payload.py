"""The value of one tag: from its bytes to what stands for it in memory, and back to the same bytes."""

from __future__ import annotations

from typing import Any

import numpy as np

from temstack.formats.dm.layout import ARRAY, CODES, NUMBERS, STRING, STRUCT, TEXT_ITEM, struct_dtype
from temstack.stack.tags import RawTag, Tag


def size_of(info: tuple[int, ...]) -> int:
    """Return how many bytes a payload takes.

    Parameters
    ----------
    info : tuple of int
        Its type as in :mod:`~temstack.formats.dm.layout`.

    Raises
    ------
    ValueError
        If `info` describes nothing.

    Examples
    --------
    >>> size_of((20, 15, 0, 2, 0, 6, 0, 6, 10))
    80
    """
    size, rest = _size_of_first(info)
    if rest:
        raise ValueError(info)
    return size


def _size_of_first(info: tuple[int, ...]) -> tuple[int, tuple[int, ...]]:
    """Return the size of the first type that `info` describes, and the numbers that are left."""
    code, rest = (info[0], info[1:]) if info else (0, ())
    if code in NUMBERS:
        return NUMBERS[code].itemsize, rest
    if code == STRING and rest:
        return rest[0], rest[1:]
    if code == STRUCT and len(rest) >= 2 and len(rest) >= 2 + 2 * rest[1]:
        fields = rest[2 : 2 + 2 * rest[1]]
        sizes = [_size_of_first((field,))[0] for field in fields[1::2]]
        return rest[0] + sum(fields[::2]) + sum(sizes), rest[2 + 2 * rest[1] :]
    if code == ARRAY:
        item, rest = _size_of_first(rest)
        if rest:
            return item * rest[0], rest[1:]
    raise ValueError(info)


def decode(info: tuple[int, ...], data: bytes, *, is_little_endian: bool = True) -> Tag:
    r"""Return what stands for a payload in memory.

    Parameters
    ----------
    info : tuple of int
        Its type.
    data : bytes
        The payload.
    is_little_endian : bool
        Byte order of the payload.

    Returns
    -------
    tag
        One of the kinds in :mod:`temstack.stack.tags`; a ``RawTag`` if any other would lose something.

    Examples
    --------
    >>> decode((20, 4, 2), b"e\0V\0")
    'eV'
    """
    dtype = _dtype_of(info[1:-1] if info[0] == ARRAY else info)
    if dtype is None or dtype.itemsize == 0:
        return RawTag(info, data)
    items = np.frombuffer(data, dtype.newbyteorder("<" if is_little_endian else ">")).astype(dtype)
    tag = _from_items(info, items)
    # A Boolean of 2, say, has no counterpart: whatever is not given back bit by bit is kept as it is.
    if encode(tag) == (info, items.tobytes()):
        return tag
    return RawTag(info, data)


def _dtype_of(item: tuple[int, ...]) -> np.dtype[Any] | None:
    if len(item) == 1:
        return NUMBERS.get(item[0])
    return struct_dtype(item) if item and item[0] == STRUCT else None


def _from_items(info: tuple[int, ...], items: np.ndarray[Any, Any]) -> Tag:
    if info[0] != ARRAY:
        return _from_item(items[0])
    if info[1:-1] == (TEXT_ITEM,):
        try:
            return items.tobytes().decode("utf-16-le")
        except UnicodeDecodeError:  # numbers, not text
            return items
    return items


def _from_item(item: Any) -> Tag:
    if item.dtype.names:
        return tuple(_from_item(item[name]) for name in item.dtype.names)
    return bool(item) if item.dtype == bool else item


def encode(tag: Tag) -> tuple[tuple[int, ...], bytes]:
    r"""Return the type and the payload of a tag.

    What DigitalMicrograph has no type for is written as the nearest that it has: a plain ``int`` as the
    shortest whole number from int32 up, ``float`` as float64, complex numbers as structures of two numbers,
    ``None`` as empty text, bytes as an array of uint8, other arrays flat, anything else as its text.

    Examples
    --------
    >>> encode(np.float32(1))
    ((6,), b'\x00\x00\x80?')
    """
    if isinstance(tag, RawTag):
        return tag.info, tag.data
    if isinstance(tag, str):
        data = tag.encode("utf-16-le", "surrogatepass")
        return (ARRAY, TEXT_ITEM, len(data) // 2), data
    if isinstance(tag, tuple):
        return _encode_struct(tag)
    if isinstance(tag, np.ndarray):
        return _encode_array(tag)
    if isinstance(tag, (bool, int, float, complex, np.generic)):
        return _encode_number(tag)
    return encode("" if tag is None else np.frombuffer(tag, np.uint8) if isinstance(tag, bytes) else str(tag))


def _encode_number(tag: Any) -> tuple[tuple[int, ...], bytes]:
    number = tag if isinstance(tag, (bool, np.generic)) else _smallest(tag)
    if isinstance(number, str):
        return encode(number)
    array = np.asarray(number)
    if array.dtype.kind == "c":
        return _encode_struct((array.real[()], array.imag[()]))
    nearest = _nearest(array)
    if nearest is None:
        return encode(str(tag))
    return (CODES[nearest.dtype],), nearest.tobytes()


def _smallest(number: complex) -> Any:
    if not isinstance(number, int):
        return np.asarray(number)[()]
    for dtype in (np.int32, np.int64, np.uint64):
        if np.iinfo(dtype).min <= number <= np.iinfo(dtype).max:
            return dtype(number)
    return str(number)


def _nearest(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any] | None:
    """Return numbers in a type that the format has, little-endian; None if they are no numbers."""
    native = array.astype(array.dtype.newbyteorder("="))
    if native.dtype in CODES:
        return native.astype(native.dtype.newbyteorder("<"))
    if native.dtype.kind == "f":
        return native.astype("<f4" if native.dtype.itemsize < 4 else "<f8")
    return None


def _encode_struct(fields: tuple[Any, ...]) -> tuple[tuple[int, ...], bytes]:
    encoded = [_encode_number(field) for field in fields if isinstance(field, (bool, int, float, np.generic))]
    if not fields or len(encoded) < len(fields) or any(len(info) > 1 for info, _ in encoded):
        return encode(str(fields))
    info = (STRUCT, 0, len(fields), *(number for field, _ in encoded for number in (0, *field)))
    return info, b"".join(data for _, data in encoded)


def _encode_array(array: np.ndarray[Any, Any]) -> tuple[tuple[int, ...], bytes]:
    flat = array.ravel()
    if flat.dtype.kind == "c":
        part = np.dtype(f"<f{4 if flat.dtype.itemsize <= 8 else 8}")
        flat = flat.astype(f"<c{2 * part.itemsize}").view([("f0", part), ("f1", part)])
    if flat.dtype.names:
        return _encode_structs(flat)
    nearest = _nearest(flat)
    if nearest is None:
        return encode(str(array.tolist()))
    return (ARRAY, CODES[nearest.dtype], nearest.size), nearest.tobytes()


def _encode_structs(array: np.ndarray[Any, Any]) -> tuple[tuple[int, ...], bytes]:
    fields = [array.dtype[index] for index in range(len(array.dtype))]
    if any(field.newbyteorder("=") not in CODES for field in fields):
        return encode(str(array.tolist()))
    packed = np.dtype([(f"f{index}", field.newbyteorder("<")) for index, field in enumerate(fields)])
    codes = [CODES[field.newbyteorder("=")] for field in fields]
    info = (ARRAY, STRUCT, 0, len(codes), *(number for code in codes for number in (0, code)), array.size)
    return info, array.astype(packed).tobytes()
