"""Sessions: the desk is reopened as it was left; what nobody saved is not lost."""

import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QMessageBox

import temstack as ts
from temstack.errors import DamagedFileError
from temstack.stack import label_stack
from temstack.viewer.models.arrangement import Place
from temstack.viewer.models.origin import Origin
from temstack.viewer.models.session import OpenDocument, Session, read_session
from temstack.viewer.views.main_window import MainWindow
from temstack.viewer.views.sessions import kept_folder, session_file


def stack(planes=4, fill=7):
    values = 480 + 5.0 * np.arange(planes)
    return label_stack(np.full((planes, 16, 20), fill, np.uint16), "energy_loss", plane_values=values)


@pytest.fixture
def start(qtbot):
    """Start the program, with its windows, as often as wanted."""
    started = []

    def begin():
        window = MainWindow()
        qtbot.addWidget(window)
        window.show()
        window.sessions.begin()
        jobs = window.sessions.reopen()
        qtbot.waitUntil(lambda: not any(job.is_running for job in jobs), timeout=20_000)
        started.append(window)
        return window

    yield begin
    for window in started:
        window.desk.jobs.cancel_all()


def opened(main, qtbot, path):
    main.open(path)
    qtbot.waitUntil(lambda: any(each.path == path for each in main.desk.documents), timeout=20_000)
    return next(each for each in main.desk.documents if each.path == path)


def test_a_desk_comes_back_as_it_was_left(start, qtbot, tmp_path):
    for name in ("a.zarr", "b.tif"):
        ts.write(stack(), tmp_path / name)
    main = start()
    first, second = (opened(main, qtbot, tmp_path / name) for name in ("a.zarr", "b.tif"))
    main.window_of(first).put(Place(30, 40, 500, 400))
    main.view(first).display.plane = 2
    main.window_of(second).detach(Place(100, 120, 420, 380))
    main.window_of(first).bring_to_front()
    assert main.close()
    main = start()
    found = {document.title: document for document in main.desk.documents}
    assert set(found) == {"a", "b"}
    assert main.window_of(found["a"]).place == Place(30, 40, 500, 400)
    assert main.window_of(found["b"]).is_detached
    assert found["a"].is_saved
    if hasattr(main.view(found["a"]), "restore"):
        assert main.view(found["a"]).display.plane == 2


def test_one_of_several_sets_of_data_comes_back(start, qtbot, tmp_path):
    origin = Origin((tmp_path / "f1.raw", tmp_path / "f2.raw"), options={"shape": [4, 5], "dtype": "<u2", "offset": 0})
    for number, path in enumerate(origin.paths):
        path.write_bytes(np.full((4, 5), number, "<u2").tobytes())
    main = start()
    main.desk.open_series(origin.paths, **origin.options)
    qtbot.waitUntil(lambda: bool(main.desk.documents), timeout=20_000)
    assert main.close()
    (document,) = start().desk.documents
    assert document.data[:, 0, 0].values.tolist() == [0, 1]


def button(box, text):
    return next(each for each in box.buttons() if each.text() == text)


def quit_box(main):
    return next(box for box in main.findChildren(QMessageBox) if box.objectName() == "quit" and box.isVisible())


