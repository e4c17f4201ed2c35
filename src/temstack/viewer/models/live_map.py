"""Images of energy windows, live: what a window dragged on a spectrum shows of the specimen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from psygnal import Signal

from temstack.errors import SettingError, TemstackError
from temstack.viewer.models.background import Background
from temstack.viewer.models.document import Document

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray

    from temstack.spectrum.windows import Window
    from temstack.viewer.models.desk import Desk

Mode = Literal["window", "net", "ratio"]

MODES: dict[Mode, tuple[str, tuple[str, ...]]] = {
    "window": ("Energy window", ("window",)),
    "net": ("Net map, background by power law", ("pre 1", "pre 2", "post")),
    "ratio": ("Jump ratio", ("pre 1", "post")),
}
"""What each mode is called, and its windows from low to high energy."""

Range = tuple[float, float]


class LiveMap:
    """The image of one or several energy windows of a stack, in a document of its own that follows them.

    Parameters
    ----------
    desk : Desk
        Where the image is put.
    source : Document
        A stack or spectrum image with an energy axis.
    mode : {"window", "net", "ratio"}
        The planes of a window added up; an elemental map by three windows; the ratio behind and before an edge.

    Raises
    ------
    SettingError
        If the source has no energy axis, or too few planes for the mode.
    """

    changed = Signal()
    """There is another image."""
    failed = Signal(object)
    """The exception; the last image stays."""
    ended = Signal()
    """Its user closed the image."""

    def __init__(self, desk: Desk, source: Document, mode: Mode) -> None:
        self.energies = _energies(source.data)
        names = MODES[mode][1]
        if len(np.unique(self.energies)) < len(names):
            raise SettingError(
                MODES[mode][0], "needs more planes", got=len(self.energies), expected=f"{len(names)} or more"
            )
        self.desk, self.source, self.mode = desk, source, mode
        self.windows: dict[str, Range] = dict(zip(names, first_windows(self.energies, len(names)), strict=True))
        self.document: Document | None = None
        self._last: tuple[Window, ...] | None = None
        self._background = Background(desk.jobs.deliver)
        source.data_changed.connect(self._start_again)
        desk.closed.connect(self._lose)
        self._ask()

    @property
    def taken(self) -> dict[str, Window]:
        """The windows as the planes are: from the first to the last plane inside, or the plane nearest to it."""
        return {name: snapped(self.energies, each) for name, each in self.windows.items()}

    def set_window(self, name: str, low: float, high: float) -> None:
        """Move a window; where it holds other planes, another image is made."""
        self.windows[name] = (min(low, high), max(low, high))
        self._ask()

    def wait(self, timeout_s: float = 10.0) -> bool:
        """Wait for the image; return whether it is there."""
        return self._background.wait(timeout_s)

    def background_of(self, pixel: xr.DataArray) -> xr.DataArray | None:
        """Return the background fitted to one pixel, from the first window on; None where it has none.

        Parameters
        ----------
        pixel : (energy_loss, 1, 1) DataArray
            As of :meth:`measured`.

        Returns
        -------
        background : (energy_loss,) DataArray, counts
        """
        from temstack.spectrum import subtract_background
        from temstack.stack import counts

        if self.mode != "net":
            return None
        taken = self.taken
        try:
            net = subtract_background(pixel, [taken["pre 1"], taken["pre 2"]])
        except TemstackError:
            return None
        fitted: xr.DataArray = net.copy(data=counts(pixel).values - net.values)[:, 0, 0]
        return fitted[fitted["energy_loss"].values >= np.min(taken["pre 1"])]

    def measured(self, pixel: xr.DataArray, divisor: int = 1) -> str:
        """Return what one pixel, or a region added up to one, counts in the windows, in words.

        Parameters
        ----------
        pixel : (energy_loss, 1, 1) DataArray
            Raw, with the scale of each plane: counting statistics need both.
        divisor : int
            By how many pixels to divide.
        """
        try:
            image = live_image(pixel, self.mode, self.taken)
        except TemstackError as err:
            return str(err)
        divisor = 1 if self.mode == "ratio" else divisor
        error = image.coords.get("standard_error")
        said = with_error(image.values.item() / divisor, None if error is None else error.values.item() / divisor)
        units = "" if self.mode == "ratio" else " counts" + (" per px" if divisor > 1 else "")
        return f"{said}{units}   {in_words(self.mode, self.taken)}".replace("-", "−")

    def keep(self) -> Document | None:
        """Put the image as it is now on the desk for good, and return its document."""
        if self.document is None:
            return None
        data = self.document.data.copy(deep=False)
        return self.desk.add(data, title=str(data.attrs["title"]))

    def close(self) -> None:
        """Stop following the stack; the live image goes."""
        self.source.data_changed.disconnect(self._start_again, missing_ok=True)
        self.desk.closed.disconnect(self._lose, missing_ok=True)
        self._background.close()
        document, self.document = self.document, None
        if document is not None and document in self.desk.documents:
            self.desk.close(document)

    def _start_again(self) -> None:
        try:
            self.energies = _energies(self.source.data)
        except TemstackError as error:
            self.failed.emit(error)
            return
        self._last = None
        self._ask()

    def _lose(self, document: Document) -> None:
        if document is self.document:
            self.document = None
            self.ended.emit()

    def _ask(self) -> None:
        taken = self.taken
        windows = tuple(taken.values())
        if windows == self._last:
            return
        self._last = windows
        data, mode = self.source.data, self.mode
        title = f"{self.source.title}: {in_words(mode, taken)}"

        def make() -> xr.DataArray:
            image = live_image(data, mode, taken)
            image.attrs["title"] = title
            image.name = title
            return image

        self._background.ask("image", make, self._show, self.failed.emit)

    def _show(self, image: xr.DataArray) -> None:
        title = f"{image.attrs['title']} (live)"
        if self.document is None:
            self.document = self.desk.add(image, title=title, is_saved=True)
        else:
            self.document.replace_data(image, is_saved=True)
            self.document.title = title
        self.changed.emit()


def with_error(value: float, error: float | None) -> str:
    """Return a value as precisely as it is known.

    >>> with_error(410690.3, 1797.0), with_error(1.23456, 0.0123), with_error(1.23456, None)
    ('410690 ± 1797', '1.235 ± 0.012', '1.2346')
    """
    if error is None or not np.isfinite(error) or error <= 0 or abs(value) >= 1e12:
        return f"{value:.5g}"
    decimals = max(0, 1 - int(np.floor(np.log10(error))))
    return f"{value:.{decimals}f} ± {error:.{decimals}f}"


def live_image(stack: xr.DataArray, mode: Mode, windows: dict[str, Window]) -> xr.DataArray:
    """Return the image of some windows, with its history.

    Parameters
    ----------
    stack : DataArray with dimension energy_loss
    mode : {"window", "net", "ratio"}
    windows : dict of window, eV
        As :data:`MODES` names them.
    """
    from temstack.spectrum import elemental_map, energy_window_image, jump_ratio

    if mode == "window":
        return energy_window_image(stack, windows["window"])
    if mode == "ratio":
        return jump_ratio(stack, pre=windows["pre 1"], post=windows["post"])
    return elemental_map(stack, pre=[windows["pre 1"], windows["pre 2"]], post=windows["post"])


def snapped(energies: NDArray[np.float64], window: Range) -> Window:
    """Return a window as the planes are: from the first to the last inside, or the one that is nearest to it.

    Examples
    --------
    >>> snapped(np.array([700.0, 710, 720]), (704, 731)), snapped(np.array([700.0, 710, 720]), (701, 703))
    ((710.0, 720.0), 700.0)
    """
    low, high = window
    inside = energies[(energies >= low) & (energies <= high)]
    if len(np.unique(inside)) > 1:
        return float(inside.min()), float(inside.max())
    if len(inside):
        return float(inside[0])
    return float(energies[int(np.nanargmin(np.abs(energies - (low + high) / 2)))])


def first_windows(energies: NDArray[np.float64], count: int) -> list[Range]:
    """Return windows to begin with: evenly over the axis, each a sixth of its share, and none without a plane."""
    found = np.unique(energies)
    last = len(found) - 1
    places = np.linspace(0, last, count + 2)[1:-1] if last > count else np.linspace(0, last, count)
    step = float(np.diff(found).min()) if len(found) > 1 else 1.0
    reach = max(0.4 * step, float(found[-1] - found[0]) / (8 * count))
    middles = [float(found[round(place)]) for place in places]
    return [(middle - reach, middle + reach) for middle in middles]


def in_words(mode: Mode, windows: dict[str, Window]) -> str:
    """Return what an image shows: ``"705 … 720 eV"``."""
    said = {name: " … ".join(f"{each:g}" for each in np.atleast_1d(window)) for name, window in windows.items()}
    if mode == "window":
        return f"{said['window']} eV"
    behind = f"{said['post']} eV"
    if mode == "ratio":
        return f"{behind} / {said['pre 1']} eV"
    return f"net {behind} over {said['pre 1']} and {said['pre 2']} eV"


def _energies(data: xr.DataArray) -> NDArray[np.float64]:
    from temstack.spectrum.windows import energies_of

    return energies_of(data)
