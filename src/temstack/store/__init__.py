"""Stacks on disk as they are in memory: one Zarr v3 layout, one plane in each chunk.

In comes any array that follows the convention of :mod:`temstack.stack`, out comes the same again, lazily.
Or planes come one by one (:func:`create_recording`), and each is safe on disk before it counts.

Always true: ``xarray.open_zarr(path, consolidated=False)`` opens it; the pixels are its variable ``pixels``; a written
array appears whole or not at all; of a recording every acknowledged plane is there, whatever happened since; a plane
that was never written reads as zeros, and ``is_recorded`` tells.

Read :mod:`~temstack.store.layout` for what is on disk, then :mod:`~temstack.store.writing`; for recordings
:mod:`~temstack.store.recording`, :mod:`~temstack.store.writer` and :mod:`~temstack.store.journal`.
"""

from temstack.store.reading import open_stack as open_stack
from temstack.store.recording import Recording as Recording
from temstack.store.recording import create_recording as create_recording
from temstack.store.recording import reopen_recording as reopen_recording
from temstack.store.writing import write_stack as write_stack
