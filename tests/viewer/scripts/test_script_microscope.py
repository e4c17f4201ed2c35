"""Scripts that drive the microscope of the desk take turns with all else that uses it."""

from __future__ import annotations

import threading
import time

import pytest

from temstack.acquire import Session
from temstack.errors import InstrumentError
from temstack.instrument import Microscope, connect
from temstack.instrument.protocols import Beam, Camera, EnergyFilter, Focus
from temstack.viewer.models.asked_microscope import asked_through
from temstack.viewer.models.desk import Desk
from temstack.viewer.models.live_frames import LiveSettings
from temstack.viewer.models.live_view import LiveView
from temstack.viewer.models.scripts.script import Script
from temstack.viewer.models.scripts.scripting import Scripting


class Turnstile:
    """Passes everything on to a device, and notes who is inside a call while somebody else is."""

    def __init__(self, device, inside, threads, clashes):
        self.__dict__.update(_device=device, _inside=inside, _threads=threads, _clashes=clashes)

    def __getattr__(self, name):
        value = self._pass(lambda: getattr(self._device, name), name)
        return (lambda *a, **k: self._pass(lambda: value(*a, **k), name)) if callable(value) else value

    def _pass(self, call, name):
        self._threads.add(threading.get_ident())
        if self._inside:
            self._clashes.append(name)
        self._inside.append(name)
        try:
            time.sleep(0.001)
            return call()
        finally:
            self._inside.pop()


class Watched:
    """A session with a microscope that tells of two threads at once."""

    def __init__(self):
        self.inside, self.threads, self.clashes = [], set(), []
        real = connect("simulated", shape=(64, 64), speed=20.0)
        turnstile = lambda device: Turnstile(device, self.inside, self.threads, self.clashes)  # noqa: E731
        self.microscope = Microscope(
            real.name,
            real.high_tension_kv,
            tuple(turnstile(camera) for camera in real.cameras),
            focus=turnstile(real.focus),
            energy_filter=turnstile(real.energy_filter),
            beam=turnstile(real.beam),
            stage=turnstile(real.stage),
            clock=turnstile(real.clock),
            on_close=real.close,
        )
        self.session = Session(self.microscope)


@pytest.fixture
def watched():
    made = Watched()
    yield made
    made.session.close()


SCRIPT = """
number i
for (i = 0; i < 15; i++) {
  EMSetFocus(EMGetFocus() + 10)
  image a := SSCUnprocessedAcquire(0.01)
  Delay(1)
}
Result("" + i + " frames")
"""


def test_a_script_and_the_live_view_never_call_the_driver_at_once(watched):
    desk = Desk()
    desk.bench.session = watched.session
    scripting = Scripting(desk)
    camera = watched.session.ask(lambda: watched.microscope.camera.name)
    live = LiveView(watched.session, lambda call: call(), LiveSettings(camera, exposure_s=0.01))
    live.start()
    try:
        job = scripting.run(Script(SCRIPT, "focus", "DM-script"))
        for step in range(20):
            live.set("defocus_nm", 10.0 * step)
            time.sleep(0.02)
        assert job.wait(20)
    finally:
        live.close()
    assert scripting.results.text.endswith("15 frames")
    assert watched.clashes == []
    assert len(watched.threads) == 1


def test_a_script_is_refused_the_microscope_that_records_also_if_it_had_it_before(watched):
    microscope = asked_through(watched.session)
    assert microscope.focus.set_defocus_nm(100.0) == pytest.approx(100.0, abs=5)
    with watched.session._one_at_a_time(), pytest.raises(InstrumentError, match="is recording a series"):
        microscope.focus.set_defocus_nm(200.0)
    assert microscope.focus.defocus_nm == pytest.approx(100.0, abs=5)


def test_devices_are_still_what_drivers_give(watched):
    microscope = asked_through(watched.session)
    kinds = {"camera": Camera, "focus": Focus, "energy_filter": EnergyFilter, "beam": Beam}
    for name, kind in kinds.items():
        assert isinstance(getattr(microscope, name), kind), name
    assert microscope.image_shift is None
    assert microscope.find_camera(watched.microscope.camera.name) is microscope.camera
    microscope.close()  # a script must not end the connection of the desk
    assert watched.session.ask(lambda: watched.microscope.camera.name) == microscope.camera.name


def test_a_clock_that_hurries_hurries_for_scripts_and_lets_others_in():
    with Session(connect("simulated")) as session:
        clock = asked_through(session).clock
        began, before = time.monotonic(), clock.now()
        clock.sleep(7200)
        assert clock.now() - before == pytest.approx(7200)
        assert time.monotonic() - began < 2
