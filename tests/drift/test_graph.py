from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from temstack.drift.classic import solve_cascade, solve_path, solve_reference
from temstack.drift.graph import connected_parts, solve_places, spanning_tree
from temstack.drift.pairs import choose_pairs
from temstack.errors import DriftError

places = st.lists(st.tuples(st.floats(-50, 50), st.floats(-50, 50)), min_size=2, max_size=12).map(np.array)


def all_pairs(n):
    return choose_pairs(n, "all")


def shifts(place, pairs):
    return place[pairs[:, 1]] - place[pairs[:, 0]]


@given(places)
def test_consistent_pairs_are_solved_exactly_by_every_estimator(place):
    pairs = all_pairs(len(place))
    shift = shifts(place, pairs)
    weight = np.ones(len(pairs))
    expected = pytest.approx(place - place[0], abs=1e-4)
    solved = solve_places(len(place), pairs, shift, weight)
    assert solved - solved[0] == expected
    assert solve_path(len(place), pairs, shift, weight, 0) == expected
    assert solve_cascade(len(place), pairs, shift, weight) == expected
    assert solve_reference(len(place), pairs, shift, weight, 0) == expected


@given(places, st.integers(0, 11), st.tuples(st.floats(-9, 9), st.floats(-9, 9)))
def test_a_pinned_place_is_kept(place, plane, pin):
    plane %= len(place)
    pairs = all_pairs(len(place))
    solved = solve_places(len(place), pairs, shifts(place, pairs), np.ones(len(pairs)), {plane: pin})
    assert solved[plane] == pytest.approx(np.array(pin), abs=1e-3)
    assert solved - solved[plane] == pytest.approx(place - place[plane], abs=1e-3)


def test_path_is_the_mean_over_all_ways_weighted_by_the_maxima():
    pairs = np.array([[0, 1], [0, 2], [1, 2]])
    shift = np.array([[1.0, 0], [4.0, 0], [2.0, 0]])
    weight = np.array([0.5, 0.25, 1.0])
    solved = solve_path(3, pairs, shift, weight, 0)
    way_by_1 = (1 + 2) * 0.5 * 1.0
    direct = 4 * 0.25
    assert solved[2, 0] == pytest.approx((way_by_1 + direct) / (0.5 + 0.25))


def test_an_unlinked_plane_is_an_error_of_the_classic_estimators():
    pairs, shift, weight = all_pairs(3), np.zeros((3, 2)), np.array([1.0, 0.0, 0.0])
    for solve in (
        lambda: solve_path(3, pairs, shift, weight, 0),
        lambda: solve_cascade(3, pairs, shift, weight),
        lambda: solve_reference(3, pairs, shift, weight, 0),
    ):
        with pytest.raises(DriftError, match="plane 2: is "):
            solve()


def test_the_spanning_tree_takes_the_most_trusted_links():
    pairs = np.array([[0, 1], [1, 2], [0, 2], [2, 3]])
    tree = spanning_tree(4, pairs, np.array([1.0, 3.0, 2.0, 0.1]))
    assert sorted(tree.tolist()) == [1, 2, 3]


def test_the_number_of_pairs_grows_slowly_on_long_series():
    assert len(choose_pairs(50, "auto")) == 50 * 49 // 2
    long, twice = len(choose_pairs(400, "auto")), len(choose_pairs(800, "auto"))
    assert twice < 2.4 * long
    assert len(connected_parts(400, choose_pairs(400, "auto"))) == 400
    assert not connected_parts(400, choose_pairs(400, "auto")).any()


def test_a_band_of_pairs():
    assert choose_pairs(4, 1).tolist() == [[0, 1], [1, 2], [2, 3]]
