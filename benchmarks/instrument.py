"""Measure how long the virtual microscope computes for one frame: CPU time, median, one thread, noise included.

    python benchmarks/instrument.py            # 1024² and 2048²
    python benchmarks/instrument.py --quick    # 512² only

Every frame differs from the one before as it does in a series: another focus, another energy, or some drift.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable

from temstack.instrument.simulated.physics import DetectorModel, ImageFormation, Optics, State, particles_on_film

LIMITS_MS = {(1024, "detector"): 25.0, (1024, "everything"): 40.0, (2048, "everything"): 170.0}
"""What a frame may take, by side in px."""
KINDS = {
    "focal series": lambda i: State(slit_width_ev=10.0, defocus_nm=20.0 * i, shift_px=(0.1 * i, -0.07 * i)),
    "energy series": lambda i: State(slit_width_ev=10.0, energy_loss_ev=480.0 + 5 * i, shift_px=(0.1 * i, 0.0)),
    "time series": lambda i: State(slit_width_ev=10.0, defocus_nm=300.0, shift_px=(0.3 * i, 0.2 * i)),
    "no slit": lambda i: State(defocus_nm=20.0 * i),
}
ELECTRONS_PER_PX = (3.0, 15.0, 200.0)


def main() -> None:
    """Print one line for each kind of frame, and which limits are kept."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="512² only")
    parser.add_argument("--frames", type=int, default=25)
    asked = parser.parse_args()
    for side in (512,) if asked.quick else (1024, 2048):
        measure(side, asked.frames)


def measure(side: int, frames: int) -> None:
    """Measure all kinds of frames of one size."""
    specimen = particles_on_film(1, shape=(side + side // 4, side + side // 4))
    formation = ImageFormation(specimen, Optics(), (side, side))
    camera = DetectorModel(shape=(side, side))
    flat = formation.rate(State(slit_width_ev=10.0))
    for electrons in ELECTRONS_PER_PX:
        exposure_s = electrons / float(flat.mean())
        spent = cpu_ms(lambda i, t=exposure_s: camera.expose(flat, t, seed=1, frame_index=i), frames)
        report(side, f"detector, {electrons:g} electrons per px", spent, LIMITS_MS.get((side, "detector")))
    for name, state in KINDS.items():
        spent = cpu_ms(lambda i, s=state: camera.expose(formation.rate(s(i)), 200 / 800, seed=1, frame_index=i), frames)
        report(side, f"everything, {name}", spent, LIMITS_MS.get((side, "everything")))


def cpu_ms(work: Callable[[int], object], frames: int) -> float:
    """Return the median CPU time of one call, ms; the first two are not counted."""
    spent = []
    for index in range(frames + 2):
        start = time.process_time()
        work(index)
        spent.append(1e3 * (time.process_time() - start))
    return statistics.median(spent[2:])


def report(side: int, what: str, spent_ms: float, limit_ms: float | None) -> None:
    """Print one line."""
    verdict = "" if limit_ms is None else f"  (at most {limit_ms:g}: {'kept' if spent_ms <= limit_ms else 'MISSED'})"
    print(f"{side}²  {what:<38} {spent_ms:6.1f} ms CPU{verdict}")


if __name__ == "__main__":
    main()
