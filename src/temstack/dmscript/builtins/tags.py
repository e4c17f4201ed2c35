"""Tag groups and lists, and the tags of images.

A path is names separated by colons; ``[0]`` is the first of a list. Functions that get a tag return whether it
is there, and leave the variable alone where it is not.
"""

# ruff: noqa: D103 - what a function does stands in its declaration

from __future__ import annotations

from typing import Any

import numpy as np

from temstack.dmscript.context import Run
from temstack.dmscript.errors import ScriptRuntimeError
from temstack.dmscript.images import Image
from temstack.dmscript.references import NULL, Reference
from temstack.dmscript.signatures import builtin
from temstack.dmscript.tag_groups import MISSING, TagGroup, from_tags, tag_type, to_tags
from temstack.dmscript.tag_values import TYPES, Pack, Unpack, give, must_have, number_in, text_in
from temstack.stack.durable import replace_when_done
from temstack.stack.tags import tags_from_json, tags_to_json

# --- made and copied --------------------------------------------------------------------------


@builtin("taggroup NewTagGroup()", family="tags", help="New empty group of named tags.")
def new_tag_group(run: Run) -> TagGroup:
    return TagGroup()


@builtin("taggroup NewTagList()", family="tags", help="New empty list of tags.")
def new_tag_list(run: Run) -> TagGroup:
    return TagGroup(is_list=True)


@builtin("taggroup ImageGetTagGroup(image img)", family="tags", help="The tags of an image.")
def image_get_tag_group(run: Run, img: Image) -> TagGroup:
    return img.tags


@builtin("taggroup TagGroupClone(taggroup tags)", family="tags", help="Copy that shares nothing.")
def tag_group_clone(run: Run, tags: TagGroup) -> TagGroup:
    return tags.clone()


@builtin(
    "void TagGroupCopyTagsFrom(taggroup to, taggroup from)", family="tags", help="Add copies; same names are replaced."
)
def copy_tags_from(run: Run, to: TagGroup, source: TagGroup) -> None:
    to.merge(source)


@builtin("void TagGroupReplaceTagsWithCopy(taggroup to, taggroup from)", family="tags", help="Become a copy.")
def replace_tags(run: Run, to: TagGroup, source: TagGroup) -> None:
    to.replace_with(source)


@builtin("number TagGroupIsValid(taggroup tags)", family="tags", help="Whether the variable holds a group.")
def is_valid(run: Run, tags: object) -> float:
    return float(isinstance(tags, TagGroup))


@builtin("number TagGroupIsList(taggroup tags)", family="tags", help="Whether it is a list.")
def is_list(run: Run, tags: TagGroup) -> float:
    return float(tags.is_list)


# --- counted, named, removed ------------------------------------------------------------------


@builtin("number TagGroupCountTags(taggroup tags)", family="tags", help="Number of tags in the group or list itself.")
def count_tags(run: Run, tags: TagGroup) -> float:
    return float(len(tags))


@builtin("number TagGroupDoesTagExist(taggroup tags, string path)", family="tags", help="Whether the tag is there.")
def does_tag_exist(run: Run, tags: TagGroup, path: str) -> float:
    return float(tags.find(path) is not MISSING)


@builtin(
    "string TagGroupGetTagLabel(taggroup tags, number index)", family="tags", help="Name of a tag; empty in a list."
)
def get_tag_label(run: Run, tags: TagGroup, index: float) -> str:
    return tags.labels[int(index)] if 0 <= index < len(tags) else ""


@builtin("void TagGroupSetTagLabel(taggroup tags, number index, string label)", family="tags", help="Rename a tag.")
def set_tag_label(run: Run, tags: TagGroup, index: float, label: str) -> None:
    if tags.at(index) is MISSING:
        raise ScriptRuntimeError(f"there is no tag {index:g}; the group has {len(tags)}")
    tags.labels[int(index)] = label