def test_what_is_not_saved_is_asked_about_and_kept_for_the_next_start(start, qtbot):
    main = start()
    main.desk.add(stack(fill=42), title="aligned")
    assert not main.close()
    box = quit_box(main)
    assert "aligned" in box.text()
    qtbot.mouseClick(button(box, "Keep for the next start"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not main.isVisible(), timeout=20_000)
    main = start()
    (document,) = main.desk.documents
    assert document.title == "aligned"
    assert not document.is_saved
    assert document.path is None
    assert (document.data.values == 42).all()


def test_what_is_discarded_does_not_come_back(start, qtbot):
    main = start()
    main.desk.add(stack(), title="aligned")
    main.close()
    qtbot.mouseClick(button(quit_box(main), "Discard"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not main.isVisible(), timeout=20_000)
    assert start().desk.documents == []


def test_staying_changes_nothing(start, qtbot):
    main = start()
    document = main.desk.add(stack(), title="aligned")
    main.close()
    qtbot.mouseClick(button(quit_box(main), "Stay"), Qt.MouseButton.LeftButton)
    assert main.isVisible()
    assert main.desk.documents == [document]


def test_kept_copies_are_removed_when_they_are_saved_elsewhere(start, qtbot, tmp_path):
    from temstack.viewer.views.saving import save_to

    main = start()
    main.desk.add(stack(fill=42), title="aligned")
    main.closing.quit_unasked()
    qtbot.waitUntil(lambda: not main.isVisible(), timeout=20_000)
    assert len(list(kept_folder().iterdir())) == 1
    main = start()
    (document,) = main.desk.documents
    save_to(main, document, tmp_path / "aligned.zarr")
    qtbot.waitUntil(lambda: document.is_saved, timeout=20_000)
    assert main.close()
    assert list(kept_folder().iterdir()) == []
    (document,) = start().desk.documents
    assert document.path == tmp_path / "aligned.zarr"


def test_kept_copies_outlive_a_start_with_other_files(start, qtbot):
    main = start()
    main.desk.add(stack(fill=42), title="aligned")
    main.closing.quit_unasked()
    qtbot.waitUntil(lambda: not main.isVisible(), timeout=20_000)
    other = MainWindow()
    qtbot.addWidget(other)
    other.sessions.begin()
    assert other.close()
    (document,) = start().desk.documents
    assert document.title == "aligned"


def test_running_work_is_asked_about_and_cancelled(start, qtbot):
    main = start()

    def work(progress):
        while True:
            progress("correlating pairs", 1, 2)

    job = main.desk.jobs.start("Align Fe", work)
    assert not main.close()
    assert "Align Fe" in quit_box(main).text()
    qtbot.mouseClick(button(quit_box(main), "Cancel it and quit"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not main.isVisible())
    assert job.state == "cancelled"


def test_whoever_guards_something_keeps_the_program_open(start):
    main = start()
    main.quit_guards.append(lambda: False)
    assert not main.close()
    main.quit_guards.clear()
    assert main.close()


@pytest.mark.parametrize("text", ["", "no json", "[]", '{"documents": 3}', '{"documents": [{}], "place": null}'])
def test_a_broken_session_file_is_said_and_the_desk_starts_empty(start, qtbot, text):
    session_file().parent.mkdir(parents=True)
    session_file().write_text(text)
    main = start()
    qtbot.waitUntil(lambda: bool(main.findChildren(QMessageBox)))
    assert "session.json" in main.findChildren(QMessageBox)[0].text()
    assert main.desk.documents == []
    assert main.close()
    assert read_session(session_file()).documents == ()


def test_a_file_that_is_gone_is_said_and_the_others_come_back(start, qtbot, tmp_path):
    for name in ("a.tif", "b.tif"):
        ts.write(stack(), tmp_path / name)
    main = start()
    for name in ("a.tif", "b.tif"):
        opened(main, qtbot, tmp_path / name)
    assert main.close()
    (tmp_path / "a.tif").unlink()
    main = start()
    assert [document.title for document in main.desk.documents] == ["b"]
    assert any("a.tif" in box.text() for box in main.findChildren(QMessageBox))


def test_a_view_that_cannot_restore_does_not_stop_the_others(start, qtbot, tmp_path):
    ts.write(stack(), tmp_path / "a.tif")
    place = Place(0, 0, 400, 300)
    strange = OpenDocument(Origin((tmp_path / "a.tif",)), "a", place, view={"plane": "seven", "limits": 3})
    session_file().parent.mkdir(parents=True)
    session_file().write_text(json.dumps(Session((strange, strange)).to_json()))
    assert len(start().desk.documents) == 2


def test_session_files_that_mean_nothing_are_refused(tmp_path):
    (tmp_path / "s.json").write_text('{"documents": [{"origin": {}}], "place": null, "is_maximized": false}')
    with pytest.raises(DamagedFileError, match="no session"):
        read_session(tmp_path / "s.json")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no SIGINT to one process")
def test_ctrl_c_in_the_terminal_ends_the_program_and_keeps_the_session(tmp_path, user_folder):
    ts.write(stack(), tmp_path / "a.tif")
    command = [sys.executable, "-m", "temstack.cli", "gui", str(tmp_path / "a.tif")]
    environment = {**os.environ, "TEMSTACK_CONFIG": str(user_folder), "QT_QPA_PLATFORM": "offscreen"}
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as program:
        end = time.monotonic() + 60
        while not (session_file().exists() and "a.tif" in session_file().read_text()):
            assert program.poll() is None, program.stderr.read()
            assert time.monotonic() < end
            time.sleep(0.05)  # another process: there is nothing to wait on but its file
        program.send_signal(signal.SIGINT)
        assert program.wait(30) == 0
        assert "Traceback" not in program.stderr.read()
