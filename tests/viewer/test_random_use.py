"""Somebody does whatever comes to mind at the desk: nothing breaks, and nothing is left when all is closed.

The short form runs with the tests; `make soak` runs a long one, with other steps each time. What is looked for after
every round: documents, windows, threads, open files and widgets that somebody still holds, and memory that grows.
"""

from __future__ import annotations

import functools
import gc
import os
import threading
import time
import weakref
from collections import Counter

import numpy as np
import psutil
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from qtpy.QtCore import QCoreApplication, QEvent
from qtpy.QtWidgets import QApplication, QMessageBox

import temstack as ts
from temstack.errors import TemstackError
from temstack.operations import find, run
from temstack.stack import label_stack
from temstack.viewer.models.operating import Request, start
from temstack.viewer.views.menus import regions as region_menu
from temstack.viewer.views.menus.document import show_history, show_properties, show_tags
from temstack.viewer.views.menus.operations import open_dialog
from temstack.viewer.views.operation_dialog import OperationDialog
from temstack.viewer.views.saving import save_to
from temstack.viewer.views.stack_view import StackView

PLANES, SIDE = 6, 24
ENERGIES = 690.0 + 10 * np.arange(PLANES)


def stack():
    pixels = np.random.default_rng(1).poisson(200, (PLANES, SIDE, SIDE)).astype(np.uint16)
    return label_stack(pixels, "energy_loss", plane_values=ENERGIES, pixel_size=0.5, pixel_units="nm", title="stack")


KINDS = {
    "stack": stack,
    "lazy stack": lambda: stack().chunk({"energy_loss": 1}),
    "image": lambda: stack()[0].drop_vars("energy_loss"),
    "spectrum image": lambda: run(find("to_spectrum_image"), stack()),
    "spectrum": lambda: ts.extract_spectrum(stack()),
}
OPERATIONS = {
    "crop": {"region": (2, 2, 20, 20)},
    "flip": {"axis": "x"},
    "rotate_90": {"turns": 1},
    "filter_planes": {"how": "gaussian", "width_px": 2.0},
    "project": {"how": "mean"},
    "bin_stack": {"y": 2, "x": 2},
    "extract_spectrum": {},
    "to_spectrum_image": {},
    "to_stack": {},
    "fourier_transform": {},
}
POINTS = {"rectangle": 2, "ellipse": 2, "line": 2, "point": 1, "polygon": 3}
places = st.tuples(st.integers(1, SIDE - 2), st.integers(1, SIDE - 2))
which = st.integers(0, 99)


def events(seconds: float = 0.0) -> None:
    """Let the windows hear of everything that has happened."""
    end = time.monotonic() + seconds
    while True:
        QApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        if time.monotonic() >= end:
            return
        time.sleep(0.002)


def wait_until(is_so, what: str) -> None:
    """Wait for something, a minute at most."""
    end = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < end, f"waited in vain for {what() if callable(what) else what}"
        events(0.005)


def only_if(condition):
    """Do nothing in a step unless it can be done: when work ends is not Hypothesis's to know."""

    def wrap(step):
        @functools.wraps(step)
        def do(self, **chosen):
            if condition(self):
                step(self, **chosen)

        return do

    return wrap


def own_threads() -> set[str]:
    """Return the names of all threads but those that Dask, Zarr and asyncio keep for the next time."""
    kept = ("ThreadPoolExecutor-", "asyncio", "zarr", "keep_")  # the last writes what the desk remembers
    return {each.name for each in threading.enumerate() if not each.name.startswith(kept)}


class Traces:
    """What is there while nothing is open: only more of it than at the first time is a leak."""

    def __init__(self) -> None:
        self.documents: list[weakref.ref] = []
        self.widgets: Counter | None = None
        self.threads: set[str] = set()
        self.rss: list[int] = []

    def held(self) -> list[str]:
        """Return what is still held; work that was cancelled holds it for a moment more."""
        events(0.05)
        gc.collect()
        return [repr(each()) for each in self.documents if each() is not None]

    def look(self, folder) -> None:
        """Look whether anything is left; the first time, take down what is."""
        wait_until(lambda: not self.held(), lambda: f"{self.held()} to be let go")
        self.documents.clear()
        open_files = [each.path for each in psutil.Process().open_files() if each.path.startswith(str(folder))]
        assert not open_files
        widgets = Counter(type(each).__name__ + " " + each.objectName() for each in QApplication.allWidgets())
        if self.widgets is None:
            self.widgets, self.threads = widgets, own_threads()
        assert not widgets - self.widgets, f"widgets are left: {widgets - self.widgets}"
        wait_until(lambda: own_threads() <= self.threads, lambda: f"{own_threads() - self.threads} to end")
        self.rss.append(psutil.Process().memory_info().rss)


