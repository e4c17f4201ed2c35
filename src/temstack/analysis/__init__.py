"""What the other kinds of series are for: exposures added, fading measured, focus and astigmatism fitted.

In comes a stack, aligned where that matters; out goes an image, a curve, or a small table of numbers with errors.

Always true: planes are read one at a time; pixels are scaled as :func:`temstack.stack.counts` does; spatial
frequencies are in cycles per the units of the image axes, up to 1/2 per pixel.

Signs: defocus is positive for underfocus, ``chi = -pi λ Δf k^2 + pi/2 Cs λ^3 k^4``; angles count from the x axis to
the right towards the y axis downwards, clockwise on the screen.

Read :mod:`~temstack.analysis.ring_correlation` and :mod:`~temstack.analysis.exposures` for exposures,
:mod:`~temstack.analysis.time_lapse` for time-lapse, :mod:`~temstack.analysis.transfer_fit` for focal series.
"""

from temstack.analysis.diffractograms import diffractograms as diffractograms
from temstack.analysis.exposures import add_exposures as add_exposures
from temstack.analysis.exposures import frame_weights as frame_weights
from temstack.analysis.exposures import odd_even_correlation as odd_even_correlation
from temstack.analysis.ring_correlation import fourier_ring_correlation as fourier_ring_correlation
from temstack.analysis.ring_correlation import resolution as resolution
from temstack.analysis.time_lapse import Fading as Fading
from temstack.analysis.time_lapse import fit_fading as fit_fading
from temstack.analysis.time_lapse import region_curves as region_curves
from temstack.analysis.transfer_fit import TransferFits as TransferFits
from temstack.analysis.transfer_fit import fit_contrast_transfer as fit_contrast_transfer
