"""Kinds of value that only the Spectrum menu has: energy windows, and named reference spectra."""

# ruff: noqa: D102 - what the methods of each kind do is said once, in Kind

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from temstack.errors import SettingError
from temstack.operations.kinds import Kind, Points, StackInput


@dataclass(frozen=True)
class EnergyWindows(Kind):
    """Planes by their energies, and ranges of energies: ``617,694`` two planes, ``600:700`` all from one to the other.

    A range is kept in a list of its own, because JSON would make two planes of a pair.
    """

    units: str = "eV"

    @property
    def metavar(self) -> str:
        return "EV,EV or FROM:TO"

    def describe(self) -> str:
        return "energies in eV such as 617,694, or ranges FROM:TO such as 600:700"

    def parse(self, text: str, name: str) -> Any:
        windows: list[Any] = []
        for word in text.replace(";", ",").split(","):
            try:
                ends = [float(end.replace("−", "-")) for end in word.split(":")]
            except ValueError:
                raise self._refuse(name, text) from None
            windows.append(ends[0] if len(ends) == 1 else tuple(ends))
        return self.check(windows, name)

    def check(self, value: Any, name: str) -> Any:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return [float(value)]
        if isinstance(value, tuple):
            value = [value]
        if hasattr(value, "tolist"):
            value = value.tolist()
        if not isinstance(value, list) or not value:
            raise self._refuse(name, value)
        return [self._one(each, name) for each in value]

    def _one(self, window: Any, name: str) -> Any:
        try:
            if isinstance(window, list | tuple):
                start, stop = (float(end) for end in window)
                return (start, stop)
            return float(window)
        except (TypeError, ValueError):
            raise self._refuse(name, window) from None


@dataclass(frozen=True)
class References(Kind):
    """Reference spectra by name: files, spectra in memory, or numbers, one for each plane."""

    @property
    def metavar(self) -> str:
        return "NAME=FILE,…"

    def describe(self) -> str:
        return "names with files that hold a spectrum, such as Cu=cu.msa,Zn=zn.msa"

    def parse(self, text: str, name: str) -> Any:
        return self.check(self.files(text), name)

    def files(self, text: str) -> dict[str, str]:
        """Return the files that a text names, not yet read."""
        found = {}
        for word in text.split(","):
            label, equals, path = word.partition("=")
            found[label.strip() if equals else Path(word).stem] = (path if equals else word).strip()
        return found

    def check(self, value: Any, name: str) -> Any:
        if not isinstance(value, Mapping) or not value:
            raise self._refuse(name, value)
        return {str(label): self._spectrum(each, f"{name} {label!r}") for label, each in value.items()}

    def _spectrum(self, given: Any, name: str) -> Any:
        if isinstance(given, list | tuple):
            return list(given)
        spectrum = StackInput().check(given, name)
        if hasattr(spectrum, "squeeze") and getattr(spectrum, "ndim", 1) > 1:
            spectrum = spectrum.squeeze(drop=True)
        if getattr(spectrum, "ndim", 1) != 1:
            raise SettingError(name, "is no spectrum", got=f"shape {spectrum.shape}", expected="one spectrum")
        return spectrum


@dataclass(frozen=True)
class Line(Points):
    """Both ends of a line."""

    @property
    def metavar(self) -> str:
        return "'Y,X Y,X'"

    def describe(self) -> str:
        return "two points, 'Y,X Y,X'"

    def check(self, value: Any, name: str) -> Any:
        ends = super().check(value, name)
        if len(ends) != 2:
            raise self._refuse(name, value)
        return ends


@dataclass(frozen=True)
class FrameWeights(Kind):
    """A way to weight frames, or one number for each of them."""

    ways: tuple[str, ...] = ("counting", "equal", "agreement")

    @property
    def metavar(self) -> str:
        return "|".join(self.ways) + "|W,W,…"

    def describe(self) -> str:
        return "one of " + ", ".join(self.ways) + ", or a number for each frame"

    def parse(self, text: str, name: str) -> Any:
        if text in self.ways:
            return text
        try:
            return [float(word) for word in text.split(",")]
        except ValueError:
            raise self._refuse(name, text) from None

    def check(self, value: Any, name: str) -> Any:
        if hasattr(value, "tolist"):
            value = value.tolist()
        if value in self.ways or (isinstance(value, list | tuple) and value):
            return value
        raise self._refuse(name, value)
