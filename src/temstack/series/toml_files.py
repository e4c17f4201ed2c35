"""Series in TOML files, to be kept, edited and used again."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from temstack.errors import FormatError, InputMissingError, StorageError
from temstack.series.kinds import Series, series_from
from temstack.stack.durable import replace_when_done


def load_series(path: str | Path) -> Series:
    """Return the series that a TOML file describes.

    Raises
    ------
    InputMissingError
        If there is no such file.
    FormatError
        If it is not TOML; the place is named.
    SettingError
        If a setting is unknown or cannot be meant.
    """
    path = Path(path)
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as err:
        raise InputMissingError(str(path), "there is no such file or folder") from err
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as err:
        raise FormatError(
            path.name, "is no settings file in TOML", got=str(err), expected="lines like: step_ev = 5"
        ) from err
    except OSError as err:
        raise StorageError(str(path), "cannot be read", got=err.strerror) from err
    return series_from(values)


def save_series(series: Series, path: str | Path, *, overwrite: bool = False) -> Path:
    """Write a series as a TOML file that :func:`load_series` reads.

    >>> import tempfile
    >>> from temstack.series import EftemSeries
    >>> series = EftemSeries(start_ev=480, step_ev=5, n_planes=21)
    >>> load_series(save_series(series, Path(tempfile.mkdtemp()) / "o-k.toml")) == series
    True
    """
    path = Path(path)
    with replace_when_done(path, overwrite=overwrite) as temporary:
        temporary.write_text(as_toml(series.as_mapping()), encoding="utf-8")
    return path


def as_toml(values: Mapping[str, Any]) -> str:
    """Return settings as TOML: plain values first, then one table for each mapping.

    >>> print(as_toml({"step_ev": 5.0, "binning": [2, 4], "auto_exposure": {"retakes": 3}}), end="")
    step_ev = 5.0
    binning = [2, 4]
    <BLANKLINE>
    [auto_exposure]
    retakes = 3
    """
    plain = [f"{name} = {_value(value)}\n" for name, value in values.items() if not isinstance(value, Mapping)]
    tables = [f"\n[{name}]\n{as_toml(value)}" for name, value in values.items() if isinstance(value, Mapping)]
    return "".join(plain + tables)


def _value(value: Any) -> str:
    # JSON and TOML write text, numbers, truth values and lists alike, but for the character DEL.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
