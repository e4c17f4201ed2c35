"""Microscopes small enough for a test."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from temstack.instrument.simulated import SimulatedMicroscope


@pytest.fixture(autouse=True)
def user_folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder instead of the user's own."""
    folder = tmp_path_factory.mktemp("user")
    monkeypatch.setenv("TEMSTACK_CONFIG", str(folder))
    return folder


@pytest.fixture
def make_microscope() -> Callable[..., SimulatedMicroscope]:
    """Make a virtual microscope with a camera of 64 × 96 px."""

    def make(**options: object) -> SimulatedMicroscope:
        return SimulatedMicroscope(**{"seed": 1, "shape": (64, 96), **options})

    return make
