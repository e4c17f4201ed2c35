"""Energies and foci are reached from below, and it is noticed when they are not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from temstack.acquire.approach import energy_approach, focus_approach
from temstack.errors import DeviceLimitError, NotSettledError
from temstack.instrument.simulated import Imperfections


def test_the_same_energy_from_either_side_is_the_same_energy(make_microscope) -> None:
    microscope = make_microscope(imperfections=replace(Imperfections.none(), filter_hysteresis_ev=0.5))
    approach, offsets = energy_approach(microscope.energy_filter), []
    for target in (100.0, 300.0, 200.0, 200.5, 199.0, 500.0, 0.0):
        assert approach.go_to(target) == pytest.approx(target, abs=0.02)
        microscope.clock.sleep(5)
        offsets.append(microscope.simulation.truth["energy_loss_ev"] - target)
    assert np.ptp(offsets) < 0.01, "the filter lags by 0.5 eV unless it always comes from one side"

    microscope.energy_filter.set_energy_loss_ev(0.0)
    microscope.energy_filter.set_energy_loss_ev(500.0)
    microscope.energy_filter.set_energy_loss_ev(200.0)
    microscope.clock.sleep(5)
    from_above = microscope.simulation.truth["energy_loss_ev"] - 200.0
    assert from_above - offsets[-1] > 0.4, "without the approach it would be seen"


def test_a_climb_is_approached_once(make_microscope) -> None:
    microscope = make_microscope()
    visited = []
    focus = microscope.focus
    approach = focus_approach(focus)
    approach.pass_by = lambda value: visited.append(value) or focus.set_defocus_nm(value)
    for target in (50.0, 50.5, 60.0, 80.0):
        approach.go_to(target)
    assert visited == [47.0]
    focus.set_defocus_nm(200.0)  # somebody else
    approach.go_to(210.0)
    assert visited == [47.0, 207.0]


@pytest.mark.parametrize(
    ("fault", "say"),
    [("focus:off_by:2:15", "objective lens: is not where it was sent; got 75 nm read back; expected 60 nm, within")],
)
def test_a_wrong_reading_is_an_error(make_microscope, fault: str, say: str) -> None:
    microscope = make_microscope(faults=[fault])
    with pytest.raises(NotSettledError, match=say):
        focus_approach(microscope.focus).go_to(60.0)


def test_foci_between_the_steps_of_the_lens_are_no_error(make_microscope) -> None:
    assert focus_approach(make_microscope().focus).go_to(33.25) in (33.0, 33.5)


def test_nothing_below_the_lowest_energy_is_asked_for(make_microscope) -> None:
    energy_filter = make_microscope().energy_filter
    lowest = energy_filter.energy_loss_range_ev[0]
    assert energy_approach(energy_filter).go_to(lowest) == lowest
    with pytest.raises(DeviceLimitError):
        energy_approach(energy_filter).go_to(lowest - 1)
