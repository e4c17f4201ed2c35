"""IF, IFC, AF: the energy filter. Energy losses in eV, positive; the slit in eV.

A call that sets an energy comes back at once; ``IFWaitForFilter`` waits until the filter has settled. The
adjustment (``IFCSetEnergyAdjust``) says where the zero loss lies: energies count from there.
"""

# ruff: noqa: D103 - what a function does stands in its declaration

from __future__ import annotations

import numpy as np

from temstack.dmscript.context import Run
from temstack.dmscript.devices import Devices, devices_of
from temstack.dmscript.errors import ScriptRuntimeError
from temstack.dmscript.signatures import builtin, declare_only
from temstack.instrument import EnergyFilter

_FAMILY = "energy_filter"
_ADJUST = "energy adjustment"
_TECHNIQUES = {0: "high tension", 1: "drift tube", 2: "prism"}
_SCAN_EV = 8.0
"""How far to both sides of where it should be the zero loss is looked for."""


def _filter(run: Run) -> EnergyFilter:
    return devices_of(run).energy_filter


def _adjust(devices: Devices) -> float:
    return float(devices.kept.values.get(_ADJUST, 0.0))


@builtin(
    "number IFSetupCommunication()",
    family=_FAMILY,
    help="Whether there is an energy filter that answers.",
)
def setup_communication(run: Run) -> float:
    return float(devices_of(run).microscope.energy_filter is not None)


# --- energy -----------------------------------------------------------------------------------


@builtin(
    "number IFGetEnergyLoss()",
    "number IFGetEnergyLoss(number technique)",
    "number IFCGetEnergy()",
    "number IFCGetEnergyLoss()",
    family=_FAMILY,
    help="Energy loss in the middle of the slit, eV.",
    throws=True,
)
def get_energy_loss(run: Run, technique: float = 0.0) -> float:
    return _filter(run).energy_loss_ev - _adjust(devices_of(run))


@builtin(
    "void IFSetEnergyLoss(number eV)",
    "void IFCSetEnergy(number eV)",
    "void IFCSetEnergyLoss(number eV)",
    family=_FAMILY,
    help="Go to an energy loss, eV, without waiting until the filter has settled.",
    throws=True,
)
def set_energy_loss(run: Run, energy_ev: float) -> None:
    _filter(run).set_energy_loss_ev(energy_ev + _adjust(devices_of(run)), wait=False)


@builtin(
    "void IFSetEnergyOffset(number technique, number eV)",
    family=_FAMILY,
    help="Go to an energy loss by high tension (0), drift tube (1) or prism (2): whichever the filter has does it.",
    throws=True,
)
def set_energy_offset(run: Run, technique: float, energy_ev: float) -> None:
    _technique(technique)
    set_energy_loss(run, energy_ev)


@builtin("number IFGetEnergyOffset(number technique)", family=_FAMILY, help="Energy loss, eV.", throws=True)
def get_energy_offset(run: Run, technique: float) -> float:
    _technique(technique)
    return get_energy_loss(run)


def _technique(number: float) -> None:
    if number not in _TECHNIQUES:
        known = ", ".join(f"{key} {word}" for key, word in _TECHNIQUES.items())
        raise ScriptRuntimeError("there is no such way to shift the energy", got=f"{number:g}", expected=known)


@builtin(
    "void IFCSetEnergyAdjust(number eV)",
    family=_FAMILY,
    help="Say where the zero loss lies; the energy set moves with it.",
    throws=True,
)
def set_energy_adjust(run: Run, adjust_ev: float) -> None:
    devices = devices_of(run)
    here = devices.energy_filter.energy_loss_ev - _adjust(devices)
    devices.energy_filter.set_energy_loss_ev(here + adjust_ev, wait=False)
    devices.kept.values[_ADJUST] = adjust_ev


@builtin("number IFCGetEnergyAdjust()", family=_FAMILY, help="Where the zero loss lies, eV.", throws=True)
def get_energy_adjust(run: Run) -> float:
    _filter(run)
    return _adjust(devices_of(run))


@builtin("void IFWaitForFilter()", family=_FAMILY, help="Wait until the filter has settled.", throws=True)
def wait_for_filter(run: Run) -> None:
    _filter(run).wait()


# --- slit -------------------------------------------------------------------------------------


@builtin(
    "number IFGetSlitIn()",
    "number IFCGetSlitIn()",
    "number IFCGetSlitState()",
    "number AFGetSlitState()",
    family=_FAMILY,
    help="Whether the slit is in.",
    throws=True,
)
def get_slit_in(run: Run) -> float:
    return float(_filter(run).is_slit_in)


