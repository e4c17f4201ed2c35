"""The same numbers as a stack ``(energy_loss, y, x)`` and as a spectrum image ``(y, x, energy_loss)``."""

from __future__ import annotations

import xarray as xr

from temstack.errors import StackError
from temstack.stack import check_array, check_stack, pixel_coordinate, plane_dim, with_history
from temstack.stack.axes import named


def to_spectrum_image(stack: xr.DataArray) -> xr.DataArray:
    """Return an EFTEM stack as a spectrum image: a spectrum at each pixel.

    Parameters
    ----------
    stack : (energy_loss, y, x) DataArray

    Returns
    -------
    spectrum_image : (y, x, energy_loss) DataArray
        A view: nothing is copied or computed. Per-plane values belong to the channels of the spectra now.

    Raises
    ------
    StackError
        If the planes lie along another axis than the energy loss.

    Examples
    --------
    >>> import numpy as np
    >>> from temstack.stack import label_stack
    >>> stack = label_stack(np.zeros((3, 4, 5)), "energy_loss", plane_values=[480, 485, 490])
    >>> to_spectrum_image(stack).shape
    (4, 5, 3)
    """
    check_stack(stack)
    if stack.dims != ("energy_loss", "y", "x"):
        raise StackError(
            named(stack),
            "is no EFTEM stack",
            got=f"dimensions {stack.dims}",
            expected="('energy_loss', 'y', 'x')",
            advice="give its planes energies first",
        )
    return with_history(stack.transpose("y", "x", "energy_loss"), "to_spectrum_image")


def to_stack(spectrum_image: xr.DataArray) -> xr.DataArray:
    """Return a spectrum image as a stack of images, one at each energy loss.

    Parameters
    ----------
    spectrum_image : (y, x, energy_loss) DataArray
        Any order will do. A line of spectra or a single spectrum becomes a stack of images one pixel high.

    Returns
    -------
    stack : (energy_loss, y, x) DataArray
        A view: nothing is copied or computed.

    Examples
    --------
    >>> import numpy as np
    >>> from temstack.stack import label_stack
    >>> stack = label_stack(np.zeros((3, 4, 5)), "energy_loss", plane_values=[480, 485, 490])
    >>> to_stack(to_spectrum_image(stack)).shape
    (3, 4, 5)
    """
    dim = plane_dim(check_array(spectrum_image))
    full = spectrum_image
    for missing in {"y", "x"} - set(spectrum_image.dims):
        full = full.drop_vars(missing, errors="ignore").expand_dims({missing: 1})
        full = full.assign_coords({missing: pixel_coordinate(missing, 1, 1.0)})
    return with_history(check_stack(full.transpose(dim, "y", "x", ...)), "to_stack")
