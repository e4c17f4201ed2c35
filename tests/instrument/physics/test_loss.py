import dataclasses

import numpy as np
import pytest

from temstack.instrument.simulated.physics import DetectorModel, Optics, Specimen, State
from temstack.instrument.simulated.physics.edges import EDGES, Edge
from temstack.instrument.simulated.physics.loss import STEP_EV, LossSpectra
from temstack.testing.trials import atoms_by_edge, energy_spectrum, with_low_losses

FLAT = np.ones((96, 96))
OXIDE = Specimen.from_arrays(0.5, relative_thickness=0.4 * FLAT, elements={"Fe": 1500 * FLAT, "O": 2200 * FLAT})


@pytest.fixture(scope="module")
def spectra():
    return LossSpectra(OXIDE, Optics())


def test_all_electrons_are_in_the_spectrum(spectra):
    low = spectra.spectra[:6].sum(axis=1) * STEP_EV
    assert low == pytest.approx(1.0, abs=1e-4)
    assert spectra.mean_spectrum().sum() * STEP_EV == pytest.approx(1.0, abs=0.01)  # and a few that ionise besides


def test_plasmons_stand_where_they_should_and_follow_poisson(spectra):
    mean, energy = spectra.mean_spectrum(), spectra.energy_ev
    zero = (energy > -5) & (energy < 5)
    assert energy[np.argmax(mean)] == pytest.approx(0.0, abs=STEP_EV)
    assert -np.log(mean[zero].sum() * STEP_EV) == pytest.approx(0.4, abs=0.01)
    first = (energy > 10) & (energy < 36)
    assert energy[first][np.argmax(mean[first])] == pytest.approx(24.0, abs=3.5)
    half = mean > mean.max() / 2
    assert half.sum() * STEP_EV == pytest.approx(0.9, abs=0.15)


@pytest.mark.parametrize("exponent", [2.5, 3.2, 4.5])
def test_background_falls_as_the_power_put_in(exponent):
    thin = Specimen.from_arrays(0.5, relative_thickness=0.01 * FLAT, background_exponent=exponent)
    spectra = LossSpectra(thin, Optics())
    ends = [spectra.weights(State(energy_loss_ev=e, slit_width_ev=1.0)) @ spectra.mean_shares for e in (400.0, 1200.0)]
    assert -np.log(ends[1] / ends[0]) / np.log(3) == pytest.approx(exponent, abs=0.02)


def test_no_wiggles_as_the_slit_moves(spectra):
    energies = np.arange(625, 695, 0.037)
    passed = [spectra.weights(State(energy_loss_ev=e, slit_width_ev=7.3)) @ spectra.mean_shares for e in energies]
    assert (np.diff(passed) < 0).all()  # the tail behind an edge only falls
    bend = np.diff(passed, 2)
    assert np.abs(bend).max() < 0.01 * np.abs(np.diff(passed)).max()


@pytest.mark.parametrize(("symbol", "onset_ev", "atoms"), [("O", 532.0, 2200), ("Fe", 708.0, 1500)])
def test_recorded_edges_give_the_atoms_put_in(spectra, symbol, onset_ev, atoms):
    energies = np.arange(440.0, 830.0, 2.0)
    trial = energy_spectrum(OXIDE, Optics(), energies, 2.0, DetectorModel(shape=(64, 64)))
    assert trial.measured == pytest.approx(trial.expected, rel=0.02)
    edge = with_low_losses(spectra.cross_section(symbol), spectra.mean_spectrum(), spectra.energy_ev)
    assert atoms_by_edge(trial, edge, spectra.energy_ev, onset_ev, 60.0) == pytest.approx(atoms, rel=0.04)


def hydrogen_sum(edge):
    energy = np.geomspace(edge.onset_ev, 1e7, 400_000)
    return float(np.trapezoid(edge.oscillator_strength(energy), energy))


def test_oscillator_strengths_are_those_of_hydrogen():
    """Bethe and Salpeter: 0.435 of a 1s electron's strength lies in the continuum, and 0.19 of a 2p electron's."""
    bare = Edge("X-K", 20, "K", (20 - 0.3) ** 2 * 13.605693)
    assert hydrogen_sum(bare) == pytest.approx(2 * 0.4350, rel=0.01)
    bare = Edge("X-L", 26, "L", (26 - 4.15) ** 2 * 13.605693 / 4)
    assert hydrogen_sum(bare) == pytest.approx(6 * 0.191, rel=0.04)


@pytest.mark.filterwarnings("ignore")  # what the reference warns about on import is its own affair
@pytest.mark.parametrize("symbol", ["C", "N", "O", "Si", "Ti", "Cr", "Fe", "Ni", "Cu"])
def test_cross_sections_come_near_those_that_follow_the_momentum_transfer(symbol):
    gos = pytest.importorskip("exspy._misc.eels.hydrogenic_gos")
    edge = dataclasses.replace(EDGES[symbol][0], white_lines=0.0)
    theirs = gos.HydrogenicGOS(f"{symbol}_{'K' if edge.shell == 'K' else 'L3'}")
    theirs.integrateq(theirs.onset_energy, 10e-3, 200.0)
    energy = theirs.energy_axis + theirs.energy_shift
    behind = (energy > edge.onset_ev + 20) & (energy < edge.onset_ev + 200)
    ours = 1e10 * edge.cross_section(energy[behind], Optics(aperture_mrad=10.0)).mean()
    assert ours == pytest.approx(theirs.qint[behind].mean(), rel=0.25 if edge.shell == "L" else 0.14)


def test_every_edge_begins_at_its_onset():
    energy = np.arange(1.0, 2500.0, 0.5)
    for edge in (edge for edges in EDGES.values() for edge in edges):
        section = edge.cross_section(energy, Optics())
        assert section[energy > edge.onset_ev + 5].min() > 0
        assert section[energy < edge.onset_ev - 10].max() <= 0.02 * section.max()


def test_a_larger_aperture_collects_more():
    energy = np.arange(500.0, 700.0, 1.0)
    oxygen = EDGES["O"][0]
    small, large = (oxygen.cross_section(energy, Optics(aperture_mrad=a)).sum() for a in (5.0, 20.0))
    assert 1.5 < large / small < 6
