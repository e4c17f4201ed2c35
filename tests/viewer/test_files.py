"""Files at the desk: opened, made, saved, exported; nothing lost, nothing half-written."""

import threading

import numpy as np
import pytest
from imageio.v3 import imwrite
from qtpy.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from qtpy.QtGui import QDropEvent, QGuiApplication
from qtpy.QtWidgets import QDialog, QMessageBox

import temstack as ts
from temstack.stack import label_stack, pixel_size
from temstack.stack.types import PIXEL_TYPES
from temstack.viewer.models.import_form import ImportForm
from temstack.viewer.models.kept import read_kept
from temstack.viewer.models.new_stack import NewStack
from temstack.viewer.models.origin import Origin
from temstack.viewer.models.saving import can_be_saved_in_place, prospect
from temstack.viewer.views.menus import clipboard, file


def stack(planes=4):
    pixels = np.random.default_rng(3).poisson(50, (planes, 24, 30)).astype(np.uint16)
    values = 480 + 5.0 * np.arange(planes)
    return label_stack(pixels, "energy_loss", plane_values=values, pixel_size=0.5)


@pytest.fixture
def folder(tmp_path, main):
    main.preferences.set("folder", str(tmp_path))
    return tmp_path


def dialog(main, name):
    return [each for each in main.findChildren(QDialog) if each.objectName() == name and each.isVisible()][-1]


def wait_for_documents(main, qtbot, count):
    qtbot.waitUntil(lambda: len(main.desk.documents) == count, timeout=20_000)


def drop(main, paths):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    main.dropEvent(
        QDropEvent(
            QPointF(QPoint(50, 50)), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier(0)
        )
    )


def test_dropped_files_and_folders_are_opened(main, qtbot, tmp_path):
    ts.write(stack(), tmp_path / "a.dm4")
    ts.write(stack(), tmp_path / "b.zarr")
    images = tmp_path / "images"
    images.mkdir()
    for number in (1, 2, 10):
        imwrite(images / f"i_{number}.png", np.full((8, 9), number, np.uint8))
    drop(main, [tmp_path / "a.dm4", tmp_path / "b.zarr", images])
    wait_for_documents(main, qtbot, 3)
    shapes = {document.title: document.data.shape for document in main.desk.documents}
    assert shapes["a"] == shapes["b"] == (4, 24, 30)
    one = next(document for document in main.desk.documents if document.title not in "ab")
    assert one.data[:, 0, 0].values.tolist() == [1, 2, 10]


def test_recent_files_come_back_latest_first_and_missing_ones_are_greyed(main, qtbot, tmp_path, user_folder):
    for name in ("a.tif", "b.tif"):
        ts.write(stack(), tmp_path / name)
        main.open(tmp_path / name)
    wait_for_documents(main, qtbot, 2)
    (tmp_path / "a.tif").unlink()
    menu = next(each for each in main.menu("File").findChildren(type(main.menu("File"))) if "recent" in each.title())
    menu.aboutToShow.emit()
    shown = {action.text().split()[0]: action.isEnabled() for action in menu.actions()[:2]}
    assert shown == {"a.tif": False, "b.tif": True}
    kept = user_folder / "viewer" / "recent.json"
    qtbot.waitUntil(lambda: kept.exists() and len(read_kept(kept)) == 2)


def test_a_file_that_failed_is_not_among_the_recent_ones(main, qtbot, tmp_path):
    (tmp_path / "broken.dm4").write_bytes(b"no such thing")
    main.open(tmp_path / "broken.dm4")
    qtbot.waitUntil(lambda: bool(main.findChildren(QMessageBox)), timeout=20_000)
    assert "broken.dm4" in main.findChildren(QMessageBox)[0].text()
    assert main.recent.files == []


def test_a_raw_file_asks_for_its_shape_and_opens_with_it(main, qtbot, tmp_path):
    pixels = np.arange(2 * 6 * 8, dtype=">i2").reshape(2, 6, 8)
    (tmp_path / "a.raw").write_bytes(b"head" + pixels.tobytes())
    main.open_each([tmp_path / "a.raw"])
    form = dialog(main, "open as one stack")
    assert "shape" in form.problem.text()
    form.shape.setText("2 x 6 x 8")
    form.dtype.setCurrentText("int16")
    form.order.setCurrentIndex(1)
    form.offset.setValue(4)
    assert form.problem.text() == ""
    form.accept()
    wait_for_documents(main, qtbot, 1)
    assert np.array_equal(main.desk.documents[0].data.values, pixels)


def test_files_become_the_planes_of_one_stack_along_the_axis_that_is_said(main, qtbot, tmp_path):
    paths = [tmp_path / f"f{number}.png" for number in (1, 2, 10)]
    for path in paths:
        imwrite(path, np.ones((8, 9), np.uint8))
    file.open_as_one(main, paths)
    form = dialog(main, "open as one stack")
    form.axis.setCurrentIndex(form.axis.findData("defocus"))
    form.start.setText("-100")
    form.step.setText("five")
    assert "five" in form.problem.text()
    form.step.setText("50")
    form.accept()
    wait_for_documents(main, qtbot, 1)
    data = main.desk.documents[0].data
    assert data.dims[0] == "defocus"
    assert data.defocus.values.tolist() == [-100, -50, 0]


