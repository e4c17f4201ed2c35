"""What to record, as frozen data: EFTEM series, focal series, time-lapse, multiple exposures.

In come numbers, or a TOML file; out goes a :class:`Series` that says every position before anything is recorded,
forecasts time, dose and disk, and iterates into events in the order of recording.

Always true: settings are complete, possible in themselves, and never change; an unknown name is refused; positions are
``start + i * step`` with a count, never accumulated; what a camera can do is not known here.

Energy losses are positive (eV). Foci are relative to the focus at the start (nm, underfocus positive). Read
:mod:`~temstack.series.kinds` first.
"""

from temstack.series.events import Event as Event
from temstack.series.forecast import CameraFacts as CameraFacts
from temstack.series.forecast import Forecast as Forecast
from temstack.series.forecast import forecast as forecast
from temstack.series.kinds import SERIES_KINDS as SERIES_KINDS
from temstack.series.kinds import EftemSeries as EftemSeries
from temstack.series.kinds import ExposureSeries as ExposureSeries
from temstack.series.kinds import FocalSeries as FocalSeries
from temstack.series.kinds import Series as Series
from temstack.series.kinds import TimeSeries as TimeSeries
from temstack.series.kinds import series_from as series_from
from temstack.series.planned import planned_stack as planned_stack
from temstack.series.settings import AutoExposure as AutoExposure
from temstack.series.settings import ExposureLimits as ExposureLimits
from temstack.series.toml_files import load_series as load_series
from temstack.series.toml_files import save_series as save_series
