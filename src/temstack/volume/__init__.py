"""Stacks as volumes: cut, turned, projected, sliced, calculated with; whatever belongs to them goes along.

In comes a stack that :func:`temstack.stack.check_stack` accepts, out goes a new one, or an image; the given one stays
as it was.

Always true: ranges are half-open; positions, units, values of planes, tags and history follow. What only moves or
chooses pixels leaves them as recorded, with their ``scale``; what calculates does so with counts. Stacks larger than
memory go through: the result is lazy where the stack is, or is an image made from a few planes at a time. Angles and
axes are defined once, in :mod:`~temstack.volume.turning`.

Planes: :mod:`~temstack.volume.planes` (read this first), :mod:`~temstack.volume.joining`,
:mod:`~temstack.volume.assembling`, :mod:`~temstack.volume.axis`. Parts: :mod:`~temstack.volume.parts`,
:mod:`~temstack.volume.sizing`. Directions: :mod:`~temstack.volume.turning`, :mod:`~temstack.volume.rotating`,
:mod:`~temstack.volume.projecting`, :mod:`~temstack.volume.slicing`, :mod:`~temstack.volume.layout`. Values:
:mod:`~temstack.volume.arithmetic`, :mod:`~temstack.volume.filtering`, :mod:`~temstack.volume.spikes`,
:mod:`~temstack.volume.fourier`, :mod:`~temstack.volume.statistics`.
"""

from temstack.volume.arithmetic import add as add
from temstack.volume.arithmetic import divide as divide
from temstack.volume.arithmetic import multiply as multiply
from temstack.volume.arithmetic import normalise_to_exposure as normalise_to_exposure
from temstack.volume.arithmetic import normalise_to_region as normalise_to_region
from temstack.volume.arithmetic import subtract as subtract
from temstack.volume.assembling import assemble as assemble
from temstack.volume.axis import set_plane_axis as set_plane_axis
from temstack.volume.axis import set_plane_values as set_plane_values
from temstack.volume.filtering import filter_along_planes as filter_along_planes
from temstack.volume.filtering import filter_planes as filter_planes
from temstack.volume.fourier import complex_part as complex_part
from temstack.volume.fourier import fourier_transform as fourier_transform
from temstack.volume.layout import to_spectrum_image as to_spectrum_image
from temstack.volume.layout import to_stack as to_stack
from temstack.volume.parts import replace_sub_volume as replace_sub_volume
from temstack.volume.parts import sub_volume as sub_volume
from temstack.volume.planes import append_planes as append_planes
from temstack.volume.planes import extract_planes as extract_planes
from temstack.volume.planes import insert_planes as insert_planes
from temstack.volume.planes import remove_planes as remove_planes
from temstack.volume.planes import reorder_planes as reorder_planes
from temstack.volume.planes import replace_planes as replace_planes
from temstack.volume.planes import sort_planes as sort_planes
from temstack.volume.projecting import project as project
from temstack.volume.rotating import rotate_in_plane as rotate_in_plane
from temstack.volume.sizing import bin_stack as bin_stack
from temstack.volume.sizing import crop as crop
from temstack.volume.sizing import pad as pad
from temstack.volume.slicing import line_slice as line_slice
from temstack.volume.slicing import oblique_slice as oblique_slice
from temstack.volume.slicing import orthogonal_slice as orthogonal_slice
from temstack.volume.spikes import despike as despike
from temstack.volume.statistics import plane_statistics as plane_statistics
from temstack.volume.turning import flip as flip
from temstack.volume.turning import rotate_90 as rotate_90
from temstack.volume.turning import swap_axes as swap_axes
