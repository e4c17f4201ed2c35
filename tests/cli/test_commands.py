"""Each command does what its help says, on files as users have them."""

import numpy as np
import pytest
import xarray as xr

from temstack import load_drift, read, write
from temstack.stack import label_stack
from temstack.testing import drifting_eftem_series


def test_info_says_what_is_in_a_file(run, stack_path):
    ended = run("info", stack_path, "--planes", "--tags")
    assert ended.code == 0
    assert "6 × 64 × 64" in ended.out
    assert "energy_loss" in ended.out
    for words in (["480", "505", "5", "eV"], ["5", "505", "eV"]):
        assert any(all(word in line.split() for word in words) for line in ended.out.splitlines())
    assert "exposure_s" in ended.out


def test_the_plane_axis_can_be_given_on_every_command(run, raw_folder, tmp_path):
    raw = ("--shape", "64,64", "--dtype", "<f4")
    axis = ("--axis", "energy_loss", "--start", "480", "--step", "5", "--units", "eV")
    assert "energy_loss" in run("info", raw_folder, *raw, *axis).out
    assert run("convert", raw_folder, tmp_path / "a.zarr", *raw, *axis).code == 0
    np.testing.assert_array_equal(read(tmp_path / "a.zarr").energy_loss, 480 + 5 * np.arange(6))
    uneven = ("--axis", "defocus", "--values", "-10,0,20,50,90,140", "--units", "nm")
    assert run("convert", raw_folder, tmp_path / "b.zarr", *raw, *uneven).code == 0
    np.testing.assert_array_equal(read(tmp_path / "b.zarr").defocus, [-10, 0, 20, 50, 90, 140])


def test_several_files_are_one_series(run, raw_folder, tmp_path):
    files = sorted(raw_folder.glob("*.raw"))[1:4]
    assert run("convert", *files, tmp_path / "a.zarr", "--shape", "64,64", "--dtype", "<f4").code == 0
    assert read(tmp_path / "a.zarr").sizes["plane"] == 3


def test_show_writes_a_picture(run, stack_path, tmp_path):
    ended = run("show", stack_path, "-o", tmp_path / "sheet.png")
    assert ended.code == 0
    assert (tmp_path / "sheet.png").read_bytes().startswith(b"\x89PNG")


def test_set_puts_right_pixel_size_axis_and_tags(run, stack_path, tmp_path):
    out = tmp_path / "right.dm4"
    changes = ("--pixel-nm", "0.25", "--tag", "Session Info:Operator=Ada", "--tag", "Session Info:Cold=true")
    axis = ("--axis", "energy_loss", "--start", "700", "--step", "2", "--units", "eV")
    assert run("set", stack_path, "-o", out, "--high-tension-kv", "200", *changes, *axis).code == 0
    array = read(out)
    np.testing.assert_allclose(np.diff(array.x), 0.25, rtol=1e-6)
    assert array.x.units == "nm"
    np.testing.assert_allclose(array.energy_loss, 700 + 2 * np.arange(6))
    assert array.attrs["tags"]["Session Info"]["Operator"] == "Ada"
    assert array.attrs["tags"]["Session Info"]["Cold"] is True


def test_set_takes_pixels_that_are_not_square(run, stack_path, tmp_path):
    assert run("set", stack_path, "-o", tmp_path / "a.zarr", "--pixel-nm", "0.5,0.25").code == 0
    array = read(tmp_path / "a.zarr")
    assert float(array.y[1] - array.y[0]) == 0.5
    assert float(array.x[1] - array.x[0]) == 0.25


@pytest.mark.parametrize("size", ["0", "-1", "1,2,3", "big"])
def test_set_refuses_a_pixel_size_that_cannot_be_meant(run, stack_path, tmp_path, size):
    ended = run("set", stack_path, "-o", tmp_path / "a.zarr", "--pixel-nm", size)
    assert ended.code == 1
    assert ended.errors[0].startswith("error: --pixel-nm: ")
    assert not (tmp_path / "a.zarr").exists()


