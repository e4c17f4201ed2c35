"""Dark and gain references, kept between series: taken where none is fresh, found again by what they belong to.

A dark reference belongs to one microscope and camera, exposure really used, binning, readout area and temperature, and
ages. A gain reference belongs to a microscope and camera; it is measured unbinned on the whole camera, and cut and
binned where it is used.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from temstack.errors import FrameError, InstrumentError
from temstack.instrument import Camera, Frame, Microscope, request_frame
from temstack.stack.durable import replace_when_done
from temstack.stack.user_folder import user_folder

DARK_FRAMES, GAIN_FRAMES = 4, 16
"""How many frames are averaged."""

LARGEST_AGE_S = 4 * 3600.0
"""How long a dark reference is fresh, s: what a cooled camera keeps through half a day's work."""

_SAME_TEMPERATURE_C = 1.0
_LEAST_SENSITIVITY = 0.1
"""Pixels below this share of the mean see nothing; nobody can make up for them, so they are left as they are."""


@dataclass(frozen=True, slots=True)
class ReferenceKey:
    """What a reference belongs to.

    Parameters
    ----------
    kind : str
        ``"dark"`` or ``"gain"``.
    microscope, camera : str
    exposure_s : float, s
        What the camera really used; of a gain reference it does not matter.
    binning : (int, int)
        ``(y, x)``.
    readout_area : (int, int, int, int), unbinned px
        ``(top, left, bottom, right)``, half-open.
    """

    kind: Literal["dark", "gain"]
    microscope: str
    camera: str
    exposure_s: float
    binning: tuple[int, int]
    readout_area: tuple[int, int, int, int]

    @property
    def file_name(self) -> str:
        """One name for each key; a gain reference has one name for all exposures."""
        exposure = "" if self.kind == "gain" else f"{self.exposure_s:.6g}"  # beyond that exposures are the same
        text = json.dumps([self.kind, self.microscope, self.camera, exposure, self.binning, self.readout_area])
        return f"{self.kind}-{sha256(text.encode()).hexdigest()[:16]}.npz"


@dataclass(frozen=True, eq=False)
class Reference:
    """A dark or gain reference.

    Parameters
    ----------
    key : ReferenceKey
    pixels : (y, x) float32
        Counts of a dark reference; sensitivity, 1 on average, of a gain reference.
    time : float, s
        When it was taken, seconds since 1970 of the microscope's clock.
    frames : int
        How many were averaged.
    temperature_c : float, °C, optional
    is_new : bool
        Whether it was taken just now, not found.
    """

    key: ReferenceKey
    pixels: NDArray[np.float32]
    time: float
    frames: int
    temperature_c: float | None = None
    is_new: bool = False


