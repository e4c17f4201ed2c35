"""What flows: a stack of images as an ``xarray.DataArray`` that follows one convention.

In comes any NumPy or dask array with what is known about it (:func:`label_stack`), or a wish
(:func:`create_stack`). Out goes a stack with dimensions ``(plane-like, y, x)``; a spectrum image is the same
numbers as ``(y, x, energy_loss)``.

Always true of a stack, and said in words by :func:`check_stack` where it is not:

- the first dimension is one of :data:`PLANE_DIMS`, then ``y``, then ``x`` (colour adds ``channel`` last);
- each of these has a float64 coordinate with ``attrs["units"]``; irregular plane axes are ordinary;
- values that belong to a plane are 1-D coordinates along the plane dimension, and so follow every operation;
- pixels are as recorded; :func:`counts` multiplies each plane by its ``scale``, lazily.

Nothing here loads a dask array, except :func:`iter_planes`, a few planes at a time.
Read :mod:`~temstack.stack.convention` first.
"""

from temstack.stack.axes import COLOUR_CHANNELS as COLOUR_CHANNELS
from temstack.stack.axes import PLANE_DIMS as PLANE_DIMS
from temstack.stack.axes import PLANE_UNITS as PLANE_UNITS
from temstack.stack.axes import pixel_coordinate as pixel_coordinate
from temstack.stack.axes import pixel_size as pixel_size
from temstack.stack.axes import plane_dim as plane_dim
from temstack.stack.checking import check_array as check_array
from temstack.stack.checking import check_stack as check_stack
from temstack.stack.checking import is_stack as is_stack
from temstack.stack.convention import label_stack as label_stack
from temstack.stack.convention import per_plane_values as per_plane_values
from temstack.stack.convention import with_history as with_history
from temstack.stack.pixels import counts as counts
from temstack.stack.pixels import iter_planes as iter_planes
