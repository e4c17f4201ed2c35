"""What is set, and what has happened, at the moment a frame is exposed."""

from __future__ import annotations

from dataclasses import dataclass

from temstack.errors import SettingError


@dataclass(frozen=True)
class State:
    """The microscope at one moment; everything but the specimen, the lenses' constants and the camera.

    Parameters
    ----------
    defocus_nm : float, nm
        Underfocus is positive: ``chi = -pi lambda defocus k^2 + pi/2 Cs lambda^3 k^4``.
    energy_loss_ev : float, eV
        Energy loss at the middle of the slit.
    slit_width_ev : float or None, eV
        ``None``: the slit is out and electrons of all energies arrive.
    shift_px : (float, float), px
        Where the specimen moved to on the camera, ``(y, x)``, unbinned: drift, stage and image shift together.
    beam_electrons_per_px_s : float, electrons per unbinned px and second
        At the brightest place of the beam, without a specimen.
    beam_centre_px : (float, float), px
        Where the middle of the beam lies, ``(y, x)`` from the middle of the camera.
    energy_offset_ev : float, eV
        How far the zero loss has drifted: the slit passes losses around ``energy_loss_ev + energy_offset_ev``.
    accumulated_dose : float, electrons per nm²
        Received by the specimen before this frame; contaminates it and lets elements fade.
    time_s : float, s
        On the simulated clock. It changes nothing by itself: what drifts with time is in the other values.
    is_blanked : bool
        No electrons arrive.
    """

    defocus_nm: float = 0.0
    energy_loss_ev: float = 0.0
    slit_width_ev: float | None = None
    shift_px: tuple[float, float] = (0.0, 0.0)
    beam_electrons_per_px_s: float = 1000.0
    beam_centre_px: tuple[float, float] = (0.0, 0.0)
    energy_offset_ev: float = 0.0
    accumulated_dose: float = 0.0
    time_s: float = 0.0
    is_blanked: bool = False

    def __post_init__(self) -> None:
        if self.slit_width_ev is not None and not self.slit_width_ev > 0:
            raise SettingError(
                "slit_width_ev", "a slit must pass something", got=self.slit_width_ev, expected="above 0, or None (out)"
            )
        for name in ("beam_electrons_per_px_s", "accumulated_dose"):
            if not getattr(self, name) >= 0:
                raise SettingError(name, "cannot be negative", got=getattr(self, name), expected="0 or more")
