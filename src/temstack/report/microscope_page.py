"""The virtual microscope on trial: pictures, and curves each against theory. One HTML file."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from temstack.drift import estimate_drift
from temstack.instrument.simulated.physics import (
    DetectorModel,
    ImageFormation,
    Optics,
    Specimen,
    State,
    amorphous_film,
    interface,
    lattice,
    particles_on_film,
)
from temstack.report import microscope_plots as plots
from temstack.report import page
from temstack.report.pictures import picture
from temstack.report.words import number
from temstack.stack import label_stack
from temstack.stack.durable import replace_when_done
from temstack.stack.progress import Progress, no_progress
from temstack.testing import drift_path, trials
from temstack.version import __version__

_SIDE = 512
_OPTICS = Optics()
_CAMERA = DetectorModel(shape=(_SIDE, _SIDE))
_DRIFTING_PLANES = 16
Facts = list[tuple[str, str]]


def microscope_report(
    path: str | Path, *, seed: int = 1, overwrite: bool = False, progress: Progress = no_progress
) -> Path:
    """Write one self-contained HTML page that shows whether the virtual microscope can be believed.

    It is measured by the methods with which real microscopes are measured: photon transfer, a tilted edge, dark frames,
    diffractograms, spectra, drift. Every curve stands beside what was put in.

    Parameters
    ----------
    path : str or Path
        The HTML file to write.
    seed : int
        Another number gives other specimens and other noise.
    overwrite : bool
        Replace an existing file.
    progress : Progress

    Returns
    -------
    Path
        The file written.
    """
    path = Path(path)
    steps = (_pictures, _camera, _lens, _spectrum, _edges, _drift)
    with replace_when_done(path, overwrite=overwrite) as unfinished:
        facts: Facts = []
        sections = []
        for done, step in enumerate(steps):
            progress("trying the virtual microscope", done, len(steps))
            sections.append(step(seed, facts))
        progress("trying the virtual microscope", len(steps), len(steps))
        header = (
            "<header>\n<h1>The virtual microscope, tried</h1>\n"
            + page.paragraph(
                "Measured as one measures a real microscope, from frames with all their noise. "
                "“Put in” is what the simulation was told.",
                quiet=True,
            )
            + page.facts(facts)
            + "\n</header>"
        )
        body = [header, *sections, f"<footer>temstack {__version__}, seed {seed}</footer>"]
        unfinished.write_text(page.page("The virtual microscope, tried", body), encoding="utf-8")
    return path


# --- pictures -------------------------------------------------------------------------------------


def _pictures(seed: int, _facts: Facts) -> str:
    figures = [
        page.figure(picture(image, pixel_size=pixel_nm, units="nm"), caption, alt=caption)
        for image, pixel_nm, caption in _views(seed)
    ]
    return page.section("What the camera shows", page.group("side-by-side", *figures))


def _views(seed: int) -> Iterator[tuple[NDArray[np.float64], float, str]]:
    particles = particles_on_film(seed, shape=(768, 768))
    zero = State(slit_width_ev=10.0, beam_electrons_per_px_s=200.0)
    iron = State(slit_width_ev=20.0, beam_electrons_per_px_s=2e6)
    flat = np.full(_CAMERA.shape, 150.0, np.float32)
    yield _CAMERA.expose(flat, 1.0, seed=seed).frame.astype(float), 0.5, "No specimen, unprocessed: the fibre plate"
    yield (
        _seen(particles, dataclasses.replace(zero, defocus_nm=800.0), seed),
        0.5,
        ("Particles of iron oxide, iron and silica on carbon: zero loss, 0.8 µm underfocus, 200 electrons per px"),
    )
    for energy_ev, where in ((690.0, "below"), (722.0, "above")):
        state = dataclasses.replace(iron, energy_loss_ev=energy_ev)
        yield _seen(particles, state, seed), 0.5, f"The same at {energy_ev:.0f} eV, {where} the Fe-L edge; slit 20 eV"
    boundary = interface(seed, shape=(768, 768))
    yield (
        _seen(boundary, dataclasses.replace(iron, energy_loss_ev=545.0), seed),
        0.25,
        "Iron, its oxide and silica in section, at 545 eV, above the O-K edge",
    )
    crystal = lattice(seed, shape=(768, 768))
    sharp = Optics(cs_mm=0.6, focal_spread_nm=3.0, aperture_mrad=24.0)
    yield (
        _seen(crystal, dataclasses.replace(zero, defocus_nm=90.0), seed, sharp),
        0.04,
        "Islands of gold (dark) on carbon, 90 nm underfocus, Cs 0.6 mm: columns 0.2 nm apart",
    )


def _seen(specimen: Specimen, state: State, seed: int, optics: Optics = _OPTICS) -> NDArray[np.float64]:
    """Return a dark-subtracted, gain-normalised frame in electrons."""
    rate = ImageFormation(specimen, optics, _CAMERA.shape).rate(state)
    return _corrected(rate, seed, 0)


def _corrected(rate: NDArray[np.float32], seed: int, index: int) -> NDArray[np.float64]:
    gain = _CAMERA.patterns.counts_per_electron.astype(float)
    frame = _CAMERA.expose(rate, 1.0, seed=seed, frame_index=index).frame - _CAMERA.expected_dark(1.0)
    return np.asarray(np.where(gain > 0, frame / np.where(gain > 0, gain, 1), frame.mean() / gain.mean()))


# --- camera -----------------------------------------------------------------------------------------


def _camera(seed: int, facts: Facts) -> str:
    transfer, edge = trials.photon_transfer(_CAMERA, seed=seed), trials.edge_transfer(_CAMERA, seed=seed)
    dark = trials.dark_current(_CAMERA, seed=seed)
    facts.append(("counts per electron found / put in", f"{transfer.found:.3f} / {transfer.put_in:.3f}"))
    facts.append(("transfer at half Nyquist", f"{edge.found:.3f} / {edge.put_in:.3f}"))
    facts.append(("dark counts per s", f"{dark.found:.3f} / {dark.put_in:.3f}"))
    return page.section(
        "The camera",
        page.group(
            "side-by-side",
            page.figure(
                plots.against_theory(transfer, "mean / counts", "variance / counts²", "gain × mean", dots=True),
                "Photon transfer: half the variance of differences of flat frames, over the mean square noise transfer",
                alt="photon transfer",
                kind="plot",
            ),
            page.figure(
                plots.against_theory(edge, "spatial frequency / px⁻¹", "signal transfer", "put in, times the pixel"),
                "Modulation transfer: from an edge tilted by 4°",
                alt="modulation transfer function",
                kind="plot",
            ),
            page.figure(
                plots.against_theory(dark, "exposure / s", "dark signal / counts", "rate × exposure", dots=True),
                "Dark current against time, without hot pixels",
                alt="dark current",
                kind="plot",
            ),
        ),
    )


# --- lens -------------------------------------------------------------------------------------------


def _lens(seed: int, facts: Facts) -> str:
    film = amorphous_film(seed, shape=(640, 640))
    figures = []
    for defocus_nm in (600.0, -600.0):
        trial = trials.contrast_transfer(film, _OPTICS, defocus_nm, _CAMERA, seed=seed)
        put_in = number(defocus_nm, 0)
        facts.append(("defocus", f"{number(trial.found, 1)} / {put_in} nm"))
        state = State(defocus_nm=defocus_nm, slit_width_ev=10.0, beam_electrons_per_px_s=400.0)
        power = plots.diffractogram(_seen(film, state, seed), film.pixel_size_nm)
        figures.append(page.figure(power, f"Diffractogram of carbon at {put_in} nm", alt="diffractogram", kind="plot"))
        figures.append(
            page.figure(
                plots.against_theory(trial, "spatial frequency / nm⁻¹", "power between envelopes", "sin² χ"),
                f"Its rings: found {number(trial.found, 1)} nm. With Cs = {_OPTICS.cs_mm} mm the zeros differ in sign",
                alt="contrast transfer",
                kind="plot",
            )
        )
    return page.section("The lens", page.group("side-by-side", *figures))


# --- energy -----------------------------------------------------------------------------------------

_OXIDE_ATOMS = {"O": 2200.0, "Fe": 1500.0}


def _oxide() -> Specimen:
    one = np.ones((96, 96))
    atoms = {symbol: value * one for symbol, value in _OXIDE_ATOMS.items()}
    return Specimen.from_arrays(0.5, relative_thickness=0.4 * one, elements=atoms)


def _spectrum(seed: int, facts: Facts) -> str:
    camera = DetectorModel(shape=(64, 64))
    low = trials.energy_spectrum(_oxide(), _OPTICS, np.arange(-5.0, 110.0, 0.5), 0.5, camera, seed)
    core = trials.energy_spectrum(_oxide(), _OPTICS, np.arange(440.0, 830.0, 2.0), 2.0, camera, seed)
    facts.extend(_atoms_found(core))
    return page.section(
        "The energy filter",
        page.group(
            "side-by-side",
            *(
                page.figure(
                    plots.against_theory(trial, "energy loss / eV", "electrons / eV", "put in", log=log),
                    caption,
                    alt=caption,
                    kind="plot",
                )
                for trial, log, caption in (
                    (low, True, "Zero loss and plasmons of a film, t/λ = 0.4, per incident electron"),
                    (core, False, "O-K (532 eV) and Fe-L (708 and 721 eV) over the background, per incident electron"),
                )
            ),
        ),
    )


def _atoms_found(core: trials.Trial) -> Facts:
    losses = ImageFormation(_oxide(), _OPTICS, (64, 64)).losses
    found = []
    for symbol, onset_ev in (("O", 532.0), ("Fe", 708.0)):
        edge = trials.with_low_losses(losses.cross_section(symbol), losses.mean_spectrum(), losses.energy_ev)
        atoms = trials.atoms_by_edge(core, edge, losses.energy_ev, onset_ev, 60.0)
        found.append((f"{symbol} atoms per nm²", f"{atoms:.0f} / {_OXIDE_ATOMS[symbol]:.0f}"))
    return found


def _edges(_seed: int, _facts: Facts) -> str:
    losses = ImageFormation(_oxide(), _OPTICS, (64, 64)).losses
    sections = {symbol: 1e10 * losses.cross_section(symbol) for symbol in ("O", "Fe")}
    return page.section(
        "Cross-sections put in",
        page.figure(
            plots.cross_sections(losses.energy_ev, sections),
            f"Hydrogenic cross-sections at {_OPTICS.high_tension_kv:.0f} kV into {_OPTICS.aperture_mrad:.0f} mrad; "
            "iron with its white lines",
            alt="cross-sections",
            kind="plot",
        ),
    )


# --- drift ------------------------------------------------------------------------------------------


def _drift(seed: int, facts: Facts) -> str:
    formation = ImageFormation(particles_on_film(seed, shape=(768, 768)), _OPTICS, _CAMERA.shape)
    put_in = drift_path(_DRIFTING_PLANES, 24.0, seed=seed)
    planes = []
    for index, (y, x) in enumerate(put_in):
        state = State(slit_width_ev=10.0, defocus_nm=500.0, beam_electrons_per_px_s=40.0, shift_px=(float(y), float(x)))
        planes.append(_corrected(formation.rate(state), seed, index))
    stack = label_stack(np.array(planes, np.float32), "plane", pixel_size=0.5, pixel_units="nm")
    found = estimate_drift(stack).drift_px
    error = (found - put_in) - (found - put_in).mean(axis=0)
    rms = float(np.sqrt((error**2).sum(axis=1).mean()))
    facts.append(("drift, error", f"{rms:.3f} px rms"))
    return page.section(
        "Drift",
        page.figure(
            plots.drift_against_truth(put_in, found),
            f"Drift found in {_DRIFTING_PLANES} frames of 40 electrons per px, against that put in: {rms:.3f} px rms",
            alt="drift found against drift put in",
            kind="plot",
        ),
    )
