"""A microscope in another process: it outlives its clients, lets nobody else in, and says clearly when it is gone."""

from __future__ import annotations

import socket
import struct
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from temstack.errors import (
    ConnectionLostError,
    DeviceLimitError,
    DeviceTimeoutError,
    InstrumentError,
    NotSettledError,
    SettingError,
)
from temstack.instrument import Camera, Focus, connect
from temstack.instrument.remote.client import connect_to
from temstack.instrument.remote.server import MicroscopeServer
from temstack.instrument.remote.wire import receive, send
from temstack.instrument.simulated import SimulatedMicroscope
from temstack.testing.process import microscope_process


@pytest.fixture
def server():
    with (
        SimulatedMicroscope(seed=4, shape=(64, 96)) as microscope,
        MicroscopeServer(
            microscope, token="key", on_connection_lost=microscope.simulation.restore_connection
        ) as served,
    ):
        yield served


def test_the_same_frames_come_from_here_and_from_there(server: MicroscopeServer) -> None:
    here = SimulatedMicroscope(seed=4, shape=(64, 96))
    with connect_to(server.address, token="key", pictures=True) as there:
        assert isinstance(there.camera, Camera)
        assert isinstance(there.focus, Focus)
        for microscope in (here, there):
            microscope.energy_filter.set_energy_loss_ev(25.0)
        ours = here.camera.acquire(0.5, binning=(2, 4), readout_area=(0, 8, 40, 88))
        theirs = there.camera.acquire(0.5, binning=(2, 4), readout_area=(0, 8, 40, 88))
    assert np.array_equal(ours.pixels, theirs.pixels)
    assert theirs.pixels.dtype == ours.pixels.dtype
    assert np.array_equal(ours.truth.electrons, theirs.truth.electrons)
    assert (ours.exposure_s, ours.binning, ours.readout_area, ours.time) == (
        theirs.exposure_s,
        theirs.binning,
        theirs.readout_area,
        theirs.time,
    )
    assert ours.truth.drift_px == theirs.truth.drift_px


def test_errors_keep_their_kind_and_their_words(server: MicroscopeServer) -> None:
    with connect_to(server.address, token="key") as there:
        with pytest.raises(DeviceLimitError, match="defocus is out of range; got 1e\\+09 nm; expected -20000 to"):
            there.focus.set_defocus_nm(1e9)
        with pytest.raises(SettingError, match="processing: is unknown; got 'raw'"):
            there.camera.acquire(0.1, processing="raw")
        there.simulation.arm("energy_filter:does_not_settle")
        with pytest.raises(NotSettledError, match="did not settle within 30 s at 50 eV"):
            there.energy_filter.set_energy_loss_ev(50.0)
        assert there.energy_filter.set_energy_loss_ev(50.0) == 50.0


def test_a_lost_connection_is_reported_once_and_made_again(server: MicroscopeServer) -> None:
    with connect_to(server.address, token="key") as there:
        there.focus.set_defocus_nm(70.0)
        there.simulation.arm("focus:connection_lost")
        with pytest.raises(ConnectionLostError, match=r"is gone during focus\.set_defocus_nm"):
            there.focus.set_defocus_nm(90.0)
        assert there.focus.defocus_nm == 70.0


def test_only_who_knows_the_key_is_let_in(server: MicroscopeServer) -> None:
    with pytest.raises(InstrumentError, match="does not know this key"):
        connect_to(server.address, token="another")
    with socket.create_connection(("127.0.0.1", server.port)) as line:
        send(line, {"id": 0, "device": "focus", "name": "defocus_nm", "arguments": [], "options": []})
        assert "error" in receive(line)[0]
        assert line.recv(1) == b""


@pytest.mark.parametrize(
    "junk", [b"GET / HTTP/1.1\r\n\r\n" * 4, struct.pack("<4sIQ", b"TSM1", 1 << 30, 0), b"TSM1", b"\0" * 64]
)
def test_junk_does_not_stop_the_server(server: MicroscopeServer, junk: bytes) -> None:
    with socket.create_connection(("127.0.0.1", server.port)) as line:
        line.sendall(junk)
    with connect_to(server.address, token="key") as there:
        assert there.focus.defocus_nm == 100.0