@builtin(
    "number TagGroupGetTagType(taggroup tags, number index, number part)",
    family="tags",
    help="Type of a tag: 0 group, 2 int16, 3 int32, 4 uint16, 5 uint32, 6 float, 7 double, 8 Boolean, 15 structure, "
    "20 text or array.",
)
def get_tag_type(run: Run, tags: TagGroup, index: float, part: float) -> float:
    return float(tag_type(tags.at(index)))


@builtin(
    "number TagGroupDeleteTagWithLabel(taggroup tags, string path)",
    "number TagGroupDeleteTag(taggroup tags, string path)",
    family="tags",
    help="Remove a tag; returns whether it was there.",
)
def delete_with_label(run: Run, tags: TagGroup, path: str) -> float:
    return float(tags.delete(path))


@builtin(
    "number TagGroupDeleteTagWithIndex(taggroup tags, number index)",
    family="tags",
    help="Remove a tag; returns whether it was there.",
)
def delete_with_index(run: Run, tags: TagGroup, index: float) -> float:
    return float(tags.delete_at(index))


@builtin("void TagGroupDeleteAllTags(taggroup tags)", family="tags", help="Remove all tags.")
def delete_all(run: Run, tags: TagGroup) -> None:
    tags.clear()


# --- new empty tags and groups ----------------------------------------------------------------


@builtin(
    "number TagGroupCreateNewLabeledTag(taggroup tags, string label)",
    family="tags",
    help="Append a tag without a value; returns its index.",
)
def create_labeled_tag(run: Run, tags: TagGroup, label: str) -> float:
    return float(tags.insert(-1, np.float64(0), label))


@builtin(
    "number TagGroupCreateNewTagAtEnd(taggroup tags)",
    family="tags",
    help="Append a tag without a value; returns its index.",
)
def create_tag_at_end(run: Run, tags: TagGroup) -> float:
    return float(tags.insert(-1, np.float64(0)))


@builtin(
    "number TagGroupCreateNewTagAtBeginning(taggroup tags)",
    family="tags",
    help="Insert a tag without a value in front.",
)
def create_tag_at_beginning(run: Run, tags: TagGroup) -> float:
    return float(tags.insert(0, np.float64(0)))


@builtin(
    "number TagGroupCreateNewLabeledGroup(taggroup tags, string label)",
    family="tags",
    help="Append an empty group under a name; returns its index.",
)
def create_labeled_group(run: Run, tags: TagGroup, label: str) -> float:
    return float(tags.insert(-1, TagGroup(), label))


@builtin(
    "number TagGroupAddTagGroupAfter(taggroup tags, number index, taggroup group)",
    family="tags",
    help="Insert a group behind the tag of an index; returns its own.",
)
def add_group_after(run: Run, tags: TagGroup, index: float, group: TagGroup) -> float:
    return float(tags.insert(index + 1, group))


@builtin(
    "number TagGroupAddTagGroupBefore(taggroup tags, number index, taggroup group)",
    family="tags",
    help="Insert a group before the tag of an index; returns its own.",
)
def add_group_before(run: Run, tags: TagGroup, index: float, group: TagGroup) -> float:
    return float(tags.insert(index, group))


@builtin("taggroup TagGroupCreateGroupTagAtEnd(taggroup tags)", family="tags", help="Append a new group and return it.")
def create_group_at_end(run: Run, tags: TagGroup) -> TagGroup:
    group = TagGroup()
    tags.insert(-1, group)
    return group


@builtin(
    "number TagGroupAddLabeledTagGroup(taggroup tags, string label, taggroup group)",
    family="tags",
    help="Append a group under a name; returns its index.",
)
def add_labeled_group(run: Run, tags: TagGroup, label: str, group: TagGroup) -> float:
    return float(tags.insert(-1, group, label))


@builtin(
    "number TagGroupAddTagGroupAtEnd(taggroup tags, taggroup group)",
    family="tags",
    help="Append a group; returns its index.",
)
def add_group_at_end(run: Run, tags: TagGroup, group: TagGroup) -> float:
    return float(tags.insert(-1, group))


