"""Every case in ``tests/dmscript/cases``: results, and errors by kind, place and text."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

from temstack.dmscript.errors import ScriptError
from temstack.dmscript.host import HeadlessHost
from temstack.dmscript.running import run_script
from temstack.instrument.simulated import SimulatedMicroscope

_spec = importlib.util.spec_from_file_location("dm_cases", Path(__file__).with_name("cases.py"))
assert _spec is not None
assert _spec.loader is not None
_cases = importlib.util.module_from_spec(_spec)
sys.modules["dm_cases"] = _cases
_spec.loader.exec_module(_cases)

FILES = sorted((Path(__file__).parents[1] / "cases").rglob("*.s"))
CASES = [case for path in FILES for case in _cases.read_cases(path)]


class Recorder(HeadlessHost):
    """A host that keeps what the script wrote, so that it can be seen after an error too.

    Its microscope has a camera 96 px wide and 64 high.
    """

    text = ""

    @property
    def microscope(self):
        if self._microscope is None:
            self._microscope = SimulatedMicroscope(shape=(64, 96))
        return self._microscope

    def write_result(self, text: str) -> None:
        self.text += text


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case):
    host = Recorder(case.answers)
    error = None
    try:
        run_script(case.text, host=host, persistent_tags=None, **case.options)
    except ScriptError as err:
        error = err
    if case.error is None:
        assert error is None, str(error)
    else:
        assert error is not None, f"no error; wrote {host.text!r}"
        line, column, text = case.error
        assert error.position is not None
        assert (error.position.line, error.position.column) == (line, column), str(error)
        said = f"{error.kind}: {error.message}"
        assert said.startswith(text[:-3]) if text.endswith("...") else said.rstrip() == text
    assert host.text.rstrip("\n") == case.output.rstrip("\n")


def test_there_are_enough_cases():
    assert len(CASES) >= 300
    assert len({case.name for case in CASES}) == len(CASES)


def test_a_case_can_fail():
    case = _cases.read_cases(Path(__file__).with_name("wrong.s"))[0]
    with pytest.raises(AssertionError):
        test_case(case)
