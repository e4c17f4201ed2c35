"""Every error temstack raises on purpose.

::

    TemstackError
    ├── SettingError       (ValueError)         an argument or option that cannot be meant
    ├── StackError         (ValueError)         an array that does not follow the stack convention
    ├── DriftError         (ValueError)         drift cannot be estimated, stored or applied
    ├── FormatError        (ValueError)         what a file holds, or what it should hold
    │   ├── UnknownFormatError                  no reader or writer for this kind of file
    │   ├── DamagedFileError                    truncated, empty, or not what its name says
    │   └── UnsupportedDataError                this format cannot hold this data
    ├── InstrumentError    (RuntimeError)       a device did not do what it was asked
    │   ├── DeviceLimitError     (ValueError)       it was asked for something beyond its range
    │   ├── DeviceTimeoutError   (TimeoutError)     it did not answer in time
    │   ├── NotSettledError                         it did not arrive, or not where it was sent
    │   ├── FrameError           (ValueError)       a frame is not what was asked for
    │   └── ConnectionLostError  (ConnectionError)  nobody can be reached, or no longer
    ├── InputMissingError  (FileNotFoundError)  there is no such file or folder
    ├── OutputExistsError  (FileExistsError)    the output is there and ``overwrite`` was not given
    └── StorageError       (OSError)            the disk is full, read-only, or forbidden

Each also is the built-in exception that a caller would expect, so ``except ValueError`` works.
"""

from __future__ import annotations


class TemstackError(Exception):
    """Root of all errors raised on purpose; builds one sentence from its fields.

    Parameters
    ----------
    subject : str
        The file, setting or object that is wrong, e.g. ``"series.dm4"`` or ``"camera 'Orius'"``.
    problem : str
        What is wrong with it.
    got, expected : object, optional
        The offending value, and what would have been right.
    advice : str, optional
        What to do next.

    Examples
    --------
    >>> print(SettingError("exposure_s", "is below the minimum", got=0.0, expected="0.01 or more"))
    exposure_s: is below the minimum; got 0.0; expected 0.01 or more
    """

    def __init__(
        self,
        subject: str,
        problem: str,
        *,
        got: object = None,
        expected: object = None,
        advice: str | None = None,
    ) -> None:
        self.subject = subject
        self.problem = problem
        self.got = got
        self.expected = expected
        self.advice = advice
        super().__init__(subject, problem)

    def __str__(self) -> str:
        parts = [f"{self.subject}: {self.problem}"]
        if self.got is not None:
            parts.append(f"got {self.got}")
        if self.expected is not None:
            parts.append(f"expected {self.expected}")
        if self.advice is not None:
            parts.append(self.advice)
        return "; ".join(parts)


class SettingError(TemstackError, ValueError):
    """An argument or option that cannot be meant."""


class StackError(TemstackError, ValueError):
    """An array that does not follow the stack convention."""


class DriftError(TemstackError, ValueError):
    """Drift cannot be estimated, stored or applied."""


class FormatError(TemstackError, ValueError):
    """What a file holds, or what it should hold, does not fit."""


class UnknownFormatError(FormatError):
    """No reader or writer for this kind of file."""


class DamagedFileError(FormatError):
    """A file that is truncated, empty, or not what its name says."""


class UnsupportedDataError(FormatError):
    """A file format that cannot hold this data."""


class InstrumentError(TemstackError, RuntimeError):
    """A device did not do what it was asked."""


class DeviceLimitError(InstrumentError, ValueError):
    """A device was asked for something beyond its range."""


class DeviceTimeoutError(InstrumentError, TimeoutError):
    """A device did not answer in time."""


class NotSettledError(InstrumentError):
    """A device did not come to rest, or not where it was sent."""


class FrameError(InstrumentError, ValueError):
    """A frame is not what was asked for: its shape, type, exposure or number."""


class ConnectionLostError(InstrumentError, ConnectionError):
    """A microscope cannot be reached, or no longer."""


class InputMissingError(TemstackError, FileNotFoundError):
    """There is no such file or folder."""


class OutputExistsError(TemstackError, FileExistsError):
    """The output exists and overwriting it was not allowed."""


class StorageError(TemstackError, OSError):
    """The disk is full, read-only, or forbidden."""
