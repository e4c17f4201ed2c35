"""This project and its peers behind one door: planes go in, where the specimen moved to comes out.

Each peer runs with its defaults, or as its documentation shows it, sub-pixel accuracy turned on. What a method needs is
imported when it is chosen, before its clock starts.
"""

from __future__ import annotations

import itertools
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_SUB_PIXEL = 20


@dataclass(frozen=True)
class Estimate:
    """What a method says.

    Parameters
    ----------
    drift_px : (n, 2) float64, px
        Where the specimen moved to (y, x); the common offset is free.
    sigma_px : (n, 2) float64, px, or None
        Standard deviations about the mean, where the method gives any.
    groups : (n,) int, or None
        Planes that the method says hang together; ``drift_px`` is meant inside each group.
    warnings : tuple of str
        What it asks to be careful about.
    """

    drift_px: Floats
    sigma_px: Floats | None = None
    groups: NDArray[np.int64] | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Method:
    """A way to estimate drift.

    Parameters
    ----------
    name : str
    load : callable
        Imports what is needed and returns the function that does the work.
    reads_file : bool
        It reads planes one at a time from the file, and that is counted; else it is given the stack in memory.
    ours : bool
    repeats : int
        Runs per series, of which the fastest counts: methods so quick that the clock is coarse are run again.
    """

    name: str
    load: Callable[[], Callable[[Any], Estimate]]
    reads_file: bool = False
    repeats: int = 1

    @property
    def ours(self) -> bool:
        """Whether it is this project's."""
        return self.name.startswith("temstack")


class PlanesOnDisk:
    """The planes of an ``.npy`` file, each read anew every time it is asked for: memory holds none of them."""

    def __init__(self, path: Path) -> None:
        self._path = path
        mapped = np.load(path, mmap_mode="r")
        self.shape, self.dtype, self._offset = mapped.shape, mapped.dtype, mapped.offset

    @property
    def ndim(self) -> int:
        """Number of dimensions."""
        return len(self.shape)

    def __len__(self) -> int:
        return int(self.shape[0])

    def __getitem__(self, plane: int) -> NDArray[Any]:
        count = self.shape[1] * self.shape[2]
        start = self._offset + plane * count * self.dtype.itemsize
        return np.fromfile(self._path, self.dtype, count, offset=start).reshape(self.shape[1:])


def _ours(estimator: str) -> Callable[[Any], Estimate]:
    from temstack.drift import estimate_drift

    def estimate(planes: PlanesOnDisk) -> Estimate:
        drift = estimate_drift(planes, estimator=estimator)
        return Estimate(drift.within_group_px, drift.sigma_px, drift.groups, drift.warnings)

    return estimate


def _floor() -> Callable[[Any], Estimate]:
    """Read each plane twice and transform it once: whatever estimates drift by Fourier transform does at least that."""
    import ducc0

    def touch(planes: PlanesOnDisk) -> Estimate:
        for index in range(len(planes)):
            planes[index].astype(np.float32)
            ducc0.fft.r2c(planes[index].astype(np.float32), axes=(0, 1), nthreads=1)
        return Estimate(np.zeros((len(planes), 2)))

    return touch


def _hyperspy(reference: str) -> Callable[[Any], Estimate]:
    import hyperspy.api as hs
    import matplotlib.pyplot  # noqa: F401  (imported by HyperSpy inside the loop)
    from skimage.registration import _phase_cross_correlation  # noqa: F401  (the same)

    def estimate(stack: NDArray[np.float32]) -> Estimate:
        signal = hs.signals.Signal2D(stack)
        return Estimate(-_hyperspy_shifts(signal, reference))

    return estimate


def _hyperspy_shifts(signal: Any, reference: str) -> Floats:
    shifts = signal.estimate_shift2D(reference=reference, sub_pixel_factor=_SUB_PIXEL, show_progressbar=False)
    return -np.asarray(shifts, float)


def _hyperspy_stat_repaired() -> Callable[[Any], Estimate]:
    """HyperSpy's ``stat`` as it is meant.

    As released, two things go wrong in ``Signal2D.estimate_shift2D``. Its two nested loops over the planes share one
    iterator (the signal's own), so the inner one leaves nothing to the outer one and most pairs are never correlated;
    and the shifts of the pairs are kept in a field of type int32, which drops their fractions. Here the loops get an
    iterator each, as from ``itertools.combinations``, and the field becomes float64; everything else is HyperSpy's.
    """
    import hyperspy.api as hs
    import matplotlib.pyplot  # noqa: F401
    from hyperspy._signals import signal2d
    from skimage.registration import _phase_cross_correlation  # noqa: F401

    class Repaired(hs.signals.Signal2D):
        def _iterate_signal(self, *_: Any, **__: Any) -> Iterator[NDArray[Any]]:
            return iter(self.data)

    floating = types.SimpleNamespace(**{**vars(np), "int32": np.float64})

    def estimate(stack: NDArray[np.float32]) -> Estimate:
        signal2d.np, kept = floating, signal2d.np
        try:
            return Estimate(-_hyperspy_shifts(Repaired(stack), "stat"))
        finally:
            signal2d.np = kept

    return estimate