class ReferenceLibrary:
    """The references on this computer.

    Parameters
    ----------
    folder : Path, optional
        Left out: ``references`` in the user's folder of temstack.
    largest_age_s : float, s
        Older dark references are taken anew.
    frames : int
        How many frames are averaged to a dark reference.

    Examples
    --------
    >>> import tempfile
    >>> from temstack.instrument import connect
    >>> library = ReferenceLibrary(Path(tempfile.mkdtemp()))
    >>> with connect("simulated", shape=(64, 64)) as microscope:
    ...     first = library.dark(microscope, microscope.camera, 0.5)
    ...     again = library.dark(microscope, microscope.camera, 0.5)
    >>> first.is_new, again.is_new, first.pixels.shape
    (True, False, (64, 64))
    """

    def __init__(
        self, folder: Path | None = None, *, largest_age_s: float = LARGEST_AGE_S, frames: int = DARK_FRAMES
    ) -> None:
        self.folder = user_folder() / "references" if folder is None else Path(folder)
        self._largest_age_s, self._frames = largest_age_s, frames

    # --- dark -----------------------------------------------------------------------------------------

    def dark(
        self,
        microscope: Microscope,
        camera: Camera,
        exposure_s: float,
        *,
        binning: Sequence[int] = (1, 1),
        readout_area: Sequence[int] | None = None,
        renew: bool = False,
    ) -> Reference:
        """Return the dark reference of these settings; take it, with the beam blanked, only where none is fresh.

        Parameters
        ----------
        microscope, camera
        exposure_s : float, s
            What the camera really used: :attr:`temstack.instrument.Frame.exposure_s`.
        binning, readout_area
            As in :meth:`temstack.instrument.Camera.acquire`.
        renew : bool
            Take a new one in any case.

        Raises
        ------
        InstrumentError
            If a frame cannot be taken, or the camera uses another exposure than it did.
        """
        key = _dark_key(microscope, camera, exposure_s, binning, readout_area)
        found = None if renew else self._kept(key)
        if found is not None and self._is_fresh(found, microscope, camera):
            return found
        with beam_blanked(microscope):
            frames = [_dark_frame(camera, key) for _ in range(self._frames)]
        used = frames[0].exposure_s
        if abs(used - exposure_s) > 1e-6 * exposure_s:
            raise FrameError(
                f"camera {camera.name!r}: dark reference",
                "was exposed differently than the frame it is for",
                got=f"{used:g} s",
                expected=f"{exposure_s:g} s",
            )
        taken = Reference(key, _mean(frames), frames[0].time, len(frames), frames[0].temperature_c, is_new=True)
        self._keep(taken)
        return taken

    def kept_dark(
        self,
        microscope: Microscope,
        camera: Camera,
        exposure_s: float,
        *,
        binning: Sequence[int] = (1, 1),
        readout_area: Sequence[int] | None = None,
    ) -> tuple[Reference, bool] | None:
        """Return the dark reference that is kept for these settings and whether it is fresh; None if there is none.

        Nothing is taken. Parameters as in :meth:`dark`.
        """
        found = self._kept(_dark_key(microscope, camera, exposure_s, binning, readout_area))
        return None if found is None else (found, self._is_fresh(found, microscope, camera))

    def _is_fresh(self, found: Reference, microscope: Microscope, camera: Camera) -> bool:
        age_s = microscope.clock.now() - found.time
        now_c = camera.temperature_c
        same = now_c is None or found.temperature_c is None or abs(now_c - found.temperature_c) <= _SAME_TEMPERATURE_C
        return 0 <= age_s <= self._largest_age_s and same  # a clock that was set back makes all ages doubtful

    # --- gain -----------------------------------------------------------------------------------------

    def take_gain(
        self, microscope: Microscope, camera: Camera, exposure_s: float, *, frames: int = GAIN_FRAMES
    ) -> Reference:
        """Measure the gain reference of a camera and keep it. The beam must be flat and free of specimen.

        Parameters
        ----------
        microscope, camera
        exposure_s : float, s
            Of each frame; long enough for some thousand counts.
        frames : int
            How many are averaged.

        Raises
        ------
        InstrumentError
            If there is too little light, or so much that the camera saturates.
        """
        lit = [camera.acquire(exposure_s, processing="unprocessed") for _ in range(frames)]
        dark = self.dark(microscope, camera, lit[0].exposure_s)
        mean = _mean(lit)
        _check_light(camera, mean, dark.pixels)
        key = replace(dark.key, kind="gain", exposure_s=lit[0].exposure_s)
        gain = _normalized(mean - dark.pixels)
        taken = Reference(key, gain, lit[0].time, frames, lit[0].temperature_c, is_new=True)
        self._keep(taken)
        return taken

    def gain(
        self,
        microscope: Microscope,
        camera: Camera,
        *,
        binning: Sequence[int] = (1, 1),
        readout_area: Sequence[int] | None = None,
    ) -> NDArray[np.float32] | None:
        """Return the gain reference of a camera, binned and cut, or None where nobody took one.

        Returns
        -------
        (y, x) float32, dimensionless
            Sensitivity, 1 on average over the whole camera. The camera may have one of its own:
            :meth:`temstack.instrument.Camera.gain_reference`.
        """
        whole = _dark_key(microscope, camera, camera.exposure_range_s[0], (1, 1), None)
        found = self._kept(replace(whole, kind="gain"))
        if found is None:
            return None
        wanted = request_frame(camera, camera.exposure_range_s[0], binning=binning, readout_area=readout_area)
        top, left, bottom, right = wanted.readout_area
        (height, width), (by, bx) = wanted.shape, wanted.binning
        blocks = found.pixels[top:bottom, left:right].reshape(height, by, width, bx)
        return np.asarray(blocks.mean(axis=(1, 3)), np.float32)

    # --- what is kept ---------------------------------------------------------------------------------

    def references(self) -> Iterator[Reference]:
        """Yield every reference that is kept; files that cannot be read are left out."""
        for path in sorted(self.folder.glob("*.npz")):
            found = _load(path)
            if found is not None:
                yield found

    def remove(self, key: ReferenceKey) -> None:
        """Forget a reference."""
        (self.folder / key.file_name).unlink(missing_ok=True)

    def _kept(self, key: ReferenceKey) -> Reference | None:
        return _load(self.folder / key.file_name)

    def _keep(self, reference: Reference) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        about = {
            **asdict(reference.key),
            "time": reference.time,
            "frames": reference.frames,
            "temperature_c": reference.temperature_c,
        }
        with replace_when_done(self.folder / reference.key.file_name, overwrite=True) as temporary:
            np.savez(temporary, pixels=reference.pixels, about=np.array(json.dumps(about)))


