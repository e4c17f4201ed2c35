"""Files in, labelled arrays out, and back: every format but the Zarr store.

Reading goes through RosettaSciIO, plus what it does not pass on; our own writer of DM3 and DM4 is in ``dm``.
In comes a path, out goes an ``xarray.DataArray`` that follows the convention of :mod:`temstack.stack`:

- dimensions stand in the order of the file, with pixels as recorded and calibrations in the file's own units;
- what a file does not say is not guessed: uncalibrated pixels are ``px``, unknown planes are counted;
- any failure of a reader is one sentence about the file.

Users call :func:`temstack.files.read` and :func:`temstack.files.write`.
Read :mod:`~temstack.formats.reading` first, then :mod:`~temstack.formats.labelling`.
"""

from temstack.formats.hyperspy import from_hyperspy as from_hyperspy
from temstack.formats.hyperspy import to_hyperspy as to_hyperspy
