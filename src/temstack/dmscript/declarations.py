"""What a script defines: functions, classes and their methods, collected before anything is compiled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from temstack.dmscript import nodes
from temstack.dmscript.nodes import key
from temstack.dmscript.signatures import Parameter, Signature, canonical_type

BUILT_IN_CLASSES = {"object": "Object", "uiframe": "UIFrame", "thread": "Thread"}
"""Classes that every script knows; they have no methods of their own here."""


@dataclass
class UserFunction:
    """A function of the script: how it is called, and the Python function that does it."""

    signature: Signature
    python: str
    node: nodes.Function


@dataclass
class UserClass:
    """A class of the script: the Python variable that holds it, and what it defines."""

    name: str
    base: str
    python: str
    node: nodes.Class
    methods: list[UserFunction] = field(default_factory=list)
    variables: list[tuple[str, str, nodes.Declarator]] = field(default_factory=list)


@dataclass
class Declarations:
    """All functions and classes that a script can use, those of earlier entries of a session included."""

    functions: dict[str, list[UserFunction]] = field(default_factory=dict)
    classes: dict[str, UserClass] = field(default_factory=dict)
    methods: dict[str, list[Signature]] = field(default_factory=dict)
    count: int = 0

    def new_name(self, prefix: str, name: str) -> str:
        """Return a Python name that nothing else has."""
        self.count += 1
        return f"{prefix}{self.count}_{key(name).replace('~', 'end_')}"

    def type_named(self, word: str) -> str:
        """Return the type that a word means here; a class of the script is an object."""
        return "object" if key(word) in self.classes else canonical_type(word)

    def signature(self, node: nodes.Function, *, name: str = "") -> Signature:
        """Return how a function of the script is called."""
        parameters = tuple(
            Parameter(self.type_named(one.type), key(one.name) or "unnamed", one.is_reference)
            for one in node.parameters
        )
        return Signature(name or node.name, self.type_named(node.returns), parameters)

    def add_function(self, node: nodes.Function) -> UserFunction | None:
        """Add a function; None for one that is only announced."""
        if node.body is None:
            return None
        made = UserFunction(self.signature(node), self.new_name("f_", node.name), node)
        self.functions.setdefault(key(node.name), []).append(made)
        return made

    def announce(self, node: nodes.Function) -> None:
        """Add a method of a name, so that calls know whether it takes references."""
        self.methods.setdefault(key(node.name), []).append(self.signature(node))

    def add_class(self, node: nodes.Class) -> UserClass:
        """Add a class with its members."""
        made = UserClass(node.name, node.base, self.new_name("c_", node.name), node)
        self.classes[key(node.name)] = made
        return made

    def fill_class(self, made: UserClass) -> None:
        """Add the members of a class; all class names must be known, since members have types."""
        for member in made.node.members:
            if isinstance(member, nodes.Function):
                self.announce(member)
                if member.body is not None:
                    python = self.new_name("m_", f"{made.name}_{member.name}")
                    made.methods.append(UserFunction(self.signature(member), python, member))
            elif isinstance(member, nodes.Declare):
                type_name = self.type_named(member.type)
                made.variables += [(one.name, type_name, one) for one in member.names]

    def lineage(self, made: UserClass) -> list[UserClass]:
        """Return a class and its bases, as far as scripts define them; a circle ends the list."""
        found = [made]
        while (base := self.classes.get(key(found[-1].base))) is not None and base not in found:
            found.append(base)
        return found

    def reference_places(self, name: str, count: int) -> set[int]:
        """Return which arguments some method of this name takes by reference."""
        return {
            index
            for signature in self.methods.get(key(name), ())
            if signature.takes(count)
            for index in range(count)
            if signature.parameter(index).is_reference
        }

    def boxed_names(self, node: nodes.Node) -> set[str]:
        """Return names of variables that something inside *node* passes by reference to the script's own code.

        These become cells, so that what was assigned before an error stays, as with a true reference.
        """
        found = set()
        for call in node.walk():
            if not isinstance(call, nodes.Call):
                continue
            receiver = [] if call.receiver is None else [call.receiver]
            arguments = [*receiver, *call.arguments]
            ways = [made.signature for made in self.functions.get(key(call.name), ())]
            for way in [*ways, *self.methods.get(key(call.name), ())]:
                if way.takes(len(arguments)):
                    found |= {
                        key(argument.name)
                        for index, argument in enumerate(arguments)
                        if isinstance(argument, nodes.Name) and way.parameter(index).is_reference
                    }
        return found

    def method_returns(self, name: str, count: int) -> str:
        """Return the type that methods of this name give, ``"any"`` where they differ."""
        types = {signature.returns for signature in self.methods.get(key(name), ()) if signature.takes(count)}
        return types.pop() if len(types) == 1 else "any"


def collect(script: nodes.Script, known: Declarations) -> tuple[list[UserFunction], list[UserClass]]:
    """Add what a script defines at its top level to *known*; return the new functions and classes."""
    found = [node for node in _definitions(script.body) if isinstance(node, nodes.Class)]
    interfaces = [node for node in found if node.is_interface]
    classes = [known.add_class(node) for node in found if not node.is_interface]
    for node in interfaces:
        for member in node.members:
            if isinstance(member, nodes.Function):
                known.announce(member)
    for one in classes:
        known.fill_class(one)
    functions = [node for node in _definitions(script.body) if isinstance(node, nodes.Function)]
    return [made for node in functions if (made := known.add_function(node)) is not None], classes


def _definitions(body: Sequence[nodes.Node]) -> list[nodes.Node]:
    """Return functions and classes of a script, also those within blocks and bodies; all belong to the script."""
    found: list[nodes.Node] = []
    for node in body:
        if isinstance(node, nodes.Function | nodes.Class):
            found.append(node)
        if isinstance(node, nodes.Block):
            found += _definitions(node.body)
        elif isinstance(node, nodes.Function) and node.body is not None:
            found += _definitions(node.body.body)
        elif isinstance(node, nodes.Class):
            methods = [member for member in node.members if isinstance(member, nodes.Function)]
            found += [
                inner for method in methods if method.body is not None for inner in _definitions(method.body.body)
            ]
    return found