@contextmanager
def beam_blanked(microscope: Microscope) -> Iterator[None]:
    """Keep the beam off specimen and camera for a while, and put the blanker back as it was, whatever happens."""
    beam = microscope.beam
    if beam is None or beam.is_blanked:
        yield
        return
    try:
        if not beam.set_blanked(True):
            raise InstrumentError("beam", "was not blanked for a dark reference", got="unblanked", expected="blanked")
        yield
    finally:
        beam.set_blanked(False)


def _dark_key(
    microscope: Microscope,
    camera: Camera,
    exposure_s: float,
    binning: Sequence[int],
    readout_area: Sequence[int] | None,
) -> ReferenceKey:
    request = request_frame(camera, exposure_s, binning=binning, readout_area=readout_area, shutter_open=False)
    return ReferenceKey("dark", microscope.name, camera.name, exposure_s, request.binning, request.readout_area)


def _dark_frame(camera: Camera, key: ReferenceKey) -> Frame:
    return camera.acquire(
        key.exposure_s,
        binning=key.binning,
        readout_area=key.readout_area,
        processing="unprocessed",
        shutter_open=False,
    )


def _mean(frames: list[Frame]) -> NDArray[np.float32]:
    return np.asarray(np.mean([frame.pixels for frame in frames], axis=0, dtype=np.float64), np.float32)


def _check_light(camera: Camera, lit: NDArray[np.float32], dark: NDArray[np.float32]) -> None:
    subject = f"camera {camera.name!r}: gain reference"
    light = float(np.median(lit - dark))
    if light < 100:
        raise InstrumentError(
            subject,
            "there is too little light",
            got=f"{light:.1f} counts",
            expected="100 or more",
            advice="unblank the beam, move the specimen away, or expose longer",
        )
    if np.quantile(lit, 0.99) >= camera.saturation:
        raise InstrumentError(
            subject, "the frames are saturated", got=f"{lit.max():.0f} counts", advice="expose shorter"
        )


def _normalized(light: NDArray[np.float32]) -> NDArray[np.float32]:
    relative = light / light.mean()
    relative[relative < _LEAST_SENSITIVITY] = 1.0
    return np.asarray(relative / relative.mean(), np.float32)


def _load(path: Path) -> Reference | None:
    """Return the reference in a file; None where there is none, or it cannot be read and must be taken anew."""
    try:
        # Opened here, for NumPy would leave a file open that turns out to be no archive.
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            about: dict[str, Any] = json.loads(str(file["about"]))
            pixels = np.asarray(file["pixels"], np.float32)
        return _reference(about, pixels)
    except (OSError, EOFError, ValueError, KeyError, TypeError, BadZipFile):
        return None


def _reference(about: dict[str, Any], pixels: NDArray[np.float32]) -> Reference:
    of_key = {name: about[name] for name in ("kind", "microscope", "camera", "exposure_s")}
    key = ReferenceKey(**of_key, binning=tuple(about["binning"]), readout_area=tuple(about["readout_area"]))
    top, left, bottom, right = key.readout_area
    if pixels.shape != ((bottom - top) // key.binning[0], (right - left) // key.binning[1]):
        raise ValueError("the pixels do not fit the area")
    return Reference(key, pixels, float(about["time"]), int(about["frames"]), about["temperature_c"])
