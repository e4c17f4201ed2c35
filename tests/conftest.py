"""What all tests share: the folder of real data, and nothing left open."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# The same examples every time: a failure that comes and goes helps nobody. Two busy cores miss deadlines.
settings.register_profile("temstack", derandomize=True, deadline=None, max_examples=50, database=None)
settings.load_profile("temstack")

# Windows are drawn into memory. Without Qt, or a library it needs, only the tests of the viewer are skipped.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_API", "pyside6")
try:
    import PySide6.QtWidgets  # noqa: F401
except ImportError as error:
    QT_MISSING = f"no windows here: {error}; `make test` installs what Qt needs where it may"
    pytest_plugins: list[str] = []
else:
    QT_MISSING = ""
    pytest_plugins = ["pytestqt.plugin"]

_DEFAULT = Path(__file__).parents[1] / ".." / "shared" / "data"


def pytest_configure(config: pytest.Config) -> None:
    """Without Qt, leave out the examples in the views, which cannot be imported."""
    if QT_MISSING:
        config.option.ignore_glob = [*(config.option.ignore_glob or []), "*/viewer/views/*"]


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The folder of real data, from the environment variable TEMSTACK_DATA; without it a test is skipped."""
    folder = Path(os.environ.get("TEMSTACK_DATA", _DEFAULT)).resolve()
    if not folder.is_dir():
        pytest.skip(f"no real data at {folder}; set TEMSTACK_DATA to the folder that holds it")
    return folder
