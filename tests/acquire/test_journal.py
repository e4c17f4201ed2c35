"""The restore journal: there from before the first change until all is back, whoever dies."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from temstack.acquire.journal import find_journal, find_journals, journal_kept
from temstack.errors import DamagedFileError, InstrumentError
from temstack.stack.user_folder import journal_folder

ADDRESS = "simulated://127.0.0.1:43210"


def test_it_is_on_disk_within_and_gone_after_removal(tmp_path: Path) -> None:
    assert find_journals() == []
    with journal_kept(ADDRESS, tmp_path / "a.zarr", {"defocus_nm": 100.0}) as journal:
        assert find_journal(ADDRESS) == journal
        assert journal.is_in_use
        journal.remove()
    assert find_journals() == []
    assert list(journal_folder().iterdir()) == []


def test_one_that_was_not_removed_bars_the_next_series(tmp_path: Path) -> None:
    with journal_kept(ADDRESS, tmp_path / "a.zarr", {"defocus_nm": 100.0}):
        pass
    journal = find_journal(ADDRESS)
    assert journal is not None
    assert not journal.is_in_use
    assert journal.settings == {"defocus_nm": 100.0}
    with (
        pytest.raises(InstrumentError, match=r"a\.zarr, begun .*temstack recover"),
        journal_kept(ADDRESS, tmp_path / "b.zarr", {}),
    ):
        pytest.fail("it must not begin")


def test_two_series_cannot_use_one_microscope(tmp_path: Path) -> None:
    with (
        journal_kept(ADDRESS, tmp_path / "a.zarr", {}),
        pytest.raises(InstrumentError, match="recording another series"),
        journal_kept(ADDRESS, tmp_path / "b.zarr", {}),
    ):
        pytest.fail("it must not begin")


def test_a_killed_process_leaves_one_that_can_be_recovered(tmp_path: Path) -> None:
    code = (
        "import os, pathlib\n"
        "from temstack.acquire.journal import journal_kept\n"
        f"with journal_kept({ADDRESS!r}, pathlib.Path('x.zarr'), {{'energy_loss_ev': 3.5}}):\n"
        "    os._exit(9)\n"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=False).returncode == 9
    journal = find_journal(ADDRESS)
    assert journal is not None
    assert not journal.is_in_use
    assert journal.settings == {"energy_loss_ev": 3.5}


def test_microscopes_within_processes_do_not_bar_each_other(tmp_path: Path) -> None:
    with journal_kept("simulated", tmp_path / "a.zarr", {}), journal_kept("simulated", tmp_path / "b.zarr", {}):
        assert len(find_journals()) == 2
    assert all(journal.is_in_process for journal in find_journals())


def test_a_spoilt_one_is_named(tmp_path: Path) -> None:
    with journal_kept(ADDRESS, tmp_path / "a.zarr", {}) as journal:
        pass
    journal.path.write_text("{}")
    with pytest.raises(DamagedFileError, match="no restore journal"):
        find_journals()
