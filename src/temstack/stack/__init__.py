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
from temstack.stack.convert import StackRangeWarning as StackRangeWarning
from temstack.stack.convert import convert_type as convert_type
from temstack.stack.create import create_stack as create_stack
from temstack.stack.intrinsic import icol as icol
from temstack.stack.intrinsic import iplane as iplane
from temstack.stack.intrinsic import iradius as iradius
from temstack.stack.intrinsic import irow as irow
from temstack.stack.intrinsic import itheta as itheta
from temstack.stack.pixels import counts as counts
from temstack.stack.pixels import iter_planes as iter_planes
from temstack.stack.types import KINDS as KINDS
from temstack.stack.types import PIXEL_TYPES as PIXEL_TYPES
from temstack.stack.types import value_range as value_range
