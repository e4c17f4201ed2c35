"""What an estimate of drift consists of, and how it is kept in a small text file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from temstack.errors import DriftError, InputMissingError
from temstack.stack.durable import replace_when_done
from temstack.stack.units import length_in_nm

_FIRST_LINE = "# temstack drift 1"
_PLANE_COLUMNS = ("plane", "drift_y_px", "drift_x_px", "sigma_y_px", "sigma_x_px", "group")
_PAIR_COLUMNS = (
    "first",
    "second",
    "shift_y_px",
    "shift_x_px",
    "residual_px",
    "correlation_peak",
    "weight",
)

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Drift:
    """Where the specimen moved in each plane of a stack, and how sure that is.

    Parameters
    ----------
    drift_px : (n, 2) float64, px
        Where the specimen moved to, ``(y, x)``, relative to plane 0. ``NaN`` for planes of a group that
        does not hang together with plane 0: nothing is known about their place relative to it.
    sigma_px : (n, 2) float64, px
        Standard deviation of each plane's drift about the mean of its group; ``NaN`` for a plane alone.
    groups : (n,) int
        Planes with the same number hang together; plane 0 is always in group 0.
    within_group_px : (n, 2) float64, px
        The same drift, known inside every group: relative to the first plane of the plane's own group.
    pairs : (m, 2) int
        The pairs of planes that were correlated.
    pair_shift_px : (m, 2) float64, px
        Displacement of the second plane of a pair relative to the first, as this pair alone saw it.
    pair_residual_px : (m,) float64, px
        Distance of that displacement from the solution; ``NaN`` between groups.
    correlation_peak : (m,) float64, 0 … 1
        Height of the normalised correlation maximum.
    pair_weight : (m,) float64, 0 … 1
        Trust in the pair in the solution; 0 where it was left out.
    shape : (int, int), px
        Height and width of the planes.
    pixel_size : (float, float)
        Height and width of a pixel in ``pixel_units``.
    estimator : str
        How the drift was solved for.
    settings : mapping
        The options that give this result again.
    decisions, warnings : tuple of str
        What was decided and why, and what to be careful about, in plain words.
    """

    drift_px: Floats
    sigma_px: Floats
    groups: Integers
    within_group_px: Floats
    pairs: Integers
    pair_shift_px: Floats
    pair_residual_px: Floats
    correlation_peak: Floats
    pair_weight: Floats
    shape: tuple[int, int]
    pixel_size: tuple[float, float] = (1.0, 1.0)
    pixel_units: str = "px"
    estimator: str = "graph"
    settings: Mapping[str, Any] = field(default_factory=dict)
    decisions: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def n_planes(self) -> int:
        """Number of planes."""
        return len(self.drift_px)

    @property
    def n_groups(self) -> int:
        """Number of groups of planes that hang together; 1 when all is known."""
        return len(np.unique(self.groups))

    def matrix(self, values: Floats) -> Floats:
        """Return one value per pair as a symmetric (n, n) matrix, ``NaN`` where there is no pair.

        Parameters
        ----------
        values : (m,) float64
            E.g. ``correlation_peak`` or ``pair_residual_px``.
        """
        square = np.full((self.n_planes, self.n_planes), np.nan)
        first, second = self.pairs.T
        square[first, second] = values
        square[second, first] = values
        return square

    def rescaled(self, *, shape: tuple[int, int], pixel_size: tuple[float, float], pixel_units: str) -> Drift:
        """Return the same drift in the pixels of another stack of the same area.

        The calibration decides where both are calibrated in a length; otherwise the ratio of the shapes.

        Parameters
        ----------
        shape : (int, int), px
            Height and width of the other stack's planes.
        pixel_size : (float, float)
            Its pixel size, in ``pixel_units``.
        """
        factor = _pixel_ratio(self, shape, pixel_size, pixel_units)
        mean_factor = float(np.sqrt(factor[0] * factor[1]))
        return replace(
            self,
            drift_px=self.drift_px * factor,
            sigma_px=self.sigma_px * factor,
            within_group_px=self.within_group_px * factor,
            pair_shift_px=self.pair_shift_px * factor,
            pair_residual_px=self.pair_residual_px * mean_factor,
            shape=shape,
            pixel_size=pixel_size,
            pixel_units=pixel_units,
        )

    def save(self, path: str | Path, *, overwrite: bool = False) -> Path:
        """Write the drift as text: a table of planes, then one of pairs; any spreadsheet opens it."""
        path = Path(path)
        with replace_when_done(path, overwrite=overwrite) as unfinished:
            unfinished.write_text("\n".join(self._lines()) + "\n", encoding="utf-8")
        return path

    def _lines(self) -> Iterator[str]:
        header = {
            "shape": self.shape,
            "pixel_size": self.pixel_size,
            "pixel_units": self.pixel_units,
            "estimator": self.estimator,
            "settings": dict(self.settings),
            "decisions": self.decisions,
            "warnings": self.warnings,
        }
        yield _FIRST_LINE
        yield "# " + json.dumps(header)
        yield "\t".join((*_PLANE_COLUMNS, "in_group_y_px", "in_group_x_px"))
        for plane in range(self.n_planes):
            numbers = (*self.drift_px[plane], *self.sigma_px[plane])
            yield _row(plane, *numbers, int(self.groups[plane]), *self.within_group_px[plane])
        yield "\t".join(_PAIR_COLUMNS)
        for pair, (first, second) in enumerate(self.pairs):
            yield _row(
                int(first),
                int(second),
                *self.pair_shift_px[pair],
                self.pair_residual_px[pair],
                self.correlation_peak[pair],
                self.pair_weight[pair],
            )


def load_drift(path: str | Path) -> Drift:
    """Return the drift that :meth:`Drift.save` wrote.

    Raises
    ------
    DriftError
        If the file is not such a text file, or part of it is missing.
    """
    path = Path(path)
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError as err:
        raise InputMissingError(str(path), "there is no such drift file") from err
    except (OSError, UnicodeDecodeError) as err:
        raise _not_a_drift_file(path, "cannot be read as a drift file", err) from err
    if not lines or lines[0] != _FIRST_LINE:
        raise _not_a_drift_file(path, "is not a drift file", lines[0][:60] if lines else "an empty file")
    try:
        return _parse(lines)
    except (ValueError, KeyError, IndexError, TypeError) as err:
        raise _not_a_drift_file(path, "is damaged", err) from err


def _parse(lines: list[str]) -> Drift:
    header = json.loads(lines[1].removeprefix("# "))
    split = lines.index("\t".join(_PAIR_COLUMNS))
    planes = np.array([[float(word) for word in line.split("\t")] for line in lines[3:split]])
    rows = [[float(word) for word in line.split("\t")] for line in lines[split + 1 :]]
    pairs = np.array(rows).reshape(-1, len(_PAIR_COLUMNS))
    return Drift(
        drift_px=planes[:, 1:3],
        sigma_px=planes[:, 3:5],
        groups=planes[:, 5].astype(np.int64),
        within_group_px=planes[:, 6:8],
        pairs=pairs[:, :2].astype(np.int64),
        pair_shift_px=pairs[:, 2:4],
        pair_residual_px=pairs[:, 4],
        correlation_peak=pairs[:, 5],
        pair_weight=pairs[:, 6],
        shape=(header["shape"][0], header["shape"][1]),
        pixel_size=(header["pixel_size"][0], header["pixel_size"][1]),
        pixel_units=header["pixel_units"],
        estimator=header["estimator"],
        settings=header["settings"],
        decisions=tuple(header["decisions"]),
        warnings=tuple(header["warnings"]),
    )


def _not_a_drift_file(path: Path, problem: str, got: object) -> DriftError:
    return DriftError(str(path), problem, got=got, expected=f"a file that begins with '{_FIRST_LINE}'")


def _row(*values: object) -> str:
    return "\t".join(repr(float(v)) if isinstance(v, float) else str(v) for v in values)


def _pixel_ratio(drift: Drift, shape: tuple[int, int], pixel_size: tuple[float, float], pixel_units: str) -> Floats:
    """Return how many pixels of the other stack one pixel of the drift's stack is, (y, x)."""
    own_nm, other_nm = length_in_nm(drift.pixel_units), length_in_nm(pixel_units)
    if own_nm is not None and other_nm is not None:
        return np.array(drift.pixel_size) * own_nm / (np.array(pixel_size) * other_nm)
    factor: Floats = np.array(shape) / np.array(drift.shape)
    if not np.isclose(factor[0], factor[1], rtol=0.02):
        raise DriftError(
            "drift",
            "cannot be carried over: neither stack says its pixel size, and the shapes differ in proportion",
            got=f"{shape[0]}×{shape[1]} px",
            expected=f"{drift.shape[0]}×{drift.shape[1]} px or a whole binning of it",
            advice="calibrate both stacks with `temstack set --pixel-nm`",
        )
    return factor
