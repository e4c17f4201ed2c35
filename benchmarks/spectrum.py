"""Compare the background of a spectrum image with HyperSpy's, in CPU time, on the same numbers in one run.

    python benchmarks/spectrum.py            # 512 × 512 × 100
    python benchmarks/spectrum.py --side 128

HyperSpy's ``remove_background`` (its fast default, the two-area estimate) is the yardstick. The results must agree
within the error that counting statistics leave.
"""

from __future__ import annotations

import argparse
import logging
import statistics
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import xarray as xr

from temstack.spectrum import elemental_map, subtract_background
from temstack.stack import label_stack, pixel_coordinate

ENERGIES = 400 + 4.0 * np.arange(100)
WINDOW = (400.0, 598.0)  # HyperSpy's 400 … 600: it leaves out the channel at the end
BEHIND = (640.0, 796.0)
NET = 200.0
LEAST = {"two_areas": 20.0, "likelihood": 8.0}
"""How many times faster than HyperSpy each fit must be."""


def main() -> None:
    """Run the comparison and say who was how fast."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--side", type=int, default=512, help="pixels along each side")
    parser.add_argument("--repeat", type=int, default=3)
    asked = parser.parse_args()
    counted = _counted(asked.side)
    theirs, seconds = _timed(lambda: _hyperspy(counted), asked.repeat)
    print(f"{asked.side} × {asked.side} × {len(ENERGIES)}, float32, CPU seconds, median of {asked.repeat}")
    print(f"{'HyperSpy remove_background':<34}{seconds:8.3f}")
    behind = _behind()
    print(f"{'':<34}{'':8}        net counts behind the edge {theirs[..., behind].mean():.2f}, true {NET:g}")
    slow = []
    for layout in (_spectrum_image(counted), _stack(counted)):
        name = "spectrum image" if layout.dims[-1] == "energy_loss" else "EFTEM stack"
        for fit, least in LEAST.items():
            ours, own = _timed(
                lambda fit=fit, layout=layout: subtract_background(layout, WINDOW, fit=fit), asked.repeat
            )
            factor = seconds / own
            slow += [f"{name}, {fit}"] if factor < least else []
            words = _agreement(layout, ours, theirs, fit)
            print(f"{'temstack ' + fit + ', ' + name:<34}{own:8.3f}{factor:7.1f} ×  {words}")
    if slow:
        raise SystemExit("too slow: " + "; ".join(slow))


def _behind() -> np.ndarray:
    low, high = BEHIND
    return (low <= ENERGIES) & (high >= ENERGIES)


def _counted(side: int) -> np.ndarray:
    true = 3000 * (ENERGIES / 400) ** -3 + np.where(ENERGIES >= 620, NET, 0)
    return np.random.default_rng(0).poisson(true, (side, side, len(ENERGIES))).astype(np.float32)


def _timed(function: Callable[[], Any], repeat: int) -> tuple[Any, float]:
    """Return what a function returns, and the CPU seconds it takes once everything is compiled."""
    function()
    seconds = []
    for _ in range(repeat):
        start = time.process_time()
        result = function()
        seconds.append(time.process_time() - start)
    return result, statistics.median(seconds)


def _hyperspy(counted: np.ndarray) -> np.ndarray:
    logging.disable(logging.WARNING)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import hyperspy.api as hs

        signal = hs.signals.Signal1D(counted)
        signal.set_signal_type("EELS")
        axis = signal.axes_manager[-1]
        axis.offset, axis.scale, axis.units = float(ENERGIES[0]), 4.0, "eV"
        rest = signal.remove_background(
            signal_range=(400.0, 600.0), background_type="PowerLaw", fast=True, show_progressbar=False
        )
    return np.asarray(rest.data)


def _stack(counted: np.ndarray) -> xr.DataArray:
    planes = np.ascontiguousarray(np.moveaxis(counted, -1, 0))
    return label_stack(planes, "energy_loss", plane_values=ENERGIES, intensity_units="counts")


def _spectrum_image(counted: np.ndarray) -> xr.DataArray:
    axes = {dim: pixel_coordinate(dim, counted.shape[k], 1.0) for k, dim in enumerate(("y", "x"))}
    energy = ("energy_loss", ENERGIES, {"units": "eV"})
    attrs = {"intensity_units": "counts"}
    return xr.DataArray(counted, {**axes, "energy_loss": energy}, ("y", "x", "energy_loss"), attrs=attrs)


def _agreement(stack: xr.DataArray, ours: xr.DataArray, theirs: np.ndarray, fit: str) -> str:
    """Return net counts, and the difference to HyperSpy in standard errors of the map behind the edge."""
    behind = _behind()
    net = ours.transpose("y", "x", "energy_loss").values[..., behind]
    difference = (net - theirs[..., behind]).mean(axis=-1)
    error = elemental_map(stack, pre=WINDOW, post=BEHIND, fit=fit, mean=True).standard_error.values  # type: ignore[arg-type]
    away = np.sqrt(np.mean((difference / error) ** 2))
    return f"net counts {net.mean():.2f}; from HyperSpy by {away:.2f} standard errors"


if __name__ == "__main__":
    main()
