"""A recording keeps every acknowledged plane, shows itself while it runs, and goes on after any end."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

from temstack.errors import OutputExistsError, SettingError, StackError, StorageError
from temstack.stack import check_stack, counts, label_stack
from temstack.store import create_recording, open_stack, reopen_recording

ENERGIES = np.array([480.0, 485.0, 532.5, 600.0])


def planned(dtype: str = "uint16", shape: tuple[int, int] = (6, 8), **attrs: Any) -> xr.DataArray:
    return label_stack(
        np.zeros((4, *shape), dtype),
        "energy_loss",
        plane_values=ENERGIES,
        pixel_size=0.5,
        pixel_units="nm",
        per_plane={
            "exposure_s": (np.full(4, np.nan), "s"),
            "scale": np.ones(4),
            "retakes": np.zeros(4, dtype=np.int64),
            "dark_id": np.full(4, -1),
            "is_recorded": np.zeros(4, dtype=bool),
            "label": np.array(["a", "b", "c", "d"]),
        },
        title="O-K",
        **attrs,
    )


def frame(number: int, dtype: str = "uint16", shape: tuple[int, int] = (6, 8)) -> np.ndarray:
    return np.random.default_rng(number).integers(0, 30000, shape).astype(dtype)


def as_xarray_sees(path: Path) -> xr.Dataset:
    return xr.open_zarr(path, consolidated=False)


@pytest.mark.parametrize("dtype", ["uint16", "int16", ">u2", "uint8", "int32", "float32"])
def test_what_was_recorded_comes_back_bit_by_bit(tmp_path: Path, dtype: str) -> None:
    path = tmp_path / "a.zarr"
    with create_recording(path, planned(np.dtype(dtype).newbyteorder("<").str)) as recording:
        for index in (2, 0, 3, 1):
            plane = frame(index, np.dtype(dtype).newbyteorder("<").str)
            recording.write_plane(index, plane, {"exposure_s": 0.5 * index, "scale": 2.0**-index, "retakes": index})
    stack = check_stack(open_stack(path))
    assert stack.attrs["state"] == "complete"
    for index in range(4):
        np.testing.assert_array_equal(stack[index].values, frame(index, stack.dtype.str))
    assert stack.exposure_s.values.tolist() == [0, 0.5, 1, 1.5]
    assert stack.scale.values.tolist() == [1, 0.5, 0.25, 0.125]
    assert stack.retakes.values.tolist() == [0, 1, 2, 3]
    assert stack.label.values.tolist() == ["a", "b", "c", "d"]
    assert stack.energy_loss.values.tolist() == ENERGIES.tolist()
    assert stack.is_recorded.values.all()


def test_everyone_can_look_while_it_runs(tmp_path: Path) -> None:
    path = tmp_path / "a.zarr"
    recording = create_recording(path, planned())
    recording.write_plane(1, frame(1), {"exposure_s": 0.25, "scale": 0.5})
    dataset = as_xarray_sees(path)
    assert dataset.is_recorded.values.tolist() == [False, True, False, False]
    assert dataset.exposure_s.values[1] == 0.25
    np.testing.assert_array_equal(dataset.pixels.values[1], frame(1))
    assert not dataset.pixels.values[[0, 2, 3]].any()
    stack = recording.stack()
    assert stack.attrs["state"] == "recording"
    np.testing.assert_array_equal(counts(stack).values[1], frame(1) * 0.5)
    recording.close()
    assert open_stack(path).attrs["state"] == "partial"


def test_the_position_may_be_what_was_really_reached(tmp_path: Path) -> None:
    times = label_stack(np.zeros((3, 2, 2), "uint16"), "time", plane_values=[0, 10, 20], plane_units="s")
    with create_recording(tmp_path / "a.zarr", times) as recording:
        for index, time in enumerate((0.0, 10.3, 20.1)):
            recording.write_plane(index, frame(index, shape=(2, 2)), {"time": time})
    assert open_stack(tmp_path / "a.zarr").time.values.tolist() == [0.0, 10.3, 20.1]


def test_a_spectrum_image_is_recorded_plane_by_plane(tmp_path: Path) -> None:
    image = planned().transpose("y", "x", "energy_loss")
    with create_recording(tmp_path / "a.zarr", image) as recording:
        for index in range(4):
            recording.write_plane(index, frame(index), {"scale": 1.0 + index})
    again = open_stack(tmp_path / "a.zarr")
    assert again.dims == ("y", "x", "energy_loss")
    np.testing.assert_array_equal(again.values, np.stack([frame(i) for i in range(4)], axis=-1))


def test_a_retake_replaces_pixels_and_values(tmp_path: Path) -> None:
    with create_recording(tmp_path / "a.zarr", planned()) as recording:
        recording.write_plane(0, frame(1), {"exposure_s": 4.0})
        futures = [recording.submit_plane(0, frame(n), {"exposure_s": n}) for n in (5, 6, 7)]
        assert [future.result() for future in futures] == [0, 0, 0]
        assert as_xarray_sees(tmp_path / "a.zarr").exposure_s.values[0] == 7.0
    stack = open_stack(tmp_path / "a.zarr")
    np.testing.assert_array_equal(stack[0].values, frame(7))
    assert stack.exposure_s.values[0] == 7
    assert stack.attrs["state"] == "partial"
    assert not list((tmp_path / "a.zarr" / "pixels").glob(".*take*"))


def test_many_planes_at_once_from_a_fast_camera(tmp_path: Path) -> None:
    stack = label_stack(np.zeros((50, 6, 8), "uint16"), per_plane={"exposure_s": np.zeros(50)})
    with create_recording(tmp_path / "a.zarr", stack) as recording:
        futures = [recording.submit_plane(n, frame(n), {"exposure_s": n / 8}) for n in range(50)]
        assert {future.result() for future in futures} == set(range(50)) == recording.recorded
    again = open_stack(tmp_path / "a.zarr")
    np.testing.assert_array_equal(again.values, np.stack([frame(n) for n in range(50)]))
    np.testing.assert_array_equal(again.exposure_s.values, np.arange(50) / 8)


# --- how it ends, and goes on ------------------------------------------------------------------------


def test_the_log_and_the_reason_are_kept(tmp_path: Path) -> None:
    recording = create_recording(tmp_path / "a.zarr", planned())
    recording.note("plane 0, 480 eV: saturated, taken again with 1/4 → 0.1 s")
    assert open_stack(tmp_path / "a.zarr").attrs["log"] == ["plane 0, 480 eV: saturated, taken again with 1/4 → 0.1 s"]
    recording.note("second")
    recording.finish("failed", "camera 'CCD': reports a hardware error")
    attrs = open_stack(tmp_path / "a.zarr").attrs
    assert (attrs["state"], attrs["state_reason"]) == ("failed", "camera 'CCD': reports a hardware error")
    assert attrs["log"] == ["plane 0, 480 eV: saturated, taken again with 1/4 → 0.1 s", "second"]
    with pytest.raises(StorageError, match="the recording has ended"):
        recording.write_plane(0, frame(0))


def test_an_error_in_the_block_is_how_it_ended(tmp_path: Path) -> None:
    def record() -> None:
        with create_recording(tmp_path / "a.zarr", planned()) as recording:
            recording.write_plane(3, frame(3))
            raise RuntimeError("the beam is gone")

    with pytest.raises(RuntimeError):
        record()
    stack = open_stack(tmp_path / "a.zarr")
    assert (stack.attrs["state"], stack.attrs["state_reason"]) == ("failed", "the beam is gone")
    assert stack.is_recorded.values.tolist() == [False, False, False, True]


def test_what_is_not_complete_is_not_called_so(tmp_path: Path) -> None:
    recording = create_recording(tmp_path / "a.zarr", planned())
    with pytest.raises(SettingError, match="4 of 4 planes are missing"):
        recording.finish("complete")
    assert open_stack(tmp_path / "a.zarr").attrs["state"] == "partial"


@pytest.mark.parametrize("end", ["partial", "failed", "died"])
def test_it_goes_on_where_it_stopped(tmp_path: Path, end: str) -> None:
    path = tmp_path / "a.zarr"
    recording = create_recording(path, planned(series={"kind": "eftem"}))
    recording.write_plane(0, frame(0), {"exposure_s": 1.0})
    recording.write_plane(1, frame(9), {"exposure_s": 9.0})
    recording.write_plane(1, frame(1), {"exposure_s": 2.0})
    recording.note("first part")
    recording.close() if end == "died" else recording.finish(end)
    again = reopen_recording(path)
    assert again.recorded == {0, 1}
    assert again.attrs["series"] == {"kind": "eftem"}
    assert open_stack(path).attrs["state"] == "recording"
    again.note("second part")
    for index in (2, 3):
        again.write_plane(index, frame(index), {"exposure_s": index + 1.0})
    again.write_plane(0, frame(8), {"exposure_s": 8.0})
    again.finish("complete")
    stack = open_stack(path)
    np.testing.assert_array_equal(stack.values, np.stack([frame(n) for n in (8, 1, 2, 3)]))
    assert stack.exposure_s.values.tolist() == [8, 2, 3, 4]
    assert stack.attrs["log"] == ["first part", "second part"]
    with pytest.raises(SettingError, match="is complete; there is nothing left to record"):
        reopen_recording(path)


def test_only_one_records_at_a_time(tmp_path: Path) -> None:
    recording = create_recording(tmp_path / "a.zarr", planned())
    with pytest.raises(StorageError, match="a series is being recorded into it at this moment"):
        reopen_recording(tmp_path / "a.zarr")
    with pytest.raises(StorageError, match="a series is being recorded into it at this moment"):
        create_recording(tmp_path / "a.zarr", planned(), overwrite=True)
    recording.close()
    recording.close()
    reopen_recording(tmp_path / "a.zarr").close()


def test_a_damaged_plane_is_not_taken_for_recorded(tmp_path: Path) -> None:
    path = tmp_path / "a.zarr"
    recording = create_recording(path, planned())
    for index in range(3):
        recording.write_plane(index, frame(index))
    recording.close()
    file = path / "pixels" / "c.1.0.0"
    data = bytearray(file.read_bytes())
    data[-1] ^= 1
    file.write_bytes(data)
    again = reopen_recording(path)
    assert again.recorded == {0, 2}
    again.close()
    assert as_xarray_sees(path).is_recorded.values.tolist() == [True, False, True, False]
    assert not open_stack(path).values[1].any()


@pytest.mark.parametrize("cut", [1, 2, 20])
def test_a_torn_last_line_costs_only_what_was_not_acknowledged(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "a.zarr"
    recording = create_recording(path, planned())
    for index in range(2):
        recording.write_plane(index, frame(index))
    recording.close()
    journal = path / "pixels" / "journal"
    journal.write_bytes(journal.read_bytes()[:-cut])
    assert open_stack(path).is_recorded.values.tolist() == [True, False, False, False]
    again = reopen_recording(path)
    assert again.recorded == {0}
    again.write_plane(2, frame(2))
    again.close()
    assert open_stack(path).is_recorded.values.tolist() == [True, False, True, False]


def test_wrong_planes_are_refused_before_they_are_written(tmp_path: Path) -> None:
    with create_recording(tmp_path / "a.zarr", planned()) as recording:
        with pytest.raises(StackError, match=r"plane 4: is not part of the series; expected 0 to 3"):
            recording.write_plane(4, frame(0))
        with pytest.raises(StackError, match=r"got \(8, 6\) uint16; expected \(6, 8\) uint16"):
            recording.write_plane(0, frame(0).T)
        with pytest.raises(StackError, match="float64"):
            recording.write_plane(0, frame(0).astype(float))
        with pytest.raises(SettingError, match="has no such per-plane value; got 'exposure'"):
            recording.write_plane(0, frame(0), {"exposure": 1.0})
        with pytest.raises(SettingError, match=r"plane 0: retakes: does not fit; got 1\.5"):
            recording.write_plane(0, frame(0), {"retakes": 1.5})
        assert recording.recorded == frozenset()


def test_what_is_there_is_not_overwritten_unasked(tmp_path: Path) -> None:
    create_recording(tmp_path / "a.zarr", planned()).finish("partial")
    with pytest.raises(OutputExistsError):
        create_recording(tmp_path / "a.zarr", planned())
    create_recording(tmp_path / "a.zarr", planned("int32"), overwrite=True).finish("partial")
    assert open_stack(tmp_path / "a.zarr").dtype == np.int32


def test_a_store_that_was_not_recorded_cannot_go_on(tmp_path: Path) -> None:
    from temstack.store import write_stack

    write_stack(planned(), tmp_path / "a.zarr")
    with pytest.raises(SettingError, match="is not a recording"):
        reopen_recording(tmp_path / "a.zarr")


# --- references --------------------------------------------------------------------------------------


@pytest.mark.parametrize("dims", [("energy_loss", "y", "x"), ("y", "x", "energy_loss")])
def test_planes_are_seen_corrected_and_kept_raw(tmp_path: Path, dims: tuple[str, ...]) -> None:
    path = tmp_path / "a.zarr"
    gain = np.linspace(0.9, 1.1, 48, dtype=np.float32).reshape(6, 8)
    darks = [np.full((6, 8), 100.25, np.float32), np.full((6, 8), 250.5, np.float32)]
    with create_recording(path, planned(processing="gain_normalized").transpose(*dims), gain=gain) as recording:
        ids = [recording.add_dark(dark, exposure_s=1.0 + n, time=5e8) for n, dark in enumerate(darks)]
        for index, dark_id in enumerate((ids[1], ids[0], -1)):
            recording.write_plane(index, frame(index), {"dark_id": dark_id})
        live = recording.stack().transpose("energy_loss", "y", "x")
        np.testing.assert_allclose(live.values[0], (frame(0) - darks[1]) / gain, rtol=1e-6)
    raw = open_stack(path, raw=True).transpose("energy_loss", "y", "x")
    assert raw.dtype == np.uint16
    np.testing.assert_array_equal(raw.values[0], frame(0))
    seen = open_stack(path)
    assert seen.dims == dims
    seen = seen.transpose("energy_loss", "y", "x")
    assert seen.dtype == np.float32
    np.testing.assert_allclose(seen.values[0], (frame(0) - darks[1]) / gain, rtol=1e-6)
    np.testing.assert_allclose(seen.values[1], (frame(1) - darks[0]) / gain, rtol=1e-6)
    np.testing.assert_array_equal(seen.values[2], frame(2))
    assert not seen.values[3].any()
    assert as_xarray_sees(path).dark_exposure_s.values[:2].tolist() == [1.0, 2.0]


def test_dark_references_survive_an_interruption(tmp_path: Path) -> None:
    path = tmp_path / "a.zarr"
    recording = create_recording(path, planned(processing="dark_subtracted"))
    assert recording.add_dark(np.full((6, 8), 7, np.float32), exposure_s=1.0, time=0.0) == 0
    recording.write_plane(0, frame(0), {"dark_id": 0})
    recording.close()
    again = reopen_recording(path)
    assert again.add_dark(np.full((6, 8), 9, np.float32), exposure_s=2.0, time=0.0) == 1
    again.write_plane(1, frame(1), {"dark_id": 1})
    again.finish("partial")
    stack = open_stack(path)
    np.testing.assert_array_equal(stack.values[0], frame(0).astype(np.float32) - 7)
    np.testing.assert_array_equal(stack.values[1], frame(1).astype(np.float32) - 9)


# --- full disks --------------------------------------------------------------------------------------


def test_a_full_disk_costs_one_plane_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.zarr"
    recording = create_recording(path, planned())
    recording.write_plane(0, frame(0), {"exposure_s": 1.0})
    real = os.write

    def full(handle: int, data: Any) -> int:
        real(handle, bytes(data)[:3])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(StorageError, match=r"the disk is full; free some space or choose another disk"):
        recording.write_plane(1, frame(1))
    with pytest.raises(StorageError, match="the disk is full"):
        recording.note("no room for this")
    monkeypatch.undo()
    assert not list((path / "pixels").glob(".*take*"))
    recording.write_plane(2, frame(2))
    recording.finish("failed", "the disk is full")
    stack = open_stack(path)
    assert stack.is_recorded.values.tolist() == [True, False, True, False]
    np.testing.assert_array_equal(stack.values[2], frame(2))


@pytest.mark.parametrize(("call", "number"), [(n, (errno.ENOSPC, errno.EIO)[n % 2]) for n in range(1, 13)])
def test_whichever_write_fails_nothing_acknowledged_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: int, number: int
) -> None:
    path = tmp_path / "a.zarr"
    recording = create_recording(path, planned())
    recording.write_plane(0, frame(0), {"exposure_s": 1.0})
    calls = {"left": call}

    def failing(real: Any) -> Any:
        def function(*args: Any) -> Any:
            calls["left"] -= 1
            if calls["left"] == 0:
                raise OSError(number, os.strerror(number))
            return real(*args)

        return function

    for name in ("write", "fsync", "replace"):
        monkeypatch.setattr(os, name, failing(getattr(os, name)))
    acknowledged = {0: 0}
    for index, content in ((1, 1), (0, 10), (2, 2)):
        try:
            recording.write_plane(index, frame(content), {"exposure_s": 1.0 + content})
        except StorageError:
            continue
        acknowledged[index] = content
    monkeypatch.undo()
    recording.close()
    for open_again in (open_stack, lambda p: (reopen_recording(p).close(), open_stack(p))[1]):
        stack = open_again(path)
        for index, content in acknowledged.items():
            possible = [frame(content)] if index else [frame(content), frame(10)]
            assert stack.is_recorded.values[index]
            assert any(np.array_equal(stack.values[index], one) for one in possible)
            if np.array_equal(stack.values[index], frame(content)):
                assert stack.exposure_s.values[index] == 1.0 + content


_LIMITED = """
import resource, signal, sys
import numpy as np
from temstack.stack import label_stack
from temstack.store import create_recording
from temstack.errors import StorageError
stack = label_stack(np.zeros((3, 512, 512), "uint16"))
recording = create_recording(sys.argv[1], stack)
recording.write_plane(0, np.zeros((512, 512), "uint16"))
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    recording.write_plane(1, np.random.default_rng(0).integers(0, 65536, (512, 512)).astype("uint16"))
except StorageError as err:
    print(err)
