"""Every command and every example on the pages runs, and prints what the page says.

A fence ```` ```console ```` holds commands after ``$`` and their output; ```` ```python ```` is run, one page as one
session, and a fence ```` ```text ```` right after it is what it prints. Other fences (```` ```sh ````) are not run.
Numbers may differ a little, ``…`` stands for anything.
"""

from __future__ import annotations

import io
import re
import shlex
import shutil
import signal
import warnings
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import temstack as ts
from temstack.cli import main
from temstack.testing import drifting_eftem_series, drifting_focal_series

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
SOURCES = ROOT / "src"
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_NUMBER = re.compile(r"[−-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?")
_LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)|<img [^>]*src=\"([^\"]+)\"")
_RELATIVE, _ABSOLUTE = 0.1, 0.03


# --- what the examples start from ---------------------------------------------------------------------


def _demo_series(folder: Path) -> None:
    """Make what ``make demo`` leaves behind, as far as the pages build on it."""
    series = drifting_eftem_series(20, 512, 200.0, 1, step_ev=15.0, largest_drift_px=32.0)
    ts.write(series.stack, folder / "demo-output" / "series.zarr")


def _single_files(folder: Path) -> None:
    """Make single images of a series, as a microscope leaves them: DM3 files, and raw files of a focal series."""
    for index, plane in enumerate(drifting_eftem_series(3, 64, largest_drift_px=5.0).stack):
        for name in (f"series_{index}.dm3", f"folder/{index}.dm3", *([f"{'ab'[index]}.dm3"] if index < 2 else [])):
            (folder / name).parent.mkdir(exist_ok=True)
            ts.write(plane.drop_vars("energy_loss"), folder / name)
    (folder / "focal-series").mkdir()
    for index, plane in enumerate(drifting_focal_series(3, 512, largest_drift_px=5.0).stack.values):
        plane.astype("<f4").tofile(folder / "focal-series" / f"{index}.raw")


def _lecture_scripts(folder: Path) -> None:
    """Put the scripts of the examples and a small series beside each other."""
    for script in [*(ROOT / "examples" / "lecture").glob("*.s"), *(ROOT / "examples" / "dm-scripts").glob("*.s")]:
        shutil.copy(script, folder)
    series = drifting_eftem_series(6, 40, largest_drift_px=2.0, step_ev=5.0).stack[:, :32]
    ts.write(
        series.assign_coords(energy_loss=series.energy_loss.copy(data=480 + 5.0 * np.arange(6))), folder / "series.dm4"
    )


def _examples(folder: Path) -> None:
    """Put the examples where a clone has them."""
    shutil.copytree(ROOT / "examples", folder / "examples")


_STAGES: dict[str, Callable[[Path], None]] = {
    "README.md": _examples,
    "docs/reference/files.md": _single_files,
    "docs/how-to/open-and-convert.md": _single_files,
    "docs/how-to/dm-scripts.md": _lecture_scripts,
    "docs/how-to/dm-dialogs.md": _lecture_scripts,
    "docs/how-to/dm-microscope.md": _lecture_scripts,
}


# --- reading pages --------------------------------------------------------------------------------------


@dataclass
class Step:
    """One thing that a reader does: a command or a piece of Python, and what the page says comes out."""

    kind: str
    text: str
    output: list[str] = field(default_factory=list)


def steps_on(page: str) -> Iterator[Step]:
    """Yield what a page tells its reader to do, in order."""
    blocks = [*_blocks(page), ("", "", len(page))]
    for (language, text, end), (after, output, _) in pairwise(blocks):
        if language == "console":
            yield from _commands(text)
        elif language == "python":
            follows = after == "text" and page[end:].lstrip().startswith("```text")
            yield Step("python", text, output.splitlines() if follows else [])


def _blocks(page: str) -> Iterator[tuple[str, str, int]]:
    for found in _FENCE.finditer(page):
        yield found[1], found[2], found.end()


def _commands(text: str) -> Iterator[Step]:
    step: Step | None = None
    for line in text.replace("\\\n", " ").splitlines():
        if line.startswith("$ "):
            if step is not None:
                yield step
            step = Step("command", line[2:])
        elif step is not None:
            step.output.append(line)
    if step is not None:
        yield step


def agrees(said: list[str], shown: list[str]) -> bool:
    """Say whether the output that a page shows is what was said; ``…`` alone on a line stands for any lines."""
    said, shown = ([line.rstrip() for line in lines if line.strip()] for lines in (said, shown))
    if not shown:
        return not said
    if shown[0].strip() == "…":
        return any(agrees(said[skip:], shown[1:]) for skip in range(len(said) + 1))
    return bool(said) and _alike(said[0], shown[0]) and agrees(said[1:], shown[1:])


