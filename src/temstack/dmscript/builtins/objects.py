"""Objects of a script: their ids, lists of them, errors, and functions that are looked up by name."""

# ruff: noqa: D103 - what a function does stands in its declaration

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from temstack.dmscript.context import Run
from temstack.dmscript.errors import ScriptRuntimeError
from temstack.dmscript.objects import ScriptObject, object_by_id
from temstack.dmscript.references import NULL
from temstack.dmscript.signatures import builtin, load_registry, type_of


class ObjectList:
    """A list of objects; ``foreach`` goes through it."""

    dm_type = "objectlist"

    def __init__(self) -> None:
        self.items: list[Any] = []

    def __iter__(self) -> Iterator[Any]:
        return iter(self.items)


@builtin("string GetExceptionString()", family="objects", help="What the last error said.")
def get_exception_string(run: Run) -> str:
    return run.exception_text


@builtin("number ScriptObjectIsValid(object thing)", family="objects", help="Whether the variable holds an object.")
def script_object_is_valid(run: Run, thing: object) -> float:
    # Cameras, parameter sets and the like are objects too, though no class of the script made them.
    return float(type_of(thing) in ("object", "objectlist"))


@builtin("number ScriptObjectGetID(object thing)", family="objects", help="A number that no other object has.")
def script_object_get_id(run: Run, thing: object) -> float:
    if not isinstance(thing, ScriptObject):
        raise ScriptRuntimeError("ScriptObjectGetID needs an object", got=repr(thing))
    return float(thing.id)


@builtin("object GetScriptObjectFromID(number id)", family="objects", help="The object; NULL if it is gone.")
def get_script_object_from_id(run: Run, number: float) -> object:
    return object_by_id(number) or NULL


@builtin("string ScriptObjectGetClassName(object thing)", family="objects", help="The name of its class.")
def script_object_get_class_name(run: Run, thing: object) -> str:
    return thing.script_class.name if isinstance(thing, ScriptObject) else ""


@builtin("object ScriptObjectClone(object thing)", family="objects", help="A copy; what members stand for is shared.")
def script_object_clone(run: Run, thing: object) -> object:
    if not isinstance(thing, ScriptObject):
        raise ScriptRuntimeError("ScriptObjectClone needs an object", got=repr(thing))
    clone = ScriptObject(thing.script_class)
    for owner in thing.script_class.lineage():
        for name, _ in owner.members:
            setattr(clone, name, getattr(thing, name))
    return clone


@builtin("number DoesFunctionExist(string name)", family="objects", help="Whether a built-in has this name.")
def does_function_exist(run: Run, name: str) -> float:
    return float(any(way.is_implemented for way in load_registry().find(name)))


# --- lists ------------------------------------------------------------------------------------


@builtin("objectlist NewObjectList()", family="objects", help="New empty list of objects.")
def new_object_list(run: Run) -> ObjectList:
    return ObjectList()


@builtin("void AddObjectToList(object list, object thing)", family="objects", help="Append an object.")
def add_object_to_list(run: Run, container: object, thing: object) -> None:
    _list(container).append(thing)


@builtin("void RemoveObjectFromList(object list, object thing)", family="objects", help="Take an object out.")
def remove_object_from_list(run: Run, container: object, thing: object) -> None:
    items = _list(container)
    items[:] = [other for other in items if other is not thing]


@builtin("object ObjectAt(object list, number index)", family="objects", help="An object of a list.", throws=True)
def object_at(run: Run, container: object, index: float) -> Any:
    items = _list(container)
    if not 0 <= index < len(items):
        raise ScriptRuntimeError(f"there is no object {index:g} in a list of {len(items)}")
    return items[int(index)]


@builtin("number SizeOfList(object list)", family="objects", help="Number of its objects.")
def size_of_list(run: Run, container: object) -> float:
    return float(len(_list(container)))


@builtin("void ClearList(object list)", family="objects", help="Take all objects out.")
def clear_list(run: Run, container: object) -> None:
    _list(container).clear()


def _list(container: object) -> list[Any]:
    if not isinstance(container, ObjectList):
        raise ScriptRuntimeError("a list of objects is needed", got=repr(container), expected="alloc(ObjectList)")
    return container.items
