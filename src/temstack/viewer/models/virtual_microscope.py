"""A virtual microscope in a process of its own: it computes beside the windows, and outlives them when they die."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from temstack.errors import InstrumentError
from temstack.stack.durable import replace_when_done
from temstack.stack.user_folder import user_folder

SPECIMENS = ("particles", "lattice", "interface", "film")
SPEEDS = {"as fast as it goes": "inf", "10 × faster": "10", "real time": "1"}
"""How fast its time passes, in words, and as the command that serves it takes it."""

_PATIENCE_S = 60.0
_ANSWER = "serving "


@dataclass(frozen=True, slots=True)
class VirtualSetup:
    """Which virtual microscope is wanted.

    Parameters
    ----------
    seed : int
        Of specimen, drift and noise.
    specimen : str
        One of :data:`SPECIMENS`.
    size_px : int, px
        Height and width of its camera.
    speed : str
        One of :data:`SPEEDS`.
    brightness : float, 0 to 1
        Where the condenser stands: 0.01 for images at zero loss, 1 for energy losses of some 100 eV.
    """

    seed: int = 1
    specimen: str = "particles"
    size_px: int = 1024
    speed: str = "as fast as it goes"
    brightness: float = 1.0

    @property
    def title(self) -> str:
        """Return its name in words."""
        return f"virtual microscope ({self.specimen}, seed {self.seed})"


@dataclass(frozen=True, slots=True)
class RunningMicroscope:
    """A virtual microscope that runs.

    Parameters
    ----------
    address : str
        ``simulated://127.0.0.1:PORT``.
    process : int
    setup : VirtualSetup
    """

    address: str
    process: int
    setup: VirtualSetup


def start(setup: VirtualSetup) -> RunningMicroscope:
    """Start a virtual microscope, remember it, and return it when it answers; takes a second or two.

    Raises
    ------
    InstrumentError
        If it does not start.
    """
    log = user_folder() / "virtual-microscope.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        process = subprocess.Popen(_command(setup), stdout=output, stderr=output, stdin=subprocess.DEVNULL, **_apart())
    running = RunningMicroscope(_address(process, log), process.pid, setup)
    # A child that is ended must be waited for, or it stays as a zombie.
    _children[process.pid] = process
    with replace_when_done(_memory(), overwrite=True) as temporary:
        temporary.write_text(json.dumps(asdict(running)), encoding="utf-8")
    return running


def still_running() -> RunningMicroscope | None:
    """Return the virtual microscope that an earlier session left behind, if it answers; None if there is none."""
    from temstack.instrument import connect

    found = _remembered()
    if found is None:
        return None
    try:
        connect(found.address, patience_s=2.0).close()
    except (OSError, InstrumentError):  # long gone
        return None
    return found


def end(running: RunningMicroscope) -> None:
    """End a virtual microscope, and forget it."""
    with suppress(OSError):
        os.kill(running.process, signal.SIGTERM)
    child = _children.pop(running.process, None)
    if child is not None:
        with suppress(subprocess.TimeoutExpired):
            child.wait(10.0)
    found = _remembered()
    if found is not None and found.process == running.process:  # else another was started meanwhile
        _memory().unlink(missing_ok=True)


_children: dict[int, subprocess.Popen[bytes]] = {}


def _remembered() -> RunningMicroscope | None:
    try:
        values = json.loads(_memory().read_text(encoding="utf-8"))
        return RunningMicroscope(values["address"], int(values["process"]), VirtualSetup(**values["setup"]))
    except (OSError, ValueError, KeyError, TypeError):  # there is none, or it cannot be read
        return None


def _memory() -> Path:
    return user_folder() / "virtual-microscope.json"


def _command(setup: VirtualSetup) -> list[str]:
    options = {
        "--seed": setup.seed,
        "--specimen": setup.specimen,
        "--shape": f"{setup.size_px},{setup.size_px}",
        "--speed": SPEEDS[setup.speed],
        "--brightness": setup.brightness,
    }
    words = [str(word) for pair in options.items() for word in pair]
    return [sys.executable, "-u", "-m", "temstack.cli", "microscope", "serve", *words]


def _apart() -> dict[str, Any]:
    """Return how to start a process that Ctrl-C and the end of this one do not reach."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW}
    return {"start_new_session": True}


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    until = time.monotonic() + _PATIENCE_S
    while process.poll() is None and time.monotonic() < until:
        for line in log.read_text(encoding="utf-8", errors="replace").splitlines(keepends=True):
            if line.startswith(_ANSWER) and line.endswith("\n"):
                return line.removeprefix(_ANSWER).strip()
        time.sleep(0.02)
    process.kill()
    process.wait()
    said = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    raise InstrumentError(
        "virtual microscope", "does not start", got=said[-1] if said else "no word of it", advice=f"see {log}"
    )
