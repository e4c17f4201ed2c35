"""CITATION.cff names the software as it is, and every work that the alignment builds on; others are cited in place."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import yaml

import temstack

ROOT = Path(__file__).parents[2]
CITATION = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))


def test_it_names_this_version_under_this_licence() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert (CITATION["cff-version"], CITATION["type"], CITATION["title"]) == ("1.2.0", "software", project["name"])
    assert CITATION["version"] == project["version"] == temstack.__version__
    assert CITATION["license"] == project["license"]


def test_every_work_that_the_alignment_refers_to_is_there() -> None:
    named = {(work["authors"][0]["family-names"], work["year"]) for work in CITATION["references"]}
    found = set()
    for path in (ROOT / "src" / "temstack" / "drift").rglob("*.py"):
        for line in re.findall(r"^\s*\.\. \[\d\] (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE):
            author = re.match(r"(?:[A-Z]\. )+([A-Z]\w+)", line)
            year = re.search(r"\b(?:19|20)\d\d\b", line)
            assert author is not None, f"{path.name}: {line}"
            assert year is not None, f"{path.name}: {line}"
            found.add((author[1], int(year[0])))
    assert found
    assert found <= named


def test_every_article_can_be_found() -> None:
    for work in CITATION["references"]:
        assert work["type"] in ("article", "book")
        if work["type"] == "article":
            assert re.fullmatch(r"10\.\d{4,}/\S+", work["doi"])
            assert {"journal", "volume", "start", "year"} <= set(work)
