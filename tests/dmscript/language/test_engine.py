"""Runs that are stopped, limited, or go on from each other; and what an error tells."""

from __future__ import annotations

import threading

import pytest

from temstack.dmscript.context import Run
from temstack.dmscript.engine import Session, compile_script
from temstack.dmscript.errors import (
    ScriptCancelled,
    ScriptLimitError,
    ScriptNameError,
    ScriptRuntimeError,
    ScriptThrownError,
)
from temstack.dmscript.execution import Execution, Limits
from temstack.dmscript.host import HeadlessHost
from temstack.dmscript.source import Source


def execution(**limits):
    return Execution(Run(HeadlessHost()), limits=Limits(**limits))


def results(made):
    return "".join(made.run.results)


def test_a_script_is_cancelled_from_another_thread():
    made = execution()
    threading.Timer(0.1, made.cancel).start()
    with pytest.raises(ScriptCancelled, match="cancelled"):
        compile_script("number i\nwhile (1) i++").run(made)


def test_a_waiting_script_is_cancelled():
    made = execution()
    threading.Timer(0.1, made.cancel).start()
    with pytest.raises(ScriptCancelled):
        compile_script("object s = NewSignal(0)\ns.WaitOnSignal(infinity(), NULL)").run(made)


def test_a_script_that_catches_everything_is_cancelled_all_the_same():
    made = execution()
    threading.Timer(0.1, made.cancel).start()
    with pytest.raises(ScriptCancelled):
        compile_script('while (1) { try { throw("x") } catch { break } }').run(made)


def test_a_script_that_takes_too_long_is_stopped_with_its_place():
    with pytest.raises(ScriptLimitError, match="takes too long") as caught:
        compile_script("number i\nwhile (1) i++").run(execution(seconds=0.1))
    assert caught.value.position.line == 2


def test_recursion_without_loops_counts_as_steps():
    text = "number f(number n) { if (n < 2) return 1; return f(n - 1) + f(n - 2) }\nf(60)"
    with pytest.raises(ScriptLimitError, match="too many steps"):
        compile_script(text, counts_steps=True).run(execution(steps=5000))


def test_an_error_names_the_calls_that_led_to_it():
    text = 'void inner() { throw("deep") }\nvoid outer() { inner() }\nouter()'
    with pytest.raises(ScriptThrownError) as caught:
        compile_script(Source(text, "calls.s")).run(execution())
    assert str(caught.value.position) == "calls.s:1:16"
    assert [str(place) for place in caught.value.calls] == ["calls.s:2:16", "calls.s:3:1"]
    assert "called from calls.s:2:16" in str(caught.value)


def test_all_errors_are_found_at_once():
    made = compile_script("foo(1)\nnumber a = b\nsqrt(1, 2, 3)")
    assert [error.position.line for error in made.errors] == [1, 2, 3]
    with pytest.raises(ScriptNameError, match="foo"):
        made.run(execution())


def test_a_compiled_script_runs_again_from_the_start():
    made = compile_script("number a\na++\nresult(a)")
    for _ in range(2):
        run = execution()
        made.run(run)
        assert results(run) == "1"


def test_variables_are_left_also_after_an_error():
    run = execution()
    with pytest.raises(ScriptThrownError):
        compile_script('number a = 5\nstring Name = "x"\nthrow("end")').run(run)
    assert run.variables == {"a": 5.0, "Name": "x"}


class TestSession:
    def test_entries_go_on_from_each_other(self):
        session, run = Session(), execution()
        for entry in ("number a = 2", "number f(number x) { return x * a }", "a = 5", "result(f(3))"):
            session.run(entry, run)
        assert results(run) == "15"

    def test_classes_and_objects_stay(self):
        session, run = Session(), execution()
        for entry in (
            "class A { number n; void add(object self) { n++ } number get(object self) { return n } }",
            "object a = alloc(A)",
            "a.add(); a.add()",
            "result(a.get())",
        ):
            session.run(entry, run)
        assert results(run) == "2"

    def test_an_error_leaves_what_was_done_before(self):
        session, run = Session(), execution()
        session.run("number a = 1", run)
        with pytest.raises(ScriptRuntimeError):
            session.run('a = 2\nthrow("no")', run)
        session.run("result(a)", run)
        assert results(run) == "2"

    def test_a_variable_declared_again_has_its_new_type(self):
        session, run = Session(), execution()
        for entry in ("number a = 1", 'string a = "text"', "result(a)"):
            session.run(entry, run)
        assert results(run) == "text"