@builtin(
    "number TagGroupAddTagGroupAtBeginning(taggroup tags, taggroup group)",
    family="tags",
    help="Insert a group in front.",
)
def add_group_at_beginning(run: Run, tags: TagGroup, group: TagGroup) -> float:
    return float(tags.insert(0, group))


@builtin(
    "taggroup TagGroupGetOrCreateTagList(taggroup tags, string path)",
    family="tags",
    help="The list at a path, made where it is missing.",
)
def get_or_create_list(run: Run, tags: TagGroup, path: str) -> TagGroup:
    return tags.group(path, is_list=True)


@builtin(
    "taggroup TagGroupGetOrCreateTagGroup(taggroup tags, string path)",
    family="tags",
    help="The group at a path, made where it is missing.",
)
def get_or_create_group(run: Run, tags: TagGroup, path: str) -> TagGroup:
    return tags.group(path)


# --- values by type ---------------------------------------------------------------------------


def _declare_type(name: str, parameters: list[str], pack: Pack, unpack: Unpack) -> None:
    given = ", ".join(parameters)
    wanted = ", ".join(text.replace(" ", " &") for text in parameters)

    @builtin(f"void TagGroupSetTagAs{name}(taggroup tags, string path, {given})", family="tags", help="Set a tag.")
    def set_tag(run: Run, tags: TagGroup, path: str, *values: Any) -> None:
        tags.set(path, pack(*values))

    @builtin(
        f"number TagGroupGetTagAs{name}(taggroup tags, string path, {wanted})",
        family="tags",
        help="Get a tag; returns whether it is there.",
    )
    def get_tag(run: Run, tags: TagGroup, path: str, *values: Reference) -> float:
        return give(tags.find(path), unpack, values)

    @builtin(
        f"void TagGroupSetIndexedTagAs{name}(taggroup tags, number index, {given})",
        family="tags",
        help="Set the tag at an index; the next free index appends.",
        throws=True,
    )
    def set_indexed(run: Run, tags: TagGroup, index: float, *values: Any) -> None:
        if not 0 <= index <= len(tags):
            raise ScriptRuntimeError(f"there is no tag {index:g}; the group has {len(tags)}")
        if index < len(tags):
            tags.values[int(index)] = pack(*values)
        else:
            tags.insert(-1, pack(*values))

    @builtin(
        f"number TagGroupGetIndexedTagAs{name}(taggroup tags, number index, {wanted})",
        family="tags",
        help="Get the tag at an index; returns whether it is there.",
    )
    def get_indexed(run: Run, tags: TagGroup, index: float, *values: Reference) -> float:
        return give(tags.at(index), unpack, values)

    @builtin(
        f"number TagGroupInsertTagAs{name}(taggroup tags, number index, {given})",
        family="tags",
        help="Insert a tag before an index, -1 or infinity() to append; returns its index.",
    )
    def insert_tag(run: Run, tags: TagGroup, index: float, *values: Any) -> float:
        return float(tags.insert(index, pack(*values)))


for _name, (_parameters, _pack, _unpack) in TYPES.items():
    _declare_type(_name, _parameters, _pack, _unpack)


@builtin(
    "void TagGroupSetTagAsArray(taggroup tags, string path, image img)",
    family="tags",
    help="Set a tag to the pixels of an image.",
)
def set_tag_as_array(run: Run, tags: TagGroup, path: str, img: Image) -> None:
    tags.set(path, img.data.copy())


@builtin(
    "number TagGroupGetTagAsArray(taggroup tags, string path, image img)",
    family="tags",
    help="Copy an array of a tag into an image of as many pixels; returns whether it is there.",
    throws=True,
)
def get_tag_as_array(run: Run, tags: TagGroup, path: str, img: Image) -> float:
    found = tags.find(path)
    if not isinstance(found, np.ndarray):
        return 0.0
    if found.size != img.data.size:
        raise ScriptRuntimeError(f"tag {path!r} has {found.size} values, the image {img.data.size} pixels")
    img.fill(found.reshape(img.data.shape), run.conversion)
    return 1.0