class RandomUse(RuleBasedStateMachine):
    """One round at the desk; class attributes are those of all rounds."""

    main = traces = folder = None
    n_steps = 0

    def __init__(self) -> None:
        super().__init__()
        self.desk = self.main.desk
        self.is_cancelled = False

    # --- what is chosen ------------------------------------------------------------------------------

    def document(self, number):
        return self.desk.documents[number % len(self.desk.documents)]

    def views(self):
        shown = [self.main.view(each) for each in self.desk.documents]
        return [each for each in shown if isinstance(each, StackView)]

    def view(self, number):
        found = self.views()
        return found[number % len(found)] if found else None

    def others(self):
        return [each for each in self.main.windows() if each.document is None]

    def bring(self, document) -> None:
        self.main.window_of(document).bring_to_front()
        events()

    def idle(self) -> None:
        wait_until(lambda: not self.desk.jobs.running, f"{[job.title for job in self.desk.jobs.running]} to end")

    # --- steps ----------------------------------------------------------------------------------------

    @initialize(kind=st.sampled_from(list(KINDS)))
    def begin(self, kind):
        self.desk.add(KINDS[kind](), title=kind)

    @rule(kind=st.sampled_from(list(KINDS)))
    @only_if(lambda self: len(self.desk.documents) < 6)
    def add(self, kind):
        self.desk.add(KINDS[kind](), title=kind)

    @rule(number=which, is_kept=st.booleans())
    @only_if(lambda self: self.desk.documents)
    def close_document(self, number, is_kept):
        document = self.document(number)
        self.main.window_of(document).close()
        events()
        for box in QApplication.allWidgets():
            if isinstance(box, QMessageBox) and box.objectName() == "unsaved" and box.isVisible():
                button = QMessageBox.StandardButton.Cancel if is_kept else QMessageBox.StandardButton.Discard
                box.button(button).click()
        events()

    @rule(number=which)
    @only_if(lambda self: self.others())
    def close_other(self, number):
        found = self.others()
        found[number % len(found)].close()

    @rule(number=which, plane=st.integers(0, PLANES - 1))
    @only_if(lambda self: self.views())
    def step(self, number, plane):
        view = self.view(number)
        view.display.plane = min(plane, max(0, len(view.display.info.values) - 1))

    @rule(
        number=which, kind=st.sampled_from(list(POINTS)), points=st.lists(places, min_size=3, max_size=3, unique=True)
    )
    @only_if(lambda self: self.views())
    def draw(self, number, kind, points):
        regions = self.view(number).document.regions
        if len(regions) < 5:
            self.try_to(lambda: regions.add(kind, points[: POINTS[kind]]))

    @rule(number=which, what=st.sampled_from(["move", "remove", "rename", "select"]), by=st.integers(-9, 9))
    @only_if(lambda self: self.views())
    def change_region(self, number, what, by):
        regions = self.view(number).document.regions
        if not len(regions):
            return
        region = list(regions)[number % len(regions)]
        if what == "move":
            regions.change(region.moved(by, -by))
        elif what == "remove":
            regions.remove(region.number)
        elif what == "rename":
            regions.rename(region.number, f"name {by}")
        else:
            regions.select(region.number)

    @rule(number=which, what=st.sampled_from(["fft", "cuts", "picker", "profile", "align", "window", "net", "ratio"]))
    @only_if(lambda self: self.views() and len(self.others()) < 6)
    def look_closer(self, number, what):
        view = self.view(number)
        self.bring(view.document)
        if what == "fft":
            self.try_to(view.show_fft)
        elif what == "cuts":
            self.try_to(view.show_orthogonal)
        elif what == "picker":
            self.try_to(lambda: region_menu.open_picker(view))
        elif what == "profile":
            self.try_to(lambda: region_menu.open_profile(view))
        elif what == "align":
            from temstack.viewer.views.menus.align import _window

            self.try_to(lambda: _window(self.main))
        else:
            self.try_to(lambda: region_menu.pick_with(self.main, what))

    @rule(number=which, show=st.sampled_from([show_properties, show_tags, None]))
    @only_if(lambda self: self.desk.documents)
    def ask_about(self, number, show):
        document = self.document(number)
        self.bring(document)
        show_history(self.main) if show is None else show(self.main, document)

    @rule(number=which, name=st.sampled_from(list(OPERATIONS)), is_replacing=st.booleans(), is_cancelled=st.booleans())
    @only_if(lambda self: self.desk.documents and len(self.desk.documents) < 8)
    def operate(self, number, name, is_replacing, is_cancelled):
        document, operation = self.document(number), find(name)
        if document.kind not in operation.inputs or (name == "crop" and min(document.data.shape[-2:]) < 20):
            return
        may_replace = is_replacing and operation.output in ("same", document.kind)
        job = start(self.desk, Request(operation, (document,), OPERATIONS[name], is_replacing=may_replace))
        if is_cancelled:
            job.cancel()

    @rule(number=which, name=st.sampled_from(["flip", "filter_planes", "project"]), is_done=st.booleans())
    @only_if(lambda self: self.desk.documents)
    def use_dialog(self, number, name, is_done):
        document = self.document(number)
        self.bring(document)
        if document.kind not in find(name).inputs or document is not self.desk.active:
            return
        open_dialog(self.main, find(name))
        dialog = next(each for each in self.main.findChildren(OperationDialog) if each.isVisible())
        events(0.05)
        dialog.accept() if is_done and len(self.desk.documents) < 8 else dialog.reject()

    @rule(is_back=st.booleans())
    def go_back_or_forth(self, is_back):
        self.idle()
        self.desk.undo.undo() if is_back else self.desk.undo.redo()

    @rule(number=which, name=st.sampled_from(["a.zarr", "a.nxs", "a.tif"]))
    @only_if(lambda self: self.desk.documents)
    def save(self, number, name):
        document = self.document(number)
        if document.kind in ("stack", "image") and document.data.dtype == np.uint16:
            self.idle()
            save_to(self.main, document, self.folder / f"{document.number}-{name}")
            self.idle()

    @rule(number=which)
    @only_if(lambda self: len(self.desk.documents) < 6)
    def open_again(self, number):
        saved = sorted(self.folder.iterdir())
        if saved:
            self.main.open(saved[number % len(saved)])

    @rule(number=which, kind=st.sampled_from(["plane", "zoom", "contrast", "region"]))
    @only_if(lambda self: len(self.views()) > 1)
    def link(self, number, kind):
        action = self.view(number).actions_of_view.links.get(kind)
        if action is not None and action.isEnabled():
            action.trigger()

    @rule(number=which)
    @only_if(lambda self: self.main.windows())
    def take_out_or_back(self, number):
        windows = self.main.windows()
        windows[number % len(windows)].toggle_detached()

    @rule()
    def wait_for_work(self):
        self.idle()

    def try_to(self, do) -> None:
        """Do what may be refused in one sentence."""
        try:
            do()
        except TemstackError:
            pass
        except Exception as error:  # a model's signal wraps what its listeners raise
            if not isinstance(error.__cause__, TemstackError):
                raise

    # --- what is always so ------------------------------------------------------------------------------

    @invariant()
    def desk_and_windows_agree(self):
        if self.main is None:
            return
        type(self).n_steps += 1
        events()
        shown = [each.document for each in self.main.windows() if each.document is not None]
        assert len(shown) == len(set(shown))
        assert set(shown) == set(self.desk.documents) == set(self.main._documents)
        assert self.desk.active in (None, *self.desk.documents)
        boxes = [each for each in self.main.findChildren(QMessageBox) if each.isVisible() and not each.objectName()]
        assert not boxes, [each.text() + each.detailedText() for each in boxes]
        for document in self.desk.documents:
            if not any(each() is document for each in self.traces.documents):
                self.traces.documents.append(weakref.ref(document))

    def teardown(self):
        """Close everything, and look whether anything is left."""
        self.close_all()
        self.traces.look(self.folder)

    def close_all(self) -> None:
        self.idle()
        for window in self.others():
            window.close()
        events()
        for document in list(self.desk.documents):
            self.desk.close(document)
        self.desk.undo.clear()
        for dialog in [each for each in QApplication.topLevelWidgets() if each.parent() is self.main]:
            dialog.close()
        self.idle()
        events(0.05)
        assert not self.main.windows()