@pytest.mark.parametrize("text", ["", "512", "5, 0", "a, b", "1,2,3,4"])
def test_shapes_that_cannot_be_meant_are_refused(tmp_path, text):
    with pytest.raises(ts.errors.SettingError, match="shape"):
        ImportForm((tmp_path / "a.raw",), shape=text).options()


@pytest.mark.parametrize("index", range(len(PIXEL_TYPES)))
def test_every_type_of_pixel_can_be_made(index):
    made = NewStack(planes=2, height=6, width=7, type_index=index, plane_dim="tilt", start=-60, step=2).make()
    assert made.dtype == PIXEL_TYPES[index].dtype
    assert made.shape[:3] == (2, 6, 7)
    assert made.tilt.values.tolist() == [-60, -58]


def test_a_new_stack_is_on_the_desk_and_not_saved(main, qtbot):
    file.new_stack(main)
    form = dialog(main, "new stack")
    for spin, value in ((form.planes, 2), (form.rows, 6), (form.columns, 7)):
        spin.setValue(value)
    form.pixel.setCurrentText("integer 2 bytes, unsigned (0 … 65535)")
    form.pixel_size.setValue(0.25)
    form.accept()
    wait_for_documents(main, qtbot, 1)
    (made,) = main.desk.documents
    assert made.data.dtype == np.uint16
    assert pixel_size(made.data) == ((0.25, 0.25), "nm")
    assert not made.is_saved


def test_a_new_stack_that_does_not_fit_is_refused_in_one_sentence(main, qtbot):
    file.new_stack(main)
    form = dialog(main, "new stack")
    for spin in (form.planes, form.rows, form.columns):
        spin.setValue(1_000_000)
    form.accept()
    qtbot.waitUntil(lambda: bool(main.findChildren(QMessageBox)))
    assert "does not fit into memory" in main.findChildren(QMessageBox)[0].text()


@pytest.mark.parametrize("suffix", [".zarr", ".dm4", ".hspy", ".tif", ".mrc"])
def test_save_as_writes_what_can_be_read_again(main, qtbot, folder, suffix):
    document = main.desk.add(stack(), title="Fe")
    file.save_as(main, document)
    form = dialog(main, "save as")
    form.file.path = folder / f"out{suffix}"
    qtbot.waitUntil(form.save_button.isEnabled, timeout=20_000)
    form.accept()
    qtbot.waitUntil(lambda: document.is_saved, timeout=20_000)
    assert document.title == "out"
    assert np.array_equal(ts.read(folder / f"out{suffix}").values, document.data.values)
    assert main.recent.files == [folder / f"out{suffix}"]


def test_the_dialog_says_what_is_lost_before_anything_is_written(main, qtbot, folder):
    document = main.desk.add(stack().assign_attrs(tags={"a": 1}), title="Fe")
    file.save_as(main, document)
    form = dialog(main, "save as")
    form.file.path = folder / "out.tif"
    qtbot.waitUntil(lambda: "do not keep tags" in form.words.text(), timeout=20_000)
    form.file.path = folder / "out.msa"
    qtbot.waitUntil(lambda: "one spectrum" in form.words.text(), timeout=20_000)
    assert not form.save_button.isEnabled()
    form.reject()
    assert list(folder.glob("out*")) == []


def test_the_dialog_says_when_a_file_will_be_replaced(main, qtbot, folder):
    ts.write(stack(), folder / "out.tif")
    document = main.desk.add(stack(2), title="Fe")
    file.save_as(main, document)
    form = dialog(main, "save as")
    form.file.path = folder / "out.tif"
    qtbot.waitUntil(lambda: "will be replaced" in form.words.text(), timeout=20_000)
    assert form.save_button.text() == "Replace"
    form.accept()
    qtbot.waitUntil(lambda: document.is_saved, timeout=20_000)
    assert len(ts.read(folder / "out.tif")) == 2


def test_the_scales_are_kept_only_when_numbers_as_recorded_are_wanted(main, qtbot, folder):
    scaled = stack().assign_coords(scale=("energy_loss", [1.0, 2.0, 0.5, 4.0]))
    document = main.desk.add(scaled, title="Fe")
    file.save_as(main, document)
    form = dialog(main, "save as")
    form.file.path = folder / "out.dm4"
    form.raw.setChecked(True)
    qtbot.waitUntil(form.save_button.isEnabled, timeout=20_000)
    form.accept()
    qtbot.waitUntil(lambda: document.is_saved, timeout=20_000)
    assert ts.read(folder / "out.dm4").scale.values.tolist() == [1.0, 2.0, 0.5, 4.0]


