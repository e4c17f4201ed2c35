"""Stacks on disk as they are in memory: one Zarr v3 layout, one plane in each chunk.

In comes any array that follows the convention of :mod:`temstack.stack`, out comes the same again, lazily.
Always true: ``xarray.open_zarr(path, consolidated=False)`` opens it; the pixels are its one variable,
``pixels``; an array appears whole or not at all; a plane that was never written reads as zeros.

Read :mod:`~temstack.store.layout` for what is on disk, then :mod:`~temstack.store.writing`.
"""

from temstack.store.reading import open_stack as open_stack
from temstack.store.writing import write_stack as write_stack
