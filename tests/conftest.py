"""What all tests share: the folder of real data, and nothing left open."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_DEFAULT = Path(__file__).parents[1] / ".." / "shared" / "data"


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The folder of real data, from the environment variable TEMSTACK_DATA; the test is skipped without it."""
    folder = Path(os.environ.get("TEMSTACK_DATA", _DEFAULT)).resolve()
    if not folder.is_dir():
        pytest.skip(f"no real data at {folder}; set TEMSTACK_DATA to the folder that holds it")
    return folder
