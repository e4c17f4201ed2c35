"""What is known of the drift before looking: known moves of the stage, or that it goes steadily one way.

A prior weighs the candidates of every pair, enters the joint refinement as if it had been measured with its standard
deviation, and places planes that share no structure with the others.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from temstack.drift.pairs import Candidates
from temstack.errors import SettingError

if TYPE_CHECKING:
    from temstack.drift.settings import Settings

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

LINEAR = "linear"
_MOST_VOTES = 300
_FITS = 5
CREDIBLE_SIGMAS = 3.0


@dataclass(frozen=True)
class Prior:
    """The expected drift of each plane.

    Parameters
    ----------
    expected_px : (n, 2) float64, px
        ``(y, x)``; ``NaN`` where nothing is known.
    sigma_px : float, px
        Standard deviation of a plane from it.
    steady : bool
        Whether only the direction and speed were found, so that they may still change.
    """

    expected_px: Floats
    sigma_px: float
    steady: bool = False

    def between(self, pairs: Integers) -> Floats:
        """Return the expected displacement of the second plane of each pair, (m, 2) px; ``NaN`` where not known."""
        return np.asarray(self.expected_px[pairs[:, 1]] - self.expected_px[pairs[:, 0]])

    def precision(self, planes: Integers) -> Floats:
        """Return the inverse covariance of the planes' places along one axis, (k, k) 1/px².

        Nothing is known of their common place, nor, where the drift is steady, of its speed.
        """
        known = np.flatnonzero(np.isfinite(self.expected_px[planes]).all(axis=1))
        free = [np.ones(len(known))] + ([planes[known].astype(np.float64)] if self.steady else [])
        result = np.zeros((len(planes), len(planes)))
        if len(known) > len(free):
            basis = np.stack(free, axis=1)
            held = np.eye(len(known)) - basis @ np.linalg.pinv(basis)
            result[np.ix_(known, known)] = held / self.sigma_px**2
        return result

    def for_planes(self, planes: Integers) -> Prior:
        """Return the prior of some of the planes."""
        return replace(self, expected_px=self.expected_px[planes])


def checked_prior(prior: Any, sigma_px: float | None, n_planes: int | None) -> tuple[str | Floats, float] | None:
    """Return the prior as given, or say what cannot be meant."""
    if prior is None:
        if sigma_px is not None:
            raise SettingError("prior_sigma_px", "is given without a prior", got=sigma_px)
        return None
    if sigma_px is None or not sigma_px > 0:
        raise SettingError(
            "prior_sigma_px",
            "must say how far planes may be from the prior",
            got=sigma_px,
            expected="a standard deviation above 0 px",
        )
    if isinstance(prior, str):
        if prior != LINEAR:
            raise SettingError("prior", "is unknown", got=repr(prior), expected="linear, or an (n, 2) array in px")
        return prior, float(sigma_px)
    expected = np.asarray(prior, np.float64)
    if expected.ndim != 2 or expected.shape[1] != 2 or (n_planes is not None and len(expected) != n_planes):
        raise SettingError(
            "prior", "does not fit the planes", got=f"shape {expected.shape}", expected=f"({n_planes or 'n'}, 2), px"
        )
    return expected, float(sigma_px)


def prior_for(settings: Settings, n_planes: int, candidates: Candidates) -> Prior | None:
    """Return the prior of each plane, None where none was given.

    The speed of a steady drift is the one on which most candidates agree.
    """
    if settings.prior is None:
        return None
    expected, sigma_px = settings.prior
    if not isinstance(expected, str):
        return Prior(expected[:n_planes], sigma_px)
    speed = steady_speed(candidates, sigma_px)
    return Prior(np.arange(n_planes)[:, None] * speed, sigma_px, steady=True)


def steady_speed(candidates: Candidates, sigma_px: float) -> Floats:
    """Return the drift per plane, (2,) px, on which the candidates of all pairs agree best."""
    lag = (candidates.pairs[:, 1] - candidates.pairs[:, 0]).astype(np.float64)
    votes = (candidates.shift_px / lag[:, None, None]).reshape(-1, 2)
    strength = (candidates.information * np.sqrt(lag)[:, None]).ravel()
    tried = votes[np.argsort(-strength, kind="stable")[:_MOST_VOTES]]

    def support(speed: Floats) -> Floats:
        miss = candidates.shift_px - speed * lag[:, None, None]
        near = np.exp(-(miss**2).sum(axis=2) / (4 * sigma_px**2))
        return np.asarray(candidates.information * near)

    speed = tried[int(np.argmax([support(vote).max(axis=1).sum() for vote in tried]))]
    for _ in range(_FITS):
        weight = support(speed)
        total = float((weight * lag[:, None] ** 2).sum())
        if total <= 0:
            break
        speed = (weight[:, :, None] * candidates.shift_px * lag[:, None, None]).sum(axis=(0, 1)) / total
    return np.asarray(speed)


def weigh(candidates: Candidates, prior: Prior, step_px: float, chance_of: Callable[[Floats], Floats]) -> Candidates:
    """Return the candidates, likeliest first, with what the prior says added to what speaks for each.

    Those beyond three standard deviations are dropped: the first correlation of two planes is not fair to near and far
    displacements, and may be surer of a wrong one than the prior could outweigh. How likely chance makes such a peak
    is judged without the prior: it makes no peak sure.

    Parameters
    ----------
    step_px : float, px
        One pixel of the correlation: no candidate is better known.
    chance_of : callable
        Number of peaks that chance makes, from what speaks for the best of each pair, (m,).
    """
    miss = candidates.shift_px - prior.between(candidates.pairs)[:, None]
    against = np.nan_to_num((miss**2).sum(axis=2) / (4 * prior.sigma_px**2 + step_px**2), nan=0.0)
    credible = (candidates.information > 0) & (against <= CREDIBLE_SIGMAS**2 / 2)
    information = np.where(credible, np.maximum(candidates.information - against, 0.0), 0.0)
    order = np.argsort(-information, axis=1, kind="stable")
    seen = np.where(credible, candidates.information, 0.0)[np.arange(len(order)), order[:, 0]]
    possible = np.isfinite(candidates.chance) & (seen > 0)
    return replace(
        candidates,
        shift_px=np.take_along_axis(candidates.shift_px, order[:, :, None], axis=1),
        information=np.take_along_axis(information, order, axis=1),
        chance=np.where(possible, chance_of(seen), np.inf),
    )


def join_by_prior(
    places: Floats, sigma: Floats, groups: Integers, prior: Prior
) -> tuple[Floats, Floats, Integers, list[Integers]]:
    """Place groups of planes that no structure links where the prior says they are.

    Returns
    -------
    places, sigma : (n, 2) float64, px
    groups : (n,) int
    placed : list of arrays
        The planes of each group that was placed so.
    """
    places, sigma, groups = places.copy(), sigma.copy(), groups.copy()
    main = np.flatnonzero(groups == groups[0])
    offset, spread = _offset(places, main, prior)
    placed: list[Integers] = []
    for group in np.unique(groups[groups != groups[0]]):
        members = np.flatnonzero(groups == group)
        own, own_spread = _offset(places, members, prior)
        if not np.isfinite(own).all() or not np.isfinite(offset).all():
            continue
        places[members] += own - offset
        sigma[members] = np.sqrt(np.nan_to_num(sigma[members]) ** 2 + spread**2 + own_spread**2)
        groups[members] = groups[0]
        placed.append(members)
    return places, sigma, groups, placed


def _offset(places: Floats, members: Integers, prior: Prior) -> tuple[Floats, float]:
    """Return by how much the planes must be moved to be where the prior says, and how sure that is."""
    known = members[np.isfinite(prior.expected_px[members]).all(axis=1)]
    if not len(known):
        return np.full(2, np.nan), np.nan
    return (prior.expected_px[known] - places[known]).mean(axis=0), prior.sigma_px / np.sqrt(len(known))
