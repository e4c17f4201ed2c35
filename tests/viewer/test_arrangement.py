"""Where windows stand, decided without a window."""

from hypothesis import given
from hypothesis import strategies as st

from temstack.viewer.models.arrangement import Place, cascade, fitting_size, kept_inside, place_new, side_by_side, tiles

AREA = (1280, 800)
places = st.builds(Place, st.integers(0, 700), st.integers(0, 500), st.integers(240, 500), st.integers(180, 300))


def inside(place, area):
    return place.left >= 0 and place.top >= 0 and place.right <= area[0] and place.bottom <= area[1]


def test_windows_fill_free_room_before_they_cover_each_other():
    stand = []
    for _ in range(4):
        stand.append(place_new((640, 400), AREA, stand))
    assert sum(one.overlap(other) for one in stand for other in stand if one is not other) == 0


def test_no_window_lies_exactly_on_another_when_there_is_no_room():
    stand = []
    for _ in range(12):
        stand.append(place_new((700, 700), AREA, stand))
    assert len({(place.left, place.top) for place in stand}) == 12


@given(st.lists(places, max_size=6))
def test_a_new_window_stands_inside_the_area(stand):
    assert inside(place_new((500, 400), AREA, stand), AREA)


@given(st.integers(1, 17), st.integers(300, 2000), st.integers(300, 2000))
def test_tiles_fill_the_area_without_overlap(count, width, height):
    found = tiles(count, (width, height))
    assert len(found) == count
    assert sum(place.width * place.height for place in found) == width * height
    assert all(inside(place, (width, height)) for place in found)


def test_two_side_by_side_share_the_width():
    first, second = side_by_side(2, (1001, 700))
    assert first.right == second.left
    assert second.right == 1001
    assert first.height == second.height == 700


def test_cascaded_windows_start_again_at_the_top_when_they_would_leave_the_area():
    assert all(inside(place, (1000, 700)) for place in cascade(40, (1000, 700)))


@given(places, st.integers(200, 900), st.integers(200, 900))
def test_a_remembered_place_is_inside_a_smaller_area(place, width, height):
    assert inside(kept_inside(place, (width, height)), (width, height))


def test_a_new_window_leaves_room_for_a_second():
    width, height = fitting_size((3000, 3000), AREA)
    assert width < AREA[0]
    assert height <= AREA[1]
