"""Messages on the socket: a line of JSON and raw pixels behind it.

::

    4 bytes   TSM1
    uint32    length of the JSON, little-endian
    uint64    length of the pixels
    JSON      UTF-8; "arrays" lists type and shape of the arrays that follow
    pixels    the arrays, C order, little-endian, one after the other
"""

from __future__ import annotations

import json
import socket
import struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

from temstack.errors import ConnectionLostError

_HEAD = struct.Struct("<4sIQ")
_MAGIC = b"TSM1"
_LONGEST_JSON = 1 << 20
_LONGEST_PIXELS = 1 << 32

Message = dict[str, Any]
Arrays = list[NDArray[Any]]


def send(connection: socket.socket, message: Message, arrays: Arrays | None = None) -> None:
    """Send one message and the arrays it speaks of."""
    buffers = [_as_sent(array) for array in arrays or []]
    if buffers:
        message = {**message, "arrays": [[array.dtype.str, list(array.shape)] for array in buffers]}
    text = json.dumps(message).encode()
    connection.sendall(_HEAD.pack(_MAGIC, len(text), sum(array.nbytes for array in buffers)) + text)
    for array in buffers:
        connection.sendall(array.reshape(-1).view(np.uint8).data)


def receive(connection: socket.socket) -> tuple[Message, Arrays]:
    """Return the next message and its arrays, which belong to the caller.

    Raises
    ------
    ConnectionLostError
        If the other side ended, or does not speak this language.
    TimeoutError
        If nothing came within the socket's timeout.
    """
    magic, text_length, pixels_length = _HEAD.unpack(_exactly(connection, _HEAD.size))
    if magic != _MAGIC or text_length > _LONGEST_JSON or pixels_length > _LONGEST_PIXELS:
        raise ConnectionLostError("connection", "does not speak temstack's language", advice="check the port")
    message = json.loads(_exactly(connection, text_length))
    arrays = [_array_from(connection, dtype, shape) for dtype, shape in message.pop("arrays", [])]
    if sum(array.nbytes for array in arrays) != pixels_length:
        raise ConnectionLostError("connection", "is out of step", advice="connect again")
    return message, arrays


def _as_sent(array: NDArray[Any]) -> NDArray[Any]:
    little = array.dtype.newbyteorder("<")
    return np.ascontiguousarray(array, dtype=little)


def _array_from(connection: socket.socket, dtype: str, shape: list[int]) -> NDArray[Any]:
    kind = np.dtype(dtype)
    if kind.kind not in "buif" or not all(length >= 0 for length in shape):
        raise ConnectionLostError("connection", "sends no pixels", got=f"{dtype} {shape}", advice="check the port")
    if int(np.prod(shape, dtype=np.int64)) * kind.itemsize > _LONGEST_PIXELS:
        raise ConnectionLostError("connection", "sends too much at once", got=f"{dtype} {shape}")
    array = np.empty(shape, kind)
    _fill(connection, array.reshape(-1).view(np.uint8).data)
    return array.astype(kind.newbyteorder("="), copy=False)


def _exactly(connection: socket.socket, length: int) -> bytes:
    buffer = bytearray(length)
    _fill(connection, memoryview(buffer))
    return bytes(buffer)


def _fill(connection: socket.socket, rest: memoryview) -> None:
    while rest:
        count = connection.recv_into(rest)
        if count == 0:
            raise ConnectionLostError("connection", "was ended by the other side", advice="connect again")
        rest = rest[count:]
