"""Spectra and maps out of stacks: what was recorded at each energy loss, and what it says of the specimen.

In comes an EFTEM stack ``(energy_loss, y, x)`` or a spectrum image ``(y, x, energy_loss)``, also a line of spectra;
energies may be uneven. Out goes a spectrum, an image ``(y, x)`` or a stack, in counts, with its calibrated axes and,
where pixels are counts, its ``standard_error`` as a coordinate.

Always true: pixels are scaled as :func:`temstack.stack.counts` does; regions are ``(top, left, bottom, right)``, px,
half-open; energy windows are in eV with both ends included, ``717`` the plane nearest to it, ``(617, 694)`` all planes
from the one to the other; no more of a lazy stack is in memory than a few of its blocks, unless a function says so.

Read :mod:`~temstack.spectrum.extraction` first, then :mod:`~temstack.spectrum.windows` and
:mod:`~temstack.spectrum.sums`, which every map is made of; the physics of the background is in
:mod:`~temstack.spectrum.background`.
"""

from temstack.spectrum.denoising import PrincipalComponents as PrincipalComponents
from temstack.spectrum.denoising import denoise as denoise
from temstack.spectrum.denoising import keep_components as keep_components
from temstack.spectrum.denoising import principal_components as principal_components
from temstack.spectrum.extraction import extract_spectrum as extract_spectrum
from temstack.spectrum.maps import elemental_map as elemental_map
from temstack.spectrum.maps import fit_background as fit_background
from temstack.spectrum.maps import jump_ratio as jump_ratio
from temstack.spectrum.maps import subtract_background as subtract_background
from temstack.spectrum.references import fit_references as fit_references
from temstack.spectrum.sums import energy_window_image as energy_window_image
from temstack.spectrum.sums import signal_to_noise as signal_to_noise
from temstack.spectrum.thickness import thickness as thickness
from temstack.spectrum.zero_loss import align_zero_loss as align_zero_loss
from temstack.spectrum.zero_loss import correct_energies as correct_energies
from temstack.spectrum.zero_loss import non_isochromaticity as non_isochromaticity
from temstack.spectrum.zero_loss import zero_loss_position as zero_loss_position
