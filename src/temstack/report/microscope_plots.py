"""Plots of the virtual microscope's trials: what was measured beside what was put in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from temstack.report.pictures import png_bytes
from temstack.report.plots import _INK, _X_COLOUR, _Y_COLOUR, _figure

if TYPE_CHECKING:
    from temstack.testing.trials import Trial

Floats = NDArray[np.float64]


def against_theory(
    trial: Trial, x_label: str, y_label: str, theory: str, *, dots: bool = False, log: bool = False
) -> bytes:
    """Return a PNG of a trial: theory as a line in grey, what was measured over it."""
    with _figure(5.4, 3.4) as figure:
        axes = figure.add_subplot()
        axes.plot(trial.at, trial.expected, "-", color=_INK, linewidth=2.6, alpha=0.55, label=theory)
        style = "o" if dots else "-"
        axes.plot(trial.at, trial.measured, style, color=_Y_COLOUR, linewidth=1.0, markersize=4.5, label="measured")
        if log:
            axes.set_yscale("log")
            axes.set_ylim(bottom=trial.measured.max() * 1e-5)
        axes.set_xlabel(x_label)
        axes.set_ylabel(y_label)
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, borderaxespad=0.2)
        return png_bytes(figure, transparent=True)


def diffractogram(image: Floats, pixel_size_nm: float) -> bytes:
    """Return a PNG of the power spectrum of a square image, its middle half, smoothed as the eye would."""
    side = image.shape[0]
    window = np.hanning(side)[:, None] * np.hanning(side)[None, :]
    power = np.fft.fftshift(np.abs(scipy.fft.fft2((image - image.mean()) * window)) ** 2)
    part = slice(side // 8, side - side // 8)
    blocks = np.sqrt(power[part, part]).reshape(3 * side // 8, 2, 3 * side // 8, 2).mean(axis=(1, 3))
    edge = 0.375 / pixel_size_nm
    with _figure(4.3, 3.4) as figure:
        axes = figure.add_subplot()
        axes.grid(False)
        middle = slice(len(blocks) // 16, -(len(blocks) // 16))
        highest = float(np.percentile(blocks[middle, middle], 99))
        axes.imshow(blocks, cmap="gray", vmin=0, vmax=highest, extent=(-edge, edge, edge, -edge))
        axes.set_xlabel("kx / nm⁻¹")
        axes.set_ylabel("ky / nm⁻¹")
        return png_bytes(figure, transparent=True)


def cross_sections(energy_ev: Floats, barn_per_ev: Mapping[str, Floats]) -> bytes:
    """Return a PNG of cross-sections against energy loss."""
    shown = (energy_ev > 480) & (energy_ev < 900)
    with _figure(7.4, 3.2) as figure:
        axes = figure.add_subplot()
        for (symbol, values), colour in zip(barn_per_ev.items(), (_X_COLOUR, _Y_COLOUR), strict=False):
            axes.plot(energy_ev[shown], values[shown], "-", color=colour, linewidth=1.3, label=symbol)
        axes.set_xlabel("energy loss / eV")
        axes.set_ylabel("dσ/dE / barn eV⁻¹")
        axes.legend()
        return png_bytes(figure, transparent=True)


def drift_against_truth(put_in: Floats, found: Floats) -> bytes:
    """Return a PNG of drift along y and x, (n, 2) px: put in as a line, found as dots."""
    with _figure(7.4, 3.4) as figure:
        axes = figure.add_subplot()
        for column, (name, colour) in enumerate((("y", _Y_COLOUR), ("x", _X_COLOUR))):
            axes.plot(put_in[:, column], "-", color=_INK, linewidth=2.6, alpha=0.55)
            axes.plot(found[:, column], "o", color=colour, markersize=4.5, label=f"{name}, found")
        axes.plot([], [], "-", color=_INK, linewidth=2.6, alpha=0.55, label="put in")
        axes.set_xlabel("frame")
        axes.set_ylabel("drift / px")
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, borderaxespad=0.2)
        return png_bytes(figure, transparent=True)