def _alike(said: str, shown: str) -> bool:
    pattern = r".*".join(re.escape(part) for part in " ".join(_NUMBER.sub("#", shown).split()).split("…"))
    if re.fullmatch(pattern, " ".join(_NUMBER.sub("#", said).split())) is None:
        return False
    if "…" in shown:
        return True
    pairs = zip(_numbers(said), _numbers(shown), strict=True)
    return all(abs(a - b) <= _ABSOLUTE + _RELATIVE * abs(b) for a, b in pairs)


def _numbers(line: str) -> list[float]:
    return [float(number.replace("−", "-")) for number in _NUMBER.findall(line)]


# --- running them -----------------------------------------------------------------------------------------


def _run_command(step: Step, capfd: pytest.CaptureFixture[str]) -> None:
    words = shlex.split(step.text)
    if words[:2] in (["make", "test"], ["make", "bench"]):  # take minutes; that they exist is checked below
        return
    if words[0] == "make":
        words = _recipe(words[1])
    assert words[0] == "temstack", f"a page shows a command that is not tested: {step.text}"
    capfd.readouterr()
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(SystemExit) as ending:
        main(words[1:])
    signal.signal(signal.SIGTERM, before)
    out, err = capfd.readouterr()
    told = [line for line in err.splitlines() if line.startswith(("error: ", "warning: "))]
    refused = any(line.startswith("error: ") for line in step.output)
    assert bool(ending.value.code) == refused, f"{step.text}\nended with {ending.value.code}\n{err}"
    if step.output:
        shown = [line for line in step.output if line.startswith(("error: ", "warning: "))]
        is_cut = step.output[0] == "…"  # what is left out may hold warnings
        assert agrees(told, ["…", *shown, "…"] if is_cut else shown), f"{step.text}\nsaid on stderr\n{err}"
        rest = [line for line in step.output if line not in shown]
        assert agrees(out.splitlines(), rest), f"{step.text}\nprinted\n{out}"


def _recipe(target: str) -> list[str]:
    """Return the command of the program that a target of the Makefile ends with."""
    recipe = re.search(rf"^{target}:.*\n\t\$\(BIN\)/(temstack .*)$", MAKEFILE, re.MULTILINE)
    assert recipe is not None, f"the Makefile has no target {target} that runs temstack"
    return shlex.split(recipe[1])


def _run_python(step: Step, session: dict[str, Any], name: str) -> None:
    printed = io.StringIO()
    with warnings.catch_warnings(), redirect_stdout(printed):
        warnings.simplefilter("ignore", UserWarning)  # those that pages speak of
        exec(compile(step.text, name, "exec"), session)
    if step.output:
        assert agrees(printed.getvalue().splitlines(), step.output), f"{step.text}\nprinted\n{printed.getvalue()}"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_what_a_page_shows_is_what_happens(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    page = path.read_text(encoding="utf-8")
    steps = list(steps_on(page))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setenv("TEMSTACK_CONFIG", str(tmp_path / "user"))
    _STAGES.get(path.relative_to(ROOT).as_posix(), lambda folder: None)(tmp_path)
    if any("demo-output" in step.text for step in steps) and not any(step.text == "make demo" for step in steps):
        (tmp_path / "demo-output").mkdir()
        _demo_series(tmp_path)
    session: dict[str, Any] = {}
    for step in steps:
        if step.kind == "command":
            _run_command(step, capfd)
        else:
            _run_python(step, session, path.name)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere_and_make_targets_exist(path: Path) -> None:
    page = path.read_text(encoding="utf-8")
    for found in _LINK.finditer(page):
        target = found[1] or found[2]
        if "://" not in target:
            assert (path.parent / target).exists(), f"{path.name} links to {target}, which is not there"
    for target in re.findall(r"(?:^|[`$ ])make ([a-z]+)`?$|`make ([a-z]+)`", page, re.MULTILINE):
        name = target[0] or target[1]
        assert re.search(rf"^{name}:", MAKEFILE, re.MULTILINE), f"{path.name} names make {name}, which is not there"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_modules_that_a_page_names_are_there(path: Path) -> None:
    for name in re.findall(r"`([\w/]+\.py)`", path.read_text(encoding="utf-8")):
        assert any((folder / name).is_file() for folder in (ROOT, SOURCES, SOURCES / "temstack")), (
            f"{path.name}: {name}"
        )


def test_output_is_compared_loosely_but_not_blindly() -> None:
    assert agrees(["drift 10.02 px", "", "written"], ["drift 10.00 px", "written"])
    assert agrees(["a", "b", "c"], ["a", "…", "c"])
    assert agrees(["error: x.dm4: is empty; got 0 bytes"], ["error: x.dm4: is empty; …"])
    assert not agrees(["drift 12.02 px"], ["drift 10.00 px"])
    assert not agrees(["drift 10.02 px", "surprise"], ["drift 10.02 px"])
    assert not agrees(["drift 10.02 nm"], ["drift 10.02 px"])
