"""What each kind of series is called; apart from its form, because menus need it at every start."""

TITLES = {
    "eftem": "EFTEM series",
    "focal": "Focal series",
    "time": "Time-lapse",
    "exposure": "Multiple exposure",
}
"""What each kind of series is called in menus and windows."""
