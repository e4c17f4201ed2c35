"""From the text of a script to its end: parse, compile to a Python code object, run, and place what went wrong.

A script becomes one Python function. Its top-level variables are that function's local variables, so that loops are
fast; those that the script's functions use become cells of closures. In a :class:`Session` they are global instead,
so that the next entry finds them.
"""

from __future__ import annotations

import ast
import itertools
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from types import CodeType
from typing import Any

import numpy as np

from temstack.dmscript import array_operators, image_literals, nodes, pixels, runtime
from temstack.dmscript import py_nodes as py
from temstack.dmscript.compile_expressions import not_implemented
from temstack.dmscript.compile_statements import StatementCompiler
from temstack.dmscript.declarations import Declarations, UserClass, UserFunction, collect
from temstack.dmscript.errors import (
    ScriptError,
    ScriptExit,
    ScriptLimitError,
    ScriptRuntimeError,
)
from temstack.dmscript.execution import Execution, Options
from temstack.dmscript.indexing import gather, part
from temstack.dmscript.nodes import key
from temstack.dmscript.number_text import text_of
from temstack.dmscript.objects import (
    MemberReference,
    Method,
    ScriptClass,
    ScriptObject,
    fit_arguments,
    no_such_method,
)
from temstack.dmscript.parser import parse
from temstack.dmscript.places import as_script_error, remember_source
from temstack.dmscript.references import NULL, Cell
from temstack.dmscript.scopes import Scope
from temstack.dmscript.signatures import Registry, Signature, choose_leniently, load_registry, type_of
from temstack.dmscript.source import Source
from temstack.errors import InstrumentError

CATCHABLE = (
    ScriptRuntimeError,
    InstrumentError,
    ArithmeticError,
    TypeError,
    ValueError,
    LookupError,
    AttributeError,
    NameError,
    OSError,
    MemoryError,
)
"""What a ``catch`` of a script catches; limits, cancelling and ``exit`` pass it."""

DIALOGS_STAY_S = 5.0
"""How long dialogs stay open for threads that are still at work when nothing else is to be done, s."""

_numbers = itertools.count(1)


@dataclass
class CompiledScript:
    """A script ready to run.

    Parameters
    ----------
    source : Source
        Its text.
    code : CodeType, optional
        Python code; None where `errors` are.
    constants : dict
        Values that the code needs.
    exports : dict
        Python names of its top-level variables, and what the script calls them.
    errors : list of ScriptError
        Unknown names, wrong types and the like, in the order of the text.
    warnings : list of tuple
        ``(offset, code, text)`` of suspicious code.
    """

    source: Source
    code: CodeType | None = None
    constants: dict[str, Any] = field(default_factory=dict)
    exports: dict[str, str] = field(default_factory=dict)
    errors: list[ScriptError] = field(default_factory=list)
    warnings: list[tuple[int, str, str]] = field(default_factory=list)

    def run(self, execution: Execution, namespace: dict[str, Any] | None = None) -> dict[str, Any]:
        """Run to the end, threads included; return the top-level variables by name.

        Raises
        ------
        ScriptError
            The first error of compiling, or what ended the run, with its place.
        """
        if self.errors:
            raise self.errors[0]
        assert self.code is not None
        space = {} if namespace is None else namespace
        space.update(_runtime_names(execution))
        space.update(self.constants)
        space["export_"] = lambda found: self._export(execution, found)
        execution.start_clock()
        try:
            _guarded(lambda: exec(self.code, space))
            _guarded(execution.run.desk.play)
            if namespace is None and not execution.threads_end_within(DIALOGS_STAY_S):
                # Threads that work as long as their dialog is open would never end: nobody is there to close it.
                _guarded(execution.run.desk.close_dialogs)
            execution.join_threads()
            if namespace is None:
                # In a session, dialogs and listeners stay for the next entry.
                _guarded(execution.run.desk.clear)
        except BaseException:
            if namespace is None:
                # What still runs ends with the script; a session goes on with its next entry.
                execution.cancel()
            raise
        finally:
            execution.stop_clock()
        return execution.variables

    def _export(self, execution: Execution, found: dict[str, Any]) -> None:
        for python, name in self.exports.items():
            value = runtime.plain(found.get(python, NULL))
            # An object that stayed here would outlive the script, and its destructor would never speak.
            if python in found and not isinstance(value, ScriptObject):
                execution.variables[name] = value


def compile_script(
    source: Source | str,
    registry: Registry | None = None,
    options: Options | None = None,
    *,
    counts_steps: bool = False,
) -> CompiledScript:
    """Return a script ready to run.

    Parameters
    ----------
    source : Source or str
        The script.
    registry : Registry, optional
        Built-ins; all of ours if not given.
    options : Options, optional
        Open semantics.
    counts_steps : bool
        Whether the run is limited in steps, which costs some time.

    Raises
    ------
    ScriptSyntaxError
        If it cannot be parsed. All other errors are in ``errors`` of the result.
    """
    if isinstance(source, str):
        source = Source(source)
    registry = load_registry() if registry is None else registry
    compiler = StatementCompiler(source, registry, Declarations(), options or Options(), counts_steps)
    return _compile(compiler, parse(source), as_function=True)


