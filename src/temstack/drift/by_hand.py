"""Planes placed by hand: a drift in which some planes are where a person put them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from temstack.drift.result import Drift
from temstack.errors import SettingError

if TYPE_CHECKING:
    import xarray as xr

BY_HAND = "by hand"
"""Estimator of a drift that nobody but a person estimated."""

Pins = Mapping[int, tuple[float, float]]
Floats = NDArray[np.float64]


def drift_by_hand(stack: xr.DataArray, pinned: Pins) -> Drift:
    """Return a drift that only says where planes were put by hand.

    Parameters
    ----------
    stack : (plane, y, x) DataArray
    pinned : mapping of plane to (y, x), px
        Drift relative to plane 0. Planes between two of them stay with the one before.

    Raises
    ------
    SettingError
        If a pinned plane is not in the stack.

    Examples
    --------
    >>> from temstack.stack import label_stack
    >>> drift_by_hand(label_stack(np.zeros((4, 8, 8))), {1: (2, 0), 3: (5, -1)}).drift_px.tolist()
    [[0.0, 0.0], [2.0, 0.0], [2.0, 0.0], [5.0, -1.0]]
    """
    from temstack.stack import pixel_size

    n = int(stack.shape[0])
    _check(n, pinned)
    places = np.zeros((n, 2))
    for plane in sorted(pinned):
        places[plane:] = pinned[plane]
    size, units = pixel_size(stack)
    none = np.zeros((0, 2))
    return Drift(
        drift_px=places,
        sigma_px=np.full((n, 2), np.nan),
        groups=np.zeros(n, np.int64),
        within_group_px=places.copy(),
        pairs=none.astype(np.int64),
        pair_shift_px=none,
        pair_residual_px=none[:, 0],
        correlation_peak=none[:, 0],
        pair_weight=none[:, 0],
        shape=(stack.sizes["y"], stack.sizes["x"]),
        pixel_size=size,
        pixel_units=units,
        estimator=BY_HAND,
        settings={"estimator": BY_HAND, "pinned": _plain(pinned)},
        decisions=("planes were placed by hand",),
    )


def pin_planes(drift: Drift, pinned: Pins) -> Drift:
    """Return a drift with some planes put where a person wants them; the others stay, and the pairs are judged anew.

    A plane of another group takes its whole group along, which then hangs together with plane 0.

    Parameters
    ----------
    drift : Drift
    pinned : mapping of plane to (y, x), px
        Drift relative to plane 0.
    """
    if not pinned:
        return drift
    _check(drift.n_planes, pinned)
    places, groups = _joined(drift, pinned)
    sigma = drift.sigma_px.copy()
    for plane, place in pinned.items():
        places[plane], sigma[plane] = place, 0.0
    first = {int(group): int(np.flatnonzero(groups == group)[0]) for group in np.unique(groups)}
    within = places - places[[first[int(group)] for group in groups]]
    i, j = drift.pairs.T
    miss = np.linalg.norm(within[j] - within[i] - drift.pair_shift_px, axis=1)
    return replace(
        drift,
        drift_px=np.where((groups == groups[0])[:, None], within, np.nan),
        sigma_px=sigma,
        groups=groups,
        within_group_px=within,
        pair_residual_px=np.where(groups[i] == groups[j], miss, np.nan),
        settings={**drift.settings, "pinned": {**drift.settings.get("pinned", {}), **_plain(pinned)}},
    )


def _joined(drift: Drift, pinned: Pins) -> tuple[Floats, NDArray[np.int64]]:
    """Return places and groups with every group that has a pinned plane moved to where that plane is wanted."""
    places, groups = drift.within_group_px.copy(), drift.groups.copy()
    for plane in sorted(pinned):
        if groups[plane] != groups[0]:
            members = groups == groups[plane]
            places[members] += np.asarray(pinned[plane]) - places[plane]
            groups[members] = groups[0]
    return places, groups


def _plain(pinned: Pins) -> dict[str, Any]:
    return {str(plane): [float(place[0]), float(place[1])] for plane, place in pinned.items()}


def _check(n_planes: int, pinned: Pins) -> None:
    for plane, place in pinned.items():
        if not 0 <= plane < n_planes:
            raise SettingError("pinned plane", "is not in the stack", got=plane, expected=f"0 … {n_planes - 1}")
        if not np.isfinite(place).all():
            raise SettingError("pinned plane", "has no place", got=place, expected="drift (y, x) in px")
