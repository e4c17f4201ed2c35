"""Arrays whose chunks lie across the blocks that are wanted come out as they are, each chunk read once."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import dask.array as da
import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from temstack.stack import across
from temstack.stack.across import blocks_across, is_across


def joined(array: xr.DataArray, at_once: int, folder: Path | None = None) -> np.ndarray:
    whole = np.empty(array.shape, array.dtype)
    for start, block in blocks_across(array, at_once, folder=folder):
        assert len(block) <= at_once
        whole[start : start + len(block)] = block
    return whole


@settings(max_examples=40, deadline=None)
@given(
    chunks=st.tuples(*(st.lists(st.integers(1, 4), min_size=1, max_size=4) for _ in range(3))),
    at_once=st.integers(1, 20),
    dtype=st.sampled_from(["uint8", "bool", "float32", "complex64"]),
    tile=st.sampled_from([1, 100, 2**20]),
)
def test_every_pixel_comes_to_its_place(chunks: tuple[list[int], ...], at_once: int, dtype: str, tile: int) -> None:
    shape = [sum(sizes) for sizes in chunks]
    values = np.random.default_rng(1).integers(0, 200, shape).astype(dtype)
    array = xr.DataArray(da.from_array(values, chunks=tuple(map(tuple, chunks))), dims=("plane", "y", "x"))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(across, "_TILE_BYTES", tile)
        np.testing.assert_array_equal(joined(array, at_once), values)


def counted_stack() -> tuple[xr.DataArray, Counter[int]]:
    """A stack of 12 planes, turned so that they are columns, and how often each of them was read."""
    reads: Counter[int] = Counter()

    def read(block_info: dict[None, dict[str, tuple[int, ...]]]) -> np.ndarray:
        plane = block_info[None]["chunk-location"][0]
        reads[plane] += 1
        return np.full((1, 8, 8), plane, np.uint16)

    pixels = da.map_blocks(read, chunks=((1,) * 12, 8, 8), dtype=np.uint16, meta=np.empty((0, 0, 0), np.uint16))
    return xr.DataArray(pixels, dims=("plane", "y", "x")).transpose("x", "y", "plane"), reads


def test_chunks_are_read_once_and_the_pieces_are_gone_afterwards(tmp_path: Path) -> None:
    turned, reads = counted_stack()
    assert is_across(turned)
    whole = joined(turned, 2, tmp_path)
    assert (whole == np.arange(12)).all()
    assert set(reads.values()) == {1}
    assert not list(tmp_path.iterdir())


def test_without_room_for_the_pieces_chunks_are_read_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    turned, reads = counted_stack()
    usage = type("Usage", (), {"free": 10})
    monkeypatch.setattr("shutil.disk_usage", lambda _folder: usage)
    assert (joined(turned, 2, tmp_path) == np.arange(12)).all()
    assert set(reads.values()) == {4}
