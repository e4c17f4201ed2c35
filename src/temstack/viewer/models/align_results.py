"""What comes of a drift: an aligned stack, a sum, a report page; each made beside the windows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from temstack.viewer.models.aligning import fitted
from temstack.viewer.models.changes import add_result

if TYPE_CHECKING:
    import xarray as xr

    from temstack.drift import Drift
    from temstack.stack.progress import Progress
    from temstack.viewer.models.align_settings import AlignSettings
    from temstack.viewer.models.desk import Desk
    from temstack.viewer.models.document import Document
    from temstack.viewer.models.jobs import Job


def apply_to(desk: Desk, document: Document, drift: Drift, settings: AlignSettings) -> Job:
    """Shift the planes of a stack back by a drift, its own or that of another stack; the result gets its own window."""
    stack = document.data
    own = fitted(drift, stack)

    def work(progress: Progress) -> xr.DataArray:
        from temstack.drift import apply_drift

        return apply_drift(stack, own, fill_value=settings.fill_value, progress=progress, **settings.applying())

    return _result(desk, document, f"Align {document.title}", "aligned", "Apply drift", work)


def add_up(
    desk: Desk, document: Document, drift: Drift, settings: AlignSettings, *, weights: str = "equal", mean: bool = False
) -> Job:
    """Add all planes up with their drift taken out; the sum gets its own window.

    Parameters
    ----------
    weights : {"equal", "exposure"}
    mean : bool
        See :func:`temstack.drift.sum_aligned`.
    """
    stack = document.data
    own = fitted(drift, stack)

    def work(progress: Progress) -> xr.DataArray:
        from temstack.drift import sum_aligned

        return sum_aligned(stack, own, weights=weights, mean=mean, progress=progress, **settings.applying())

    name = "aligned mean" if mean else "aligned sum"
    return _result(desk, document, f"Align and add {document.title}", name, "Align and add", work)


def write_report(desk: Desk, document: Document, drift: Drift, path: Path) -> Job:
    """Write the page that shows how well the alignment went, in place of what is there."""
    stack, title = document.data, document.title

    def work(progress: Progress) -> Path:
        from temstack.report import drift_report

        return drift_report(path, stack, None, drift, title=title, overwrite=True, progress=progress)

    return desk.jobs.start(f"Report on {title}", work)


def exposures_known(stack: xr.DataArray) -> bool:
    """Return whether every plane says its exposure, so that planes can weigh as theirs."""
    return "exposure_s" in stack.coords and bool((stack.coords["exposure_s"].values > 0).all())


def stacks_that_fit(desk: Desk, drift: Drift, but: Document | None = None) -> list[Document]:
    """Return the open stacks with as many planes as the drift has."""
    return [
        each
        for each in desk.documents
        if each is not but and each.kind == "stack" and each.data.shape[0] == drift.n_planes
    ]


def _result(
    desk: Desk, document: Document, title: str, name: str, done: str, work: Callable[[Progress], xr.DataArray]
) -> Job:
    job = desk.jobs.start(title, work)
    base = document.title
    job.finished.connect(lambda data: add_result(desk, data, title=f"{base} – {name}", done=done))
    return job
