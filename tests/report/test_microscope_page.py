import re

import pytest

from temstack.cli import main
from temstack.errors import OutputExistsError
from temstack.report import microscope_report


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    path = tmp_path_factory.mktemp("report") / "microscope.html"
    with pytest.raises(SystemExit) as end:
        main(["report", "microscope", "-o", str(path), "--seed", "3"])
    assert end.value.code == 0
    return path


def facts(page):
    found = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", page.read_text(encoding="utf-8"))
    return [(name, *(float(v.replace("−", "-")) for v in re.findall(r"−?[\d.]+", value))) for name, value in found]


def test_what_is_found_is_what_was_put_in(page):
    tolerance = {
        "counts per electron found / put in": 0.01,
        "transfer at half Nyquist": 0.05,
        "dark counts per s": 0.01,
        "defocus": 0.02,
        "O atoms per nm²": 0.05,
        "Fe atoms per nm²": 0.05,
    }
    seen = facts(page)
    for name, within in tolerance.items():
        rows = [row for row in seen if row[0] == name]
        assert rows
        assert all(found == pytest.approx(put_in, rel=within) for _, found, put_in in rows)
    assert next(row for row in seen if row[0] == "drift, error")[1] < 0.05


def test_both_signs_of_defocus_are_told_apart(page):
    assert sorted(row[2] for row in facts(page) if row[0] == "defocus") == [-600.0, 600.0]


def test_the_page_stands_alone_and_shows_every_trial(page):
    text = page.read_text(encoding="utf-8")
    assert not re.search(r"(src|href)=\"(?!data:)|url\(", text)
    assert text.count("<img") >= 15


def test_an_existing_page_stays(page):
    with pytest.raises(OutputExistsError):
        microscope_report(page)
