"""The desk of a microscopist: one window for each image or plot, and the work done by looking.

In come files, and what their user does; out go windows, and stacks with one more line of history. Two halves:
:mod:`~temstack.viewer.models` say what is open, what is shown of it and what is going on, without any toolkit, so that
a program can drive and test them; :mod:`~temstack.viewer.views` draw that with Qt, and are the only part that may.

Always true: what takes longer than a moment runs in a :class:`~temstack.viewer.models.jobs.Job` beside the windows and
can be cancelled; models change only in the thread of the windows; no file is written that the user did not name.

Read :mod:`~temstack.viewer.models.desk` first, then :mod:`~temstack.viewer.views.main_window`.
"""
