import dataclasses

import numpy as np
import pytest

from temstack.errors import SettingError
from temstack.instrument.simulated.physics import (
    DetectorModel,
    ImageFormation,
    Optics,
    Specimen,
    State,
    amorphous_film,
    electron_rate,
    interface,
    lattice,
    particles_on_film,
)
from temstack.instrument.simulated.physics.formation import RIM_PX
from temstack.instrument.simulated.physics.optics import interaction_rad_per_v_nm, wavelength_nm
from temstack.testing.trials import contrast_transfer, radial_power

SIDE = 128
ZERO_LOSS = State(slit_width_ev=10.0, beam_electrons_per_px_s=100.0)
IRON = State(slit_width_ev=15.0, energy_loss_ev=716.0, beam_electrons_per_px_s=1e6)


@pytest.fixture(scope="module")
def particles():
    return particles_on_film(3, shape=(288, 320), pixel_size_nm=1.0)


@pytest.fixture(scope="module")
def formation(particles):
    return ImageFormation(particles, Optics(), (SIDE, SIDE))


def at(state, **changes):
    return dataclasses.replace(state, **changes)


# --- optics --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kv", "picometres", "interaction"), [(100, 3.7014, 0.009244), (200, 2.5079, 0.007288), (300, 1.9687, 0.006526)]
)
def test_electrons_have_the_wavelength_that_books_say(kv, picometres, interaction):
    assert 1e3 * wavelength_nm(kv) == pytest.approx(picometres, rel=1e-4)
    assert interaction_rad_per_v_nm(kv) == pytest.approx(interaction, rel=1e-3)


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")  # abTEM's dependencies
@pytest.mark.parametrize("defocus_nm", [-300.0, 0.0, 64.0, 500.0])
def test_the_lens_is_that_of_abtem(defocus_nm):
    abtem = pytest.importorskip("abtem")
    optics = Optics(cs_mm=1.2, focal_spread_nm=4.0, convergence_mrad=0.3, aperture_mrad=14.0)
    theirs = abtem.CTF(
        energy=200e3, semiangle_cutoff=14.0, soft=False, defocus=10 * defocus_nm, Cs=1.2e7,
        focal_spread=40.0 * np.sqrt(2), angular_spread=0.3,  # their spread is at 1/e
    )  # fmt: skip
    wave = abtem.PlaneWave(energy=200e3, gpts=(SIDE, SIDE), sampling=1.0).build(lazy=False)
    rng = np.random.default_rng(2)
    wave.array[:] = np.exp(0.3j * rng.standard_normal((SIDE, SIDE)))
    image = np.abs(wave.apply_ctf(theirs).array) ** 2
    k = np.fft.fftfreq(SIDE, 0.1)
    lens = optics.transfer(k[:, None], k[None, :], defocus_nm)
    ours = np.abs(np.fft.ifft2(np.fft.fft2(wave.array) * lens)) ** 2
    assert image.std() > 0.05
    assert np.abs(ours - image).max() < 0.02 * image.std()


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")  # abTEM's dependencies
def test_the_image_of_a_potential_is_that_of_abtem():
    """The whole chain, exit wave and lens, for a potential that repeats exactly as the window does."""
    abtem = pytest.importorskip("abtem")
    side = 192  # the window of a camera of 128 px, so that both see the same repeating area
    rng = np.random.default_rng(4)
    ky, kx = np.fft.fftfreq(side)[:, None], np.fft.rfftfreq(side)[None, :]
    rough = np.fft.irfft2(np.fft.rfft2(rng.standard_normal((side, side))) * np.exp(-60 * (ky**2 + kx**2)))
    potential = 60 * rough / rough.std()
    optics = Optics(focal_spread_nm=5.0, convergence_mrad=1e-6, aperture_mrad=12.0)
    ours = ImageFormation(Specimen.from_arrays(0.1, potential_v_nm=potential), optics, (SIDE, SIDE)).rate(
        at(ZERO_LOSS, defocus_nm=90.0, slit_width_ev=50.0)
    )
    wave = abtem.PlaneWave(energy=200e3, gpts=(side, side), sampling=1.0).build(lazy=False)
    sigma = abtem.core.energy.energy2sigma(200e3) * 10  # theirs is per V and Å
    wave.array[:] = np.exp(1j * sigma * (potential - potential.mean()))
    lens = abtem.CTF(
        energy=200e3, semiangle_cutoff=12.0, soft=False, defocus=900, Cs=1.2e7, focal_spread=50 * np.sqrt(2)
    )
    theirs = 100 * np.abs(wave.apply_ctf(lens).array) ** 2
    inside = slice((side - SIDE) // 2, (side + SIDE) // 2)
    assert theirs.std() > 5
    assert np.corrcoef(ours.ravel(), theirs[inside, inside].ravel())[0, 1] > 0.9999
    assert np.abs(ours - theirs[inside, inside]).max() < 0.02 * theirs.std() + 0.5


@pytest.mark.parametrize("defocus_nm", [-700.0, -300.0, 300.0, 700.0])
def test_diffractogram_tells_the_defocus_and_its_sign(defocus_nm):
    film = amorphous_film(2, shape=(384, 384))
    trial = contrast_transfer(film, Optics(), defocus_nm, DetectorModel(shape=(320, 320)))
    assert trial.found == pytest.approx(trial.put_in, abs=8)


def test_at_underfocus_atoms_are_dark():
    potential = np.zeros((SIDE, SIDE), np.float32)
    potential[64, 64] = 20.0
    atom = Specimen.from_arrays(0.1, potential_v_nm=potential)
    under, over = (
        electron_rate(atom, Optics(cs_mm=0.0), at(ZERO_LOSS, defocus_nm=defocus), (64, 64))[32, 32]
        for defocus in (40.0, -40.0)
    )
    assert under < 99.9 < 100.1 < over


def test_astigmatism_stretches_the_rings_along_its_direction():
    film = amorphous_film(2, shape=(384, 384))
    optics = Optics(astigmatism_nm=150.0, astigmatism_deg=90.0)  # more underfocus along y
    image = ImageFormation(film, optics, (320, 320)).rate(at(ZERO_LOSS, defocus_nm=600.0))
    power = np.abs(np.fft.fft2((image - image.mean()) * np.hanning(320)[:, None] * np.hanning(320))) ** 2
    k = np.fft.fftfreq(320, 0.1)
    ky, kx = np.broadcast_arrays(k[:, None], k[None, :])
    radius, along_y = np.hypot(ky, kx), np.abs(ky) > 3 * np.abs(kx)
    zero = np.sqrt(1 / (optics.wavelength_nm * 750.0))  # first zero along y; Cs moves it by less than 2 %
    other = np.sqrt(1 / (optics.wavelength_nm * 450.0))
    near, far = np.abs(radius - zero) < 0.015, np.abs(radius - other) < 0.015
    along_x = np.abs(kx) > 3 * np.abs(ky)
    assert power[near & along_y].mean() < 0.4 * power[near & along_x].mean()
    assert power[far & along_x].mean() < 0.4 * power[far & along_y].mean()


# --- electrons ------------------------------------------------------------------------------------


def test_nothing_is_made_or_lost(particles, formation):
    """Without a slit all that passes the aperture arrives; with one, the share that lost so much."""
    passed = np.exp(-particles.aperture_loss)
    all_of_them = formation.rate(State(beam_electrons_per_px_s=100.0))
    middle = passed[80:208, 96:224]
    assert all_of_them.mean() == pytest.approx(100 * middle.mean(), rel=0.01)
    zero = formation.rate(ZERO_LOSS)
    without = np.exp(-particles.aperture_loss - particles.relative_thickness)[80:208, 96:224]
    assert zero.mean() == pytest.approx(100 * without.mean(), rel=0.01)
    ratio = np.log(all_of_them.mean() / zero.mean())
    assert ratio == pytest.approx(particles.relative_thickness[80:208, 96:224].mean(), abs=0.03)  # Poisson's log ratio


def test_slits_side_by_side_pass_what_one_wide_slit_passes(formation):
    narrow = sum(
        formation.rate(at(IRON, energy_loss_ev=700.0 + e, slit_width_ev=4.0)).mean(dtype=float) for e in range(2, 40, 4)
    )
    wide = formation.rate(at(IRON, energy_loss_ev=720.0, slit_width_ev=40.0)).mean(dtype=float)
    assert narrow == pytest.approx(wide, rel=1e-3)  # a wide slit blurs more over the rim


@pytest.mark.parametrize("state", [ZERO_LOSS, IRON, at(ZERO_LOSS, slit_width_ev=None, defocus_nm=500.0)])
def test_shift_px_is_where_the_specimen_moved_to(formation, state):
    still = formation.rate(state)
    moved = formation.rate(at(state, shift_px=(7.0, -12.0)))
    assert np.abs(moved[7:, :-12] - still[:-7, 12:]).max() < 0.002 * still.max()
    far = formation.rate(at(state, shift_px=(39.0, 21.0)))
    assert np.abs(far[39:, 21:] - still[:-39, :-21]).max() < 0.01 * still.max()
    assert abs(np.corrcoef(far.ravel(), np.roll(still, (39, 21), (0, 1)).ravel())[0, 1]) < 0.98  # new content came in


@pytest.mark.parametrize("state", [ZERO_LOSS, IRON])
def test_parts_of_a_pixel_shift_as_a_phase_ramp_does(formation, state):
    still, moved = formation.rate(state), formation.rate(at(state, shift_px=(0.3, -0.45)))
    k = np.fft.fftfreq(SIDE)
    window = np.hanning(SIDE)[:, None] * np.hanning(SIDE)[None, :]
    cross = np.fft.fft2(moved * window) * np.fft.fft2(still * window).conj()
    radius = np.hypot(k[:, None], k[None, :])
    low = (radius > 0.05) & (radius < 0.2)  # lower ones are those of the window, which stands still
    ky, kx = np.broadcast_arrays(k[:, None], k[None, :])
    slope = np.stack([ky[low], kx[low]], axis=1) * np.abs(cross[low])[:, None]
    shift = np.linalg.lstsq(slope, -np.angle(cross[low]) / (2 * np.pi) * np.abs(cross[low]))[0]
    assert shift == pytest.approx([0.3, -0.45], abs=0.05)


def test_a_whole_period_brings_the_specimen_back(particles, formation):
    still, round_trip = (formation.rate(at(ZERO_LOSS, shift_px=s)) for s in ((0.0, 0.0), (288.0, -640.0)))
    assert np.abs(still - round_trip).max() < 1e-3 * still.max()


def test_what_was_asked_before_changes_nothing(particles, formation):
    states = [at(IRON, energy_loss_ev=e, shift_px=(s, 0.0)) for e in (0.0, 700.0) for s in (0.0, 9.0, 0.0)]
    first = [formation.rate(s) for s in states]
    again = [ImageFormation(particles, Optics(), (SIDE, SIDE)).rate(s) for s in reversed(states)][::-1]
    assert all((a == b).all() for a, b in zip(first, again, strict=True))


def test_a_blanked_or_dark_beam_brings_nothing(formation):
    assert not formation.rate(at(ZERO_LOSS, is_blanked=True)).any()
    assert not formation.rate(at(ZERO_LOSS, beam_electrons_per_px_s=0.0)).any()


def test_the_beam_falls_to_half_at_its_radius(particles):
    wide, narrow = (
        ImageFormation(particles, Optics(beam_radius_px=r), (SIDE, SIDE)).rate(
            at(ZERO_LOSS, beam_centre_px=(-32.0, 0.0))
        )
        for r in (np.inf, 40.0)
    )
    assert (narrow / wide)[31, 63] == pytest.approx(1.0, abs=0.01)
    assert (narrow / wide)[71, 63] == pytest.approx(0.5, abs=0.01)


# --- energy in the image ---------------------------------------------------------------------------


def test_iron_lights_up_above_its_edge(particles, formation):
    atoms = particles.elements["Fe"][80:208, 96:224]
    before, after = (formation.rate(at(IRON, energy_loss_ev=e)) for e in (695.0, 718.0))
    gained = after - 0.9 * before
    assert np.corrcoef(gained.ravel(), (atoms * np.exp(-particles.aperture_loss[80:208, 96:224])).ravel())[0, 1] > 0.95


def test_zero_loss_drift_moves_the_energy(formation):
    asked, drifted = at(IRON, energy_loss_ev=703.0, energy_offset_ev=5.0), at(IRON, energy_loss_ev=708.0)
    assert np.abs(formation.rate(asked) / formation.rate(drifted) - 1).max() < 0.01  # but for the blur


def test_a_wide_slit_blurs_by_chromatic_aberration(formation):
    fine, coarse = (
        radial_power(formation.rate(at(IRON, energy_loss_ev=750.0, slit_width_ev=w)) / w)[1] for w in (10.0, 120.0)
    )
    ratio = coarse / fine
    assert ratio[20:40].mean() < 0.5 * ratio[1:4].mean()


def test_the_corners_look_further_along_the_spectrum(particles):
    even = Specimen.from_arrays(
        1.0, relative_thickness=np.full((192, 192), 0.4), elements={"Fe": np.full((192, 192), 900.0)}
    )
    state = at(IRON, energy_loss_ev=699.0, slit_width_ev=10.0)
    bent = ImageFormation(even, Optics(non_isochromaticity_ev=3.0), (SIDE, SIDE)).rate(state)
    straight = ImageFormation(even, Optics(), (SIDE, SIDE))
    assert bent[64, 64] == pytest.approx(straight.rate(state)[64, 64], rel=2e-3)
    corner = straight.rate(at(state, energy_offset_ev=3.0))[0, 0]
    assert bent[0, 0] == pytest.approx(corner, rel=5e-3)
    assert corner != pytest.approx(straight.rate(state)[0, 0], rel=0.02)


def test_dose_contaminates_and_lets_elements_fade():
    flat = np.full((192, 192), 1.0)
    given = {"relative_thickness": 0.3 * flat, "elements": {"O": 2000 * flat}}
    grown = Specimen.from_arrays(1.0, **given, contamination_per_dose=1e-5)
    thicker = Specimen.from_arrays(1.0, relative_thickness=0.5 * flat, elements={"O": 2000 * flat})
    for state in (ZERO_LOSS, at(ZERO_LOSS, energy_loss_ev=24.0), at(IRON, energy_loss_ev=545.0)):
        dosed = electron_rate(grown, Optics(), at(state, accumulated_dose=2e4), (64, 64))
        assert dosed.mean() == pytest.approx(electron_rate(thicker, Optics(), state, (64, 64)).mean(), rel=2e-3)
    fading = Specimen.from_arrays(1.0, **given, fading_dose={"O": 1e4})
    bare = Specimen.from_arrays(1.0, relative_thickness=0.3 * flat)
    state = at(IRON, energy_loss_ev=545.0)
    ground = electron_rate(bare, Optics(), state, (64, 64)).mean()
    fresh, faded = (electron_rate(fading, Optics(), at(state, accumulated_dose=d), (64, 64)).mean() for d in (0.0, 1e4))
    assert (faded - ground) / (fresh - ground) == pytest.approx(np.exp(-1), rel=1e-3)


# --- specimens ----------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [particles_on_film, interface, amorphous_film, lattice])
def test_specimens_close_on_themselves_and_follow_their_seed(make):
    specimen = make(7, shape=(200, 260))
    assert specimen.shape == (200, 260)
    assert (make(7, shape=(200, 260)).potential_v_nm == specimen.potential_v_nm).all()
    assert (make(8, shape=(200, 260)).potential_v_nm != specimen.potential_v_nm).any()
    thickness = specimen.relative_thickness
    steps = np.abs(np.diff(thickness, axis=0)).max() + 1e-6
    assert np.abs(thickness[0] - thickness[-1]).max() <= 1.5 * steps
    rate = electron_rate(specimen, Optics(), at(ZERO_LOSS, shift_px=(90.0, 120.0)), (96, 96))
    assert np.isfinite(rate).all()
    assert 20 < rate.mean() < 110


def test_the_lattice_has_its_spacing():
    specimen = lattice(1, shape=(512, 512), pixel_size_nm=0.04)
    power = np.abs(np.fft.rfft2(specimen.potential_v_nm - specimen.potential_v_nm.mean())) ** 2
    k = np.hypot(np.fft.fftfreq(512, 0.04)[:, None], np.fft.rfftfreq(512, 0.04)[None, :])
    brightest = k.ravel()[np.argmax(np.where(k > 2, power, 0))]
    assert 1 / brightest == pytest.approx(0.204, rel=0.03)
    with pytest.raises(SettingError, match="too coarse"):
        lattice(1, pixel_size_nm=0.5)


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"elements": {"Xx": np.ones((32, 32))}}, "Xx"),
        ({"elements": {"Fe": np.ones((32, 32))}, "relative_thickness": np.ones((16, 32))}, "does not fit"),
        ({"relative_thickness": -np.ones((32, 32))}, "negative"),
        ({"relative_thickness": np.full((32, 32), np.nan)}, "not numbers"),
        ({"relative_thickness": np.ones(32)}, "is no map"),
        ({"relative_thickness": np.ones((32, 32)), "pixel_size_nm": 0.0}, "pixel_size_nm"),
        ({}, "has no map"),
    ],
)
def test_impossible_specimens_are_refused(wrong, named):
    with pytest.raises(SettingError, match=named):
        Specimen.from_arrays(wrong.pop("pixel_size_nm", 0.5), **wrong)


def test_impossible_settings_are_refused():
    with pytest.raises(SettingError, match="slit_width_ev"):
        State(slit_width_ev=0.0)
    with pytest.raises(SettingError, match="aperture_mrad"):
        Optics(aperture_mrad=0)


def test_specimens_travel_between_processes(particles):
    import pickle

    copy = pickle.loads(pickle.dumps(particles))
    assert (copy.elements["Fe"] == particles.elements["Fe"]).all()


def test_the_rim_holds_what_it_must():
    assert RIM_PX >= 8 + 8 + 8  # half a cut step, the fade, and some for blur
