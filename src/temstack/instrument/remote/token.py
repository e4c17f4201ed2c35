"""The key that lets a user's own programs, and nobody else's, talk to a served microscope."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from temstack.errors import OutputExistsError
from temstack.stack.durable import replace_when_done
from temstack.stack.user_folder import user_folder


def user_token() -> str:
    """Return this user's key; made on first use, readable by the user only."""
    path = user_folder() / "microscope-key"
    found = _read(path)
    if found:
        return found
    path.parent.mkdir(parents=True, exist_ok=True)
    with suppress(OutputExistsError), replace_when_done(path) as temporary:  # suppressed: another process was faster
        # Opened with these rights, not changed to them: otherwise others could read it for a moment.
        file = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(file, "w") as text:
            text.write(secrets.token_urlsafe(24))
    return _read(path)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return ""
