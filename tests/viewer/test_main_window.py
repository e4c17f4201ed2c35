"""The main window: files come in, windows come up."""

import numpy as np

import temstack as ts
from temstack.stack import label_stack


def test_open_shows_a_window(main, qtbot, tmp_path):
    ts.write(label_stack(np.arange(960, dtype=np.int16).reshape(3, 16, 20)), tmp_path / "a.tif")
    main.open(tmp_path / "a.tif")
    qtbot.waitUntil(lambda: bool(main.desk.documents), timeout=20_000)
    (document,) = main.desk.documents
    assert document.title == "a"
    assert main.desk.active is document
    assert main.view(document).isVisible()


def test_a_missing_file_is_said_in_one_sentence(main, qtbot, tmp_path):
    from qtpy.QtWidgets import QMessageBox

    main.open(tmp_path / "nothing.tif")
    qtbot.waitUntil(lambda: bool(main.findChildren(QMessageBox)), timeout=20_000)
    (box,) = main.findChildren(QMessageBox)
    assert "nothing.tif" in box.text()