def test_nothing_but_the_protocols_can_be_called(server: MicroscopeServer) -> None:
    with connect_to(server.address, token="key") as there:
        line = there.focus._connection
        for device, name in (
            ("focus", "_column"),
            ("focus", "__class__"),
            ("on_close", "__call__"),
            ("cameras.7", "name"),
        ):
            with pytest.raises(InstrumentError, match="has no such"):
                line.call(device, name, (), {})


def test_two_clients_take_turns(server: MicroscopeServer) -> None:
    seen = []

    def expose() -> None:
        with connect_to(server.address, token="key") as there:
            seen.extend(there.camera.acquire(0.1).number for _ in range(10))

    clients = [threading.Thread(target=expose) for _ in range(3)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    assert sorted(seen) == list(range(1, 31))


def test_a_long_exposure_outlasts_the_patience_because_the_server_speaks() -> None:
    with (
        SimulatedMicroscope(seed=1, shape=(64, 64), speed=1.0) as here,
        MicroscopeServer(here, token="key") as server,
        connect_to(server.address, token="key", patience_s=0.8) as there,
    ):
        assert there.camera.acquire(1.5).exposure_s == 1.5
        there.clock.sleep(1.0)


def test_a_silent_server_is_found_dead() -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        port = deaf.getsockname()[1]
        with pytest.raises(ConnectionLostError, match="cannot be reached"):
            connect_to(f"simulated://127.0.0.1:{port}", token="key", patience_s=0.2)

        def greet_only() -> None:
            deaf.accept()[0].close()
            line, _ = deaf.accept()
            receive(line)
            send(line, {"name": "deaf", "high_tension_kv": 200.0, "cameras": 0, "devices": ["focus"]})
            time.sleep(1.0)
            line.close()

        thread = threading.Thread(target=greet_only)
        thread.start()
        there = connect_to(f"simulated://127.0.0.1:{port}", token="key", patience_s=0.3)
        with pytest.raises(DeviceTimeoutError, match=r"has been silent for 0\.3 s during focus\.defocus_nm"):
            _ = there.focus.defocus_nm
        thread.join()


@pytest.mark.parametrize(
    "address", ["simulated://", "simulated://127.0.0.1", "simulated://127.0.0.1:x", "simulated://:5"]
)
def test_what_is_no_address_is_said_so(address: str) -> None:
    with pytest.raises(SettingError, match=r"such as simulated://127\.0\.0\.1:43210"):
        connect(address)


_CLIENT = """
    import os, sys
    from temstack.instrument import connect
    microscope = connect(sys.argv[1])
    microscope.focus.set_defocus_nm(-350.0)
    microscope.energy_filter.set_energy_loss_ev(532.0)
    microscope.beam.set_blanked(True)
    print("moved", flush=True)
    microscope.camera.acquire(3000.0)
"""


def test_it_keeps_its_wrong_focus_when_its_client_is_killed(user_folder: Path) -> None:
    """Also while a call is under way: at this speed the exposure takes 3 s."""
    with microscope_process("--seed", 2, "--shape", "64,64", "--speed", 1000) as served:
        client = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(_CLIENT), served.address], stdout=subprocess.PIPE, text=True
        )
        assert client.stdout is not None
        assert client.stdout.readline() == "moved\n"
        client.kill()
        client.wait()
        client.stdout.close()
        with connect(served.address) as microscope:
            assert microscope.focus.defocus_nm == -350.0
            assert microscope.energy_filter.energy_loss_ev == 532.0
            assert microscope.beam.is_blanked
            assert microscope.focus.set_defocus_nm(100.0) == 100.0
        mode = (user_folder / "microscope-key").stat().st_mode
        assert sys.platform == "win32" or mode & 0o077 == 0


def test_a_microscope_that_ended_is_said_to_be_gone() -> None:
    with microscope_process("--seed", 2, "--shape", "64,64") as served:
        microscope = connect(served.address)
        served.process.kill()
        served.process.wait()
        with pytest.raises(ConnectionLostError, match="is gone during"):
            microscope.focus.set_defocus_nm(10.0)
        with pytest.raises(ConnectionLostError, match="cannot be reached"):
            microscope.focus.set_defocus_nm(10.0)


def test_a_served_microscope_that_cannot_start_says_why() -> None:
    with (
        pytest.raises(ConnectionLostError, match="specimen: is not known; got 'cheese'"),
        microscope_process("--specimen", "cheese"),
    ):
        pass
