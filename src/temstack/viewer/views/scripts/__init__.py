"""Windows of scripts: editor, results, console, questions, dialogs that scripts build, entries of menus.

In come the models of :mod:`temstack.viewer.models.scripts`; what the user does goes back to them. Always true: no
dialog here holds up the program (``open``, never ``exec``). Read :mod:`~temstack.viewer.views.scripts.script_views`
first.
"""
