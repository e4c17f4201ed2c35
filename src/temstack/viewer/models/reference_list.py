"""The dark and gain references on this computer, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from temstack.acquire.references import ReferenceKey, ReferenceLibrary

HEADINGS = ("Kind", "Camera", "Exposure", "Binning", "Area (t, l, b, r)", "Frames", "Taken (UTC)")


@dataclass(frozen=True)
class ReferenceRow:
    """One reference: what it belongs to, and what a table says of it."""

    key: ReferenceKey
    cells: tuple[str, ...]


def reference_rows(library: ReferenceLibrary | None = None) -> list[ReferenceRow]:
    """Return the references that are kept, those of the user unless another library is given; reads files."""
    return [
        ReferenceRow(
            one.key,
            (
                one.key.kind,
                one.key.camera,
                "any" if one.key.kind == "gain" else f"{one.key.exposure_s:g} s",
                f"{one.key.binning[0]} × {one.key.binning[1]}",
                ", ".join(map(str, one.key.readout_area)),
                str(one.frames),
                datetime.fromtimestamp(one.time, UTC).strftime("%Y-%m-%d %H:%M"),
            ),
        )
        for one in (library or ReferenceLibrary()).references()
    ]