def test_a_cancelled_save_leaves_what_was_there(main, qtbot, folder, monkeypatch):
    import temstack.files

    has_begun, written = threading.Event(), temstack.files.write

    def slow(data, path, *, progress, **options):
        def told(step, done, total):
            has_begun.set()
            while True:
                progress(step, done, total)

        return written(data, path, progress=told, **options)

    ts.write(stack(2), folder / "out.zarr")
    monkeypatch.setattr(temstack.files, "write", slow)
    from temstack.viewer.views.saving import save_to

    document = main.desk.add(stack(), title="Fe")
    job = save_to(main, document, folder / "out.zarr")
    qtbot.waitUntil(has_begun.is_set, timeout=20_000)
    job.cancel()
    qtbot.waitUntil(lambda: job.state == "cancelled", timeout=20_000)
    assert not document.is_saved
    assert len(ts.read(folder / "out.zarr")) == 2
    assert [path.name for path in folder.iterdir() if path.name != "user"] == ["out.zarr"]


def test_a_lazy_stack_can_be_saved_over_its_own_file(main, qtbot, folder):
    ts.write(stack(), folder / "own.zarr")
    document = main.desk.add(ts.read(folder / "own.zarr", lazy=True)[1:], path=folder / "own.zarr")
    wanted = document.data.values
    file.save(main, document)
    qtbot.waitUntil(lambda: document.is_saved, timeout=20_000)
    assert np.array_equal(document.data.values, wanted)
    assert np.array_equal(ts.read(folder / "own.zarr").values, wanted)


def test_what_changes_while_it_is_saved_stays_unsaved(main, qtbot, folder):
    from temstack.viewer.views.saving import save_to

    document = main.desk.add(stack(), title="Fe")
    job = save_to(main, document, folder / "out.tif")
    document.replace_data(stack(3))
    qtbot.waitUntil(lambda: job.state == "finished", timeout=20_000)
    assert not document.is_saved


def test_a_file_with_several_sets_of_data_is_not_overwritten_by_one_of_them(main, tmp_path):
    document = main.desk.add(stack(), path=tmp_path / "many.hspy")
    document.origin = Origin((tmp_path / "many.hspy",), 1, is_alone=False)
    assert not can_be_saved_in_place(document)


def test_a_format_says_what_it_loses():
    assert prospect(stack(), ".dm4").words.startswith("Keeps everything")
    assert "energy_loss" in prospect(stack(), ".mrc").words


def test_the_exported_picture_shows_contrast_and_colours(main, qtbot, folder):
    from PIL import Image

    document = main.desk.add(stack(), title="Fe")
    main.view(document).display.update(colour_map="hot", contrast="fixed", limits=(0.0, 1.0))
    file.export_picture(main, document)
    form = dialog(main, "export picture")
    form.side.setValue(128)
    form.bar.setChecked(False)
    form.value.setChecked(False)
    form.accept()
    qtbot.waitUntil((folder / "Fe.png").exists, timeout=20_000)
    with Image.open(folder / "Fe.png") as file_on_disk:
        picture = np.asarray(file_on_disk.convert("RGB"))
    assert max(picture.shape) == 128
    assert (picture == 255).all()  # all counts lie above the white of this map


def test_the_exported_film_has_a_frame_for_each_plane_in_the_colours_shown(main, qtbot, folder):
    from PIL import Image

    document = main.desk.add(stack(), title="Fe")
    main.view(document).display.update(colour_map="inverted")
    file.export_film(main, document)
    form = dialog(main, "export film")
    form.file.path = folder / "Fe.gif"
    form.value.setChecked(False)
    form.accept()
    qtbot.waitUntil((folder / "Fe.gif").exists, timeout=20_000)
    with Image.open(folder / "Fe.gif") as film:
        assert film.n_frames == 4
        frame = np.asarray(film.convert("L").resize((30, 24), Image.Resampling.BOX), dtype=float)
    assert np.corrcoef(frame.ravel(), document.data.values[0].ravel())[0, 1] < -0.8


def test_an_export_that_fails_is_said(main, qtbot, folder):
    document = main.desk.add(stack(), title="Fe")
    file.export_picture(main, document)
    form = dialog(main, "export picture")
    form.file.path = folder / "Fe.xyz"
    form.accept()
    qtbot.waitUntil(lambda: bool(main.findChildren(QMessageBox)), timeout=20_000)
    assert "Fe.xyz" in main.findChildren(QMessageBox)[0].text()
    assert not (folder / "Fe.xyz").exists()


def test_the_picture_goes_to_the_clipboard(main):
    main.desk.add(stack(), title="Fe")
    clipboard.copy_picture(main)
    image = QGuiApplication.clipboard().image()
    assert min(image.width(), image.height()) > 100
    colours = {image.pixelColor(x, y).name() for x in range(20, 100, 7) for y in range(20, 100, 7)}
    assert len(colours) > 10  # it is the image of noise, no empty window


def test_entries_that_need_a_document_are_greyed_without_one(main):
    entries = {action.text(): action for action in main.menu("File").actions()}
    assert not entries["&Save"].isEnabled()
    main.desk.add(stack()[0], title="image")
    assert entries["&Save"].isEnabled()
    assert not entries["Export fil&m as shown…"].isEnabled()
    main.desk.add(stack(), title="stack")
    assert entries["Export fil&m as shown…"].isEnabled()