def run_within(source: Source, execution: Execution) -> float:
    """Run another script within a running one, with variables of its own; return what it gave ``exit``.

    Raises
    ------
    ScriptError
        What is wrong with it, or ended it, with its place.
    """
    made = compile_script(source, options=execution.options, counts_steps=execution.limits.steps is not None)
    if made.errors:
        raise made.errors[0]
    assert made.code is not None
    space = {**_runtime_names(execution), **made.constants, "export_": lambda _found: None}
    try:
        exec(made.code, space)
    except ScriptExit as end:
        return end.code
    return 0.0


class _SessionCompiler(StatementCompiler):
    def outer_names(self, names: list[str]) -> ast.stmt:
        return ast.Global(names)


class Session:
    """Entries that go on from each other: variables, functions and classes stay.

    Parameters
    ----------
    registry : Registry, optional
        Built-ins; all of ours if not given.
    options : Options, optional
        Open semantics.
    """

    def __init__(self, registry: Registry | None = None, options: Options | None = None) -> None:
        self.registry = load_registry() if registry is None else registry
        self.options = options or Options()
        self.known = Declarations()
        self.scope = Scope()
        self.namespace: dict[str, Any] = {}

    def compile(self, source: Source | str, *, counts_steps: bool = False) -> CompiledScript:
        """Return one entry ready to run."""
        if isinstance(source, str):
            source = Source(source)
        tree = parse(source)
        compiler = _SessionCompiler(source, self.registry, self.known, self.options, counts_steps)
        compiler.scope = compiler.globals = self.scope
        made = _compile(compiler, tree, as_function=False)
        for variables in self.scope.names.values():
            for variable in variables:
                # Declared before everything in the next entry.
                variable.at = -1
        return made

    def run(self, source: Source | str, execution: Execution) -> dict[str, Any]:
        """Run one entry; return its variables.

        Raises
        ------
        ScriptError
            What is wrong with the entry, or ended it. What it did before stays.
        """
        made = self.compile(source, counts_steps=execution.limits.steps is not None)
        return made.run(execution, self.namespace)


# --- compiling --------------------------------------------------------------------------------


def _compile(compiler: StatementCompiler, tree: nodes.Script, *, as_function: bool) -> CompiledScript:
    label = f"{compiler.source.name} #{next(_numbers)}"
    remember_source(label, compiler.source)
    made = CompiledScript(compiler.source)
    try:
        body = _body(compiler, tree, as_function=as_function)
        exports = {one.python: one.name for found in compiler.globals.names.values() for one in found[-1:]}
        made.exports = exports
        if not compiler.errors:
            made.code = _code(body, label)
    except (RecursionError, MemoryError, SyntaxError) as err:
        if isinstance(err, ScriptError):
            raise
        why = "blocks nest too deeply" if isinstance(err, SyntaxError) else "expressions or blocks nest too deeply"
        line = getattr(err, "lineno", None) or 1
        error = ScriptLimitError(why, compiler.source.position(0)._replace(line=line), advice="split it into functions")
        compiler.errors.append(error.placed(compiler.source))
    # The source is among them so that functions keep the text that their errors point at.
    made.constants, made.warnings = {**compiler.constants, label: compiler.source}, compiler.warnings
    made.errors = sorted(compiler.errors, key=lambda error: error.position or (("", 0, 0)))
    return made


def _body(compiler: StatementCompiler, tree: nodes.Script, *, as_function: bool) -> list[ast.stmt]:
    functions, classes = collect(tree, compiler.known)
    compiler.boxed = compiler.known.boxed_names(tree)
    for statement in tree.body:
        if isinstance(statement, nodes.Declare):
            for one in statement.names:
                compiler.declare(compiler.known.type_named(statement.type), one.name, one.at)
    statements = compiler.body(tree.body)
    definitions = _definitions(compiler, functions, classes)
    if not as_function:
        after: list[ast.stmt] = [ast.Expr(py.call("export_", py.call("globals")))]
        return [*definitions, ast.Try(body=statements or [ast.Pass()], handlers=[], orelse=[], finalbody=after)]
    after = [ast.Expr(py.call("export_", py.call("locals")))]
    guarded = ast.Try(body=statements or [ast.Pass()], handlers=[], orelse=[], finalbody=after)
    return [py.function("main_", [], [*definitions, guarded]), ast.Expr(py.call("main_"))]


def _definitions(
    compiler: StatementCompiler, functions: Sequence[UserFunction], classes: Sequence[UserClass]
) -> list[ast.stmt]:
    found: list[ast.stmt] = []
    waiting, done = list(classes), set[str]()
    while waiting:
        # A base comes before the classes that derive from it; in a circle anything may come first.
        ready = [
            one for one in waiting if not any(key(other.name) == key(one.base) for other in waiting if other is not one)
        ]
        for one in ready or waiting[:1]:
            waiting.remove(one)
            done.add(one.python)
            found += compiler.class_(one)
    found += [compiler.function(one) for one in functions]
    return found


