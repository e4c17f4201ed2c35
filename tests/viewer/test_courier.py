"""The courier: threads beside the windows have things done, and asked, in the thread of the windows."""

import threading

import pytest

from temstack.viewer.views.application import Courier, WindowsClosed


@pytest.fixture
def courier(qapp):
    return Courier()


def in_a_thread(qtbot, work):
    """Run work beside the windows and return what it returned or raised."""
    found = []

    def carry_out():
        try:
            found.append(work())
        except Exception as error:
            found.append(error)

    thread = threading.Thread(target=carry_out)
    thread.start()
    qtbot.waitUntil(lambda: bool(found))
    thread.join()
    return found[0]


def test_ask_returns_what_the_thread_of_the_windows_answers(courier, qtbot):
    assert in_a_thread(qtbot, lambda: courier.ask(threading.get_ident)) == threading.get_ident()


def test_what_the_answer_raises_is_raised_where_it_was_asked(courier, qtbot):
    assert isinstance(in_a_thread(qtbot, lambda: courier.ask(lambda: 1 // 0)), ZeroDivisionError)


def test_asked_in_the_thread_of_the_windows_it_answers_at_once(courier):
    assert courier.ask(lambda: 7) == 7


def test_nobody_waits_for_windows_that_closed(courier, qtbot):
    courier.close()
    assert isinstance(in_a_thread(qtbot, lambda: courier.ask(lambda: 7)), WindowsClosed)


def test_calls_come_in_the_order_they_were_handed_over(courier, qtbot):
    called = []
    in_a_thread(qtbot, lambda: [courier(lambda number=number: called.append(number)) for number in range(50)])
    qtbot.waitUntil(lambda: len(called) == 50)
    assert called == list(range(50))
