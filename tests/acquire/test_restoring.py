"""Everything goes back, whichever device fails on the way."""

from __future__ import annotations

import pytest

from temstack.acquire.restoring import read_settings, restore
from temstack.errors import InstrumentError


def upset(microscope) -> None:
    microscope.focus.set_defocus_nm(-350.0)
    microscope.energy_filter.set_energy_loss_ev(532.0)
    microscope.energy_filter.set_slit_width_ev(20.0)
    microscope.energy_filter.set_slit_in(False)
    microscope.beam.set_blanked(True)
    microscope.image_shift.set_shift_nm((12.0, -7.0))
    microscope.stage.move_to(x_nm=500.0, y_nm=-300.0)
    microscope.camera.set_inserted(False)


def test_everything_is_put_back(make_microscope) -> None:
    microscope = make_microscope()
    before = read_settings(microscope)
    upset(microscope)
    assert len(restore(microscope, before)) == len(before)
    assert read_settings(microscope) == before
    assert restore(microscope, before) == [], "a second time there is nothing to do"


@pytest.mark.parametrize("device", ["focus", "energy_filter", "beam", "image_shift", "stage", "camera"])
def test_a_fault_that_comes_once_does_no_harm(make_microscope, device: str) -> None:
    microscope = make_microscope()
    before = read_settings(microscope)
    upset(microscope)
    microscope.simulation.arm(f"{device}:raises:1")
    restore(microscope, before)
    assert read_settings(microscope) == before


def test_a_device_that_stays_broken_is_named_and_the_others_go_back(make_microscope) -> None:
    microscope = make_microscope()
    before = read_settings(microscope)
    upset(microscope)
    microscope.simulation.arm("focus:raises:1::99")
    with pytest.raises(InstrumentError, match=r"defocus_nm should be 100 .*hardware error.*temstack recover"):
        restore(microscope, before)
    left = {name: value for name, value in read_settings(microscope).items() if value != before[name]}
    assert left == {"defocus_nm": -350.0}


def test_a_device_that_misses_is_sent_again(make_microscope) -> None:
    microscope = make_microscope()
    before = read_settings(microscope)
    upset(microscope)
    microscope.simulation.arm("energy_filter:off_by:1")
    restore(microscope, before)
    assert microscope.energy_filter.energy_loss_ev == pytest.approx(0.0, abs=0.01)
