"""Windows of the Acquire menu: microscope, forms of series, a series being recorded, the camera live.

Thin: what they show is decided in :mod:`~temstack.viewer.models.bench`, :mod:`~temstack.viewer.models.recording`,
:mod:`~temstack.viewer.models.series_form` and :mod:`~temstack.viewer.models.live_view`. Read
:mod:`~temstack.viewer.views.acquire.form` first.
"""
