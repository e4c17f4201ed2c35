"""The report page: one file, warnings at the top, and large stacks are not loaded."""

import re

import numpy as np
import pytest
import xarray as xr

from temstack.drift import Drift
from temstack.report import drift_report
from temstack.report.drift_page import _busiest_part
from temstack.testing import drifting_eftem_series


def _known_drift(drift_px: np.ndarray, shape: tuple[int, int], **changes: object) -> Drift:
    """Return the drift that perfect correlations of all pairs would give."""
    n = len(drift_px)
    pairs = np.array([(i, j) for i in range(n) for j in range(i + 1, n)], dtype=np.int64).reshape(-1, 2)
    m = len(pairs)
    fields = {
        "drift_px": drift_px,
        "sigma_px": np.full((n, 2), 0.02),
        "groups": np.zeros(n, np.int64),
        "within_group_px": drift_px,
        "pairs": pairs,
        "pair_shift_px": drift_px[pairs[:, 1]] - drift_px[pairs[:, 0]],
        "pair_residual_px": np.linspace(0.0, 0.4, m),
        "correlation_peak": np.linspace(0.9, 0.3, m),
        "pair_weight": np.ones(m),
        "shape": shape,
        "pixel_size": (0.5, 0.5),
        "pixel_units": "nm",
        "settings": {"estimator": "graph"},
        "decisions": ("All pairs were correlated.",),
    }
    return Drift(**{**fields, **changes})


@pytest.fixture(scope="module")
def series():
    return drifting_eftem_series(5, 64, largest_drift_px=6.0)


def test_a_report_is_one_page_that_needs_nothing_beside_it(series, tmp_path):
    drift = _known_drift(series.true_drift_px, (64, 64))
    path = drift_report(tmp_path / "page.html", series.stack, None, drift, command="temstack align a.zarr -o b.zarr")
    text = path.read_text(encoding="utf-8")
    assert not re.findall(r'(?:src|href)="(?!data:)', text)
    assert "http" not in text.replace("http-equiv", "")
    assert text.count("data:image/png;base64,") == 8
    for words in (
        "Before and after",
        "Where the specimen moved",
        "How well the pairs fit",
        "Worst pairs",
        "All pairs were correlated.",
        "Every plane",
        "temstack align a.zarr -o b.zarr",
    ):
        assert words in text
    assert "warnings" not in text.partition("<body>")[2]
    assert [entry.name for entry in tmp_path.iterdir()] == ["page.html"]


def test_warnings_stand_before_the_pictures_and_words_are_escaped(series, tmp_path):
    drift = _known_drift(series.true_drift_px, (64, 64), warnings=("planes 2 & 3 look <alike>",))
    text = drift_report(tmp_path / "p.html", series.stack, None, drift, title="<b>").read_text(encoding="utf-8")
    assert "planes 2 &amp; 3 look &lt;alike&gt;" in text.partition("<img")[0]
    assert "<b>" not in text


def test_the_worst_pair_comes_first_and_settings_are_shown_where_no_command_is_known(series, tmp_path):
    drift = _known_drift(series.true_drift_px, (64, 64))
    text = drift_report(tmp_path / "p.html", series.stack, None, drift).read_text(encoding="utf-8")
    first_row = text.partition("Worst pairs")[2].partition("<tbody>")[2]
    assert first_row.strip().startswith("<tr><td>3 · 525 eV</td><td>4 · 540 eV</td>")
    assert "estimate_drift(stack, estimator=&#x27;graph&#x27;)" in text


def test_planes_of_another_group_are_told_and_not_drawn_at_zero(series, tmp_path):
    drift_px = series.true_drift_px.copy()
    drift_px[3:] = np.nan
    groups = np.array([0, 0, 0, 1, 1])
    within = np.where(np.isfinite(drift_px), drift_px, series.true_drift_px - series.true_drift_px[3])
    residual = np.where(np.arange(10) % 2, 0.1, np.nan)
    drift = _known_drift(drift_px, (64, 64), groups=groups, within_group_px=within, pair_residual_px=residual)
    text = drift_report(tmp_path / "p.html", series.stack, None, drift).read_text(encoding="utf-8")
    assert "groups that do not hang together" in text
    assert "<td>–</td><td>–</td>" in text


@pytest.mark.parametrize("planes", [2, 60])
def test_few_and_many_planes(planes, tmp_path):
    series = drifting_eftem_series(planes, 48, largest_drift_px=4.0, step_ev=2.0)
    drift = _known_drift(series.true_drift_px, (48, 48))
    assert drift_report(tmp_path / "p.html", series.stack, None, drift).stat().st_size > 20_000


def test_an_aligned_stack_or_its_sum_can_be_given(series, tmp_path):
    drift = _known_drift(np.zeros((5, 2)), (64, 64))
    cropped = series.stack[:, 3:60, 5:50]
    for name, aligned in (("stack", cropped), ("sum", cropped.sum("energy_loss"))):
        assert drift_report(tmp_path / f"{name}.html", series.stack, aligned, drift).exists()


def test_planes_are_read_one_at_a_time(series, tmp_path, monkeypatch):
    import dask.array

    planes = series.stack.values
    read = []

    def load(block_info=None):
        read.append(block_info[None]["chunk-location"][0])
        return planes[read[-1]][None]

    lazy = dask.array.map_blocks(load, chunks=((1,) * 5, (64,), (64,)), dtype=planes.dtype, meta=planes[:0])
    stack = series.stack.copy(data=lazy)
    monkeypatch.setattr(xr.DataArray, "load", lambda *_: pytest.fail("the whole stack was loaded"))
    drift_report(tmp_path / "p.html", stack, None, _known_drift(series.true_drift_px, (64, 64)))
    assert len(read) <= 2 * 5


def test_the_enlarged_part_is_where_the_details_are():
    image = np.random.default_rng(0).normal(0, 0.05, (120, 120))
    image[80:100:6, 15:35] = 1.0
    rows, columns = _busiest_part(image)
    assert rows.start <= 80
    assert rows.stop >= 98
    assert columns.start <= 15
    assert columns.stop >= 35
