"""What a running script has around it: its host, the images it shows, its tags, its random numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from temstack.dmscript.conversion import AS_DM, ConversionRule
from temstack.dmscript.desk import Desk
from temstack.dmscript.displays import ROI, ImageDocument
from temstack.dmscript.errors import NotImplementedByUs, ScriptRuntimeError
from temstack.dmscript.images import image_bytes, live_images, new_image
from temstack.dmscript.menu import ScriptMenu, folder_beside
from temstack.dmscript.persistent import PersistentTags
from temstack.dmscript.references import NULL
from temstack.dmscript.windows import DocumentWindow, TextWindow

if TYPE_CHECKING:
    from temstack.dmscript.devices import Devices
    from temstack.dmscript.execution import Execution
    from temstack.dmscript.host import Host
    from temstack.dmscript.images import Image


class Run:
    """The surroundings of one run; every built-in gets it as its first argument.

    Parameters
    ----------
    host : Host
        The way to everything outside.
    conversion : ConversionRule
        What happens to values that do not fit their new type.
    persistent : PersistentTags
        What is kept between runs.
    seed : int, optional
        Start of the random numbers.
    """

    def __init__(
        self,
        host: Host,
        *,
        conversion: ConversionRule = AS_DM,
        persistent: PersistentTags | None = None,
        seed: int | None = None,
    ) -> None:
        self.host = host
        self.conversion = conversion
        self.persistent = persistent or PersistentTags(None)
        self.random = np.random.default_rng(seed)
        self.results: list[str] = []
        self.shown: list[Image] = []
        self.ever_shown: list[Image] = []
        self.exception_text = ""
        self.streams: list[Any] = []
        self.folders: dict[str, str] = {}
        self.execution: Execution | None = None
        self.devices: Devices | None = None
        self.desk = Desk(self)
        self.menu = ScriptMenu(folder_beside(self.persistent.path))
        self.text_windows: list[TextWindow] = []
        self._documents: dict[int, ImageDocument] = {}
        self._windows: dict[int, DocumentWindow] = {}
        # The runtime replaces these two: how to call back into the script, and how to stop it.
        self.call: Callable[[Any, str, Sequence[Any]], Any] = _no_script
        self.check: Callable[[], None] = _go_on

    def write(self, text: str) -> None:
        """Add text to the results window."""
        self.results.append(text)
        self.host.write_result(text)

    def new_image(self, name: str, type_code: float, sizes: Sequence[float]) -> Image:
        """Return a new image with every pixel 0, if the script may use so much memory."""
        if self.execution is not None:
            self.execution.require_memory(image_bytes(type_code, sizes))
        return new_image(name, type_code, sizes)

    # --- images on show ---------------------------------------------------------------------

    def show(self, image: Image) -> None:
        """Show an image in front of all others."""
        self.close(image)
        self.shown.append(image)
        if not any(other is image for other in self.ever_shown):
            self.ever_shown.append(image)
        self.host.show_image(image)
        self.desk.listeners.tell(None, "image_order_changed", (0.0, NULL))

    def close(self, image: Image) -> None:
        """Take an image off the screen."""
        if any(other is image for other in self.shown):
            self.shown[:] = [other for other in self.shown if other is not image]
            self.host.close_image(image)
            self.desk.listeners.tell(None, "image_order_changed", (0.0, NULL))

    def front(self) -> Image:
        """Return the front image.

        Raises
        ------
        ScriptRuntimeError
            If no image is shown.
        """
        if not self.shown:
            raise ScriptRuntimeError("there is no front image; show one, or give the run an image to start with")
        return self.shown[-1]

    def document(self, image: Image) -> ImageDocument:
        """Return the document of an image, made where it has none."""
        if image.id not in self._documents:
            self._documents[image.id] = ImageDocument(image)
        return self._documents[image.id]

    def adopt(self, document: ImageDocument, image: Image) -> None:
        """Make *document* the one of an image."""
        self._documents[image.id] = document

    def document_by_id(self, number: float) -> ImageDocument | None:
        """Return the document with an id, None where there is none."""
        return next((one for one in self._documents.values() if one.id == int(number)), None)

    def window(self, document: ImageDocument) -> DocumentWindow:
        """Return the window of a document."""
        if document.id not in self._windows:
            self._windows[document.id] = DocumentWindow(document)
        return self._windows[document.id]

    def region(self, number: float) -> ROI | None:
        """Return the region of interest with an id, if it is on a display of an image that is alive."""
        for image in live_images():
            for display in image.displays:
                for region in display.rois:
                    if region.id == int(number):
                        return region
        return None

    def finish(self) -> None:
        """Close what the script left open, and keep its persistent tags."""
        for stream in self.streams:
            stream.close()
        self.streams.clear()
        self.persistent.save()


def _no_script(_target: Any, name: str, _arguments: Sequence[Any]) -> Any:
    raise NotImplementedByUs(f"{name} needs a running script to call back")


def _go_on() -> None:
    return None
