"""Scripts at the desk: what runs, what it asks, what it shows, and what stands in the menus. No window.

In come the texts of DM-scripts and of Python scripts; out go documents on the desk, text in the results window,
questions and dialogs for windows to draw. Always true: a script runs in a thread of its own and can be stopped; what
it does to the desk is done in the thread of the windows; nobody's file is replaced without a question.

Read :mod:`~temstack.viewer.models.scripts.scripting` first, then :mod:`~temstack.viewer.models.scripts.host`.
"""
