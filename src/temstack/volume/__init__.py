"""Stacks as volumes: planes and parts go in and out, and whatever belongs to them goes along.

In comes a stack that :func:`temstack.stack.check_stack` accepts, out goes a new one; the given one stays as
it was.

Always true: ranges are half-open; positions, units, per-plane values, tags and history follow; pixels are not
converted, except those put into a stack of another type, by the rule of :mod:`temstack.stack.convert`; dask
pixels are not computed.

Planes: :mod:`~temstack.volume.planes` (read this first). What is known of the planes of two stacks is brought
together in :mod:`~temstack.volume.joining`. Parts of the volume: :mod:`~temstack.volume.parts`. Spectrum
images and back: :mod:`~temstack.volume.layout`.
"""

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
