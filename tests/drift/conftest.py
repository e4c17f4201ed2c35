from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import scipy.fft
from numpy.typing import NDArray

Planes = NDArray[np.float32]


@pytest.fixture(scope="session")
def moved_planes() -> Callable[..., Planes]:
    """Planes of one smooth random specimen, displaced exactly, each with its own noise."""

    def make(
        drift_px: NDArray[np.float64] | list[tuple[float, float]],
        shape: tuple[int, int] = (128, 128),
        *,
        noise: float = 0.3,
        grain_px: float = 2.0,
        seed: int = 5,
        contrast: NDArray[np.float64] | None = None,
    ) -> Planes:
        rng = np.random.default_rng(seed)
        drift = np.asarray(drift_px, float)
        margin = int(np.ceil(np.abs(drift).max())) + 8
        rows, columns = (size + 2 * margin for size in shape)
        fy, fx = np.fft.fftfreq(rows)[:, None], np.fft.rfftfreq(columns)[None, :]
        spectrum = scipy.fft.rfft2(rng.standard_normal((rows, columns)))
        spectrum *= np.exp(-((2 * np.pi * grain_px) ** 2) * (fy**2 + fx**2) / 2) * 4 * np.pi * grain_px**2 / 2
        planes = []
        for k, (dy, dx) in enumerate(drift):
            plane = scipy.fft.irfft2(spectrum * np.exp(-2j * np.pi * (fy * dy + fx * dx)), s=(rows, columns))
            cut = plane[margin : margin + shape[0], margin : margin + shape[1]]
            sign = 1.0 if contrast is None else contrast[k]
            planes.append(100 + sign * 6 * cut + noise * 6 * rng.standard_normal(shape))
        return np.array(planes, np.float32)

    return make
