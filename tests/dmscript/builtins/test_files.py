"""Scripts reach files only where the caller allows it; images go to files and come back."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

import temstack as ts
from temstack.dmscript.errors import ScriptRuntimeError
from temstack.dmscript.images import Image
from temstack.stack import label_stack


def run(text, **options):
    return ts.run_script(text, **{"persistent_tags": None, **options})


def test_text_is_written_and_read_line_by_line(tmp_path):
    text = """
        number f = CreateFileForWriting("a.txt")
        WriteFile(f, "first µ\\nsecond\\n")
        CloseFile(f)
        f = OpenFileForReading("a.txt")
        string line
        while (ReadFileLine(f, line)) result("[" + left(line, len(line)-1) + "]")
        CloseFile(f)"""
    assert run(text, folders=[tmp_path]).results == "[first µ][second]"
    assert (tmp_path / "a.txt").read_bytes() == "first µ\nsecond\n".encode()


def test_windows_1252_text_is_read(tmp_path):
    (tmp_path / "old.txt").write_bytes(b"5 \xb5m\n")
    text = 'string s\nReadFileLine(OpenFileForReading("old.txt"), s)\nresult(s)'
    assert run(text, folders=[tmp_path]).results == "5 µm\n"


@pytest.mark.parametrize("path", ["../secret.txt", "/etc/passwd", "sub/../../secret.txt"])
def test_files_outside_the_allowed_folders_are_refused(tmp_path, path):
    inside = tmp_path / "inside"
    inside.mkdir()
    (tmp_path / "secret.txt").write_text("secret")
    with pytest.raises(ScriptRuntimeError, match="outside the folders"):
        run(f'OpenFileForReading("{path}")', folders=[inside])
    with pytest.raises(ScriptRuntimeError, match="outside the folders"):
        run(f'DeleteFile("{path}")', folders=[inside])
    assert (tmp_path / "secret.txt").exists()


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_link_does_not_lead_out(tmp_path):
    inside = tmp_path / "inside"
    inside.mkdir()
    (tmp_path / "secret.txt").write_text("secret")
    (inside / "link.txt").symlink_to(tmp_path / "secret.txt")
    with pytest.raises(ScriptRuntimeError, match="outside the folders"):
        run('OpenFileForReading("link.txt")', folders=[inside])


def test_files_that_were_there_are_not_replaced_unless_allowed(tmp_path):
    (tmp_path / "a.txt").write_text("kept")
    with pytest.raises(ScriptRuntimeError, match="exists already"):
        run('CreateFileForWriting("a.txt")', folders=[tmp_path])
    assert (tmp_path / "a.txt").read_text() == "kept"
    run('CreateFileForWriting("a.txt")', folders=[tmp_path], overwrite=True)
    assert (tmp_path / "a.txt").read_text() == ""


def test_a_script_may_replace_its_own_files(tmp_path):
    run('CloseFile(CreateFileForWriting("b.txt"))\nDeleteFile("b.txt")\nCreateFile("b.txt")', folders=[tmp_path])
    assert (tmp_path / "b.txt").exists()


def test_folders_are_listed_and_made(tmp_path):
    (tmp_path / "a.dm3").touch()
    (tmp_path / "sub").mkdir()
    text = """
        taggroup files = GetFilesInDirectory("", 1)
        string name
        files.TagGroupGetTagAsString("[0]:Name", name)
        result(name + files.TagGroupCountTags() + GetFilesInDirectory("", 3).TagGroupCountTags())
        CreateDirectory("new")
        result(DoesDirectoryExist("new") + " " + DoesFileExist("new"))"""
    assert run(text, folders=[tmp_path]).results == "a.dm3121 0"


def test_backslashes_separate_names_everywhere(tmp_path):
    (tmp_path / "sub").mkdir()
    run('CreateFile("sub\\\\x.txt")', folders=[tmp_path])
    assert (tmp_path / "sub" / "x.txt").exists()


def test_open_files_are_closed_at_the_end(tmp_path):
    run('number f = CreateFileForWriting("a.txt")\nWriteFile(f,"x")', folders=[tmp_path])
    assert (tmp_path / "a.txt").read_text() == "x"


# --- images -----------------------------------------------------------------------------------

SAVE = """
    image a := GetFrontImage()
    image b := a.ImageClone()
    b = b * 2
    b.SaveAsGatan("out")
    image c := OpenImage("out.dm4")
    result(sum(c) / sum(a) + " " + c.ImageGetDimensionUnitString(0) + " " + c.ImageGetDimensionScale(2))
"""


def test_images_are_saved_as_dm4_with_calibration_and_tags_and_opened_again(tmp_path):
    data = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
    stack = label_stack(data, "energy_loss", plane_values=[100.0, 105.0], pixel_size=0.5, pixel_units="nm")
    assert run(SAVE, images=[stack], folders=[tmp_path]).results == "2 nm 5"
    back = ts.read(tmp_path / "out.dm4")
    np.testing.assert_array_equal(back.values, data * 2)
    np.testing.assert_allclose(back.energy_loss, [100, 105])


@pytest.mark.parametrize("suffix", [".dm3", ".dm4", ".tif", ".zarr", ".mrc"])
def test_the_suffix_says_the_format(tmp_path, suffix):
    text = f'image a := RealImage("a",4,4,3,2)\na = icol+10*irow+100*iplane\na.SaveImage("x{suffix}")'
    run(text, folders=[tmp_path])
    plane, row, column = np.ogrid[:2, :3, :4]
    np.testing.assert_array_equal(ts.read(tmp_path / f"x{suffix}").values, column + 10 * row + 100 * plane)


@pytest.mark.parametrize(
    "made", ['RealImage("a",4,8,6)', 'RealImage("a",4,8,1)', 'ComplexImage("a",8,8,6)', 'RGBImage("a",4,8,6)']
)
def test_every_kind_of_image_becomes_a_picture(tmp_path, made):
    run(f'image a := {made}\na.SaveAsPNG("p")', folders=[tmp_path])
    assert (tmp_path / "p.png").read_bytes().startswith(b"\x89PNG")


def test_a_file_that_is_no_image_is_a_catchable_error(tmp_path):
    (tmp_path / "x.dm3").write_text("no image")
    text = 'try { OpenImage("x.dm3") } catch { result("caught: " + GetExceptionString()); break }'
    assert run(text, folders=[tmp_path]).results.startswith("caught: image 'x.dm3' cannot be opened")


def test_pixels_are_streamed_in_either_byte_order(tmp_path):
    Path(tmp_path / "raw.bin").write_bytes(np.arange(6, dtype=">i2").tobytes())
    text = """
        image a := IntegerImage("a",2,1,3,2)
        a.ImageReadImageDataFromStream(OpenFileForReading("raw.bin"), 1, 0)
        result(a.GetPixel(2,1))"""
    assert run(text, folders=[tmp_path]).results == "5"


def test_colours_come_and_go():
    stack = label_stack(np.full((1, 2, 3, 3), (1, 2, 3), np.uint8))
    left = run("image a := GetFrontImage()\nresult(red(a.GetPixel(0,0,0)) + blue(a.GetPixel(0,0,0)))", images=[stack])
    assert left.results == "4"
    image = Image(np.zeros((2, 3), [("red", "u1"), ("green", "u1"), ("blue", "u1"), ("alpha", "u1")]), "c")
    assert run("ShowImage(GetFrontImage())", images=[image]).images[0].dims == ("y", "x", "channel")
