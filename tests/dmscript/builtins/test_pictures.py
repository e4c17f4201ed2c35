"""Saved pictures show what a script drew, where it drew it."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image as Picture

from temstack.dmscript.pictures import has_own_look
from temstack.dmscript.running import run_script
from temstack.dmscript.saving import write_image

START = 'image a := RealImage("a", 4, 100, 50)\na.ShowImage()\nimagedisplay d = a.ImageGetImageDisplay(0)\n'
RED, GREEN = (255, 0, 0), (0, 255, 0)


@pytest.fixture
def draw(tmp_path):
    """Return the picture of what a script draws on a black image of 100 × 50."""

    def run(script):
        [image] = run_script(START + script, persistent_tags=None).shown
        path = tmp_path / "a.png"
        write_image(image, path)
        return np.asarray(Picture.open(path).convert("RGB")).astype(int)

    return run


def near(picture, x, y, colour):
    """Return whether a pixel near a place of the image, in its px, has a colour."""
    zoom = picture.shape[1] / 100
    row, column = int(y * zoom), int(x * zoom)
    part = picture[max(row - 4, 0) : row + 5, max(column - 4, 0) : column + 5]
    return bool((np.abs(part - colour).sum(axis=-1) < 60).any())


def test_the_picture_has_the_shape_of_the_image(draw):
    picture = draw("a.SetLimits(0, 1)\n")
    assert picture.shape[1] == 800
    assert picture.shape[0] == 400
    assert picture.max() == 0


def test_lines_boxes_and_ovals_lie_where_they_were_put(draw):
    picture = draw(
        "component line = NewLineAnnotation(10, 5, 10, 45)\nline.ComponentSetForegroundColor(0, 1, 0)\n"
        "d.ComponentAddChildAtEnd(line)\nd.ComponentAddChildAtEnd(NewBoxAnnotation(20, 60, 40, 90))\n"
    )
    assert near(picture, 5, 10, GREEN)
    assert near(picture, 44, 10, GREEN)
    assert not near(picture, 55, 10, GREEN)
    assert near(picture, 60, 30, RED)
    assert near(picture, 75, 40, RED)
    assert not near(picture, 75, 30, RED)


def test_what_is_invisible_or_removed_is_not_drawn(draw):
    picture = draw(
        "component one = NewBoxAnnotation(10, 10, 40, 40), two = NewBoxAnnotation(10, 60, 40, 90)\n"
        "d.ComponentAddChildAtEnd(one)\nd.ComponentAddChildAtEnd(two)\n"
        "one.ComponentSetVisible(0)\ntwo.ComponentRemoveFromParent()\na.SetLimits(0, 1)\n"
    )
    assert picture.max() == 0


def test_regions_are_drawn_with_their_colour(draw):
    picture = draw(
        "roi r = NewROI()\nr.ROISetCircle(50, 25, 20)\nr.ROISetColor(0, 1, 0)\nd.ImageDisplayAddROI(r)\n"
        "roi p = NewROI()\np.ROISetPoint(10, 10)\nd.ImageDisplayAddROI(p)\n"
    )
    ring = [near(picture, 50 + 20 * np.cos(angle), 25 + 20 * np.sin(angle), GREEN) for angle in np.arange(0, 6, 0.3)]
    assert np.mean(ring) > 0.5
    assert not near(picture, 50, 25, GREEN)
    assert near(picture, 10.5, 10.5, RED)


def test_limits_and_tables_of_colours_are_used(draw):
    picture = draw(
        'image table := RGBImage("t", 4, 256, 1)\ntable = rgb(icol, 0, 255 - icol)\n'
        "d.ImageDisplaySetInputColorTable(table)\na = icol < 50 ? 0 : 1\na.SetLimits(0, 1)\n"
    )
    assert tuple(picture[200, 100]) == (0, 0, 255)
    assert tuple(picture[200, 700]) == (255, 0, 0)


def test_a_line_plot_shows_added_lines(draw):
    picture = draw(
        'image s := RealImage("s", 4, 100)\na.CloseImage()\na.SetDisplayType(4)\na = irow\n'
        'a.ShowImage()\nd.ImageDisplayAddImage(s, "zero")\n'
        "d.LinePlotImageDisplaySetSliceComponentColor(50, 0, 1, 0, 0)\n"
        "d.LinePlotImageDisplaySetSliceLineThickness(50, 3)\n"
    )
    assert (np.abs(picture - RED).sum(axis=-1) < 60).sum() > 500


def test_untouched_images_and_stacks_keep_their_contact_sheet():
    script = (
        'image a := RealImage("a", 4, 8, 8)\na.ShowImage()\nimage b := RealImage("b", 4, 8, 8, 3)\nb.ShowImage()\n'
        "imagedisplay d = b.ImageGetImageDisplay(0)\n"
    )
    assert [has_own_look(image) for image in run_script(script, persistent_tags=None).shown] == [False, False]
    marked = script + "d.ApplyDataBar()\n"
    assert [has_own_look(image) for image in run_script(marked, persistent_tags=None).shown] == [False, True]


def test_a_gif_of_what_is_seen(tmp_path):
    script = 'image a := RealImage("a", 4, 8, 8)\na = icol\na.SaveAsGif("seen")\n'
    run_script(script, folders=[tmp_path], persistent_tags=None)
    with Picture.open(tmp_path / "seen.gif") as picture:
        assert picture.size == (8, 8)
