"""Films hold every plane, as it looks, with a scale bar and the place of the plane."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from temstack.errors import SettingError
from temstack.report.movies import Look, write_movie
from temstack.stack import label_stack
from temstack.volume import swap_axes

# imageio-ffmpeg does not close its pipes to the program that it starts.
pytestmark = pytest.mark.filterwarnings(
    "ignore:unclosed file:ResourceWarning", "ignore:.*FileIO:pytest.PytestUnraisableExceptionWarning"
)
PLAIN = Look(side_px=64, has_scale_bar=False, has_value=False)


def steps(n: int = 4):
    """Return planes that brighten step by step, each with a gradient, the second half of them scaled."""
    ramp = np.linspace(0, 10, 32)[None] * np.ones((32, 1))
    pixels = np.stack([ramp * (k + 1) for k in range(n)])
    return label_stack(pixels, "time", plane_values=np.arange(n) * 0.5, pixel_size=0.2, pixel_units="nm")


def grey_frames(path: Path) -> list[np.ndarray]:
    if path.is_dir():
        return [np.asarray(Image.open(each).convert("L")) for each in sorted(path.iterdir())]
    if path.suffix == ".gif":
        found = []
        with Image.open(path) as film:
            for index in range(film.n_frames):
                film.seek(index)
                found.append(np.asarray(film.convert("L")))
        return found
    from imageio_ffmpeg import read_frames

    reader = read_frames(str(path), pix_fmt="gray", bits_per_pixel=8)
    size = next(reader)["size"]
    return [np.frombuffer(frame, np.uint8).reshape(size[1], size[0]) for frame in reader]


@pytest.mark.parametrize("name", ["a.gif", "a.mp4", "frames"])
def test_every_plane_is_in_the_film_as_bright_as_it_is(tmp_path: Path, name: str) -> None:
    seen = []
    write_movie(steps(), tmp_path / name, look=PLAIN, progress=lambda *told: seen.append(told))
    frames = grey_frames(tmp_path / name)
    assert len(frames) == 4
    assert all(frame.shape == (64, 64) for frame in frames)
    means = [frame.astype(float).mean() for frame in frames]
    np.testing.assert_allclose(np.array(means) / means[-1], [0.25, 0.5, 0.75, 1.0], atol=0.04)
    assert seen[-1] == ("drawing frames", 4, 4)


def test_contrast_of_each_plane(tmp_path: Path) -> None:
    write_movie(steps(), tmp_path / "f", look=Look(side_px=64, contrast="each", has_scale_bar=False, has_value=False))
    frames = grey_frames(tmp_path / "f")
    np.testing.assert_allclose(frames[0], frames[-1], atol=1)


def test_a_film_in_colours_of_its_own(tmp_path: Path) -> None:
    def shade(plane: np.ndarray) -> np.ndarray:
        return np.stack([plane > 0, plane < 0, plane < 0], axis=-1).astype(np.uint8) * 255

    stack = label_stack(np.array([np.full((16, 16), -1.0), np.full((16, 16), 1.0)]))
    look = Look(side_px=16, has_scale_bar=False, has_value=False)
    folder = write_movie(stack, tmp_path / "film", look=look, shade=shade)
    found = [np.asarray(Image.open(path)).reshape(-1, 3) for path in sorted(folder.iterdir())]
    assert [np.unique(frame, axis=0).tolist() for frame in found] == [[[0, 255, 255]], [[255, 0, 0]]]


def test_scale_bar_has_its_length_and_values_differ(tmp_path: Path) -> None:
    dark = steps() * 0
    write_movie(dark, tmp_path / "f", look=Look(side_px=320, has_value=False))
    picture = grey_frames(tmp_path / "f")[0]
    rows = [np.flatnonzero(row > 250) for row in picture]
    longest = max(rows, key=len)
    assert len(longest) == pytest.approx(1.0 / 0.2 * 10, abs=1)  # 1 nm at ten times the size
    write_movie(dark, tmp_path / "g", look=Look(side_px=320, has_scale_bar=False))
    first, second = grey_frames(tmp_path / "g")[:2]
    assert (first != second).any()
    assert (first[60:] == second[60:]).all()


def test_sections_and_colours_and_odd_sizes(tmp_path: Path) -> None:
    write_movie(swap_axes(steps(), "y", "z"), tmp_path / "section.mp4")
    colours = label_stack(np.zeros((2, 7, 33, 3), np.uint8))
    colours[..., 0] = 200
    write_movie(colours, tmp_path / "colours.mp4", look=Look(side_px=99))
    write_movie(colours, tmp_path / "colours.gif")
    assert len(grey_frames(tmp_path / "section.mp4")) == 32


@pytest.mark.parametrize(
    ("name", "options", "sentence"),
    [
        ("a.avi", {}, "is no name for a film; expected .gif, .mp4"),
        ("a.gif", {"fps": 0}, "fps: cannot be shown; got 0"),
        ("a.gif", {"look": Look(contrast="best")}, "contrast: is unknown; got 'best'; expected shared or each"),
        ("a.gif", {"look": Look(side_px=2)}, "side_px: is too small for a picture; got 2"),
    ],
)
def test_what_cannot_be_meant_is_one_sentence(tmp_path: Path, name: str, options: dict, sentence: str) -> None:
    with pytest.raises(SettingError, match=sentence):
        write_movie(steps(), tmp_path / name, **options)
    assert not list(tmp_path.iterdir())


def test_films_are_fast(tmp_path: Path) -> None:
    stack = label_stack(np.random.default_rng(1).random((60, 256, 256), np.float32))
    start = time.process_time()
    write_movie(stack, tmp_path / "frames", look=Look(side_px=256))
    assert time.process_time() - start < 60 * 0.05, "a frame of 256 px takes a few ms; with matplotlib it took 60"
