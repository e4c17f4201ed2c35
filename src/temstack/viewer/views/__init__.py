"""Windows, menus and dialogs: thin views of the models, with Qt (through qtpy) and pyqtgraph.

Read :mod:`~temstack.viewer.views.main_window` first. Each menu is a module of :mod:`~temstack.viewer.views.menus`.
"""

# Before Qt: PySide6 reads the source of every module that is imported after it, of xarray and dask half a second.
import dask.array  # noqa: F401

import temstack.stack  # noqa: F401
