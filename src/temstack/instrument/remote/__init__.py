"""A microscope in a process of its own: served on this computer, driven over a socket as if it were here.

In comes a :class:`~temstack.instrument.Microscope` (:class:`~temstack.instrument.remote.server.MicroscopeServer`)
or an address (:func:`~temstack.instrument.remote.client.connect_to`); out goes a microscope of the same protocols.
Always true: only this computer and only this user are let in; the microscope stays as it is when its client dies;
while a call is under way the server says so twice a second, so that a silent server is a dead one; nothing is
pickled, and nothing is called but what the protocols name.

Read :mod:`~temstack.instrument.remote.wire` first.
"""
