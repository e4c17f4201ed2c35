"""The registry: every operation on a stack is declared once, and every door is made from that declaration.

In come a name, a stack and parameters, as values or as the words of a command line; out goes what the function
returned, with one line in ``attrs["history"]`` that :func:`replay` can do again.

Always true: the declaration names every parameter of the function, with its units, range, choices and default (a
test compares them); the function itself lies in a room below and knows nothing of the registry; importing this
room loads no xarray.

To add operations, write a module of declarations here (``spectrum_maps.py``) that ends in a tuple ``OPERATIONS``, and
name it in :data:`~temstack.operations.catalogue.MODULES`::

    Operation(
        name="extract_planes",                          # in the history; on the command line extract-planes
        menu=("Volume", "Planes"),                      # "Volume" are the commands of ``temstack volume``
        summary="Keep only some planes.",
        function="temstack.volume.planes:extract_planes",  # called as function(stack, **parameters)
        parameters=(Parameter("planes", Planes(), "Which planes."), CALIBRATED),
        methods="planes {planes} were extracted",       # for a paper; other settings follow in brackets
    )

Then ``run("extract_planes", stack, planes=(0, 3))`` works, as does ``temstack volume extract-planes`` with a file;
:func:`temstack.cli.operation_command.command_for` makes a command of any declaration.
Read :mod:`~temstack.operations.declaration` first, then :mod:`~temstack.operations.running`.
"""

from temstack.operations.catalogue import find as find
from temstack.operations.catalogue import operations as operations
from temstack.operations.declaration import Operation as Operation
from temstack.operations.declaration import Parameter as Parameter
from temstack.operations.methods import methods_paragraph as methods_paragraph
from temstack.operations.replaying import replay as replay
from temstack.operations.running import run as run
