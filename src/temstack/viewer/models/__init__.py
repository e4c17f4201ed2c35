"""What is open, what is shown of it, what is going on: no toolkit, no window.

Models tell whoever watches by signals (psygnal). Read :mod:`~temstack.viewer.models.desk` first.
"""
