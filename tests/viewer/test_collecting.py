"""What windows own is freed in their thread, whatever threads work beside them."""

import gc
import threading
import time
import weakref

import pytest

from temstack.viewer.models import beside
from temstack.viewer.models.background import Background
from temstack.viewer.models.desk import Desk
from temstack.viewer.models.latest import Latest
from temstack.viewer.views.application import Courier


class Owned:
    """Something that is to be freed in the thread of the windows: it writes down where it was."""

    def __init__(self, freed_in):
        weakref.finalize(self, lambda: freed_in.append(threading.get_ident()))
        self.data = None

    def work(self, *_):
        return 7

    def done(self, _):
        pass


def make_garbage(stop, size=0):
    """Make cycles that nobody holds, each with some bytes, as fast as a thread can."""
    while not stop.is_set():
        for _ in range(50):
            cycle = [bytearray(size)]
            cycle.append(cycle)
        stop.wait(0.001)


@pytest.fixture
def busy_thread(main):
    """A thread that makes so much garbage that Python would collect in it."""
    stop = threading.Event()
    thread = threading.Thread(target=make_garbage, args=(stop,))
    thread.start()
    yield thread
    stop.set()
    thread.join()


def test_python_collects_by_itself_only_where_there_is_no_main_window(qtbot):
    from temstack.viewer.views.main_window import MainWindow

    if not gc.isenabled():
        pytest.skip("a window of an earlier test is still there")
    first, second = MainWindow(), MainWindow()
    assert not gc.isenabled()
    for window, is_last in ((first, False), (second, True)):
        window.closing.let_go()
        gone = []
        window.destroyed.connect(lambda: gone.append(True))  # noqa: B023 - called before the next
        window.deleteLater()
        qtbot.waitUntil(lambda: bool(gone), timeout=60_000)  # noqa: B023
        assert gc.isenabled() == is_last


def test_slices_of_dask_arrays_do_not_have_python_collect_again(main):
    import dask.array as da

    assert da.zeros((4, 4))[1].shape == (4,)
    assert not gc.isenabled()


def test_garbage_is_collected_in_the_thread_of_the_windows(qtbot, busy_thread):
    freed_in = []
    for _ in range(20):
        owned = Owned(freed_in)
        owned.data = owned
    del owned
    qtbot.waitUntil(lambda: len(freed_in) == 20, timeout=60_000)
    assert set(freed_in) == {threading.get_ident()}


def test_old_garbage_is_collected_too(qtbot, busy_thread):
    freed_in = []
    owned = Owned(freed_in)
    owned.data = owned
    gc.collect()
    gc.collect()  # it is now among the old ones, which are looked at more rarely
    del owned
    qtbot.waitUntil(lambda: bool(freed_in), timeout=60_000)
    assert freed_in == [threading.get_ident()]


@pytest.mark.parametrize("how", ["job", "background", "latest"])
def test_what_hears_of_work_is_freed_in_the_thread_of_the_windows(qtbot, how):
    courier, freed_in = Courier(), []

    def deliver(call):
        courier(call)
        time.sleep(0.2)  # meanwhile the windows hear of it, and only the thread is left to hold anything

    desk, background, latest = Desk(deliver), Background(deliver), Latest(deliver)

    def start(owned):
        if how == "job":
            desk.jobs.start("work", owned.work).finished.connect(lambda answer: owned.done(answer))
        elif how == "background":
            background.ask("work", owned.work, owned.done)
        else:
            latest.ask(owned.work, owned.done)

    start(Owned(freed_in))
    gc.disable()
    qtbot.waitUntil(lambda: not beside._held, timeout=60_000)
    gc.enable()
    gc.collect()
    assert freed_in == [threading.get_ident()]


def test_a_thread_that_is_over_holds_nothing(qtbot):
    courier, freed_in = Courier(), []
    background = Background(courier)
    owned = Owned(freed_in)
    background.ask("work", owned.work, owned.done)
    qtbot.waitUntil(lambda: not beside._held, timeout=60_000)
    del owned
    assert freed_in == [threading.get_ident()]