def test_align_finds_the_drift_and_writes_everything_it_was_asked_for(run, series, stack_path, tmp_path):
    out = {name: tmp_path / name for name in ("a.zarr", "page.html", "drift.txt")}
    ended = run(
        "align", stack_path, "-o", out["a.zarr"], "--report", out["page.html"], "--save-drift", out["drift.txt"]
    )
    assert ended.code == 0, ended.err
    found = load_drift(out["drift.txt"])
    error = found.drift_px - series.true_drift_px
    assert np.abs(error - error.mean(axis=0)).max() < 0.25
    assert "energy loss / eV" in ended.out
    for path in out.values():
        assert str(path) in ended.out
    aligned = read(out["a.zarr"])
    assert aligned.sizes["energy_loss"] == 6
    assert aligned.sizes["y"] < 64
    assert "temstack align" in out["page.html"].read_text(encoding="utf-8")


def test_add_writes_the_sum_and_a_saved_drift_can_be_applied(run, stack_path, tmp_path):
    drift = tmp_path / "drift.txt"
    assert run("align", stack_path, "-o", tmp_path / "sum.zarr", "--add", "--save-drift", drift).code == 0
    ended = run("align", stack_path, "-o", tmp_path / "again.zarr", "--apply-drift", drift, "--edges", "crop")
    assert ended.code == 0, ended.err
    summed, again = read(tmp_path / "sum.zarr"), read(tmp_path / "again.zarr")
    assert summed.dims == ("y", "x")
    scaled = again * again["scale"] if "scale" in again.coords else again
    np.testing.assert_allclose(summed, scaled.sum("energy_loss"), rtol=1e-4)


def test_a_drift_is_applied_to_a_binned_stack_in_its_own_pixels(run, series, tmp_path):
    write(series.stack, tmp_path / "full.zarr")
    write(series.stack.coarsen(y=2, x=2).sum().assign_attrs(series.stack.attrs), tmp_path / "binned.zarr")
    drift = tmp_path / "drift.txt"
    run("align", tmp_path / "full.zarr", "-o", tmp_path / "a.zarr", "--save-drift", drift)
    saved_again = tmp_path / "binned.txt"
    ended = run(
        "align",
        tmp_path / "binned.zarr",
        "-o",
        tmp_path / "b.zarr",
        "--apply-drift",
        drift,
        "--save-drift",
        saved_again,
    )
    assert ended.code == 0, ended.err
    np.testing.assert_allclose(load_drift(saved_again).drift_px, load_drift(drift).drift_px / 2)


def test_pins_region_mask_and_filters_reach_the_estimate(run, stack_path, tmp_path):
    mask = np.zeros((64, 64), np.uint8)
    mask[4:60, 4:60] = 255
    write(label_stack(mask[None])[0].drop_vars("plane"), tmp_path / "mask.tif")
    drift = tmp_path / "drift.txt"
    ended = run(
        *("align", stack_path, "-o", tmp_path / "a.zarr", "--save-drift", drift, "--pin", "3=1.5,-2"),
        *("--mask", tmp_path / "mask.tif", "--region", "2,2,62,62", "--median", "--gaussian", "0.5"),
        *("--band-pass", "0.01,0.4", "--window", "hann", "--pairs", "all", "--max-shift", "20"),
        *("--threshold", "0.01", "--interpolation", "linear", "--edges", "fill"),
    )
    assert ended.code == 0, ended.err
    np.testing.assert_allclose(load_drift(drift).drift_px[3], [1.5, -2], atol=1e-6)
    assert read(tmp_path / "a.zarr").shape == (6, 64, 64)


@pytest.mark.parametrize("estimator", ["graph", "path", "cascade", "reference"])
def test_every_estimator_can_be_chosen(run, stack_path, tmp_path, estimator):
    ended = run("align", stack_path, "-o", tmp_path / "a.zarr", "--estimator", estimator, "--reference", "2")
    assert ended.code == 0, ended.err