def _each_to_the_previous(shift_of: Callable[[Any, Any], Any]) -> Callable[[Any], Estimate]:
    """Return a method that adds up the shifts (y, x) between each plane and the one before."""

    def estimate(stack: NDArray[np.float32]) -> Estimate:
        steps = [shift_of(before, plane) for before, plane in itertools.pairwise(stack)]
        return Estimate(np.cumsum([(0.0, 0.0), *steps], axis=0))

    return estimate


def _scikit_image() -> Callable[[Any], Estimate]:
    from skimage.registration import phase_cross_correlation

    def shift_of(before: Any, plane: Any) -> Any:
        return -phase_cross_correlation(before, plane, upsample_factor=_SUB_PIXEL)[0]

    return _each_to_the_previous(shift_of)


def _pystackreg() -> Callable[[Any], Estimate]:
    from pystackreg import StackReg

    def estimate(stack: NDArray[np.float32]) -> Estimate:
        matrices = StackReg(StackReg.TRANSLATION).register_stack(stack, reference="previous", verbose=False)
        return Estimate(np.asarray(matrices)[:, (1, 0), 2])

    return estimate


def _opencv_phase() -> Callable[[Any], Estimate]:
    import cv2

    def shift_of(before: Any, plane: Any) -> Any:
        window = cv2.createHanningWindow(plane.shape[::-1], cv2.CV_32F)
        x, y = cv2.phaseCorrelate(before, plane, window)[0]
        return y, x

    return _each_to_the_previous(shift_of)


def _opencv_ecc() -> Callable[[Any], Estimate]:
    import cv2

    stop = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 200, 1e-6)

    def shift_of(before: Any, plane: Any) -> Any:
        start = np.eye(2, 3, dtype=np.float32)
        matrix = cv2.findTransformECC(before, plane, start, cv2.MOTION_TRANSLATION, stop, None, 5)[1]
        return matrix[1, 2], matrix[0, 2]

    return _each_to_the_previous(shift_of)


def _simple_itk() -> Callable[[Any], Estimate]:
    import SimpleITK as sitk  # noqa: N813  (as its documentation writes it)

    def shift_of(before: Any, plane: Any) -> Any:
        registration = sitk.ImageRegistrationMethod()
        registration.SetMetricAsMattesMutualInformation(numberOfHistogramBins=50)
        registration.SetOptimizerAsRegularStepGradientDescent(2.0, 1e-4, 200)
        registration.SetOptimizerScalesFromPhysicalShift()
        registration.SetShrinkFactorsPerLevel([4, 2, 1])
        registration.SetSmoothingSigmasPerLevel([2, 1, 0])
        registration.SetInterpolator(sitk.sitkLinear)
        registration.SetInitialTransform(sitk.TranslationTransform(2), inPlace=False)
        found = registration.Execute(sitk.GetImageFromArray(before), sitk.GetImageFromArray(plane))
        x, y = found.GetParameters()
        return y, x

    return _each_to_the_previous(shift_of)


METHODS = {
    method.name: method
    for method in (
        Method("temstack graph", lambda: _ours("graph"), reads_file=True, repeats=3),
        Method("temstack path", lambda: _ours("path"), reads_file=True, repeats=3),
        Method("HyperSpy current", lambda: _hyperspy("current")),
        Method("HyperSpy cascade", lambda: _hyperspy("cascade")),
        Method("HyperSpy stat, as released", lambda: _hyperspy("stat")),
        Method("HyperSpy stat, repaired", _hyperspy_stat_repaired),
        Method("scikit-image phase", _scikit_image),
        Method("pystackreg previous", _pystackreg),
        Method("OpenCV phase", _opencv_phase),
        Method("OpenCV ECC", _opencv_ecc),
        Method("SimpleITK mutual information", _simple_itk),
    )
}

FLOOR = Method("floor: two reads, one FFT", _floor, reads_file=True, repeats=5)