def _code(body: list[ast.stmt], label: str) -> CodeType:
    module = ast.Module(body, [])
    py.locate_rest(module)
    return compile(module, label, "exec")


# --- running ----------------------------------------------------------------------------------


def _runtime_names(execution: Execution) -> dict[str, Any]:
    """Return what compiled code calls."""
    run = execution.run

    def call_method(receiver: Any, name: str, *arguments: Any) -> Any:
        if not isinstance(receiver, ScriptObject):
            return runtime.call_method(receiver, name, *arguments)
        given = (receiver, *arguments)
        method = receiver.script_class.find(name, given)
        if method is not None:
            return method.function(*fit_arguments(method.signature, given, runtime.fit))
        # A class may have methods of its own beside those of UIFrame, under the same name.
        built_in = _built_in_for(name, given)
        if built_in is None:
            raise no_such_method(receiver, name, given)
        return built_in(run, *given)

    def caught(error: BaseException) -> None:
        # A stop that was asked for must not be caught as an ordinary error.
        execution.check()
        found = as_script_error(error)
        run.exception_text = found.message if found is not None else ""

    def start(receiver: ScriptObject, method: str) -> None:
        if not receiver.script_class.has(method.lower()):
            raise ScriptRuntimeError(
                f"class '{receiver.script_class.name}' has no method '{method}' to run as a thread"
            )
        execution.start_thread(lambda: call_method(receiver, method.lower()), as_script_error)

    def call_back(receiver: Any, name: str, arguments: Sequence[Any]) -> Any:
        return call_method(receiver, name.lower(), *arguments)

    run.call = call_back
    execution.start_method = start
    return {
        **_RUNTIME,
        "run_": run,
        "rule_": run.conversion,
        "stop_": execution.stop,
        "halt_": execution.halt,
        "count_": execution.count,
        "caught_": caught,
        "call_method_": call_method,
        "expression_image_": partial(pixels.expression_image, room=execution.require_memory),
        "assign_": partial(pixels.assign, room=execution.require_memory),
        "assign_any_": partial(pixels.assign_any, room=execution.require_memory),
        "copy_pixels_": partial(pixels.copy_pixels, room=execution.require_memory),
        "duplicate_": partial(pixels.duplicate, room=execution.require_memory),
    }


def _built_in_for(name: str, arguments: Sequence[Any]) -> Any:
    chosen = choose_leniently(load_registry().find(name), [type_of(runtime.plain(value)) for value in arguments])
    if chosen is None:
        return None
    if chosen.function is None:
        return lambda *_: not_implemented(chosen.name, chosen.help)
    return chosen.function


def add_method(owner: ScriptClass, name: str, signature: Signature, function: Any) -> None:
    """Add a method to a class of a running script."""
    owner.methods.setdefault(name, []).append(Method(signature, function))


_RUNTIME: dict[str, Any] = {
    "NULL": NULL,
    "Cell": Cell,
    "MemberReference": MemberReference,
    "ScriptClass": ScriptClass,
    "OnePixel": pixels.OnePixel,
    "WholeImage": pixels.WholeImage,
    "catchable_": CATCHABLE,
    "add_method_": add_method,
    "allocate_": runtime.allocate,
    "call_class_method_": runtime.call_class_method,
    "values_of_": runtime.values_of,
    "throw_": runtime.throw,
    "leave_": runtime.leave,
    "put_": runtime.put,
    "fit_": runtime.fit,
    "default_of_": runtime.default_of,
    "text_": text_of,
    "char_code_": runtime.char_code,
    "is_valid_": runtime.is_valid,
    "calculate_": runtime.calculate,
    "order_": runtime.order,
    "divide_": runtime.divide,
    "divide_by_zero_": runtime.divide_by_zero,
    "remainder_": runtime.remainder,
    "power_": runtime.power,
    "bits_": runtime.bits,
    "complement_": runtime.complement,
    "not_implemented_": not_implemented,
    "image_": pixels.valid_image,
    "number_image_": image_literals.number_image,
    "part_": part,
    "gather_": gather,
    "wide_": pixels.wide,
    "literal_": image_literals.literal,
    "set_all_": pixels.set_all,
    "set_pixel_": pixels.set_pixel,
    "scatter_into_": pixels.scatter_into,
    "one_value_": pixels.one_value,
    "as_number_": array_operators.as_number,
    "choose_pixels_": array_operators.choose_pixels,
    "array_divide_": array_operators.array_divide,
    "array_remainder_": array_operators.array_remainder,
    "array_power_": array_operators.array_power,
    "array_bits_": array_operators.array_bits,
    "logical_and_": np.logical_and,
    "logical_or_": np.logical_or,
    "logical_not_": np.logical_not,
}


def _guarded(work: Any) -> None:
    """Do the work; what goes wrong is raised as an error of the script, with its place."""
    try:
        work()
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as err:
        found = as_script_error(err)
        if err.__traceback__ is not None:
            # Frames that stay alive would keep objects from their destructors.
            traceback.clear_frames(err.__traceback__)
        if found is None:
            return
        if found is err:
            raise
        raise found from err
