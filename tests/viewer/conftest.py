"""Windows for tests: a folder of the user of their own, and nothing left running."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> pytest.Module | None:
    """Skip every module here where there is no Qt, and say why."""
    try:
        import PySide6.QtWidgets  # noqa: F401
    except ImportError as error:
        return _WithoutWindows.from_parent(parent, path=module_path, reason=str(error))
    return None


class _WithoutWindows(pytest.Module):
    def __init__(self, *, reason: str, **place: object) -> None:
        super().__init__(**place)
        self._reason = reason

    def collect(self):
        pytest.skip(f"no windows here: {self._reason}", allow_module_level=True)


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
    window.closing.let_go()
    window.collector.end()  # a failed test holds its window, and with it would stop collecting in all others
