"""Named parameter sets of a camera: View, Search, Focus, Record; kept in the user's folder, one file per camera."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from temstack.errors import DamagedFileError, SettingError
from temstack.instrument.frames import Frame, Processing, request_frame
from temstack.instrument.protocols import Camera
from temstack.stack.durable import replace_when_done
from temstack.stack.user_folder import user_folder

SET_NAMES = ("View", "Search", "Focus", "Record")
"""The sets that every camera has; others may be added."""

_SHARES = {"View": 0.25, "Search": 0.25, "Focus": 0.5, "Record": 1.0}
_LARGEST_VIEW_PX = {"View": 1024, "Search": 512, "Focus": 512, "Record": None}


class ParameterSet(BaseModel):
    """How to take one kind of frame.

    Parameters
    ----------
    exposure_s : float, s
    binning : (int, int)
        ``(y, x)``.
    readout_area : (int, int, int, int), unbinned px, optional
        ``(top, left, bottom, right)``, half-open; None: everything.
    processing : str
        ``"unprocessed"``, ``"dark_subtracted"`` or ``"gain_normalized"``.
    shutter : str
        ``"open"``, or ``"closed"`` for dark frames.
    frames : int
        How many are recorded and summed where a script or a series asks for it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    exposure_s: float = 1.0
    binning: tuple[int, int] = (1, 1)
    readout_area: tuple[int, int, int, int] | None = None
    processing: Processing = "gain_normalized"
    shutter: Literal["open", "closed"] = "open"
    frames: int = 1

    def changed(self, **values: Any) -> ParameterSet:
        """Return the set with other values; SettingError if there is no such value or it cannot be meant.

        >>> ParameterSet().changed(exposure_s=0.5).exposure_s
        0.5
        """
        return _checked({**self.model_dump(), **values}, "parameter set")

    def check(self, camera: Camera) -> None:
        """Raise if this camera cannot do it."""
        if self.frames < 1:
            raise SettingError("frames", "must be 1 or more", got=self.frames)
        request_frame(
            camera,
            self.exposure_s,
            binning=self.binning,
            readout_area=self.readout_area,
            processing=self.processing,
        )

    def acquire(self, camera: Camera) -> Frame:
        """Return one frame taken so."""
        return camera.acquire(
            self.exposure_s,
            binning=self.binning,
            readout_area=self.readout_area,
            processing=self.processing,
            shutter_open=self.shutter == "open",
        )


def default_sets(camera: Camera) -> dict[str, ParameterSet]:
    """Return the sets of a camera that nobody has changed: Record at full resolution, the others binned and short."""
    return {name: _default(camera, name) for name in SET_NAMES}


def _default(camera: Camera, name: str) -> ParameterSet:
    shortest, longest = camera.exposure_range_s
    largest = _LARGEST_VIEW_PX[name]
    square = sorted(pair for pair in camera.binnings if pair[0] == pair[1])
    binning = (1, 1)
    for pair in square:
        binning = pair
        if largest is None or max(camera.shape) <= largest * pair[0]:
            break
    return ParameterSet(exposure_s=min(max(_SHARES[name], shortest), longest), binning=binning)


class ParameterSets:
    """The parameter sets of one camera on this computer.

    Parameters
    ----------
    camera : Camera
        Sets are kept by its name, and checked against what it can do.
    folder : Path, optional
        Where they are kept; left out, ``cameras`` in the user's folder of temstack.

    Examples
    --------
    >>> import tempfile
    >>> from temstack.instrument import connect
    >>> sets = ParameterSets(connect("simulated").camera, Path(tempfile.mkdtemp()))
    >>> sets.change("Record", exposure_s=0.4, binning=(2, 2)).binning
    (2, 2)
    >>> sets["Record"].exposure_s, sets["View"].exposure_s
    (0.4, 0.25)
    """

    def __init__(self, camera: Camera, folder: Path | None = None) -> None:
        self._camera = camera
        self.path = (user_folder() / "cameras" if folder is None else folder) / _file_name(camera.name)

    def __getitem__(self, name: str) -> ParameterSet:
        sets = self.all()
        if name not in sets:
            raise SettingError(
                f"camera {self._camera.name!r}",
                "has no such parameter set",
                got=repr(name),
                expected="one of " + ", ".join(sets),
            )
        return sets[name]

    def all(self) -> dict[str, ParameterSet]:
        """Return every set by name: those kept, and the defaults of those that were never changed."""
        return {**default_sets(self._camera), **self._kept()}

    def change(self, name: str, **values: Any) -> ParameterSet:
        """Change some values of a set, keep it, and return it; a name that is new makes a set like Record."""
        sets = self.all()
        if not re.fullmatch(r"[\w -]{1,40}", name):
            raise SettingError("parameter set", "cannot have this name", got=repr(name), expected="letters and digits")
        changed = sets.get(name, sets["Record"]).changed(**values)
        changed.check(self._camera)
        self._keep({**self._kept(), name: changed})
        return changed

    def reset(self, name: str) -> None:
        """Bring a set back to its default; one that has none is removed."""
        kept = self._kept()
        if name not in kept and name not in SET_NAMES:
            _ = self[name]
        kept.pop(name, None)
        self._keep(kept)

    def _kept(self) -> dict[str, ParameterSet]:
        try:
            found = json.loads(self.path.read_text(encoding="utf-8"))
            if not (isinstance(found, Mapping) and isinstance(found.get("sets"), Mapping)):
                raise ValueError("no sets in it")
            return {str(name): _checked(values, f"{self.path}: {name}") for name, values in found["sets"].items()}
        except FileNotFoundError:
            return {}
        except ValueError as err:
            raise DamagedFileError(
                str(self.path), f"cannot be read ({err})", advice="put it right, or remove it to get the defaults back"
            ) from err

    def _keep(self, sets: Mapping[str, ParameterSet]) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        content = {"camera": self._camera.name, "sets": {name: one.model_dump() for name, one in sets.items()}}
        with replace_when_done(self.path, overwrite=True) as temporary:
            temporary.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _checked(values: Any, subject: str) -> ParameterSet:
    try:
        return ParameterSet.model_validate(values)
    except ValidationError as err:
        first = err.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "values"
        if first["type"] == "extra_forbidden":
            raise SettingError(
                subject, "has no such value", got=repr(place), expected="one of " + ", ".join(ParameterSet.model_fields)
            ) from err
        raise SettingError(
            f"{subject}: {place}", "cannot be meant", got=repr(first["input"]), expected=first["msg"]
        ) from err


def _file_name(camera: str) -> str:
    """Return a file name that every system takes and no other camera has."""
    plain = re.sub(r"[^A-Za-z0-9_-]+", "-", camera).strip("-")[:40] or "camera"
    return f"{plain}.json" if plain == camera else f"{plain}-{sha256(camera.encode()).hexdigest()[:8]}.json"
