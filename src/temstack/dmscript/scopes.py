"""Variables of a script and where their names mean them.

A block is a scope. A name that a closed block of the same function declared is still found, with a warning:
scripts that rely on it should run, and their authors should know.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from temstack.dmscript.nodes import key


@dataclass(slots=True)
class Variable:
    """A variable.

    Parameters
    ----------
    name : str
        As declared.
    type : str
        As :func:`~temstack.dmscript.signatures.canonical_type` names it.
    at : int
        Where it is declared.
    python : str
        Its name in the Python code: of a local or top-level variable, of the cell of a by-reference parameter,
        or the attribute of a member.
    kind : {"local", "cell", "member"}
        Which of these it is.
    is_global : bool
        Whether it is declared at the top level of the script, so that functions see it.
    """

    name: str
    type: str
    at: int
    python: str
    kind: str = "local"
    is_global: bool = False


@dataclass
class Scope:
    """The names of one block.

    Parameters
    ----------
    parent : Scope, optional
        The block around it.
    is_function : bool
        Whether names of `parent` mean top-level variables or members, not variables of the same function.
    """

    parent: Scope | None = None
    is_function: bool = False
    names: dict[str, list[Variable]] = field(default_factory=dict)
    closed: dict[str, Variable] = field(default_factory=dict)

    def declare(self, variable: Variable) -> None:
        """Add a variable."""
        self.names.setdefault(key(variable.name), []).append(variable)

    def own(self, name: str, at: int) -> Variable | None:
        """Return the variable that this block means by *name* at a place: the last one declared before."""
        found = self.names.get(key(name))
        if not found:
            return None
        before = [variable for variable in found if variable.at <= at]
        return before[-1] if before else found[0]

    def find(self, name: str, at: int) -> Variable | None:
        """Return the variable that *name* means at a place."""
        scope: Scope | None = self
        while scope is not None:
            found = scope.own(name, at)
            if found is not None:
                return found
            scope = scope.parent
        return None

    def find_closed(self, name: str) -> Variable | None:
        """Return a variable of a block that has ended, in the same function."""
        scope: Scope | None = self
        while scope is not None:
            if key(name) in scope.closed:
                return scope.closed[key(name)]
            scope = None if scope.is_function else scope.parent
        return None

    def close(self) -> None:
        """Leave the block: its names are kept as closed ones by the block around it."""
        if self.parent is None:
            return
        for name, variables in self.names.items():
            self.parent.closed[name] = variables[-1]
        self.parent.closed.update(self.closed)

    def visible(self) -> list[str]:
        """Return all names that mean something here, as declared."""
        found = [variables[-1].name for variables in self.names.values()]
        return found + (self.parent.visible() if self.parent is not None else [])
