"""The Align window: settings, what the estimate sees, the drift found, its pairs, and planes on top of each other.

It draws an :class:`~temstack.viewer.models.aligning.Aligning` and hands its user's wishes to it. Read
:mod:`~temstack.viewer.views.align.window` first; each tab is a module.
"""
