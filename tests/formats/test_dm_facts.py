"""What the microscope noted is found wherever it stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from temstack.formats.dm import find_images, plane_facts, read_tags
from temstack.stack.tags import set_tag

TECNAI = (
    "Microscope TitanCubed 300 kV\u2028Mode TEM uP SA Zoom Image Defocus (um) 0.183 Magn 18500x"
    "\u2028Filter related settings:\u2028Mode: EFTEM\u2028Slit state: {state}\u2028Slit width: 10.00[eV]"
    "\u2028Total energy loss: 260.00[eV]\u2028"
)


def facts_of(**tags: Any) -> dict[str, float | str]:
    tree: Any = {}
    for path, value in tags.items():
        tree = set_tag(tree, path, value)
    return plane_facts(tree)


@pytest.mark.parametrize(
    ("path", "value", "name", "fact"),
    [
        ("EELS Spectrometer:Energy loss (eV)", np.float64(400), "energy_loss_ev", 400.0),
        ("EFTEM:Energy (eV)", np.float32(97), "energy_loss_ev", 97.0),
        ("EELS Spectrometer:Slit width (eV)", np.float64(10), "slit_width_ev", 10.0),
        ("DataBar:Exposure Time (s)", np.float64(0.5), "exposure_s", 0.5),
        ("Acquisition:Parameters:High Level:Exposure (s)", np.float64(2), "exposure_s", 2.0),
        ("Acquisition:Frame:Sequence:Exposure Time (ns)", np.float64(2e8), "exposure_s", 0.2),
        ("Microscope Info:Voltage", np.float64(200000), "high_tension_kv", 200.0),
        ("Microscope Info:Indicated Magnification", np.float64(18500), "magnification", 18500.0),
        ("Microscope Info:Stage Position:Stage Alpha", np.float64(-72), "tilt_deg", -72.0),
        ("Microscope Info:Defocus_nm", np.float32(150), "defocus_nm", 150.0),
        ("DataBar:Binning", np.uint16(4), "binning_x", 4.0),
    ],
)
def test_one_tag_at_a_time(path: str, value: Any, name: str, fact: float) -> None:
    assert facts_of(**{path: value})[name] == pytest.approx(fact)


def test_nothing_is_made_up() -> None:
    assert plane_facts({}) == {}
    assert facts_of(**{"Microscope Info:Voltage": np.float64(0), "DataBar:Exposure Time (s)": "long"}) == {}
    assert facts_of(**{"DataBar:Exposure Time (s)": np.float64(np.nan)}) == {}


def test_what_the_camera_did_stands_before_what_it_was_asked_for() -> None:
    facts = facts_of(
        **{
            "Acquisition:Parameters:High Level:Exposure (s)": np.float64(1.0),
            "Acquisition:Parameters:Detector:exposure (s)": np.float64(1.02),
        }
    )
    assert facts == {"exposure_s": 1.02}


def test_a_slit_that_is_out_has_no_width() -> None:
    spectrometer = "EELS Spectrometer:Slit width (eV)"
    out, inserted = np.int32(0), np.int32(1)
    assert facts_of(**{spectrometer: np.float64(10), "EELS Spectrometer:Slit inserted": out}) == {}
    facts = facts_of(**{spectrometer: np.float64(10), "EELS Spectrometer:Slit inserted": inserted})
    assert facts == {"slit_width_ev": 10.0}


def test_the_page_of_text_by_the_microscope() -> None:
    """Overfocus is positive there, underfocus here."""
    inserted = facts_of(**{"Tecnai:Microscope Info": TECNAI.format(state="Inserted")})
    assert inserted == {"energy_loss_ev": 260.0, "slit_width_ev": 10.0, "defocus_nm": -183.0}
    assert "slit_width_ev" not in facts_of(**{"Tecnai:Microscope Info": TECNAI.format(state="Retracted")})


def test_binning_is_stored_x_first() -> None:
    facts = facts_of(**{"Acquisition:Parameters:High Level:Binning": (np.uint32(1), np.uint32(130))})
    assert facts == {"binning_y": 130.0, "binning_x": 1.0}


@pytest.mark.parametrize(
    ("date", "time", "acquired"),
    [
        ("8/29/2017", "1:58:43 PM", "2017-08-29T13:58:43"),
        ("8/29/2017", "12:00:01 AM", "2017-08-29T00:00:01"),
        ("27.08.2016", "20:54:33", "2016-08-27T20:54:33"),
        ("27/08/2016", "20:54", "2016-08-27T20:54:00"),
        ("2016-08-27", "20:54:33", "2016-08-27T20:54:33"),
        ("31.02.2016", "20:54:33", None),
        ("yesterday", "20:54:33", None),
    ],
)
def test_dates_in_the_language_of_the_computer(date: str, time: str, acquired: str | None) -> None:
    facts = facts_of(**{"DataBar:Acquisition Date": date, "DataBar:Acquisition Time": time})
    assert facts.get("acquired") == acquired


def test_the_computers_own_clock_is_finer() -> None:
    ticks = np.uint64(131168012738544500)
    facts = facts_of(**{"DataBar:Acquisition Time (OS)": ticks})
    assert facts["time"] == pytest.approx(1472327673.8544, abs=1e-3)


def test_a_stack_built_by_a_plug_in_keeps_the_tags_of_its_images_elsewhere() -> None:
    assert facts_of(**{"source:Tags at creation:Microscope Info:Voltage": np.float64(2e5)}) == {
        "high_tension_kv": 200.0
    }


@pytest.mark.data
def test_real_files(data_dir: Path) -> None:
    (carbon,) = find_images(read_tags(data_dir / "dm" / "08_carbon.dm3"), "file")
    assert plane_facts(carbon.tags) == {
        "energy_loss_ev": 260.0,
        "exposure_s": 1.0,
        "time": 1504015123.0,
        "acquired": "2017-08-29T13:58:43",
        "high_tension_kv": 300.0,
        "magnification": 18500.0,
        "defocus_nm": -183.0,
        "binning_y": 1.0,
        "binning_x": 1.0,
    }
    (blank,) = find_images(read_tags(data_dir / "dm" / "BF_001.dm3"), "file")
    assert plane_facts(blank.tags)["tilt_deg"] == pytest.approx(-72.003, abs=1e-3)
