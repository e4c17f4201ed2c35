"""A live frame, how it is taken, and where the microscope stands meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from temstack.instrument import Camera, Frame, Microscope

FFT_PX = 512
"""Side of the middle of a frame whose spectrum is shown."""


@dataclass(frozen=True)
class LiveSettings:
    """How frames are taken.

    Parameters
    ----------
    camera : str
    exposure_s : float, s
    binning : (int, int)
        ``(y, x)``.
    readout_area : (int, int, int, int), unbinned px, optional
        ``(top, left, bottom, right)``, half-open; left out: everything.
    is_dark_subtracted : bool
        Subtract the dark reference where a fresh one is kept.
    has_fft : bool
    """

    camera: str
    exposure_s: float = 0.1
    binning: tuple[int, int] = (1, 1)
    readout_area: tuple[int, int, int, int] | None = None
    is_dark_subtracted: bool = True
    has_fft: bool = False


@dataclass(frozen=True)
class Readings:
    """Where the microscope stands, as read back; None where there is no such device."""

    defocus_nm: float | None = None
    energy_loss_ev: float | None = None
    is_slit_in: bool | None = None
    slit_width_ev: float | None = None
    is_blanked: bool | None = None
    brightness: float | None = None


@dataclass(frozen=True, eq=False)
class LiveFrame:
    """A frame to be shown.

    Parameters
    ----------
    pixels : (y, x) array, counts
    pixel_nm : (float, float), nm, optional
        Height and width of a pixel at the specimen.
    exposure_s : float, s
        What the camera used.
    number : int
    saturated : float
        Share of pixels at the camera's limit.
    fft : (y, x) float32, optional
        Log of the power spectrum of the middle, zero frequency in its middle.
    """

    pixels: NDArray[Any]
    pixel_nm: tuple[float, float] | None
    exposure_s: float
    number: int
    saturated: float
    fft: NDArray[np.float32] | None = None


@dataclass(frozen=True)
class DarkState:
    """What is known of the dark reference of the present settings.

    Parameters
    ----------
    exposure_s : float, s
    age_s : float, s, optional
        None: there is none.
    is_fresh : bool
        It is young, and the camera is as warm as then.
    """

    exposure_s: float
    age_s: float | None = None
    is_fresh: bool = False

    @property
    def sentence(self) -> str:
        """In words.

        >>> DarkState(0.1).sentence
        'No dark reference for 0.1 s'
        >>> DarkState(0.1, age_s=300.0, is_fresh=True).sentence
        'Dark reference for 0.1 s, 5 min old'
        """
        if self.age_s is None:
            return f"No dark reference for {self.exposure_s:g} s"
        minutes = self.age_s / 60
        age = "1 min" if minutes < 1 else f"{minutes:.0f} min" if minutes < 120 else f"{minutes / 60:.1f} h"
        age = f"less than {age}" if minutes < 1 else age
        return f"Dark reference for {self.exposure_s:g} s, {age} old{'' if self.is_fresh else ', no longer fresh'}"


def turn_knob(microscope: Microscope, knob: str, value: float | bool) -> object:
    """Turn a knob, named as in :class:`Readings`."""
    focus, energy, beam = microscope.focus, microscope.energy_filter, microscope.beam
    knobs: dict[str, Any] = {
        "defocus_nm": focus and focus.set_defocus_nm,
        "energy_loss_ev": energy and energy.set_energy_loss_ev,
        "is_slit_in": energy and energy.set_slit_in,
        "slit_width_ev": energy and energy.set_slit_width_ev,
        "is_blanked": beam and beam.set_blanked,
        "brightness": beam and beam.set_brightness,
    }
    return knobs[knob](value)


def read_knobs(microscope: Microscope) -> Readings:
    """Return where a microscope stands."""
    focus, energy, beam = microscope.focus, microscope.energy_filter, microscope.beam
    return Readings(
        defocus_nm=None if focus is None else focus.defocus_nm,
        energy_loss_ev=None if energy is None else energy.energy_loss_ev,
        is_slit_in=None if energy is None else energy.is_slit_in,
        slit_width_ev=None if energy is None else energy.slit_width_ev,
        is_blanked=None if beam is None else beam.is_blanked,
        brightness=None if beam is None else beam.brightness,
    )


def live_frame(frame: Frame, camera: Camera, dark: NDArray[np.float32] | None, *, has_fft: bool) -> LiveFrame:
    """Return a frame as it is to be shown, minus its dark reference if there is one."""
    size = camera.pixel_size_nm
    some = frame.pixels[::4, ::4]
    pixels = frame.pixels if dark is None or dark.shape != frame.pixels.shape else frame.pixels - dark
    return LiveFrame(
        pixels=pixels,
        pixel_nm=None if size is None else (size[0] * frame.binning[0], size[1] * frame.binning[1]),
        exposure_s=frame.exposure_s,
        number=frame.number,
        saturated=float(np.count_nonzero(some >= camera.saturation)) / some.size,
        fft=power_spectrum(pixels) if has_fft else None,
    )


def power_spectrum(pixels: NDArray[Any]) -> NDArray[np.float32]:
    """Return the log of the power spectrum of the middle of a frame, zero frequency in its middle.

    >>> wave = np.cos(2 * np.pi * 8 * np.arange(64) / 64) * np.ones((64, 1))
    >>> np.argwhere(power_spectrum(wave) == power_spectrum(wave).max())[:, 1].tolist()
    [24, 40]
    """
    import scipy.fft

    height, width = (min(extent, FFT_PX) for extent in pixels.shape)
    top, left = (pixels.shape[0] - height) // 2, (pixels.shape[1] - width) // 2
    middle = pixels[top : top + height, left : left + width].astype(np.float32)
    middle -= middle.mean()
    middle *= np.hanning(height)[:, None].astype(np.float32) * np.hanning(width).astype(np.float32)
    return np.asarray(np.log1p(np.abs(scipy.fft.fftshift(scipy.fft.fft2(middle)))), np.float32)
