"""The quick form of the script benchmark: parsing, loops and image expressions keep their limits."""

import pytest

from dmscript import all_measures


@pytest.mark.parametrize("measure", all_measures(quick=True), ids=lambda measure: measure.name)
def test_limits_are_kept(measure):
    assert measure.is_good, str(measure)
