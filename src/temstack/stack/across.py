"""Blocks of an array whose chunks lie across them, each chunk read once.

A new plane of a stack that is turned needs a little of every old one. Reading all old planes for each block of new ones
takes as many passes over the stack as there are blocks; here the stack is read once, cut up, and put down in a file on
the disk, piece by piece, from where each block is picked up again.
"""

from __future__ import annotations

import math
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from temstack.stack.progress import Progress, no_progress

_TILE_BYTES = 2**23
"""About so much is read at once, at least one chunk."""

Span = tuple[int, int]


def is_across(array: xr.DataArray) -> bool:
    """Return whether blocks along the first axis take a little of many chunks."""
    return array.chunks is not None and any(len(sizes) > 1 for sizes in array.chunks[1:])


def blocks_across(
    array: xr.DataArray,
    at_once: int,
    *,
    folder: Path | None = None,
    progress: Progress = no_progress,
    step: str = "turning the stack",
) -> Iterator[tuple[int, NDArray[Any]]]:
    """Yield an array in blocks along its first axis, with its index and not much more than a block in memory.

    Parameters
    ----------
    array : DataArray
        With dask pixels, in chunks of any shape.
    at_once : int
        Length of a block along the first axis; the last may be shorter.
    folder : Path, optional
        Where the pieces lie meanwhile, as large as the array; left out, where the system keeps temporary files. If
        there is no room, the chunks are read again for each block.
    progress : Progress
        Told while the pieces are put down, before the first block comes.
    step : str
        What it is told.

    Yields
    ------
    start : int
    block : array
    """
    beside = folder or Path(tempfile.gettempdir())
    if at_once >= len(array) or shutil.disk_usage(beside).free < 1.05 * array.nbytes:
        for start in range(0, len(array), at_once):
            yield start, _read_again(array, (start, min(start + at_once, len(array))))
        return
    with tempfile.TemporaryFile(dir=beside) as shelf:
        pieces = _put_down(array, at_once, shelf, progress, step)
        for number, start in enumerate(range(0, len(array), at_once)):
            yield start, _picked_up(array, (start, min(start + at_once, len(array))), pieces[number], shelf)


@dataclass(frozen=True, slots=True)
class _Piece:
    """What one tile has of one block: its place in the block, and where it lies in the file."""

    place: tuple[slice, ...]
    offset: int


def _put_down(array: xr.DataArray, at_once: int, shelf: IO[bytes], progress: Progress, step: str) -> list[list[_Piece]]:
    """Write the array tile by tile, cut where blocks begin; return the pieces of each block."""
    tiles = _tiles(array)
    pieces: list[list[_Piece]] = [[] for _ in range(0, len(array), at_once)]
    for done, tile in enumerate(tiles, 1):
        pixels = array.variable[tuple(slice(*span) for span in tile)].values
        (first, last), others = tile[0], tuple(slice(*span) for span in tile[1:])
        for block in range(first // at_once, (last - 1) // at_once + 1):
            start = block * at_once
            low, high = max(first, start), min(last, start + at_once)
            pieces[block].append(_Piece((slice(low - start, high - start), *others), shelf.tell()))
            shelf.write(np.ascontiguousarray(pixels[low - first : high - first]).reshape(-1).view(np.uint8).data)
        progress(step, done, len(tiles))
    return pieces


def _picked_up(array: xr.DataArray, planes: Span, pieces: list[_Piece], shelf: IO[bytes]) -> NDArray[Any]:
    block = np.empty((planes[1] - planes[0], *array.shape[1:]), array.dtype)
    for piece in pieces:
        part = np.empty_like(block[piece.place], order="C")
        shelf.seek(piece.offset)
        shelf.readinto(part.reshape(-1).view(np.uint8).data)  # type: ignore[attr-defined]
        block[piece.place] = part
    return block


def _tiles(array: xr.DataArray) -> list[tuple[Span, ...]]:
    """Return the chunks, or several neighbours together where they are small, as a span along each axis."""
    spans = [_edges(sizes) for sizes in array.chunks or ()]
    chunks = math.prod(len(each) for each in spans)
    together = max(1, _TILE_BYTES * chunks // max(array.nbytes, 1))
    for axis, along in enumerate(spans):
        groups = [along[k : k + together] for k in range(0, len(along), together)]
        spans[axis] = [(group[0][0], group[-1][1]) for group in groups]
        together = max(1, together // len(along))
    tiles: list[tuple[Span, ...]] = [()]
    for along in spans:
        tiles = [(*tile, span) for tile in tiles for span in along]
    return tiles


def _edges(sizes: tuple[int, ...]) -> list[Span]:
    stops = np.cumsum(sizes).tolist()
    return [(stop - size, stop) for stop, size in zip(stops, sizes, strict=True) if size]


def _read_again(array: xr.DataArray, planes: Span) -> NDArray[Any]:
    """Return some planes, a few of the chunks that they lie in at a time, never all of them twice."""
    block = np.empty((planes[1] - planes[0], *array.shape[1:]), array.dtype)
    for tile in _tiles(array.isel({array.dims[0]: slice(*planes)})):
        place = tuple(slice(*span) for span in tile)
        block[place] = array.variable[(slice(planes[0] + tile[0][0], planes[0] + tile[0][1]), *place[1:])].values
    return block