recording.write_plane(2, np.zeros((512, 512), "uint16"))
recording.finish("failed", "no room")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows limits no file sizes")
def test_a_limit_on_the_size_of_files_is_one_sentence(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _LIMITED, str(tmp_path / "a.zarr")], capture_output=True, text=True, check=True
    )
    assert "the file would be larger than is allowed here" in done.stdout
    assert open_stack(tmp_path / "a.zarr").is_recorded.values.tolist() == [True, False, True]


# --- death at any moment -----------------------------------------------------------------------------

_RECORDER = """
import sys
import numpy as np
from temstack.stack import label_stack
from temstack.store import create_recording
count = 150
stack = label_stack(np.zeros((count, 64, 64), "uint16"), per_plane={"exposure_s": np.zeros(count)})
recording = create_recording(sys.argv[1], stack)
def plane(n):
    return np.random.default_rng(n).integers(0, 4096, (64, 64)).astype("uint16")
for n in range(count):
    future = recording.submit_plane(n, plane(n), {"exposure_s": n / 4})
    future.add_done_callback(lambda done: print(done.result(), flush=True))
    if n % 7 == 3:
        recording.submit_plane(n - 2, plane(n - 2), {"exposure_s": (n - 2) / 4})
recording.finish("complete")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL on Windows")
@pytest.mark.parametrize("after", [1, 40])
def test_after_a_kill_every_acknowledged_plane_is_there(tmp_path: Path, after: int) -> None:
    path = tmp_path / "a.zarr"
    child = subprocess.Popen([sys.executable, "-c", _RECORDER, str(path)], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    acknowledged = {int(child.stdout.readline()) for _ in range(after)}
    child.send_signal(signal.SIGKILL)
    acknowledged |= {int(line) for line in child.stdout.read().splitlines() if line}
    child.stdout.close()
    assert child.wait() == -signal.SIGKILL
    dataset = as_xarray_sees(path)
    again = reopen_recording(path)
    assert acknowledged <= again.recorded
    again.close()
    stack = open_stack(path).load()
    for index in acknowledged:
        plane = np.random.default_rng(index).integers(0, 4096, (64, 64)).astype("uint16")
        np.testing.assert_array_equal(stack.values[index], plane)
        assert stack.exposure_s.values[index] == index / 4
    seen = set(np.flatnonzero(dataset.is_recorded.values).tolist())
    assert len(acknowledged - seen) <= 1  # a retake of one plane may have been under way


def test_a_reader_in_another_thread_never_sees_half_a_plane(tmp_path: Path) -> None:
    path = tmp_path / "a.zarr"
    recording = create_recording(path, planned())
    ended, faults = threading.Event(), []

    def look() -> None:
        while not ended.is_set():
            dataset = as_xarray_sees(path)
            recorded = dataset.is_recorded.values
            for index in np.flatnonzero(recorded):
                pixels = dataset.pixels.values[index]
                if not any(np.array_equal(pixels, frame(int(index) + 100 * n)) for n in range(4)):
                    faults.append(int(index))

    reader = threading.Thread(target=look)
    reader.start()
    for n in range(4):
        for index in range(4):
            recording.write_plane(index, frame(index + 100 * n), {"exposure_s": n})
    ended.set()
    reader.join()
    recording.finish("complete")
    assert not faults


def test_no_stray_file_is_left_and_none_disturbs_zarr(tmp_path: Path) -> None:
    path = tmp_path / "a.zarr"
    with create_recording(path, planned()) as recording:
        for index in range(4):
            recording.write_plane(index, frame(index))
    found = sorted(file.name for file in (path / "pixels").iterdir())
    assert found == ["c.0.0.0", "c.1.0.0", "c.2.0.0", "c.3.0.0", "journal", "zarr.json"]
    assert json.loads((path / "zarr.json").read_text())["zarr_format"] == 3
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.zarr"]
