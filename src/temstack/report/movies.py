"""A stack as a film: GIF, MP4 or a folder of PNGs, each frame with a scale bar and the place of its plane.

Frames are drawn by Pillow, one at a time: drawing each with matplotlib would take twenty times as long.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from temstack.errors import SettingError, UnsupportedDataError
from temstack.report.pictures import ScaleBar, contrast_limits, displayable, scale_bar
from temstack.report.words import axis_value, is_counted, pixel_width
from temstack.stack import check_stack, counts, iter_planes
from temstack.stack.durable import replace_when_done
from temstack.stack.progress import Progress, no_progress

CONTRASTS = ("shared", "each")
"""Whether black and white are the same counts in all planes, or chosen for each."""

KINDS = (".gif", ".mp4", "")
"""What a film may be called: the last is a folder of PNGs."""

_SAMPLED_PLANES = 16
_SMALLEST_SIDE = 8
_SHADE = 0.4

Frame = NDArray[np.uint8]
"""(height, width) grey or (height, width, 3)."""

Shade = Callable[[NDArray[Any]], Frame]
"""Gives counts of a plane (y, x) their shades of grey or their colours."""


@dataclass(frozen=True)
class Look:
    """How frames look."""

    side_px: int = 640
    contrast: str = "shared"
    has_scale_bar: bool = True
    has_value: bool = True
    pixel_shape: float = 1.0
    """How many times wider than high a pixel is drawn."""
    draw_on: Callable[[Frame], Frame] | None = None
    """Draws on each frame at its final size, under scale bar and value."""


def write_movie(
    stack: xr.DataArray,
    path: str | Path,
    *,
    fps: float = 10.0,
    look: Look | None = None,
    shade: Shade | None = None,
    overwrite: bool = False,
    progress: Progress = no_progress,
) -> Path:
    """Write a stack as a film.

    Parameters
    ----------
    stack : (plane-like, y, x) DataArray
        Shown in counts; read a few planes at a time.
    path : str or Path
        ``.gif`` or ``.mp4``; a name without suffix becomes a folder of PNGs.
    fps : float, frames/s
        A GIF holds whole hundredths of a second for each frame.
    look : Look, optional
    shade : callable, optional
        Colours of its own for each plane, instead of grey by the contrast that `look` says.
    overwrite : bool
        Replace an existing file.
    progress : Progress
        Told after every frame.

    Returns
    -------
    Path
        *path*.

    Raises
    ------
    SettingError
        If the name, speed or look cannot be meant.
    UnsupportedDataError
        If ``.mp4`` is asked for and the library that writes it is not installed.
    """
    target, look = Path(path), look or Look()
    _check(stack, target, fps, look)
    frames = _frames(stack, look, shade, progress)
    with replace_when_done(target, overwrite=overwrite, folder=not target.suffix) as unfinished:
        {".gif": _write_gif, ".mp4": _write_mp4}.get(target.suffix.lower(), _write_pngs)(frames, unfinished, fps)
    return target


def _check(stack: xr.DataArray, path: Path, fps: float, look: Look) -> None:
    check_stack(stack)
    if path.suffix.lower() not in KINDS:
        raise SettingError(str(path), "is no name for a film", expected=".gif, .mp4, or no suffix for a folder of PNGs")
    if not 0.01 <= fps <= 100:
        raise SettingError("fps", "cannot be shown", got=fps, expected="0.01 … 100 frames each second")
    if look.contrast not in CONTRASTS:
        raise SettingError("contrast", "is unknown", got=repr(look.contrast), expected=" or ".join(CONTRASTS))
    if look.side_px < _SMALLEST_SIDE:
        raise SettingError(
            "side_px", "is too small for a picture", got=look.side_px, expected=f"{_SMALLEST_SIDE} or more"
        )


def _frames(stack: xr.DataArray, look: Look, shade: Shade | None, progress: Progress) -> Iterator[Frame]:
    """Yield the frames, (height, width) grey or (height, width, 3)."""
    source = counts(stack)
    shade = shade or _grey(source, look)
    for index, plane in iter_planes(source):
        value = _place(source, index) if look.has_value else None
        yield draw_frame(shade(plane), source, look, value)
        progress("drawing frames", index + 1, len(source))


def _grey(source: xr.DataArray, look: Look) -> Shade:
    limits = _shared_limits(source) if look.contrast == "shared" else None
    return lambda plane: _as_bytes(displayable(plane), limits)


def draw_frame(pixels: Frame, source: xr.DataArray, look: Look, value: str | None) -> Frame:
    """Return one frame at its size, with a scale bar at the lower left and a value at the upper left.

    Parameters
    ----------
    pixels : (y, x) or (y, x, 3) uint8
        The plane, or a part of it.
    source : DataArray
        What it is a plane of; says how long the scale bar is.
    look : Look
    value : str or None
        Where the plane lies.
    """
    height, width = pixels.shape[:2]
    zoom = look.side_px / max(height, width * look.pixel_shape)
    # A codec works on squares of 2 px: odd sides would lose a row or be refused.
    size = max(2, round(width * look.pixel_shape * zoom / 2) * 2), max(2, round(height * zoom / 2) * 2)
    bar = _bar(source, size[0], size[0] / width) if look.has_scale_bar else None
    how = Image.Resampling.NEAREST if zoom >= 2 else Image.Resampling.BOX if zoom < 1 else Image.Resampling.BICUBIC
    picture = np.array(Image.fromarray(pixels).resize(size, how))
    return _marked(look.draw_on(picture) if look.draw_on else picture, bar, value)


def _shared_limits(source: xr.DataArray) -> tuple[float, float]:
    chosen = np.unique(np.linspace(0, len(source) - 1, _SAMPLED_PLANES).round().astype(int))
    found = [contrast_limits(displayable(np.asarray(source[int(index)].values))) for index in chosen]
    return min(low for low, _ in found), max(high for _, high in found)


def _as_bytes(plane: NDArray[Any], limits: tuple[float, float] | None) -> Frame:
    low, high = (0.0, 1.0) if plane.ndim == 3 else limits or contrast_limits(plane)
    scaled = (np.nan_to_num(plane, nan=low) - low) * (255 / (high - low))
    return np.asarray(np.clip(scaled, 0, 255), dtype=np.uint8)


def _bar(source: xr.DataArray, width_px: int, zoom: float) -> ScaleBar:
    step, units = pixel_width(source)
    return scale_bar(width_px, step / zoom, units)


def _place(source: xr.DataArray, index: int) -> str:
    return f"plane {index}" if is_counted(source) else axis_value(source, index)


def _marked(frame: Frame, bar: ScaleBar | None, value: str | None) -> Frame:
    """Return a frame with its scale bar at the lower left and its place at the upper left, on darkened ground."""
    height = frame.shape[0]
    font = text_font(max(9, height // 26))
    edge = max(2, height // 60)
    if value:
        left, top, right, bottom = font.getbbox(value)
        _write_on(frame, (edge, edge), (int(right - left), int(bottom - top)), value, font, None)
    if bar:
        left, top, right, bottom = font.getbbox(bar.label)
        size = int(max(right - left, bar.length_px)), int(bottom - top + 2 * edge)
        _write_on(frame, (edge, height - size[1] - 3 * edge), size, bar.label, font, bar)
    return frame


def _write_on(
    frame: Frame,
    corner: tuple[int, int],
    size: tuple[int, int],
    text: str,
    font: ImageFont.FreeTypeFont,
    bar: ScaleBar | None,
) -> None:
    """Write text, and under it a bar, into a darkened box of a frame, in place."""
    edge = max(2, frame.shape[0] // 60)
    box = np.s_[corner[1] : corner[1] + size[1] + 2 * edge, corner[0] : corner[0] + size[0] + 2 * edge]
    ground = Image.fromarray((frame[box] * _SHADE).astype(np.uint8))
    draw = ImageDraw.Draw(ground)
    white = 255 if frame.ndim == 2 else (255, 255, 255)
    left, top, right, _ = font.getbbox(text)
    draw.text((edge - left + (size[0] - (right - left)) // 2, edge - top), text, fill=white, font=font)
    if bar is not None:
        start = edge + (size[0] - bar.length_px) / 2
        draw.rectangle((start, size[1] + edge - edge // 2 - 1, start + bar.length_px - 1, size[1] + edge), fill=white)
    frame[box] = np.asarray(ground)


@lru_cache(maxsize=8)
def text_font(size: int) -> ImageFont.FreeTypeFont:
    """Return the font of pictures and films, in some size, px."""
    from matplotlib import get_data_path  # the only font that is there on every machine

    return ImageFont.truetype(str(Path(get_data_path(), "fonts", "ttf", "DejaVuSans.ttf")), size)


def _write_gif(frames: Iterator[Frame], path: Path, fps: float) -> None:
    pictures = (Image.fromarray(frame) for frame in frames)
    hundredths = max(1, round(100 / fps))
    next(pictures).save(
        path, save_all=True, append_images=pictures, duration=10 * hundredths, loop=0, format="GIF", optimize=False
    )


def _write_mp4(frames: Iterator[Frame], path: Path, fps: float) -> None:
    try:
        from imageio_ffmpeg import write_frames  # type: ignore[import-untyped]
    except ImportError as err:
        raise UnsupportedDataError(
            path.name,
            "needs a library that is not installed",
            advice="install it with `pip install temstack[movie]`, or write a .gif",
        ) from err
    first = next(frames)
    kind = "gray" if first.ndim == 2 else "rgb24"
    size = first.shape[1], first.shape[0]
    # macro_block_size 1: the sides are even already, and must not be stretched to multiples of 16.
    writer = write_frames(str(path), size, pix_fmt_in=kind, fps=fps, quality=8, macro_block_size=1)
    writer.send(None)
    try:
        writer.send(np.ascontiguousarray(first))
        for frame in frames:
            writer.send(np.ascontiguousarray(frame))
    finally:
        writer.close()


def _write_pngs(frames: Iterator[Frame], folder: Path, fps: float) -> None:
    folder.mkdir()
    for index, frame in enumerate(frames):
        Image.fromarray(frame).save(folder / f"{index:04d}.png", compress_level=3)
