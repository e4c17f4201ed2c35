"""Persistent tags: what scripts keep from one run to the next, in one file of the user."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from temstack.dmscript.tag_groups import TagGroup, from_tags, to_tags
from temstack.stack.durable import replace_when_done
from temstack.stack.tags import tags_from_json, tags_to_json


def user_file() -> Path:
    """Return where the user's persistent tags are kept.

    ``TEMSTACK_CONFIG`` names another folder.
    """
    if given := os.environ.get("TEMSTACK_CONFIG"):
        folder = Path(given)
    elif sys.platform == "win32":
        folder = Path(os.environ.get("APPDATA", Path.home())) / "temstack"
    elif sys.platform == "darwin":
        folder = Path.home() / "Library" / "Application Support" / "temstack"
    else:
        folder = Path(os.environ.get("XDG_CONFIG_HOME", Path.home() / ".config")) / "temstack"
    return folder / "persistent-tags.json"


class PersistentTags:
    """The persistent tags of a run: read on first use, written when the run ends if they changed.

    Parameters
    ----------
    path : Path or None
        Where they are kept; None keeps them for this run only.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._group: TagGroup | None = None
        self._as_read = ""

    @property
    def group(self) -> TagGroup:
        """All of them."""
        if self._group is None:
            text = self.path.read_text("utf-8") if self.path is not None and self.path.exists() else "{}"
            self._group = from_tags(tags_from_json(text))
            self._as_read = _as_text(self._group)
        return self._group

    def save(self) -> bool:
        """Write them if they changed; return whether they did."""
        if self._group is None or self.path is None:
            return False
        text = _as_text(self._group)
        if text == self._as_read:
            return False
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with replace_when_done(self.path, overwrite=True) as unfinished:
            unfinished.write_text(text, "utf-8")
        self._as_read = text
        return True


def _as_text(group: TagGroup) -> str:
    return tags_to_json(to_tags(group)) if len(group) else "{}"
