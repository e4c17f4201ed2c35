"""Suspicious use of camera, microscope and filter: what runs, and records or leaves behind something else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from temstack.dmscript import nodes
from temstack.dmscript.nodes import Node, key

Suspicion = tuple[int, str, str]

_INSERTED_MATTERS = ("cm_acquireimage", "cm_acquireinplace", "cameraacquire", "cameraacquireinplace")
_INSERTED_KNOWN = ("inserted", "prepareforacquire", "preparecameraforacquire")
_FULL_SIZES = frozenset(("sscgetsize", "cm_ccd_getsize", "cameragetsize"))
_RESTORED = {
    "focus": ("emsetfocus", "emchangefocus", "emsetcalibratedfocus", "emchangecalibratedfocus"),
    "energy": (
        *("ifcsetenergyadjust", "ifsetenergyoffset", "ifsetenergyloss", "ifcsetenergyloss", "ifcsetenergy"),
        *("ifcsetenergyoffset", "ifcsetdrifttubevoltage", "ifsetdrifttubevoltage", "emsethightensionoffset"),
    ),
}


def look(tree: nodes.Script) -> Iterator[Suspicion]:
    """Yield what is suspicious in the acquisitions of a script."""
    yield from _relative_moves(tree)
    yield from _not_inserted(tree)
    yield from _areas(tree)
    yield from _not_restored(tree)


def _calls(node: Node) -> Iterator[nodes.Call]:
    return (part for part in node.walk() if isinstance(part, nodes.Call))


def _arguments(call: nodes.Call) -> list[Node]:
    return [*([] if call.receiver is None else [call.receiver]), *call.arguments]


def _names(node: Node) -> set[str]:
    return {key(part.name) for part in node.walk() if isinstance(part, nodes.Name)}


# --- moves by, moves to -----------------------------------------------------------------------


def _relative_moves(tree: nodes.Script) -> Iterator[Suspicion]:
    """Find relative moves by a value that counts on from turn to turn, as an absolute one does."""
    found: dict[int, Suspicion] = {}
    for loop in tree.walk():
        if not isinstance(loop, nodes.While | nodes.For | nodes.ForEach):
            continue
        counting = _counting(loop)
        for call in _calls(loop):
            if not key(call.name).startswith("emchange") or any(_is_reading(part) for part in _calls(call)):
                continue
            used = sorted(counting & set().union(*map(_names, _arguments(call)), set()))
            if used:
                found[call.at] = (
                    call.at,
                    "relative",
                    f"'{call.name}' is relative: it moves by its argument, and '{used[0]}' counts on in the loop "
                    "as an absolute value would; pass the step instead",
                )
    yield from found.values()


def _is_reading(call: nodes.Call) -> bool:
    return key(call.name).startswith("emget")


def _counting(loop: Node) -> set[str]:
    """Return the variables that grow from turn to turn, and those worked out of them."""
    assigned = [part for part in loop.walk() if isinstance(part, nodes.Assign) and isinstance(part.target, nodes.Name)]
    changed = {key(one.target.name) for one in assigned if isinstance(one.target, nodes.Name)}
    steps = {key(part.target.name) for part in loop.walk() if isinstance(part, nodes.Step)
             and isinstance(part.target, nodes.Name)}  # fmt: skip
    counting = steps | {key(one.target.name) for one in assigned if isinstance(one.target, nodes.Name) and _grows(one)}
    for _ in range(2):
        for one in assigned:
            if isinstance(one.target, nodes.Name) and _names(one.value) & counting and not _differs(one.value, changed):
                counting.add(key(one.target.name))
    return counting


def _grows(node: nodes.Assign) -> bool:
    """Return whether an assignment adds to its own variable: ``df = df + step``, ``df += step``."""
    assert isinstance(node.target, nodes.Name)
    if node.op in ("+=", "-="):
        return True
    value = node.value
    return isinstance(value, nodes.Binary) and value.op in ("+", "-") and key(node.target.name) in _names(value)


def _differs(value: Node, changed: set[str]) -> bool:
    """Return whether a value is a difference from one that the loop keeps: a step, however it is worked out."""
    return any(
        isinstance(part, nodes.Binary) and part.op == "-" and bool(_names(part.right) & changed)
        for part in value.walk()
    )


# --- cameras ----------------------------------------------------------------------------------


def _not_inserted(tree: nodes.Script) -> Iterator[Suspicion]:
    names = [key(call.name) for call in _calls(tree)]
    if any(word in name for name in names for word in _INSERTED_KNOWN):
        return
    for call in _calls(tree):
        if key(call.name) in _INSERTED_MATTERS:
            yield (
                call.at,
                "not-inserted",
                f"'{call.name}' without a look whether the camera is inserted; ask CM_GetCameraInserted before",
            )
            return


def _areas(tree: nodes.Script) -> Iterator[Suspicion]:
    """Find areas given in unbinned pixels where binned ones are meant."""
    full = _full_sizes(tree)
    for call in _calls(tree):
        name, arguments = key(call.name), _arguments(call)
        if name == "cm_setbinnedreadarea" and len(arguments) == 6:
            area, binning = arguments[2:], None
        elif name.startswith("ssc") and "binnedacquire" in name and len(arguments) >= 6:
            area, binning = arguments[-4:], arguments[-5]
        else:
            continue
        wrong = [end for end in area[2:] if isinstance(end, nodes.Name) and key(end.name) in full]
        if wrong and not (isinstance(binning, nodes.Number) and binning.value == 1):
            yield (
                call.at,
                "binned-area",
                f"the area of '{call.name}' is in binned pixels, and '{wrong[0].name}' is the unbinned size; "
                "divide it by the binning",
            )


def _full_sizes(tree: nodes.Script) -> set[str]:
    """Return variables that hold the unbinned size of a camera, and nothing else."""
    held = {key(argument.name) for call in _calls(tree) if key(call.name) in _FULL_SIZES
            for argument in _arguments(call)[-2:] if isinstance(argument, nodes.Name)}  # fmt: skip
    set_otherwise = {key(part.target.name) for part in tree.walk() if isinstance(part, nodes.Assign)
                     and isinstance(part.target, nodes.Name)}  # fmt: skip
    return held - set_otherwise


# --- the way back -----------------------------------------------------------------------------


def _not_restored(tree: nodes.Script) -> Iterator[Suspicion]:
    """Find loops that change focus or energy and acquire, with nothing that sets it back when that fails."""
    for what, setters in _RESTORED.items():
        for loop in _outer_loops(tree, guarded=False, setters=setters):
            moves = [call for call in _calls(loop) if key(call.name) in setters]
            if moves and any(_acquires(call) for call in _calls(loop)):
                yield (
                    moves[0].at,
                    "not-restored",
                    f"if an acquisition fails, the {what} stays where it is then; put the loop into 'try' and set "
                    f"the {what} back in 'catch'",
                )
                break


def _acquires(call: nodes.Call) -> bool:
    name = key(call.name)
    return "acquire" in name and name.startswith(("cm_acquire", "ssc", "cameraacquire"))


def _outer_loops(node: Node, *, guarded: bool, setters: Sequence[str]) -> Iterator[Node]:
    """Yield loops that no ``try`` around them sets back after, the outermost first."""
    if isinstance(node, nodes.Try):
        guarded = guarded or any(key(call.name) in setters for call in _calls(node.handler)) or _goes_on(node)
        yield from _outer_loops(node.body, guarded=guarded, setters=setters)
        return
    if isinstance(node, nodes.While | nodes.For | nodes.ForEach):
        if not guarded and not any(isinstance(part, nodes.Try) for part in node.walk()):
            yield node
        return
    for child in node.children():
        yield from _outer_loops(child, guarded=guarded, setters=setters)


def _goes_on(node: nodes.Try) -> bool:
    """Return whether the script goes on after a ``try``, where it can set things back: ``catch`` ends with break."""
    body = node.handler.body if isinstance(node.handler, nodes.Block) else [node.handler]
    return bool(body) and isinstance(body[-1], nodes.Break)
