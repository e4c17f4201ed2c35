"""Windows, menus and dialogs: thin views of the models, with Qt (through qtpy), pyqtgraph and magicgui.

Read :mod:`~temstack.viewer.views.main_window` first. Each menu is a module of :mod:`~temstack.viewer.views.menus`.
"""
