"""What a microscope can be asked, and a simulated one that answers.

In comes a name (:func:`connect`): ``"simulated"``, the address of a simulated microscope in a process of its own, or
what another package offers as ``temstack.drivers``. Out goes a :class:`Microscope`: cameras, focus, energy filter,
beam, stage, each behind a small protocol.

Always true: calls block; targets are absolute, in the unit of their name, and setters return what was read back;
areas are ``(top, left, bottom, right)`` in unbinned px, pairs ``(y, x)``; underfocus is positive; a frame
says what exposure was used; every failure is an :class:`~temstack.errors.InstrumentError`.
:mod:`temstack.testing.conformance` tests all of it on any driver.

Drivers know nothing of stacks, plans and files. Read :mod:`~temstack.instrument.protocols` first.
"""

from temstack.instrument.frames import PROCESSINGS as PROCESSINGS
from temstack.instrument.frames import Frame as Frame
from temstack.instrument.frames import FrameRequest as FrameRequest
from temstack.instrument.frames import FrameTruth as FrameTruth
from temstack.instrument.frames import request_frame as request_frame
from temstack.instrument.microscope import Microscope as Microscope
from temstack.instrument.microscope import SystemClock as SystemClock
from temstack.instrument.protocols import Beam as Beam
from temstack.instrument.protocols import Camera as Camera
from temstack.instrument.protocols import Clock as Clock
from temstack.instrument.protocols import EnergyFilter as EnergyFilter
from temstack.instrument.protocols import Focus as Focus
from temstack.instrument.protocols import Shift as Shift
from temstack.instrument.protocols import Simulation as Simulation
from temstack.instrument.protocols import Stage as Stage
from temstack.instrument.protocols import StagePosition as StagePosition
from temstack.instrument.registry import connect as connect
from temstack.instrument.registry import driver_names as driver_names
