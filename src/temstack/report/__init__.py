"""Report pages and pictures, for people to look at.

What comes in: stacks and drifts. What goes out: one HTML file that needs nothing beside it, or PNG
files. Always true: planes are read one at a time; contrast is robust; every picture of a specimen has a
scale bar.

Read :mod:`~temstack.report.drift_page` first.
"""

from __future__ import annotations

from temstack.report.contact import contact_sheet
from temstack.report.drift_page import drift_report
from temstack.report.maps import curves_plot, diffractogram_sheet, map_picture, scree_plot
from temstack.report.microscope_page import microscope_report
from temstack.report.pictures import ScaleBar, picture, scale_bar
from temstack.report.plots import spectrum_plot

__all__ = [
    "ScaleBar",
    "contact_sheet",
    "curves_plot",
    "diffractogram_sheet",
    "drift_report",
    "map_picture",
    "microscope_report",
    "picture",
    "scale_bar",
    "scree_plot",
    "spectrum_plot",
]