def use_at_random(main, folder, *, rounds: int, steps: int, is_repeatable: bool) -> Traces:
    """Do some rounds in one main window; return what they left."""
    traces = Traces()
    show_history(main).close()  # the one window that is kept for the next time
    machine = type("Use", (RandomUse,), {"main": main, "traces": traces, "folder": folder})
    how = settings(
        max_examples=rounds,
        stateful_step_count=steps,
        derandomize=is_repeatable,
        deadline=None,
        phases=[Phase.generate],  # a desk has a past: fewer steps would not do the same
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(machine, settings=how)
    print(f"{machine.n_steps} steps in {len(traces.rss)} rounds, {[each >> 20 for each in traces.rss]} MB")  # noqa: T201 - for who runs the long one
    return traces


def test_a_short_while(main, tmp_path):
    folder = tmp_path / "saved"
    folder.mkdir()
    use_at_random(main, folder, rounds=4, steps=20, is_repeatable=True)


@pytest.mark.soak
def test_a_long_while(main, tmp_path):
    """Some thousands of steps: memory stays within 40 MB of where it is after the first third."""
    folder = tmp_path / "saved"
    folder.mkdir()
    rounds = int(os.environ.get("TEMSTACK_SOAK_ROUNDS", "60"))
    rss = use_at_random(main, folder, rounds=rounds, steps=50, is_repeatable=False).rss
    early, late = np.median(rss[len(rss) // 3 : len(rss) // 2]), np.median(rss[-len(rss) // 6 :])
    assert late - early < 40e6, f"{early / 1e6:.0f} MB, later {late / 1e6:.0f} MB"
