"""Microscopes small enough for a test, and a user's folder that is not the user's."""

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
    """Make a virtual microscope with a camera of 64 × 64 px."""

    def make(**options: object) -> SimulatedMicroscope:
        return SimulatedMicroscope(**{"seed": 1, "shape": (64, 64), **options})

    return make
