"""What was open when the desk was left, so that it can be reopened as it was.

A view that has something to remember has ``state()``, which returns a dictionary of plain JSON values, and
``restore(state)``, which takes one: also one that an older or newer version wrote, of which it uses what it knows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from temstack.errors import DamagedFileError
from temstack.viewer.models.arrangement import Place
from temstack.viewer.models.kept import read_kept
from temstack.viewer.models.origin import Origin

VERSION = 1


@runtime_checkable
class Remembering(Protocol):
    """A view that can be shown again as it was left."""

    def state(self) -> dict[str, Any]:
        """Return what it shows, in plain JSON values."""
        ...

    def restore(self, state: dict[str, Any]) -> None:
        """Show what :meth:`state` described."""
        ...


@dataclass(frozen=True)
class OpenDocument:
    """One document of a session, and its window."""

    origin: Origin
    title: str
    place: Place
    is_saved: bool = True
    """Otherwise the origin is a copy in the user's folder, kept because nobody had saved it."""
    is_detached: bool = False
    is_maximized: bool = False
    is_minimized: bool = False
    view: dict[str, Any] = field(default_factory=dict)
    path: Path | None = None
    """Where it is saved."""

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        flags = ("title", "is_saved", "is_detached", "is_maximized", "is_minimized", "view")
        return {
            "origin": self.origin.to_json(),
            "place": list(self.place),
            "path": str(self.path) if self.path else None,
            **{name: getattr(self, name) for name in flags},
        }

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> OpenDocument:
        """Return the document that :meth:`to_json` described."""
        return cls(
            origin=Origin.from_json(values["origin"]),
            title=str(values["title"]),
            place=Place(*(int(each) for each in values["place"])),
            is_saved=bool(values["is_saved"]),
            is_detached=bool(values["is_detached"]),
            is_maximized=bool(values["is_maximized"]),
            is_minimized=bool(values["is_minimized"]),
            view=dict(values["view"]),
            path=Path(values["path"]) if values["path"] else None,
        )


@dataclass(frozen=True)
class Session:
    """Everything that was open, from the back to the front.

    Examples
    --------
    >>> session = Session((OpenDocument(Origin((Path("fe.dm4"),)), "fe", Place(0, 0, 400, 300)),))
    >>> Session.from_json(session.to_json()).documents[0].title
    'fe'
    """

    documents: tuple[OpenDocument, ...] = ()
    place: Place | None = None
    """Where the main window stood on the screen."""
    is_maximized: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "version": VERSION,
            "documents": [each.to_json() for each in self.documents],
            "place": list(self.place) if self.place else None,
            "is_maximized": self.is_maximized,
        }

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Session:
        """Return the session that :meth:`to_json` described."""
        return cls(
            documents=tuple(OpenDocument.from_json(each) for each in values["documents"]),
            place=Place(*(int(each) for each in values["place"])) if values["place"] else None,
            is_maximized=bool(values["is_maximized"]),
        )


def read_session(path: Path) -> Session:
    """Return a session from its file, an empty one where there is none.

    Raises
    ------
    DamagedFileError
        If the file holds something else.
    """
    found = read_kept(path)
    if found is None:
        return Session()
    try:
        return Session.from_json(found)
    except (KeyError, TypeError, ValueError, AttributeError) as err:
        raise DamagedFileError(
            str(path),
            f"is no session of the desk: {err!r}",
            advice="the desk starts empty; your data files are as they were",
        ) from err
