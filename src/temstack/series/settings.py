"""What all series share: frozen settings, checked when made, and the rules of automatic exposure."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from temstack.errors import SettingError

Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Number = Annotated[float, Field(allow_inf_nan=False)]
Count = Annotated[int, Field(ge=1, le=100_000)]

_UPPER_SHARE = 0.5
"""Upper threshold as a share of saturation, where none is given: far from it, for edges rise by more than a little."""


_LONGEST_S = 60.0
"""Longest exposure where none is given: most cameras can expose for hours, and the specimen drifts."""


class Settings(BaseModel):
    """Settings that are checked when they are made, and never change afterwards."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)

    def __init__(self, **values: Any) -> None:
        try:
            super().__init__(**values)
        except ValidationError as err:
            raise _as_setting_error(type(self), err) from err

    def changed(self, **values: Any) -> Self:
        """Return the same settings with other values, checked again."""
        return type(self)(**{**self.as_mapping(), **values})

    def as_mapping(self) -> dict[str, Any]:
        """Return the settings as plain JSON holds them, without those that are None."""
        return self.model_dump(mode="json", exclude_none=True)


@dataclass(frozen=True, slots=True)
class ExposureLimits:
    """The thresholds of automatic exposure on one camera, complete.

    Parameters
    ----------
    lower_counts, upper_counts : float, counts above the dark level
        ``upper_counts >= 4 * lower_counts``.
    shortest_s, longest_s : float, s
    retakes : int
        How often one plane may be taken again.
    """

    lower_counts: float
    upper_counts: float
    shortest_s: float
    longest_s: float
    retakes: int


class AutoExposure(Settings):
    """How to choose the exposure of each plane from the one before, in powers of two.

    A plane whose robust maximum reaches `upper_counts`, or that is saturated, is taken again with a shorter
    exposure. One below `lower_counts` is kept, and the next is exposed longer.

    Parameters
    ----------
    upper_counts : float, counts, optional
        Left out: half of the camera's saturation, or 4 times `lower_counts` where that is given.
    lower_counts : float, counts, optional
        At most a quarter of `upper_counts`, else one plane would be too bright and too dim by turns. Left out: an
        eighth, which needs fewer different exposures, and so fewer dark references, than a quarter.
    shortest_s, longest_s : float, s
        The exposure is never shorter or longer. Left out: what the camera can, but not longer than 60 s.
    retakes : int
        How often one plane may be taken again before the series gives up.

    Examples
    --------
    >>> AutoExposure(lower_counts=1000).resolved(saturation=65535, exposure_range_s=(0.01, 60))
    ExposureLimits(lower_counts=1000.0, upper_counts=4000.0, shortest_s=0.01, longest_s=60.0, retakes=6)
    """

    upper_counts: Positive | None = None
    lower_counts: Positive | None = None
    shortest_s: Positive | None = None
    longest_s: Positive | None = None
    retakes: Annotated[int, Field(ge=1, le=50)] = 6

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.upper_counts is not None and self.lower_counts is not None:
            require_wide_enough(self.lower_counts, self.upper_counts)
        if self.shortest_s is not None and self.longest_s is not None and self.shortest_s > self.longest_s:
            raise SettingError(
                "shortest_s", "is longer than longest_s", got=f"{self.shortest_s:g} s and {self.longest_s:g} s"
            )
        return self

    def resolved(self, *, saturation: float, exposure_range_s: tuple[float, float]) -> ExposureLimits:
        """Return the thresholds on a camera.

        Parameters
        ----------
        saturation : float, counts
        exposure_range_s : (float, float), s
            Shortest and longest exposure of the camera.

        Raises
        ------
        SettingError
            If the upper threshold lies at or above saturation, or no exposure of the camera is allowed.
        """
        upper, lower = self._thresholds(saturation)
        require_wide_enough(lower, upper)
        if upper >= saturation:
            raise SettingError(
                "upper_counts", "is not below the camera's saturation", got=f"{upper:g}", expected=f"< {saturation:g}"
            )
        shortest = max(self.shortest_s or 0.0, float(exposure_range_s[0]))
        longest = min(self.longest_s or _LONGEST_S, float(exposure_range_s[1]))
        if shortest > longest:
            raise SettingError(
                "shortest_s and longest_s",
                "leave the camera no exposure",
                got=f"{shortest:g} to {longest:g} s",
                expected=f"something within {exposure_range_s[0]:g} to {exposure_range_s[1]:g} s",
            )
        return ExposureLimits(lower, upper, shortest, longest, self.retakes)

    def _thresholds(self, saturation: float) -> tuple[float, float]:
        upper, lower = self.upper_counts, self.lower_counts
        if upper is None:
            upper = _UPPER_SHARE * saturation if lower is None else 4 * lower
        return upper, upper / 8 if lower is None else lower


def require_wide_enough(lower: float, upper: float) -> None:
    """Raise unless a plane that is just too bright is not too dim at half the exposure or a quarter of it."""
    if upper < 4 * lower:
        raise SettingError(
            "upper_counts",
            "is less than 4 times lower_counts, so that planes would be too bright and too dim by turns",
            got=f"{upper:g} and {lower:g}",
            expected=f"{4 * lower:g} or more",
        )


def _unknown(name: str, known: list[str], subject: str) -> SettingError:
    near = get_close_matches(name, known, n=1, cutoff=0.5)
    advice = f"did you mean {near[0]!r}?" if near else None
    return SettingError(
        subject, "has no such setting", got=repr(name), expected="one of " + ", ".join(known), advice=advice
    )


def _as_setting_error(model: type[BaseModel], err: ValidationError) -> SettingError:
    """Return one fault in one sentence: an unknown name first, for it makes others look missing."""
    subject = model.__name__
    first = min(err.errors(), key=lambda fault: fault["type"] != "extra_forbidden")
    inner = (first.get("ctx") or {}).get("error")
    if isinstance(inner, SettingError):
        return inner
    place = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        return _unknown(str(first["loc"][-1]), list(model.model_fields), subject)
    if first["type"] == "missing":
        return SettingError(f"{subject}: {place}", "is missing")
    what = first["msg"].removeprefix("Input should be ").removeprefix("Value error, ")
    return SettingError(f"{subject}: {place}", "cannot be meant", got=repr(first["input"]), expected=what)
