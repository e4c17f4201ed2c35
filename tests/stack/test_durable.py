"""Outputs are whole or not there, whatever goes wrong."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from temstack.errors import OutputExistsError, StorageError
from temstack.stack.durable import replace_when_done

posix_only = pytest.mark.skipif(os.name == "nt", reason="needs POSIX limits, signals or permissions")


def write(path: Path, text: str, **options: bool) -> None:
    with replace_when_done(path, **options) as temporary:
        temporary.write_text(text)


def write_folder(path: Path, text: str, **options: bool) -> None:
    with replace_when_done(path, folder=True, **options) as temporary:
        (temporary / "c" / "0").mkdir(parents=True)
        (temporary / "c" / "0" / "0").write_text(text)
        (temporary / "zarr.json").write_text("{}")


def in_child(code: str, *arguments: str, prelude: str = "") -> subprocess.CompletedProcess[str]:
    script = f"import sys, os, pathlib\nfrom temstack.stack.durable import replace_when_done\n{prelude}\n{code}"
    return subprocess.run(
        [sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=False, timeout=60
    )


def test_a_new_file_appears_whole_and_alone(tmp_path: Path) -> None:
    write(tmp_path / "a.txt", "new")
    assert (tmp_path / "a.txt").read_text() == "new"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.txt"]


def test_the_temporary_path_is_hidden_beside_the_target_with_its_suffix(tmp_path: Path) -> None:
    with replace_when_done(tmp_path / "a.dm4") as temporary:
        assert temporary.parent == tmp_path
        assert temporary.suffix == ".dm4"
        assert temporary.name.startswith(".")
        assert not temporary.exists()
        temporary.write_bytes(b"")


def test_an_existing_file_is_refused_before_the_work(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("old")
    with pytest.raises(OutputExistsError, match=r"a\.txt: already exists; choose another name"):  # noqa: SIM117
        with replace_when_done(tmp_path / "a.txt"):
            pytest.fail("the work started")
    assert (tmp_path / "a.txt").read_text() == "old"


@pytest.mark.parametrize("put", [write, write_folder])
def test_overwrite_replaces(tmp_path: Path, put: object) -> None:
    put(tmp_path / "a.zarr", "old")  # type: ignore[operator]
    put(tmp_path / "a.zarr", "new", overwrite=True)  # type: ignore[operator]
    texts = [path.read_text() for path in tmp_path.rglob("*") if path.is_file() and path.name != "zarr.json"]
    assert texts == ["new"]
    assert len(list(tmp_path.iterdir())) == 1


def test_a_file_that_appears_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    def write_slowly() -> None:
        with replace_when_done(tmp_path / "a.txt") as temporary:
            temporary.write_text("ours")
            (tmp_path / "a.txt").write_text("theirs")

    with pytest.raises(OutputExistsError, match="appeared while"):
        write_slowly()
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.txt"]
    assert (tmp_path / "a.txt").read_text() == "theirs"


def test_a_folder_that_appears_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    def write_slowly() -> None:
        with replace_when_done(tmp_path / "a.zarr", folder=True) as temporary:
            temporary.mkdir()
            write_folder(tmp_path / "a.zarr", "theirs")

    with pytest.raises(OutputExistsError, match="appeared while"):
        write_slowly()
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.zarr"]
    assert (tmp_path / "a.zarr" / "c" / "0" / "0").read_text() == "theirs"


def test_disks_without_hard_links_still_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*names: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted", *names)

    monkeypatch.setattr(os, "link", no_links)
    write(tmp_path / "a.txt", "new")
    assert (tmp_path / "a.txt").read_text() == "new"


def fail_half_way(path: Path, error: BaseException, *, folder: bool = False) -> None:
    with replace_when_done(path, overwrite=True, folder=folder) as temporary:
        if folder:
            temporary.mkdir()
        (temporary / "x" if folder else temporary).write_text("half")
        raise error


@pytest.mark.parametrize("error", [ValueError("bad"), KeyboardInterrupt(), SystemExit(3)])
def test_any_error_leaves_the_old_file_and_nothing_else(tmp_path: Path, error: BaseException) -> None:
    write(tmp_path / "a", "old")
    with pytest.raises(type(error)):
        fail_half_way(tmp_path / "a", error)
    assert [entry.name for entry in tmp_path.iterdir()] == ["a"]
    assert (tmp_path / "a").read_text() == "old"


@pytest.mark.parametrize("error", [ValueError("bad"), KeyboardInterrupt(), SystemExit(3)])
def test_any_error_leaves_the_old_folder_and_nothing_else(tmp_path: Path, error: BaseException) -> None:
    write_folder(tmp_path / "a", "old")
    with pytest.raises(type(error)):
        fail_half_way(tmp_path / "a", error, folder=True)
    assert [entry.name for entry in tmp_path.iterdir()] == ["a"]
    assert (tmp_path / "a" / "c" / "0" / "0").read_text() == "old"


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS])
def test_a_full_disk_is_one_sentence(tmp_path: Path, number: int) -> None:
    with pytest.raises(StorageError, match=r"a\.txt: (the disk is|your disk quota|the file would)") as caught:
        fail_half_way(tmp_path / "a.txt", OSError(number, os.strerror(number)))
    assert caught.value.__cause__ is not None
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "error",
    [
        OSError("1024 requested and 512 written"),
        RuntimeError("Can't write data (file write failed: errno = 28, error message = 'No space left')"),
    ],
)
def test_a_full_disk_told_in_words_is_recognised(tmp_path: Path, error: Exception) -> None:
    with pytest.raises(StorageError, match="the disk is full"), replace_when_done(tmp_path / "a.txt"):
        raise error


def test_a_full_disk_while_forcing_to_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match="the disk is full"):
        write(tmp_path / "a.txt", "new")
    assert list(tmp_path.iterdir()) == []


def test_errors_about_the_input_are_not_blamed_on_the_output(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as caught, replace_when_done(tmp_path / "a.txt"):
        (tmp_path / "no-input").read_text()
    assert not isinstance(caught.value, StorageError)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="no-such-folder: there is no such folder"):
        write(tmp_path / "no-such-folder" / "a.txt", "new")


def test_a_name_that_is_too_long(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="the name is too long"):
        write(tmp_path / ("a" * 300), "new")


def test_a_folder_of_data_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "precious.dm4").write_text("precious")
    for folder in (False, True):
        with pytest.raises(OutputExistsError, match="a folder that temstack did not write"):  # noqa: SIM117
            with replace_when_done(tmp_path / "data", overwrite=True, folder=folder):
                pytest.fail("the work started")
    assert (tmp_path / "data" / "precious.dm4").exists()


@posix_only
def test_a_device_is_never_replaced() -> None:
    with pytest.raises(StorageError, match="is a device"):
        write(Path("/dev/null"), "new", overwrite=True)
    assert not Path("/dev/null").is_file()


@posix_only
def test_a_symbolic_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.txt").write_text("old")
    (tmp_path / "link.txt").symlink_to(tmp_path / "real" / "a.txt")
    write(tmp_path / "link.txt", "new", overwrite=True)
    assert (tmp_path / "link.txt").is_symlink()
    assert (tmp_path / "real" / "a.txt").read_text() == "new"


@posix_only
def test_the_limit_on_the_size_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("old")
    child = in_child(
        "from temstack.errors import StorageError\n"
        "try:\n"
        "    with replace_when_done(sys.argv[1], overwrite=True) as temporary:\n"
        "        temporary.write_bytes(bytes(1 << 20))\n"
        "except StorageError as err:\n"
        "    print(err)",
        str(tmp_path / "a.txt"),
        prelude="import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))",
    )
    assert "larger than is allowed here" in child.stdout, child.stderr
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.txt"]
    assert (tmp_path / "a.txt").read_text() == "old"


@posix_only
@pytest.mark.parametrize("step", ["write", "fsync", "replace"])
def test_killed_at_any_step_the_old_file_is_whole(tmp_path: Path, step: str) -> None:
    (tmp_path / "a.txt").write_text("old")
    child = in_child(
        "def die(*rest): os.kill(os.getpid(), 9)\n"
        "step = sys.argv[2]\n"
        "if step == 'fsync': os.fsync = die\n"
        "if step == 'replace': pathlib.Path.replace = die\n"
        "with replace_when_done(sys.argv[1], overwrite=True) as temporary:\n"
        "    temporary.write_text('half')\n"
        "    if step == 'write': die()",
        str(tmp_path / "a.txt"),
        step,
    )
    assert child.returncode == -signal.SIGKILL, child.stderr
    assert (tmp_path / "a.txt").read_text() == "old"


@posix_only
def test_a_folder_without_permission() -> None:
    """Root may write anywhere, so as root the child becomes another user first."""
    closed = Path(tempfile.mkdtemp())
    closed.chmod(0o555)
    child = in_child(
        "from temstack.errors import StorageError\n"
        "if os.geteuid() == 0: os.setuid(65534)\n"
        "try:\n"
        "    with replace_when_done(sys.argv[1]): raise SystemExit('the work started')\n"
        "except StorageError as err:\n"
        "    print(err)",
        str(closed / "a.txt"),
    )
    closed.rmdir()
    assert "no permission to write here" in child.stdout, child.stderr
