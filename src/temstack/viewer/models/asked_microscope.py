"""The microscope of the desk as scripts see it: whatever they ask of it happens in the one thread that talks to it."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from temstack.instrument.microscope import SystemClock

if TYPE_CHECKING:
    from temstack.acquire import Session
    from temstack.instrument import Microscope

_DEVICES = ("focus", "energy_filter", "beam", "stage", "image_shift", "beam_shift")
_FIRST_SLEEP_S = 0.1
_LONGEST_TURN_S = 0.1
"""How long others may have to wait for their turn, in our time: that of a simulated microscope may run faster."""


def asked_through(session: Session) -> Microscope:
    """Return a microscope each of whose devices is asked through a session.

    Drivers may be used from one thread at a time, and the live view, the knobs and scripts all use the same one:
    each call of a script waits for its turn. While a series is recorded every call raises
    :class:`~temstack.errors.InstrumentError`, also that of a script that had begun before. Closing it does nothing.

    Parameters
    ----------
    session : Session
    """
    microscope = copy.copy(session.microscope)  # of the same class, so that a simulated one is known for one
    cameras = tuple(AskedDevice(session, camera) for camera in microscope.cameras)
    devices = {name: _asked(session, getattr(microscope, name)) for name in _DEVICES}
    clock = microscope.clock if isinstance(microscope.clock, SystemClock) else AskedClock(session, microscope.clock)
    for name, value in {**devices, "cameras": cameras, "clock": clock, "on_close": _nothing}.items():
        object.__setattr__(microscope, name, value)
    return microscope


class AskedDevice:
    """A device; all that is read from it, called on it or put into it goes through a session.

    Parameters
    ----------
    session : Session
    device : object
        Of its microscope.
    """

    def __init__(self, session: Session, device: Any) -> None:
        object.__setattr__(self, "_session", session)
        object.__setattr__(self, "_device", device)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # Python's own questions, e.g. how to copy it, are none for a microscope
            raise AttributeError(name)
        value = self._session.ask(lambda: getattr(self._device, name))
        return self._through_session(value) if callable(value) else value

    def __setattr__(self, name: str, value: Any) -> None:
        self._session.ask(lambda: setattr(self._device, name, value))

    def _through_session(self, method: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *args, **kwargs: self._session.ask(lambda: method(*args, **kwargs))


class AskedClock(AskedDevice):
    """A clock that is the microscope's own; who sleeps by it lets others have their turn."""

    def sleep(self, duration_s: float) -> None:
        """Return when that much time of the microscope has passed."""
        end, part = self.now() + duration_s, _FIRST_SLEEP_S
        while (rest := end - self.now()) > 0:
            began, now = time.monotonic(), min(rest, part)
            self._session.ask(lambda now=now: self._device.sleep(now))  # also the look for `sleep` belongs there
            part *= 2 if time.monotonic() - began < _LONGEST_TURN_S / 2 else 1


def _asked(session: Session, device: Any) -> AskedDevice | None:
    return None if device is None else AskedDevice(session, device)


def _nothing() -> None:
    pass