@builtin(
    "number TagGroupGetTagAsString(taggroup tags, string path)", family="tags", help="Whether the tag is there as text."
)
def has_text(run: Run, tags: TagGroup, path: str) -> float:
    found = tags.find(path)
    return float(found is not MISSING and text_in(found) is not None)


# --- notes: the tags of an image, by path -----------------------------------------------------


@builtin("void SetStringNote(image img, string path, string value)", family="tags", help="Set a text tag of an image.")
def set_string_note(run: Run, img: Image, path: str, value: str) -> None:
    img.tags.set(path, value)


@builtin("void SetNumberNote(image img, string path, number value)", family="tags", help="Set a number of an image.")
def set_number_note(run: Run, img: Image, path: str, value: float) -> None:
    img.tags.set(path, np.float64(value))


@builtin(
    "number GetStringNote(image img, string path, string &value)",
    family="tags",
    help="Get a text tag of an image; returns whether it is there.",
)
def get_string_note(run: Run, img: Image, path: str, value: Reference) -> float:
    return give(img.tags.find(path), text_in, (value,))


@builtin(
    "number GetNumberNote(image img, string path, number &value)",
    family="tags",
    help="Get a number of an image; returns whether it is there.",
)
def get_number_note(run: Run, img: Image, path: str, value: Reference) -> float:
    return give(img.tags.find(path), number_in, (value,))


@builtin(
    "string GetStringNote(image img, string path)",
    family="tags",
    help="A text tag of an image; throws if missing.",
    throws=True,
)
def string_note(run: Run, img: Image, path: str) -> str:
    return str(must_have(img.tags, path, text_in))


@builtin(
    "number GetNumberNote(image img, string path)",
    family="tags",
    help="A number of an image; throws if missing.",
    throws=True,
)
def number_note(run: Run, img: Image, path: str) -> float:
    return float(must_have(img.tags, path, number_in))


@builtin("number DeleteNote(image img, string path)", family="tags", help="Remove a tag of an image.")
def delete_note(run: Run, img: Image, path: str) -> float:
    return float(img.tags.delete(path))


# --- on disk and on screen --------------------------------------------------------------------


@builtin(
    "number TagGroupSaveToFile(taggroup tags, string path)",
    family="tags",
    help="Keep tags in a file (our own text form).",
    throws=True,
)
def save_to_file(run: Run, tags: TagGroup, path: str) -> float:
    with replace_when_done(run.host.path(path, writing=True), overwrite=True) as unfinished:
        unfinished.write_text(tags_to_json(to_tags(tags)), "utf-8")
    return 1.0


@builtin(
    "number TagGroupLoadFromFile(taggroup tags, string path)",
    family="tags",
    help="Get tags that TagGroupSaveToFile kept; returns whether the file is there.",
    throws=True,
)
def load_from_file(run: Run, tags: TagGroup, path: str) -> float:
    place = run.host.path(path, writing=False)
    if not place.is_file():
        return 0.0
    tags.replace_with(from_tags(tags_from_json(place.read_text("utf-8"))))
    return 1.0


@builtin(
    "void TagGroupOpenBrowserWindow(taggroup tags, number isModal)",
    "void TagGroupOpenBrowserWindow(taggroup tags, string title, number isModal)",
    family="tags",
    help="Print the tags, indented.",
)
def open_browser(run: Run, tags: TagGroup, *_title_and_modal: Any) -> None:
    run.write("".join(f"{line}\n" for line in _tree(tags, 0)))


def _tree(tags: TagGroup, depth: int) -> list[str]:
    lines = []
    for index, (label, value) in enumerate(tags):
        name = "  " * depth + (label or f"[{index}]")
        if isinstance(value, TagGroup):
            lines += [f"{name}:", *_tree(value, depth + 1)]
        else:
            shown = text_in(value)
            lines.append(f"{name} = {value if shown is None else shown[0]}")
    return lines


@builtin("taggroup NullTagGroup()", family="tags", help="A tag group that is not valid.")
def null_tag_group(run: Run) -> object:
    return NULL
