"""Compile statements, functions and classes to Python statements."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import Any

from temstack.dmscript import nodes
from temstack.dmscript import py_nodes as py
from temstack.dmscript.compile_assignments import AssignmentCompiler
from temstack.dmscript.declarations import Declarations, UserClass, UserFunction
from temstack.dmscript.execution import Options
from temstack.dmscript.nodes import Node, key
from temstack.dmscript.scopes import Scope, Variable
from temstack.dmscript.signatures import Registry
from temstack.dmscript.source import Source


class StatementCompiler(AssignmentCompiler):
    """Makes Python statements of the statements of a script.

    Parameters
    ----------
    source, registry, known
        As in :class:`~temstack.dmscript.inference.Inference`.
    options : Options
        Open semantics.
    counts_steps : bool
        Whether loops and calls count the steps of a limited run.
    """

    def __init__(
        self, source: Source, registry: Registry, known: Declarations, options: Options, counts_steps: bool
    ) -> None:
        super().__init__(source, registry, known)
        self.options = options
        self.counts_steps = counts_steps
        self.constants: dict[str, Any] = {}
        self._constant_names: dict[int, str] = {}
        self.globals = self.scope
        self.self_name = ""
        self.returns = ""
        self.in_function = False
        self.boxed: set[str] = set()
        self._used_globals: set[str] = set()
        self._count = 0
        # What `break` and `continue` mean here, innermost last.
        self._loops: list[_Loop] = []

    # --- what expressions need ---

    def use(self, variable: Variable) -> None:
        """Note that the function being compiled uses a top-level variable."""
        if variable.is_global and self.in_function:
            self._used_globals.add(variable.python)

    def temporary(self) -> str:
        """Return a new Python name."""
        self._count += 1
        return f"t_{self._count}"

    def constant_name(self, value: Any) -> str:
        """Return the Python name of a value that is given to the code."""
        found = self._constant_names.get(id(value))
        if found is None:
            found = self.known.new_name("k_", getattr(value, "__name__", type(value).__name__).strip("<>"))
            self._constant_names[id(value)] = found
            self.constants[found] = value
        return found

    def declare(self, type_name: str, name: str, at: int, kind: str = "local") -> Variable:
        """Return a new variable of the innermost block; one that is known ahead is returned as it is."""
        known = next((one for one in self.scope.names.get(key(name), ()) if one.at == at), None)
        if known is not None:
            return known
        python = self.known.new_name("v_", name)
        if key(name) in self.boxed:
            kind = "cell"
        variable = Variable(name, type_name, at, python, kind, not self.in_function)
        self.scope.declare(variable)
        return variable

    # --- statements ---

    def body(self, statements: Sequence[Node]) -> list[ast.stmt]:
        """Return the Python statements of a list of statements."""
        made: list[ast.stmt] = []
        for statement in statements:
            made += self.statement(statement)
        return made

    def statement(self, node: Node) -> list[ast.stmt]:
        """Return the Python statements of one statement."""
        compile_it = _STATEMENTS.get(type(node))
        if compile_it is None:
            return []
        made = compile_it(self, node)
        line, column = self.source.line_and_column(node.at)
        for statement in made:
            py.locate(statement, line, column)
        return made

    def block(self, node: Node) -> list[ast.stmt]:
        """Return the Python statements of a body, which is a scope of its own; never empty."""
        self.scope = Scope(self.scope)
        made = self.body(node.body if isinstance(node, nodes.Block) else [node])
        self.scope.close()
        assert self.scope.parent is not None
        self.scope = self.scope.parent
        return made or [ast.Pass()]

    def _block(self, node: nodes.Block) -> list[ast.stmt]:
        return self.block(node)

    def _declare(self, node: nodes.Declare) -> list[ast.stmt]:
        type_name = self.known.type_named(node.type)
        made = []
        for one in node.names:
            value = self.first_value(type_name, one)
            variable = self.declare(type_name, one.name, one.at)
            made.append(self._create(variable, value, one.at))
        return made

    def _create(self, variable: Variable, value: ast.expr, at: int) -> ast.stmt:
        """Return the statement that makes a new variable."""
        if variable.kind != "cell":
            return self._put(variable, value, at)
        made = py.assign(variable.python, py.call("Cell", value, py.constant(variable.type)))
        line, column = self.source.line_and_column(at)
        py.locate(made, line, column)
        return made

    def _put(self, variable: Variable, value: ast.expr, at: int) -> ast.stmt:
        """Return the statement that sets a variable."""
        self.use(variable)
        if variable.kind == "local":
            target: ast.expr = py.name(variable.python)
        elif variable.kind == "cell":
            target = py.attribute(py.name(variable.python), "value")
        else:
            target = py.attribute(py.name(self.self_name), variable.python)
        made = py.assign(target if not isinstance(target, ast.Name) else target.id, value)
        line, column = self.source.line_and_column(at)
        py.locate(made, line, column)
        return made

    def _evaluate(self, node: nodes.Evaluate) -> list[ast.stmt]:
        inner = node.value
        if isinstance(inner, nodes.Step) and isinstance(inner.target, nodes.Name):
            inner = nodes.Assign(inner.at, inner.op + "=", inner.target, nodes.Number(inner.at, 1.0, "1"))
        if isinstance(inner, nodes.Assign) and isinstance(inner.target, nodes.Name):
            variable = self.target_variable(inner.target)
            if variable is not None:
                return [self._put(variable, self.new_value(inner, variable), inner.at)]
        if isinstance(inner, nodes.Name | nodes.Number | nodes.String) and not self._is_call(inner):
            self.type_of(inner)
            self.warn(node.at, "no-effect", "this statement has no effect")
        if self.type_of(inner) == "image" and self.is_expression(inner):
            self.warn(node.at, "no-effect", "this statement has no effect")
        return [ast.Expr(self.value(inner))]

    def _is_call(self, node: Node) -> bool:
        return isinstance(node, nodes.Name) and self.variable(node.name, node.at) is None

    def _if(self, node: nodes.If) -> list[ast.stmt]:
        compiled = [(self.condition(condition), self.block(body)) for condition, body in node.branches]
        made = self.block(node.otherwise) if node.otherwise is not None else []
        for test, inside in reversed(compiled):
            made = [ast.If(test, inside, made)]
        return made

    # --- loops ---

    def _check(self) -> list[ast.stmt]:
        """Return what every turn of a loop does first: stop if that was asked."""
        if self.counts_steps:
            return [ast.Expr(py.call("count_"))]
        return [ast.If(py.attribute(py.name("stop_"), "asked"), [ast.Expr(py.call("halt_"))], [])]

    def _loop(self, condition: Node | None, body: Node, step: Sequence[Node] = ()) -> list[ast.stmt]:
        test = py.constant(True) if condition is None else self.condition(condition)
        # `continue` in a `for` does the step first, so the step is compiled where it is needed.
        self._loops.append(_Loop("loop", lambda: self.body(step)))
        inside = self.block(body)
        self._loops.pop()
        return [ast.While(test, [*self._check(), *inside, *self.body(step)], [])]

    def _while(self, node: nodes.While) -> list[ast.stmt]:
        return self._loop(node.condition, node.body)

    def _for(self, node: nodes.For) -> list[ast.stmt]:
        self.scope = Scope(self.scope)
        made = self.body(node.start) + self._loop(node.condition, node.body, node.step)
        self.scope.close()
        assert self.scope.parent is not None
        self.scope = self.scope.parent
        return made

    def _foreach(self, node: nodes.ForEach) -> list[ast.stmt]:
        values = py.call("values_of_", self.value(node.values))
        self.scope = Scope(self.scope)
        if node.type:
            variable: Variable | None = self.declare(self.known.type_named(node.type), node.name, node.at)
        else:
            variable = self.target_variable(nodes.Name(node.at, node.name))
        item = self.temporary()
        self._loops.append(_Loop("loop", lambda: []))
        put = self._create if node.type else self._put
        first = [] if variable is None else [put(variable, py.name(item), node.at)]
        inside = self.block(node.body)
        self._loops.pop()
        self.scope.close()
        assert self.scope.parent is not None
        self.scope = self.scope.parent
        # The name must not keep the last object alive after the loop.
        release = py.assign(item, py.constant(None))
        return [
            ast.For(ast.Name(item, ast.Store()), values, [*self._check(), *first, *inside], []),
            release,
        ]

    def _break(self, node: nodes.Break) -> list[ast.stmt]:
        if not self._loops:
            self.warn(node.at, "stray-break", "'break' is in no loop; it ends the function here")
            return self._return_nothing()
        return [ast.Break()]

    def _continue(self, node: nodes.Continue) -> list[ast.stmt]:
        handlers: list[_Loop] = []
        for loop in reversed(self._loops):
            if loop.kind == "loop":
                if handlers:
                    for handler in handlers:
                        handler.continues = True
                    flags = [py.assign(handler.flag, py.constant(True)) for handler in handlers]
                    return [*flags, ast.Break()]
                return [*loop.step(), ast.Continue()]
            handlers.append(loop)
        self.warn(node.at, "stray-continue", "'continue' is in no loop; it ends the function here")
        return self._return_nothing()

    def _return_nothing(self) -> list[ast.stmt]:
        if self.in_function:
            return [ast.Return(self.default(self.returns) if self.returns != "void" else None)]
        return [ast.Expr(py.call("leave_"))]

    # --- errors ---

    def _throw(self, node: nodes.Throw) -> list[ast.stmt]:
        value = [] if node.value is None else [self.value(node.value)]
        return [ast.Expr(py.call("throw_", *value))]

    def _try(self, node: nodes.Try) -> list[ast.stmt]:
        """Return ``try … catch``. `break` leaves the handler and makes the error done with.

        So the handler is a loop of one turn, which ends by raising the error again unless the options say otherwise.
        """
        body = self.block(node.body)
        handler = _Loop("handler", lambda: [], self.temporary())
        self._loops.append(handler)
        inside = self.block(node.handler)
        self._loops.pop()
        error = self.temporary()
        passes_on = node.guard or self.options.catch == "rethrow"
        last: ast.stmt = ast.Raise() if passes_on else ast.Break()
        caught: list[ast.stmt] = [
            ast.Expr(py.call("caught_", py.name(error))),
            ast.While(py.constant(True), [*inside, last], []),
        ]
        after: list[ast.stmt] = []
        if handler.continues:
            caught.insert(0, py.assign(handler.flag, py.constant(False)))
            outer = next((loop for loop in reversed(self._loops)), None)
            if outer is not None and outer.kind == "loop":
                go_on: list[ast.stmt] = [*outer.step(), ast.Continue()]
            else:
                go_on = [ast.Break()]
            after = [ast.If(py.name(handler.flag), go_on, [])]
        caught += after
        clause = ast.ExceptHandler(py.name("catchable_"), error, caught)
        return [ast.Try(body=body, handlers=[clause], orelse=[], finalbody=[])]

    def _return(self, node: nodes.Return) -> list[ast.stmt]:
        if not self.in_function:
            made: list[ast.stmt] = [] if node.value is None else [ast.Expr(self.value(node.value))]
            return [*made, ast.Expr(py.call("leave_"))]
        if node.value is None:
            return self._return_nothing()
        if self.returns == "void":
            return [ast.Expr(self.value(node.value)), ast.Return(None)]
        return [ast.Return(self.converted(node.value, self.returns))]

    # --- functions and classes ---

    def function(self, made: UserFunction, owner: UserClass | None = None) -> ast.stmt:
        """Return the Python function of a function or method."""
        node = made.node
        assert node.body is not None
        outer = (self.scope, self.in_function, self.returns, self._used_globals, self._loops, self.self_name)
        outer_boxed, self.boxed = self.boxed, self.known.boxed_names(node)
        self.scope, self.in_function = self._member_scope(owner), True
        self.scope = Scope(self.scope, is_function=True)
        self.returns, self._used_globals, self._loops = made.signature.returns, set(), []
        self.current_class = owner
        names, boxing = self._parameters(made, owner)
        body: list[ast.stmt] = [*self._check(), *boxing]
        body += self.body(node.body.body)
        if self.returns != "void":
            body.append(ast.Return(self.default(self.returns)))
        if self._used_globals:
            body.insert(0, self.outer_names(sorted(self._used_globals)))
        self.scope, self.in_function, self.returns, self._used_globals, self._loops, self.self_name = outer
        self.current_class, self.boxed = None, outer_boxed
        function = py.function(made.python, names, body)
        line, column = self.source.line_and_column(node.at)
        py.locate(function, line, column)
        return function

    def outer_names(self, names: list[str]) -> ast.stmt:
        """Return the declaration that a function uses top-level variables."""
        return ast.Nonlocal(names)

    def _parameters(self, made: UserFunction, owner: UserClass | None) -> tuple[list[str], list[ast.stmt]]:
        """Declare the parameters; return their Python names, and what makes cells of those passed on by reference."""
        names: list[str] = []
        boxing: list[ast.stmt] = []
        for index, (one, declared) in enumerate(zip(made.node.parameters, made.signature.parameters, strict=True)):
            kind = "cell" if declared.is_reference else "local"
            if owner is not None and index == 0:
                # Members are reached through it, whatever it is passed to.
                self.boxed.discard(key(one.name))
            variable = self.declare(declared.type, one.name or f"unnamed{index}", one.at, kind)
            variable.is_global = False
            names.append(variable.python)
            if variable.kind == "cell" and not declared.is_reference:
                boxing.append(self._create(variable, py.name(variable.python), one.at))
        if owner is not None:
            self.self_name = names[0] if names else ""
        return names, boxing

    def _member_scope(self, owner: UserClass | None) -> Scope:
        scope = Scope(self.globals)
        if owner is None:
            return scope
        for one in reversed(self.known.lineage(owner)):
            for name, type_name, _ in one.variables:
                # Members of a derived class hide those of its base; they share one attribute.
                scope.names[key(name)] = [Variable(name, type_name, 0, f"m_{key(name)}", "member")]
        return scope

    def class_(self, made: UserClass) -> list[ast.stmt]:
        """Return the Python statements that make a class."""
        members: list[ast.expr] = []
        for name, type_name, one in made.variables:
            default = py.lambda_of([], self.first_value(type_name, one))
            members.append(py.tuple_of([py.constant(f"m_{key(name)}"), default]))
        base = self.known.classes.get(key(made.base))
        base_value = py.name(base.python) if base is not None and base is not made else py.constant(None)
        arguments = [py.constant(made.name), py.constant(made.base), base_value, ast.List(members, ast.Load())]
        statements: list[ast.stmt] = [py.assign(made.python, py.call("ScriptClass", *arguments))]
        for method in made.methods:
            statements.append(self.function(method, made))
            values = [py.name(made.python), py.constant(key(method.node.name))]
            signature = py.name(self.constant_name(method.signature))
            statements.append(ast.Expr(py.call("add_method_", *values, signature, py.name(method.python))))
        return statements


class _Loop:
    """What `break` and `continue` leave: a loop, or the handler of a ``catch``."""

    def __init__(self, kind: str, step: Callable[[], list[ast.stmt]], flag: str = "") -> None:
        self.kind = kind
        self.step = step
        self.flag = flag
        self.continues = False


_STATEMENTS: dict[type, Callable[..., list[ast.stmt]]] = {
    nodes.Block: StatementCompiler._block,
    nodes.Declare: StatementCompiler._declare,
    nodes.Evaluate: StatementCompiler._evaluate,
    nodes.If: StatementCompiler._if,
    nodes.While: StatementCompiler._while,
    nodes.For: StatementCompiler._for,
    nodes.ForEach: StatementCompiler._foreach,
    nodes.Break: StatementCompiler._break,
    nodes.Continue: StatementCompiler._continue,
    nodes.Throw: StatementCompiler._throw,
    nodes.Try: StatementCompiler._try,
    nodes.Return: StatementCompiler._return,
}
