"""The menus of the main window, a module each with ``build(main)``."""