@builtin(
    "void IFSetSlitIn(number isIn)",
    "void IFCSetSlitIn(number isIn)",
    "void IFCSetSlitState(number isIn)",
    "void AFSetSlitState(number isIn)",
    family=_FAMILY,
    help="Insert the slit, or retract it.",
    throws=True,
)
def set_slit_in(run: Run, is_in: float) -> None:
    _filter(run).set_slit_in(bool(is_in))


@builtin(
    "number IFGetSlitWidth()",
    "number IFCGetSlitWidth()",
    "number AFGetSlitWidth()",
    family=_FAMILY,
    help="Width of the slit, eV.",
    throws=True,
)
def get_slit_width(run: Run) -> float:
    return _filter(run).slit_width_ev


@builtin(
    "void IFSetSlitWidth(number eV)",
    "void IFCSetSlitWidth(number eV)",
    "void AFSetSlitWidth(number eV)",
    family=_FAMILY,
    help="Set the width of the slit, eV.",
    throws=True,
)
def set_slit_width(run: Run, width_ev: float) -> None:
    _filter(run).set_slit_width_ev(width_ev)


@builtin("number IFGetMaximumSlitWidth()", family=_FAMILY, help="The widest slit, eV.", throws=True)
def get_maximum_slit_width(run: Run) -> float:
    return _filter(run).slit_width_range_ev[1]


# --- alignment --------------------------------------------------------------------------------


@builtin(
    "number IFCDoAlignZeroLoss()",
    "number AFDoAlignZeroLoss()",
    "number IFDoAlignZeroLoss()",
    family=_FAMILY,
    help="Find the zero loss with the camera, within 8 eV, and set the adjustment to it; 1 if it was found.",
    throws=True,
)
def align_zero_loss(run: Run) -> float:
    devices = devices_of(run)
    device = devices.energy_filter
    before = device.energy_loss_ev, device.is_slit_in, device.slit_width_ev
    was_loss = before[0] - _adjust(devices)
    try:
        found = _zero_loss(devices)
    finally:
        device.set_slit_width_ev(before[2])
        device.set_slit_in(before[1])
        device.set_energy_loss_ev(before[0], wait=False)
    if found is None:
        return 0.0
    # The filter has steps: what it reads back is where the zero loss is taken to lie.
    devices.kept.values[_ADJUST] = device.set_energy_loss_ev(was_loss + found, wait=False) - was_loss
    return 1.0


def _zero_loss(devices: Devices) -> float | None:
    """Return where the zero loss lies, eV: the middle of what comes through a narrow slit; None if nothing does."""
    device, camera = devices.energy_filter, devices.camera.camera
    device.set_slit_in(True)
    width = device.set_slit_width_ev(max(2.0, device.slit_width_range_ev[0]))
    binning = max(pair for pair in camera.binnings if pair[0] == pair[1])
    exposure_s = max(camera.exposure_range_s[0], 0.01)
    energies = np.arange(-_SCAN_EV, _SCAN_EV + width / 4, width / 2)
    counts = np.empty(energies.size)
    for index, energy in enumerate(energies):
        device.set_energy_loss_ev(float(energy))
        counts[index] = camera.acquire(exposure_s, binning=binning, processing="dark_subtracted").pixels.mean()
    # Losses of the specimen lie beyond the zero loss; half its height leaves them out.
    above = np.clip(counts - 0.5 * counts.max(), 0.0, None)
    if counts.max() <= 1.0 or counts.max() < 3 * abs(float(np.median(counts))):
        return None
    return float((above * energies).sum() / above.sum())


# --- modes ------------------------------------------------------------------------------------


@builtin("number IFIsInEELSMode()", family=_FAMILY, help="Whether it shows spectra: no, it makes images.", throws=True)
def is_in_eels_mode(run: Run) -> float:
    _filter(run)
    return 0.0


@builtin("number IFIsInImageMode()", family=_FAMILY, help="Whether it makes images: yes.", throws=True)
def is_in_image_mode(run: Run) -> float:
    _filter(run)
    return 1.0


@builtin("void IFSetImageMode()", family=_FAMILY, help="Make images, as it does anyway.", throws=True)
def set_image_mode(run: Run) -> None:
    _filter(run)


@builtin("string IFCGetFilterMode()", family=_FAMILY, help='"EFTEM".', throws=True)
def get_filter_mode(run: Run) -> str:
    _filter(run)
    return "EFTEM"


declare_only(
    "void IFSetEELSMode()",
    "number IFCGetActiveDispersion()",
    "void IFCSetActiveDispersions(number index)",
    "number IFCGetNumberofDispersions()",
    family=_FAMILY,
    help="Spectra; no filter here shows any.",
    throws=True,
)
