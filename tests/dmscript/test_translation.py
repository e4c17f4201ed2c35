"""A translation does what the script does: the same numbers, texts, pixels and printed results."""

from __future__ import annotations

import contextlib
import io
import sys

import numpy as np
import pytest
from typer.testing import CliRunner

import temstack as ts
from temstack.dmscript.images import Image
from temstack.dmscript.translation import translate


def both(script, monkeypatch, *, left_out=0):
    """Run a script and its translation; return the variables of both, after comparing what they print."""
    text = translate(script)
    assert text.count(": left out, ") == left_out, text
    monkeypatch.setattr(sys, "argv", ["translated"])
    space, printed = {}, io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.suppress(SystemExit):
        exec(compile(text, "translated", "exec"), space)
    run = ts.run_script(script, persistent_tags=None, seed=0)
    if not left_out:
        assert printed.getvalue() == run.results
    return run.variables, space


SAME = {
    "numbers": """
        number a = 7, b = 2, c
        c = a / b + a % b - b**3
        a += 1; b--
        result("c = " + c + ", " + (a > b) + ", " + format(c, "%.3f"))""",
    "texts": """
        string s = "plane " + 3, t = s
        t += "/" + 5
        result(t + " " + len(t) + " " + left(t, 5) + "|" + mid(t, 6, 2) + "|" + find(t, "/"))""",
    "a byte stack wraps round": """
        image stack := IntegerImage("stack", 1, 1, 30, 20, 5)
        stack[] = irow*10 + icol*iplane""",
    "an unsigned integer image loses fractions": """
        image a := IntegerImage("a", 2, 0, 9, 7)
        a = icol * 0.7 - irow * 3.9""",
    "areas and volumes": """
        image s := RealImage("s", 4, 8, 6, 3)
        s = icol + 10*irow + 100*iplane
        image part := s[1, 1, 1, 5, 4, 3].ImageClone()
        s[0, 0, 2, 8, 6, 3] = 7
        image flat := RealImage("flat", 4, 8, 6)
        flat = irow
        flat[1, 2, 3, 5] = 50
        flat[2, 1] = 9
        number total = sum(flat[0, 0, 3, 4]) + sum(s[2, 1, 2])""",
    "slices": """
        image s := RealImage("s", 4, 8, 6, 3), plane := RealImage("p", 4, 8, 6)
        plane = iradius
        for (number i = 0; i < 3; i++) s.slice2(0, 0, i, 0, 8, 1, 1, 6, 1) = plane * i
        image middle := s.slice2(0, 0, 1, 0, 8, 1, 1, 6, 1).ImageClone()
        image line := s.slice1(2, 3, 0, 2, 3, 1).ImageClone()""",
    "functions of pixels": """
        image a := RealImage("a", 4, 16, 12), m := RealImage("m", 4, 16, 12)
        a = sqrt(abs(sin(icol/3) * cos(irow/5))) + exp(-iradius/8)
        m = tert(icol > 7 && irow < 5, 1, 0)
        m = iradius < 4 ? a : m
        number hot = max(m), cold = min(a), spread = StandardDeviation(a), middle = mean(a * 2)""",
    "pixels beside": """
        image a := RealImage("a", 4, 9, 5), d := RealImage("d", 4, 9, 5)
        a = icol*icol + irow
        d = a[icol+1, irow] - a.offset(-1, 0)""",
    "loops with break and continue": """
        number i, total = 0
        for (i = 10; i > 0; i -= 2) {
            if (i == 6) continue
            if (i < 3) break
            total += i
        }
        while (total < 100) { total *= 2 }""",
    "functions of the script": """
        number count = 0
        number twice(number x) { count++; return 2 * x }
        image scaled(image img, number by)
        {
            image made = img * by
            return made
        }
        image a := RealImage("a", 4, 5, 4)
        a = icol
        image b := scaled(a, twice(3))
        result(count)""",
    "calibration": """
        image a := RealImage("a", 4, 5, 4)
        number o, s
        string u
        a.ImageSetDimensionCalibration(0, 2, 0.5, "nm", 1)
        a.ImageSetDimensionScale(1, 3)
        a.ImageGetDimensionCalibration(0, o, s, u, 1)
        result(o + " " + s + " " + u + " " + a.ImageGetDimensionScale(1))""",
    "errors": """
        number done = 0
        try { Throw("no") ; done = 1 }
        catch { done = 2; break }""",
    "transforms": """
        image a := RealImage("a", 4, 8, 8)
        a = icol * irow
        image back := RealIFFT(RealFFT(a))
        image turned := RotateLeft(a), sums := Project(a, 1)""",
    "exit": """
        result("before")
        exit(0)
        result("after")""",
    "names that Python has": """
        number sum = 3, lambda = 2
        image image_ := RealImage("x", 4, 3, 3)
        image_ = sum * lambda""",
}


@pytest.mark.parametrize("name", SAME)
def test_a_translation_does_the_same(name, monkeypatch):
    wanted, found = both(SAME[name], monkeypatch)
    for variable, value in wanted.items():
        other = found.get(variable + "_", found.get(variable))
        if isinstance(value, Image):
            np.testing.assert_allclose(np.squeeze(other.values), np.squeeze(value.data), rtol=1e-5, atol=1e-5)
        elif isinstance(value, float | int):
            assert float(other) == pytest.approx(value), variable
        elif isinstance(value, str):
            assert other == value


def test_what_is_left_out_says_line_and_reason_and_takes_what_needs_it_along(monkeypatch):
    script = """number a = 1
        taggroup tags = NewTagGroup()
        number count = tags.TagGroupCountTags()
        number b = count + 1
        number c = a + 1"""
    text = translate(script)
    assert "# line 2: left out, a taggroup has no equivalent here: taggroup tags = NewTagGroup()" in text
    assert "# line 4: left out, it needs 'count', which was left out: number b = count + 1" in text
    _, found = both(script, monkeypatch, left_out=3)
    assert found["c"] == 2


def test_a_loop_is_left_out_as_a_whole(monkeypatch):
    script = """number i = 0, done = 0
        while (!done) { i++; done = ShiftDown() || i > 3 }
        number after = 5"""
    _, found = both(script, monkeypatch, left_out=1)
    assert found["after"] == 5


def test_a_question_suggests_what_the_script_does(monkeypatch):
    script = """number t = 0.5
        if (!GetNumber("Exposure (s)", t, t)) exit(0)
        result(t * 2)"""
    _, found = both(script, monkeypatch)
    assert found["t"] == 0.5


def test_no_script_makes_the_translator_fail():
    for script in ("class A { void f(object self) { result(1) } }\nalloc(A).f()", "image a\na = 5", "foo(3)", ""):
        compile(translate(script), "translated", "exec")


def test_the_command_prints_or_writes_and_replaces_nothing(tmp_path, monkeypatch):
    from temstack.cli.app import app

    monkeypatch.chdir(tmp_path)
    script = tmp_path / "a.s"
    script.write_text("number a = 1\nroi r = NewROI()\n")
    shown = CliRunner().invoke(app, ["script", "translate", str(script)])
    assert "a = 1\n" in shown.stdout
    assert CliRunner().invoke(app, ["script", "translate", str(script), "-o", "a.py"]).exit_code == 0
    assert "1 part left out" in CliRunner().invoke(
        app, ["script", "translate", str(script), "-o", "a.py", "--overwrite"]
    ).stdout.replace("\n", " ")
    assert CliRunner().invoke(app, ["script", "translate", str(script), "-o", "a.py"]).exit_code != 0
