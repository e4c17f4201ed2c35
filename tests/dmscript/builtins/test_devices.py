"""Which microscope a script drives, and what it must not believe that it has done."""

from __future__ import annotations

from dataclasses import fields

import pytest

from temstack.cli import main
from temstack.dmscript.errors import ScriptRuntimeError
from temstack.dmscript.host import HeadlessHost
from temstack.dmscript.running import run_script
from temstack.instrument import Microscope
from temstack.instrument.remote.server import MicroscopeServer
from temstack.instrument.simulated import SimulatedMicroscope


def run(text, microscope):
    return run_script(text, microscope=microscope, persistent_tags=None).results


@pytest.fixture
def simulated():
    return SimulatedMicroscope(seed=1, shape=(32, 48), cameras="standard,signed")


@pytest.fixture
def real(simulated):
    """Give the same devices without the back door that only simulated microscopes have."""
    return Microscope(**{one.name: getattr(simulated, one.name) for one in fields(Microscope)})


def test_what_a_script_sets_stays_on_the_microscope(simulated):
    run("EMSetFocus(30)\nEMSetSpotSize(4)", simulated)
    assert run('result(EMGetFocus()+" "+EMGetSpotSize())', simulated) == "30 4"
    assert simulated.focus.defocus_nm == 15


@pytest.mark.parametrize(
    "call",
    [
        "EMSetSpotSize(4)",
        "EMSetMagnification(1000)",
        "EMSetBeamTilt(1, 1)",
        "EMSetStageBeta(1)",
        "CM_SetIdleShutterState(CM_GetCurrentCamera(), 0, 1)",
    ],
)
def test_settings_that_a_driver_has_not_are_refused_on_a_real_microscope(real, call):
    with pytest.raises(ScriptRuntimeError, match=r"the driver of microscope 'simulated' cannot set the"):
        run(call, real)


def test_devices_of_a_real_microscope_are_driven(real):
    run("EMSetFocus(30)\nIFSetEnergyLoss(40)\nEMSetStageXY(1, 2)\nEMSetImageShift(5, 6)", real)
    assert real.focus.defocus_nm == 15
    assert real.energy_filter.energy_loss_ev == 40
    assert (real.stage.position.x_nm, real.stage.position.y_nm) == (1000, 2000)
    assert real.image_shift.shift_nm == (6, 5)


def test_a_device_that_is_not_there_is_named(real):
    object.__setattr__(real, "energy_filter", None)
    assert run("result(IFSetupCommunication())", real) == "0"
    with pytest.raises(ScriptRuntimeError, match="has no energy filter"):
        run("IFSetEnergyLoss(40)", real)


def test_another_camera_is_selected_for_all_functions(simulated):
    text = """
    object manager = CM_GetCameraManager()
    CM_SelectCamera(manager, CM_GetCameras(manager).ObjectAt(1))
    image img := SSCUnprocessedAcquire(0.01)
    result(CameraGetName(CameraGetActiveCameraID()) + ": " + img.ImageGetDataTypeName())
    """
    assert run(text, simulated) == "Virtual signed: 2-byte signed integer"
    assert run("result(CameraGetActiveCameraID())", simulated) == "1"


def test_a_script_drives_a_microscope_by_its_address(simulated, tmp_path, capsys):
    script = tmp_path / "move.s"
    script.write_text('EMChangeFocus(10)\nEMSetSpotSize(2)\nresult(EMGetFocus() + " " + EMGetSpotSize() + "\\n")')
    with MicroscopeServer(simulated, port=0) as server, pytest.raises(SystemExit) as ended:
        main(["script", "run", str(script), "--microscope", server.address, "--tags", "none"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.splitlines() == ["210 2"]
    assert simulated.focus.defocus_nm == 105


def test_a_host_keeps_its_microscope_from_script_to_script():
    host = HeadlessHost(seed=4)
    run_script("EMSetFocus(12)", host=host, persistent_tags=None)
    run_script("result(EMGetFocus())", host=host, persistent_tags=None)
    assert host.microscope.focus.defocus_nm == 6
    host.close()
