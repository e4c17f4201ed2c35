"""Scripts of the tests must not find or change what belongs to the user."""

from __future__ import annotations

import itertools

import pytest

_numbers = itertools.count()


@pytest.fixture(autouse=True)
def own_user_folder(tmp_path_factory, monkeypatch):
    """Give each test a user's folder of its own, made only when something is kept in it."""
    folder = tmp_path_factory.getbasetemp() / f"user-{next(_numbers)}"
    monkeypatch.setenv("TEMSTACK_CONFIG", str(folder))
    return folder
