"""Windows for tests: a folder of the user of their own, and nothing left running."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

try:
    import PySide6.QtWidgets  # noqa: F401
except ImportError as error:
    collect_ignore_glob = ["test_*.py"]
    _missing = str(error)


@pytest.fixture(autouse=True)
def user_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of recent files, sessions and scripts: empty, and not the user's own."""
    folder = tmp_path / "user"
    monkeypatch.setenv("TEMSTACK_CONFIG", str(folder))
    return folder


@pytest.fixture
def main(qtbot) -> Iterator:
    """The main window, without documents."""
    from temstack.viewer.views.main_window import MainWindow

    window = MainWindow()
    qtbot.addWidget(window)
    window.show()
    yield window
    window.desk.jobs.cancel_all()