@pytest.mark.parametrize("suffix", [".dm3", ".dm4", ".zarr", ".hspy", ".mrc", ".tif"])
def test_convert_keeps_pixels_and_energies(run, series, stack_path, tmp_path, suffix):
    assert run("convert", stack_path, tmp_path / f"out{suffix}").code == 0
    array = read(tmp_path / f"out{suffix}")
    expected = read(stack_path)
    np.testing.assert_allclose(array.values, expected.values)
    if suffix != ".mrc":  # which has no place for the third axis
        np.testing.assert_allclose(array[array.dims[0]], expected.energy_loss)


def test_convert_raw_keeps_the_integers_and_their_scale(run, tmp_path):
    series = drifting_eftem_series(6, 32, start_ev=480, step_ev=60)
    write(series.stack, tmp_path / "series.zarr")
    assert run("convert", tmp_path / "series.zarr", tmp_path / "out.dm4", "--raw").code == 0
    array = read(tmp_path / "out.dm4")
    assert array.dtype.kind == "i"
    np.testing.assert_array_equal(array.values, series.stack.values)
    np.testing.assert_array_equal(array["scale"], series.stack["scale"])


@pytest.mark.parametrize("suffix", [".msa", ".csv", ".png", ".dm4"])
def test_spectrum_writes_numbers_or_a_picture(run, stack_path, tmp_path, suffix):
    out = tmp_path / f"spectrum{suffix}"
    ended = run("spectrum", stack_path, "--region", "10,10,40,50", "-o", out)
    assert ended.code == 0, ended.err
    assert out.stat().st_size > 0


def test_spectrum_prints_its_values_where_no_file_is_named(run, series, stack_path):
    ended = run("spectrum", stack_path, "--region", "10,10,40,50")
    assert ended.code == 0
    from temstack import counts

    expected = float(counts(series.stack)[0, 10:40, 10:50].sum())
    first = next(line.split() for line in ended.out.splitlines() if line.strip().startswith("480"))
    assert float(first[1]) == pytest.approx(expected, rel=1e-5)


def test_csv_has_a_row_for_each_energy(run, stack_path, tmp_path):
    run("spectrum", stack_path, "-o", tmp_path / "s.csv", "--mean")
    lines = (tmp_path / "s.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("energy loss / eV,counts")
    assert len(lines) == 7


def test_a_long_table_leaves_out_its_middle(run, tmp_path):
    series = drifting_eftem_series(40, 48, largest_drift_px=4.0, step_ev=1.0)
    write(series.stack, tmp_path / "long.zarr")
    ended = run("align", tmp_path / "long.zarr", "-o", tmp_path / "a.zarr")
    assert ended.code == 0
    assert " more " in ended.out
    assert len(ended.out.splitlines()) < 35


def test_demo_recovers_the_truth_and_leaves_its_results(run, tmp_path):
    ended = run("demo", "-o", tmp_path / "demo", "--size", "256", "--planes", "21")
    assert ended.code == 0, ended.err
    assert "px rms" in ended.out
    names = {path.name for path in (tmp_path / "demo").iterdir()}
    assert names == {
        *("series.zarr", "aligned.dm4", "spectrum.msa", "spectrum.png", "contact-sheet.png", "report.html"),
        *("iron.png", "oxygen.png"),
    }
    error_px = float(ended.out.partition("Error against the truth: ")[2].split()[0])
    assert error_px < 0.2
    assert xr.open_zarr(tmp_path / "demo" / "series.zarr", consolidated=False).sizes["energy_loss"] == 21


def test_outputs_are_not_replaced_unless_allowed(run, stack_path, tmp_path):
    out = tmp_path / "a.zarr"
    assert run("convert", stack_path, out).code == 0
    ended = run("convert", stack_path, out)
    assert ended.code == 1
    assert "already exists" in ended.errors[0]
    assert run("convert", stack_path, out, "--overwrite").code == 0
    assert run("convert", stack_path, stack_path, "--overwrite").code == 1
