"""The command ``temstack``: one module per command, each of which parses, calls the library, and prints.

What comes in: words from a terminal. What goes out: files, short tables on stdout, and one sentence on
stderr where something is wrong. Always true: no traceback without ``--debug``; exit code 0 only after
success (1 an error, 2 a misspelt command, 130 Ctrl-C); no output is replaced without ``--overwrite``,
and none is left half-written.

Everything heavy is imported inside the commands, so that ``temstack --help`` answers at once.
Read :mod:`~temstack.cli.app` first.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; ends with SystemExit, as programs do."""
    try:
        from temstack.cli.app import run

        run(sys.argv[1:] if arguments is None else list(arguments))
    except KeyboardInterrupt:  # so early, or so late, that no command was running
        sys.exit(130)
